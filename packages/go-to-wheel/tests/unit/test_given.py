"""What a build was told, in the record of origin (evidence.py, planning.py)."""

from __future__ import annotations

from go_to_wheel.evidence import given_of, told_metadata
from go_to_wheel.metadata import Metadata, Person
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


def test_what_one_line_cannot_hold_is_left_out() -> None:
    several = Metadata(
        description="two\nlines",
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
