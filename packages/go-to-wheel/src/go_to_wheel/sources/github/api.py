"""GitHub's REST API, as far as releases need it: what can be asked, and what the answers mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import quote

from ...errors import GoToWheelError, ReleaseNotFoundError, UsageError
from ...release import Release, Repository, RepositoryFile
from ..http.address import Address
from ..http.client import Http, HttpOptions
from ..http.retry import Clock, RetryPolicy, SystemClock
from .answers import (
    Attestation,
    read_asset,
    read_attestations,
    read_file,
    read_git_object,
    read_release,
    read_repository,
    read_tag,
)
from .fields import Fields
from .rest import Rest, read_api_root, read_token

_PAGE = 100  # items; the most that the API gives at once
_MOST_TAGS = 5  # annotated tags of tags
_SURELY_ALL = 30  # items; a list with fewer than the API's usual page is complete
_HINTED_TAGS = 5
_OWNER_AND_NAME = re.compile(r"[A-Za-z0-9_-]{1,100}/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}")


def open_github(
    environment: Mapping[str, str],
    *,
    cancelled: Callable[[], bool],
    clock: Clock | None = None,
    retries: RetryPolicy | None = None,
) -> GitHub:
    """The API that the user's variables name, with the token that they hold.

    Args:
        environment: ``GITHUB_API_URL``, ``GITHUB_TOKEN`` or else ``GH_TOKEN``, and what
            ``http.connect.Connector`` reads.
        cancelled: whether the user stopped the run.
        clock: what passes the time between tries.
        retries: how often and how patiently to try.

    Raises:
        UsageError: one of these variables cannot be used.
    """
    root = read_api_root(environment.get("GITHUB_API_URL", ""))
    options = HttpOptions(
        home=root,
        token=read_token(environment),
        environment=environment,
        retries=retries or RetryPolicy(),
        clock=clock or SystemClock(),
        cancelled=cancelled,
    )
    return GitHub(Http(options), root)


class GitHub:
    """The API of one server.

    Attributes:
        http: the client, which also downloads the assets.
    """

    def __init__(self, http: Http, root: Address) -> None:
        self.http = http
        self._rest = Rest(http, root)

    def repository(self, name: str) -> Repository:
        """What a repository says of itself.

        Args:
            name: ``OWNER/REPO``.

        Raises:
            UsageError: the name is no ``OWNER/REPO``.
            ReleaseNotFoundError: there is none, or it is private.
            AccessDeniedError: the token is wrong, or not enough.
            DownloadError: the API could not be asked, or answers something else.
        """
        answer = self._rest.ask(_repository_path(name))
        if answer.status == 404:
            raise self._no_repository(name)
        return read_repository(self._rest.document(answer, "repository"))

    def latest_release(self, name: str) -> Release:
        """The newest release that is neither a draft nor a pre-release.

        Args:
            name: ``OWNER/REPO``.

        Raises:
            UsageError: the name is no ``OWNER/REPO``.
            ReleaseNotFoundError: there is no such repository, or no such release in it.
            AccessDeniedError: the token is wrong, or not enough.
            DownloadError: the API could not be asked, or answers something else.
        """
        answer = self._rest.ask(f"{_repository_path(name)}/releases/latest")
        if answer.status != 404:
            return self._release(name, self._rest.document(answer, "release"))
        releases = self._releases(name)
        tags = [read_tag(release) for release in releases]
        if tags:
            raise ReleaseNotFoundError(
                f"{name} has no release but drafts and pre-releases.",
                hint=f"Name one of them by its tag: {_some(tags)}.",
            )
        raise ReleaseNotFoundError(
            f"{name} has no releases.",
            hint=f"Build it from its Go source: go-to-wheel github.com/{name}@latest.",
        )

    def release(self, name: str, tag: str) -> Release:
        """The release of a tag, also a draft or a pre-release.

        Args:
            name: ``OWNER/REPO``.
            tag: the git tag.

        Raises:
            UsageError: the name is no ``OWNER/REPO``.
            ReleaseNotFoundError: there is no such repository, or no such release in it.
            AccessDeniedError: the token is wrong, or not enough.
            DownloadError: the API could not be asked, or answers something else.
        """
        path = f"{_repository_path(name)}/releases/tags/{quote(tag, safe='')}"
        # No tag of git is "." or ".."; as a path they would lead to another question.
        answer = self._rest.ask(path) if tag.strip(".") else None
        if answer is not None and answer.status != 404:
            return self._release(name, self._rest.document(answer, "release"))
        releases = self._releases(name)
        for release in releases:
            if read_tag(release) == tag:  # a draft: only the list has those
                return self._release(name, release)
        tags = [read_tag(release) for release in releases]
        raise ReleaseNotFoundError(
            f"{name} has no release with the tag {tag!r}.",
            hint=f"There are: {_some(tags)}." if tags else "It has no releases.",
        )

    def tags(self, name: str) -> tuple[str, ...]:
        """The tags of the newest releases, at most 100, the newest first.

        Raises:
            UsageError: the name is no ``OWNER/REPO``.
            ReleaseNotFoundError: there is no such repository, or it is private.
            AccessDeniedError: the token is wrong, or not enough.
            DownloadError: the API could not be asked, or answers something else.
        """
        return tuple(read_tag(release) for release in self._releases(name))

    def license_file(self, name: str, ref: str) -> RepositoryFile | None:
        """The licence file of a repository, as GitHub finds it; None where it finds none.

        Args:
            name: ``OWNER/REPO``.
            ref: a tag, a branch or a commit.

        Raises:
            UsageError: the name is no ``OWNER/REPO``.
            AccessDeniedError: the token is wrong, or not enough.
            DownloadError: the API could not be asked, or answers something else.
        """
        return self._file(name, "license", ref)

    def readme(self, name: str, ref: str) -> RepositoryFile | None:
        """The README of a repository, as GitHub finds it; None where it finds none.

        Args:
            name: ``OWNER/REPO``.
            ref: a tag, a branch or a commit.

        Raises:
            UsageError: the name is no ``OWNER/REPO``.
            AccessDeniedError: the token is wrong, or not enough.
            DownloadError: the API could not be asked, or answers something else.
        """
        return self._file(name, "readme", ref)

    def attestations(self, name: str, sha256: str) -> tuple[Attestation, ...]:
        """The attestations that a repository's workflows made for a file, at most 100.

        Args:
            name: ``OWNER/REPO``.
            sha256: the digest of the file's bytes, in hex.

        Raises:
            UsageError: the name is no ``OWNER/REPO``.
            AccessDeniedError: the token is wrong, or not enough.
            DownloadError: the API could not be asked, or answers something else.
        """
        path = f"{_repository_path(name)}/attestations/sha256:{sha256}?per_page={_PAGE}"
        answer = self._rest.ask(path)
        # GitHub Enterprise Server has no such address, and GitHub none for an unknown digest.
        return () if answer.status == 404 else read_attestations(self._rest.json(answer, "answer"))

    def tag_commit(self, name: str, tag: str) -> str | None:
        """The commit that a git tag names now, in hex; None where there is no such tag.

        An annotated tag is an object of its own, which names the commit, or another tag.

        Args:
            name: ``OWNER/REPO``.
            tag: the git tag.

        Raises:
            UsageError: the name is no ``OWNER/REPO``.
            AccessDeniedError: the token is wrong, or not enough.
            DownloadError: the API could not be asked, or answers something else.
        """
        ref = f"tags/{tag}"
        path = f"{_repository_path(name)}/git"
        answer = self._rest.ask(f"{path}/ref/{quote(ref, safe='')}")
        if answer.status == 404:
            return None
        document = self._rest.document(answer, "ref")
        if document.text("ref") != f"refs/{ref}":
            raise Fields.wrong_shape("ref.ref", f"refs/{ref}")
        for _ in range(_MOST_TAGS):
            found = read_git_object(document)
            if found.kind != "tag":
                return found.sha if found.kind == "commit" else None
            document = self._rest.document(self._rest.ask(f"{path}/tags/{found.sha}"), "tag")
        return None

    def _file(self, name: str, kind: str, ref: str) -> RepositoryFile | None:
        answer = self._rest.ask(f"{_repository_path(name)}/{kind}?ref={quote(ref, safe='')}")
        return None if answer.status == 404 else read_file(self._rest.document(answer, kind))

    def _releases(self, name: str) -> tuple[Fields, ...]:
        """The newest releases, at most 100."""
        answer = self._rest.ask(f"{_repository_path(name)}/releases?per_page={_PAGE}")
        if answer.status == 404:
            raise self._no_repository(name)
        return Fields.each(self._rest.json(answer, "releases"), "releases")

    def _release(self, name: str, document: Fields) -> Release:
        """A release with all its assets: the answer itself may hold only the first ones."""
        assets = document.objects("assets")
        if len(assets) >= _SURELY_ALL:
            assets = tuple(
                self._rest.pages(f"{document.text('assets_url')}?per_page={_PAGE}", "assets")
            )
        found = (read_asset(asset, through_api=self.http.has_token) for asset in assets)
        return read_release(name, document, tuple(asset for asset in found if asset is not None))

    def _no_repository(self, name: str) -> GoToWheelError:
        hint = "Check how it is spelled"
        if self.http.has_token:
            hint += ", and that the token in GITHUB_TOKEN may read it."
        else:
            hint += "; for a private one set GITHUB_TOKEN to a token that may read it."
        return ReleaseNotFoundError(
            f"{self._rest.root.host} knows no repository {name}, or it is private.", hint=hint
        )


def _repository_path(name: str) -> str:
    if not _OWNER_AND_NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} is no name of a repository.", hint="Write OWNER/REPO, as in gh:OWNER/REPO."
        )
    return f"repos/{name}"


def _some(tags: list[str]) -> str:
    shown = ", ".join(tags[:_HINTED_TAGS])
    return f"{shown} and more" if len(tags) > _HINTED_TAGS else shown
