"""Compiling a program for a target (sources/compile/compiler.py); a shell script stands in for Go."""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from packaging.version import Version

from go_to_wheel.cache import Cache
from go_to_wheel.errors import CompileError, UsageError
from go_to_wheel.model import GoOptions
from go_to_wheel.sources.compile.compiler import Compiler, build_flags
from go_to_wheel.sources.golang.digest import digest_inputs
from go_to_wheel.sources.golang.programs import Program
from go_to_wheel.sources.golang.toolchain import Toolchain
from go_to_wheel.sources.process import Processes
from go_to_wheel.targets import Target, find_target

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")

VERSION = Version("1.2.3")


@dataclass(frozen=True, slots=True, kw_only=True)
class Zig:
    """A C compiler that is never started."""

    command: Path = Path("/opt/zig/zig")
    version: str = "0.17.1"

    def environment(self, target: Target) -> Mapping[str, str]:  # noqa: ARG002 - as any does
        return {"CGO_ENABLED": "1"}


@pytest.fixture
def program(tmp_path: Path) -> Program:
    root = tmp_path / "module"
    root.mkdir()
    (root / "go.mod").write_text("module example.com/tool\n")
    return Program(
        import_path="example.com/tool", folder=root, module="example.com/tool", module_root=root
    )


@pytest.fixture
def compiler(tmp_path: Path) -> Compiler:
    """It writes its flags for the linker into the program, and a line into a log."""
    command = tmp_path / "go"
    command.write_text(
        '#!/bin/sh\nflags="$4"; while [ "$1" != -o ]; do shift; done\n'
        f'echo "$flags" >> {shlex.quote(str(tmp_path / "log"))}\necho "$flags" > "$2"\n'
    )
    command.chmod(0o755)
    go = Toolchain(
        command=command,
        version="go1.27.3",
        is_itself=True,
        environment={"PATH": os.defpath},
        processes=Processes(environment={}),
    )
    cache = Cache(folder=tmp_path / "cache")
    return Compiler(go=go, options=GoOptions(), version=VERSION, cache=cache)


def with_cgo(compiler: Compiler) -> Compiler:
    go = replace(compiler.go, c_compiler=Zig())
    return replace(compiler, go=go, options=GoOptions(cgo=True))


def links(compiler: Compiler, program: Program, target: str) -> list[str]:
    """Compile twice; the flags of each link."""
    for _ in range(2):
        output = compiler.go.command.parent / "out"
        output.unlink(missing_ok=True)
        inputs = digest_inputs(compiler.go, program.module_root, "")
        replace(compiler, inputs=inputs).compile(program, find_target(target), output)
        assert re.match("-ldflags=(-buildid=[0-9a-f]* )?-s -w$", output.read_text())
    return (compiler.go.command.parent / "log").read_text().splitlines()


def test_what_was_linked_is_kept(compiler: Compiler, program: Program) -> None:
    assert links(compiler, program, "linux-amd64") == ["-ldflags=-s -w"]


def test_what_was_changed_while_go_read_it_is_not_kept(
    compiler: Compiler, program: Program
) -> None:
    source = program.folder / "main.go"
    with compiler.go.command.open("a") as script:
        script.write(f"echo '// more' >> {shlex.quote(str(source))}\n")
    linked = links(compiler, program, "linux-amd64")
    assert linked == ["-ldflags=-s -w"] * 2
    assert not (compiler.cache.folder or Path()).exists()


def test_with_c_code_go_is_asked_each_time(compiler: Compiler, program: Program) -> None:
    """C code may include what lies anywhere on the disk."""
    flags = "-ldflags=-buildid= -s -w"
    assert links(with_cgo(compiler), program, "linux-amd64") == [flags, flags]
    assert not (compiler.cache.folder or Path()).exists()


def test_macos_tells_programs_apart_by_an_id_made_of_their_bytes(
    compiler: Compiler, program: Program
) -> None:
    first = "-ldflags=-buildid= -s -w"
    digest = hashlib.sha256(f"{first}\n".encode()).hexdigest()
    told = links(with_cgo(compiler), program, "darwin-arm64")
    assert told == [first, f"-ldflags=-buildid={digest} -s -w"] * 2


def test_flags_of_the_user_s_go_last() -> None:
    options = GoOptions(ldflags="-buildid=mine", version_variable="main.v", tags=("a", "b"))
    assert build_flags(options, VERSION, "ours") == (
        "-trimpath",
        "-buildvcs=false",
        "-ldflags=-buildid=ours -s -w -X main.v=1.2.3 -buildid=mine",
        "-tags=a,b",
    )
    assert "-buildid" not in " ".join(build_flags(GoOptions(), VERSION))
    with pytest.raises(UsageError, match="not the name of a Go variable"):
        build_flags(GoOptions(version_variable="v"), VERSION)


@pytest.mark.parametrize(
    ("ldflags", "got"),
    [
        ("\n  -X main.a=b\n  -X main.c=d\n", " -X main.a=b -X main.c=d"),
        ("-X main.a=b\t-s\r\n", " -X main.a=b -s"),
        ("-X 'main.a=b  c'  -s", " -X 'main.a=b  c' -s"),
        ("-X 'main.a=b  c  -s", " -X 'main.a=b  c  -s"),  # Go will say what is wrong
        (" \n", ""),
        ("-X main.a=Größe\u00a0👨\u200d👩", " -X main.a=Größe\u00a0👨\u200d👩"),
    ],
)
def test_white_space_between_flags_is_one_blank(ldflags: str, got: str) -> None:
    assert build_flags(GoOptions(ldflags=ldflags), VERSION)[2] == f"-ldflags=-s -w{got}"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (GoOptions(ldflags="-X 'main.a=b\nc'"), r"ldflags has the character U\+000A"),
        (GoOptions(ldflags="-X main.a=\x1b[2J"), r"ldflags has the character U\+001B"),
        (GoOptions(ldflags="-X main.a=\udcff"), r"U\+DCFF"),
        (GoOptions(ldflags="-X main.a=\u202ex"), r"U\+202E"),
        (GoOptions(tags=("a\x85",)), r"tags has the character U\+0085"),
        (GoOptions(version_variable="main.a\x00"), r"U\+0000"),
    ],
)
def test_what_no_record_can_hold_is_refused_before_go_runs(options: GoOptions, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        build_flags(options, VERSION)


def test_the_compiler_s_message_comes_without_the_command_line_of_a_link(
    compiler: Compiler, program: Program, tmp_path: Path
) -> None:
    said = "# example.com/tool\n/opt/zig/zig cc -target x /a.o /b.o\nerror: bad\n"
    compiler.go.command.write_text(f"#!/bin/sh\nprintf %s {shlex.quote(said)} >&2\nexit 1\n")
    target = find_target("linux-amd64")
    with pytest.raises(CompileError, match="does not compile for linux-amd64") as caught:
        with_cgo(compiler).compile(program, target, tmp_path / "out")
    assert caught.value.detail == "# example.com/tool\nzig: error: bad"
    with pytest.raises(CompileError) as caught:
        compiler.compile(program, target, tmp_path / "out")
    assert caught.value.detail == said.strip()
