"""What a user asks for (request.py)."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from go_to_wheel.errors import UsageError
from go_to_wheel.request import BuildRequest


def epoch(text: str | None) -> int:
    environment = {} if text is None else {"SOURCE_DATE_EPOCH": text}
    return BuildRequest(source=".", environment=environment).epoch


@pytest.mark.parametrize(
    ("text", "expected"),
    [(None, 315_532_800), ("", 315_532_800), ("0", 0), ("1700000000", 1_700_000_000), ("007", 7)],
)
def test_the_epoch_is_that_of_reproducible_builds(text: str | None, expected: int) -> None:
    assert epoch(text) == expected


@pytest.mark.parametrize("text", ["now", "-1", "1.5", " 1", "1\n", "٣", "1e9", "9" * 5000])
def test_an_epoch_that_is_no_number_of_seconds_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="SOURCE_DATE_EPOCH") as caught:
        epoch(text)
    assert "seconds since 1970" in caught.value.hint


@given(st.text())
def test_any_epoch_is_a_number_or_refused(text: str) -> None:
    try:
        assert epoch(text) >= 0
    except UsageError:
        assert not text.isdecimal() or not text.isascii() or len(text) > 18


def test_the_environment_is_this_process_s_own_when_it_is_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SOME_VARIABLE", "value")
    request = BuildRequest(source=".")
    assert request.environment == dict(os.environ)
    monkeypatch.setenv("SOME_VARIABLE", "another")
    assert request.environment["SOME_VARIABLE"] == "value"
