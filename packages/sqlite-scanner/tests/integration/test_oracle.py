"""What the scanner finds and says, held against Python's own walk and Python's own SQLite."""

from __future__ import annotations

import base64
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

SOURCE = Path(__file__).resolve().parents[2]
HEADER = b"SQLite format 3\0"
WORDS = [
    "a",
    "B b",
    "ü",
    "日本",
    ".hidden",
    "x.db",
    "node_modules",
    "new\nline",
    "q\"'",
    "-x",
    "#",
    "*",
]
CONTENTS = [HEADER, HEADER + bytes(84), HEADER[:15], b"", b"text " * 20, b"\0" + HEADER]


@pytest.fixture(scope="session")
def scanner(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program, compiled from this repository by the Go of this environment."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    go = shutil.which("go", path=path)
    assert go is not None, "There is no Go on PATH."
    program = tmp_path_factory.mktemp("scanner") / "sqlite-scanner"
    cleared = {"GOFLAGS", "GOOS", "GOARCH"}
    environment = {name: value for name, value in os.environ.items() if name not in cleared}
    subprocess.run(
        [go, "build", "-buildvcs=false", "-o", program, "."],
        cwd=SOURCE,
        env={**environment, "CGO_ENABLED": "0", "GOTOOLCHAIN": "local"},
        check=True,
    )
    return program


def scan(scanner: Path, *arguments: str | Path) -> list[dict[str, Any]]:
    """The entries of the program's JSON document; it must have no complaint."""
    done = subprocess.run([scanner, "--json", *arguments], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    entries: list[dict[str, Any]] = json.loads(done.stdout)["entries"]
    return entries


def path_of(entry: dict[str, Any]) -> str:
    """The path of an entry, as Python has it."""
    if "path_bytes" in entry:
        return os.fsdecode(base64.b64decode(entry["path_bytes"], validate=True))
    path: str = entry["path"]
    return path


def found(scanner: Path, *arguments: str | Path) -> list[str]:
    return sorted(path_of(entry) for entry in scan(scanner, *arguments))


def is_database(path: Path) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(16) == HEADER


def walk(root: Path, *, depth: int = 1000, exclude: str | None = None) -> Iterator[str]:
    """The simplest walk that could find the same."""
    if depth == 0:
        return
    for path in root.iterdir():
        if exclude is not None and fnmatch(path.name, exclude):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from walk(path, depth=depth - 1, exclude=exclude)
        elif is_database(path):
            yield str(path)


def grow(folder: Path, seed: int) -> None:
    """Fill a folder with a random tree: odd names, links, FIFOs, and files of all kinds."""
    chosen = random.Random(seed)
    folders = [folder]
    for number in range(chosen.randrange(40, 200)):
        inside = chosen.choice(folders)
        name = f"{chosen.choice(WORDS)}{chosen.randrange(1000) if chosen.random() < 0.6 else ''}"
        path = inside / name
        if os.path.lexists(path):
            continue
        kind = chosen.random()
        if kind < 0.3:
            path.mkdir()
            folders.append(path)
        elif kind < 0.4:
            path.symlink_to(chosen.choice([*folders, folder / "nowhere", Path(".."), inside]))
        elif kind < 0.45 and os.name == "posix":
            os.mkfifo(path)
        else:
            path.write_bytes(chosen.choice(CONTENTS))
        if number % 20 == 0 and sys.platform == "linux":
            odd = os.fsencode(inside) + b"/\xff\xe9%d.db" % number
            Path(os.fsdecode(odd)).write_bytes(HEADER)


@pytest.mark.parametrize("seed", range(25))
def test_it_finds_what_python_finds(scanner: Path, tmp_path: Path, seed: int) -> None:
    grow(tmp_path, seed)
    wanted = sorted(walk(tmp_path))
    for workers in ("1", "3", "16"):
        assert found(scanner, tmp_path, "--workers", workers) == wanted
    lines = subprocess.run([scanner, "--print0", tmp_path], capture_output=True, check=True).stdout
    assert sorted(map(os.fsdecode, lines.split(b"\0")[:-1])) == wanted
    for depth in (0, 1, 2, 3):
        assert found(scanner, tmp_path, "--max-depth", str(depth)) == sorted(
            walk(tmp_path, depth=depth)
        )
    for pattern in ("*.db*", "node_modules*", "[a-z]*", "ü*"):
        assert found(scanner, tmp_path, "--exclude", pattern) == sorted(
            walk(tmp_path, exclude=pattern)
        )


@pytest.mark.parametrize("seed", range(25))
def test_followed_links_lead_to_every_file_once(scanner: Path, tmp_path: Path, seed: int) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    grow(tree, seed)
    start = tmp_path / "start"
    start.mkdir()
    (start / "to the rest").symlink_to(tree)
    reached = found(scanner, start, "--follow")
    assert sorted(str(Path(path).resolve()) for path in reached) == sorted(walk(tmp_path))


DATABASES: Sequence[tuple[str, Sequence[str]]] = [
    ("plain", ["create table t (a)"]),
    ("nothing but a version", ["pragma user_version = 7"]),
    ("small pages", ["pragma page_size = 512", "create table t (a)"]),
    ("large pages", ["pragma page_size = 65536", "create table t (a)"]),
    ("UTF-16", ["pragma encoding = 'UTF-16le'", "create table t (a)"]),
    ("UTF-16 the other way", ["pragma encoding = 'UTF-16be'", "create table t (a)"]),
    ("write-ahead log", ["pragma journal_mode = wal", "create table t (a)"]),
    ("numbers", ["pragma user_version = -5", "pragma application_id = 1196444487", "create table t (a)"]),
    ("negative id", ["pragma application_id = -2", "create table t (a)"]),
    ("free pages", [
        "create table t (a)", "create table u (a)", "insert into u values (zeroblob(100000))",
        "drop table u",
    ]),
    ("old format", ["pragma legacy_file_format = on", "create table t (a)"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "statements"), DATABASES, ids=[name for name, _ in DATABASES])
def test_details_are_those_that_sqlite_tells(
    scanner: Path, tmp_path: Path, name: str, statements: Sequence[str]
) -> None:
    path = tmp_path / name
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)
    (entry,) = scan(scanner, "--details", "--size", path)
    details = entry["details"]
    assert entry["size"] == path.stat().st_size
    with closing(sqlite3.connect(path)) as connection:

        def pragma(pragma: str) -> Any:
            return connection.execute(f"pragma {pragma}").fetchone()[0]

        for same in (
            "page_size", "page_count", "freelist_count", "user_version", "application_id",
            "schema_version",
        ):  # fmt: skip
            assert details[same] == pragma(same), same
        assert details["encoding"] in {pragma("encoding"), None}
        assert (details["encoding"] is None) == (name == "nothing but a version")
        assert (details["journal_mode"] == "wal") == (pragma("journal_mode") == "wal")
    assert details["sqlite_version"] == sqlite3.sqlite_version
    assert details["schema_format"] == (0 if details["encoding"] is None else 4)
