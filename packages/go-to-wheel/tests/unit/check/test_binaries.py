from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from go_to_wheel.check import Level
from helpers.binaries import Macho
from unit.check.wheels import (
    EXECUTABLE,
    LINUX,
    MACOS,
    PROGRAM,
    SCRIPT,
    WINDOWS,
    Wheel,
    elf,
    macho,
    pe,
    pure,
    rules_of,
    with_program,
    with_script,
)

ARM64 = 183
ARCHIVE = b"!<arch>\n__.PKGDEF       0           0     0     644     10        `\ngo object\n"


@pytest.mark.parametrize(
    "wheel",
    [
        pytest.param(with_program(elf(machine=ARM64), LINUX), id="wrong-arch"),
        pytest.param(with_script(elf(machine=ARM64), LINUX), id="wrong-arch-native"),
        pytest.param(with_program(macho(), LINUX), id="wrong-system"),
        pytest.param(with_program(elf(), MACOS), id="linux-for-macos"),
        pytest.param(with_program(elf(), WINDOWS), id="linux-for-windows"),
        pytest.param(with_program(pe(machine=0xAA64), WINDOWS, ".exe"), id="windows-arm64"),
        pytest.param(with_program(macho(minos=13), MACOS), id="newer-macos"),
    ],
)
def test_a_program_that_does_not_keep_what_the_tags_promise_is_an_error(
    wheel: Wheel, tmp_path: Path
) -> None:
    report = wheel.check(tmp_path)

    assert rules_of(report) == {"binary-tag"}
    assert report.errors


def test_tags_with_one_reason_are_named_together(tmp_path: Path) -> None:
    (problem,) = with_program(elf(machine=ARM64), LINUX).check(tmp_path).errors

    assert "manylinux2014_x86_64, manylinux_2_17_x86_64, musllinux_1_1_x86_64" in problem.message


@pytest.mark.parametrize("where", ["tool/helper", "tool/testdata/sample"])
def test_an_extra_for_another_platform_is_a_warning(where: str, tmp_path: Path) -> None:
    extra = {where: elf(machine=ARM64)}

    report = with_program(elf(), LINUX).plus(extra, {where: EXECUTABLE}).check(tmp_path)

    assert [(problem.rule, problem.level) for problem in report.problems] == [
        ("binary-foreign", Level.WARNING)
    ]


def test_the_only_program_is_held_to_the_tags_wherever_it_lies(tmp_path: Path) -> None:
    wheel = with_program(elf(), LINUX).minus(PROGRAM)

    report = wheel.plus({"tool/tool": elf(machine=ARM64)}, {"tool/tool": EXECUTABLE}).check(
        tmp_path
    )

    assert rules_of(report) == {"binary-tag"}


def test_a_program_in_bin_is_held_to_the_tags_beside_one_that_fits(tmp_path: Path) -> None:
    extra = {"tool/bin/other": elf(machine=ARM64)}

    report = with_program(elf(), LINUX).plus(extra, {"tool/bin/other": EXECUTABLE}).check(tmp_path)

    assert [problem.where for problem in report.errors] == ["tool/bin/other"]


@pytest.mark.parametrize(
    ("wheel", "name"),
    [
        pytest.param(with_program(elf(), "py3-none-any"), PROGRAM, id="package"),
        pytest.param(with_script(elf(), "py3-none-any"), SCRIPT, id="native"),
    ],
)
def test_a_program_in_a_wheel_for_any_platform_is_an_error(
    wheel: Wheel, name: str, tmp_path: Path
) -> None:
    report = wheel.check(tmp_path)

    assert rules_of(report) == {"binary-any"}
    assert report.errors[0].where == name


def test_native_code_elsewhere_in_a_wheel_for_any_platform_is_a_warning(tmp_path: Path) -> None:
    report = pure().plus({"tool/fast.so": elf(kind=3)}).check(tmp_path)

    assert rules_of(report) == {"binary-any"}
    assert not report.errors


def test_native_code_for_several_platforms_is_meant_for_any(tmp_path: Path) -> None:
    files = {
        "tool/t32.exe": pe(machine=0x14C),
        "tool/t64.exe": pe(),
        "tool/arm.exe": pe(machine=0xAA64),
    }

    assert pure().plus(files).check(tmp_path).problems == ()


@pytest.mark.parametrize(
    ("content", "word"),
    [
        pytest.param(ARCHIVE, "archive of compiled code", id="go-library"),
        pytest.param(b"", "empty", id="empty"),
        pytest.param(b"<!DOCTYPE html><html>Not Found", "web page", id="web-page"),
        pytest.param(elf()[:70], "cut short", id="cut-off"),
        pytest.param(b"\x1f\x8b\x08\0", "gzip", id="still-packed"),
    ],
)
@pytest.mark.parametrize("make", [with_program, with_script])
def test_what_is_no_program_in_the_place_of_one_is_an_error(
    make: object, content: bytes, word: str, tmp_path: Path
) -> None:
    report = make(content, LINUX).check(tmp_path)  # type: ignore[operator]

    (problem,) = [each for each in report.errors if each.rule == "not-a-program"]
    assert word in problem.message
    assert problem.message.startswith("The member is")


def test_an_exe_that_is_no_windows_program_is_an_error(tmp_path: Path) -> None:
    report = with_program(b"#! not this", WINDOWS, ".exe").check(tmp_path)

    # A script is what it says it is; anything else must be a program.
    assert rules_of(report) == {"no-native-code"}
    assert rules_of(with_program(b"text", WINDOWS, ".exe").check(tmp_path)) >= {"not-a-program"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("tool/bin/start.sh", b"#!/bin/sh\n"),
        ("tool/bin/start", b"#!/bin/sh\n"),
        ("tool/bin/start.bat", b"@echo off\n"),
        ("tool/bin/notes.txt", b"text"),
        ("tool/bin/liba.a", ARCHIVE),
        ("tool/objects/part", ARCHIVE),
    ],
)
def test_other_files_may_lie_beside_programs(name: str, content: bytes, tmp_path: Path) -> None:
    wheel = with_program(elf(), LINUX).plus({name: content}, {name: EXECUTABLE})

    assert wheel.check(tmp_path).problems == ()


def test_an_unsigned_program_for_apple_silicon_is_an_error(tmp_path: Path) -> None:
    report = with_program(macho(signed=False), MACOS).check(tmp_path)

    assert rules_of(report) == {"macho-unsigned"}
    assert report.errors


@pytest.mark.parametrize(
    ("tag", "cpu", "level"),
    [
        pytest.param(MACOS, 0x0100000C, Level.ERROR, id="apple-silicon"),
        pytest.param("py3-none-macosx_12_0_x86_64", 0x01000007, Level.WARNING, id="intel"),
    ],
)
def test_a_program_that_was_changed_after_it_was_signed_is_a_fault(
    tag: str, cpu: int, level: Level, tmp_path: Path
) -> None:
    subtype = 3 if cpu == 0x01000007 else 0
    program = bytearray(Macho(cpu=cpu, subtype=subtype, minos=(12, 0), signed=True).build())
    assert with_program(bytes(program), tag).check(tmp_path).problems == ()
    program[4000] ^= 1

    (problem,) = with_program(bytes(program), tag).check(tmp_path).problems

    assert (problem.rule, problem.level) == ("macho-signature", level)


def test_a_macos_program_without_uuid_is_a_warning(tmp_path: Path) -> None:
    report = with_program(macho(uuid=False), MACOS).check(tmp_path)

    assert rules_of(report) == {"macho-uuid"}
    assert not report.errors


def test_a_wheel_for_a_platform_without_native_code_is_a_warning(tmp_path: Path) -> None:
    report = with_program(b"#!/bin/sh\n", LINUX).check(tmp_path)

    assert rules_of(report) == {"no-native-code"}
    assert not report.errors


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(elf(kind=1), id="object-file"),
        pytest.param(macho(kind=1), id="macho-object"),
        pytest.param(b"\xca\xfe\xba\xbe\0\0\0\x41" + bytes(100), id="java-class"),
        pytest.param(b"MZ is how this text begins, and it goes on for a while" * 3, id="text"),
        pytest.param(b"\x7fELF", id="only-the-magic"),
    ],
)
def test_what_only_looks_like_native_code_is_none(content: bytes, tmp_path: Path) -> None:
    assert pure().plus({"tool/data.bin": content}).check(tmp_path).problems == ()


def test_a_library_is_not_held_to_the_tags(tmp_path: Path) -> None:
    wheel = with_program(elf(), LINUX).plus({"tool/lib.so.1": elf(machine=ARM64, kind=3)})

    assert replace(wheel).check(tmp_path).problems == ()
