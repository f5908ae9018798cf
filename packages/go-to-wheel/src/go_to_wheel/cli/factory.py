"""``go-to-wheel factory [FILE]``: the wheels of a catalogue of tools."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict, Unpack

import click
from click.core import ParameterSource

from ..errors import ConfigError, UsageError
from ..names import parse_command_name
from ..scaffold import Tool, changed_tools, find_tools, matrix_of, read_catalogue
from ..targets import select_targets
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


_NOT_HERE = {
    "--dry-run", "--go-binary", "--json", "--name", "--output-dir", "--update-lock",
}  # fmt: skip
"""Options of ``build`` that a catalogue, or its user, says in another way; or that run programs."""

_EXAMPLES = examples(
    "go-to-wheel factory",
    "go-to-wheel factory tools.toml --tool my-tool",
    "go-to-wheel factory tools.toml --matrix --changed-since before.toml",
)


@click.command("factory", cls=Command, after=[_EXAMPLES])
@click.argument(
    "catalogue", metavar="[FILE]", default=Path("tools.toml"), type=click.Path(path_type=Path)
)
@click.option(
    "--tool",
    metavar="NAME",
    multiple=True,
    help="Build this tool only; may be given several times.",
)
@click.option(
    "--changed-since",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Leave out tools whose entry is the same in this older version of the file.",
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
    for tool in tools:
        _refuse_wrong_options(tool, catalogue)
    if options["matrix"]:
        render.result(json.dumps(matrix_of(tools)))
        return 0
    if not tools and not before:
        if not options["dry_run"]:
            raise UsageError(
                f"{catalogue} lists no tool.", hint="Begin each one with a line [[tools]]."
            )
        render.tell(f"{catalogue} lists no tool yet. Begin each one with a line [[tools]].")
    return _build(tools, options)


def _refuse_wrong_options(tool: Tool, catalogue: Path) -> None:
    """Say before the first build what the last one would stumble on.

    A catalogue says itself what its tools are called and where their source is, and its user
    where the wheels go; it starts no program of its own choice.

    Raises:
        ConfigError: there is no such option, or it is none for a catalogue.
    """
    if wrong := {"-h", "--help", "--"} & set(tool.options):
        raise _wrong_options(tool, catalogue, f"{min(wrong)} is none for a catalogue")
    try:
        words = [tool.source, *tool.options]
        with build_command.make_context("go-to-wheel build", words) as context:
            _refuse_what_is_said(context, tool, catalogue)
    except click.exceptions.Exit:  # -qh, among others
        raise _wrong_options(tool, catalogue, "--help is none for a catalogue") from None
    except click.UsageError as error:
        raise _wrong_options(tool, catalogue, error.format_message().rstrip(".")) from None
    except UsageError as error:
        raise _wrong_options(tool, catalogue, str(error).rstrip(".")) from None


def _refuse_what_is_said(context: click.Context, tool: Tool, catalogue: Path) -> None:
    for parameter in context.command.params:
        name = parameter.name or ""
        is_given = context.get_parameter_source(name) is ParameterSource.COMMANDLINE
        if wrong := _NOT_HERE & set(parameter.opts) if is_given else ():
            raise _wrong_options(tool, catalogue, f"{min(wrong)} is none for a catalogue")
    if others := context.params["sources"][1:]:
        raise _wrong_options(tool, catalogue, f"{others[0]} is no option")
    words = ",".join(context.params["platforms"]).split(",")
    select_targets([word.strip() for word in words if word.strip()])
    programs = context.params["package"] + context.params["binary"]
    if len(programs) < 2 and "..." not in "".join(programs):
        parse_command_name(context.params["entry_point"] or tool.name.display)


def _wrong_options(tool: Tool, catalogue: Path, reason: str) -> ConfigError:
    return ConfigError(
        f"The options of {tool.name} in {catalogue} are wrong: {reason}.",
        hint="'go-to-wheel build --help' lists what there is.",
    )


def _build(tools: Sequence[Tool], options: _Options) -> int:
    for tool in tools:
        words = [*tool.arguments, f"--output-dir={options['output_dir']}"]
        command = shlex.join(["go-to-wheel", "build", *words])
        if options["dry_run"]:
            render.result(command)
            continue
        render.tell(command, is_whole=True)
        code = build_command.main(words, prog_name="go-to-wheel build", standalone_mode=False)
        if code:
            return int(code)
    return 0
