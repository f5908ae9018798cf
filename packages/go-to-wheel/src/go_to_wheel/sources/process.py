"""Other programs: started here, and ended here when the user stops the run."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import Cancelled

HEARTBEAT = 0.5
"""In seconds: a signal that comes just before the main thread begins to wait would wait as long
as the thread does, so it never waits for longer than this at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A program that has ended: its exit code and what it wrote."""

    code: int
    stdout: str
    stderr: str

    @property
    def message(self) -> str:
        """What it said, for people: its errors, or else its output."""
        return (self.stderr or self.stdout).strip()


def _ignore(_told: object) -> None:
    pass


@dataclass(slots=True, kw_only=True)
class Processes:
    """Runs programs, from any thread, and can end all that still run.

    Attributes:
        environment: the variables of the programs, where a run names no others.
        started: told of each command line.
        heard: told of each line that a program writes to standard error, as it comes.

    Each program gets a process group of its own, so that ending it ends its children too (the Go
    command starts compilers and linkers), and Ctrl-C in the terminal reaches only us.
    """

    environment: Mapping[str, str]
    started: Callable[[tuple[str, ...]], None] = _ignore
    heard: Callable[[str], None] = _ignore
    _running: set[subprocess.Popen[str]] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _interrupts: list[Callable[[], None]] = field(default_factory=list)
    _cancelled: bool = False

    def run(
        self,
        command: Sequence[str | Path],
        *,
        cwd: Path,
        environment: Mapping[str, str] | None = None,
    ) -> Finished:
        """Run a program to its end, with no standard input.

        Args:
            command: the program and its arguments.
            cwd: the folder to run it in.
            environment: all its variables; those of this object by default.

        Raises:
            OSError: the program cannot be started.
            Cancelled: the run was stopped meanwhile.
        """
        words = tuple(str(part) for part in command)
        self.started(words)
        variables = dict(self.environment if environment is None else environment)
        if threading.current_thread() is not threading.main_thread():
            return self._run(words, cwd, variables)
        # Ctrl-C is raised in the main thread, wherever that is: also between the start of a
        # program and the moment when we know of it. In another thread nothing comes between.
        with ThreadPoolExecutor(max_workers=1) as aside:
            try:
                running = aside.submit(self._run, words, cwd, variables)
                while wait([running], timeout=HEARTBEAT).not_done:
                    pass
                return running.result()
            except (KeyboardInterrupt, RuntimeError):  # see cli: a signal can end in either
                self.cancel()
                raise

    def _run(self, words: tuple[str, ...], cwd: Path, variables: Mapping[str, str]) -> Finished:
        with self._lock:
            self.check_cancelled()
            process = subprocess.Popen(
                words,
                cwd=cwd,
                env=variables,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                errors="replace",
                start_new_session=True,
            )
            self._running.add(process)
        try:
            stdout, stderr = self._read(process)
        finally:
            with self._lock:
                self._running.discard(process)
        self.check_cancelled()
        return Finished(code=process.returncode, stdout=stdout, stderr=stderr)

    def _read(self, process: subprocess.Popen[str]) -> tuple[str, str]:
        """All that a program writes, until it ends; its errors line by line on the way."""
        assert process.stdout is not None
        assert process.stderr is not None
        lines = []
        with process, ThreadPoolExecutor(max_workers=1) as aside:
            stdout = aside.submit(process.stdout.read)
            try:
                for line in process.stderr:
                    lines.append(line)
                    self.heard(line.rstrip("\n"))
            except BaseException:  # of who listens: nobody would read on, nor would it ever end
                _end(process)
                raise
        return stdout.result(), "".join(lines)

    @property
    def cancelled(self) -> bool:
        """Whether the run was stopped."""
        return self._cancelled

    def check_cancelled(self) -> None:
        """Do nothing, unless the run was stopped.

        Raises:
            Cancelled: it was.
        """
        if self._cancelled:
            raise Cancelled("Stopped.")

    def when_cancelled(self, interrupt: Callable[[], None]) -> None:
        """Have something else interrupted too, when the run is stopped."""
        self._interrupts.append(interrupt)

    def cancel(self) -> None:
        """End every program that runs, start no more, and interrupt what else is going on."""
        with self._lock:
            self._cancelled = True
            for process in self._running:
                _end(process)
        for interrupt in self._interrupts:
            interrupt()


def _end(process: subprocess.Popen[str]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):  # it has ended by itself
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
