"""Fixtures of the fast tests: a Datasette in this process, and a scanner that is a script."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette

from datasette_scan.walk import Scanner

_SCRIPT = """#!{python}
import json, os, sys
folders = sys.argv[sys.argv.index("--") + 1:]
for folder in folders:
    for parent, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(parent, name)
            with open(path, "rb") as file:
                if file.read(16) == b"SQLite format 3\\0":
                    print(json.dumps({{"path": path}}))
{more}
"""


@pytest.fixture
def script(tmp_path: Path) -> Callable[[str], Scanner]:
    """Makes a scanner of a script that finds databases, and then runs some more code."""

    def make(more: str = "", body: str = _SCRIPT) -> Scanner:
        path = tmp_path / "scanner"
        path.write_text(body.format(python=sys.executable, more=more), encoding="utf-8")
        path.chmod(0o755)
        return Scanner(path=str(path), options=frozenset({"jsonl"}))

    return make


@pytest.fixture
def scanner(script: Callable[..., Scanner], monkeypatch: pytest.MonkeyPatch) -> Scanner:
    """The scanner that all scans of a test use."""
    made = script()
    monkeypatch.setattr("datasette_scan.scans.find_scanner", lambda: made)
    return made


@pytest.fixture
def make_datasette() -> Iterator[Callable[..., Any]]:
    """Makes Datasettes that are closed after the test."""
    made: list[Any] = []

    def make(files: tuple[str, ...] = (), plugin: object = None, **options: Any) -> Any:
        metadata = {"plugins": {"datasette-scan": plugin}} if plugin is not None else None
        made.append(Datasette(list(files), metadata=metadata, **options))
        return made[-1]

    yield make
    for datasette in made:
        if hasattr(datasette, "close"):
            datasette.close()
        else:
            for database in datasette.databases.values():
                database.close()
            datasette.executor.shutdown()


@pytest.fixture
def datasette(make_datasette: Callable[..., Any]) -> Any:
    """A Datasette without files."""
    return make_datasette()
