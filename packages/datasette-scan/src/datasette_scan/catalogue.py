"""Datasette's own catalogue of schemas, filled for many databases at once.

Datasette notes the schema of each database when the first page is asked for: a dozen thread
hops and several transactions for each. Here its own function for that runs in the threads that
check the files, and what it would write is kept and written in one go. Where this Datasette does
it in some other way, nothing is noted, and Datasette does all of it itself a little later.
"""

from __future__ import annotations

import contextlib
import inspect
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from datasette.utils import internal_db

from .database import ScannedDatabase, now

_Write = Callable[[sqlite3.Connection], object]
Notes = Sequence[_Write]
"""What is to be written, one after the other."""

_populate = getattr(internal_db, "populate_schema_tables", None)
_parameters = tuple(inspect.signature(_populate).parameters) if _populate else ()
_IS_065 = _parameters == ("internal_db", "db")
_IS_ONE = _parameters == ("internal_db", "db", "schema_version")


class _Kept:
    """Stands for the catalogue, and keeps what is written to it."""

    def __init__(self) -> None:
        self.writes: list[_Write] = []

    async def execute_write_fn(self, fn: _Write, **_: object) -> None:
        self.writes.append(fn)

    async def execute_write_many(self, sql: str, params_seq: Iterable[Any], **_: object) -> None:
        rows = list(params_seq)
        if rows:
            self.writes.append(lambda connection: connection.executemany(sql, rows))


def take_notes(database: ScannedDatabase) -> Notes | None:
    """What the catalogue should hold of a database that is read inline.

    Returns:
        None where this Datasette's catalogue is not one of those known here.
    """
    if not (_IS_065 or _IS_ONE):
        return None
    assert _populate is not None
    version = now(database.execute("PRAGMA schema_version")).first()[0]
    kept = _Kept()
    if _IS_ONE:
        now(_populate(kept, database, version))
        return kept.writes
    row = (database.name, database.path, database.is_memory, version)
    kept.writes.append(lambda connection: connection.execute(_DATABASE_065, row))
    now(_populate(kept, database))
    return kept.writes


_DATABASE_065 = (
    "INSERT OR REPLACE INTO databases (database_name, path, is_memory, schema_version)"
    " VALUES (?, ?, ?, ?)"
)


async def write_notes(datasette: Any, notes: Iterable[Notes]) -> None:
    """Write what was noted, of all databases in one transaction.

    What goes wrong is no harm: Datasette compares schemas with its catalogue for each page.
    """
    writes = [write for of_one in notes for write in of_one]
    if not writes:
        return

    def write_all(connection: sqlite3.Connection) -> None:
        connection.execute("SAVEPOINT datasette_scan")
        try:
            for write in writes:
                write(connection)
        except sqlite3.Error:
            connection.execute("ROLLBACK TO datasette_scan")
        connection.execute("RELEASE datasette_scan")

    if _IS_ONE:
        await datasette.get_internal_database().execute_write_fn(write_all)
    else:
        await datasette.databases["_internal"].execute_write_fn(write_all)


def refreshing(datasette: Any) -> contextlib.AbstractAsyncContextManager[Any]:
    """Around what brings the catalogue up to date: pages do not begin to do the same."""
    lock = getattr(datasette, "_refresh_schemas_lock", None)
    return contextlib.nullcontext() if lock is None else lock
