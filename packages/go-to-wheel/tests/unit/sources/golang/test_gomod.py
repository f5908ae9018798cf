"""Where go.mod lies and what it says (sources/golang/gomod.py)."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from go_to_wheel.errors import ProjectError, SourceNotFoundError
from go_to_wheel.sources.golang.gomod import module_root, read_go_mod, replacing_folders


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


def test_the_module_is_the_nearest_folder_with_go_mod(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "go.mod").touch()
    assert module_root(inner) == tmp_path
    (tmp_path / "a" / "go.mod").touch()
    assert module_root(inner) == tmp_path / "a"
    assert module_root(inner / ".." / "..") == tmp_path


def test_dots_do_not_lead_back_into_the_folder_below(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nested = tmp_path / "module" / "plain" / "nested"
    nested.mkdir(parents=True)
    (tmp_path / "module" / "go.mod").touch()
    (nested / "go.mod").touch()
    monkeypatch.chdir(nested)
    assert module_root(Path()) == nested
    assert module_root(Path("..")) == tmp_path / "module"


def test_a_relative_folder_is_found_from_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "module" / "cmd").mkdir(parents=True)
    (tmp_path / "module" / "go.mod").touch()
    monkeypatch.chdir(tmp_path)
    assert module_root(Path("module/cmd")) == tmp_path / "module"


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(SourceNotFoundError, match="There is no folder"):
        module_root(tmp_path / "missing")
    with pytest.raises(SourceNotFoundError, match="is a file"):
        module_root(file)
    with pytest.raises(SourceNotFoundError, match="There is no folder"):
        module_root(file / "below")
    with pytest.raises(SourceNotFoundError, match="too long"):
        module_root(tmp_path / ("x" * 5000))


def test_a_folder_outside_any_module_is_told(tmp_path: Path) -> None:
    (tmp_path / "go.mod").mkdir()  # not a file
    with pytest.raises(SourceNotFoundError, match=r"no go\.mod in") as caught:
        module_root(tmp_path)
    assert "go mod init" in caught.value.hint
