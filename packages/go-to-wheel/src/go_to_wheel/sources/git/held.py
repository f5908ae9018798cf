"""Whether files are as git's index has them: by their bytes, whatever git believes of them.

Git itself does not look again at files whose size and time have not changed, nor at those that
``git update-index`` told it to pass over, and it compares what a filter makes of a file, not the
file. So the bytes are hashed here. Two conversions count as no change, since the commit still says
every byte: line ends that are all CRLF where it has LF and ``.gitattributes`` say so, for that is
the same on every machine, and a file of Git LFS, of which it holds the digest.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections import deque
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

_ENTRY = re.compile(
    r"(?P<tag>[A-Za-z?]) (?P<mode>[0-7]{6}) (?P<blob>[0-9a-f]{40}(?:[0-9a-f]{24})?) [0-3]\t"
    r"(?P<name>.+)",
    re.DOTALL,
)
_GITLINK = "160000"  # `git help gitglossary`, "gitlink": the commit of a submodule
_PIECE = 1 << 20  # bytes that are read at once
_MOST_LINKS = 40  # on the way to one file, as Linux has it


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracked:
    """What git's index says of one file.

    Attributes:
        blob: the name of its content, in hex; of a submodule, its commit.
        is_submodule: it is the folder of a submodule.
        is_hidden: git was told not to look whether it changes: ``--assume-unchanged`` or
            ``--skip-worktree``, which also a sparse checkout sets.
    """

    blob: str
    is_submodule: bool = False
    is_hidden: bool = False


Index = Mapping[str, Tracked]
"""Path below the work tree's root, with ``/`` → what git's index says of it."""


def parse_index(listed: str) -> dict[str, Tracked]:
    """The index as ``git ls-files --stage -v -z`` writes it."""
    entries = filter(None, map(_ENTRY.fullmatch, listed.split("\0")))
    return {
        entry["name"]: Tracked(
            blob=entry["blob"],
            is_submodule=entry["mode"] == _GITLINK,
            # `git help ls-files`, "-v": S is skip-worktree, small letters are assume-unchanged.
            is_hidden=entry["tag"] == "S" or entry["tag"].islower(),
        )
        for entry in entries
    }


def below(path: Path, root: Path) -> str | None:
    """The name of a path below a folder, with ``/``; None where it lies elsewhere."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else None


def changed_files(
    files: Iterable[Path], root: Path, index: Index, with_crlf: Container[str] = ()
) -> Iterator[Path]:
    """Those of the files that are not just as the index has them, or are not in it.

    Links on the way to a file must be in it, too.

    Args:
        files: absolute paths.
        root: the work tree's root, without symbolic links.
        index: what git keeps there.
        with_crlf: names of files of which git makes every line end CRLF.
    """
    known: dict[Path, bool] = {}
    for file in files:
        for step in _steps(file, root):
            if step not in known:
                name = below(step, root) or ""
                tracked = index.get(name)
                known[step] = tracked is not None and is_same(
                    step, tracked, with_crlf=name in with_crlf
                )
            if not known[step]:
                yield file
                break


def _steps(path: Path, root: Path) -> Iterator[Path]:
    """The links below the root by which a path leads to its file, and then that file."""
    at, parts, links = Path(path.anchor), deque(path.parts[1:]), 0
    while parts:
        part = parts.popleft()
        at = at.parent if part == ".." else at / part
        if at.is_symlink() and links < _MOST_LINKS:
            links += 1
            if at.is_relative_to(root):
                yield at
            target = at.readlink()
            parts.extendleft(reversed(target.parts[1:] if target.anchor else target.parts))
            at = Path(target.anchor) if target.anchor else at.parent
    yield at


def is_same(path: Path, tracked: Tracked, *, with_crlf: bool = False) -> bool:
    """Whether a file, or a link, is as the index has it; what cannot be read is not.

    Args:
        path: the file.
        tracked: what git keeps of it.
        with_crlf: git makes every line end CRLF where it writes the file.
    """
    try:
        if path.is_symlink():
            text = os.readlink(path)  # noqa: PTH115 - a Path would write ./a as a
            return _name(os.fsencode(text), tracked) == tracked.blob
        with path.open("rb") as stream:
            return _is_same_content(stream, tracked, with_crlf=with_crlf)
    except OSError:
        return False


def _is_same_content(stream: BufferedReader, tracked: Tracked, *, with_crlf: bool) -> bool:
    size = os.fstat(stream.fileno()).st_size
    found = _hasher(size, tracked)
    while piece := stream.read(_PIECE):
        found.update(piece)
    if found.hexdigest() == tracked.blob:
        return True
    stream.seek(0)
    digest = hashlib.file_digest(stream, "sha256").hexdigest()
    # The Git LFS specification, "The Pointer".
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize {size}\n"
    if _name(pointer.encode(), tracked) == tracked.blob:
        return True
    if not with_crlf:
        return False
    stream.seek(0)
    content = stream.read()
    only = content.count(b"\r\n") == content.count(b"\n")
    return only and _name(content.replace(b"\r\n", b"\n"), tracked) == tracked.blob


def _name(content: bytes, like: Tracked) -> str:
    found = _hasher(len(content), like)
    found.update(content)
    return found.hexdigest()


def _hasher(size: int, like: Tracked) -> hashlib._Hash:
    """What gives git's name of a content, in a repository of SHA-1 or of SHA-256."""
    start = b"blob %d\0" % size
    if len(like.blob) == hashlib.sha256().digest_size * 2:
        return hashlib.sha256(start)
    return hashlib.sha1(start, usedforsecurity=False)
