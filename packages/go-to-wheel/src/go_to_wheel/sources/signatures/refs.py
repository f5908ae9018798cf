"""For which state of a repository a signature was made, and whether that is the release's.

A certificate names the branch, the tag or the pull request that the workflow ran for, and the
commit (Fulcio, docs/oid-info.md). Everybody may open a pull request, and a branch moves on; so
only the release's own tag proves something by its name, and a branch by its commit.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import TypeAlias

from ...errors import DownloadError
from ..github.api import GitHub
from ..github.facts import plain_text
from .identity import Identity
from .values import Unchecked

FindCommit: TypeAlias = Callable[[str, str], str | Unchecked]
"""The commit of a repository's tag, in hex, or why nobody knows."""

_BRANCH, _PULL, _TAG = "refs/heads/", "refs/pull/", "refs/tags/"
_SHOWN = 12  # digits of a commit


class TagCommits:
    """The commits of tags, as GitHub knows them; each is asked for once.

    Any number of threads may use it at once.

    Args:
        github: the API.
    """

    def __init__(self, github: GitHub) -> None:
        self._github = github
        self._lock = Lock()
        self._found: dict[tuple[str, str], str | Unchecked] = {}

    def find(self, repository: str, tag: str) -> str | Unchecked:
        """The commit that a tag names now.

        Args:
            repository: ``OWNER/REPO``.
            tag: the tag.

        Raises:
            Cancelled: the user stopped the run.
        """
        with self._lock:
            if (repository, tag) not in self._found:
                self._found[repository, tag] = self._ask(repository, tag)
            return self._found[repository, tag]

    def _ask(self, repository: str, tag: str) -> str | Unchecked:
        try:
            commit = self._github.tag_commit(repository, tag)
        except DownloadError as error:
            said = error.message.rstrip(".")
            return Unchecked(reason=f"GitHub could not be asked for the commit of {tag} ({said})")
        return commit or Unchecked(reason=f"GitHub knows no commit of the tag {tag}")


def doubt_of_ref(
    identity: Identity, repository: str, tag: str, find_commit: FindCommit
) -> Unchecked | None:
    """Why a signature by the repository's own workflow proves nothing of a release.

    Args:
        identity: who signed, and for which state of the repository.
        repository: ``OWNER/REPO``.
        tag: the release's tag.
        find_commit: asked for the tag's commit where a branch is named.

    Returns:
        The reason; None where it was made for the release.

    Raises:
        Cancelled: the user stopped the run.
    """
    ref, commit = plain_text(identity.ref)[:100], identity.commit
    if identity.ref == f"{_TAG}{tag}":
        return None
    if identity.ref.startswith(_TAG):
        # The files of an old release, with all their signatures, may be passed off as new.
        made_for = ref.removeprefix(_TAG)
        return Unchecked(reason=f"it was made for the release {made_for}, not for {tag}")
    if identity.ref.startswith(_PULL):
        return Unchecked(reason=f"it was made for a pull request ({ref}), which anybody may open")
    if not identity.ref.startswith(_BRANCH) or not commit:
        return Unchecked(reason="its certificate does not say which commit it was made for")
    doubt = _doubt_of_commit(commit, find_commit(repository, tag), tag)
    made_on = f"it was made on the branch {ref.removeprefix(_BRANCH)}"
    return Unchecked(reason=f"{made_on}{doubt}") if doubt else None


def _doubt_of_commit(commit: str, found: str | Unchecked, tag: str) -> str:
    """Why a branch's commit is not known to be the tag's; empty where it is."""
    if isinstance(found, Unchecked):
        return f", and {found.reason}"
    if found != commit:
        return f" for the commit {plain_text(commit)[:_SHOWN]}, and {tag} is {found[:_SHOWN]}"
    return ""
