"""From a plan to a file: a temporary name first, flushed to disk, then renamed."""

from __future__ import annotations

import hashlib
import io
import mmap
import os
import struct
import tarfile
import tempfile
import zlib
from pathlib import Path
from typing import BinaryIO

from ..digests import sha256_of
from ..errors import OutputError
from ..wheel.mapped import pieces
from ..wheel.staging import open_staging
from ..wheel.write import WriteOptions, WrittenFile
from .plan import SdistEntry, SdistPlan

# RFC 1952: deflated, without name or time, as small as could be, from no system in particular.
_GZIP_HEADER = bytes.fromhex("1f8b 08 00 00000000 02 ff")


def write_sdist(plan: SdistPlan, folder: Path, options: WriteOptions) -> WrittenFile:
    """Write the sdist into the folder; the same plan gives the same bytes.

    It is a tar file in the pax format of POSIX.1-2001, compressed by gzip.

    Args:
        plan: what to write.
        folder: made where it is missing.
        options: how to write it.

    Raises:
        OutputError: the disk is full, a folder cannot be written, or a file of the project
            cannot be read; no file is left.
    """
    try:
        with open_staging(folder) as staging:
            partial = staging.folder / plan.filename
            with tempfile.TemporaryFile(prefix="go-to-wheel-") as tar:
                _write_tar(plan, tar, options.epoch)
                with partial.open("wb") as stream:
                    _compress(tar, stream, options)
                    stream.flush()
                    os.fsync(stream.fileno())
            digest = sha256_of(partial)
            size = partial.stat().st_size
            (path,) = staging.publish([partial])
    except OSError as error:
        raise OutputError(
            f"{plan.filename} cannot be written: {error.filename or folder}:"
            f" {error.strerror or error}.",
            hint="See that there is room on the disk, and that all files can be read.",
        ) from error
    return WrittenFile(path=path, size=size, sha256=digest)


def _write_tar(plan: SdistPlan, stream: BinaryIO, epoch: int) -> None:
    with tarfile.open(
        fileobj=stream, mode="w", format=tarfile.PAX_FORMAT, encoding="utf-8"
    ) as archive:
        for entry in plan.entries:
            content = _read(entry)
            member = tarfile.TarInfo(f"{plan.folder}/{entry.path}")
            member.size = len(content)
            member.mtime = epoch
            member.mode = 0o755 if entry.executable else 0o644
            archive.addfile(member, io.BytesIO(content))


def _read(entry: SdistEntry) -> bytes:
    return entry.content if isinstance(entry.content, bytes) else entry.content.read_bytes()


def _compress(tar: BinaryIO, stream: BinaryIO, options: WriteOptions) -> None:
    tar.flush()
    with mmap.mmap(tar.fileno(), 0, access=mmap.ACCESS_READ) as content:
        sha256, crc = hashlib.sha256(), 0
        for piece in pieces(content):
            sha256.update(piece)
            crc = zlib.crc32(piece, crc)
        stream.write(_GZIP_HEADER)
        for piece in pieces(options.deflater.deflate(content, sha256.digest())):
            stream.write(piece)
        stream.write(struct.pack("<II", crc, len(content) & 0xFFFF_FFFF))
