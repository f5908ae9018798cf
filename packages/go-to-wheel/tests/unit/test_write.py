"""Wheels on disk, as other programs read them (wheel/write.py)."""

from __future__ import annotations

import hashlib
import os
import stat
import zipfile
from pathlib import Path, PurePosixPath

import pytest
from installer.sources import WheelFile
from packaging import metadata as core
from packaging.utils import parse_wheel_filename

from go_to_wheel.cache import Cache
from go_to_wheel.digests import sha256_of
from go_to_wheel.errors import OutputError
from go_to_wheel.metadata import LicenseText
from go_to_wheel.model import Layout
from go_to_wheel.wheel.deflated import Deflater
from go_to_wheel.wheel.plan import WheelPlan, plan_wheel
from go_to_wheel.wheel.write import WriteOptions, write_wheel
from helpers.needs import requirement
from helpers.plans import make_binary, make_distribution

LICENSES = (LicenseText(path=PurePosixPath('größe, "LICENSE".txt'), content=b"text\n"),)
BINARY = b"\x7fELF" + bytes(range(256)) * 2000 + os.urandom(1000)


@pytest.fixture
def plan(tmp_path: Path) -> WheelPlan:
    binary = make_binary(tmp_path, content=BINARY)
    tags = ["manylinux2014_x86_64", "manylinux_2_17_x86_64"]
    return plan_wheel(make_distribution(licenses=LICENSES), [binary], tags)


@pytest.mark.parametrize("layout", Layout)
def test_packaging_and_installer_accept_the_wheel(tmp_path: Path, layout: Layout) -> None:
    distribution = make_distribution(layout=layout, licenses=LICENSES)
    plan = plan_wheel(distribution, [make_binary(tmp_path, content=BINARY)], ["win_amd64"])
    written = write_wheel(plan, tmp_path, WriteOptions())
    name, version, _, _ = parse_wheel_filename(written.path.name)
    assert (name, str(version)) == ("my-tool", "1.2.3")
    with WheelFile.open(written.path) as wheel:
        wheel.validate_record(validate_contents=True)
        found = core.Metadata.from_email(wheel.read_dist_info("METADATA"), validate=True)
        contents = {record[0]: stream.read() for record, stream, _ in wheel.get_contents()}
        executable = {record[0]: flag for record, _, flag in wheel.get_contents()}
    assert found.license_files == ['größe, "LICENSE".txt']
    (binary,) = (path for path in contents if path.endswith("/my-tool"))
    assert contents[binary] == BINARY
    assert [path for path, flag in executable.items() if flag] == [binary]


def test_record_comes_last_and_names_every_other_member(plan: WheelPlan, tmp_path: Path) -> None:
    written = write_wheel(plan, tmp_path, WriteOptions())
    with zipfile.ZipFile(written.path) as archive:
        names = archive.namelist()
        record = archive.read(plan.record_path).decode()
    assert names == [*(entry.path for entry in plan.entries), plan.record_path]
    package = [".dist-info/" not in name for name in names]
    assert package == sorted(package, reverse=True)  # the package first, its description then
    assert record.splitlines()[-1] == f"{plan.record_path},,"
    assert len(record.splitlines()) == len(names)


def test_the_file_is_described_as_it_lies_there(plan: WheelPlan, tmp_path: Path) -> None:
    written = write_wheel(plan, tmp_path, WriteOptions())
    data = written.path.read_bytes()
    assert written.path == tmp_path / plan.filename
    assert written.size == len(data)
    assert written.sha256 == hashlib.sha256(data).hexdigest() == sha256_of(written.path)
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE(written.path.stat().st_mode) == 0o666 & ~mask


def test_the_same_plan_gives_the_same_bytes_in_another_folder(
    plan: WheelPlan, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    cached = WriteOptions(deflater=Deflater(cache=Cache(folder=tmp_path / "cache")))
    digests = {
        write_wheel(plan, tmp_path, WriteOptions()).sha256,
        write_wheel(plan, tmp_path / "other", WriteOptions()).sha256,
        write_wheel(plan, tmp_path, cached).sha256,  # fills the cache
        write_wheel(plan, tmp_path, cached).sha256,  # takes from it
    }
    assert len(digests) == 1
    assert any((tmp_path / "cache").iterdir())


def test_a_damaged_cache_does_no_harm(plan: WheelPlan, tmp_path: Path) -> None:
    options = WriteOptions(deflater=Deflater(cache=Cache(folder=tmp_path / "cache")))
    first = write_wheel(plan, tmp_path, options).sha256
    for kept in (tmp_path / "cache").iterdir():
        kept.write_bytes(kept.read_bytes()[:-1] + b"?")
    assert write_wheel(plan, tmp_path, options).sha256 == first


def test_every_member_has_the_epoch(plan: WheelPlan, tmp_path: Path) -> None:
    written = write_wheel(plan, tmp_path, WriteOptions(epoch=1_600_000_000))
    with zipfile.ZipFile(written.path) as archive:
        times = {info.date_time for info in archive.infolist()}
    assert times == {(2020, 9, 13, 12, 26, 40)}


def test_an_empty_file_is_a_member_like_any_other(tmp_path: Path) -> None:
    plan = plan_wheel(make_distribution(), [make_binary(tmp_path, content=b"")], ["win32"])
    written = write_wheel(plan, tmp_path, WriteOptions())
    with WheelFile.open(written.path) as wheel:
        wheel.validate_record(validate_contents=True)


def test_a_binary_that_has_gone_leaves_no_file(plan: WheelPlan, tmp_path: Path) -> None:
    for entry in plan.entries:
        if isinstance(entry.content, Path):
            entry.content.unlink()
    target = tmp_path / "dist"
    target.mkdir()
    with pytest.raises(OutputError, match=r"my_tool-1\.2\.3-py3-none-"):
        write_wheel(plan, target, WriteOptions())
    assert list(target.iterdir()) == []


def test_a_folder_that_is_none_is_an_error(plan: WheelPlan, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(OutputError, match="cannot be written"):
        write_wheel(plan, file, WriteOptions())
    with pytest.raises(OutputError, match="cannot be written"):
        write_wheel(plan, tmp_path / "missing", WriteOptions())


def test_a_full_disk_leaves_no_file(plan: WheelPlan, tmp_path: Path) -> None:
    full = Path("/dev/full")
    requirement("a disk that is always full", full.is_char_device(), "there is no /dev/full")
    partial = tmp_path / f".{plan.filename}.partial"
    partial.symlink_to(full)
    with pytest.raises(OutputError, match="No space left on device") as caught:
        write_wheel(plan, tmp_path, WriteOptions())
    assert "Make room" in caught.value.hint
    assert not (tmp_path / plan.filename).exists()
    assert not partial.is_symlink()


def test_a_name_too_long_for_the_disk_is_an_error(tmp_path: Path) -> None:
    plan = plan_wheel(make_distribution("x" * 250), [make_binary(tmp_path)], ["win32"])
    with pytest.raises(OutputError, match="too long"):
        write_wheel(plan, tmp_path, WriteOptions())


def test_an_older_wheel_is_replaced(plan: WheelPlan, tmp_path: Path) -> None:
    (tmp_path / plan.filename).write_bytes(b"older")
    assert write_wheel(plan, tmp_path, WriteOptions()).size > 1000
