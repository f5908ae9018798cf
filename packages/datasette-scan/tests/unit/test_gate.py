from __future__ import annotations

import asyncio
import contextlib
import selectors
from collections.abc import Awaitable, Callable

from datasette_scan.gate import Gate


class _Skipping(asyncio.SelectorEventLoop):
    """A loop whose clock goes on at once where there is nothing to do but wait.

    On a busy machine a real wait may last longer than the patience that is tried here.
    """

    def __init__(self) -> None:
        self.skipped = 0.0
        selector = selectors.DefaultSelector()
        look = selector.select

        def select(timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
            found = look(0)
            if not found:
                self.skipped += timeout or 0
            return found

        selector.select = select  # type: ignore[method-assign]
        super().__init__(selector)

    def time(self) -> float:
        """The time of this loop, in seconds."""
        return super().time() + self.skipped


def run(what: Callable[[Gate], Awaitable[None]]) -> None:
    async def go() -> None:
        await asyncio.wait_for(what(Gate()), timeout=30)

    with asyncio.Runner(loop_factory=_Skipping) as runner:
        runner.run(go())


async def _page(gate: Gate, events: list[str], name: str, until: asyncio.Event) -> None:
    async with gate.page():
        events.append(f"{name} begins")
        await until.wait()
        events.append(f"{name} ends")


async def _alone(gate: Gate, events: list[str], patience: float = 30) -> None:
    async with gate.alone(patience):
        events.append("alone")
        await asyncio.sleep(0)
    events.append("done")


def test_pages_do_not_wait_for_each_other() -> None:
    async def what(gate: Gate) -> None:
        async with contextlib.AsyncExitStack() as stack:
            for _ in range(3):
                await stack.enter_async_context(gate.page())

    run(what)


def test_pages_that_are_being_made_are_waited_for_and_later_ones_wait() -> None:
    async def what(gate: Gate) -> None:
        events: list[str] = []
        until = asyncio.Event()
        first = asyncio.create_task(_page(gate, events, "first", until))
        await asyncio.sleep(0)
        alone = asyncio.create_task(_alone(gate, events))
        await asyncio.sleep(0)
        second = asyncio.create_task(_page(gate, events, "second", until))
        await asyncio.sleep(0)
        until.set()
        await asyncio.gather(first, alone, second)
        assert events[:3] == ["first begins", "first ends", "alone"]
        assert events.index("second begins") > events.index("alone")

    run(what)


def test_a_page_that_takes_too_long_is_not_waited_for() -> None:
    async def what(gate: Gate) -> None:
        events: list[str] = []
        until = asyncio.Event()
        page = asyncio.create_task(_page(gate, events, "page", until))
        await asyncio.sleep(0)
        await _alone(gate, events, patience=0.01)
        until.set()
        await page
        assert events == ["page begins", "alone", "done", "page ends"]

    run(what)


def test_a_page_that_asks_datasette_for_another_page_does_not_wait_for_itself() -> None:
    async def what(gate: Gate) -> None:
        events: list[str] = []
        async with gate.page():
            alone = asyncio.create_task(_alone(gate, events))
            await asyncio.sleep(0.01)
            async with gate.page():
                events.append("inner")
        await alone
        assert events == ["inner", "alone", "done"]

    run(what)


def test_a_page_can_wait_for_what_waits_for_all_pages() -> None:
    async def what(gate: Gate) -> None:
        events: list[str] = []
        async with gate.page(), gate.outside():
            await _alone(gate, events)
        assert events == ["alone", "done"]

    run(what)


def test_a_page_that_is_being_sent_is_not_waited_for() -> None:
    async def what(gate: Gate) -> None:
        events: list[str] = []
        async with gate.page() as page:
            assert page is not None
            page.made()
            page.made()
            await _alone(gate, events)
        assert events == ["alone", "done"]

    run(what)


def test_a_page_whose_body_never_comes_is_not_waited_for() -> None:
    async def what(gate: Gate) -> None:
        events: list[str] = []
        async with gate.page() as page:
            assert page is not None
            async with page.waiting():
                await _alone(gate, events)
            alone = asyncio.create_task(_alone(gate, events))
            await asyncio.sleep(0.01)
            events.append("has its body")
        await alone
        assert events == ["alone", "done", "has its body", "alone", "done"]

    run(what)


def test_a_page_whose_body_comes_while_the_gate_is_closed_waits() -> None:
    async def what(gate: Gate) -> None:
        events: list[str] = []
        body, until = asyncio.Event(), asyncio.Event()

        async def read() -> None:
            async with gate.page() as page:
                assert page is not None
                async with page.waiting():
                    await body.wait()
                events.append("goes on")

        reading = asyncio.create_task(read())
        first = asyncio.create_task(_page(gate, events, "first", until))
        await asyncio.sleep(0)
        alone = asyncio.create_task(_alone(gate, events))
        await asyncio.sleep(0)
        body.set()
        await asyncio.sleep(0.01)
        until.set()
        await asyncio.gather(reading, first, alone)
        assert events.index("alone") < events.index("goes on")

    run(what)


def test_pages_that_end_one_after_the_other_are_all_waited_for() -> None:
    async def what(gate: Gate) -> None:
        events: list[str] = []
        untils = [asyncio.Event() for _ in range(6)]
        pages = [
            asyncio.create_task(_page(gate, events, str(number), until))
            for number, until in enumerate(untils)
        ]
        await asyncio.sleep(0)
        alone = asyncio.create_task(_alone(gate, events, patience=1))
        for until in untils:
            await asyncio.sleep(0.3)
            until.set()
        await asyncio.gather(*pages, alone)
        assert events.index("5 ends") < events.index("alone")

    run(what)
