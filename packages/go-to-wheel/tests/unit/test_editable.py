"""Editable wheels: what they hold, and how the launcher is found (wheel/editable.py)."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from go_to_wheel.model import Layout, PackageFile
from go_to_wheel.wheel.editable import as_editable
from go_to_wheel.wheel.plan import Distribution, WheelPlan, plan_wheel
from helpers.plans import make_binary, make_distribution


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A project's Python package, in its own folder."""
    folder = tmp_path / "project" / "src" / "my_tool"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("from ._binary import get_binary_path\n")
    return folder


def make_plans(
    tmp_path: Path, source: Path, layout: Layout = Layout.PACKAGE
) -> tuple[WheelPlan, WheelPlan]:
    distribution: Distribution = replace(
        make_distribution(layout=layout),
        files=(PackageFile(path="my_tool/__init__.py", source=source / "__init__.py"),),
    )
    whole = plan_wheel(distribution, [make_binary(tmp_path, content=b"x")], ["win_amd64"])
    return whole, as_editable(whole, distribution, source)


def text_of(plan: WheelPlan, path: str) -> str:
    (entry,) = [entry for entry in plan.entries if entry.path == path]
    assert isinstance(entry.content, bytes)
    return entry.content.decode()


def install(plan: WheelPlan, site: Path) -> None:
    for entry in plan.entries:
        path = site / entry.path
        path.parent.mkdir(parents=True, exist_ok=True)
        content = entry.content
        path.write_bytes(content if isinstance(content, bytes) else content.read_bytes())
        path.chmod(entry.mode & 0o777)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on the path, whose modules are forgotten afterwards."""
    site = tmp_path / "site"
    monkeypatch.setattr(sys, "path", [str(site), *sys.path])
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield site
    for name in [name for name in sys.modules if "my_tool" in name]:
        del sys.modules[name]


@pytest.mark.parametrize("layout", Layout)
def test_nothing_of_the_project_is_in_the_wheel_but_all_that_was_made(
    tmp_path: Path, source: Path, layout: Layout
) -> None:
    whole, editable = make_plans(tmp_path, source, layout)
    paths = {entry.path for entry in editable.entries}
    assert not [path for path in paths if path.startswith("my_tool/")]
    moved = {
        path.replace("my_tool/", "_my_tool_editable/", 1)
        for path in {entry.path for entry in whole.entries} - {"my_tool/__init__.py"}
    }
    assert moved <= paths
    assert (editable.filename, editable.record_path) == (whole.filename, whole.record_path)


def test_dist_info_is_that_of_the_whole_wheel(tmp_path: Path, source: Path) -> None:
    whole, editable = make_plans(tmp_path, source)

    def about(plan: WheelPlan) -> list[object]:
        return [entry for entry in plan.entries if ".dist-info/" in entry.path]

    assert about(editable) == about(whole)
    assert editable.entries[-len(about(whole)) :] == whole.entries[-len(about(whole)) :]


def test_type_checkers_are_told_the_folder_and_the_launcher(tmp_path: Path, source: Path) -> None:
    _, editable = make_plans(tmp_path, source)
    lines = text_of(editable, "_my_tool_editable.pth").splitlines()
    assert lines == [str(source.parent), "import _my_tool_editable"]
    assert text_of(editable, "my_tool-stubs/py.typed") == "partial\n"
    assert "def get_binary_path" in text_of(editable, "my_tool-stubs/_binary.pyi")


@pytest.mark.parametrize("name", ["größe", "new\nline"])
def test_a_path_that_pth_files_cannot_hold_is_in_the_finder(
    tmp_path: Path, source: Path, site: Path, name: str
) -> None:
    moved = (tmp_path / "project").rename(tmp_path / name) / "src" / "my_tool"
    _, editable = make_plans(tmp_path, moved)
    assert text_of(editable, "_my_tool_editable.pth") == "import _my_tool_editable\n"
    install(editable, site)
    importlib.import_module("_my_tool_editable")
    assert importlib.import_module("my_tool").__file__ == str(moved / "__init__.py")


@pytest.mark.skipif(sys.platform == "win32", reason="names there are no bytes")
def test_an_import_fails_as_ever_where_the_locale_has_no_such_letters(
    tmp_path: Path, source: Path
) -> None:
    moved = (tmp_path / "project").rename(tmp_path / "größe") / "src" / "my_tool"
    (moved / "__init__.py").write_text("")
    site = tmp_path / "site"
    install(make_plans(tmp_path, moved)[1], site)
    code = (
        "import os, site; site.addsitedir(os.environ['SITE'])\n"
        "import my_tool._binary\n"
        "try: import not_there\n"
        "except ModuleNotFoundError as error: print(error.name)\n"
    )
    done = subprocess.run(
        [sys.executable, "-B", "-c", code],
        cwd=site,
        env={"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "SITE": str(site)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert (done.stdout, done.stderr) == ("not_there\n", "")


def test_the_finder_is_asked_after_all_others(tmp_path: Path, source: Path, site: Path) -> None:
    """What lies in the project goes first: it may have a launcher of its own meanwhile."""
    (source / "__init__.py").write_text("")
    (source / "_binary.py").write_text("MINE = True\n")
    install(make_plans(tmp_path, source)[1], site)
    sys.path.append(str(source.parent))
    importlib.import_module("_my_tool_editable")
    assert importlib.import_module("my_tool._binary").MINE


@pytest.mark.parametrize("layout", Layout)
def test_the_launcher_is_a_module_of_the_project_s_package(
    tmp_path: Path, source: Path, site: Path, layout: Layout
) -> None:
    _, editable = make_plans(tmp_path, source, layout)
    install(editable, site)
    sys.path.append(str(source.parent))  # as the line of the .pth file does
    importlib.import_module("_my_tool_editable")
    package = importlib.import_module("my_tool")
    launcher = importlib.import_module("my_tool._binary")
    assert package.__file__ == str(source / "__init__.py")
    assert launcher.__file__ == str(site / "_my_tool_editable" / "_binary.py")
    if layout is Layout.PACKAGE:
        assert package.get_binary_path() == str(site / "_my_tool_editable" / "bin" / "my-tool")
    else:
        importlib.import_module("my_tool._binary_scripts")


def test_other_modules_are_not_found_by_it(tmp_path: Path, source: Path, site: Path) -> None:
    _, editable = make_plans(tmp_path, source)
    install(editable, site)
    sys.path.append(str(source.parent))
    importlib.import_module("_my_tool_editable")
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("my_tool.other")


def test_a_project_without_python_files_has_an_ordinary_wheel(tmp_path: Path) -> None:
    distribution = make_distribution()
    whole = plan_wheel(distribution, [make_binary(tmp_path, content=b"x")], ["win_amd64"])
    assert as_editable(whole, distribution, tmp_path) == whole
