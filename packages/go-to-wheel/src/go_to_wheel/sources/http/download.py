"""One download to a file, continued where it broke off (RFC 9110, section 14)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from ...errors import AccessDeniedError, DownloadError
from .address import Address
from .client import Http, Response, describe_status, pieces
from .partials import Partial, strong_etag
from .retry import BrokenRequest

Progress = Callable[[int, int | None], None]
"""Told of the bytes that have arrived and of all there are, or None where that is not known."""

WHOLE_FILE = {"Accept": "application/octet-stream"}
"""What makes GitHub's API send an asset itself and not what it knows of it."""

_CONTENT_RANGE = re.compile(r"bytes (\d{1,15})-(\d{1,15})/(\d{1,15}|\*)")
_SLOWEST = 1024.0  # bytes a second that a server must give ...
_SLOW_TIME = 60.0  # ... on average over so many seconds


def watch_nothing(_done: int, _total: int | None) -> None:
    """The progress that nobody looks at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """What to fetch.

    Attributes:
        name: what to call it in messages.
        url: where it is.
        size: its size in bytes, where it is known.
        limit: the largest size that is taken, in bytes.
        progress: told of what arrives.
    """

    name: str
    url: str
    size: int | None
    limit: int
    progress: Progress = watch_nothing


def download(http: Http, wanted: Download, partial: Partial) -> None:
    """Fetch all of it into the file, which then has been closed.

    What the file holds already is asked for no more, where the server agrees that it is still
    the beginning of the same thing. After an error the file holds what had arrived.

    Raises:
        DownloadError: it could not be fetched, is larger than the limit, or not as large as it
            should be.
        OutputError: the disk is full, or cannot be written.
        Cancelled: the user stopped the run.
    """
    if wanted.size is not None and wanted.size > wanted.limit:
        raise _too_large(wanted)
    address = http.address(wanted.url)
    try:
        http.retrier.run(lambda: _Attempt(http, wanted, partial).run(address), lambda: partial.size)
    finally:
        partial.close()


class _Attempt:
    """One request, which may bring a part of the whole."""

    def __init__(self, http: Http, wanted: Download, partial: Partial) -> None:
        self.http = http
        self.wanted = wanted
        self.partial = partial

    def run(self, address: Address) -> None:
        if self.is_whole:
            return
        headers = dict(WHOLE_FILE)
        if self.partial.size and self.partial.etag:
            headers["Range"] = f"bytes={self.partial.size}-"
            headers["If-Range"] = self.partial.etag
        with self.http.open(address, headers) as response:
            total = self.begin(response, address)
            self.receive(response, address, total)

    @property
    def is_whole(self) -> bool:
        """Whether an attempt before this one broke off when nothing was missing any more."""
        return 0 < self.partial.size == self.wanted.size and not self.partial.inherited

    def begin(self, response: Response, address: Address) -> int | None:
        """Put the file where this answer goes on, and return how large the whole will be."""
        total: int | None
        if response.status == 206:
            total = self.check_range(response, address)
        elif response.status == 200:
            self.partial.restart(strong_etag(response.headers.get("ETag", "")))
            total = _length(response)
        elif response.status == 416:  # what we have is no beginning of it
            self.partial.restart("")
            raise BrokenRequest(_strange(address, "416 Range Not Satisfiable"))
        else:
            raise _refusal(response, address)
        if total is not None and total > self.wanted.limit:
            raise self.useless(_too_large(self.wanted))
        if total is not None and self.wanted.size not in (None, total):
            raise self.useless(self.wrong_size(total))
        return total if total is not None else self.wanted.size

    def check_range(self, response: Response, address: Address) -> int:
        """Make sure that a part begins where ours ends, and is of the same whole."""
        text = response.headers.get("Content-Range", "")
        found = _CONTENT_RANGE.fullmatch(text)
        etag = response.headers.get("ETag", self.partial.etag)
        if (
            found is None
            or found[3] == "*"
            or int(found[1]) != self.partial.size
            or int(found[2]) + 1 != int(found[3])
            or etag != self.partial.etag
        ):
            self.partial.restart("")
            raise BrokenRequest(_strange(address, f"206 Partial Content ({text or 'no range'})"))
        return int(found[3])

    def receive(self, response: Response, address: Address, total: int | None) -> None:
        started, before = self.http.clock.now(), self.partial.size
        self.wanted.progress(before, total)
        for piece in pieces(response):
            self.http.retrier.check_cancelled()
            self.partial.append(piece)
            if self.partial.size > self.wanted.limit:
                raise self.useless(_too_large(self.wanted))
            self.wanted.progress(self.partial.size, total)
            seconds = self.http.clock.now() - started
            if seconds > _SLOW_TIME and (self.partial.size - before) / seconds < _SLOWEST:
                raise BrokenRequest(_unfinished(address, "it is too slow"))
        if total is not None and self.partial.size < total:
            raise BrokenRequest(_unfinished(address, "the connection was closed too early"))
        if total is not None and self.partial.size > total:
            raise self.useless(self.wrong_size(self.partial.size))

    def useless(self, error: DownloadError) -> DownloadError:
        """Drop what has arrived, since this error makes sure that nobody wants it."""
        self.partial.restart("")
        return error

    def wrong_size(self, size: int) -> DownloadError:
        return DownloadError(
            f"{self.wanted.name} is {size} bytes long, but it should be {self.wanted.size}.",
            hint="It may just be replaced; try again later.",
        )


def _length(response: Response) -> int | None:
    text = response.headers.get("Content-Length", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None


def _too_large(wanted: Download) -> DownloadError:
    return DownloadError(
        f"{wanted.name} is larger than {wanted.limit} bytes.",
        hint="So large a file is not taken: no index would accept a wheel with it.",
    )


def _strange(address: Address, answer: str) -> DownloadError:
    return DownloadError(
        f"{address} answered {answer}, which does not fit the request.",
        hint="The server is set up wrongly; try again later.",
    )


def _unfinished(address: Address, reason: str) -> DownloadError:
    return DownloadError(
        f"{address} cannot be read: {reason}.",
        hint="Run it again: what has arrived is kept where it can be continued.",
    )


def _refusal(response: Response, address: Address) -> DownloadError:
    message = f"{address} answered {describe_status(response.status)}."
    if response.status in (401, 403):
        return AccessDeniedError(
            message, hint="Does the token in GITHUB_TOKEN allow to read this repository?"
        )
    return DownloadError(message, hint="Is the file still on the release's page?")
