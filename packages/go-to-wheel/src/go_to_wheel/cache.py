"""Results of slow steps, kept in a folder from one build to the next.

Each result lies in one file, named by a digest of what it was made from, and ends with a digest
of itself: a file that was damaged is no result. A folder that cannot be written is no error
either; the step is then done again the next time.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

_ROOM = 512 * 1024 * 1024  # bytes that all results in one folder may take together


@dataclass(frozen=True, slots=True, kw_only=True)
class Cache:
    """A folder of results.

    Attributes:
        folder: made when it is first needed; None keeps nothing.
    """

    folder: Path | None = None

    def below(self, name: str) -> Cache:
        """The cache for one kind of step."""
        return Cache(folder=self.folder / name if self.folder else None)

    def get(self, key: str) -> bytes | None:
        """The result kept under a key; None where there is none, or a damaged one.

        Args:
            key: a file name.
        """
        if self.folder is None:
            return None
        path = self.folder / key
        try:
            with path.open("rb") as stream:
                size = os.fstat(stream.fileno()).st_size - hashlib.sha256().digest_size
                result = stream.read(max(size, 0))
                digest = stream.read()
            os.utime(path)  # what was used last is removed last
        except OSError:
            return None
        return result if hashlib.sha256(result).digest() == digest else None

    def put(self, key: str, result: bytes | bytearray) -> None:
        """Keep a result, in place of an older one under the same key."""
        if self.folder is None:
            return
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            _write(self.folder / key, result)
            _make_room(self.folder)


def _write(path: Path, result: bytes | bytearray) -> None:
    descriptor, partial = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(result)
            stream.write(hashlib.sha256(result).digest())
        Path(partial).replace(path)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise


def _make_room(folder: Path) -> None:
    """Remove the results that were not used for the longest time."""
    with os.scandir(folder) as entries:
        files = [(entry.stat().st_mtime, entry.stat().st_size, entry.path) for entry in entries]
    total = 0
    for _, size, path in sorted(files, reverse=True):
        total += size
        if total > _ROOM:
            Path(path).unlink(missing_ok=True)
