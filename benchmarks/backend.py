"""What the build backend adds to a build, and what a build costs that has nothing to do."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from builds import TARGETS, Tool
from measure import BrokenError, Pairs, in_turn, plain_environment
from report import Figure

_PRODUCT = Path(__file__).resolve().parents[1] / "packages" / "go-to-wheel"
_FLAGS = ("-trimpath", "-buildvcs=false", "-ldflags=-s -w")


def backend_figures(tool: Tool, folder: Path, count: int) -> Iterator[Figure]:
    """The time of ``pip wheel`` beside that of Go, and that of a build of what is built already.

    Args:
        tool: this tool, in whose caches its last build lies.
        folder: a new folder, for all that is made here.
        count: how many pairs each figure is made of.
    """
    folder.mkdir()
    bench = _Bench(tool=tool, folder=folder)
    bench.go_build()
    bench.pip_wheel("--no-build-isolation")
    yield _figure(
        "pip wheel without isolation, less go build",
        _difference(
            in_turn(count, lambda: bench.pip_wheel("--no-build-isolation"), bench.go_build)
        ),
        goal=2.0,
    )
    bench.make_wheelhouse()
    bench.pip_wheel()
    yield _figure(
        "pip wheel with isolation, less go build (for information)",
        _difference(in_turn(min(count, 3), bench.pip_wheel, bench.go_build)),
        goal=None,
    )
    tool.build()
    bench.go_builds()
    yield _figure(
        "six targets, nothing changed",
        in_turn(count, tool.build, bench.go_builds),
        goal=1.5,
        base="six go builds, one by one",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bench:
    """Starts pip and Go with caches of their own.

    Attributes:
        tool: the tool, with the source to build.
        folder: where everything lies.
    """

    tool: Tool
    folder: Path

    @property
    def _environment(self) -> dict[str, str]:
        return {
            **plain_environment(),
            "PATH": self.tool.path,
            "GOTOOLCHAIN": "local",
            "CGO_ENABLED": "0",
            "GOCACHE": str(self.folder / "go-cache"),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            "PIP_CACHE_DIR": str(self.folder / "pip-cache"),
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        }

    def pip_wheel(self, *options: str) -> float:
        """The time of ``pip wheel`` for the source.

        Raises:
            BrokenError: it made no wheel.
        """
        output = self.folder / "dist"
        shutil.rmtree(output, ignore_errors=True)
        links = str(self.folder / "wheelhouse")
        seconds = self.tool.starter.seconds(
            [sys.executable, "-m", "pip", "wheel", "--no-deps", "--find-links", links,
             "--wheel-dir", output, *options, self.tool.source],
            self._environment,
        )  # fmt: skip
        if len(list(output.glob("*.whl"))) != 1:
            raise BrokenError(f"pip wheel made no wheel:\n{self.tool.starter.output()}")
        return seconds

    def go_build(self) -> float:
        """The time in which Go itself makes the same program."""
        return self._go_build({})

    def go_builds(self) -> float:
        """The time in which it makes those of all targets."""
        pairs = [target.split("-") for target in TARGETS]
        return sum(self._go_build({"GOOS": system, "GOARCH": arch}) for system, arch in pairs)

    def _go_build(self, target: Mapping[str, str]) -> float:
        go = shutil.which("go", path=self.tool.path)
        if go is None:
            raise BrokenError("There is no Go on PATH.")
        command: list[str | Path] = [
            go,
            "-C",
            self.tool.source,
            "build",
            *_FLAGS,
            "-o",
            self.folder / "program",
            ".",
        ]
        return self.tool.starter.seconds(command, {**self._environment, **target})

    def make_wheelhouse(self) -> None:
        """Build a wheel of go-to-wheel itself, which an isolated build installs.

        Raises:
            BrokenError: it cannot be built.
        """
        wheelhouse = self.folder / "wheelhouse"
        command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps",
                   "--no-build-isolation", "--wheel-dir", str(wheelhouse), str(_PRODUCT)]  # fmt: skip
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode:
            raise BrokenError(f"go-to-wheel itself cannot be built:\n{done.stderr}")


def _difference(pairs: Pairs) -> Pairs:
    """Ours less the base, beside the base."""
    ours = (max(a - b, 0.0) for a, b in zip(pairs.ours, pairs.base, strict=True))
    return Pairs(ours=tuple(ours), base=pairs.base)


def _figure(name: str, pairs: Pairs, *, goal: float | None, base: str = "go build") -> Figure:
    return Figure(name=name, unit="s", pairs=pairs, base=base, goal=goal, absolute=True)
