"""What Go says when a module cannot be had, as errors of ours: Go's own words are the detail."""

from __future__ import annotations

import re

from ...errors import (
    DigestMismatchError,
    DownloadError,
    GoError,
    GoToWheelError,
    UnverifiedError,
)
from ..golang.words import NETWORK

_MISMATCH = re.compile(r"checksum mismatch|SECURITY ERROR")
_UNVERIFIED = re.compile(r"verifying \S+.*: reading \S*/(?:lookup|tile|latest)\b", re.DOTALL)
# A host that Go asks where a module lies ("Finding a repository for a module path").
_ASKS_HOST = re.compile(r'Get "?https?://(?P<host>[^/:"\s]+)[^"\s]*\?go-get=1')
_NO_PLACE = re.compile(
    r"could not create module cache|no space left|read-only file system|permission denied"
    r"|disk quota|not a directory"
)


def fetch_error(detail: str, what: str) -> GoToWheelError:
    """The error for a fetch that failed, by what Go says of it.

    Args:
        detail: Go's message.
        what: what was to be fetched, for the message.
    """
    if error := trust_error(detail, what):
        return error
    if is_network(detail, ""):
        return network_error(detail, what)
    if _NO_PLACE.search(detail):
        return GoError(
            f"There is no place to keep the source of {what}.",
            hint="Make room in Go's module cache, or name another one with GOMODCACHE.",
            detail=detail,
        )
    return GoError(
        f"Go cannot put together the modules of {what}.",
        hint="Go's message is above; is another version better?",
        detail=detail,
    )


def trust_error(detail: str, what: str) -> GoToWheelError | None:
    """The error for bytes that nobody vouches for; None where that is not the trouble."""
    if _MISMATCH.search(detail):
        return DigestMismatchError(
            f"The source of {what} is not what was published under this version.",
            hint="Do not use it: the module proxy or the module's author has changed it.",
            detail=detail,
        )
    if _UNVERIFIED.search(detail) and not NETWORK.search(detail):
        return UnverifiedError(
            f"The checksum database does not know {what}.",
            hint="If the module is private, name it in GOPRIVATE (see 'go help private').",
            detail=detail,
        )
    return None


def is_network(detail: str, package: str) -> bool:
    """Whether the network failed, and not the module's name.

    A host that the module itself is named after may well not exist: then the name is wrong.
    """
    if (asked := _ASKS_HOST.search(detail)) and asked["host"] == package.partition("/")[0]:
        return False
    return bool(NETWORK.search(detail))


def network_error(detail: str, what: str) -> DownloadError:
    """The error for a network that failed."""
    return DownloadError(
        f"The source of {what} cannot be fetched: no answer from the module proxy, or from"
        " where the module lies.",
        hint="Check the network, and GOPROXY where you have set it; then try again.",
        detail=detail,
    )
