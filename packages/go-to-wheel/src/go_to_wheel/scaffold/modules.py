"""A folder of several Go modules, which is none itself."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from pathlib import Path

from ..errors import SourceNotFoundError
from ..sources.files import absolute_folder
from ..wording import listed

_DEPTH = 3  # folders below the one that is looked at
_MOST = 6  # modules that are named
_NOT_OURS = ("_", ".")  # how folders begin that Go passes over, too
_OF_OTHERS = {"vendor", "testdata", "node_modules"}


def refuse_top_of_modules(folder: Path) -> None:
    """Refuse a folder that holds modules and is none: to make it one would hurt them.

    Raises:
        SourceNotFoundError: so it is; the hint names the modules.
    """
    start = absolute_folder(folder)
    if not start.is_dir() or any((each / "go.mod").is_file() for each in (start, *start.parents)):
        return
    found = list(_modules(start))
    if not found:
        return
    names = [shlex.quote(str(folder / each)) for each in found]
    raise SourceNotFoundError(
        f"There is no go.mod in {folder}, but there is in {listed(names, _MOST)}.",
        hint=f"Set up each by itself, as with: go-to-wheel init {names[0]}.",
    )


def _modules(start: Path) -> Iterator[Path]:
    """The folders of modules below one, as they lie below it."""
    for where, folders, files in os.walk(start):
        below = Path(where).relative_to(start)
        if "go.mod" in files:
            yield below
        folders[:] = sorted(
            name
            for name in folders
            if len(below.parts) < _DEPTH
            and not name.startswith(_NOT_OURS)
            and name not in _OF_OTHERS
        )
