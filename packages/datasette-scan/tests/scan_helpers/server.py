"""Datasette as a process of its own, and how to talk to it."""

from __future__ import annotations

import http.client
import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from helpers.needs import requirement
from helpers.tool import clean_environment

_PATIENCE = 60
_FILES = 1024
"""Open files that a server may have, as on most machines."""
_BAD = ("Traceback", "Task was destroyed", "never awaited", "never retrieved", "ResourceWarning")


@dataclass(frozen=True, kw_only=True, slots=True)
class Served:
    """A server that runs.

    Attributes:
        process: the server.
        port: where it listens, on 127.0.0.1.
        log: all that it says.
        patience: seconds after which an answer, or what was waited for, counts as missing.
    """

    process: subprocess.Popen[bytes]
    port: int
    log: Path
    patience: float = _PATIENCE

    @property
    def url(self) -> str:
        """The address of its first page."""
        return f"http://127.0.0.1:{self.port}"

    def request(
        self, method: str, path: str, body: str = "", **headers: str
    ) -> tuple[int, dict[str, str], str]:
        """Status, headers (the last of each name) and text of a page."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.patience)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, named)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8")
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, text
        finally:
            connection.close()

    def get(self, path: str) -> str:
        """The text of a page that must be there."""
        status, _, text = self.request("GET", path)
        assert status == 200, f"{path}: {status}\n{text}\n{self.said()}"
        return text

    def json(self, path: str = "/-/scan.json") -> Any:
        """A document that must be there."""
        return json.loads(self.get(path))

    def statuses(self) -> dict[str, str]:
        """File name to status, of all that was found."""
        return {Path(file["path"]).name: file["status"] for file in self.json()["files"]}

    def until(self, is_so: Callable[[], bool]) -> None:
        """Wait for something to become true."""
        end = time.monotonic() + self.patience
        while not is_so():
            assert time.monotonic() < end, f"it has not come true\n{self.said()}"
            time.sleep(0.05)

    def said(self) -> str:
        """All that the server has said so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line of Datasette, installed.

    Attributes:
        name: ``stable`` or ``newest``.
        command: its command ``datasette``.
        folder: the current folder of what is started.
        before: what stands before the command; a program that starts another.
    """

    name: str
    command: Path
    folder: Path
    before: tuple[str, ...] = ()

    def without_root(self) -> Line:
        """The same, started without root's right to read what is closed to it.

        Skips the test where the tests are root's and no tool is there that can take it away.
        """
        if os.geteuid() != 0:
            return self
        setpriv = requirement("setpriv", shutil.which("setpriv"), "install util-linux")
        rights = "-dac_override,-dac_read_search"
        before = (setpriv, "--inh-caps", "-all", "--bounding-set", rights, "--")
        return replace(self, before=before)

    @property
    def is_one(self) -> bool:
        """Whether it is Datasette 1.0."""
        return self.name == "newest"

    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            [str(part) for part in (*self.before, self.command, *arguments)],
            cwd=self.folder,
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            encoding="utf-8",
            timeout=_PATIENCE,
        )

    @contextmanager
    def serve(self, *arguments: str | Path) -> Iterator[Served]:
        """Run a server until the end of the block; it must end without a complaint."""
        port = free_port()
        log = self.folder / f"server-{port}.log"
        with (
            log.open("wb") as output,
            subprocess.Popen(
                [str(part) for part in (*self.before, self.command, *arguments, "--port", port)],
                cwd=self.folder,
                env=clean_environment() | {"PYTHONWARNINGS": "default::ResourceWarning"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=_as_on_most_machines,  # noqa: PLW1509
            ) as process,
        ):
            served = Served(process=process, port=port, log=log)
            try:
                served.until(lambda: _listens(served))
                yield served
                process.send_signal(signal.SIGINT)
                process.wait(timeout=_PATIENCE)
            finally:
                process.kill()
        for words in _BAD:
            assert words not in served.said(), served.said()


def _listens(served: Served) -> bool:
    assert served.process.poll() is None, served.said()
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", served.port)) == 0


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _as_on_most_machines() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (_FILES, most))
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # shells make background jobs deaf to it


def is_alive(pid: int) -> bool:
    """Whether a process runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
