"""The values that flow here: what the user wants, what was found, what is to be written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..names import CommandName, DistributionName

WORKFLOWS = Path(".github", "workflows")
"""Where GitHub looks for workflows, from the top of a repository."""

ENVIRONMENT = "pypi"
"""The environment of the job that publishes; the index is told of it, and it is in templates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the user says of a project that is to be set up.

    Attributes:
        name: the distribution's name; None for the program's.
        entry_point: the name of the one command; None for the distribution's.
        packages: the main packages; none for those that are found.
        go_binary: the Go command; None to search.
        force: files that are there may be replaced, and a pyproject.toml may be added to.
    """

    name: DistributionName | None = None
    entry_point: CommandName | None = None
    packages: tuple[str, ...] = ()
    go_binary: str | None = None
    force: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFile:
    """A file to write.

    Attributes:
        path: where.
        text: what will stand in it.
        top: the folder that it must lie in, whatever links there are on the way.
    """

    path: Path
    text: str
    top: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """What the index is told of who may publish (its Trusted Publishers).

    Attributes:
        owner: the owner of the repository on GitHub; empty where it is not known.
        repository: its name; empty where it is not known.
        workflow: the name of the workflow's file.
        environment: the environment of the job that publishes.
    """

    owner: str
    repository: str
    workflow: str
    environment: str = ENVIRONMENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaffold:
    """What ``init`` writes, and what it says.

    Attributes:
        description: what was found, in one line or two.
        files: the files to write.
        notes: what the user should know.
        commands: what to do next: command lines that work as they are.
        publisher: what to tell the index.
        trigger: what makes the workflow publish, as it follows "then".
        kept: files that are there, and belong to these.
        addition: what to put into a pyproject.toml or tools.toml that is left as it is; empty
            otherwise.
        tried: the program that the last of the commands starts; empty where it starts none.
        top: the top of the git repository that the commands build from, so that what they find
            should be committed; None where they do not, or outside of git.
        uncommitted: those of the files, and of those kept, that its commit does not hold as they
            are on the disk.
    """

    description: str
    files: tuple[NewFile, ...]
    notes: tuple[str, ...]
    commands: tuple[tuple[str, ...], ...]
    publisher: Publisher
    trigger: str
    kept: tuple[Path, ...] = ()
    addition: str = ""
    tried: str = ""
    top: Path | None = None
    uncommitted: tuple[Path, ...] = ()
