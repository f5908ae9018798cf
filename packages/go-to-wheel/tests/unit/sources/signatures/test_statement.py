"""In-toto statements (sources/signatures/statement.py)."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from go_to_wheel.sources.signatures.statement import read_statement

GOOD = {
    "_type": "https://in-toto.io/Statement/v1",
    "subject": [{"name": "a", "digest": {"sha256": "AB" * 32}}, {"digest": {"sha512": "cd" * 64}}],
    "predicateType": "https://slsa.dev/provenance/v1",
}


def test_a_statement_tells_of_which_files_it_is() -> None:
    statement = read_statement(json.dumps(GOOD).encode())
    assert statement is not None
    assert statement.digests == {"ab" * 32}
    assert statement.is_provenance


def test_other_predicates_are_no_provenance() -> None:
    statement = read_statement(json.dumps({**GOOD, "predicateType": "https://x.example"}).encode())
    assert statement is not None
    assert not statement.is_provenance


@pytest.mark.parametrize(
    "change",
    [{"subject": None}, {"subject": [1]}, {"subject": [{}]}, {"predicateType": 1}],
)
def test_a_wrong_shape_is_no_statement(change: dict[str, object]) -> None:
    assert read_statement(json.dumps({**GOOD, **change}).encode()) is None


@given(st.binary(max_size=60))
def test_hostile_bytes_are_no_statement(payload: bytes) -> None:
    assert read_statement(payload) is None


def test_deep_nesting_is_no_statement() -> None:
    assert read_statement(b"[" * 200_000) is None
