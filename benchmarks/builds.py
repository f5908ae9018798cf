"""Building wheels with this tool and with its peers: time, size and memory."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from measure import BrokenError, Pairs, Starter, all_in_turn, in_turn, plain_environment
from report import Figure

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
    """One of the tools, with caches and an output folder of its own.

    Attributes:
        name: its name and version, for people; empty for ours.
        script: the installed command.
        python: the Python it is installed in.
        source: the program to build.
        folder: for the caches and the wheels.
        path: the variable PATH, with the same Go first for all tools.
        starter: what runs it.
    """

    name: str
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
    def environment(self) -> dict[str, str]:
        """The variables that it runs with: its caches are its own."""
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
        command = [*runner, self.script, *self.words(targets), *options]
        seconds = self.starter.seconds(command, self.environment)
        # 0.2 warns and ends with 0 where a target fails.
        if len(self.wheels()) != self.expected(targets):
            raise BrokenError(
                f"{len(self.wheels())} wheels for {len(targets)} targets:\n{self.starter.output()}"
            )
        return seconds

    def words(self, targets: Sequence[str]) -> list[str | Path]:
        """The arguments with which it builds the source for some targets."""
        return [self.source, "--output-dir", self.output, "--platforms", ",".join(targets)]

    def expected(self, targets: Sequence[str]) -> int:
        """How many wheels it makes for some targets."""
        return len(targets)

    def wheels(self) -> list[Path]:
        """The wheels of the last build."""
        return sorted(self.output.glob("*.whl"))

    def cold(self) -> float:
        """The time of a build that finds nothing in any cache."""
        self.forget()
        os.sync()  # what the last build has written is not to be paid for by this one
        return self.build()


@dataclass(frozen=True, slots=True, kw_only=True)
class Goals:
    """What the ratios to one peer may be at most; None for what is only for information."""

    cold: float | None = None
    warm: float | None = None
    size: float | None = None


def build_times(ours: Tool, peers: Mapping[Tool, Goals], cold: int, warm: int) -> Iterator[Figure]:
    """The times of builds with empty and with full caches; so many rounds of each."""
    for tool in (ours, *peers):
        tool.build(TARGETS[:1])  # brings Go's files, and Python's, into memory
    for peer, pairs in _in_turn(cold, ours.cold, {peer: peer.cold for peer in peers}):
        yield _times("six targets, caches empty", peer, pairs, peers[peer].cold)
    for tool in (ours, *peers):
        tool.build()
    for peer, pairs in _in_turn(warm, ours.build, {peer: peer.build for peer in peers}):
        yield _times("six targets, caches full", peer, pairs, peers[peer].warm)


def _in_turn(
    count: int, ours: Callable[[], float], peers: Mapping[Tool, Callable[[], float]]
) -> Iterator[tuple[Tool, Pairs]]:
    yield from zip(peers, all_in_turn(count, ours, tuple(peers.values())), strict=True)


def _times(name: str, peer: Tool, pairs: Pairs, goal: float | None) -> Figure:
    return Figure(name=name, unit="s", pairs=pairs, base=peer.name, goal=goal)


def wheel_sizes(ours: Tool, peers: Mapping[Tool, Goals]) -> Iterator[Figure]:
    """The sizes of the wheels of six targets, and of one."""
    for tool in (ours, *peers):
        tool.build()
    for name, part in (
        ("six targets' wheels", ""),
        ("linux-amd64's wheel", "manylinux_2_17_x86_64"),
    ):
        for peer, goals in peers.items():
            yield Figure(
                name=f"size of {name}",
                unit="bytes",
                pairs=Pairs(ours=(_size(ours, part),), base=(_size(peer, part),)),
                base=peer.name,
                goal=goals.size,
            )


def _size(tool: Tool, part: str) -> float:
    size = sum(wheel.stat().st_size for wheel in tool.wheels() if part in wheel.name)
    if not size:
        raise BrokenError(f"There is no wheel of {tool.name or 'ours'} with {part} in its name.")
    return float(size)


def peak_memory(ours: Tool, theirs: Tool, count: int) -> Iterator[Figure]:
    """The most memory that the process of a tool in Python takes; it packs all wheels anew."""

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
        base=theirs.name,
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
