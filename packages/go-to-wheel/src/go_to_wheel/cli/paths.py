"""What commands that read wheels have in common: the wheels a user names, and ``--json``."""

from __future__ import annotations

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
        SourceNotFoundError: the folder has none.
    """
    if not path.is_dir():
        return [path]
    found = sorted(path.glob("*.whl"))
    if not found:
        raise SourceNotFoundError(
            f"There is no wheel in {path}.",
            hint="Name the wheels;"
            f" go-to-wheel . --output-dir {shlex.quote(str(path))} builds some there.",
        )
    return found
