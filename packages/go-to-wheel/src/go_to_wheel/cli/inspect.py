"""``go-to-wheel inspect WHEEL...``: what is inside?"""

from __future__ import annotations

from pathlib import Path

import click

from ..errors import InvalidWheelError
from ..inspection import Inspection, inspect_wheel
from . import render
from .help import Command, examples
from .paths import json_option, wheels_argument, wheels_in

_EXAMPLES = examples(
    "go-to-wheel inspect dist/",
    "go-to-wheel inspect --json ruff-0.17.6-py3-none-win_amd64.whl",
)


@click.command("inspect", cls=Command, after=[_EXAMPLES])
@wheels_argument
@json_option
@click.option(
    "-v", "--verbose", is_flag=True, help="List all modules, licence texts and build settings."
)
def inspect_command(wheels: tuple[Path, ...], *, as_json: bool, verbose: bool) -> int:
    """Show what is inside wheels: tags and why, programs, modules, licences, origin.

    Any tool may have made them. A folder stands for the wheels in it. Nothing in them
    is run. Exits with 1 when a file cannot be read as a wheel; whether the index would take the
    wheels is what 'go-to-wheel check' says.
    """
    found: list[Inspection | InvalidWheelError] = [
        _inspect(path) for named in wheels for path in wheels_in(named)
    ]
    render.show_inspections(found, as_json=as_json, verbose=verbose)
    return 1 if any(isinstance(each, InvalidWheelError) for each in found) else 0


def _inspect(path: Path) -> Inspection | InvalidWheelError:
    """Look into one wheel; a file that is none must not keep the others from being shown."""
    try:
        return inspect_wheel(path)
    except InvalidWheelError as error:
        message = error.message
        if path.name not in message:
            message = f"{path.name}: {message[:1].lower()}{message[1:]}"
        return InvalidWheelError(message, hint=error.hint)
