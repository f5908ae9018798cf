"""What go.mod says (sources/golang/gomod.py)."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from go_to_wheel.errors import ProjectError
from go_to_wheel.sources.golang.gomod import read_go_mod, replacing_folders


@pytest.mark.parametrize(
    ("lines", "folders"),
    [
        ("replace a => ../b", ["../b"]),
        ("replace a v1.0.0 => ./b // why", ["./b"]),
        ("replace (\n\ta => ../b\n\tc v1 => ../d\n\te => f v1.0.0\n)\nreplace g => ./h",
         ["../b", "../d", "./h"]),
        ('replace a => "../my folder"', ["../my folder"]),
        ("replace a => `../b`", ["../b"]),
        ("replace a => /abs/b", ["/abs/b"]),
        ("replace a => C:\\b", ["C:\\b"]),
        ("replace a => ..", [".."]),
        ("replace a => ../b\nreplace c => ../b", ["../b"]),
        ("replace a => example.com/b v1.0.0", []),
        ("// replace a => ../b", []),
        ("exclude a v1.0.0 // => ../b", []),
        ("require a v1\n\nretract (\n\tv1 // => ../b\n)", []),
    ],
)  # fmt: skip
def test_folders_that_replace_modules_are_found(lines: str, folders: list[str]) -> None:
    assert replacing_folders(f"module example.com/m\n\ngo 1.24\n\n{lines}\n") == tuple(folders)


@given(st.text(alphabet='replac (=>)"`./\n\t\\x', max_size=60))
def test_no_text_is_too_strange(text: str) -> None:
    replacing_folders(text)


def test_a_go_mod_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "go.mod"
    with pytest.raises(ProjectError, match="cannot be read"):
        read_go_mod(path)
    path.write_bytes(b"module \xff")
    with pytest.raises(ProjectError, match="not UTF-8"):
        read_go_mod(path)
