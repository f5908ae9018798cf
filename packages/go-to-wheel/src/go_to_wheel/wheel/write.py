"""From a plan to a file: a temporary name first, flushed to disk, then renamed."""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from ..digests import sha256_of
from ..errors import OutputError
from .deflated import Deflater
from .plan import FILE_MODE, WheelPlan
from .record import RecordRow, digest_of, render_record
from .zip import ZipWriter

DEFAULT_EPOCH = 315_532_800
"""1980-01-01T00:00:00Z, the oldest time that a ZIP file can hold, in seconds since 1970."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenFile:
    """A file on disk: its path, its size in bytes and its SHA-256 in hex."""

    path: Path
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOptions:
    """How wheels are written.

    Attributes:
        epoch: the time of every member, in seconds since 1970 (SOURCE_DATE_EPOCH).
        deflater: what makes members smaller.
    """

    epoch: int = DEFAULT_EPOCH
    deflater: Deflater = field(default_factory=Deflater)


def write_wheel(plan: WheelPlan, folder: Path, options: WriteOptions) -> WrittenFile:
    """Write the wheel into the folder; the same plan gives the same bytes.

    Args:
        plan: what to write.
        folder: an existing folder.
        options: how to write it.

    Raises:
        OutputError: the disk is full, or the folder cannot be written; no file is left.
        WheelError: a member is too large for a ZIP file.
    """
    path = folder / plan.filename
    partial = folder / f".{plan.filename}.partial"
    try:
        with partial.open("wb") as stream:
            archive = ZipWriter(stream=stream, epoch=options.epoch, deflater=options.deflater)
            _write_members(archive, plan)
            stream.flush()
            os.fsync(stream.fileno())
        digest = sha256_of(partial)
        size = partial.stat().st_size
        partial.replace(path)
    except OSError as error:
        raise OutputError(
            f"{plan.filename} cannot be written: {error.strerror}.",
            hint="Make room on the disk, or choose another folder with --output-dir.",
        ) from error
    finally:
        with suppress(OSError):
            partial.unlink()
    return WrittenFile(path=path, size=size, sha256=digest)


def _write_members(archive: ZipWriter, plan: WheelPlan) -> None:
    rows = []
    for entry in plan.entries:
        with _bytes_of(entry.content) as content:
            digest = digest_of(archive.add(entry.path, content, mode=entry.mode))
            rows.append(RecordRow(path=entry.path, digest=digest, size=len(content)))
    rows.append(RecordRow(path=plan.record_path))
    archive.add(plan.record_path, render_record(rows), mode=FILE_MODE)
    archive.finish()


@contextmanager
def _bytes_of(content: bytes | Path) -> Iterator[bytes | mmap.mmap]:
    """The bytes themselves, or a file's bytes mapped into memory rather than read."""
    if isinstance(content, bytes):
        yield content
        return
    if content.stat().st_size == 0:
        yield b""  # an empty file cannot be mapped
        return
    with (
        content.open("rb") as stream,
        mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as mapped,
    ):
        yield mapped
