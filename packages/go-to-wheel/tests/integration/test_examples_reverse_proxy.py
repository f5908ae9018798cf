"""examples/reverse-proxy: its README with its Go tests, and how it ends, through the wheel."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from helpers.examples import EXAMPLES, Example, set_up
from helpers.listing import digests
from helpers.tool import Tool

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="setsid(1), and shells")

_PATIENCE = 60


@pytest.fixture(scope="module")
def example(shared: Path) -> Example:
    """The example after its README: in its environment is the wheel."""
    return set_up(shared, "reverse-proxy")


def is_free(port: int) -> bool:
    """Whether nobody listens there any more."""
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def ports_in(text: str) -> list[int]:
    return [int(port) for port in re.findall(r"http://127\.0\.0\.1:(\d+)", text)]


def test_the_readme_does_what_it_says(example: Example) -> None:
    assert list((example.folder / "dist").glob("*.whl"))


def test_its_go_tests_are_run_by_the_readme() -> None:
    project = EXAMPLES / "reverse-proxy"
    assert "\n$ go test .\nok …\n" in (project / "README.md").read_text(encoding="utf-8")
    assert list(project.glob("*_test.go"))


def test_the_program_streams_and_leaves_nothing_behind(example: Example) -> None:
    # It is over when all have ended who could still write to standard error: the proxy, too.
    done = example.run("stream.py", "5")
    first, *lines = done.stdout.splitlines()
    assert lines == ["via 1.1 go", *(f"line {n}" for n in range(1, 6)), "the proxy has ended"]
    assert (done.returncode, done.stderr) == (0, "")
    assert [is_free(port) for port in ports_in(first)] == [True, True]


# --- Python is ended from outside -------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Streaming:
    """The program in the middle of a stream without end.

    Attributes:
        process: it.
        proxy: the port of the proxy.
        server: the port of the server behind it.
    """

    process: subprocess.Popen[str]
    proxy: int
    server: int

    def finish(self) -> tuple[int, str, str]:
        """Exit code and output, when all that it has started has ended, too."""
        stdout, stderr = self.process.communicate(timeout=_PATIENCE)
        return self.process.returncode, stdout, stderr


@pytest.fixture
def streaming(example: Example) -> Iterator[Streaming]:
    # As a shell starts it: in a group of its own, which is what Ctrl-C reaches.
    tool = Tool(folder=example.folder, command=("setsid", str(example.python), "-u"))
    with tool.start("stream.py", "1000000000") as process:
        assert process.stdout is not None
        try:
            proxy, server = ports_in(process.stdout.readline())
            while process.stdout.readline() != "line 10\n":
                assert process.poll() is None
            yield Streaming(process=process, proxy=proxy, server=server)
        finally:
            process.kill()


def test_an_answering_proxy_keeps_its_port(streaming: Streaming) -> None:
    """So that the tests below could fail."""
    assert not is_free(streaming.proxy)
    assert not is_free(streaming.server)


def ctrl_c(process: subprocess.Popen[str]) -> None:
    os.killpg(process.pid, signal.SIGINT)


def interrupt_python_alone(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGINT)


@pytest.mark.parametrize("interrupt", [ctrl_c, interrupt_python_alone])
def test_ctrl_c_ends_both(
    streaming: Streaming, interrupt: Callable[[subprocess.Popen[str]], None]
) -> None:
    interrupt(streaming.process)
    code, stdout, stderr = streaming.finish()
    assert code == 130
    assert stdout.endswith("stopped\n")
    assert "Traceback" not in stderr
    assert is_free(streaming.proxy)
    assert is_free(streaming.server)


def test_the_proxy_ends_also_when_python_is_killed(streaming: Streaming) -> None:
    streaming.process.kill()
    code, _, _ = streaming.finish()
    assert code == -signal.SIGKILL
    assert is_free(streaming.proxy)


# --- the command by itself --------------------------------------------------------------------


class Upstream(ThreadingHTTPServer):
    """Sends one chunk, and the second when its client has told that the first is there."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.acknowledged = threading.Event()


class _Handler(BaseHTTPRequestHandler):
    server: Upstream
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.write(b"5\r\nfirst\r\n")
        if self.server.acknowledged.wait(_PATIENCE):
            self.wfile.write(b"6\r\nsecond\r\n0\r\n\r\n")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            server.acknowledged.set()
            server.shutdown()
            thread.join()


@pytest.fixture
def proxy(example: Example, upstream: Upstream) -> Iterator[subprocess.Popen[str]]:
    """The installed command, in front of that server."""
    command = str(example.python.with_name("reverse-proxy"))
    tool = Tool(folder=example.folder, command=(command,))
    with tool.start("-upstream", f"http://127.0.0.1:{upstream.server_port}") as process:
        try:
            yield process
        finally:
            process.kill()


def test_a_chunk_arrives_before_the_answer_ends_and_sigterm_waits_for_the_rest(
    proxy: subprocess.Popen[str], upstream: Upstream
) -> None:
    assert proxy.stdout is not None
    told = json.loads(proxy.stdout.readline())
    (port,) = ports_in(told["url"])
    connection = HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
    connection.request("GET", "/")
    answer = connection.getresponse()
    assert answer.read(5) == b"first"
    proxy.terminate()
    while not is_free(port):  # it takes no one else, but it has not ended
        time.sleep(0.05)
    assert proxy.poll() is None
    upstream.acknowledged.set()
    assert answer.read() == b"second"
    connection.close()
    assert proxy.communicate(timeout=_PATIENCE) == ("", "")
    assert proxy.returncode == 0


def test_a_proxy_that_cannot_start_is_an_error_in_python(example: Example) -> None:
    code = "import stream\nwith stream.proxy_for('nonsense'): pass"
    done = example.run("-c", code)
    assert done.returncode == 1
    assert "CalledProcessError" in done.stderr
    assert "it must be like http://127.0.0.1:8000" in done.stderr


# --- the project ------------------------------------------------------------------------------


def test_pip_builds_the_same_wheel_as_the_command(example: Example, tmp_path: Path) -> None:
    project = tmp_path / "reverse-proxy"
    left = shutil.ignore_patterns(".venv", "dist", "__pycache__")
    shutil.copytree(example.folder, project, ignore=left)
    pip = (sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation")
    subprocess.run(
        [*pip, "--wheel-dir", tmp_path / "wheels", project],
        env=example.environment, check=True, capture_output=True, timeout=240,
    )  # fmt: skip
    assert digests(tmp_path / "wheels") == digests(example.folder / "dist")


def test_its_types_fit_those_of_the_wheel(example: Example) -> None:
    example.check_types("stream.py")
