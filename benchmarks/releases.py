"""Packaging the files of a release, from a server on this machine.

Started as a program it is one of the two other processes that this takes: the server
(``serve FOLDER``), and what our time is compared with (``plain URL FOLDER THREADS``): the same
files downloaded, digested and compressed once, with nothing checked, kept or packed.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import deflate
from builds import Tool
from measure import BrokenError, Pairs, Starter, in_turn, plain_environment
from report import Figure

HERE = Path(__file__).resolve().parent
TESTS = HERE.parent / "packages" / "go-to-wheel" / "tests"
REPOSITORY = "octo-org/sqlite-scanner"
LEVEL = 12  # libdeflate's highest, as in our wheels
ASSET = 50_000_000  # bytes
LARGE = 500_000_000
THREADS = os.cpu_count() or 1
_BLOCK = 64 * 1024
_PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A release on the server, and folders for those who package it.

    Attributes:
        url: the root of the server's API.
        folder: new for each run, so that nobody finds what was fetched before.
        starter: what runs the programs.
        script: our command.
    """

    url: str
    folder: Path
    starter: Starter
    script: Path

    def ours(self, *, runner: Sequence[str | Path] = ()) -> float:
        """The time in which our command makes the wheels."""
        folder = self._empty_folder()
        environment = {
            **_environment(), "GITHUB_API_URL": self.url, "XDG_CACHE_HOME": str(folder / "cache")
        }  # fmt: skip
        output = folder / "dist"
        command: list[str | Path] = [*runner, self.script, f"gh:{REPOSITORY}"]
        seconds = self.starter.seconds([*command, "--output-dir", output], environment)
        if not list(output.glob("*.whl")):
            raise BrokenError(f"There are no wheels:\n{self.starter.output()}")
        return seconds

    def plain(self) -> float:
        """The time of download, digest and one pass of compression, with as many threads."""
        folder = self._empty_folder()
        command: list[str | Path] = [sys.executable, __file__, "plain", self.url, folder]
        return self.starter.seconds([*command, str(THREADS)], _environment())

    def peak(self) -> float:
        """The most memory that our command takes, in bytes."""
        result = self.folder.parent / "peak"
        self.ours(runner=(sys.executable, "-P", HERE / "peak.py", result))
        return float(result.read_text(encoding="ascii"))

    def _empty_folder(self) -> Path:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        os.sync()  # what the last run has written is not to be paid for by this one
        return self.folder


def release_figures(tool: Tool, folder: Path, count: int, *, large: bool) -> Iterator[Figure]:
    """Time and memory for six files of 50 MB, and memory for one of 500 MB.

    Args:
        tool: ours; the programs come from wheels that it builds.
        folder: for files; some GB in all.
        count: so many pairs of times.
        large: measure the file of 500 MB, too, which takes a minute or two.
    """
    tool.build()
    small, big = folder / "small", folder / "big"
    for each in (small, big):
        each.mkdir(parents=True)
    for wheel in tool.wheels():
        name, program = program_of(wheel)
        _grow(program, ASSET, small / name)
        if name.endswith("linux_amd64") and large:
            _grow(program, LARGE, big / name)
    script, starter = tool.script, tool.starter
    with _serving(small) as url:
        release = Release(url=url, folder=folder / "run", starter=starter, script=script)
        yield Figure(
            name="release, six files of 50 MB",
            unit="s",
            pairs=in_turn(count, release.ours, release.plain),
            base="plain download, digest, deflate",
            goal=1.5,
        )
        yield _memory("release, six files of 50 MB: memory", release, ASSET)
    if large:
        with _serving(big) as url:
            release = Release(url=url, folder=folder / "run", starter=starter, script=script)
            yield _memory("release, one file of 500 MB: memory", release, LARGE)
    shutil.rmtree(folder)


def _memory(name: str, release: Release, size: int) -> Figure:
    pairs = Pairs(ours=(release.peak(),), base=(float(size),))
    return Figure(name=name, unit="bytes", pairs=pairs, base="one file", goal=250e6, absolute=True)


def _environment() -> dict[str, str]:
    outside = ("GITHUB_", "GH_TOKEN", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
    return {
        name: value
        for name, value in plain_environment().items()
        if not name.upper().startswith(outside)
    }


_PLATFORMS = {
    "manylinux_2_17_x86_64": "linux_amd64",
    "manylinux_2_17_aarch64": "linux_arm64",
    "macosx_13_0_x86_64": "darwin_amd64",
    "macosx_13_0_arm64": "darwin_arm64",
    "win_amd64": "windows_amd64",
    "win_arm64": "windows_arm64",
}


def program_of(wheel: Path) -> tuple[str, bytes]:
    """The name of the asset that a wheel's program makes, and the program."""
    platform = next(name for tag, name in _PLATFORMS.items() if tag in wheel.name)
    suffix = ".exe" if platform.startswith("windows") else ""
    with zipfile.ZipFile(wheel) as archive:
        wanted = f"sqlite-scanner{suffix}"
        (member,) = [name for name in archive.namelist() if Path(name).name == wanted]
        return f"sqlite-scanner_{platform}{suffix}", archive.read(member)


def _grow(program: bytes, size: int, to: Path) -> None:
    """Write a program with data behind it: pieces of itself, and some that do not compress."""
    source = random.Random(to.name)  # noqa: S311 - the same bytes in each run
    left = size - len(program)
    with to.open("wb") as stream:
        stream.write(program)
        while left > 0:
            at = source.randrange(len(program) - _BLOCK)
            block = (program[at : at + _BLOCK] + source.randbytes(_BLOCK // 4))[:left]
            stream.write(block)
            left -= len(block)


@contextmanager
def _serving(folder: Path) -> Iterator[str]:
    """A server for the files of a folder, in a process of its own; yields its API's root."""
    command = [sys.executable, __file__, "serve", str(folder)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=_environment()
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            url = process.stdout.readline().strip()
            if not url:
                raise BrokenError("The server for releases did not start.")
            yield url
        finally:
            process.stdin.close()  # which ends it


def serve(folder: Path) -> None:
    """Serve the files of a folder as a release, until standard input ends."""
    sys.path.insert(0, str(TESTS))
    from helpers.github_documents import HostedAsset, HostedRelease, HostedRepository
    from helpers.github_server import hosting

    class Known(HostedAsset):
        """An asset whose digest is known, so that the server need not read it each time."""

        known = ""

        @property
        def sha256(self) -> str:
            return self.known

    assets: list[HostedAsset] = []
    for path in sorted(folder.iterdir()):
        asset = Known(name=path.name, content=path)
        with path.open("rb") as stream:
            asset.known = hashlib.file_digest(stream, "sha256").hexdigest()
        assets.append(asset)
    release = HostedRelease(tag="v1.2.3", assets=assets)
    with hosting(HostedRepository(name=REPOSITORY, releases=[release])) as server:
        print(server.api_url, flush=True)
        sys.stdin.read()


def plain(url: str, folder: Path, threads: int) -> None:
    """Download every file of the release, digest it, and compress it once."""
    with urllib.request.urlopen(f"{url}/repos/{REPOSITORY}/releases/latest") as answer:  # noqa: S310
        assets = json.load(answer)["assets"]

    def work(asset: dict[str, str]) -> int:
        path, digest = folder / asset["name"], hashlib.sha256()
        address = asset["browser_download_url"]
        with urllib.request.urlopen(address) as answer, path.open("wb") as stream:  # noqa: S310
            while piece := answer.read(_PIECE):
                digest.update(piece)
                stream.write(piece)
        if f"sha256:{digest.hexdigest()}" != asset["digest"]:
            raise BrokenError(f"{asset['name']} arrived damaged.")
        return len(deflate.deflate_compress(path.read_bytes(), LEVEL))

    with ThreadPoolExecutor(max_workers=threads) as pool:
        print(sum(pool.map(work, assets)))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["serve", there]:
            serve(Path(there))
        case ["plain", address, there, number]:
            plain(address, Path(there), int(number))
        case _:
            sys.exit("make bench starts this with what it needs.")
