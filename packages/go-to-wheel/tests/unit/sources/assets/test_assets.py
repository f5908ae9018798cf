"""Each rule of the matching of assets, on lists as real projects publish them."""

from __future__ import annotations

import pytest

from go_to_wheel.sources.assets import explain_assets, match_assets, tools_in
from go_to_wheel.sources.assets.places import Evidence


def match(names: str, *commands: str) -> dict[str, str]:
    """The matches of a list written with blanks between the names."""
    return dict(match_assets(names.split(), commands=commands))


def only(target: str, names: str) -> str | None:
    return match(names).get(target)


# Words


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("tool_1.2.3_linux_amd64.tar.gz", "linux-amd64"),
        ("tool-Linux-x86_64.tar.gz", "linux-amd64"),
        ("tool_1.2.3_Linux-64bit.tar.gz", "linux-amd64"),
        ("tool_linux_64-bit", "linux-amd64"),
        ("tool-linux64.zip", "linux-amd64"),
        ("tool-LinuxX64.zip", "linux-amd64"),
        ("tool+linux+x86-64.tar.xz", "linux-amd64"),
        ("tool-x86_64-unknown-linux-musl", "linux-amd64"),
        ("tool-v1.2.3.x86_64-linux-gnu.2.28.tar.gz", "linux-amd64"),
        ("tool-ubuntu-22.04-amd64.zip", "linux-amd64"),
        ("tool_linux_amd64_v1.tar.gz", "linux-amd64"),
        ("tool-linux-aarch_64.zip", "linux-arm64"),
        ("tool-linux-armv8.gz", "linux-arm64"),
        ("tool_linux_arm_64.tar.gz", "linux-arm64"),
        ("tool-linux-arm64-v8a.zip", "linux-arm64"),
        ("tool-linux-64bit-arm.gz", "linux-arm64"),
        ("tool-linux-arm64.v2", "linux-arm64"),
        ("tool_linux_arm64_v8.0.tar.gz", "linux-arm64"),
        ("tool-linux-x86_32.zip", "linux-386"),
        ("tool-Linux-32bit.zip", "linux-386"),
        ("tool-x86-linux-32bit.zip", "linux-386"),
        ("tool-i686-unknown-linux-gnu.tar.gz", "linux-386"),
        ("tool_linux_arm_7.tar.gz", "linux-armv7"),
        ("tool-linux-arm32v7.tar.gz", "linux-armv7"),
        ("tool_Linux_armv7l.tar.gz", "linux-armv7"),
        ("tool-linux-arm32-v6.zip", "linux-armv6"),
        ("tool-arm-unknown-linux-gnueabihf.tar.gz", "linux-armv6"),
        ("tool-linux-ppcle_64.zip", "linux-ppc64le"),
        ("tool-linux-ppc64el", "linux-ppc64le"),
        ("tool-linux-s390_64.zip", "linux-s390x"),
        ("tool-riscv64gc-unknown-linux-gnu.tar.gz", "linux-riscv64"),
        ("tool-darwin-10.6-amd64", "darwin-amd64"),
        ("tool-mac-intel.zip", "darwin-amd64"),
        ("tool-osx-x64.zip", "darwin-amd64"),
        ("tool-macos-13-x86.zip", "darwin-amd64"),
        ("tool-macos-apple-silicon", "darwin-arm64"),
        ("tool-mac-64-bit-ARM.gz", "darwin-arm64"),
        ("tool-macos-arm.zip", "darwin-arm64"),
        ("tool-macos13-arm64.zip", "darwin-arm64"),
        ("tool-win64.zip", "windows-amd64"),
        ("tool-win32-x64.zip", "windows-amd64"),
        ("tool-x86_64-w64-mingw32.zip", "windows-amd64"),
        ("tool-winarm64.zip", "windows-arm64"),
        ("mac-tools-arm64.exe", "windows-arm64"),
        ("tool-win32.zip", "windows-386"),
        ("tool-aarch64-linux-android.tar.gz", "android-arm64"),
    ],
)
def test_a_name_is_understood_in_every_common_spelling(name: str, target: str) -> None:
    assert name in match_assets([name]).values()
    assert match_assets([name])[target] == name


@pytest.mark.parametrize(
    "name",
    [
        "tool_freebsd_amd64.tar.gz",
        "tool-linux-loong64.tar.gz",
        "tool-linux-mips64le-softfloat",
        "tool-linux-armeb.tar.xz",
        "tool-x86_64-unknown-illumos.tar.gz",
        "tool-ios-arm64.zip",
        "tool-wasm32-wasi.tar.gz",
        "tool-1.2.3-freebsd-amd64.pkg",
        "tool-darwin-386.tar.gz",
    ],
)
def test_a_platform_without_wheels_gets_nothing(name: str) -> None:
    assert match_assets([name]) == {}


def test_a_version_is_never_a_platform() -> None:
    names = "tool-1.64-linux-arm64.tar.gz tool-1.64-darwin-arm64.tar.gz tool-1.32-win-arm64.zip"
    assert set(match(names)) == {"linux-arm64", "darwin-arm64", "windows-arm64"}


def test_the_last_system_counts_as_a_name_begins_with_the_tool() -> None:
    names = "linux-doctor-darwin-arm64.zip linux-doctor-linux-arm64.zip wasm-pack-linux-amd64.zip"
    assert match(names, "linux-doctor") == {
        "linux-arm64": "linux-doctor-linux-arm64.zip",
        "darwin-arm64": "linux-doctor-darwin-arm64.zip",
    }


def test_a_tool_may_be_called_like_a_system() -> None:
    names = "dragonfly-x86_64.tar.gz dragonfly-aarch64.tar.gz"
    assert set(match(names)) == {"linux-amd64", "linux-arm64"}


# Files that hold no program


@pytest.mark.parametrize(
    "name",
    [
        "tool_1.2.3_amd64.deb",
        "tool-1.2.3-1.x86_64.rpm",
        "tool_1.2.3_linux_amd64.apk",
        "tool-1.2.3-1-x86_64.pkg.tar.zst",
        "tool-x86_64.AppImage",
        "tool-windows-amd64.msi",
        "tool-arm64.dmg",
        "tool-linux-amd64.tar.gz.sha256",
        "tool_linux_amd64_sha256",
        "SHA256SUMS-linux-amd64.txt",
        "SHA256SUMS",
        "checksums",
        "tool-linux-amd64.tar.gz.minisig",
        "tool-linux-amd64.sigstore.json",
        "tool-linux-amd64.spdx.json.gz",
        "tool.1.gz",
        "tool.1",
        "_tool",
        "tool-linux-amd64.jar",
        "tool.pyz",
        "tool-linux-amd64.deb.zip",
        "v1.2.3.tar.gz",
        "tool-1.2.3.src.tar.gz",
    ],
)
def test_what_is_no_program_is_passed_over(name: str) -> None:
    assert match_assets([name]) == {}


def test_a_version_at_the_end_is_no_man_page() -> None:
    assert only("linux-amd64", "tool-linux-amd64-v1.0.0-rc.1") == "tool-linux-amd64-v1.0.0-rc.1"


def test_a_by_product_is_passed_over_only_beside_its_tool() -> None:
    tool = "tool-linux-amd64.tar.gz"
    assert match(f"{tool} tool-symbols-linux-amd64.tar.gz install.exe ToolSetup.exe") == {
        "linux-amd64": tool
    }
    for lone in ("src-cli_linux_amd64.tar.gz", "setup_linux_amd64.tar.gz"):
        assert match(lone) == {"linux-amd64": lone}


def test_a_command_that_is_called_like_a_by_product_is_a_tool() -> None:
    names = "tool-linux-amd64.zip tool-sbom-linux-amd64.zip"
    assert match(names, "tool-sbom") == {"linux-amd64": "tool-sbom-linux-amd64.zip"}


def test_an_installer_for_macos_is_taken_where_there_is_nothing_else() -> None:
    linux = "tool-1.2.3-linux-amd64.tar.xz"
    assert match(f"{linux} tool-1.2.3.pkg") == {
        "linux-amd64": linux,
        "darwin-amd64": "tool-1.2.3.pkg",
        "darwin-arm64": "tool-1.2.3.pkg",
    }
    assert match(f"{linux} tool-1.2.3.pkg tool-1.2.3-macos.zip") == {
        "linux-amd64": linux,
        "darwin-amd64": "tool-1.2.3-macos.zip",
        "darwin-arm64": "tool-1.2.3-macos.zip",
    }


def test_an_installer_never_fills_the_gaps_of_a_system() -> None:
    names = "tool-macos-arm64.tar.xz tool-1.2.3.pkg other-1.2.3.pkg"
    assert match(names) == {"darwin-arm64": "tool-macos-arm64.tar.xz"}


def test_a_disk_image_is_taken_only_where_it_is_named_like_the_others() -> None:
    linux = "tool-linux-amd64"
    assert match(f"{linux} Tool.dmg Tool-arm64.dmg") == {"linux-amd64": linux}
    assert only("darwin-arm64", f"{linux} tool-darwin-arm64.dmg") == "tool-darwin-arm64.dmg"


# One among several


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ("tool-x86_64-unknown-linux-musl.tar.gz", "tool-x86_64-unknown-linux-gnu.tar.gz"),
        ("tool-linux-amd64-static.tar.gz", "tool-linux-amd64.tar.gz"),
        ("tool-linux-amd64.tar.gz", "tool-linux-amd64-musl.tar.gz"),
        ("tool-linux-amd64.tar.gz", "tool-ubuntu-amd64.tar.gz"),
        ("tool-linux-amd64.tar.gz", "tool-linux-amd64v3.tar.gz"),
        ("tool-linux-amd64-v1.2.3.gz", "tool-linux-amd64-v3-v1.2.3.gz"),
        ("tool-linux-amd64.tar.gz", "tool-Linux-64bit.tar.gz"),
        ("tool-linux-x64.zip", "tool-linux-x64-baseline.zip"),
        ("tool-linux-x64.zip", "tool-linux-x64-debug.zip"),
        ("tool-linux-amd64.tar.gz", "tool-linux-amd64"),
        ("tool-linux-amd64.tar.gz", "tool-linux-amd64.zip"),
        ("tool-linux-amd64.zip", "tool-linux-amd64.gz"),
        ("tool_x86_64-unknown-linux-gnu.tgz", "tool_x86_64-unknown-linux-gnu-2-17.tgz"),
        ("tool-windows-64.zip", "tool-win7-64.zip"),
        ("tool-windows-x64.exe", "tool-installer-windows-x64.zip"),
        ("tool-x86_64-pc-windows-msvc.zip", "tool-x86_64-pc-windows-gnu.zip"),
        ("tool-darwin-arm64.zip", "tool-darwin-universal.zip"),
        ("tool-linux-armv7.tar.gz", "tool-linux-armv6.tar.gz"),
        ("tool-linux-armhf.tar.gz", "tool-linux-arm.tar.gz"),
        ("tool-armv7-unknown-linux-musleabihf.tgz", "tool-armv7-unknown-linux-musleabi.tgz"),
    ],
)
def test_of_two_files_for_one_target_the_better_is_taken(better: str, worse: str) -> None:
    (alone,) = set(match_assets([worse]).values())
    assert alone == worse
    found = match_assets([worse, better])
    assert better in found.values()
    targets = match_assets([better]).keys()
    assert all(found[target] == better for target in targets)


def test_of_two_files_that_are_alike_none_is_taken() -> None:
    assert match("tool-1.0-linux-amd64.zip tool-2.0-linux-amd64.zip") == {}


def test_a_universal_file_serves_both_macs() -> None:
    for name in (
        "tool_darwin_all.tar.gz",
        "tool-macos-universal.zip",
        "tool-osx-universal_binary.zip",
        "tool-universal-apple-darwin.tar.gz",
        "tool-darwin-amd64-arm64.zip",
    ):
        assert match(name) == {"darwin-amd64": name, "darwin-arm64": name}


def test_all_means_both_processors_on_macos_only() -> None:
    assert match("tool-all-linux-arm64 tool-linux-all") == {
        "linux-arm64": "tool-all-linux-arm64",
        "linux-amd64": "tool-linux-all",
    }


def test_an_older_arm_runs_on_a_newer_one_and_never_the_other_way() -> None:
    assert set(match("tool-linux-armv5.tgz")) == {"linux-armv6", "linux-armv7"}
    assert set(match("tool-linux-armv7.tgz")) == {"linux-armv7"}
    assert set(match("tool-linux-arm.tgz tool-linux-amd64.tgz")) == {"linux-amd64", "linux-armv7"}


def test_amd64_is_never_taken_for_arm64() -> None:
    assert set(match("tool-darwin-amd64.zip tool-windows-amd64.zip")) == {
        "darwin-amd64",
        "windows-amd64",
    }


# Words that the list explains


def test_x86_is_what_the_others_are_not() -> None:
    assert set(match("tool-linux-x86.zip tool-linux-arm64.zip")) == {"linux-amd64", "linux-arm64"}
    assert set(match("tool-linux-x86.zip tool-linux-x64.zip")) == {"linux-386", "linux-amd64"}
    assert set(match("tool.exe tool_x86.exe")) == {"windows-386", "windows-amd64"}
    mac = match("tool-mac.tgz tool-mac-x86.tgz tool-linux-x86_64.tgz")
    assert mac["darwin-amd64"] == "tool-mac-x86.tgz"
    assert mac["darwin-arm64"] == "tool-mac.tgz"


def test_arm_is_wide_where_macos_is_given_with_it() -> None:
    names = "tool-linux-arm.zip tool-linux-x64.zip tool-macos-arm.zip"
    assert set(match(names)) == {"linux-arm64", "linux-amd64", "darwin-arm64"}


def test_arm_is_wide_where_it_is_the_only_processor_that_is_named() -> None:
    assert set(match("tool-linux.tar.gz tool-linux-arm.tar.gz")) == {"linux-amd64", "linux-arm64"}


# Names that say less


def evidence(names: str) -> dict[str, tuple[str, Evidence]]:
    return {match.target: (match.asset, match.evidence) for match in explain_assets(names.split())}


def test_without_a_processor_a_name_means_amd64_and_every_mac() -> None:
    assert evidence("tool-linux.zip tool-macos.zip tool-windows.zip") == {
        "linux-amd64": ("tool-linux.zip", Evidence.DEFAULT_CPU),
        "darwin-amd64": ("tool-macos.zip", Evidence.DEFAULT_CPU),
        "darwin-arm64": ("tool-macos.zip", Evidence.DEFAULT_CPU),
        "windows-amd64": ("tool-windows.zip", Evidence.DEFAULT_CPU),
    }


def test_without_a_processor_a_name_means_what_is_left() -> None:
    assert evidence("tool-osx.tar.gz tool-osx-arm64.tar.gz") == {
        "darwin-amd64": ("tool-osx.tar.gz", Evidence.DEFAULT_CPU),
        "darwin-arm64": ("tool-osx-arm64.tar.gz", Evidence.NAMED),
    }


def test_without_a_system_a_name_means_linux_or_what_its_format_says() -> None:
    assert evidence("tool-amd64 tool-arm64 tool-amd64.exe tool-universal.zip") == {
        "linux-amd64": ("tool-amd64", Evidence.DEFAULT_OS),
        "linux-arm64": ("tool-arm64", Evidence.DEFAULT_OS),
        "darwin-amd64": ("tool-universal.zip", Evidence.DEFAULT_OS),
        "darwin-arm64": ("tool-universal.zip", Evidence.DEFAULT_OS),
        "windows-amd64": ("tool-amd64.exe", Evidence.NAMED),
    }


def test_names_of_platforms_alone_are_enough() -> None:
    assert set(match("Linux.zip MacOS.zip Windows.zip")) == {
        "linux-amd64",
        "darwin-amd64",
        "darwin-arm64",
        "windows-amd64",
    }


def test_a_bare_program_among_the_others_is_for_linux() -> None:
    assert evidence("tool tool-arm64 tool-darwin tool.exe")["linux-amd64"] == (
        "tool",
        Evidence.LEFT_OVER,
    )


def test_a_bare_archive_is_explained_by_the_only_system_that_is_left() -> None:
    others = "tool-1.2.3-x86_64-apple-darwin.tar.gz tool-1.2.3-x86_64-pc-windows-msvc.zip"
    assert only("linux-amd64", f"{others} tool-1.2.3.tgz") == "tool-1.2.3.tgz"


def test_a_bare_zip_among_tars_is_for_windows() -> None:
    others = "tool-1.2.3-linux-amd64.tar.xz tool-1.2.3-darwin-amd64.tar.xz"
    assert only("windows-amd64", f"{others} tool-1.2.3.zip") == "tool-1.2.3.zip"


def test_a_bare_file_without_a_version_may_be_for_macos() -> None:
    others = "tool_linux_amd64.zip tool_linux_arm64.zip"
    assert only("darwin-arm64", f"{others} portable_tool.zip") == "portable_tool.zip"


def test_a_source_archive_is_taken_for_nothing() -> None:
    mac = "tool-1.2.3-darwin-arm64.tar.gz"
    assert match(f"{mac} tool-1.2.3.tar.gz") == {"darwin-arm64": mac}
    linux = "tool-1.2.3-linux-amd64.tar.gz"
    assert match(f"{linux} tool-1.2.3.tar.gz tool-1.2.3.zip") == {"linux-amd64": linux}
    assert match(f"{linux} tool-1.2.3.zip") == {"linux-amd64": linux}


def test_the_only_file_of_a_release_is_tried_for_linux() -> None:
    assert evidence("tool-v1.2.3 tool-v1.2.3.sha256") == {
        "linux-amd64": ("tool-v1.2.3", Evidence.LEFT_OVER)
    }


def test_a_program_may_be_called_like_an_ending() -> None:
    assert only("linux-amd64", "zip zip-darwin-arm64") == "zip"


# Several tools

_TWO_TOOLS = "kubectx_linux_amd64.tgz kubectx_darwin_arm64.tgz kubens_linux_amd64.tgz checksums.txt"


def test_several_tools_are_left_to_the_caller_and_named() -> None:
    assert match(_TWO_TOOLS) == {}
    assert tools_in(_TWO_TOOLS.split()) == ("kubectx", "kubens")


def test_a_command_chooses_its_tool_and_no_file_of_another() -> None:
    assert match(_TWO_TOOLS, "kubens") == {"linux-amd64": "kubens_linux_amd64.tgz"}
    assert match(_TWO_TOOLS, "kubens.exe") == {"linux-amd64": "kubens_linux_amd64.tgz"}
    assert match(_TWO_TOOLS, "helm") == {}


@pytest.mark.parametrize(
    ("commands", "tool"),
    [
        (["pack"], "pack"),  # though it is inside the others
        (["pack-cli"], "pack-cli"),
        (["aws"], "pack-aws"),  # the word that only one has
        (["pack", "aws"], "pack-aws"),  # the one that both are in
        (["my-pack"], "pack"),  # the command around the tool's name
        (["mypack"], "pack"),
        (["anything"], "pack-utils"),  # what is no tool's name is in the bundle
    ],
)
def test_the_closest_tool_is_chosen(commands: list[str], tool: str) -> None:
    names = [f"{name}-linux-arm64" for name in ("pack", "pack-cli", "pack-aws", "pack-utils")]
    assert match_assets(names, commands=commands) == {"linux-arm64": f"{tool}-linux-arm64"}


def test_a_command_that_fits_several_tools_chooses_none() -> None:
    names = "keys-linux-amd64-gnome.zip keys-linux-amd64-kde.zip"
    assert match(names, "keys") == {}
    assert tools_in(names.split()) == ("keys-gnome", "keys-kde")
    assert match(names, "keys-kde") == {"linux-amd64": "keys-linux-amd64-kde.zip"}


def test_a_command_changes_nothing_where_there_is_one_tool() -> None:
    names = "nvim-linux-x86_64.tar.gz nvim-macos-arm64.tar.gz"
    assert match(names, "neovim") == match(names)


def test_one_tool_may_be_named_in_two_ways() -> None:
    names = "dug.0.0.94.linux-x64.tar.gz dug-linux-arm64 dug-cli.0.0.94.osx-x64.tar.gz"
    assert set(match(names)) == {"linux-amd64", "linux-arm64", "darwin-amd64"}
    assert tools_in(names.split()) == ("dug",)


def test_a_stray_that_says_little_is_not_taken_for_the_tool() -> None:
    names = "sing-box-linux-amd64.zip sing-box-windows-amd64.zip SFM-universal.zip helper.exe"
    assert set(match(names)) == {"linux-amd64", "windows-amd64"}


def test_two_tools_for_two_platforms_are_not_one() -> None:
    names = "client-darwin-arm64.zip server-linux-amd64.zip"
    assert match(names) == {}
    assert tools_in(names.split()) == ("client", "server")


def test_tools_are_named_as_their_assets_spell_them() -> None:
    assert tools_in(["Foo_Bar_1.2.3_linux_amd64.zip", "Foo_Bar_1.2.3_darwin_arm64.zip"]) == (
        "Foo_Bar",
    )
    assert tools_in(["debug-linux-amd64", "release-linux-amd64"]) == ("debug", "release")
    assert tools_in(["Linux.zip", "MacOS.zip"]) == ()
    assert tools_in([]) == ()


# Whole lists


def test_a_list_in_the_manner_of_protoc() -> None:
    names = """
        protobuf-31.1.tar.gz protoc-31.1-linux-aarch_64.zip protoc-31.1-linux-ppcle_64.zip
        protoc-31.1-linux-s390_64.zip protoc-31.1-linux-x86_32.zip protoc-31.1-linux-x86_64.zip
        protoc-31.1-osx-aarch_64.zip protoc-31.1-osx-universal_binary.zip
        protoc-31.1-osx-x86_64.zip protoc-31.1-win32.zip protoc-31.1-win64.zip
    """
    assert match(names) == {
        "linux-amd64": "protoc-31.1-linux-x86_64.zip",
        "linux-arm64": "protoc-31.1-linux-aarch_64.zip",
        "linux-386": "protoc-31.1-linux-x86_32.zip",
        "linux-ppc64le": "protoc-31.1-linux-ppcle_64.zip",
        "linux-s390x": "protoc-31.1-linux-s390_64.zip",
        "darwin-amd64": "protoc-31.1-osx-x86_64.zip",
        "darwin-arm64": "protoc-31.1-osx-aarch_64.zip",
        "windows-amd64": "protoc-31.1-win64.zip",
        "windows-386": "protoc-31.1-win32.zip",
    }


def test_a_list_in_the_manner_of_goreleaser() -> None:
    names = """
        checksums.txt tool_1.2.3_darwin_all.tar.gz tool_1.2.3_freebsd_amd64.tar.gz
        tool_1.2.3_linux_386.tar.gz tool_1.2.3_linux_amd64.tar.gz tool_1.2.3_linux_arm64.tar.gz
        tool_1.2.3_linux_armv6.tar.gz tool_1.2.3_linux_armv7.tar.gz tool_1.2.3_linux_amd64.deb
        tool_1.2.3_linux_riscv64.tar.gz tool_1.2.3_windows_amd64.zip tool_1.2.3_windows_arm64.zip
        tool_1.2.3_linux_amd64.tar.gz.sbom.json tool_1.2.3_windows_386.zip
    """
    assert match(names) == {
        "linux-amd64": "tool_1.2.3_linux_amd64.tar.gz",
        "linux-arm64": "tool_1.2.3_linux_arm64.tar.gz",
        "linux-386": "tool_1.2.3_linux_386.tar.gz",
        "linux-armv7": "tool_1.2.3_linux_armv7.tar.gz",
        "linux-armv6": "tool_1.2.3_linux_armv6.tar.gz",
        "linux-riscv64": "tool_1.2.3_linux_riscv64.tar.gz",
        "darwin-amd64": "tool_1.2.3_darwin_all.tar.gz",
        "darwin-arm64": "tool_1.2.3_darwin_all.tar.gz",
        "windows-amd64": "tool_1.2.3_windows_amd64.zip",
        "windows-arm64": "tool_1.2.3_windows_arm64.zip",
        "windows-386": "tool_1.2.3_windows_386.zip",
    }


# Tools whose names mean something else in other names

ODD_NAMES = [
    "alpha", "beta", "dev", "rc", "preview", "static", "musl", "gnu", "debug", "portable", "v2",
]  # fmt: skip


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_tool_that_is_called_like_a_word_of_versions_or_libraries_is_found(name: str) -> None:
    own = {
        "linux-amd64": f"{name}_1.2.3_linux_amd64.tar.gz",
        "darwin-arm64": f"{name}-darwin-arm64",
    }
    others = ["other_1.2.3_linux_amd64.tar.gz", "other-darwin-arm64"]
    assert match_assets([*own.values(), *others], commands=[name]) == own
    assert match_assets(list(own.values()), commands=[name]) == own
    assert match_assets([*own.values(), *others], commands=["other"]) == {
        "linux-amd64": others[0],
        "darwin-arm64": others[1],
    }


def test_two_such_tools_are_told_apart() -> None:
    names = "alpha_linux_amd64.tar.gz beta_linux_amd64.tar.gz"
    assert match(names, "alpha") == {"linux-amd64": "alpha_linux_amd64.tar.gz"}
    assert match(names, "beta") == {"linux-amd64": "beta_linux_amd64.tar.gz"}
    assert match(names) == {}


def test_a_tool_whose_name_has_such_a_word_is_told_from_the_one_without_it() -> None:
    names = "dev-tool_linux_amd64.tar.gz other_linux_amd64.tar.gz static-tool_linux_amd64.tar.gz"
    assert match(names, "dev-tool") == {"linux-amd64": "dev-tool_linux_amd64.tar.gz"}
    assert match(names, "static-tool") == {"linux-amd64": "static-tool_linux_amd64.tar.gz"}


@pytest.mark.parametrize("name", ["alpha", "static", "musl", "debug"])
def test_such_a_word_keeps_its_meaning_behind_the_name(name: str) -> None:
    names = f"{name}-linux-amd64 {name}-linux-amd64-debug other-linux-amd64 tool-linux-amd64-musl"
    assert match(names, name) == {"linux-amd64": f"{name}-linux-amd64"}


def test_a_command_that_is_a_platform_changes_no_platform() -> None:
    names = "windows_exporter-amd64.tar.gz other-windows-amd64.tar.gz"
    assert match(names, "windows_exporter") == {"windows-amd64": "windows_exporter-amd64.tar.gz"}


@pytest.mark.parametrize("name", [name for name in ODD_NAMES if name != "v2"])
def test_tools_with_such_names_are_listed_and_can_be_chosen(name: str) -> None:
    names = [f"{name}_1.2.3_linux_amd64.tar.gz", "other_1.2.3_linux_amd64.tar.gz"]
    assert set(tools_in(names)) == {name, "other"}
    for tool in tools_in(names):
        assert match_assets(names, commands=[tool])


def test_files_that_are_named_after_platforms_alone_make_no_tool_beside_another() -> None:
    assert tools_in(["linux-amd64.tar.gz", "tool-linux-amd64.tar.gz"]) == ("tool",)
    assert tools_in(["1.2.3-linux-amd64.tar.gz", "tool-linux-amd64.tar.gz"]) == ("tool",)
