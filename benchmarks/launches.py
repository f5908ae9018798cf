"""Launching the installed command, in both layouts, as pip and as uv install it."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from builds import Tool, beside_this_python
from measure import BrokenError, Pairs, Starter, in_turn, plain_environment
from report import Figure

COMMAND = "sqlite-scanner"
_WARM_UP = 3  # launches before it counts; the first compiles what uv has not


@dataclass(frozen=True, slots=True, kw_only=True)
class Launches:
    """Measures launches.

    Attributes:
        tool: what builds the wheels.
        target: the name of the target that this machine is.
        folder: for the environments.
        starter: what runs the commands.
        count: how many pairs for each figure.
        peers: whose wheels are launched, too.
    """

    tool: Tool
    target: str
    folder: Path
    starter: Starter
    count: int
    peers: Sequence[Tool] = ()

    def figures(self) -> Iterator[Figure]:
        """One figure for each layout and installer, and one for each peer."""
        package = self._wheel(self.tool, "package", "--layout", "package")
        yield from self._package_layout(package)
        yield from self._native_layout(self._wheel(self.tool, "native", "--layout", "native"))
        yield from self._peers(package)

    def _wheel(self, tool: Tool, folder: str, *options: str) -> Path:
        tool.build([self.target], *options)
        place = self.folder / folder
        place.mkdir()
        wheel = tool.wheels()[0]  # gowheels makes a second one, for musl
        return wheel.rename(place / wheel.name)

    def _package_layout(self, wheel: Path) -> Iterator[Figure]:
        for name, install in INSTALLERS.items():
            environment = install(wheel, wheel.parent / _folder(name))
            python = environment / "bin" / "python"
            yield Figure(
                name=f"launch, package layout, {name}",
                unit="ms",
                pairs=self._measure(environment, [python, "-c", "pass"]),
                base="python -c pass",
                goal=1.25,
            )

    def _native_layout(self, wheel: Path) -> Iterator[Figure]:
        bare = self._unpack_binary(wheel)
        for name, install in INSTALLERS.items():
            environment = install(wheel, wheel.parent / _folder(name))
            installed = environment / "bin" / COMMAND
            if installed.read_bytes() != bare.read_bytes():
                raise BrokenError(f"{installed} is not the binary itself.")
            yield Figure(
                name=f"launch, native layout, {name}",
                unit="ms",
                pairs=self._measure(environment, [bare, "--version"]),
                base="the bare binary",
                goal=1.1,
            )

    def _peers(self, package: Path) -> Iterator[Figure]:
        """What our wheel and those of the peers put on PATH, by the same installer."""
        ours = install_with_uv(package, package.parent / "beside-peers")
        for number, peer in enumerate(self.peers):
            wheel = self._wheel(peer, f"peer-{number}")
            theirs = install_with_uv(wheel, wheel.parent / "environment")
            yield Figure(
                name="launch, package layout, uv",
                unit="ms",
                pairs=self._measure(ours, [theirs / "bin" / COMMAND, "--version"]),
                base=f"the command of {peer.name}",
                goal=None,
            )

    def _unpack_binary(self, wheel: Path) -> Path:
        bare = self.folder / COMMAND
        with zipfile.ZipFile(wheel) as archive:
            [member] = [name for name in archive.namelist() if name.endswith(f"scripts/{COMMAND}")]
            bare.write_bytes(archive.read(member))
        bare.chmod(0o755)
        return bare

    def _measure(self, environment: Path, base: list[str | Path]) -> Pairs:
        installed: list[str | Path] = [environment / "bin" / COMMAND, "--version"]
        for _ in range(_WARM_UP):
            self.starter.seconds(base)
            self.starter.seconds(installed)
        if not self.starter.output().strip():
            raise BrokenError(f"{installed[0]} --version says nothing.")
        return in_turn(
            self.count,
            lambda: self.starter.seconds(installed) * 1000,
            lambda: self.starter.seconds(base) * 1000,
        )


def _folder(installer: str) -> str:
    """A folder's name without what a shebang line cannot carry."""
    return "-".join(re.findall(r"\w+", installer))


def install_with_newest_pip(wheel: Path, environment: Path) -> Path:
    """Install a wheel into a new virtual environment, by the index's newest pip."""
    pip = (make_environment(environment), "-m", "pip", "--quiet", "--disable-pip-version-check")
    run(*pip, "install", "--upgrade", "pip")
    run(*pip, "install", "--no-index", wheel)
    return environment


def install_with_own_pip(wheel: Path, environment: Path) -> Path:
    """Install a wheel into a new virtual environment, by the pip that Python carries."""
    pip = (make_environment(environment), "-m", "pip", "--quiet", "--disable-pip-version-check")
    run(*pip, "install", "--no-index", wheel)
    return environment


def install_with_uv(wheel: Path, environment: Path) -> Path:
    """Install a wheel into a new virtual environment by uv."""
    uv = beside_this_python("uv")
    cache = ("--cache-dir", environment.parent / "uv-cache")
    run(uv, "venv", "--quiet", *cache, "--python", sys.executable, environment)
    run(uv, "pip", "install", "--quiet", *cache, "--python", environment, "--no-index", wheel)
    return environment


INSTALLERS: Mapping[str, Callable[[Path, Path], Path]] = {
    "newest pip": install_with_newest_pip,
    "Python's own pip": install_with_own_pip,
    "uv": install_with_uv,
}
"""What puts a wheel into a new environment in a folder; returns the folder."""


def make_environment(folder: Path) -> Path:
    """Make a virtual environment; returns its Python."""
    run(sys.executable, "-m", "venv", folder)
    return folder / "bin" / "python"


def run(*command: str | Path) -> str:
    """Run a program of the set-up, which is not measured; returns what it wrote.

    Raises:
        BrokenError: its exit code is not 0.
    """
    done = subprocess.run(
        command, env=plain_environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BrokenError(
            f"{' '.join(map(str, command))}\nended with {done.returncode}:\n{done.stderr.strip()}"
        )
    return done.stdout
