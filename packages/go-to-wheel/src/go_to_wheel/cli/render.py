"""The only module that prints: results to standard output, the rest to standard error."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shlex
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from ..errors import GoToWheelError
from ..events import Event, Fetching, ProgramStarted, SourceRead, Stage, TargetMoved, Warned

if TYPE_CHECKING:  # and imported where they are needed: a command's start should be quick
    from rich.console import Console
    from rich.live import Live
    from rich.table import Table

    from ..check import CheckReport
    from ..errors import InvalidWheelError
    from ..inspection import Inspection
    from ..model import BuiltWheel
    from ..pipeline import BuildReport
    from ..planning import BuildPlan
    from ..targets import Target
    from ..verification import Verification
    from .documents import Json
    from .transfers import Transfer


_PIPE_WIDTH = 10_000
"""In characters: a file or a pipe has no edge at which a line would have to end."""


class BuildView:
    """Shows a build while it runs, and what came of it. It is an ``Observer``.

    On a terminal it keeps a live table with a line for each target; elsewhere it writes a
    plain line for each thing that happens.
    """

    def __init__(self, *, as_json: bool, verbose: bool, quiet: bool) -> None:
        self._as_json = as_json
        self._verbose = verbose
        self._quiet = quiet
        self._lock = threading.Lock()
        self._live: Live | None = None
        self._targets: tuple[Target, ...] = ()
        self._stages: dict[str, Stage] = {}
        self._transfers: dict[str, Transfer] = {}
        self._wheels: dict[str, BuiltWheel] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._lock:  # a thread that ends later has nothing more to say
            self._quiet = True
        if self._live is not None:
            self._live.update(self._table(), refresh=True)
            self._live.stop()

    def __call__(self, event: Event, /) -> None:
        """Take note of an event, from any thread."""
        with self._lock:
            if self._quiet:
                return
            match event:
                case SourceRead(plan=plan):
                    self._begin(plan)
                case Warned(message=message):
                    self._line(f"warning: {message}")
                case ProgramStarted(command=command) if self._verbose:
                    self._line(f"+ {shlex.join(command)}")
                case Fetching():
                    self._fetch(event)
                case TargetMoved():
                    self._move(event)

    def show_plan(self, plan: BuildPlan, output_dir: Path) -> None:
        """Print a plan, for ``--dry-run``."""
        if self._as_json:
            from .documents import plan_document

            _print_json(plan_document(plan, output_dir))
            return
        from .tables import plan_table

        _stderr_line(_headline(plan))
        for warning in plan.warnings:
            _stderr_line(f"warning: {warning}")
        _stderr_line(f"Into {output_dir}: nothing yet, this is a dry run.")
        _console(stderr=False).print(plan_table(plan.targets))

    def show_failure(self, failure: GoToWheelError) -> None:
        """Print the document of a build that failed; the error itself is printed by others."""
        if self._as_json:
            from .documents import error_document

            _print_json(error_document(failure))

    def show_report(self, report: BuildReport) -> None:
        """Print what came of a build."""
        for failure in report.failures:
            error(failure.error)
        if self._as_json:
            from .documents import report_document

            _print_json(report_document(report))
            return
        for wheel in report.wheels:
            print(wheel.path)

    def _begin(self, plan: BuildPlan) -> None:
        self._targets = tuple(planned.target for planned in plan.targets)
        _stderr_line(_headline(plan))
        if sys.stderr.isatty():
            from rich.live import Live

            console = _console(stderr=True)
            self._live = Live(get_renderable=self._table, console=console, refresh_per_second=10)
            self._live.start()

    def _fetch(self, event: Fetching) -> None:
        from .transfers import Transfer

        now = time.monotonic()
        known = self._transfers.get(event.target.name)
        same = known is not None and known.event.name == event.name
        transfer = known if known and same else Transfer(event=event, began=now)
        transfer = self._transfers[event.target.name] = transfer.after(event, now)
        if transfer.is_complete and self._live is None:
            self._line(f"{event.target.name}: {event.name}, {transfer}")

    def _move(self, event: TargetMoved) -> None:
        self._transfers.pop(event.target.name, None)
        self._stages[event.target.name] = event.stage
        if event.wheel is not None:
            self._wheels[event.target.name] = event.wheel
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

    def _line(self, text: str) -> None:
        if self._live is not None:
            self._live.console.print(text, markup=False, highlight=False, soft_wrap=True)
        else:
            _stderr_line(text)

    def _table(self) -> Table:
        from .tables import progress_table

        notes = {name: str(stage) for name, stage in self._stages.items()}
        notes |= {name: str(transfer) for name, transfer in self._transfers.items()}
        return progress_table(self._targets, self._stages, notes, self._wheels)


def show_checks(reports: Sequence[CheckReport], *, as_json: bool) -> None:
    """Print what ``check`` found: a line for each wheel, and its problems below it."""
    if as_json:
        from .documents import checks_document

        _print_json(checks_document(reports))
        return
    console = _console(stderr=False)
    for report in reports:
        warnings = len(report.problems) - len(report.errors)
        verdict = _count(len(report.errors), "error") if report.errors else "ok"
        if warnings:
            verdict += f", {_count(warnings, 'warning')}"
        style = "red" if report.errors else "yellow" if warnings else "green"
        console.print(
            f"{report.path.name}: ", end="", markup=False, highlight=False, soft_wrap=True
        )
        console.print(verdict, style=style, highlight=False)
        for problem in report.problems:
            style = "red" if problem in report.errors else "yellow"
            console.print(f"  {problem.level}", style=style, end=" ", highlight=False)
            where = f"{problem.where}: " if problem.where else ""
            console.print(
                f"[{problem.rule}] {where}{problem.message} {problem.hint}",
                markup=False, highlight=False, soft_wrap=True,
            )  # fmt: skip


def show_inspections(
    found: Sequence[Inspection | InvalidWheelError], *, as_json: bool, verbose: bool
) -> None:
    """Print what is inside wheels: a page for each, or one document; errors as errors."""
    unreadable = [each for each in found if isinstance(each, GoToWheelError)]
    wheels = [each for each in found if not isinstance(each, GoToWheelError)]
    if as_json:
        from .documents import inspections_document

        _print_json(inspections_document(wheels, unreadable))
    else:
        from .pages import inspection_page

        console = _console(stderr=False)
        for index, wheel in enumerate(wheels):
            with console.capture() as page:
                console.print(inspection_page(wheel, verbose=verbose))
            if index:
                print()
            print("\n".join(line.rstrip() for line in page.get().splitlines()))
    for problem in unreadable:
        error(problem)


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
                    _stderr_line(plan.description)
                case Warned(message=message) if self._verbose:
                    _stderr_line(f"warning: {message}")
                case ProgramStarted(command=command) if self._verbose:
                    _stderr_line(f"+ {shlex.join(command)}")


def show_verification(verification: Verification) -> None:
    """Print what ``verify`` found of one wheel: the verdict, and why, below it."""
    from .pages import verification_page

    with (console := _console(stderr=False)).capture() as page:
        console.print(verification_page(verification))
    print("\n".join(line.rstrip() for line in page.get().splitlines()), flush=True)


def show_verifications_document(verifications: Sequence[Verification]) -> None:
    """Print what ``verify`` found, as one document."""
    from .documents import verifications_document

    _print_json(verifications_document(verifications))


def show_targets(*, as_json: bool) -> None:
    """Print the table of targets."""
    if as_json:
        from .documents import targets_document

        _print_json(targets_document())
        return
    from .tables import targets_table

    console = _console(stderr=False)
    console.print(targets_table())
    console.print("* built by default; '--platforms all' builds all.", highlight=False)


def error(problem: GoToWheelError) -> None:
    """Print an error: another program's output first, then one short paragraph."""
    if problem.detail:
        _stderr_line(problem.detail)
    prefix = "error: "
    if sys.stderr.isatty():
        _console(stderr=True).print(prefix, style="bold red", end="", highlight=False)
        prefix = ""
    _stderr_line(f"{prefix}{problem}")


def usage(text: str) -> None:
    """Print how to use a command that was given nothing to do."""
    _stderr_line(text)


def prepare_stdout() -> None:
    """Let paths that are no UTF-8 pass to standard output byte for byte, as ``ls`` does."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="surrogateescape")


def flush_stdout() -> None:
    """Write what still waits to be written: at the interpreter's exit nobody could tell.

    Raises:
        OSError: standard output cannot be written.
    """
    if sys.stdout is not None:  # the shell's >&- closes it
        sys.stdout.flush()


def close_stdout() -> None:
    """Let go of a standard output that takes no more, so that nothing complains later."""
    with contextlib.suppress(OSError):
        flush_stdout()
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _headline(plan: BuildPlan) -> str:
    distribution = plan.distribution
    return f"{plan.description}\n{distribution.name} {distribution.version}"


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _console(*, stderr: bool) -> Console:
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    is_terminal = stream is not None and stream.isatty()
    plain = bool(os.environ.get("NO_COLOR"))  # rich alone would still write bold and dim
    return Console(
        stderr=stderr,
        color_system=None if plain else "auto",
        width=None if is_terminal else _PIPE_WIDTH,
    )


def _stderr_line(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _print_json(document: Json) -> None:
    text = json.dumps(document, indent=2, ensure_ascii=False)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:  # a path that is no text, or a pipe of an old Windows code page
        text = json.dumps(document, indent=2)
    print(text)
