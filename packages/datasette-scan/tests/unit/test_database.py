from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from datasette_scan.database import ScannedDatabase
from datasette_scan.memory import asks_for_schema
from datasette_scan.pool import Pool
from datasette_scan.source import Mode, Source
from scan_helpers.files import make_database, state_of, writer


def scanned(
    datasette: Any, path: Path, pool: Pool | None = None, name: str = "a"
) -> ScannedDatabase:
    database = ScannedDatabase(
        datasette, Source(path=str(path)), Pool(limit=10) if pool is None else pool
    )
    datasette.add_database(database, name=name)
    return database


def count(database: ScannedDatabase) -> int:
    result = asyncio.run(database.execute("select count(*) from items"))
    return int(result.first()[0])


def test_rows_are_read(datasette: Any, tmp_path: Path) -> None:
    assert count(scanned(datasette, make_database(tmp_path / "a.db", rows=7))) == 7


def test_what_another_program_commits_is_seen_at_once_and_leaves_no_trace(
    datasette: Any, tmp_path: Path
) -> None:
    path = make_database(tmp_path / "a.db", rows=1)
    database = scanned(datasette, path)
    with writer(path) as other:
        other.do("pragma journal_mode = wal")
        for number in range(1, 6):
            before = state_of(tmp_path)
            assert count(database) == number
            assert state_of(tmp_path) == before
            other.do("insert into items (name) values ('more')")
        other.do("pragma wal_checkpoint(truncate)")
        assert count(database) == 6
        other.do("insert into items (name) values ('more')")
        assert count(database) == 7
    assert set(state_of(tmp_path)) == {"a.db"}, "a reader kept the writer from tidying up"
    assert count(database) == 7


def test_a_crashed_programs_log_is_read_and_left(datasette: Any, tmp_path: Path) -> None:
    path = make_database(tmp_path / "a.db", rows=1)
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    with writer(path) as other:
        other.do("pragma journal_mode = wal")
        other.do("insert into items (name) values ('in the log')")
        for name in ("a.db", "a.db-wal", "a.db-shm"):
            (crashed / name).write_bytes((tmp_path / name).read_bytes())
    before = state_of(crashed)
    assert count(scanned(datasette, crashed / "a.db")) == 2
    assert state_of(crashed) == before


def test_a_database_at_rest_is_read_again_when_a_program_begins_to_write(
    datasette: Any, tmp_path: Path
) -> None:
    path = make_database(tmp_path / "a.db", rows=1)
    with writer(path) as other:
        other.do("pragma journal_mode = wal")
    database = scanned(datasette, path)
    assert count(database) == 1
    assert database.source.mode(database.source.stamp()) is Mode.STILL
    with writer(path) as other:
        other.do("insert into items (name) values ('more')")
        assert count(database) == 2
    assert count(database) == 2


def test_a_query_runs_again_when_the_file_was_written_to_in_the_meantime(
    datasette: Any, tmp_path: Path
) -> None:
    path = make_database(tmp_path / "a.db", rows=1)
    with writer(path) as other:
        other.do("pragma journal_mode = wal")
    database = scanned(datasette, path)
    runs = []

    def disturbed(connection: sqlite3.Connection) -> int:
        runs.append(connection)
        if len(runs) == 1:
            make_database(tmp_path / "new.db", rows=5).replace(path)
        return int(connection.execute("select count(*) from items").fetchone()[0])

    assert asyncio.run(database.execute_fn(disturbed)) == 5
    assert len(runs) == 2


def test_the_schema_is_asked_for_once(datasette: Any, tmp_path: Path) -> None:
    path = make_database(tmp_path / "a.db")
    database = scanned(datasette, path)
    first = asyncio.run(database.table_names())
    database._read = pytest.fail  # type: ignore[method-assign,assignment]
    assert asyncio.run(database.table_names()) == first == ["items"]


def test_the_schema_is_asked_for_again_when_the_file_was_written_to(
    datasette: Any, tmp_path: Path
) -> None:
    path = make_database(tmp_path / "a.db")
    database = scanned(datasette, path)
    assert asyncio.run(database.table_names()) == ["items"]
    make_database(path, table="more", is_old=False)
    assert sorted(asyncio.run(database.table_names())) == ["items", "more"]


def test_nothing_is_remembered_of_a_file_that_was_just_written_to(
    datasette: Any, tmp_path: Path
) -> None:
    path = make_database(tmp_path / "a.db", is_old=False)
    database = scanned(datasette, path)
    assert asyncio.run(database.table_names()) == ["items"]
    written = path.stat().st_mtime_ns
    connection = sqlite3.connect(path)
    connection.execute("alter table items rename to other")
    connection.close()
    os.utime(path, ns=(written, written))  # as a clock with coarse ticks would have it
    assert asyncio.run(database.table_names()) == ["other"]


def test_what_callers_do_with_an_answer_does_not_change_it(datasette: Any, tmp_path: Path) -> None:
    database = scanned(datasette, make_database(tmp_path / "a.db"))
    asyncio.run(database.table_names()).append("mine")
    asyncio.run(database.table_columns("items")).append("mine")
    asyncio.run(database.table_counts())["mine"] = 1
    assert asyncio.run(database.table_names()) == ["items"]
    assert asyncio.run(database.table_columns("items")) == ["id", "name"]
    assert asyncio.run(database.table_counts()) == {"items": 2}


def test_a_database_that_has_gone_has_its_last_size(datasette: Any, tmp_path: Path) -> None:
    path = make_database(tmp_path / "a.db")
    database = scanned(datasette, path)
    size = database.size
    path.unlink()
    assert database.size == size > 0


def test_a_closed_database_keeps_no_connection(datasette: Any, tmp_path: Path) -> None:
    pool = Pool(limit=10)
    database = scanned(datasette, make_database(tmp_path / "a.db"), pool)
    count(database)
    assert len(pool) == 1
    database.close()
    assert len(pool) == 0


def test_there_are_never_more_connections_than_the_limit(datasette: Any, tmp_path: Path) -> None:
    pool = Pool(limit=3)
    databases = [
        scanned(datasette, make_database(tmp_path / f"{number}.db"), pool, f"n{number}")
        for number in range(10)
    ]
    for database in [*databases, *databases]:
        assert count(database) == 2
        assert len(pool) <= 3


def test_a_file_that_was_replaced_is_not_read_over_an_old_connection(
    datasette: Any, tmp_path: Path
) -> None:
    path = make_database(tmp_path / "a.db", rows=1)
    database = scanned(datasette, path)
    assert count(database) == 1
    make_database(tmp_path / "new.db", rows=5).replace(path)
    assert count(database) == 5


def test_writing_is_as_with_any_database_of_datasettes(datasette: Any, tmp_path: Path) -> None:
    database = scanned(datasette, make_database(tmp_path / "a?b.db", rows=1))
    asyncio.run(database.execute_write("insert into items (name) values (?)", ["x"]))
    assert count(database) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["a?b.db"]


@pytest.mark.parametrize(
    ("sql", "is_schema"),
    [
        ("PRAGMA schema_version", True),
        ("select name from sqlite_master where type='table'", True),
        (
            "\n select name from sqlite_master\n where rootpage = 0 and (sql like '%x%') or name in ('a')",
            True,
        ),
        ("select * from items", False),
        ("select name from sqlite_master, items", False),
        ("select name from sqlite_master where name in (select name from items)", False),
        ("select (select count(*) from items) from sqlite_master", False),
        ("select name from sqlite_master join items", False),
        ("select 1 from sqlite_master; select 2", False),
        ("PRAGMA data_version", False),
    ],
)
def test_only_what_hangs_on_the_schema_alone_is_remembered(sql: str, is_schema: bool) -> None:
    assert asks_for_schema(sql) is is_schema


def test_a_change_to_wal_mode_and_back_is_noticed(datasette: Any, tmp_path: Path) -> None:
    path = make_database(tmp_path / "a.db", rows=1)
    database = scanned(datasette, path)
    modes = []
    for journal in ("wal", "delete", "wal"):
        with writer(path) as other:
            other.do(f"pragma journal_mode = {journal}")
        before = state_of(tmp_path)
        assert count(database) == 1
        assert state_of(tmp_path) == before
        modes.append(database.source.mode(database.source.stamp()))
    assert modes == [Mode.STILL, Mode.PLAIN, Mode.STILL]


def test_a_database_that_cannot_be_read_any_more_does_not_break_the_pages_of_others(
    datasette: Any, tmp_path: Path
) -> None:
    for name, is_old in (("rested", True), ("fresh", False)):
        path = make_database(tmp_path / f"{name}.db", is_old=is_old)
        database = scanned(datasette, path, name=name)
        version = asyncio.run(database.execute("PRAGMA schema_version")).first()[0]
        names = asyncio.run(database.table_names())
        path.write_bytes(b"no database any more")
        assert asyncio.run(database.execute("PRAGMA schema_version")).first()[0] == version
        path.unlink()
        assert asyncio.run(database.execute("PRAGMA schema_version")).first()[0] == version
        assert asyncio.run(database.table_names()) == names
        with pytest.raises(sqlite3.Error):
            count(database)


def test_a_program_that_ends_can_tidy_up_behind_itself(datasette: Any, tmp_path: Path) -> None:
    path = make_database(tmp_path / "a.db", rows=1)
    database = scanned(datasette, path)
    with writer(path) as other:
        other.do("pragma journal_mode = wal")
        other.do("insert into items (name) values ('in the log')")
        # No look at the files' contents here: that would drop the locks of this process.
        assert count(database) == 2
    assert [found.name for found in tmp_path.iterdir()] == ["a.db"]


def _make_fifo(path: Path, _folder: Path) -> None:
    os.mkfifo(path)


def _make_link(path: Path, folder: Path) -> None:
    path.symlink_to(make_database(folder / "secret" / "other.db", rows=9))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no FIFOs, and links need rights there")
@pytest.mark.timeout(20)
@pytest.mark.parametrize("make", [_make_fifo, _make_link])
@pytest.mark.parametrize("end", ["", "-wal", "-shm", "-journal"])
@pytest.mark.parametrize("is_open", [True, False])
def test_what_is_no_file_is_never_opened_in_the_place_of_one(
    datasette: Any, tmp_path: Path, make: Callable[[Path, Path], None], end: str, is_open: bool
) -> None:
    path = make_database(tmp_path / "data" / "a.db")
    database = scanned(datasette, path)
    if is_open:
        assert count(database) == 2
    if not end:
        path.unlink()
    make(path.with_name(path.name + end), tmp_path)
    with pytest.raises(sqlite3.OperationalError, match="unable to open"):
        count(database)
    with pytest.raises(sqlite3.OperationalError, match="unable to open"):
        database.connect(write=True)
    database.close()
