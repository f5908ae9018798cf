"""Database files of all kinds, and programs that hold them open."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO

LONG_AGO = 1_700_000_000
"""A time that no clock of a file system could mistake for now."""

_WRITER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
for line in sys.stdin:
    if line.strip() == "exit":
        break
    rows = connection.execute(line).fetchall()
    print("ok", flush=True)
connection.close()
"""


def make_database(path: Path, *, rows: int = 2, table: str = "items", is_old: bool = True) -> Path:
    """A database with one table; last written long ago, or just now."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"create table {table} (id integer primary key, name text)")
        connection.executemany(
            f"insert into {table} (name) values (?)", [(f"row {number}",) for number in range(rows)]
        )
    if is_old:
        os.utime(path, (LONG_AGO, LONG_AGO))
    return path


def make_corrupt(path: Path) -> Path:
    """A database whose schema page is damaged."""
    make_database(path, is_old=False)
    content = bytearray(path.read_bytes())
    content[100:200] = b"\xee" * 100
    path.write_bytes(content)
    return path


def make_encrypted(path: Path) -> Path:
    """As an encrypting SQLite leaves it that keeps the first 32 bytes readable."""
    make_database(path, is_old=False)
    content = path.read_bytes()
    noise = bytes((number * 167 + 41) % 256 for number in range(len(content) - 32))
    path.write_bytes(content[:32] + noise)
    return path


def make_empty(path: Path) -> Path:
    """A database without a table."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("vacuum")
        connection.execute("pragma user_version = 1")
    return path


class Writer:
    """A program that has a database open."""

    def __init__(self, stdin: IO[str], stdout: IO[str]) -> None:
        self._stdin, self._stdout = stdin, stdout

    def do(self, sql: str) -> None:
        """Let it run a statement."""
        self._stdin.write(f"{sql}\n")
        self._stdin.flush()
        assert self._stdout.readline() == "ok\n", sql


@contextmanager
def writer(path: Path) -> Iterator[Writer]:
    """Another process with the database open, until the end of the block."""
    with subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield Writer(process.stdin, process.stdout)
        finally:
            process.stdin.close()
            process.wait(timeout=30)


def state_of(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """All files of a folder: inode, time of the last write, content."""
    return {
        str(path.relative_to(folder)): (
            path.stat().st_ino,
            path.stat().st_mtime_ns,
            path.read_bytes(),
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
