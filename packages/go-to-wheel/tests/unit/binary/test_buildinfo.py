from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from go_to_wheel.binary.buildinfo import find_build_info, parse_module_record, unquote
from go_to_wheel.binary.image import Image, Span
from go_to_wheel.model import BuildInfo, GoModule
from helpers.binaries import Elf, build_info

from .conftest import Read

RECORDED = Path(__file__).parents[2] / "data" / "binaries" / "go1.27.3.buildinfo"


def find(data: bytes) -> BuildInfo | None:
    return find_build_info(Image(data, "tool"), [Span(offset=0, size=len(data))])


def test_the_record_of_a_real_go_program_is_read() -> None:
    info = find(RECORDED.read_bytes())
    assert info is not None
    assert info.go_version == "go1.27.3"
    assert info.path == "example.com/tool/cmd/tool"
    assert info.main == GoModule(path="example.com/tool", version="(devel)")
    assert info.modules == (
        GoModule(
            path="example.com/dep",
            version="v1.2.3",
            replaced_by=GoModule(path="./dep", version="(devel)"),
        ),
    )
    assert info.setting("GOOS") == "linux"
    assert info.setting("GOAMD64") == "v1"
    assert info.setting("-tags") == "one,two"
    assert info.setting("-ldflags") == "-X 'main.text=a \"quoted\" word'"
    assert info.setting("vcs.revision") is None


def test_modules_replacements_and_settings_keep_their_order() -> None:
    info = find(
        build_info(
            "go1.21.0",
            [
                "path\ta.b/c",
                "mod\ta.b/c\tv1.0.0\th1:main=",
                "dep\tx.y/one\tv1.0.0\th1:one=",
                "dep\tx.y/two\tv2.0.0",
                "=>\tx.y/fork\tv2.0.1\th1:fork=",
                "build\t-compiler=gc",
                "build\tGOARM=7,softfloat",
                "unknown\tline",
            ],
        )
    )
    assert info is not None
    assert info.main == GoModule(path="a.b/c", version="v1.0.0", sum="h1:main=")
    assert info.modules == (
        GoModule(path="x.y/one", version="v1.0.0", sum="h1:one="),
        GoModule(
            path="x.y/two",
            version="v2.0.0",
            replaced_by=GoModule(path="x.y/fork", version="v2.0.1", sum="h1:fork="),
        ),
    )
    assert info.settings == (("-compiler", "gc"), ("GOARM", "7,softfloat"))


def test_the_main_module_can_be_replaced_too() -> None:
    info = parse_module_record("go1.20", "mod\ta.b/c\tv1.0.0\n=>\td.e/f\tv1.1.0\n")
    assert info is not None
    assert info.main is not None
    assert info.main.replaced_by == GoModule(path="d.e/f", version="v1.1.0")


def test_a_program_outside_any_module_has_a_version_only() -> None:
    assert find(build_info("go1.20")) == BuildInfo(go_version="go1.20")


def test_a_magic_that_is_not_aligned_does_not_count() -> None:
    assert find(b"x" + build_info("go1.20")) is None
    assert find(b"x" * 16 + build_info("go1.20")) is not None


def test_a_candidate_that_cannot_be_read_is_passed_over() -> None:
    false = b"\xff Go buildinf:".ljust(32, b"\2")
    assert find(false + build_info("go1.26.1", ["path\ta"])) == BuildInfo(
        go_version="go1.26.1", path="a"
    )


def test_the_pointer_form_of_old_go_counts_as_absent() -> None:
    assert find(build_info("go1.17", flags=0)) is None


def test_only_the_segments_that_are_asked_for_are_searched() -> None:
    data = build_info("go1.20").ljust(256, b"\0") + build_info("go1.27.3")
    spans = [Span(offset=256, size=len(data) - 256), Span(offset=300, size=1 << 60)]
    info = find_build_info(Image(data, "tool"), spans)
    assert info is not None
    assert info.go_version == "go1.27.3"


def test_a_record_at_the_end_of_a_large_segment_is_found(read: Read) -> None:
    padding = bytes((1 << 20) + 16 - 4)
    facts = read(Elf(data=padding + bytes(4) + build_info("go1.27.3")).build())
    assert facts.build_info is not None


@pytest.mark.parametrize(
    "lines",
    [
        ["build\tno equals sign"],
        ["build\t=value"],
        ['build\t"key"value'],
        ['build\tkey="open'],
        ["dep\t"],
        ["dep\ta\tb\tc\td"],
        ["=>\tx.y/fork\tv1.0.0"],
        ["mod\tx\x1b[31my\tv1.0.0"],
    ],
)
def test_a_malformed_line_makes_the_record_absent(lines: list[str]) -> None:
    assert find(build_info("go1.27.3", lines)) is None


@pytest.mark.parametrize("cut", [15, 20, 33, 40, 60])
def test_a_record_that_is_cut_short_is_absent(cut: int) -> None:
    assert find(build_info("go1.27.3", ["path\ta.b/c", "build\tGOOS=linux"])[:cut]) is None


def test_a_version_that_is_no_text_is_absent() -> None:
    assert find(build_info("go1.2\x07")) is None


@pytest.mark.parametrize(
    ("quoted", "text"),
    [
        (r'"a b"', "a b"),
        (r'"a\tb\n\"\\\a\b\f\r\v"', 'a\tb\n"\\\a\b\f\r\v'),
        (r'"\x41\101\u00e9\U0001F600"', "AAé😀"),
        (r'"\xc3\xa9"', "é"),
        (r'"\xff"', "\\xff"),
        ("`raw \\n`", "raw \\n"),
        ('""', ""),
    ],
)
def test_go_strings_are_unquoted(quoted: str, text: str) -> None:
    assert unquote(quoted) == text


@pytest.mark.parametrize(
    "text",
    ['"', '"a"b"', '"\\q"', '"\\"', "plain", '"\\ud800"', '"\\UFFFFFFFF"', '"\\777"', "`a`b`"],
)
def test_what_is_no_go_string_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError):
        unquote(text)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_quoting_and_unquoting_gives_the_text_back(text: str) -> None:
    quoted = "".join(f"\\U{ord(char):08x}" for char in text)
    assert unquote(f'"{quoted}"') == text


@given(st.text())
def test_any_record_is_read_or_absent(record: str) -> None:
    info = parse_module_record("go1.27.3", record)
    assert info is None or info.go_version == "go1.27.3"
