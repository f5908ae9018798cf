"""A tar file as what it is, a tape: read forward, headers in small pieces, data skipped."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

from ...errors import ArchiveError
from .base import Check
from .compressed import PIECE, Compression, Meter, Stream, Unpacked, make_decoder
from .model import Limits

BLOCK = 512
"""The size of a header, and what every part of a tar file is padded to, in bytes."""

_LONGEST_HEADERS = 64 * 1024
"""The most bytes that the headers of one member may have; paths end at 4 KiB."""


def is_tar(block: bytes) -> bool:
    """Whether a file that begins with these 512 bytes is a tar file, of whatever age.

    The formats since 1988 have a magic; before, only the checksum told (pax in POSIX.1-2001).
    """
    return block[257:262] == b"ustar" or _has_checksum(block)


def _has_checksum(block: bytes) -> bool:
    field = block[148:156].strip(b" \0")
    if len(block) != BLOCK or not field or field.strip(b"01234567"):
        return False
    return sum(block) - sum(block[148:156]) + 8 * ord(" ") == int(field, 8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpacking:
    """How to read a file from its beginning, as often as it is needed.

    Attributes:
        file: the file, open.
        compression: how it is compressed; None where it is not.
        limits: what it may cost.
        check: called between two pieces.
    """

    file: BinaryIO
    compression: Compression | None
    limits: Limits
    check: Check

    def start(self, shown: str) -> Stream:
        """The file's unpacked bytes from the first on; what was started before is over."""
        self.file.seek(0)
        if self.compression is None:
            return self.file
        meter = Meter(name=shown, limits=self.limits)
        return Unpacked(self.file, partial(make_decoder, self.compression), meter)


class Tape:
    """Bytes with a position that only goes forward; what tarfile reads headers from.

    Args:
        unpacking: where the bytes come from.
        shown: what the archive is called in messages.

    Attributes:
        last_read: what ``read`` gave the last time.
    """

    def __init__(self, unpacking: Unpacking, shown: str) -> None:
        self._stream = unpacking.start(shown)
        self._file = unpacking.file if unpacking.compression is None else None
        self._check = unpacking.check
        self._shown = shown
        self._position = 0
        self._allowance = _LONGEST_HEADERS
        self.last_read = b""

    def start_member(self) -> None:
        """Allow the headers of one more member to be read."""
        self._allowance = _LONGEST_HEADERS

    def tell(self) -> int:
        """How many bytes lie behind, read or skipped."""
        return self._position

    def read(self, size: int, /) -> bytes:
        """Exactly so many bytes of headers, or all that are left.

        Raises:
            ArchiveError: one member has more headers than any real one.
        """
        self._allowance -= size
        if size < 0 or self._allowance < 0:
            raise ArchiveError(
                f"{self._shown} is damaged: a member of it has endless headers.",
                hint="Download or build it again.",
            )
        found = self.read_some(size)
        while len(found) < size and (piece := self.read_some(size - len(found))):
            found += piece
        self.last_read = found
        return found

    def read_some(self, size: int) -> bytes:
        """At most so many bytes; none at the end."""
        piece = self._stream.read(min(size, PIECE))
        self._position += len(piece)
        return piece

    def seek(self, position: int, /) -> int:
        """Skip forward to a position; at most to the end.

        Raises:
            ArchiveError: the position lies behind, as with the negative sizes that make
                readers of tar files turn in circles.
        """
        if position < self._position:
            raise ArchiveError(
                f"{self._shown} is damaged: a member of it has a negative size.",
                hint="Download or build it again.",
            )
        if self._file is not None:
            self._position = self._file.seek(position)
            return self._position
        while self._position < position and self.read_some(position - self._position):
            self._check()
        return self._position

    def drain(self) -> None:
        """Read to the end, which proves the sums that compressed files end with."""
        while self.read_some(PIECE):
            self._check()
