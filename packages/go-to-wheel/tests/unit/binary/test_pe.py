from __future__ import annotations

import struct

import pytest

from go_to_wheel.model import BinaryFormat
from go_to_wheel.targets import Arch, System
from helpers.binaries import Pe, build_info

from .conftest import Read, Refusal


def test_a_go_binary_for_windows_is_read(read: Read) -> None:
    facts = read(Pe(libraries=["kernel32.dll", "ws2_32.dll"], data=build_info("go1.27.3")).build())
    assert facts.format is BinaryFormat.PE
    assert (facts.system, facts.arch, facts.min_os) == (System.WINDOWS, Arch.AMD64, (6, 1))
    assert facts.needed == ("kernel32.dll", "ws2_32.dll")
    assert not facts.static
    assert not facts.signed
    assert facts.build_info is not None
    assert facts.build_info.go_version == "go1.27.3"


@pytest.mark.parametrize(
    ("machine", "arch"),
    [
        (0x8664, Arch.AMD64),
        (0x14C, Arch.I386),
        (0xAA64, Arch.ARM64),
        (0x1C4, Arch.ARM),
        (0x200, None),  # Itanium
    ],
)
def test_the_architecture_is_the_machine_field(read: Read, machine: int, arch: Arch | None) -> None:
    facts = read(Pe(machine=machine).build())
    assert facts.arch is arch
    assert facts.needed == ("kernel32.dll",)


def test_a_window_program_is_a_program(read: Read) -> None:
    assert read(Pe(subsystem=2, version=(10, 0)).build()).min_os == (10, 0)


def test_a_certificate_table_means_signed(read: Read) -> None:
    assert read(Pe(certificates=True).build()).signed


def test_a_program_without_imports_is_read(read: Read) -> None:
    assert read(Pe(libraries=()).build()).needed == ()


@pytest.mark.parametrize(
    ("stub", "what"),
    [
        (Pe(characteristics=0x2022), "a Windows library (DLL)"),
        (Pe(characteristics=0x0020), "an object file"),
        (Pe(subsystem=1), "a Windows driver"),
        (Pe(subsystem=10), "an EFI program"),
        (Pe(subsystem=14), "another system"),
    ],
)
def test_what_is_no_program_is_named(refusal: Refusal, stub: Pe, what: str) -> None:
    message = refusal(stub.build())
    assert what in message
    assert message.endswith("not an executable.")


def test_a_dos_program_is_named(refusal: Refusal) -> None:
    assert "DOS" in refusal(b"MZ".ljust(256, b"\x90"))


def test_imports_without_end_are_damage(refusal: Refusal) -> None:
    libraries = [f"a{number}.dll" for number in range(600)]
    assert "more than 512 libraries" in refusal(Pe(libraries=libraries).build())


def test_more_sections_than_windows_loads_are_damage(refusal: Refusal) -> None:
    stub = Pe().build()
    count = stub.index(b"PE\0\0") + 6
    assert "97 sections" in refusal(stub[:count] + struct.pack("<H", 97) + stub[count + 2 :])
