"""All that a build of Go source depends on: the files that it reads, and a digest of all of it.

``find_inputs`` says which files Go reads; the digest and the sdist both go by it. A program that
was linked from the same inputs needs no second link, nor asking Go. That holds only where
everything that Go would read is known: the module's source files and what they embed, which are
hashed (and not the wheels that lie in ``dist/``), and otherwise what never changes under one
name: a released toolchain, and modules whose sums stand in go.sum. Wherever something else could
play a part there is no digest, and Go is asked.
"""

from __future__ import annotations

import hashlib
import os
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from .embeds import Embed, embeds, includes
from .toolchain import Toolchain

_MOST_FILES = 5_000  # beyond this, hashing costs more than asking Go
_MOST_BYTES = 64 * 1024 * 1024
# `replace example.com/mod => ../mod`: a folder outside, whose files may change.
_REPLACED_BY_FOLDER = re.compile(r'=>\s*["`]?(?:\.|/|[A-Za-z]:)')
# A linker of the system's own.
_OTHER_LINKER = re.compile(r"-extld|-linkmode")
# Go embeds nothing from these (`go doc embed`); the last are our own staging folders.
_NOT_READ = re.compile(r"\.(?:git|hg|svn|bzr)|\.go-to-wheel-.*")
# What Go reads by itself (`go help packages`, `go doc go/build.Package`); default.pgo is a profile.
_SOURCE = re.compile(
    r".*\.(?:go|c|cc|cpp|cxx|m|h|hh|hpp|hxx|f|F|for|f90|s|S|sx|swig|swigcxx|syso)"
    r"|go\.(?:mod|sum)|modules\.txt|default\.pgo"
)
# Those for the C preprocessor and the assembler, by which they bring in others.
_C_SOURCE = re.compile(r".*\.(?:c|cc|cpp|cxx|m|h|hh|hpp|hxx|s|S|sx|swig|swigcxx)")
# Read for tests alone (`go help test`).
_TEST = re.compile(r".*_test\.go")
# Folders that `./...` leaves out (`go help packages`); Go reads them where they are imported.
_ASIDE = re.compile(r"testdata|[._].*")
_QUOTED_ASIDE = re.compile(rb'"([^"\s]*/(?:testdata|[._][^/"\s]*)(?:/[^"\s]*)?)"')
_CGO = re.compile(rb'^[ \t]*import[ \t(]+"C"|^[ \t]*"C"', re.MULTILINE)
# `#cgo LDFLAGS: ${SRCDIR}/lib/libx.a`: libraries that lie beside the source.
_OWN_LIBRARY = re.compile(rb"#cgo[^\n]*LDFLAGS[^\n]*\$\{SRCDIR\}")
_LIBRARY = re.compile(r".*\.(?:a|o|lib|so(?:\.[0-9.]+)?|dylib|dll|tbd)")


def digest_inputs(go: Toolchain, root: Path, ldflags: str) -> str | None:
    """A digest of all that a build of a module depends on; None where that cannot be known.

    Args:
        go: the toolchain.
        root: the folder of the module's go.mod.
        ldflags: the user's flags for the linker.
    """
    if not go.is_release:
        return None  # another folder or another day may bring another Go
    if has_other_linker(ldflags) or find_workspace(go, root):
        return None
    try:
        go_mod = (root / "go.mod").read_text(encoding="utf-8")
        if _REPLACED_BY_FOLDER.search(go_mod):
            return None
        facts = go.command.stat()
        start = f"{go.command}\0{go.version}\0{facts.st_size}\0{facts.st_mtime_ns}\0{root}"
        return _digest_files(root, start)
    except (OSError, UnicodeError):
        return None


def has_other_linker(ldflags: str) -> bool:
    """Whether flags for Go's linker may have the system's link, which reads what it likes."""
    return _OTHER_LINKER.search(ldflags) is not None


def find_workspace(go: Toolchain, root: Path) -> Path | None:
    """The go.work that brings other folders in (the Go modules reference, "Workspaces").

    Args:
        go: the toolchain.
        root: the folder of the module's go.mod.
    """
    named = go.environment.get("GOWORK", "")
    if named:
        return None if named == "off" else Path(named)
    above = (root, *root.parents, *Path(os.path.realpath(root)).parents)
    return next((folder / "go.work" for folder in above if (folder / "go.work").exists()), None)


def _digest_files(root: Path, start: str) -> str | None:
    names: list[str] = []
    for name in _files(root, ""):
        if name is None or len(names) >= _MOST_FILES:
            return None
        names.append(name)
    digest = hashlib.sha256(os.fsencode(start))
    room = _MOST_BYTES

    def read(name: str) -> bytes:
        nonlocal room
        with (root / name).open("rb") as stream:
            room -= os.fstat(stream.fileno()).st_size
            if room < 0:
                raise _TooMuchError
            content = stream.read()
        digest.update(os.fsencode(f"\0{name}\0{len(content)}\0"))
        digest.update(content)
        return content

    try:
        for name in find_inputs(names, read).brought_in:
            read(name)
    except _TooMuchError:
        return None
    return digest.hexdigest()


def uses_cgo(content: bytes) -> bool:
    """Whether a Go file is compiled together with C code (``go doc cmd/cgo``)."""
    return b"import" in content and _CGO.search(content) is not None


class _TooMuchError(Exception):
    """There is more to hash than Go would take to build."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """The files of a module that a build reads; names below its folder, with ``/``.

    Attributes:
        sources: what Go and its C compiler read, in the order in which it was read here.
        brought_in: what they embed or link, which nothing had to read here; sorted.
        embedding: source → its patterns of ``//go:embed``.
    """

    sources: tuple[str, ...]
    brought_in: tuple[str, ...]
    embedding: Mapping[str, tuple[Embed, ...]]


def find_inputs(names: Iterable[str], read: Callable[[str], bytes]) -> Inputs:
    """Which files of a module a build of any of its programs may read.

    Tests, and modules that lie inside this one, are not among them. Whether a package is part
    of a program, only Go knows: so those of all programs are, for all systems.

    Args:
        names: the module's files, sorted: their paths below its folder, with ``/``.
        read: reads one of them; called once for each source, in order.
    """
    search = _Search(_own(names), read)
    search.read_all()
    return search.found()


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
    starts = [name for name in sources if _C_SOURCE.fullmatch(name)]
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
    search = _Search(names, read)
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
        yield from (real / name for name in names if _LIBRARY.fullmatch(name))


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
        if not entry.is_dir() or _NOT_READ.fullmatch(entry.name) or path == self._root:
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


class _Search:
    """Reads sources until nothing more is brought in by what was read."""

    def __init__(self, names: list[str], read: Callable[[str], bytes]) -> None:
        self._names = names
        self._read = read
        self._sources: dict[str, None] = {}
        self._embeds: dict[str, tuple[Embed, ...]] = {}
        self._included: set[str | None] = set()
        self._aside: set[str] = set()
        self._libraries = False

    def read_all(self) -> None:
        while wanted := [name for name in self._names if self._is_wanted(name)]:
            for name in wanted:
                self._take(name, self._read(name))

    def found(self) -> Inputs:
        others = (name for name in self._names if name not in self._sources)
        return Inputs(
            sources=tuple(self._sources),
            brought_in=tuple(name for name in others if self._is_brought_in(name)),
            embedding=self._embeds,
        )

    def _is_wanted(self, name: str) -> bool:
        """Whether it is a source that was not read yet."""
        if name in self._sources:
            return False
        folder, _, base = name.rpartition("/")
        if _SOURCE.fullmatch(base) and not _TEST.fullmatch(base) and not base.startswith("_"):
            aside = any(map(_ASIDE.fullmatch, folder.split("/"))) if folder else False
            if not aside or any(path.endswith(f"/{folder}") for path in self._aside):
                return True
        return None in self._included or self._is_included(name)

    def include(self, name: str) -> None:
        """Take a file to be included, wherever the search for it begins."""
        self._included.add(_tail(name))

    def _is_included(self, name: str) -> bool:
        return any(
            included and (name == included or name.endswith(f"/{included}"))
            for included in self._included
        )

    def follow(self, starts: Iterable[str]) -> tuple[str, ...]:
        """What C code includes, from some files on; where a macro says what, all C code."""
        wanted = list(starts)
        while wanted:
            for name in wanted:
                self._take(name, self._read(name))
            wanted = [
                name
                for name in self._names
                if name not in self._sources
                and (self._is_included(name) or (None in self._included and _is_c(name)))
            ]
        libraries = [name for name in self._names if self._libraries and _LIBRARY.fullmatch(name)]
        return (*self._sources, *libraries)

    def _take(self, name: str, content: bytes) -> None:
        self._sources[name] = None
        if name.endswith(".go"):
            if patterns := tuple(embeds(content)):
                self._embeds[name] = patterns
            self._aside.update(text.decode(errors="replace") for text in _aside_in(content))
            if not uses_cgo(content):
                return
            self._libraries = self._libraries or _OWN_LIBRARY.search(content) is not None
        elif _SOURCE.fullmatch(name.rpartition("/")[2]) and not _C_SOURCE.fullmatch(name):
            return
        self._included.update(map(_tail, includes(content)))

    def _is_brought_in(self, name: str) -> bool:
        if self._libraries and _LIBRARY.fullmatch(name):
            return True
        for source, patterns in self._embeds.items():
            folder = source[: source.rfind("/") + 1]
            inner = name[len(folder) :]
            if name.startswith(folder) and any(each.takes(inner) for each in patterns):
                return True
        return False


def _is_c(name: str) -> bool:
    return _C_SOURCE.fullmatch(name) is not None


def _aside_in(content: bytes) -> Iterable[bytes]:
    """Texts in a Go file that may import a package from a folder that `./...` leaves out."""
    return _QUOTED_ASIDE.findall(content)


def _tail(included: str | None) -> str | None:
    """What the path of an included file ends with, wherever the search for it begins."""
    if included is None:
        return None
    parts = [part for part in included.replace("\\", "/").split("/") if part not in ("", ".")]
    while ".." in parts:
        parts = parts[parts.index("..") + 1 :]
    return "/".join(parts)


def _own(names: Iterable[str]) -> list[str]:
    """Without the files of modules inside this one (the Go modules reference, "go.mod files")."""
    every = list(names)
    inner = tuple(name.removesuffix("go.mod") for name in every if name.endswith("/go.mod"))
    return [name for name in every if not name.startswith(inner)] if inner else every


def _files(folder: Path, base: str) -> Iterator[str | None]:
    """All files below a folder, in order; None for what is neither file nor folder."""
    with os.scandir(folder) as listing:
        entries = sorted(listing, key=lambda entry: entry.name)
    for entry in entries:
        name = base + entry.name
        if entry.is_dir(follow_symlinks=False):
            if not _NOT_READ.fullmatch(entry.name):
                yield from _files(folder / entry.name, f"{name}/")
        else:
            yield name if entry.is_file(follow_symlinks=False) else None
