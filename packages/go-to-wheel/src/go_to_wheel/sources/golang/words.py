"""What Go's messages mean, told by their words."""

from __future__ import annotations

import re

_LONGEST = 300  # characters of Go's words in a message of ours

NETWORK = re.compile(
    r"dial tcp|no such host|Could not resolve host|connection (?:refused|reset|timed out)"
    r"|i/o timeout|TLS handshake|network is unreachable|x509:|proxyconnect|unexpected EOF"
    r"|\b50[0-9] [A-Z]|\b429 |deadline exceeded|disabled by GOPROXY=off|server misbehaving"
)
"""The network failed, or was not to be used."""

DENIED = re.compile(r"permission denied|Access is denied")
"""The user may not read or write what Go names."""


_DOWNLOADING = re.compile(r"go: downloading (?P<module>\S+ v\S+)")


def module_fetched(line: str) -> str | None:
    """The module that Go begins to fetch, by a line of its messages; None where it says no such.

    Returns:
        Its path and its version, like ``golang.org/x/sys v0.1.0``.
    """
    found = _DOWNLOADING.fullmatch(line)
    return found["module"] if found else None


def first_words(message: str) -> str:
    """What Go says first, in one line and without a full stop at its end."""
    lines = [line.strip().removeprefix("go: ") for line in message.splitlines()]
    lines = [line for line in lines if line and not line.startswith("downloading ")]
    # "errors parsing go.mod:" tells nothing without the line below.
    count = 2 if lines and lines[0].endswith(":") else 1
    return " ".join(lines[:count])[:_LONGEST].rstrip(".:") or "it does not say why"
