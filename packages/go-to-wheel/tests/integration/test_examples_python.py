"""The examples several-binaries, inline-script and python-package: their pages, word by word."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from PIL import Image

from go_to_wheel.check import check_wheel
from helpers.clients import PYTHON
from helpers.dist import HOST
from helpers.frontends import Frontends, make_wheelhouse
from helpers.index import Index, serving
from helpers.needs import requirement
from helpers.once import made_once
from helpers.pages import Page, read_page, run_page
from helpers.tool import SCRIPTS, Tool, clean_environment

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="paths of POSIX environments")

_EXAMPLES = Path(__file__).parents[4] / "examples"
_SCANNER = Path(__file__).parents[3] / "sqlite-scanner"
_MADE = shutil.ignore_patterns("dist", "__pycache__", ".*", "*.egg-info")


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A copy of an example, as a user has it.

    Attributes:
        folder: the copy.
        environment: all variables of the user's terminal: of this machine's programs there are
            those of .venv, and its Go.
    """

    folder: Path
    environment: Mapping[str, str]

    @property
    def page(self) -> Page:
        """Its README."""
        return read_page(self.folder / "README.md")

    def run_page(self, page: Page | None = None, **variables: str | Path) -> None:
        """Do what a page says; the README where none is given."""
        told = {name: str(value) for name, value in variables.items()}
        run_page(page or self.page, self.folder, {**self.environment, **told}, {})


def _copy(name: str, tmp_path: Path) -> Example:
    requirement("linux-amd64", HOST == "linux-amd64", "the pages show what it prints")
    folder, home = tmp_path / "examples" / name, tmp_path / "home"
    shutil.copytree(_EXAMPLES / name, folder, ignore=_MADE)
    home.mkdir()
    environment = clean_environment() | {
        "HOME": str(home),
        "PATH": os.pathsep.join([str(SCRIPTS), os.defpath]),
        "LC_ALL": "C.UTF-8",
        "UV_CACHE_DIR": str(home / "uv"),
        "UV_PYTHON": str(PYTHON),
        "UV_PYTHON_DOWNLOADS": "never",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    return Example(folder=folder, environment=environment)


def _said(
    example: Example, *command: str | Path, **variables: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in command],
        cwd=example.folder,
        env={**example.environment, **variables},
        capture_output=True,
        check=False,
        encoding="utf-8",
    )


@pytest.mark.parametrize("name", ["several-binaries", "python-package"])
def test_the_go_code_is_in_shape_and_passes_its_own_tests(
    tmp_path: Path, go: Path, name: str
) -> None:
    example = _copy(name, tmp_path)
    local = {"GOTOOLCHAIN": "local"}
    vet = _said(example, go, "vet", "./...", **local)
    assert vet.returncode == 0, vet.stderr
    test = _said(example, go, "test", "./...", **local)
    assert re.search("^ok .*/internal/", test.stdout, re.MULTILINE), test.stdout + test.stderr
    assert test.returncode == 0, test.stdout
    assert _said(example, go.with_name("gofmt"), "-l", ".").stdout == ""


@pytest.mark.parametrize("name", ["several-binaries", "python-package"])
def test_the_wheels_for_everybody_are_good(tmp_path: Path, name: str) -> None:
    example = _copy(name, tmp_path)
    tool = Tool(folder=tmp_path)
    wheels = tool.run(example.folder).wheels
    assert len(wheels) == 6
    assert [problem for wheel in wheels for problem in check_wheel(wheel).problems] == []


# --- several-binaries -------------------------------------------------------------------------


def test_several_binaries_does_what_its_page_says(tmp_path: Path) -> None:
    example = _copy("several-binaries", tmp_path)
    photos = example.folder / "photos"
    photos.mkdir()
    Image.new("RGB", (1600, 1200), "blue").save(photos / "beach.jpg")
    Image.new("RGBA", (16, 16), (255, 0, 0, 128)).save(photos / "icon.png")
    Image.new("L", (800, 800), 200).save(photos / "moon.png")
    example.run_page(UV_OFFLINE="1", PIP_NO_INDEX="1")
    with Image.open(example.folder / "sheet.png") as sheet:  # the one that Python has made
        assert sheet.size == (344, 176)
        red, green, blue, alpha = sheet.convert("RGBA").getpixel((88, 88))  # type: ignore[misc]
        assert (red < 10, green < 10, blue > 240, alpha) == (True, True, True, 255)
        assert sheet.convert("RGB").getpixel((256, 88)) == (200, 200, 200)
        assert sheet.convert("RGB").getpixel((88, 20)) == (255, 255, 255)  # beside the beach
    done = _said(example, example.folder / ".venv" / "bin" / "python", "contact_sheet.py")
    assert (done.returncode, done.stderr) == (2, "Usage: python contact_sheet.py FOLDER\n")


# --- inline-script ----------------------------------------------------------------------------


@pytest.fixture
def data(tmp_path: Path) -> Example:
    """The example inline-script, with some databases."""
    example = _copy("inline-script", tmp_path)
    (tmp_path / "packages").mkdir()
    (tmp_path / "packages" / "sqlite-scanner").symlink_to(_SCANNER)
    folder = example.folder / "data"
    (folder / "photos").mkdir(parents=True)
    with closing(sqlite3.connect(folder / "notes.txt")) as database, database:
        database.execute("create table note (text)")
        database.execute("insert into note values (?)", ("x" * 6000,))
    with closing(sqlite3.connect(folder / "photos" / "library.photosdata")) as database, database:
        database.execute("create table photo (name, place)")
        database.executemany("insert into photo values (?, ?)", [("x" * 70, 1)] * 5000)
        database.execute("create table album (name)")
        database.executemany("insert into album values (?)", [("Summer",)] * 3)
    (folder / "not-really.db").write_text("nothing")
    return example


@pytest.fixture
def index(shared: Path) -> Iterator[Index]:
    """An index with the wheel of sqlite-scanner."""

    def make(folder: Path) -> None:
        done = Tool(folder=folder).run(_SCANNER, "--platforms", HOST)
        assert done.code == 0, done.stderr

    with serving(made_once(shared, "scanner-of-examples", make) / "dist") as index:
        yield index


def test_inline_script_does_what_its_page_says(data: Example, tmp_path: Path) -> None:
    """While the program is on no index."""
    with serving(tmp_path / "nothing") as index:
        data.run_page(UV_DEFAULT_INDEX=index.url, PIP_INDEX_URL=index.url)


def test_inline_script_needs_no_more_than_the_index_once_the_program_is_there(
    data: Example, index: Index
) -> None:
    until_then, run = data.page.runs[:2], data.page.runs[2:]
    assert "export" in until_then[1].command
    page = replace(data.page, steps=run)
    data.run_page(page, UV_DEFAULT_INDEX=index.url, PIP_INDEX_URL=index.url)


def test_inline_script_shows_what_it_cannot_read_and_where_nothing_is(
    data: Example, index: Index
) -> None:
    folder = data.folder / "data"
    (folder / "notes.txt").write_bytes(b"SQLite format 3\0" + b"\xee" * 100)
    script = ("uv", "run", "--quiet", "biggest.py")
    done = _said(data, *script, folder, UV_DEFAULT_INDEX=index.url)
    assert done.returncode == 0, done.stderr
    assert "cannot be read: file is not a database\n" in done.stdout
    (data.folder / "empty").mkdir()
    done = _said(data, *script, "empty", UV_DEFAULT_INDEX=index.url)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "There are no SQLite databases here.\n"


@pytest.mark.parametrize(
    ("code", "ended", "said"),
    [
        (0, 0, ""),
        (1, 0, ""),  # something could not be searched
        (2, 1, "sqlite-scanner has failed, with exit code 2.\n"),
    ],
)
def test_inline_script_tells_of_a_scanner_that_fails(
    tmp_path: Path, code: int, ended: int, said: str
) -> None:
    example = _copy("inline-script", tmp_path)
    scanner = tmp_path / "scanner"
    scanner.write_text(f'#!/bin/sh\necho \'{{"path": "/a.db", "size": 7}}\'\nexit {code}\n')
    scanner.chmod(0o755)
    (tmp_path / "sqlite_scanner.py").write_text(f"get_binary_path = {str(scanner)!r}.__str__\n")
    done = _said(example, sys.executable, "biggest.py", PYTHONPATH=str(tmp_path))
    assert (done.returncode, done.stderr) == (ended, said)
    assert ("/a.db" in done.stdout) is (ended == 0)


# --- python-package ---------------------------------------------------------------------------


@pytest.fixture
def package(tmp_path: Path, shared: Path) -> Example:
    """The example python-package; go-to-wheel is as if it were on the index."""
    example = _copy("python-package", tmp_path)
    wheels = made_once(shared, "wheelhouse", make_wheelhouse) / "wheels"
    # The index is this machine's; what is fetched from it is kept for the other tests.
    kept = {name: value for name, value in os.environ.items() if re.match("PIP_(?!NO_)", name)}
    own = {
        "PIP_FIND_LINKS": " ".join([str(wheels), *os.environ.get("PIP_FIND_LINKS", "").split()]),
        "UV_CACHE_DIR": f"{os.environ['XDG_CACHE_HOME']}/uv",
        "UV_FIND_LINKS": str(wheels),
    }
    return replace(example, environment={**example.environment, **kept, **own})


def test_python_package_does_what_its_page_says(package: Example) -> None:
    package.run_page()


def test_python_package_follows_its_python_code_where_it_is_editable(
    package: Example, shared: Path, go: Path
) -> None:
    """And its Go code, when it is installed again."""
    for name in ("2025/beach.jpg", "2025/city.jpg", "backup/beach.jpg"):
        path = package.folder / "photos" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(Path(name).stem.encode() * 800)
    wheels = made_once(shared, "wheelhouse", make_wheelhouse) / "wheels"
    user = Frontends(folder=package.folder, wheels=wheels, go=go.parent)
    python = user.venv()
    install = ("pip", "install", "--python", python, "--editable", package.folder)
    user.uv(*install)
    _replace(package.folder / "src" / "twin_files" / "report.py", "in all", "altogether")
    _replace(package.folder / "main.go", "files of", "copies of")
    assert "4000 bytes altogether\n" in user.do(python.with_name("twin-report"), "photos")
    assert "2 files of 4000 bytes\n" in user.do(python.with_name("twin-files"), "photos")
    user.uv(*install, "--reinstall-package", "twin-files")
    assert "2 copies of 4000 bytes\n" in user.do(python.with_name("twin-files"), "photos")


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
