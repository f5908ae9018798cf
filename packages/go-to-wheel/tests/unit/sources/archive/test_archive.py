"""Archives are known by their bytes, listed, and unpacked member by member."""

from __future__ import annotations

import gzip
import io
import os
import stat
import tarfile
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from go_to_wheel.errors import ArchiveError, Cancelled, OutputError
from go_to_wheel.sources.archive import Limits, MemberKind, open_archive
from helpers.archives import (
    COMPRESSORS,
    FORMS,
    LINUX_AMD64,
    Entry,
    gz,
    hard_link,
    pack,
    program,
    symlink,
    tar,
    tar_header,
    text,
    zipped,
)

_ENTRIES = [text("tool/LICENSE"), program("tool/bin/tool"), text("tool/empty", "")]


def _put(folder: Path, data: bytes, name: str = "archive") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def _folder(name: str) -> Entry:
    return Entry(name=name, mode=0o755, type=tarfile.DIRTYPE)


@pytest.mark.parametrize("form", FORMS)
def test_an_archive_is_listed_in_its_own_order(form: str, tmp_path: Path) -> None:
    path = _put(tmp_path, pack(form, [_folder("tool"), *_ENTRIES]))
    with open_archive(path) as archive:
        assert [
            (member.name, member.size, member.executable, member.kind)
            for member in archive.members()
        ] == [
            ("tool/LICENSE", 10, False, MemberKind.FILE),
            ("tool/bin/tool", len(LINUX_AMD64), True, MemberKind.FILE),
            ("tool/empty", 0, False, MemberKind.FILE),
        ]
        assert not archive.is_single


@pytest.mark.parametrize("form", FORMS)
def test_members_are_unpacked_in_any_order_and_more_than_once(form: str, tmp_path: Path) -> None:
    path = _put(tmp_path, pack(form, _ENTRIES))
    with open_archive(path) as archive:
        members = archive.members()
        for number, member in enumerate([*members, *reversed(members)]):
            archive.extract(member, tmp_path / str(number))
    contents = [entry.content for entry in _ENTRIES]
    for number, content in enumerate([*contents, *reversed(contents)]):
        assert (tmp_path / str(number)).read_bytes() == content


@pytest.mark.parametrize("form", FORMS)
def test_the_name_of_the_file_means_nothing(form: str, tmp_path: Path) -> None:
    path = _put(tmp_path, pack(form, _ENTRIES), "tool_linux_amd64.exe")
    with open_archive(path) as archive:
        assert len(archive.members()) == len(_ENTRIES)


@pytest.mark.parametrize("layout", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_every_layout_of_tar_is_read_also_with_long_names(layout: int, tmp_path: Path) -> None:
    long = f"{'folder/' * 12}{'n' * 90}"
    path = _put(tmp_path, tar([program(long), text("after")], layout=layout))
    with open_archive(path) as archive:
        assert [member.name for member in archive.members()] == [long, "after"]
        archive.extract(archive.members()[1], tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b"some text\n"


def test_a_tar_without_a_magic_is_known_by_its_checksum(tmp_path: Path) -> None:
    block = bytearray(tar([program("tool")], layout=tarfile.USTAR_FORMAT))
    block[257:265] = bytes(8)
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block[:512])
    with open_archive(_put(tmp_path, bytes(block))) as archive:
        assert [member.name for member in archive.members()] == ["tool"]
        assert not archive.is_single


@pytest.mark.parametrize("ending", COMPRESSORS)
def test_a_file_compressed_alone_has_itself_as_its_member(ending: str, tmp_path: Path) -> None:
    path = _put(tmp_path, COMPRESSORS[ending](LINUX_AMD64), f"tool-linux.{ending}")
    with open_archive(path) as archive:
        (member,) = archive.members()
        assert archive.is_single
        assert member.name == "tool-linux"
        archive.extract(member, tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == LINUX_AMD64


@pytest.mark.parametrize("content", [LINUX_AMD64, b"#!/bin/sh\n", b"", b"\0" * 2000])
def test_any_other_file_is_its_own_member(content: bytes, tmp_path: Path) -> None:
    with open_archive(_put(tmp_path, content, "tool-linux-amd64")) as archive:
        (member,) = archive.members()
        assert (archive.is_single, member.name) == (True, "tool-linux-amd64")
        assert archive.head(member, 10) == content[:10]
        archive.extract(member, tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == content


def test_a_program_with_an_archive_behind_it_is_a_program(tmp_path: Path) -> None:
    """Programs carry files this way; unzip would open them."""
    path = _put(tmp_path, LINUX_AMD64 + zipped([text("inside")]))
    with open_archive(path) as archive:
        assert archive.is_single


@pytest.mark.parametrize("ending", COMPRESSORS)
def test_several_streams_one_after_the_other_are_one_file(ending: str, tmp_path: Path) -> None:
    half = len(LINUX_AMD64) // 2
    parts = (LINUX_AMD64[:half], b"", LINUX_AMD64[half:])
    packed = b"".join(COMPRESSORS[ending](part) for part in parts)
    with open_archive(_put(tmp_path, packed + bytes(512))) as archive:
        archive.extract(archive.members()[0], tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == LINUX_AMD64


def test_zstandard_may_begin_with_a_frame_to_skip(tmp_path: Path) -> None:
    skippable = b"\x50\x2a\x4d\x18\x04\0\0\0size"
    path = _put(tmp_path, skippable + pack("tar.zst", _ENTRIES))
    with open_archive(path) as archive:
        assert len(archive.members()) == 3


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_zip_members_may_be_stored_deflated_or_in_bzip2(method: int, tmp_path: Path) -> None:
    path = _put(tmp_path, zipped(_ENTRIES, method=method))
    with open_archive(path) as archive:
        archive.extract(archive.members()[1], tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == LINUX_AMD64


def test_a_zip_made_on_windows_has_backslashes_and_no_exec_bits(tmp_path: Path) -> None:
    entries = [text("tool\\README.md"), program("tool\\bin\\tool.exe"), text("tool\\empty\\", "")]
    path = _put(tmp_path, zipped(entries, on_windows=True))
    with open_archive(path) as archive:
        assert [(member.name, member.executable) for member in archive.members()] == [
            ("tool/README.md", False),
            ("tool/bin/tool.exe", False),
        ]


def test_modes_count_only_in_a_zip_made_where_there_are_modes(tmp_path: Path) -> None:
    data = bytearray(zipped([symlink("tool", "../other")]))
    data[data.index(b"PK\x01\x02") + 5] = 0  # made on MS-DOS
    with open_archive(_put(tmp_path, bytes(data))) as archive:
        (member,) = archive.members()
        assert (member.kind, member.executable) == (MemberKind.FILE, False)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("raw", "name"), [("./tool", "tool"), ("a/./b//c", "a/b/c"), ("a/../b", "b"), ("a\\b", "a/b")]
)
def test_names_are_brought_into_one_form(form: str, raw: str, name: str, tmp_path: Path) -> None:
    with open_archive(_put(tmp_path, pack(form, [program(raw)]))) as archive:
        assert [member.name for member in archive.members()] == [name]


@pytest.mark.parametrize("form", FORMS)
def test_a_link_gives_the_bytes_of_the_file_it_leads_to(form: str, tmp_path: Path) -> None:
    entries = [
        symlink("tool/bin/tool", "./current"),
        symlink("tool/bin/current", "../lib/tool-1.2"),
        program("tool/lib/tool-1.2"),
    ]
    with open_archive(_put(tmp_path, pack(form, entries))) as archive:
        first = archive.members()[0]
        assert first.kind is MemberKind.LINK
        archive.extract(first, tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == LINUX_AMD64


def test_a_hard_link_starts_from_the_top_of_the_archive(tmp_path: Path) -> None:
    entries = [program("tool/bin/tool"), hard_link("tool/bin/other", "tool/bin/tool")]
    with open_archive(_put(tmp_path, pack("tar.gz", entries))) as archive:
        archive.extract(archive.members()[1], tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == LINUX_AMD64


def test_a_name_in_an_unknown_encoding_does_no_harm(tmp_path: Path) -> None:
    data = tar([program("t\x00l")], layout=tarfile.USTAR_FORMAT).replace(b"t", b"\xff", 1)
    block = bytearray(data)
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block[:512])
    with open_archive(_put(tmp_path, bytes(block))) as archive:
        (member,) = archive.members()
        assert member.name.encode() == "\N{REPLACEMENT CHARACTER}".encode()


def test_the_name_given_is_the_one_in_messages_and_of_the_member(tmp_path: Path) -> None:
    """A file of the cache is named by its digest, which tells users nothing."""
    path = _put(tmp_path, gz(LINUX_AMD64), "d2a84f4b8b650937")
    with open_archive(path, name="tool-linux.gz") as archive:
        assert archive.members()[0].name == "tool-linux"
    path.write_bytes(gz(LINUX_AMD64)[:-3])
    with (
        pytest.raises(ArchiveError, match=r"^tool-linux\.gz is damaged or cut short"),
        open_archive(path, name="tool-linux.gz") as archive,
    ):
        archive.extract(archive.members()[0], tmp_path / "out")


@pytest.mark.parametrize("form", FORMS)
def test_work_ends_where_the_check_says_so(form: str, tmp_path: Path) -> None:
    path = _put(tmp_path, pack(form, [program("tool", bytes(3 << 20))]))

    def stop() -> None:
        raise Cancelled("Stopped.")

    with pytest.raises(Cancelled), open_archive(path, check=stop):
        pass


@pytest.mark.parametrize("form", FORMS)
def test_stopped_while_unpacking_it_leaves_no_file(form: str, tmp_path: Path) -> None:
    path = _put(tmp_path, pack(form, [program("tool", LINUX_AMD64 + bytes(3 << 20))]))
    out = tmp_path / "out"
    with open_archive(path) as archive:

        def stop_once_it_is_there() -> None:
            if out.exists():
                raise Cancelled("Stopped.")

        archive.check = stop_once_it_is_there
        with pytest.raises(Cancelled):
            archive.extract(archive.members()[0], out)
    assert not out.exists()


def test_a_file_that_cannot_be_written_is_the_disks_fault(tmp_path: Path) -> None:
    with (
        open_archive(_put(tmp_path, pack("zip", _ENTRIES))) as archive,
        pytest.raises(OutputError, match="tool cannot be unpacked from archive: No such file"),
    ):
        archive.extract(archive.members()[1], tmp_path / "missing" / "tool")


def test_a_full_disk_leaves_no_half_of_a_file(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    path = _put(tmp_path, pack("tar.gz", [program("tool", os.urandom(3 << 20))]))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with open_archive(path) as archive:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, hard))  # no file can grow larger
        try:
            with pytest.raises(OutputError, match=r"^out cannot be unpacked from archive: "):
                archive.extract(archive.members()[0], tmp_path / "out")
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_there_already_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "tool").write_text("mine")
    with (
        open_archive(_put(tmp_path, pack("zip", _ENTRIES))) as archive,
        pytest.raises(OutputError),
    ):
        archive.extract(archive.members()[1], tmp_path / "tool")
    assert (tmp_path / "tool").read_text() == "mine"


def test_an_unpacked_file_keeps_no_odd_mode(tmp_path: Path) -> None:
    data = pack("tar", [Entry(name="tool", content=b"x", mode=0o6777)])
    with open_archive(_put(tmp_path, data)) as archive:
        archive.extract(archive.members()[0], tmp_path / "out")
    assert not (tmp_path / "out").stat().st_mode & (stat.S_ISUID | stat.S_ISGID | stat.S_IXUSR)


@pytest.mark.parametrize("form", ["tar.gz", "zip"])
def test_a_hundred_thousand_members_are_listed(form: str, tmp_path: Path) -> None:
    count = 100_000
    path = tmp_path / "many"
    with path.open("wb") as stream:
        _MANY[form](stream, count)
    with open_archive(path) as archive:
        members = archive.members()
        assert len(members) == count
        archive.extract(members[-1], tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b"x"


def _many_in_tar(stream: io.BufferedWriter, count: int) -> None:
    with gzip.GzipFile(fileobj=stream, mode="wb", compresslevel=1) as packer:
        for number in range(count):
            packer.write(tar_header(f"tool/docs/page-{number}.html", 1) + b"x".ljust(512, b"\0"))
        packer.write(bytes(1024))


def _many_in_zip(stream: io.BufferedWriter, count: int) -> None:
    with zipfile.ZipFile(stream, "w") as writer:
        for number in range(count):
            writer.writestr(zipfile.ZipInfo(f"tool/docs/page-{number}.html"), b"x")


_MANY: dict[str, Callable[[io.BufferedWriter, int], None]] = {
    "tar.gz": _many_in_tar,
    "zip": _many_in_zip,
}


@pytest.mark.parametrize("form", FORMS)
def test_more_members_than_allowed_are_refused(form: str, tmp_path: Path) -> None:
    path = _put(tmp_path, pack(form, [text(str(number)) for number in range(11)]))
    with open_archive(path, limits=Limits(members=11)):
        pass
    with (
        pytest.raises(ArchiveError, match=r"holds (more than 10|11) members"),
        open_archive(path, limits=Limits(members=10)),
    ):
        pass


@pytest.mark.parametrize("form", FORMS)
def test_a_member_goes_to_disk_piece_by_piece(form: str, tmp_path: Path) -> None:
    size = 40 << 20
    path = _put(tmp_path, pack(form, [program("tool", bytes(size))]))
    tracemalloc.start()
    try:
        with open_archive(path, limits=Limits(ratio=1 << 30)) as archive:
            archive.extract(archive.members()[0], tmp_path / "out")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (tmp_path / "out").stat().st_size == size
    assert peak < size // 2
