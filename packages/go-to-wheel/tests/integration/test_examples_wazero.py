"""examples/wazero: its README, and what its sandbox keeps in, through the installed wheel."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from helpers.examples import Example, processes_with, set_up
from helpers.goproxy import environments_proxy
from helpers.needs import requirement
from helpers.tool import Tool

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the README limits memory")

_RUN = """
import json, sys, wasm_sandbox
given = json.load(sys.stdin)
try:
    result = wasm_sandbox.run_wasm(
        given["module"], given["arguments"], stdin=given["stdin"].encode(),
        limits=wasm_sandbox.Limits(**given["limits"]),
    )
    said = [result.exit_code, result.stdout.decode(), result.stderr.decode()]
except (wasm_sandbox.LimitError, ValueError, OSError) as error:
    said = [type(error).__name__, str(error)]
json.dump(said, sys.stdout)
"""
_MIB = 1 << 20
_PAUSE = 0.05


@pytest.fixture(scope="module")
def example(shared: Path) -> Example:
    """The example after its README: in its environment are the wheel and the package."""
    requirement("the Go module proxy", environments_proxy(), "GOPROXY names none")
    return set_up(shared, "wazero")


def run_wasm(
    example: Example,
    module: str | Path,
    *arguments: str | Path,
    stdin: str = "",
    **limits: float,
) -> list[Any]:
    """Exit code, standard output and error; or the name of an exception and its words."""
    given = {
        "module": str(module),
        "arguments": [str(each) for each in arguments],
        "stdin": stdin,
        "limits": limits,
    }
    return list(json.loads(example.do("-c", _RUN, stdin=json.dumps(given))))


def test_the_readme_does_what_it_says(example: Example) -> None:
    assert (example.folder / "hostile.wasm").is_file()


def test_an_honest_guest_reads_writes_and_ends(example: Example) -> None:
    code, stdout, stderr = run_wasm(example, "count.wasm", "-top", "1", stdin="no No yes.")
    assert (code, json.loads(stdout), stderr) == (0, [{"word": "no", "times": 2}], "")
    code, stdout, stderr = run_wasm(example, "count.wasm", "-no-such-flag")
    assert (code, stdout) == (2, "")
    assert "flag provided but not defined: -no-such-flag" in stderr


def test_a_guest_reads_all_that_it_is_given(example: Example) -> None:
    words = " ".join(f"w{number}" for number in range(30_000))  # more than a pipe holds
    code, stdout, _ = run_wasm(example, "count.wasm", "-top", "1000000", stdin=words)
    assert code == 0
    assert len(json.loads(stdout)) == 30_000


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file that no guest may read."""
    path = tmp_path / "secret"
    path.write_text("swordfish", encoding="utf-8")
    return path


def test_a_guest_can_read_no_file(example: Example, secret: Path) -> None:
    code, stdout, stderr = run_wasm(example, "hostile.wasm", "read", secret)
    assert (code, stderr) == (0, "")
    assert "got" not in stdout
    assert f"open {secret}: Bad file number" in stdout


def test_a_guest_can_write_no_file(example: Example, tmp_path: Path) -> None:
    code, stdout, _ = run_wasm(example, "hostile.wasm", "write", tmp_path / "new")
    assert code == 0
    assert "got" not in stdout
    assert list(tmp_path.iterdir()) == []


def test_the_guest_would_use_a_door_left_open(example: Example, secret: Path) -> None:
    """Without the package's care: so that the guest's failures above mean something."""
    wazero = example.python.with_name("ada-wazero")
    doors = ["-mount", f"{secret.parent}:/", "-env", "KEY=x", "-listen", "127.0.0.1:0"]

    def escape(*arguments: str) -> str:
        module = str(example.folder / "hostile.wasm")
        command = [str(wazero), "run", *doors, module, "--", *arguments]
        return subprocess.run(command, capture_output=True, check=True, text=True).stdout

    assert 'got "swordfish"' in escape("read", "/secret")
    assert "got secret in 3" in escape("read", "/secret")
    assert "got /new" in escape("write", "/new")
    assert (secret.parent / "new").exists()
    assert escape("secrets", "").splitlines() == ["got KEY=x", "got file 3", "got file 4"]


def test_a_guest_learns_nothing_of_its_host(example: Example) -> None:
    given = {"module": "hostile.wasm", "arguments": ["secrets"], "stdin": "", "limits": {}}
    done = example.run("-c", _RUN, stdin=json.dumps(given), variables={"API_KEY": "swordfish"})
    assert json.loads(done.stdout) == [0, "", ""]


def test_a_guest_reaches_no_server(example: Example) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        address = f"127.0.0.1:{server.getsockname()[1]}"
        code, stdout, _ = run_wasm(example, "hostile.wasm", "connect", address)
        assert code == 0
        assert "got" not in stdout
        assert address in stdout
        with pytest.raises(BlockingIOError):
            server.accept()
        with socket.create_connection(server.getsockname()):  # as it would be, had it come
            server.accept()[0].close()


def test_a_guest_finds_no_socket(example: Example) -> None:
    code, stdout, _ = run_wasm(example, "hostile.wasm", "accept")
    assert code == 0
    assert stdout.splitlines() == ["error 8"] * 64  # EBADF


@pytest.mark.parametrize(
    ("way", "limits", "error"),
    [
        ("loop", {"seconds": 3}, "TimeLimitError"),
        ("loop", {"seconds": 0.01}, "TimeLimitError"),  # while it is compiled
        ("flood", {"output_bytes": 100_000}, "OutputLimitError"),
        ("flood", {"output_bytes": 0}, "OutputLimitError"),
        ("whisper", {}, "OutputLimitError"),
        ("allocate", {"memory_bytes": 256 * _MIB}, "MemoryLimitError"),
    ],
)
def test_a_guest_that_wants_too_much_is_stopped(
    example: Example, tmp_path: Path, way: str, limits: dict[str, Any], error: str
) -> None:
    module = str(shutil.copy(example.folder / "hostile.wasm", tmp_path))
    assert run_wasm(example, module, way, **limits)[0] == error
    assert processes_with(module) == {}


def test_a_guest_may_write_as_much_as_it_is_allowed(example: Example) -> None:
    expected = run_wasm(example, "count.wasm", stdin="x")
    size = len(expected[1])
    assert run_wasm(example, "count.wasm", stdin="x", output_bytes=size) == expected
    assert run_wasm(example, "count.wasm", stdin="x", output_bytes=size - 1)[0] == (
        "OutputLimitError"
    )


def test_what_is_no_module_is_no_danger(example: Example, secret: Path) -> None:
    code, stdout, stderr = run_wasm(example, secret)
    assert (code, stdout) == (1, "")
    assert "invalid magic number" in stderr
    assert run_wasm(example, secret.with_name("missing"))[0] == "FileNotFoundError"


@dataclass(frozen=True, slots=True, kw_only=True)
class Looping:
    """A guest that runs without end, as long as it may.

    Attributes:
        module: its file.
        python: the process of the package.
        wazero: the number of wazero's process.
    """

    module: str
    python: subprocess.Popen[str]
    wazero: int


@pytest.fixture
def looping(example: Example, tmp_path: Path) -> Iterator[Looping]:
    module = str(shutil.copy(example.folder / "hostile.wasm", tmp_path))
    tool = Tool(folder=example.folder, command=(str(example.python), "-m", "wasm_sandbox"))
    with tool.start("--seconds", "4", module, "loop", API_KEY="swordfish") as python:
        try:
            yield Looping(module=module, python=python, wazero=_wait_for_wazero(python, module))
        finally:
            python.kill()
            for number in processes_with(module):
                os.kill(number, signal.SIGKILL)


def _wait_for_wazero(python: subprocess.Popen[str], module: str) -> int:
    while True:
        assert python.poll() is None
        for number, line in processes_with(module).items():
            if "/ada-wazero run" in line and "_limited.py" not in line:  # which becomes it
                return number
        time.sleep(_PAUSE)


def test_the_process_around_the_guest_knows_no_secret(looping: Looping) -> None:
    known = Path(f"/proc/{looping.wazero}/environ").read_bytes()
    assert b"GOTRACEBACK=crash" in known
    assert b"swordfish" not in known


def test_a_guest_ends_also_when_python_is_killed(looping: Looping) -> None:
    looping.python.kill()
    looping.python.wait()
    assert looping.wazero in processes_with(looping.module)
    while processes_with(looping.module):
        time.sleep(_PAUSE)  # for as long as a test may take


def test_a_guest_ends_also_when_wazero_does_not_look_at_the_clock(looping: Looping) -> None:
    os.kill(looping.wazero, signal.SIGSTOP)
    stdout, stderr = looping.python.communicate(timeout=60)
    assert (looping.python.returncode, stdout) == (125, "")
    assert stderr == "wasm-sandbox: The module took more than 4.0 seconds.\n"


@pytest.mark.parametrize(
    "limits",
    [
        {"seconds": 0}, {"seconds": -1}, {"seconds": "nan"}, {"seconds": "inf"},
        {"seconds": 7 * 24 * 3600 + 1}, {"seconds": 1e10},
        {"output_bytes": -1}, {"memory_bytes": 0}, {"memory_bytes": 100 * _MIB},
    ],
)  # fmt: skip
def test_limits_that_make_no_sense_are_refused(
    example: Example, limits: dict[str, float | str]
) -> None:
    code = (
        "import sys, wasm_sandbox\n"
        f"given = {{name: float(text) for name, text in {limits!r}.items()}}\n"
        "try: wasm_sandbox.Limits(**given)\n"
        "except ValueError as error: print(error)\n"
    )
    assert example.do("-c", code).endswith(".\n")


def test_the_largest_limits_can_be_kept(example: Example) -> None:
    week = 7 * 24 * 3600
    limits: dict[str, Any] = {"seconds": week, "memory_bytes": None}
    assert run_wasm(example, "count.wasm", stdin="x", **limits)[0] == 0


def test_an_argument_with_a_nul_is_a_value_error(example: Example) -> None:
    assert run_wasm(example, "count.wasm", "a\0b")[0] == "ValueError"


@pytest.mark.parametrize("most", [None, 1 << 30])
def test_a_process_that_dies_leaves_no_image_of_its_memory(
    example: Example, most: int | None
) -> None:
    """Whether or not there is a limit of memory: Go is told to raise SIGABRT."""
    code = (
        "import resource, subprocess\n"
        "from pathlib import Path\n"
        "most = resource.getrlimit(resource.RLIMIT_CORE)[1]\n"  # else all would be well anyhow
        "resource.setrlimit(resource.RLIMIT_CORE, (most, most))\n"
        "from wasm_sandbox import Limits, sandbox\n"
        "sandbox.ada_wazero.get_binary_path = lambda: '/bin/sh'\n"
        f"command = sandbox._command(Path('x'), [], Limits(memory_bytes={most}))\n"
        "place = command.index('/bin/sh')\n"
        "command[place + 1:] = ['-c', 'ulimit -S -c; ulimit -S -d']\n"
        "subprocess.run(command, check=True)\n"
    )
    core, data = example.do("-c", code).split()
    assert core == "0"
    assert data == ("unlimited" if most is None else str(most >> 10))


def test_its_types_fit_those_of_the_wheel(example: Example) -> None:
    example.check_types("src")
