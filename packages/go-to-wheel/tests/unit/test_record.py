"""RECORD, written and read (wheel/record.py)."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from installer.records import parse_record_file

from go_to_wheel.errors import InvalidWheelError
from go_to_wheel.wheel.record import RecordRow, digest_of, parse_record, render_record

# Whatever UTF-8 can hold, with what CSV treats in its own way at the front.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from(",\"\r\n'; \0"))
ROWS = st.lists(
    st.builds(
        RecordRow,
        path=TEXTS,
        digest=TEXTS,
        size=st.none() | st.integers(min_value=0, max_value=2**64),
    )
)


@given(ROWS)
@example([RecordRow(path='a,"b"\r\n\nc', digest="", size=0)])
@example([RecordRow(path="", digest="", size=None)])
@example([RecordRow(path="a\rb"), RecordRow(path="\ufeff"), RecordRow(path="\x85\u2028")])
def test_what_is_rendered_is_what_is_parsed(rows: list[RecordRow]) -> None:
    assert parse_record(render_record(rows)) == tuple(rows)


@given(
    st.binary()
    | st.text(alphabet='a,"\r\n0é٣ ', max_size=30).map(str.encode)
    | st.text(max_size=60).map(lambda text: text.encode("utf-16"))
)
@example(b"a,b," + b"9" * 5000)
@example(b"x" * 200_000 + b",,")
@example(b'"')
@example('a,b,"٣"'.encode())
@example(b"a,b,-1")
@example(b"a,b, 1")
def test_any_bytes_are_a_record_or_refused(content: bytes) -> None:
    try:
        rows = parse_record(content)
    except InvalidWheelError:
        return
    assert all(row.size is None or row.size >= 0 for row in rows)


@pytest.mark.parametrize(
    "content",
    [b"\xff,,", b"a,b", b"a,b,c,d", b"a,b,x", b"a,b,1.5", b"a,b,-1", b'"a,b,1', b"a\rb,,",
     b"a,b," + b"9" * 21],
)  # fmt: skip
def test_a_broken_record_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidWheelError, match="RECORD"):
        parse_record(content)


def test_the_number_of_the_broken_line_is_told() -> None:
    with pytest.raises(InvalidWheelError, match="Line 3 "):
        parse_record(b"a,,\n\nb\n")


def test_crlf_and_empty_lines_are_read() -> None:
    assert parse_record(b"a,,\r\n\r\nb,x=y,3\r\n") == (
        RecordRow(path="a"),
        RecordRow(path="b", digest="x=y", size=3),
    )


def test_lines_end_with_lf_and_only_odd_paths_are_quoted() -> None:
    rows = [RecordRow(path="a b/é.txt", digest="sha256=x", size=0), RecordRow(path='c,"d"')]
    assert render_record(rows).decode() == 'a b/é.txt,sha256=x,0\n"c,""d""",,\n'


@given(st.binary())
def test_a_digest_is_unpadded_url_safe_base64(content: bytes) -> None:
    sha256 = hashlib.sha256(content).digest()
    algorithm, _, digest = digest_of(sha256).partition("=")
    assert algorithm == "sha256"
    assert not set(digest) & set("+/=")
    assert base64.urlsafe_b64decode(digest + "=" * (-len(digest) % 4)) == sha256


@given(
    st.lists(
        st.text("abcé_/.,-", min_size=1).filter(lambda path: not path.startswith("/")),
        min_size=1,
        unique=True,
    )
)
def test_installer_reads_the_same_rows(paths: list[str]) -> None:
    digest = digest_of(hashlib.sha256(b"x").digest())
    rows = [RecordRow(path=path, digest=digest, size=1) for path in paths]
    lines = render_record(rows).decode().splitlines()
    assert list(parse_record_file(lines)) == [(path, digest, "1") for path in paths]
