"""pip, build and uv, as users run them on a project that go-to-wheel builds."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import go_to_wheel
from helpers.clients import PYTHON
from helpers.gomodules import HELLO
from helpers.tool import SCRIPTS

_OWN = Path(go_to_wheel.__file__).parents[2]
_VERSION = re.compile(r'(?<=__version__ = ")[^"]+')
# What a developer's shell may have set and what changes what is built. Where the index is, and how
# it is reached, stays as this machine has it.
_CLEARED = re.compile(
    r"SOURCE_DATE_EPOCH|GIT_.*|GO.*|CGO_.*|PYTHON.*|VIRTUAL_ENV|COLUMNS|NO_COLOR|FORCE_COLOR"
    r"|PIP_(NO_INDEX|TARGET|PREFIX|USER|VERBOSE|QUIET)|UV_(OFFLINE|NO_INDEX|PROJECT.*|NO_.*)"
)

_NONE: Mapping[str, str | Path] = {}

PYPROJECT = """\
[build-system]
requires = ["go-to-wheel"]
build-backend = "go_to_wheel.backend"

[project]
name = "greet-er"
readme = "README.md"
{version}

[tool.go-to-wheel]
set-version-var = "main.version"
"""

PYTHON_CODE = """\
from ._binary import get_binary_path, run

__all__ = ["get_binary_path", "run"]


def main() -> None:
    print("python first", flush=True)
    run()
"""


def make_wheelhouse(folder: Path) -> None:
    """Build go-to-wheel itself, of a version that is on no index."""
    source = folder / "source"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copyfile(_OWN / name, source / name)
    shutil.copytree(_OWN / "src", source / "src", ignore=shutil.ignore_patterns("__pycache__"))
    version = source / "src" / "go_to_wheel" / "_version.py"
    unique = f"+test{time.time_ns()}"  # uv would take an older one of the same name from its cache
    version.write_text(_VERSION.sub(lambda found: found[0] + unique, version.read_text()))
    subprocess.run(
        [PYTHON, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation",
         "--wheel-dir", folder / "wheels", source],
        check=True,
    )  # fmt: skip
    shutil.rmtree(source)


def write_project(
    folder: Path, *, version: str = 'version = "1.2.3"', python: bool = False
) -> Path:
    """Write a Go project that go-to-wheel builds, and return its folder.

    Args:
        folder: where; its name becomes that of the module.
        version: the line of ``[project]`` that tells the version.
        python: it has a Python package of its own, and a script in it.
    """
    files = {
        "go.mod": f"module example.com/{folder.name}\n\ngo 1.24\n",
        "main.go": HELLO,
        "README.md": "# Greeter\n",
        "LICENSE": "Be free.\n",
        "pyproject.toml": PYPROJECT.format(version=version),
    }
    if python:
        scripts = '\n[project.scripts]\ngreet-py = "greet_er:main"\n'
        files["pyproject.toml"] += scripts
        files["src/greet_er/__init__.py"] = PYTHON_CODE
        files["src/greet_er/py.typed"] = ""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Frontends:
    """The frontends, and what surrounds them.

    Attributes:
        folder: for environments and temporary files.
        wheels: the folder in which they find go-to-wheel.
        go: the folder of Go's command; None for a machine without Go.
    """

    folder: Path
    wheels: Path
    go: Path | None = None

    @property
    def environment(self) -> Mapping[str, str]:
        """All variables of a frontend: this machine's index, and nothing but git and Go on PATH."""
        tools = self.folder / "tools"
        tools.mkdir(exist_ok=True)
        git = shutil.which("git")
        if git and not (tools / "git").exists():
            (tools / "git").symlink_to(git)
        kept = {name: text for name, text in os.environ.items() if not _CLEARED.fullmatch(name)}
        links = [str(self.wheels), *os.environ.get("PIP_FIND_LINKS", "").split()]
        return kept | {
            "PATH": os.pathsep.join(map(str, filter(None, (self.go, tools)))),
            "PIP_FIND_LINKS": " ".join(links),
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_ROOT_USER_ACTION": "ignore",
            "UV_FIND_LINKS": str(self.wheels),
            "UV_PYTHON_DOWNLOADS": "never",
        }

    def run(
        self,
        *command: str | Path,
        cwd: Path | None = None,
        variables: Mapping[str, str | Path] = _NONE,
    ) -> subprocess.CompletedProcess[str]:
        """Run a program; ``variables`` are added to its environment."""
        return subprocess.run(
            [str(word) for word in command],
            cwd=cwd or self.folder,
            env={**self.environment, **{name: str(value) for name, value in variables.items()}},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            encoding="utf-8",
        )

    def do(
        self,
        *command: str | Path,
        cwd: Path | None = None,
        variables: Mapping[str, str | Path] = _NONE,
    ) -> str:
        """Run a program that must succeed; all that it has written."""
        done = self.run(*command, cwd=cwd, variables=variables)
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    def pip(self, *arguments: str | Path, python: Path) -> str:
        """Run pip for an environment."""
        return self.do(PYTHON, "-m", "pip", "--python", python, *arguments)

    def build(self, source: Path, *arguments: str | Path) -> str:
        """Run ``python -m build`` for a project."""
        return self.do(PYTHON, "-m", "build", *arguments, source)

    def uv(self, *arguments: str | Path, cwd: Path | None = None) -> str:
        """Run uv."""
        return self.do(SCRIPTS / "uv", *arguments, cwd=cwd, variables={"UV_PYTHON": PYTHON})

    def venv(self, name: str = "venv", library: Path | None = None) -> Path:
        """Make an environment and return its Python.

        Args:
            name: the name of its folder.
            library: a copy of go-to-wheel, which can be imported there.
        """
        folder = self.folder / name
        self.do(PYTHON, "-m", "venv", "--without-pip", folder)
        if library:
            major, minor = sys.version_info[:2]
            site = folder / "lib" / f"python{major}.{minor}" / "site-packages"
            (site / "library.pth").write_text(f"{library}\n", encoding="utf-8")
        return folder / "bin" / "python"
