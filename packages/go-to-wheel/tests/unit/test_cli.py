"""The command, but for Go itself: a shell script stands in for it here (cli/)."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest
from packaging import metadata as core

from go_to_wheel import __version__
from go_to_wheel.cli import main, render
from go_to_wheel.cli.app import application
from go_to_wheel.cli.tables import proof_text, short_tags, signed_text, size_text
from go_to_wheel.cli.views import BuildView
from go_to_wheel.events import LibraryBuilding, ModuleFetching, Stage, TargetMoved
from go_to_wheel.model import BuiltWheel, Layout
from go_to_wheel.release import Proof, ProofKind
from go_to_wheel.tags import expected_tags
from go_to_wheel.targets import DEFAULT_TARGETS, TARGETS, find_target
from helpers.binaries import Elf

Capture = pytest.CaptureFixture[str]
COMMANDS = ["build", "inspect", "check", "verify", "targets", "init", "factory"]


@dataclass(frozen=True)
class Ended:
    """How a run of the command ended."""

    code: int
    stdout: str
    stderr: str


class Command:
    """The command, run in this process."""

    def __init__(self, capture: Capture) -> None:
        self.capture = capture

    def __call__(self, *arguments: str | Path) -> Ended:
        with pytest.raises(SystemExit) as left:
            main([str(argument) for argument in arguments])
        out, err = self.capture.readouterr()
        assert isinstance(left.value.code, int)
        assert "Traceback" not in err
        return Ended(code=left.value.code, stdout=out, stderr=err)


@pytest.fixture(autouse=True)
def _away_from_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Output folders are relative, and nothing shall appear where the tests are run."""
    (tmp_path / "cwd").mkdir()
    monkeypatch.chdir(tmp_path / "cwd")


@pytest.fixture
def command(capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Command]:
    """The command in an empty folder; what it does to this process is undone."""
    numbers = [getattr(signal, name, None) for name in ("SIGINT", "SIGTERM", "SIGHUP")]
    before = {number: signal.getsignal(number) for number in numbers if number is not None}
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    yield Command(capsys)
    for number, handler in before.items():
        signal.signal(number, handler)


def own_process(
    *arguments: str | bytes, stdout: Path | None = None, **variables: str
) -> subprocess.CompletedProcess[bytes]:
    """The command in a process of its own, with its standard output in a pipe or a file."""
    start = "from go_to_wheel.cli import main; main()"
    path = {"PYTHONPATH": os.pathsep.join(sys.path)}
    with contextlib.nullcontext(subprocess.PIPE) if stdout is None else stdout.open("wb") as out:
        return subprocess.run(
            [sys.executable, "-c", start, *arguments],
            env=os.environ | path | variables,
            stdout=out,
            stderr=subprocess.PIPE,
            check=False,
            timeout=60,
        )


# Help


@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help_names_every_command(command: Command, flag: str) -> None:
    ended = command(flag)
    assert (ended.code, ended.stderr) == (0, "")
    for name in COMMANDS:
        assert re.search(rf"^  {name} ", ended.stdout, re.MULTILINE)
    assert "go-to-wheel SOURCE" in ended.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_help(command: Command, name: str) -> None:
    ended = command(name, "--help")
    assert (ended.code, ended.stderr) == (0, "")
    assert ended.stdout.startswith(f"Usage: go-to-wheel {name} ")


def test_every_option_and_command_explains_itself() -> None:
    context = click.Context(application)
    assert application.list_commands(context) == COMMANDS
    for name in COMMANDS:
        found = application.get_command(context, name)
        assert found
        assert found.help
        for parameter in found.params:
            if isinstance(parameter, click.Option):
                assert parameter.help, parameter.name
                assert parameter.help.endswith((".", "]")), parameter.help


@pytest.mark.parametrize(
    "option",
    ["--name", "--version", "--output-dir", "--entry-point", "--platforms", "--go-binary",
     "--description", "--license", "--author", "--author-email", "--url", "--requires-python",
     "--readme", "--set-version-var", "--ldflags"],
)  # fmt: skip
def test_every_option_of_go_to_wheel_0_2_is_there(command: Command, option: str) -> None:
    assert re.search(rf"^  (-\w, )?{option} ", command("build", "--help").stdout, re.MULTILINE)


def test_without_arguments_it_says_how_to_use_it(command: Command) -> None:
    ended = command()
    assert (ended.code, ended.stdout) == (2, "")
    assert ended.stderr.startswith("Usage: go-to-wheel ")
    assert "error" not in ended.stderr


def test_its_own_version(command: Command) -> None:
    assert command("--version") == Ended(0, f"go-to-wheel {__version__}\n", "")


# Misuse


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["build"],
            "There is no SOURCE to work on. For the Go source in this folder: 'go-to-wheel build .'.",
        ),
        (["--nope", "."], "There is no option --nope."),
        ([".", "--nmae", "x"], "There is no option --nmae. Did you mean --name?"),
        (["help"], "Did you mean 'go-to-wheel --help'?"),
        (["chekc", "dist"], "There is no command chekc, and no file or folder of that name."),
        (["chekc", "dist"], "Did you mean 'go-to-wheel check'?"),
        (["inspect"], "'go-to-wheel inspect dist/'"),
        (["check", "."], "go-to-wheel . --output-dir . builds some there."),
        (["check", "dist"], "go-to-wheel . --output-dir dist builds wheels there."),
        (["check", "go source"], "go-to-wheel 'go source' builds some of this Go source"),
        ([".", "more"], "There is no file or folder more."),
        (["build", "--version"], "'--version' requires an argument"),
        ([".", "--version"], "requires an argument. 'go-to-wheel build --help' shows"),
        (["init", "--name"], "requires an argument. 'go-to-wheel init --help' shows"),
        ([".", "--jobs", "0"], "'--jobs'"),
        ([".", "--jobs", "x"], "'--jobs'"),
        ([".", "--layout", "x"], "'--layout'"),
        (["check"], "all wheels of a folder: 'go-to-wheel check dist/'."),
        (["targets", "x"], "unexpected extra argument (x)."),
        (["./missing"], "There is no file or folder missing."),
        (["--version", "1.2", "./missing"], "There is no file or folder missing."),
        ([""], "The source is empty"),
        (["build", ""], "The source is empty"),
        (["http://github.com/o/r"], "does not name a GitHub repository"),
        (["example.com/tool/...@v1.2.3"], "is a pattern of Go packages"),
        ([".", "--name", "a b"], "'a b' cannot be the name"),
        ([".", "--version", "x"], "'x' is not a version"),
        ([".", "--readme", "missing.md"], "missing.md cannot be read"),
        ([".", "--readme", "about.adoc"], "'.adoc'"),
        ([".", "--platforms", "vax"], "'vax' is not a target"),
        ([".", "--platforms", "linux-amd64,freebsd-amd64"], "has no wheel tag"),
        (["gh:o/r", "--platforms", "vax"], "'vax' is not a target"),
        ([".", "--platforms", ","], "--platforms ',' names no target."),
        ([".", "--platforms", ""], "--platforms '' names no target."),
        ([".", "--asset", "tool.zip"], "--asset tool.zip does not say"),
        ([".", "--asset", "=tool.zip"], "--asset =tool.zip does not say"),
        ([".", "--asset", "linux-amd64="], "--asset linux-amd64= does not say"),
        ([".", "--asset", "vax=tool.zip"], "'vax' is not a target"),
        (["."], "there is no go.mod in it or above it."),
        (["x" * 5000], "too long"),
        (["a\nb"], "no file or folder"),
    ],
)
def test_misuse_is_told_in_one_paragraph_with_exit_code_2(
    command: Command, arguments: list[str], message: str
) -> None:
    Path("about.adoc").touch()
    Path("go source").mkdir()
    Path("go source", "main.go").touch()
    ended = command(*arguments)
    assert (ended.code, ended.stdout) == (2, "")
    assert ended.stderr.startswith("error: ")
    assert message in ended.stderr
    assert ended.stderr.rstrip()[-1] in ".?"


@pytest.mark.parametrize("source", ["a.whl", "my wheels"])
@pytest.mark.parametrize("name", ["check", "inspect"])
def test_what_to_do_with_wheels_is_a_command_that_works(
    command: Command, source: str, name: str
) -> None:
    Path("my wheels").mkdir()
    for path in (Path("a.whl"), Path("my wheels", "a.whl")):
        path.touch()
    ended = command(source)
    assert ended.code == 2
    (line,) = re.findall(rf"go-to-wheel {name} (?:'.+?'|\S+)", ended.stderr)
    told = command(*shlex.split(line)[1:])
    assert "a.whl" in told.stdout + told.stderr


@pytest.mark.parametrize("arguments", [["--dry-run"], ["--quiet"], ["--json"]])
def test_errors_are_told_in_every_mode(command: Command, arguments: list[str]) -> None:
    ended = command("./missing", *arguments)
    assert ended.code == 2
    assert "There is no file or folder missing." in ended.stderr
    if "--json" in arguments:
        document = json.loads(ended.stdout)
        assert list(document) == ["error", "hint", "detail"]
        assert document["error"] == "There is no file or folder missing."
    else:
        assert ended.stdout == ""


def test_a_folder_named_like_a_command_is_reached_by_its_path(command: Command) -> None:
    Path("targets").mkdir()
    assert "error: targets holds no archive and no binary" in command("./targets").stderr
    assert command("targets").code == 0


# Targets


def test_the_table_of_targets(command: Command) -> None:
    ended = command("targets")
    assert (ended.code, ended.stderr) == (0, "")
    for target in TARGETS:
        (line,) = re.findall(rf"^(. | ) *{target.name} .*", ended.stdout, re.MULTILINE)
        assert ("*" in line) is (target in DEFAULT_TARGETS)
        assert f"{target.system}/{target.arch}" in ended.stdout
    assert "manylinux2014_x86_64" in ended.stdout


def test_the_table_of_targets_as_json(command: Command) -> None:
    ended = command("targets", "--json")
    assert (ended.code, ended.stderr) == (0, "")
    document = json.loads(ended.stdout)
    assert list(document) == ["targets"]
    assert [entry["target"] for entry in document["targets"]] == [each.name for each in TARGETS]
    first = document["targets"][0]
    assert first == {
        "target": "linux-amd64",
        "goos": "linux",
        "goarch": "amd64",
        "level": {"GOAMD64": "v1"},
        "platform_tags": [
            "manylinux2014_x86_64", "manylinux_2_17_x86_64", "musllinux_1_1_x86_64",
        ],
        "default": True,
        "aliases": ["linux-amd64-musl", "linux-x86_64"],
    }  # fmt: skip
    assert all(list(entry) == list(first) for entry in document["targets"])
    assert all(entry["platform_tags"] for entry in document["targets"])


@pytest.mark.parametrize("arguments", [["targets"], ["targets", "--json"], ["--help"]])
def test_a_reader_that_has_gone_ends_it_quietly(arguments: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with subprocess.Popen(
        [sys.executable, "-c", "from go_to_wheel.cli import main; main()", *arguments],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=writing,
        stderr=subprocess.PIPE,
    ) as process:
        os.close(writing)
        _, stderr = process.communicate(timeout=60)
    assert (process.returncode, stderr) == (1, b"")


FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full")
@pytest.mark.parametrize(
    "arguments", [["targets"], ["targets", "--json"], ["--help"], ["--version"], ["check", "x.whl"]]
)
def test_a_standard_output_that_is_full_is_told(arguments: list[str]) -> None:
    done = own_process(*arguments, stdout=FULL)
    assert done.returncode == 1
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith("error: Standard output, or a file, cannot be written: No space")


@pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full")
@pytest.mark.parametrize("mode", [[], ["--json"], ["--dry-run"]])
def test_a_build_whose_paths_cannot_be_printed_says_so(
    command: Command, project: Project, mode: list[str]
) -> None:
    arguments = [*map(str, project.options()), "--platforms", "linux-amd64", *mode]
    done = own_process(*arguments, stdout=FULL)
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr
    errors = [line for line in done.stderr.splitlines() if line.startswith(b"error: ")]
    assert len(errors) == 1
    assert b"No space left on device" in errors[0]


@pytest.mark.parametrize(
    ("problem", "message"),
    [
        (PermissionError(13, "Permission denied", "some/file"), "some/file: Permission denied."),
        (
            OSError(5, "Input/output error"),
            "Standard output, or a file, cannot be written: Input/output error.",
        ),
        (OSError("odd"), "Standard output, or a file, cannot be written: odd."),
    ],
)
def test_an_error_that_nobody_foresaw_is_one_paragraph_too(
    command: Command, monkeypatch: pytest.MonkeyPatch, problem: OSError, message: str
) -> None:
    def fail(*, as_json: bool) -> None:
        raise problem

    monkeypatch.setattr(render, "show_targets", fail)
    monkeypatch.setattr(render, "close_stdout", render.flush_stdout)  # it is the test's own
    ended = command("targets")
    assert (ended.code, ended.stdout) == (1, "")
    assert ended.stderr.startswith(f"error: {message} ")
    hint = "See that you may use it" if isinstance(problem, PermissionError) else "Check the path."
    assert hint in ended.stderr
    assert ended.stderr.count("\n") == 1


# On a terminal, and elsewhere


@pytest.fixture
def no_colour_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


def on_terminal(*arguments: str, columns: int = 80, **variables: str) -> str:
    """What the command shows on a terminal of this width."""
    pty = pytest.importorskip("pty")
    termios = pytest.importorskip("termios")
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, columns))
    with (
        os.fdopen(ours, "rb", buffering=0) as screen,
        subprocess.Popen(
            [sys.executable, "-c", "from go_to_wheel.cli import main; main()", *arguments],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)} | variables,
            stdin=subprocess.DEVNULL,
            stdout=theirs,
            stderr=theirs,
        ),
    ):
        os.close(theirs)
        shown = b""
        with contextlib.suppress(OSError):  # how a terminal says that nobody writes any more
            while more := screen.read(4096):
                shown += more
    return shown.decode()


@pytest.mark.usefixtures("no_colour_variables")
@pytest.mark.parametrize("arguments", [["targets"], ["check", "missing.whl"], ["./missing"]])
def test_no_color_means_no_style_at_all(arguments: list[str]) -> None:
    assert "\x1b[" in on_terminal(*arguments)
    assert "\x1b" not in on_terminal(*arguments, NO_COLOR="1")


@pytest.mark.usefixtures("no_colour_variables")
def test_a_build_without_colour_has_no_style_on_its_lines(project: Project) -> None:
    arguments = [*map(str, project.options()), "--platforms", "linux-amd64"]
    style = re.compile(r"\x1b\[[0-9;]*m")
    assert style.search(on_terminal(*arguments))
    assert not style.search(on_terminal(*arguments, NO_COLOR="1"))


@pytest.mark.usefixtures("no_colour_variables")
def test_a_pipe_has_no_edge(project: Project) -> None:
    aliases = max((" ".join(target.aliases) for target in TARGETS), key=len).split()
    table = own_process("targets", COLUMNS="30").stdout.decode()
    assert "\x1b" not in table
    for target in TARGETS:
        assert re.search(rf"{target.name} +{target.system}/{target.arch} +\S", table)
    assert all(alias in table for alias in aliases)
    arguments = [*map(str, project.options()), "--platforms", "linux-amd64", "--dry-run"]
    plan = own_process(*arguments, COLUMNS="30").stdout.decode()
    assert all(tag in plan for tag in WHEEL_TAGS["linux-amd64"].split("."))


@pytest.mark.usefixtures("no_colour_variables")
@pytest.mark.parametrize("columns", [24, 40, 60, 73, 74, 80])
def test_names_of_targets_are_whole_on_narrow_terminals(columns: int) -> None:
    shown = on_terminal("targets", columns=columns, NO_COLOR="1")
    assert max(map(len, shown.splitlines())) <= columns
    for target in TARGETS:
        assert re.search(rf"{target.name}\b", shown), target.name
    if columns >= 40:
        tags = {tag for target in TARGETS for tag in expected_tags(target, None)}
        assert tags <= set(shown.split()), "a tag in pieces cannot be copied"


# Building


@dataclass(frozen=True)
class Project:
    """A folder of Go source, and a program that stands in for Go."""

    folder: Path
    go: Path

    def options(self) -> list[str | Path]:
        return [self.folder, "--go-binary", self.go, "--output-dir", "out"]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project whose every build for Linux gives a static executable, and else fails."""
    if sys.platform == "win32":
        pytest.skip("the stand-in is a shell script")
    folder = tmp_path / "my-tool"
    folder.mkdir()
    (folder / "go.mod").write_text("module example.com/my-tool\n")
    listing = {
        "ImportPath": "example.com/my-tool",
        "Name": "main",
        "Dir": str(folder),
        "Doc": "My-tool does it well.",
        "Module": {"Path": "example.com/my-tool", "Dir": str(folder)},
    }
    (tmp_path / "amd64").write_bytes(Elf().build())
    (tmp_path / "arm64").write_bytes(Elf(machine=183).build())
    go = tmp_path / "go"
    go.write_text(f"""#!/bin/sh
case "$1" in
env) echo '{{"GOVERSION": "go1.27.3"}}' ;;
list) echo {shlex.quote(json.dumps(listing))} ;;
build)
    if [ "$GOOS" != linux ]; then echo "main.go:1: broken on $GOOS" >&2; exit 1; fi
    while [ "$1" != -o ]; do shift; done
    cp {shlex.quote(str(tmp_path))}/"${{FAKED-$GOARCH}}" "$2" ;;
esac
""")
    go.chmod(0o755)
    return Project(folder=folder, go=go)


WHEEL_TAGS = {
    "linux-amd64": "manylinux2014_x86_64.manylinux_2_17_x86_64.musllinux_1_1_x86_64",
    "linux-arm64": "manylinux2014_aarch64.manylinux_2_17_aarch64.musllinux_1_1_aarch64",
}
HEAD = ["source", "name", "version", "layout", "commands", "aliases", "warnings"]


def wheel_name(target: str, version: str = "0.1.0") -> str:
    return f"my_tool-{version}-py3-none-{WHEEL_TAGS[target]}.whl"


def output() -> list[str]:
    """What lies in the output folder, hidden files included."""
    return sorted(path.name for path in Path("out").iterdir()) if Path("out").exists() else []


def test_the_paths_of_the_wheels_are_printed_one_a_line(command: Command, project: Project) -> None:
    ended = command(*project.options(), "--platforms", "linux-arm64, linux-amd64")
    names = [wheel_name("linux-amd64"), wheel_name("linux-arm64")]
    assert ended.code == 0, ended.stderr
    assert ended.stdout.splitlines() == [f"out/{name}" for name in names]
    assert output() == sorted(names)
    assert "example.com/my-tool" in ended.stderr
    assert "warning: No version was given" in ended.stderr
    assert "linux-amd64: manylinux_2_17_x86_64 +2, " in ended.stderr


def test_a_build_as_json(command: Command, project: Project) -> None:
    ended = command(*project.options(), "--platforms", "linux-amd64", "--json")
    document: dict[str, Any] = json.loads(ended.stdout)
    assert list(document) == [*HEAD, "wheels", "failures"]
    assert document["failures"] == []
    (wheel,) = document["wheels"]
    assert list(wheel) == [
        "target", "path", "tags", "size", "sha256", "seconds", "warnings", "verified", "binaries",
    ]  # fmt: skip
    assert wheel["warnings"] == []
    assert wheel["verified"] == []
    assert wheel["target"] == "linux-amd64"
    assert wheel["path"] == f"out/{wheel_name('linux-amd64')}"
    assert wheel["tags"] == [f"py3-none-{tag}" for tag in WHEEL_TAGS["linux-amd64"].split(".")]
    assert wheel["size"] == Path(wheel["path"]).stat().st_size
    assert re.fullmatch("[0-9a-f]{64}", wheel["sha256"])
    (binary,) = wheel["binaries"]
    assert list(binary) == ["command", "size", "sha256"]
    assert (document["name"], document["version"], document["layout"]) == (
        "my-tool", "0.1.0", "package",
    )  # fmt: skip
    assert document["commands"] == ["my-tool"]


def test_a_dry_run_writes_nothing(command: Command, project: Project) -> None:
    ended = command(*project.options(), "--dry-run", "--platforms", "linux-amd64")
    assert ended.code == 0
    assert "linux-amd64" in ended.stdout
    assert "musllinux_1_1_x86_64" in ended.stdout
    assert "dry run" in ended.stderr
    assert not Path("out").exists()


def test_a_dry_run_as_json(command: Command, project: Project) -> None:
    ended = command(*project.options(), "--dry-run", "--json", "--layout", "native")
    document = json.loads(ended.stdout)
    assert list(document) == [*HEAD, "output_dir", "targets"]
    assert document["layout"] == "native"
    assert document["output_dir"] == "out"
    assert [entry["target"] for entry in document["targets"]] == [
        target.name for target in DEFAULT_TARGETS
    ]
    assert document["targets"][0]["platform_tags"] == WHEEL_TAGS["linux-amd64"].split(".")
    assert not Path("out").exists()


def test_when_one_target_fails_no_wheel_appears(command: Command, project: Project) -> None:
    ended = command(*project.options(), "--platforms", "linux-amd64,windows-amd64")
    assert (ended.code, ended.stdout) == (1, "")
    assert "main.go:1: broken on windows\n" in ended.stderr
    assert "error: example.com/my-tool does not compile for windows-amd64." in ended.stderr
    assert output() == []


@pytest.mark.parametrize("jobs", ["1", "4"])
def test_only_the_target_whose_error_is_told_has_failed_and_all_others_were_stopped(
    command: Command, project: Project, jobs: str
) -> None:
    names = ["darwin-amd64", "darwin-arm64", "windows-amd64", "windows-arm64"]
    ended = command(*project.options(), "--platforms", ",".join(names), "--jobs", jobs)
    assert ended.code == 1
    (told,) = re.findall(r"error: \S+ does not compile for (\S+)\.", ended.stderr)
    assert re.findall(r"^(\S+): failed$", ended.stderr, re.MULTILINE) == [told]
    stopped = re.findall(r"^(\S+): stopped$", ended.stderr, re.MULTILINE)
    assert sorted(stopped) == [name for name in names if name != told]


def test_with_keep_going_each_target_that_fails_says_so(command: Command, project: Project) -> None:
    arguments = [*project.options(), "--platforms", "darwin-arm64,windows-amd64", "--keep-going"]
    ended = command(*arguments)
    failed = re.findall(r"^(\S+): failed$", ended.stderr, re.MULTILINE)
    assert sorted(failed) == ["darwin-arm64", "windows-amd64"]


def test_a_target_that_is_stopped_says_so(command: Command, project: Project) -> None:
    go = project.go
    slow = 'sleep 60\n    while [ "$1" != -o ]'
    go.write_text(go.read_text().replace('while [ "$1" != -o ]', slow))
    options = ["--platforms", "linux-amd64,windows-amd64", "--jobs", "2", "--verbose"]
    text = go.read_text()
    waits = 'until [ -e "$0-slow" ]; do sleep 0.01; done; echo "main.go:1'
    text = text.replace('echo "main.go:1', waits).replace("sleep 60", 'touch "$0-slow"; sleep 60')
    go.write_text(text)
    ended = command(*project.options(), *options)
    assert ended.code == 1
    lines = ended.stderr.splitlines()
    assert "windows-amd64: failed" in lines
    assert "linux-amd64: stopped" in lines


def test_a_stop_that_comes_when_wheels_are_moved_comes_too_late(
    command: Command, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.replace

    def replace(source: Path, goal: Path) -> Path:
        moved = real(source, goal)
        if goal.parent.name == "out":
            os.kill(os.getpid(), signal.SIGTERM)
        return moved

    monkeypatch.setattr(Path, "replace", replace)
    ended = command(*project.options(), "--platforms", "linux-amd64,linux-arm64")
    assert ended.code == 0, ended.stderr
    assert output() == sorted(map(wheel_name, WHEEL_TAGS))
    assert [Path(line).name for line in ended.stdout.splitlines()] == list(
        map(wheel_name, WHEEL_TAGS)
    )


def test_a_full_folder_for_temporary_files_is_told(
    command: Command, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.mkdir

    def mkdir(folder: Path, *arguments: Any, **options: Any) -> None:
        if folder.name == "linux-amd64":
            raise OSError(errno.ENOSPC, "No space left on device", str(folder))
        real(folder, *arguments, **options)

    monkeypatch.setattr(Path, "mkdir", mkdir)
    ended = command(*project.options(), "--platforms", "linux-amd64")
    assert (ended.code, ended.stdout) == (1, "")
    assert "folder for temporary files cannot be written: No space left" in ended.stderr
    assert "TMPDIR" in ended.stderr
    assert output() == []


def test_a_build_that_fails_as_json(command: Command, project: Project) -> None:
    ended = command(*project.options(), "--platforms", "windows-amd64", "--json")
    assert ended.code == 1
    document = json.loads(ended.stdout)
    assert document["error"] == "example.com/my-tool does not compile for windows-amd64."
    assert document["detail"] == "main.go:1: broken on windows"
    assert "error: example.com/my-tool does not compile for windows-amd64." in ended.stderr


def test_with_keep_going_the_others_appear(command: Command, project: Project) -> None:
    arguments = [*project.options(), "--platforms", "linux-amd64,darwin-arm64,windows-amd64"]
    ended = command(*arguments, "--keep-going", "--json")
    assert ended.code == 1
    document = json.loads(ended.stdout)
    assert [wheel["target"] for wheel in document["wheels"]] == ["linux-amd64"]
    failed = document["failures"]
    assert [failure["target"] for failure in failed] == ["darwin-arm64", "windows-amd64"]
    assert list(failed[0]) == ["target", "error", "hint", "detail"]
    assert failed[0]["detail"] == "main.go:1: broken on darwin"
    assert output() == [wheel_name("linux-amd64")]


def test_a_binary_for_another_target_is_refused(
    command: Command, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKED", "arm64")
    ended = command(*project.options(), "--platforms", "linux-amd64")
    assert ended.code == 1
    assert "arm64" in ended.stderr
    assert output() == []


def test_what_is_given_by_options_is_in_the_wheel(command: Command, project: Project) -> None:
    Path("about.rst").write_text("About\n=====\n")
    ended = command(
        *project.options(), "--platforms", "linux-amd64", "--version", "v1.2.3-rc.1",
        "--name", "Other.Name", "--entry-point", "ot", "--description", "Größe",
        "--license", "mit", "--author", "A", "--author-email", "a@x.y",
        "--url", "https://example.com", "--requires-python", ">=3.11", "--readme", "about.rst",
    )  # fmt: skip
    path = Path(ended.stdout.strip())
    assert path.name.startswith("other_name-1.2.3rc1-py3-none-")
    with zipfile.ZipFile(path) as wheel:
        read = wheel.read("other_name-1.2.3rc1.dist-info/METADATA")
        assert "other_name/bin/ot" in wheel.namelist()
    found = core.Metadata.from_email(read, validate=True)
    assert (found.name, found.summary, found.license_expression) == ("Other.Name", "Größe", "MIT")
    assert found.author_email == "A <a@x.y>"
    assert found.project_urls == {"Homepage": "https://example.com"}
    assert (str(found.requires_python), found.description) == (">=3.11", "About\n=====\n")


def test_a_readme_that_is_given_replaces_one_that_cannot_be_read(
    command: Command, project: Project
) -> None:
    (project.folder / "README.md").write_bytes(b"Gr\xf6\xdfe")
    arguments = [*project.options(), "--platforms", "linux-amd64"]
    ended = command(*arguments)
    assert ended.code == 2
    assert "README.md is not UTF-8 text" in ended.stderr
    Path("about.md").write_text("About")
    ended = command(*arguments, "--readme", "about.md")
    assert ended.code == 0, ended.stderr
    with zipfile.ZipFile(ended.stdout.strip()) as wheel:
        read = wheel.read("my_tool-0.1.0.dist-info/METADATA")
    assert core.Metadata.from_email(read, validate=True).description == "About"


@pytest.mark.parametrize("layout", Layout)
def test_both_layouts_can_be_asked_for(command: Command, project: Project, layout: Layout) -> None:
    arguments = [*project.options(), "--platforms", "linux-amd64", "--layout", str(layout)]
    (path,) = command(*arguments).stdout.splitlines()
    with zipfile.ZipFile(path) as wheel:
        native = "my_tool-0.1.0.data/scripts/my-tool" in wheel.namelist()
    assert native is (layout is Layout.NATIVE)


def test_settings_of_the_project_count_below_options(command: Command, project: Project) -> None:
    (project.folder / "pyproject.toml").write_text(
        '[project]\nname = "settled"\nversion = "3"\n'
        '[tool.go-to-wheel]\nplatforms = ["linux-arm64"]\n'
    )
    (path,) = command(*project.options()).stdout.splitlines()
    assert Path(path).name == f"settled-3-py3-none-{WHEEL_TAGS['linux-arm64']}.whl"
    arguments = [*project.options(), "--platforms", "linux-amd64", "--version", "4"]
    (path,) = command(*arguments).stdout.splitlines()
    assert Path(path).name == f"settled-4-py3-none-{WHEEL_TAGS['linux-amd64']}.whl"


def test_quiet_says_nothing_and_verbose_says_all(command: Command, project: Project) -> None:
    told = command(*project.options(), "--platforms", "linux-amd64", "--verbose").stderr
    assert re.search(rf"^\+ {re.escape(str(project.go))} list .*", told, re.MULTILINE)
    assert re.search(rf"^\+ {re.escape(str(project.go))} build -trimpath .*", told, re.MULTILINE)
    assert command(*project.options(), "--platforms", "linux-arm64", "--quiet").stderr == ""


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (["--entry-point", "NUL"], 2, "'NUL' cannot be the name of a command"),
        (["--name", "json"], 2, "Python's standard library"),
        (["--description", "a\nb"], 2, "line break"),
        (["--url", "https://x\ny"], 2, "line break"),
        (["--author-email", "a@x\ny"], 2, "line break"),
        (["--author-email", "not mail"], 2, "no e-mail address"),
        (["--url", "javascript:alert(1)"], 2, "no http or https URL"),
        (["--url", "http://x y"], 2, "no http or https URL"),
        (["--binary", "tool", "--allow-unverified"], 2, "--binary and --allow-unverified have no"),
        (["--entry-point", "python"], 2, "environment's own"),
        (["--requires-python", "3"], 2, "Python's version"),
        (["--set-version-var", "version"], 2, "'version' is not the name of a Go variable"),
        (["--output-dir", "file"], 1, "cannot be written"),
        (["--output-dir", "/proc/new"], 1, "cannot be written"),
        (["--go-binary", "./missing"], 1, "no Go command"),
    ],
)
def test_what_cannot_work_leaves_nothing_behind(
    command: Command, project: Project, options: list[str], code: int, message: str
) -> None:
    Path("file").touch()
    ended = command(*project.options(), "--platforms", "linux-amd64", *options)
    assert (ended.code, ended.stdout) == (code, ""), ended.stderr
    assert message in ended.stderr
    assert [path.name for path in Path().iterdir()] == ["file"]


def test_a_wrong_epoch_is_told(
    command: Command, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    ended = command(*project.options(), "--platforms", "linux-amd64")
    assert ended.code == 2
    assert "SOURCE_DATE_EPOCH is 'yesterday'" in ended.stderr
    assert not Path("out").exists()


def test_an_author_may_have_an_address_only(command: Command, project: Project) -> None:
    arguments = [*project.options(), "--platforms", "linux-amd64", "--author-email", "a@x.y"]
    (path,) = command(*arguments).stdout.splitlines()
    with zipfile.ZipFile(path) as wheel:
        read = wheel.read("my_tool-0.1.0.dist-info/METADATA").decode()
    assert "\nAuthor-Email: a@x.y\n" in read


def test_the_folder_above_has_a_name_too(
    command: Command, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = project.folder / "inner"
    inner.mkdir()
    monkeypatch.chdir(inner)
    ended = command("..", "--go-binary", project.go, "--dry-run", "--json")
    assert ended.code == 0, ended.stderr
    assert json.loads(ended.stdout)["name"] == "my-tool"


def test_where_the_folder_s_name_is_none_the_module_gives_it(
    command: Command, project: Project
) -> None:
    odd = project.folder.rename(project.folder.with_name("ünï 工具"))
    go = project.go
    go.write_text(go.read_text().replace(str(project.folder), str(odd)))
    ended = command(odd, "--go-binary", go, "--dry-run", "--json")
    assert json.loads(ended.stdout)["name"] == "my-tool"
    go.write_text(go.read_text().replace("example.com/my-tool", "example.com/~tool"))
    ended = command(odd, "--go-binary", go, "--dry-run")
    assert ended.code == 2
    assert "--name" in ended.stderr
    assert command(odd, "--go-binary", go, "--dry-run", "--name", "good").code == 0


# Other processes, other encodings


@pytest.mark.skipif(sys.platform == "win32", reason="it has no such shell")
@pytest.mark.parametrize("arguments", ["missing", "targets", "", "check missing.whl"])
def test_a_closed_standard_error_is_no_error(tmp_path: Path, arguments: str) -> None:
    start = "from go_to_wheel.cli import main; main()"
    command = f"exec {shlex.join([sys.executable, '-c', start])} {arguments}"
    plain = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, check=False)
    done = subprocess.run(
        ["sh", "-c", f"{command} 2>&-"], cwd=tmp_path, capture_output=True, check=False
    )
    assert (done.returncode, done.stdout) == (plain.returncode, plain.stdout)


def test_a_path_that_is_no_utf_8_is_printed_as_it_is(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xff.whl"
    plain = own_process("check", path, PYTHONIOENCODING="utf-8")
    assert plain.stdout.startswith(b"\xff.whl: ")
    assert plain.stderr == b""
    as_json = own_process("check", path, "--json", PYTHONIOENCODING="utf-8")
    (report,) = json.loads(as_json.stdout)["wheels"]
    assert os.fsencode(report["path"]) == path


def test_json_survives_an_old_code_page(tmp_path: Path) -> None:
    path = tmp_path / "größe-漢.whl"
    done = own_process("check", str(path), "--json", PYTHONIOENCODING="cp1252", PYTHONUTF8="0")
    assert json.loads(done.stdout)["wheels"][0]["path"] == str(path)


def test_help_and_targets_start_without_the_pipeline() -> None:
    code = (
        "import sys\nfrom go_to_wheel.cli import main\n"
        "try: main(['--version'])\nexcept SystemExit: pass\n"
        "print(*(name for name in sys.modules if name.startswith('go_to_wheel.')), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        check=True,
        timeout=60,
    )
    loaded = set(done.stderr.decode().split())
    assert "go_to_wheel.cli.app" in loaded
    assert not loaded & {"go_to_wheel.pipeline", "go_to_wheel.binary", "go_to_wheel.wheel.write"}


# Words


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0.0 kB"), (999, "1.0 kB"), (1_500, "1.5 kB"), (999_999, "1000.0 kB"),
     (1_000_000, "1.0 MB"), (2_085_048, "2.1 MB")],
)  # fmt: skip
def test_sizes_for_people(size: int, text: str) -> None:
    assert size_text(size) == text


@pytest.mark.parametrize(
    ("platforms", "text"),
    [(["win_amd64"], "win_amd64"),
     (["manylinux2014_x86_64", "manylinux_2_17_x86_64", "musllinux_1_1_x86_64"],
      "manylinux_2_17_x86_64 +2")],
)  # fmt: skip
def test_tags_for_people(platforms: list[str], text: str) -> None:
    assert short_tags([f"py3-none-{platform}" for platform in platforms]) == text


DIGEST = Proof(how=ProofKind.CHECKSUM_FILE, file="checksums.txt", covers="tool.tar.gz")
SIGNED = Proof(how=ProofKind.ATTESTATION, identity="https://a.b/release.yml@refs/tags/v1")
MINISIGN = Proof(how=ProofKind.MINISIGN, file="tool.minisig")


@pytest.mark.parametrize(
    ("proofs", "text"),
    [
        ([], ""),
        ([DIGEST], ""),
        ([DIGEST, SIGNED, SIGNED], "attestation verified"),
        ([SIGNED, MINISIGN], "attestation and minisign signature verified"),
    ],
)
def test_a_signature_is_seen_in_the_line_of_its_target(proofs: list[Proof], text: str) -> None:
    assert signed_text(proofs) == text


def test_each_proof_says_by_whom() -> None:
    assert proof_text(DIGEST) == "verified by checksum file: checksums.txt"
    assert proof_text(SIGNED) == ("verified by attestation: https://a.b/release.yml@refs/tags/v1")
    assert proof_text(Proof(how=ProofKind.API_DIGEST)) == "verified by api digest"


@pytest.mark.parametrize(("verbose", "lines"), [(False, 1), (True, 3)])
def test_what_a_wheel_was_verified_by_is_told(capsys: Capture, verbose: bool, lines: int) -> None:
    target = find_target("linux-amd64")
    wheel = BuiltWheel(
        target=target,
        path=Path("a.whl"),
        tags=("py3-none-manylinux_2_17_x86_64",),
        size=1,
        sha256="",
        binaries=(),
        proofs=(DIGEST, SIGNED),
        seconds=1.0,
    )
    view = BuildView(as_json=False, verbose=verbose, quiet=False)

    view(TargetMoved(target=target, stage=Stage.DONE, wheel=wheel))

    told = capsys.readouterr().err.splitlines()
    assert len(told) == lines
    assert told[-1].endswith("1.0 s, attestation verified")
    assert (f"linux-amd64: {proof_text(SIGNED)}" in told) is verbose


def test_a_log_says_once_that_modules_are_fetched(capsys: Capture) -> None:
    view = BuildView(as_json=False, verbose=False, quiet=False)
    for module in ("a.b/c v1", "a.b/d v2"):
        view(ModuleFetching(module=module))
    assert capsys.readouterr().err == "Go fetches modules that are not here yet.\n"


def test_a_log_says_that_a_c_library_is_built(capsys: Capture) -> None:
    view = BuildView(as_json=False, verbose=False, quiet=False)
    view(LibraryBuilding(target=find_target("linux-amd64")))
    told = capsys.readouterr().err
    assert told == "linux-amd64: its C library is built too, this first time\n"


@pytest.mark.parametrize(("stopped", "code"), [(True, 130), (False, 1)])
def test_a_stop_may_end_in_a_lock_s_own_error(stopped: bool, code: int) -> None:
    script = f"""
import go_to_wheel.cli as cli
def run(_):
    if {stopped}:
        cli._stopped.set()
    raise RuntimeError("release unlocked lock")
cli._run = run
cli.main([])
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=False, encoding="utf-8"
    )
    assert done.returncode == code
    assert ("Stopped." in done.stderr, "Traceback" in done.stderr) == (stopped, not stopped)
