"""Which Go a module wants, and whether one is as new."""

from __future__ import annotations

import re
from pathlib import Path

# A line of go.mod: `go 1.27.3 // why` (the Go modules reference, "go directive").
_GO_LINE = re.compile(r"^[ \t]*go[ \t]+(?P<version>[0-9][^\s/]*)", re.MULTILINE)
_GO_VERSION = re.compile(
    r"(?:go)?(?P<major>\d{1,9})(?:\.(?P<minor>\d{1,9}))?"
    r"(?:\.(?P<patch>\d{1,9})|(?P<kind>beta|rc)(?P<number>\d{1,9}))?(?:[-+ ].*)?"
)
_FIRST_WITH_PATCH = (1, 21)  # from this one on "1.21" is older than its first release, "1.21.0"


def wanted_go(root: Path) -> str | None:
    """The oldest Go that a module can be built with: the ``go`` line of its go.mod.

    Its ``toolchain`` line does not count: Go is never asked to fetch another Go.

    Args:
        root: the folder of go.mod.

    Returns:
        For example ``1.27.3``; None where the file, or the line, is not there.
    """
    try:
        text = (root / "go.mod").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    line = _GO_LINE.search(text)
    return line["version"] if line else None


def is_new_enough(version: str, wanted: str | None) -> bool:
    """Whether a Go is as new as go.mod wants it; what cannot be compared is Go's to judge.

    Args:
        version: for example ``go1.27.3``.
        wanted: for example ``1.27``; None or empty where any will do.
    """
    found, needed = _parsed(version), _parsed(wanted or "")
    return found is None or needed is None or found >= needed


def _parsed(version: str) -> tuple[int, int, int, int] | None:
    """A Go version as numbers that compare as Go compares them (``go help go.mod``, "go").

    ``1.21 < 1.21beta1 < 1.21rc1 < 1.21.0``; before 1.21, ``1.20`` is itself a release.
    """
    if not (match := _GO_VERSION.fullmatch(version)):
        return None
    language = int(match["major"]), int(match["minor"] or 0)
    if match["kind"]:
        return (*language, {"beta": 1, "rc": 2}[match["kind"]], int(match["number"]))
    if match["patch"] is None and language >= _FIRST_WITH_PATCH:
        return (*language, 0, 0)
    return (*language, 3, int(match["patch"] or 0))
