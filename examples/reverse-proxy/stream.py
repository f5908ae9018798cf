"""Start reverse-proxy in front of a web server of this program, stream through it, stop it.

The server sends each line only when the one before it has arrived here. Would anything on the way
keep a line back until there are more, this program would wait for ever.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import reverse_proxy

_PATIENCE = 10
"""In seconds: longer than the proxy takes to end (its option -grace)."""


@contextlib.contextmanager
def proxy_for(upstream: str, *options: str) -> Iterator[str]:
    """A proxy that runs as long as the block.

    It ends when its standard input does. So it is told to on every system in the same way, and
    it ends as well when this process is killed, since the system closes the pipe then.

    Args:
        upstream: the address of the server to ask.
        *options: further options of the command.

    Yields:
        The address of the proxy.

    Raises:
        CalledProcessError: it did not start, or it had to cut answers short when it ended.
    """
    command = [reverse_proxy.get_binary_path(), "-watch-stdin", "-upstream", upstream, *options]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            first_line = process.stdout.readline()
            if first_line:
                yield json.loads(first_line)["url"]
        finally:
            process.stdin.close()
            try:
                code = process.wait(_PATIENCE)
            except BaseException:  # too slow, or a second Ctrl-C
                process.kill()
                raise
    if code:
        raise subprocess.CalledProcessError(code, command)


class Lines(ThreadingHTTPServer):
    """A web server that answers with a stream of lines.

    Attributes:
        count: how many.
        arrived: released by the client for each line that has reached it.
    """

    daemon_threads = True

    def __init__(self, count: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.count = count
        self.arrived = threading.Semaphore()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Lines
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for number in range(self.server.count):
            self.server.arrived.acquire()
            line = f"line {number + 1}\n".encode()
            self.wfile.write(b"%x\r\n%s\r\n" % (len(line), line))
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """Say nothing."""


@contextlib.contextmanager
def serving(count: int) -> Iterator[Lines]:
    """A server of lines that runs as long as the block."""
    with Lines(count) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def print_stream(url: str, server: Lines) -> None:
    """Print each line as soon as it is there, and let the server send the next."""
    connection = HTTPConnection(urlsplit(url).netloc)
    with contextlib.closing(connection):
        connection.request("GET", "/")
        answer = connection.getresponse()
        sys.stdout.write(f"via {answer.headers['Via']}\n")
        for line in answer:
            sys.stdout.write(line.decode())
            sys.stdout.flush()
            server.arrived.release()


def main() -> int:
    """Show it; the exit code is 130 after Ctrl-C."""
    parser = argparse.ArgumentParser(description="Stream lines through reverse-proxy.")
    parser.add_argument("count", type=int, nargs="?", default=3, help="how many lines")
    count = parser.parse_args().count
    try:
        with serving(count) as server, proxy_for(server.url, "-header", "Via: 1.1 go") as url:
            sys.stdout.write(f"{url} stands in front of {server.url}\n")
            print_stream(url, server)
    except KeyboardInterrupt:
        sys.stdout.write("stopped\n")
        return 130
    sys.stdout.write("the proxy has ended\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
