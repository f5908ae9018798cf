"""How a database file is opened so that none of its files is changed.

SQLite in read-only mode still writes beside a database in WAL mode: it makes the ``-wal`` and
``-shm`` files where they are missing, and moves read marks in a ``-shm`` that is there
(https://www.sqlite.org/wal.html#read_only_databases). So three ways are told apart:

- A ``-wal`` file is there: some program works on the database, or has crashed. ``readonly_shm``
  opens the ``-shm`` for reading only; the locks that are taken are shared ones, and what the
  other program commits is seen.
- The database is in WAL mode and there is no ``-wal`` file: nobody works on it. ``immutable``
  reads the database file alone. Since a program may begin to, the file's stamp is compared
  before and after.
- Any other database: ``mode=ro`` takes shared locks and writes nothing.
"""

from __future__ import annotations

import os
import sqlite3
import time
from dataclasses import dataclass
from enum import Enum
from urllib.parse import quote

from .model import Stamp

_SETTLED = 2.5
"""In seconds: more than the coarsest clock of a file system (FAT's) has between two ticks."""


class Mode(str, Enum):  # noqa: UP042 - Python 3.10 has no StrEnum
    """How a file is opened for reading; the query part of SQLite's file address."""

    PLAIN = "mode=ro"
    LIVE = "mode=ro&readonly_shm=1"
    STILL = "mode=ro&immutable=1"


@dataclass(kw_only=True, slots=True)
class Source:
    """A database file on disk.

    Attributes:
        path: its path, in full.
        wal: it is in WAL mode, as far as is known.
    """

    path: str
    wal: bool = False
    _learned: Stamp | None = None

    def stamp(self) -> Stamp | None:
        """The state of the file now; None where it is not there or cannot be looked at."""
        try:
            main = os.stat(self.path)  # noqa: PTH116 - for each database and page
        except OSError:
            return None
        try:
            log = os.stat(f"{self.path}-wal")  # noqa: PTH116
        except OSError:
            log_size, log_changed = -1, 0
        else:
            log_size, log_changed = log.st_size, log.st_mtime_ns
        return Stamp(
            device=main.st_dev,
            inode=main.st_ino,
            size=main.st_size,
            changed=main.st_mtime_ns,
            log_size=log_size,
            log_changed=log_changed,
        )

    def learn(self, stamp: Stamp, *, wal: bool) -> None:
        """Take note of what the header has said when this was the state of the file."""
        self.wal, self._learned = wal, stamp

    def mode(self, stamp: Stamp | None) -> Mode:
        """How to open it when this is its state. May read from the file."""
        if stamp is None:
            return Mode.PLAIN
        if stamp != self._learned:
            self.learn(stamp, wal=stamp.log_size >= 0 or self._is_in_wal_mode())
        if not self.wal:
            return Mode.PLAIN
        if stamp.log_size > 0 or (stamp.log_size == 0 and self._has_index()):
            return Mode.LIVE
        return Mode.STILL

    def address(self, query: str) -> str:
        """SQLite's file address of it, with any byte that may be in a path."""
        if os.name == "nt":
            return f"file:///{quote(self.path.replace(os.sep, '/'))}?{query}"
        return f"file:{quote(os.fsencode(self.path))}?{query}"

    def _is_in_wal_mode(self) -> bool:
        """Ask SQLite, since closing a file that was opened without it would drop SQLite's locks.

        Without locks there can be no WAL, and SQLite refuses such a file before it has made the
        others.
        """
        connection = sqlite3.connect(self.address("mode=ro&nolock=1"), uri=True)
        try:
            connection.execute("select 1 from sqlite_master limit 1").fetchall()
        except sqlite3.OperationalError as error:
            return "unable to open" in str(error)
        except sqlite3.DatabaseError:
            return False
        finally:
            connection.close()
        return False

    def _has_index(self) -> bool:
        return os.path.exists(f"{self.path}-shm")  # noqa: PTH110 - called for every connection


def settled(stamp: Stamp) -> bool:
    """Whether a later write would be seen by its time alone."""
    return time.time() - max(stamp.changed, stamp.log_changed) / 1e9 > _SETTLED


def shown(path: str) -> str:
    """A path as a page can show it: bytes that are not UTF-8 become U+FFFD."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
