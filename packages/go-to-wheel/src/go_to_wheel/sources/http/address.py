"""Addresses on the network, and which of them may be asked without encryption."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urljoin

from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """The address of something to get.

    ``str()`` leaves the query out, which may hold a signature that is as good as a password.

    Attributes:
        scheme: ``http`` or ``https``.
        host: in lower case; an IPv6 address stands in brackets.
        port: the port, which is the scheme's own where the text names none.
        path: the path on that server, without the query.
        url: the whole, without a fragment.
    """

    scheme: str
    host: str
    port: int
    path: str
    url: str

    def __str__(self) -> str:
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}{self.path}"

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and port: what a server is told apart by (RFC 6454, section 4)."""
        return (self.scheme, self.host, self.port)

    @property
    def is_loopback(self) -> bool:
        """Whether it is this machine itself: ``localhost``, ``127.0.0.0/8`` or ``[::1]``."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host.strip("[]")).is_loopback
        except ValueError:
            return False


def parse_address(text: str) -> Address | None:
    """The address that a text gives; None where it is none that can be used.

    Names and passwords in front of the host are refused, as RFC 9110, section 4.2.4, advises:
    they are a way to make one host look like another.
    """
    try:
        url = parse_url(text)
    except LocationParseError:
        return None
    if url.scheme not in _PORTS or not url.host or url.auth is not None:
        return None
    return Address(
        scheme=url.scheme,
        host=url.host,
        port=url.port if url.port is not None else _PORTS[url.scheme],
        path=url.path or "/",
        url=url._replace(fragment=None).url,
    )


def join_address(base: Address, reference: str) -> Address | None:
    """Where a reference found at an address leads (RFC 3986, section 5); None where nowhere."""
    try:
        return parse_address(urljoin(base.url, reference))
    except ValueError:  # brackets around what is no IPv6 address
        return None
