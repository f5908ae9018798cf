"""What goes into a wheel (wheel/plan.py)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest
from packaging.utils import parse_wheel_filename

from go_to_wheel.errors import WheelError
from go_to_wheel.metadata import LicenseText
from go_to_wheel.model import Layout, PackageFile
from go_to_wheel.names import CommandName, ImportName
from go_to_wheel.wheel.plan import EXECUTABLE_MODE, FILE_MODE, WheelPlan, plan_wheel
from helpers.plans import make_binary, make_distribution

TAGS = ("manylinux2014_x86_64", "manylinux_2_17_x86_64", "musllinux_1_1_x86_64")
LICENSES = (
    LicenseText(path=PurePosixPath("LICENSE"), content=b"text"),
    LicenseText(path=PurePosixPath("deps/größe.txt"), content=b"text"),
)
INFO = "my_tool-1.2.3.dist-info"


def content(plan: WheelPlan, path: str) -> str:
    (found,) = (entry.content for entry in plan.entries if entry.path == path)
    assert isinstance(found, bytes)
    return found.decode()


def test_the_package_layout(tmp_path: Path) -> None:
    plan = plan_wheel(make_distribution(licenses=LICENSES), [make_binary(tmp_path)], TAGS)
    assert plan.filename == f"my_tool-1.2.3-py3-none-{'.'.join(TAGS)}.whl"
    assert plan.record_path == f"{INFO}/RECORD"
    assert [(entry.path, entry.mode) for entry in plan.entries] == [
        ("my_tool/__init__.py", FILE_MODE),
        ("my_tool/__main__.py", FILE_MODE),
        ("my_tool/bin/my-tool", EXECUTABLE_MODE),
        ("my_tool/py.typed", FILE_MODE),
        (f"{INFO}/METADATA", FILE_MODE),
        (f"{INFO}/WHEEL", FILE_MODE),
        (f"{INFO}/entry_points.txt", FILE_MODE),
        (f"{INFO}/licenses/LICENSE", FILE_MODE),
        (f"{INFO}/licenses/deps/größe.txt", FILE_MODE),
    ]
    assert content(plan, f"{INFO}/entry_points.txt") == (
        "[console_scripts]\nmy-tool = my_tool:main\n"
    )


def test_the_native_layout_has_no_entry_point(tmp_path: Path) -> None:
    distribution = make_distribution(layout=Layout.NATIVE)
    plan = plan_wheel(distribution, [make_binary(tmp_path)], TAGS)
    assert [(entry.path, entry.mode) for entry in plan.entries] == [
        ("my_tool-1.2.3.data/scripts/my-tool", EXECUTABLE_MODE),
        ("my_tool/__init__.py", FILE_MODE),
        ("my_tool/__main__.py", FILE_MODE),
        ("my_tool/_scripts.py", FILE_MODE),
        ("my_tool/py.typed", FILE_MODE),
        (f"{INFO}/METADATA", FILE_MODE),
        (f"{INFO}/WHEEL", FILE_MODE),
    ]


@pytest.mark.parametrize("layout", Layout)
def test_an_alias_leads_to_the_file_of_its_command(tmp_path: Path, layout: Layout) -> None:
    distribution = replace(
        make_distribution(layout=layout), aliases=((CommandName("mt"), CommandName("my-tool")),)
    )
    plan = plan_wheel(distribution, [make_binary(tmp_path, target="windows-amd64")], ["win_amd64"])
    assert "{'my-tool': 'my-tool.exe', 'mt': 'my-tool.exe'}" in content(plan, "my_tool/__init__.py")
    assert len([entry for entry in plan.entries if entry.mode == EXECUTABLE_MODE]) == 1
    lines = content(plan, f"{INFO}/entry_points.txt").splitlines()
    assert "mt = my_tool:main" in lines
    assert ("my-tool = my_tool:main" in lines) is (layout is Layout.PACKAGE)


def test_a_python_package_of_the_project_s_own_holds_the_launcher(tmp_path: Path) -> None:
    files = (
        PackageFile(path="own/__init__.py", source=tmp_path / "a"),
        PackageFile(path="own/hook.sh", source=tmp_path / "b", executable=True),
    )
    distribution = replace(
        make_distribution(),
        package=ImportName("own"),
        files=files,
        entry_points=(("plugins", (("p", "own.plugin"),)),),
    )
    plan = plan_wheel(distribution, [make_binary(tmp_path)], TAGS)
    assert [(entry.path, entry.mode) for entry in plan.entries][:4] == [
        ("own/__init__.py", FILE_MODE),
        ("own/_binary.py", FILE_MODE),
        ("own/bin/my-tool", EXECUTABLE_MODE),
        ("own/hook.sh", EXECUTABLE_MODE),
    ]
    assert plan.entries[0].content == tmp_path / "a"
    assert "_DISTRIBUTION = 'my_tool'" in content(plan, "own/_binary.py")
    assert content(plan, f"{INFO}/entry_points.txt") == (
        "[console_scripts]\nmy-tool = own._binary:main\n\n[plugins]\np = own.plugin\n"
    )


def test_a_native_program_beside_python_code_lies_in_scripts(tmp_path: Path) -> None:
    files = (PackageFile(path="my_tool/__init__.py", source=tmp_path / "a"),)
    distribution = replace(make_distribution(layout=Layout.NATIVE), files=files)
    plan = plan_wheel(distribution, [make_binary(tmp_path)], TAGS)
    assert [entry.path for entry in plan.entries][:4] == [
        "my_tool-1.2.3.data/scripts/my-tool",
        "my_tool/__init__.py",
        "my_tool/_binary.py",
        "my_tool/_binary_scripts.py",
    ]


def test_files_that_differ_in_case_only_are_refused(tmp_path: Path) -> None:
    files = tuple(
        PackageFile(path=f"my_tool/{name}", source=tmp_path / name) for name in ("a.py", "A.py")
    )
    with pytest.raises(WheelError, match="twice"):
        plan_wheel(replace(make_distribution(), files=files), [make_binary(tmp_path)], TAGS)


def test_both_modes_say_that_the_member_is_a_file() -> None:
    assert (FILE_MODE, EXECUTABLE_MODE) == (0o100644, 0o100755)


@pytest.mark.parametrize("layout", Layout)
def test_windows_executables_end_in_exe(tmp_path: Path, layout: Layout) -> None:
    binary = make_binary(tmp_path, target="windows-amd64")
    plan = plan_wheel(make_distribution(layout=layout), [binary], ["win_amd64"])
    executables = [entry.path for entry in plan.entries if entry.mode == EXECUTABLE_MODE]
    assert [path.rpartition("/")[2] for path in executables] == ["my-tool.exe"]
    assert ("'my-tool': 'my-tool.exe'") in content(plan, "my_tool/__init__.py")
    assert not any(".exe" in line for line in content(plan, f"{INFO}/WHEEL").splitlines())


def test_several_commands_get_a_function_each(tmp_path: Path) -> None:
    binaries = [make_binary(tmp_path, command) for command in ("z-tool", "a.tool", "b")]
    plan = plan_wheel(make_distribution(), binaries, TAGS)
    assert content(plan, f"{INFO}/entry_points.txt").splitlines() == [
        "[console_scripts]",
        "a.tool = my_tool:main_a_tool",
        "b = my_tool:main_b",
        "z-tool = my_tool:main_z_tool",
    ]
    # The first one given stays the default.
    assert "{'z-tool': 'z-tool', 'a.tool'" in content(plan, "my_tool/__init__.py")


def test_wheel_has_a_line_for_each_expanded_tag(tmp_path: Path) -> None:
    plan = plan_wheel(make_distribution(), [make_binary(tmp_path)], TAGS)
    lines = content(plan, f"{INFO}/WHEEL").splitlines()
    assert lines[0] == "Wheel-Version: 1.0"
    assert lines[1].startswith("Generator: go-to-wheel ")
    assert lines[2] == "Root-Is-Purelib: false"
    assert lines[3:] == [f"Tag: py3-none-{tag}" for tag in TAGS]
    *_, tags = parse_wheel_filename(plan.filename)
    assert {str(tag) for tag in tags} == set(plan.tags) == {f"py3-none-{tag}" for tag in TAGS}


@pytest.mark.parametrize("version", ["1!2.0", "1.0+local.1", "1.0rc1.post2.dev3", "2024.1"])
def test_any_version_gives_a_name_that_installers_read(tmp_path: Path, version: str) -> None:
    distribution = make_distribution(version=version)
    plan = plan_wheel(distribution, [make_binary(tmp_path)], TAGS)
    name, parsed, build, _ = parse_wheel_filename(plan.filename)
    assert (name, str(parsed), build) == ("my-tool", version, ())
    assert plan.record_path.startswith(f"my_tool-{version}.dist-info/")


@pytest.mark.parametrize("second", ["my-tool", "MY-Tool"])
def test_two_commands_of_one_name_are_refused(tmp_path: Path, second: str) -> None:
    binaries = [make_binary(tmp_path), make_binary(tmp_path, second)]
    with pytest.raises(WheelError, match="twice"):
        plan_wheel(make_distribution(), binaries, TAGS)


def test_two_licences_of_one_name_are_refused(tmp_path: Path) -> None:
    licenses = (*LICENSES, LicenseText(path=PurePosixPath("License"), content=b"other"))
    with pytest.raises(WheelError, match="licenses/License twice"):
        plan_wheel(make_distribution(licenses=licenses), [make_binary(tmp_path)], TAGS)


def test_planning_reads_no_binary(tmp_path: Path) -> None:
    binary = make_binary(tmp_path)
    binary.path.unlink()
    plan = plan_wheel(make_distribution(), [binary], TAGS)
    assert any(entry.content == binary.path for entry in plan.entries)
