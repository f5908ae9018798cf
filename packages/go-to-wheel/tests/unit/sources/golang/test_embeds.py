"""What the text of a source file brings in (sources/golang/embeds.py)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from go_to_wheel.sources.golang.embeds import embeds, includes


def takes(line: str, path: str) -> bool:
    return any(
        each.takes(path) for each in embeds(f"package x\n\n{line}\nvar f embed.FS\n".encode())
    )


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("//go:embed a.txt", "a.txt"),
        ("//go:embed a.txt b.txt", "b.txt"),
        ("\t//go:embed a.txt", "a.txt"),
        ("//go:embed web", "web/index.html"),
        ("//go:embed web", "web/deep/down/x.js"),
        ("//go:embed web/*.js", "web/a.js"),
        ("//go:embed web/*", "web/.hidden"),
        ("//go:embed all:web", "web/_x/.hidden"),
        ("//go:embed [a-c]?.txt", "bx.txt"),
        ("//go:embed [^a]*", "b"),
        ("//go:embed [a-c]*", "b/inside"),
        ('//go:embed "a b.txt"', "a b.txt"),
        ("//go:embed `a b.txt`", "a b.txt"),
        ('//go:embed x "a b.txt" y', "y"),
        (r"//go:embed a\*b", "a*b"),
        ("//go:embed Web/*.JS", "web/a.js"),
        ("//go:embed größe", "gro\u0308ße"),
        ("//go:embed .", "anything/at/all"),
        (r'//go:embed "\x61"', "anything/.at/all"),
        ("//go:embed [z-a]", "anything"),
    ],
)
def test_an_embedded_file_is_taken(line: str, path: str) -> None:
    assert takes(line, path)


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("//go:embed a.txt", "b.txt"),
        ("//go:embed a.txt", "a.txt.bak"),
        ("//go:embed *.txt", "deep/a.txt"),
        ("//go:embed web/*.js", "web/deep/a.js"),
        ("//go:embed web/*.js", "web/a.css"),
        ("//go:embed web", "web/.hidden"),
        ("//go:embed web", "web/_private/x"),
        ("//go:embed web/*", "web/deep/.hidden"),
        ("//go:embed [^a]*", "a"),
        ("//go:embed a.c", "abc"),
        ("// go:embed a", "a"),
        ("x //go:embed a", "a"),
        ("//go:embedded a", "a"),
    ],
)
def test_other_files_are_left(line: str, path: str) -> None:
    assert not takes(line, path)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('#include "a.h"', ["a.h"]),
        ("# include <sys/b.h>", ["sys/b.h"]),
        ('#embed "data.bin"', ["data.bin"]),
        ('\t.incbin "x.bin"', ["x.bin"]),
        ('asm(".incbin \\"x.bin\\"");', ["x.bin"]),
        ("#include HEADER", [None]),
        ('#import "objc.h"\n#include "a.inc"', ["objc.h", "a.inc"]),
        ("int included = 1;", []),
    ],
)
def test_an_included_file_is_named(text: str, names: list[str | None]) -> None:
    assert list(includes(text.encode())) == names


@given(st.text(alphabet='[]^-\\*?&~|a/"`. :', max_size=20), st.text(max_size=10))
def test_no_pattern_is_too_strange(pattern: str, path: str) -> None:
    takes(f"//go:embed {pattern}", path)


@given(st.binary(max_size=200))
def test_no_content_is_too_strange(content: bytes) -> None:
    list(embeds(b"//go:embed " + content))
    list(includes(b"#include " + content))
