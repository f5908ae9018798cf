"""The command on a real terminal: what moves, what remains, and what Tab does in real shells."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from identify.vendor.licenses import LICENSES

from helpers.needs import requirement
from helpers.terminal import CTRL_C, TAB, Terminal
from helpers.tool import COMMAND, clean_environment

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it has no pseudo-terminals")

TARGETS = ("linux-amd64", "darwin-arm64", "windows-amd64")
STYLE = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A Go program that does not compile for Windows, below a name with wide letters."""
    folder = tmp_path / "größe 工具"
    folder.mkdir()
    (folder / "go.mod").write_text("module example.com/tool\n\ngo 1.21\n")
    (folder / "main.go").write_text("package main\n\nfunc main() { run() }\n")
    (folder / "unix.go").write_text("//go:build unix\n\npackage main\n\nfunc run() {}\n")
    (folder / "LICENSE").write_text(dict(LICENSES)["MIT"])
    return folder


def on_terminal(
    folder: Path, *arguments: str, columns: int = 80, variables: dict[str, str] | None = None
) -> Terminal:
    return Terminal(
        command=[COMMAND, *arguments],
        cwd=folder,
        environment=clean_environment() | (variables or {}),
        columns=columns,
    )


def test_a_table_remains_of_a_build(folder: Path) -> None:
    command = (".", "--version", "1", "--platforms", "darwin-arm64,linux-amd64")
    with on_terminal(folder, *command) as terminal:
        assert terminal.end() == 0, terminal.text
    head, *rows, total = terminal.remains[2:6]
    assert head.split() == ["target", "tag", "size", "time"]
    assert [row.split()[:2] for row in rows] == [["✓", "linux-amd64"], ["✓", "darwin-arm64"]]
    assert re.fullmatch(r"✓  linux-amd64 +manylinux_2_17_x86_64 \+2 +\S+ kB +\S+ s", rows[0])
    assert re.fullmatch(r"2 wheels, \S+ MB, \S+ s", total)
    assert "".join(terminal.remains[6:]).startswith("dist/tool-1-py3-none-")
    assert terminal.text.count("2 wheels, ") == 1
    assert not terminal.cursor_is_hidden


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_failed_targets_stand_in_the_table_with_their_reason(folder: Path, columns: int) -> None:
    command = (".", "--version", "1", "--keep-going", "--platforms", ",".join(TARGETS))
    with on_terminal(folder, *command, columns=columns) as terminal:
        assert terminal.end() == 1
    table = terminal.remains[2 : terminal.remains.index("# example.com/tool")]
    assert max(map(len, table)) <= columns
    targets = [line.split()[1] for line in table if line.startswith(("✓", "✗"))]
    assert targets == list(TARGETS)
    failed = " ".join(" ".join(table).split("✗")[1].split())
    assert failed.startswith("windows-amd64 example.com/tool does not compile for windows-amd64.")
    assert failed.endswith("; 1 failed")
    assert (table[0].split() == ["target", "tag", "size", "time"]) is (columns > 40)


def test_when_all_is_lost_the_table_says_so(folder: Path) -> None:
    command = (".", "--version", "1", "--jobs", "1", "--platforms", "linux-amd64,windows-amd64")
    with on_terminal(folder, *command) as terminal:
        assert terminal.end() == 1
    assert "No wheel was written; with --keep-going those that can be built are." in terminal.text
    assert not (folder / "dist").exists()


@pytest.fixture
def slow_go(folder: Path, go: Path) -> Path:
    """Go, which takes a minute to compile anything and to list, where that is asked for."""
    script = folder.parent / "slow-go"
    script.write_text(
        '#!/bin/sh\n[ "$1" = build ] && sleep 60\n[ "$1$SLOW" = listyes ] && sleep 60\n'
        f'exec {shlex.quote(str(go))} "$@"\n'
    )
    script.chmod(0o755)
    return script


def test_ctrl_c_leaves_a_whole_table_and_the_cursor(folder: Path, slow_go: Path) -> None:
    command = (".", "--version", "1", "--go-binary", str(slow_go), "--jobs", "1")
    with on_terminal(folder, *command) as terminal:
        terminal.wait_for("compiling, ")  # for some seconds
        terminal.type(CTRL_C)
        assert terminal.end() == 130
    assert terminal.shown.count("\x1b[?25l") == 1
    assert not terminal.cursor_is_hidden
    rows = terminal.remains[2:8]
    assert [row.split()[2] for row in rows] == ["stopped"] * 6
    assert terminal.remains[8:] == ["error: Stopped. No wheel was written.", ""]


def test_ctrl_c_before_there_is_a_plan_leaves_nothing_but_the_error(
    folder: Path, slow_go: Path
) -> None:
    with on_terminal(
        folder, ".", "--go-binary", str(slow_go), variables={"SLOW": "yes"}
    ) as terminal:
        terminal.wait_for("looking at the source")
        terminal.type(CTRL_C)
        assert terminal.end() == 130
    assert terminal.remains == ["error: Stopped. No wheel was written.", ""]
    assert not terminal.cursor_is_hidden


@pytest.mark.parametrize("columns", [40, 80, 200])
@pytest.mark.parametrize("plain", [{}, {"NO_COLOR": "1"}, {"TERM": "dumb"}])
@pytest.mark.parametrize("target", ["linux-amd46", "linux-amd64"])
def test_errors_and_warnings_are_broken_between_words(
    folder: Path, columns: int, plain: dict[str, str], target: str
) -> None:
    command = (".", "--platforms", target)
    log = piped(folder, *command).stderr.splitlines()
    (whole,) = (line for line in log if line.startswith(("error: ", "warning: ")))
    with on_terminal(folder, *command, columns=columns, variables=plain) as terminal:
        terminal.end()
    told = [line for line in terminal.remains if line and ".whl" not in line]
    assert max(map(len, told)) <= columns
    assert whole in " ".join(told), "in a log it is one line"
    if whole.startswith("error: "):
        assert any("'go-to-wheel targets'" in line for line in told)


def test_problems_of_wheels_are_broken_between_words(folder: Path) -> None:
    (folder / "a b.whl").write_bytes(b"no wheel")
    with on_terminal(folder, "check", "a b.whl", columns=40) as terminal:
        assert terminal.end() == 1
    first, *problem = terminal.text.splitlines()
    assert first == "a b.whl: 1 error"
    assert problem[0].startswith("  error [")
    assert len(problem) > 1
    assert all(line.startswith("  ") and len(line) <= 40 for line in problem)
    whole = piped(folder, "check", "a b.whl").stdout.splitlines()[1]
    assert whole.split() == " ".join(problem).split()


@pytest.mark.parametrize(
    "arguments",
    [("check", "a\x1b[2J.whl"), ("inspect", "a\x1b[2J.whl"), ("a\x1b[2Jb",), (".",), ("init", ".")],
)
def test_no_name_of_a_file_drives_the_terminal(folder: Path, arguments: tuple[str, ...]) -> None:
    (folder / "a\x1b[2J.whl").write_bytes(b"no wheel")
    (folder / "pyproject.toml").write_text('[tool.go-to-wheel]\n"\\u001b[2J\\u0007key" = 1\n')
    with on_terminal(folder, *arguments) as terminal:
        assert terminal.end() != 0
    assert "\x1b[2J" not in terminal.shown
    assert "\a" not in terminal.shown
    assert "\\x1b[2J" in "".join(terminal.text.splitlines())
    log = piped(folder, *arguments)
    assert "\x1b" not in log.stdout + log.stderr


def test_commands_to_run_next_name_the_folder_that_is_there(folder: Path) -> None:
    """In a pipe, where colours are taken away, an escape code in a name is not one of them."""
    odd = folder.rename(folder.parent / "a\x1b[31mb")
    log = piped(odd.parent, "init", odd.name, "--name", "some-tool")
    assert log.returncode == 0, log.stderr
    assert "    go-to-wheel './a\\x1b[31mb'\n" in log.stderr


def test_an_error_gives_the_cursor_back(folder: Path) -> None:
    (folder / "main.go").write_text("package lib\n")
    (folder / "unix.go").unlink()
    with on_terminal(folder, ".") as terminal:
        assert terminal.end() == 1
    assert not terminal.cursor_is_hidden
    assert "".join(terminal.remains).startswith("error: . holds a library (package lib)")


@pytest.mark.parametrize(
    ("variables", "moves", "has_style"),
    [({}, True, True), ({"NO_COLOR": "1"}, True, False), ({"TERM": "dumb"}, False, False),
     ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False)],
)  # fmt: skip
def test_colour_and_movement_are_as_the_user_wants_them(
    folder: Path, variables: dict[str, str], moves: bool, has_style: bool
) -> None:
    command = (".", "--platforms", "linux-amd64")
    with on_terminal(folder, *command, variables=variables) as terminal:
        assert terminal.end() == 0
    assert ("\x1b[?25l" in terminal.shown) is moves
    assert bool(STYLE.search(terminal.shown)) is has_style
    assert "warning: No version was given" in terminal.text
    if not moves:
        assert "linux-amd64: manylinux_2_17_x86_64 +2, " in terminal.text


def piped(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, *arguments],
        cwd=folder,
        env=clean_environment() | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=240,
    )


def test_a_log_has_plain_lines_and_says_each_thing_once(folder: Path) -> None:
    done = piped(folder, ".", "--version", "1", "--keep-going", "--platforms", ",".join(TARGETS))
    assert done.returncode == 1
    assert "\x1b" not in done.stdout + done.stderr
    lines = done.stderr.splitlines()
    assert len([line for line in lines if line.startswith("linux-amd64: ")]) == 1
    assert lines.count("windows-amd64: failed") == 1
    assert re.search(r"^2 wheels, \S+ MB, \S+ s; 1 failed$", done.stderr, re.MULTILINE)
    assert [Path(line).suffix for line in done.stdout.splitlines()] == [".whl", ".whl"]


def test_colours_can_be_had_in_a_pipe(folder: Path) -> None:
    done = piped(folder, ".", "--platforms", "linux-amd64", FORCE_COLOR="1", TERM="xterm")
    assert "\x1b[33mwarning: \x1b[0mNo version was given" in done.stderr
    assert "\x1b[?25l" not in done.stderr
    assert "\x1b" not in done.stdout
    assert "\x1b[1mOptions:" in piped(folder, "targets", "--help", FORCE_COLOR="1").stdout
    assert "\x1b" not in piped(folder, "targets", "--help").stdout
    assert "\x1b" not in piped(folder, FORCE_COLOR="1", NO_COLOR="1").stderr


def test_modules_that_are_fetched_are_told(folder: Path, tmp_path: Path) -> None:
    """The proxy is a folder, and nothing of it is in Go's cache of modules."""
    proxy = tmp_path / "proxy" / "example.com" / "lib" / "@v"
    proxy.mkdir(parents=True)
    (proxy / "list").write_text("v1.0.0\n")
    (proxy / "v1.0.0.info").write_text('{"Version": "v1.0.0"}')
    (proxy / "v1.0.0.mod").write_text("module example.com/lib\n")
    with zipfile.ZipFile(proxy / "v1.0.0.zip", "w") as archive:
        archive.writestr("example.com/lib@v1.0.0/go.mod", "module example.com/lib\n")
        archive.writestr("example.com/lib@v1.0.0/lib.go", "package lib\n\nfunc Run() {}\n")
        archive.writestr("example.com/lib@v1.0.0/LICENSE", "Do as you like.\n")
    main = 'package main\n\nimport "example.com/lib"\n\nfunc main() { lib.Run() }\n'
    (folder / "main.go").write_text(main)
    with (folder / "go.mod").open("a") as stream:
        stream.write("\nrequire example.com/lib v1.0.0\n")
    cache = tmp_path / "modules"
    variables = {
        "GOPROXY": f"file://{proxy.parents[2]}",
        "GOSUMDB": "off",
        "GOFLAGS": "-mod=mod",
        "GOMODCACHE": str(cache),
    }
    _write_sums(folder, variables)
    shutil.rmtree(cache, ignore_errors=True)
    options = (".", "--version", "1", "--platforms", "linux-amd64")
    log = piped(folder, *options, **variables)
    assert log.returncode == 0, log.stderr
    assert log.stderr.count("Go fetches modules that are not here yet.") == 1
    again = piped(folder, *options, **variables)
    assert "Go fetches" not in again.stderr


def _write_sums(folder: Path, variables: dict[str, str]) -> None:
    environment = clean_environment() | variables | {"GOFLAGS": "-mod=mod -modcacherw"}
    subprocess.run(
        ["go", "mod", "tidy"], cwd=folder, env=environment, check=True, capture_output=True
    )


# Tab


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    """A folder with wheels in one below it."""
    folder = tmp_path / "project"
    (folder / "dist").mkdir(parents=True)
    (folder / "dist" / "tool-1.0-py3-none-win32.whl").touch()
    (folder / "dist" / "notes.txt").touch()
    (folder / "source").mkdir()
    return folder


def shell(name: str) -> str:
    return requirement(name, shutil.which(name), f"apt-get install {name}")


def environment(folder: Path) -> dict[str, str]:
    """Variables of a shell that reads nobody's settings."""
    return clean_environment() | {"HOME": str(folder), "ZDOTDIR": str(folder)}


def run_in(name: str, bare: str, script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a script in a shell, which an option keeps from reading settings."""
    return subprocess.run(
        [shell(name), bare, "-c", script],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        check=True,
        encoding="utf-8",
        timeout=60,
    )


COMMANDS = {"build", "inspect", "check", "verify", "targets", "init", "factory"}
CASES = [
    ("go-to-wheel ", {*COMMANDS, "dist/", "source/"}),
    ("go-to-wheel ch", {"check"}),
    ("go-to-wheel --plat", {"--platforms"}),
    ("go-to-wheel ./source --keep", {"--keep-going"}),
    ("go-to-wheel . --lay", {"--layout"}),
    ("go-to-wheel . --layout ", {"package", "native"}),
    ("go-to-wheel . --platforms linux-arm", {"linux-arm64", "linux-armv7", "linux-armv6"}),
    ("go-to-wheel . --platforms linux-386,win", {
        "linux-386,windows-amd64", "linux-386,windows-arm64", "linux-386,windows-386",
    }),
    ("go-to-wheel build . --platforms macos-arm", {"macos-arm64"}),
    ("go-to-wheel inspect di", {"dist/tool-1.0-py3-none-win32.whl"}),
    ("go-to-wheel check dist/", {"dist/tool-1.0-py3-none-win32.whl"}),
]  # fmt: skip


@pytest.mark.parametrize(("line", "expected"), CASES)
def test_bash_completes(wheels: Path, line: str, expected: set[str]) -> None:
    words = line.split(" ")
    script = f"""
        eval "$(_GO_TO_WHEEL_COMPLETE=bash_source go-to-wheel)"
        compopt() {{ :; }}  # outside a real Tab it is an error
        COMP_WORDS=({" ".join(map(shlex.quote, words))}) COMP_CWORD={len(words) - 1}
        $(complete -p go-to-wheel | grep -o '_[a-z_]*completion') go-to-wheel
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    done = run_in("bash", "--norc", script, wheels)
    assert set(done.stdout.split()) == expected
    assert done.stderr == ""


@pytest.mark.parametrize(("line", "expected"), CASES)
def test_fish_completes(wheels: Path, line: str, expected: set[str]) -> None:
    script = (
        "_GO_TO_WHEEL_COMPLETE=fish_source go-to-wheel | source\n"
        f"complete --do-complete {shlex.quote(line)}"
    )
    done = run_in("fish", "--no-config", script, wheels)
    assert {each.split("\t")[0] for each in done.stdout.splitlines()} == expected


READY = "ready-now"
SETTING = 'eval "$(_GO_TO_WHEEL_COMPLETE={}_source go-to-wheel)"'
SHELLS = {
    "bash": (["--norc", "-i"], SETTING.format("bash")),
    "zsh": (["-f", "-i"], f"autoload -U compinit; compinit -u -D; {SETTING.format('zsh')}"),
}


@pytest.fixture(params=SHELLS)
def interactive(request: pytest.FixtureRequest, wheels: Path) -> Iterator[Terminal]:
    """A shell in a terminal that knows how to complete the command."""
    options, setting = SHELLS[request.param]
    with Terminal(
        command=[shell(request.param), *options],
        cwd=wheels,
        environment=environment(wheels) | {"PS1": "$ ", "INPUTRC": os.devnull},
        columns=200,
    ) as terminal:
        terminal.type(f"{setting}; echo ready-''now\n")
        terminal.wait_for(READY)
        yield terminal


@pytest.mark.parametrize(
    ("folder_name", "typed", "shown"),
    [("c", "c", "c/"), ("i n", "i", "i\\ n/"), ("größe", "gr", "größe/")],
)
def test_a_folder_is_offered_beside_the_commands(
    interactive: Terminal, wheels: Path, folder_name: str, typed: str, shown: str
) -> None:
    (wheels / folder_name).mkdir()
    interactive.type(f"go-to-wheel {typed}{TAB}{TAB}")
    interactive.wait_for(shown)


def test_commands_and_files_are_offered_for_an_empty_word(interactive: Terminal) -> None:
    start = len(interactive.text)
    interactive.type(f"go-to-wheel {TAB}{TAB}")
    for word in (*COMMANDS, "dist/", "source/"):
        interactive.wait_for(word)
    assert "_ " not in interactive.text[start:]


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("go-to-wheel targ", "go-to-wheel targets "),
        ("go-to-wheel . --keep", "go-to-wheel . --keep-going "),
        ("go-to-wheel check di", "go-to-wheel check dist/tool-1.0-py3-none-win32.whl "),
        ("go-to-wheel sour", "go-to-wheel source/"),
        ("go-to-wheel ./sour", "go-to-wheel ./source/"),
        ("go-to-wheel . --readme dist/no", "go-to-wheel . --readme dist/notes.txt "),
        ("go-to-wheel . --output-dir di", "go-to-wheel . --output-dir dist/"),
    ],
)
def test_tab_in_a_shell(interactive: Terminal, typed: str, completed: str) -> None:
    interactive.type(f"{typed}{TAB}")
    interactive.wait_for(completed.rstrip())
