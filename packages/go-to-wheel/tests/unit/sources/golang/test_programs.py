"""Which programs a folder holds (sources/golang/programs.py, packages.py); a shell script stands in for Go here."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from go_to_wheel.errors import GoError, NotMainPackageError
from go_to_wheel.model import GoOptions
from go_to_wheel.sources.golang.programs import Program, describe_programs, find_programs
from go_to_wheel.sources.golang.toolchain import Toolchain
from go_to_wheel.sources.golang.words import first_words
from go_to_wheel.sources.process import Processes
from go_to_wheel.targets import find_target

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
TARGETS = (find_target("linux-amd64"), find_target("windows-amd64"), find_target("darwin-arm64"))
Packages = Sequence[Mapping[str, Any]]


def package(
    folder: Path, name: str = "main", path: str = "example.com/mod", **more: object
) -> dict[str, Any]:
    """What ``go list -json`` says of one package."""
    module = {"Path": "example.com/mod", "Dir": str(folder)}
    return {"ImportPath": path, "Name": name, "Dir": str(folder), "Module": module, **more}


def answering(folder: Path, answers: Mapping[str, Packages | str], code: int = 0) -> Toolchain:
    """A Go that answers ``go list PATTERN`` from a table, of ``PATTERN`` or ``PATTERN@GOOS``."""
    cases = ""
    for pattern, answer in answers.items():
        text = answer if isinstance(answer, str) else "\n".join(map(json.dumps, answer))
        case = pattern if "@" in pattern else f"{pattern}@*"
        cases += f"{case}) printf %s {shlex.quote(text)};;\n"
    command = folder / "go"
    command.write_text(
        f'#!/bin/sh\nfor last; do :; done\necho "$@" >> {shlex.quote(str(folder / "log"))}\n'
        f'case "$last@$GOOS" in\n{cases}esac\necho problem >&2\nexit {code}\n'
    )
    command.chmod(0o755)
    environment = {"PATH": os.environ.get("PATH", os.defpath)}
    processes = Processes(environment=environment)
    return Toolchain(
        command=command,
        version="go1.27.3",
        is_itself=True,
        environment=environment,
        processes=processes,
    )


# What a program is called


@pytest.mark.parametrize(
    ("import_path", "command"),
    [
        ("example.com/mod/cmd/tool", "tool"),
        ("example.com/tool/v2", "tool"),
        ("example.com/tool/v10", "tool"),
        ("example.com/tool/v1", "v1"),
        ("example.com/tool/v02", "v02"),
        ("gopkg.in/tool.v3", "tool.v3"),
        ("v2", "v2"),
        ("tool", "tool"),
    ],
)
def test_the_command_is_named_as_go_install_names_it(import_path: str, command: str) -> None:
    folder = Path("/x")
    program = Program(import_path=import_path, folder=folder, module="", module_root=folder)
    assert program.command == command


# Which programs are there


@posix_only
def test_the_folder_s_own_program_goes_first(tmp_path: Path) -> None:
    go = answering(tmp_path, {".": [package(tmp_path, Doc="Does it.\n  Well.")]})
    (program,) = find_programs(go, tmp_path, GoOptions(), TARGETS)
    assert program == Program(
        import_path="example.com/mod",
        folder=tmp_path,
        module="example.com/mod",
        module_root=tmp_path,
        synopsis="Does it. Well.",
    )


@posix_only
def test_the_only_program_below_is_found(tmp_path: Path) -> None:
    library = package(tmp_path, "library")
    below = package(tmp_path / "cmd", path="example.com/mod/cmd")
    go = answering(tmp_path, {".": [library], "./...": [library, below]})
    (program,) = find_programs(go, tmp_path, GoOptions(), TARGETS)
    assert program.import_path == "example.com/mod/cmd"


@posix_only
def test_several_programs_are_listed(tmp_path: Path) -> None:
    below = [package(tmp_path / "cmd" / name, path=f"example.com/{name}") for name in ("a", "b")]
    go = answering(tmp_path, {".": [], "./...": below})
    with pytest.raises(NotMainPackageError) as caught:
        find_programs(go, tmp_path, GoOptions(), TARGETS)
    assert "holds 2 programs: ./cmd/a, ./cmd/b." in caught.value.message
    assert "--package ./cmd/a" in caught.value.hint


@posix_only
def test_a_library_is_no_program(tmp_path: Path) -> None:
    library = package(tmp_path, "tidy")
    go = answering(tmp_path, {".": [library], "./...": [library]})
    with pytest.raises(NotMainPackageError, match=r"holds a library \(package tidy\)"):
        find_programs(go, tmp_path, GoOptions(), TARGETS)
    empty = answering(tmp_path, {".": [], "./...": []})
    with pytest.raises(NotMainPackageError, match="holds no program"):
        find_programs(empty, tmp_path, GoOptions(), TARGETS)


@posix_only
def test_why_go_sees_no_package_comes_along(tmp_path: Path) -> None:
    broken = package(tmp_path, "", Error={"Err": "main.go:1:1: expected 'package', found pkg"})
    go = answering(tmp_path, {".": [broken], "./...": [broken]})
    with pytest.raises(NotMainPackageError, match="holds no program") as caught:
        find_programs(go, tmp_path, GoOptions(), TARGETS)
    assert caught.value.detail == "main.go:1:1: expected 'package', found pkg"


EXCLUDED = {"Err": "build constraints exclude all Go files in /x"}


@posix_only
def test_a_program_for_other_targets_only_is_told_with_their_names(tmp_path: Path) -> None:
    excluded, program = package(tmp_path, "", Error=EXCLUDED), package(tmp_path)
    go = answering(tmp_path, {".": [excluded], "./...@windows": [program]})
    with pytest.raises(NotMainPackageError, match=r"exists only for windows-amd64\.") as caught:
        find_programs(go, tmp_path, GoOptions(), TARGETS)
    assert "no program for linux-amd64" in caught.value.message
    assert "--platforms windows-amd64." in caught.value.hint


@posix_only
def test_a_program_behind_a_build_tag_is_told_with_the_option(tmp_path: Path) -> None:
    excluded = package(tmp_path, "", Error=EXCLUDED)
    go = answering(tmp_path, {".": [excluded], "./x": [excluded]})
    with pytest.raises(NotMainPackageError, match="holds no program") as caught:
        find_programs(go, tmp_path, GoOptions(), TARGETS)
    assert "--tags" in caught.value.hint
    with pytest.raises(NotMainPackageError, match="is no program") as caught:
        find_programs(go, tmp_path, GoOptions(packages=("./x",)), TARGETS)
    assert "--tags" in caught.value.hint


@posix_only
def test_a_program_of_nothing_but_cgo_is_told(tmp_path: Path) -> None:
    cgo = package(tmp_path, "main", Error=EXCLUDED)
    go = answering(tmp_path, {".": [cgo], "./x": [cgo]})
    for options in (GoOptions(), GoOptions(packages=("./x",))):
        with pytest.raises(NotMainPackageError, match="uses cgo, which is off") as caught:
            find_programs(go, tmp_path, options, TARGETS)
        assert "--cgo" in caught.value.hint


@posix_only
def test_folders_keep_their_names_where_the_locale_has_no_such_letters(tmp_path: Path) -> None:
    folder = tmp_path / "ünï 工具"
    folder.mkdir()
    script = (
        "import sys; from go_to_wheel.sources.golang.packages import _packages;"
        " (package,) = _packages(sys.argv[1]); print(package.folder.is_dir())"
    )
    done = subprocess.run(
        [sys.executable, "-X", "utf8=0", "-c", script, json.dumps(package(folder))],
        env={"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("True\n", "")


@posix_only
def test_chosen_packages_are_taken_in_their_order_and_once(tmp_path: Path) -> None:
    answers = {
        f"./{name}": [package(tmp_path / name, path=f"example.com/{name}")] for name in ("b", "a")
    }
    go = answering(tmp_path, answers)
    options = GoOptions(packages=("./b", "./a", "./b"), tags=("x", "y"))
    programs = find_programs(go, tmp_path, options, TARGETS)
    assert [program.import_path for program in programs] == ["example.com/b", "example.com/a"]
    assert "-tags=x,y -- ./b" in (tmp_path / "log").read_text()


@posix_only
@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ([{"Name": "library"}], "is no program: it is a library."),
        ([{"Error": {"Err": "no such\nplace."}}], "is no program: no such."),
        ([], "is no program: there is no such package."),
        ([{"Name": "main"}, {"Name": "main"}], "means 2 packages."),
    ],
)
def test_a_chosen_package_that_is_no_program_is_told(
    tmp_path: Path, answer: Packages, message: str
) -> None:
    go = answering(tmp_path, {"./x": answer})
    with pytest.raises(NotMainPackageError) as caught:
        find_programs(go, tmp_path, GoOptions(packages=("./x",)), TARGETS)
    assert caught.value.message == f"--package ./x {message}"
    assert caught.value.hint


@posix_only
def test_a_pattern_means_all_programs_that_it_matches(tmp_path: Path) -> None:
    below = [package(tmp_path / "cmd" / name, path=f"example.com/{name}") for name in ("a", "b")]
    library = package(tmp_path, "library", path="example.com")
    elsewhere = package(tmp_path, "", path="example.com/w", Error=EXCLUDED)
    answers = {
        "./cmd/...": [library, below[0], elsewhere, below[1]],
        "./...": [library, *below],
        "./cmd/b": [below[1]],
    }
    go = answering(tmp_path, answers)
    for packages, paths in (
        (("./cmd/...",), ["example.com/a", "example.com/b"]),
        (("./...",), ["example.com/a", "example.com/b"]),
        (("./cmd/b", "./cmd/..."), ["example.com/b", "example.com/a"]),
    ):
        programs = find_programs(go, tmp_path, GoOptions(packages=packages), TARGETS)
        assert [program.import_path for program in programs] == paths


@posix_only
@pytest.mark.parametrize(
    ("answer", "message", "hint"),
    [
        ([], "matches no program.", "--package ./..."),
        ([{"Error": {"Err": "lstat ./x/: no such"}}], "matches no program.", "--package"),
        ([{"Name": "x"}], "matches no program, only 1 library.", "--package"),
        ([{"Name": "x"}, {"Name": "y"}], "only 2 libraries.", "--package"),
        (
            [{"Error": {"Err": "build constraints exclude all Go files in /x"}}],
            "matches no program for linux-amd64.",
            "--tags",
        ),
        (
            [
                {
                    "Name": "main",
                    "ImportPath": "m/c",
                    "Error": {"Err": "build constraints exclude all Go files in /x"},
                }
            ],
            "matches m/c, which uses cgo, which is off.",
            "--cgo",
        ),
    ],
)
def test_a_pattern_that_matches_no_program_is_told(
    tmp_path: Path, answer: Packages, message: str, hint: str
) -> None:
    go = answering(tmp_path, {"./x/...": answer})
    with pytest.raises(NotMainPackageError) as caught:
        find_programs(go, tmp_path, GoOptions(packages=("./x/...",)), TARGETS)
    assert message in caught.value.message
    assert hint in caught.value.hint


@posix_only
def test_a_package_cannot_be_mistaken_for_an_option(tmp_path: Path) -> None:
    go = answering(tmp_path, {})
    with pytest.raises(NotMainPackageError):
        find_programs(go, tmp_path, GoOptions(packages=("-toolexec=x",)), TARGETS)
    assert (tmp_path / "log").read_text().endswith("-- -toolexec=x\n")


@posix_only
def test_go_s_own_message_comes_along(tmp_path: Path) -> None:
    go = answering(tmp_path, {}, code=1)
    with pytest.raises(GoError, match="cannot read the module") as caught:
        find_programs(go, tmp_path, GoOptions(), TARGETS)
    assert caught.value.message.endswith(": problem.")
    assert caught.value.detail == "problem"


def test_a_line_that_only_announces_is_told_with_the_next() -> None:
    said = "go: downloading example.com v1\ngo: errors parsing go.mod:\ngo.mod:3: unknown: x\n"
    assert first_words(said) == "errors parsing go.mod: go.mod:3: unknown: x"
    assert first_words("go: no.\nmore") == "no"
    assert first_words("") == "it does not say why"
    assert len(first_words("x" * 1000)) < 400


@posix_only
@pytest.mark.parametrize("packages", [(), ("./x",), ("./x/...",)])
def test_source_that_cannot_be_read_is_not_left_out(
    tmp_path: Path, packages: tuple[str, ...]
) -> None:
    closed = package(tmp_path, "", Error={"Err": "open main.go: permission denied"})
    answer = [closed, package(tmp_path)]
    go = answering(tmp_path, {".": [], "./...": answer, "./x": answer, "./x/...": answer})
    with pytest.raises(GoError, match=r"open main\.go: permission denied\.") as caught:
        find_programs(go, tmp_path, GoOptions(packages=packages), TARGETS)
    assert "permissions" in caught.value.hint


@posix_only
def test_a_build_cache_that_cannot_be_written_is_told_with_its_variables(tmp_path: Path) -> None:
    go = answering(tmp_path, {}, code=1)
    script = go.command.read_text()
    said = "failed to initialize build cache at /x: mkdir /x: permission denied"
    go.command.write_text(script.replace("echo problem", f"echo '{said}'"))
    with pytest.raises(GoError, match=said) as caught:
        find_programs(go, tmp_path, GoOptions(), TARGETS)
    for name in ("GOCACHE", "HOME", "XDG_CACHE_HOME"):
        assert name in caught.value.hint


@posix_only
def test_a_path_that_reads_like_an_import_path_is_taken_where_its_folder_is_there(
    tmp_path: Path,
) -> None:
    (tmp_path / "cmd" / "alpha").mkdir(parents=True)
    missing = {"Error": {"Err": "package cmd/alpha is not in std (/go/src/cmd/alpha)"}}
    alpha = package(tmp_path, path="example.com/mod/cmd/alpha")
    answers: dict[str, Packages] = {
        "cmd/alpha": [missing],
        "cmd/alph...": [],
        "cmd/...": [package(tmp_path, path="cmd/gofmt", Module=None)],
        "./cmd/alpha": [alpha],
        "./cmd/alph...": [alpha],
        "./cmd/...": [alpha],
        "cmd/beta": [missing],
        "example.com/mod/cmd": [alpha],
    }
    go = answering(tmp_path, answers)
    for name in ("cmd/alpha", "cmd/alph...", "cmd/...", "example.com/mod/cmd"):
        (program,) = find_programs(go, tmp_path, GoOptions(packages=(name,)), TARGETS)
        assert program.import_path == "example.com/mod/cmd/alpha"
    with pytest.raises(NotMainPackageError) as caught:
        find_programs(go, tmp_path, GoOptions(packages=("cmd/beta",)), TARGETS)
    assert caught.value.hint.endswith("like ./cmd/tool.")
    assert "/go/src" not in caught.value.message


def test_many_programs_are_counted(tmp_path: Path) -> None:
    programs = [
        Program(import_path=f"m/{n}", folder=tmp_path, module="m", module_root=tmp_path)
        for n in range(7)
    ]
    assert describe_programs("Go source", programs[:2]) == "Go source m/0, m/1"
    assert describe_programs("Go source", programs) == "7 Go programs of m"


@posix_only
@pytest.mark.parametrize("answer", ["no JSON", "{", '{"Name": "main"} x'])
def test_an_answer_that_is_no_list_is_told(tmp_path: Path, answer: str) -> None:
    go = answering(tmp_path, {".": answer})
    with pytest.raises(GoError, match="cannot be read"):
        find_programs(go, tmp_path, GoOptions(), TARGETS)


@posix_only
def test_a_program_outside_any_module_lies_in_its_own_folder(tmp_path: Path) -> None:
    go = answering(tmp_path, {".": [package(tmp_path, Module=None)]})
    (program,) = find_programs(go, tmp_path, GoOptions(), TARGETS)
    assert (program.module, program.module_root) == ("", tmp_path)
