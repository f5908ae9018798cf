"""ZIP archives: the standard library reads the directory, and members are unpacked here.

Its own reader of members would unpack bzip2 and LZMA without any bound. The numbers in
comments are sections of PKWARE's APPNOTE.TXT 6.3.10.
"""

from __future__ import annotations

import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, BinaryIO, cast

from ...errors import ArchiveError
from .base import Archive, Check, damaged
from .compressed import (
    PIECE,
    Compression,
    Decoder,
    Inflate,
    Meter,
    Stream,
    Unpacked,
    make_decoder,
)
from .model import Limits, Member, MemberKind
from .names import link_target, member_name, printable

_LOCAL_HEADER = struct.Struct("<4s5H3I2H")  # 4.3.7
_BYTES_PER_MEMBER = 100  # of the directory: the record, 46 bytes, and a name
_LONGEST_TARGET = 4096  # bytes; Linux's PATH_MAX

_STORED = 0  # 4.4.5
_DEFLATED = 8
_BZIP2 = 12
_ZSTD = 93
_OTHER_METHODS = {
    **dict.fromkeys((1, 2, 3, 4, 5, 6), "a method of the eighties"),
    9: "deflate64",
    10: "PKWARE's imploding",
    14: "LZMA",
    95: "xz",
    98: "PPMd",
    99: "AES encryption",
}
_ENCRYPTED = 0x1 | 0x40 | 0x2000  # 4.4.4: encrypted, strongly, headers too
_UTF8 = 0x800
_UNIX = frozenset({3, 19})  # 4.4.2: made on Unix or macOS, so that modes are known


def is_zip(head: bytes) -> bool:
    """Whether a file that begins like this is a ZIP archive; an empty one begins with its end."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))


class Zip(Archive):
    """A ZIP archive.

    Args:
        file: the file, open.
        name: what it is called.
        limits: what it may cost.
        check: called between two pieces.

    Raises:
        ArchiveError: it is hostile or not whole.
        Exception: whatever zipfile raises for what it cannot read.
    """

    def __init__(self, file: BinaryIO, *, name: str, limits: Limits, check: Check) -> None:
        super().__init__(name=name, check=check)
        self._file = file
        self._limits = limits
        self._records = self._read_directory()
        self._members = tuple(self._list())

    def _read_directory(self) -> list[zipfile.ZipInfo]:
        """The records of the directory.

        Raises:
            ArchiveError: there are too many members, or they are too large together.
        """
        directory = _Directory(self._file, self._limits.members * _BYTES_PER_MEMBER)
        with zipfile.ZipFile(cast("IO[bytes]", directory)) as reader:
            records = reader.infolist()
        unpacked = sum(record.file_size for record in records)
        if len(records) > self._limits.members or unpacked > self._limits.unpacked:
            raise ArchiveError(
                f"{self.shown} holds {len(records):,} members of {unpacked:,} bytes together,"
                " so it was not unpacked.",
                hint="No program is that large; do not use it.",
            )
        return records

    def _list(self) -> Iterator[Member]:
        for place, record in enumerate(self._records):
            self.check()
            member = self._member(place, record)
            if member is not None:
                yield member

    def _member(self, place: int, record: zipfile.ZipInfo) -> Member | None:
        """The member of this record; None for a folder."""
        name = member_name(record.filename, self.shown)
        mode = record.external_attr >> 16 if record.create_system in _UNIX else 0
        kind = stat.S_IFMT(mode)
        is_folder = record.filename.endswith(("/", "\\")) or stat.S_ISDIR(mode)
        if kind not in {0, stat.S_IFREG, stat.S_IFLNK, stat.S_IFDIR}:
            raise ArchiveError(
                f"{self.shown} holds a device or a pipe: {printable(name)}.",
                hint="Do not unpack it; tell those who published it.",
            )
        if is_folder or not name:
            return None
        return Member(
            name=name,
            size=record.file_size,
            executable=bool(mode & 0o111),
            kind=MemberKind.LINK if stat.S_ISLNK(mode) else MemberKind.FILE,
            target=self._target(name, record) if stat.S_ISLNK(mode) else "",
            place=place,
        )

    def _target(self, name: str, record: zipfile.ZipInfo) -> str:
        """Where a symbolic link leads, which is what it holds as a file."""
        if record.file_size > _LONGEST_TARGET:
            raise damaged(self.shown, f"the link {name} is {record.file_size} bytes long")
        raw = b"".join(self._read(record)).decode("utf-8", "replace")
        folder = name.rpartition("/")[0]
        return link_target(raw, link=name, folder=folder, archive=self.shown)

    def _pieces(self, member: Member) -> Iterator[bytes]:
        return self._read(self._records[member.place])

    def _read(self, record: zipfile.ZipInfo) -> Iterator[bytes]:
        shown = printable(record.filename)
        stream = self._open(record)
        crc, size = 0, 0
        while piece := stream.read(PIECE):
            crc = zlib.crc32(piece, crc)
            size += len(piece)
            if size > record.file_size:
                break
            yield piece
        if size != record.file_size:
            raise damaged(self.shown, f"{shown} is not as long as its header says")
        if crc != record.CRC:
            raise damaged(self.shown, f"the bytes of {shown} do not match their CRC")

    def _open(self, record: zipfile.ZipInfo) -> Stream:
        shown = printable(record.filename)
        if record.flag_bits & _ENCRYPTED:
            raise ArchiveError(
                f"{shown} in {self.shown} is encrypted.", hint="Use an archive without a password."
            )
        if record.compress_type not in {_STORED, _DEFLATED, _BZIP2, _ZSTD}:
            method = _OTHER_METHODS.get(record.compress_type, "an unknown method")
            raise ArchiveError(
                f"{shown} in {self.shown} is compressed with {method}"
                f" ({record.compress_type}), which cannot be unpacked here.",
                hint="Use an archive that other programs can unpack too: deflated, or a tar.gz.",
            )
        packed = _Span(self._file, self._start_of(record), record.compress_size)
        if record.compress_type == _STORED:
            return packed
        meter = Meter(name=f"{shown} in {self.shown}", limits=self._limits)
        return Unpacked(packed, lambda: _decoder(record.compress_type), meter)

    def _start_of(self, record: zipfile.ZipInfo) -> int:
        """Where a member's bytes begin. Its own header must say what the directory says.

        Otherwise two readers could see two archives in one file.
        """
        self._file.seek(record.header_offset)
        local: tuple[bytes, int, int, int, int, int, int, int, int, int, int]
        local = _LOCAL_HEADER.unpack(self._file.read(_LOCAL_HEADER.size))
        signature, _, flags, method, _, _, _, _, _, name_size, extra_size = local
        name = self._file.read(name_size)
        decoded = name.decode("utf-8" if flags & _UTF8 else "cp437")
        if (
            signature != b"PK\x03\x04"
            or method != record.compress_type
            or decoded != record.orig_filename
        ):
            shown = printable(record.filename)
            raise damaged(self.shown, f"{shown} is not where its directory says")
        return record.header_offset + _LOCAL_HEADER.size + name_size + extra_size


def _decoder(method: int) -> Decoder:
    match method:
        case 8:
            return Inflate(wbits=-zlib.MAX_WBITS)
        case 12:
            return make_decoder(Compression.BZIP2)
        case _:
            return make_decoder(Compression.ZSTD)


class _Directory:
    """A file whose directory zipfile may read, unless it is too long for memory."""

    def __init__(self, file: BinaryIO, limit: int) -> None:
        self._file = file
        self._limit = limit
        self._size = file.seek(0, os.SEEK_END)
        self.seek = file.seek
        self.tell = file.tell
        self.seekable = file.seekable

    def read(self, size: int = -1, /) -> bytes:
        left = max(0, self._size - self._file.tell())
        wanted = left if size < 0 else min(size, left)
        if wanted > self._limit:
            raise zipfile.BadZipFile("its directory is too long")
        return self._file.read(wanted)


class _Span:
    """A part of a file, from the front to the back."""

    def __init__(self, file: BinaryIO, start: int, size: int) -> None:
        self._file = file
        self._position = start
        self._end = start + size

    def read(self, size: int, /) -> bytes:
        self._file.seek(self._position)
        piece = self._file.read(min(size, self._end - self._position))
        self._position += len(piece)
        return piece
