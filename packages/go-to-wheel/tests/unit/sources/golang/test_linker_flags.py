"""Flags for Go's linker (sources/golang/linker_flags.py)."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from go_to_wheel.errors import UsageError
from go_to_wheel.model import GoOptions
from go_to_wheel.sources.golang.linker_flags import (
    flags_and_values,
    refuse_go_variables,
    split_flags,
    tidy_flags,
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ()),
        (" -s\t-w\r\n", ("-s", "-w")),
        ("-X 'a.b=c d' \"e'f\"", ("-X", "a.b=c d", "e'f")),
        ("-X='a.b", ("-X='a.b",)),  # a quote counts at a word's start only
        ("'a'b", ("a", "b")),
        ("'open", None),
    ],
)
def test_words_are_parted_as_go_parts_them(text: str, words: tuple[str, ...] | None) -> None:
    assert split_flags(text) == words


@given(st.text("-Xa.='\" \t\n\r\u00a0"))
def test_tidy_flags_are_the_same_flags(text: str) -> None:
    tidy = tidy_flags(text)
    assert split_flags(tidy) == split_flags(text)
    assert tidy_flags(tidy) == tidy
    if "'" not in text and '"' not in text:
        assert tidy == " ".join(split_flags(text) or ())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("-s", (("-s", ""),)),
        ("-X a.b=c=d", (("-X", "a.b=c=d"),)),
        ("-X=a.b=c", (("-X", "a.b=c"),)),
        ("'-X=a.b=c d' -w", (("-X", "a.b=c d"), ("-w", ""))),
        ("-H=windowsgui -H windowsgui", (("-H", "windowsgui"), ("-H", "windowsgui"))),
        ("-X", (("-X", ""),)),
        ("'-X a.b=c'", (("-X a.b=c", ""),)),
        ("-extldflags=-static", (("-extldflags=-static", ""),)),
        ("'open", None),
    ],
)
def test_flags_have_their_values(text: str, found: tuple[tuple[str, str], ...] | None) -> None:
    assert flags_and_values(text) == found


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for package in ("runtime/debug", "vendor/golang.org/x/net", "log"):
        (tmp_path / "src" / package).mkdir(parents=True)
    return tmp_path


@pytest.mark.parametrize(
    "ldflags",
    [
        "-X runtime.buildVersion=go9",
        "-s -X=runtime/debug.x=y",
        "-X main.a=b --X 'log.x=y z'",
        "--X=vendor/golang.org/x/net.x=y",
    ],
)
def test_variables_of_go_s_own_library_are_not_set(ldflags: str, root: Path) -> None:
    with pytest.raises(UsageError, match=r"--ldflags sets .*, a variable of Go's own library"):
        refuse_go_variables(GoOptions(ldflags=ldflags), root)


def test_the_version_is_not_put_there_either(root: Path) -> None:
    options = GoOptions(version_variable="runtime.buildVersion")
    with pytest.raises(UsageError, match=r"--set-version-var sets runtime\.buildVersion"):
        refuse_go_variables(options, root)


@pytest.mark.parametrize(
    "ldflags",
    [
        "", "-s -w", "-X main.version=runtime.x=y", "-X example.com/runtime.x=y",
        "-X log/inner.x=y",  # of a module called log, which Go takes
        "-X", "-X main", "'open", "-X .x=y", "-X /.x=y", "-extldflags '-X runtime.x=y'",
    ],
)  # fmt: skip
def test_all_others_may_be_set(ldflags: str, root: Path) -> None:
    refuse_go_variables(GoOptions(ldflags=ldflags, version_variable="main.version"), root)
    refuse_go_variables(GoOptions(ldflags="-X runtime.x=y"), None)  # a Go that does not say
