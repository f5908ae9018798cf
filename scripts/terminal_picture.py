"""Draw the picture in the README: what go-to-wheel really shows on a terminal, as SVG.

Usage: ``python scripts/terminal_picture.py [GO_TO_WHEEL]``, with Go on PATH. The command runs on a
pseudo-terminal in a new folder that holds a copy of sqlite-scanner.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import shutil
import subprocess
import sys
import tempfile
import termios
from contextlib import suppress
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

ROOT = Path(__file__).parent.parent
SCANNER = ROOT / "packages" / "sqlite-scanner"
PICTURE = ROOT / "docs" / "assets" / "terminal.svg"
WIDTH = 106
COMMANDS = (
    ("go-to-wheel", "./sqlite-scanner", "--version", "1.0"),
    ("go-to-wheel", "check", "dist"),
)
_CODES = re.compile(r"(\r\n|\r|\n|\x1b\[1A|\x1b\[2K|\x1b\[[0-9;]*m|\x1b\[[0-9;?]*[a-zA-Z])")
_STYLE = re.compile(r"\x1b\[[0-9;]*m")


def main() -> None:
    """Make the folder, run the commands in it, and draw what they leave on the terminal."""
    program = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else _beside_python()
    console = Console(record=True, width=WIDTH, file=StringIO(), force_terminal=True)
    with tempfile.TemporaryDirectory() as folder:
        unwanted = shutil.ignore_patterns("dist", "tests", "docs")
        shutil.copytree(SCANNER, Path(folder, "sqlite-scanner"), ignore=unwanted)
        for command in COMMANDS:
            console.print(Text.assemble(("$ ", "bold green"), (" ".join(command), "bold")))
            shown = run([str(program), *command[1:]], Path(folder))
            console.print(Text.from_ansi(remains(shown)), soft_wrap=True)
    svg = console.export_svg(title="go-to-wheel", theme=MONOKAI, unique_id="terminal")
    # The fonts would be fetched from elsewhere; any monospaced one will do.
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text(re.sub(r"[ \t]+\n", "\n", svg), encoding="utf-8")


def run(command: list[str], cwd: Path) -> str:
    """All that a program writes to a terminal of its own, escape codes included.

    Raises:
        subprocess.CalledProcessError: it failed.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, _size(lines=40, columns=WIDTH))
    unwanted = {"NO_COLOR", "FORCE_COLOR", "COLUMNS"}
    kept = {name: value for name, value in os.environ.items() if name not in unwanted}
    written = b""
    with subprocess.Popen(
        command,
        cwd=cwd,
        env=kept | {"TERM": "xterm-256color", "XDG_CACHE_HOME": str(cwd / ".cache")} | go_cache(),
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        with suppress(OSError):  # how a terminal says that nobody writes any more
            while more := os.read(ours, 65536):
                written += more
    os.close(ours)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, written)
    return written.decode()


def go_cache() -> dict[str, str]:
    """Go's own cache, so that its standard library need not be compiled first."""
    asked = ["go", "env", "GOCACHE"]
    done = subprocess.run(asked, check=True, stdout=subprocess.PIPE, encoding="utf-8")
    return {"GOCACHE": done.stdout.strip()}


def remains(written: str) -> str:
    """What is left on the terminal, with its colours: of what moved, the last frame."""
    lines = [""]
    for part in _CODES.split(written):
        if part in ("\r\n", "\n"):
            lines.append("")
        elif part == "\x1b[2K":
            lines[-1] = ""
        elif part == "\x1b[1A":
            lines.pop()
        elif _STYLE.fullmatch(part) or not part.startswith(("\x1b", "\r")):
            lines[-1] += part
    return "\n".join(lines).rstrip()


def _size(*, lines: int, columns: int) -> bytes:
    """A terminal's size as the system takes it (``struct winsize``; its pixels are unknown)."""
    return b"".join(each.to_bytes(2, sys.byteorder) for each in (lines, columns, 0, 0))


def _beside_python() -> Path:
    return Path(sys.executable).parent / "go-to-wheel"


if __name__ == "__main__":
    main()
