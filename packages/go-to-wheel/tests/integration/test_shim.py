"""What the Python shim must not change: arguments, streams, signals, exit codes.

Each program is started in every way that there is, and must do what its bare binary does.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from helpers.clients import BASE_PYTHON, Home
from helpers.dist import HOST, Dist
from helpers.listing import listing
from helpers.once import made_once

_PROGRAM = "probe"
_STARTS = ["package", "package -m", "native", "native -m"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A way to start the probe, and its bare binary to compare with.

    Attributes:
        command: starts it by way of what an installer has made.
        bare: starts the binary itself.
        environment: the variables of both.
    """

    command: Sequence[str]
    bare: Sequence[str]
    environment: dict[str, str]

    def run(
        self, *arguments: str | bytes, stdin: bytes = b""
    ) -> subprocess.CompletedProcess[bytes]:
        return self._run(self.command, *arguments, stdin=stdin)

    def run_bare(self, *arguments: str | bytes) -> subprocess.CompletedProcess[bytes]:
        return self._run(self.bare, *arguments, stdin=b"")

    def _run(
        self, command: Sequence[str], *arguments: str | bytes, stdin: bytes
    ) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [*command, *arguments],
            env=self.environment,
            input=stdin,
            capture_output=True,
            check=False,
            timeout=60,
        )

    @contextmanager
    def running(self, *arguments: str, bare: bool = False) -> Iterator[subprocess.Popen[bytes]]:
        """The program while it runs, with pipes to talk to it; killed at the end."""
        process = subprocess.Popen(
            [*(self.bare if bare else self.command), *arguments],
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
            preexec_fn=_all_signals_by_default,  # noqa: PLW1509
        )
        with process:
            try:
                yield process
            finally:
                _kill_all(process)


def _ending(process: subprocess.Popen[bytes]) -> tuple[int, bytes]:
    """The exit code of a program that ends by itself, and what it wrote to standard error."""
    assert process.stderr is not None
    code = process.wait(timeout=60)
    _kill_all(process)  # a child that lived on would keep the pipe open
    return code, process.stderr.read()


def _kill_all(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _all_signals_by_default() -> None:
    """As in a terminal, whatever the place in which the tests run has made deaf."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)


@pytest.fixture(scope="session")
def homes(shared: Path, probe: Dist, native_probe: Dist) -> dict[str, Home]:
    """The probe in two virtual environments: one for each layout."""

    def install(folder: Path) -> None:
        for name, dist in dists.items():
            (folder / name).mkdir()
            home = Home(folder=folder / name, find_links=dist.folder)
            home.uv("pip", "install", "--python", home.venv(), _PROGRAM)

    dists = {"package": probe, "native": native_probe}
    folder = made_once(shared, "installed-probe", install)
    return {
        name: Home(folder=folder / name, find_links=dist.folder) for name, dist in dists.items()
    }


def _python(home: Home) -> Path:
    return home.folder / "venv" / "bin" / "python"


@pytest.fixture(params=_STARTS)
def start(
    request: pytest.FixtureRequest, homes: dict[str, Home], probe: Dist, tmp_path: Path
) -> Start:
    layout, _, by_module = request.param.partition(" ")
    python = _python(homes[layout])
    return Start(
        command=[str(python), "-m", _PROGRAM] if by_module else [str(python.with_name(_PROGRAM))],
        bare=[str(probe.unpack_binary(HOST, tmp_path))],
        environment=homes[layout].environment,
    )


@pytest.fixture
def target_home(tmp_path: Path, probe: Dist) -> Home:
    """A fresh ``--target`` installation in package layout, to be spoilt."""
    return _target(tmp_path, probe)


def _target(parent: Path, dist: Dist) -> Home:
    folder = parent / "home"
    folder.mkdir()
    home = Home(folder=folder, find_links=dist.folder)
    # Copied, since a hard link would spoil the cache along with it.
    home.uv("pip", "install", "--link-mode", "copy", "--target", folder / "target", _PROGRAM)
    return home


def _run_module(home: Home, *arguments: str) -> subprocess.CompletedProcess[str]:
    target = home.folder / "target"
    return home.run(BASE_PYTHON, "-m", _PROGRAM, *arguments, PYTHONPATH=target)


# --- arguments -----------------------------------------------------------------------------

_ARGUMENTS: list[str | bytes] = [
    "",
    " ",
    "two words",
    " leading and trailing ",
    'say "hi"',
    "it's",
    "back\\slash\\",
    "$HOME `id` $(id) %PATH% !x ~",
    "*.go ? [a-z] {a,b}",
    "-",
    "--",
    "-c",
    "--help",
    "=",
    "line\nbreak",
    "carriage\r\nreturn",
    "\ttab\v\f\b",
    "ünïcödé",
    "日本語 😀",
    "e\u0301 combining, \u202e right to left, \u200b nothing",
    "\ufeffmark",
    b"\xff\xfe not UTF-8 \x80",
    "x" * 100_000,
]


def test_arguments_go_through_unchanged(start: Start) -> None:
    done = start.run("args", *_ARGUMENTS)
    assert done.returncode == 0, done.stderr
    received = [bytes.fromhex(text) for text in json.loads(done.stdout)]
    assert received == [os.fsencode(argument) for argument in _ARGUMENTS]


def test_the_environment_goes_through_unchanged(start: Start) -> None:
    start.environment["MARK"] = "a b\nünï"
    assert sorted(json.loads(start.run("env").stdout)) == sorted(
        json.loads(start.run_bare("env").stdout)
    )


# --- streams and exit codes ----------------------------------------------------------------


@pytest.mark.parametrize("code", [0, 1, 2, 42, 126, 255])
def test_the_exit_code_goes_through(start: Start, code: int) -> None:
    done = start.run("exit", str(code))
    assert (done.returncode, done.stderr) == (code, f"leaving with {code}\n".encode())


def test_every_byte_of_input_and_output_goes_through(start: Start) -> None:
    content = bytes(range(256)) * 8192
    assert start.run("echo", stdin=content).stdout == content


def test_a_line_is_seen_before_the_program_ends(start: Start) -> None:
    with start.running("echo") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for line in (b"one\n", b"two\n"):
            process.stdin.write(line)
            assert process.stdout.readline() == line
        assert process.poll() is None
        process.stdin.close()
        assert process.wait(timeout=60) == 0


def test_a_reader_that_leaves_ends_the_program_as_it_would_the_bare_one(start: Start) -> None:
    endings = [_leave_early(start, bare=bare) for bare in (False, True)]
    assert endings == [(-signal.SIGPIPE, b"")] * 2


def _leave_early(start: Start, *, bare: bool) -> tuple[int, bytes]:
    """What `program | head -1` does to the program."""
    with start.running("endless", bare=bare) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"0\n"
        process.stdout.close()
        return _ending(process)


# --- signals -------------------------------------------------------------------------------

_SIGNALS = [signal.SIGINT, signal.SIGTERM]


@pytest.mark.parametrize("number", _SIGNALS)
def test_a_signal_reaches_a_program_that_handles_it(start: Start, number: signal.Signals) -> None:
    with start.running("wait") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(number)
        assert process.stdout.readline() in (b"interrupt\n", b"terminated\n")
        assert process.wait(timeout=60) == 3


@pytest.mark.parametrize("number", [*_SIGNALS, signal.SIGKILL, signal.SIGHUP])
def test_a_signal_ends_a_program_that_does_not_handle_it(
    start: Start, number: signal.Signals
) -> None:
    endings = [_end_by(start, number, bare=bare) for bare in (False, True)]
    assert endings == [(-number, b"")] * 2


def _end_by(start: Start, number: signal.Signals, *, bare: bool) -> tuple[int, bytes]:
    with start.running("sleep", bare=bare) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(number)
        return _ending(process)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_no_python_stays_behind(start: Start) -> None:
    with start.running("sleep") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        assert Path(f"/proc/{process.pid}/exe").readlink().name == _PROGRAM


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_program_ignores_no_signal_that_it_would_not_ignore_without_the_shim(
    target_home: Home,
) -> None:
    """Python ignores SIGPIPE and SIGXFSZ. A Go program resets them, one in C would not."""
    binary = target_home.folder / "target" / _PROGRAM / "bin" / _PROGRAM
    binary.write_text("#!/bin/sh\nexec grep -E '^Sig(Ign|Blk)' /proc/self/status\n")
    assert _run_module(target_home).stdout == target_home.run(binary).stdout


# --- what can go wrong with an installation --------------------------------------------------


def test_a_lost_exec_bit_is_named_with_its_cure(target_home: Home) -> None:
    binary = target_home.folder / "target" / _PROGRAM / "bin" / _PROGRAM
    binary.chmod(0o644)
    done = _run_module(target_home, "version")
    assert done.returncode == 126
    assert "Traceback" not in done.stderr
    assert f"chmod +x {binary}" in done.stderr
    assert stat.S_IMODE(binary.stat().st_mode) == 0o644, "the shim must not mend it by itself"


def test_a_missing_binary_is_named(target_home: Home) -> None:
    binary = target_home.folder / "target" / _PROGRAM / "bin" / _PROGRAM
    binary.unlink()
    done = _run_module(target_home, "version")
    assert done.returncode == 127
    assert "Traceback" not in done.stderr
    assert str(binary) in done.stderr


def test_a_binary_for_another_machine_is_named(target_home: Home) -> None:
    binary = target_home.folder / "target" / _PROGRAM / "bin" / _PROGRAM
    binary.write_bytes(b"\x7fELF, but not for this machine")
    done = _run_module(target_home, "version")
    assert done.returncode == 126
    assert done.stderr == f"{binary} cannot be started: {os.strerror(errno.ENOEXEC)}.\n"


@pytest.mark.parametrize("layout", ["package", "native"])
def test_an_unknown_binary_name_lists_the_known_ones(layout: str, homes: dict[str, Home]) -> None:
    home = homes[layout]
    done = home.run(_python(home), "-c", "import probe; probe.get_binary_path('nothing')")
    assert done.stderr.splitlines()[-1] == (
        "ValueError: probe has no binary named 'nothing'; it has: probe."
    )


# --- the package from Python -----------------------------------------------------------------


@pytest.mark.parametrize("layout", ["package", "native"])
def test_run_takes_what_subprocess_run_takes(layout: str, homes: dict[str, Home]) -> None:
    home = homes[layout]
    code = (
        "import probe\n"
        "done = probe.run(['echo'], input='ü', capture_output=True, encoding='utf-8')\n"
        "print(type(done).__name__, done.returncode, done.stdout, done.args[1:])\n"
        "print(probe.run(['exit', '7'], stderr=-3).returncode, probe.__version__)\n"
    )
    out = home.do(_python(home), "-c", code)
    assert out == "CompletedProcess 0 ü ['echo']\n7 1.2.3\n"


@pytest.mark.parametrize("layout", ["package", "native"])
def test_importing_the_package_imports_nothing_else(layout: str, homes: dict[str, Home]) -> None:
    home = homes[layout]
    code = (
        "import sys; before = set(sys.modules); import probe;"
        "print(sorted(set(sys.modules) - before))"
    )
    assert home.do(_python(home), "-c", code) == "['probe']\n"


@pytest.mark.parametrize("layout", ["package", "native"])
def test_nothing_is_written_when_the_program_runs(
    layout: str, probe: Dist, native_probe: Dist, tmp_path: Path
) -> None:
    home = _target(tmp_path, {"package": probe, "native": native_probe}[layout])
    _run_module(home, "version")  # Python itself writes its byte code the first time
    before = listing(home.folder)
    assert _run_module(home, "version").stdout == "1.2.3\n"
    assert listing(home.folder) == before


@pytest.mark.parametrize("layout", ["package", "native"])
def test_a_type_checker_sees_the_types(layout: str, homes: dict[str, Home], tmp_path: Path) -> None:
    user = tmp_path / "user.py"
    user.write_text(
        "import probe\n\n"
        "path: str = probe.get_binary_path('probe')\n"
        "code: int = probe.run(['exit', '1'], check=False).returncode\n"
        "wrong: int = probe.get_binary_path()\n"
    )
    home = homes[layout]
    python = _python(home)
    done = home.run(
        sys.executable, "-m", "mypy", "--strict", "--cache-dir", tmp_path / "cache",
        "--config-file", os.devnull, "--python-executable", python, user,
    )  # fmt: skip
    errors = [line for line in done.stdout.splitlines() if ": error: " in line]
    assert len(errors) == 1, done.stdout + done.stderr
    assert "user.py:5: error: Incompatible types in assignment" in errors[0]
