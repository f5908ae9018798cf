"""Fixtures of the tests on real servers: both lines of Datasette, installed once for all."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.once import made_once, session_folder
from scan_helpers.lines import LINES, build_wheels, install_line
from scan_helpers.server import Line


@pytest.fixture(scope="session")
def scan_wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the wheels of this repository."""
    return made_once(session_folder(tmp_path_factory), "scan-wheels", build_wheels)


@pytest.fixture(params=list(LINES))
def line(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    scan_wheels: Path,
    tmp_path: Path,
) -> Line:
    """Each line of Datasette in turn."""
    name = str(request.param)
    home = made_once(
        session_folder(tmp_path_factory),
        f"datasette-{name}",
        lambda folder: install_line(folder, name, scan_wheels),
    )
    folder = tmp_path / "run"
    folder.mkdir()
    return Line(name=name, command=home / "venv" / "bin" / "datasette", folder=folder)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """An empty folder to scan."""
    folder = tmp_path / "data"
    folder.mkdir()
    return folder
