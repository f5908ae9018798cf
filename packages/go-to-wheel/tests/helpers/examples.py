"""The projects in examples/: copied, and set up by the commands of their READMEs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from helpers.dist import HOST
from helpers.once import made_once
from helpers.pages import read_page, run_page
from helpers.tool import clean_environment

EXAMPLES = Path(__file__).parents[4] / "examples"
_LEFT_BEHIND = shutil.ignore_patterns("__pycache__", "dist", ".venv", ".*_cache", "*.wasm")

# How pip reaches its index on this machine.
_INDEX = re.compile(
    r"PIP_(CERT|CONFIG_FILE|DEFAULT_TIMEOUT|(EXTRA_)?INDEX_URL|FIND_LINKS|PROXY|TRUSTED_HOST)"
)
_NONE: Mapping[str, str | Path] = {}


def example_environment() -> dict[str, str]:
    """All variables of a user's shell: this machine's index, its module proxy, and its caches."""
    index = {name: text for name, text in os.environ.items() if _INDEX.fullmatch(name)}
    return clean_environment() | index | {"PIP_DISABLE_PIP_VERSION_CHECK": "1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """An example that is set up.

    Attributes:
        folder: a copy of the project, after all commands of its README; for reading only.
        environment: the variables of what runs there.
    """

    folder: Path
    environment: Mapping[str, str] = field(default_factory=example_environment)

    @property
    def python(self) -> Path:
        """The Python of the environment that the README makes."""
        return self.folder / ".venv" / "bin" / "python"

    def run(
        self,
        *arguments: str | Path,
        stdin: str = "",
        variables: Mapping[str, str | Path] = _NONE,
    ) -> subprocess.CompletedProcess[str]:
        """Run that Python in the project's folder, to its end and to that of all it has started.

        ``variables`` are added to its environment.
        """
        return subprocess.run(
            [self.python, *arguments],
            cwd=self.folder,
            env={**self.environment, **{name: str(text) for name, text in variables.items()}},
            input=stdin,
            capture_output=True,
            check=False,
            encoding="utf-8",
            timeout=120,
        )

    def do(self, *arguments: str | Path, stdin: str = "") -> str:
        """The same for what must succeed; its standard output."""
        done = self.run(*arguments, stdin=stdin)
        assert done.returncode == 0, f"{arguments}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def check_types(self, *paths: str) -> None:
        """Let mypy look at files, with nothing but what is installed here."""
        command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--no-incremental"]
        done = subprocess.run(
            [*command, "--python-executable", self.python, *paths],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            check=False,
            encoding="utf-8",
            timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr


def set_up(shared: Path, name: str) -> Example:
    """An example after all commands of its README, which are run once in a session.

    Args:
        shared: the folder that all workers share.
        name: the example's folder.

    Raises:
        PageError: a command did not do what the README says.
    """

    def follow(folder: Path) -> None:
        project = folder / name
        shutil.rmtree(folder)  # what is left of a first try
        shutil.copytree(EXAMPLES / name, project, ignore=_LEFT_BEHIND)
        page = read_page(project / "README.md")
        assert page.left_out == ()
        run_page(page, project, example_environment(), {"linux-amd64": HOST})

    return Example(folder=made_once(shared, f"example-{name}", follow) / name)


def processes_with(word: str) -> dict[int, str]:
    """The processes in whose command line a word stands, with that line (Linux)."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = entry.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:  # it has ended meanwhile
            continue
        if word in line:
            found[int(entry.parent.name)] = line
    return found
