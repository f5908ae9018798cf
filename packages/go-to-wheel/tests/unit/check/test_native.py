from __future__ import annotations

import pytest

from go_to_wheel.check.native import HEAD_SIZE, Kind, sniff
from go_to_wheel.model import BinaryFormat
from helpers.binaries import Elf, Macho, Pe, universal

LOADER = "/lib64/ld-linux-x86-64.so.2"
DLL = 0x2022


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        pytest.param(Elf().build(), "tool", Kind.PROGRAM, id="elf"),
        pytest.param(Elf(type=3, interpreter=LOADER).build(), "tool", Kind.PROGRAM, id="elf-pie"),
        pytest.param(
            Elf(type=3, interpreter="/lib/ld-linux.so.2", bits=32, machine=3).build(),
            "tool",
            Kind.PROGRAM,
            id="elf-pie-of-32-bits",
        ),
        pytest.param(
            Elf(type=3, interpreter="/lib/ld64.so.1", order=">", machine=22).build(),
            "tool",
            Kind.PROGRAM,
            id="elf-pie-big-endian",
        ),
        pytest.param(Elf(type=3, dynamic=True).build(), "tool", Kind.LIBRARY, id="elf-library"),
        pytest.param(
            Elf(type=3, dynamic=True, bits=32, machine=3).build(),
            "tool",
            Kind.LIBRARY,
            id="elf-library-of-32-bits",
        ),
        pytest.param(Elf(type=3, interpreter=LOADER).build(), "libc.so.6", Kind.LIBRARY, id="libc"),
        pytest.param(Elf(type=1).build(), "tool.o", None, id="elf-object"),
        pytest.param(Macho().build(), "tool", Kind.PROGRAM, id="macho"),
        pytest.param(Macho(filetype=6).build(), "tool", Kind.LIBRARY, id="dylib"),
        pytest.param(Macho(filetype=8).build(), "tool", Kind.LIBRARY, id="bundle"),
        pytest.param(Macho(filetype=1).build(), "tool", None, id="macho-object"),
        pytest.param(universal([Macho().build()]), "tool", Kind.PROGRAM, id="universal"),
        pytest.param(universal([Macho().build()]), "a.dylib", Kind.LIBRARY, id="universal-dylib"),
        pytest.param(Pe().build(), "tool.exe", Kind.PROGRAM, id="pe"),
        pytest.param(Pe(characteristics=DLL).build(), "tool", Kind.LIBRARY, id="dll"),
        pytest.param(Pe(subsystem=10).build(), "boot.efi", None, id="efi"),
        pytest.param(Pe().build()[:100], "tool.exe", Kind.PROGRAM, id="pe-cut-off"),
        pytest.param(Pe().build()[:100], "tool.dll", Kind.LIBRARY, id="dll-cut-off"),
        pytest.param(b"\xca\xfe\xba\xbe\0\0\0\x41", "A.class", None, id="java"),
        pytest.param(b"#!/bin/sh\n", "tool", None, id="script"),
        pytest.param(b"", "tool", None, id="empty"),
    ],
)
def test_native_code_is_told_by_its_first_bytes(
    content: bytes, name: str, expected: Kind | None
) -> None:
    native = sniff(name, content[:HEAD_SIZE])

    assert (native and native.kind) == expected


def test_the_processor_is_told_apart() -> None:
    machines = {
        (native.format, native.machine)
        for native in (
            sniff("a", Elf(machine=62).build()),
            sniff("b", Elf(machine=183).build()),
            sniff("c", Macho().build()),
            sniff("d", Pe().build()),
            sniff("e", Pe(machine=0xAA64).build()),
        )
        if native
    }

    assert machines == {
        (BinaryFormat.ELF, 62),
        (BinaryFormat.ELF, 183),
        (BinaryFormat.MACHO, 0x0100000C),
        (BinaryFormat.PE, 0x8664),
        (BinaryFormat.PE, 0xAA64),
    }
