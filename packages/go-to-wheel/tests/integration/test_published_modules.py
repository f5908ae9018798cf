"""Published Go commands, through the module proxy of the environment: packaged, installed, run."""

from __future__ import annotations

import io
import json
import re
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from helpers.clients import Home
from helpers.dist import HOST
from helpers.goproxy import GoProxy, environments_proxy, passing_on
from helpers.needs import requirement
from helpers.once import made_once
from helpers.tool import Tool, clean_environment

FOREIGN = "windows-amd64" if HOST != "windows-amd64" else "linux-arm64"


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A published command.

    Attributes:
        source: its package at a version.
        name: the name of the command and of the distribution.
        version: the distribution's version.
        url: its home page; None where only the module proxy could tell.
        described: what the first line says of it.
    """

    source: str
    name: str
    version: str
    url: str | None
    described: str


# All of them small. With dependencies; at a path that is no code host's, by a query; below the
# root of a module with a major version; with a line that replaces one module by another.
HEY = Published(
    source="github.com/rakyll/hey@v0.1.4",
    name="hey",
    version="0.1.4",
    url="https://github.com/rakyll/hey",
    described="github.com/rakyll/hey, v0.1.4",
)
MKCERT = Published(
    source="filippo.io/mkcert@v1.4",
    name="mkcert",
    version="1.4.4",
    url=None,
    described="filippo.io/mkcert: @v1.4 is v1.4.4",
)
TOMLL = Published(
    source="github.com/pelletier/go-toml/v2/cmd/tomll@v2.2.4",
    name="tomll",
    version="2.2.4",
    url="https://github.com/pelletier/go-toml",
    described="github.com/pelletier/go-toml/v2/cmd/tomll, v2.2.4",
)
STFINDIGNORED = Published(
    source="github.com/syncthing/syncthing/cmd/stfindignored@v1.27.0",
    name="stfindignored",
    version="1.27.0",
    url="https://github.com/syncthing/syncthing",
    described="v1.27.0, with the replace and exclude lines of its go.mod",
)
ALL = [HEY, MKCERT, TOMLL, STFINDIGNORED]


@pytest.fixture(scope="module")
def upstream(shared: Path) -> str:
    """The address of the environment's module proxy, which must know all these modules."""
    folder = made_once(shared, "published-modules", _look_up)
    reason = (folder / "reason").read_text(encoding="utf-8")
    requirement("the Go module proxy", not reason, f"Go cannot ask it: {reason}")
    address = environments_proxy()
    return requirement("the Go module proxy", address, "GOPROXY names none")


def _look_up(folder: Path) -> None:
    (folder / "go.mod").write_text("module empty\n", encoding="utf-8")
    queries = ["filippo.io/mkcert@v1.4.4", "github.com/rakyll/hey@v0.1.4"]
    done = subprocess.run(
        ["go", "list", "-m", *queries],
        cwd=folder,
        env=clean_environment(),
        check=False,
        capture_output=True,
        text=True,
    )
    reason = done.stderr.strip() if done.returncode else ""
    (folder / "reason").write_text(reason, encoding="utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What the command made of a published one.

    Attributes:
        folder: where it ran.
        report: its JSON document.
        log: its standard error.
    """

    folder: Path
    report: dict[str, object]
    log: str

    @property
    def wheels(self) -> dict[str, Path]:
        """Target → wheel."""
        wheels = self.report["wheels"]
        assert isinstance(wheels, list)
        return {wheel["target"]: self.folder / wheel["path"] for wheel in wheels}


@pytest.fixture(scope="module")
def build(shared: Path, upstream: str) -> Callable[[Published], Built]:
    """Builds a published command for this machine and for another, once in a session."""

    def make(command: Published, folder: Path) -> None:
        platforms = ("--platforms", f"{HOST},{FOREIGN}")
        done = Tool(folder=folder).run(command.source, "--json", *platforms)
        assert done.code == 0, done.stderr
        (folder / "report.json").write_text(done.stdout, encoding="utf-8")
        (folder / "log").write_text(done.stderr, encoding="utf-8")

    def built(command: Published) -> Built:
        name = f"published-{command.name}"
        folder = made_once(shared, name, lambda each: make(command, each))
        report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
        return Built(folder=folder, report=report, log=(folder / "log").read_text("utf-8"))

    return built


@pytest.fixture
def install(
    build: Callable[[Published], Built], tmp_path: Path
) -> Callable[[Published], tuple[Home, Path]]:
    """Installs a published command with pip, and tells where."""

    def installed(command: Published) -> tuple[Home, Path]:
        home = Home(folder=tmp_path, find_links=tmp_path)
        python = home.venv()
        home.pip("install", build(command).wheels[HOST], python=python)
        return home, python.parent / command.name

    return installed


@pytest.mark.parametrize("command", ALL, ids=lambda each: each.name)
def test_a_published_command_becomes_wheels_that_pass(
    build: Callable[[Published], Built], command: Published, tool: Tool
) -> None:
    built = build(command)
    assert (built.report["name"], built.report["version"]) == (command.name, command.version)
    assert command.described in built.log
    assert set(built.wheels) == {HOST, FOREIGN}
    done = tool.run("check", *built.wheels.values())
    assert done.code == 0, done.stdout + done.stderr


@pytest.mark.parametrize("command", ALL, ids=lambda each: each.name)
def test_its_module_tells_of_the_licence_and_more(
    build: Callable[[Published], Built], command: Published
) -> None:
    with zipfile.ZipFile(build(command).wheels[HOST]) as archive:
        names = archive.namelist()
        (name,) = [each for each in names if each.endswith("/METADATA")]
        metadata = archive.read(name).decode()
    assert [each for each in names if "/licenses/LICENSE" in each]
    assert "Description-Content-Type: text/markdown" in metadata
    assert (f"Homepage, {command.url}" in metadata) is (command.url is not None)


@pytest.fixture
def server() -> Iterator[GoProxy]:
    """A web server."""
    with passing_on("") as running:
        yield running


def test_a_command_with_dependencies_runs(
    install: Callable[[Published], tuple[Home, Path]], server: GoProxy
) -> None:
    home, command = install(HEY)
    assert re.search(r"\[404\]\s+3 responses", home.do(command, "-n", "3", "-c", "1", server.url))
    assert server.asked == ["/", "/", "/"]


def test_a_command_of_another_host_runs_and_knows_its_version(
    install: Callable[[Published], tuple[Home, Path]],
) -> None:
    home, command = install(MKCERT)
    assert home.do(command, "-version") == "v1.4.4\n"


def test_a_command_below_a_major_version_runs(
    install: Callable[[Published], tuple[Home, Path]], tmp_path: Path
) -> None:
    home, command = install(TOMLL)
    file = tmp_path / "file.toml"
    file.write_text("a   =   1\n", encoding="utf-8")
    home.do(command, file)
    assert file.read_text(encoding="utf-8") == "a = 1\n"


def test_a_command_with_replaced_modules_runs(
    install: Callable[[Published], tuple[Home, Path]], tmp_path: Path
) -> None:
    home, command = install(STFINDIGNORED)
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / ".stignore").write_text("x*\n", encoding="utf-8")
    (folder / "xa").touch()
    (folder / "b").touch()
    assert home.do(command, folder) == "xa\n"


def test_bytes_that_the_checksum_database_does_not_know_are_refused(
    upstream: str, tool: Tool, tmp_path: Path
) -> None:
    def tamper(path: str, body: bytes) -> bytes:
        if not path.endswith("/go-toml/v2/@v/v2.2.4.zip"):
            return body
        changed = io.BytesIO(body)
        with zipfile.ZipFile(changed, "a") as archive:
            archive.writestr("github.com/pelletier/go-toml/v2@v2.2.4/evil.go", "package toml\n")
        return changed.getvalue()

    variables = {"GOMODCACHE": tmp_path / "modules", "XDG_CACHE_HOME": tmp_path / "cache"}
    with passing_on(upstream) as proxy:
        proxy.change = tamper
        done = tool.run(TOMLL.source, "--platforms", HOST, GOPROXY=proxy.url, **variables)
    done.refused(1, "go-toml/v2@v2.2.4 is not what was published")
    assert "SECURITY ERROR" in done.stderr
    assert not (tool.folder / "dist").exists()
