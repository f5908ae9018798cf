"""GitHub's REST API, as far as releases need it (docs.github.com/rest, version 2022-11-28).

The API's root is ``GITHUB_API_URL``, which GitHub Actions sets too: ``https://api.github.com``,
or ``https://HOST/api/v3`` for GitHub Enterprise Server. It must be https; plain http is taken
for this machine itself alone (``http://127.0.0.1:PORT``, ``http://localhost:PORT``), for tests
and for tunnels.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import quote

from ...errors import (
    AccessDeniedError,
    DownloadError,
    GoToWheelError,
    ReleaseNotFoundError,
    UsageError,
)
from ...release import Release, Repository, RepositoryFile
from ..http.address import Address, join_address, parse_address
from ..http.client import Answer, Http, HttpOptions, describe_status
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

PUBLIC_API = "https://api.github.com"
"""The root of the API of github.com."""

_HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
_LARGEST_ANSWER = 32 * 1024 * 1024  # bytes; a page of 100 assets takes 200,000
_PAGE = 100  # items; the most that the API gives at once
_MOST_PAGES = 30  # a release has at most 1,000 assets
_MOST_TAGS = 5  # annotated tags of tags
_SURELY_ALL = 30  # items; a list with fewer than the API's usual page is complete
_HINTED_TAGS = 5
_OWNER_AND_NAME = re.compile(r"[A-Za-z0-9_-]{1,100}/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}")
_NEXT = re.compile(r'<([^<>]*)>[^,<]*;\s*rel="?next"?', re.IGNORECASE)


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
        token=_read_token(environment),
        environment=environment,
        retries=retries or RetryPolicy(),
        clock=clock or SystemClock(),
        cancelled=cancelled,
    )
    return GitHub(Http(options), root)


def read_api_root(text: str) -> Address:
    """The root of the API; that of github.com where the text is empty.

    Raises:
        UsageError: it is no address, or one without encryption.
    """
    root = parse_address(text.strip() or PUBLIC_API)
    if root is None:
        raise UsageError(
            "GITHUB_API_URL is no address that can be used.",
            hint=f"Set it to a root such as {PUBLIC_API} or https://HOST/api/v3, or unset it.",
        )
    if root.scheme != "https" and not root.is_loopback:
        raise UsageError(
            f"GITHUB_API_URL is {root}, which is not encrypted.",
            hint="Set it to the https address: plain http is for this machine itself alone.",
        )
    return root


def _read_token(environment: Mapping[str, str]) -> str | None:
    for name in ("GITHUB_TOKEN", "GH_TOKEN"):
        token = environment.get(name, "").strip()
        if token and not re.fullmatch(r"[\x21-\x7e]+", token):
            raise UsageError(
                f"{name} holds characters that no token has.", hint="Set it anew, or unset it."
            )
        if token:
            return token
    return None


class GitHub:
    """The API of one server.

    Attributes:
        http: the client, which also downloads the assets.
    """

    def __init__(self, http: Http, root: Address) -> None:
        self.http = http
        self._root = root

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
        answer = self._ask(_repository_path(name))
        if answer.status == 404:
            raise self._no_repository(name)
        return read_repository(self._document(answer, "repository"))

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
        answer = self._ask(f"{_repository_path(name)}/releases/latest")
        if answer.status != 404:
            return self._release(name, self._document(answer, "release"))
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
        answer = self._ask(path) if tag.strip(".") else None
        if answer is not None and answer.status != 404:
            return self._release(name, self._document(answer, "release"))
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
        answer = self._ask(path)
        # GitHub Enterprise Server has no such address, and GitHub none for an unknown digest.
        return () if answer.status == 404 else read_attestations(self._json(answer, "answer"))

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
        answer = self._ask(f"{path}/ref/{quote(ref, safe='')}")
        if answer.status == 404:
            return None
        document = self._document(answer, "ref")
        if document.text("ref") != f"refs/{ref}":
            raise Fields.wrong_shape("ref.ref", f"refs/{ref}")
        for _ in range(_MOST_TAGS):
            found = read_git_object(document)
            if found.kind != "tag":
                return found.sha if found.kind == "commit" else None
            document = self._document(self._ask(f"{path}/tags/{found.sha}"), "tag")
        return None

    def _file(self, name: str, kind: str, ref: str) -> RepositoryFile | None:
        answer = self._ask(f"{_repository_path(name)}/{kind}?ref={quote(ref, safe='')}")
        return None if answer.status == 404 else read_file(self._document(answer, kind))

    def _releases(self, name: str) -> tuple[Fields, ...]:
        """The newest releases, at most 100."""
        answer = self._ask(f"{_repository_path(name)}/releases?per_page={_PAGE}")
        if answer.status == 404:
            raise self._no_repository(name)
        return Fields.each(self._json(answer, "releases"), "releases")

    def _release(self, name: str, document: Fields) -> Release:
        """A release with all its assets: the answer itself may hold only the first ones."""
        assets = document.objects("assets")
        if len(assets) >= _SURELY_ALL:
            assets = tuple(self._pages(f"{document.text('assets_url')}?per_page={_PAGE}"))
        found = (read_asset(asset, through_api=self.http.has_token) for asset in assets)
        return read_release(name, document, tuple(asset for asset in found if asset is not None))

    def _pages(self, url: str) -> Iterator[Fields]:
        """The items of a list over all its pages (RFC 8288: the Link header names the next)."""
        seen: set[str] = set()
        while url not in seen and len(seen) < _MOST_PAGES:
            seen.add(url)
            answer = self._ask(url)
            yield from Fields.each(self._json(answer, "assets"), "assets")
            following = _NEXT.search(answer.headers.get("Link", ""))
            address = join_address(answer.address, following[1]) if following else None
            if address is None:
                return
            url = address.url
        raise Fields.wrong_shape("assets", "a list with an end")

    def _ask(self, path: str) -> Answer:
        """The answer to a question: 200 or 404.

        Args:
            path: below the root, or an absolute address.
        """
        url = path if "://" in path else f"{self._root.url.rstrip('/')}/{path}"
        answer = self.http.get(url, headers=_HEADERS, limit=_LARGEST_ANSWER)
        if answer.status not in (200, 404):
            raise self._refused(answer)
        return answer

    def _document(self, answer: Answer, place: str) -> Fields:
        return Fields(self._json(answer, place), place)

    def _json(self, answer: Answer, place: str) -> object:
        if answer.status != 200:
            raise self._refused(answer)
        return Fields.read_json(answer.body, place)

    def _no_repository(self, name: str) -> GoToWheelError:
        hint = "Check how it is spelled"
        if self.http.has_token:
            hint += ", and that the token in GITHUB_TOKEN may read it."
        else:
            hint += "; for a private one set GITHUB_TOKEN to a token that may read it."
        return ReleaseNotFoundError(
            f"{self._root.host} knows no repository {name}, or it is private.", hint=hint
        )

    def _refused(self, answer: Answer) -> DownloadError:
        status = describe_status(answer.status)
        said = _message(answer)
        text = f"{answer.address} answered {status}{f': {said}' if said else ''}."
        if answer.status == 401:
            return AccessDeniedError(
                text,
                hint="Set GITHUB_TOKEN (or GH_TOKEN) to a valid token, or unset it: public"
                " repositories need none.",
            )
        if answer.status == 403:
            return AccessDeniedError(
                text, hint="Set GITHUB_TOKEN to a token that may read this repository."
            )
        return DownloadError(text, hint="Is GITHUB_API_URL the root of GitHub's REST API?")


def _repository_path(name: str) -> str:
    if not _OWNER_AND_NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} is no name of a repository.", hint="Write OWNER/REPO, as in gh:OWNER/REPO."
        )
    return f"repos/{name}"


def _some(tags: list[str]) -> str:
    shown = ", ".join(tags[:_HINTED_TAGS])
    return f"{shown} and more" if len(tags) > _HINTED_TAGS else shown


def _message(answer: Answer) -> str:
    """What the API says to explain a refusal, in one line."""
    try:
        said = Fields.parse(answer.body, "answer").text("message")
    except DownloadError:
        return ""
    return " ".join(said.split())[:300].rstrip(".")
