"""The files below the folders that a user names."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from ...errors import ArtifactError
from ..archive import Check
from .artifacts import LocalFile

_DEEPEST = 4  # folders below the one that was named
_MOST_FILES = 10_000  # that are looked at


def collect(paths: Sequence[Path], check: Check) -> Iterator[LocalFile]:
    """All files, by their names below what they have in common.

    Args:
        paths: folders and files.
        check: called between any two pieces of work; what it raises ends the work.

    Raises:
        ArtifactError: a folder holds too many.
    """
    folders = [path if path.is_dir() else path.parent for path in map(Path.absolute, paths)]
    common = Path(os.path.commonpath(folders))
    for path in map(Path.absolute, paths):
        for file in _walk(path, check) if path.is_dir() else [path]:
            yield LocalFile(name=file.relative_to(common).as_posix(), path=file)


def _walk(folder: Path, check: Check) -> Iterator[Path]:
    """The files below a folder that are not hidden, in the order of their names."""
    top = len(folder.parts)
    count = 0
    for here, folders, files in os.walk(folder):
        check()
        deep = len(Path(here).parts) - top >= _DEEPEST
        folders[:] = [] if deep else sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(here, name)
            if not name.startswith(".") and path.is_file():
                count += 1
                yield path
        if count > _MOST_FILES:
            raise ArtifactError(
                f"{folder} holds more than {_MOST_FILES:,} files.",
                hint="Name the archives and binaries themselves.",
            )
