"""Archives from anywhere, read without trusting a byte of them.

What a file is, its first bytes say and not its name: tar, plain or compressed with gzip, bzip2,
xz or Zstandard; ZIP; a single file compressed that way; or anything else, which counts as an
archive with one member. Nothing is ever unpacked as a whole: members are listed, and those that
were chosen are streamed to a path that the caller chose.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from ...errors import ArchiveError
from .base import Archive, Check, guarded, never
from .compressed import Compression, compression_of
from .model import Limits, Member, MemberKind
from .names import printable
from .single import Single
from .tape import BLOCK, Tape, Unpacking, is_tar
from .tar import Tar
from .zip import Zip, is_zip

__all__ = [
    "Archive",
    "Check",
    "Limits",
    "Member",
    "MemberKind",
    "guarded",
    "looks_packed",
    "never",
    "open_archive",
]


def looks_packed(head: bytes) -> bool:
    """Whether a file that begins like this is an archive, or compressed alone.

    Args:
        head: its first 512 bytes or more, or the whole file.
    """
    return is_zip(head) or compression_of(head) is not None or is_tar(head[:BLOCK])


@contextmanager
def open_archive(
    path: Path, *, name: str | None = None, limits: Limits | None = None, check: Check = never
) -> Iterator[Archive]:
    """List an archive, and keep it open for as long as the block lasts.

    Args:
        path: where it lies.
        name: what it is called in messages, and what names the member of a file that is
            compressed alone (``tool_linux_amd64.gz``); the path's last part by default.
        limits: what it may cost.
        check: called between any two pieces of work; what it raises ends the work.

    Raises:
        ArchiveError: it cannot be read, is damaged or cut short, is a bomb, or holds what has
            no place in an archive of a program: a name or a link that leaves it, a device.
    """
    shown = printable(name or path.name)
    with guarded(shown):
        file = _open_regular(path, shown)
    with file:
        with guarded(shown):
            archive = _read(file, name or path.name, limits or Limits(), check)
        yield archive


def _open_regular(path: Path, shown: str) -> BinaryIO:
    """The file, opened; a pipe is never opened, which could wait for ever."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise ArchiveError(f"{shown} is no regular file.", hint="Name the archive itself.")
    return path.open("rb")


def _read(file: BinaryIO, name: str, limits: Limits, check: Check) -> Archive:
    head = file.read(BLOCK)
    if is_zip(head):
        return Zip(file, name=name, limits=limits, check=check)
    compression = compression_of(head)
    unpacking = Unpacking(file=file, compression=compression, limits=limits, check=check)
    if compression is not None:
        head = Tape(unpacking, printable(name)).read(BLOCK)
    if is_tar(head):
        return Tar(unpacking, name=name)
    return Single(unpacking, name=_inner_name(name, compression))


def _inner_name(name: str, compression: Compression | None) -> str:
    """What ``gunzip`` and its like would call the file inside."""
    suffix = f".{compression}" if compression else ""
    return name[: -len(suffix)] if suffix and name.lower().endswith(suffix) else name
