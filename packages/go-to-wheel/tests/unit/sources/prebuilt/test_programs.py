"""The program is found in whatever archive projects put it into, and nothing else is taken."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from go_to_wheel.binary import read_binary
from go_to_wheel.errors import (
    ArchiveError,
    InvalidBinaryError,
    ProgramNotFoundError,
    TagMismatchError,
)
from go_to_wheel.sources.archive import open_archive
from go_to_wheel.sources.prebuilt.programs import (
    Choice,
    choose_programs,
    may_hold_program,
    program_name,
    unpack_programs,
)
from go_to_wheel.targets import Arch, find_target
from helpers.archives import (
    COMPRESSORS,
    DARWIN_ARM64,
    DARWIN_BOTH,
    FORMS,
    LINUX_AMD64,
    LINUX_ARM64,
    WINDOWS_AMD64,
    Entry,
    hard_link,
    pack,
    program,
    symlink,
    text,
    zipped,
)
from helpers.binaries import Elf

_LINUX = find_target("linux-amd64")
_WINDOWS = find_target("windows-amd64")
_MACOS = find_target("darwin-arm64")
_LIBRARY = Elf(soname="libtool.so", entry=0, type=3).build()
_SCRIPT = Entry(name="tool", content=b"#!/bin/sh\nexec true\n", mode=0o755)


def _chosen(
    folder: Path, entries: Sequence[Entry], choice: Choice, target: str = "linux-amd64"
) -> list[str]:
    """The names of the members that are chosen from an archive of these."""
    path = folder / "tool-1.2.3.tar.gz"
    path.write_bytes(pack("tar.gz", entries))
    with open_archive(path) as archive:
        return [member.name for member in choose_programs(archive, choice, find_target(target))]


def _unpacked(folder: Path, data: bytes, choice: Choice, target: str = "linux-amd64") -> Path:
    """The one program, taken out of a file."""
    path = folder / "tool-asset"
    path.write_bytes(data)
    with open_archive(path) as archive:
        unpack_programs(archive, choice, find_target(target), [folder / "out"])
    return folder / "out"


_TOOL = Choice(expected=("tool",))


@pytest.mark.parametrize(
    "name",
    [
        "tool",
        "tool-1.2.3/tool",
        "tool-1.2.3-linux-amd64/bin/tool",
        "TOOL",
        "tool-linux-amd64",
        "tool_v1.2.3_linux_amd64",
        "dist/tool-x86_64-unknown-linux-musl",
        "usr/local/bin/tool",
    ],
)
@pytest.mark.parametrize("choice", [_TOOL, Choice(binaries=("tool",))])
def test_a_program_is_found_by_its_name(name: str, choice: Choice, tmp_path: Path) -> None:
    entries = [text("LICENSE"), program("helper"), program(name), text("tool.1"), text("tool.md")]
    assert _chosen(tmp_path, entries, choice) == [name]


@pytest.mark.parametrize("name", ["tool.exe", "Tool.EXE", "tool-windows-amd64.exe", "x\\tool.exe"])
@pytest.mark.parametrize("wanted", ["tool", "tool.exe"])
def test_a_windows_program_is_found_with_or_without_exe(
    name: str, wanted: str, tmp_path: Path
) -> None:
    path = tmp_path / "tool.zip"
    path.write_bytes(zipped([text("README.md"), program(name, WINDOWS_AMD64)], on_windows=True))
    with open_archive(path) as archive:
        (member,) = choose_programs(archive, Choice(binaries=(wanted,)), _WINDOWS)
    assert member.name == name.replace("\\", "/")


def test_the_exact_name_goes_before_others(tmp_path: Path) -> None:
    entries = [program("tool-linux-amd64"), program("TOOL"), program("tool")]
    assert _chosen(tmp_path, entries, _TOOL) == ["tool"]


def test_a_name_in_other_letters_goes_before_one_with_more_words(tmp_path: Path) -> None:
    entries = [program("tool-linux-amd64"), program("Tool")]
    assert _chosen(tmp_path, entries, _TOOL) == ["Tool"]


def test_a_java_class_is_no_universal_binary_though_it_begins_like_one(tmp_path: Path) -> None:
    java = Entry(name="Main", content=b"\xca\xfe\xba\xbe\0\0\0\x34" + bytes(100))
    assert _chosen(tmp_path, [java, program("rg", DARWIN_BOTH)], _TOOL, "darwin-arm64") == ["rg"]


def test_without_its_name_the_only_executable_program_is_taken(tmp_path: Path) -> None:
    entries = [
        Entry(name="install.sh", content=b"#!/bin/sh\n", mode=0o755),
        Entry(name="lib/libtool.so", content=_LIBRARY, mode=0o755),
        program("rg"),
        Entry(name="not-executable", content=LINUX_AMD64),
    ]
    assert _chosen(tmp_path, entries, Choice(expected=("ripgrep",))) == ["rg"]


def test_where_nothing_is_executable_the_only_program_is_known_by_its_header(
    tmp_path: Path,
) -> None:
    """Archives made on Windows have no exec bits."""
    entries = [text("README"), text("rg.txt"), Entry(name="rg", content=LINUX_AMD64)]
    assert _chosen(tmp_path, entries, _TOOL) == ["rg"]


def test_a_name_that_is_expected_must_not_be_there_but_one_that_is_given_must(
    tmp_path: Path,
) -> None:
    assert _chosen(tmp_path, [program("rg")], _TOOL) == ["rg"]
    with pytest.raises(
        ProgramNotFoundError, match=r"tar\.gz holds no program named tool, but rg\."
    ) as caught:
        _chosen(tmp_path, [program("rg")], Choice(binaries=("tool",)))
    assert "--binary" in caught.value.hint


def test_several_programs_and_none_chosen_is_an_error_that_lists_them(tmp_path: Path) -> None:
    entries = [program("bin/alpha"), program("bin/beta"), text("README")]
    with pytest.raises(
        ProgramNotFoundError, match=r"holds several programs: bin/alpha, bin/beta\."
    ) as caught:
        _chosen(tmp_path, entries, _TOOL)
    assert "--binary NAME" in caught.value.hint


def test_each_of_several_chosen_programs_is_found(tmp_path: Path) -> None:
    entries = [program("bin/alpha"), program("bin/beta"), program("bin/gamma")]
    choice = Choice(binaries=("gamma", "alpha"))
    assert _chosen(tmp_path, entries, choice) == ["bin/gamma", "bin/alpha"]


def test_several_programs_are_unpacked_each_to_its_own_path(tmp_path: Path) -> None:
    path = tmp_path / "tools.tar.gz"
    other = Elf(data=b"other").build()
    path.write_bytes(pack("tar.gz", [program("beta", other), program("alpha")]))
    outputs = [tmp_path / "one", tmp_path / "two"]
    with open_archive(path) as archive:
        unpack_programs(archive, Choice(binaries=("alpha", "beta")), _LINUX, outputs)
    assert [output.read_bytes() for output in outputs] == [LINUX_AMD64, other]
    assert all(output.stat().st_mode & 0o777 == 0o755 for output in outputs)


def test_a_program_can_be_named_by_its_path(tmp_path: Path) -> None:
    entries = [program("a/tool"), program("b/tool")]
    assert _chosen(tmp_path, entries, Choice(binaries=("b/tool",))) == ["b/tool"]
    with pytest.raises(ProgramNotFoundError, match="holds several programs: a/tool, b/tool"):
        _chosen(tmp_path, entries, Choice(binaries=("tool",)))


def test_of_programs_with_one_name_the_one_on_top_is_taken(tmp_path: Path) -> None:
    entries = [program("pkg/libexec/tool"), program("pkg/tool")]
    assert _chosen(tmp_path, entries, _TOOL) == ["pkg/tool"]


def test_completions_and_scripts_with_the_name_of_the_program_are_passed_over(
    tmp_path: Path,
) -> None:
    entries = [_SCRIPT, text("completions/tool"), program("tool-linux-amd64")]
    assert _chosen(tmp_path, entries, _TOOL) == ["tool-linux-amd64"]


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("linux-amd64", "linux-amd64/tool"),
        ("linux-arm64", "linux-arm64/tool"),
        ("darwin-amd64", "macos/tool"),
        ("darwin-arm64", "macos/tool"),
        ("windows-amd64", "windows/tool.exe"),
    ],
)
def test_an_archive_for_all_platforms_gives_each_its_own(
    target: str, path: str, tmp_path: Path
) -> None:
    entries = [
        program("linux-amd64/tool"),
        program("linux-arm64/tool", LINUX_ARM64),
        program("macos/tool", DARWIN_BOTH),
        program("windows/tool.exe", WINDOWS_AMD64),
    ]
    assert _chosen(tmp_path, entries, Choice(binaries=("tool",)), target) == [path]
    assert _chosen(tmp_path, entries, Choice(), target) == [path]


def test_a_link_to_the_program_is_the_program(tmp_path: Path) -> None:
    entries = [symlink("bin/tool", "../lib/tool-main"), program("lib/tool-main")]
    assert _chosen(tmp_path, entries, _TOOL) == ["bin/tool"]


def test_a_link_and_its_file_are_not_two_programs(tmp_path: Path) -> None:
    entries = [symlink("bin/tool", "../opt/tool"), program("opt/tool"), hard_link("t", "opt/tool")]
    assert _chosen(tmp_path, entries, _TOOL) == ["opt/tool"]
    assert _chosen(tmp_path, entries, Choice(expected=("other",))) == ["opt/tool"]


def test_a_broken_link_with_the_name_of_the_program_is_passed_over(tmp_path: Path) -> None:
    entries = [symlink("tool", "gone"), program("bin/tool")]
    assert _chosen(tmp_path, entries, _TOOL) == ["bin/tool"]


def test_a_program_that_is_there_twice_is_an_error(tmp_path: Path) -> None:
    for second in (program("tool", LINUX_ARM64), _SCRIPT, program("./tool")):
        with pytest.raises(ArchiveError, match="holds tool more than once"):
            _chosen(tmp_path, [program("tool"), second], _TOOL)


@pytest.mark.parametrize(
    ("entries", "found"),
    [
        ([_SCRIPT], "tool is a script, not an executable"),
        ([text("tool", "hello")], "tool is a text file"),
        ([_SCRIPT, text("README")], "tool is a script"),
        ([Entry(name="lib/libtool.so.1", content=_LIBRARY)], r"a library: lib/libtool\.so\.1"),
        ([Entry(name="libtool.dylib", content=DARWIN_ARM64)], r"a library: libtool\.dylib"),
        ([program("tool.exe", WINDOWS_AMD64), text("x")], r"for other systems.*: tool\.exe"),
        ([text("README"), text("LICENSE")], "It holds README, LICENSE"),
        ([Entry(name="Main.class", content=b"\xca\xfe\xba\xbe\0\0\0\x34")], "unknown format"),
        ([Entry(name="a.tar.gz", content=pack("tar.gz", []))], r"a\.tar\.gz is a gzip archive"),
    ],
)
def test_what_is_there_instead_of_a_program_is_said(
    entries: Sequence[Entry], found: str, tmp_path: Path
) -> None:
    for choice in (_TOOL, Choice(binaries=("tool",))):
        with pytest.raises(ProgramNotFoundError, match=found) as caught:
            _chosen(tmp_path, entries, choice)
        assert "--asset linux-amd64=NAME" in caught.value.hint


def test_an_empty_archive_is_said_to_be_empty(tmp_path: Path) -> None:
    path = tmp_path / "empty.zip"
    path.write_bytes(zipped([]))
    with open_archive(path) as archive, pytest.raises(ProgramNotFoundError, match="holds nothing"):
        choose_programs(archive, _TOOL, _LINUX)


def test_a_long_list_of_what_is_there_is_cut(tmp_path: Path) -> None:
    entries = [text(f"page-{number}") for number in range(30)]
    with pytest.raises(ProgramNotFoundError, match=r"page-9 and 20 more\."):
        _chosen(tmp_path, entries, _TOOL)


@pytest.mark.parametrize("form", [*FORMS, *COMPRESSORS, "raw"])
def test_the_bytes_are_the_same_from_every_kind_of_file(form: str, tmp_path: Path) -> None:
    if form in FORMS:
        data = pack(form, [text("LICENSE"), program("bin/tool")])
    else:
        data = COMPRESSORS.get(form, bytes)(LINUX_AMD64)
    out = _unpacked(tmp_path, data, _TOOL)
    assert out.read_bytes() == LINUX_AMD64
    assert out.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("choice", [Choice(), _TOOL, Choice(binaries=("whatever",))])
def test_a_raw_file_is_the_program_whatever_it_is_called(choice: Choice, tmp_path: Path) -> None:
    assert _unpacked(tmp_path, LINUX_AMD64, choice).read_bytes() == LINUX_AMD64


def test_two_programs_are_never_one_raw_file(tmp_path: Path) -> None:
    path = tmp_path / "tool-linux-amd64"
    path.write_bytes(LINUX_AMD64)
    with (
        open_archive(path) as archive,
        pytest.raises(ProgramNotFoundError, match="holds no program named other, but tool-linux"),
    ):
        choose_programs(archive, Choice(binaries=("tool", "other")), _LINUX)


@pytest.mark.parametrize("target", ["darwin-amd64", "darwin-arm64"])
def test_a_universal_binary_is_left_whole_for_both(target: str, tmp_path: Path) -> None:
    out = _unpacked(tmp_path, pack("tar.gz", [program("tool", DARWIN_BOTH)]), _TOOL, target)
    assert out.read_bytes() == DARWIN_BOTH
    assert {fact.arch for fact in read_binary(out)} == {Arch.AMD64, Arch.ARM64}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (pack("tar.gz", [program("bin/tool", LINUX_ARM64)]), "^bin/tool in tool-asset cannot be"),
        (LINUX_ARM64, r"^tool-asset cannot be used for linux-amd64\. The binary is a Linux"),
    ],
)
def test_a_program_for_another_processor_is_an_error_that_names_both(
    data: bytes, message: str, tmp_path: Path
) -> None:
    with pytest.raises(TagMismatchError, match=message):
        _unpacked(tmp_path, data, _TOOL)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"#!/bin/sh\n", "is a script"),
        (b"", "is an empty file"),
        (LINUX_AMD64[:70], "damaged or cut short"),
        (b"Not Found", "is a text file"),
        (_LIBRARY, "is a shared library"),
    ],
)
def test_a_raw_file_that_is_no_program_is_an_error(
    data: bytes, message: str, tmp_path: Path
) -> None:
    with pytest.raises(InvalidBinaryError, match=f"tool-asset cannot be used.*{message}"):
        _unpacked(tmp_path, data, _TOOL)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("name", "content", "may"),
    [
        ("tool", LINUX_AMD64, True),
        ("tool.exe", WINDOWS_AMD64, True),
        ("whatever.txt", pack("zip", [text("x")]), True),
        ("tool.zst", COMPRESSORS["zst"](b"x"), True),
        ("libtool.so", _LIBRARY, False),
        ("tool.dll", WINDOWS_AMD64, False),
        ("checksums.txt", b"aaaa  tool\n", False),
        ("tool.deb", b"!<arch>\ndebian-binary", False),
        ("BZhou", b"BZh is how this text begins", False),
        ("empty", b"", False),
    ],
)
def test_files_that_may_hold_a_program_are_told_from_others(
    name: str, content: bytes, *, may: bool, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    assert may_hold_program(tmp_path / name) is may


@pytest.mark.parametrize(
    ("member", "name"),
    [("bin/tool", "tool"), ("tool.exe", "tool"), ("tool-v1.2.3_linux_amd64", "tool"), ("go", "go")],
)
def test_a_program_goes_by_its_own_name(member: str, name: str, tmp_path: Path) -> None:
    path = tmp_path / "x.tar"
    path.write_bytes(pack("tar", [program(member)]))
    with open_archive(path) as archive:
        assert program_name(archive.members()[0]) == name


def test_thousands_of_links_to_the_last_file_are_looked_at_once(tmp_path: Path) -> None:
    """On a tape each look at the last file would mean to unpack all before it again."""
    entries = [*(symlink(f"d{n}/tool", "../z") for n in range(3000)), text("z", "x" * 100_000)]
    path = tmp_path / "links.tar.gz"
    path.write_bytes(pack("tar.gz", entries))
    looks = 0

    def count() -> None:
        nonlocal looks
        looks += 1

    with open_archive(path, check=count) as archive:
        listed, looks = looks, 0
        with pytest.raises(ProgramNotFoundError):
            choose_programs(archive, _TOOL, _LINUX)
    assert looks < listed
