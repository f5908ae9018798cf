# /// script
# requires-python = ">=3.11"
# dependencies = ["sqlite-scanner>=0.3"]
# ///
"""Show the biggest SQLite databases below some folders, and the tables in them.

Usage: ``uv run biggest.py [-n NUMBER] [FOLDER ...]``

The comment above is PEP 723's: uv, and ``pipx run``, read it and bring along what it names. Here
that is a program written in Go, which finds the databases by their first bytes, whatever their
names.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import sqlite_scanner


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A database file.

    Attributes:
        path: where it is.
        size: its length in bytes.
    """

    path: Path
    size: int


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Show the biggest SQLite databases.")
    parser.add_argument("-n", type=int, default=10, metavar="NUMBER", help="how many; default 10")
    parser.add_argument("folders", nargs="*", default=["."], metavar="FOLDER")
    options = parser.parse_args()
    found = sorted(scan(options.folders), key=lambda each: (-each.size, each.path))
    if not found:
        print("There are no SQLite databases here.", file=sys.stderr)
        return 1
    width = shutil.get_terminal_size().columns
    for each in found[: max(options.n, 0)]:
        print(f"{readable(each.size):>9}  {each.path}")
        print(f"{'':9}  {tables(each.path)}"[:width])
    print(f"{readable(sum(each.size for each in found)):>9}  in {len(found)} databases")
    return 0


def scan(folders: list[str]) -> Iterator[Found]:
    """Yield each database as soon as the Go program has found it."""
    command = [sqlite_scanner.get_binary_path(), "--jsonl", "--size", "--", *folders]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as scanner:
        assert scanner.stdout is not None
        for line in scanner.stdout:
            entry = json.loads(line)
            yield Found(path=Path(entry["path"]), size=entry["size"])
    # 1 says that something could not be searched, which the scanner has told on standard error.
    if scanner.returncode not in (0, 1):
        sys.exit(f"sqlite-scanner has failed, with exit code {scanner.returncode}.")


def tables(path: Path) -> str:
    """The tables of a database and how many rows they have; it is opened for reading alone."""
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as database:
            query = "select name from sqlite_schema where type = 'table' order by name"
            names = [name for (name,) in database.execute(query)]
            return ", ".join(f"{name} ({rows(database, name)})" for name in names) or "no tables"
    except sqlite3.Error as error:
        return f"cannot be read: {error}"


def rows(database: sqlite3.Connection, table: str) -> int:
    """How many rows a table has."""
    quoted = table.replace('"', '""')
    (count,) = database.execute(f'select count(*) from "{quoted}"').fetchone()  # noqa: S608
    return int(count)


def readable(size: int) -> str:
    """A size in bytes, as people read it."""
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= factor:
            return f"{size / factor:.1f} {unit}"
    return f"{size} B"


if __name__ == "__main__":
    sys.exit(main())
