"""The bytes of a ZIP file (wheel/zip.py)."""

from __future__ import annotations

import io
import mmap
import stat
import struct
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from go_to_wheel.errors import WheelError
from go_to_wheel.wheel.zip import ZipWriter

NAMES = st.text("abc/é漢 ._-", min_size=1, max_size=20)
# Random bytes grow when they are deflated, repeated ones shrink.
CONTENTS = st.binary(max_size=300) | st.builds(
    lambda unit, times: unit * times, st.binary(max_size=20), st.integers(0, 500)
)
MODES = st.sampled_from([0o100644, 0o100755])
MEMBERS = st.dictionaries(NAMES, st.tuples(CONTENTS, MODES), max_size=8)
Members = dict[str, tuple[bytes, int]]


def written(members: Members, epoch: int = 315_532_800) -> bytes:
    stream = io.BytesIO()
    archive = ZipWriter(stream=stream, epoch=epoch)
    for name, (content, mode) in members.items():
        archive.add(name, content, mode=mode)
    archive.finish()
    return stream.getvalue()


@given(MEMBERS)
@example({"empty": (b"", 0o100644)})
@example({})
def test_zipfile_reads_back_every_member(members: Members) -> None:
    with zipfile.ZipFile(io.BytesIO(written(members))) as archive:
        assert archive.namelist() == list(members)  # in the order in which they came
        assert archive.testzip() is None
        for name, (content, mode) in members.items():
            info = archive.getinfo(name)
            assert archive.read(info) == content
            assert info.file_size == len(content)
            assert info.external_attr == mode << 16
            assert stat.S_ISREG(info.external_attr >> 16)
            assert info.create_system == 3  # Unix, so that the mode counts


@given(MEMBERS)
def test_nothing_is_in_it_that_the_index_refuses(members: Members) -> None:
    data = written(members)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.comment == b""
        for info in archive.infolist():
            assert info.comment == info.extra == b""
            assert info.flag_bits & ~0x800 == 0  # no data descriptor, no encryption
            assert info.compress_type in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
            assert info.extract_version == 20
            assert info.internal_attr == 0
            assert info.volume == 0
    assert data.count(b"PK\x05\x06", len(data) - 22) == 1  # it ends with the end record


@given(MEMBERS)
def test_local_headers_say_what_the_directory_says(members: Members) -> None:
    data = written(members)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            fields = struct.unpack_from("<4sHHHHHIIIHH", data, info.header_offset)
            magic, version, flags, method, _, _, crc, packed, size, name_length, extra = fields
            assert magic == b"PK\x03\x04"
            assert (version, flags, method) == (20, info.flag_bits, info.compress_type)
            assert (crc, packed, size) == (info.CRC, info.compress_size, info.file_size)
            start = info.header_offset + 30
            assert data[start : start + name_length].decode() == info.filename
            assert extra == 0


@given(MEMBERS)
def test_the_same_members_give_the_same_bytes(members: Members) -> None:
    assert written(members) == written(members)


@given(CONTENTS)
@example(b"")
@example(b"a")
def test_what_does_not_shrink_is_stored(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(written({"x": (content, 0o100644)}))) as archive:
        info = archive.getinfo("x")
    if info.compress_type == zipfile.ZIP_STORED:
        assert info.compress_size == info.file_size
    else:
        assert info.compress_size < info.file_size


def test_what_shrinks_is_deflated_better_than_by_zlib() -> None:
    content = b"".join(f"line {number % 97}: {number}\n".encode() for number in range(5000))
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("x", content)
    assert len(written({"x": (content, 0o100644)})) < len(plain.getvalue())


@pytest.mark.parametrize(
    ("epoch", "moment"),
    [
        (315_532_800, (1980, 1, 1, 0, 0, 0)),
        (1_700_000_001, (2023, 11, 14, 22, 13, 20)),  # two seconds are one step
        (0, (1980, 1, 1, 0, 0, 0)),  # before the format's time begins
        (10**17, (2107, 12, 31, 23, 59, 58)),  # after it has ended
    ],
)
def test_every_member_has_the_time_asked_for(epoch: int, moment: tuple[int, ...]) -> None:
    members = {"a": (b"1", 0o100644), "b": (b"2" * 99, 0o100755)}
    with zipfile.ZipFile(io.BytesIO(written(members, epoch))) as archive:
        assert {info.date_time for info in archive.infolist()} == {moment}


@given(st.integers(min_value=315_532_800, max_value=4_354_819_198))
def test_any_time_of_the_format_is_kept_in_utc(epoch: int) -> None:
    with zipfile.ZipFile(io.BytesIO(written({"a": (b"", 0o100644)}, epoch))) as archive:
        kept = datetime(*archive.getinfo("a").date_time, tzinfo=UTC)
    assert kept.timestamp() == epoch - epoch % 2


def test_only_names_beyond_ascii_are_marked_as_utf_8() -> None:
    members = {"plain.txt": (b"", 0o100644), "größe/漢.txt": (b"", 0o100644)}
    with zipfile.ZipFile(io.BytesIO(written(members))) as archive:
        assert [info.flag_bits for info in archive.infolist()] == [0, 0x800]


def test_mapped_files_are_written_like_bytes(tmp_path: Path) -> None:
    content = bytes(range(256)) * 500
    path = tmp_path / "file"
    path.write_bytes(content)
    stream = io.BytesIO()
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        archive = ZipWriter(stream=stream, epoch=0)
        archive.add("x", mapped, mode=0o100755)
        archive.finish()
    assert stream.getvalue() == written({"x": (content, 0o100755)})


def test_a_name_too_long_for_the_format_is_refused() -> None:
    archive = ZipWriter(stream=io.BytesIO(), epoch=0)
    archive.add("é" * 32_767, b"", mode=0o100644)
    with pytest.raises(WheelError, match="too long"):
        archive.add("é" * 32_768, b"", mode=0o100644)


def test_more_members_than_the_format_counts_are_refused() -> None:
    archive = ZipWriter(stream=io.BytesIO(), epoch=0)
    for number in range(0xFFFF):
        archive.add(str(number), b"", mode=0o100644)
    with pytest.raises(WheelError, match="too many"):
        archive.add("one more", b"", mode=0o100644)


def test_a_member_too_large_for_the_format_is_refused() -> None:
    class Huge(bytes):
        def __len__(self) -> int:
            return 0xFFFF_FFFF

    with pytest.raises(WheelError, match="too large for a wheel"):
        ZipWriter(stream=io.BytesIO(), epoch=0).add("x", Huge(), mode=0o100644)
