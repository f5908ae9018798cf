"""The scanner's own speed: beside its version 0.1.1, beside find, and above the kernel's floor."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from builds import Tool
from launches import make_environment, run
from measure import BrokenError, Pairs, Starter, plain_environment
from report import Figure

HERE = Path(__file__).resolve().parent
OLD = "sqlite-scanner 0.1.1"
FILES = 200_000
MANY = 2_000_000  # entries, for the memory
THREADS = min(os.cpu_count() or 1, 64)
_DATABASE = b"SQLite format 3\0" + bytes(84)
_TEXT = b"plain text, and more than sixteen bytes of it\n"
_EACH = 100  # every so many files is a database
_LINKS = 50_000  # names of one file; ext4 takes 65,000
_POLL = 0.01  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Scans:
    """Measures scans.

    Attributes:
        tool: what builds the wheel that our program is taken from.
        target: the name of the target that this machine is.
        folder: for the programs and the trees; each tree is deleted when it is done.
        starter: what runs the programs.
        count: how many pairs for each figure; below 5 the figure of memory is left out, since its
            tree takes a minute to make.
    """

    tool: Tool
    target: str
    folder: Path
    starter: Starter
    count: int

    def figures(self) -> Iterator[Figure]:
        """Three figures for each tree, fewer where find or a C compiler is missing; and one more.

        Raises:
            BrokenError: the programs do not find the same.
        """
        self.folder.mkdir()
        ours = self._ours()
        old = old_program(self.folder)
        bases = {OLD: [old], **self._others()}
        for name, plant in TREES.items():
            tree = self.folder / "tree"
            plant(tree)
            self._agree(ours, old, tree)
            yield from self._tree(f"scan, {name}", ours, bases, tree)
            shutil.rmtree(tree)
        if self.count >= 5:
            yield self._memory(ours)

    def _ours(self) -> Path:
        self.tool.build([self.target], "--layout", "native")
        [wheel] = self.tool.wheels()
        program = self.folder / "sqlite-scanner"
        with zipfile.ZipFile(wheel) as archive:
            [member] = [name for name in archive.namelist() if name.endswith("/sqlite-scanner")]
            program.write_bytes(archive.read(member))
        program.chmod(0o755)
        return program

    def _others(self) -> dict[str, Sequence[str | Path]]:
        """What a scan is compared with for information: words before and after the tree."""
        others: dict[str, Sequence[str | Path]] = {}
        find = shutil.which("find")
        floor = build_floor(self.folder)
        if find is None:
            _skip("find", "it is not on PATH")
        else:
            others["find -type f"] = [find, "", "-type", "f"]
        if floor is None:
            _skip("the floor in C", "it needs Linux, and cc or the package ziglang")
        else:
            others["same system calls in C"] = [floor, "", str(THREADS)]
        return others

    def _agree(self, ours: Path, old: Path, tree: Path) -> None:
        """Make sure that both find the same, which also brings the tree into memory."""
        found = []
        for program in (ours, old):
            self.starter.seconds([program, tree])
            found.append(sorted(self.starter.output().splitlines()))
        if found[0] != found[1] or len(found[0]) != FILES // _EACH:
            raise BrokenError(f"{ours} found {len(found[0])} databases, {OLD} {len(found[1])}.")

    def _tree(
        self, name: str, ours: Path, bases: Mapping[str, Sequence[str | Path]], tree: Path
    ) -> Iterator[Figure]:
        """Run all programs in turn, and compare ours with each."""
        commands: list[list[str | Path]] = [[ours, tree]]
        commands += [_with(words, tree) for words in bases.values()]
        rounds = [[self.starter.seconds(each) for each in commands] for _ in range(self.count)]
        mine, *theirs = zip(*rounds, strict=True)
        for base, values in zip(bases, theirs, strict=True):
            yield Figure(
                name=name,
                unit="s",
                pairs=Pairs(ours=mine, base=values),
                base=base,
                goal=GOALS.get(base),
            )

    def _memory(self, ours: Path) -> Figure:
        tree = self.folder / "tree"
        _plant_many(tree)
        peaks = tuple(float(_peak([ours, tree])) for _ in range(3))
        shutil.rmtree(tree)
        return Figure(
            name=f"scan, {MANY:,} files and folders: memory",
            unit="bytes",
            pairs=Pairs(ours=peaks, base=(64e6,) * len(peaks)),
            base="the goal itself",
            goal=64e6,
            absolute=True,
        )


GOALS: Mapping[str, float] = {OLD: 0.33}
"""The most that the ratio may be; the others are for information: find opens no file."""


def _with(words: Sequence[str | Path], tree: Path) -> list[str | Path]:
    """The words of a command with the tree where it belongs: in the empty place, or behind."""
    if "" not in words:
        return [*words, tree]
    return [word or tree for word in words]


def old_program(folder: Path) -> Path:
    """Install 0.1.1 from the Python index; returns its native program, not the Python before it."""
    python = make_environment(folder / "old")
    run(
        python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
        "sqlite-scanner==0.1.1",
    )  # fmt: skip
    [program] = (folder / "old").glob("lib/*/site-packages/sqlite_scanner/bin/sqlite-scanner")
    program.chmod(0o755)
    return program


def build_floor(folder: Path) -> Path | None:
    """Compile floor.c, where that is possible; returns the program."""
    if sys.platform != "linux":
        return None
    program = folder / "floor"
    words = ["-O2", "-pthread", "-o", str(program), str(HERE / "floor.c")]
    for compiler in (["cc"], [sys.executable, "-m", "ziglang", "cc"]):
        try:
            done = subprocess.run(
                [*compiler, *words], capture_output=True, check=False, env=plain_environment()
            )
        except OSError:
            continue
        if done.returncode == 0:
            return program
    return None


def _skip(what: str, reason: str) -> None:
    print(f"left out: {what}: {reason}", file=sys.stderr)


def _plant(path: Path, number: int) -> None:
    path.write_bytes(_TEXT if number % _EACH else _DATABASE)


def _plant_wide(tree: Path) -> None:
    for number in range(5_000):
        folder = tree / f"{number // 100}" / f"{number % 100}"
        folder.mkdir(parents=True)
        for file in range(FILES // 5_000):
            _plant(folder / f"file{file}.txt", number * 40 + file)


def _plant_deep(tree: Path) -> None:
    """50 chains of 400 folders, one inside the other, with ten files in each."""
    for number in range(20_000):
        chain, depth = divmod(number, 400)
        folder = tree / str(chain) / "/".join(["d"] * depth)
        folder.mkdir(parents=True)
        for file in range(FILES // 20_000):
            _plant(folder / f"file{file}", number * 10 + file)


def _plant_flat(tree: Path) -> None:
    tree.mkdir()
    for number in range(FILES):
        _plant(tree / f"file{number:06}.txt", number)


TREES: Mapping[str, Callable[[Path], None]] = {
    f"{FILES:,} files in 5,000 folders": _plant_wide,
    f"{FILES:,} files in 20,000 folders, 400 deep": _plant_deep,
    f"{FILES:,} files in one folder": _plant_flat,
}


def _plant_many(tree: Path) -> None:
    """A quarter of the entries are files in one folder, a quarter folders in one folder.

    The others are files in 10,000 folders. Each file has many names, which saves time: a walk sees
    no difference.
    """
    flat, folders, wide = tree / "flat", tree / "folders", tree / "wide"
    for folder in (flat, folders, wide):
        folder.mkdir(parents=True)
    for number in range(MANY // 4):
        _link(flat / f"file-with-a-long-name-{number:06}", tree, number)
        (folders / f"folder-with-a-long-name-{number:06}").mkdir()
    for number in range(10_000):
        folder = wide / f"{number:04}"
        folder.mkdir()
        for file in range(MANY // 2 // 10_000):
            _link(folder / f"file{file}", tree, number * 100 + file)


def _link(path: Path, tree: Path, number: int) -> None:
    source = tree / f"source-{path.parent.parent.name}-{number // _LINKS}"
    if number % _LINKS == 0:
        source.write_bytes(_TEXT)
    path.hardlink_to(source)


def _peak(command: Sequence[str | Path]) -> int:
    """The most memory of a program in bytes.

    What the system says of an ended process begins with what its parent took, so the process is
    asked while it runs, again and again.
    """
    peak = 0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, env=plain_environment()) as process:
        status = Path(f"/proc/{process.pid}/status")
        if not status.exists():
            process.kill()
            raise BrokenError("The memory of a program can be read on Linux only.")
        while process.poll() is None:
            found = re.search(r"^VmHWM:\s*(\d+) kB$", status.read_text("ascii"), re.MULTILINE)
            peak = max(peak, int(found[1]) * 1024 if found else 0)
            time.sleep(_POLL)
    if process.returncode:
        raise BrokenError(f"{command[0]} ended with {process.returncode}.")
    return peak
