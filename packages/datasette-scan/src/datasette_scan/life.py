"""From Datasette's start to its end: the first scan, those that follow, and the last moment."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
import threading
from collections.abc import Iterator
from typing import Any

import click

from .errors import ScannerError
from .model import GOOD, Status, Summary
from .scans import Scans
from .settings import Settings

_PATIENCE = 10.0
"""Seconds that the first scan may keep the server from starting."""
_SHOWN = 10
"""Files that are not attached are told on the terminal, up to this many."""

_WHERE = "_datasette_scan_life"
"""An attribute of each Datasette. In a dictionary, the values would keep the keys alive."""


def life_of(datasette: Any) -> Life | None:
    """What a Datasette has of this plugin; None where it scans nothing."""
    life: Life | None = getattr(datasette, _WHERE, None)
    return life


class Life:
    """The scans of one Datasette over time.

    Attributes:
        scans: the scans.
        is_served: a server runs on this event loop, so what is begun can go on after a page.
    """

    def __init__(self, datasette: Any, settings: Settings, *, keeps_memory: bool) -> None:
        self.scans = Scans(datasette, settings)
        self.is_served = False
        self._keeps_memory = keeps_memory
        self._repeating: asyncio.Task[None] | None = None
        self._is_unfinished = False

    @classmethod
    async def start(
        cls, datasette: Any, settings: Settings, *, keeps_memory: bool, is_patient: bool
    ) -> None:
        """Scan for the first time.

        Args:
            datasette: whose databases these are.
            settings: what to scan; nothing happens where that is nothing.
            keeps_memory: ``/_memory`` stays, which Datasette adds where it was given no file.
            is_patient: wait for the end of the scan. Without, a scan that takes longer than some
                seconds ends behind the server.

        Raises:
            ScannerError: sqlite-scanner cannot do its work at all.
        """
        if not settings.paths or life_of(datasette) is not None:
            return
        life = cls(datasette, settings, keeps_memory=keeps_memory)
        setattr(datasette, _WHERE, life)
        summary = await life._first(None if is_patient else _PATIENCE)
        if summary is not None and summary.error:
            raise ScannerError(summary.error)
        await life._settle(summary)

    async def _first(self, patience: float | None) -> Summary | None:
        """The first scan; None where it takes long, and ends behind the server."""
        task = self.scans.begin()
        try:
            with _heeding_interrupts(task):
                await asyncio.wait([task], timeout=patience)
        except BaseException:
            await self.scans.stop()
            raise
        if task.done():
            if task.cancelled():
                raise KeyboardInterrupt
            return task.result()
        self._is_unfinished = True
        if not hasattr(self.scans.datasette, "get_internal_database"):
            # Datasette 0.65 starts on an event loop of its own, which ends before the server's
            # begins. The scan begins anew there.
            await self.scans.stop()
        return None

    def tell(self, summary: Summary | None) -> None:
        """Say on the terminal how the first scan went."""
        if summary is None:
            _say("the scan takes a while; databases are attached when it has ended: see /-/scan")
            return
        fine = {Status.ATTACHED, Status.SERVED}
        rest = [entry for entry in self.scans.entries if entry.verdict.status not in fine]
        for entry in rest[:_SHOWN]:
            _say(f"not attached: {_plain(entry.path)}: {entry.verdict.status.value}"
                 f" ({entry.verdict.reason})")  # fmt: skip
        if len(rest) > _SHOWN:
            _say(f"not attached: {len(rest) - _SHOWN} more files: see /-/scan")
        for problem in summary.problems[:_SHOWN]:
            _say(f"not read: {_plain(problem)}")

    # --- behind a server ----------------------------------------------------------------------

    def go_on(self) -> None:
        """Scan again and again, from when the server runs."""
        self.is_served = True
        if self._is_unfinished or self.scans.settings.interval is not None:
            self._repeating = asyncio.create_task(self._repeat(), name="datasette-scan-repeat")

    async def end(self) -> None:
        """Stop all that runs."""
        if self._repeating is not None:
            self._repeating.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._repeating
        await self.scans.stop()
        self.scans.close()

    async def _repeat(self) -> None:
        if self._is_unfinished:
            self._is_unfinished = False
            await self._settle(await self._scan())
        last_error = ""
        while self.scans.settings.interval is not None:
            await asyncio.sleep(self.scans.settings.interval)
            summary = await self._scan()
            if summary.error and summary.error != last_error:
                _say(summary.error)
            last_error = summary.error

    async def _scan(self) -> Summary:
        try:
            return await self.scans.scan()
        except Exception as error:  # noqa: BLE001 - the next scan may go better
            return Summary(started=0, seconds=0, error=f"{type(error).__name__}: {error}")

    async def _settle(self, summary: Summary | None) -> None:
        """What follows the first scan."""
        has_any = any(entry.verdict == GOOD for entry in self.scans.entries)
        if summary is not None and has_any and not self._keeps_memory:
            await self.scans.attached.drop("_memory")
        self.tell(summary)


def _say(text: str) -> None:
    click.echo(f"datasette-scan: {text}", err=True)


def _plain(text: str) -> str:
    """A text that changes nothing on a terminal."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


@contextlib.contextmanager
def _heeding_interrupts(task: asyncio.Task[Any]) -> Iterator[None]:
    """Let Ctrl-C end a task, where it would otherwise tear down the event loop around it.

    Datasette 0.65 runs the start on an event loop that does not know of signals.
    """
    loop = asyncio.get_running_loop()
    ours = (
        sys.platform != "win32"
        and threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    )
    if ours:
        loop.add_signal_handler(signal.SIGINT, task.cancel)
    try:
        yield
    finally:
        if ours:
            loop.remove_signal_handler(signal.SIGINT)
