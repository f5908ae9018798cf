"""datasette-scan: the time to the first page, and the cost of a scan that finds nothing new.

The module is not called like the package, which it would hide.
"""

from __future__ import annotations

import http.client
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from builds import Tool
from launches import make_environment, run
from measure import BrokenError, Starter, in_turn, plain_environment
from report import Figure

OLD_SCAN = "datasette-scan 0.1.1"
DATABASES = 1000
FILES = 100_000
FOLDERS = 5000
_PACKAGE = Path(__file__).resolve().parents[1] / "packages" / "datasette-scan"
_PATIENCE = 180
"""Seconds for a server to start and to make its first page."""
_LINES = {"newest release": "datasette", "newest pre-release": "datasette>=1.0a0"}
_SCHEMA = """
create table items (id integer primary key, name text, price real);
create table notes (id integer primary key, item_id integer references items (id), body text);
create index notes_by_item on notes (item_id);
insert into items (name, price) values ('a', 1), ('b', 2);
"""
_SETTLED = 3
"""Seconds after which a file was not written to a moment ago."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Databases:
    """Measures datasette-scan.

    Attributes:
        tool: what builds the wheel of sqlite-scanner.
        target: the name of the target that this machine is.
        folder: for the environments and the data.
        starter: what runs the scanner by itself.
        pages: how many pairs of first pages.
        rescans: how many pairs of scans.
    """

    tool: Tool
    target: str
    folder: Path
    starter: Starter
    pages: int
    rescans: int

    def figures(self) -> Iterator[Figure]:
        """First pages on both lines of Datasette, then scans that find nothing new."""
        self.folder.mkdir()
        wheels = self._wheels()
        few, many = self.folder / "few", self.folder / "many"
        make_databases(few, DATABASES)
        make_databases(many, DATABASES)
        make_files(many)
        time.sleep(_SETTLED)
        ours: list[Path] = []
        for number, (line, datasette) in enumerate(_LINES.items()):
            ours.append(_install(self.folder / f"ours-{number}", datasette, *wheels))
            old = _install(
                self.folder / f"old-{number}", datasette, "datasette-scan==0.1.1",
                "sqlite-scanner==0.1.1",
            )  # fmt: skip
            yield self._first_page(line, few, ours[-1], old)
        yield self._rescan(many, ours[0])

    def _wheels(self) -> list[Path]:
        self.tool.build([self.target])
        [scanner] = self.tool.wheels()
        scanner = scanner.rename(self.folder / scanner.name)
        run(
            sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", self.folder,
            _PACKAGE,
        )  # fmt: skip
        return [scanner, *self.folder.glob("datasette_scan-*.whl")]

    def _first_page(self, line: str, data: Path, ours: Path, old: Path) -> Figure:
        def first(python: Path) -> float:
            return first_page(python.with_name("datasette"), data, self.folder / "server-log")

        first(ours)  # compiles what pip has not, and reads the files into memory
        first(old)
        return Figure(
            name=f"first page, {DATABASES:,} databases, Datasette's {line}",
            unit="s",
            pairs=in_turn(self.pages, lambda: first(ours), lambda: first(old)),
            base=OLD_SCAN,
            goal=0.7,
        )

    def _rescan(self, data: Path, python: Path) -> Figure:
        scanner = run(
            python, "-c", "import sqlite_scanner as s; print(s.get_binary_path())"
        ).strip()
        output = "--print0" if "--print0" in run(scanner, "--help") else "--jsonl"
        command = [scanner, output, "--", str(data)]
        program = Path(__file__).with_name("rescans.py")
        with subprocess.Popen(
            [python, program, data],
            env=plain_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            stdin, stdout = process.stdin, process.stdout
            if stdout.readline().strip() != str(DATABASES):
                raise BrokenError("The first scan has not attached all databases.")

            def rescan() -> float:
                stdin.write("\n")
                stdin.flush()
                answer = stdout.readline()
                if not answer:
                    raise BrokenError("A scan that was to find nothing new has failed.")
                return float(answer) * 1000

            pairs = in_turn(self.rescans, rescan, lambda: self.starter.seconds(command) * 1000)
            stdin.close()
        return Figure(
            name=f"rescan, {DATABASES:,} databases among {FILES:,} files, nothing new",
            unit="ms",
            pairs=pairs,
            base="the scanner by itself",
            goal=1.2,
        )


def _install(folder: Path, *what: str | Path) -> Path:
    """A new environment with these; returns its Python."""
    python = make_environment(folder)
    run(python, "-m", "pip", "--quiet", "--disable-pip-version-check", "install", *what)
    return python


def first_page(command: Path, data: Path, log: Path) -> float:
    """The time from the start of ``datasette scan`` until its home page shows all databases.

    Raises:
        BrokenError: it has ended, or has not made that page in time.
    """
    port = _free_port()
    start = time.perf_counter()
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [command, "scan", data, "--port", str(port)],
            env=plain_environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            while time.perf_counter() - start < _PATIENCE:
                if process.poll() is not None:
                    break
                if len(set(re.findall(r"\bdata\d{5}\b", _home_page(port)))) == DATABASES:
                    return time.perf_counter() - start
                time.sleep(0.01)
            raise BrokenError(f"{command} scan made no page with all databases:\n{_end_of(log)}")
        finally:
            process.send_signal(signal.SIGINT)


def _home_page(port: int) -> str:
    """The home page; empty where nobody listens yet."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
    try:
        connection.request("GET", "/")
        answer = connection.getresponse()
        text = answer.read().decode("utf-8")
    except ConnectionRefusedError:
        return ""
    finally:
        connection.close()
    return text if answer.status == 200 else ""


def _end_of(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-2000:]


def make_databases(folder: Path, count: int) -> None:
    """Small databases with two tables, in a hundred folders."""
    folder.mkdir()
    template = folder.with_name("template.db")
    template.unlink(missing_ok=True)
    with closing(sqlite3.connect(template)) as connection:
        connection.executescript(_SCHEMA)
    content = template.read_bytes()
    for number in range(count):
        parent = folder / f"team{number % 100:02}"
        parent.mkdir(exist_ok=True)
        (parent / f"data{number:05}.db").write_bytes(content)


def make_files(folder: Path) -> None:
    """Small files that are no databases."""
    for number in range(FOLDERS):
        parent = folder / f"files{number % 50:02}" / f"{number:04}"
        parent.mkdir(parents=True)
        for file in range(FILES // FOLDERS):
            (parent / f"{file:02}.txt").write_bytes(b"a small file\n" * 4)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
