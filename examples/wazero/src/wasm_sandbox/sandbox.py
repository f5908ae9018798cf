"""One module, one process, and the limits around it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import ada_wazero

from .errors import MemoryLimitError, OutputLimitError, TimeLimitError

_MIB = 1 << 20
_LEAST_MEMORY = 192 * _MIB
"""In bytes: what wazero itself needs to compile a module of a few megabytes."""

_MOST_SECONDS = 7 * 24 * 3600.0
"""A week: what goes on for longer is no guest. (wazero takes some 290 years, and Python's waiting
less on some systems.)"""

CAN_LIMIT_MEMORY = sys.platform == "linux"
"""Whether this system keeps a limit of memory; see ``_limited.py``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a module may use.

    Attributes:
        seconds: how long it may take, compiling included; a week at most.
        output_bytes: how much it may write to its standard output, and as much to its standard
            error.
        memory_bytes: how much memory the process around it may have; None for no limit, which
            is the only choice where the system cannot keep one.

    Raises:
        ValueError: a limit makes no sense, or cannot be kept on this system.
    """

    seconds: float = 10.0
    output_bytes: int = _MIB
    memory_bytes: int | None = 512 * _MIB

    def __post_init__(self) -> None:
        if not 0 < self.seconds <= _MOST_SECONDS:  # and no NaN
            raise ValueError(f"{self.seconds} is no number of seconds up to those of a week.")
        if self.output_bytes < 0:
            raise ValueError(f"{self.output_bytes} is no number of bytes.")
        if self.memory_bytes is None:
            return
        if not CAN_LIMIT_MEMORY:
            raise ValueError(
                f"{sys.platform} keeps no limit of memory. Say memory_bytes=None to do without."
            )
        if self.memory_bytes < _LEAST_MEMORY:
            raise ValueError(f"wazero itself needs {_LEAST_MEMORY} bytes of memory.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How a module ended by itself.

    Attributes:
        exit_code: the one that it chose, or 1 with wazero's words in ``stderr`` where it is no
            module, or was ended by a fault of its own.
        stdout: what it wrote there.
        stderr: what it wrote there.
    """

    exit_code: int
    stdout: bytes
    stderr: bytes


def run_wasm(
    module: str | Path,
    arguments: Sequence[str] = (),
    *,
    stdin: bytes = b"",
    limits: Limits | None = None,
) -> Result:
    """Run a WebAssembly module that nobody needs to trust.

    It sees its arguments, its standard input, the clock and random numbers, and nothing else.

    Args:
        module: a file with a WASI command, as ``GOOS=wasip1 GOARCH=wasm go build`` makes it.
        arguments: what it finds in its ``argv``, after the file's name.
        stdin: what it reads from its standard input.
        limits: what it may use; by default those of ``Limits()``.

    Raises:
        LimitError: it wanted more, and was stopped. What it wrote is lost.
        OSError: the file cannot be read, or wazero cannot be started.
        ValueError: there is a NUL character in an argument or in the file's name.
    """
    limits = limits or Limits()
    path = Path(module).resolve(strict=True)
    with tempfile.TemporaryFile() as given:
        given.write(stdin)
        given.seek(0)
        with subprocess.Popen(
            _command(path, arguments, limits),
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment(),
        ) as process:
            return _wait(process, limits)


def _command(path: Path, arguments: Sequence[str], limits: Limits) -> list[str]:
    # A little more time than it has: wazero's own limit does not hold while it compiles, so the
    # process is killed from here; but should this Python die first, the module still ends.
    timeout = f"-timeout={limits.seconds + 1:.3f}s"
    command = [ada_wazero.get_binary_path(), "run", timeout, str(path)]
    if arguments:
        command += ["--", *arguments]
    if os.name != "posix":
        return command
    starter = str(Path(__file__).with_name("_limited.py"))
    memory = "unlimited" if limits.memory_bytes is None else str(limits.memory_bytes)
    return [sys.executable, "-I", "-S", starter, memory, *command]


def _environment() -> dict[str, str]:
    """What Windows needs to start a program, and some Pythons; and nothing that may be secret."""
    names = ("SYSTEMROOT", "LD_LIBRARY_PATH")
    needed = {name: os.environ[name] for name in names if name in os.environ}
    # When Go gets no memory it raises SIGABRT, which no module can do, and not exit code 2.
    return needed | {"GOTRACEBACK": "crash"}


def _wait(process: subprocess.Popen[bytes], limits: Limits) -> Result:
    with ThreadPoolExecutor(max_workers=2) as readers:
        try:
            # A pipe that nobody reads is full soon, and its writer waits: so read both at once.
            pending = [
                readers.submit(_read, process, stream, limits.output_bytes)
                for stream in (process.stdout, process.stderr)
            ]
            process.wait(limits.seconds)
        except subprocess.TimeoutExpired:
            raise TimeLimitError(f"The module took more than {limits.seconds} seconds.") from None
        finally:
            process.kill()  # without effect where it has ended; the readers come to an end
        return _result(process.returncode, pending, limits)


def _read(process: subprocess.Popen[bytes], stream: IO[bytes] | None, most: int) -> bytes:
    """Read to the end, and put an end to a process that does not stop writing."""
    assert stream is not None
    content = stream.read(most + 1)
    if len(content) > most:
        process.kill()
    return content


def _result(code: int, pending: Sequence[Future[bytes]], limits: Limits) -> Result:
    stdout, stderr = (each.result() for each in pending)
    if max(len(stdout), len(stderr)) > limits.output_bytes:
        raise OutputLimitError(f"The module wrote more than {limits.output_bytes} bytes.")
    if os.name == "posix" and code == -signal.SIGABRT:
        most = "there was" if limits.memory_bytes is None else f"{limits.memory_bytes} bytes"
        raise MemoryLimitError(f"The module wanted more memory than {most}.")
    return Result(exit_code=code, stdout=stdout, stderr=stderr)
