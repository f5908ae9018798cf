"""What the record of origin tells of a build by Go (sources/compile/recorded.py)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from go_to_wheel.errors import UsageError
from go_to_wheel.model import CLibrary, GoOptions
from go_to_wheel.names import parse_version
from go_to_wheel.provenance.origin import BinaryOrigin, FolderOrigin, OriginRecord
from go_to_wheel.provenance.record import parse_origin, render_origin
from go_to_wheel.sources.compile.places import places_of
from go_to_wheel.sources.compile.recorded import build_of, folder_origins
from go_to_wheel.sources.git.checkout import Checkout, CheckoutState
from go_to_wheel.sources.git.command import Git
from go_to_wheel.sources.golang.programs import Program
from go_to_wheel.sources.golang.toolchain import Toolchain
from go_to_wheel.sources.process import Processes
from go_to_wheel.targets import find_target

HOME = Path("/home/me")
ROOT = HOME / "src" / "repository"
SOURCE = ROOT / "tool"
PROCESSES = Processes(environment={})
GIT = Git(command=Path("/usr/bin/git"), processes=PROCESSES)
PLACES = places_of(SOURCE, Checkout(root=ROOT, git=GIT), {"HOME": str(HOME)})
GO = Toolchain(
    command=Path("/usr/bin/go"),
    version="go1.27.3",
    is_itself=True,
    environment={},
    processes=PROCESSES,
)
VERSION = parse_version("1.2.3")
LINUX = find_target("linux-amd64")
PROGRAM = Program(
    import_path="a.b/tool/cmd/t", folder=SOURCE / "cmd/t", module="a.b/tool", module_root=SOURCE
)


def test_the_flags_are_those_that_go_gets() -> None:
    options = GoOptions(ldflags="-X main.a=1", version_variable="main.version", tags=("x", "y"))

    build = build_of(GO, options, VERSION, find_target("linux-amd64"), PLACES)

    assert build.go_version == "go1.27.3"
    assert build.flags == (
        "-trimpath",
        "-buildvcs=false",
        "-ldflags=-s -w -X main.version=1.2.3 -X main.a=1",
        "-tags=x,y",
    )
    assert build.environment == (
        ("CGO_ENABLED", "0"), ("GOAMD64", "v1"), ("GOARCH", "amd64"), ("GOOS", "linux"),
    )  # fmt: skip
    assert (build.zig_version, build.libc) == ("", "")


@pytest.mark.parametrize(
    ("target", "libc", "told"),
    [
        ("linux-amd64", None, "glibc"),
        ("linux-amd64", CLibrary.MUSL, "musl"),
        ("darwin-arm64", None, ""),
    ],
)
def test_with_c_code_the_c_library_is_told(target: str, libc: CLibrary | None, told: str) -> None:
    options = GoOptions(cgo=True, libc=libc)

    build = build_of(GO, options, VERSION, find_target(target), PLACES)

    assert build.libc == told
    assert dict(build.environment)["CGO_ENABLED"] == "1"
    assert build.flags[2] == "-ldflags=-buildid= -s -w"


def test_only_what_stands_for_a_path_is_told_to_do_so() -> None:
    literal = "-X main.a=$HOME/x -X main.b=$SOURCE"
    options = GoOptions(ldflags=literal)

    assert build_of(GO, options, VERSION, LINUX, PLACES).hidden == ()

    build = build_of(GO, replace(options, tags=(f"{HOME}/y",)), VERSION, LINUX, PLACES)

    assert build.flags[2:] == (f"-ldflags=-s -w {literal}", "-tags=$HOME/...")
    assert build.hidden == ("$HOME",)


def test_flags_that_were_published_are_told_as_they_are() -> None:
    options = GoOptions(ldflags=f"-X main.a={HOME}/x", hide_paths=False)

    build = build_of(GO, options, VERSION, LINUX, PLACES)

    assert build.flags[2] == f"-ldflags=-s -w -X main.a={HOME}/x"
    assert build.hidden == ()


@given(
    ldflags=st.text() | st.text("-Xa.=$'\" /home\n\t\u00a0\u200d\u202e", min_size=3),
    variable=st.none() | st.text("aé.\x1b\u200d/", min_size=3),
    tags=st.lists(st.text(max_size=3), max_size=2),
)
def test_whatever_is_not_refused_is_read_back(
    ldflags: str, variable: str | None, tags: list[str]
) -> None:
    options = GoOptions(ldflags=ldflags, version_variable=variable, tags=tuple(tags), cgo=True)
    try:
        build = build_of(GO, options, VERSION, LINUX, PLACES)
    except UsageError:
        return
    binary = BinaryOrigin(
        path="a/b",
        sha256="ab" * 32,
        size=1,
        target="linux-amd64",
        source=FolderOrigin(package="a"),
        build=build,
    )
    record = OriginRecord(tool_version="1", binaries=(binary,))
    assert parse_origin(render_origin(record)) == record


def test_every_program_has_its_origin() -> None:
    state = CheckoutState(commit="ab" * 20, dirty=True, repository="https://a.b/c", subfolder="d")

    assert folder_origins([PROGRAM], state) == (
        FolderOrigin(
            package="a.b/tool/cmd/t",
            repository="https://a.b/c",
            commit="ab" * 20,
            dirty=True,
            subfolder="d",
        ),
    )
    assert folder_origins([PROGRAM], None) == (FolderOrigin(package="a.b/tool/cmd/t"),)
