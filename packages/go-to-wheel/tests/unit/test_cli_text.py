"""Text as a terminal should get it (cli/text.py); on real terminals: test_terminal.py."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from go_to_wheel.cli.text import visible, wrapped


def test_lines_end_between_words() -> None:
    assert wrapped("error: No version was given. Give one with --version.", 24) == (
        "error: No version was\ngiven. Give one with\n--version."
    )
    assert wrapped("just fits", 9) == "just fits"


@pytest.mark.parametrize(
    "quoted",
    ["'go-to-wheel build .'", '"name = value here"', "`go mod init a.b/c`", "('go help private'),",
     "'the user's own --file'."],
)  # fmt: skip
def test_what_stands_in_quotes_is_not_broken(quoted: str) -> None:
    text = f"Do as it says: {quoted} and so on"
    for width in range(len(quoted), len(text) + 1):
        assert quoted in wrapped(text, width)
    assert "\n" in wrapped(quoted, len(quoted) - 1), "unless it is longer than a line"


def test_apostrophes_are_no_quotes() -> None:
    assert wrapped("Go's own or the users' files", 12) == "Go's own or\nthe users'\nfiles"


def test_long_words_and_what_is_laid_out_stay_whole() -> None:
    path = "/a/very-long/path-with/many-hyphens"
    assert wrapped(f"error: {path} is not there", 20) == f"error:\n{path}\nis not there"
    assert wrapped("Next:\n    go-to-wheel build .\nThen push", 10) == (
        "Next:\n    go-to-wheel build .\nThen push"
    )


def test_wide_letters_take_two_columns() -> None:
    assert wrapped("工具 工具 工具", 9) == "工具 工具\n工具"


@given(st.text("ab '\"`([-工\n"), st.integers(1, 40))
def test_only_blanks_become_newlines_and_lines_fit(text: str, width: int) -> None:
    shown = wrapped(text, width)
    assert shown.replace("\n", " ") == text.replace("\n", " ")
    for line in shown.split("\n"):
        assert cell_len(line) <= width or " " not in line or line.startswith(" ")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("\x1b[2J\a", r"\x1b[2J\x07"), ("\x9b2J\x7f", r"\x9b2J\x7f"), ("a\u202eb", r"a\u202eb"),
     ("a\rb", r"a\rb"), ("a\r\n\tb", "a\n\tb"), ("größe\xa0工\u3000具", "größe\xa0工\u3000具"),
     ("\udcff", "\udcff")],
)  # fmt: skip
def test_nothing_drives_the_terminal(text: str, expected: str) -> None:
    assert visible(text) == expected
