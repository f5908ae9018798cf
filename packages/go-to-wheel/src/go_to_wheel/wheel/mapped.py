"""Large files mapped into memory, without keeping in memory what has been read.

What is mapped counts as memory of this process for as long as the system leaves it there. It is
given back piece by piece: the file still has it, should it be read again.
"""

from __future__ import annotations

import mmap
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Content = bytes | mmap.mmap
"""The bytes of a member: themselves, or a file of them."""

_PIECE = 4 * 1024 * 1024  # bytes that are read before they are given back
_OFTEN = 0.02  # seconds between two times of giving back what another reader has read


def pieces(content: Content | bytearray) -> Iterator[memoryview]:
    """The content from its beginning to its end; a piece is valid until the next one comes."""
    with memoryview(content) as view:
        for start in range(0, len(view), _PIECE):
            with view[start : start + _PIECE] as piece:
                yield piece
            _give_back(content)


@contextmanager
def giving_back(content: Content) -> Iterator[None]:
    """Give back, again and again, what something inside the block reads from front to back."""
    if isinstance(content, bytes) or len(content) <= _PIECE:
        yield
        return
    ended = threading.Event()

    def give_back_often() -> None:
        while not ended.wait(_OFTEN):
            _give_back(content)

    helper = threading.Thread(target=give_back_often, daemon=True)
    helper.start()
    try:
        yield
    finally:
        ended.set()
        helper.join()


def _give_back(content: Content | bytearray) -> None:
    if isinstance(content, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        content.madvise(mmap.MADV_DONTNEED)


@dataclass(slots=True, kw_only=True)
class Room:
    """Room for large work in memory: who wants more than is left waits for the others.

    Attributes:
        size: the bytes that may be worked on at once; one larger piece has it all to itself.
    """

    size: int
    _used: int = 0
    _changed: threading.Condition = field(default_factory=threading.Condition)

    @contextmanager
    def take(self, size: int) -> Iterator[None]:
        """Wait for this much room, and keep it for as long as the block lasts."""
        with self._changed:
            self._changed.wait_for(lambda: self._used == 0 or self._used + size <= self.size)
            self._used += size
        try:
            yield
        finally:
            with self._changed:
                self._used -= size
                self._changed.notify_all()
