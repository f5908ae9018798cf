"""The only module that prints: results to standard output, the rest to standard error."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from click import unstyle

from ..errors import GoToWheelError
from ..wording import counted
from .text import visible, wrapped

if TYPE_CHECKING:  # and imported where they are needed: a command's start should be quick
    from rich.console import Console, RenderableType

    from ..check import CheckReport, Problem
    from ..errors import InvalidWheelError
    from ..inspection import Inspection
    from ..verification import Verification
    from .documents import Json


_PIPE_WIDTH = 10_000
"""In characters: a file or a pipe has no edge at which a line would have to end."""
_PREFIXES = {"warning: ": "yellow", "error: ": "bold red"}


def show_checks(reports: Sequence[CheckReport], *, as_json: bool) -> None:
    """Print what ``check`` found: a line for each wheel, and its problems below it."""
    if as_json:
        from .documents import checks_document

        print_json(checks_document(reports))
        return
    console = new_console(stderr=False)
    for report in reports:
        warnings = len(report.problems) - len(report.errors)
        verdict = counted(len(report.errors), "error") if report.errors else "ok"
        if warnings:
            verdict += f", {counted(warnings, 'warning')}"
        style = "red" if report.errors else "yellow" if warnings else "green"
        console.print(
            f"{visible(report.path.name)}: ", end="", markup=False, highlight=False, soft_wrap=True
        )
        console.print(verdict, style=style, highlight=False)
        for problem in report.problems:
            style = "red" if problem in report.errors else "yellow"
            _print_problem(console, problem, style)


def _print_problem(console: Console, problem: Problem, style: str) -> None:
    from rich.text import Text

    where = f"{problem.where}: " if problem.where else ""
    words = f"{problem.level} [{problem.rule}] {where}{problem.message} {problem.hint}".rstrip()
    text = Text(textwrap.indent(_fitting(visible(words), sys.stdout, indent=2), "  "))
    text.stylize(style, 2, 2 + len(problem.level))
    console.print(text, highlight=False, soft_wrap=True)


def show_inspections(
    found: Sequence[Inspection | InvalidWheelError], *, as_json: bool, verbose: bool
) -> None:
    """Print what is inside wheels: a page for each, or one document; errors as errors."""
    unreadable = [each for each in found if isinstance(each, GoToWheelError)]
    wheels = [each for each in found if not isinstance(each, GoToWheelError)]
    if as_json:
        from .documents import inspections_document

        print_json(inspections_document(wheels, unreadable))
    else:
        from .pages import inspection_page

        console = new_console(stderr=False)
        for index, wheel in enumerate(wheels):
            if index:
                print()
            print_table(console, inspection_page(wheel, verbose=verbose))
    for problem in unreadable:
        error(problem)


def show_verification(verification: Verification) -> None:
    """Print what ``verify`` found of one wheel: the verdict, and why, below it."""
    from .pages import verification_page

    print_table(new_console(stderr=False), verification_page(verification))


def show_verifications_document(verifications: Sequence[Verification]) -> None:
    """Print what ``verify`` found, as one document."""
    from .documents import verifications_document

    print_json(verifications_document(verifications))


def show_targets(*, as_json: bool) -> None:
    """Print the table of targets."""
    if as_json:
        from .documents import targets_document

        print_json(targets_document())
        return
    from .tables import targets_table

    console = new_console(stderr=False)
    print_table(console, targets_table(console.width))
    console.print("* built by default; '--platforms all' builds all.", highlight=False)


def error(problem: GoToWheelError) -> None:
    """Print an error: another program's output first, then one short paragraph."""
    if problem.detail:
        tell(problem.detail, is_whole=True)
    tell(str(problem), "error: ")


def help_page(text: str) -> None:
    """Print how to use a command that was given nothing to do; click has styled and broken it."""
    _stderr_line(text if _has_style(sys.stderr) else unstyle(text))


def stdout_has_style() -> bool:
    """Whether standard output takes colours: a terminal, unless the user wants it otherwise."""
    return _has_style(sys.stdout)


def result(text: str) -> None:
    """Print what a command was asked for: as it is, but nothing in it drives a terminal."""
    print(visible(text) if _is_terminal(sys.stdout) else text, flush=True)


def prepare_streams() -> None:
    """Let there be a standard error, and paths that are no UTF-8 pass to standard output.

    They go byte for byte, as with ``ls``.
    """
    if sys.stderr is None:  # the shell's 2>&- closes it
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - it stays open
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


def new_console(*, stderr: bool) -> Console:
    """What writes to standard output or standard error in rich's way, as wide as it is."""
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


def is_live_terminal() -> bool:
    """Whether lines on standard error can be drawn again and again."""
    return _is_terminal(sys.stderr) and not _is_dumb()


def print_table(console: Console, table: RenderableType) -> None:
    """Print a table or a page to standard output, without blanks at the ends of its lines."""
    with console.capture() as shown:
        console.print(table)
    print("\n".join(line.rstrip() for line in shown.get().splitlines()), flush=True)


def tell(
    text: str, prefix: str = "", *, console: Console | None = None, is_whole: bool = False
) -> None:
    """Write lines to standard error; a prefix, like ``error: ``, in its colour.

    On a terminal they are broken between words; a file or a pipe gets them as they are.

    Args:
        text: one or several lines.
        prefix: what they begin with.
        console: what draws lines that move; they stay below.
        is_whole: they are not broken: commands, and what other programs wrote.
    """
    shown = visible(f"{prefix}{text}")
    if not is_whole:
        shown = _fitting(shown, sys.stderr)
    if console is None and not (prefix and _has_style(sys.stderr)):
        _stderr_line(shown)
    else:
        _print_told(console or new_console(stderr=True), shown, prefix)


def _fitting(text: str, stream: TextIO | None, *, indent: int = 0) -> str:
    """The text with newlines where lines end, on a terminal that says how wide it is."""
    width = _columns(stream) - indent
    return wrapped(text, width) if width > 0 else text


def _columns(stream: TextIO | None) -> int:
    """The width of a terminal, in columns; 0 for what is none, or does not tell."""
    if stream is None or not _is_terminal(stream):
        return 0
    with contextlib.suppress(KeyError, ValueError):
        if (wish := int(os.environ["COLUMNS"])) > 0:
            return wish
    with contextlib.suppress(OSError):
        return os.get_terminal_size(stream.fileno()).columns
    return 0


def _print_told(console: Console, shown: str, prefix: str) -> None:
    """Write what begins with this prefix, and has its newlines."""
    from rich.text import Text

    # In one piece: what moves is drawn again after each. Where a word is longer than a line the
    # terminal breaks it, not we: what is copied from it is whole.
    line = Text(shown)
    if prefix:
        line.stylize(_PREFIXES[prefix], 0, len(prefix))
    console.print(line, highlight=False, soft_wrap=True)


def _stderr_line(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def print_json(document: Json) -> None:
    """Print a document to standard output."""
    text = json.dumps(document, indent=2, ensure_ascii=False)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:  # a path that is no text, or a pipe of an old Windows code page
        text = json.dumps(document, indent=2)
    print(text)
