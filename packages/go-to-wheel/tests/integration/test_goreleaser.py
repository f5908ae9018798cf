"""What the real GoReleaser makes of sqlite-scanner becomes wheels: from its dist/, from a server."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from go_to_wheel.targets import DEFAULT_TARGETS
from helpers.dist import Dist, read_dist
from helpers.github_documents import HostedAsset, HostedRelease, HostedRepository
from helpers.github_server import hosting
from helpers.needs import requirement
from helpers.once import made_once
from helpers.released import against
from helpers.tool import Tool, clean_environment

GORELEASER = "github.com/goreleaser/goreleaser/v2"
# Newer ones want a module that the proxy does not give; this one alone wants an x/net that does
# not compile with Go 1.27.
PINS = (f"{GORELEASER}@v2.16.0", "golang.org/x/net@v0.59.0")
CONFIG = Path(__file__).parent.parent / "data" / "goreleaser.yaml"
REPOSITORY = "octo-org/sqlite-scanner"
TARGETS = [target.name for target in DEFAULT_TARGETS]


def _run(folder: Path, *command: str | Path, **variables: str) -> str:
    done = subprocess.run(
        command,
        cwd=folder,
        env={**clean_environment(), "GOTOOLCHAIN": "local", **variables},
        check=False,
        capture_output=True,
        encoding="utf-8",
        timeout=1800,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="session")
def goreleaser(go: Path, shared: Path) -> Path:
    """The real GoReleaser, compiled once for this user and kept beside Go's modules."""
    kept = Path(_run(shared, go, "env", "GOPATH").strip(), "go-to-wheel-tests")
    path = kept / f"goreleaser-{PINS[0].rpartition('@')[2]}"

    def build(folder: Path) -> None:
        if path.exists():
            return
        new = kept / f".new-{os.getpid()}"
        _run(folder, go, "mod", "init", "example.com/goreleaser")
        _run(folder, go, "get", *PINS)
        _run(folder, go, "build", "-o", str(new), GORELEASER, GOFLAGS="-mod=mod")
        new.replace(path)

    if os.environ.get("REQUIRE_ALL") == "1":
        kept.mkdir(parents=True, exist_ok=True)
        made_once(shared, "goreleaser", build)
    return requirement(
        "GoReleaser",
        path if path.exists() else None,
        f"it is compiled from the Go module proxy, in minutes, when REQUIRE_ALL=1 is set, and"
        f" kept in {kept}",
    )


@pytest.fixture(scope="session")
def project(goreleaser: Path, go: Path, scanner_source: Path, shared: Path) -> Path:
    """A repository of sqlite-scanner, at a tag, with the dist/ that GoReleaser made in it."""

    def make(folder: Path) -> None:
        repository = folder / "sqlite-scanner"
        shutil.copytree(scanner_source, repository)
        shutil.copy(CONFIG, repository / ".goreleaser.yaml")
        (repository / ".gitignore").write_text("/dist/\n")
        identity = ("-c", "user.name=Someone", "-c", "user.email=someone@example.com")
        _run(repository, "git", "init", "--quiet", "--initial-branch=main")
        _run(repository, "git", "add", ".")
        _run(repository, "git", *identity, "commit", "--quiet", "-m", "All of it")
        _run(repository, "git", "tag", "v1.2.3")
        _run(repository, "git", "remote", "add", "origin", f"https://github.com/{REPOSITORY}.git")
        path = os.pathsep.join([str(go.parent), clean_environment()["PATH"]])
        _run(repository, goreleaser, "release", "--skip=publish", "--clean", PATH=path)

    return made_once(shared, "goreleased", make) / "sqlite-scanner"


@pytest.fixture(scope="session")
def made(project: Path) -> dict[str, bytes]:
    """Target → the executable that GoReleaser made."""
    listed = json.loads((project / "dist" / "artifacts.json").read_text(encoding="utf-8"))
    return {
        f"{each['goos']}-{each['goarch']}": (project / each["path"]).read_bytes()
        for each in listed
        if each["type"] == "Binary"
    }


@pytest.fixture(scope="session")
def from_disk(project: Path, shared: Path) -> Dist:
    """The wheels of its dist/."""
    return _packaged(shared, "goreleased-dist", Tool(folder=project), project / "dist")


@pytest.fixture(scope="session")
def from_server(project: Path, shared: Path) -> Dist:
    """The wheels of the same files, published as a release."""
    listed = json.loads((project / "dist" / "artifacts.json").read_text(encoding="utf-8"))
    assets = [
        HostedAsset(name=each["name"], content=project / each["path"])
        for each in listed
        if each["type"] in {"Archive", "Checksum"}
    ]
    repository = HostedRepository(
        name=REPOSITORY, releases=[HostedRelease(tag="v1.2.3", assets=assets)]
    )
    with hosting(repository) as server:
        tool = against(Tool(folder=project), server)
        return _packaged(shared, "goreleased-release", tool, f"gh:{REPOSITORY}@v1.2.3")


def _packaged(shared: Path, name: str, tool: Tool, source: str | Path) -> Dist:
    def make(folder: Path) -> None:
        done = tool.run(source, "--json", "--output-dir", folder / "dist")
        assert done.code == 0, done.stderr
        (folder / "report.json").write_text(done.stdout, encoding="utf-8")

    return read_dist(made_once(shared, name, make))


@pytest.fixture(params=["from_disk", "from_server"])
def dist(request: pytest.FixtureRequest) -> Dist:
    """The wheels of both ways."""
    found: Dist = request.getfixturevalue(request.param)
    return found


def test_there_is_a_wheel_for_each_target(dist: Dist, made: dict[str, bytes]) -> None:
    assert sorted(dist.wheels) == sorted(made) == sorted(TARGETS)
    assert (dist.name, dist.version) == ("sqlite-scanner", "1.2.3")


@pytest.mark.parametrize("target", TARGETS)
def test_users_get_the_bytes_that_goreleaser_made(
    target: str, dist: Dist, made: dict[str, bytes], tmp_path: Path
) -> None:
    assert dist.unpack_binary(target, tmp_path).read_bytes() == made[target]


def test_the_wheels_pass_the_check(dist: Dist, tool: Tool) -> None:
    done = tool.run("check", *dist.wheels.values())
    assert done.code == 0, done.stdout
    assert done.stdout.count(": ok\n") == len(TARGETS)
