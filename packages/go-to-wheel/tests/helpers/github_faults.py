"""What can go wrong between a client and GitHub, each as an answer of the test's server."""

from __future__ import annotations

import json
import os
import socket
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from helpers.github_documents import error_document


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer to be sent.

    Attributes:
        body: its bytes, or the file that holds them.
    """

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | Path = b""

    def bytes(self) -> bytes:
        """The body as bytes."""
        return self.body if isinstance(self.body, bytes) else self.body.read_bytes()

    @property
    def length(self) -> int:
        """How long the body is."""
        return len(self.body) if isinstance(self.body, bytes) else self.body.stat().st_size


class Wire(Protocol):
    """The connection to one client, at the moment of one answer."""

    def send(self, reply: Reply, *, ranges: bool = True) -> None:
        """Send a whole answer; with ``ranges``, the part of it that the client asked for."""

    def send_head(self, reply: Reply) -> None:
        """Send status and headers, without a length."""

    def write(self, data: bytes) -> None:
        """Send bytes of the body."""

    def hang_up(self) -> None:
        """Close the connection when this answer is over."""

    def wait(self, seconds: float) -> bool:
        """Wait; whether the server shall go on."""

    @property
    def connection(self) -> socket.socket:
        """The socket."""

    @property
    def range_start(self) -> int | None:
        """Where the part begins that the client asked for; None where it asked for all."""


Fault = Callable[[Wire, Reply], None]


def reset_after(count: int) -> Fault:
    """The connection is reset after so many bytes of the body."""

    def fault(wire: Wire, reply: Reply) -> None:
        _send_beginning(wire, reply, count)
        # Closing with a linger time of zero sends RST instead of FIN.
        linger = struct.pack("ii", 1, 0)
        wire.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        os.close(wire.connection.detach())

    return fault


def cut_after(count: int) -> Fault:
    """The connection is closed in good order after so many bytes of the body."""
    return lambda wire, reply: _send_beginning(wire, reply, count)


def wrong_bytes(wire: Wire, reply: Reply) -> None:
    """As many bytes, but others."""
    wire.send(replace(reply, body=bytes(byte ^ 0xFF for byte in reply.bytes())))


def status(code: int, message: str = "Trouble", **headers: str) -> Fault:
    """Another status, with a message; ``retry_after="7"`` gives the header Retry-After."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    def fault(wire: Wire, _reply: Reply) -> None:
        body = json.dumps(error_document(message)).encode()
        wire.send(Reply(status=code, headers={"Content-Type": _JSON, **named}, body=body))

    return fault


def rate_limited(reset: float) -> Fault:
    """GitHub's own limit, which ends at that time."""
    return status(
        403,
        "API rate limit exceeded for 192.0.2.1.",
        x_ratelimit_limit="60",
        x_ratelimit_remaining="0",
        x_ratelimit_reset=str(int(reset)),
    )


def redirect(location: str, code: int = 302) -> Fault:
    """A redirect to somewhere else."""
    return lambda wire, _reply: wire.send(Reply(status=code, headers={"Location": location}))


def no_ranges(wire: Wire, reply: Reply) -> None:
    """The whole, whatever part was asked for."""
    wire.send(reply, ranges=False)


def with_headers(**headers: str) -> Fault:
    """The answer with other headers; ``etag='"x"'`` gives another ETag."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda wire, reply: wire.send(
        replace(reply, headers={**{k.lower(): v for k, v in reply.headers.items()}, **named})
    )


def without_length(wire: Wire, reply: Reply) -> None:
    """A body that ends with the connection (RFC 9112, section 6.3)."""
    wire.send_head(reply)
    wire.write(reply.bytes())
    wire.hang_up()


def chunked(wire: Wire, reply: Reply) -> None:
    """A body in chunks (RFC 9112, section 7.1)."""
    _send_chunks(wire, reply)
    wire.write(b"0\r\n\r\n")


def cut_chunks(count: int) -> Fault:
    """A body in chunks that breaks off after so many bytes and never says where it ends."""

    def fault(wire: Wire, reply: Reply) -> None:
        _send_chunks(wire, replace(reply, body=reply.bytes()[:count]))
        wire.hang_up()

    return fault


def endless(wire: Wire, reply: Reply) -> None:
    """A body in chunks that goes on until the client has gone."""
    wire.send_head(replace(reply, headers={**reply.headers, "Transfer-Encoding": "chunked"}))
    piece = bytes(64 * 1024)
    while wire.wait(0):
        wire.write(b"%x\r\n%b\r\n" % (len(piece), piece))


def drip(wire: Wire, reply: Reply) -> None:
    """A body that comes a byte at a time, until the client has gone."""
    wire.send_head(replace(reply, headers={**reply.headers, "Content-Length": str(reply.length)}))
    for byte in reply.bytes():
        if not wire.wait(0.01):
            return
        wire.write(bytes([byte]))


def silence(wire: Wire, _reply: Reply) -> None:
    """Not even a status comes, and the connection stays open."""
    while wire.wait(0.05):
        pass
    wire.hang_up()


def stall_after(count: int) -> Fault:
    """Nothing more comes after so many bytes of the body, and the connection stays open."""

    def fault(wire: Wire, reply: Reply) -> None:
        _send_beginning(wire, reply, count)
        while wire.wait(0.05):
            pass

    return fault


_JSON = "application/json; charset=utf-8"


def _send_beginning(wire: Wire, reply: Reply, count: int) -> None:
    head = replace(reply, headers={**reply.headers, "Content-Length": str(reply.length)})
    wire.send_head(head)
    wire.write(reply.bytes()[:count])
    wire.hang_up()


def _send_chunks(wire: Wire, reply: Reply) -> None:
    wire.send_head(replace(reply, headers={**reply.headers, "Transfer-Encoding": "chunked"}))
    body = reply.bytes()
    for start in range(0, len(body), 5000):
        piece = body[start : start + 5000]
        wire.write(b"%x\r\n%b\r\n" % (len(piece), piece))
