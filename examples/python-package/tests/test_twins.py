"""The Go program and the Python code over it, as users have them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from twin_files import TwinFilesError, Twins, find_twins, get_binary_path
from twin_files.report import main, wasted_by_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three small twins, two large ones, and files that are none."""
    for name in ("a.txt", "b.txt", "sub/c.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"same")
    (tmp_path / "other").write_bytes(b"diff")
    (tmp_path / "large 1").write_bytes(b"x" * 1000)
    (tmp_path / "sub" / "large 2").write_bytes(b"x" * 1000)
    (tmp_path / "alone").write_bytes(b"y" * 2000)
    (tmp_path / "empty 1").touch()
    (tmp_path / "empty 2").touch()
    return tmp_path


def test_those_that_waste_most_come_first(folder: Path) -> None:
    large, small = find_twins(folder)
    assert large == Twins(size=1000, paths=(folder / "large 1", folder / "sub" / "large 2"))
    assert small.paths == (folder / "a.txt", folder / "b.txt", folder / "sub" / "c.txt")
    assert (large.wasted, small.wasted) == (1000, 8)


def test_small_files_can_be_left_out(folder: Path) -> None:
    assert [each.size for each in find_twins(folder, min_size=5)] == [1000]
    assert len(find_twins(folder, min_size=0)) == 3


def test_a_folder_given_twice_has_no_more_twins(folder: Path) -> None:
    assert len(find_twins(folder, folder / "sub", folder)[1].paths) == 3


def test_links_are_no_twins(folder: Path) -> None:
    (folder / "hard").hardlink_to(folder / "alone")
    (folder / "soft").symlink_to(folder / "alone")
    assert 2000 not in {each.size for each in find_twins(folder)}


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="names are Unicode there")
def test_names_may_be_any_bytes(tmp_path: Path) -> None:
    names = [b"new\nline", b"not utf-8 \xff"]
    for name in names:
        (tmp_path / os.fsdecode(name)).write_bytes(b"same")
    (twins,) = find_twins(tmp_path)
    assert sorted(os.fsencode(path.name) for path in twins.paths) == names


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(TwinFilesError, match="missing"):
        find_twins(tmp_path / "missing")


def test_what_cannot_be_read_need_not_be_the_end(folder: Path) -> None:
    problems: list[str] = []
    found = find_twins(folder / "missing", folder, on_error=problems.append)
    assert len(found) == 2
    assert len(problems) == 1
    assert "missing" in problems[0]


def test_the_report_adds_up(folder: Path) -> None:
    wasted = wasted_by_folder(find_twins(folder))
    assert wasted == {folder / "sub": 1004, folder: 4}


def test_the_report_fails_where_something_cannot_be_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["twin-report", str(folder), str(folder / "missing")])
    assert main() == 1
    said = capsys.readouterr()
    assert said.out.endswith("1008 bytes in all\n")
    assert "missing" in said.err
    monkeypatch.setattr(sys, "argv", ["twin-report", str(folder)])
    assert main() == 0


def test_the_program_is_a_command_of_its_own(folder: Path) -> None:
    done = subprocess.run(
        [get_binary_path(), "-min-size", "5", folder], check=True, capture_output=True, text=True
    )
    assert done.stdout.splitlines()[0] == "2 files of 1000 bytes"
