from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from datasette_scan import life as life_module
from datasette_scan.errors import ScannerError
from datasette_scan.life import Life, life_of
from datasette_scan.settings import Settings
from datasette_scan.walk import Scanner
from scan_helpers.files import make_database


async def _start(datasette: Any, folder: Path, **options: Any) -> Life:
    await datasette.invoke_startup()
    settings = Settings(paths=(str(folder),), **options)
    await Life.start(datasette, settings, keeps_memory=False, is_patient=False)
    life = life_of(datasette)
    assert life is not None
    return life


def _attached(datasette: Any) -> set[str]:
    return set(datasette.databases) - {"_internal"}


def test_a_first_scan_that_takes_long_ends_behind_the_server(
    datasette: Any,
    script: Callable[..., Scanner],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    make_database(tmp_path / "data" / "a.db")
    go_on = tmp_path / "go-on"
    waits = f"import time\nwhile not os.path.exists({str(go_on)!r}): time.sleep(0.01)"
    slow = script(waits)
    monkeypatch.setattr("datasette_scan.scans.find_scanner", lambda: slow)
    monkeypatch.setattr(life_module, "_PATIENCE", 0.2)

    async def run() -> None:
        life = await _start(datasette, tmp_path / "data")
        assert _attached(datasette) == {"_memory"}
        assert "takes a while" in capsys.readouterr().err
        life.go_on()
        go_on.touch()
        while _attached(datasette) != {"a"}:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.01)
        await life.end()

    asyncio.run(asyncio.wait_for(run(), timeout=60))


def test_the_end_stops_a_scan_that_is_running(
    datasette: Any,
    script: Callable[..., Scanner],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    runs = tmp_path / "runs"
    slow = script(f"import time; open({str(runs)!r}, 'x').close(); time.sleep(600)")
    monkeypatch.setattr("datasette_scan.scans.find_scanner", lambda: slow)
    monkeypatch.setattr(life_module, "_PATIENCE", 0.1)

    async def run() -> None:
        life = await _start(datasette, tmp_path, interval=0.1)
        life.go_on()
        while not runs.exists():  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.01)
        await life.end()
        names = {task.get_name() for task in asyncio.all_tasks()}
        assert not any(name.startswith("datasette-scan") for name in names)

    asyncio.run(asyncio.wait_for(run(), timeout=60))


def test_a_scanner_that_cannot_do_its_work_keeps_datasette_from_starting(
    datasette: Any, script: Callable[..., Scanner], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = script("sys.exit(9)")
    monkeypatch.setattr("datasette_scan.scans.find_scanner", lambda: broken)

    async def run() -> None:
        with pytest.raises(ScannerError, match="exit code 9"):
            await _start(datasette, tmp_path)

    asyncio.run(run())
