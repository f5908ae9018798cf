"""Running git in a tree of a stranger: only to read, and so that nothing of the tree is run."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..process import Finished, Processes
from ..search import find_command

# Where another repository lies, or how pathspecs are read: set where git runs us in a hook, or by
# a user for something else (``git rev-parse --local-env-vars``; ``git help git``).
_OF_ANOTHER = re.compile(
    r"GIT_(?:DIR|WORK_TREE|IMPLICIT_WORK_TREE|INDEX_FILE|COMMON_DIR|PREFIX|NAMESPACE|CONFIG"
    r"|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|GRAFT_FILE|SHALLOW_FILE|NO_REPLACE_OBJECTS"
    r"|REPLACE_REF_BASE|ATTR_SOURCE|INTERNAL_SUPER_PREFIX|(?:LITERAL|GLOB|NOGLOB|ICASE)_PATHSPECS)"
)
# What a tree's own settings could start: a monitor of its files, hooks, and those of a bare
# repository that stands among its files.
_SETTINGS = (
    "-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}",
    "-c", "safe.bareRepository=explicit",
)  # fmt: skip
# Objects that a partial clone lacks would be fetched, by programs that its settings name. And a
# commit is what its name says, not what `git replace` puts in its place on this machine.
_VARIABLES = {
    "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none", "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
}  # fmt: skip
_FILTER = re.compile(r"(?P<name>filter\..*)\.[a-z]+", re.DOTALL)
_OWN_SCOPES = {"local", "worktree"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Git:
    """Git, told to start no program that a repository names.

    Attributes:
        command: the path of ``git``.
        processes: what runs it.
    """

    command: Path
    processes: Processes

    def run(
        self, *arguments: str, cwd: Path, environment: Mapping[str, str] | None = None
    ) -> Finished:
        """Run git in a folder; it changes nothing, and looks for the repository by the folder.

        Args:
            *arguments: its arguments.
            cwd: the folder.
            environment: variables beside those of the user.

        Raises:
            OSError: it cannot be started.
            Cancelled: the run was stopped meanwhile.
        """
        variables = without_repository(self.processes.environment) | _VARIABLES
        return self.processes.run(
            [self.command, "--no-optional-locks", *_SETTINGS, *arguments],
            cwd=cwd,
            environment=variables | dict(environment or {}),
        )

    def compare(self, *arguments: str, cwd: Path) -> Finished:
        """Run a command of git that reads changed files, without the repository's own filters.

        Their names are the repository's to choose, so they are asked for first. Those that the
        user has set for all repositories, like Git LFS, work as ever.

        Raises:
            OSError: git cannot be started.
            Cancelled: the run was stopped meanwhile.
        """
        listed = self.run("config", "--list", "--show-scope", "-z", cwd=cwd)
        before = self.processes.environment.get("GIT_CONFIG_COUNT", "")
        start = int(before) if before.isdecimal() else 0
        return self.run(*arguments, cwd=cwd, environment=_without_filters(listed.stdout, start))


def find_git(processes: Processes) -> Git | None:
    """Git on PATH; None where there is none."""
    command = find_command("git", processes.environment)
    return Git(command=command, processes=processes) if command else None


def without_repository(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables but for those that would make git look at another repository."""
    return {name: value for name, value in environment.items() if not _OF_ANOTHER.fullmatch(name)}


def _without_filters(listed: str, start: int) -> dict[str, str]:
    """Variables that switch off the filters of the repository's own settings.

    Their names may hold ``=``, at which an option would be cut short (``git help config``,
    "GIT_CONFIG_COUNT").

    Args:
        listed: ``SCOPE NUL KEY NEWLINE VALUE NUL``, one after another.
        start: how many settings the user's variables hold.
    """
    words = listed.split("\0")
    names = {
        found["name"]
        for scope, setting in zip(words[::2], words[1::2], strict=False)
        if scope in _OWN_SCOPES and (found := _FILTER.fullmatch(setting.partition("\n")[0]))
    }
    values = {"clean": "", "process": "", "required": "false"}
    settings = [(f"{name}.{key}", values[key]) for name in sorted(names) for key in values]
    variables = {"GIT_CONFIG_COUNT": str(start + len(settings))} if settings else {}
    for number, (key, value) in enumerate(settings, start):
        variables[f"GIT_CONFIG_KEY_{number}"] = key
        variables[f"GIT_CONFIG_VALUE_{number}"] = value
    return variables
