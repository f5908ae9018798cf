from __future__ import annotations

import struct
from pathlib import Path

import pytest

from go_to_wheel.binary.codesign import CodeSignature, verify_code_signature
from go_to_wheel.errors import InvalidBinaryError
from go_to_wheel.targets import Arch
from helpers.binaries import PAGE, Elf, Macho, code_signature, universal

COVERED = 2 * PAGE - PAGE // 2


def verify(tmp_path: Path, data: bytes) -> CodeSignature:
    path = tmp_path / "tool"
    path.write_bytes(data)
    (signature,) = verify_code_signature(path)
    return signature


def signed_with(signature: bytes) -> bytes:
    """The signed stub with another signature behind it, of the size that its header names."""
    stub = Macho(signed=True).build()
    return stub[:COVERED] + signature.ljust(len(stub) - COVERED, b"\0")


def test_an_ad_hoc_signature_that_fits_is_valid(tmp_path: Path) -> None:
    signature = verify(tmp_path, Macho(signed=True).build())
    assert signature == CodeSignature(arch=Arch.ARM64, present=True, ad_hoc=True, pages=2)
    assert signature.valid


def test_a_binary_without_signature_is_not_valid(tmp_path: Path) -> None:
    signature = verify(tmp_path, Macho().build())
    assert signature == CodeSignature(arch=Arch.ARM64, present=False)
    assert not signature.valid


@pytest.mark.parametrize(("at", "page"), [(600, 0), (PAGE + 10, 1), (COVERED - 1, 1)])
def test_a_changed_byte_breaks_its_page(tmp_path: Path, at: int, page: int) -> None:
    stub = bytearray(Macho(signed=True).build())
    stub[at] ^= 1
    signature = verify(tmp_path, bytes(stub))
    assert signature.problem == f"does not fit 1 of 2 pages; the first is page {page}"
    assert not signature.valid


def test_a_byte_of_the_signature_itself_is_not_covered_by_it(tmp_path: Path) -> None:
    assert verify(tmp_path, signed_with(code_signature(Macho(signed=True).build()[:COVERED]))).valid


def test_a_signature_that_is_cut_off_is_a_problem(tmp_path: Path) -> None:
    stub = Macho(signed=True).build()
    assert verify(tmp_path, stub[:-1]).problem == "is cut short"
    assert verify(tmp_path, stub[:COVERED]).problem == "is cut short"


def test_a_signature_of_zeros_is_a_problem(tmp_path: Path) -> None:
    assert "form" in verify(tmp_path, signed_with(b"")).problem


def test_a_signature_of_fewer_bytes_is_a_problem(tmp_path: Path) -> None:
    image = Macho(signed=True).build()[:PAGE]
    problem = verify(tmp_path, signed_with(code_signature(image))).problem
    assert problem == f"covers only the first {PAGE} of {COVERED} bytes"


def test_a_signature_that_covers_itself_is_a_problem(tmp_path: Path) -> None:
    image = Macho(signed=True).build()[: COVERED + 100]
    assert verify(tmp_path, signed_with(code_signature(image))).problem == "covers itself"


@pytest.mark.parametrize(
    ("offset", "value", "problem"),
    [
        (20 + 28, 3, "one hash for each page"),
        (20 + 28, 0xFFFFFFFF, "one hash for each page"),
        (20 + 32, COVERED + PAGE, "one hash for each page"),
        (20 + 16, 0xFFFFFF00, "is cut short"),
        (20 + 36, 0x2009000C, "no hashes that macOS knows"),
        (20 + 36, 0x2002001F, "pages of a size"),
        (20 + 36, 0x1402000C, "not in the form"),
        (20 + 44, 8, "not in the form"),
        (20, 0xFADE0B01, "not in the form"),
        (8, 65, "not in the form"),
        (16, 0xFFFFFFF0, "is cut short"),
        (12, 5, "no hashes that macOS knows"),
    ],
)
def test_a_field_that_is_wrong_is_a_problem(
    tmp_path: Path, offset: int, value: int, problem: str
) -> None:
    signature = bytearray(code_signature(Macho(signed=True).build()[:COVERED]))
    signature[offset : offset + 4] = struct.pack(">I", value)
    assert problem in verify(tmp_path, signed_with(bytes(signature))).problem


def test_every_architecture_has_its_own_signature(tmp_path: Path) -> None:
    path = tmp_path / "tool"
    intel = Macho(cpu=0x01000007, subtype=3)
    path.write_bytes(universal([intel.build(), Macho(signed=True).build()]))
    assert [(each.arch, each.valid) for each in verify_code_signature(path)] == [
        (Arch.AMD64, False),
        (Arch.ARM64, True),
    ]


def test_a_file_for_another_system_has_no_signature(tmp_path: Path) -> None:
    path = tmp_path / "tool"
    path.write_bytes(Elf().build())
    with pytest.raises(InvalidBinaryError, match="not an executable for macOS"):
        verify_code_signature(path)
