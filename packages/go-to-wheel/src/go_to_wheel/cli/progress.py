"""A build on a terminal: a line for each target while it runs, and the table that remains.

Pure: nothing is printed here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from rich.console import Group, RenderableType
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from ..errors import GoToWheelError
from ..events import Stage, TargetMoved
from ..model import BuiltWheel
from ..planning import PlannedTarget
from .tables import short_platforms, short_tags, signed_text, size_text
from .text import visible
from .transfers import Transfer

_SPINNER = Spinner("dots", style="cyan")
_MARKS = {
    Stage.WAITING: Text("·", style="dim"),
    Stage.DONE: Text("✓", style="green"),
    Stage.FAILED: Text("✗", style="red"),
    Stage.STOPPED: Text("·", style="dim"),
}
_RESTING = frozenset(_MARKS)
_SENTENCE_END = re.compile(r"(?<=[.?!]) (?=[A-Z])")
_GAP = 2  # columns between two columns
_LEAST = 20  # columns that a text needs, not to be cut to pieces
_SIZE = len("999.9 MB")
_SECONDS = len("999.9 s")
_WORTH_TELLING = 3.0  # seconds that a stage takes before their number is shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One target: how far it is.

    Attributes:
        planned: the target, and the tags expected for it.
        stage: where it is.
        since: when it came there, in seconds of a monotonic clock.
        transfer: a file that is arriving for it.
        builds_library: its C library is built first.
        wheel: what came of it.
        error: why it failed.
    """

    planned: PlannedTarget
    stage: Stage = Stage.WAITING
    since: float = 0.0
    transfer: Transfer | None = None
    builds_library: bool = False
    wheel: BuiltWheel | None = None
    error: GoToWheelError | None = None

    def after(self, event: TargetMoved, now: float) -> Self:
        """The same target at another stage."""
        return replace(
            self,
            stage=event.stage,
            since=now,
            transfer=None,
            builds_library=False,
            wheel=event.wheel,
            error=event.error if event.stage is Stage.FAILED else None,
        )

    @property
    def ended(self) -> Self:
        """The same target after the build: what did not come to an end was stopped."""
        is_ended = self.wheel or self.stage is Stage.FAILED
        return self if is_ended else replace(self, stage=Stage.STOPPED, transfer=None)

    @property
    def tag(self) -> str:
        """The tag that its wheel has, or probably gets, in the room of a line."""
        if self.wheel:
            return short_tags(self.wheel.tags)
        return short_platforms(self.planned.expected_tags)

    def note(self, now: float) -> str:
        """How far it is, in words."""
        if self.error:
            return visible(_SENTENCE_END.split(self.error.message, maxsplit=1)[0])
        if self.transfer:
            return str(self.transfer)
        note = str(self.stage)
        seconds = now - self.since
        if self.stage not in _RESTING and seconds >= _WORTH_TELLING:
            note += f", {seconds:.0f} s"
        if self.builds_library:
            note += "; its C library too, this first time"
        return note


def progress_lines(rows: Sequence[Row], now: float, width: int) -> list[RenderableType]:
    """A line for each target, in the order of the targets; a long reason may take several.

    Args:
        rows: the targets.
        now: the time, in seconds of a monotonic clock.
        width: the columns of the terminal.
    """
    return [_line(row, now, _widths(rows, width)) for row in rows]


def summary(rows: Sequence[Row], width: int) -> Group:
    """What came of a build that has ended: the same lines below a heading."""
    widths = _widths(rows, width)
    lines = [_line(row.ended, 0.0, widths) for row in rows]
    if not (widths.is_wide and any(row.wheel for row in rows)):
        return Group(*lines)
    heading = _grid(widths.mark, widths.target, widths.tag, _SIZE, _SECONDS)
    names = ("", "target", "tag", f"{'size':>{_SIZE}}", f"{'time':>{_SECONDS}}")
    heading.add_row(*(Text(name, style="bold") for name in names))
    return Group(heading, *lines)


def total_text(wheels: Sequence[BuiltWheel], failed: int, seconds: float) -> str:
    """What came of a build, in one line.

    Args:
        wheels: those that were made.
        failed: how many targets failed.
        seconds: how long all of it took.
    """
    size = size_text(sum(wheel.size for wheel in wheels))
    text = f"{len(wheels)} wheel{'' if len(wheels) == 1 else 's'}, {size}, {seconds:.1f} s"
    return f"{text}; {failed} failed" if failed else text


def waiting_line(text: str) -> RenderableType:
    """A line that says that something goes on."""
    grid = _grid(1, None)
    grid.add_row(_SPINNER, Text(visible(text), style="dim"))
    return grid


@dataclass(frozen=True, slots=True, kw_only=True)
class _Widths:
    """The columns' widths.

    On a terminal that is not wide what came of a target is one text, without tag; on one that is
    thin, that stands below its name.
    """

    target: int
    tag: int
    is_wide: bool
    is_thin: bool
    mark: int = 1

    def line(self, mark: RenderableType, name: str, rest: Text) -> Table:
        """A line whose end is one text, on a thin terminal below the name."""
        if self.is_thin:
            grid = _grid(self.mark, None)
            grid.add_row(mark, Text.assemble(name, "\n", rest))
        else:
            grid = _grid(self.mark, self.target, None)
            grid.add_row(mark, name, rest)
        return grid


def _widths(rows: Sequence[Row], width: int) -> _Widths:
    target = max(len(row.planned.target.name) for row in rows)
    tag = max(len(row.tag) for row in rows)
    signed = any(row.wheel and signed_text(row.wheel.proofs) for row in rows)
    needed = sum((1, target, tag, _SIZE, _SECONDS, _LEAST if signed else 0)) + 5 * _GAP
    rest = width - sum((1, target)) - 2 * _GAP
    return _Widths(target=target, tag=tag, is_wide=needed <= width, is_thin=rest < _LEAST)


def _line(row: Row, now: float, widths: _Widths) -> Table:
    mark = _MARKS.get(row.stage, _SPINNER)
    name = row.planned.target.name
    if row.wheel is None:
        style = "red" if row.stage is Stage.FAILED else "dim"
        return widths.line(mark, name, Text(row.note(now), style=style))
    size, seconds = size_text(row.wheel.size), f"{row.wheel.seconds:.1f} s"
    signed = signed_text(row.wheel.proofs)
    if not widths.is_wide:
        return widths.line(mark, name, Text(", ".join(filter(None, [size, seconds, signed]))))
    grid = _grid(widths.mark, widths.target, widths.tag, _SIZE, _SECONDS, None)
    grid.add_row(mark, name, row.tag, f"{size:>{_SIZE}}", f"{seconds:>{_SECONDS}}", signed)
    return grid


def _grid(*widths: int | None) -> Table:
    """A line of cells of these widths; None for what is left."""
    grid = Table.grid(padding=(0, _GAP, 0, 0))
    for width in widths:
        grid.add_column(width=width, no_wrap=width is not None, overflow="fold")
    return grid
