"""What ``--help`` looks like: options under headings, and lines that fit the terminal."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import click
from click.formatting import wrap_text

_MARGIN = 2  # columns left free, as click does
_NARROW = 60  # columns; below that two of them side by side are too thin to read
_LEAST = 20  # columns that a line may always have
_OTHERS = "Help"  # the heading of what click adds by itself
_HYPHEN = "\N{NON-BREAKING HYPHEN}"  # stands for "-" while lines are broken: commands hold many

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a help page: what stands on the left, and what that means; or lines as they are.

    Attributes:
        heading: what stands above it.
        rows: a term and its meaning each.
        lines: what is not wrapped, so that it can be copied: commands.
    """

    heading: str
    rows: tuple[tuple[str, str], ...] = ()
    lines: tuple[str, ...] = ()

    def write(self, formatter: click.HelpFormatter) -> None:
        """Write it into a help page."""
        with formatter.section(self.heading):
            if self.rows:
                formatter.write_dl(self.rows)
            for line in self.lines:
                formatter.write(f"{'':{formatter.current_indent}}{line}\n")


class HelpFormatter(click.HelpFormatter):
    """Fits terminals of any width: click's own takes 50 columns where there are fewer.

    On a narrow one the meaning of a term stands below it instead of beside it.
    """

    def __init__(
        self, indent_increment: int = 2, width: int | None = None, max_width: int | None = None
    ) -> None:
        if width is None:
            columns = min(shutil.get_terminal_size().columns, max_width or 80)
            width = max(columns - _MARGIN, _LEAST)
        super().__init__(indent_increment, width, max_width)

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write how a command is called."""
        if self.width >= _NARROW:
            super().write_usage(prog, args, prefix)
            return
        usage = _unbroken(f"{'Usage: ' if prefix is None else prefix}{prog} {args}")
        self.write(wrap_text(usage, self.width, subsequent_indent=" " * 4) + "\n")

    def write_text(self, text: str) -> None:
        """Write paragraphs."""
        super().write_text(_unbroken(text))

    def write_heading(self, heading: str) -> None:
        """Write a heading; bold where the run of the command is known to have colour."""
        context = click.get_current_context(silent=True)
        if context is None or context.color is not True:
            super().write_heading(heading)
        else:
            self.write(f"{'':{self.current_indent}}{click.style(f'{heading}:', bold=True)}\n")

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Write terms and what they mean."""
        if self.width >= _NARROW:
            unbroken = [(first, _unbroken(second)) for first, second in rows]
            super().write_dl(unbroken, col_max, col_spacing)
            return
        term, meaning = " " * self.current_indent, " " * (self.current_indent + 4)
        for first, second in rows:
            self.write(f"{term}{first}\n")
            if second:
                self.write(wrap_text(_unbroken(second), self.width, meaning, meaning) + "\n")

    def getvalue(self) -> str:
        """The whole page."""
        return super().getvalue().replace(_HYPHEN, "-")


class Context(click.Context):
    """A run of a command whose help is written by our formatter."""

    formatter_class = HelpFormatter


class GroupedOption(click.Option):
    """An option that stands below a heading of the help page."""

    def __init__(self, *args: Any, heading: str, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.heading = heading

    def get_help_extra(self, ctx: click.Context) -> click.types.OptionHelpExtra:
        """What click adds to an option's help, without the bounds of numbers: ``[x>=1]``."""
        extra = super().get_help_extra(ctx)
        extra.pop("range", None)
        return extra


class Command(click.Command):
    """A command whose options stand below headings, with sections of its own around them."""

    context_class = Context

    def __init__(
        self,
        *args: Any,
        before: Sequence[Section] = (),
        after: Sequence[Section] = (),
        **attributes: Any,
    ) -> None:
        super().__init__(*args, **attributes)
        self.before = tuple(before)
        self.after = tuple(after)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments; what is wrong with them knows whose they are, as click forgets."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the sections and the options, heading by heading in the order of the source."""
        for section in self.before:
            section.write(formatter)
        groups: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx) if isinstance(parameter, click.Option) else None
            if record:
                groups.setdefault(getattr(parameter, "heading", _OTHERS), []).append(record)
        others = groups.pop(_OTHERS, [])
        groups[_OTHERS if groups else "Options"] = others
        for heading, rows in groups.items():
            Section(heading=heading, rows=tuple(rows)).write(formatter)
        for section in self.after:
            section.write(formatter)


def options_of(heading: str) -> Callable[..., Callable[[Decorated], Decorated]]:
    """``click.option`` for options below a heading; it takes what that takes."""
    return partial(click.option, cls=GroupedOption, heading=heading)


def _unbroken(text: str) -> str:
    return text.replace("-", _HYPHEN)


def examples(*lines: str) -> Section:
    """The section with commands that work when they are pasted."""
    return Section(heading="Examples", lines=lines)
