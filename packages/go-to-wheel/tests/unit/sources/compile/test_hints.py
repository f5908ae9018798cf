"""What to do when a program does not compile (sources/compile/hints.py)."""

from __future__ import annotations

import pytest

from go_to_wheel.model import CLibrary, GoOptions
from go_to_wheel.sources.compile.hints import compile_hint
from go_to_wheel.targets import find_target

CGO = GoOptions(cgo=True)
MUSL = GoOptions(cgo=True, libc=CLibrary.MUSL)


def hint(said: str, options: GoOptions = CGO, target: str = "linux-amd64") -> str:
    return compile_hint(said, options, find_target(target))


@pytest.mark.parametrize("options", [GoOptions(), CGO])
def test_what_is_wrong_in_the_source_is_mended_there(options: GoOptions) -> None:
    said = "./main.go:3:1: undefined: x\n1 error generated."
    assert hint(said, options).startswith("Correct what Go reports, or leave this target out")


@pytest.mark.parametrize("options", [GoOptions(), CGO])
@pytest.mark.parametrize(
    "line",
    [
        "./main.go:3:20: syntax error: unexpected }, expected expression",
        './main.go:3:8: "fmt" imported and not used',
        "./main.go:4:2: declared and not used: x",
    ],
)
def test_what_is_wrong_for_every_target_is_not_helped_by_leaving_one_out(
    line: str, options: GoOptions
) -> None:
    assert hint(f"# example.com/x\n{line}", options) == "Correct what Go reports."
    both = f"{line}\n./main.go:9:1: undefined: x"
    assert "leave this target out" in hint(both, options)


@pytest.mark.parametrize("options", [GoOptions(), CGO])
def test_modules_that_cannot_be_fetched_are_no_fault_of_the_source(options: GoOptions) -> None:
    said = 'main.go:3:8: example.com/x@v1.0.0: Get "https://example.com": dial tcp: lookup: no such'
    assert "check the network" in hint(said, options)
    assert "GOPROXY" in hint(said, options)
    assert "target" not in hint(said, options)


def test_a_go_sum_that_lacks_a_line_is_made_whole_by_go() -> None:
    said = "main.go:3:8: missing go.sum entry for module providing package example.com/x; to add:"
    assert "go mod tidy" in hint(said, GoOptions())
    assert "target" not in hint(said, GoOptions())
    unpacked = compile_hint(said, GoOptions(), find_target("linux-amd64"), is_sdist=True)
    assert unpacked.startswith("This is an sdist, which holds no go.work")
    assert "tidy" not in unpacked


def test_cgo_is_named_only_where_it_is_off() -> None:
    said = "package x: build constraints exclude all Go files in /x"
    assert "--cgo" in hint(said, GoOptions())
    assert "--cgo" not in hint(said)
    assert "--tags" in hint(said)


def test_pkg_config_knows_this_machine_only() -> None:
    assert "pkg-config" in hint('x: exec: "pkg-config-is-not-used": executable file not found')


@pytest.mark.parametrize(
    "said",
    [
        'error: unable to find system framework "IOKit". searched paths:',
        "./x.go:4:10: fatal error: 'IOKit/IOKit.h' file not found",
    ],
)
def test_a_framework_is_on_a_mac_only(said: str) -> None:
    assert hint(said, target="darwin-arm64").startswith("IOKit belongs to Apple's developer tools")


def test_what_macos_has_beside_its_c_library_cannot_be_linked() -> None:
    said = "error: undefined symbol: _zlibVersion"
    assert hint(said, target="darwin-arm64").startswith("From here C code for macOS")


@pytest.mark.parametrize(
    "said",
    [
        'error: unable to find dynamic system library "z" using strategy paths_first.',
        "./main.go:6:10: fatal error: 'EGL/egl.h' file not found",
        "greet.c:1:10: fatal error: 'zlib.h' file not found",
    ],
)
def test_libraries_of_this_machine_are_not_used(said: str) -> None:
    assert "this machine are not used" in hint(said)
    assert "this machine are not used" in hint(said, target="windows-amd64")
    assert "this machine" not in hint(said, GoOptions())


def test_a_function_newer_than_glibc_is_in_musl() -> None:
    said = "ld.lld: error: undefined symbol: getrandom"
    assert "--libc musl" in hint(said)
    assert "--libc musl" not in hint(said, MUSL)
    assert "--libc musl" not in hint(said, target="windows-amd64")
