"""The page and its JSON, as Datasette makes them in this process."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from datasette import hookimpl
from datasette.plugins import pm

import datasette_scan
from datasette_scan import access
from datasette_scan.life import Life, life_of
from datasette_scan.settings import Settings
from datasette_scan.source import shown
from datasette_scan.walk import Scanner
from scan_helpers.files import make_database

Run = Callable[[Callable[[Any], Awaitable[None]]], None]


@pytest.fixture(autouse=True)
def _registered() -> Iterator[None]:
    is_there = pm.is_registered(datasette_scan)
    if not is_there:
        pm.register(datasette_scan, name="scan")
    yield
    if not is_there:
        pm.unregister(datasette_scan)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "data"
    made.mkdir()
    return made


@pytest.fixture
def run(datasette: Any, scanner: Scanner, folder: Path) -> Run:
    """Runs a test with a Datasette that listens on this machine alone and has scanned a folder."""

    def run(what: Callable[[Any], Awaitable[None]]) -> None:
        async def go() -> None:
            await datasette.invoke_startup()
            access.remember(datasette, private=True, allow=None)
            settings = Settings(paths=(str(folder),))
            await Life.start(datasette, settings, keeps_memory=False, is_patient=True)
            life = life_of(datasette)
            assert life is not None
            try:
                await what(datasette)
            finally:
                await life.end()

        asyncio.run(asyncio.wait_for(go(), timeout=60))

    return run


def files(page: str) -> list[str]:
    return re.findall(r'class="scan-file">([^<]*)<', page)


def test_each_file_is_on_one_page(run: Run, folder: Path) -> None:
    content = make_database(folder / "000.db").read_bytes()
    for number in range(1, 230):
        (folder / f"{number:03}.db").write_bytes(content)

    async def what(datasette: Any) -> None:
        pages = [
            files((await datasette.client.get(f"/-/scan?page={number}")).text)
            for number in (1, 2, 3)
        ]
        assert [len(page) for page in pages] == [100, 100, 30]
        assert [file for page in pages for file in page] == [
            f"{number:03}.db" for number in range(230)
        ]

    run(what)


@pytest.mark.parametrize("asked", ["{root}/sub", "sub", "./sub/", "other/../sub"])
def test_the_filter_takes_a_folder_as_it_is_shown(run: Run, folder: Path, asked: str) -> None:
    for name in ("a.db", "sub/b.db", "sub/deep/c.db", "subway/d.db"):
        make_database(folder / name)

    async def what(datasette: Any) -> None:
        query = {"folder": asked.format(root=folder)}
        response = await datasette.client.get("/-/scan.json", params=query)
        names = [Path(file["path"]).name for file in response.json()["files"]]
        assert names == ["b.db", "c.db"]

    run(what)


@pytest.mark.skipif(os.name == "nt", reason="Windows drops a space at the end of a name")
def test_the_filter_takes_a_folder_whose_name_ends_in_a_space(run: Run, folder: Path) -> None:
    make_database(folder / "sub " / "a.db")
    make_database(folder / "sub" / "b.db")

    async def what(datasette: Any) -> None:
        response = await datasette.client.get("/-/scan", params={"folder": f"{folder}/sub "})
        assert files(response.text) == ["a.db"]
        response = await datasette.client.get("/-/scan", params={"folder": "  "})
        assert files(response.text) == ["a.db", "b.db"]

    run(what)


def test_the_json_is_only_read(run: Run, folder: Path) -> None:
    async def what(datasette: Any) -> None:
        assert (await datasette.client.post("/-/scan.json")).status_code == 405
        assert (await datasette.client.get("/-/scan.json")).status_code == 200

    run(what)


async def scan_now(datasette: Any, **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    response = await datasette.client.post("/-/scan", headers=named)
    return int(response.status_code)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "same-origin", "Origin": "http://localhost"},
        {"Sec_Fetch_Site": "none"},
        {"Origin": "http://localhost"},
        {},
    ],
)
def test_the_button_and_a_program_start_a_scan(
    run: Run, folder: Path, headers: dict[str, str]
) -> None:
    async def what(datasette: Any) -> None:
        make_database(folder / "a.db")
        assert await scan_now(datasette, **headers) in {302, 303}
        assert "a" in datasette.databases

    run(what)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "cross-site", "Origin": "http://example.com"},
        {"Sec_Fetch_Site": "same-site", "Origin": "http://localhost:1"},
        {"Sec_Fetch_Site": "cross-site", "Origin": "http://localhost"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Origin": "http://example.com"},
        {"Origin": "http://localhost:1"},
        {"Origin": "null"},
        {"Origin": ""},
    ],
)
def test_another_sites_page_starts_no_scan_even_without_a_cookie(
    run: Run, folder: Path, headers: dict[str, str]
) -> None:
    async def what(datasette: Any) -> None:
        make_database(folder / "a.db")
        assert await scan_now(datasette, **headers) == 403
        assert "a" not in datasette.databases

    run(what)


class _SeesOnly:
    """A plugin by which everybody may see the page and nobody may scan."""

    @hookimpl(trylast=True)  # type: ignore[untyped-decorator]  # the last answer counts
    def permission_allowed(self, action: str) -> bool | None:
        return False if action == access.SCAN else None


@pytest.mark.parametrize("may_scan", [True, False])
def test_who_may_only_see_starts_no_scan(
    datasette: Any, run: Run, folder: Path, request: pytest.FixtureRequest, may_scan: bool
) -> None:
    if not may_scan and hasattr(datasette, "config"):
        datasette.config["permissions"] = {access.SCAN: False}
    elif not may_scan:
        plugin = _SeesOnly()
        pm.register(plugin)
        request.addfinalizer(lambda: pm.unregister(plugin))

    async def what(datasette: Any) -> None:
        page = await datasette.client.get("/-/scan")
        assert page.status_code == 200
        assert ("Scan now" in page.text) is may_scan
        make_database(folder / "a.db")
        assert (await scan_now(datasette) == 403) is not may_scan
        assert ("a" in datasette.databases) is may_scan

    run(what)


def test_after_a_scan_the_page_is_where_datasette_is(
    make_datasette: Callable[..., Any], scanner: Scanner, folder: Path
) -> None:
    datasette = make_datasette(settings={"base_url": "/below/"})

    async def go() -> None:
        await datasette.invoke_startup()
        access.remember(datasette, private=True, allow=None)
        settings = Settings(paths=(str(folder),))
        await Life.start(datasette, settings, keeps_memory=False, is_patient=True)
        response = await datasette.client.post("/-/scan?status=empty")
        assert response.headers["location"] == "/below/-/scan?status=empty"
        life = life_of(datasette)
        assert life is not None
        await life.end()

    asyncio.run(go())


@pytest.mark.parametrize("path", ["/a\ud800b", "/caf\udce9", "/\udfff", "/\ud83d\ude00"])
def test_any_path_can_be_shown(path: str) -> None:
    assert "\N{REPLACEMENT CHARACTER}" in shown(path)
    shown(path).encode()
