"""Setting up a project whose wheels are built by GitHub Actions: what ``init`` writes.

Three kinds: a Go module of one's own, the releases of somebody's repository, and a catalogue of
many tools. Each is looked at first, then planned as files, then written, all or none.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..errors import UsageError
from ..scratch import scratch_folder
from ..sources.forms import GitHubRelease, recognise
from ..sources.process import Processes
from .catalogue import Tool, changed_tools, find_tools, matrix_of, read_catalogue
from .factory import set_up_factory, set_up_release
from .project import set_up_project
from .values import NewFile, Publisher, Scaffold, Wishes
from .write import unwritten, write_files

__all__ = [
    "NewFile", "Publisher", "Scaffold", "Tool", "Wishes", "changed_tools", "find_tools",
    "matrix_of", "read_catalogue", "set_up", "set_up_catalogue", "unwritten", "write_files",
]  # fmt: skip


def set_up(
    place: str, into: Path | None, wishes: Wishes, environment: Mapping[str, str]
) -> Scaffold:
    """Look at a Go project, or at a repository's releases, and decide what to write.

    Args:
        place: the folder of a go.mod, or a repository on GitHub.
        into: the folder for a repository's wheels; None for one that is called after it.
        wishes: what the user says of it.
        environment: the user's variables.

    Raises:
        UsageError: the place, or an option, cannot be used so.
        GoError: no toolchain, or no program in the module.
        DownloadError: GitHub could not be asked.
    """
    processes = Processes(environment=environment)
    is_repository = place.startswith(("gh:", "https://", "http://"))
    form = recognise((place,)) if is_repository else None
    if isinstance(form, GitHubRelease):
        if wishes.packages or wishes.entry_point or wishes.go_binary:
            raise UsageError(
                f"{place} is compiled already, and --package, --entry-point and --go-binary are"
                " for Go source.",
                hint="Leave them out.",
            )
        return set_up_release(form, into, wishes, processes)
    if into is not None:
        raise UsageError(
            f"--into is for a repository on GitHub, and {place} is a folder.",
            hint="Leave it out: the files go into the folder itself.",
        )
    with scratch_folder() as scratch:
        return set_up_project(Path(place), wishes, processes, scratch)


def set_up_catalogue(place: str, environment: Mapping[str, str]) -> Scaffold:
    """Decide what to write for a catalogue of many tools.

    Args:
        place: the folder for it; it need not be there.
        environment: the user's variables.

    Raises:
        SourceNotFoundError: the folder is a file.
    """
    return set_up_factory(Path(place), Processes(environment=environment))
