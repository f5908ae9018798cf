"""Which paths C flags name (sources/golang/cflags.py), and what C code brings in (embeds.py)."""

from __future__ import annotations

from pathlib import Path

import pytest

from go_to_wheel.sources.golang.cflags import named_paths
from go_to_wheel.sources.golang.embeds import includes


@pytest.mark.parametrize(
    ("flags", "named"),
    [
        (["-I/top/common"], "/top/common"),
        (["-I", "/top/common"], "/top/common"),
        (["-I../common"], "/p/../common"),
        (["-include", "hid.inc"], "/p/hid.inc"),
        (["-include/top/hid.inc"], "/top/hid.inc"),
        (["--include=hid.inc"], "/p/hid.inc"),
        (["-isystem", "/top/sys"], "/top/sys"),
        (["-iquoteq"], "/p/q"),
        (["-L/top/lib", "-lx"], "/top/lib"),
        (["/top/libx.a"], "/top/libx.a"),
        (["-Wl,--version-script=/top/x.map"], "/top/x.map"),
        (["-Wl,--version-script,x.map"], "/p/x.map"),
        (["-fprofile-use=/top/x"], "/top/x"),
        (["-fnew-option/top/x"], "/top/x"),
        (["@/top/more"], "/top/more"),
        (["-I/a\0b"], "/ab"),
    ],
)
def test_a_path_is_found_however_it_is_given(flags: list[str], named: str) -> None:
    assert Path(named) in set(named_paths(flags, Path("/p")))


def test_other_flags_name_nothing() -> None:
    flags = ["-O2", "-lm", "-pthread", "-DX", "-Wall", "-I", "-include", ""]

    assert list(named_paths(flags, Path("/p"))) == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('#include "a.h"', ["a.h"]),
        ("#include_next <a.h>", ["a.h"]),
        ('%:include "a.h"', ["a.h"]),
        ('#/* why */include/**/"a.h"', ["a.h"]),
        ('#include \\\n "a.h"', ["a.h"]),
        ("#include NAME", [None]),
        ('#if __has_include("a.h")', ["a.h"]),
        ("#if __has_embed (<a.bin>)", ["a.bin"]),
        ('.include "a.s"', ["a.s"]),
        ('__asm__(".include \\"a.s2\\"\\n");', ["a.s2"]),
        ('.incbin "a.bin"', ["a.bin"]),
        ("x.include = 3; y.include (z)", []),
        ("#" + "/*" * 100_000, []),
    ],
)
def test_all_ways_to_bring_a_file_in_are_seen(text: str, named: list[str | None]) -> None:
    assert list(includes(text.encode())) == named
