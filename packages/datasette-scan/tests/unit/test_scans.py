from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import datasette.app as datasette_app
import pytest

from datasette_scan.look import Look
from datasette_scan.model import Status
from datasette_scan.pool import Pool
from datasette_scan.scans import Scans
from datasette_scan.settings import Settings
from datasette_scan.source import shown
from datasette_scan.walk import Scanner
from scan_helpers.files import make_corrupt, make_database, make_empty, writer

Run = Callable[[Callable[[Scans], Awaitable[None]]], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "data"
    made.mkdir()
    return made


@pytest.fixture
def run(datasette: Any, scanner: Scanner, folder: Path) -> Run:
    return make_run(datasette, Settings(paths=(str(folder),)))


def make_run(datasette: Any, settings: Settings) -> Run:
    def run(what: Callable[[Scans], Awaitable[None]]) -> None:
        async def go() -> None:
            await datasette.invoke_startup()
            scans = Scans(datasette, settings)
            try:
                await what(scans)
            finally:
                await scans.stop()
                scans.close()

        asyncio.run(go())

    return run


def statuses(scans: Scans) -> dict[str, str]:
    return {Path(entry.path).name: entry.verdict.status.value for entry in scans.entries}


def attached(scans: Scans) -> set[str]:
    return set(scans.datasette.databases) - {"_memory", "_internal"}


def test_what_is_good_is_attached_and_the_rest_is_listed(run: Run, folder: Path) -> None:
    make_database(folder / "a.db")
    make_database(folder / "sub" / "b.sqlite")
    make_corrupt(folder / "c.db")
    make_empty(folder / "d.db")
    (folder / "e.db").write_text("no database at all")

    async def what(scans: Scans) -> None:
        summary = await scans.scan()
        assert attached(scans) == {"a", "b"}
        assert statuses(scans) == {
            "a.db": "attached", "b.sqlite": "attached", "c.db": "corrupt", "d.db": "empty",
        }  # fmt: skip
        assert (summary.attached, summary.detached, summary.error) == (2, 0, "")
        result = await scans.datasette.databases["b"].execute("select count(*) from items")
        assert result.first()[0] == 2

    run(what)


def test_a_rescan_attaches_the_new_detaches_the_gone_and_leaves_the_rest(
    run: Run, folder: Path
) -> None:
    make_database(folder / "stays.db")
    make_database(folder / "goes.db")

    async def what(scans: Scans) -> None:
        await scans.scan()
        stays = scans.datasette.databases["stays"]
        (folder / "goes.db").unlink()
        make_database(folder / "comes.db")
        summary = await scans.scan()
        assert attached(scans) == {"stays", "comes"}
        assert scans.datasette.databases["stays"] is stays
        assert (summary.attached, summary.detached) == (1, 1)

    run(what)


def test_a_scan_that_finds_nothing_new_leaves_all_entries(run: Run, folder: Path) -> None:
    make_database(folder / "a.db")
    make_corrupt(folder / "b.db")

    async def what(scans: Scans) -> None:
        await scans.scan()
        before = scans.entries
        await scans.scan()
        assert [new is old for new, old in zip(scans.entries, before, strict=True)] == [True, True]

    run(what)


def test_a_page_that_had_begun_can_still_ask_a_database_that_has_gone(
    run: Run, folder: Path
) -> None:
    async def what(scans: Scans) -> None:
        await scans.scan()
        gone = scans.datasette.databases["gone"]
        (folder / "gone.db").unlink()
        await scans.scan()
        assert scans.datasette.databases["gone"] is gone
        assert await gone.table_names() == ["items"]
        assert "gone" not in scans.datasette.databases
        assert "gone" not in list(scans.datasette.databases)
        assert (await scans.datasette.client.get("/gone")).status_code == 404
        with pytest.raises(KeyError):
            scans.datasette.databases["never"]
        make_database(folder / "gone.db")
        make_database(folder / "other.db")
        await scans.scan()
        assert scans.datasette.databases["gone"] is not gone
        assert attached(scans) == {"gone", "other", "stays"}

    make_database(folder / "gone.db")
    make_database(folder / "stays.db")
    run(what)


def test_a_list_of_names_holds_good_while_other_databases_come_and_go(
    run: Run, folder: Path
) -> None:
    make_database(folder / "goes.db")
    make_database(folder / "goes-later.db")

    async def what(scans: Scans) -> None:
        await scans.scan()
        names = list(scans.datasette.databases)
        (folder / "goes.db").unlink()
        await scans.scan()
        make_database(folder / "comes.db")
        (folder / "goes-later.db").unlink()
        coming = scans.begin()
        while not coming.done():
            for name in names:
                assert scans.datasette.get_database(name).name == name
            await asyncio.sleep(0)
        assert attached(scans) == {"comes"}

    run(what)


def test_a_page_that_had_begun_can_still_read_a_database_that_was_taken_away(
    make_datasette: Callable[..., Any], scanner: Scanner, folder: Path
) -> None:
    path = make_database(folder / "a.db")

    async def what(scans: Scans) -> None:
        await scans.scan()
        gone = scans.datasette.databases["a"]
        await scans.attached.follow([])
        assert attached(scans) == set()
        assert (await gone.execute("select name from items")).rows[0]["name"] == "row 0"

    make_run(make_datasette(), Settings(paths=(str(path.parent),)))(what)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs Linux")
def test_a_file_that_was_deleted_is_not_kept_open(run: Run, folder: Path) -> None:
    path = make_database(folder / "a.db")

    def is_open() -> bool:
        links = (str(link.resolve()) for link in Path("/proc/self/fd").iterdir())
        return any(link.startswith(str(path)) for link in links)

    async def what(scans: Scans) -> None:
        await scans.scan()
        await scans.datasette.databases["a"].execute("select count(*) from items")
        assert is_open()
        path.unlink()
        await scans.scan()
        assert not is_open()

    run(what)


def test_a_file_that_replaces_another_is_attached_under_the_same_name(
    run: Run, folder: Path
) -> None:
    make_database(folder / "a.db", rows=1)

    async def what(scans: Scans) -> None:
        await scans.scan()
        before = scans.datasette.databases["a"]
        make_database(folder / "new", rows=1, table="other").replace(folder / "a.db")
        await scans.scan()
        after = scans.datasette.databases["a"]
        assert after is not before
        assert await after.table_names() == ["other"]
        response = await scans.datasette.client.get("/a")
        assert response.status_code == 200
        assert "other" in response.text
        assert "/a/items" not in response.text

    run(what)


def test_a_file_that_was_only_written_to_is_left_attached(run: Run, folder: Path) -> None:
    make_database(folder / "a.db")

    async def what(scans: Scans) -> None:
        await scans.scan()
        before = scans.datasette.databases["a"]
        make_database(folder / "a.db", table="more", is_old=False)
        await scans.scan()
        assert scans.datasette.databases["a"] is before
        assert sorted(await before.table_names()) == ["items", "more"]

    run(what)


def test_an_attached_database_that_becomes_corrupt_is_detached(run: Run, folder: Path) -> None:
    make_database(folder / "a.db")

    async def what(scans: Scans) -> None:
        await scans.scan()
        (folder / "a.db").write_bytes(b"SQLite format 3\0" + b"\xee" * 9000)
        await scans.scan()
        assert attached(scans) == set()
        assert statuses(scans) == {"a.db": "corrupt"}

    run(what)


def test_a_locked_database_is_attached_when_it_is_free_again(run: Run, folder: Path) -> None:
    path = make_database(folder / "a.db")

    async def what(scans: Scans) -> None:
        with writer(path) as other:
            other.do("begin exclusive")
            await scans.scan()
            assert statuses(scans) == {"a.db": "locked"}
        await scans.scan()
        assert statuses(scans) == {"a.db": "attached"}

    run(what)


def test_an_empty_database_is_attached_when_it_gets_a_table(run: Run, folder: Path) -> None:
    path = make_empty(folder / "a.db")

    async def what(scans: Scans) -> None:
        await scans.scan()
        assert statuses(scans) == {"a.db": "empty"}
        make_database(path)
        await scans.scan()
        assert statuses(scans) == {"a.db": "attached"}

    run(what)


def test_a_file_that_datasette_was_given_is_not_attached_a_second_time(
    make_datasette: Callable[..., Any], scanner: Scanner, folder: Path
) -> None:
    path = make_database(folder / "a.db")
    os.link(path, folder / "same.db")
    datasette = make_datasette((str(path),))

    async def what(scans: Scans) -> None:
        await scans.scan()
        assert attached(scans) == {"a"}
        assert statuses(scans) == {"a.db": "served", "same.db": "served"}

    make_run(datasette, Settings(paths=(str(folder),)))(what)


def test_max_databases_leaves_out_the_last_by_path_and_says_so(
    datasette: Any, scanner: Scanner, folder: Path
) -> None:
    for name in "bcde":
        make_database(folder / f"{name}.db")
    make_corrupt(folder / "a.db")

    async def what(scans: Scans) -> None:
        await scans.scan()
        assert statuses(scans) == {
            "a.db": "corrupt", "b.db": "attached", "c.db": "attached",
            "d.db": "left out", "e.db": "left out",
        }  # fmt: skip
        (folder / "b.db").unlink()
        await scans.scan()
        assert attached(scans) == {"c", "d"}

    make_run(datasette, Settings(paths=(str(folder),), max_databases=2))(what)


def test_databases_in_a_folder_that_cannot_be_searched_for_once_stay(
    datasette: Any, script: Callable[..., Scanner], monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    make_database(folder / "a.db")
    make_database(folder / "b.db")
    good = script()
    bad = "#!{python}\nimport sys\nsys.stderr.write('warning: x: gone')\nsys.exit(1)\n"

    async def what(scans: Scans) -> None:
        monkeypatch.setattr("datasette_scan.scans.find_scanner", lambda: good)
        await scans.scan()
        script("", bad)
        (folder / "b.db").unlink()
        summary = await scans.scan()
        assert summary.problems == ("x: gone",)
        assert attached(scans) == {"a"}

    make_run(datasette, Settings(paths=(str(folder),)))(what)


def test_a_scan_that_fails_changes_nothing_and_is_told(
    datasette: Any, script: Callable[..., Scanner], monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    make_database(folder / "a.db")
    made = script()
    monkeypatch.setattr("datasette_scan.scans.find_scanner", lambda: made)

    async def what(scans: Scans) -> None:
        await scans.scan()
        script("sys.exit(3)")
        summary = await scans.scan()
        assert "exit code 3" in summary.error
        assert attached(scans) == {"a"}

    make_run(datasette, Settings(paths=(str(folder),)))(what)


def test_two_scans_at_once_are_one(run: Run, folder: Path) -> None:
    make_database(folder / "a.db")

    async def what(scans: Scans) -> None:
        one, two = await asyncio.gather(scans.scan(), scans.scan())
        assert one is two
        assert attached(scans) == {"a"}

    run(what)


def test_names_do_not_hang_on_whether_a_file_is_good_at_the_moment(run: Run, folder: Path) -> None:
    make_database(folder / "x" / "app.db")
    make_corrupt(folder / "y" / "app.db")

    async def what(scans: Scans) -> None:
        await scans.scan()
        assert attached(scans) == {"x-app"}

    run(what)


@pytest.mark.parametrize("start", [("x", "y"), ("x",)])
def test_a_file_that_is_away_for_one_scan_has_its_old_name_afterwards(
    run: Run, folder: Path, tmp_path: Path, start: tuple[str, ...]
) -> None:
    async def what(scans: Scans) -> None:
        for name in start:
            make_database(folder / name / "app.db")
        await scans.scan()
        if "y" not in start:
            make_database(folder / "y" / "app.db")
        await scans.scan()
        before = {entry.path: entry.name for entry in scans.entries}
        for name in ("x", "y"):
            (folder / name / "app.db").rename(tmp_path / "away.db")
            await scans.scan()
            assert len(scans.entries) == 1
            (tmp_path / "away.db").rename(folder / name / "app.db")
            await scans.scan()
            assert {entry.path: entry.name for entry in scans.entries} == before

    run(what)


def test_a_new_file_is_compared_with_all_that_are_there(run: Run, folder: Path) -> None:
    make_database(folder / "x" / "app.db")

    async def what(scans: Scans) -> None:
        await scans.scan()
        make_database(folder / "y" / "app.db")
        make_corrupt(folder / "z" / "other.db")
        await scans.scan()
        make_database(folder / "w" / "other.db")
        await scans.scan()
        assert attached(scans) == {"app", "y-app", "w-other"}

    run(what)


def test_a_file_that_datasette_was_given_may_be_a_link(
    make_datasette: Callable[..., Any], scanner: Scanner, folder: Path, tmp_path: Path
) -> None:
    path = make_database(folder / "a.db")
    link = tmp_path / "link.db"
    link.symlink_to(path)

    async def what(scans: Scans) -> None:
        await scans.scan()
        assert statuses(scans) == {"a.db": "served"}

    make_run(make_datasette((str(link),)), Settings(paths=(str(folder),)))(what)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no FIFOs in folders")
def test_a_fifo_in_the_place_of_an_attached_file_is_told_and_not_opened(
    run: Run, folder: Path
) -> None:
    path = make_database(folder / "a.db")

    async def what(scans: Scans) -> None:
        await scans.scan()
        path.unlink()
        os.mkfifo(path)
        look = Look(
            datasette=scans.datasette,
            pool=Pool(limit=1),
            attached=scans.attached.by_path,
            known={},
            served=frozenset(),
        )
        looked = look.at_all([str(path)])
        assert [item.verdict.status for item in looked if item.verdict] == [Status.UNREADABLE]

    run(what)


def test_what_the_scanner_leaves_out_is_passed_on(
    datasette: Any, script: Callable[..., Scanner], monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    heard = folder.parent / "heard"
    made = script(f"open({str(heard)!r}, 'w').write(repr(sys.argv[1:]))")
    able = Scanner(path=made.path, options=frozenset({"jsonl", "exclude"}))
    monkeypatch.setattr("datasette_scan.scans.find_scanner", lambda: able)

    async def what(scans: Scans) -> None:
        assert (await scans.scan()).error == ""

    make_run(datasette, Settings(paths=(str(folder),), exclude=("*.bak", "old")))(what)
    assert "'--exclude', '*.bak', '--exclude', 'old', '--'" in heard.read_text()


@pytest.mark.parametrize("path", ["/\ud800/a.db", "/a\0b.db"])
def test_a_path_that_no_file_can_have_is_never_fatal(
    datasette: Any, script: Callable[..., Scanner], monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    made = script(
        f"print(json.dumps({{{{'path': {path!r}}}}}))".replace("{{", "{").replace("}}", "}")
    )
    monkeypatch.setattr("datasette_scan.scans.find_scanner", lambda: made)

    async def what(scans: Scans) -> None:
        assert (await scans.scan()).error == ""
        assert [entry.verdict.status for entry in scans.entries] == [Status.UNREADABLE]
        shown(scans.entries[0].path).encode()

    make_run(datasette, Settings(paths=(str(Path(made.path).parent / "none"),)))(what)


def test_every_status_is_a_word_that_people_read() -> None:
    assert all(status.value.replace(" ", "").isalpha() for status in Status)


def test_what_is_noted_is_what_datasette_itself_would_note(
    make_datasette: Callable[..., Any],
    scanner: Scanner,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = make_database(folder / "a.db")
    make_database(path, table="more", is_old=True)
    noted_by_datasette: list[tuple[Any, str]] = []
    real = datasette_app.populate_schema_tables

    async def populate(internal: Any, database: Any, *more: Any) -> None:
        noted_by_datasette.append((database.ds, database.name))
        await real(internal, database, *more)

    monkeypatch.setattr(datasette_app, "populate_schema_tables", populate)
    by_name, by_scan = make_datasette((str(path),)), make_datasette()

    async def catalogue(datasette: Any) -> dict[str, list[Any]]:
        one = hasattr(datasette, "get_internal_database")
        internal = datasette.get_internal_database() if one else datasette.databases["_internal"]
        prefix = "catalog_" if one else ""
        result = {}
        for table in ("databases", "tables", "columns", "indexes", "foreign_keys"):
            rows = await internal.execute(
                f"select * from {prefix}{table} where database_name = 'a'"
            )
            result[table] = sorted(tuple(map(str, row)) for row in rows.rows)
        return result

    async def what(scans: Scans) -> None:
        await scans.scan()
        await by_name.invoke_startup()
        await by_name.refresh_schemas()
        wanted = await catalogue(by_name)
        assert wanted["tables"]
        assert await catalogue(by_scan) == wanted
        assert (by_name, "a") in noted_by_datasette
        assert (by_scan, "a") not in noted_by_datasette

    make_run(by_scan, Settings(paths=(str(folder),)))(what)
