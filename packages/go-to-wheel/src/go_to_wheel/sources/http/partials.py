"""Downloads that are not whole yet: files in one folder, each written by one run alone.

A download is written under a name that nobody else has. When it breaks off, it is renamed so
that a later run can find it by its address and the server's ETag, and only one run gets it: a
rename succeeds once. What nobody came back for is removed.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from ...errors import OutputError

_BUSY = ".part"
_KEPT = ".partial"
_WORTH_KEEPING = 64 * 1024  # bytes; less is quickly fetched anew
_LONGEST_ETAG = 80  # bytes; it becomes part of a file name
_OLDEST = 3 * 24 * 3600  # seconds until an unfinished download is given up
_ROOM = 2 * 1024**3  # bytes for all that are kept


@dataclass(slots=True, kw_only=True)
class Partial:
    """A file that is being written, from its beginning to its end.

    Attributes:
        path: where it lies.
        key: stands for its address.
        size: the bytes written so far.
        etag: the strong ETag (RFC 9110, section 8.8.3) of what they belong to; empty where the
            server gave none, and then they cannot be continued.
        inherited: whether another run began it.
    """

    path: Path
    key: str
    size: int = 0
    etag: str = ""
    inherited: bool = False
    _stream: BinaryIO | None = field(default=None, repr=False)

    def append(self, piece: bytes) -> None:
        """Write the next bytes.

        Raises:
            OutputError: the disk is full, or cannot be written.
        """
        with writing(self.path):
            if self._stream is None:
                self._stream = self.path.open("ab", buffering=0)
            view = memoryview(piece)
            while view:
                written = self._stream.write(view) or 0
                self.size += written
                view = view[written:]

    def restart(self, etag: str) -> None:
        """Forget all bytes: what comes now are the first ones of something with this ETag.

        Raises:
            OutputError: the disk cannot be written.
        """
        self.close()
        with writing(self.path):
            self._stream = self.path.open("wb", buffering=0)
        self.size, self.etag, self.inherited = 0, etag, False

    def close(self) -> None:
        """Write no more for now.

        Raises:
            OutputError: the disk cannot be written.
        """
        stream, self._stream = self._stream, None
        if stream is not None:
            with writing(self.path):
                stream.close()

    def keep(self) -> None:
        """Leave the file for a later run to continue, where that can be done; else remove it."""
        with contextlib.suppress(OutputError, OSError):
            self.close()
            if self.size >= _WORTH_KEEPING and 0 < len(self.etag) <= _LONGEST_ETAG:
                name = f"{self.key}.{self.etag.encode().hex()}{_KEPT}"
                self.path.replace(self.path.with_name(name))
        self.discard()

    def discard(self) -> None:
        """Remove the file."""
        with contextlib.suppress(OutputError, OSError):
            self.close()
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn an error of the disk into ours.

    Raises:
        OutputError: the disk is full, or cannot be written.
    """
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"A download cannot be written to {path.parent}: {error.strerror}.",
            hint="Make room on that disk, or name another cache folder.",
        ) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Partials:
    """The folder of unfinished downloads; several runs may use it at once."""

    folder: Path

    def take(self, url: str) -> Partial:
        """The file for a download: one that broke off and is continued, or an empty one.

        Args:
            url: the address, before redirects.

        Raises:
            OutputError: the disk cannot be written.
        """
        key = hashlib.sha256(url.encode()).hexdigest()[:32]
        mine = self.folder / f"{key}.{secrets.token_hex(8)}{_BUSY}"
        for kept in sorted(self.folder.glob(f"{key}.*{_KEPT}")):
            with contextlib.suppress(OSError):  # another run was quicker
                kept.rename(mine)
                size = mine.stat().st_size
                return Partial(path=mine, key=key, size=size, etag=_etag(kept), inherited=True)
        with writing(mine):
            mine.touch()
        return Partial(path=mine, key=key)

    def tidy(self) -> None:
        """Remove what is old, and the oldest where all together take too much room."""
        now, total = time.time(), 0
        for modified, size, path in sorted(self._files(), reverse=True):
            total += size if path.suffix == _KEPT else 0
            if now - modified > _OLDEST or (path.suffix == _KEPT and total > _ROOM):
                with contextlib.suppress(OSError):
                    path.unlink(missing_ok=True)

    def _files(self) -> Iterator[tuple[float, int, Path]]:
        for path in self.folder.glob("*.part*"):
            with contextlib.suppress(OSError):
                facts = path.stat()
                yield facts.st_mtime, facts.st_size, path


def _etag(kept: Path) -> str:
    try:
        return bytes.fromhex(kept.name.split(".")[1]).decode("ascii")
    except (ValueError, IndexError):
        return ""  # not ours; it is then fetched from its beginning


def strong_etag(text: str) -> str:
    """An ETag that may say "the same bytes" (RFC 9110, section 8.8.1); empty where it may not."""
    return text if re.fullmatch(r'"[\x21\x23-\x7e]*"', text) else ""
