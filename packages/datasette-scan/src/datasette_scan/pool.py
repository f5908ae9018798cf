"""Connections for reading: few of them, however many databases there are.

Datasette keeps a connection per database and thread for ever. With thousands of databases that
would be more open files than a process may have.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from .model import Stamp
from .source import Mode, Source

_FEWEST, _MOST = 16, 400
_FILES_EACH = 8
"""One open file in so many may be a database that nobody uses at the moment."""


@dataclass(kw_only=True, slots=True)
class Reader:
    """A connection, and what was true of its file when it was opened."""

    connection: sqlite3.Connection
    mode: Mode
    stamp: Stamp | None

    def disturbed(self, source: Source) -> bool:
        """Whether another program may have changed what this connection takes for immutable."""
        return self.mode is Mode.STILL and source.stamp() != self.stamp

    def fits(self, source: Source) -> bool:
        """Whether it would be opened in the same way again, and on the same file."""
        stamp = source.stamp()
        if stamp is None or self.stamp is None or self.mode is not source.mode(stamp):
            return False
        return stamp == self.stamp if self.mode is Mode.STILL else stamp.file == self.stamp.file


@dataclass(kw_only=True, slots=True)
class Pool:
    """Idle connections of all databases; those unused for longest are closed.

    Attributes:
        limit: the most that are kept.
    """

    limit: int
    _idle: OrderedDict[int, list[Reader]] = field(default_factory=OrderedDict)
    _count: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, key: int, source: Source, open_one: Callable[[], Reader]) -> Reader:
        """A connection that nobody else has; a new one where no idle one fits.

        Args:
            key: what stands for the database.
            source: its file.
            open_one: opens a connection.
        """
        while (reader := self._pop(key)) is not None:
            if reader.fits(source):
                return reader
            reader.connection.close()
        return open_one()

    def give_back(self, key: int, reader: Reader) -> None:
        """Keep a connection for the next one who asks, or close it.

        One to a ``-wal`` file is closed: as long as it is open, the program that works on the
        database could not tidy up behind itself when it ends.
        """
        if reader.mode is Mode.LIVE:
            reader.connection.close()
            return
        spare: list[Reader] = []
        with self._lock:
            self._idle.setdefault(key, []).append(reader)
            self._idle.move_to_end(key)
            self._count += 1
            while self._count > self.limit:
                _, oldest = self._idle.popitem(last=False)
                self._count -= len(oldest)
                spare += oldest
        _close(spare)

    def forget(self, key: int) -> None:
        """Close all idle connections of a database."""
        with self._lock:
            readers = self._idle.pop(key, [])
            self._count -= len(readers)
        _close(readers)

    def __len__(self) -> int:
        return self._count

    def _pop(self, key: int) -> Reader | None:
        with self._lock:
            readers = self._idle.get(key)
            if not readers:
                return None
            self._count -= 1
            reader = readers.pop()
            if not readers:
                del self._idle[key]
            return reader


def default_limit() -> int:
    """How many idle connections this process can afford."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return _MOST
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files == resource.RLIM_INFINITY:
        return _MOST
    return max(_FEWEST, min(_MOST, files // _FILES_EACH))


def _close(readers: list[Reader]) -> None:
    for reader in readers:
        reader.connection.close()
