"""``go-to-wheel factory [FILE]``: the wheels of a catalogue of tools."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict, Unpack

import click

from ..errors import UsageError
from ..scaffold import Tool, changed_tools, find_tools, matrix_of, read_catalogue
from . import render
from .build import build_command
from .help import Command, examples


class _Options(TypedDict):
    """The options as click hands them over."""

    tool: tuple[str, ...]
    changed_since: Path | None
    matrix: bool
    output_dir: Path
    dry_run: bool


_EXAMPLES = examples(
    "go-to-wheel factory",
    "go-to-wheel factory tools.toml --tool my-tool",
    "go-to-wheel factory tools.toml --matrix --changed-since before.toml",
)


@click.command("factory", cls=Command, after=[_EXAMPLES])
@click.argument(
    "catalogue", metavar="[FILE]", default=Path("tools.toml"), type=click.Path(path_type=Path)
)
@click.option("--tool", metavar="NAME", multiple=True, help="Build this tool; repeat it.")
@click.option(
    "--changed-since",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Leave out the tools that stand just so in this older version of the file.",
)
@click.option(
    "--matrix", is_flag=True, help="Print the tools' names as one line of JSON, and build nothing."
)
@click.option(
    "--output-dir",
    type=click.Path(path_type=Path),
    default=Path("dist"),
    show_default=True,
    help="Folder for the wheels.",
)
@click.option("--dry-run", is_flag=True, help="Print the commands, and build nothing.")
def factory_command(catalogue: Path, **options: Unpack[_Options]) -> int:
    """Build the wheels of many tools, as a file lists them.

    FILE is tools.toml by default; 'go-to-wheel init --factory' writes one, and a workflow that
    builds each tool on a machine of its own. The first tool that fails ends the run.
    """
    tools = find_tools(read_catalogue(catalogue), options["tool"])
    if before := options["changed_since"]:
        tools = changed_tools(tools, before)
    if options["matrix"]:
        render.result(json.dumps(matrix_of(tools)))
        return 0
    if not tools and not options["dry_run"] and not before:
        raise UsageError(
            f"{catalogue} lists no tool.", hint="Begin each one with a line [[tools]]."
        )
    return _build(tools, options)


def _build(tools: Sequence[Tool], options: _Options) -> int:
    for tool in tools:
        words = [*tool.arguments, f"--output-dir={options['output_dir']}"]
        command = shlex.join(["go-to-wheel", "build", *words])
        if options["dry_run"]:
            render.result(command)
            continue
        render.usage(command)
        code = build_command.main(words, prog_name="go-to-wheel build", standalone_mode=False)
        if code:
            return int(code)
    return 0
