from __future__ import annotations

import struct
from pathlib import Path

import pytest

from go_to_wheel.binary import read_binary
from go_to_wheel.model import BinaryFormat
from go_to_wheel.targets import Arch, System
from helpers.binaries import LIBSYSTEM, Macho, build_info, universal

from .conftest import Read, Refusal

ARM64, X86_64 = 0x0100000C, 0x01000007


def test_a_go_binary_for_apple_silicon_is_read(read: Read) -> None:
    facts = read(Macho(signed=True, data=build_info("go1.27.3")).build())
    assert facts.format is BinaryFormat.MACHO
    assert (facts.system, facts.arch, facts.min_os) == (System.DARWIN, Arch.ARM64, (13, 0))
    assert facts.needed == (LIBSYSTEM,)
    assert facts.has_uuid
    assert facts.signed
    assert not facts.static
    assert facts.build_info is not None
    assert facts.build_info.go_version == "go1.27.3"


@pytest.mark.parametrize(
    ("cpu", "subtype", "arch"),
    [
        (ARM64, 0, Arch.ARM64),
        (ARM64, 1, Arch.ARM64),
        (ARM64, 0x80000002, None),  # arm64e
        (X86_64, 3, Arch.AMD64),
        (X86_64, 0x80000003, Arch.AMD64),  # with a capability bit
        (X86_64, 8, None),  # x86_64h
        (7, 3, Arch.I386),
        (18, 0, None),  # PowerPC
    ],
)
def test_the_architecture_comes_from_cpu_type_and_subtype(
    read: Read, cpu: int, subtype: int, arch: Arch | None
) -> None:
    assert read(Macho(cpu=cpu, subtype=subtype).build()).arch is arch


def test_a_big_endian_header_is_read(read: Read) -> None:
    facts = read(Macho(cpu=18, order=">", minos=(10, 4)).build())
    assert facts.min_os == (10, 4)


def test_the_old_command_for_the_minimal_macos_is_read(read: Read) -> None:
    facts = read(Macho(platform=None, old_minos=(10, 13)).build())
    assert (facts.system, facts.min_os) == (System.DARWIN, (10, 13))


@pytest.mark.parametrize(
    ("platform", "system"), [(1, System.DARWIN), (2, System.IOS), (7, System.IOS), (3, None)]
)
def test_the_platform_is_read(read: Read, platform: int, system: System | None) -> None:
    assert read(Macho(platform=platform).build()).system is system


def test_macos_wins_where_a_binary_is_for_several_platforms(read: Read) -> None:
    facts = read(Macho(platform=6, minos=(14, 2), old_minos=(10, 15)).build())
    assert (facts.system, facts.min_os) == (System.DARWIN, (10, 15))


def test_without_a_version_command_the_minimal_macos_is_unknown(read: Read) -> None:
    facts = read(Macho(platform=None, uuid=False, libraries=()).build())
    assert (facts.system, facts.min_os) == (System.DARWIN, None)
    assert not facts.has_uuid
    assert not facts.signed


@pytest.mark.parametrize("wide", [False, True])
def test_a_universal_binary_gives_facts_per_architecture(tmp_path: Path, wide: bool) -> None:
    path = tmp_path / "tool"
    intel = Macho(cpu=X86_64, subtype=3, minos=(10, 15), data=build_info("go1.22.1"))
    apple = Macho(minos=(11, 0), data=build_info("go1.27.3"))
    path.write_bytes(universal([intel.build(), apple.build()], wide=wide))
    facts = read_binary(path)
    assert [fact.arch for fact in facts] == [Arch.AMD64, Arch.ARM64]
    assert [fact.min_os for fact in facts] == [(10, 15), (11, 0)]
    versions = [fact.build_info.go_version for fact in facts if fact.build_info]
    assert versions == ["go1.22.1", "go1.27.3"]


@pytest.mark.parametrize(
    ("filetype", "what"),
    [(1, "an object file"), (6, "a shared library for macOS"), (8, "a plug-in bundle"), (99, "of")],
)
def test_what_is_no_program_is_named(refusal: Refusal, filetype: int, what: str) -> None:
    assert what in refusal(Macho(filetype=filetype).build())


def test_a_java_class_file_is_no_universal_binary(refusal: Refusal) -> None:
    assert "Java class" in refusal(b"\xca\xfe\xba\xbe" + struct.pack(">2H", 0, 65) + bytes(64))


def test_slices_may_not_share_bytes(refusal: Refusal) -> None:
    head = struct.pack(">2I", 0xCAFEBABE, 2)
    part = Macho().build()
    same = struct.pack(">5I", ARM64, 0, 64, len(part), 6)
    assert "larger than the file" in refusal((head + same * 2).ljust(64, b"\0") + part)


def test_a_universal_archive_is_named(refusal: Refusal) -> None:
    head = struct.pack(">7I", 0xCAFEBABE, 1, ARM64, 0, 28, 64, 2)
    assert "archive of object files" in refusal(head + b"!<arch>\n".ljust(64, b"\0"))


def test_a_load_command_of_no_size_is_damage(refusal: Refusal) -> None:
    stub = bytearray(Macho().build())
    stub[36:40] = bytes(4)
    assert "impossible size" in refusal(bytes(stub))
