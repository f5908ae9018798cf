from __future__ import annotations

import contextlib
import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from go_to_wheel.check import Level
from go_to_wheel.errors import InvalidWheelError
from go_to_wheel.inspection import Inspection, inspect_wheel
from go_to_wheel.model import BinaryFormat, Libc
from go_to_wheel.provenance.origin import BinaryOrigin, FileOrigin, OriginRecord
from go_to_wheel.provenance.record import render_origin
from go_to_wheel.targets import Arch, System
from helpers.binaries import Elf, Macho, build_info
from unit.check.wheels import (
    EXECUTABLE,
    INFO,
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
    with_program,
    with_script,
)

ARM64 = 183
GO = Elf(
    data=build_info(
        "go1.27.3",
        [
            "path\texample.com/tool",
            "mod\texample.com/tool\tv1.2.3\th1:abc=",
            "dep\texample.com/dep\tv0.1.0\th1:def=",
            "build\tGOOS=linux",
        ],
    )
).build()
GLIBC = Elf(
    interpreter="/lib64/ld-linux-x86-64.so.2",
    needed=["libc.so.6"],
    versions={"libc.so.6": ["GLIBC_2.28"]},
).build()
LIBSTDCXX = Elf(
    interpreter="/lib64/ld-linux-x86-64.so.2",
    needed=["libc.so.6", "libstdc++.so.6"],
    versions={"libc.so.6": ["GLIBC_2.15"], "libstdc++.so.6": ["GLIBCXX_3.4.19", "CXXABI_1.3"]},
).build()
MUSL = Elf(
    interpreter="/lib/ld-musl-x86_64.so.1", needed=["libc.musl-x86_64.so.1"], dynamic=True
).build()


class Look:
    """Writes a wheel and inspects it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, wheel: Wheel) -> Inspection:
        return inspect_wheel(wheel.write(self.folder))


@pytest.fixture
def inside(tmp_path: Path) -> Look:
    return Look(tmp_path)


# The wheel as a whole


def test_a_wheel_says_what_it_is(inside: Look) -> None:
    wheel = inside(pure().metadata("Requires-Python", "Requires-Dist: click>=8\nRequires-Python"))

    about = wheel.about
    assert (about.name, about.version, about.summary) == ("tool", "1.0", "A tool")
    assert (about.license, about.metadata_version) == ("MIT", "2.4")
    assert (about.requires_python, about.requires) == (">=3.8", ("click>=8",))
    assert about.generator == "test 1"
    assert wheel.licenses == ("licenses/LICENSE",)
    assert wheel.commands == ("tool",)
    assert (wheel.pythons, wheel.abis) == (("py3",), ("none",))
    assert wheel.size == wheel.path.stat().st_size
    assert wheel.members == 6
    assert wheel.unpacked > sum(map(len, pure().files.values()))


def test_the_text_of_a_licence_in_the_old_field_is_told_by_its_first_line(inside: Look) -> None:
    old = pure().metadata("License-Expression: MIT", "License: The MIT License\n  Permission is")

    assert inside(old).about.license == "The MIT License ..."


def test_licence_texts_beside_the_metadata_count(inside: Look) -> None:
    old = pure().minus(f"{INFO}/licenses/LICENSE").plus({f"{INFO}/LICENSE.txt": b"MIT"})

    assert inside(old).licenses == ("LICENSE.txt",)


def test_scripts_are_commands(inside: Look) -> None:
    script = "tool-1.0.data/scripts/other.exe"

    wheel = inside(with_script(elf(), LINUX).plus({script: pe()}))

    assert wheel.commands == ("other", "tool")


def test_entry_points_that_cannot_be_read_name_no_command(inside: Look) -> None:
    assert inside(pure().plus({f"{INFO}/entry_points.txt": b"\xff"})).commands == ()


@pytest.mark.parametrize("content", [None, b"Name: " * 20_000, b"\n".join([b"a: b"] * 60_000)])
def test_metadata_that_cannot_be_read_is_said_so(content: bytes | None, inside: Look) -> None:
    name = f"{INFO}/METADATA"
    wheel = pure().minus(name) if content is None else pure().plus({name: content})

    about = inside(wheel).about

    assert about.fault
    assert about.generator == "test 1"


def test_what_drives_a_terminal_is_escaped(inside: Look) -> None:
    wheel = inside(
        pure()
        .metadata("Summary: A tool", "Summary: A \x1b[31mtool")
        .plus({f"{INFO}/licenses/\x1b]0;x": b"", f"{INFO}/sboms/\x1b.json": b"{}"})
    )

    texts = [wheel.about.summary, *wheel.licenses, *(bill.path for bill in wheel.bills)]
    assert all(text.isprintable() for text in texts), texts


def test_a_file_name_that_is_no_wheel_s_is_said_so(inside: Look) -> None:
    wheel = inside(replace(pure(), filename="tool.whl"))

    assert "Invalid wheel filename" in wheel.name_fault
    assert wheel.tags == ()


# Tags, and why


@pytest.mark.parametrize(
    ("program", "tag", "reason"),
    [
        (elf(), LINUX, "it is static, so it needs no C library"),
        (GO, LINUX, "it is static, so it needs no C library; its Go needs the Linux of"),
        (GLIBC, "py3-none-manylinux_2_28_x86_64", "it needs glibc 2.28"),
        (
            LIBSTDCXX,
            "py3-none-manylinux_2_17_x86_64",
            "it needs glibc 2.15, and libstdc++ as manylinux_2_17 promises it",
        ),
        (MUSL, "py3-none-musllinux_1_2_x86_64", "it is linked with musl"),
        (macho(), MACOS, "it needs macOS 12.0"),
        (pe(), WINDOWS, "it is a Windows program for amd64"),
    ],
)
def test_a_tag_is_deserved_and_the_reason_is_told(
    program: bytes, tag: str, reason: str, inside: Look
) -> None:
    verdicts = inside(with_program(program, tag)).tags

    assert [verdict.tag for verdict in verdicts] == tag.split("-")[2].split(".")
    assert all(verdict.deserved for verdict in verdicts)
    assert verdicts[0].reason.startswith("it is static") or verdicts[0].reason.startswith(reason)
    assert any(reason in verdict.reason for verdict in verdicts)


@pytest.mark.parametrize(
    ("program", "tag", "reason"),
    [
        (elf(machine=ARM64), LINUX, "not a Linux program for amd64"),
        (GLIBC, "py3-none-manylinux_2_17_x86_64", "it needs glibc 2.28"),
        (LIBSTDCXX, "py3-none-manylinux_2_12_x86_64", "it needs libstdc++ as manylinux_2_17 promi"),
        (GLIBC, "py3-none-musllinux_1_2_x86_64", "not musl"),
        (macho(minos=13), MACOS, "it needs macOS 13.0"),
        (elf(), "py3-none-any", "is a program for one platform"),
    ],
)
def test_a_tag_is_not_deserved_and_the_reason_is_told(
    program: bytes, tag: str, reason: str, inside: Look
) -> None:
    verdicts = inside(with_program(program, tag)).tags

    assert all(verdict.deserved is False for verdict in verdicts)
    assert reason in verdicts[0].reason


def test_a_wheel_without_native_code_deserves_any(inside: Look) -> None:
    (verdict,) = inside(pure()).tags

    assert (verdict.tag, verdict.deserved) == ("any", True)


@pytest.mark.parametrize(
    ("wheel", "word"),
    [
        (with_program(elf(), LINUX).minus(PROGRAM), "no native code"),
        (
            with_program(elf(), LINUX).minus(PROGRAM).plus({"tool/fast.so": elf(kind=3)}),
            "libraries",
        ),
        (pure().plus({"tool/fast.so": elf(kind=3)}), "native code"),
    ],
)
def test_what_cannot_be_judged_is_said_so(wheel: Wheel, word: str, inside: Look) -> None:
    verdicts = inside(wheel).tags

    assert {verdict.deserved for verdict in verdicts} == {None}
    assert word in verdicts[0].reason


def test_an_extra_for_another_platform_is_not_held_to_the_tags(inside: Look) -> None:
    extra = {"tool/testdata/sample": elf(machine=ARM64)}

    wheel = inside(with_program(elf(), LINUX).plus(extra, {"tool/testdata/sample": EXECUTABLE}))

    assert len(wheel.programs) == 2
    assert all(verdict.deserved for verdict in wheel.tags)


def test_the_reason_is_that_of_what_users_start(inside: Look) -> None:
    extra = {"tool/testdata/sample": GLIBC}
    tag = "py3-none-manylinux_2_28_x86_64"

    wheel = inside(with_program(elf(), tag).plus(extra, {"tool/testdata/sample": EXECUTABLE}))

    assert wheel.tags[0].reason == "it is static, so it needs no C library"


def test_of_several_programs_the_one_that_does_not_fit_is_named(inside: Look) -> None:
    extra = {"tool/bin/other": elf(machine=ARM64)}

    wheel = inside(with_program(elf(), LINUX).plus(extra, {"tool/bin/other": EXECUTABLE}))

    assert wheel.tags[0].reason.startswith("tool/bin/other: ")


# What its members do


DATA = "tool-1.0.data"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("evil.pth", "start"),
        (f"{DATA}/purelib/evil.PTH", "start"),
        (f"{DATA}/data/lib/python3.14/site-packages/evil.pth", "start"),
        (f"{DATA}/data/lib/sitecustomize.py", "start"),
        ("sitecustomize.py", "start"),
        ("usercustomize/__init__.py", "start"),
        (SCRIPT, "command"),
        (f"{DATA}/data/bin/sudo", "data"),
        (f"{DATA}/headers/tool.h", "header"),
    ],
)
def test_a_member_that_does_something_is_told(name: str, kind: str, inside: Look) -> None:
    wheel = inside(pure().plus({name: b"import os"}))
    assert [(each.path, each.kind) for each in wheel.effects] == [(name, kind)]
    assert wheel.escapes == ()


@pytest.mark.parametrize(
    "name",
    [
        "tool/model.pth",
        "tool/sitecustomize.py",
        f"{DATA}/platlib/tool/model.pth",
        f"{DATA}/x",
        "pth",
    ],
)
def test_a_member_that_only_lies_there_is_not_told(name: str, inside: Look) -> None:
    assert inside(pure().plus({name: b""})).effects == ()


@pytest.mark.parametrize("name", ["tool/../../evil.py", "/etc/cron.d/evil", "tool\\..\\evil.py"])
def test_a_member_that_leaves_the_folder_is_told(name: str, inside: Look) -> None:
    (problem,) = inside(pure().plus({name: b"x"})).escapes
    assert (problem.rule, problem.where) == ("zip-name", name)


def test_a_member_that_is_a_link_is_told(inside: Look) -> None:
    (problem,) = inside(pure().plus({"tool/link": b"/etc"}, {"tool/link": 0o120777})).escapes
    assert (problem.rule, problem.where) == ("zip-file-type", "tool/link")


# Programs


def test_a_program_is_told_by_its_header(inside: Look) -> None:
    (program,) = inside(with_program(GLIBC, "py3-none-manylinux_2_28_x86_64")).programs

    assert (program.path, program.size) == (PROGRAM, len(GLIBC))
    assert program.sha256 == hashlib.sha256(GLIBC).hexdigest()
    assert program.packed < program.size
    assert program.executable
    (fact,) = program.facts
    assert (fact.format, fact.arch, fact.libc) == (BinaryFormat.ELF, Arch.AMD64, Libc.GLIBC)
    assert (fact.system, fact.static, fact.glibc) == (System.LINUX, False, (2, 28))


def test_a_go_program_tells_what_is_linked_in(inside: Look) -> None:
    wheel = inside(with_program(GO, LINUX))

    (program,) = wheel.programs
    assert wheel.libraries == ()
    info = program.facts[0].build_info
    assert info is not None
    assert info.go_version == "go1.27.3"
    assert [module.path for module in info.modules] == ["example.com/dep"]


def test_a_program_without_its_mode_is_told(inside: Look) -> None:
    wheel = replace(with_program(elf(), LINUX), modes={PROGRAM: 0o100644})

    assert not inside(wheel).programs[0].executable


def test_a_signature_that_no_longer_fits_is_told(inside: Look) -> None:
    good = Macho(signed=True, uuid=True, minos=(12, 0)).build()
    bad = good.replace(b"\x19\0\0\0", b"\x1a\0\0\0", 1) if b"\x19\0\0\0" in good else good
    assert bad != good

    kept = inside(with_script(good, MACOS)).programs[0].signatures
    lost = inside(with_script(bad, MACOS)).programs[0]

    assert [signature.valid for signature in kept] == [True]
    assert lost.fault or not lost.signatures[0].valid


def test_what_is_no_program_in_the_place_of_one_is_told(inside: Look) -> None:
    (program,) = inside(with_program(b"<!DOCTYPE html>", LINUX)).programs

    assert program.facts == ()
    assert "a web page" in program.fault


def test_libraries_are_listed_apart(inside: Look) -> None:
    library = elf(kind=3)

    wheel = inside(pure().plus({"tool/fast.so": library}))

    assert wheel.programs == ()
    (found,) = wheel.libraries
    assert (found.path, found.format, found.size) == ("tool/fast.so", "ELF", len(library))


# RECORD


def test_a_record_that_tells_the_truth_is_said_so(inside: Look) -> None:
    record = inside(pure()).record

    assert record.problems == ()
    assert record.files == 6


def test_a_record_that_lies_is_said_so_and_the_true_digest_is_shown(inside: Look) -> None:
    lie = hashlib.sha256(b"?").digest()
    wheel = with_program(GO, LINUX)
    honest = hashlib.sha256(GO)

    def forge(record: bytes) -> bytes:
        rows = record.decode().splitlines()
        return "\n".join(
            f"{PROGRAM},sha256={lie.hex()},9" if row.startswith(PROGRAM) else row for row in rows
        ).encode()

    found = inside(replace(wheel, record=forge))

    assert {problem.rule for problem in found.record.problems} == {"record-digest", "record-size"}
    assert {problem.level for problem in found.record.problems} == {Level.ERROR}
    assert found.programs[0].sha256 == honest.hexdigest()


def test_a_program_that_record_does_not_list_still_has_a_digest(inside: Look) -> None:
    def leave_out(record: bytes) -> bytes:
        return b"\n".join(
            row for row in record.split(b"\n") if not row.startswith(PROGRAM.encode())
        )

    found = inside(replace(with_program(GO, LINUX), record=leave_out))

    assert [problem.rule for problem in found.record.problems] == ["record-unlisted"]
    assert found.programs[0].sha256 == hashlib.sha256(GO).hexdigest()


def test_a_wheel_without_record_is_inspected_all_the_same(inside: Look) -> None:
    found = inside(replace(with_program(GO, LINUX), record=lambda _: None))

    assert found.record.files is None
    assert found.record.problems
    assert found.programs[0].facts


# Bills of materials


@pytest.mark.parametrize(
    ("name", "content", "form", "count"),
    [
        (
            "a.cdx.json",
            {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{}, {}]},
            "CycloneDX 1.6",
            2,
        ),
        ("a.cdx.json", {"bomFormat": "CycloneDX"}, "CycloneDX ", 0),
        ("a.cdx.json", {"bomFormat": "CycloneDX", "components": 3}, "CycloneDX ", 0),
        ("a.spdx.json", {"spdxVersion": "SPDX-2.3", "packages": [{}]}, "SPDX 2.3", 1),
        ("a.json", {"spdxVersion": ["\x1b"]}, "SPDX ['\\x1b']", 0),
    ],
)
def test_a_bill_is_told_by_its_form(
    name: str, content: object, form: str, count: int, inside: Look
) -> None:
    wheel = inside(pure().plus({f"{INFO}/sboms/{name}": json.dumps(content).encode()}))

    (bill,) = wheel.bills
    assert (bill.path, bill.fault) == (f"{INFO}/sboms/{name}", "")
    assert (bill.format, bill.components) == (form, count)


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b"\xff", b"[" * 100_000, b"1" * 5000, b'"CycloneDX"']
)
def test_what_is_no_bill_is_said_so(content: bytes, inside: Look) -> None:
    (bill,) = inside(pure().plus({f"{INFO}/sboms/a.json": content})).bills

    assert bill.fault
    assert (bill.format, bill.components) == ("", None)


def test_a_bill_of_another_form_is_only_named(inside: Look) -> None:
    (bill,) = inside(pure().plus({f"{INFO}/sboms/a.cdx.xml": b"<bom/>"})).bills

    assert (bill.format, bill.fault) == ("", "")


def test_a_damaged_bill_does_not_hide_the_rest(inside: Look) -> None:
    name = f"{INFO}/sboms/a.json"

    wheel = inside(pure().plus({name: b"{}"}).changed(name, packed=b"\xff\xff"))

    assert "cannot be unpacked" in wheel.bills[0].fault
    assert wheel.about.name == "tool"


# Origin


def origin(path: str = PROGRAM, sha256: str = hashlib.sha256(GO).hexdigest()) -> OriginRecord:
    binary = BinaryOrigin(
        path=path,
        sha256=sha256,
        size=len(GO),
        target="linux-amd64",
        source=FileOrigin(name="tool.zip", sha256="ab" * 32),
    )
    return OriginRecord(tool_version="0.3.0", binaries=(binary,))


def with_origin(content: bytes) -> Wheel:
    return with_program(GO, LINUX).plus({f"{INFO}/go-to-wheel.json": content})


def test_a_record_of_origin_is_read(inside: Look) -> None:
    wheel = inside(with_origin(render_origin(origin())))

    assert wheel.origin == origin()
    assert wheel.origin_faults == ()


def test_a_wheel_without_one_is_no_fault(inside: Look) -> None:
    wheel = inside(pure())

    assert (wheel.origin, wheel.origin_faults) == (None, ())


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (origin(sha256="ab" * 32), ["digests differ"]),
        (origin(path="tool/bin/gone"), ["no program of the wheel", "does not tell of"]),
        (replace(origin(), binaries=()), ["does not tell of tool/bin/tool"]),
    ],
)
def test_an_origin_that_the_wheel_contradicts_is_said_so(
    record: OriginRecord, words: list[str], inside: Look
) -> None:
    wheel = inside(with_origin(render_origin(record)))

    assert wheel.origin == record
    assert len(wheel.origin_faults) == len(words)
    for word, fault in zip(words, wheel.origin_faults, strict=True):
        assert word in fault


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff"])
def test_an_origin_that_cannot_be_read_is_said_so(content: bytes, inside: Look) -> None:
    wheel = inside(with_origin(content))

    assert wheel.origin is None
    assert "cannot be read" in wheel.origin_faults[0]


def test_an_origin_that_cannot_be_unpacked_is_said_so(inside: Look) -> None:
    broken = with_origin(b"{}").changed(f"{INFO}/go-to-wheel.json", packed=b"\xff")

    assert "unpacked" in inside(broken).origin_faults[0]


# What is no wheel


@pytest.mark.parametrize("content", [b"", b"PK", b"\x1f\x8b", b"not a wheel" * 100])
def test_what_is_no_archive_is_an_error(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "tool-1.0-py3-none-any.whl"
    path.write_bytes(content)

    with pytest.raises(InvalidWheelError):
        inspect_wheel(path)


@pytest.mark.parametrize("name", ["tool-1.0.tar.gz", "tool-1.0.tgz"])
def test_a_source_distribution_is_told_from_a_wheel(name: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidWheelError, match="source distribution"):
        inspect_wheel(tmp_path / name)


def test_what_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InvalidWheelError, match="No such file"):
        inspect_wheel(tmp_path / "tool-1.0-py3-none-any.whl")


def test_a_bomb_is_not_unpacked(inside: Look) -> None:
    bomb = Packed(name="tool/zeros", content=b"\0" * (65 << 20))
    wheel = with_origin(b"{}").plus({f"{INFO}/sboms/a.json": b"x"})

    found = inside(replace(wheel, change=lambda members: [*members, bomb]))

    assert "unpack" in found.unread
    assert "cannot be unpacked" in found.bills[0].fault
    assert "cannot be unpacked" in found.origin_faults[0]
    assert (found.programs, found.tags) == ((), ())
    assert found.about.fault == found.unread


WHOLE = with_origin(render_origin(origin())).plus({f"{INFO}/sboms/a.json": b"{}"}).to_bytes()


@given(data=st.data())
def test_no_damage_does_more_than_raise_the_error(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("damaged") / f"tool-1.0-{LINUX}.whl"
    path.write_bytes(bytes(content[: data.draw(st.integers(len(content) // 2, len(content)))]))

    with contextlib.suppress(InvalidWheelError):
        inspect_wheel(path)


@pytest.mark.parametrize("path", [SCRIPT, PROGRAM])
def test_every_place_of_a_program_is_found(path: str, inside: Look) -> None:
    wheel = with_script(GO, LINUX) if path == SCRIPT else with_program(GO, LINUX)

    assert [program.path for program in inside(wheel).programs] == [path]
