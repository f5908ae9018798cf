"""What a build, and a verification, show of themselves while they run."""

from __future__ import annotations

import shlex
import threading
import time
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from ..errors import GoToWheelError
from ..events import (
    Announced,
    Event,
    Fetching,
    LibraryBuilding,
    ModuleFetching,
    ProgramStarted,
    SourceRead,
    Stage,
    TargetMoved,
    Warned,
)
from . import render

if TYPE_CHECKING:  # and imported where they are needed: a command's start should be quick
    from rich.console import RenderableType
    from rich.live import Live

    from ..model import BuiltWheel
    from ..pipeline import BuildReport
    from ..planning import BuildPlan
    from ..targets import Target
    from .progress import Row

_WORTH_SHOWING = 0.5
"""In seconds: what takes less need not be said to go on."""


class BuildView:
    """Shows a build while it runs, and what came of it. It is an ``Observer``.

    On a terminal it keeps a live line for each target, of which a table remains; elsewhere it
    writes a plain line for each thing that happens.
    """

    def __init__(self, *, as_json: bool, verbose: bool, quiet: bool) -> None:
        self._as_json = as_json
        self._verbose = verbose
        self._quiet = quiet
        self._lock = threading.Lock()
        self._live: Live | None = None
        self._began = time.monotonic()
        self._rows: dict[str, Row] = {}
        self._modules: list[str] = []
        self._is_fetching = False
        self._ended = False

    def __enter__(self) -> Self:
        if not self._quiet and render.is_live_terminal():
            from rich.live import Live

            console = render.new_console(stderr=True)
            self._live = Live(
                get_renderable=lambda: self._shown(console.width),
                console=console,
                refresh_per_second=10,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._lock:  # a thread that ends later has nothing more to say
            is_told = not self._quiet
            self._quiet = True
            self._ended = True
        if self._live is not None:
            self._live.transient = not self._rows  # nothing remains of having begun
            self._live.stop()
            self._live = None
        if is_told:
            self._tell_total(is_complete=error is None)

    def __call__(self, event: Event, /) -> None:
        """Take note of an event, from any thread."""
        with self._lock:
            if self._quiet:
                return
            match event:
                case SourceRead(plan=plan):
                    self._begin(plan)
                case Warned(message=message):
                    self._line(message, "warning: ")
                case ProgramStarted(command=command) if self._verbose:
                    self._line(f"+ {shlex.join(command)}", is_command=True)
                case ModuleFetching(module=module):
                    self._fetch_module(module)
                case Fetching():
                    self._fetch(event)
                case LibraryBuilding(target=target):
                    self._build_library(target)
                case TargetMoved():
                    self._move(event)

    def show_plan(self, plan: BuildPlan, output_dir: Path) -> None:
        """Print a plan, for ``--dry-run``."""
        if self._as_json:
            from .documents import plan_document

            render.print_json(plan_document(plan, output_dir))
            return
        from .tables import plan_table

        render.tell(_headline(plan))
        for warning in plan.warnings:
            render.tell(warning, "warning: ")
        render.tell(f"Into {output_dir}: nothing yet, this is a dry run.")
        console = render.new_console(stderr=False)
        render.print_table(console, plan_table(plan.targets, console.width))

    def show_failure(self, failure: GoToWheelError) -> None:
        """Print the document of a build that failed; the error itself is printed by others."""
        if self._as_json:
            from .documents import error_document

            render.print_json(error_document(failure))

    def show_report(self, report: BuildReport) -> None:
        """Print what came of a build."""
        for failure in report.failures:
            render.error(failure.error)
        if self._as_json:
            from .documents import report_document

            render.print_json(report_document(report))
            return
        for wheel in report.wheels:
            render.result(str(wheel.path))

    def _begin(self, plan: BuildPlan) -> None:
        from .progress import Row

        self._is_fetching = False
        self._line(_headline(plan))
        now = time.monotonic()
        rows = {planned.target.name: Row(planned=planned, since=now) for planned in plan.targets}
        self._rows = rows

    def _fetch_module(self, module: str) -> None:
        if not self._modules and self._live is None:
            self._line("Go fetches modules that are not here yet.")
        self._modules.append(module)
        self._is_fetching = True

    def _build_library(self, target: Target) -> None:
        if self._live is None:
            self._line(f"{target.name}: its C library is built too, this first time")
        self._change(target, builds_library=True)

    def _fetch(self, event: Fetching) -> None:
        from .transfers import Transfer

        now = time.monotonic()
        row = self._rows.get(event.target.name)
        known = row.transfer if row else None
        same = known is not None and known.event.name == event.name
        transfer = known if known and same else Transfer(event=event, began=now)
        transfer = transfer.after(event, now)
        self._change(event.target, transfer=transfer)
        if transfer.is_complete and self._live is None:
            self._line(f"{event.target.name}: {event.name}, {transfer}")

    def _change(self, target: Target, **changes: Any) -> None:
        if target.name in self._rows:
            self._rows[target.name] = replace(self._rows[target.name], **changes)

    def _move(self, event: TargetMoved) -> None:
        self._is_fetching = False
        if row := self._rows.get(event.target.name):
            self._rows[event.target.name] = row.after(event, time.monotonic())
        if event.wheel is not None:
            self._tell_proofs(event.wheel)
        if self._live is not None:
            return
        if event.wheel is not None:
            from .tables import short_tags, signed_text, size_text

            wheel = event.wheel
            facts = [short_tags(wheel.tags), size_text(wheel.size), f"{wheel.seconds:.1f} s"]
            signed = signed_text(wheel.proofs)
            self._line(f"{event.target.name}: {', '.join(filter(None, [*facts, signed]))}")
        elif event.stage in (Stage.FAILED, Stage.STOPPED) or self._verbose:
            self._line(f"{event.target.name}: {event.stage}")

    def _tell_proofs(self, wheel: BuiltWheel) -> None:
        if self._verbose and wheel.proofs:
            from .tables import proof_text

            for proof in wheel.proofs:
                self._line(f"{wheel.target.name}: {proof_text(proof)}")

    def _tell_total(self, *, is_complete: bool) -> None:
        from .progress import total_text

        rows = self._rows.values()
        wheels = [row.wheel for row in rows if row.wheel]
        failed = sum(row.stage is Stage.FAILED for row in rows)
        if is_complete and rows:
            self._line(total_text(wheels, failed, time.monotonic() - self._began))
        elif failed and len(rows) > 1:
            self._line("No wheel was written; with --keep-going those that can be built are.")

    def _line(self, text: str, prefix: str = "", *, is_command: bool = False) -> None:
        console = self._live.console if self._live else None
        render.tell(text, prefix, console=console, is_whole=is_command)

    def _shown(self, width: int) -> RenderableType:
        """What the terminal shows just now; it is drawn in another thread."""
        from rich.console import Group

        from .progress import progress_lines, summary, waiting_line

        rows = list(self._rows.values())
        if self._ended:
            return summary(rows, width) if rows else ""
        now = time.monotonic()
        lines = progress_lines(rows, now, width) if rows else []
        if self._is_fetching:
            number = len(self._modules)
            lines.append(waiting_line(f"fetching module {number}: {self._modules[-1]}"))
        elif not rows and now - self._began > _WORTH_SHOWING:
            lines.append(waiting_line("looking at the source"))
        return Group(*lines)


class VerifyView:
    """Shows what ``verify`` does, as far as it takes a while. It is an ``Observer``."""

    def __init__(self, *, verbose: bool) -> None:
        self._verbose = verbose
        self._lock = threading.Lock()

    def __call__(self, event: Event, /) -> None:
        """Take note of an event, from any thread."""
        with self._lock:
            match event:
                case SourceRead(plan=plan):
                    render.tell(plan.description)
                case Announced(message=message):
                    render.tell(message)
                case Warned(message=message) if self._verbose:
                    render.tell(message, "warning: ")
                case ProgramStarted(command=command) if self._verbose:
                    render.tell(f"+ {shlex.join(command)}", is_whole=True)


def _headline(plan: BuildPlan) -> str:
    distribution = plan.distribution
    return f"{plan.description}\n{distribution.name} {distribution.version}"
