"""Databases that were taken away, for the pages that had begun before.

A page may have a list of names, and ask for one database after the other; Datasette's home page
does. One that was detached in between would make it fail. So those that have gone are still found
by their names for a while, though no list has them and no address leads to them, and what a page
asks of them is answered from memory, or from the file where that is still there.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

GRACE = 60.0
"""Seconds for which a database that has gone can still be asked."""


class _Databases(OrderedDict[str, Any]):
    """Datasette's databases, by name; one that has gone is found by its name, and is not listed."""

    def __init__(self, databases: Mapping[str, Any], departed: Mapping[str, Any]) -> None:
        super().__init__(databases)
        self._departed = departed

    def __missing__(self, name: str) -> Any:
        return self._departed[name]

    def copy(self) -> _Databases:
        """What Datasette makes its next list of."""
        return _Databases(self, self._departed)


class Departed:
    """The databases of one Datasette that have gone."""

    def __init__(self, datasette: Any) -> None:
        self._datasette = datasette
        self._by_name: dict[str, Any] = {}
        self._leaving: list[tuple[float, str, Any]] = []

    def take(self, databases: Mapping[str, Any]) -> None:
        """Take databases away from Datasette, by name, all in one step.

        Datasette 1.0's own ``remove_database`` would close each at once, and wait for what is
        still written to it.
        """
        self._by_name.update(databases)
        now = time.monotonic()
        self._leaving += [(now, name, database) for name, database in databases.items()]
        staying = {
            name: database
            for name, database in self._datasette.databases.items()
            if databases.get(name) is not database
        }
        self._datasette.databases = _Databases(staying, self._by_name)

    def close(self, age: float = 0.0) -> None:
        """Close those that went so many seconds ago, or more; all by default."""
        until = time.monotonic() - age
        staying = []
        for moment, name, database in self._leaving:
            if moment > until:
                staying.append((moment, name, database))
                continue
            if self._by_name.get(name) is database:
                del self._by_name[name]
            database.close()
        self._leaving = staying
