"""The targets that there are files for (sources/prebuilt/selection.py)."""

from __future__ import annotations

import pytest

from go_to_wheel.errors import NoMatchingAssetError, UnknownTargetError
from go_to_wheel.sources.prebuilt.selection import list_files, select_available

AVAILABLE = ["windows-amd64", "linux-arm64", "linux-amd64"]
FILES = ["b.zip", "a.zip"]


def select(*names: str) -> list[str]:
    found = select_available(names, AVAILABLE, "o/r v1", FILES)
    return [target.name for target in found]


@pytest.mark.parametrize("names", [(), ("all",), ("",), (" ALL ",), ("all", "")])
def test_without_names_all_that_is_there_is_taken(names: tuple[str, ...]) -> None:
    assert select(*names) == ["linux-amd64", "linux-arm64", "windows-amd64"]


def test_names_choose_in_the_order_of_the_table() -> None:
    assert select("windows-amd64", "linux-x86_64", "linux/amd64") == [
        "linux-amd64",
        "windows-amd64",
    ]


def test_what_is_no_target_is_refused() -> None:
    with pytest.raises(UnknownTargetError, match="'vax'"):
        select("vax")
    with pytest.raises(UnknownTargetError, match="'vax'"):
        select("all", "vax")


def test_a_target_without_a_file_is_refused_with_the_files_there_are() -> None:
    with pytest.raises(NoMatchingAssetError) as caught:
        select("linux-amd64", "win32", "darwin-arm64")
    assert caught.value.message == (
        "There is no file for darwin-arm64, windows-386 in o/r v1. There are these: a.zip, b.zip."
    )
    assert "--asset darwin-arm64=FILE" in caught.value.hint


@pytest.mark.parametrize("names", [(), ("all",), ("linux-amd64",)])
def test_nothing_for_any_target_is_refused(names: tuple[str, ...]) -> None:
    with pytest.raises(NoMatchingAssetError, match=r"that all files are there for in o/r v1"):
        select_available(names, [], "o/r v1", FILES)


def test_a_list_of_files_is_no_longer_than_anyone_reads() -> None:
    assert list_files([]) == "none"
    assert list_files(["b", "a"]) == "a, b"
    names = [f"{number:02}" for number in range(20)]
    assert list_files(names) == ", ".join(names)
    assert list_files([*names, "20", "21"]) == f"{', '.join(names)} and 2 more"
