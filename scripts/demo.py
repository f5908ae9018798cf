"""The whole way once: build wheels of a Go program, install one with pip, run it.

Started by ``make demo``. Fails where the program does not find exactly what was planted.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import venv
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "dist"
SAMPLE = ROOT / "build" / "demo" / "sample"
ENVIRONMENT = ROOT / "build" / "demo" / "venv"
SCRIPTS = "Scripts" if os.name == "nt" else "bin"
GO_TO_WHEEL = Path(sys.executable).parent / "go-to-wheel"

DATABASES = ("notes.db", "photos/café/library.sqlite", "deep/er/still/no-extension")
HEADER = b"SQLite format 3\0"  # the first 16 bytes of every SQLite database
DECOYS = {
    "empty.db": b"",
    "truncated.sqlite": HEADER[:10],
    "letter.sqlite3": b"SQLite format 3 is a file format.\n",
    "photos/café/later.bin": b"\0" + HEADER,
}


def main() -> None:
    """Build, plant, install, scan, compare."""
    step("Build wheels of packages/sqlite-scanner for every default target")
    build_wheels()
    step(f"Plant {len(DATABASES)} databases and {len(DECOYS)} decoys")
    plant()
    step("Install the wheel for this machine into a new environment, with pip")
    install()
    step("Scan")
    scanner = ENVIRONMENT / SCRIPTS / "sqlite-scanner"
    run(scanner, SAMPLE)
    compare(scanner)

    print()
    print(f"Found exactly the {len(DATABASES)} databases that were planted, and no decoy.")
    print(f"  wheels       {relative(DIST)}/")
    print(f"  sample       {relative(SAMPLE)}/")
    print(f"  the command  {relative(scanner)}")


def build_wheels() -> None:
    """Fill dist/ with new wheels."""
    for old in DIST.glob("sqlite_scanner-*.whl"):
        old.unlink()
    run(GO_TO_WHEEL, "packages/sqlite-scanner", "--output-dir", "dist")


def plant() -> None:
    """Make the sample folder anew."""
    shutil.rmtree(SAMPLE, ignore_errors=True)
    for name in DATABASES:
        path = prepare(name)
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("create table note (text)")
            connection.commit()
        print(f"  database  {name}")
    for name, content in DECOYS.items():
        prepare(name).write_bytes(content)
        print(f"  decoy     {name}")


def prepare(name: str) -> Path:
    """The path of a file in the sample folder, its parents made."""
    path = SAMPLE / name
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def install() -> None:
    """Let pip choose among the wheels, with no index to fall back on."""
    venv.create(ENVIRONMENT, clear=True, with_pip=True)
    python = ENVIRONMENT / SCRIPTS / "python"
    pip = (python, "-m", "pip", "--disable-pip-version-check", "--quiet", "install")
    run(*pip, "--no-index", "--find-links", "dist", "sqlite-scanner")


def compare(scanner: Path) -> None:
    """End with an error unless the scan found what was planted, no more and no less."""
    output = subprocess.run(
        [scanner, SAMPLE, "--json"], check=True, stdout=subprocess.PIPE, encoding="utf-8"
    ).stdout
    found = {entry["path"] for entry in json.loads(output)["entries"]}
    planted = {str(SAMPLE / name) for name in DATABASES}
    if found != planted:
        missed = sorted(planted - found)
        wrong = sorted(found - planted)
        sys.exit(f"The scan is wrong. Missed: {missed}. Found but not planted: {wrong}.")


def step(title: str) -> None:
    """Print a heading."""
    print(f"\n== {title}", flush=True)


def run(*command: str | Path) -> None:
    """Show a command and run it in the root of the repository; end where it fails."""
    print("$", *(relative(part) for part in command), flush=True)
    status = subprocess.run(command, cwd=ROOT, check=False).returncode
    if status != 0:
        sys.exit(f"{relative(command[0])} failed with exit code {status}.")


def relative(part: str | Path) -> str:
    """A path as seen from the root of the repository; any other text as it is."""
    if isinstance(part, Path) and part.is_relative_to(ROOT):
        return part.relative_to(ROOT).as_posix()
    return str(part)


if __name__ == "__main__":
    main()
