"""The files that a build of Go source reads: source, and all that it embeds, includes or links.

Which these are is told by their names and by their own text alone. The digest of a build and the
sdist both go by it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from .embeds import Embed, embeds, includes

# Go embeds nothing from these (`go doc embed`); the last are our own staging folders.
NOT_READ = re.compile(r"\.(?:git|hg|svn|bzr)|\.go-to-wheel-.*")
# What Go reads by itself (`go help packages`, `go doc go/build.Package`); default.pgo is a profile.
_SOURCE = re.compile(
    r".*\.(?:go|c|cc|cpp|cxx|m|h|hh|hpp|hxx|f|F|for|f90|s|S|sx|swig|swigcxx|syso)"
    r"|go\.(?:mod|sum)|modules\.txt|default\.pgo"
)
# Those for the C preprocessor and the assembler, by which they bring in others.
C_SOURCE = re.compile(r".*\.(?:c|cc|cpp|cxx|m|h|hh|hpp|hxx|s|S|sx|swig|swigcxx)")
# Read for tests alone (`go help test`).
_TEST = re.compile(r".*_test\.go")
# Folders that `./...` leaves out (`go help packages`); Go reads them where they are imported.
_ASIDE = re.compile(r"testdata|[._].*")
_QUOTED_ASIDE = re.compile(rb'"([^"\s]*/(?:testdata|[._][^/"\s]*)(?:/[^"\s]*)?)"')
_CGO = re.compile(rb'^[ \t]*import[ \t(]+"C"|^[ \t]*"C"', re.MULTILINE)
# `#cgo LDFLAGS: ${SRCDIR}/lib/libx.a`: libraries that lie beside the source.
_OWN_LIBRARY = re.compile(rb"#cgo[^\n]*LDFLAGS[^\n]*\$\{SRCDIR\}")
LIBRARY = re.compile(r".*\.(?:a|o|lib|so(?:\.[0-9.]+)?|dylib|dll|tbd)")


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
    search = Search(_own(names), read)
    search.read_all()
    return search.found()


def uses_cgo(content: bytes) -> bool:
    """Whether a Go file is compiled together with C code (``go doc cmd/cgo``)."""
    return b"import" in content and _CGO.search(content) is not None


class Search:
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
        """Read all sources, in order, and what they include."""
        while wanted := [name for name in self._names if self._is_wanted(name)]:
            for name in wanted:
                self._take(name, self._read(name))

    def found(self) -> Inputs:
        """What was read, and what that brings in."""
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
        libraries = [name for name in self._names if self._libraries and LIBRARY.fullmatch(name)]
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
        elif _SOURCE.fullmatch(name.rpartition("/")[2]) and not C_SOURCE.fullmatch(name):
            return
        self._included.update(map(_tail, includes(content)))

    def _is_brought_in(self, name: str) -> bool:
        if self._libraries and LIBRARY.fullmatch(name):
            return True
        for source, patterns in self._embeds.items():
            folder = source[: source.rfind("/") + 1]
            inner = name[len(folder) :]
            if name.startswith(folder) and any(each.takes(inner) for each in patterns):
                return True
        return False


def _is_c(name: str) -> bool:
    return C_SOURCE.fullmatch(name) is not None


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
