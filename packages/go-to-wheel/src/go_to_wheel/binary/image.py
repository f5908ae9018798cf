"""The bytes of a binary, read piece by piece and never as a whole.

The files come from anywhere, so every read is checked against the file's size and against a
limit: a length field of 2**60 costs nothing but an error.
"""

from __future__ import annotations

import mmap
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..errors import InvalidBinaryError

MAX_READ = 1 << 20
"""The most bytes that one read may return: 1 MiB, far above any header."""

MAX_TEXT = 4096
"""The longest name or path, in bytes, that is read from a binary (Linux's PATH_MAX)."""

_NAME_A_FILE = "Name the executable file itself."


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A range of bytes: its offset in the image and its size, both in bytes."""

    offset: int
    size: int


class Image:
    """The bytes of one executable: a whole file, or one slice of a universal one.

    Attributes:
        name: the file's name, for messages.
        size: its size in bytes.
    """

    __slots__ = ("_data", "_start", "name", "size")

    def __init__(self, data: bytes | mmap.mmap, name: str, span: Span | None = None) -> None:
        self._data = data
        self.name = name
        self._start = span.offset if span else 0
        self.size = span.size if span else len(data)

    def slice(self, span: Span) -> Image:
        """A part of this image, as an image of its own.

        Raises:
            InvalidBinaryError: the part does not lie in this image.
        """
        if span.offset > self.size or span.size > self.size - span.offset:
            raise self.damaged("a part of it lies beyond its end")
        return Image(self._data, self.name, Span(offset=self._start + span.offset, size=span.size))

    def clip(self, span: Span) -> Span:
        """The part of this range that lies in the image; may be empty."""
        offset = min(span.offset, self.size)
        return Span(offset=offset, size=min(span.size, self.size - offset))

    def read(self, offset: int, size: int) -> bytes:
        """These bytes, exactly as many.

        Raises:
            InvalidBinaryError: they are not all there, or are more than ``MAX_READ``.
        """
        if offset < 0 or size < 0 or offset > self.size or size > self.size - offset:
            raise self.damaged("it ends too early")
        if size > MAX_READ:
            raise self.damaged(f"a table of it is {size} bytes long")
        start = self._start + offset
        return self._data[start : start + size]

    def head(self, size: int) -> bytes:
        """The first bytes, as many as there are up to this size."""
        return self.read(0, min(size, self.size))

    def text(self, offset: int, limit: int = MAX_TEXT) -> str:
        """The text at this offset up to its NUL, with odd characters escaped.

        Raises:
            InvalidBinaryError: the offset is outside, or there is no NUL within the limit.
        """
        if offset < 0 or offset >= self.size:
            raise self.damaged("a name in it lies beyond its end")
        raw, nul, _ = self.read(offset, min(limit, self.size - offset)).partition(b"\0")
        if not nul:
            raise self.damaged("a name in it has no end")
        return clean_text(raw)

    def damaged(self, detail: str) -> InvalidBinaryError:
        """The error that says this executable is broken."""
        return InvalidBinaryError(
            f"{self.name} is damaged or cut short: {detail}.", hint="Build or fetch it again."
        )

    def not_a_program(self, what: str, hint: str = "") -> InvalidBinaryError:
        """The error that says this is something else than an executable."""
        return InvalidBinaryError(
            f"{self.name} is {what}, not an executable.",
            hint=hint or "A wheel needs a program for Linux, macOS, Windows or Android.",
        )


def clean_text(raw: bytes) -> str:
    """Bytes of a binary as text that may be printed: nothing in it drives a terminal."""
    text = raw.decode("utf-8", "backslashreplace")
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


@contextmanager
def open_image(path: Path) -> Iterator[Image]:
    """The bytes of a file, mapped into memory for as long as the block lasts.

    Raises:
        InvalidBinaryError: there is no such file, it cannot be read, or it is no regular file
            (a folder, a device, a pipe) or an empty one.
    """
    name = clean_text(path.name.encode("utf-8", "surrogateescape"))
    with _map(path, name) as data:
        yield Image(data, name)


def _map(path: Path, name: str) -> mmap.mmap:
    try:
        kind = path.stat()
        # Before it is opened: opening a pipe would wait for a writer that may never come.
        if not stat.S_ISREG(kind.st_mode):
            what = "a folder" if stat.S_ISDIR(kind.st_mode) else "no regular file"
            raise InvalidBinaryError(f"{name} is {what}, not an executable.", hint=_NAME_A_FILE)
        with path.open("rb") as file:
            if kind.st_size == 0:
                raise InvalidBinaryError(
                    f"{name} is an empty file, not an executable.",
                    hint="Build it again, or fetch it again.",
                )
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise InvalidBinaryError(
            f"{name} cannot be read: {reason}.", hint="Check its path and permissions."
        ) from error
