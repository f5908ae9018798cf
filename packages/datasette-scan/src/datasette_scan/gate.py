"""A gate in front of Datasette's pages, for the moment in which databases are taken away.

Datasette's home page asks for a list of databases and then for one after the other. A database
that is detached in between makes it fail. So before that is done, the pages that are being made
are waited for, and those that come in the meantime wait.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextvars import ContextVar

_inside: ContextVar[bool] = ContextVar("datasette_scan_inside", default=False)
"""Whether this is called from a page: what a page asks of Datasette itself is part of it."""


class Gate:
    """Lets pages through, or waits until there are none."""

    def __init__(self) -> None:
        self._pages = 0
        self._opened: asyncio.Future[None] | None = None
        self._empty: asyncio.Future[None] | None = None

    @contextlib.asynccontextmanager
    async def page(self) -> AsyncIterator[Callable[[], None]]:
        """Around the making of a page.

        What it yields is to be called when the page begins to be sent: it may take long from
        then on, and asks for no list of databases any more.
        """
        if _inside.get():
            yield lambda: None
            return
        while self._opened is not None:
            await asyncio.shield(self._opened)
        token = _inside.set(True)
        self._enter()
        is_made = False

        def made() -> None:
            nonlocal is_made
            if not is_made:
                is_made = True
                self._leave()

        try:
            yield made
        finally:
            made()
            _inside.reset(token)

    @contextlib.asynccontextmanager
    async def outside(self) -> AsyncIterator[None]:
        """Around what a page waits for and what may itself wait for all pages."""
        if not self._pages:
            yield
            return
        self._leave()
        try:
            yield
        finally:
            self._enter()

    @contextlib.asynccontextmanager
    async def alone(self, patience: float) -> AsyncIterator[None]:
        """With no page in the making, or after so many seconds in any case."""
        loop = asyncio.get_running_loop()
        self._opened = loop.create_future()
        try:
            if self._pages:
                self._empty = loop.create_future()
                await asyncio.wait([self._empty], timeout=patience)
            yield
        finally:
            self._empty = None
            self._opened.set_result(None)
            self._opened = None

    def _enter(self) -> None:
        self._pages += 1

    def _leave(self) -> None:
        self._pages -= 1
        if not self._pages and self._empty is not None and not self._empty.done():
            self._empty.set_result(None)
