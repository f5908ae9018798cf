"""sqlite-scanner as a child process: what it finds, as it finds it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import subprocess
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from .errors import ScannerError

_CHUNK = 1 << 16
_MOST_PROBLEMS = 200
_UPGRADE = "Upgrade it: pip install --upgrade sqlite-scanner"
_MISUSE = 2
_START = re.compile("warning: |sqlite-scanner: ")
"""How a line begins that tells what could not be searched or read."""
_DENIED = re.compile(r"([^\"].*): (?:permission denied|Access is denied\.)", re.DOTALL)
"""What such a line says of a file or folder that may not be read; odd names are in quotes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Scanner:
    """The program.

    Attributes:
        path: where it is.
        options: the names of its options, without dashes.
    """

    path: str
    options: frozenset[str]

    def command(self, paths: Sequence[str], exclude: Sequence[str]) -> list[str]:
        """How to call it.

        Raises:
            ScannerError: it is too old for what is asked of it.
        """
        if exclude and "exclude" not in self.options:
            raise ScannerError(
                f"The sqlite-scanner at {self.path} is too old: it has no --exclude.", hint=_UPGRADE
            )
        output = "--print0" if "print0" in self.options else "--jsonl"
        excludes = [word for pattern in exclude for word in ("--exclude", pattern)]
        return [self.path, output, *excludes, "--", *paths]


@cache
def find_scanner() -> Scanner:
    """The scanner that is installed beside this package; never one that happens to be on PATH.

    Raises:
        ScannerError: there is none, or it cannot be started.
    """
    try:
        import sqlite_scanner

        path = sqlite_scanner.get_binary_path()
        text = subprocess.run([path, "--help"], capture_output=True, check=True, timeout=60).stdout
    except (ImportError, OSError, RuntimeError, subprocess.SubprocessError) as error:
        raise ScannerError(
            f"sqlite-scanner cannot be started: {error}.",
            hint="Install it again: pip install --force-reinstall sqlite-scanner",
        ) from error
    options = re.findall(r"--([a-z0-9-]+)", text.decode("utf-8", "replace"))
    return Scanner(path=path, options=frozenset(options))


@dataclass(kw_only=True, slots=True)
class Walk:
    """One run of the scanner.

    Attributes:
        scanner: the program.
        paths: what it searches.
        exclude: patterns of what it leaves out.
        problems: what it could not search; complete when the walk has ended.
    """

    scanner: Scanner
    paths: Sequence[str]
    exclude: Sequence[str] = ()
    problems: list[str] = field(default_factory=list)

    async def found(self) -> AsyncGenerator[list[str], None]:
        """The paths of databases, in batches as they come.

        The scanner is ended when this is closed early (``contextlib.aclosing``).

        Raises:
            ScannerError: it cannot be started, or ends in a way that it should not.
        """
        command = self.scanner.command(self.paths, self.exclude)
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
        except (OSError, ValueError) as error:  # a ValueError: no path can have such characters
            raise ScannerError(f"{command[0]} cannot be started: {error}.") from error
        assert process.stdout is not None
        assert process.stderr is not None
        listener = asyncio.create_task(self._listen(process.stderr))
        try:
            async for batch in _batches(process.stdout, null="--print0" in command):
                yield batch
            await listener
            code = await process.wait()
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
            listener.cancel()
            await asyncio.wait([listener])
            await process.communicate()  # what is unread would keep its pipes open
        self._judge(code)

    async def _listen(self, stream: asyncio.StreamReader) -> None:
        """Read all that the scanner says, and keep the beginning."""
        rest = b""
        while chunk := await stream.read(_CHUNK):
            *lines, rest = (rest + chunk).split(b"\n")
            self._keep(lines)
        self._keep([rest])

    def _keep(self, lines: list[bytes]) -> None:
        room = _MOST_PROBLEMS - len(self.problems)
        texts = [line.decode("utf-8", "replace").strip() for line in lines]
        texts = [_START.sub("", text) for text in texts if text]
        self.problems += texts[: max(room, 0)]

    def _judge(self, code: int) -> None:
        if code in {0, 1}:  # 1: some of it could not be searched
            return
        said = self.problems[0].removeprefix("error: ") if self.problems else f"exit code {code}"
        hint = _UPGRADE if code == _MISUSE and "unknown option" in said else ""
        raise ScannerError(f"sqlite-scanner failed: {said}.", hint=hint)


def denied_path(problem: str) -> str:
    """What may not be read, by what the scanner says; empty where that is another problem."""
    match = _DENIED.fullmatch(problem)
    return match[1] if match else ""


async def _batches(stream: asyncio.StreamReader, *, null: bool) -> AsyncIterator[list[str]]:
    separator = b"\0" if null else b"\n"
    read = os.fsdecode if null else _path_of_line
    rest = b""
    while chunk := await stream.read(_CHUNK):
        *records, rest = (rest + chunk).split(separator)
        if records:
            yield [read(record) for record in records]


def _path_of_line(line: bytes) -> str:
    """The path in a line of JSON."""
    try:
        path = json.loads(line)["path"]
    except (ValueError, KeyError, TypeError) as error:
        raise ScannerError(
            f"sqlite-scanner printed a line that is no JSON object: {line[:80]!r}."
        ) from error
    return str(path)
