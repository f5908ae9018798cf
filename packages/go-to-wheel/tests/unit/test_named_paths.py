"""Paths that pages for contributors name: what moves must be found there again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import go_to_wheel

ROOT = Path(__file__).resolve().parents[4]
SOURCE = Path(go_to_wheel.__file__).parent
CONTRIBUTING = ROOT / "CONTRIBUTING.md"

_SPAN = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)*/?")
_FILE = re.compile(r".*\.(?:md|py|toml|txt|yml)")
_OF_USERS = {"build/", "info/attributes", "pyproject.toml", "tools.toml"}
"""Files of a project that go-to-wheel is used on."""


def _named(page: Path) -> set[str]:
    """The paths in backticks on a page."""
    spans = _SPAN.findall(page.read_text(encoding="utf-8"))
    return {span for span in spans if _PATH.fullmatch(span) and ("/" in span or _FILE.match(span))}


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "docs/decisions.md"])
def test_paths_on_a_page_are_there(page: str) -> None:
    """From the top of the repository, or from the top of the package."""
    named = _named(ROOT / page)
    assert named
    gone = [
        path
        for path in sorted(named - _OF_USERS)
        if not (ROOT / path).exists() and not (SOURCE / path).exists()
    ]
    assert not gone, f"{page} names {', '.join(gone)}"


def test_the_map_of_the_code_shows_every_part() -> None:
    lines = CONTRIBUTING.read_text(encoding="utf-8").partition("## Where things are")[2]
    shown = set(re.findall(r"^ {8}(\S+)", lines, re.MULTILINE))
    assert shown == {*_folders(SOURCE), *(path.name for path in SOURCE.glob("[!_]*.py"))}
    shown = set(re.findall(r"^ {12}(\S+)", lines, re.MULTILINE))
    assert shown == _folders(SOURCE / "sources")


def _folders(folder: Path) -> set[str]:
    return {f"{path.parent.name}/" for path in folder.glob("*/__init__.py")}
