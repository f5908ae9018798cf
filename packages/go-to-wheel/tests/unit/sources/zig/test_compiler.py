"""Zig as the C compiler (sources/zig/compiler.py, find.py); a shell script stands in for zig here."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from go_to_wheel.cache import Cache
from go_to_wheel.errors import GoError, UsageError
from go_to_wheel.events import watch_nothing
from go_to_wheel.metadata import Metadata
from go_to_wheel.model import CLibrary, GoOptions
from go_to_wheel.sources.context import Context
from go_to_wheel.sources.golang.toolchain import Toolchain
from go_to_wheel.sources.process import Processes
from go_to_wheel.sources.zig.compiler import Zig, expected_tags, with_zig
from go_to_wheel.sources.zig.find import has_zig
from go_to_wheel.targets import TARGETS, Target, find_target

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")

CGO = GoOptions(cgo=True)
MUSL = GoOptions(cgo=True, libc=CLibrary.MUSL)
LINUX = (find_target("linux-amd64"),)


@pytest.fixture(autouse=True)
def no_packaged_zig(monkeypatch: pytest.MonkeyPatch) -> None:
    """The package ziglang may be here or not: the tests say when it is."""
    monkeypatch.setattr("go_to_wheel.sources.zig.find._packaged", lambda: None)


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    stand_in(tmp_path / "bin")
    with ExitStack() as resources:
        yield Context(
            processes=Processes(environment={"PATH": f"{tmp_path / 'bin'}:{os.defpath}"}),
            cache=Cache(folder=tmp_path / "cache"),
            scratch=tmp_path / "scratch",
            resources=resources,
            tell=watch_nothing,
            given=Metadata(),
            may_fetch=True,
        )


def stand_in(folder: Path, answer: str = "0.17.1", code: int = 0) -> Path:
    """A zig that answers this when it is asked for its version."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "zig"
    path.write_text(f"#!/bin/sh\necho {shlex.quote(answer)}\nexit {code}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def go(tmp_path: Path) -> Toolchain:
    """A Go 1.27 whose library imports nothing of macOS."""
    return Toolchain(
        command=tmp_path / "go",
        version="go1.27.3",
        is_itself=True,
        environment={"CGO_ENABLED": "0"},
        processes=Processes(environment={}),
        root=tmp_path / "root",
    )


def variables(
    go: Toolchain, context: Context, target: str, options: GoOptions = CGO
) -> dict[str, str]:
    """The variables that zig gives Go for a target."""
    chosen = find_target(target)
    compiler = with_zig(go, options, [chosen], context).c_compiler
    assert compiler is not None
    return dict(compiler.environment(chosen))


def words(text: str) -> list[str]:
    return shlex.split(text)


# --- whether C code is compiled ------------------------------------------------------------


def test_without_cgo_no_zig_is_needed(go: Toolchain, context: Context) -> None:
    none = replace(context, processes=Processes(environment={}))
    assert with_zig(go, GoOptions(), TARGETS, none) is go


@pytest.mark.parametrize("libc", list(CLibrary))
def test_a_c_library_has_no_meaning_without_cgo(
    go: Toolchain, context: Context, libc: CLibrary
) -> None:
    with pytest.raises(UsageError, match=f"--libc {libc} has no meaning without --cgo"):
        with_zig(go, GoOptions(libc=libc), LINUX, context)


def test_targets_out_of_reach_are_all_named_before_zig_is_looked_for(
    go: Toolchain, context: Context
) -> None:
    none = replace(context, processes=Processes(environment={}))
    with pytest.raises(UsageError) as caught:
        with_zig(go, CGO, TARGETS, none)
    assert "linux-armv6 (no wheel tag" in caught.value.message
    assert "android-arm64 (zig has no C library" in caught.value.message
    assert "--platforms linux-amd64,linux-arm64," in caught.value.hint
    assert "--libc musl" in caught.value.hint
    with pytest.raises(UsageError, match=r"for android-arm64 \([^)]*\)\.") as caught:
        with_zig(go, MUSL, TARGETS, none)
    assert "musl" not in caught.value.hint


def test_every_other_target_has_a_c_compiler(go: Toolchain, context: Context) -> None:
    for target in TARGETS:
        if target.name == "android-arm64":
            continue
        given = variables(go, context, target.name, MUSL)
        assert given["CGO_ENABLED"] == "1"
        assert words(given["CC"])[1:3] == ["cc", "-target"]
        assert words(given["CXX"])[1:] == ["c++", *words(given["CC"])[2:]]


# --- what zig is told ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "triple"),
    [
        ("linux-amd64", "x86_64-linux-gnu.2.17"),
        ("linux-arm64", "aarch64-linux-gnu.2.17"),
        ("linux-386", "x86-linux-gnu.2.17"),
        ("linux-armv7", "arm-linux-gnueabihf.2.17"),
        ("linux-ppc64le", "powerpc64le-linux-gnu.2.19"),
        ("linux-s390x", "s390x-linux-gnu.2.17"),
        ("linux-riscv64", "riscv64-linux-gnu.2.31"),
        ("darwin-amd64", "x86_64-macos.13.0"),
        ("darwin-arm64", "aarch64-macos.13.0"),
        ("windows-amd64", "x86_64-windows-gnu"),
        ("windows-386", "x86-windows-gnu"),
    ],
)
def test_the_oldest_system_of_the_tags_is_compiled_for(
    go: Toolchain, context: Context, target: str, triple: str
) -> None:
    assert words(variables(go, context, target)["CC"])[3] == triple


@pytest.mark.parametrize(
    ("target", "triple"),
    [
        ("linux-amd64-musl", "x86_64-linux-musl"),
        ("linux-armv7", "arm-linux-musleabihf"),
        ("linux-armv6", "arm-linux-musleabihf"),
        ("linux-riscv64", "riscv64-linux-musl"),
        ("darwin-arm64", "aarch64-macos.13.0"),
    ],
)
def test_musl_is_for_linux(go: Toolchain, context: Context, target: str, triple: str) -> None:
    assert words(variables(go, context, target, MUSL)["CC"])[3] == triple


def test_the_oldest_macos_is_that_of_the_go_version(go: Toolchain, context: Context) -> None:
    older = replace(go, version="go1.25.1")
    assert "aarch64-macos.12.0" in variables(older, context, "darwin-arm64")["CC"]


def test_an_alias_is_no_choice_of_a_c_library(go: Toolchain, context: Context) -> None:
    assert "-gnu.2.17" in variables(go, context, "linux-amd64-musl")["CC"]


@pytest.mark.parametrize(
    ("target", "flag"),
    [("linux-armv6", "-mcpu=arm1176jzf_s"), ("linux-armv7", "-mcpu=generic+v7a+vfp3d16")],
)
def test_no_newer_processor_is_asked_for_than_go_asks_for(
    go: Toolchain, context: Context, target: str, flag: str
) -> None:
    assert flag in words(variables(go, context, target, MUSL)["CC"])


def test_long_doubles_are_those_of_the_old_glibc(go: Toolchain, context: Context) -> None:
    assert "-mabi=ibmlongdouble" in variables(go, context, "linux-ppc64le")["CC"]
    assert "-mabi" not in variables(go, context, "linux-ppc64le", MUSL)["CC"]


def test_the_bytes_depend_on_no_folder_and_no_time(go: Toolchain, context: Context) -> None:
    given = variables(go, context, "linux-amd64")
    assert "-g0" in given["CGO_CFLAGS"]
    assert "-g0" in given["CGO_CXXFLAGS"]
    assert words(given["CGO_LDFLAGS"]) == ["-O2", "-s"]
    assert given["SOURCE_DATE_EPOCH"] == "315532800"


def test_what_another_zig_or_another_time_made_is_not_taken(
    go: Toolchain, context: Context, tmp_path: Path
) -> None:
    """Go keeps what was compiled with the same flags, and knows of no other reason not to."""
    marks = [variables(go, context, "linux-amd64")["CGO_CPPFLAGS"]]
    stand_in(tmp_path / "bin", "0.18.0-dev.12+abc")
    marks.append(variables(go, context, "linux-amd64")["CGO_CPPFLAGS"])
    environment = {**context.processes.environment, "SOURCE_DATE_EPOCH": "1000000000"}
    later = replace(context, processes=Processes(environment=environment))
    given = variables(go, later, "linux-amd64")
    assert given["SOURCE_DATE_EPOCH"] == "1000000000"
    marks.append(given["CGO_CPPFLAGS"])
    assert len(set(marks)) == 3
    assert all(len(words(mark)) == 1 for mark in marks)


def test_pkg_config_finds_nothing(go: Toolchain, context: Context) -> None:
    assert "/" not in variables(go, context, "linux-amd64")["PKG_CONFIG"]


# --- where zig works -----------------------------------------------------------------------


def test_zig_keeps_c_libraries_with_us_and_objects_nowhere(
    go: Toolchain, context: Context, tmp_path: Path
) -> None:
    given = variables(go, context, "linux-amd64")
    assert given["ZIG_GLOBAL_CACHE_DIR"] == str(tmp_path / "cache" / "zig")
    assert Path(given["ZIG_LOCAL_CACHE_DIR"]).parent == context.scratch


@pytest.mark.parametrize("in_the_way", ["none", "file"])
def test_without_a_cache_nothing_is_kept(
    go: Toolchain, context: Context, tmp_path: Path, in_the_way: str
) -> None:
    folder = tmp_path / "taken"
    folder.write_text("a file")
    cache = Cache(folder=folder if in_the_way == "file" else None)
    given = variables(go, replace(context, cache=cache), "linux-amd64")
    assert given["ZIG_GLOBAL_CACHE_DIR"] == str(context.scratch / "zig")


def test_a_c_library_is_built_once_for_each_system_and_each_zig(
    go: Toolchain, context: Context, tmp_path: Path
) -> None:
    def zig(options: GoOptions = CGO) -> Zig:
        found = with_zig(go, options, LINUX, context).c_compiler
        assert isinstance(found, Zig)
        return found

    amd64, arm64 = find_target("linux-amd64"), find_target("linux-arm64")
    assert not zig().has_library(amd64)
    zig().keep_library(amd64)
    assert zig().has_library(amd64)
    assert not zig().has_library(arm64)
    assert not zig(MUSL).has_library(amd64)
    stand_in(Path(zig().command).parent, answer="0.18.0")
    assert not zig().has_library(amd64)
    replace(zig(), keep=tmp_path / "not" / "there").keep_library(amd64)  # it is no error


def test_a_cache_in_this_folder_is_found_from_every_other(
    go: Toolchain, context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    here = replace(context, cache=Cache(folder=Path("here")))
    given = variables(go, here, "linux-amd64")
    assert given["ZIG_GLOBAL_CACHE_DIR"] == str(tmp_path / "here" / "zig")


# --- finding zig ---------------------------------------------------------------------------


def test_without_zig_the_extra_is_named(go: Toolchain, context: Context) -> None:
    none = replace(context, processes=Processes(environment={"PATH": "/nowhere"}))
    with pytest.raises(GoError, match="no zig on this machine") as caught:
        with_zig(go, CGO, LINUX, none)
    assert "'go-to-wheel[cgo]'" in caught.value.hint


def test_zig_of_the_package_goes_first(
    go: Toolchain, context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packaged = stand_in(tmp_path / "packaged")
    monkeypatch.setattr("go_to_wheel.sources.zig.find._packaged", lambda: packaged)
    assert words(variables(go, context, "linux-amd64")["CC"])[0] == str(packaged)


@pytest.mark.parametrize("version", ["0.13.0", "0.9.1"])
def test_a_zig_that_is_too_old_is_told(
    go: Toolchain, context: Context, tmp_path: Path, version: str
) -> None:
    stand_in(tmp_path / "bin", version)
    with pytest.raises(GoError, match=f"is zig {version}, and C code needs zig 0.14") as caught:
        with_zig(go, CGO, LINUX, context)
    assert "pip install -U" in caught.value.hint


@pytest.mark.parametrize("version", ["0.14.0", "0.17.1", "0.18.0-dev.12+abc", "1.0.0"])
def test_a_zig_that_is_new_enough_is_taken(
    go: Toolchain, context: Context, tmp_path: Path, version: str
) -> None:
    stand_in(tmp_path / "bin", version)
    compiler = with_zig(go, CGO, LINUX, context).c_compiler
    assert compiler is not None
    assert compiler.version == version


@pytest.mark.parametrize(
    ("answer", "code", "has"),
    [("0.17.1", 0, True), ("0.14.0", 0, True), ("0.13.0", 0, False), ("", 0, False),
     ("0.17.1", 1, False)],
)  # fmt: skip
def test_a_machine_has_a_zig_that_will_do_or_not(
    context: Context, tmp_path: Path, answer: str, code: int, has: bool
) -> None:
    stand_in(tmp_path / "bin", answer, code)
    assert has_zig(context.processes) is has
    assert not has_zig(Processes(environment={"PATH": "/nowhere"}))


@pytest.mark.parametrize(("answer", "code"), [("", 0), ("hello", 0), ("0.17.1", 1)])
def test_what_does_not_answer_like_zig_is_none(
    go: Toolchain, context: Context, tmp_path: Path, answer: str, code: int
) -> None:
    stand_in(tmp_path / "bin", answer, code)
    with pytest.raises(GoError, match="does not answer like zig"):
        with_zig(go, CGO, LINUX, context)


def test_a_zig_that_cannot_be_started_is_told(
    go: Toolchain, context: Context, tmp_path: Path
) -> None:
    (tmp_path / "bin" / "zig").write_bytes(b"\x7fELF nothing")
    with pytest.raises(GoError, match="cannot be started"):
        with_zig(go, CGO, LINUX, context)


@pytest.mark.parametrize("name", ["a b", "it's", 'say "x"'])
def test_go_can_start_zig_from_any_folder(
    go: Toolchain, context: Context, tmp_path: Path, name: str
) -> None:
    command = stand_in(tmp_path / name)
    environment = {"PATH": f"{tmp_path / name}:{os.defpath}"}
    there = replace(context, processes=Processes(environment=environment))
    assert words(variables(go, there, "linux-amd64")["CC"])[:2] == [str(command), "cc"]


def test_a_path_with_both_kinds_of_quotes_is_told(
    go: Toolchain, context: Context, tmp_path: Path
) -> None:
    folder = tmp_path / 'it\'s "x"'
    stand_in(folder)
    there = replace(context, processes=Processes(environment={"PATH": f"{folder}:{os.defpath}"}))
    with pytest.raises(GoError, match="both kinds of quotes"):
        variables(go, there, "linux-amd64")


# --- what comes of it ----------------------------------------------------------------------


def tags(target: str, options: GoOptions) -> list[str]:
    chosen: Target = find_target(target)
    return [tag.removesuffix(chosen.machine) for tag in expected_tags(chosen, "go1.27", options)]


def test_only_a_static_program_is_expected_to_run_with_musl() -> None:
    assert tags("linux-amd64", CGO) == ["manylinux2014_", "manylinux_2_17_"]
    assert tags("linux-riscv64", CGO) == ["manylinux_2_31_"]
    static = ["manylinux2014_", "manylinux_2_17_", "musllinux_1_1_"]
    assert tags("linux-amd64", MUSL) == static
    assert tags("linux-amd64", GoOptions()) == static
    assert tags("linux-armv6", MUSL) == ["linux_"]


@pytest.mark.parametrize("target", ["darwin-arm64", "windows-amd64"])
def test_c_code_changes_no_tag_of_other_systems(target: str) -> None:
    assert tags(target, CGO) == tags(target, GoOptions())
