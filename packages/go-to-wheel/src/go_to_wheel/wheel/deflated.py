"""Deflating, which takes most of a build's time, done once for the same bytes.

libdeflate's highest level needs about a tenth of a second for a megabyte. What it makes of a
binary is kept under the binary's own digest, so that building again without a change costs
nothing. A kept file is trusted only after it has been inflated and its digest compared.
"""

from __future__ import annotations

import contextlib
import hashlib
import mmap
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import deflate

LEVEL = 12
"""libdeflate's highest; a Go binary gets a twentieth smaller than by zlib's."""

_WORTH_KEEPING = 64 * 1024  # bytes; what is smaller is deflated in no time
_ROOM = 512 * 1024 * 1024  # bytes that the kept files may take together


@dataclass(frozen=True, slots=True, kw_only=True)
class Deflater:
    """Deflates content, and keeps the results in a folder where it is given one.

    Attributes:
        folder: where results are kept; made when it is first needed. None keeps nothing.
    """

    folder: Path | None = None

    def deflate(self, content: bytes | mmap.mmap, sha256: bytes) -> bytes | bytearray:
        """The content as a raw DEFLATE stream (RFC 1951).

        Args:
            content: what to deflate.
            sha256: the digest of it.
        """
        if self.folder is None or len(content) < _WORTH_KEEPING:
            return deflate.deflate_compress(content, LEVEL)
        path = self.folder / f"{sha256.hex()}.{LEVEL}-{deflate.__version__}"
        if (kept := _read(path, len(content), sha256)) is not None:
            return kept
        packed = deflate.deflate_compress(content, LEVEL)
        # A cache that cannot be written is no reason to fail.
        with contextlib.suppress(OSError):
            _keep(path, packed)
        return packed


def _read(path: Path, size: int, sha256: bytes) -> bytes | None:
    try:
        packed = path.read_bytes()
        inflated = deflate.deflate_decompress(packed, size)
        if hashlib.sha256(inflated).digest() != sha256:
            return None
        os.utime(path)
    except (OSError, ValueError, deflate.DeflateError):
        return None
    return packed


def _keep(path: Path, packed: bytes | bytearray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, partial = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(packed)
        Path(partial).replace(path)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise
    _make_room(path.parent)


def _make_room(folder: Path) -> None:
    """Remove the files that were not used for the longest time."""
    files = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    total = 0
    for path in files:
        total += path.stat().st_size
        if total > _ROOM:
            path.unlink(missing_ok=True)
