"""Draw the picture in the scanner's README: what the program really prints, as SVG.

Usage: ``python scripts/scanner_picture.py PROGRAM``. The sample folder is made anew; in the picture
it is called /home/ada.
"""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

PICTURE = Path(__file__).parent.parent / "packages" / "sqlite-scanner" / "docs" / "terminal.svg"
HOME = "/home/ada"
WIDTH = 96
COMMANDS = (
    ("sqlite-scanner",),
    ("sqlite-scanner", "--exclude", "node_modules", "--size", "projects"),
    ("sqlite-scanner", "--details", "projects/blog", "--stats"),
)
DATABASES = {
    "projects/photos/library.photosdata": ("create table photo (name)", 300),
    "projects/blog/blog.db": ("create table post (title)", 40),
    "projects/blog/node_modules/cache/v8": ("create table entry (key)", 5),
    ".config/app/state": ("create table setting (key)", 10),
}
OTHERS = ("projects/blog/index.html", "projects/photos/not-really.db", "notes.txt")


def main() -> None:
    """Make the sample, run the commands in it, and draw what comes."""
    program = Path(sys.argv[1]).resolve()
    console = Console(record=True, width=WIDTH, file=StringIO(), force_terminal=True)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder).resolve()
        plant(home)
        for command in COMMANDS:
            console.print(Text.assemble(("$ ", "bold green"), (" ".join(command), "bold")))
            done = subprocess.run(
                [program, *command[1:]],
                cwd=home,
                check=True,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
            )
            console.print(Text(done.stdout.replace(str(home), HOME)))
    svg = console.export_svg(title="sqlite-scanner", theme=MONOKAI, unique_id="terminal")
    # The fonts would be fetched from elsewhere; any monospaced one will do.
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(re.sub(r"[ \t]+\n", "\n", svg), encoding="utf-8")


def plant(home: Path) -> None:
    """Fill a folder with databases and other files."""
    for name, (statement, rows) in DATABASES.items():
        path = prepare(home / name)
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(statement)
            table = statement.split()[2]
            connection.executemany(
                f"insert into {table} values (?)",  # noqa: S608 - names of this file
                [("x" * 300,)] * rows,
            )
            connection.commit()
    for name in OTHERS:
        prepare(home / name).write_text("Nothing of interest here.\n", encoding="utf-8")


def prepare(path: Path) -> Path:
    """The path, with a folder for it made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


if __name__ == "__main__":
    main()
