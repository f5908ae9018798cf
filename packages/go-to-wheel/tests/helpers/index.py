"""A Python index of this machine: pypiserver in a process of its own, and a line that breaks."""

from __future__ import annotations

import contextlib
import secrets
import selectors
import signal
import socket
import socketserver
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from helpers.clients import Home

USER = "ada"
_PATIENCE = 60
_BLOCK = 16384

# It ends when its standard input does, so also when whoever has started it is gone. Without the
# fallback: pypiserver would else send clients to the public index for what it does not have.
_SERVER = """
import pathlib, socketserver, sys, threading
from wsgiref.simple_server import WSGIServer, make_server
import pypiserver

class Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True

user, password, *folders = sys.argv[1:]
app = pypiserver.app(
    roots=[pathlib.Path(folder) for folder in folders],
    disable_fallback=True,
    backend_arg="simple-dir",
    password_file="given-below",
    authenticate=["update"],
    auther=lambda *given: given == (user, password),
)
server = make_server("127.0.0.1", 0, app, server_class=Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_port, flush=True)
sys.stdin.read()
server.shutdown()
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """An index that runs.

    Attributes:
        folder: what was uploaded lies here.
        port: where it listens, on 127.0.0.1.
        password: what ``USER`` needs to upload.
        process: the server.
    """

    folder: Path
    port: int
    password: str
    process: subprocess.Popen[str]

    @property
    def upload_url(self) -> str:
        """Where files are uploaded."""
        return f"http://127.0.0.1:{self.port}/"

    @property
    def url(self) -> str:
        """The pages that installers read (PEP 503)."""
        return f"{self.upload_url}simple/"

    def end(self) -> None:
        """End the server, with all that it is just doing."""
        self.process.kill()
        self.process.wait(timeout=_PATIENCE)


@contextlib.contextmanager
def serving(folder: Path, *more: Path, password: str = "") -> Iterator[Index]:
    """An index that runs as long as the block.

    Args:
        folder: what is uploaded goes here; what lies here already is served.
        *more: folders of further files to serve.
        password: that of uploads; a new one by default.
    """
    password = password or secrets.token_hex(8)
    folder.mkdir(parents=True, exist_ok=True)
    log = folder.with_name(f"{folder.name}.log")
    with (
        log.open("a") as stderr,
        subprocess.Popen(
            [sys.executable, "-c", _SERVER, USER, password, folder, *more],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            encoding="utf-8",
            start_new_session=True,
        ) as process,
    ):
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            port = process.stdout.readline()
            assert port, log.read_text()
            yield Index(folder=folder, port=int(port), password=password, process=process)
            process.stdin.close()
            code = process.wait(timeout=_PATIENCE)
            assert code in {0, -signal.SIGKILL}, log.read_text()
        finally:
            process.kill()


class IndexHome(Home):
    """A home whose clients know of no folder of wheels, and may ask for what is on this machine."""

    __slots__ = ()

    @property
    def environment(self) -> dict[str, str]:
        """All variables of a client; whatever it asks of another host goes nowhere."""
        offline = {"UV_OFFLINE", "UV_NO_INDEX", "PIP_NO_INDEX", "UV_FIND_LINKS", "PIP_FIND_LINKS"}
        kept = {name: text for name, text in super().environment.items() if name not in offline}
        nowhere = "http://127.0.0.1:9"
        return kept | {"HTTP_PROXY": nowhere, "HTTPS_PROXY": nowhere, "NO_PROXY": "127.0.0.1"}


# --- a line that breaks -----------------------------------------------------------------------


class Line(socketserver.ThreadingTCPServer):
    """Connects clients with an index, and breaks once.

    Attributes:
        index: the index.
        left: how many bytes clients can still send until the line breaks.
        ends: the index ends then, too.
        is_broken: whether it has happened; from then on all is passed on.
    """

    daemon_threads = True

    def __init__(self, index: Index, *, after: int, ends: bool) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.index = index
        self.left = after
        self.ends = ends
        self.is_broken = False

    @property
    def url(self) -> str:
        """Its address, for uploads."""
        return f"http://127.0.0.1:{self.server_address[1]}/"


class _Connection(socketserver.BaseRequestHandler):
    server: Line
    request: socket.socket

    def handle(self) -> None:
        line = self.server
        # A client that comes when the index has ended is sent away, as if nobody listened.
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", line.index.port)) as upstream,
        ):
            if not self._pass_on(upstream):
                line.is_broken = True
                if line.ends:
                    line.index.end()
                _cut(self.request, upstream)

    def _pass_on(self, upstream: socket.socket) -> bool:
        """Pass bytes on in both directions until one side closes; False if the line breaks."""
        with selectors.DefaultSelector() as selector:
            selector.register(self.request, selectors.EVENT_READ, upstream)
            selector.register(upstream, selectors.EVENT_READ, self.request)
            while ready := selector.select(timeout=_PATIENCE):
                for key, _ in ready:
                    source: socket.socket = key.fileobj  # type: ignore[assignment]
                    data = source.recv(_BLOCK)
                    if not data:
                        return True
                    key.data.sendall(data)
                    if source is self.request and self._breaks(len(data)):
                        return False
        return True

    def _breaks(self, size: int) -> bool:
        self.server.left -= size
        return self.server.left < 0 and not self.server.is_broken


def _cut(*connections: socket.socket) -> None:
    """Let these connections end as broken ones do: with a reset, not with a good-bye."""
    for connection in connections:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()


@contextlib.contextmanager
def breaking(index: Index, *, after: int, ends: bool = False) -> Iterator[Line]:
    """A line to an index that breaks once.

    Args:
        index: the index.
        after: how many bytes clients can send before.
        ends: the index itself is what breaks.
    """
    with Line(index, after=after, ends=ends) as line:
        thread = threading.Thread(target=line.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield line
        finally:
            line.shutdown()
            thread.join()
