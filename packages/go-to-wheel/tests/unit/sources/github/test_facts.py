"""What a release's tag and its repository tell (sources/github/facts.py)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from go_to_wheel.errors import InvalidVersionError
from go_to_wheel.metadata import Metadata
from go_to_wheel.release import Release, Repository
from go_to_wheel.sources.github.facts import metadata_of, version_of_tag
from go_to_wheel.wheel.core_metadata import render_metadata

PAGE = "https://github.com/owner/tool"


@pytest.mark.parametrize(
    ("tag", "version"),
    [
        ("v1.2.3", "1.2.3"),
        ("1.2.3", "1.2.3"),
        ("V1.2.3", "1.2.3"),
        ("v2", "2"),
        ("v1.2.3-rc.1", "1.2.3rc1"),
        ("v1.2.3+build.5", "1.2.3"),
        ("tool-v1.2.3", "1.2.3"),
        ("tool_v1.2.3", "1.2.3"),
        ("tool@1.2.3", "1.2.3"),
        ("tool/v1.2.3-rc.1", "1.2.3rc1"),
        ("cmd/my-tool/v1.2.3", "1.2.3"),
        ("jq-1.7", "1.7"),
        ("release-2024.01.02", "2024.1.2"),
    ],
)
def test_a_tag_holds_a_version(tag: str, version: str) -> None:
    assert str(version_of_tag(tag)) == version


@pytest.mark.parametrize("tag", ["nonsense", "latest", "v", "", "tool-", "v1.2.x", "tool-vnext"])
def test_a_tag_without_a_version_asks_for_one(tag: str) -> None:
    with pytest.raises(InvalidVersionError) as caught:
        version_of_tag(tag)
    assert f"The tag {tag} " in caught.value.message
    assert "--version" in caught.value.hint


def told(**values: object) -> Metadata:
    """What a repository tells, after it was written as METADATA without complaint."""
    repository = Repository(full_name="owner/tool", html_url=PAGE)
    release = Release(repository="owner/tool", tag="v1.2.3", url=f"{PAGE}/releases/tag/v1.2.3")
    found = metadata_of(replace(repository, **values), release, Metadata())  # type: ignore[arg-type]
    assert render_metadata(found)
    return found


@pytest.mark.parametrize(
    ("given", "home"),
    [
        ("https://tool.example.com", "https://tool.example.com"),
        (" https://tool.example.com\n", "https://tool.example.com"),
        ("tool.example.com", "https://tool.example.com"),
        ("Tool.Example.com:8080/docs?x#y", "https://Tool.Example.com:8080/docs?x#y"),
        ("mailto:me@example.com", PAGE),
        ("me@example.com", PAGE),
        ("javascript:alert(1)", PAGE),
        ("my tool", PAGE),
        ("example.com/my tool", PAGE),
        ("http://", PAGE),
        ("http://[::1", PAGE),
        ("coming soon...", PAGE),
        ("v1.2", PAGE),
        ("", PAGE),
    ],
)
def test_a_homepage_is_mended_or_the_repository_s_page_takes_its_place(
    given: str, home: str
) -> None:
    assert dict(told(homepage=given).urls)["Homepage"] == home


def test_pages_that_are_no_addresses_are_left_out() -> None:
    assert [label for label, _ in told(html_url="no address").urls] == ["Release Notes"]


@pytest.mark.parametrize(
    ("given", "description"),
    [
        ("A  tool\r\n for\tall", "A tool for all"),
        ("\x1b[31mred\x07\x00", "[31mred"),
        ("safe \u202egnp.exe\u202c \u2066x\u2069", "safe gnp.exe x"),
        ("\ufefftool\u200b\xad", "tool"),
        ("one\u2028two\x85three", "one two three"),
        ("half \ud800 a pair", "half a pair"),
        ("by 👩\u200d💻, नी\u200cत", "by 👩\u200d💻, नी\u200cत"),
        ("\u202e\n", None),
    ],
)
def test_a_description_becomes_one_line_of_plain_text(given: str, description: str | None) -> None:
    assert told(description=given).description == description


def test_a_long_description_is_shortened() -> None:
    found = told(description="word " * 200).description
    assert found
    assert found.endswith("word ...")
    assert 390 <= len(found) <= 400


def test_topics_and_names_become_plain_text() -> None:
    assert told(topics=("cli", "a\u202eb", "\x00")).keywords == ("cli", "ab")
    name = told(full_name="owner/to\u200bol\x07").name
    assert str(name) == "tool"
    assert told(license_spdx="MIT\n").license == "MIT"
