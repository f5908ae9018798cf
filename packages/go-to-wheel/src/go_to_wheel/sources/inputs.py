"""All that a build of Go source depends on, as one digest.

A program that was linked from the same inputs needs no second link, nor asking Go. That holds
only where everything that Go would read is known: the module's source files and what they embed,
which are hashed (and not the wheels that lie in ``dist/``), and otherwise what never changes
under one name: a released toolchain, and modules whose sums stand in go.sum. Wherever something
else could play a part there is no digest, and Go is asked.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from .toolchain import Toolchain

_MOST_FILES = 5_000  # beyond this, hashing costs more than asking Go
_MOST_BYTES = 64 * 1024 * 1024
_RELEASE = re.compile(r"go[0-9]+(?:\.[0-9]+)*(?:rc[0-9]+|beta[0-9]+)?")
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
_ASSEMBLY = (".s", ".S", ".sx")
_EMBEDS = re.compile(rb"//go:embed[ \t]+([^\r\n]*)")


def digest_inputs(go: Toolchain, root: Path, ldflags: str) -> str | None:
    """A digest of all that a build of a module depends on; None where that cannot be known.

    Args:
        go: the toolchain.
        root: the folder of the module's go.mod.
        ldflags: the user's flags for the linker.
    """
    if not go.is_itself or not _RELEASE.fullmatch(go.version):
        return None  # another folder or another day may bring another Go
    if _OTHER_LINKER.search(ldflags) or _has_workspace(go, root):
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


def _has_workspace(go: Toolchain, root: Path) -> bool:
    """Whether a go.work brings other folders in (the Go modules reference, "Workspaces")."""
    named = go.environment.get("GOWORK", "")
    if named:
        return named != "off"
    return any((folder / "go.work").exists() for folder in (root, *root.parents))


def _digest_files(root: Path, start: str) -> str | None:
    files: list[Path] = []
    for path in _files(root):
        if path is None or len(files) >= _MOST_FILES:
            return None
        files.append(path)
    digest = hashlib.sha256(os.fsencode(start))
    room = _MOST_BYTES

    def read(path: Path) -> bytes | None:
        nonlocal room
        with path.open("rb") as stream:
            room -= os.fstat(stream.fileno()).st_size
            if room < 0:
                return None
            content = stream.read()
        digest.update(os.fsencode(f"\0{path.relative_to(root)}\0{len(content)}\0"))
        digest.update(content)
        return content

    source = [path for path in files if _SOURCE.fullmatch(path.name)]
    embedded: dict[Path, set[str]] = {}
    for path in source:
        if (content := read(path)) is None:
            return None
        where = root if path.suffix in _ASSEMBLY else path.parent
        embedded.setdefault(where, set()).update(_embedded(path, content))
    known = set(source)
    others = (path for path in files if path not in known and _is_embedded(path, embedded))
    return digest.hexdigest() if all(read(path) is not None for path in others) else None


def _embedded(path: Path, content: bytes) -> Iterator[str]:
    """What a source file may bring in: patterns of names in its folder (`go doc embed`)."""
    if path.suffix in _ASSEMBLY:
        yield "*"  # it may include any file
    for line in _EMBEDS.findall(content) if path.suffix == ".go" else ():
        text = line.decode(errors="replace")
        # Quoted, or with what Go's patterns mean and fnmatch does not: it may be any name.
        odd = not text.isascii() or any(mark in text for mark in '"`\\[')
        words = ["*"] if odd else text.split()
        for word in words:
            first = word.removeprefix("all:").split("/")[0]
            yield "*" if first == "." else first


def _is_embedded(path: Path, embedded: dict[Path, set[str]]) -> bool:
    """Whether a folder above brings in this file, or the folder that it lies in.

    Some systems find ``Static`` by the name ``static``.
    """
    return any(
        fnmatchcase(path.relative_to(folder).parts[0].casefold(), pattern.casefold())
        for folder in path.parents
        for pattern in embedded.get(folder, ())
    )


def _files(folder: Path) -> Iterator[Path | None]:
    """All files below a folder, in order; None for what is neither file nor folder."""
    with os.scandir(folder) as listing:
        entries = sorted(listing, key=lambda entry: entry.name)
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if not _NOT_READ.fullmatch(entry.name):
                yield from _files(Path(entry.path))
        else:
            yield Path(entry.path) if entry.is_file(follow_symlinks=False) else None
