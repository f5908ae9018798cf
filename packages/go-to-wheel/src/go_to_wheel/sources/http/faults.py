"""What went wrong with a connection, in words for people."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

from urllib3.exceptions import (
    HTTPError,
    IncompleteRead,
    InvalidChunkLength,
    NameResolutionError,
    ReadTimeoutError,
)

_DEEPEST = 8  # errors that led to one another


def describe_fault(error: HTTPError) -> str:
    """The reason in a few words, without addresses, which may hold secrets."""
    for one in _chain(error):
        words = _describe(one)
        if words:
            return words
    return "the connection broke"


def is_certificate_fault(error: HTTPError) -> bool:
    """Whether the server could not prove who it is: no further try will mend that."""
    return any(isinstance(one, ssl.SSLCertVerificationError) for one in _chain(error))


def _describe(error: BaseException) -> str | None:
    words: str | None = None
    match error:
        case NameResolutionError():
            words = "its name is not known"
        case IncompleteRead() | InvalidChunkLength():
            words = "the connection was closed too early"
        case ReadTimeoutError():
            words = "it went silent"
        case ssl.SSLCertVerificationError():
            words = f"its certificate is not trusted ({error.verify_message})"
        case ssl.SSLError():
            words = f"TLS failed ({error.reason or 'the connection was closed'})"
        case OSError() if error.strerror:
            words = error.strerror[0].lower() + error.strerror[1:]
        case TimeoutError():
            words = "it did not answer in time"
    return words


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error and those that led to it; urllib3 also keeps them among its arguments."""
    following: BaseException | None = error
    for _ in range(_DEEPEST):
        if following is None:
            return
        yield following
        inner = [arg for arg in following.args if isinstance(arg, BaseException)]
        following = inner[0] if inner else following.__cause__ or following.__context__
