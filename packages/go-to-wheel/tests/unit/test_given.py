"""What a build was told, in the record of origin (evidence.py, planning.py)."""

from __future__ import annotations

import hashlib

import pytest

from go_to_wheel.evidence import given_of, told_metadata
from go_to_wheel.metadata import Metadata, Person, Readme
from go_to_wheel.provenance.origin import BinaryOrigin, FileOrigin, OriginRecord
from go_to_wheel.provenance.record import parse_origin, render_origin

SHA = "ab" * 32
BINARY = BinaryOrigin(
    path="tool/bin/tool",
    sha256=SHA,
    size=1,
    target="linux-amd64",
    source=FileOrigin(name="tool", sha256=SHA),
)
WHOLE = Metadata(
    description="A tool",
    license="MIT OR Apache-2.0",
    authors=(Person(name="Me", email="me@example.com"),),
    urls=(("Homepage", "https://example.com"),),
    requires_python=">=3.11",
)


def test_what_was_given_is_read_again_as_it_was() -> None:
    assert told_metadata(given_of(WHOLE, ("linux-amd64",))) == WHOLE
    assert told_metadata(given_of(Metadata())) == Metadata()
    assert given_of(Metadata()) == ()
    assert dict(given_of(Metadata(), ("linux-amd64", "darwin-arm64"))) == {
        "targets": "linux-amd64,darwin-arm64"
    }


@pytest.mark.parametrize(
    "text",
    ["a\u200dz", "a\u00a0b", "\u202eb", "\U0001f468\u200d\U0001f469", '"quoted"', '"', "\\u0061"],
)
def test_no_text_is_dropped_whatever_is_in_it(text: str) -> None:
    given = given_of(Metadata(description=text, authors=(Person(name=text),)))
    record = OriginRecord(tool_version="1", binaries=(BINARY,), given=given)

    assert all(value.isprintable() for _, value in given)
    told = told_metadata(parse_origin(render_origin(record)).given)
    assert (told.description, told.authors) == (text, (Person(name=text),))


@pytest.mark.parametrize("line", ['"', '"a', '"a" b', '"\\'])
def test_what_no_record_of_ours_holds_is_taken_as_it_is(line: str) -> None:
    assert told_metadata((("description", line),)).description == line


def test_of_a_readme_there_is_the_digest() -> None:
    def digest(text: str) -> str:
        readme = Readme(text=text, content_type="text/markdown")
        return dict(given_of(Metadata(readme=readme)))["readme"]

    assert digest("hi\n") == f"sha256:{hashlib.sha256(b'hi' + bytes([10])).hexdigest()}"
    assert digest("hi\r\n") == digest("hi\n") != digest("ho\n")
    assert told_metadata((("readme", digest("hi\n")),)) == Metadata()


def test_of_several_none_is_recorded() -> None:
    several = Metadata(
        authors=(Person(name="A"), Person(name="B")),
        urls=(("Homepage", "https://example.com"), ("Source", "https://example.com/s")),
    )
    assert given_of(several) == ()
    assert given_of(Metadata(urls=(("Source", "https://example.com/s"),))) == ()


def test_the_record_holds_what_was_given() -> None:
    told = OriginRecord(tool_version="1", binaries=(BINARY,), given=given_of(WHOLE))
    silent = OriginRecord(tool_version="1", binaries=(BINARY,))

    assert parse_origin(render_origin(told)) == told
    assert parse_origin(render_origin(silent)) == silent
    assert b"given" not in render_origin(silent)
