"""All that a build of Go source depends on, as one digest.

A program that was linked from the same inputs needs no second link, nor asking Go. That holds
only where everything that Go would read is known: the files of the module, which are hashed, and
otherwise what never changes under one name: a released toolchain, and modules whose sums stand
in go.sum. Wherever something else could play a part there is no digest, and Go is asked.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
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


def digest_inputs(go: Toolchain, root: Path, ldflags: str) -> str | None:
    """A digest of all that a build of a module depends on; None where that cannot be known.

    Args:
        go: the toolchain.
        root: the folder of the module's go.mod.
        ldflags: the user's flags for the linker.
    """
    if not _RELEASE.fullmatch(go.version) or _OTHER_LINKER.search(ldflags):
        return None
    if _has_workspace(go, root):
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
    digest = hashlib.sha256(os.fsencode(start))
    room = _MOST_BYTES
    for number, path in enumerate(_files(root)):
        if path is None or number >= _MOST_FILES:
            return None
        with path.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            room -= size
            if room < 0:
                return None
            digest.update(os.fsencode(f"\0{path.relative_to(root)}\0{size}\0"))
            digest.update(stream.read())
    return digest.hexdigest()


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
