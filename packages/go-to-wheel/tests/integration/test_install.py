"""The wheel of this machine, installed by every real installer, in every way that they have."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import venv
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from helpers.clients import BASE_PYTHON, PYTHON, Home, Installed
from helpers.dist import HOST, Dist
from helpers.listing import listing, sha256
from helpers.once import made_once
from helpers.users import OtherUser

COMMAND = "sqlite-scanner"
PACKAGE = "sqlite_scanner"
_FIND = f"import {PACKAGE}; print({PACKAGE}.get_binary_path())"
_RUN = f"import {PACKAGE}, sys; sys.exit({PACKAGE}.run(sys.argv[1:]).returncode)"


@pytest.fixture(params=["package", "native"])
def dist(request: pytest.FixtureRequest) -> Dist:
    """The wheels of sqlite-scanner, in one layout and the other."""
    name = {"package": "scanner", "native": "native_scanner"}[request.param]
    found: Dist = request.getfixturevalue(name)
    return found


@pytest.fixture
def home(tmp_path: Path, dist: Dist, pipx_shared: Path) -> Home:
    """A home whose name has a space and a letter that is not ASCII in it."""
    return _home(tmp_path, dist, pipx_shared)


@pytest.fixture(scope="session")
def pipx_shared(shared: Path) -> Path:
    """The environment from which pipx takes pip; left alone, it would fetch the newest pip."""

    def make(folder: Path) -> None:
        venv.create(folder, with_pip=True)

    return made_once(shared, "pipx-shared", make)


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """A folder with two databases and a file that looks like one."""
    return _plant(tmp_path / "sample")


def _home(parent: Path, dist: Dist, pipx_shared: Path | None = None) -> Home:
    folder = parent / "the homé"
    folder.mkdir()
    return Home(folder=folder, find_links=dist.folder, pipx_shared=pipx_shared)


def _plant(folder: Path) -> Path:
    for path in _databases(folder):
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("create table t (a)")
            connection.commit()
    (folder / "c.db").write_text("SQLite format 3, almost")
    return folder


def _databases(folder: Path) -> list[Path]:
    return [folder / "a.db", folder / "ünter" / "b b.sqlite"]


# --- the ways to install -------------------------------------------------------------------


def pip_venv(home: Home, wheel: Path) -> Installed:
    python = home.venv()
    home.pip("install", COMMAND, python=python)
    assert "No broken requirements" in home.pip("check", python=python)
    return _in_venv(home, python)


def pip_user(home: Home, wheel: Path) -> Installed:
    user = {"PYTHONUSERBASE": home.folder / "user"}
    options = ("--user", "--break-system-packages", "--no-warn-script-location")
    home.pip("install", *options, COMMAND, python=BASE_PYTHON, **user)
    command = home.folder / "user" / "bin" / COMMAND
    return Installed(home=home, command=[command], python=[BASE_PYTHON], variables=user)


def pip_target(home: Home, wheel: Path) -> Installed:
    home.pip("install", "--target", home.folder / "target", COMMAND, python=PYTHON)
    return _in_folder(home, home.folder / "target")


def pip_prefix(home: Home, wheel: Path) -> Installed:
    prefix = home.folder / "prefix"
    options = ("--prefix", prefix, "--break-system-packages", "--no-warn-script-location")
    home.pip("install", *options, COMMAND, python=BASE_PYTHON)
    return _in_folder(home, prefix, BASE_PYTHON)


def installer_prefix(home: Home, wheel: Path) -> Installed:
    """pypa/installer: Poetry and those who package for Linux distributions use it."""
    prefix = home.folder / "prefix"
    home.do(PYTHON, "-m", "installer", "--prefix", prefix, wheel)
    return _in_folder(home, prefix)


def uv_venv(home: Home, wheel: Path) -> Installed:
    python = home.venv()
    home.uv("pip", "install", "--python", python, COMMAND)
    home.uv("pip", "check", "--python", python)
    return _in_venv(home, python)


def uv_target(home: Home, wheel: Path) -> Installed:
    home.uv("pip", "install", "--target", home.folder / "target", COMMAND)
    return _in_folder(home, home.folder / "target")


def uv_prefix(home: Home, wheel: Path) -> Installed:
    home.uv("pip", "install", "--prefix", home.folder / "prefix", COMMAND)
    return _in_folder(home, home.folder / "prefix")


def uvx(home: Home, wheel: Path) -> Installed:
    return Installed(
        home=home, command=["uvx", COMMAND], python=["uvx", "--with", COMMAND, "python"]
    )


def uvx_from_file(home: Home, wheel: Path) -> Installed:
    return Installed(
        home=home,
        command=["uvx", "--from", wheel, COMMAND],
        python=["uvx", "--from", wheel, "python"],
    )


def uv_tool(home: Home, wheel: Path) -> Installed:
    home.uv("tool", "install", COMMAND)
    folder = Path(home.do("uv", "tool", "dir").strip())
    command = Path(home.do("uv", "tool", "dir", "--bin").strip()) / COMMAND
    return Installed(home=home, command=[command], python=[folder / COMMAND / "bin" / "python"])


def uv_run_with(home: Home, wheel: Path) -> Installed:
    run = ["uv", "run", "--no-project", "--with", COMMAND]
    return Installed(home=home, command=[*run, COMMAND], python=[*run, "python"])


def pipx_install(home: Home, wheel: Path) -> Installed:
    home.do("pipx", "install", "--backend", "uv", COMMAND)
    return _in_pipx(home)


def pipx_install_by_pip(home: Home, wheel: Path) -> Installed:
    home.do("pipx", "install", "--backend", "pip", COMMAND)
    return _in_pipx(home)


def pipx_run(home: Home, wheel: Path) -> Installed:
    run = ["pipx", "run", "--backend", "uv", "--spec", str(wheel)]
    return Installed(home=home, command=[*run, COMMAND], python=[*run, "python"])


def pipx_run_by_pip(home: Home, wheel: Path) -> Installed:
    run = ["pipx", "run", "--backend", "pip", "--spec", str(wheel)]
    return Installed(home=home, command=[*run, COMMAND], python=[*run, "python"])


def _in_venv(home: Home, python: Path) -> Installed:
    return Installed(home=home, command=[python.with_name(COMMAND)], python=[python])


def _in_folder(home: Home, folder: Path, python: Path = PYTHON) -> Installed:
    """What --target and --prefix leave: Python has to be told where the package lies."""
    (package,) = folder.rglob(f"{PACKAGE}/__init__.py")
    site = package.parent.parent
    (command,) = set(folder.rglob(f"bin/{COMMAND}")) - {package.parent / "bin" / COMMAND}
    return Installed(home=home, command=[command], python=[python], variables={"PYTHONPATH": site})


def _in_pipx(home: Home) -> Installed:
    return Installed(
        home=home,
        command=[home.folder / "pipx-bin" / COMMAND],
        python=[home.folder / "pipx" / "venvs" / COMMAND / "bin" / "python"],
    )


_WAYS: list[Callable[[Home, Path], Installed]] = [
    pip_venv,
    pip_user,
    pip_target,
    pip_prefix,
    installer_prefix,
    uv_venv,
    uv_target,
    uv_prefix,
    uvx,
    uvx_from_file,
    uv_tool,
    uv_run_with,
    pipx_install,
    pipx_install_by_pip,
    pipx_run,
    pipx_run_by_pip,
]


# --- the tests -----------------------------------------------------------------------------


@pytest.mark.parametrize("install", _WAYS, ids=lambda way: way.__name__)
def test_an_installed_wheel_works(
    install: Callable[[Home, Path], Installed], home: Home, dist: Dist, sample: Path, tmp_path: Path
) -> None:
    installed = install(home, dist.host)

    for done in (
        installed.run_command(sample, "--json"),
        installed.run_python("-m", PACKAGE, sample, "--json"),
        installed.run_python("-c", _RUN, sample, "--json"),
    ):
        assert done.returncode == 0, done.stderr
        found = {entry["path"] for entry in json.loads(done.stdout)["entries"]}
        assert found == set(map(str, _databases(sample)))

    done = installed.run_python("-c", _FIND)
    binary = Path(done.stdout.rstrip("\n"))
    assert binary.is_absolute(), done.stderr
    assert os.access(binary, os.X_OK)
    assert sha256(binary) == sha256(dist.unpack_binary(HOST, tmp_path))


@pytest.mark.parametrize("installer", ["pip", "uv"])
def test_another_user_can_use_what_root_has_installed(
    installer: str, dist: Dist, other_user: OtherUser
) -> None:
    home = _home(other_user.folder, dist)
    python = home.venv(python=other_user.python())
    if installer == "pip":
        home.pip("install", "--no-compile", COMMAND, python=python)
    else:
        home.uv("pip", "install", "--python", python, COMMAND)
    before = listing(home.folder / "venv")
    sample = _plant(other_user.folder / "sample")

    for start in ([python.with_name(COMMAND)], [python, "-m", PACKAGE], [python, "-c", _RUN]):
        done = other_user.run(*start, sample, "--json")
        assert done.returncode == 0, done.stderr
        found = {entry["path"] for entry in json.loads(done.stdout)["entries"]}
        assert found == set(map(str, _databases(sample)))
    binary = other_user.run(python, "-c", _FIND).stdout.rstrip("\n")
    assert other_user.run("test", "-x", binary).returncode == 0
    assert listing(home.folder / "venv") == before, "the user cannot have changed anything"


def test_site_packages_copied_alone_work_in_package_layout(
    scanner: Dist, tmp_path: Path, sample: Path
) -> None:
    home = _home(tmp_path, scanner)
    python = home.venv()
    home.uv("pip", "install", "--python", python, COMMAND)
    (site,) = (home.folder / "venv").glob("lib/python*/site-packages")
    copied = Path(shutil.copytree(site, tmp_path / "copied"))
    shutil.rmtree(home.folder / "venv")
    alone = Installed(home=home, command=(), python=[BASE_PYTHON], variables={"PYTHONPATH": copied})

    done = alone.run_python("-m", PACKAGE, sample)
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.splitlines()) == set(map(str, _databases(sample)))
    assert alone.run_python("-c", _FIND).stdout == f"{copied / PACKAGE / 'bin' / COMMAND}\n"


def test_site_packages_copied_alone_say_what_is_missing_in_native_layout(
    native_scanner: Dist, tmp_path: Path
) -> None:
    home = _home(tmp_path, native_scanner)
    home.uv("pip", "install", "--target", home.folder / "target", COMMAND)
    shutil.rmtree(home.folder / "target" / "bin")
    done = home.run(BASE_PYTHON, "-m", PACKAGE, PYTHONPATH=home.folder / "target")
    assert done.returncode == 127
    assert "Traceback" not in done.stderr
    assert f"Reinstall {PACKAGE}" in done.stderr
    assert str(home.folder / "target" / "bin" / COMMAND) in done.stderr.splitlines()[1]


@pytest.mark.parametrize("installer", ["pip", "uv"])
def test_uninstalling_leaves_nothing(installer: str, home: Home) -> None:
    python = home.venv()
    before = listing(python.parent.parent)
    if installer == "pip":
        home.pip("install", COMMAND, python=python)
        home.pip("uninstall", "--yes", COMMAND, python=python)
    else:
        home.uv("pip", "install", "--python", python, COMMAND)
        home.uv("pip", "uninstall", "--python", python, COMMAND)
    left = listing(python.parent.parent)
    assert {path for path in left if "/site-packages/" in path or "/bin/" in path} <= set(before)


@pytest.mark.parametrize("installer", ["pip", "uv"])
def test_one_layout_can_take_the_place_of_the_other(
    installer: str, scanner: Dist, native_scanner: Dist, tmp_path: Path
) -> None:
    home = _home(tmp_path, scanner)
    python = home.venv()
    for dist in (scanner, native_scanner, scanner):
        if installer == "pip":
            home.pip("install", "--force-reinstall", dist.host, python=python)
        else:
            home.uv("pip", "install", "--python", python, "--force-reinstall", dist.host)
        assert home.do(python.with_name(COMMAND), "--version").split()[-1] == "1.2.3"
        binary = Path(home.do(python, "-c", _FIND).rstrip("\n"))
        assert (binary.parent == python.parent) == (dist is native_scanner)
