"""Whether a build would have read what a sparse checkout leaves out (sources/git/sparse.py)."""

from __future__ import annotations

from pathlib import Path

import pytest

from go_to_wheel.sources.git.sparse import would_be_read


@pytest.mark.parametrize(
    ("missing", "read"),
    [
        ("tool/cmd/more.go", True),
        ("tool/more.txt", True),
        ("LICENSE", True),
        ("tool/cmd/data/deep/x.txt", True),
        ("tool/cmd/data/.x.txt", False),
        ("tool/cmd/other/x.txt", False),
        ("tool/other/x.go", False),
        ("docs/x.md", False),
    ],
)
def test_what_lies_beside_or_is_embedded_would_be_read(
    tmp_path: Path, missing: str, read: bool
) -> None:
    (tmp_path / "tool/cmd").mkdir(parents=True)
    (tmp_path / "tool/cmd/main.go").write_text("package main\n\n//go:embed data\nvar d embed.FS\n")

    found = set(would_be_read([missing], ["tool/cmd/main.go"], tmp_path))

    assert found == ({missing} if read else set())


def test_where_nothing_is_missing_nothing_is_looked_at(tmp_path: Path) -> None:
    assert list(would_be_read([], ["nowhere.go"], tmp_path)) == []
