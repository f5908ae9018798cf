"""GoReleaser's dist/ is read through its own list, and every file in it is told apart."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from go_to_wheel.errors import (
    ArtifactError,
    GoToWheelError,
    NoMatchingAssetError,
    ProgramNotFoundError,
)
from go_to_wheel.release import ReleaseOptions
from go_to_wheel.sources.local.artifacts import LocalArtifacts
from go_to_wheel.sources.local.goreleaser import read_goreleaser
from go_to_wheel.targets import find_target

_RECORDED = Path(__file__).parents[3] / "data" / "goreleaser-dist" / "dist"
_NOTHING = ReleaseOptions()
_GREET = {
    "linux-amd64": "greet_1.2.3_linux_amd64.tar.gz",
    "linux-arm64": "greet_1.2.3_linux_arm64.tar.gz",
    "linux-armv7": "greet_1.2.3_linux_armv7.tar.gz",
    "linux-armv6": "greet_1.2.3_linux_armv6.tar.gz",
    "darwin-amd64": "greet_1.2.3_darwin_all.tar.gz",
    "darwin-arm64": "greet_1.2.3_darwin_all.tar.gz",
    "windows-amd64": "greet_1.2.3_windows_amd64.zip",
}


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """A copy of the recorded folder."""
    return shutil.copytree(_RECORDED, tmp_path / "project" / "dist")


def _names(found: LocalArtifacts) -> dict[str, str]:
    return {target: file.name for target, (file,) in found.files.items()}


def _edit(dist: Path, change: Callable[[list[dict[str, Any]]], object]) -> None:
    """Change GoReleaser's list in place."""
    entries = json.loads((dist / "artifacts.json").read_text())
    change(entries)
    (dist / "artifacts.json").write_text(json.dumps(entries))


def test_every_target_gets_the_archive_that_is_published(dist: Path) -> None:
    """Not the one for newer processors, nor those of systems without wheels."""
    found = read_goreleaser(dist, _NOTHING)
    assert _names(found) == _GREET
    assert all(file.path == dist / file.name for (file,) in found.files.values())


def test_name_and_version_are_the_projects(dist: Path) -> None:
    found = read_goreleaser(dist, _NOTHING)
    assert (found.name, found.version, found.commands) == ("greet", "1.2.3", ("greet",))
    assert found.description == "GoReleaser's binaries of greet 1.2.3"


@pytest.mark.parametrize(
    ("version", "read"),
    [("1.2.3-SNAPSHOT-8a1f2c0", "1.2.3-SNAPSHOT"), ("1.2.3-rc.1", "1.2.3-rc.1"), ("", None)],
)
def test_a_snapshots_commit_is_no_part_of_its_version(
    version: str, read: str | None, dist: Path
) -> None:
    about = json.loads((dist / "metadata.json").read_text())
    (dist / "metadata.json").write_text(json.dumps(about | {"version": version}))
    assert read_goreleaser(dist, _NOTHING).version == read


def test_another_program_is_taken_when_it_is_named(dist: Path) -> None:
    """It is released bare, so its file has one name in the list and another one on disk."""
    found = read_goreleaser(dist, ReleaseOptions(binaries=("greet-admin",)))
    assert _names(found) == {
        "linux-amd64": "greet-admin_1.2.3_linux_amd64",
        "windows-amd64": "greet-admin_1.2.3_windows_amd64.exe",
    }
    assert all(file.digests for (file,) in found.files.values())


def test_several_programs_are_built_for_the_targets_that_have_all(dist: Path) -> None:
    found = read_goreleaser(dist, ReleaseOptions(binaries=("greet-admin", "greet")))
    assert found.commands == ("greet-admin", "greet")
    assert {target: [file.name for file in files] for target, files in found.files.items()} == {
        "linux-amd64": ["greet-admin_1.2.3_linux_amd64", "greet_1.2.3_linux_amd64.tar.gz"],
        "windows-amd64": ["greet-admin_1.2.3_windows_amd64.exe", "greet_1.2.3_windows_amd64.zip"],
    }


def test_a_program_that_was_not_built_is_an_error_that_lists_the_others(dist: Path) -> None:
    with pytest.raises(ProgramNotFoundError, match=r"built no greeet, but .*greet"):
        read_goreleaser(dist, ReleaseOptions(binaries=("greeet",)))


def test_several_programs_and_none_of_the_projects_name_must_be_chosen(dist: Path) -> None:
    about = json.loads((dist / "metadata.json").read_text())
    (dist / "metadata.json").write_text(json.dumps(about | {"project_name": "suite"}))
    with pytest.raises(ProgramNotFoundError, match=r"built greet(-admin)?, greet(-admin)?\."):
        read_goreleaser(dist, _NOTHING)


def test_where_the_archives_are_gone_the_bare_binaries_are_taken(dist: Path) -> None:
    for archive in (*dist.glob("*.tar.gz"), *dist.glob("*.zip")):
        archive.unlink()
    assert _names(read_goreleaser(dist, _NOTHING)) == {
        "linux-amd64": "greet_linux_amd64_v1/greet",
        "linux-arm64": "greet_linux_arm64_v8.0/greet",
        "linux-armv7": "greet_linux_arm_7/greet",
        "linux-armv6": "greet_linux_arm_6/greet",
        "darwin-amd64": "greet_darwin_all/greet",
        "darwin-arm64": "greet_darwin_all/greet",
        "windows-amd64": "greet_windows_amd64_v1/greet.exe",
    }


def test_an_older_arm_program_runs_on_a_newer_arm_but_not_the_other_way(dist: Path) -> None:
    _edit(dist, lambda entries: _drop(entries, goarm="7"))
    assert _names(read_goreleaser(dist, _NOTHING))["linux-armv7"].endswith("armv6.tar.gz")
    shutil.copy(_RECORDED / "artifacts.json", dist)
    _edit(dist, lambda entries: _drop(entries, goarm="6"))
    assert "linux-armv6" not in read_goreleaser(dist, _NOTHING).files


def test_a_program_for_newer_processors_alone_is_for_no_target(dist: Path) -> None:
    _edit(dist, lambda entries: _drop(entries, goamd64="v1", goos="linux"))
    assert "linux-amd64" not in read_goreleaser(dist, _NOTHING).files


def test_a_program_for_one_processor_goes_before_a_universal_one(dist: Path) -> None:
    """GoReleaser keeps both where it is told not to replace them."""
    thin = {
        "name": "greet",
        "path": "dist/greet_darwin_arm64_v8.0/greet",
        "goos": "darwin",
        "goarch": "arm64",
        "goarm64": "v8.0",
        "internal_type": 4,
        "extra": {"Binary": "greet"},
    }
    _edit(dist, lambda entries: entries.append(thin))
    names = _names(read_goreleaser(dist, _NOTHING))
    assert names["darwin-arm64"] == "greet_darwin_arm64_v8.0/greet"
    assert names["darwin-amd64"] == "greet_1.2.3_darwin_all.tar.gz"


def _texts(entry: dict[str, Any]) -> set[tuple[str, str]]:
    return {(key, value) for key, value in entry.items() if isinstance(value, str)}


def _drop(entries: list[dict[str, Any]], **fields: str) -> None:
    entries[:] = [entry for entry in entries if fields.items() - _texts(entry)]


@pytest.mark.parametrize(
    "place", ["dist", "renamed", "build/out", "deeper/dist/dist", "with space/dist"]
)
def test_the_folder_may_have_been_moved_or_renamed(place: str, tmp_path: Path) -> None:
    dist = shutil.copytree(_RECORDED, tmp_path / place)
    assert _names(read_goreleaser(dist, _NOTHING)) == _GREET


def test_paths_may_be_absolute_or_those_of_windows(dist: Path) -> None:
    def change(entries: list[dict[str, Any]]) -> None:
        for entry in entries:
            entry["path"] = "C:\\project\\" + entry["path"].replace("/", "\\")

    _edit(dist, change)
    assert _names(read_goreleaser(dist, _NOTHING)) == _GREET


def test_a_path_never_leads_out_of_the_folder(dist: Path) -> None:
    outside = dist.parent / "secret"
    outside.write_bytes(b"x")

    def change(entries: list[dict[str, Any]]) -> None:
        for entry in entries:
            entry["path"] = "dist/../../project/secret"

    _edit(dist, change)
    with pytest.raises(ArtifactError, match="which is not there"):
        read_goreleaser(dist, _NOTHING)


@pytest.mark.parametrize("part", ["x" * 300, "a\0b", "\ud800"])
def test_a_path_that_no_file_can_have_is_one_that_is_not_there(part: str, dist: Path) -> None:
    def change(entries: list[dict[str, Any]]) -> None:
        for entry in entries:
            entry["path"] = f"dist/{part}/greet"

    _edit(dist, change)
    with pytest.raises(ArtifactError, match="which is not there"):
        read_goreleaser(dist, _NOTHING)


def test_a_file_that_is_gone_is_an_error_that_names_it(dist: Path) -> None:
    (dist / "greet_1.2.3_linux_arm64.tar.gz").unlink()
    shutil.rmtree(dist / "greet_linux_arm64_v8.0")
    with pytest.raises(ArtifactError, match=r"names greet_1\.2\.3_linux_arm64\.tar\.gz, which is"):
        read_goreleaser(dist, _NOTHING)


def test_the_digest_of_the_list_is_the_one_to_verify_with(dist: Path) -> None:
    (file,) = read_goreleaser(dist, _NOTHING).files["linux-amd64"]
    lines = (dist / "checksums.txt").read_text().splitlines()
    (digest,) = (line.split()[0] for line in lines if line.endswith(f" {file.name}"))
    assert [str(each) for each in file.digests] == [f"sha256:{digest}"]
    assert file.vouched_by == "artifacts.json"


def test_a_digest_of_a_weak_kind_does_not_count(dist: Path) -> None:
    def change(entries: list[dict[str, Any]]) -> None:
        for entry in entries:
            entry.get("extra", {})["Checksum"] = "crc32:d87f7e0c"

    _edit(dist, change)
    assert not any(file.digests for (file,) in read_goreleaser(dist, _NOTHING).files.values())


def test_a_file_can_be_named_for_a_target(dist: Path) -> None:
    options = ReleaseOptions(assets=(("linux/arm64", "greet_linux_arm64_v8.0/greet"),))
    assert _names(read_goreleaser(dist, options)) == _GREET | {
        "linux-arm64": "greet_linux_arm64_v8.0/greet"
    }
    options = ReleaseOptions(assets=(("linux-arm64", "greet.zip"),))
    with pytest.raises(NoMatchingAssetError, match=r"no file greet\.zip for linux-arm64"):
        read_goreleaser(dist, options)


def test_a_target_without_a_file_is_an_error_that_lists_what_there_is(dist: Path) -> None:
    with pytest.raises(
        NoMatchingAssetError, match="no file for windows-arm64, but for linux-amd64, linux-arm64"
    ) as caught:
        read_goreleaser(dist, _NOTHING).files_for(find_target("windows-arm64"))
    assert "greet_1.2.3_windows_amd64.zip" in caught.value.message
    assert "--asset windows-arm64=NAME" in caught.value.hint


def test_binaries_for_other_systems_only_are_an_error(dist: Path) -> None:
    _edit(
        dist,
        lambda entries: entries.__setitem__(
            slice(None), [entry for entry in entries if entry.get("goos") == "freebsd"]
        ),
    )
    with pytest.raises(NoMatchingAssetError, match="built greet for no target that is known"):
        read_goreleaser(dist, _NOTHING)


def test_without_metadata_the_list_is_enough(dist: Path) -> None:
    (dist / "metadata.json").unlink()
    found = read_goreleaser(dist, ReleaseOptions(binaries=("greet",)))
    assert (found.name, found.version) == (None, None)
    assert _names(found) == _GREET


def test_the_projects_texts_lie_in_the_folder_above(dist: Path) -> None:
    assert read_goreleaser(dist, _NOTHING).folder is None
    (dist.parent / ".goreleaser.yaml").touch()
    assert read_goreleaser(dist, _NOTHING).folder == dist.parent


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", r"artifacts\.json is not JSON"),
        ("{}", r"artifacts\.json is not an array"),
        ("[1]", r"artifacts\.json\[0\] is not an object"),
        ('[{"internal_type": "x"}]', r"artifacts\.json\[0\]\.internal_type is not a whole number"),
        ('[{"internal_type": 1, "path": 5}]', r"artifacts\.json\[0\]\.path is not a str"),
        ('[{"internal_type": 1, "extra": []}]', r"artifacts\.json\[0\]\.extra is not an object"),
        (
            '[{}, {"internal_type": 1, "extra": {"Binaries": [1]}}]',
            r"artifacts\.json\[1\]\.extra\.Binaries is not an array of strings",
        ),
        ("[" * 100_000, r"artifacts\.json is not JSON"),
        ("[]", r"built no program"),
    ],
)
def test_a_list_that_is_not_goreleasers_is_an_error_that_says_where(
    content: str, message: str, dist: Path
) -> None:
    (dist / "artifacts.json").write_text(content)
    with pytest.raises(GoToWheelError, match=message):
        read_goreleaser(dist, _NOTHING)
