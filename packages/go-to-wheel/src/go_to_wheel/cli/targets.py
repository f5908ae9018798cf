"""``go-to-wheel targets``: the table of targets and tags."""

from __future__ import annotations

import click

from . import render
from .help import Command, examples
from .paths import json_option

_EXAMPLES = examples("go-to-wheel targets", "go-to-wheel . --platforms linux-amd64,darwin-arm64")


@click.command("targets", cls=Command, after=[_EXAMPLES])
@json_option
def targets_command(*, as_json: bool) -> int:
    """List the targets and their platform tags."""
    render.show_targets(as_json=as_json)
    return 0
