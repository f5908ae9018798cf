"""A module proxy of this machine that asks the one of the environment, and may change answers."""

from __future__ import annotations

import contextlib
import re
import subprocess
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import urllib3

from helpers.tool import clean_environment

Change = Callable[[str, bytes], bytes]


def environments_proxy() -> str | None:
    """The address of the first module proxy that Go is told to ask; None where it asks none."""
    done = subprocess.run(
        ["go", "env", "GOPROXY"],
        env=clean_environment(),
        check=True,
        capture_output=True,
        text=True,
    )
    found = re.match(r"https?://[^,|\s]+", done.stdout)
    return found[0].rstrip("/") if found else None


class GoProxy(ThreadingHTTPServer):
    """Passes requests on to another module proxy.

    Attributes:
        upstream: the address of the other one; empty to know of nothing.
        change: takes the path and the body of an answer, and gives the body to send.
        status: what to answer instead of all that; 0 to ask the other one.
        asked: the paths that were asked for.
    """

    def __init__(self, upstream: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream = upstream
        self.change: Change = lambda _path, body: body
        self.status = 0
        self.asked: list[str] = []
        self.pool = urllib3.PoolManager()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: GoProxy

    def do_GET(self) -> None:
        server = self.server
        server.asked.append(self.path)
        status, body = server.status or 404, b"not found"
        if not server.status and server.upstream:
            answer = server.pool.request("GET", server.upstream + self.path, redirect=True)
            status, body = answer.status, server.change(self.path, answer.data)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@contextlib.contextmanager
def passing_on(upstream: str) -> Iterator[GoProxy]:
    """A module proxy that runs as long as the block."""
    with GoProxy(upstream) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
            server.pool.clear()
