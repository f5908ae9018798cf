"""The real installers, each in a home of its own and with no index to ask."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from helpers.tool import SCRIPTS

PYTHON = Path(sys.executable)
BASE_PYTHON = Path(sys.base_prefix, "bin", f"python3.{sys.version_info.minor}")
"""The Python below the virtual environment that runs the tests."""

_PATIENCE = 90
"""In seconds: longer than any client takes on a busy machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A home folder with nothing in it, for programs that keep things there.

    Attributes:
        folder: the home folder; everything that a client writes lies below it.
        find_links: the folder in which clients find wheels.
        pipx_shared: a virtual environment whose pip is the one of pipx.
    """

    folder: Path
    find_links: Path
    pipx_shared: Path | None = None

    @property
    def environment(self) -> dict[str, str]:
        """All variables of a client: no configuration, no index, no network."""
        places = {
            "HOME": self.folder,
            "XDG_CACHE_HOME": self.folder / "cache",
            "XDG_CONFIG_HOME": self.folder / "config",
            "XDG_DATA_HOME": self.folder / "data",
            "TMPDIR": self.folder,
            "UV_CACHE_DIR": self.folder / "uv-cache",
            "UV_PYTHON": PYTHON,
            "UV_FIND_LINKS": self.find_links,
            "PIPX_HOME": self.folder / "pipx",
            "PIPX_BIN_DIR": self.folder / "pipx-bin",
            "PIPX_SHARED_LIBS": self.pipx_shared or self.folder / "pipx-shared",
            "PIPX_DEFAULT_PYTHON": PYTHON,
            "PIP_CACHE_DIR": self.folder / "pip-cache",
            "PIP_FIND_LINKS": self.find_links,
            "PIP_CONFIG_FILE": os.devnull,
        }
        return {name: str(place) for name, place in places.items()} | {
            "PATH": os.pathsep.join([str(SCRIPTS), os.defpath]),
            "LC_ALL": "C.UTF-8",
            "UV_NO_CONFIG": "1",
            "UV_OFFLINE": "1",
            "UV_NO_INDEX": "1",
            "UV_PYTHON_DOWNLOADS": "never",
            "PIPX_DISABLE_SHARED_LIBS_AUTO_UPGRADE": "1",
            "PIP_NO_INDEX": "1",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_ROOT_USER_ACTION": "ignore",
        }

    def run(
        self, *command: str | Path, **variables: str | Path
    ) -> subprocess.CompletedProcess[str]:
        """Run a program in this home; ``variables`` are added to its environment."""
        with subprocess.Popen(
            [str(part) for part in command],
            cwd=self.folder,
            env=self.environment | {name: str(value) for name, value in variables.items()},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        ) as process:
            try:
                stdout, stderr = process.communicate(timeout=_PATIENCE)
            except BaseException:
                os.killpg(process.pid, signal.SIGKILL)  # and what it has started
                raise
        return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)

    def do(self, *command: str | Path, **variables: str | Path) -> str:
        """Run a program that must succeed, and return its standard output."""
        done = self.run(*command, **variables)
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def pip(self, *arguments: str | Path, python: Path, **variables: str | Path) -> str:
        """Run pip for an interpreter: this environment's pip serves any (``pip --python``)."""
        return self.do(PYTHON, "-m", "pip", "--python", python, *arguments, **variables)

    def uv(self, *arguments: str | Path, **variables: str | Path) -> str:
        """Run uv."""
        return self.do("uv", "--quiet", *arguments, **variables)

    def venv(self, name: str = "venv", python: Path = PYTHON) -> Path:
        """Make a virtual environment and return the path of its Python."""
        self.uv("venv", "--python", python, self.folder / name)
        return self.folder / name / "bin" / "python"


def run_by_uvx(folder: Path, wheel: Path, command: str, *arguments: str) -> str:
    """The output of a wheel's command, started by uvx.

    Args:
        folder: what uv may fill with its cache.
        wheel: the wheel.
        command: the name of the command.
        arguments: its arguments.
    """
    home = Home(folder=folder, find_links=wheel.parent)
    return home.do("uvx", "--from", wheel, command, *arguments)


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """A distribution that a client has installed.

    Attributes:
        home: where the client lives.
        command: how to start the program.
        python: how to start a Python that can import the package; empty where there is none.
        variables: what must be in the environment of both.
    """

    home: Home
    command: Sequence[str | Path]
    python: Sequence[str | Path] = ()
    variables: Mapping[str, Path] = field(default_factory=dict)

    def run_command(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Start the program."""
        return self.home.run(*self.command, *arguments, **self.variables)

    def run_python(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Start the Python."""
        return self.home.run(*self.python, *arguments, **self.variables)
