"""The Go modules that a build needs, taken along in an sdist (``go mod vendor``)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ..errors import GoError, ProjectError
from ..model import GoOptions
from ..sources.process import Processes
from ..sources.toolchain import find_toolchain, wanted_go
from .plan import SdistEntry

VENDOR = "vendor"
_FIRST_BY_ITSELF = (1, 14)  # from this go line on, Go uses the folder vendor/ where there is one


def vendored_modules(
    root: Path, options: GoOptions, processes: Processes, scratch: Path
) -> Sequence[SdistEntry]:
    """The files of the modules that a module needs, as members of ``vendor/``.

    The modules are fetched as in any build: from the caches, or through the module proxy. The
    module's own folder is only read.

    Args:
        root: the folder of go.mod.
        options: which Go does it.
        processes: what runs it.
        scratch: an empty folder for temporary files; the entries' content lies in it.

    Raises:
        GoError: Go cannot do it; the detail is its own message.
        ProjectError: go.mod is for a Go that does not look into ``vendor/``.
    """
    wanted = wanted_go(root)
    _refuse_old(root, wanted)
    go = find_toolchain(options.binary, processes, scratch, wanted)
    go = replace(go, environment={**go.environment, "GOWORK": "off"})
    output = scratch / VENDOR
    # Go changes neither go.mod nor go.sum here; where they lack something, that is an error.
    done = go.run("mod", "vendor", "-o", output, cwd=root, temporary=scratch)
    if done.code:
        raise GoError(
            f"Go cannot collect the modules that {root} needs.",
            hint="Mend what Go says above.",
            detail=done.message,
        )
    return [
        SdistEntry(path=f"{VENDOR}/{path.relative_to(output).as_posix()}", content=path)
        for path in sorted(output.rglob("*"))
        if path.is_file()
    ]


def _refuse_old(root: Path, wanted: str | None) -> None:
    numbers = tuple(map(int, re.findall(r"\d+", wanted or "")[:2]))
    if numbers < _FIRST_BY_ITSELF:
        raise ProjectError(
            f"go.mod in {root} says go {wanted or '(nothing)'}, and before go 1.14 a build does not"
            " look into vendor/.",
            hint="Raise it with 'go mod edit -go=1.24'.",
        )
