"""What commands that read wheels have in common: the wheels a user names, and ``--json``."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import click

from ..errors import SourceNotFoundError
from .completion import wheels

wheels_argument = click.argument(
    "wheels",
    metavar="WHEEL...",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path),
    shell_complete=wheels,
)
"""One path or more; each names a wheel, or a folder of wheels."""

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
"""For programs instead of people."""


def wheels_in(path: Path) -> list[Path]:
    """The path itself, or the wheels in a folder.

    Raises:
        SourceNotFoundError: the folder has none, or is not there.
    """
    word = shlex.quote(str(path))
    if not path.is_dir():
        if path.suffix or os.path.lexists(path):
            return [path]
        raise SourceNotFoundError(
            f"There is no file or folder {path}.",
            hint=f"Check the path; go-to-wheel . --output-dir {word} builds wheels there.",
        )
    found = sorted(path.glob("*.whl"))
    if not found:
        builds = f"go-to-wheel . --output-dir {word} builds some there."
        if (path / "go.mod").is_file() or any(path.glob("*.go")):
            builds = f"go-to-wheel {word} builds some of this Go source, into dist."
        raise SourceNotFoundError(
            f"There is no wheel in {path}.", hint=f"Name the wheels; {builds}"
        )
    return found
