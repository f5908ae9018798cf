"""Compressed streams, unpacked piece by piece with bounded memory and no more than allowed."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from ...errors import ArchiveError
from .model import Limits

PIECE = 256 * 1024
"""The most bytes that are unpacked in one step."""

_PACKED_PIECE = 64 * 1024
_XZ_MEMORY = 160 << 20  # bytes; `xz -9` makes files that need 65 MiB to unpack
_ZSTD_WINDOW = 27  # as a power of two; `zstd --ultra -22` makes files that need 128 MiB


class Compression(StrEnum):
    """How a stream is compressed, by the ending that its files usually have."""

    GZIP = "gz"
    BZIP2 = "bz2"
    XZ = "xz"
    ZSTD = "zst"


_BZIP2_MAGICS = (b"1AY&SY", b"\x17rE8P\x90")  # of the first block, or of an empty file's end
_MAGICS: tuple[tuple[bytes, Compression], ...] = (
    (b"\x1f\x8b\x08", Compression.GZIP),
    (b"\xfd7zXZ\0", Compression.XZ),
    (b"\x28\xb5\x2f\xfd", Compression.ZSTD),
)


class Decoder(Protocol):
    """What ``bz2``, ``lzma`` and ``compression.zstd`` call a decompressor: one stream of it."""

    @property
    def eof(self) -> bool:
        """Whether the end of the stream has been reached."""

    @property
    def needs_input(self) -> bool:
        """Whether there is nothing to unpack before more comes in."""

    @property
    def unused_data(self) -> bytes:
        """What came in after the end of the stream."""

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Unpack no more than this many bytes."""


class Stream(Protocol):
    """Bytes that are read from the front to the back."""

    def read(self, size: int, /) -> bytes:
        """At most so many bytes; none at the end."""


def compression_of(head: bytes) -> Compression | None:
    """How a file that begins like this is compressed; None where it is not."""
    if head[1:4] == b"\x2a\x4d\x18" and 0x50 <= head[0] <= 0x5F:
        return Compression.ZSTD  # a skippable frame, with which `pzstd` begins (RFC 8878)
    if head.startswith(b"BZh") and head[4:].startswith(_BZIP2_MAGICS):
        return Compression.BZIP2
    return next((found for magic, found in _MAGICS if head.startswith(magic)), None)


def make_decoder(compression: Compression) -> Decoder:
    """A decoder for the next stream of a file."""
    match compression:
        case Compression.GZIP:
            return Inflate(wbits=16 + zlib.MAX_WBITS)
        case Compression.BZIP2:
            import bz2

            return bz2.BZ2Decompressor()
        case Compression.XZ:
            import lzma

            return lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=_XZ_MEMORY)
        case Compression.ZSTD:
            return make_zstd_decoder()


def make_zstd_decoder() -> Decoder:
    """A decoder for one frame of Zstandard."""
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd

    parameter = zstd.DecompressionParameter.window_log_max
    return zstd.ZstdDecompressor(options={parameter: _ZSTD_WINDOW})


class Inflate:
    """zlib's decompressor, behaving like those of the other modules.

    Args:
        wbits: zlib's: 31 for gzip, -15 for the bare deflate of ZIP.
    """

    def __init__(self, *, wbits: int) -> None:
        self._decoder = zlib.decompressobj(wbits)
        self._may_hold_more = False

    @property
    def eof(self) -> bool:
        """Whether the end of the stream has been reached."""
        return self._decoder.eof

    @property
    def needs_input(self) -> bool:
        """Whether there is nothing to unpack before more comes in."""
        return not self._may_hold_more

    @property
    def unused_data(self) -> bytes:
        """What came in after the end of the stream."""
        return self._decoder.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Unpack no more than this many bytes."""
        unpacked = self._decoder.decompress(self._decoder.unconsumed_tail + data, max_length)
        # zlib may keep bytes back for want of room, though it has taken all that came in
        self._may_hold_more = len(unpacked) == max_length
        return unpacked


@dataclass(slots=True, kw_only=True)
class Meter:
    """Counts packed and unpacked bytes, and stops a bomb.

    Attributes:
        name: what is unpacked, for messages.
        limits: what it may cost.
        packed: bytes that went in so far.
        unpacked: bytes that came out so far.
    """

    name: str
    limits: Limits
    packed: int = 0
    unpacked: int = 0

    def count(self, unpacked: int) -> None:
        """Add bytes that came out.

        Raises:
            ArchiveError: it is more than the limits allow.
        """
        self.unpacked += unpacked
        if self.unpacked > self.limits.unpacked:
            raise ArchiveError(
                f"{self.name} unpacks to more than {self.limits.unpacked:,} bytes,"
                " so it was not unpacked any further.",
                hint="No program is that large; do not use it.",
            )
        too_dense = self.unpacked > self.packed * self.limits.ratio
        if too_dense and self.unpacked > self.limits.harmless:
            raise ArchiveError(
                f"{self.name} unpacks to more than {self.limits.ratio} times its size, like a"
                " bomb that fills the disk, so it was not unpacked any further.",
                hint="No program shrinks that much; do not use it.",
            )


class Unpacked:
    """The unpacked bytes of a compressed file, read from the front to the back.

    A file may hold several streams, one after the other, and zeros behind each, as tapes and
    xz's format have them.

    Args:
        packed: the compressed bytes.
        make: makes the decoder of the next stream.
        meter: counts, and ends it where the limits are exceeded.
    """

    def __init__(self, packed: Stream, make: Callable[[], Decoder], meter: Meter) -> None:
        self._packed = packed
        self._make = make
        self._meter = meter
        self._decoder: Decoder | None = make()
        self._ahead = b""

    def read(self, size: int, /) -> bytes:
        """At most so many bytes; none at the end.

        Raises:
            ArchiveError: the limits are exceeded.
            EOFError: a stream ends too early.
            Exception: whatever the decoder raises for what it cannot decode.
        """
        if size == 0:
            return b""  # zlib takes 0 for no limit at all
        while self._decoder is not None:
            if self._decoder.eof:
                self._decoder = self._next_stream(self._decoder.unused_data)
                continue
            data = self._take() if self._decoder.needs_input else b""
            unpacked = self._decoder.decompress(data, min(size, PIECE))
            self._meter.count(len(unpacked))
            if unpacked:
                return unpacked
        return b""

    def _take(self) -> bytes:
        data = self._ahead or self._fetch()
        self._ahead = b""
        if not data:
            raise EOFError("it ends too early")
        return data

    def _fetch(self) -> bytes:
        data = self._packed.read(_PACKED_PIECE)
        self._meter.packed += len(data)
        return data

    def _next_stream(self, rest: bytes) -> Decoder | None:
        """The decoder of the stream that follows; None at the end of the file."""
        rest = rest.lstrip(b"\0")
        while not rest:
            fetched = self._fetch()
            if not fetched:
                return None
            rest = fetched.lstrip(b"\0")
        self._ahead = rest
        return self._make()
