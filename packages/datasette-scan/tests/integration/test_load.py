"""Many databases and many readers while scans run."""

from __future__ import annotations

import random
import re
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

from scan_helpers.server import Line, Served

_DATABASES = 2000
_READERS = 50
_ROUNDS = 6
"""How often databases come, or go, and a scan is awaited that finds it."""
_COMING_AND_GOING = 20
_LONG = 200.0
"""Seconds: on a busy machine, a page with all databases takes its time beside fifty readers."""


def _content() -> bytes:
    with closing(sqlite3.connect(":memory:")) as template:
        template.execute("create table items (id integer primary key, name text)")
        template.execute("insert into items (name) values ('row')")
        return template.serialize()


def _message(page: str) -> str:
    """What an error page of Datasette's says."""
    _, _, rest = page.partition("<h1>")
    return " ".join(re.sub(r"<[^>]*>", " ", rest.partition("</section>")[0]).split())[:500]


def _read(served: Served, number: int, until: threading.Event) -> list[str]:
    """Read pages one after the other; what went wrong."""
    choose = random.Random(number)
    wrong = []
    while not until.is_set():
        database = f"d{choose.randrange(_DATABASES):04}"
        path = choose.choice(
            [f"/{database}", f"/{database}/items", f"/{database}/items.json", "/-/scan"]
        )
        status, _, text = served.request("GET", path)
        if status != 200:
            wrong.append(f"{path}: {status} {_message(text)}")
    return wrong


def test_fifty_readers_and_scans_that_attach_and_detach_go_together(line: Line, data: Path) -> None:
    content = _content()
    for number in range(_DATABASES):
        folder = data / f"{number % 40:02}"
        folder.mkdir(exist_ok=True)
        (folder / f"d{number:04}.db").write_bytes(content)
    # Datasette gives a query a second, which is little where all processors are busy.
    patient = ("--setting", "sql_time_limit_ms", "60000")
    with line.serve("scan", data, "--scan-interval", "0.5", *patient) as server:
        served = replace(server, patience=_LONG)
        served.until(partial(_has_attached, served, _DATABASES))
        until = threading.Event()
        with ThreadPoolExecutor(_READERS + 1) as threads:
            readers = [threads.submit(_read, served, n, until) for n in range(_READERS)]
            home = threads.submit(_read_home, served, until)
            try:
                _come_and_go(data, content, served)
            finally:
                until.set()
            wrong = [line for reader in (*readers, home) for line in reader.result()]
        assert wrong == [], wrong[0]
        assert served.json()["counts"]["attached"] >= _DATABASES


def _read_home(served: Served, until: threading.Event) -> list[str]:
    wrong = []
    while not until.is_set():
        status, _, text = served.request("GET", "/")
        if status != 200:
            wrong.append(f"/: {status} {_message(text)}")
    return wrong


def _come_and_go(data: Path, content: bytes, served: Served) -> None:
    """Let databases come and go; each time a scan must have found it before the next."""
    for number in range(_ROUNDS):
        there = number % 2 == 0
        for guest in range(_COMING_AND_GOING):
            path = data / f"guest{guest}.db"
            path.write_bytes(content) if there else path.unlink()
        wanted = _DATABASES + _COMING_AND_GOING * there
        served.until(partial(_has_attached, served, wanted))


def _has_attached(served: Served, wanted: int) -> bool:
    return bool(served.json()["counts"].get("attached") == wanted)
