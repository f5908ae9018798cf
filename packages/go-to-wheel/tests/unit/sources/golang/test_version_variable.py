"""Whether the Go variable for the version is there (sources/golang/version_variable.py)."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

import pytest

from go_to_wheel.errors import UsageError
from go_to_wheel.sources.golang.declarations import declarations
from go_to_wheel.sources.golang.programs import Program
from go_to_wheel.sources.golang.toolchain import Toolchain
from go_to_wheel.sources.golang.version_variable import check_version_variable
from go_to_wheel.sources.process import Processes

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")

SOURCE = """
package main

// var inComment = 1
/* var inBlock = 1
*/
import "fmt"

var a, b = 1, "x"
var c string
const d = "v"
var (
	e = func() int { var inFunction = 1; return inFunction }()
	f, g string // h
	i = map[string]int{"j": 1}
	k struct{ field int }

	l = `
var inText = 1
`
	m [3]int; n T[int]
)
const ( o = iota; p )
type T[Q any] struct { field int }
func main() { var inMain = '"'; fmt.Println(inMain) }
func (t T[Q]) method() {}
var q = '\\''; var r = "\\""
var s,
	t int
"""


def test_what_a_file_declares_at_its_top_level_is_read() -> None:
    found = list(declarations(SOURCE))
    assert "".join(name for kind, name in found if kind == "var") == "abcefgiklmnqrst"
    assert [name for kind, name in found if kind == "const"] == ["d", "o", "p"]


@pytest.mark.parametrize("source", ["var (", "func f() {", "}", "`", 'var x = "', "/* ", "'"])
def test_what_is_no_go_is_not_read(source: str) -> None:
    with pytest.raises(ValueError, match="no end"):
        list(declarations(source))


def write(folder: Path, source: str, name: str = "main.go") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(source, encoding="utf-8")


def program(root: Path, inner: str = "cmd/tool") -> Program:
    return Program(
        import_path=f"example.com/mod/{inner}",
        folder=root / inner,
        module="example.com/mod",
        module_root=root,
    )


def asked(folder: Path, answer: object = None) -> Toolchain:
    """A Go that answers every question like this; it must not be asked without an answer."""
    command = folder / "go"
    said = "exit 9" if answer is None else f"printf %s {shlex.quote(json.dumps(answer))}"
    command.write_text(f"#!/bin/sh\ntouch {shlex.quote(str(folder / 'asked'))}\n{said}\n")
    command.chmod(0o755)
    processes = Processes(environment={})
    return Toolchain(
        command=command, version="go1.27.3", is_itself=True, environment={}, processes=processes
    )


def refusal(root: Path, name: str, *programs: Program, answer: object = None) -> UsageError:
    with pytest.raises(UsageError) as caught:
        check_version_variable(name, programs or (program(root),), asked(root, answer))
    assert caught.value.message.startswith(f"--set-version-var {name} ")
    return caught.value


def accept(root: Path, name: str, *programs: Program, answer: object = None) -> None:
    check_version_variable(name, programs or (program(root),), asked(root, answer))
    assert (root / "asked").exists() == (answer is not None), "Go costs time"


def test_a_slip_in_the_name_is_told_with_near_names(tmp_path: Path) -> None:
    write(tmp_path / "cmd/tool", 'package main\n\nvar version = "dev"\n\nfunc main() {}\n')
    accept(tmp_path, "main.version")
    assert refusal(tmp_path, "main.verion").hint == "Did you mean main.version?"
    assert refusal(tmp_path, "main.Version").hint == "Did you mean main.version?"
    assert "example.com/mod/cmd/tool has no variable x" in refusal(tmp_path, "main.x").message


def test_the_variable_may_stand_in_any_file_but_a_test(tmp_path: Path) -> None:
    write(tmp_path / "cmd/tool", "package main\n\nfunc main() { version := 1; _ = version }\n")
    write(tmp_path / "cmd/tool", "package main\n\nvar version string\n", "main_test.go")
    refusal(tmp_path, "main.version")
    write(tmp_path / "cmd/tool", "package main\n\nvar (\n\tversion string\n)\n", "x_windows.go")
    accept(tmp_path, "main.version")


def test_a_constant_cannot_be_set(tmp_path: Path) -> None:
    write(tmp_path / "cmd/tool", 'package main\n\nconst version = "dev"\n')
    assert "names a constant" in refusal(tmp_path, "main.version").message


def test_one_of_several_programs_is_enough(tmp_path: Path) -> None:
    both = program(tmp_path, "cmd/one"), program(tmp_path, "cmd/two")
    write(both[0].folder, "package main\n")
    write(both[1].folder, "package main\n\nvar version string\n")
    accept(tmp_path, "main.version", *both)
    error = refusal(tmp_path, "main.versions", *both)
    assert "none of the programs has a variable versions" in error.message
    assert error.hint == "Did you mean main.version?"


def test_a_variable_of_another_package_of_the_module_is_looked_for_there(tmp_path: Path) -> None:
    write(tmp_path / "internal/build", "package build\n\nvar Version string\n")
    write(tmp_path / "cmd/tool", "package main\n")
    accept(tmp_path, "example.com/mod/internal/build.Version")
    error = refusal(tmp_path, "example.com/mod/internal/build.version")
    assert error.hint == "Did you mean example.com/mod/internal/build.Version?"


def test_a_published_module_is_looked_at_where_it_lies(tmp_path: Path) -> None:
    write(tmp_path / "there/build", "package build\n\nvar Version string\n")
    elsewhere = Program(
        import_path="example.com/mod/cmd/tool",
        folder=tmp_path / "there/cmd/tool",
        module="example.com/mod",
        module_root=tmp_path / "ours",
    )
    accept(tmp_path, "example.com/mod/build.Version", elsewhere)
    refusal(tmp_path, "example.com/mod/build.Verson", elsewhere)


def test_the_package_of_a_program_is_called_main(tmp_path: Path) -> None:
    write(tmp_path / "cmd/tool", "package main\n\nvar version string\n")
    error = refusal(tmp_path, "example.com/mod/cmd/tool.version")
    assert error.hint == "Did you mean main.version?"


@posix_only
def test_a_package_elsewhere_is_where_go_says(tmp_path: Path) -> None:
    write(tmp_path / "cmd/tool", "package main\n")
    write(tmp_path / "dep", "package dep\n\nvar Version string\n")
    answer = {"Dir": str(tmp_path / "dep")}
    accept(tmp_path, "example.org/dep.Version", answer=answer)
    refusal(tmp_path, "example.org/dep.Verson", answer=answer)
    unknown = {"Error": {"Err": "module lookup disabled by GOPROXY=off"}}
    accept(tmp_path, "example.org/dep.Version", answer=unknown)


@posix_only
def test_a_package_that_is_not_there_is_told(tmp_path: Path) -> None:
    write(tmp_path / "cmd/tool", "package main\n")
    write(tmp_path / "internal/build", "package build\n\nvar Version string\n")
    for name, better in {
        "internal/build.Version": "Did you mean example.com/mod/internal/build.Version?",
        "mian.version": "Did you mean main.version?",
        "other.version": "Check the name",
    }.items():
        answer = {"Error": {"Err": f"package {name} is not in std (/go/src)"}}
        error = refusal(tmp_path, name, answer=answer)
        assert "there is no package" in error.message
        assert error.hint.startswith(better)


@pytest.mark.parametrize("source", ["package main\n\nvar (\n", "\0`", "x" * (4 * 1024 * 1024 + 1)])
def test_where_it_cannot_be_told_nothing_is_said(tmp_path: Path, source: str) -> None:
    write(tmp_path / "cmd/tool", source)
    accept(tmp_path, "main.version")
    (tmp_path / "cmd/tool/main.go").write_bytes(b"\xff")
    accept(tmp_path, "main.version")
