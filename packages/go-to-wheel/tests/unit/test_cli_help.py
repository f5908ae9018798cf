"""Help pages: their parts, and how they fit a terminal (cli/help.py)."""

from __future__ import annotations

import re
import shlex

import click
import pytest

from go_to_wheel.cli.app import application
from go_to_wheel.cli.help import Command, HelpFormatter, examples, options_of

COMMANDS = application.list_commands(click.Context(application))
HEADINGS = ["What is built", "Output", "Metadata", "Go source", "Releases and trust", "The run"]


def context_of(name: str) -> click.Context:
    """The run of a command, as far as its help needs it; without a name that of all.

    click keeps the names of the help option from the first one that it sees.
    """
    above = application.context_class(
        application, info_name="go-to-wheel", help_option_names=["-h", "--help"]
    )
    if not name:
        return above
    command = found(name)
    return command.context_class(command, parent=above, info_name=name)


def page(monkeypatch: pytest.MonkeyPatch, name: str = "", columns: int = 80) -> str:
    """The help of a command on a terminal of this width; without a name that of all."""
    monkeypatch.setenv("COLUMNS", str(columns))
    context = context_of(name)
    return context.command.get_help(context)


def found(name: str) -> click.Command:
    command = application.get_command(click.Context(application), name)
    assert command
    return command


@pytest.mark.parametrize("columns", [30, 40, 80, 100])
@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_what_is_no_command_line_fits_the_terminal(
    monkeypatch: pytest.MonkeyPatch, name: str, columns: int
) -> None:
    text = page(monkeypatch, name, columns)
    prose = re.split(r"^Examples:$", text, flags=re.MULTILINE)[0]
    # Terms stand in a line of their own, and are whole: an option with its value, a URL.
    terms = re.compile(r"  \S+( \S+)?")
    long = [line for line in prose.splitlines() if len(line) > columns]
    assert [line for line in long if not terms.fullmatch(line)] == []


def test_options_stand_below_headings(monkeypatch: pytest.MonkeyPatch) -> None:
    text = page(monkeypatch, "build")
    assert re.findall(r"^(\S.*):$", text, re.MULTILINE) == [
        "SOURCE is one of", *HEADINGS, "Help", "Examples",
    ]  # fmt: skip
    build = found("build")
    grouped = {getattr(option, "heading", "") for option in build.params}
    assert grouped - {""} == set(HEADINGS)
    for option in build.params:
        for name in option.opts[-1:] if isinstance(option, click.Option) else []:
            assert len(re.findall(rf"^  (?:-\w, )?{name}\b(?!-)", text, re.MULTILINE)) == 1, name


def test_the_first_page_shows_the_commands_and_how_a_source_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = page(monkeypatch)
    assert text.startswith("Usage: go-to-wheel SOURCE... [OPTIONS]\n")
    for form in ("example.com/cmd/tool@v1.2.3", "https://github.com/OWNER/REPO", "gh:OWNER/REPO"):
        assert re.search(rf"^  {re.escape(form)}", text, re.MULTILINE)
    for name in COMMANDS:
        summary = re.split(r"(?<=\.)\s", " ".join(str(found(name).help).split()))[0]
        assert summary.split()[-1] in text, "a summary is cut short"
    assert "..." not in text.partition("Commands:")[2].partition("Options:")[0]


def test_a_narrow_page_has_what_a_wide_one_has(monkeypatch: pytest.MonkeyPatch) -> None:
    wide, narrow = (page(monkeypatch, "build", columns=columns) for columns in (100, 40))
    assert narrow.split() == wide.split()
    assert "  --cgo\n      Compile C code too" in narrow


def test_commands_are_never_broken_at_their_hyphens(monkeypatch: pytest.MonkeyPatch) -> None:
    for columns in range(60, 101):
        text = page(monkeypatch, "build", columns=columns)
        assert not re.search(r"\w-\n", text), columns
        assert "\N{NON-BREAKING HYPHEN}" not in text


def example_lines() -> list[str]:
    contexts = [context_of(name) for name in ("", *COMMANDS)]
    pages = [context.command.get_help(context) for context in contexts]
    return [
        line.strip()
        for text in pages
        for line in text.partition("Examples:\n")[2].splitlines()
        if line.startswith("  go-to-wheel ")
    ]


def test_there_are_examples_for_every_command() -> None:
    assert len(example_lines()) > len(COMMANDS) * 2
    for name in COMMANDS:
        assert "Examples:" in found(name).get_help(context_of(name))


@pytest.mark.parametrize("line", example_lines())
def test_every_example_is_a_command_that_is_understood(line: str) -> None:
    words = shlex.split(line)[1:]
    command = found(words.pop(0) if words[0] in COMMANDS else "build")
    command.make_context("go-to-wheel", words, parent=context_of(""))


def test_what_is_added_without_a_heading_comes_last() -> None:
    @click.command(cls=Command, after=[examples("tool --deep 3")])
    @options_of("How")("--deep", type=click.IntRange(min=1), help="How deep.")
    def tool() -> None:
        """Do it."""

    formatter = HelpFormatter(width=70)
    tool.format_options(click.Context(tool), formatter)
    assert formatter.getvalue() == (
        "How:\n  --deep INTEGER RANGE  How deep.\n"
        "\nHelp:\n  --help  Show this message and exit.\n"
        "\nExamples:\n  tool --deep 3\n"
    )


def test_headings_are_bold_only_where_the_run_has_colour() -> None:
    def heading(*, color: bool | None) -> str:
        formatter = HelpFormatter(width=70)
        with click.Context(application, color=color):
            formatter.write_heading("Output")
        return formatter.getvalue()

    assert heading(color=True) == "\x1b[1mOutput:\x1b[0m\n"
    assert heading(color=False) == heading(color=None) == "Output:\n"
