"""Asking GitHub's REST API: a question and its answer (docs.github.com/rest, version 2022-11-28).

The API's root is ``GITHUB_API_URL``, which GitHub Actions sets too: ``https://api.github.com``,
or ``https://HOST/api/v3`` for GitHub Enterprise Server. It must be https; plain http is taken
for this machine itself alone (``http://127.0.0.1:PORT``, ``http://localhost:PORT``), for tests
and for tunnels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ...errors import AccessDeniedError, DownloadError, UsageError
from ..http.address import Address, join_address, parse_address
from ..http.client import Answer, Http, describe_status
from .fields import Fields

PUBLIC_API = "https://api.github.com"
"""The root of the API of github.com."""
_HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
_LARGEST_ANSWER = 32 * 1024 * 1024  # bytes; a page of 100 assets takes 200,000
_MOST_PAGES = 30  # a release has at most 1,000 assets
_NEXT = re.compile(r'<([^<>]*)>[^,<]*;\s*rel="?next"?', re.IGNORECASE)


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


def read_token(environment: Mapping[str, str]) -> str | None:
    """The user's token; None where there is none.

    Args:
        environment: ``GITHUB_TOKEN``, or else ``GH_TOKEN``.

    Raises:
        UsageError: it can be no token.
    """
    for name in ("GITHUB_TOKEN", "GH_TOKEN"):
        token = environment.get(name, "").strip()
        if token and not re.fullmatch(r"[\x21-\x7e]+", token):
            raise UsageError(
                f"{name} holds characters that no token has.", hint="Set it anew, or unset it."
            )
        if token:
            return token
    return None


class Rest:
    """The API of one server, asked question by question.

    Attributes:
        http: the client.
        root: where the API begins.
    """

    def __init__(self, http: Http, root: Address) -> None:
        self.http = http
        self.root = root

    def ask(self, path: str) -> Answer:
        """The answer to a question: 200 or 404.

        Args:
            path: below the root, or an absolute address.

        Raises:
            AccessDeniedError: the token is wrong, or not enough.
            DownloadError: the API could not be asked, or refuses.
        """
        url = path if "://" in path else f"{self.root.url.rstrip('/')}/{path}"
        answer = self.http.get(url, headers=_HEADERS, limit=_LARGEST_ANSWER)
        if answer.status not in (200, 404):
            raise self._refused(answer)
        return answer

    def document(self, answer: Answer, place: str) -> Fields:
        """An answer as an object of JSON.

        Args:
            answer: the answer to a question.
            place: what errors call it.

        Raises:
            DownloadError: it is something else, or says that there is nothing.
        """
        return Fields(self.json(answer, place), place)

    def json(self, answer: Answer, place: str) -> object:
        """An answer as JSON.

        Args:
            answer: the answer to a question.
            place: what errors call it.

        Raises:
            DownloadError: it is something else, or says that there is nothing.
        """
        if answer.status != 200:
            raise self._refused(answer)
        return Fields.read_json(answer.body, place)

    def pages(self, url: str, place: str) -> Iterator[Fields]:
        """The items of a list over all its pages (RFC 8288: the Link header names the next).

        Args:
            url: the address of the first page.
            place: what errors call the list.

        Raises:
            AccessDeniedError: the token is wrong, or not enough.
            DownloadError: a page could not be fetched, or is something else.
        """
        seen: set[str] = set()
        while url not in seen and len(seen) < _MOST_PAGES:
            seen.add(url)
            answer = self.ask(url)
            yield from Fields.each(self.json(answer, place), place)
            following = _NEXT.search(answer.headers.get("Link", ""))
            address = join_address(answer.address, following[1]) if following else None
            if address is None:
                return
            url = address.url
        raise Fields.wrong_shape(place, "a list with an end")

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


def _message(answer: Answer) -> str:
    """What the API says to explain a refusal, in one line."""
    try:
        said = Fields.parse(answer.body, "answer").text("message")
    except DownloadError:
        return ""
    return " ".join(said.split())[:300].rstrip(".")
