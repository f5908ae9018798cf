from __future__ import annotations

import contextlib
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from go_to_wheel.errors import OriginError
from go_to_wheel.provenance.origin import (
    BinaryOrigin,
    BuildRecord,
    FileOrigin,
    FolderOrigin,
    ModuleOrigin,
    OriginRecord,
    ReleaseOrigin,
    SourceOrigin,
)
from go_to_wheel.provenance.record import parse_origin, render_origin
from go_to_wheel.release import Proof, ProofKind

SHA, OTHER = "ab" * 32, "cd" * 32

FOLDER = FolderOrigin(
    package="example.com/tool/cmd/tool",
    repository="https://example.com/tool.git",
    commit="0123456789abcdef0123456789abcdef01234567",
    dirty=True,
    subfolder="go/tool",
)
MODULE = ModuleOrigin(
    package="example.com/tool", module="example.com/tool", version="v1.2.3", sum="h1:abc="
)
SIGNED = Proof(
    how=ProofKind.ATTESTATION,
    covers="tool.tar.gz",
    identity="https://github.com/o/r/.github/workflows/release.yml@refs/tags/v1",
    issuer="https://token.actions.githubusercontent.com",
    source_commit="ef" * 20,
    source_ref="refs/tags/v1",
    log_index=0,
)
RELEASE = ReleaseOrigin(
    repository="o/r",
    tag="v1",
    url="https://github.com/o/r/releases/tag/v1",
    asset="tool.tar.gz",
    asset_url="https://github.com/o/r/releases/download/v1/tool.tar.gz",
    sha256=OTHER,
    member="tool-v1/tool",
    proofs=(Proof(how=ProofKind.CHECKSUM_FILE, file="checksums.txt", covers="tool.tar.gz"), SIGNED),
)
FILE = FileOrigin(
    name="tool-linux.zip",
    sha256=OTHER,
    member="tool",
    proofs=(Proof(how=ProofKind.CHECKSUM_FILE, file="checksums.txt", covers="tool-linux.zip"),),
)
BUILD = BuildRecord(
    go_version="go1.27.3",
    flags=("-trimpath", "-ldflags=-s -w"),
    environment=(("CGO_ENABLED", "1"), ("GOARCH", "amd64"), ("GOOS", "linux")),
    zig_version="0.17.1",
)
ODD = replace(BUILD, flags=("-ldflags=$HOME $SOURCE\u00a0👨\u200d👩\ue000",), hidden=("$HOME",))


def record(source: SourceOrigin = FOLDER, build: BuildRecord | None = BUILD) -> OriginRecord:
    binary = BinaryOrigin(
        path="tool/bin/tool", sha256=SHA, size=9, target="linux-amd64", source=source, build=build
    )
    return OriginRecord(tool_version="0.3.0", binaries=(binary,))


def document() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(render_origin(record(RELEASE, None)))
    return loaded


@pytest.mark.parametrize(
    "source",
    [
        FOLDER,
        FolderOrigin(package="example.com/tool"),
        FolderOrigin(package="example.com/tool", dirty=False, commit="ab" * 20),
        MODULE,
        RELEASE,
        replace(RELEASE, proofs=(), member="", url="", asset_url=""),
        FILE,
    ],
)
@pytest.mark.parametrize("build", [BUILD, ODD, BuildRecord(go_version="go1.27.3"), None])
def test_what_is_written_is_read_back(source: SourceOrigin, build: BuildRecord | None) -> None:
    written = record(source, build)

    assert parse_origin(render_origin(written)) == written


def test_the_record_is_the_same_whatever_the_order_of_its_binaries() -> None:
    one = record().binaries[0]
    two = replace(one, path="tool/bin/another")

    first = render_origin(OriginRecord(tool_version="1", binaries=(one, two)))

    assert first == render_origin(OriginRecord(tool_version="1", binaries=(two, one)))
    assert [each.path for each in parse_origin(first).binaries] == [
        "tool/bin/another",
        "tool/bin/tool",
    ]


def test_the_record_is_json_that_a_person_can_read() -> None:
    text = render_origin(record(MODULE)).decode()

    assert text.endswith("}\n")
    assert '"version": "v1.2.3"' in text
    assert "commit" not in text
    assert list(json.loads(text)) == ["binaries", "format", "tool"]


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (["format"], None, "format"),
        (["format"], True, "format"),
        (["tool"], [], "tool"),
        (["tool", "version"], 3, "tool.version"),
        (["binaries"], {}, "binaries"),
        (["binaries", 0], "x", "binaries[0]"),
        (["binaries", 0, "sha256"], "AB" * 32, "binaries[0].sha256"),
        (["binaries", 0, "size"], -1, "binaries[0].size"),
        (["binaries", 0, "size"], 1 << 80, "binaries[0].size"),
        (["binaries", 0, "path"], "a\x1b[31m", "binaries[0].path"),
        (["binaries", 0, "target"], "a\nb", "binaries[0].target"),
        (["binaries", 0, "build"], 1, "binaries[0].build"),
        (["binaries", 0, "build"], {"go": "go1", "flags": "x"}, "binaries[0].build.flags"),
        (["binaries", 0, "build"], {"go": "go1", "flags": ["\n"]}, "binaries[0].build.flags"),
        (["binaries", 0, "build"], {"go": "go1", "flags": ["\u202e"]}, "build.flags"),
        (["binaries", 0, "build"], {"go": "go1", "hidden": ["$HOME", "it"]}, "build.hidden"),
        (
            ["binaries", 0, "build"],
            {"go": "go1", "environment": {"A": 1}},
            "binaries[0].build.environment.A",
        ),
        (["binaries", 0, "source", "kind"], "dream", "binaries[0].source.kind"),
        (["binaries", 0, "source", "verified"], 1, "binaries[0].source.verified"),
        (["binaries", 0, "source", "verified", 0, "how"], "x", "binaries[0].source.verified[0]"),
        (["binaries", 0, "source", "verified", 1, "log_index"], "1", "verified[1].log_index"),
    ],
)
def test_a_field_that_is_wrong_is_named(path: list[Any], value: object, place: str) -> None:
    changed = document()
    inner: Any = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value

    with pytest.raises(OriginError) as error:
        parse_origin(json.dumps(changed).encode())

    assert place in error.value.message
    assert error.value.hint


@pytest.mark.parametrize(
    ("written", "place"),
    [
        (record(replace(FOLDER, subfolder="a\nb")), r"binaries\[0\]\.source\.subfolder"),
        (record(replace(FOLDER, subfolder="a\udcff")), r"U\+DCFF"),
        (record(build=replace(BUILD, flags=("a", "\x9b"))), r"binaries\[0\]\.build\.flags\[1\]"),
        (record(build=replace(BUILD, environment=(("\t", "x"),))), "name in .*environment"),
        (replace(record(), given=(("a", "\u2028"),)), "given.a"),
    ],
)
def test_nothing_is_written_that_could_not_be_read(written: OriginRecord, place: str) -> None:
    with pytest.raises(OriginError, match=place) as error:
        render_origin(written)

    assert error.value.message.isprintable()
    assert error.value.hint


def test_a_folder_s_state_is_true_or_false() -> None:
    changed = json.loads(render_origin(record()))
    changed["binaries"][0]["source"]["dirty"] = "no"

    with pytest.raises(OriginError, match=r"source\.dirty"):
        parse_origin(json.dumps(changed).encode())


def test_a_name_that_drives_a_terminal_is_refused() -> None:
    changed = json.loads(render_origin(record()))
    changed["binaries"][0]["build"]["environment"] = {"\x1b[2J": "x"}

    with pytest.raises(OriginError, match="environment"):
        parse_origin(json.dumps(changed).encode())


def test_a_later_form_is_told_from_damage() -> None:
    changed = document() | {"format": 2}

    with pytest.raises(OriginError, match="the form 2") as error:
        parse_origin(json.dumps(changed).encode())

    assert "newer go-to-wheel" in error.value.hint


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"format": 1',
        b"[" * 100_000,
        b'{"format": ' + b"1" * 5000 + b"}",
        b'{"format": NaN}',
        b" " * (4 << 20) + render_origin(record()),
    ],
)
def test_what_is_no_record_is_refused(content: bytes) -> None:
    with pytest.raises(OriginError):
        parse_origin(content)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["format", "tool", "version", "binaries", "source", "kind", "build", "verified"]
                ),
                inner,
                max_size=5,
            )
        ),
        max_leaves=12,
    )
)
def test_no_json_does_more_than_raise_the_error(value: object) -> None:
    body = value | {"format": 1} if isinstance(value, dict) else value
    with contextlib.suppress(OriginError):
        parse_origin(json.dumps(body).encode())
