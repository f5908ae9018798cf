"""The repository and the commit that a record of origin names, checked out anew."""

from __future__ import annotations

import os
import re
from pathlib import Path

from ..errors import DownloadError, GoToWheelError, OriginError
from ..provenance.origin import FolderOrigin
from ..sources.gitcommand import without_repository
from ..sources.process import Processes
from ..sources.search import find_command

_ADDRESS = re.compile(r"https://[\w-]+(?:\.[\w-]+)+(?:/(?!\.{1,2}(?:/|$))[\w.~+-]+)+", re.ASCII)
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_FOLDER = re.compile(r"(?:(?!\.{1,2}(?:/|$)|-)[^/\\:\x00-\x1f]+(?:/|$))*")
# Nothing of the user's own settings may start a program for a repository of a stranger, and git
# must never ask for a password.
_SETTINGS = (
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "init.templateDir=",
)
_ENVIRONMENT = {"GIT_TERMINAL_PROMPT": "0", "GIT_LFS_SKIP_SMUDGE": "1", "LC_ALL": "C"}


def can_clone(origin: FolderOrigin) -> bool:
    """Whether the record names a commit of a repository on the web."""
    return bool(_ADDRESS.fullmatch(origin.repository) and _COMMIT.fullmatch(origin.commit))


def clone(origin: FolderOrigin, folder: Path, processes: Processes) -> Path:
    """Check out the commit that a record names, and return the module's folder in it.

    Args:
        origin: an origin for which ``can_clone`` holds.
        folder: where the work tree goes; there is nothing yet.
        processes: what runs git.

    Raises:
        OriginError: the commit has no such folder.
        DownloadError: git cannot reach the repository, or it has no such commit.
        GoToWheelError: there is no git.
    """
    git = find_command("git", processes.environment)
    if git is None:
        raise GoToWheelError(
            "There is no git on this machine to clone the source with.",
            hint="Give the folder of the source with --source.",
        )
    user = without_repository(processes.environment)
    environment = {"GIT_ALLOW_PROTOCOL": "https", **user, **_ENVIRONMENT}
    folder.mkdir()
    for words in (
        ("init", "--quiet"),
        ("remote", "add", "origin", origin.repository),
        ("fetch", "--quiet", "--depth=1", "--no-tags", "origin", origin.commit),
        ("checkout", "--quiet", "--detach", origin.commit),
    ):
        done = processes.run([git, *_SETTINGS, *words], cwd=folder, environment=environment)
        if done.code:
            raise DownloadError(
                f"Commit {origin.commit[:12]} of {origin.repository} cannot be fetched.",
                hint="Give the folder of the source, checked out at this commit, with --source.",
                detail=done.message,
            )
    return _inside(folder, origin.subfolder)


def _inside(root: Path, subfolder: str) -> Path:
    """The module's folder; no link of the repository may lead out of it."""
    folder = root / subfolder
    real = Path(os.path.realpath(folder))
    if (
        not _FOLDER.fullmatch(subfolder)
        or not real.is_relative_to(os.path.realpath(root))
        or not real.is_dir()
    ):
        raise OriginError(
            f"The recorded commit has no folder {subfolder}.",
            hint="Somebody has changed the record, or the repository.",
        )
    return folder
