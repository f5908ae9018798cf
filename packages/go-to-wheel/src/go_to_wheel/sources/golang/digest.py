"""A digest of all that a build of Go source depends on.

A program that was linked from the same inputs needs no second link, nor asking Go. That holds only
where everything that Go would read is known: the module's source files and what they embed, which
are hashed (and not the wheels that lie in ``dist/``), and otherwise what never changes under one
name: a released toolchain, and modules whose sums stand in go.sum. Wherever something else could
play a part there is no digest, and Go is asked.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from .gomod import find_workspace
from .inputs import NOT_READ, find_inputs
from .toolchain import Toolchain

_MOST_FILES = 5_000  # beyond this, hashing costs more than asking Go
_MOST_BYTES = 64 * 1024 * 1024
# `replace example.com/mod => ../mod`: a folder outside, whose files may change.
_REPLACED_BY_FOLDER = re.compile(r'=>\s*["`]?(?:\.|/|[A-Za-z]:)')
# A linker of the system's own.
_OTHER_LINKER = re.compile(r"-extld|-linkmode")


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


class _TooMuchError(Exception):
    """There is more to hash than Go would take to build."""


def _files(folder: Path, base: str) -> Iterator[str | None]:
    """All files below a folder, in order; None for what is neither file nor folder."""
    with os.scandir(folder) as listing:
        entries = sorted(listing, key=lambda entry: entry.name)
    for entry in entries:
        name = base + entry.name
        if entry.is_dir(follow_symlinks=False):
            if not NOT_READ.fullmatch(entry.name):
                yield from _files(folder / entry.name, f"{name}/")
        else:
            yield name if entry.is_file(follow_symlinks=False) else None
