"""What Datasette has because of scans: attaching, detaching, and the names."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from .catalogue import Notes, refreshing, write_notes
from .database import ScannedDatabase
from .departed import GRACE, Departed
from .look import SERVED, Looked
from .names import names_for

_BATCH = 16
"""Databases that are attached before somebody else's turn."""


class Attached:
    """The databases that scans have attached to one Datasette.

    Attributes:
        by_path: those that are attached.
    """

    def __init__(self, datasette: Any) -> None:
        self.by_path: dict[str, ScannedDatabase] = {}
        self._datasette = datasette
        self._departed = Departed(datasette)
        self._names: dict[str, str] = {}  # of all that was ever attached

    def close(self) -> None:
        """Close the databases that have gone."""
        self._departed.close()

    def others(self) -> list[Any]:
        """The databases that Datasette has from elsewhere."""
        ours = {id(database) for database in self.by_path.values()}
        return [each for each in self._datasette.databases.values() if id(each) not in ours]

    def name(self, looked: Sequence[Looked], roots: Collection[str]) -> None:
        """Name what may be attached.

        A file that replaces another takes over its name, and one that comes back has its old one
        where that is still free.

        Args:
            looked: all that was found: what is new is named as if all of it were.
            roots: the folders that are scanned.
        """
        new = {item.path: item.database for item in looked if item.database is not None}
        if not new:
            return
        kept = self._names_now()
        mounts = {str(mount).strip("/").split("/")[0] for mount, _ in self._datasette.static_mounts}
        taken = mounts.union(self._datasette.databases)
        for path in new:
            old = self._names.get(path)
            if path not in kept and old and old not in taken.union(kept.values()):
                kept[path] = old
        others = [item.path for item in looked if item.verdict != SERVED]
        names = names_for(others, roots=roots, taken=taken, kept=kept)
        for path, database in new.items():
            database.name = names[path]

    async def follow(self, looked: Sequence[Looked]) -> tuple[int, int]:
        """Bring Datasette's databases into line with what was found and checked.

        Returns:
            how many were attached, and how many detached.
        """
        good = {item.path for item in looked if item.is_good}
        new = {item.path: item.database for item in looked if item.is_good and item.database}
        replaced = [path for path in new if path in self.by_path]
        gone = [path for path in self.by_path if path not in good]
        self._departed.close(GRACE)
        if gone or replaced:
            await self._detach([*gone, *replaced])
        if new:
            await self._attach(new, [item.notes for item in looked if item.path in new])
        return len(new) - len(replaced), len(gone)

    async def drop(self, name: str) -> None:
        """Take away a database that no scan has attached, if it is there."""
        if name in self._datasette.databases:
            self._departed.take({name: self._datasette.databases[name]})
            await self._refresh()

    async def _detach(self, paths: Iterable[str]) -> None:
        databases = [self.by_path.pop(path) for path in paths]
        for database in databases:
            database.retire()
        self._departed.take({str(database.name): database for database in databases})
        await self._refresh()

    async def _attach(
        self, new: Mapping[str, ScannedDatabase], notes: Iterable[Notes | None]
    ) -> None:
        if not self._datasette.internal_db_created:
            await self._datasette.refresh_schemas()
        async with refreshing(self._datasette):
            for number, (path, database) in enumerate(new.items()):
                self._datasette.add_database(database, name=database.name)
                self.by_path[path] = database
                self._names[path] = str(database.name)
                if number % _BATCH == 0:
                    await asyncio.sleep(0)
            await write_notes(self._datasette, filter(None, notes))
        await self._refresh()

    def _names_now(self) -> dict[str, str]:
        return {path: str(database.name) for path, database in self.by_path.items()}

    async def _refresh(self) -> None:
        """Let Datasette 1.0 bring its catalogue up to date, from which it makes its pages.

        Datasette 0.65 does so for each page.
        """
        if hasattr(self._datasette, "get_internal_database"):
            async with refreshing(self._datasette):
                pass  # where a page does the same just now, Datasette would leave it at that
            await self._datasette.refresh_schemas(force=True)
