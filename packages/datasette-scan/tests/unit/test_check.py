from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from datasette_scan.catalogue import write_notes
from datasette_scan.check import examine, still_good
from datasette_scan.database import ScannedDatabase
from datasette_scan.model import GOOD, Status, Verdict
from datasette_scan.pool import Pool
from datasette_scan.source import Source
from scan_helpers.files import (
    make_corrupt,
    make_database,
    make_empty,
    make_encrypted,
    state_of,
    writer,
)


@pytest.fixture
def check(datasette: Any) -> Callable[[Path], Verdict]:
    def run(path: Path) -> Verdict:
        database = ScannedDatabase(datasette, Source(path=str(path)), Pool(limit=10))
        database.name = "checked"
        # In a thread, as always: Datasette looks for an event loop, and would make one here.
        with ThreadPoolExecutor(1) as threads:
            return threads.submit(examine, database).result().verdict

    return run


def test_a_good_database_is_good(check: Callable[[Path], Verdict], tmp_path: Path) -> None:
    assert check(make_database(tmp_path / "a.db")) == GOOD


@pytest.mark.parametrize("name", ["a b.db", "a?b#c%41.db", "ü.db", "a'\"b.db", "-x", "a\nb"])
def test_any_name_can_be_read(check: Callable[[Path], Verdict], tmp_path: Path, name: str) -> None:
    assert check(make_database(tmp_path / name)) == GOOD


def test_a_name_that_is_not_utf_8_can_be_read(
    check: Callable[[Path], Verdict], tmp_path: Path
) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.db")
    try:
        make_database(tmp_path / "x.db").rename(path)
    except OSError:
        pytest.skip("this file system takes no such name")
    assert check(path) == GOOD


@pytest.mark.parametrize(
    ("make", "status"),
    [
        (make_corrupt, Status.CORRUPT),
        (make_encrypted, Status.ENCRYPTED),
        (make_empty, Status.EMPTY),
    ],
)
def test_what_is_wrong_with_a_file_is_told(
    check: Callable[[Path], Verdict],
    tmp_path: Path,
    make: Callable[[Path], Path],
    status: Status,
) -> None:
    verdict = check(make(tmp_path / "a.db"))
    assert verdict.status is status
    assert verdict.reason


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", Status.EMPTY),
        (b"SQLite format 3\0", Status.CORRUPT),
        (b"SQLite format 3\0" + b"\xff" * 5000, Status.ENCRYPTED),
        (b"SQLite format 3\0" + b"\0" * 5000, Status.CORRUPT),
        (b"something else altogether" * 100, Status.CORRUPT),
    ],
)
def test_hostile_bytes_are_told_and_never_fatal(
    check: Callable[[Path], Verdict], tmp_path: Path, content: bytes, status: Status
) -> None:
    path = tmp_path / "a.db"
    path.write_bytes(content)
    assert check(path).status is status


def test_a_truncated_database_is_never_fatal(
    check: Callable[[Path], Verdict], tmp_path: Path
) -> None:
    content = make_database(tmp_path / "a.db", rows=500).read_bytes()
    for size in range(0, len(content), 397):
        path = tmp_path / f"{size}.db"
        path.write_bytes(content[:size])
        assert check(path).status in set(Status)


def test_the_home_page_can_be_made_of_a_database_that_went_right_after_its_check(
    datasette: Any, tmp_path: Path
) -> None:
    path = make_database(tmp_path / "a.db", is_old=False)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("create view names as select name from items")
        connection.execute("create virtual table texts using fts5(text)")
    database = ScannedDatabase(datasette, Source(path=str(path)), Pool(limit=10))
    database.name = "a"
    with ThreadPoolExecutor(1) as threads:
        checked = threads.submit(examine, database).result()
    assert checked.verdict == GOOD

    async def go() -> None:
        await datasette.invoke_startup()
        await datasette.refresh_schemas()
        datasette.add_database(database, name="a")
        assert checked.notes
        await write_notes(datasette, [checked.notes])
        path.unlink()
        response = await datasette.client.get("/")
        assert response.status_code == 200, response.text
        assert "names" in response.text

    asyncio.run(go())


def test_a_file_that_has_gone_is_unreadable(
    check: Callable[[Path], Verdict], tmp_path: Path
) -> None:
    assert check(tmp_path / "gone.db").status is Status.UNREADABLE


def test_a_database_that_needs_a_missing_extension_is_unreadable(
    check: Callable[[Path], Verdict], tmp_path: Path
) -> None:
    path = make_database(tmp_path / "a.db")
    connection = sqlite3.connect(path)
    connection.execute("pragma writable_schema = on")
    connection.execute(
        "insert into sqlite_master values"
        " ('table', 'places', 'places', 0, 'create virtual table places using atlas(x)')"
    )
    connection.commit()
    connection.close()
    verdict = check(path)
    assert verdict.status is Status.UNREADABLE
    assert "no such module: atlas" in verdict.reason


def test_a_locked_database_is_told(check: Callable[[Path], Verdict], tmp_path: Path) -> None:
    path = make_database(tmp_path / "a.db")
    with writer(path) as other:
        other.do("begin exclusive")
        assert check(path).status is Status.LOCKED
        other.do("commit")
        assert check(path) == GOOD


def test_a_hot_journal_is_left_alone(check: Callable[[Path], Verdict], tmp_path: Path) -> None:
    path = make_database(tmp_path / "a.db", rows=2000)
    with writer(path) as other:
        other.do("pragma cache_size = 1")
        other.do("begin immediate")
        other.do("update items set name = name || 'x'")
        crashed = tmp_path / "crashed"
        crashed.mkdir()
        for name in ("a.db", "a.db-journal"):
            (crashed / name).write_bytes((tmp_path / name).read_bytes())
    before = state_of(crashed)
    assert check(crashed / "a.db").status is Status.UNREADABLE
    assert state_of(crashed) == before


def test_the_check_of_a_database_in_wal_mode_leaves_no_trace(
    check: Callable[[Path], Verdict], tmp_path: Path
) -> None:
    path = make_database(tmp_path / "a.db")
    with writer(path) as other:
        other.do("pragma journal_mode = wal")
        other.do("insert into items (name) values ('in the log')")
        before = state_of(tmp_path)
        assert set(before) == {"a.db", "a.db-shm", "a.db-wal"}
        assert check(path) == GOOD
        assert state_of(tmp_path) == before
    before = state_of(tmp_path)
    assert set(before) == {"a.db"}
    assert check(path) == GOOD
    assert state_of(tmp_path) == before


def test_an_attached_database_that_was_overwritten_is_noticed(
    datasette: Any, tmp_path: Path
) -> None:
    path = make_database(tmp_path / "a.db")
    database = ScannedDatabase(datasette, Source(path=str(path)), Pool(limit=10))
    database.name = "a"
    assert still_good(database) == GOOD
    path.write_bytes(b"SQLite format 3\0" + b"\xee" * 8000)
    assert still_good(database).status is Status.CORRUPT
    database.close()


def test_what_the_home_page_asks_is_known_of_a_database_that_went_right_after_its_check(
    datasette: Any, tmp_path: Path
) -> None:
    path = make_database(tmp_path / "a.db", rows=2)
    database = ScannedDatabase(datasette, Source(path=str(path)), Pool(limit=10))
    datasette.add_database(database, name="a")
    with ThreadPoolExecutor(1) as threads:
        assert threads.submit(examine, database).result().verdict == GOOD
    path.unlink()
    assert asyncio.run(database.table_names()) == ["items"]
    assert asyncio.run(database.hidden_table_names()) == []
    assert asyncio.run(database.view_names()) == []
    assert asyncio.run(database.table_counts()) == {"items": 2}
    assert asyncio.run(database.table_columns("items")) == ["id", "name"]
    assert asyncio.run(database.primary_keys("items")) == ["id"]
    assert asyncio.run(database.fts_table("items")) is None
    # It asks for these where it could not count all rows in time.
    assert list(asyncio.run(database.get_all_foreign_keys())) == ["items"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no FIFOs, and links need rights there")
@pytest.mark.timeout(20)
@pytest.mark.parametrize("kind", ["fifo", "link", "folder"])
def test_what_is_no_file_is_never_opened(
    check: Callable[[Path], Verdict], tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "a.db"
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "link":
        path.symlink_to(make_database(tmp_path / "other.db"))
    else:
        path.mkdir()
    assert check(path).status is Status.UNREADABLE
