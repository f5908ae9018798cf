"""Deflating, which takes most of a build's time, done once for the same bytes."""

from __future__ import annotations

import mmap
from dataclasses import dataclass, field

import deflate

from ..cache import Cache

LEVEL = 12
"""libdeflate's highest; a Go binary gets a twentieth smaller than by zlib's."""

_WORTH_KEEPING = 4 * 1024  # bytes; what is smaller is deflated in no time


@dataclass(frozen=True, slots=True, kw_only=True)
class Deflater:
    """Deflates content, and keeps what it makes of large content under the content's digest."""

    cache: Cache = field(default_factory=Cache)

    def deflate(self, content: bytes | mmap.mmap, sha256: bytes) -> bytes | bytearray:
        """The content as a raw DEFLATE stream (RFC 1951).

        Args:
            content: what to deflate.
            sha256: the digest of it.
        """
        if len(content) < _WORTH_KEEPING:
            return deflate.deflate_compress(content, LEVEL)
        # Another release of the library may deflate otherwise.
        key = f"{sha256.hex()}-{LEVEL}-{deflate.__version__}"
        if (kept := self.cache.get(key)) is not None:
            return kept
        packed = deflate.deflate_compress(content, LEVEL)
        self.cache.put(key, packed)
        return packed
