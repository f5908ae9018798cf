"""A ZIP file whose bytes depend on nothing but its members.

Python's zipfile compresses with zlib only; libdeflate makes a binary smaller by a twentieth.
The format is PKWARE's APPNOTE 6.3. What the Python index refuses (data descriptors, comments,
methods other than stored and deflated) cannot be written here.
"""

from __future__ import annotations

import hashlib
import struct
import time
import zlib
from dataclasses import dataclass, field
from typing import BinaryIO

from ..errors import WheelError
from .deflated import Deflater
from .mapped import Content, pieces

_STORED, _DEFLATED = 0, 8
_MADE_BY_UNIX = 3 << 8 | 20
_NEEDED = 20  # version 2.0: folders and deflate
_UTF8_NAME = 0x800
_LIMIT = 0xFFFF_FFFE  # without ZIP64; the index takes 100 MiB a file by default
_SHORT_LIMIT = 0xFFFF  # of a name's bytes, and of members without ZIP64
_EARLIEST = 315_532_800  # 1980-01-01, before which a ZIP file has no time
_LATEST = 4_354_819_198  # 2107-12-31 23:59:58, after which it has none either


@dataclass(frozen=True, slots=True, kw_only=True)
class _Member:
    name: bytes
    flags: int
    method: int
    crc: int
    compressed: int
    size: int
    mode: int
    offset: int


@dataclass(slots=True, kw_only=True)
class ZipWriter:
    """Writes members in the order they come; ``finish`` writes the directory.

    Attributes:
        stream: where the bytes go; only written to, from its current position 0.
        epoch: the time of every member, in seconds since 1970 (SOURCE_DATE_EPOCH).
        deflater: what makes members smaller.
    """

    stream: BinaryIO
    epoch: int
    deflater: Deflater = field(default_factory=Deflater)
    _members: list[_Member] = field(default_factory=list)
    _offset: int = 0

    def add(self, name: str, content: Content, *, mode: int) -> bytes:
        """Write one member, deflated where that makes it smaller; return its SHA-256 digest.

        Args:
            name: its name in the archive, with ``/``.
            content: its bytes.
            mode: the file mode with its type, for example ``0o100755``.

        Raises:
            WheelError: it is too large for a ZIP file, or its name is too long.
        """
        encoded = name.encode("utf-8")
        if len(encoded) > _SHORT_LIMIT or len(self._members) == _SHORT_LIMIT:
            raise WheelError(
                f"{name[:100]} is a name too long, or a file too many, for a wheel.",
                hint="Give it a shorter name, or leave files out.",
            )
        size = len(content)
        if size > _LIMIT or self._offset > _LIMIT - size:
            raise WheelError(
                f"{name} is too large for a wheel: {size} bytes.",
                hint="The Python index takes 100 MiB a file by default.",
            )
        sha256, crc = _measure(content)
        packed = self.deflater.deflate(content, sha256)
        method = _DEFLATED if len(packed) < size else _STORED
        member = _Member(
            name=encoded,
            flags=0 if encoded.isascii() else _UTF8_NAME,
            method=method,
            crc=crc,
            compressed=len(packed) if method == _DEFLATED else size,
            size=size,
            mode=mode,
            offset=self._offset,
        )
        self._write(b"PK\x03\x04" + struct.pack("<H", _NEEDED) + self._common(member) + encoded)
        for piece in pieces(packed if method == _DEFLATED else content):
            self._write(piece)
        self._members.append(member)
        return sha256

    def finish(self) -> None:
        """Write the central directory. Nothing may be added afterwards."""
        start = self._offset
        for member in self._members:
            self._write(
                b"PK\x01\x02"
                + struct.pack("<HH", _MADE_BY_UNIX, _NEEDED)
                + self._common(member)
                + struct.pack("<HHHII", 0, 0, 0, member.mode << 16, member.offset)
                + member.name
            )
        count = len(self._members)
        size = self._offset - start
        self._write(b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, count, count, size, start, 0))

    def _common(self, member: _Member) -> bytes:
        """The fields that a local header and a directory entry share, from flags on."""
        dos_time, dos_date = _dos_time(self.epoch)
        return struct.pack(
            "<HHHHIIIHH",
            member.flags,
            member.method,
            dos_time,
            dos_date,
            member.crc,
            member.compressed,
            member.size,
            len(member.name),
            0,
        )

    def _write(self, data: bytes | memoryview) -> None:
        self.stream.write(data)
        self._offset += len(data)


def _measure(content: Content) -> tuple[bytes, int]:
    """SHA-256 and CRC-32 of the content."""
    sha256, crc = hashlib.sha256(), 0
    for piece in pieces(content):
        sha256.update(piece)
        crc = zlib.crc32(piece, crc)
    return sha256.digest(), crc


def _dos_time(epoch: int) -> tuple[int, int]:
    """Seconds since 1970 as MS-DOS time and date, in UTC, with a step of two seconds."""
    moment = time.gmtime(min(max(epoch, _EARLIEST), _LATEST))
    return (
        moment.tm_hour << 11 | moment.tm_min << 5 | moment.tm_sec // 2,
        (moment.tm_year - 1980) << 9 | moment.tm_mon << 5 | moment.tm_mday,
    )
