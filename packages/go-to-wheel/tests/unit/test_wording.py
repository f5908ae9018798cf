"""Numbers and lists in sentences."""

from __future__ import annotations

import pytest

from go_to_wheel.wording import counted, listed


def test_a_noun_follows_its_number() -> None:
    assert [counted(number, "file") for number in (0, 1, 2)] == ["0 files", "1 file", "2 files"]
    assert counted(1, "library", "libraries") == "1 library"
    assert counted(2, "library", "libraries") == "2 libraries"


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a, b"),
        (["a", "b", "c"], "a, b and 1 more"),
        (["a", "b", "c", "d"], "a, b and 2 more"),
    ],
)
def test_a_list_ends_where_nobody_reads_on(names: list[str], text: str) -> None:
    assert listed(names, 2) == text


def test_what_holds_commas_is_parted_otherwise() -> None:
    assert listed(["a, b", "c"], 2, separator="; ") == "a, b; c"
