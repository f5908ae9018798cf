"""A database that was found: read without a trace, over few connections."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import copy
import sqlite3
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Iterator
from typing import Any

from datasette.database import Database, Results

from .memory import MISSING, Memory, asks_for_schema, key_of
from .model import Stamp
from .pool import Pool, Reader
from .source import Source, shown

_ATTEMPTS = 3
_CANNOT_OPEN = "unable to open database file"
"""SQLite's own words, which Datasette and ``check`` know."""
_IS_ONE = hasattr(Database, "_execute_fn")
"""Whether this is Datasette 1.0."""


class ScannedDatabase(Database):  # type: ignore[misc]
    """A database that a scan has found.

    What differs from Datasette's own: how the file is opened (``source``), that connections are
    shared and few (``pool``), and that the schema is not asked for twice (``memory``). Writing
    is left as it is.
    """

    def __init__(self, ds: Any, source: Source, pool: Pool) -> None:
        # Datasette shows its path, and writes it into its catalogue; to open it, there is source.
        super().__init__(ds, path=shown(source.path), is_mutable=True)
        self.source = source
        self._pool = pool
        self._memory = Memory()
        self._last_size = 0
        self._detached = False
        self._inline: Reader | None = None

    @property
    def size(self) -> int:
        """In bytes. The last known one where the file has gone: a page may not fail for that."""
        stamp = self.source.stamp()
        if stamp is not None:
            self._last_size = stamp.size
        return self._last_size

    @property
    def mtime_ns(self) -> int:
        """When the file was written last, in nanoseconds since 1970."""
        stamp = self.source.stamp()
        return stamp.changed if stamp else 0

    def connect(self, write: bool = False) -> sqlite3.Connection:  # noqa: FBT001, FBT002 - as Datasette has it
        """Open a connection that the caller closes."""
        if not write:
            connection: sqlite3.Connection = self._open().connection
            return connection
        self._refuse_what_is_no_file()
        options: dict[str, Any] = {"isolation_level": "IMMEDIATE"} if _IS_ONE else {}
        connection = sqlite3.connect(
            self.source.address("mode=rw"), uri=True, check_same_thread=False, **options
        )
        kept = self._all_connections if _IS_ONE else self._all_file_connections
        kept.append(connection)
        return connection

    def retire(self) -> None:
        """Keep no connection open from now on: the file may have been deleted to make room."""
        self._detached = True
        self._pool.forget(id(self))

    def close(self) -> None:
        """Close all connections; those in use are closed by those who use them."""
        self.retire()
        super().close()

    # --- running ------------------------------------------------------------------------------

    async def execute_fn(self, fn: Callable[[sqlite3.Connection], Any]) -> Any:
        """Run a function on a connection, in a thread of Datasette's."""
        if not _is_of_schema(fn):
            return await self._run(fn)
        return await self._recall(fn.__qualname__, lambda: self._run(fn))

    async def _run(self, fn: Callable[[sqlite3.Connection], Any]) -> Any:
        if _IS_ONE:
            return await super().execute_fn(fn)
        return await self._execute_fn(fn)

    async def _execute_fn(self, fn: Callable[[sqlite3.Connection], Any]) -> Any:
        """What Datasette 1.0 calls for each read; 0.65 comes here by way of ``execute_fn``."""
        if self._inline is not None:
            return fn(self._inline.connection)
        if self.ds.executor is None:
            return self._read(fn)
        context = contextvars.copy_context()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.ds.executor, context.run, self._read, fn)

    def _read(self, fn: Callable[[sqlite3.Connection], Any]) -> Any:
        """Run a function on a connection of the pool.

        Where another program has begun to write to what was taken for immutable, the function
        runs again on a new connection.
        """
        for attempt in range(_ATTEMPTS):
            again = attempt + 1 < _ATTEMPTS
            with self._borrowed() as reader:
                try:
                    result = fn(reader.connection)
                except sqlite3.DatabaseError:
                    if again and reader.disturbed(self.source):
                        continue
                    raise
                if not (again and reader.disturbed(self.source)):
                    return result
        raise AssertionError("the last attempt returns or raises")

    def read_now(self, fn: Callable[[sqlite3.Connection], Any]) -> Any:
        """Run a function on a connection, in the thread that asks."""
        return self._read(fn)

    @contextlib.contextmanager
    def _borrowed(self) -> Iterator[Reader]:
        # For idle connections, too: for each transaction, SQLite looks for a journal to open.
        self._refuse_what_is_no_file()
        reader = self._pool.take(id(self), self.source, self._open_prepared)
        try:
            yield reader
        finally:
            if self._detached:
                reader.connection.close()
            else:
                self._pool.give_back(id(self), reader)

    def _refuse_what_is_no_file(self) -> None:
        if not self.source.is_safe():
            raise sqlite3.OperationalError(_CANNOT_OPEN)

    def _open(self) -> Reader:
        for _ in range(_ATTEMPTS):
            self._refuse_what_is_no_file()
            reader = self._open_once()
            after = self.source.stamp()
            if after and reader.stamp and after.file == reader.stamp.file:
                return reader
            reader.connection.close()
        raise sqlite3.OperationalError(_CANNOT_OPEN)

    def _open_once(self) -> Reader:
        stamp = self.source.stamp()
        mode = self.source.mode(stamp)
        query = mode.value
        if self.ds.nolock and "immutable" not in query and "shm" not in query:
            query += "&nolock=1"
        connection = sqlite3.connect(self.source.address(query), uri=True, check_same_thread=False)
        return Reader(connection=connection, mode=mode, stamp=stamp)

    def _open_prepared(self) -> Reader:
        reader = self._open()
        try:
            self.ds._prepare_connection(reader.connection, self.name)  # noqa: SLF001 - as its own
        except BaseException:
            reader.connection.close()
            raise
        return reader

    @contextlib.contextmanager
    def inline(self) -> Iterator[sqlite3.Connection]:
        """Until the end of the block, all reads run here, on one connection.

        For the thread that checks a database which nobody else knows yet.
        """
        reader = self._open_prepared()
        self._inline = reader
        try:
            yield reader.connection
        finally:
            self._inline = None
            reader.connection.close()

    # --- remembering --------------------------------------------------------------------------

    async def _recall(self, key: Hashable, ask: Callable[[], Awaitable[Any]]) -> Any:
        stamp = self._stamp()
        answer = self._memory.recall(key, stamp)
        if answer is MISSING:
            answer = await self._ask(key, ask, stamp)
        if isinstance(answer, list):  # callers add to it
            return list(answer)
        return copy.deepcopy(answer) if isinstance(answer, dict) else answer

    async def _ask(
        self, key: Hashable, ask: Callable[[], Awaitable[Any]], stamp: Stamp | None
    ) -> Any:
        try:
            answer = await ask()
        except sqlite3.Error:
            answer = self._memory.last(key)
            if answer is MISSING or self._inline is not None:
                raise
        else:
            self._memory.keep(key, answer, stamp)
        return answer

    def _stamp(self) -> Stamp | None:
        """The state of the file; during the check of a file, that at its beginning."""
        return self._inline.stamp if self._inline is not None else self.source.stamp()

    async def execute(self, sql: str, params: Any = None, **options: Any) -> Any:
        """Run a query; the schema's are answered from memory as long as the file is the same."""
        key = key_of(params)
        if key is None or options or not asks_for_schema(sql):
            return await super().execute(sql, params, **options)
        answer = await self._recall(
            (sql, key), lambda: super(ScannedDatabase, self).execute(sql, params)
        )
        return Results(list(answer.rows), answer.truncated, answer.description)

    async def table_counts(self, limit: float = 10) -> dict[str, int | None]:
        """Rows of each table; None for those that could not be counted in time."""
        stamp = self._stamp()
        counts: Any = self._memory.recall("table_counts", stamp)
        if counts is MISSING:
            counts = await super().table_counts(limit)
            if None not in counts.values():
                self._memory.keep("table_counts", counts, stamp)
        return dict(counts)

    async def table_columns(self, table: str) -> Any:
        """The names of a table's columns."""
        return await self._recall(
            ("columns", table), lambda: super(ScannedDatabase, self).table_columns(table)
        )

    async def table_column_details(self, table: str) -> Any:
        """What SQLite knows of a table's columns."""
        return await self._recall(
            ("details", table), lambda: super(ScannedDatabase, self).table_column_details(table)
        )

    async def primary_keys(self, table: str) -> Any:
        """The names of the columns of a table's primary key."""
        return await self._recall(
            ("keys", table), lambda: super(ScannedDatabase, self).primary_keys(table)
        )

    async def fts_table(self, table: str) -> Any:
        """The table that holds a table's full-text index."""
        return await self._recall(
            ("fts", table), lambda: super(ScannedDatabase, self).fts_table(table)
        )


def _is_of_schema(fn: Callable[..., Any]) -> bool:
    """Whether this is one of Datasette's own functions, which all look at the schema alone."""
    module = getattr(fn, "__module__", None) or ""
    return module.startswith("datasette.utils") and "<locals>" not in fn.__qualname__


def now(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """The result of a coroutine that never waits, as all of an inline database's are."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return stop.value
    coroutine.close()
    raise RuntimeError("Datasette waits for something where it did not before.")
