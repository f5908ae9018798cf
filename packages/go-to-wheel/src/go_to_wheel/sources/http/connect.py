"""Connections: TLS with the system's certificates, and the user's proxies."""

from __future__ import annotations

import contextlib
import ipaddress
import re
import socket
import ssl
import threading
import weakref
from collections.abc import Mapping
from dataclasses import dataclass

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import LocationParseError
from urllib3.util import Timeout, make_headers, parse_url

from ...errors import UsageError
from .address import Address

_CONNECTIONS = 16  # kept open for each host


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """How long to wait for a server, in seconds.

    Attributes:
        connect: for the connection.
        read: for each next piece of an answer.
    """

    connect: float = 10.0
    read: float = 30.0


class _LiveConnections:
    """The connections of one client, so that another thread can end them."""

    def __init__(self) -> None:
        self._connections: weakref.WeakSet[HTTPConnection] = weakref.WeakSet()
        self._lock = threading.Lock()
        self._ended = False

    def add(self, connection: HTTPConnection) -> None:
        with self._lock:
            self._connections.add(connection)
            if self._ended:
                _shut_down(connection)

    def end(self) -> None:
        with self._lock:
            self._ended = True
            for connection in tuple(self._connections):
                _shut_down(connection)

    def pool_classes(self) -> dict[str, type[urllib3.HTTPConnectionPool]]:
        """What urllib3 is to make connections with, by scheme."""
        live = self

        class Plain(HTTPConnection):
            def connect(self) -> None:
                super().connect()
                live.add(self)

        class Encrypted(HTTPSConnection):
            def connect(self) -> None:
                super().connect()
                live.add(self)

        class PlainPool(urllib3.HTTPConnectionPool):
            ConnectionCls = Plain

        class EncryptedPool(urllib3.HTTPSConnectionPool):
            ConnectionCls = Encrypted

        return {"http": PlainPool, "https": EncryptedPool}


def _shut_down(connection: HTTPConnection) -> None:
    if connection.sock is not None:
        with contextlib.suppress(OSError):  # it has ended by itself
            connection.sock.shutdown(socket.SHUT_RDWR)


class Connector:
    """Chooses, for each address, the way there: straight, or through a proxy.

    Args:
        environment: ``HTTPS_PROXY``, ``HTTP_PROXY``, ``ALL_PROXY`` and ``NO_PROXY``, in either
            case, and OpenSSL's ``SSL_CERT_FILE`` and ``SSL_CERT_DIR`` are read from it.
        timeouts: how long to wait.

    Raises:
        UsageError: one of these variables cannot be used.
    """

    def __init__(self, environment: Mapping[str, str], timeouts: Timeouts) -> None:
        self._no_proxy = _variable(environment, "no_proxy")
        self._context = _tls_context(environment)
        self._timeout = Timeout(connect=timeouts.connect, read=timeouts.read)
        self._live = _LiveConnections()
        self._straight = urllib3.PoolManager(
            maxsize=_CONNECTIONS, ssl_context=self._context, timeout=self._timeout
        )
        self._through = {
            scheme: self._through_proxy(scheme, proxy)
            for scheme in ("http", "https")
            if (proxy := _variable(environment, f"{scheme}_proxy", "all_proxy"))
        }
        for manager in self._managers():
            manager.pool_classes_by_scheme = self._live.pool_classes()

    def manager(self, address: Address) -> urllib3.PoolManager:
        """What opens connections to this address."""
        through = self._through.get(address.scheme)
        if through is None or goes_straight(address, self._no_proxy):
            return self._straight
        return through

    def interrupt(self) -> None:
        """End every connection, and so wake the threads that wait for one."""
        self._live.end()

    def close(self) -> None:
        """Close every connection that is kept open."""
        for manager in self._managers():
            manager.clear()

    def _managers(self) -> tuple[urllib3.PoolManager, ...]:
        return (self._straight, *self._through.values())

    def _through_proxy(self, scheme: str, text: str) -> urllib3.ProxyManager:
        wrong = UsageError(  # without the text, which may hold a password
            f"{scheme.upper()}_PROXY names no proxy that can be used.",
            hint="Set it to http://HOST:PORT or https://HOST:PORT, or unset it.",
        )
        try:
            url = parse_url(text if "://" in text else f"http://{text}")
        except LocationParseError:
            raise wrong from None
        if url.scheme not in ("http", "https") or not url.host:
            raise wrong
        headers = make_headers(proxy_basic_auth=url.auth) if url.auth else None
        return urllib3.ProxyManager(
            url._replace(auth=None, path=None, query=None, fragment=None).url,
            proxy_headers=headers,
            proxy_ssl_context=self._context,
            maxsize=_CONNECTIONS,
            ssl_context=self._context,
            timeout=self._timeout,
        )


def goes_straight(address: Address, no_proxy: str) -> bool:
    """Whether NO_PROXY takes an address out, by the rules that curl and Go share.

    It lists, between commas, names of hosts that stand for their subdomains too, addresses,
    blocks of addresses (``10.0.0.0/8``), each also with a port, or ``*`` for all.
    """
    host = address.host.strip("[]")
    return any(
        _covers(entry.strip().lower(), host, address.port)
        for entry in no_proxy.split(",")
        if entry.strip()
    )


def _covers(entry: str, host: str, port: int) -> bool:
    found = re.fullmatch(r"\[?(?P<host>[^\[\]]+?)\]?:(?P<port>\d{1,5})", entry)
    if found is not None and (":" not in found["host"] or entry.startswith("[")):
        if int(found["port"]) != port:
            return False
        entry = found["host"]
    entry = entry.strip("[]")
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(entry, strict=False)
    except ValueError:
        name = entry.removeprefix("*").removeprefix(".")
        return entry == "*" or host == name or (bool(name) and host.endswith(f".{name}"))


def _variable(environment: Mapping[str, str], *names: str) -> str:
    """The first of these variables that is set; small letters win, as curl has it."""
    spellings = (spelling for name in names for spelling in (name, name.upper()))
    values = (environment.get(spelling, "").strip() for spelling in spellings)
    return next(filter(None, values), "")


def _tls_context(environment: Mapping[str, str]) -> ssl.SSLContext:
    """A context that trusts the system's certificates, or those that the user names instead."""
    file = environment.get("SSL_CERT_FILE") or None
    folder = environment.get("SSL_CERT_DIR") or None
    try:
        return ssl.create_default_context(cafile=file, capath=folder)
    except OSError as error:  # ssl.SSLError is one too
        reason = error.strerror if not isinstance(error, ssl.SSLError) else "no certificate in it"
        raise UsageError(
            f"SSL_CERT_FILE or SSL_CERT_DIR names no certificates ({file or folder}: {reason}).",
            hint="Set it to a file in PEM format, or unset it.",
        ) from None
