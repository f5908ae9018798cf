"""How things are measured: one way to start a program, for both sides of every ratio."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

# What a user's shell may set and what would slow, or change, one side more than the other: without
# bytecode, for example, Python compiles the modules of each command again at every start.
_OUTSIDE = ("PYTHON", "GOFLAGS", "GOOS", "GOARCH", "SOURCE_DATE_EPOCH")


class BrokenError(Exception):
    """Something that is measured does not work."""


def plain_environment() -> dict[str, str]:
    """This process's variables without those that are about Python or about Go's output."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_OUTSIDE)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Least, middle and greatest of some values."""

    min: float
    median: float
    max: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Self:
        """The spread of one value or more."""
        return cls(min=min(values), median=statistics.median(values), max=max(values))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """What was measured in turn, ours and what it is compared with; one pair at each index."""

    ours: tuple[float, ...]
    base: tuple[float, ...]

    @property
    def ratios(self) -> tuple[float, ...]:
        """Ours by the base, pair by pair: what slows the machine for a while slows both."""
        return tuple(ours / base for ours, base in zip(self.ours, self.base, strict=True))


def in_turn(count: int, ours: Callable[[], float], base: Callable[[], float]) -> Pairs:
    """Measure ``count`` pairs: ours, base, ours, base, and so on."""
    pairs = [(ours(), base()) for _ in range(count)]
    return Pairs(ours=tuple(a for a, _ in pairs), base=tuple(b for _, b in pairs))


def all_in_turn(
    count: int, ours: Callable[[], float], bases: Sequence[Callable[[], float]]
) -> tuple[Pairs, ...]:
    """The same with several bases, each of which is compared with the same run of ours."""
    rounds = [[measure() for measure in (ours, *bases)] for _ in range(count)]
    mine, *others = zip(*rounds, strict=True)
    return tuple(Pairs(ours=tuple(mine), base=tuple(values)) for values in others)


@dataclass(frozen=True, slots=True, kw_only=True)
class Starter:
    """Starts programs and takes the time until they have ended.

    Attributes:
        log: where the output of the last program lies; a file, so that nothing waits for a
            reader.
    """

    log: Path

    def seconds(
        self, command: Sequence[str | Path], environment: Mapping[str, str] | None = None
    ) -> float:
        """The time from the start of a program to its end.

        Args:
            command: its path and its arguments.
            environment: all its variables; the plain ones by default.

        ``posix_spawn`` and ``wait4`` cost the same for every program, and less than the
        subprocess module, which matters where a program takes a millisecond.

        Raises:
            BrokenError: it cannot be started, or its exit code is not 0.
        """
        words = [str(word) for word in command]
        variables = plain_environment() if environment is None else environment
        writing = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        actions = [
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, str(self.log), writing, 0o600),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ]
        start = time.perf_counter()
        try:
            pid = os.posix_spawn(words[0], words, variables, file_actions=actions)
        except OSError as error:
            raise BrokenError(f"{words[0]} cannot be started: {error.strerror}") from error
        _, status, _ = os.wait4(pid, 0)
        seconds = time.perf_counter() - start
        if status:
            code = os.waitstatus_to_exitcode(status)
            said = self.output().strip()[-2000:]
            raise BrokenError(f"{' '.join(words)}\nended with {code}:\n{said}")
        return seconds

    def output(self) -> str:
        """What the last program wrote."""
        return self.log.read_text(encoding="utf-8", errors="replace")
