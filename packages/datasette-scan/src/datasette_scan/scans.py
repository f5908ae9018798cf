"""The scans of one Datasette: what was found, and what is attached because of it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import check
from .catalogue import Notes, refreshing, write_notes
from .database import ScannedDatabase
from .departed import Departed
from .errors import DatasetteScanError
from .gate import Gate
from .model import Entry, Stamp, Status, Summary, Verdict
from .names import names_for
from .pool import Pool, default_limit
from .settings import Settings
from .source import Source
from .walk import Walk, find_scanner

_THREADS = 2
"""That check files. More wait for each other: most of a check is Python; one would let a slow file
hold up all others."""
_BATCH = 16
"""Files that a thread checks before the next thread's turn."""
_PAGES_PATIENCE = 3.0
"""Seconds without one that ends for which pages in the making are waited for."""
_SERVED = Verdict(status=Status.SERVED)
_LASTING = frozenset({Status.ATTACHED, Status.EMPTY, Status.CORRUPT, Status.ENCRYPTED})
"""What a file stays as long as nothing is written to it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Looked:
    """A path that the scanner has found, after a first look.

    Attributes:
        path: the path.
        stamp: the state of the file.
        verdict: what is known without opening it; None where it must be checked.
        database: what to attach if it is good; None where nothing is to be attached anew.
        notes: for Datasette's catalogue; None where there are none.
    """

    path: str
    stamp: Stamp | None
    verdict: Verdict | None = None
    database: ScannedDatabase | None = None
    notes: Notes | None = None


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
        entries: what the last scan has found, ordered by path.
        summary: how the last scan went; None before the first has ended.
        progress: the scan that is running; None where there is none.
        gate: in front of Datasette's pages.
    """

    def __init__(self, datasette: Any, settings: Settings) -> None:
        self.datasette = datasette
        self.settings = settings
        self.entries: tuple[Entry, ...] = ()
        self.summary: Summary | None = None
        self.progress: Progress | None = None
        self.gate = Gate()
        self._pool = Pool(limit=default_limit())
        self._databases: dict[str, ScannedDatabase] = {}
        self._departed = Departed(datasette)
        self._known: dict[str, Entry] = {}
        self._names: dict[str, str] = {}  # of all that was ever attached
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
        self._departed.close()
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
        served = await self._thread(self._served)
        looked: list[Looked] = []
        async with contextlib.aclosing(walk.found()) as batches:  # ends it also when cancelled
            async for batch in batches:
                progress.found += len(batch)
                looked += await self._thread(self._look, batch, served)
        if walk.problems:
            found = {item.path for item in looked}
            looked += await self._thread(self._unsearched, found, served)
        looked.sort(key=lambda item: item.path)
        self._name(looked)
        checked = await self._check_all(looked)
        attached, detached = await self._apply(checked)
        return {
            "attached": attached, "detached": detached, "problems": tuple(walk.problems),
        }  # fmt: skip

    async def _thread(self, function: Callable[..., Any], *arguments: Any) -> Any:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, function, *arguments)

    def _served(self) -> frozenset[tuple[int, int]]:
        """The files that Datasette was given by name."""
        ours = {id(database) for database in self._databases.values()}
        paths = [
            str(database.path)
            for database in self.datasette.databases.values()
            if database.path and id(database) not in ours
        ]
        return frozenset(file for path in paths for file in _file_at(path))

    def _look(self, paths: Iterable[str], served: frozenset[tuple[int, int]]) -> list[Looked]:
        return [self._look_at(path, served) for path in paths]

    def _look_at(self, path: str, served: frozenset[tuple[int, int]]) -> Looked:
        attached = self._databases.get(path)
        source = attached.source if attached else Source(path=path)
        stamp = source.stamp()
        known = self._known.get(path)
        if stamp is None:
            reason = "it cannot be looked at; it may have gone again"
            return Looked(
                path=path, stamp=None, verdict=Verdict(status=Status.UNREADABLE, reason=reason)
            )
        if stamp.file in served:
            return Looked(path=path, stamp=stamp, verdict=_SERVED)
        if known is not None and known.stamp == stamp and known.verdict.status in _LASTING:
            return Looked(path=path, stamp=stamp, verdict=known.verdict)
        if attached is not None and _is_same_file(known, stamp):
            return Looked(path=path, stamp=stamp, verdict=check.still_good(attached))
        database = ScannedDatabase(self.datasette, Source(path=path), self._pool)
        return Looked(path=path, stamp=stamp, database=database)

    def _unsearched(
        self, found: Collection[str], served: frozenset[tuple[int, int]]
    ) -> list[Looked]:
        """Attached files that are still there, in folders that could not be searched this time."""
        rest = [path for path in self._databases if path not in found]
        looked = [_readable(self._look_at(path, served)) for path in rest]
        return [item for item in looked if item.stamp is not None]

    # --- checking -----------------------------------------------------------------------------

    def _name(self, looked: Sequence[Looked]) -> None:
        """Name what is to be checked.

        A file that replaces another takes over its name, and one that comes back has its old one
        where that is still free.
        """
        kept = {path: str(database.name) for path, database in self._databases.items()}
        new = {item.path: item.database for item in looked if item.database is not None}
        mounts = {str(mount).strip("/").split("/")[0] for mount, _ in self.datasette.static_mounts}
        taken = mounts.union(self.datasette.databases)
        for path in new:
            old = self._names.get(path)
            if path not in kept and old and old not in taken.union(kept.values()):
                kept[path] = old
        others = [item.path for item in looked if item.verdict != _SERVED]
        names = names_for(others, roots=self.settings.paths, taken=taken, kept=kept)
        for path, database in new.items():
            database.name = names[path]

    async def _check_all(self, looked: Sequence[Looked]) -> list[Looked]:
        """Check what must be checked, in the order of paths, up to ``max_databases``."""
        done = [item for item in looked if item.verdict is not None]
        waiting = [item for item in looked if item.verdict is None]
        limit = self.settings.max_databases
        good = sum(map(_is_good, done))
        while waiting and (limit is None or good < limit):
            room = len(waiting) if limit is None else limit - good
            next_ones, waiting = waiting[:room], waiting[room:]
            checked = await self._check(next_ones)
            good += sum(map(_is_good, checked))
            done += checked
        left_out = Verdict(status=Status.LEFT_OUT, reason=f"max_databases is {limit}")
        done += [Looked(path=item.path, stamp=item.stamp, verdict=left_out) for item in waiting]
        return sorted(done, key=lambda item: item.path)

    async def _check(self, items: Sequence[Looked]) -> list[Looked]:
        batches = [items[start : start + _BATCH] for start in range(0, len(items), _BATCH)]
        done = await asyncio.gather(*(self._thread(_examine, batch) for batch in batches))
        return [item for batch in done for item in batch]

    # --- attaching and detaching --------------------------------------------------------------

    async def _apply(self, looked: Sequence[Looked]) -> tuple[int, int]:
        """Bring Datasette's databases into line with what was found."""
        good = {item.path for item in looked if _is_good(item)}
        new = {item.path: item.database for item in looked if _is_good(item) and item.database}
        replaced = {path: self._databases[path].name for path in new if path in self._databases}
        gone = [path for path in self._databases if path not in good]
        if gone or replaced:
            async with self.gate.alone(_PAGES_PATIENCE):
                await self._detach([*gone, *replaced])
        if new:
            await self._refresh()  # makes sure that there is a catalogue
            async with refreshing(self.datasette):
                await self._attach(new)
                self._departed.settle()
                notes = [item.notes for item in looked if item.path in new and item.notes]
                await write_notes(self.datasette, notes)
            await self._refresh()
        now = time.time()
        names = {path: str(database.name) for path, database in self._databases.items()}
        entries = [_entry(item, names, self._known.get(item.path), now) for item in looked]
        self.entries = tuple(entries)
        self._known = {entry.path: entry for entry in entries}
        return len(new) - len(replaced), len(gone)

    async def _detach(self, paths: Iterable[str]) -> None:
        for path in paths:
            database = self._databases.pop(path)
            if self.datasette.databases.get(database.name) is database:
                self.datasette.remove_database(database.name)
            self._departed.add(database)
        self._departed.settle()
        await self._refresh()

    async def drop(self, name: str) -> None:
        """Take away a database that no scan has attached, if it is there."""
        if name in self.datasette.databases:
            async with self.gate.alone(_PAGES_PATIENCE):
                self.datasette.remove_database(name)
                await self._refresh()

    async def _attach(self, new: Mapping[str, ScannedDatabase]) -> None:
        for number, (path, database) in enumerate(new.items()):
            self.datasette.add_database(database, name=database.name)
            self._databases[path] = database
            self._names[path] = str(database.name)
            if number % _BATCH == 0:
                await asyncio.sleep(0)

    async def _refresh(self) -> None:
        """Let Datasette bring its catalogue up to date; 1.0 makes its pages from it."""
        if hasattr(self.datasette, "get_internal_database"):
            await self.datasette.refresh_schemas(force=True)
        else:
            await self.datasette.refresh_schemas()


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


def _file_at(path: str) -> list[tuple[int, int]]:
    """Which file a path leads to, if any; what Datasette was given by name may be a link."""
    try:
        found = Path(path).stat()
    except (OSError, ValueError):
        return []
    return [(found.st_dev, found.st_ino)]


def _readable(item: Looked) -> Looked:
    """The same, or that it may not be read: the rights to a file can change without its time."""
    if os.access(item.path, os.R_OK):
        return item
    denied = Verdict(status=Status.UNREADABLE, reason="permission denied")
    return Looked(path=item.path, stamp=item.stamp, verdict=denied)


def _is_good(item: Looked) -> bool:
    return item.verdict is not None and item.verdict.status is Status.ATTACHED


def _is_same_file(known: Entry | None, stamp: Stamp) -> bool:
    """Whether a file is the one that was known, whatever was written to it in between."""
    return known is not None and known.stamp is not None and known.stamp.file == stamp.file


def _entry(item: Looked, names: dict[str, str], known: Entry | None, now: float) -> Entry:
    assert item.verdict is not None
    return Entry(
        path=item.path,
        name=names.get(item.path, ""),
        verdict=item.verdict,
        stamp=item.stamp,
        found=known.found if known else now,
    )
