from __future__ import annotations

import io
import os
import struct
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from go_to_wheel.check import Level, check_wheel
from go_to_wheel.errors import InvalidWheelError
from unit.check.wheels import (
    BZIP2,
    INFO,
    LINUX,
    PROGRAM,
    STORED,
    Packed,
    Wheel,
    elf,
    pack,
    pure,
    rules_of,
    with_program,
)

MEMBER = "tool/__init__.py"


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        pytest.param({"method": BZIP2}, "zip-compression", id="bzip2"),
        pytest.param({"method": 99, "packed": b"?"}, "zip-compression", id="unknown-method"),
        pytest.param({"flags": 0x1}, "zip-encrypted", id="encrypted"),
        pytest.param({"flags": 0x40}, "zip-encrypted", id="strongly-encrypted"),
        pytest.param(
            {"flags": 0x8, "descriptor": b"PK\x07\x08" + bytes(12)},
            "zip-data-descriptor",
            id="descriptor",
        ),
        pytest.param({"comment": b"hello"}, "zip-comment", id="comment"),
        pytest.param({"local_name": b"tool/__main__.py"}, "zip-headers", id="other-name"),
        pytest.param({"local_flags": 0x1}, "zip-headers", id="other-encryption"),
        pytest.param({"local_size": 5}, "zip-headers", id="other-size"),
        pytest.param({"extra": b"\x01"}, "zip-headers", id="extra-cut-off"),
        pytest.param({"extra": b"\x01\0\0\0" * 2}, "zip-headers", id="extra-twice"),
        pytest.param({"extra": b"\x75\x70\x06\0\x01\0\0\0\0\x07"}, "zip-headers", id="extra-path"),
        pytest.param({"padding": b"hidden"}, "zip-layout", id="hidden-bytes"),
        pytest.param({"crc": 1}, "zip-bytes", id="crc"),
        pytest.param({"packed": b"\xff\xff"}, "zip-bytes", id="broken-deflate"),
        pytest.param({"packed": b""}, "zip-bytes", id="empty-deflate"),
        pytest.param({"packed": b"\x03\0more"}, "zip-bytes", id="bytes-after-deflate"),
        pytest.param({"size": 3}, "zip-bytes", id="more-than-declared"),
        pytest.param({"size": 300}, "zip-bytes", id="less-than-declared"),
    ],
)
def test_a_member_that_is_written_wrong_is_an_error(
    values: dict[str, object], rule: str, tmp_path: Path
) -> None:
    report = pure().changed(MEMBER, **values).check(tmp_path)

    assert rules_of(report) == {rule}
    assert report.errors[0].where == MEMBER


@pytest.mark.parametrize(
    ("wheel", "message"),
    [
        pytest.param(replace(pure(), prefix=b"#!/bin/sh\n"), "10 bytes stand before", id="prefix"),
        pytest.param(replace(pure(), suffix=b"more"), "4 bytes follow", id="suffix"),
        pytest.param(
            replace(pure(), change=lambda members: [*members[1:], members[0]], suffix=b"x"),
            "1 bytes follow",
            id="suffix-of-another-order",
        ),
    ],
)
def test_bytes_around_the_archive_are_an_error(wheel: Wheel, message: str, tmp_path: Path) -> None:
    report = wheel.check(tmp_path)

    assert rules_of(report) == {"zip-layout"}
    assert message in report.errors[0].message


def test_the_order_of_members_is_free(tmp_path: Path) -> None:
    report = replace(pure(), change=lambda members: members[::-1]).check(tmp_path)

    assert report.problems == ()


def test_a_comment_of_the_archive_is_a_warning(tmp_path: Path) -> None:
    (problem,) = replace(pure(), comment=b"made by hand").check(tmp_path).problems

    assert (problem.rule, problem.level) == ("zip-archive-comment", Level.WARNING)


def test_an_end_record_that_counts_wrong_is_an_error(tmp_path: Path) -> None:
    content = bytearray(pure().to_bytes())
    content[-12:-10] = struct.pack("<H", 3)  # the number of entries in the end record
    path = tmp_path / "tool-1.0-py3-none-any.whl"
    path.write_bytes(content)

    report = check_wheel(path)

    assert rules_of(report) == {"zip-layout"}
    assert "counts 3 members" in report.errors[0].message


def test_a_comment_that_is_cut_off_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "tool-1.0-py3-none-any.whl"
    path.write_bytes(replace(pure(), comment=b"made by hand").to_bytes()[:-4])

    report = check_wheel(path)

    assert rules_of(report) == {"zip-layout", "zip-archive-comment"}


def test_bytes_between_the_members_and_the_directory_are_an_error(tmp_path: Path) -> None:
    content = pure().to_bytes()
    (start,) = struct.unpack("<L", content[-6:-2])
    end = content[start:-6] + struct.pack("<L", start + 6) + content[-2:]
    path = tmp_path / "tool-1.0-py3-none-any.whl"
    path.write_bytes(content[:start] + b"hidden" + end)

    report = check_wheel(path)

    assert rules_of(report) == {"zip-layout"}
    assert report.errors[0].message.startswith("6 bytes")


def test_a_member_that_is_not_where_the_directory_says_is_an_error(tmp_path: Path) -> None:
    content = bytearray(pure().to_bytes())
    (start,) = struct.unpack("<L", content[-6:-2])
    content[start + 42 : start + 46] = struct.pack("<L", 7)
    path = tmp_path / "tool-1.0-py3-none-any.whl"
    path.write_bytes(content)

    report = check_wheel(path)

    assert rules_of(report) == {"zip-headers", "zip-layout"}


def test_members_that_share_bytes_are_not_unpacked(tmp_path: Path) -> None:
    content = pure().plus({"tool/big.bin": os.urandom(5000)}).to_bytes()
    overlapping = bytearray(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        big = archive.getinfo("tool/big.bin")
        start = archive.start_dir
    name = content.index(b"tool/__init__.py", start)
    overlapping[name - 4 : name] = struct.pack("<L", big.header_offset)
    overlapping[name - 26 : name - 22] = struct.pack("<L", big.compress_size)
    path = tmp_path / "tool-1.0-py3-none-any.whl"
    path.write_bytes(overlapping)

    report = check_wheel(path)

    assert rules_of(report) == {"zip-bomb", "zip-headers", "zip-layout"}
    assert any("before the member in front of it ends" in each.message for each in report.errors)


def test_zip64_is_read_where_a_writer_used_it(tmp_path: Path) -> None:
    wheel = pure()
    path = tmp_path / "tool-1.0-py3-none-any.whl"
    members = dict(wheel.files) | {f"{INFO}/RECORD": _record(wheel)}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o100644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w", force_zip64=True) as file:
                file.write(content)

    assert check_wheel(path).problems == ()


def test_a_large_member_that_is_stored_is_a_warning_with_the_saving(tmp_path: Path) -> None:
    program = elf() + b"\0" * 200_000
    wheel = with_program(program, LINUX).changed(PROGRAM, method=STORED)

    (problem,) = wheel.check(tmp_path).problems

    assert (problem.rule, problem.level) == ("zip-stored", Level.WARNING)
    assert f"of its {len(program)} bytes (100%)" in problem.message


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(os.urandom(100_000), id="nothing-to-save"),
        pytest.param(b"\0" * 60_000, id="small"),
    ],
)
def test_a_stored_member_is_no_fault_where_deflate_would_help_little(
    content: bytes, tmp_path: Path
) -> None:
    wheel = pure().plus({"tool/data.bin": content}).changed("tool/data.bin", method=STORED)

    assert wheel.check(tmp_path).problems == ()


def test_a_file_above_the_limit_of_the_index_is_an_error(tmp_path: Path) -> None:
    path = pure().write(tmp_path)
    with path.open("r+b") as stream:  # a sparse file: the trailing bytes take no room
        stream.truncate((100 << 20) + 1)
        stream.seek(0, os.SEEK_END)
        stream.write(pure().to_bytes())

    report = check_wheel(path)

    assert "file-size" in rules_of(report)
    (problem,) = [problem for problem in report.errors if problem.rule == "file-size"]
    assert "100.0 MiB" in problem.message
    assert "on request" in problem.hint


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    bomb = [Packed(name=f"tool/{n}.bin", packed=bytes(1000), size=(4 << 30) - 2) for n in range(10)]

    report = replace(pure(), change=lambda members: [*members, *bomb]).check(tmp_path)

    (problem,) = [problem for problem in report.errors if problem.rule == "zip-bomb"]
    assert "unpack to 4294967" in problem.message
    # Nothing is said about what was not looked at.
    assert rules_of(report) == {"zip-bomb"}


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"PK\x03\x04", id="only-the-magic"),
        pytest.param(b"\x7fELF" + bytes(1000), id="no-archive"),
        pytest.param(pure().to_bytes()[:-30], id="cut-off"),
        pytest.param(pure().to_bytes()[100:], id="beginning-lost"),
        pytest.param(b"PK\x05\x06" + bytes(8) + b"\xff" * 8 + bytes(2), id="directory-nowhere"),
        pytest.param(pack([Packed(name="a" * 5000)]), id="a-name-longer-than-any-path"),
    ],
)
def test_what_is_no_archive_raises_a_clear_error(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "tool-1.0-py3-none-any.whl"
    path.write_bytes(content)

    with pytest.raises(InvalidWheelError) as caught:
        check_wheel(path)

    assert "ZIP archive" in caught.value.message
    assert caught.value.hint


def test_a_folder_or_nothing_in_place_of_the_file_raises_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(InvalidWheelError, match="no regular file"):
        check_wheel(tmp_path)
    with pytest.raises(InvalidWheelError, match="cannot be read: No such file"):
        check_wheel(tmp_path / "tool-1.0-py3-none-any.whl")


def test_an_empty_archive_is_a_wheel_without_anything(tmp_path: Path) -> None:
    path = tmp_path / "tool-1.0-py3-none-any.whl"
    path.write_bytes(pack([]))

    assert rules_of(check_wheel(path)) == {"dist-info", "record-missing"}


def _record(wheel: Wheel) -> bytes:
    with zipfile.ZipFile(io.BytesIO(wheel.to_bytes())) as archive:
        return archive.read(f"{INFO}/RECORD")
