"""What a user asks for (request.py)."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from go_to_wheel.errors import UsageError
from go_to_wheel.metadata import Metadata
from go_to_wheel.model import Alias, Layout
from go_to_wheel.names import CommandName
from go_to_wheel.request import BuildRequest, parse_alias
from go_to_wheel.sdist import SdistProject, SdistRequest
from go_to_wheel.verification import VerifyOptions


@pytest.mark.parametrize(
    "make",
    [
        lambda: BuildRequest(source="."),
        VerifyOptions,
        lambda: SdistRequest(
            project=SdistProject(folder=Path(), metadata=Metadata()), output_dir=Path()
        ),
    ],
    ids=["build", "verify", "sdist"],
)
def test_what_runs_programs_takes_the_variables_of_this_process(
    monkeypatch: pytest.MonkeyPatch, make: Callable[[], BuildRequest | VerifyOptions | SdistRequest]
) -> None:
    monkeypatch.setenv("GO_TO_WHEEL_TESTED", "yes")
    assert make().environment == dict(os.environ)


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


def test_plain_texts_and_lists_become_the_values_that_are_meant() -> None:
    given: dict[str, Any] = {
        "output_dir": "out",
        "targets": ["linux-amd64", "darwin-arm64"],
        "layout": "native",
        "cache_dir": "cache",
    }
    request = BuildRequest(source=["one", Path("two")], **given)
    assert request.output_dir == Path("out")
    assert request.targets == ("linux-amd64", "darwin-arm64")
    assert request.layout is Layout.NATIVE
    assert request.cache_dir == Path("cache")
    assert request.words == ("one", Path("two"))


def test_one_target_may_be_given_as_a_text() -> None:
    given: Any = "linux-amd64"
    assert BuildRequest(source=".", targets=given).targets == ("linux-amd64",)


def alias(name: str, command: str | None = None) -> Alias:
    return Alias(name=CommandName(name), command=CommandName(command) if command else None)


def test_aliases_may_be_given_as_texts() -> None:
    given: Any = ["a", "b.exe=c", alias("d")]
    made = BuildRequest(source=".", aliases=given).aliases
    assert made == (alias("a"), alias("b", "c"), alias("d"))
    given = "a"
    assert BuildRequest(source=".", aliases=given).aliases == (alias("a"),)


@pytest.mark.parametrize("text", ["", "=", "a=", "=a", "a=b=c", "a,b", "a b", "-a", "pip", "x=nul"])
def test_an_alias_that_cannot_be_one_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_alias(text)
    assert repr(text) in caught.value.message
    assert "one alias at a time" in caught.value.hint


@given(st.text())
def test_any_alias_is_read_or_refused(text: str) -> None:
    try:
        read = parse_alias(text)
    except UsageError:
        return
    assert "=".join(filter(None, [read.name, read.command])).lower() in text.lower()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("source", None),
        ("source", 1),
        ("source", [1]),
        ("source", b"folder"),
        ("output_dir", None),
        ("output_dir", 1),
        ("targets", 1),
        ("targets", None),
        ("targets", [1]),
        ("layout", "both"),
        ("aliases", 1),
        ("aliases", [1]),
        ("aliases", None),
        ("jobs", -1),
        ("jobs", 0),
        ("jobs", 1.5),
        ("jobs", True),
        ("jobs", "2"),
        ("cache_dir", 1),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_by_its_name(field: str, value: object) -> None:
    given: dict[str, Any] = {"source": ".", field: value}
    with pytest.raises(UsageError, match=rf"^{field} is .*\.$") as caught:
        BuildRequest(**given)
    assert caught.value.hint


def test_no_jobs_and_no_cache_are_values_too() -> None:
    request = BuildRequest(source=".", jobs=None, cache_dir=None)
    assert (request.jobs, request.cache_dir) == (None, None)
