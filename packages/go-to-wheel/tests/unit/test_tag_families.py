from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from go_to_wheel.tags.families import (
    TagFamily,
    accepted_platform_tag,
    macos_tag_version,
    parse_platform_tag,
)
from go_to_wheel.targets import Arch, System


@pytest.mark.parametrize(
    "tag",
    [
        *("any", "win32", "win_amd64", "win_arm64", "linux_armv6l", "linux_armv7l"),
        *("manylinux1_x86_64", "manylinux1_i686", "manylinux2010_i686"),
        *("manylinux2014_aarch64", "manylinux2014_ppc64", "manylinux2014_s390x"),
        *("manylinux_2_17_x86_64", "manylinux_2_31_riscv64", "manylinux_2_99_ppc64"),
        *("musllinux_1_1_armv7l", "musllinux_1_2_riscv64"),
        *("macosx_10_9_x86_64", "macosx_10_15_universal2", "macosx_11_0_arm64"),
        *("macosx_15_0_arm64", "macosx_26_0_arm64"),
        *("android_24_arm64_v8a", "android_21_x86_64"),
        *("ios_13_0_arm64_iphoneos", "ios_13_0_x86_64_iphonesimulator"),
    ],
)
def test_the_index_takes_these_tags(tag: str) -> None:
    assert accepted_platform_tag(tag)


@pytest.mark.parametrize(
    "tag",
    [
        *("", "linux", "linux_x86_64", "linux_aarch64", "win_arm", "win64"),
        *("manylinux1_aarch64", "manylinux2010_aarch64", "manylinux2014_riscv64"),
        *("manylinux_2_17_armv6l", "manylinux_2_36_loongarch64", "manylinux_2_17_mips"),
        *("musllinux_1_2_ppc64", "musllinux_1_2_armv6l", "musllinux_1_2_loongarch64"),
        *("macosx_11_1_arm64", "macosx_16_0_arm64", "macosx_27_0_arm64", "macosx_9_0_ppc"),
        *("macosx_13_0_arm64e", "macosx_arm64", "macosx_13_arm64"),
        *("freebsd_14_0_amd64", "android_24_mips", "ios_13_0_arm64", "any_any"),
        *("manylinux_2_17_x86_64\n", "wasi", "MANYLINUX_2_17_X86_64"),
    ],
)
def test_the_index_refuses_these_tags(tag: str) -> None:
    assert not accepted_platform_tag(tag)


@pytest.mark.parametrize(
    ("tag", "family", "version", "system", "arches"),
    [
        ("any", TagFamily.ANY, None, None, ()),
        ("win32", TagFamily.WINDOWS, None, System.WINDOWS, (Arch.I386,)),
        ("win_arm64", TagFamily.WINDOWS, None, System.WINDOWS, (Arch.ARM64,)),
        ("manylinux1_i686", TagFamily.MANYLINUX, (2, 5), System.LINUX, (Arch.I386,)),
        ("manylinux2010_x86_64", TagFamily.MANYLINUX, (2, 12), System.LINUX, (Arch.AMD64,)),
        ("manylinux2014_aarch64", TagFamily.MANYLINUX, (2, 17), System.LINUX, (Arch.ARM64,)),
        ("musllinux_1_2_s390x", TagFamily.MUSLLINUX, (1, 2), System.LINUX, (Arch.S390X,)),
        ("linux_armv6l", TagFamily.LINUX, None, System.LINUX, (Arch.ARM,)),
        ("macosx_10_9_x86_64", TagFamily.MACOS, (10, 9), System.DARWIN, (Arch.AMD64,)),
        (
            "macosx_11_0_universal2",
            TagFamily.MACOS,
            (11, 0),
            System.DARWIN,
            (Arch.AMD64, Arch.ARM64),
        ),
        ("android_24_arm64_v8a", TagFamily.ANDROID, (24, 0), System.ANDROID, (Arch.ARM64,)),
        ("ios_13_0_arm64_iphoneos", TagFamily.IOS, (13, 0), System.IOS, (Arch.ARM64,)),
        ("plan9_386", TagFamily.OTHER, None, None, ()),
        ("macosx_10_4_ppc", TagFamily.MACOS, (10, 4), System.DARWIN, ()),
    ],
)
def test_a_tag_is_taken_apart(
    tag: str,
    family: TagFamily,
    version: tuple[int, int] | None,
    system: System | None,
    arches: tuple[Arch, ...],
) -> None:
    parsed = parse_platform_tag(tag)
    assert (parsed.family, parsed.version) == (family, version)
    assert (parsed.system, parsed.arches) == (system, arches)


@given(st.text())
def test_any_text_is_taken_apart_and_judged(tag: str) -> None:
    assert parse_platform_tag(tag).tag == tag
    assert accepted_platform_tag(tag) in {True, False}


@pytest.mark.parametrize(
    ("version", "rounded"),
    [
        ((10, 9), (10, 9)),
        ((10, 15), (10, 15)),
        ((10, 16), (11, 0)),
        ((11, 0), (11, 0)),
        ((11, 1), (12, 0)),
        ((13, 3), (14, 0)),
        ((15, 0), (15, 0)),
        ((15, 1), (26, 0)),
        ((16, 0), (26, 0)),
        ((26, 0), (26, 0)),
        ((26, 1), None),
        ((27, 0), None),
        ((9, 0), (10, 0)),
    ],
)
def test_a_macos_version_is_rounded_up_to_a_tag(
    version: tuple[int, int], rounded: tuple[int, int] | None
) -> None:
    assert macos_tag_version(version) == rounded
    if rounded:
        assert accepted_platform_tag(f"macosx_{rounded[0]}_{rounded[1]}_arm64")
