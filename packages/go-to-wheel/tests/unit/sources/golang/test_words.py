"""What Go's messages mean (sources/golang/words.py)."""

from __future__ import annotations

import pytest

from go_to_wheel.sources.golang.words import module_fetched


@pytest.mark.parametrize(
    ("line", "module"),
    [
        ("go: downloading golang.org/x/sys v0.1.0", "golang.org/x/sys v0.1.0"),
        ("go: downloading example.com/m/v2 v2.0.0-20200101000000-abcdefabcdef",
         "example.com/m/v2 v2.0.0-20200101000000-abcdefabcdef"),
        ("go: downloading go1.27.3 (linux/amd64)", None),
        ("go: downloading", None),
        ("main.go:1: go: downloading a v1", None),
        ("go: finding module for package a", None),
        ("", None),
    ],
)  # fmt: skip
def test_a_module_that_is_fetched_is_told(line: str, module: str | None) -> None:
    assert module_fetched(line) == module
