"""Archives that are broken, or were made to do harm, are errors that say so."""

from __future__ import annotations

import os
import struct
import tarfile
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import pytest

from go_to_wheel.errors import ArchiveError
from go_to_wheel.sources.archive import Archive, Limits, open_archive
from helpers.archives import (
    COMPRESSORS,
    FORMS,
    LINUX_AMD64,
    TARS,
    Entry,
    gz,
    gz_of_zeros,
    hard_link,
    pack,
    program,
    symlink,
    tar,
    tar_header,
    text,
    zipped,
)

_MIB = 1 << 20


def _put(folder: Path, data: bytes) -> Path:
    path = folder / "archive"
    path.write_bytes(data)
    return path


def _unpack_all(path: Path, *, limits: Limits | None = None) -> list[str]:
    """Unpack every member, one after the other; no file is left."""
    out = path.parent / "out"
    with open_archive(path, limits=limits) as archive:
        for member in archive.members():
            archive.extract(member, out)
            out.unlink()
        return [member.name for member in archive.members()]


def _refused(path: Path, message: str, *, limits: Limits | None = None) -> None:
    with pytest.raises(ArchiveError, match=message) as caught:
        _unpack_all(path, limits=limits)
    assert caught.value.hint
    assert "\n" not in caught.value.message
    assert not (path.parent / "out").exists()


# --- names and links that leave ----------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "name",
    [
        "../../x",
        "/etc/passwd",
        "tool/../../x",
        "C:/Windows/x",
        "c:x",
        "..\\..\\x",
        "\\\\server\\share\\x",
        "..",
    ],
)
def test_a_name_that_leaves_the_archive_is_refused(form: str, name: str, tmp_path: Path) -> None:
    path = _put(tmp_path, pack(form, [program("tool"), text(name)]))
    _refused(path, r"^archive holds a member that would leave it: ")


def test_a_folder_whose_name_leaves_is_refused_too(tmp_path: Path) -> None:
    path = _put(tmp_path, tar([Entry(name="../x", type=tarfile.DIRTYPE)]))
    _refused(path, r"would leave it: \.\./x\.")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("to", ["../../x", "/bin/sh", "D:\\x", "..\\..\\..\\x"])
def test_a_symbolic_link_that_leaves_is_refused(form: str, to: str, tmp_path: Path) -> None:
    path = _put(tmp_path, pack(form, [program("tool"), symlink("bin/tool", to)]))
    _refused(path, r"^archive holds a link that leaves it: bin/tool leads to ")


@pytest.mark.parametrize("to", ["../x", "/etc/shadow"])
def test_a_hard_link_that_leaves_is_refused(to: str, tmp_path: Path) -> None:
    path = _put(tmp_path, pack("tar.gz", [program("tool"), hard_link("bin/tool", to)]))
    _refused(path, r"holds a link that leaves it: bin/tool leads to ")


@pytest.mark.parametrize("form", FORMS)
def test_a_link_to_nothing_and_a_circle_are_errors_when_they_are_used(
    form: str, tmp_path: Path
) -> None:
    entries = [symlink("lost", "away"), symlink("a", "b"), symlink("b", "a"), text("fine")]
    with open_archive(_put(tmp_path, pack(form, entries))) as archive:
        lost, circle, _, fine = archive.members()
        with pytest.raises(ArchiveError, match="lost is said to be away, which is not in"):
            archive.extract(lost, tmp_path / "out")
        with pytest.raises(ArchiveError, match="a link that leads in a circle: a"):
            archive.extract(circle, tmp_path / "out")
        archive.extract(fine, tmp_path / "out")


def test_a_link_to_a_member_that_is_there_twice_is_an_error(tmp_path: Path) -> None:
    entries = [program("tool"), program("tool", b"other"), symlink("link", "tool")]
    with (
        open_archive(_put(tmp_path, pack("tar", entries))) as archive,
        pytest.raises(ArchiveError, match="holds tool more than once"),
    ):
        archive.extract(archive.members()[2], tmp_path / "out")


@pytest.mark.parametrize("kind", [tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_a_device_or_a_pipe_is_refused(kind: bytes, tmp_path: Path) -> None:
    path = _put(tmp_path, pack("tar.xz", [program("tool"), Entry(name="dev/null", type=kind)]))
    _refused(path, "^archive holds a device or a pipe: dev/null.")


def test_a_pipe_in_a_zip_is_refused(tmp_path: Path) -> None:
    path = _put(tmp_path, zipped([Entry(name="pipe", type=tarfile.FIFOTYPE)]))
    _refused(path, "^archive holds a device or a pipe: pipe.")


def test_a_name_never_drives_the_terminal(tmp_path: Path) -> None:
    path = _put(tmp_path, pack("zip", [text("../\x1b[2Jx\nerror: all is well")]))
    _refused(path, r"leave it: \.\./\\x1b\[2Jx\\nerror: all is well\.")


# --- broken files ------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_an_archive_cut_short_anywhere_is_an_error_or_lacks_members(
    form: str, tmp_path: Path
) -> None:
    data = pack(form, [text("LICENSE", "long text " * 200), program("tool")])
    for size in {*range(600, len(data), 97), *range(len(data) - 40, len(data))}:
        path = _put(tmp_path, data[:size])
        try:
            names = _unpack_all(path)
        except ArchiveError:
            continue
        # A tar ends with two empty blocks and more zeros, of which one block proves the end.
        assert names == ["LICENSE", "tool"], size
        assert form == "tar"
        assert not data[size:].strip(b"\0"), size


@pytest.mark.parametrize("ending", COMPRESSORS)
def test_a_file_compressed_alone_and_cut_short_is_an_error(ending: str, tmp_path: Path) -> None:
    data = COMPRESSORS[ending](LINUX_AMD64 * 5)
    for size in range(12, len(data)):  # from where its first bytes tell what it is
        _refused(_put(tmp_path, data[:size]), "^archive is damaged or cut short: ")


@pytest.mark.parametrize("form", ["tar.gz", "tar.bz2", "tar.xz", "zip"])
def test_a_changed_byte_in_the_packed_data_is_found(form: str, tmp_path: Path) -> None:
    """All but Zstandard carry a sum of what they hold, and none may go unread."""
    noise = os.urandom(3000)  # what is not compressed shows a change and nothing else
    data = bytearray(pack(form, [program("tool", noise)]))
    data[len(data) // 2] ^= 0x10
    _refused(_put(tmp_path, bytes(data)), "^archive is damaged or cut short: ")


@pytest.mark.parametrize("form", TARS)
def test_a_damaged_header_in_the_middle_is_not_taken_for_the_end(form: str, tmp_path: Path) -> None:
    plain = bytearray(tar([text("LICENSE"), program("tool")]))
    plain[1024 + 5] ^= 1  # in the second header
    packed = bytes(plain)
    if form != "tar":
        packed = COMPRESSORS[form.removeprefix("tar.")](packed)
    _refused(_put(tmp_path, packed), "^archive is damaged or cut short: it ends too early.")


def test_a_compressed_tar_needs_no_empty_block_at_its_end(tmp_path: Path) -> None:
    """Some programs forget it, and the sums of gzip prove that nothing is missing."""
    plain = tar([program("tool", b"x" * 512)])[:1024]
    assert _unpack_all(_put(tmp_path, gz(plain))) == ["tool"]
    _refused(_put(tmp_path, plain), "it ends too early")


@pytest.mark.parametrize("size", [-1024, -512, -1, 1 << 40])
def test_sizes_that_cannot_be_are_errors(size: int, tmp_path: Path) -> None:
    """A negative one sends readers of tar files in circles."""
    if size > 0:
        header = bytearray(tar_header("tool", 0))
        header[124:136] = (1 << 95 | size).to_bytes(12, "big")
        header[148:156] = b" " * 8
        header[148:156] = b"%06o\0 " % sum(header)
        data = bytes(header)
    else:
        data = tar_header("tool", size)
    _refused(_put(tmp_path, data + bytes(2048)), "^archive is damaged")
    _refused(_put(tmp_path, gz(data + bytes(2048))), "^archive is damaged")


@pytest.mark.parametrize("kind", [b"x", b"g", b"L", b"K"])
def test_headers_without_end_are_not_read_into_memory(kind: bytes, tmp_path: Path) -> None:
    start = tar([text("LICENSE")])[:1024] + tar_header("long", 3 << 30, kind=kind)
    path = _put(tmp_path, gz_of_zeros(20 * _MIB, before=start))
    _refused(path, "a member of it has endless headers")


def test_a_chain_of_headers_is_not_followed_for_ever(tmp_path: Path) -> None:
    chain = (tar_header("long", 4, kind=b"L") + b"name".ljust(512, b"\0")) * 5000
    path = _put(tmp_path, gz(tar([text("LICENSE")])[:1024] + chain + bytes(1024)))
    _refused(path, "^archive is damaged")


def test_an_empty_header_before_a_bomb_does_not_unpack_it_into_memory(tmp_path: Path) -> None:
    """zlib takes a limit of no bytes for no limit."""
    path = _put(tmp_path, gz_of_zeros(60 * _MIB, before=tar_header("empty", 0, kind=b"x")))
    tracemalloc.start()
    try:
        _refused(path, "^archive is damaged")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 10 * _MIB


def _sparse_header(size: int) -> bytes:
    """A file of GNU's old sparse format: it has ``size`` bytes here, and one GiB with its holes."""
    header = bytearray(tar_header("tool", size, kind=b"S"))
    header[257:265] = b"ustar  \0"
    header[386:410] = b"%011o\0" % 0 + b"%011o\0" % 512
    header[483:495] = b"%011o\0" % (1 << 30)
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header)


def test_a_sparse_file_is_refused_when_it_is_wanted(tmp_path: Path) -> None:
    path = _put(tmp_path, _sparse_header(512) + bytes(512 + 1024))
    _refused(path, "tool in archive is a sparse file")


def test_a_sparse_file_of_a_negative_size_does_not_turn_the_tape_back(tmp_path: Path) -> None:
    start = tar([text("LICENSE")])[:1024]
    path = _put(tmp_path, start + _sparse_header(-1024) + bytes(1024))
    _refused(path, "a member of it has a negative size")


def test_a_zip_without_its_directory_is_damaged(tmp_path: Path) -> None:
    data = zipped([program("tool")])
    _refused(_put(tmp_path, data[: data.index(b"PK\x01\x02")]), "^archive is damaged or cut short")


def test_a_directory_that_would_fill_the_memory_is_not_read(tmp_path: Path) -> None:
    path = _put(tmp_path, zipped([text(str(number)) for number in range(40)]))
    _refused(path, "its directory is too long", limits=Limits(members=10))


def test_a_zip_member_that_is_not_where_the_directory_says_is_damaged(tmp_path: Path) -> None:
    data = zipped([program("tool")]).replace(b"tool", b"fool", 1)
    _refused(_put(tmp_path, data), "tool is not where its directory says")


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize(
    ("offset", "message"),
    [(16, "do not match their CRC"), (24, "is not as long as its header says|ends too early")],
)
def test_a_zip_member_that_is_not_what_its_record_says_is_damaged(
    method: int, offset: int, message: str, tmp_path: Path
) -> None:
    data = bytearray(zipped([program("tool")], method=method))
    data[data.index(b"PK\x01\x02") + offset] ^= 1
    _refused(_put(tmp_path, bytes(data)), message)


def test_an_encrypted_zip_is_refused(tmp_path: Path) -> None:
    data = bytearray(zipped([program("tool")]))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    _refused(_put(tmp_path, bytes(data)), "^tool in archive is encrypted.")


@pytest.mark.parametrize(("method", "name"), [(14, "LZMA"), (9, "deflate64"), (99, "AES"), (7, "")])
def test_a_compression_that_nobody_uses_is_named(method: int, name: str, tmp_path: Path) -> None:
    data = bytearray(zipped([program("tool")]))
    data[8] = data[data.index(b"PK\x01\x02") + 10] = method
    _refused(_put(tmp_path, bytes(data)), f"tool in archive is compressed with .*{name}.*{method}")


def test_an_xz_file_that_needs_gigabytes_to_unpack_is_refused(tmp_path: Path) -> None:
    import lzma

    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 1 << 20}]
    data = bytearray(lzma.compress(b"x", filters=filters))
    header_size = (data[12] + 1) * 4
    data[16] = 36  # the dictionary's size: 1 GiB
    crc = zlib.crc32(bytes(data[12 : 12 + header_size - 4]))
    data[12 + header_size - 4 : 12 + header_size] = struct.pack("<I", crc)
    _refused(_put(tmp_path, bytes(data)), "Memory usage limit exceeded")


def test_a_zstandard_window_of_gigabytes_is_refused(tmp_path: Path) -> None:
    frame = b"\x28\xb5\x2f\xfd\x00" + bytes([(31 - 10) << 3]) + b"\x09\0\0x"
    _refused(_put(tmp_path, frame), "^archive is damaged or cut short: .*[Ww]indow|memory")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes in folders are POSIX's")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "archive")
    _refused(tmp_path / "archive", "^archive is no regular file.")


def test_a_missing_file_and_a_folder_are_errors(tmp_path: Path) -> None:
    _refused(tmp_path / "missing", "^missing cannot be read: No such file")
    _refused(tmp_path, "is no regular file")


# --- bombs -------------------------------------------------------------------------------


class _Written:
    """Watches how large a file becomes while it is unpacked."""

    def __init__(self, path: Path, archive: Archive) -> None:
        self.most = 0
        self._path = path
        archive.check = self.look

    def look(self) -> None:
        if self._path.exists():
            self.most = max(self.most, self._path.stat().st_size)


@pytest.fixture(scope="module")
def bomb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Half a megabyte of gzip that unpacks to 500."""
    return _put(tmp_path_factory.mktemp("bomb"), gz_of_zeros(500 * _MIB, before=LINUX_AMD64))


def test_a_bomb_is_stopped_after_a_few_megabytes(bomb: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with open_archive(bomb) as archive:
        written = _Written(out, archive)
        with pytest.raises(ArchiveError, match="unpacks to more than 250 times its size"):
            archive.extract(archive.members()[0], out)
    assert 0 < written.most < 40 * _MIB
    assert not out.exists()


def test_a_bomb_in_a_tar_is_stopped_when_it_is_listed(tmp_path: Path) -> None:
    start = tar([text("LICENSE")])[:1024] + tar_header("bomb", (8 << 30) - 1)
    path = _put(tmp_path, gz_of_zeros(100 * _MIB, before=start))
    _refused(path, "unpacks to more than 250 times its size")


@pytest.mark.parametrize("ending", ["bz2", "xz", "zst"])
def test_bombs_of_other_kinds_are_stopped(ending: str, tmp_path: Path) -> None:
    path = _put(tmp_path, COMPRESSORS[ending](LINUX_AMD64 + bytes(64 * _MIB)))
    out = tmp_path / "out"
    with open_archive(path) as archive:
        written = _Written(out, archive)
        with pytest.raises(ArchiveError, match="unpacks to more than 250 times its size"):
            archive.extract(archive.members()[0], out)
    assert written.most < 40 * _MIB
    assert not out.exists()


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_a_bomb_in_a_zip_is_stopped(method: int, tmp_path: Path) -> None:
    path = _put(tmp_path, zipped([program("tool", bytes(64 * _MIB))], method=method))
    out = tmp_path / "out"
    with open_archive(path) as archive:
        written = _Written(out, archive)
        with pytest.raises(ArchiveError, match="tool in archive unpacks to more than 250 times"):
            archive.extract(archive.members()[0], out)
    assert written.most < 40 * _MIB
    assert not out.exists()


def test_a_zip_member_that_says_it_is_small_gives_no_more_than_that(tmp_path: Path) -> None:
    data = bytearray(zipped([program("tool", bytes(3 * _MIB))]))
    at = data.index(b"PK\x01\x02") + 24
    data[at : at + 4] = struct.pack("<I", 1000)
    out = tmp_path / "out"
    with open_archive(_put(tmp_path, bytes(data))) as archive:
        written = _Written(out, archive)
        with pytest.raises(ArchiveError, match="tool is not as long as its header says"):
            archive.extract(archive.members()[0], out)
    assert written.most < _MIB
    assert not out.exists()


def test_a_zip_whose_members_overlap_is_refused_by_what_it_declares(tmp_path: Path) -> None:
    """One packed stream, named by a thousand records: 16 MB become 16 GB."""
    with zipfile.ZipFile(tmp_path / "archive", "w") as writer:
        writer.writestr("tool", bytes(16 * _MIB), zipfile.ZIP_DEFLATED)
        writer.filelist *= 1000
    _refused(tmp_path / "archive", "holds 1,000 members of 16,777,216,000 bytes together")


@pytest.mark.parametrize("form", FORMS)
def test_more_bytes_than_allowed_are_refused_however_well_they_pack(
    form: str, tmp_path: Path
) -> None:
    path = _put(tmp_path, pack(form, [program("tool", os.urandom(100_000))]))
    assert _unpack_all(path, limits=Limits(unpacked=120_000)) == ["tool"]
    if form != "tar":  # which takes no more room than it has
        _refused(path, "unpacks to more than|100,000 bytes together", limits=Limits(unpacked=9999))
