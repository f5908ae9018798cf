"""What zig links in, and its licences (sources/zig/c_libraries.py)."""

from __future__ import annotations

from pathlib import Path

import pytest

from go_to_wheel.model import CLibrary
from go_to_wheel.sources.zig.c_libraries import licenses_of_c_libraries
from go_to_wheel.sources.zig.compiler import Zig
from go_to_wheel.targets import find_target

MUSL = "musl as a whole is licensed under the following standard MIT license:\n\nAnd more.\n"


LLVM = f"""\
{"=" * 78}
The LLVM Project is under the Apache License v2.0 with LLVM Exceptions:
{"=" * 78}
"""


def zig(command: Path, libc: CLibrary = CLibrary.MUSL) -> Zig:
    return Zig(
        command=command,
        version="0.17.1",
        libc=libc,
        variables={},
        stubs=(),
        macos=(11, 0),
        keep=command.parent,
    )


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Zig as its archives have it."""
    folder = tmp_path / "zig-0.17.1"
    write(folder / "zig", "")
    write(folder / "LICENSE", "Some licence\n")
    write(folder / "lib/std/std.zig", "")
    write(folder / "lib/libc/musl/COPYRIGHT", MUSL)
    write(folder / "lib/libc/musl/src/internal/version.h", '#define VERSION "1.2.5"\n')
    write(folder / "lib/libc/mingw/COPYING", "Several\n")
    write(folder / "lib/libc/glibc/LICENSES", "Several\n")
    for name in ("libcxx", "libcxxabi", "libunwind"):
        write(folder / f"lib/{name}/LICENSE.TXT", LLVM)
    write(folder / "lib/libcxx/include/__config", "#  define _LIBCPP_VERSION 220108\n")
    return folder


def test_each_library_comes_with_its_licence(archive: Path) -> None:
    targets = [find_target("linux-amd64"), find_target("windows-amd64")]
    found = licenses_of_c_libraries(zig(archive / "zig"), targets)

    assert [(each.path, each.version, each.expression) for each in found] == [
        ("zig", "0.17.1", None),
        ("musl", "1.2.5", "MIT"),
        ("mingw-w64", "", None),
    ]
    assert [str(text.path) for each in found for text in each.texts] == [
        "zig/LICENSE", "musl/COPYRIGHT", "mingw-w64/COPYING",
    ]  # fmt: skip
    assert found[1].texts[0].content == MUSL.encode()
    assert all(each.recognised for each in found)


def test_a_link_to_the_command_leads_to_the_rest(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/zig").symlink_to(archive / "zig")
    found = licenses_of_c_libraries(zig(tmp_path / "bin/zig"), [find_target("linux-amd64")])
    assert [each.expression for each in found] == [None, "MIT"]


def test_of_glibc_there_are_the_files_that_programs_begin_with(archive: Path) -> None:
    own = zig(archive / "zig", CLibrary.GLIBC)
    (_, found) = licenses_of_c_libraries(own, [find_target("linux-amd64")])
    assert (found.path, found.version, found.expression) == ("glibc", "", None)
    assert [str(text.path) for text in found.texts] == ["glibc/LICENSES"]


@pytest.mark.parametrize(("target", "unwinding"), [("linux-amd64", 1), ("darwin-arm64", 0)])
def test_c_plus_plus_brings_llvm_s_library(archive: Path, target: str, unwinding: int) -> None:
    found = licenses_of_c_libraries(zig(archive / "zig"), [find_target(target)], cxx=True)
    own = "Apache-2.0 WITH LLVM-exception"
    assert [(each.path, each.version, each.expression) for each in found if "lib" in each.path] == [
        ("libc++", "22.1.8", f"{own} AND BSL-1.0"),
        ("libc++abi", "22.1.8", own),
        *[("libunwind", "22.1.8", own)] * unwinding,
    ]
    assert {text.content for each in found[-2:] for text in each.texts} == {LLVM.encode()}


def test_a_text_that_is_not_found_is_told(tmp_path: Path) -> None:
    found = licenses_of_c_libraries(zig(tmp_path / "zig"), [find_target("linux-arm64")])
    assert [(each.path, each.texts, each.recognised) for each in found] == [
        ("zig", (), False),
        ("musl", (), False),
    ]


def test_without_c_code_nothing_is_linked_in() -> None:
    assert licenses_of_c_libraries(None, [find_target("linux-amd64")]) == ()
