from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from go_to_wheel.binary.kept import dump_facts, load_facts
from go_to_wheel.model import BinaryFacts


@given(st.lists(st.from_type(BinaryFacts), max_size=3))
def test_facts_come_back_as_they_were(facts: list[BinaryFacts]) -> None:
    assert load_facts(dump_facts(facts)) == tuple(facts)


@pytest.mark.parametrize(
    "kept",
    [
        b"",
        b"null",
        b"7",
        b"{}x",
        b"[7]",
        b"[{}]",
        b"[" * 100_000,
        b"\xff",
        json.dumps([{"format": "a.out"}]).encode(),
    ],
)
def test_what_was_not_written_by_it_is_as_good_as_nothing(kept: bytes) -> None:
    assert load_facts(kept) is None


def test_nothing_kept_is_nothing() -> None:
    assert load_facts(None) is None
