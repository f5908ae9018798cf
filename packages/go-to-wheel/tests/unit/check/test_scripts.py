from __future__ import annotations

from pathlib import Path

import pytest

from go_to_wheel.check import Level
from unit.check.wheels import (
    EXECUTABLE,
    INFO,
    LINUX,
    WINDOWS,
    elf,
    pe,
    pure,
    rules_of,
    with_program,
)

ENTRY_POINTS = f"{INFO}/entry_points.txt"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        pytest.param(b"tool = tool:main\n", "entry-points-syntax", id="no-section"),
        pytest.param(b"[console_scripts]\nno value\n", "entry-points-syntax", id="no-value"),
        pytest.param(b"[console_scripts]\na=b:c\na=b:d\n", "entry-points-syntax", id="twice"),
        pytest.param(b"[console_scripts]\n\xff = tool:main\n", "entry-points-syntax", id="bytes"),
        pytest.param(
            b"[console_scripts]\n" + b" " * 5000, "entry-points-syntax", id="endless-line"
        ),
        pytest.param(b"[console_scripts]\n../x = tool:main\n", "entry-point-name", id="path"),
        pytest.param(b"[gui_scripts]\na b = tool:main\n", "entry-point-name", id="space"),
        pytest.param(b"[console_scripts]\ntool = tool\n", "entry-point-value", id="no-function"),
        pytest.param(b"[console_scripts]\ntool = :main\n", "entry-point-value", id="no-module"),
        pytest.param(b"[console_scripts]\ntool = a b:main\n", "entry-point-value", id="words"),
        pytest.param(b"[console_scripts]\ntool = other:main\n", "entry-point-module", id="other"),
        pytest.param(b"[console_scripts]\ntool = tool.cli:main\n", "entry-point-module", id="sub"),
    ],
)
def test_entry_points_that_installers_refuse_or_users_cannot_start_are_an_error(
    text: bytes, rule: str, tmp_path: Path
) -> None:
    report = pure().plus({ENTRY_POINTS: text}).check(tmp_path)

    assert rules_of(report) == {rule}
    assert report.errors


@pytest.mark.parametrize(
    ("files", "value"),
    [
        pytest.param({"tool/cli.py": b"1"}, "tool.cli:main", id="module"),
        pytest.param({"tool/cli/__init__.py": b"1"}, "tool.cli:app.run", id="package"),
        pytest.param({"tool/cli/a/b.py": b"1"}, "tool.cli:main [extra]", id="namespace"),
        pytest.param({"tool/cli.abi3.so": b"1"}, "tool.cli : main", id="extension"),
        pytest.param({"tool-1.0.data/purelib/far.py": b"1"}, "far:main", id="purelib"),
    ],
)
def test_a_module_is_found_wherever_python_would_find_it(
    files: dict[str, bytes], value: str, tmp_path: Path
) -> None:
    text = f"[console_scripts]\ntool = {value}\n[other.group]\nx = tool\n"

    report = pure().plus({**files, ENTRY_POINTS: text.encode()}).check(tmp_path)

    assert report.problems == ()


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        pytest.param("other", [], id="perhaps-of-a-dependency"),
        pytest.param("tool.cli", [("entry-point-module", Level.WARNING)], id="likely-a-mistake"),
    ],
)
def test_a_module_may_come_with_a_dependency(
    module: str, expected: list[tuple[str, Level]], tmp_path: Path
) -> None:
    wheel = pure().metadata("Summary", "Requires-Dist: other\nSummary")

    report = wheel.plus(
        {ENTRY_POINTS: f"[console_scripts]\ntool = {module}:main\n".encode()}
    ).check(tmp_path)

    assert [(problem.rule, problem.level) for problem in report.problems] == expected


@pytest.mark.parametrize(
    ("wheel", "script", "content"),
    [
        pytest.param(with_program(elf(), LINUX), "tool", elf(), id="native"),
        pytest.param(with_program(pe(), WINDOWS, ".exe"), "tool.exe", pe(), id="windows"),
        pytest.param(pure(), "tool-script.py", b"#!python\n", id="old-setuptools"),
    ],
)
def test_a_script_with_the_name_of_an_entry_point_is_an_error(
    wheel: object, script: str, content: bytes, tmp_path: Path
) -> None:
    name = f"tool-1.0.data/scripts/{script}"

    report = wheel.plus({name: content}, {name: EXECUTABLE}).check(tmp_path)  # type: ignore[attr-defined]

    assert rules_of(report) == {"entry-point-clash"}
    assert report.errors[0].where == name


def test_entry_points_that_cannot_be_unpacked_are_an_error(tmp_path: Path) -> None:
    report = pure().changed(ENTRY_POINTS, packed=b"\xff").check(tmp_path)

    assert rules_of(report) == {"zip-bytes", "entry-points-syntax"}


def test_a_script_of_another_name_is_no_fault(tmp_path: Path) -> None:
    name = "tool-1.0.data/scripts/tool2"
    wheel = with_program(elf(), LINUX).plus({name: elf()}, {name: EXECUTABLE})

    assert wheel.check(tmp_path).problems == ()
