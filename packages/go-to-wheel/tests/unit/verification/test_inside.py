"""A record's packages are paths inside the source's own module (verification/inside.py)."""

from __future__ import annotations

from pathlib import Path

import pytest

from go_to_wheel.errors import OriginError, SourceNotFoundError
from go_to_wheel.verification.inside import paths_inside


@pytest.fixture
def module(tmp_path: Path) -> Path:
    (tmp_path / "cmd" / "tool").mkdir(parents=True)
    text = '// module example.com/evil\nmodule "example.com/tool" // ours\n\ngo 1.24\n'
    (tmp_path / "go.mod").write_text(text, encoding="utf-8")
    return tmp_path


def test_packages_become_paths_from_the_folder(module: Path) -> None:
    packages = ["example.com/tool", "example.com/tool/cmd/tool"]
    assert paths_inside(module, packages) == (".", "./cmd/tool")
    assert paths_inside(module / "cmd", packages) == ("..", "./tool")
    assert paths_inside(module / "cmd" / "tool", packages) == ("../..", ".")


@pytest.mark.parametrize(
    "package",
    ["cmd/go", "example.com/toolbox", "example.com", "fmt", "tool", "Example.com/tool", "main.go"],
)
def test_what_lies_in_another_module_is_refused(package: str, module: Path) -> None:
    with pytest.raises(OriginError, match=r"does not lie in the module example\.com/tool"):
        paths_inside(module, [package])


def test_a_module_without_a_name_holds_nothing(module: Path) -> None:
    (module / "go.mod").write_text("go 1.24\n", encoding="utf-8")
    with pytest.raises(OriginError, match="does not lie in the module of the source"):
        paths_inside(module, ["example.com/tool"])


def test_a_folder_without_a_module_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceNotFoundError):
        paths_inside(tmp_path / "none", ["example.com/tool"])


def test_only_folders_of_the_module_hold_packages(module: Path) -> None:
    (module / "nats.go").mkdir()
    (module / "main.go").write_text("package main", encoding="utf-8")
    (module / "out").symlink_to("/", target_is_directory=True)
    (module / "here").symlink_to("cmd", target_is_directory=True)
    packages = ["example.com/tool/nats.go", "example.com/tool/here"]
    assert paths_inside(module, packages) == ("./nats.go", "./here")
    for name in ("main.go", "out", "out/usr", "none"):
        with pytest.raises(OriginError, match="has no such folder"):
            paths_inside(module, [f"example.com/tool/{name}"])
