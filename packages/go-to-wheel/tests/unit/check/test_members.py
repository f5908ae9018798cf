from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from go_to_wheel.check import Level
from unit.check.wheels import (
    LINUX,
    MACOS,
    PROGRAM,
    SCRIPT,
    WINDOWS,
    Packed,
    Wheel,
    elf,
    macho,
    pe,
    pure,
    rules_of,
    with_program,
    with_script,
)


@pytest.mark.parametrize(
    "name",
    [
        "/etc/tool.py",
        "C:/tool.py",
        "tool/../../escape.py",
        "tool/./a.py",
        "tool//a.py",
        "tool\\a.py",
        "tool/a\nb.py",
        "tool/\x7f.py",
    ],
)
def test_a_name_that_is_no_plain_path_is_an_error(name: str, tmp_path: Path) -> None:
    quoted = '"' + name + '"'
    wheel = replace(
        pure().plus({name: b"1"}),
        record=lambda record: record.replace(name.encode(), quoted.encode()),
    )

    report = wheel.check(tmp_path)

    assert "zip-name" in rules_of(report)
    assert all(problem.where.isprintable() for problem in report.problems)


@pytest.mark.parametrize(
    ("raw_name", "flags"),
    [(b"tool/\xe4.py", 0), (b"tool/\xc3\xa4.py", 0), (b"tool/\xe4.py", 0x800)],
)
def test_a_name_that_is_not_utf8_is_an_error(raw_name: bytes, flags: int, tmp_path: Path) -> None:
    odd = Packed(name="x", raw_name=raw_name, local_name=raw_name, flags=flags)

    report = replace(pure(), change=lambda members: [*members, odd]).check(tmp_path)

    assert rules_of(report) == {"zip-name-encoding", "record-unlisted"}


def test_the_same_name_twice_is_an_error(tmp_path: Path) -> None:
    report = replace(pure(), change=lambda members: [*members, members[0]]).check(tmp_path)

    assert rules_of(report) == {"zip-duplicate"}


def test_a_file_that_is_a_folder_too_is_an_error(tmp_path: Path) -> None:
    report = pure().plus({"tool/a": b"1", "tool/a/b": b"2"}).check(tmp_path)

    assert rules_of(report) == {"zip-duplicate"}


@pytest.mark.parametrize(
    ("wheel", "expected"),
    [
        pytest.param(pure(), {"zip-case"}, id="any"),
        pytest.param(with_program(macho(), MACOS), {"zip-case"}, id="macos"),
        pytest.param(with_program(elf(), LINUX), set(), id="linux"),
    ],
)
def test_names_that_differ_in_case_are_an_error_where_they_collide(
    wheel: Wheel, expected: set[str], tmp_path: Path
) -> None:
    report = wheel.plus({"tool/a.py": b"1", "tool/A.py": b"2"}).check(tmp_path)

    assert rules_of(report) == expected


@pytest.mark.parametrize("name", ["tool/a:b.py", "tool/what?.py", "tool/aux.py", "tool/end."])
@pytest.mark.parametrize(
    ("wheel", "level"),
    [
        pytest.param(pure(), Level.WARNING, id="any"),
        pytest.param(with_program(pe(), WINDOWS, ".exe"), Level.ERROR, id="windows"),
        pytest.param(with_program(elf(), LINUX), None, id="linux"),
    ],
)
def test_a_name_that_windows_cannot_have_is_a_fault_where_windows_installs(
    name: str, wheel: Wheel, level: Level | None, tmp_path: Path
) -> None:
    report = wheel.plus({name: b"1"}).check(tmp_path)

    assert [(problem.rule, problem.level) for problem in report.problems] == (
        [("windows-name", level)] if level else []
    )


@pytest.mark.parametrize("mode", [0o120777, 0o010644, 0o060644, 0o140755, 0o040755])
def test_a_member_that_is_no_regular_file_is_an_error(mode: int, tmp_path: Path) -> None:
    report = pure().plus({"tool/odd": b"tool.py"}, {"tool/odd": mode}).check(tmp_path)

    assert rules_of(report) == {"zip-file-type"}


@pytest.mark.parametrize("mode", [0o755, 0o100644, 0o644, 0])
@pytest.mark.parametrize(
    ("wheel", "name"),
    [
        pytest.param(with_program(elf(), LINUX), PROGRAM, id="package"),
        pytest.param(with_script(elf(), LINUX), SCRIPT, id="native"),
        pytest.param(with_program(elf(kind=3), LINUX), PROGRAM, id="static-pie"),
        pytest.param(with_program(macho(), MACOS), PROGRAM, id="macos"),
        pytest.param(with_script(b"#!python\n", "py3-none-any"), SCRIPT, id="script"),
    ],
)
def test_a_program_that_installers_leave_without_exec_bit_is_an_error(
    wheel: Wheel, name: str, mode: int, tmp_path: Path
) -> None:
    report = replace(wheel, modes={name: mode}).check(tmp_path)

    assert rules_of(report) == {"zip-mode"}
    assert [problem.where for problem in report.errors] == [name]


@pytest.mark.parametrize(
    ("wheel", "name"),
    [
        pytest.param(with_program(pe(), WINDOWS, ".exe"), f"{PROGRAM}.exe", id="windows"),
        pytest.param(
            with_program(elf(), LINUX).plus({"tool/lib.so": elf(kind=3)}), "tool/lib.so", id="lib"
        ),
        pytest.param(with_program(elf(), LINUX).plus({"tool/bin/a.txt": b"1"}), "", id="text"),
        pytest.param(pure().plus({"tool/a.sh": b"#!/bin/sh\n"}), "tool/a.sh", id="elsewhere"),
    ],
)
def test_what_no_system_starts_by_its_mode_needs_no_exec_bit(
    wheel: Wheel, name: str, tmp_path: Path
) -> None:
    modes = {**wheel.modes, name: 0o100644}

    assert replace(wheel, modes=modes).check(tmp_path).problems == ()


def test_programs_to_be_read_only_are_a_warning_beside_one_that_starts(tmp_path: Path) -> None:
    wheel = with_program(elf(), LINUX).plus({"tool/testdata/sample": elf()})

    (problem,) = wheel.check(tmp_path).problems

    assert (problem.rule, problem.level) == ("zip-mode", Level.WARNING)
    assert problem.where == "tool/testdata/sample"


def test_the_only_program_must_be_executable_wherever_it_lies(tmp_path: Path) -> None:
    wheel = with_program(elf(), LINUX).minus(PROGRAM).plus({"tool/tool": elf()})

    assert rules_of(wheel.check(tmp_path)) == {"zip-mode"}
    assert wheel.check(tmp_path).errors


@pytest.mark.parametrize(
    ("mode", "rule"),
    [
        (0o100600, "zip-mode-private"),
        (0o100640, "zip-mode-private"),
        (0o100666, "zip-mode-unsafe"),
        (0o104644, "zip-mode-unsafe"),
        (0o102644, "zip-mode-unsafe"),
    ],
)
def test_odd_modes_are_one_warning_for_all_members(mode: int, rule: str, tmp_path: Path) -> None:
    wheel = pure()

    (problem,) = replace(wheel, modes=dict.fromkeys(wheel.files, mode)).check(tmp_path).problems

    assert (problem.rule, problem.level) == (rule, Level.WARNING)
    assert "5 members" in problem.message


def test_the_modes_of_a_wheel_for_windows_do_not_matter(tmp_path: Path) -> None:
    wheel = with_program(pe(), WINDOWS, ".exe")

    assert replace(wheel, modes=dict.fromkeys(wheel.files, 0o100666)).check(tmp_path).problems == ()


def test_compiled_python_is_a_warning(tmp_path: Path) -> None:
    report = pure().plus({"tool/__pycache__/a.cpython-311.pyc": b"1"}).check(tmp_path)

    assert rules_of(report) == {"pycache"}
    assert not report.errors
