"""What ``init`` says: what it found, what it would write, and what to do next."""

from __future__ import annotations

import os
import shlex
import textwrap
from collections.abc import Sequence
from pathlib import Path

from ..scaffold import NewFile, Scaffold


def findings(scaffold: Scaffold) -> str:
    """What was found, and what the user should know of it."""
    lines = [scaffold.description, *(f"note: {note}" for note in scaffold.notes)]
    if scaffold.addition:
        lines += ["", textwrap.indent(scaffold.addition.rstrip(), "    "), ""]
    return "\n".join(lines)


def contents(files: Sequence[NewFile]) -> str:
    """The files that would be written, one below the other."""
    return "\n".join(f"# {short_path(file.path)}\n\n{file.text}" for file in files).rstrip()


def short_path(path: Path) -> str:
    """A path from the current folder, where it lies below that."""
    here = Path(os.path.realpath(Path.cwd()))
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def next_steps(scaffold: Scaffold) -> str:
    """The commands to run, and what to tell the index."""
    publisher = scaffold.publisher
    commands = "\n".join(f"    {shlex.join(words)}" for words in scaffold.commands)
    return (
        f"\nNext:\n{commands}\n\n"
        "To publish, commit the files and tell the Python index once who may do so: add a trusted"
        "\npublisher, GitHub, in the project's settings there, or in your account's for a new"
        " project:\n"
        f"    owner        {publisher.owner or 'the owner of the repository on GitHub'}\n"
        f"    repository   {publisher.repository or 'its name'}\n"
        f"    workflow     {publisher.workflow}\n"
        f"    environment  {publisher.environment}\n"
        f"Then {scaffold.trigger}."
    )
