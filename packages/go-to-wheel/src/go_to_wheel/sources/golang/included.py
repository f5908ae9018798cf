"""The files that C code and assembly of a module bring in, wherever they lie on the disk."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable, Iterator
from pathlib import Path

from .embeds import includes
from .inputs import C_SOURCE, LIBRARY, NOT_READ, Search, uses_cgo


def find_included(
    root: Path, sources: Iterable[str], named: Iterable[Path] = (), top: Path | None = None
) -> tuple[str, ...]:
    """The files that C code and assembly of a module bring in.

    Args:
        root: the module's folder.
        sources: names of its files that are compiled.
        named: files that are included first, and folders where others are searched; a name that
            leads nowhere may be found in one of those.
        top: the folder in which links lead to others, without links; by default the module's.

    Returns:
        Names below the folder, with ``/``; those that lie beside it begin with ``../``.

    Raises:
        OSError: a file cannot be read.
    """
    starts = [name for name in sources if C_SOURCE.fullmatch(name)]
    starts += [name for name in sources if name.endswith(".go") and _reads_c(root / name)]
    if not starts:
        return ()
    place = _Place(root=Path(os.path.realpath(root)), top=top)
    names = sorted({*place.own(), *place.others(named)})
    outside: list[str] = []

    def read(name: str) -> bytes:
        content = (root / name).read_bytes()
        paths = (
            posixpath.join(posixpath.dirname(name), each) for each in includes(content) if each
        )
        above = (path for path in map(posixpath.normpath, paths) if path.startswith("../"))
        outside.extend(path for path in above if (root / path).is_file())
        return content

    found: tuple[str, ...] = ()
    search = Search(names, read)
    for path in named:
        if path.is_file():
            starts.append(place.name(path))
        elif not path.exists():
            search.include(path.name)
    while starts:
        found = search.follow(starts)
        starts = [path for path in dict.fromkeys(outside) if path not in found]
    return found


def libraries(path: Path) -> Iterator[Path]:
    """A file that a linker is told of, or the libraries below a folder.

    Raises:
        OSError: a folder cannot be read.
    """
    if path.is_file():
        yield path
    elif path.is_dir():
        real = Path(os.path.realpath(path))
        names = _Place(root=real, top=None).own()
        yield from (real / name for name in names if LIBRARY.fullmatch(name))


class _Place:
    """A module's folder and those beside it, in which C code finds files."""

    def __init__(self, *, root: Path, top: Path | None) -> None:
        self._root = root
        self._top = root if top is None else top
        self._linked: set[Path] = set()

    def name(self, path: Path) -> str:
        """Where a path leads, from the module's folder on."""
        return Path(os.path.relpath(os.path.realpath(path), self._root)).as_posix()

    def own(self) -> Iterator[str]:
        """All files of the module."""
        return self._below(self._root, "")

    def others(self, folders: Iterable[Path]) -> Iterator[str]:
        """All files below the folders that lie elsewhere; the others are no folders, or own."""
        for folder in folders:
            real = Path(os.path.realpath(folder))
            if real.is_dir() and not real.is_relative_to(self._root):
                yield from self._below(real, f"{self.name(real)}/")

    def _below(self, folder: Path, base: str) -> Iterator[str]:
        """Files and links to files, in order, also below links to folders."""
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
        for entry in entries:
            path = folder / entry.name
            if entry.is_file():
                yield base + entry.name
            elif self._is_searched(entry, path):
                yield from self._below(path, f"{base}{entry.name}/")

    def _is_searched(self, entry: os.DirEntry[str], path: Path) -> bool:
        if not entry.is_dir() or NOT_READ.fullmatch(entry.name) or path == self._root:
            return False
        return not entry.is_symlink() or self._is_new(path)

    def _is_new(self, link: Path) -> bool:
        """Whether a link leads to a folder to which none has led yet."""
        real = Path(os.path.realpath(link))
        if real in self._linked or not real.is_relative_to(self._top):
            return False
        self._linked.add(real)
        return True


def _reads_c(path: Path) -> bool:
    return uses_cgo(path.read_bytes())
