"""Environments with both lines of Datasette and with wheels of this repository."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from helpers.dist import HOST, build_dist
from helpers.needs import requirement
from helpers.tool import clean_environment

PACKAGE = Path(__file__).parents[2]
SCANNER = PACKAGE.parent / "sqlite-scanner"

LINES = {"stable": "datasette", "newest": "datasette>=1.0a0"}
"""What is asked of the index: the newest release, and the newest of all with pre-releases."""


def build_wheels(folder: Path) -> None:
    """Build sqlite-scanner by go-to-wheel and this package by its backend."""
    build_dist(folder, SCANNER, "--platforms", HOST)
    _do(
        sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder / "dist",
        PACKAGE,
    )  # fmt: skip


def install_line(folder: Path, line: str, wheels: Path) -> None:
    """Make an environment of one line of Datasette.

    Of this package, the wheel is named; sqlite-scanner comes because the wheel requires it.
    """
    (wheel,) = (wheels / "dist").glob("datasette_scan-*.whl")
    _do("uv", "venv", "--quiet", "--python", sys.executable, folder / "venv")
    _do(
        "uv", "pip", "install", "--quiet", "--python", folder / "venv" / "bin" / "python",
        "--find-links", wheels / "dist", LINES[line], wheel,
    )  # fmt: skip


def _do(*command: str | Path) -> None:
    done = subprocess.run(
        [str(part) for part in command],
        env=clean_environment(),
        capture_output=True,
        check=False,
        text=True,
        timeout=280,
    )
    if "Failed to fetch" in done.stderr or "error sending request" in done.stderr:
        requirement("the Python index", None, "it does not answer")
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
