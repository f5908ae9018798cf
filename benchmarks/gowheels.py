"""gowheels, a peer that is a Go program: how it is started, and packing what is built already."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from builds import TARGETS, Tool
from launches import make_environment, run
from measure import BrokenError, in_turn
from releases import program_of
from report import Figure

VERSION = "0.2.0"
NAME = f"gowheels {VERSION}"
_COMMAND = "sqlite-scanner"
_DISTRIBUTION = ("--name", _COMMAND, "--version", "0.3.0")


class Gowheels(Tool):
    """gowheels, which makes two wheels for a target of Linux, of the same program."""

    def words(self, targets: Sequence[str]) -> list[str | Path]:
        """The arguments with which it builds the source for some targets."""
        platforms = ",".join(target.replace("-", "/") for target in targets)
        return [
            "pypi", *_DISTRIBUTION, "--mode", "build", "--mod-dir", self.source,
            "--platforms", platforms, "--output", self.output,
        ]  # fmt: skip

    def expected(self, targets: Sequence[str]) -> int:
        """How many wheels it makes for some targets."""
        return len(targets) + sum(target.startswith("linux-") for target in targets)


def install_gowheels(ours: Tool, folder: Path) -> Gowheels:
    """Install it from the Python index; started with the same Go and source as this tool.

    Args:
        ours: this tool.
        folder: a folder for it alone.
    """
    python = make_environment(folder / "environment")
    run(
        python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
        f"gowheels=={VERSION}",
    )  # fmt: skip
    return Gowheels(
        name=NAME,
        script=python.with_name("gowheels"),
        python=python,
        source=ours.source,
        folder=folder,
        path=ours.path,
        starter=ours.starter,
    )


def packing(ours: Tool, peer: Gowheels, folder: Path, count: int) -> Iterator[Figure]:
    """The time in which programs of six targets, on disk already, become wheels.

    Args:
        ours: this tool, with nothing in its cache, so that it deflates all anew.
        peer: the other.
        folder: new, for the programs, which come from wheels of ours.
        count: so many pairs.
    """
    folder.mkdir()
    ours.build()
    for wheel in ours.wheels():
        name, program = program_of(wheel)
        (folder / name).write_bytes(program)
        (folder / name).chmod(0o755)
    programs = sorted(folder.iterdir())

    def pack() -> float:
        ours.forget(what_go_made=False)
        return _pack(ours, [folder, *_DISTRIBUTION, "--output-dir", ours.output], len(TARGETS))

    def pack_theirs() -> float:
        words: list[str | Path] = ["pypi", *_DISTRIBUTION, "--output", peer.output]
        for program in programs:
            _, system, arch = program.stem.split("_")
            words += ["--artifact", f"{system}/{arch}:{program}"]
        return _pack(peer, words, peer.expected(TARGETS))

    yield Figure(
        name="six programs on disk, packed",
        unit="s",
        pairs=in_turn(count, pack, pack_theirs),
        base=NAME,
        goal=None,
    )


def _pack(tool: Tool, words: Sequence[str | Path], expected: int) -> float:
    shutil.rmtree(tool.output, ignore_errors=True)
    seconds = tool.starter.seconds([tool.script, *words], tool.environment)
    if len(tool.wheels()) != expected:
        raise BrokenError(f"{len(tool.wheels())} wheels, not {expected}:\n{tool.starter.output()}")
    return seconds
