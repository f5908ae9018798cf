"""Finding programs on PATH (sources/search.py)."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from go_to_wheel.sources import search
from go_to_wheel.sources.search import find_command

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="files have no mode there")


def program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    path.chmod(0o755)
    return path


def on_path(*folders: Path | str) -> dict[str, str]:
    return {"PATH": os.pathsep.join(map(str, folders))}


@POSIX
def test_the_first_on_path_is_found(tmp_path: Path) -> None:
    first, second = program(tmp_path / "a" / "go"), program(tmp_path / "b" / "go")
    assert find_command("go", on_path("/nowhere", first.parent, second.parent)) == first
    first.chmod(0o644)
    assert find_command("go", on_path(first.parent, second.parent)) == second
    second.unlink()
    second.mkdir()
    assert find_command("go", on_path(first.parent, second.parent)) is None


@pytest.mark.parametrize("path", ["", ".", "bin", "./bin", "..", os.pathsep])
@pytest.mark.parametrize("windows", [False, True])
def test_no_folder_of_the_project_is_searched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, windows: bool
) -> None:
    monkeypatch.setattr(search, "_ON_WINDOWS", windows)
    project = tmp_path / "project"
    for folder in (project, project / "bin", tmp_path):
        program(folder / "go")
        program(folder / "go.exe")
    monkeypatch.chdir(project)
    assert find_command("go", {"PATH": path}) is None
    assert find_command("go", {}) is None


def test_on_windows_the_endings_of_programs_are_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "_ON_WINDOWS", True)
    program(tmp_path / "go")
    assert find_command("go", on_path(tmp_path)) is None
    other = program(tmp_path / "go.bat")
    assert find_command("go", on_path(tmp_path)) == other
    found = program(tmp_path / "go.exe")
    assert find_command("go", on_path(f'"{tmp_path}"')) == found
    assert find_command("go.exe", on_path(tmp_path)) == found
    assert find_command("go", {**on_path(tmp_path), "PATHEXT": ".BAT;"}) == other
    assert find_command(str(tmp_path / "go"), {}) == found


def test_a_path_needs_no_search(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = program(tmp_path / "bin" / "go")
    monkeypatch.chdir(tmp_path)
    assert find_command(str(found), {}) == found
    assert find_command("bin/go", {}) == found
    assert find_command("bin/other", on_path(tmp_path)) is None


@pytest.mark.parametrize("name", ["a\0b", "x" * 5000])
def test_what_cannot_be_a_name_is_not_found(tmp_path: Path, name: str) -> None:
    assert find_command(name, on_path(tmp_path)) is None
    assert find_command(f"./{name}", {}) is None
