"""A proxy of this machine: it connects clients to servers and notes to which."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Proxy(ThreadingHTTPServer):
    """Serves CONNECT alone (RFC 9110, section 9.3.6), as proxies do for https.

    Attributes:
        connected: the hosts and ports that clients asked for.
        credentials: what came along as Proxy-Authorization.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.connected: list[str] = []
        self.credentials: list[str | None] = []

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Proxy

    def do_CONNECT(self) -> None:
        self.server.connected.append(self.path)
        self.server.credentials.append(self.headers.get("Proxy-Authorization"))
        host, _, port = self.path.rpartition(":")
        with socket.create_connection((host, int(port)), timeout=10) as upstream:
            self.send_response(200)
            self.end_headers()
            _pass_on(self.connection, upstream)
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


def _pass_on(client: socket.socket, upstream: socket.socket) -> None:
    """Pass bytes on in both directions until one side closes."""
    with selectors.DefaultSelector() as selector:
        selector.register(client, selectors.EVENT_READ, upstream)
        selector.register(upstream, selectors.EVENT_READ, client)
        while ready := selector.select(timeout=10):
            for key, _ in ready:
                source: socket.socket = key.fileobj  # type: ignore[assignment]
                data = source.recv(65536)
                if not data:
                    return
                key.data.sendall(data)


@contextlib.contextmanager
def proxying() -> Iterator[Proxy]:
    """A proxy that runs as long as the block."""
    with Proxy() as proxy:
        thread = threading.Thread(target=proxy.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield proxy
        finally:
            proxy.shutdown()
            thread.join()
