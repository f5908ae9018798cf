"""What a shell offers when Tab is pressed: click does it, given what a value can be.

Each function here is a ``shell_complete`` of click: it gets the text so far and returns what it
may become. Nothing may fail: a shell has no place for an error.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import click
import click.shell_completion
from click.shell_completion import CompletionItem, add_completion_class

from ..targets import TARGETS

ALL_TARGETS = "all"


class BashComplete(click.shell_completion.BashComplete):
    """As click has it, but where there are words and files to offer, both come.

    Bash itself offers files only where nothing else is.
    """

    source_template = click.shell_completion.BashComplete.source_template.replace(
        """\
            COMPREPLY=()
            compopt -o default
""",
        """\
            compopt -o default
            begun=$value with_files=yes
""",
    ).replace(
        """\
    done

    return 0
""",
        """\
    done

    if [[ -n $with_files && ${#COMPREPLY[@]} -gt 0 ]]; then
        while read -r value; do
            [[ -d $value ]] && type=/ || type=
            COMPREPLY+=("$(printf '%%q' "$value")$type")
        done < <(compgen -f -- "$begun")
    fi
    return 0
""",
    ).replace(
        """\
    local response
""",
        """\
    local response completion type value begun with_files
""",
    )  # fmt: skip


class ZshComplete(click.shell_completion.ZshComplete):
    """As click has it, but an empty line of the answer is not lost: files for an empty word."""

    source_template = click.shell_completion.ZshComplete.source_template.replace(
        "in ${response}; do", 'in "${response[@]}"; do'
    )


class FishComplete(click.shell_completion.FishComplete):
    """As click has it, but what follows a second comma is not lost."""

    source_template = click.shell_completion.FishComplete.source_template.replace(
        'string split "," $completion', 'string split --max 1 "," $completion'
    )


for _shell in (BashComplete, ZshComplete, FishComplete):
    add_completion_class(_shell)


def files(
    _context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Any file or folder: the shell knows them best."""
    return [CompletionItem(incomplete, type="file")]


def folders(
    _context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Any folder."""
    return [CompletionItem(incomplete, type="dir")]


def wheels(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Wheels of the folder that was begun, and of those in it; any file where there are none."""
    found: list[str] = []
    with contextlib.suppress(OSError, ValueError):
        found = list(_wheels(incomplete))
    if not found:
        return files(context, parameter, incomplete)
    return [CompletionItem(path) for path in found]


def targets(
    _context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Names of targets, after a comma too; aliases where only they begin so."""
    before, comma, begun = incomplete.rpartition(",")
    taken = before.split(",")
    names = {target.name: f"{target.system}/{target.arch}" for target in TARGETS}
    if not comma:
        names[ALL_TARGETS] = "every target"
    if not any(name.startswith(begun) for name in names):
        names = {alias: target.name for target in TARGETS for alias in target.aliases}
    return [
        CompletionItem(f"{before}{comma}{name}", help=meaning)
        for name, meaning in names.items()
        if name.startswith(begun) and name not in taken
    ]


def _wheels(incomplete: str) -> Iterator[str]:
    folder, slash, begun = incomplete.rpartition("/")
    shown = f"{folder}{slash}"
    for entry in sorted(Path(shown or ".").iterdir()):
        if not entry.name.startswith(begun):
            continue
        if entry.suffix == ".whl":
            yield f"{shown}{entry.name}"
        elif entry.is_dir() and not entry.name.startswith("."):
            yield from (f"{shown}{entry.name}/{path.name}" for path in sorted(entry.glob("*.whl")))
