"""What ``init`` says: what it found, what it would write, and what to do next."""

from __future__ import annotations

import os
import shlex
import textwrap
from collections.abc import Collection, Sequence
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


def unchanged(scaffold: Scaffold, waiting: Sequence[NewFile]) -> str:
    """The files that exist and need no change, one a line; empty where there is none."""
    same = [file for file in scaffold.files if file not in waiting]
    return "\n".join(f"{short_path(file.path)} is up to date, and stays as it is." for file in same)


def short_path(path: Path) -> str:
    """A path as it is shortest: from the current folder, or from the root."""
    here = os.path.realpath(Path.cwd())
    try:
        return min(os.path.relpath(path, here), str(path), key=len)
    except ValueError:  # another drive
        return str(path)


def next_steps(scaffold: Scaffold, written: Collection[Path]) -> str:
    """The commands to run, and what to tell the index; a paragraph is one line.

    Args:
        scaffold: what was decided.
        written: the files that were written just now.
    """
    publisher = scaffold.publisher
    paths = [*scaffold.kept, *(file.path for file in scaffold.files)]
    files = " and ".join(shlex.quote(short_path(path)) for path in paths)
    lines = [shlex.join(words) for words in scaffold.commands]
    commit = f"commit {files}, and "
    if scaffold.top is not None:
        commit = ""
        open_ones = [path for path in paths if path in written or path in scaffold.uncommitted]
        lines[:0] = [_commit(scaffold.top, open_ones)] if open_ones else []
    commands = textwrap.indent("\n".join(lines), "    ")
    told = (
        f"To publish, {commit}tell the Python index once who may do so: add a trusted publisher,"
        " GitHub, in the project's settings there, or in your account's for a new project:"
    )
    if scaffold.tried:
        told = f"If {scaffold.tried} knows no --help, give it what it takes.\n\n{told}"
    return (
        f"\nNext:\n{commands}\n\n{told}\n"
        f"    owner        {publisher.owner or 'the owner of the repository on GitHub'}\n"
        f"    repository   {publisher.repository or 'its name'}\n"
        f"    workflow     {publisher.workflow}\n"
        f"    environment  {publisher.environment}\n"
        f"Then {scaffold.trigger}."
    )


def _commit(top: Path, paths: Sequence[Path]) -> str:
    """The line that commits some files; outside of their repository it names that."""
    git, names = ["git"], [short_path(path) for path in paths]
    if not Path(os.path.realpath(Path.cwd())).is_relative_to(top):
        git = ["git", "-C", short_path(top)]
        names = [path.relative_to(top).as_posix() for path in paths]
    add = shlex.join([*git, "add", *(f"./{name}" if name[0] == "-" else name for name in names)])
    return f"{add} && {shlex.join([*git, 'commit', '-m', 'Build wheels'])}"
