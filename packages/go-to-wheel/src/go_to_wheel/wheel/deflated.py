"""Deflating, which takes most of a build's time, done once for the same bytes."""

from __future__ import annotations

import mmap
import tempfile
import zlib
from dataclasses import dataclass, field
from functools import lru_cache

import deflate

from ..cache import Cache
from .mapped import Content, Room, giving_back, pieces

LEVEL = 12
"""libdeflate's highest; a Go binary gets a twentieth smaller than by zlib's."""

_WORTH_KEEPING = 4 * 1024  # bytes; what is smaller is deflated in no time
_STREAMED = 192 * 1024 * 1024  # bytes; beyond that memory counts for more than size
_AT_ONCE = 256 * 1024 * 1024  # bytes deflated at once; libdeflate holds its result in memory


def _room() -> Room:
    return Room(size=_AT_ONCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deflater:
    """Deflates content, and keeps what it makes of large content under the content's digest.

    Any number of threads may use it at once.
    """

    cache: Cache = field(default_factory=Cache)
    room: Room = field(default_factory=_room, repr=False)

    def deflate(self, content: Content, sha256: bytes) -> Content | bytearray:
        """The content as a raw DEFLATE stream (RFC 1951).

        Args:
            content: what to deflate.
            sha256: the digest of it.

        Raises:
            OSError: there is no room for a temporary file.
        """
        if len(content) > _STREAMED:
            return _stream(content)
        if len(content) < _WORTH_KEEPING:
            return _deflate_small(bytes(content))
        # Another release of the library may deflate otherwise.
        key = f"{sha256.hex()}-{LEVEL}-{deflate.__version__}"
        if (kept := self.cache.get(key)) is not None:
            return kept
        with self.room.take(len(content)), giving_back(content):
            packed = deflate.deflate_compress(content, LEVEL)
        self.cache.put(key, packed)
        return packed


@lru_cache(maxsize=256)
def _deflate_small(content: bytes) -> bytes:
    """The same launcher and licences go into the wheel of every target."""
    return bytes(deflate.deflate_compress(content, LEVEL))


def _stream(content: Content) -> mmap.mmap:
    """Deflate by zlib, piece by piece into a temporary file: libdeflate has no streams."""
    compressor = zlib.compressobj(level=9, wbits=-zlib.MAX_WBITS)
    with tempfile.TemporaryFile(prefix="go-to-wheel-") as file:
        for piece in pieces(content):
            file.write(compressor.compress(piece))
        file.write(compressor.flush())
        file.flush()
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
