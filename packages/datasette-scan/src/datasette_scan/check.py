"""The check of a file before it is attached: read-only, in a thread, and it never raises."""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
from dataclasses import dataclass

from .catalogue import Notes, take_notes
from .database import ScannedDatabase, now
from .model import GOOD, Status, Verdict

MAGIC = b"SQLite format 3\0"
_HEADER = 100
# Never wait for a FIFO's other end, and follow no link. Windows has neither, but two kinds of files.
_FLAGS = os.O_RDONLY
for _name in ("O_NONBLOCK", "O_NOFOLLOW", "O_CLOEXEC", "O_BINARY"):
    _FLAGS |= getattr(os, _name, 0)
_PATIENCE = 250
"""Milliseconds to wait for a program that has locked a database."""
_COUNTED = 4_000_000
"""In bytes: files up to this size are counted at once, not when a page asks."""

_SPELLING = (
    "select name from sqlite_master where type in ('table', 'view') and name = ? collate nocase"
)
"""What Datasette 0.65.5 asks before it shows a table's name, to know who may see it."""

# What SQLite says (Python 3.10 tells no error codes), and what it means.
_MEANINGS = (
    ("database is locked", Status.LOCKED, "another program has locked it"),
    ("database table is locked", Status.LOCKED, "another program has locked it"),
    ("database disk image is malformed", Status.CORRUPT, "its pages are damaged"),
    ("malformed database schema", Status.CORRUPT, "its schema is damaged"),
    ("file is not a database", Status.CORRUPT, "its header is damaged"),
    ("unsupported file format", Status.CORRUPT, "its format is one this SQLite does not know"),
    (
        "attempt to write a readonly database",
        Status.UNREADABLE,
        "a program ended while it wrote; open it once with that program",
    ),
    (
        "unable to open database file",
        Status.UNREADABLE,
        "it, or its -wal or -shm file, cannot be opened",
    ),
    ("disk i/o error", Status.UNREADABLE, "the disk cannot be read"),
    ("no such module", Status.UNREADABLE, "an SQLite extension is not loaded"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """What the check of a file says.

    Attributes:
        verdict: attached, or why not.
        notes: for Datasette's catalogue; None where there are none.
    """

    verdict: Verdict
    notes: Notes | None = None


def examine(database: ScannedDatabase) -> Checked:
    """Whether a database that is not attached yet can be served.

    It is asked what a page of Datasette would ask; the answers stay in the database's memory.

    The file itself is opened only here, before any connection to it exists: on POSIX systems,
    closing a file would drop the locks of this process's connections to it
    (https://www.sqlite.org/howtocorrupt.html, section 2.2).
    """
    stamp = database.source.stamp()
    try:
        header = _header(database.source.path)
    except OSError as error:
        return _not(Status.UNREADABLE, error.strerror or str(error))
    wrong = _judge(header)
    if wrong is not None:
        return Checked(verdict=wrong)
    if stamp is not None:
        database.source.learn(stamp, wal=header[18:20] == b"\x02\x02")
    try:
        return _question(database)
    except sqlite3.Error as error:
        return Checked(verdict=explain(error))
    except Exception as error:  # noqa: BLE001 - a prepare_connection hook of any plugin may fail
        return _not(Status.UNREADABLE, str(error) or type(error).__name__)


def _not(status: Status, reason: str) -> Checked:
    return Checked(verdict=Verdict(status=status, reason=reason))


def still_good(database: ScannedDatabase) -> Verdict:
    """Whether an attached database whose file was written to can still be served.

    One that is locked for the moment can: the next page may find it open.
    """
    try:
        database.read_now(_glance)
    except sqlite3.Error as error:
        verdict = explain(error)
        return verdict if verdict.status in {Status.CORRUPT, Status.ENCRYPTED} else GOOD
    return GOOD


def _glance(connection: sqlite3.Connection) -> None:
    connection.execute(f"PRAGMA busy_timeout = {_PATIENCE}")
    try:
        connection.execute("select count(*) from sqlite_master").fetchall()
    finally:
        connection.execute("PRAGMA busy_timeout = 5000")  # Python's own


def explain(error: Exception) -> Verdict:
    """What an error of SQLite means for the database."""
    said = str(error)
    for words, status, meaning in _MEANINGS:
        if words in said.lower():
            return Verdict(status=status, reason=f"{meaning} ({said})")
    return Verdict(status=Status.UNREADABLE, reason=said)


def _header(path: str) -> bytes:
    descriptor = os.open(path, _FLAGS)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "it is no regular file")
        return os.read(descriptor, _HEADER)
    finally:
        os.close(descriptor)


def _judge(header: bytes) -> Verdict | None:
    """What is wrong with a header, as far as SQLite's file format tells; None for nothing."""
    if not header:
        return Verdict(status=Status.EMPTY, reason="the file is empty")
    if not header.startswith(MAGIC):
        return Verdict(status=Status.CORRUPT, reason="it is no SQLite database any more")
    if len(header) < _HEADER:
        return Verdict(status=Status.CORRUPT, reason="it ends within its header")
    encoding = int.from_bytes(header[56:60], "big")
    if any(header[72:92]) and encoding > 3:
        # Encryption that leaves the first bytes readable: what must be zero is not, and the
        # text encoding is none of the three (https://www.sqlite.org/fileformat.html, 1.3).
        return Verdict(status=Status.ENCRYPTED, reason="what follows its first bytes is encrypted")
    return None


def _question(database: ScannedDatabase) -> Checked:
    with database.inline() as connection:
        connection.execute(f"PRAGMA busy_timeout = {_PATIENCE}")
        now(database.execute("PRAGMA schema_version"))
        tables, views = now(database.table_names()), now(database.view_names())
        if not tables and not views:
            return _not(Status.EMPTY, "it has no tables")
        now(database.hidden_table_names())
        for name in (*tables, *views):
            now(database.execute(_SPELLING, (name,)))
        for table in tables:
            now(database.table_columns(table))
            now(database.primary_keys(table))
            now(database.fts_table(table))
        if hasattr(database, "derived_table_dependencies"):  # in Datasette 1.0
            now(database.derived_table_dependencies())
        if database.size <= _COUNTED:
            now(database.table_counts())
        # Pages ask for these where the tables could not be counted in time.
        now(database.get_all_foreign_keys())
        return Checked(verdict=GOOD, notes=take_notes(database))
