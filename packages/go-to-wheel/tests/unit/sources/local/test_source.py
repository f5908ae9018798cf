"""Files that were built already become binaries, byte for byte, or an error that says why not."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path, PurePosixPath

import pytest
from packaging.version import Version

from go_to_wheel.errors import (
    ArchiveError,
    Cancelled,
    DigestMismatchError,
    NoMatchingAssetError,
    ProgramNotFoundError,
    TagMismatchError,
    UnverifiedError,
)
from go_to_wheel.names import CommandName
from go_to_wheel.release import ReleaseOptions
from go_to_wheel.sources import Source
from go_to_wheel.sources.local.source import LocalSource, open_local_source
from go_to_wheel.targets import find_target
from helpers.archives import (
    LINUX_AMD64,
    LINUX_ARM64,
    pack,
    program,
    text,
)

_RECORDED = Path(__file__).parents[3] / "data" / "goreleaser-dist" / "dist"
_NOTHING = ReleaseOptions()
_VERSION = Version("1.2.3")


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """A copy of the recorded folder."""
    return shutil.copytree(_RECORDED, tmp_path / "project" / "dist")


def _produced(source: LocalSource, target: str, folder: Path, *commands: str) -> list[Path]:
    names = [CommandName(command) for command in commands or source.commands]
    made = source.produce(find_target(target), _VERSION, names, folder)
    for binary in made:
        assert binary.sha256 == hashlib.sha256(binary.path.read_bytes()).hexdigest()
        assert binary.size == binary.path.stat().st_size
    return [binary.path for binary in made]


def test_it_is_a_source_like_any_other(dist: Path) -> None:
    source: Source = open_local_source([dist], _NOTHING)
    assert source.description == "GoReleaser's binaries of greet 1.2.3"
    assert source.commands == ("greet",)
    assert source.expected_tags(find_target("windows-amd64")) == ("win_amd64",)
    source.check_options(_VERSION)


@pytest.mark.parametrize(
    ("target", "binary"),
    [
        ("linux-amd64", "greet_linux_amd64_v1/greet"),
        ("linux-arm64", "greet_linux_arm64_v8.0/greet"),
        ("linux-armv6", "greet_linux_arm_6/greet"),
        ("linux-armv7", "greet_linux_arm_7/greet"),
        ("darwin-amd64", "greet_darwin_all/greet"),
        ("darwin-arm64", "greet_darwin_all/greet"),
        ("windows-amd64", "greet_windows_amd64_v1/greet.exe"),
    ],
)
@pytest.mark.parametrize("archives", [True, False])
def test_the_bytes_are_those_that_goreleaser_made(
    target: str, binary: str, *, archives: bool, dist: Path, tmp_path: Path
) -> None:
    if not archives:
        for path in (*dist.glob("*.tar.gz"), *dist.glob("*.zip")):
            path.unlink()
    source = open_local_source([dist], _NOTHING)
    (out,) = _produced(source, target, tmp_path, "hello")
    assert out.name == ("hello.exe" if target.startswith("windows") else "hello")
    assert out.read_bytes() == (_RECORDED / binary).read_bytes()
    assert out.stat().st_mode & 0o111


def test_the_targets_are_those_that_there_are_files_for(dist: Path, tmp_path: Path) -> None:
    source = open_local_source([dist], _NOTHING)
    assert [target.name for target in source.targets] == [
        "linux-amd64",
        "linux-arm64",
        "linux-armv7",
        "linux-armv6",
        "darwin-amd64",
        "darwin-arm64",
        "windows-amd64",
    ]
    with pytest.raises(NoMatchingAssetError, match="no file for windows-arm64"):
        _produced(source, "windows-arm64", tmp_path)


def test_several_programs_come_from_their_own_files(dist: Path, tmp_path: Path) -> None:
    source = open_local_source([dist], ReleaseOptions(binaries=("greet-admin", "greet")))
    admin, greet = _produced(source, "windows-amd64", tmp_path)
    assert (admin.name, greet.name) == ("greet-admin.exe", "greet.exe")
    assert (
        admin.read_bytes()
        == (_RECORDED / "greet-admin_windows_amd64_v1/greet-admin.exe").read_bytes()
    )
    assert greet.read_bytes() == (_RECORDED / "greet_windows_amd64_v1/greet.exe").read_bytes()


def test_several_programs_come_from_one_archive(tmp_path: Path) -> None:
    path = tmp_path / "suite_linux_arm64.tar.gz"
    path.write_bytes(pack("tar.gz", [program("b", LINUX_ARM64), program("a", LINUX_ARM64)]))
    source = open_local_source([path], ReleaseOptions(binaries=("a", "b")))
    assert [out.name for out in _produced(source, "linux-arm64", tmp_path)] == ["a", "b"]


def test_metadata_comes_from_the_list_and_the_archive(dist: Path) -> None:
    metadata = open_local_source([dist], _NOTHING).metadata
    assert str(metadata.name) == "greet"
    assert metadata.version == _VERSION
    assert metadata.readme is not None
    assert metadata.readme.text == "# greet\n\nSays hello.\n"
    assert [(str(each.path), each.content) for each in metadata.license_files or ()] == [
        ("LICENSE", b"The licence of greet.\n"),
        ("licenses/example.com/dep/LICENSE", b"The licence of a module.\n"),
    ]


def test_a_snapshot_is_a_development_release(dist: Path) -> None:
    about = json.loads((dist / "metadata.json").read_text())
    about["version"] = "1.2.3-SNAPSHOT-8a1f2c0"
    (dist / "metadata.json").write_text(json.dumps(about))
    assert open_local_source([dist], _NOTHING).metadata.version == Version("1.2.3.dev0")


def test_bare_binaries_have_the_texts_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "tool-linux-amd64").write_bytes(LINUX_AMD64)
    (tmp_path / "LICENSE").write_text("the licence")
    (tmp_path / "README.rst").write_text("Tool")
    metadata = open_local_source([tmp_path], _NOTHING).metadata
    assert [each.path for each in metadata.license_files or ()] == [PurePosixPath("LICENSE")]
    assert metadata.readme is not None
    assert metadata.readme.content_type == "text/x-rst"
    alone = open_local_source([tmp_path / "tool-linux-amd64"], _NOTHING).metadata
    assert not alone.license_files


def test_goreleasers_bare_binaries_have_the_texts_of_the_project(dist: Path) -> None:
    (dist.parent / ".goreleaser.yaml").touch()
    (dist.parent / "LICENSE").write_text("the project's")
    source = open_local_source([dist], ReleaseOptions(binaries=("greet-admin",)))
    assert [each.content for each in source.metadata.license_files or ()] == [b"the project's"]


def test_licences_of_several_archives_are_all_kept(tmp_path: Path) -> None:
    for name, licence in (("a", "one"), ("b", "two")):
        packed = pack("tar.gz", [program(name), text("LICENSE", licence), text("NOTICE", "same")])
        (tmp_path / f"{name}_linux_amd64.tar.gz").write_bytes(packed)
    source = open_local_source([tmp_path], ReleaseOptions(binaries=("a", "b")))
    assert [(str(each.path), each.content) for each in source.metadata.license_files or ()] == [
        ("2/LICENSE", b"two"),
        ("LICENSE", b"one"),
        ("NOTICE", b"same"),
    ]


@pytest.mark.parametrize(("name", "version"), [("-bad-", "1.2.3.4-x"), ("", "")])
def test_a_name_or_version_that_cannot_be_is_left_to_the_user(
    name: str, version: str, dist: Path
) -> None:
    about = json.loads((dist / "metadata.json").read_text())
    (dist / "metadata.json").write_text(
        json.dumps(about | {"project_name": name, "version": version})
    )
    metadata = open_local_source([dist], ReleaseOptions(binaries=("greet",))).metadata
    assert (metadata.name, metadata.version) == (None, None)


def test_a_file_that_is_not_what_its_checksum_says_is_refused(dist: Path, tmp_path: Path) -> None:
    source = open_local_source([dist], _NOTHING)
    shutil.copy(dist / "greet_1.2.3_linux_amd64.tar.gz", dist / "greet_1.2.3_linux_arm64.tar.gz")
    with pytest.raises(
        DigestMismatchError,
        match=r"^greet_1\.2\.3_linux_arm64\.tar\.gz is not what artifacts\.json says",
    ):
        _produced(source, "linux-arm64", tmp_path)
    assert not (tmp_path / "greet").exists()


def test_a_file_is_verified_before_anything_in_it_is_read(dist: Path, tmp_path: Path) -> None:
    (dist / "greet_1.2.3_linux_amd64.tar.gz").write_bytes(pack("tar.gz", [text("../../x")]))
    source = open_local_source([dist], _NOTHING)
    with pytest.raises(DigestMismatchError):
        _produced(source, "linux-amd64", tmp_path)


def test_where_no_file_is_what_its_checksum_says_there_is_no_source(dist: Path) -> None:
    for path in (*dist.glob("*.tar.gz"), *dist.glob("*.zip")):
        path.write_bytes(b"x")
    with pytest.raises(DigestMismatchError, match=r"^greet_1\.2\.3_linux_amd64\.tar\.gz is not"):
        open_local_source([dist], _NOTHING)


def _two_archives(folder: Path) -> tuple[Path, Path]:
    """Archives for two targets, with one licence each."""
    amd64 = folder / "tool_1.2.3_linux_amd64.tar.gz"
    arm64 = folder / "tool_1.2.3_linux_arm64.tar.gz"
    amd64.write_bytes(pack("tar.gz", [program("tool", LINUX_AMD64), text("LICENSE", "amd64")]))
    arm64.write_bytes(pack("tar.gz", [program("tool", LINUX_ARM64), text("LICENSE", "arm64")]))
    return amd64, arm64


def test_a_damaged_archive_is_the_failure_of_its_target_alone(tmp_path: Path) -> None:
    amd64, _ = _two_archives(tmp_path)
    amd64.write_bytes(amd64.read_bytes()[:-20])
    source = open_local_source([tmp_path], _NOTHING)
    assert [target.name for target in source.select_targets([])] == ["linux-amd64", "linux-arm64"]
    assert [each.content for each in source.metadata.license_files or ()] == [b"arm64"]
    with pytest.raises(ArchiveError, match=r"^tool_1\.2\.3_linux_amd64\.tar\.gz is damaged"):
        _produced(source, "linux-amd64", tmp_path)
    assert _produced(source, "linux-arm64", tmp_path)[0].read_bytes() == LINUX_ARM64


def test_an_archive_that_the_list_of_checksums_leaves_out_is_refused(tmp_path: Path) -> None:
    amd64, arm64 = _two_archives(tmp_path)
    digest = hashlib.sha256(arm64.read_bytes()).hexdigest()
    (tmp_path / "checksums.txt").write_text(f"{digest}  {arm64.name}\n")
    source = open_local_source([tmp_path], _NOTHING)
    assert [each.content for each in source.metadata.license_files or ()] == [b"arm64"]
    for use in (source.origin, lambda target: _produced(source, target.name, tmp_path)):
        with pytest.raises(UnverifiedError, match=r"gz is not in checksums\.txt") as caught:
            use(find_target("linux-amd64"))
        assert "--allow-unverified" in caught.value.hint
    assert not (tmp_path / "tool").exists()
    assert f"(sha256:{digest}, by checksums.txt)" in source.origin(find_target("linux-arm64"))
    (made,) = _produced(source, "linux-arm64", tmp_path)
    made.unlink()
    allowed = open_local_source([tmp_path], ReleaseOptions(allow_unverified=True))
    target = find_target("linux-amd64")
    assert allowed.origin(target) == f"{amd64.name} (not in checksums.txt)"
    assert [each.content for each in allowed.metadata.license_files or ()] == [b"amd64"]
    assert _produced(allowed, "linux-amd64", tmp_path)


def test_without_a_list_of_checksums_all_are_taken(tmp_path: Path) -> None:
    amd64, _ = _two_archives(tmp_path)
    source = open_local_source([tmp_path], _NOTHING)
    assert source.origin(find_target("linux-amd64")) == amd64.name


def test_a_target_that_two_files_fit_is_refused_unless_it_is_left_out(tmp_path: Path) -> None:
    amd64, _ = _two_archives(tmp_path)
    old = tmp_path / "tool_1.1.0_linux_amd64.tar.gz"
    shutil.copy(amd64, old)
    source = open_local_source([tmp_path], _NOTHING)
    for names in ([], ["all"], ["linux-amd64"], ["linux-arm64", "linux-amd64"]):
        with pytest.raises(NoMatchingAssetError) as caught:
            source.select_targets(names)
        assert caught.value.message.startswith(f"{old.name} and {amd64.name} are for linux-amd64")
    assert source.select_targets(["linux-arm64"]) == (find_target("linux-arm64"),)


def test_a_program_for_another_target_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "tool-linux-amd64").write_bytes(LINUX_ARM64)
    source = open_local_source([tmp_path / "tool-linux-amd64"], _NOTHING)
    with pytest.raises(
        TagMismatchError, match=r"^tool-linux-amd64 cannot be used for linux-amd64\."
    ):
        _produced(source, "linux-amd64", tmp_path)


def test_an_archive_without_the_program_is_an_error_at_once(tmp_path: Path) -> None:
    (tmp_path / "tool_linux_amd64.tar.gz").write_bytes(pack("tar.gz", [text("README")]))
    with pytest.raises(ProgramNotFoundError, match=r"tool_linux_amd64\.tar\.gz holds no program"):
        open_local_source([tmp_path], _NOTHING)


def test_a_damaged_archive_that_is_all_there_is_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "mytool.zip").write_bytes(pack("zip", [program("tool")])[:-30])
    with pytest.raises(ArchiveError, match=r"^mytool\.zip is damaged"):
        open_local_source([tmp_path / "mytool.zip"], _NOTHING)


def test_production_ends_where_the_check_says_so(dist: Path, tmp_path: Path) -> None:
    stopped = False

    def check() -> None:
        if stopped:
            raise Cancelled("Stopped.")

    source = open_local_source([dist], _NOTHING, check)
    stopped = True
    with pytest.raises(Cancelled):
        _produced(source, "linux-amd64", tmp_path)
    assert not (tmp_path / "greet").exists()
