from __future__ import annotations

import struct

import pytest

from go_to_wheel.model import BinaryFormat, Libc
from go_to_wheel.targets import Arch, System
from helpers.binaries import Elf, build_info

from .conftest import Read, Refusal

GLIBC = "/lib64/ld-linux-x86-64.so.2"
MUSL = "/lib/ld-musl-x86_64.so.1"


@pytest.mark.parametrize(
    ("machine", "bits", "order", "arch"),
    [
        (62, 64, "<", Arch.AMD64),
        (3, 32, "<", Arch.I386),
        (183, 64, "<", Arch.ARM64),
        (40, 32, "<", Arch.ARM),
        (21, 64, ">", Arch.PPC64),
        (21, 64, "<", Arch.PPC64LE),
        (22, 64, ">", Arch.S390X),
        (243, 64, "<", Arch.RISCV64),
        (258, 64, "<", Arch.LOONG64),
        (8, 32, ">", Arch.MIPS),
        (8, 32, "<", Arch.MIPSLE),
        (8, 64, ">", Arch.MIPS64),
        (8, 64, "<", Arch.MIPS64LE),
    ],
)
def test_the_architecture_comes_from_machine_word_size_and_byte_order(
    read: Read, machine: int, bits: int, order: str, arch: Arch
) -> None:
    facts = read(Elf(machine=machine, bits=bits, order=order, data=build_info("go1.27.3")).build())
    assert facts.format is BinaryFormat.ELF
    assert facts.arch is arch
    assert facts.build_info is not None
    assert facts.build_info.go_version == "go1.27.3"


@pytest.mark.parametrize(
    ("machine", "bits", "order", "flags"),
    [
        (62, 32, "<", 0),  # x32
        (183, 64, ">", 0),
        (243, 32, "<", 0),
        (22, 32, ">", 0),
        (8, 32, ">", 0x20),  # n32
        (2, 32, ">", 0),  # SPARC
        (60000, 64, "<", 0),
    ],
)
def test_an_architecture_that_go_does_not_know_is_none(
    read: Read, machine: int, bits: int, order: str, flags: int
) -> None:
    stub = Elf(machine=machine, bits=bits, order=order, flags=flags)
    assert read(stub.build()).arch is None


def test_a_binary_without_interpreter_and_dynamic_section_is_static(read: Read) -> None:
    facts = read(Elf().build())
    assert facts.static
    assert (facts.system, facts.libc, facts.needed) == (None, None, ())


def test_a_static_pie_counts_as_static(read: Read) -> None:
    assert read(Elf(type=3, pie=True).build()).static


def test_a_packed_pie_without_dynamic_section_counts_as_static(read: Read) -> None:
    assert read(Elf(type=3).build()).static


def test_a_pie_with_an_interpreter_is_dynamic_even_without_libraries(read: Read) -> None:
    facts = read(Elf(type=3, pie=True, interpreter=GLIBC).build())
    assert not facts.static
    assert (facts.libc, facts.glibc) == (Libc.GLIBC, None)


def test_the_highest_glibc_version_of_all_libraries_counts(read: Read) -> None:
    facts = read(
        Elf(
            interpreter=GLIBC,
            needed=["libm.so.6", "libc.so.6"],
            versions={
                "libm.so.6": ["GLIBC_2.2.5", "GLIBC_2.29"],
                "libc.so.6": ["GLIBC_2.3.4", "GLIBC_2.4", "GLIBC_2.10", "GLIBC_PRIVATE"],
            },
        ).build()
    )
    assert facts.glibc == (2, 29)
    assert facts.needed == ("libm.so.6", "libc.so.6")
    assert facts.interpreter == GLIBC
    assert facts.system is System.LINUX


def test_versions_compare_as_numbers(read: Read) -> None:
    versions = {"libc.so.6": ["GLIBC_2.9", "GLIBC_2.17"]}
    stub = Elf(interpreter=GLIBC, needed=["libc.so.6"], versions=versions)
    assert read(stub.build()).glibc == (2, 17)


def test_packed_relocations_need_a_glibc_that_knows_them(read: Read) -> None:
    versions = {"libc.so.6": ["GLIBC_2.2.5", "GLIBC_ABI_DT_RELR"]}
    stub = Elf(interpreter=GLIBC, needed=["libc.so.6"], versions=versions)
    assert read(stub.build()).glibc == (2, 36)


def test_versions_of_other_libraries_are_kept_apart(read: Read) -> None:
    versions = {"libstdc++.so.6": ["GLIBCXX_3.4.29", "CXXABI_1.3"], "libc.so.6": ["GLIBC_2.17"]}
    stub = Elf(interpreter=GLIBC, needed=list(versions), versions=versions)
    facts = read(stub.build())
    assert facts.glibc == (2, 17)
    assert facts.symbol_versions == ("CXXABI_1.3", "GLIBCXX_3.4.29")


def test_a_musl_interpreter_means_musl(read: Read) -> None:
    facts = read(Elf(interpreter=MUSL, needed=["libc.musl-x86_64.so.1"]).build())
    assert (facts.system, facts.libc, facts.glibc) == (System.LINUX, Libc.MUSL, None)


@pytest.mark.parametrize(
    ("interpreter", "system", "libc"),
    [
        ("/lib/ld-linux.so.2", System.LINUX, Libc.GLIBC),
        ("/lib/ld-linux-armhf.so.3", System.LINUX, Libc.GLIBC),
        ("/lib/ld-linux-riscv64-lp64d.so.1", System.LINUX, Libc.GLIBC),
        ("/lib64/ld64.so.2", System.LINUX, Libc.GLIBC),
        ("/lib/ld64.so.1", System.LINUX, Libc.GLIBC),
        ("/nix/store/abc-glibc/lib/ld-linux-x86-64.so.2", System.LINUX, Libc.GLIBC),
        ("/lib/ld-musl-armhf.so.1", System.LINUX, Libc.MUSL),
        ("/lib/ld-uClibc.so.0", System.LINUX, None),
        ("/system/bin/linker64", System.ANDROID, Libc.BIONIC),
        ("/libexec/ld-elf.so.1", System.FREEBSD, None),
        ("/usr/libexec/ld.elf_so", System.NETBSD, None),
        ("/usr/libexec/ld.so", System.OPENBSD, None),
        ("/usr/libexec/ld-elf.so.2", System.DRAGONFLY, None),
        ("/lib/amd64/ld.so.1", System.SOLARIS, None),
        ("/somewhere/loader", None, None),
    ],
)
def test_the_interpreter_tells_the_system_and_the_c_library(
    read: Read, interpreter: str, system: System | None, libc: Libc | None
) -> None:
    facts = read(Elf(interpreter=interpreter, needed=["libc.so"]).build())
    assert (facts.system, facts.libc) == (system, libc)


@pytest.mark.parametrize(
    ("osabi", "system"),
    [(0, None), (3, System.LINUX), (2, System.NETBSD), (9, System.FREEBSD), (12, System.OPENBSD)],
)
def test_the_osabi_field_tells_the_system(read: Read, osabi: int, system: System | None) -> None:
    assert read(Elf(osabi=osabi).build()).system is system


@pytest.mark.parametrize(
    ("name", "value", "system"),
    [
        ("GNU", struct.pack("<4I", 0, 3, 2, 0), System.LINUX),
        ("GNU", struct.pack("<4I", 3, 0, 0, 0), System.FREEBSD),
        ("NetBSD", struct.pack("<I", 700000000), System.NETBSD),
        ("OpenBSD", struct.pack("<I", 0), System.OPENBSD),
        ("FreeBSD", struct.pack("<I", 1203000), System.FREEBSD),
        ("DragonFly", struct.pack("<I", 500000), System.DRAGONFLY),
        ("Go", b"\1\0\0\0", None),
        ("GNU", b"", None),
    ],
)
def test_a_note_tells_the_system(
    read: Read, name: str, value: bytes, system: System | None
) -> None:
    assert read(Elf(notes=[("Go", 4, b"id"), (name, 1, value)]).build()).system is system


def test_notes_are_read_in_the_byte_order_of_the_file(read: Read) -> None:
    notes = [("GNU", 1, struct.pack(">4I", 0, 3, 2, 0))]
    assert read(Elf(machine=22, order=">", notes=notes).build()).system is System.LINUX


def test_the_android_note_tells_the_api_level(read: Read) -> None:
    notes = [("Android", 1, struct.pack("<I", 29) + b"r26d".ljust(64, b"\0"))]
    facts = read(Elf(machine=183, interpreter="/system/bin/linker64", notes=notes).build())
    assert (facts.system, facts.min_os) == (System.ANDROID, (29, 0))


@pytest.mark.parametrize(
    ("flags", "interpreter", "soft"),
    [
        (0x5000002, "", False),
        (0x5000400, "/lib/ld-linux-armhf.so.3", False),
        (0x5000200, "", True),
        (0x5000000, "/lib/ld-linux.so.3", True),
        (0x5000000, "/lib/ld-musl-arm.so.1", True),
    ],
)
def test_arm_tells_how_it_passes_floating_point_numbers(
    read: Read, flags: int, interpreter: str, soft: bool
) -> None:
    facts = read(Elf(machine=40, bits=32, flags=flags, interpreter=interpreter).build())
    assert facts.soft_float is soft


def test_a_library_name_that_would_drive_a_terminal_is_escaped(read: Read) -> None:
    facts = read(Elf(interpreter=GLIBC, needed=["lib\x1b[31mx.so"]).build())
    assert facts.needed == ("lib\\x1b[31mx.so",)


@pytest.mark.parametrize(
    ("stub", "what"),
    [
        (Elf(type=3, dynamic=True), "a shared library"),
        (Elf(type=3, needed=["libc.so.6"]), "a shared library"),
        (Elf(type=3, interpreter=GLIBC, soname="libc.so.6"), "a shared library"),
        (Elf(type=1), "an object file"),
        (Elf(type=4), "a core dump"),
        (Elf(type=0), "an ELF file of another kind"),
        (Elf(entry=0), "without an entry point"),
    ],
)
def test_what_is_no_program_is_named(refusal: Refusal, stub: Elf, what: str) -> None:
    message = refusal(stub.build())
    assert what in message
    assert message.endswith("not an executable.")


def test_libraries_that_nothing_loads_are_damage(refusal: Refusal) -> None:
    assert "nothing that loads them" in refusal(Elf(needed=["libc.so.6"]).build())


def test_a_table_of_segments_that_no_system_loads_is_damage(refusal: Refusal) -> None:
    stub = bytearray(Elf().build())
    stub[54:56] = struct.pack("<H", 1)  # e_phentsize
    assert "program headers" in refusal(bytes(stub))


def test_a_chain_of_versions_without_end_is_damage(refusal: Refusal) -> None:
    stub = Elf(
        interpreter=GLIBC, needed=["libc.so.6"], versions={"libc.so.6": ["GLIBC_2.17"]}
    ).build()
    # One library with one version becomes one with 65,535, each of which is the same.
    assert stub.count(struct.pack("<HH", 1, 1)) == 1
    endless = stub.replace(struct.pack("<HH", 1, 1), struct.pack("<HH", 1, 0xFFFF))
    assert "no end" in refusal(endless)
