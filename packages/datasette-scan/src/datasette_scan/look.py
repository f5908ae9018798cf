"""The first look at what the scanner has found: by two calls of ``stat`` a file, and no more."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from .catalogue import Notes
from .check import still_good
from .database import ScannedDatabase
from .model import Entry, Stamp, Status, Verdict
from .pool import Pool
from .source import Source

SERVED = Verdict(status=Status.SERVED)
_GONE = Verdict(status=Status.UNREADABLE, reason="it cannot be looked at; it may have gone again")
_DENIED = Verdict(status=Status.UNREADABLE, reason="permission denied")
_SUFFIXES = frozenset({".db", ".db3", ".sqlite", ".sqlite3", ".s3db", ".sl3", ".gpkg", ".mbtiles"})
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

    @property
    def is_good(self) -> bool:
        """Whether it is, or is to be, attached."""
        return self.verdict is not None and self.verdict.status is Status.ATTACHED


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """What is known before a scan, which decides what must be opened.

    Attributes:
        datasette: for which databases are made.
        pool: their connections.
        attached: what scans have attached, by path.
        known: what the last scan has found, by path.
        served: the files that Datasette was given by name.
    """

    datasette: Any
    pool: Pool
    attached: Mapping[str, ScannedDatabase]
    known: Mapping[str, Entry]
    served: frozenset[tuple[int, int]]

    def at_all(self, paths: Iterable[str]) -> list[Looked]:
        """Look at what was found."""
        return [self._at(path) for path in paths]

    def at_rest(self, found: Collection[str], denied: Iterable[str]) -> list[Looked]:
        """Look at files that are still there, and to which the scanner did not come this time.

        Nobody can say whether a file that may not be read is a database: it counts as one where it
        was one before, or is named like one.

        Args:
            found: what the scanner has found.
            denied: what it may not read.
        """
        before = (path for path, entry in self.known.items() if entry.verdict == _DENIED)
        named = (path for path in denied if PurePath(path).suffix.lower() in _SUFFIXES)
        rest = {*self.attached, *before, *named}.difference(found)
        looked = [_readable(self._at(path)) for path in rest]
        return [item for item in looked if item.stamp is not None]

    def _at(self, path: str) -> Looked:
        attached = self.attached.get(path)
        source = attached.source if attached else Source(path=path)
        stamp = source.stamp()
        known = self.known.get(path)
        if stamp is None:
            return Looked(path=path, stamp=None, verdict=_GONE)
        if stamp.file in self.served:
            return Looked(path=path, stamp=stamp, verdict=SERVED)
        if known is not None and known.stamp == stamp and known.verdict.status in _LASTING:
            return Looked(path=path, stamp=known.stamp, verdict=known.verdict)
        if attached is not None and _is_same_file(known, stamp):
            return Looked(path=path, stamp=stamp, verdict=still_good(attached))
        database = ScannedDatabase(self.datasette, Source(path=path), self.pool)
        return Looked(path=path, stamp=stamp, database=database)


def files_of(databases: Iterable[Any]) -> frozenset[tuple[int, int]]:
    """Which files databases are; their paths may be links."""
    paths = [str(database.path) for database in databases if database.path]
    return frozenset(file for path in paths for file in _file_at(path))


def _file_at(path: str) -> list[tuple[int, int]]:
    try:
        found = Path(path).stat()
    except (OSError, ValueError):
        return []
    return [(found.st_dev, found.st_ino)]


def _readable(item: Looked) -> Looked:
    """The same, or that it may not be read: the rights to a file can change without its time."""
    if os.access(item.path, os.R_OK):
        return item
    return Looked(path=item.path, stamp=item.stamp, verdict=_DENIED)


def _is_same_file(known: Entry | None, stamp: Stamp) -> bool:
    """Whether a file is the one that was known, whatever was written to it in between."""
    return known is not None and known.stamp is not None and known.stamp.file == stamp.file
