"""A terminal, for programs that look whether they run on one (POSIX only)."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

CTRL_C = "\x03"
TAB = "\t"
_ESCAPES = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|[=>]|\][^\x07]*\x07)")
_HIDE, _SHOW = "\x1b[?25l", "\x1b[?25h"
_PATIENCE = 120.0  # seconds without a sign of what is waited for, on a slow machine


@dataclass(kw_only=True)
class Terminal:
    """A program that runs on a terminal of its own.

    Attributes:
        command: the program and its arguments.
        cwd: where it runs.
        environment: all its variables; TERM is added where it is not among them.
        columns: the width of the terminal.
        lines: its height.
        shown: all that it wrote so far, escape codes included.
    """

    command: Sequence[str | Path]
    cwd: Path
    environment: Mapping[str, str]
    columns: int = 80
    lines: int = 24
    shown: str = ""
    code: int | None = None
    _ours: int = field(default=-1, repr=False)
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def __enter__(self) -> Self:
        pty = pytest.importorskip("pty")
        termios = pytest.importorskip("termios")
        self._ours, theirs = pty.openpty()
        termios.tcsetwinsize(theirs, (self.lines, self.columns))
        _keep_output_on_interrupt(theirs)
        self._process = subprocess.Popen(
            [*map(str, self.command)],
            cwd=self.cwd,
            env={"TERM": "xterm-256color", **self.environment},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            preexec_fn=_own_terminal,  # noqa: PLW1509 - no threads of ours run in between
        )
        os.close(theirs)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._process is not None
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        os.close(self._ours)

    def type(self, text: str) -> None:
        """Press keys."""
        os.write(self._ours, text.encode())

    def wait_for(self, text: str) -> None:
        """Read until this is shown, escape codes aside."""
        while text not in self.text:
            assert self._read(), f"it ended before {text!r} came:\n{self.text}"

    def end(self) -> int:
        """Read until the program ends, and return its exit code."""
        while self._read():
            pass
        assert self._process is not None
        self.code = self._process.wait(_PATIENCE)
        return self.code

    @property
    def text(self) -> str:
        """What was shown, without escape codes: every frame of what moves, one after the other."""
        return _ESCAPES.sub("", self.shown).replace("\r\n", "\n")

    @property
    def cursor_is_hidden(self) -> bool:
        """Whether the program has left the terminal without a cursor."""
        return self.shown.rfind(_HIDE) > self.shown.rfind(_SHOW)

    @property
    def remains(self) -> list[str]:
        """The lines that are left: of what was drawn again and again, the last frame."""
        lines = [""]
        for part in re.split(r"(\r\n|\r|\n|\x1b\[1A|\x1b\[2K|\x1b\[[0-9;?]*[a-zA-Z])", self.shown):
            if part in ("\r\n", "\n"):
                lines.append("")
            elif part == "\x1b[2K":
                lines[-1] = ""
            elif part == "\x1b[1A":
                lines.pop()
            elif not part.startswith(("\x1b", "\r")):
                lines[-1] += part
        return [line.rstrip() for line in lines]

    def _read(self) -> bool:
        deadline = time.monotonic() + _PATIENCE
        while not select.select([self._ours], [], [], 1.0)[0]:
            assert time.monotonic() < deadline, f"nothing more came after:\n{self.text}"
        try:
            more = os.read(self._ours, 65536)
        except OSError:  # how a terminal says that nobody writes any more
            return False
        self.shown += more.decode(errors="replace")
        return bool(more)


def _keep_output_on_interrupt(terminal: int) -> None:
    """Have Ctrl-C throw nothing away that the terminal has not read yet.

    Systems do that, and a program cannot know how much of what it drew was lost. People press
    Ctrl-C between two frames; a test does it in the middle of one.
    """
    import termios

    attributes = termios.tcgetattr(terminal)
    attributes[3] |= termios.NOFLSH  # the local modes
    termios.tcsetattr(terminal, termios.TCSANOW, attributes)


def _own_terminal() -> None:
    """Make standard input the terminal that Ctrl-C comes from, and heed it.

    What a shell runs in the background ignores it, and so do all that it starts.
    """
    import fcntl
    import termios

    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
