"""The files of a project's own Python package (sources/project/python.py)."""

from __future__ import annotations

from pathlib import Path

import pytest

from go_to_wheel.errors import ProjectError
from go_to_wheel.model import PackageFile, PythonPackage
from go_to_wheel.names import ImportName
from go_to_wheel.sources.process import Processes
from go_to_wheel.sources.project.python import package_files

PROCESSES = Processes(environment={"PATH": ""})


def write(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
        path.chmod(0o644)


def package(
    root: Path,
    below: str = "src/my_tool",
    include: tuple[str, ...] = (),
    exclude: tuple[str, ...] = (),
) -> PythonPackage:
    return PythonPackage(
        name=ImportName("my_tool"),
        folder=root / below,
        project=root,
        include=include,
        exclude=exclude,
    )


def listed(package: PythonPackage) -> list[str]:
    return [file.path for file in package_files(package, PROCESSES)]


@pytest.mark.parametrize("below", ["src/my_tool", "my_tool"])
def test_all_files_of_the_package_are_taken_and_no_others(tmp_path: Path, below: str) -> None:
    names = ["__init__.py", "api.py", "api.pyi", "py.typed", "data/x.json", "sub/__init__.py"]
    write(tmp_path, *(f"{below}/{name}" for name in names))
    write(tmp_path, "main.go", "src/other/__init__.py", "README.md", "my_tool_tests/x.py")
    assert listed(package(tmp_path, below)) == sorted(f"my_tool/{name}" for name in names)


def test_the_order_is_that_of_the_names(tmp_path: Path) -> None:
    write(tmp_path, *(f"my_tool/{name}" for name in ["a/b.py", "a.py", "A.py", "__init__.py"]))
    found = listed(package(tmp_path, "my_tool"))
    assert found == ["my_tool/A.py", "my_tool/__init__.py", "my_tool/a.py", "my_tool/a/b.py"]


def test_what_only_go_or_git_reads_stays_out_unless_it_is_named(tmp_path: Path) -> None:
    write(tmp_path, *(f"my_tool/{name}" for name in ["__init__.py", "main.go", "go.mod", "go.sum"]))
    write(tmp_path, "my_tool/templates/x.go", "my_tool/inner/tool_test.go")
    write(tmp_path, "my_tool/.gitignore", "my_tool/inner/.gitattributes")
    assert listed(package(tmp_path, "my_tool")) == ["my_tool/__init__.py"]
    chosen = package(tmp_path, "my_tool", include=("/my_tool/templates/*.go",))
    assert listed(chosen) == ["my_tool/__init__.py", "my_tool/templates/x.go"]


def test_ignored_files_stay_out_unless_they_are_named(tmp_path: Path) -> None:
    write(tmp_path, *(f"my_tool/{name}" for name in ["__init__.py", "_version.py", "x.log"]))
    write(tmp_path, "my_tool/__pycache__/x.pyc")
    (tmp_path / ".gitignore").write_text("_version.py\n*.log\n")
    assert listed(package(tmp_path, "my_tool")) == ["my_tool/__init__.py"]
    chosen = package(tmp_path, "my_tool", include=("_version.py", "x.log"), exclude=("*.log",))
    assert listed(chosen) == ["my_tool/__init__.py", "my_tool/_version.py"]


def test_files_keep_the_owner_s_right_to_execute_them(tmp_path: Path) -> None:
    write(tmp_path, "my_tool/__init__.py", "my_tool/hook.sh", "my_tool/others.sh")
    (tmp_path / "my_tool" / "hook.sh").chmod(0o700)
    (tmp_path / "my_tool" / "others.sh").chmod(0o655)
    found = {
        file.path: file.executable
        for file in package_files(package(tmp_path, "my_tool"), PROCESSES)
    }
    assert found == {
        "my_tool/__init__.py": False, "my_tool/hook.sh": True, "my_tool/others.sh": False,
    }  # fmt: skip


def test_links_inside_the_project_are_followed(tmp_path: Path) -> None:
    write(tmp_path, "my_tool/__init__.py", "docs/text.md", "shared/a.json")
    (tmp_path / "my_tool" / "text.md").symlink_to("../docs/text.md")
    (tmp_path / "my_tool" / "data").symlink_to("../shared")
    found = {file.path: file for file in package_files(package(tmp_path, "my_tool"), PROCESSES)}
    assert found["my_tool/text.md"] == PackageFile(
        path="my_tool/text.md", source=tmp_path / "docs" / "text.md"
    )
    assert found["my_tool/data/a.json"].source == tmp_path / "shared" / "a.json"


def test_the_package_itself_may_be_a_link_and_so_may_the_project(tmp_path: Path) -> None:
    write(tmp_path, "real/python/__init__.py")
    (tmp_path / "real" / "my_tool").symlink_to("python")
    (tmp_path / "project").symlink_to("real")
    assert listed(package(tmp_path / "project", "my_tool")) == ["my_tool/__init__.py"]


@pytest.mark.parametrize("target", ["/etc", "/etc/passwd", "../../outside"])
def test_links_out_of_the_project_are_refused(tmp_path: Path, target: str) -> None:
    root = tmp_path / "project"
    write(root, "my_tool/__init__.py")
    write(tmp_path, "outside")
    (root / "my_tool" / "data").symlink_to(target)
    with pytest.raises(ProjectError, match=r"The link .*/my_tool/data leads out of the project"):
        package_files(package(root, "my_tool"), PROCESSES)
    assert listed(package(root, "my_tool", exclude=("data",))) == ["my_tool/__init__.py"]


def test_a_link_elsewhere_in_the_project_does_no_harm(tmp_path: Path) -> None:
    write(tmp_path, "my_tool/__init__.py")
    (tmp_path / "system").symlink_to("/etc")
    assert listed(package(tmp_path, "my_tool")) == ["my_tool/__init__.py"]


@pytest.mark.parametrize("ignored", ["my_tool/", "__init__.py", "*"])
def test_a_package_that_git_ignores_is_refused_not_dropped(tmp_path: Path, ignored: str) -> None:
    write(tmp_path, "my_tool/__init__.py", "my_tool/api.py")
    (tmp_path / ".gitignore").write_text(f"{ignored}\n")
    with pytest.raises(ProjectError, match="would not be in the wheel") as caught:
        package_files(package(tmp_path, "my_tool"), PROCESSES)
    assert "include" in caught.value.hint
    assert listed(package(tmp_path, "my_tool", include=("/my_tool/",)))[0] == "my_tool/__init__.py"


def test_a_file_that_cannot_be_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "my_tool/__init__.py")

    def fail(path: Path, mode: str) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", fail)
    with pytest.raises(ProjectError, match="cannot be read: Permission denied"):
        package_files(package(tmp_path, "my_tool"), PROCESSES)


def test_a_wrong_pattern_is_told_with_its_key(tmp_path: Path) -> None:
    write(tmp_path, "my_tool/__init__.py")
    with pytest.raises(ProjectError, match="pattern of exclude"):
        package_files(package(tmp_path, "my_tool", exclude=("!",)), PROCESSES)


def test_a_pkg_info_of_another_name_lets_no_ignored_file_in(tmp_path: Path) -> None:
    write(tmp_path, "my_tool/__init__.py", "my_tool/x.log")
    (tmp_path / ".gitignore").write_text("*.log\n")
    for name, expected in (("other", 1), ("My.Tool", 2)):
        (tmp_path / "PKG-INFO").write_text(f"Name: {name}\nVersion: 1\n")
        assert len(listed(package(tmp_path, "my_tool"))) == expected
