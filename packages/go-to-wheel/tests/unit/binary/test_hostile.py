"""Whatever the bytes are, the parsers read them or raise the product's own error."""

from __future__ import annotations

import contextlib
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from go_to_wheel.binary import read_binary
from go_to_wheel.binary.codesign import verify_code_signature
from go_to_wheel.binary.image import MAX_READ
from go_to_wheel.errors import InvalidBinaryError
from helpers.binaries import Elf, Macho, Pe, build_info, universal

INFO = build_info("go1.27.3", ["path\ta.b/c", "mod\ta.b/c\tv1.0.0", "build\tGOOS=linux"])

DYNAMIC = Elf(
    interpreter="/lib64/ld-linux-x86-64.so.2",
    needed=["libm.so.6", "libc.so.6"],
    versions={"libm.so.6": ["GLIBC_2.29"], "libc.so.6": ["GLIBC_2.2.5", "GLIBC_2.34"]},
    notes=[("GNU", 1, bytes(16)), ("Go", 4, b"id")],
    data=INFO,
)

STUBS = [
    DYNAMIC.build(),
    Elf(machine=40, bits=32, data=INFO).build(),
    Elf(machine=22, order=">", type=3, pie=True, data=INFO).build(),
    Macho(data=INFO).build(),
    Macho(cpu=7, subtype=3, order=">", data=INFO).build(),
    universal([Macho(data=INFO).build(), Macho(cpu=0x01000007, subtype=3).build()]),
    Pe(data=INFO).build(),
    Pe(machine=0x14C, certificates=True).build(),
]

# What length and offset fields are broken with.
EXTREMES = [
    *(b"\0", b"\1", b"\x7f", b"\x80", b"\xff", b"\0\0\0\0", b"\xff\xff\xff\xff"),
    *(b"\xff\xff\xff\x7f", b"\x7f\xff\xff\xff", b"\0\0\1\0", b"\xff" * 8, b"\xff" * 7 + b"\x7f"),
]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile") / "tool"


def survive(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    with contextlib.suppress(InvalidBinaryError):
        assert read_binary(path)
    with contextlib.suppress(InvalidBinaryError):
        assert verify_code_signature(path)


@given(stub=st.sampled_from(STUBS), cut=st.integers(0, 2000))
def test_a_file_cut_anywhere_is_read_or_refused(path: Path, stub: bytes, cut: int) -> None:
    survive(path, stub[:cut])


@given(
    stub=st.sampled_from(STUBS),
    changes=st.lists(
        st.tuples(
            st.integers(0, 900), st.sampled_from(EXTREMES) | st.binary(min_size=1, max_size=8)
        ),
        min_size=1,
        max_size=6,
    ),
)
def test_a_file_with_changed_fields_is_read_or_refused(
    path: Path, stub: bytes, changes: list[tuple[int, bytes]]
) -> None:
    data = bytearray(stub)
    for at, value in changes:
        data[at : at + len(value)] = value
    survive(path, bytes(data))


@given(
    magic=st.sampled_from(sorted({stub[:4] for stub in STUBS} | {b"\xca\xfe\xba\xbf", b"MZ"})),
    rest=st.binary(max_size=600),
)
def test_random_bytes_behind_a_magic_are_read_or_refused(
    path: Path, magic: bytes, rest: bytes
) -> None:
    survive(path, magic + rest)


@given(st.binary(max_size=300))
def test_random_bytes_are_read_or_refused(path: Path, data: bytes) -> None:
    survive(path, data)


@given(stub=st.sampled_from([Macho(signed=True).build()]), data=st.data())
def test_a_changed_signature_never_stops_the_check(
    path: Path, stub: bytes, data: st.DataObject
) -> None:
    start = 4096 + 2048
    at = data.draw(st.integers(start, len(stub) - 1))
    value = data.draw(st.sampled_from(EXTREMES))
    survive(path, stub[:at] + value + stub[at + len(value) :])


def test_every_single_byte_of_a_header_may_be_wrong(path: Path) -> None:
    for stub in (DYNAMIC.build(), Macho().build()):
        for at in range(min(len(stub), 512)):
            for value in (0, 0x7F, 0xFF):
                survive(path, stub[:at] + bytes([value]) + stub[at + 1 :])


def test_segments_that_all_cover_the_file_are_searched_once(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from go_to_wheel.binary.image import Image

    read, total = Image.read, 0

    def counted(self: Image, offset: int, size: int) -> bytes:
        nonlocal total
        total += size
        return read(self, offset, size)

    monkeypatch.setattr(Image, "read", counted)
    count, size = 1000, 4 * MAX_READ
    entry = struct.pack("<2I6Q", 1, 6, 0, 0x10000, 0, size, size, 16)
    header = bytearray(Elf().build()[:64])
    header[56:58] = struct.pack("<H", count)
    path.write_bytes((bytes(header) + entry * count).ljust(size, b"\xff"))
    assert read_binary(path)[0].build_info is None
    assert total < 2 * size


def test_a_field_that_names_a_huge_table_is_refused_unread(path: Path) -> None:
    stub = bytearray(Macho().build())
    stub[20:24] = struct.pack("<I", 2 * MAX_READ)  # sizeofcmds
    path.write_bytes(bytes(stub).ljust(4 * MAX_READ, b"\0"))
    with pytest.raises(InvalidBinaryError, match="2097152 bytes long"):
        read_binary(path)


def test_headers_of_a_windows_program_that_fill_the_file_are_refused(path: Path) -> None:
    stub = Pe().build()
    raw = stub.index(b".data") + 20
    data = stub[:raw] + struct.pack("<I", 3 * MAX_READ) + stub[raw + 4 :]
    path.write_bytes(data.ljust(4 * MAX_READ, b"\0"))
    with pytest.raises(InvalidBinaryError, match="bytes long"):
        read_binary(path)
