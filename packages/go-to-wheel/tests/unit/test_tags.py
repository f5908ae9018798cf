from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from go_to_wheel.errors import TagMismatchError
from go_to_wheel.model import BinaryFacts, BinaryFormat, BuildInfo, Libc
from go_to_wheel.tags import (
    accepted_platform_tag,
    common_tags,
    derive_tags,
    expected_tags,
    undeserved_tags,
)
from go_to_wheel.targets import TARGETS, Arch, System, Target, find_target

GO = "go1.27.3"


def go(version: str = GO, **settings: str) -> BuildInfo:
    return BuildInfo(go_version=version, settings=tuple(settings.items()))


def static(arch: Arch, build_info: BuildInfo | None = None) -> BinaryFacts:
    return BinaryFacts(
        format=BinaryFormat.ELF, system=None, arch=arch, static=True, build_info=build_info
    )


GLIBC = BinaryFacts(
    format=BinaryFormat.ELF,
    system=System.LINUX,
    arch=Arch.AMD64,
    static=False,
    libc=Libc.GLIBC,
    glibc=(2, 28),
    needed=("libpthread.so.0", "libc.so.6", "ld-linux-x86-64.so.2"),
    interpreter="/lib64/ld-linux-x86-64.so.2",
)
MUSL = replace(
    GLIBC,
    libc=Libc.MUSL,
    glibc=None,
    needed=("libc.musl-x86_64.so.1",),
    interpreter="/lib/ld-musl-x86_64.so.1",
)
MACOS = BinaryFacts(
    format=BinaryFormat.MACHO,
    system=System.DARWIN,
    arch=Arch.ARM64,
    static=False,
    min_os=(13, 0),
    has_uuid=True,
    signed=True,
)
INTEL = replace(MACOS, arch=Arch.AMD64)
WINDOWS = BinaryFacts(
    format=BinaryFormat.PE, system=System.WINDOWS, arch=Arch.AMD64, static=False, min_os=(10, 0)
)
ANDROID = replace(
    GLIBC, system=System.ANDROID, arch=Arch.ARM64, libc=Libc.BIONIC, glibc=None, needed=()
)


def tags(facts: BinaryFacts, target: str) -> str:
    """The compressed tag set, as it stands in a wheel's name."""
    return ".".join(derive_tags((facts,), find_target(target)))


def mismatch(facts: BinaryFacts, target: str) -> TagMismatchError:
    with pytest.raises(TagMismatchError) as caught:
        derive_tags((facts,), find_target(target))
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize(
    ("arch", "target", "expected"),
    [
        (
            Arch.AMD64,
            "linux-amd64",
            "manylinux2014_x86_64.manylinux_2_17_x86_64.musllinux_1_1_x86_64",
        ),
        (
            Arch.ARM64,
            "linux-arm64",
            "manylinux2014_aarch64.manylinux_2_17_aarch64.musllinux_1_1_aarch64",
        ),
        (Arch.I386, "linux-386", "manylinux2014_i686.manylinux_2_17_i686.musllinux_1_1_i686"),
        (
            Arch.ARM,
            "linux-armv7",
            "manylinux2014_armv7l.manylinux_2_17_armv7l.musllinux_1_1_armv7l",
        ),
        (Arch.ARM, "linux-armv6", "linux_armv6l"),
        (
            Arch.PPC64LE,
            "linux-ppc64le",
            "manylinux2014_ppc64le.manylinux_2_17_ppc64le.musllinux_1_1_ppc64le",
        ),
        (Arch.S390X, "linux-s390x", "manylinux2014_s390x.manylinux_2_17_s390x.musllinux_1_1_s390x"),
        (Arch.RISCV64, "linux-riscv64", "manylinux_2_31_riscv64.musllinux_1_1_riscv64"),
    ],
)
def test_a_static_linux_binary_suits_glibc_and_musl(arch: Arch, target: str, expected: str) -> None:
    assert tags(static(arch), target) == expected


@pytest.mark.parametrize(
    ("facts", "target", "expected"),
    [
        (WINDOWS, "windows-amd64", "win_amd64"),
        (replace(WINDOWS, arch=Arch.ARM64), "windows-arm64", "win_arm64"),
        (replace(WINDOWS, arch=Arch.I386), "windows-386", "win32"),
        (ANDROID, "android-arm64", "android_24_arm64_v8a"),
        (replace(ANDROID, min_os=(29, 0)), "android-arm64", "android_29_arm64_v8a"),
        (replace(ANDROID, min_os=(21, 0)), "android-arm64", "android_24_arm64_v8a"),
        (MACOS, "darwin-arm64", "macosx_13_0_arm64"),
        (INTEL, "darwin-amd64", "macosx_13_0_x86_64"),
    ],
)
def test_other_systems_have_one_tag(facts: BinaryFacts, target: str, expected: str) -> None:
    assert tags(facts, target) == expected


@pytest.mark.parametrize(
    ("glibc", "expected"),
    [
        ((2, 34), "manylinux_2_34_x86_64"),
        ((2, 17), "manylinux2014_x86_64.manylinux_2_17_x86_64"),
        ((2, 5), "manylinux2014_x86_64.manylinux_2_17_x86_64"),
        (None, "manylinux2014_x86_64.manylinux_2_17_x86_64"),
    ],
)
def test_a_glibc_binary_gets_the_version_that_its_symbols_need(
    glibc: tuple[int, int] | None, expected: str
) -> None:
    assert tags(replace(GLIBC, glibc=glibc), "linux-amd64") == expected


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("GLIBCXX_3.4.19", "manylinux2014_x86_64.manylinux_2_17_x86_64"),
        ("GLIBCXX_3.4.29", "manylinux_2_34_x86_64"),
        ("CXXABI_1.3.11", "manylinux_2_27_x86_64"),
        ("GCC_14.0.0", "manylinux_2_39_x86_64"),
        ("CXXABI_TM_1", "manylinux2014_x86_64.manylinux_2_17_x86_64"),
    ],
)
def test_a_symbol_of_another_library_can_need_a_newer_manylinux(
    version: str, expected: str
) -> None:
    facts = replace(GLIBC, glibc=(2, 17), symbol_versions=(version,))
    assert tags(facts, "linux-amd64") == expected


@pytest.mark.parametrize("version", ["GLIBCXX_3.4.99", "GLIBC_PRIVATE", "GLIBC_ABI_NEW_THING"])
def test_a_symbol_version_that_nobody_promises_is_named(version: str) -> None:
    facts = replace(GLIBC, symbol_versions=(version,))
    assert version in mismatch(facts, "linux-amd64").message


def test_a_library_outside_manylinux_is_named() -> None:
    facts = replace(GLIBC, needed=("libc.so.6", "libssl.so.3", "libfoo.so"))
    assert "it needs libssl.so.3, libfoo.so" in mismatch(facts, "linux-amd64").message


def test_a_loader_that_only_one_distribution_has_is_named() -> None:
    loader = "/nix/store/abc-glibc-2.39/lib/ld-linux-x86-64.so.2"
    assert loader in mismatch(replace(GLIBC, interpreter=loader), "linux-amd64").message


def test_a_soft_float_binary_gets_no_armv7l() -> None:
    facts = replace(GLIBC, arch=Arch.ARM, soft_float=True)
    assert "armel" in mismatch(facts, "linux-armv7").message
    assert "armel" in mismatch(replace(MUSL, arch=Arch.ARM, soft_float=True), "linux-armv7").message


def test_a_dynamic_binary_gets_no_armv6l() -> None:
    assert "glibc" in mismatch(replace(GLIBC, arch=Arch.ARM), "linux-armv6").message


def test_a_musl_binary_gets_musllinux_alone() -> None:
    assert tags(MUSL, "linux-amd64") == "musllinux_1_2_x86_64"


def test_a_musl_binary_with_other_libraries_gets_nothing() -> None:
    facts = replace(MUSL, needed=("libc.musl-x86_64.so.1", "libgcc_s.so.1"))
    assert "libgcc_s.so.1" in mismatch(facts, "linux-amd64").message


def test_a_binary_with_an_unknown_c_library_gets_nothing() -> None:
    facts = replace(GLIBC, libc=None, interpreter="/lib/ld-uClibc.so.0")
    assert "no tag promises" in mismatch(facts, "linux-amd64").message


@pytest.mark.parametrize(
    ("facts", "target", "expected"),
    [
        (replace(INTEL, min_os=(10, 13), build_info=go("go1.22.1")), "darwin-amd64", "10_15"),
        (replace(INTEL, min_os=(10, 13), build_info=go("go1.18")), "darwin-amd64", "10_13"),
        (replace(INTEL, min_os=(10, 9), build_info=go("go1.24.0")), "darwin-amd64", "11_0"),
        (replace(INTEL, min_os=(10, 9), build_info=go("go1.26")), "darwin-amd64", "12_0"),
        (replace(INTEL, min_os=(10, 9), build_info=go()), "darwin-amd64", "13_0"),
        (replace(INTEL, min_os=None, build_info=go("go1.30")), "darwin-amd64", "13_0"),
        (replace(INTEL, min_os=(10, 9)), "darwin-amd64", "10_9"),
        (replace(INTEL, min_os=(10, 9), build_info=go("devel +abc")), "darwin-amd64", "10_9"),
        (replace(MACOS, min_os=(10, 9)), "darwin-arm64", "11_0"),
        (replace(MACOS, build_info=go("go1.22.1"), min_os=(11, 0)), "darwin-arm64", "11_0"),
        (replace(MACOS, min_os=(13, 3)), "darwin-arm64", "14_0"),
        (replace(MACOS, min_os=(15, 2)), "darwin-arm64", "26_0"),
    ],
)
def test_the_macos_tag_is_the_highest_of_header_go_version_and_processor(
    facts: BinaryFacts, target: str, expected: str
) -> None:
    assert tags(facts, target) == f"macosx_{expected}_{find_target(target).machine}"


def test_a_macos_that_no_tag_names_is_said_plainly() -> None:
    assert "macOS 26.1" in mismatch(replace(MACOS, min_os=(26, 1)), "darwin-arm64").message


def test_a_macos_binary_that_names_no_version_gets_no_tag() -> None:
    assert "does not say" in mismatch(replace(MACOS, min_os=None), "darwin-arm64").message


def test_of_a_universal_binary_the_part_for_the_target_counts() -> None:
    facts = (replace(INTEL, min_os=(10, 15)), replace(MACOS, min_os=(11, 0)))
    assert derive_tags(facts, find_target("darwin-amd64")) == ("macosx_10_15_x86_64",)
    assert derive_tags(facts, find_target("darwin-arm64")) == ("macosx_11_0_arm64",)


@pytest.mark.parametrize(
    ("settings", "arch", "target", "hint"),
    [
        ({"GOAMD64": "v3"}, Arch.AMD64, "linux-amd64", "GOAMD64=v1"),
        ({"GOAMD64": "v99"}, Arch.AMD64, "linux-amd64", "GOAMD64=v1"),
        ({"GOARM": "7"}, Arch.ARM, "linux-armv6", "GOARM=6"),
        ({"GOARM": "7,hardfloat"}, Arch.ARM, "linux-armv6", "GOARM=6"),
        ({"GOARM64": "v8.2"}, Arch.ARM64, "linux-arm64", "GOARM64=v8.0"),
        ({"GOARM64": "v9.0"}, Arch.ARM64, "linux-arm64", "GOARM64=v8.0"),
        ({"GOARM64": "v8.0,lse"}, Arch.ARM64, "linux-arm64", "GOARM64=v8.0"),
        ({"GOPPC64": "power9"}, Arch.PPC64LE, "linux-ppc64le", "GOPPC64=power8"),
        ({"GORISCV64": "rva22u64"}, Arch.RISCV64, "linux-riscv64", "GORISCV64=rva20u64"),
    ],
)
def test_a_binary_for_newer_processors_is_refused(
    settings: dict[str, str], arch: Arch, target: str, hint: str
) -> None:
    error = mismatch(static(arch, go(**settings)), target)
    ((variable, value),) = settings.items()
    assert f"{variable}={value}" in error.message
    assert hint in error.hint


@pytest.mark.parametrize(
    ("settings", "arch", "target"),
    [
        ({"GOAMD64": "v1"}, Arch.AMD64, "linux-amd64"),
        ({"GOARM": "5"}, Arch.ARM, "linux-armv6"),
        ({"GOARM": "6"}, Arch.ARM, "linux-armv7"),
        ({"GOARM": "7,softfloat"}, Arch.ARM, "linux-armv7"),
        ({"GO386": "softfloat"}, Arch.I386, "linux-386"),
        ({"GOARM64": "v8.0"}, Arch.ARM64, "linux-arm64"),
        ({}, Arch.ARM64, "linux-arm64"),
    ],
)
def test_a_lower_or_unknown_level_fits(settings: dict[str, str], arch: Arch, target: str) -> None:
    assert tags(static(arch, go(**settings)), target)


@pytest.mark.parametrize(
    ("facts", "target", "words"),
    [
        (
            WINDOWS,
            "linux-arm64",
            "is a Windows program for amd64; linux-arm64 needs a Linux program for arm64.",
        ),
        (static(Arch.ARM64), "linux-amd64", "is a Linux program for arm64; linux-amd64 needs"),
        (replace(GLIBC, system=System.FREEBSD), "linux-amd64", "is a FreeBSD program for amd64"),
        (ANDROID, "linux-arm64", "is an Android program for arm64"),
        (replace(MACOS, system=System.IOS), "darwin-arm64", "is an iOS program for arm64"),
        (replace(MACOS, system=None), "darwin-arm64", "is an unknown program for arm64"),
        (static(Arch.LOONG64), "linux-amd64", "is a Linux program for loong64"),
        (replace(GLIBC, arch=None), "linux-amd64", "for a processor unknown to Go"),
        (static(Arch.PPC64), "linux-ppc64le", "is a Linux program for ppc64;"),
        (static(Arch.AMD64, go(GOOS="dragonfly")), "linux-amd64", "a DragonFly BSD program"),
    ],
)
def test_a_binary_for_another_platform_is_named(
    facts: BinaryFacts, target: str, words: str
) -> None:
    assert words in mismatch(facts, target).message


def test_the_target_that_a_binary_does_fit_is_suggested() -> None:
    assert "It fits windows-amd64" in mismatch(WINDOWS, "linux-amd64").hint
    assert "It fits linux-armv7 and linux-armv6" in mismatch(static(Arch.ARM), "linux-386").hint


def test_a_binary_that_no_wheel_can_hold_is_said_plainly() -> None:
    for facts in (static(Arch.LOONG64), replace(GLIBC, system=System.OPENBSD)):
        assert "the Python index has no tag" in mismatch(facts, "linux-amd64").hint


def test_a_universal_binary_is_described_with_all_its_parts() -> None:
    with pytest.raises(TagMismatchError, match="a macOS program for amd64 and arm64;"):
        derive_tags((INTEL, MACOS), find_target("linux-amd64"))


@pytest.mark.parametrize(
    ("system", "arch", "machine"),
    [(System.FREEBSD, Arch.AMD64, "amd64"), (System.LINUX, Arch.LOONG64, "loongarch64")],
)
def test_a_target_without_a_tag_is_said_plainly(system: System, arch: Arch, machine: str) -> None:
    target = Target(name="it", system=system, arch=arch, machine=machine)
    facts = replace(static(arch), system=system)
    with pytest.raises(TagMismatchError, match="No wheel for it can be published"):
        derive_tags((facts,), target)


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
@pytest.mark.parametrize("version", [None, "1.27.3", "go1.22", "devel", "go1.12"])
def test_every_target_has_tags_before_anything_is_built(
    target: Target, version: str | None
) -> None:
    expected = expected_tags(target, version)
    assert expected == tuple(sorted(expected))
    assert all(accepted_platform_tag(tag) for tag in expected)


def test_the_expected_macos_tag_follows_the_go_version() -> None:
    target = find_target("darwin-arm64")
    assert expected_tags(target, None) == ("macosx_13_0_arm64",)
    assert expected_tags(target, "1.26.1") == ("macosx_12_0_arm64",)
    assert expected_tags(target, "go1.22.10") == ("macosx_11_0_arm64",)
    assert expected_tags(find_target("darwin-amd64"), "go1.22.10") == ("macosx_10_15_x86_64",)


def reasons(facts: BinaryFacts, *claimed: str) -> dict[str, str]:
    return {each.tag: each.reason for each in undeserved_tags((facts,), claimed)}


def test_tags_that_are_deserved_are_not_named() -> None:
    assert not reasons(
        static(Arch.AMD64, go()),
        *("manylinux2014_x86_64", "manylinux_2_17_x86_64", "manylinux_2_28_x86_64"),
        *("musllinux_1_1_x86_64", "musllinux_1_2_x86_64", "linux_x86_64"),
    )


@pytest.mark.parametrize(
    ("facts", "tag", "reason"),
    [
        (GLIBC, "manylinux_2_17_x86_64", "it needs glibc 2.28"),
        (GLIBC, "manylinux2014_x86_64", "it needs glibc 2.28"),
        (GLIBC, "musllinux_1_2_x86_64", "it needs glibc, not musl"),
        (MUSL, "manylinux_2_17_x86_64", "it needs musl, not glibc"),
        (
            replace(GLIBC, libc=None),
            "manylinux_2_28_x86_64",
            "it needs a C library that no tag promises, not glibc",
        ),
        (
            replace(GLIBC, symbol_versions=("GLIBCXX_3.4.30", "GCC_4.8.0")),
            "manylinux_2_28_x86_64",
            "it needs libstdc++ as manylinux_2_35 promises it",
        ),
        (
            replace(GLIBC, glibc=None, symbol_versions=("GLIBCXX_3.4.19", "GCC_3.0")),
            "manylinux_2_12_x86_64",
            "it needs libgcc and libstdc++ as manylinux_2_17 promises them",
        ),
        (
            replace(GLIBC, glibc=(2, 36), symbol_versions=("GLIBCXX_3.4.30",)),
            "manylinux_2_28_x86_64",
            "it needs glibc 2.36",
        ),
        (
            replace(GLIBC, needed=("libssl.so.3",)),
            "manylinux_2_28_x86_64",
            "it needs libssl.so.3, which manylinux does not promise",
        ),
        (
            static(Arch.ARM64),
            "manylinux_2_17_x86_64",
            "it is a Linux program for arm64, not a Linux program for amd64",
        ),
        (
            static(Arch.AMD64, go(GOAMD64="v3")),
            "manylinux_2_17_x86_64",
            "it was built with GOAMD64=v3, above what every x86_64 processor has",
        ),
        (
            static(Arch.ARM, go(GOARM="7")),
            "linux_armv6l",
            "it was built with GOARM=7, above what every armv6l processor has",
        ),
        (
            static(Arch.AMD64, go()),
            "manylinux1_x86_64",
            "go1.27.3 made it, whose programs need the Linux of manylinux_2_17",
        ),
        (
            static(Arch.AMD64, go("go1.20")),
            "manylinux_2_5_x86_64",
            "go1.20 made it, whose programs need the Linux of manylinux_2_12",
        ),
        (INTEL, "macosx_10_9_x86_64", "it needs macOS 13.0"),
        (MACOS, "macosx_11_0_arm64", "it needs macOS 13.0"),
        (
            replace(MACOS, min_os=(11, 0), build_info=go("go1.25.0")),
            "macosx_11_0_arm64",
            "it needs macOS 12.0",
        ),
        (
            MACOS,
            "macosx_13_0_universal2",
            "it is a macOS program for arm64, not a macOS program for amd64",
        ),
        (MACOS, "win_amd64", "it is a macOS program for arm64, not a Windows program for amd64"),
        (
            replace(ANDROID, min_os=(30, 0)),
            "android_24_arm64_v8a",
            "it needs Android API level 30",
        ),
        (
            replace(MACOS, system=System.IOS),
            "ios_12_0_arm64_iphoneos",
            "it needs iOS 13.0",
        ),
        (
            WINDOWS,
            "any",
            "it is a Windows program for amd64, and the tag does not name that platform",
        ),
        (
            WINDOWS,
            "haiku_1_x86_64",
            "it is a Windows program for amd64, and the tag does not name that platform",
        ),
    ],
)
def test_a_tag_that_is_not_deserved_is_named_with_the_reason(
    facts: BinaryFacts, tag: str, reason: str
) -> None:
    assert reasons(facts, tag) == {tag: reason}


@pytest.mark.parametrize(
    ("facts", "tag"),
    [
        (static(Arch.AMD64), "manylinux1_x86_64"),
        (static(Arch.AMD64, go("go1.20")), "manylinux2010_x86_64"),
        (replace(MUSL), "musllinux_1_1_x86_64"),
        (replace(INTEL, min_os=None), "macosx_10_9_x86_64"),
        (WINDOWS, "win_amd64"),
        (ANDROID, "android_21_arm64_v8a"),
        (replace(MACOS, system=System.IOS), "ios_13_0_arm64_iphoneos"),
        (replace(GLIBC, arch=Arch.LOONG64), "manylinux_2_36_loongarch64"),
    ],
)
def test_what_cannot_be_known_is_not_held_against_a_wheel(facts: BinaryFacts, tag: str) -> None:
    assert not reasons(facts, tag)


def test_an_older_macos_in_a_universal_tag_means_11_on_apple_silicon() -> None:
    facts = (replace(INTEL, min_os=(10, 9)), replace(MACOS, min_os=(11, 0)))
    assert not undeserved_tags(facts, ["macosx_10_9_universal2"])


def test_every_part_of_a_universal_binary_counts() -> None:
    facts = (replace(INTEL, min_os=(10, 9)), replace(MACOS, min_os=(12, 0)))
    (undeserved,) = undeserved_tags(facts, ["macosx_10_9_universal2"])
    assert undeserved.reason == "it needs macOS 12.0"


def test_a_library_that_the_wheel_brings_along_is_no_reason() -> None:
    facts = replace(GLIBC, needed=("libc.so.6", "libfoo-1a2b.so.1"))
    assert reasons(facts, "manylinux_2_28_x86_64")
    assert not undeserved_tags((facts,), ["manylinux_2_28_x86_64"], ["libfoo-1a2b.so.1"])


def test_several_binaries_share_the_tags_that_all_deserve() -> None:
    target = find_target("linux-amd64")
    newer = replace(GLIBC, glibc=(2, 34))
    assert common_tags([(static(Arch.AMD64),), (GLIBC,)], target) == ("manylinux_2_28_x86_64",)
    assert common_tags([(GLIBC,), (newer,)], target) == ("manylinux_2_34_x86_64",)
    assert common_tags([(static(Arch.AMD64),), (MUSL,)], target) == ("musllinux_1_2_x86_64",)
    old, new = replace(MACOS, min_os=(11, 0)), replace(MACOS, min_os=(13, 0))
    assert common_tags([(old,), (new,)], find_target("darwin-arm64")) == ("macosx_13_0_arm64",)


def test_binaries_that_share_no_tag_are_said_so() -> None:
    with pytest.raises(TagMismatchError, match="suits all binaries"):
        common_tags([(GLIBC,), (MUSL,)], find_target("linux-amd64"))


versions = st.tuples(st.integers(0, 30), st.integers(0, 40))

linux_facts = st.builds(
    BinaryFacts,
    format=st.just(BinaryFormat.ELF),
    system=st.sampled_from([None, System.LINUX]),
    arch=st.sampled_from([Arch.AMD64, Arch.ARM64, Arch.ARM, Arch.RISCV64]),
    static=st.booleans(),
    libc=st.sampled_from([None, *Libc]),
    glibc=st.none() | st.tuples(st.just(2), st.integers(0, 45)),
    needed=st.sampled_from([(), ("libc.so.6",), ("libc.so",), ("libssl.so.3",)]),
    symbol_versions=st.sampled_from([(), ("GLIBCXX_3.4.29",), ("GCC_14.0.0",)]),
    interpreter=st.sampled_from(["", "/lib/ld-linux.so.3", "/nix/ld-linux.so.2"]),
    soft_float=st.booleans(),
    build_info=st.none() | st.sampled_from([go(), go("go1.20", GOAMD64="v2", GOARM="6")]),
)
macos_facts = st.builds(
    BinaryFacts,
    format=st.just(BinaryFormat.MACHO),
    system=st.just(System.DARWIN),
    arch=st.sampled_from([Arch.AMD64, Arch.ARM64]),
    static=st.just(False),
    min_os=st.none() | versions,
    build_info=st.none() | st.sampled_from([go(), go("go1.22"), go("go1.24")]),
)


@given(facts=linux_facts | macos_facts, target=st.sampled_from(TARGETS))
def test_a_binary_deserves_every_tag_that_it_gets(facts: BinaryFacts, target: Target) -> None:
    try:
        derived = derive_tags((facts,), target)
    except TagMismatchError:
        return
    assert derived
    assert derived == tuple(sorted(set(derived)))
    assert all(accepted_platform_tag(tag) for tag in derived)
    assert undeserved_tags((facts,), derived) == ()
