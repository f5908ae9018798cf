"""The version that a release's tag holds (sources/releases.py)."""

from __future__ import annotations

import pytest

from go_to_wheel.errors import InvalidVersionError
from go_to_wheel.sources.releases import version_of_tag


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
