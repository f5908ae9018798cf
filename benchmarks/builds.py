"""Building wheels with both tools: time, size and memory."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from measure import BrokenError, Pairs, Starter, in_turn, plain_environment
from report import OLD, Figure

TARGETS = (
    "linux-amd64",
    "linux-arm64",
    "darwin-amd64",
    "darwin-arm64",
    "windows-amd64",
    "windows-arm64",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """One of the two tools, with caches and an output folder of its own.

    Attributes:
        script: the installed command.
        python: the Python it is installed in.
        source: the program to build.
        folder: for the caches and the wheels.
        path: the variable PATH, with the same Go first for both tools.
        starter: what runs it.
    """

    script: Path
    python: Path
    source: Path
    folder: Path
    path: str
    starter: Starter

    @property
    def output(self) -> Path:
        """Where the wheels of the last build lie."""
        return self.folder / "dist"

    @property
    def _environment(self) -> dict[str, str]:
        return {
            **plain_environment(),
            "PATH": self.path,
            "GOTOOLCHAIN": "local",
            "GOCACHE": str(self.folder / "go-cache"),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
        }

    def forget(self, *, what_go_made: bool = True) -> None:
        """Remove the tool's own cache, and Go's."""
        for name in ("cache", "go-cache") if what_go_made else ("cache",):
            shutil.rmtree(self.folder / name, ignore_errors=True)

    def build(
        self, targets: Sequence[str] = TARGETS, *options: str, runner: Sequence[str | Path] = ()
    ) -> float:
        """Build the wheels of some targets into a new folder; the time in seconds.

        Raises:
            BrokenError: it failed, or did not make one wheel for each target.
        """
        shutil.rmtree(self.output, ignore_errors=True)
        command = [*runner, self.script, self.source, "--output-dir", self.output, *options]
        seconds = self.starter.seconds(
            [*command, "--platforms", ",".join(targets)], self._environment
        )
        # 0.2 warns and ends with 0 where a target fails.
        if len(self.wheels()) != len(targets):
            raise BrokenError(
                f"{len(self.wheels())} wheels for {len(targets)} targets:\n{self.starter.output()}"
            )
        return seconds

    def wheels(self) -> list[Path]:
        """The wheels of the last build."""
        return sorted(self.output.glob("*.whl"))

    def cold(self) -> float:
        """The time of a build that finds nothing in any cache."""
        self.forget()
        os.sync()  # what the last build has written is not to be paid for by this one
        return self.build()


def build_times(ours: Tool, theirs: Tool, cold: int, warm: int) -> Iterator[Figure]:
    """The times of builds with empty and with full caches; so many pairs of each."""
    for tool in (ours, theirs):
        tool.build(TARGETS[:1])  # brings Go's files, and Python's, into memory
    yield Figure(
        name="six targets, caches empty",
        unit="s",
        pairs=in_turn(cold, ours.cold, theirs.cold),
        base=OLD,
        goal=0.80,
    )
    for tool in (ours, theirs):
        tool.build()
    yield Figure(
        name="six targets, caches full",
        unit="s",
        pairs=in_turn(warm, ours.build, theirs.build),
        base=OLD,
        goal=0.35,
    )


def wheel_sizes(ours: Tool, theirs: Tool) -> Iterator[Figure]:
    """The sizes of the wheels of six targets, and of one."""
    for tool in (ours, theirs):
        tool.build()
    for name, part in (("six wheels", ""), ("linux-amd64's wheel", "manylinux_2_17_x86_64")):
        sizes = [
            sum(wheel.stat().st_size for wheel in tool.wheels() if part in wheel.name)
            for tool in (ours, theirs)
        ]
        if not all(sizes):
            raise BrokenError(f"There is no wheel with {part} in its name.")
        yield Figure(
            name=f"size of {name}",
            unit="bytes",
            pairs=Pairs(ours=(sizes[0],), base=(sizes[1],)),
            base=OLD,
            goal=0.43,
        )


def peak_memory(ours: Tool, theirs: Tool, count: int) -> Iterator[Figure]:
    """The most memory that the tool's own process takes; it packs all wheels anew."""

    def peak(tool: Tool) -> float:
        result = tool.folder / "peak"
        script = Path(__file__).with_name("peak.py")
        tool.forget(what_go_made=False)
        tool.build(runner=(tool.python, "-P", script, result))
        return float(result.read_text(encoding="ascii"))

    yield Figure(
        name="peak memory of the tool",
        unit="bytes",
        pairs=in_turn(count, lambda: peak(ours), lambda: peak(theirs)),
        base=OLD,
        goal=150e6,
        absolute=True,
    )


def beside_this_python(name: str) -> Path:
    """A command of the environment that runs this.

    Raises:
        BrokenError: it is not there.
    """
    script = Path(sys.executable).with_name(name)
    if not script.exists():
        raise BrokenError(f"{name} is not installed beside {sys.executable}.")
    return script
