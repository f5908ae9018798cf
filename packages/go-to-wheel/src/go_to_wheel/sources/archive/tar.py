"""Tar archives, plain or compressed, by the standard library's reader of their headers."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from typing import IO, cast

from ...errors import ArchiveError
from .base import Archive, damaged
from .compressed import PIECE
from .model import Member, MemberKind
from .names import link_target, member_name, printable
from .tape import BLOCK, Tape, Unpacking

_ODD_FILE = -1  # the place of a sparse file, whose bytes are not in one piece


class Tar(Archive):
    """A tar archive.

    A tape has no directory, so it is read once to list it and once more to unpack from it; the
    second time it is left where the last member ends that was asked for.

    Args:
        unpacking: where its bytes come from.
        name: what it is called.

    Raises:
        ArchiveError: it is hostile or not whole.
        Exception: whatever decoders and tarfile raise for what they cannot read.
    """

    def __init__(self, unpacking: Unpacking, *, name: str) -> None:
        super().__init__(name=name, check=unpacking.check)
        self._unpacking = unpacking
        self._members = tuple(self._list())
        self._tape = self._rewound()

    def _rewound(self) -> Tape:
        return Tape(self._unpacking, self.shown)

    def _pieces(self, member: Member) -> Iterator[bytes]:
        if member.place == _ODD_FILE or member.size is None:
            raise ArchiveError(
                f"{printable(member.name)} in {self.shown} is a sparse file, which cannot be"
                " unpacked here.",
                hint="Unpack it, and name the file itself.",
            )
        if self._tape.tell() > member.place:
            self._tape = self._rewound()
        self._tape.seek(member.place)
        left = member.size
        while left:
            piece = self._tape.read_some(min(left, PIECE))
            if not piece:
                raise EOFError("it ends too early")
            left -= len(piece)
            yield piece

    def _list(self) -> Iterator[Member]:
        tape = self._rewound()
        with tarfile.TarFile(
            fileobj=cast("IO[bytes]", tape), encoding="utf-8", errors="replace"
        ) as reader:
            count = 0
            while (info := _next(reader, tape)) is not None:
                self.check()
                count += 1
                if count > self._unpacking.limits.members:
                    raise _too_many(self.shown, self._unpacking.limits.members)
                if info.size < 0:
                    raise damaged(self.shown, "a member of it has a negative size")
                member = self._member(info)
                if member is not None:
                    yield member
        self._finish(tape)

    def _member(self, info: tarfile.TarInfo) -> Member | None:
        """The member of this header; None for a folder, or what no reader knows."""
        name = member_name(info.name, self.shown)
        executable = bool(info.mode & 0o111)
        if info.ischr() or info.isblk() or info.isfifo():
            raise ArchiveError(
                f"{self.shown} holds a device or a pipe: {printable(name)}.",
                hint="Do not unpack it; tell those who published it.",
            )
        if info.issym() or info.islnk():
            folder = name.rpartition("/")[0] if info.issym() else ""
            return Member(
                name=name,
                size=None,
                executable=executable,
                kind=MemberKind.LINK,
                target=link_target(info.linkname, link=name, folder=folder, archive=self.shown),
            )
        if not info.isreg() or not name:
            return None
        place = _ODD_FILE if info.issparse() else info.offset_data
        return Member(name=name, size=info.size, executable=executable, place=place)

    def _finish(self, tape: Tape) -> None:
        """Make sure that the list ended where the archive ends.

        tarfile takes a damaged header for the end. An empty block is the end; without it, only
        the sums of a compressed archive prove that it is whole.
        """
        end = tape.last_read
        is_compressed = self._unpacking.compression is not None
        if end != bytes(BLOCK) and (end or not is_compressed):
            raise damaged(self.shown, "it ends too early")
        tape.drain()


def _next(reader: tarfile.TarFile, tape: Tape) -> tarfile.TarInfo | None:
    tape.start_member()
    info = reader.next()
    reader.members.clear()  # type: ignore[attr-defined] # it would remember every header
    return info


def _too_many(shown: str, limit: int) -> ArchiveError:
    return ArchiveError(
        f"{shown} holds more than {limit:,} members.", hint="No program needs that many files."
    )
