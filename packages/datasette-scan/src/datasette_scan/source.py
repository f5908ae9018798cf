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

Only regular files are opened. Whoever may write to a scanned folder could put something else in
the place of a file that is attached: a FIFO, at which SQLite would wait for ever, or a link to a
file that nobody meant to serve. SQLite opens a path, and there is no way to hand it an open file,
so what is at the path is looked at before and after. That leaves two gaps: a FIFO that appears in
the microseconds between the look and the opening, and a folder above the file that becomes a link.
"""

from __future__ import annotations

import os
import re
import sqlite3
import stat
import time
from dataclasses import dataclass
from enum import Enum
from urllib.parse import quote

from .model import Stamp

_SETTLED = 2.5
"""In seconds: more than the coarsest clock of a file system (FAT's) has between two ticks."""
_BESIDE = ("-wal", "-shm", "-journal")
_HALVES = re.compile("[\ud800-\udc7f\udd00-\udfff]")
"""Surrogates that stand for no byte: Windows allows them in names."""


class Mode(str, Enum):  # noqa: UP042 - Python 3.10 has no StrEnum
    """How a file is opened for reading; the query part of SQLite's file address."""

    PLAIN = "mode=ro"
    LIVE = "mode=ro&readonly_shm=1"
    STILL = "mode=ro&immutable=1"


@dataclass(kw_only=True, slots=True)
class Source:
    """A database file on disk.

    Attributes:
        path: its path, in full. Not a link: the scanner follows none below the folders that it
            is given, and tells those folders by their real paths.
        wal: it is in WAL mode, as far as is known.
    """

    path: str
    wal: bool = False
    _learned: Stamp | None = None

    def stamp(self) -> Stamp | None:
        """The state of the file now; None where no regular file is there, or none can be seen."""
        main = _look(self.path)
        if main is None or not stat.S_ISREG(main.st_mode):
            return None
        log = _look(f"{self.path}-wal")
        log_size, log_changed = (log.st_size, log.st_mtime_ns) if log else (-1, 0)
        return Stamp(
            device=main.st_dev,
            inode=main.st_ino,
            size=main.st_size,
            changed=main.st_mtime_ns,
            log_size=log_size,
            log_changed=log_changed,
        )

    def is_safe(self) -> bool:
        """Whether all that SQLite would open is a regular file, or is not there."""
        beside = (_look(self.path + end) for end in _BESIDE)
        return self.stamp() is not None and all(
            found is None or stat.S_ISREG(found.st_mode) for found in beside
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


def _look(path: str) -> os.stat_result | None:
    try:
        return os.lstat(path)
    except (OSError, ValueError):  # a ValueError: no file can have this name
        return None


def settled(stamp: Stamp) -> bool:
    """Whether a later write would be seen by its time alone."""
    return time.time() - max(stamp.changed, stamp.log_changed) / 1e9 > _SETTLED


def shown(path: str) -> str:
    """A path as a page can show it: what is not UTF-8, or half a character, becomes U+FFFD."""
    path = _HALVES.sub("\N{REPLACEMENT CHARACTER}", path)
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
