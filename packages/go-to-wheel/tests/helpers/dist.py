"""Batches of wheels, built by the command for the tests of one session."""

from __future__ import annotations

import json
import platform
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from helpers.tool import Tool

_MACHINES = {
    "x86_64": "amd64",
    "amd64": "amd64",
    "aarch64": "arm64",
    "arm64": "arm64",
    "i686": "386",
    "riscv64": "riscv64",
    "ppc64le": "ppc64le",
    "s390x": "s390x",
}
HOST = f"{'windows' if sys.platform == 'win32' else sys.platform}-" + _MACHINES.get(
    platform.machine().lower(), "unknown"
)
"""The target that is this machine."""

_REPORT = "report.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dist:
    """A folder of wheels of one distribution and one version.

    Attributes:
        folder: where they lie.
        name: the distribution's name, and that of its command.
        version: its version.
        wheels: target → wheel.
    """

    folder: Path
    name: str
    version: str
    wheels: Mapping[str, Path]

    @property
    def package(self) -> str:
        """The name of the Python package."""
        return self.name.replace("-", "_")

    @property
    def host(self) -> Path:
        """The wheel for this machine."""
        return self.wheels[HOST]

    def unpack_binary(self, target: str, folder: Path) -> Path:
        """Take the executable out of a wheel, without any installer."""
        wanted = {self.name, f"{self.name}.exe"}
        with zipfile.ZipFile(self.wheels[target]) as archive:
            (member,) = [name for name in archive.namelist() if Path(name).name in wanted]
            content = archive.read(member)
        binary = folder / Path(member).name
        binary.write_bytes(content)
        binary.chmod(0o755)
        return binary


def build_dist(folder: Path, source: Path, *arguments: str) -> None:
    """Build wheels into a folder of the session, with the command's report beside them."""
    done = Tool(folder=folder).run(
        source, "--output-dir", "dist", "--json", "--version", "1.2.3",
        "--set-version-var", "main.version", *arguments,
    )  # fmt: skip
    assert done.code == 0, done.stderr
    (folder / _REPORT).write_text(done.stdout, encoding="utf-8")


def read_dist(folder: Path) -> Dist:
    """What ``build_dist`` has built."""
    report = json.loads((folder / _REPORT).read_text(encoding="utf-8"))
    return Dist(
        folder=folder / "dist",
        name=report["name"],
        version=report["version"],
        wheels={wheel["target"]: folder / wheel["path"] for wheel in report["wheels"]},
    )
