"""The table of targets (targets.py)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from go_to_wheel.errors import UnknownTargetError
from go_to_wheel.targets import (
    DEFAULT_TARGETS,
    TARGETS,
    Arch,
    System,
    Target,
    find_target,
    select_targets,
)

# `go tool dist list` of Go 1.27.
GO_PLATFORMS = """
    aix/ppc64 android/386 android/amd64 android/arm android/arm64 darwin/amd64 darwin/arm64
    dragonfly/amd64 freebsd/386 freebsd/amd64 freebsd/arm freebsd/arm64 illumos/amd64 ios/amd64
    ios/arm64 js/wasm linux/386 linux/amd64 linux/arm linux/arm64 linux/loong64 linux/mips
    linux/mips64 linux/mips64le linux/mipsle linux/ppc64 linux/ppc64le linux/riscv64 linux/s390x
    netbsd/386 netbsd/amd64 netbsd/arm netbsd/arm64 openbsd/386 openbsd/amd64 openbsd/arm
    openbsd/arm64 openbsd/ppc64 openbsd/riscv64 plan9/386 plan9/amd64 plan9/arm solaris/amd64
    wasip1/wasm windows/386 windows/amd64 windows/arm64
"""
SPELLINGS = [spelling for target in TARGETS for spelling in (target.name, *target.aliases)]


def test_the_names_of_go_to_wheel_0_2_still_work() -> None:
    old = [
        "linux-amd64", "linux-arm64", "linux-amd64-musl", "linux-arm64-musl",
        "darwin-amd64", "darwin-arm64", "windows-amd64", "windows-arm64",
    ]  # fmt: skip
    assert [find_target(name).name for name in old] == [
        "linux-amd64", "linux-arm64", "linux-amd64", "linux-arm64",
        "darwin-amd64", "darwin-arm64", "windows-amd64", "windows-arm64",
    ]  # fmt: skip


def test_the_default_is_two_architectures_of_three_systems() -> None:
    assert {(target.system, target.arch) for target in DEFAULT_TARGETS} == {
        (system, arch)
        for system in (System.LINUX, System.DARWIN, System.WINDOWS)
        for arch in (Arch.AMD64, Arch.ARM64)
    }


def test_no_spelling_means_two_targets() -> None:
    assert len(set(SPELLINGS)) == len(SPELLINGS)
    assert all(spelling == spelling.lower() for spelling in SPELLINGS)


@given(st.sampled_from(SPELLINGS), st.sampled_from(["{}", " {}\t", "{}\n"]), st.booleans())
def test_case_slashes_and_spaces_do_not_matter(spelling: str, form: str, upper: bool) -> None:
    target = find_target(spelling)
    text = form.format(spelling.upper() if upper else spelling)
    assert find_target(text) is target
    assert find_target(text.replace("-", "/", 1)) is target


@pytest.mark.parametrize("platform", GO_PLATFORMS.split())
def test_whatever_go_builds_for_is_a_target_or_is_said_to_have_no_tag(platform: str) -> None:
    try:
        target = find_target(platform)
    except UnknownTargetError as error:
        message, hint = error.message, error.hint
    else:
        system, arch = platform.split("/")
        assert (str(target.system), str(target.arch)) == (system, arch)
        return
    assert message.startswith(f"Go can build for {platform.replace('/', '-')}, but")
    assert "--platforms" in hint


@pytest.mark.parametrize(
    ("text", "suggested"),
    [
        ("linux-amd65", "linux-amd64"),
        ("windows", "windows-amd64 or windows-arm64?"),
        ("Linux", "linux-amd64 or linux-arm64?"),
        ("lnux", "linux-amd64 or linux-arm64?"),
        ("windws", "windows-amd64 or windows-arm64?"),
        ("lnux-arm64", "linux-arm64"),
        ("macos", "darwin-amd64 or darwin-arm64?"),
        ("linux_arm64", "linux-arm64"),
        ("macos-arm", "macos-arm64"),
        ("windows-x64", "windows-"),
        ("linux-armv8", "linux-armv"),
    ],
)
def test_a_slip_of_the_finger_is_understood(text: str, suggested: str) -> None:
    with pytest.raises(UnknownTargetError, match="is not a target") as caught:
        find_target(text)
    assert f"Did you mean {suggested}" in caught.value.hint


@given(st.text())
def test_any_text_is_a_target_or_refused(text: str) -> None:
    try:
        target = find_target(text)
    except UnknownTargetError:
        return
    assert target in TARGETS


@pytest.mark.parametrize("names", [[], [""], [" ", ""]])
def test_no_names_mean_the_default(names: list[str]) -> None:
    assert select_targets(names) == DEFAULT_TARGETS


@pytest.mark.parametrize("names", [["all"], ["ALL"], ["linux-amd64", " all "]])
def test_all_means_the_table(names: list[str]) -> None:
    assert select_targets(names) == TARGETS


def test_all_does_not_hide_a_wrong_name() -> None:
    with pytest.raises(UnknownTargetError):
        select_targets(["all", "linux-amd65"])


@given(st.lists(st.sampled_from(SPELLINGS), min_size=1))
def test_each_target_comes_once_in_the_order_of_the_table(names: list[str]) -> None:
    chosen = select_targets(names)
    assert list(chosen) == [target for target in TARGETS if target in chosen]
    assert set(chosen) == {find_target(name) for name in names}


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_a_target_sets_all_that_go_lets_the_shell_choose(target: Target) -> None:
    env = target.go_env
    assert (env["GOOS"], env["GOARCH"]) == (target.system, target.arch)
    variable = {
        Arch.AMD64: "GOAMD64", Arch.ARM64: "GOARM64", Arch.I386: "GO386", Arch.ARM: "GOARM",
        Arch.PPC64LE: "GOPPC64", Arch.RISCV64: "GORISCV64", Arch.S390X: None,
    }[target.arch]  # fmt: skip
    assert set(env) - {"GOOS", "GOARCH"} == ({variable} if variable else set())
    assert target.exe_suffix == (".exe" if target.system is System.WINDOWS else "")
