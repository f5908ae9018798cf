"""Archives and binaries in a folder, or named one by one, are matched with targets."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from go_to_wheel.errors import (
    ArchiveError,
    Cancelled,
    ChecksumFileError,
    NoMatchingAssetError,
    ProgramNotFoundError,
    SourceNotFoundError,
    UnknownTargetError,
)
from go_to_wheel.release import ReleaseOptions
from go_to_wheel.sources.archive import never
from go_to_wheel.sources.local.artifacts import LocalArtifacts
from go_to_wheel.sources.local.loose import find_artifacts
from go_to_wheel.targets import find_target
from helpers.archives import (
    DARWIN_AMD64,
    DARWIN_ARM64,
    DARWIN_BOTH,
    LINUX_AMD64,
    LINUX_ARM64,
    WINDOWS_AMD64,
    Entry,
    gz,
    pack,
    program,
    text,
)
from helpers.binaries import Elf

_NOTHING = ReleaseOptions()
_RECORDED = Path(__file__).parents[3] / "data" / "goreleaser-dist" / "dist"


def _folder(top: Path, files: dict[str, bytes]) -> Path:
    """A folder ``built`` of these files."""
    for name, content in files.items():
        path = top / "built" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return top / "built"


def _found(
    top: Path, files: dict[str, bytes], options: ReleaseOptions = _NOTHING
) -> LocalArtifacts:
    return find_artifacts([_folder(top, files)], options, never)


def _names(found: LocalArtifacts) -> dict[str, str]:
    return {target: file.name for target, (file,) in found.files.items()}


def _packed(content: bytes) -> bytes:
    return pack("tar.gz", [text("LICENSE"), program("tool", content)])


def test_archives_are_matched_by_their_names(tmp_path: Path) -> None:
    found = _found(
        tmp_path,
        {
            "tool_1.2.3_linux_amd64.tar.gz": _packed(LINUX_AMD64),
            "tool_1.2.3_Darwin_all.tar.gz": _packed(DARWIN_BOTH),
            "tool_1.2.3_windows_x86_64.zip": pack("zip", [program("tool.exe", WINDOWS_AMD64)]),
            "checksums.txt": b"",
            "tool_1.2.3_linux_amd64.deb": b"!<arch>\ndebian-binary",
            "tool_1.2.3_linux_amd64.sbom.json": b"{}",
        },
    )
    assert _names(found) == {
        "linux-amd64": "tool_1.2.3_linux_amd64.tar.gz",
        "darwin-amd64": "tool_1.2.3_Darwin_all.tar.gz",
        "darwin-arm64": "tool_1.2.3_Darwin_all.tar.gz",
        "windows-amd64": "tool_1.2.3_windows_x86_64.zip",
    }
    assert (found.name, found.version, found.commands) == ("tool", "1.2.3", ("tool",))


def test_bare_binaries_are_matched_by_their_names(tmp_path: Path) -> None:
    found = _found(
        tmp_path, {"tool-linux-arm64": LINUX_ARM64, "tool-windows-amd64.exe": WINDOWS_AMD64}
    )
    assert _names(found) == {
        "linux-arm64": "tool-linux-arm64",
        "windows-amd64": "tool-windows-amd64.exe",
    }


def test_folders_named_after_platforms_are_read_with_their_names(tmp_path: Path) -> None:
    found = _found(
        tmp_path,
        {
            "linux-amd64/tool": LINUX_AMD64,
            "linux-arm64/tool": LINUX_ARM64,
            "darwin-arm64/tool": DARWIN_ARM64,
            "windows-amd64/tool.exe": WINDOWS_AMD64,
            "README.md": b"# Tool",
            ".git/objects/linux-386": LINUX_AMD64,
            ".tool-linux-386": LINUX_AMD64,
        },
    )
    assert _names(found) == {
        "linux-amd64": "linux-amd64/tool",
        "linux-arm64": "linux-arm64/tool",
        "darwin-arm64": "darwin-arm64/tool",
        "windows-amd64": "windows-amd64/tool.exe",
    }
    assert found.commands == ("tool",)


def test_folders_tell_apart_what_the_header_does_not(tmp_path: Path) -> None:
    """A program for ARMv6 runs on ARMv7 too."""
    arm = Elf(machine=40, bits=32, flags=0x05000000).build()
    found = _found(tmp_path, {"linux-armv6/tool": arm, "linux-armv7/tool": arm})
    assert _names(found) == {"linux-armv6": "linux-armv6/tool", "linux-armv7": "linux-armv7/tool"}


def test_what_lies_below_is_left_alone_where_archives_lie_on_top(tmp_path: Path) -> None:
    files = {
        "tool_linux_amd64.tar.gz": _packed(LINUX_AMD64),
        "testdata/other-linux-amd64": LINUX_AMD64,
        "testdata/other-linux-arm64": LINUX_ARM64,
    }
    assert _names(_found(tmp_path, files)) == {"linux-amd64": "tool_linux_amd64.tar.gz"}


@pytest.mark.parametrize(
    ("content", "targets"),
    [
        (LINUX_AMD64, {"linux-amd64"}),
        (LINUX_ARM64, {"linux-arm64"}),
        (DARWIN_AMD64, {"darwin-amd64"}),
        (DARWIN_BOTH, {"darwin-amd64", "darwin-arm64"}),
        (WINDOWS_AMD64, {"windows-amd64"}),
        (gz(LINUX_ARM64), {"linux-arm64"}),
        (_packed(DARWIN_ARM64), {"darwin-arm64"}),
    ],
)
def test_where_the_name_says_nothing_the_header_does(
    content: bytes, targets: set[str], tmp_path: Path
) -> None:
    found = _found(tmp_path, {"mytool": content})
    assert set(found.files) == targets
    assert found.commands == ("mytool",)


def test_the_header_overrules_a_guess_from_a_name_that_says_little(tmp_path: Path) -> None:
    """A name with a system alone counts as amd64 in a release."""
    assert set(_found(tmp_path, {"tool-linux": LINUX_ARM64}).files) == {"linux-arm64"}


def test_several_files_whose_names_say_nothing_are_told_apart(tmp_path: Path) -> None:
    folder = _folder(tmp_path, {"a/tool": LINUX_AMD64, "b/tool": LINUX_ARM64})
    found = find_artifacts([folder / "a" / "tool", folder / "b" / "tool"], _NOTHING, never)
    assert _names(found) == {"linux-amd64": "a/tool", "linux-arm64": "b/tool"}


def _old_and_new(suffix: str) -> dict[str, bytes]:
    """Files of one version for two systems, and an old one beside them."""
    return {
        "tool_1.4.0_Linux_x86_64.tar.gz": _packed(LINUX_AMD64),
        "tool_1.4.0_Darwin_all.tar.gz": _packed(DARWIN_BOTH),
        f"tool_1.3.0_Linux_x86_64.{suffix}": pack(suffix, [program("tool", LINUX_AMD64)]),
    }


@pytest.mark.parametrize("suffix", ["tar.gz", "zip"])
def test_files_of_two_versions_for_one_target_are_told(suffix: str, tmp_path: Path) -> None:
    found = _found(tmp_path, _old_and_new(suffix))
    assert set(found.files) == {"darwin-amd64", "darwin-arm64"}
    assert found.contested == {
        "linux-amd64": (f"tool_1.3.0_Linux_x86_64.{suffix}", "tool_1.4.0_Linux_x86_64.tar.gz")
    }
    with pytest.raises(NoMatchingAssetError) as caught:
        found.files_for(find_target("linux-amd64"))
    assert caught.value.message == (
        f"tool_1.3.0_Linux_x86_64.{suffix} and tool_1.4.0_Linux_x86_64.tar.gz are for linux-amd64,"
        " and nothing says which one is right."
    )
    assert "--asset linux-amd64=FILE" in caught.value.hint


def test_a_file_that_is_named_ends_the_contest(tmp_path: Path) -> None:
    name = "tool_1.4.0_Linux_x86_64.tar.gz"
    options = ReleaseOptions(assets=(("linux-amd64", name),))
    found = _found(tmp_path, _old_and_new("tar.gz"), options)
    assert (_names(found)["linux-amd64"], found.contested) == (name, {})


def test_one_version_in_several_forms_is_no_contest(tmp_path: Path) -> None:
    files = {
        "tool_1.4.0_linux_amd64.tar.gz": _packed(LINUX_AMD64),
        "tool_1.4.0_linux_amd64.zip": pack("zip", [program("tool", LINUX_AMD64)]),
        "tool_1.4.0_linux_amd64_musl.tar.gz": _packed(LINUX_AMD64),
        "other_1.4.0_linux_arm64.tar.gz": _packed(LINUX_ARM64),
        "other_1.3.0_linux_arm64.tar.gz": _packed(LINUX_ARM64),
    }
    found = _found(tmp_path, files, ReleaseOptions(binaries=("tool",)))
    assert set(found.files) == {"linux-amd64"}
    assert not found.contested


def test_those_that_come_second_in_their_version_are_not_told(tmp_path: Path) -> None:
    files = _old_and_new("tar.gz") | {
        "tool_1.4.0_Linux_x86_64.zip": pack("zip", [program("tool", LINUX_AMD64)]),
        "tool_1.4.0_Linux_x86_64_musl.tar.gz": _packed(LINUX_AMD64),
    }
    assert _found(tmp_path, files).contested == {
        "linux-amd64": ("tool_1.3.0_Linux_x86_64.tar.gz", "tool_1.4.0_Linux_x86_64.tar.gz")
    }


def test_two_files_for_one_target_whose_names_say_nothing_are_told(tmp_path: Path) -> None:
    files = {"a/tool": LINUX_ARM64, "b/tool": LINUX_AMD64, "c/tool": LINUX_AMD64}
    found = _found(tmp_path, files)
    assert _names(found) == {"linux-arm64": "a/tool"}
    assert found.contested == {"linux-amd64": ("b/tool", "c/tool")}


def test_two_files_for_the_only_target_are_an_error_at_once(tmp_path: Path) -> None:
    files = {"tool-1.3.0-linux-amd64": LINUX_AMD64, "tool-1.4.0-linux-amd64": LINUX_AMD64}
    with pytest.raises(NoMatchingAssetError, match=r"^tool-1\.3\.0-linux-amd64 and tool-1\.4\.0"):
        _found(tmp_path, files)


def test_wheels_in_a_folder_are_no_archives_of_programs(tmp_path: Path) -> None:
    wheel = pack("zip", [program("tool/bin/tool", LINUX_ARM64)])
    files = {
        "tool-linux-amd64": LINUX_AMD64,
        "tool-1.0-py3-none-manylinux_2_17_aarch64.whl": wheel,
        "OLD.WHL": wheel,
    }
    assert _names(_found(tmp_path, files)) == {"linux-amd64": "tool-linux-amd64"}
    del files["tool-linux-amd64"]
    with pytest.raises(SourceNotFoundError, match="holds wheels already, but no") as caught:
        _found(tmp_path / "other", files)
    assert "go-to-wheel check" in caught.value.hint


def test_one_archive_may_hold_the_programs_of_all_platforms(tmp_path: Path) -> None:
    entries = [program("linux/tool"), program("mac/tool", DARWIN_BOTH), text("README.md")]
    found = _found(tmp_path, {"tool.zip": pack("zip", entries)})
    assert set(found.files) == {"linux-amd64", "darwin-amd64", "darwin-arm64"}


def test_files_named_one_by_one_are_matched_like_a_folder(tmp_path: Path) -> None:
    folder = _folder(
        tmp_path,
        {"tool-linux-amd64": LINUX_AMD64, "tool-darwin-arm64": DARWIN_ARM64, "other": b"x"},
    )
    paths = [folder / "tool-linux-amd64", folder / "tool-darwin-arm64"]
    found = find_artifacts(paths, _NOTHING, never)
    assert set(found.files) == {"linux-amd64", "darwin-arm64"}
    assert found.folder is None


def test_a_file_is_read_where_it_lies_whatever_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(_folder(tmp_path, {"tool-linux-amd64": LINUX_AMD64}))
    for path in (Path("tool-linux-amd64"), Path(), Path("../built")):
        (file,) = find_artifacts([path], _NOTHING, never).files["linux-amd64"]
        assert file.name == "tool-linux-amd64"
        assert file.path.read_bytes() == LINUX_AMD64


def test_programs_named_after_platforms_alone_go_by_the_name_inside(tmp_path: Path) -> None:
    packed = pack("zip", [program("x/mytool", LINUX_AMD64)])
    assert _found(tmp_path, {"linux-amd64.zip": packed}).commands == ("mytool",)


def test_bare_programs_named_after_platforms_alone_go_by_the_folders_name(tmp_path: Path) -> None:
    files = {"linux-amd64": LINUX_AMD64, "linux-arm64": LINUX_ARM64}
    assert _found(tmp_path, files).commands == ("built",)


def test_several_programs_must_be_chosen_from(tmp_path: Path) -> None:
    files = {"north-linux-amd64": LINUX_AMD64, "south-linux-amd64": LINUX_AMD64}
    with pytest.raises(ProgramNotFoundError, match="of several programs: north, south"):
        _found(tmp_path, files)
    found = _found(tmp_path, files, ReleaseOptions(binaries=("south", "north")))
    assert [file.name for file in found.files["linux-amd64"]] == [
        "south-linux-amd64",
        "north-linux-amd64",
    ]
    assert (found.name, found.commands) == (None, ("south", "north"))


def test_the_programs_of_one_archive_are_found_in_it(tmp_path: Path) -> None:
    packed = pack("tar.gz", [program("alpha"), program("beta")])
    options = ReleaseOptions(binaries=("alpha", "beta"))
    found = _found(tmp_path, {"suite_linux_amd64.tar.gz": packed}, options)
    assert {file.name for file in found.files["linux-amd64"]} == {"suite_linux_amd64.tar.gz"}


def test_goreleasers_folder_without_its_list_is_matched_by_names(tmp_path: Path) -> None:
    files = {path.name: path.read_bytes() for path in _RECORDED.iterdir() if path.is_file()}
    del files["artifacts.json"]
    found = _found(tmp_path, files)
    assert found.version == "1.2.3"
    assert _names(found)["linux-armv7"] == "greet_1.2.3_linux_armv7.tar.gz"
    assert _names(found)["darwin-arm64"] == "greet_1.2.3_darwin_all.tar.gz"
    assert _names(found)["linux-amd64"] == "greet_1.2.3_linux_amd64.tar.gz"


def test_a_version_counts_only_where_all_files_have_it(tmp_path: Path) -> None:
    files = {"tool-1.2.3-linux-amd64": LINUX_AMD64, "tool-1.2.4-linux-arm64": LINUX_ARM64}
    assert _found(tmp_path, files).version is None
    files = {"tool-macos-10.15-amd64": DARWIN_AMD64}
    assert _found(tmp_path / "other", files).version is None


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("tool_1.2.3_linux_amd64", "1.2.3"),
        ("tool-v1.2.3-rc.1-linux-amd64", "v1.2.3-rc.1"),
        ("tool_1.2.3-SNAPSHOT-8a1f2c0_linux_amd64", "1.2.3-SNAPSHOT"),
        ("tool-linux-amd64-1.2.3.4", "1.2.3.4"),
        ("tool-linux-amd64", None),
    ],
)
def test_the_version_is_read_from_the_name(name: str, version: str | None, tmp_path: Path) -> None:
    assert _found(tmp_path, {name: LINUX_AMD64}).version == version


def test_a_file_can_be_named_for_a_target(tmp_path: Path) -> None:
    files = {"tool-linux-amd64": LINUX_AMD64, "special.bin": LINUX_AMD64}
    options = ReleaseOptions(assets=(("linux-amd64", "special.bin"),))
    assert _names(_found(tmp_path, files, options)) == {"linux-amd64": "special.bin"}
    with pytest.raises(NoMatchingAssetError, match="no file missing for linux-amd64"):
        _found(tmp_path, files, ReleaseOptions(assets=(("linux-amd64", "missing"),)))
    with pytest.raises(UnknownTargetError):
        _found(tmp_path, files, ReleaseOptions(assets=(("linux-amd65", "special.bin"),)))


def test_checksums_beside_the_files_vouch_for_them(tmp_path: Path) -> None:
    packed = _packed(LINUX_AMD64)
    digest = hashlib.sha256(packed).hexdigest()
    files = {
        "tool_linux_amd64.tar.gz": packed,
        "tool_linux_arm64.tar.gz": _packed(LINUX_ARM64),
        "checksums.txt": f"{digest}  tool_linux_amd64.tar.gz\n".encode(),
    }
    folder = _folder(tmp_path, files)
    for paths in ([folder], [folder / "tool_linux_amd64.tar.gz"]):
        (file,) = find_artifacts(paths, _NOTHING, never).files["linux-amd64"]
        assert [str(each) for each in file.digests] == [f"sha256:{digest}"]
        assert file.vouched_by == "checksums.txt"
    (other,) = find_artifacts([folder], _NOTHING, never).files["linux-arm64"]
    assert (other.digests, other.missing_in) == ((), "checksums.txt")


def test_a_list_of_other_files_alone_says_nothing(tmp_path: Path) -> None:
    line = f"{hashlib.sha256(b'').hexdigest()}  tool_1.2.3_linux_amd64.tar.gz\n"
    files = {"tool_1.3.0_linux_amd64.tar.gz": _packed(LINUX_AMD64), "checksums.txt": line.encode()}
    (file,) = _found(tmp_path, files).files["linux-amd64"]
    assert (file.digests, file.missing_in) == ((), "")


def test_a_wrong_line_in_a_checksum_file_is_an_error(tmp_path: Path) -> None:
    files = {"tool-linux-amd64": LINUX_AMD64, "checksums.txt": b"nonsense  tool-linux-amd64\n"}
    with pytest.raises(ChecksumFileError):
        _found(tmp_path, files)


def test_a_folder_without_programs_is_no_source(tmp_path: Path) -> None:
    files = {"README.md": b"x", "libtool.so": LINUX_AMD64, "tool.deb": b"!<arch>\ndebian"}
    with pytest.raises(SourceNotFoundError, match="holds no archive and no binary"):
        _found(tmp_path, files)


def test_a_folder_inside_a_module_is_not_said_to_lie_outside(tmp_path: Path) -> None:
    (tmp_path / "go.mod").touch()
    with pytest.raises(SourceNotFoundError, match="no archive, no binary and no Go source"):
        _found(tmp_path, {"README.md": b"x"})


def test_files_that_are_no_programs_are_told_as_files(tmp_path: Path) -> None:
    folder = _folder(tmp_path, {"a.txt": b"x", "b.txt": b"x"})
    for names, start in (
        (("a.txt",), f"{folder / 'a.txt'} is no archive or binary of a program."),
        (("a.txt", "b.txt"), f"None of {folder / 'a.txt'} and 1 more is an archive or binary"),
    ):
        with pytest.raises(SourceNotFoundError) as caught:
            find_artifacts([folder / name for name in names], _NOTHING, never)
        assert caught.value.message.startswith(start)


def test_programs_for_no_target_are_an_error_that_lists_them(tmp_path: Path) -> None:
    with pytest.raises(NoMatchingAssetError, match="is known: tool-freebsd-amd64"):
        _found(tmp_path, {"tool-freebsd-amd64": b"\x7fELF"})


def test_damaged_files_that_are_all_there_is_are_the_error(tmp_path: Path) -> None:
    broken = pack("zip", [program("tool")])[:-30]
    with pytest.raises(ArchiveError, match=r"a\.zip is damaged"):
        _found(tmp_path, {"a.zip": broken, "b.zip": broken}, ReleaseOptions(binaries=("tool",)))


def test_a_damaged_file_that_nobody_wants_does_no_harm(tmp_path: Path) -> None:
    files = {"tool-linux-amd64": LINUX_AMD64, "tool.zip": b"PK\x03\x04 broken"}
    assert _names(_found(tmp_path, files)) == {"linux-amd64": "tool-linux-amd64"}


def test_more_files_than_anyone_builds_are_not_looked_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("go_to_wheel.sources.local.collect._MOST_FILES", 3)
    from go_to_wheel.errors import ArtifactError

    with pytest.raises(ArtifactError, match="more than 3 files"):
        _found(tmp_path, {str(number): b"x" for number in range(5)})


def test_the_search_ends_where_the_check_says_so(tmp_path: Path) -> None:
    def stop() -> None:
        raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        find_artifacts([_folder(tmp_path, {"tool": LINUX_AMD64})], _NOTHING, stop)


def test_a_library_in_an_archive_is_no_program_of_the_folder(tmp_path: Path) -> None:
    entries = [Entry(name="libtool.so", content=LINUX_AMD64)]
    with pytest.raises(NoMatchingAssetError):
        _found(tmp_path, {"bundle.tar.gz": pack("tar.gz", entries)})
