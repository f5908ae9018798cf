"""The scans of one Datasette, one at a time: what was found, and what came of it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from . import check
from .attached import Attached
from .errors import DatasetteScanError
from .look import Look, Looked, files_of
from .model import Entry, Status, Summary, Verdict
from .pool import Pool, default_limit
from .settings import Settings
from .walk import Walk, denied_path, find_scanner

_THREADS = 2
"""That check files. More wait for each other: most of a check is Python; one would let a slow file
hold up all others."""
_BATCH = 16
"""Files that a thread checks before the next thread's turn."""


@dataclass(kw_only=True, slots=True)
class Progress:
    """A scan that is running.

    Attributes:
        started: when it began, in seconds since 1970.
        found: how many files it has found so far.
    """

    started: float = field(default_factory=time.time)
    found: int = 0


class Scans:
    """Finds, checks, attaches and detaches.

    Attributes:
        datasette: whose databases these are.
        settings: what to scan.
        attached: the databases that Datasette has because of it.
        entries: what the last scan has found, ordered by path.
        summary: how the last scan went; None before the first has ended.
        progress: the scan that is running; None where there is none.
    """

    def __init__(self, datasette: Any, settings: Settings) -> None:
        self.datasette = datasette
        self.settings = settings
        self.attached = Attached(datasette)
        self.entries: tuple[Entry, ...] = ()
        self.summary: Summary | None = None
        self.progress: Progress | None = None
        self._pool = Pool(limit=default_limit())
        self._known: dict[str, Entry] = {}
        self._threads = ThreadPoolExecutor(
            max_workers=_THREADS, thread_name_prefix="datasette-scan"
        )
        self._running: asyncio.Task[Summary] | None = None

    # --- one scan at a time -------------------------------------------------------------------

    async def scan(self) -> Summary:
        """Scan once, or wait for the scan that is running.

        What goes wrong is told by the summary.
        """
        return await asyncio.shield(self.begin())

    def begin(self) -> asyncio.Task[Summary]:
        """The scan that is running; a new one where there is none."""
        task = self._running
        if task is None or task.done() or task.get_loop() is not asyncio.get_running_loop():
            task = self._running = asyncio.create_task(self._guarded(), name="datasette-scan")
        return task

    async def stop(self) -> None:
        """End the scan that is running, and sqlite-scanner with it."""
        task = self._running
        if task is not None and not task.done():
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def close(self) -> None:
        """Let the threads go, and the databases that have gone."""
        self.attached.close()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _guarded(self) -> Summary:
        self.progress = progress = Progress()
        clock = time.perf_counter()
        try:
            changes = await self._scan(progress)
        except DatasetteScanError as error:
            changes = {"error": str(error)}
        finally:
            self.progress = None
        self.summary = Summary(
            started=progress.started, seconds=time.perf_counter() - clock, **changes
        )
        return self.summary

    # --- a scan -------------------------------------------------------------------------------

    async def _scan(self, progress: Progress) -> dict[str, Any]:
        scanner = await self._thread(find_scanner)
        walk = Walk(scanner=scanner, paths=self.settings.paths, exclude=self.settings.exclude)
        looked = await self._look_at_all(walk, progress)
        self.attached.name(looked, self.settings.paths)
        checked = await self._check_all(looked)
        attached, detached = await self.attached.follow(checked)
        self._remember(checked)
        listed = {item.path for item in checked}
        problems = (each for each in walk.problems if denied_path(each) not in listed)
        return {"attached": attached, "detached": detached, "problems": tuple(problems)}

    async def _look_at_all(self, walk: Walk, progress: Progress) -> list[Looked]:
        """What the scanner finds, looked at as it comes, ordered by path."""
        look = Look(
            datasette=self.datasette,
            pool=self._pool,
            attached=self.attached.by_path,
            known=self._known,
            served=await self._thread(files_of, self.attached.others()),
        )
        looked: list[Looked] = []
        async with contextlib.aclosing(walk.found()) as batches:  # ends it also when cancelled
            async for batch in batches:
                progress.found += len(batch)
                looked += await self._thread(look.at_all, batch)
        if walk.problems:
            found = {item.path for item in looked}
            looked += await self._thread(look.at_rest, found, map(denied_path, walk.problems))
        return sorted(looked, key=_path)

    async def _thread(self, function: Callable[..., Any], *arguments: Any) -> Any:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, function, *arguments)

    # --- checking -----------------------------------------------------------------------------

    async def _check_all(self, looked: Sequence[Looked]) -> Sequence[Looked]:
        """Check what must be checked, in the order of paths, up to ``max_databases``."""
        waiting = [item for item in looked if item.verdict is None]
        if not waiting:
            return looked
        done = [item for item in looked if item.verdict is not None]
        limit = self.settings.max_databases
        good = sum(item.is_good for item in done)
        while waiting and (limit is None or good < limit):
            room = len(waiting) if limit is None else limit - good
            next_ones, waiting = waiting[:room], waiting[room:]
            checked = await self._check(next_ones)
            good += sum(item.is_good for item in checked)
            done += checked
        left_out = Verdict(status=Status.LEFT_OUT, reason=f"max_databases is {limit}")
        done += [Looked(path=item.path, stamp=item.stamp, verdict=left_out) for item in waiting]
        return sorted(done, key=_path)

    async def _check(self, items: Sequence[Looked]) -> list[Looked]:
        batches = [items[start : start + _BATCH] for start in range(0, len(items), _BATCH)]
        done = await asyncio.gather(*(self._thread(_examine, batch) for batch in batches))
        return [item for batch in done for item in batch]

    # --- the outcome --------------------------------------------------------------------------

    def _remember(self, checked: Iterable[Looked]) -> None:
        now = time.time()
        self.entries = tuple(self._entry(item, now) for item in checked)
        self._known = {entry.path: entry for entry in self.entries}

    def _entry(self, item: Looked, now: float) -> Entry:
        """The entry of a file; that of the last scan where nothing has changed."""
        database = self.attached.by_path.get(item.path)
        name = "" if database is None else str(database.name)
        known = self._known.get(item.path)
        assert item.verdict is not None
        if (
            known is not None
            and known.stamp == item.stamp
            and known.verdict == item.verdict
            and known.name == name
        ):
            return known
        return Entry(
            path=item.path,
            name=name,
            verdict=item.verdict,
            stamp=item.stamp,
            found=known.found if known else now,
        )


def _path(item: Looked) -> str:
    return item.path


def _examine(items: Iterable[Looked]) -> list[Looked]:
    """Check files, in a thread."""
    done = []
    for item in items:
        assert item.database is not None
        checked = check.examine(item.database)
        is_good = checked.verdict.status is Status.ATTACHED
        done.append(
            Looked(
                path=item.path,
                stamp=item.stamp,
                verdict=checked.verdict,
                database=item.database if is_good else None,
                notes=checked.notes,
            )
        )
    return done
