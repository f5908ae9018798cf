"""A gate in front of Datasette's pages, for the moment in which databases are taken away.

Datasette's home page asks for a list of databases and then for one after the other. A database
that is detached in between makes it fail. So before that is done, the pages that are being made
are waited for, and those that come in the meantime wait.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextvars import ContextVar


class Page:
    """A page, from its request to its answer."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._is_counted = True
        self._is_made = False

    def made(self) -> None:
        """It begins to be sent: it may take long from now on, and asks for no databases."""
        self._is_made = True
        self._leave()

    @contextlib.asynccontextmanager
    async def waiting(self) -> AsyncIterator[None]:
        """Around what may take for ever, or may itself wait for all pages."""
        self._leave()
        try:
            yield
        finally:
            await self._return()

    def _leave(self) -> None:
        if self._is_counted:
            self._is_counted = False
            self._gate.leave()

    async def _return(self) -> None:
        if not self._is_made:
            await self._gate.enter()
            self._is_counted = True


_inside: ContextVar[Page | None] = ContextVar("datasette_scan_inside", default=None)
"""The page from which this is called: what it asks of Datasette itself is part of it."""


class Gate:
    """Lets pages through, or waits until there are none."""

    def __init__(self) -> None:
        self._pages = 0
        self._opened: asyncio.Future[None] | None = None
        self._left = asyncio.Event()

    @contextlib.asynccontextmanager
    async def page(self) -> AsyncIterator[Page | None]:
        """Around the making of a page; None where that is part of another."""
        if _inside.get() is not None:
            yield None
            return
        await self.enter()
        page = Page(self)
        token = _inside.set(page)
        try:
            yield page
        finally:
            page.made()
            _inside.reset(token)

    @contextlib.asynccontextmanager
    async def outside(self) -> AsyncIterator[None]:
        """Around what a page waits for and what may itself wait for all pages."""
        page = _inside.get()
        async with contextlib.nullcontext() if page is None else page.waiting():
            yield

    @contextlib.asynccontextmanager
    async def alone(self, patience: float) -> AsyncIterator[None]:
        """With no page in the making, or when none has ended for so many seconds.

        On a busy machine many pages end one after the other, and all of them are waited for;
        one that hangs holds up the others for this long and no longer.
        """
        opened = self._opened = asyncio.get_running_loop().create_future()
        try:
            with contextlib.suppress(asyncio.TimeoutError):
                while self._pages:
                    self._left.clear()
                    await asyncio.wait_for(self._left.wait(), timeout=patience)
            yield
        finally:
            opened.set_result(None)
            self._opened = None

    async def enter(self) -> None:
        """Count a page, when the gate is open."""
        while self._opened is not None:
            await asyncio.shield(self._opened)
        self._pages += 1

    def leave(self) -> None:
        """Count a page no more."""
        self._pages -= 1
        self._left.set()
