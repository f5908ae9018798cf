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
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TextIO

from click import unstyle

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

if TYPE_CHECKING:  # and imported where they are needed: a command's start should be quick
    from rich.console import Console, RenderableType
    from rich.live import Live

    from ..check import CheckReport
    from ..errors import InvalidWheelError
    from ..inspection import Inspection
    from ..model import BuiltWheel
    from ..pipeline import BuildReport
    from ..planning import BuildPlan
    from ..targets import Target
    from ..verification import Verification
    from .documents import Json
    from .progress import Row


_PIPE_WIDTH = 10_000
"""In characters: a file or a pipe has no edge at which a line would have to end."""
_WORTH_SHOWING = 0.5
"""In seconds: what takes less need not be said to go on."""
_PREFIXES = {"warning: ": "yellow", "error: ": "bold red"}


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
        if not self._quiet and _is_live_terminal():
            from rich.live import Live

            console = _console(stderr=True)
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
                    self._line(f"+ {shlex.join(command)}")
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

            _print_json(plan_document(plan, output_dir))
            return
        from .tables import plan_table

        _stderr_line(_headline(plan))
        for warning in plan.warnings:
            _told(warning, "warning: ")
        _stderr_line(f"Into {output_dir}: nothing yet, this is a dry run.")
        console = _console(stderr=False)
        _print_table(console, plan_table(plan.targets, console.width))

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

    def _line(self, text: str, prefix: str = "") -> None:
        if self._live is not None:
            _print_told(self._live.console, text, prefix)
        else:
            _told(text, prefix)

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
                case Announced(message=message):
                    _stderr_line(message)
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
    _print_table(console, targets_table(console.width))
    console.print("* built by default; '--platforms all' builds all.", highlight=False)


def error(problem: GoToWheelError) -> None:
    """Print an error: another program's output first, then one short paragraph."""
    if problem.detail:
        _stderr_line(problem.detail)
    _told(str(problem), "error: ")


def usage(text: str) -> None:
    """Print how to use a command that was given nothing to do."""
    _stderr_line(text if _has_style(sys.stderr) else unstyle(text))


def stdout_has_style() -> bool:
    """Whether standard output takes colours: a terminal, unless the user wants it otherwise."""
    return _has_style(sys.stdout)


def result(text: str) -> None:
    """Print what a command was asked for, as it is."""
    print(text, flush=True)


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
    return Console(
        stderr=stderr,
        # With NO_COLOR alone rich would still write bold and dim.
        color_system="auto" if _has_style(stream) else None,
        width=None if _is_terminal(stream) else _PIPE_WIDTH,
    )


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty()


def _has_style(stream: TextIO | None) -> bool:
    """Whether to write colours there: https://no-color.org and https://force-color.org."""
    if os.environ.get("NO_COLOR") or _is_dumb():
        return False
    return bool(os.environ.get("FORCE_COLOR")) or _is_terminal(stream)


def _is_dumb() -> bool:
    """Whether the terminal can neither move its cursor nor show colours."""
    return os.environ.get("TERM", "").lower() in {"dumb", "unknown"}


def _is_live_terminal() -> bool:
    return _is_terminal(sys.stderr) and not _is_dumb()


def _print_table(console: Console, table: RenderableType) -> None:
    """Print a table to standard output, without blanks at the ends of its lines."""
    with console.capture() as shown:
        console.print(table)
    print("\n".join(line.rstrip() for line in shown.get().splitlines()))


def _told(text: str, prefix: str = "") -> None:
    """Write a line to standard error; its prefix, like ``error: ``, in its colour."""
    if prefix and _has_style(sys.stderr):
        _print_told(_console(stderr=True), text, prefix)
    else:
        _stderr_line(f"{prefix}{text}")


def _print_told(console: Console, text: str, prefix: str) -> None:
    from rich.text import Text

    # In one piece: what moves is drawn again after each. The terminal breaks the line, not we:
    # what is copied from it is whole.
    line = Text.assemble((prefix, _PREFIXES.get(prefix, "")), text)
    console.print(line, highlight=False, soft_wrap=True)


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
