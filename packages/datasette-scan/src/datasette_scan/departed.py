"""Databases that were taken away, for the pages that had begun before.

Datasette 1.0 makes its home page from a list of names, and then asks for one database after the
other. One that was detached in between would make it fail. So those that have gone are still found
by their names for a while, though no list has them and no address leads to them; what a page asks
of them is answered from memory.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from .database import ScannedDatabase

GRACE = 60.0
"""Seconds for which a database that has gone can still be asked."""


class _Databases(OrderedDict[str, Any]):
    """Datasette's databases, by name; one that has gone is found by its name, and is not listed."""

    def __init__(self, databases: Mapping[str, Any], departed: Mapping[str, Any]) -> None:
        super().__init__(databases)
        self._departed = departed

    def __missing__(self, name: str) -> Any:
        return self._departed[name]

    def copy(self) -> OrderedDict[str, Any]:  # type: ignore[override]
        """What Datasette makes its next list of."""
        return OrderedDict(self)


class Departed:
    """The databases of one Datasette that have gone."""

    def __init__(self, datasette: Any) -> None:
        self._datasette = datasette
        self._by_name: dict[str, ScannedDatabase] = {}
        self._leaving: list[tuple[float, str, ScannedDatabase]] = []

    def add(self, database: ScannedDatabase) -> None:
        """A database that Datasette has no more; it is closed later."""
        name = str(database.name)
        self._by_name[name] = database
        self._leaving.append((time.monotonic(), name, database))

    def settle(self) -> None:
        """Let those that have gone be found, and close those that went long ago."""
        self.close(time.monotonic() - GRACE)
        if self._by_name and not isinstance(self._datasette.databases, _Databases):
            self._datasette.databases = _Databases(self._datasette.databases, self._by_name)

    def close(self, until: float = float("inf")) -> None:
        """Close those that went before some moment; all by default."""
        staying = []
        for moment, name, database in self._leaving:
            if moment > until:
                staying.append((moment, name, database))
                continue
            if self._by_name.get(name) is database:
                del self._by_name[name]
            database.close()
        self._leaving = staying
