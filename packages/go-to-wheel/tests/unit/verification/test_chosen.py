"""What the builder of a wheel chose, beside what its source says (verification/chosen.py)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from go_to_wheel.model import CLibrary, GoOptions, Layout
from go_to_wheel.provenance.origin import BuildRecord
from go_to_wheel.request import BuildRequest, parse_alias
from go_to_wheel.sources.process import Processes
from go_to_wheel.verification.chosen import Stated, choices
from go_to_wheel.verification.claim import Claim
from go_to_wheel.verification.stated import stated_by
from go_to_wheel.wheel.write import DEFAULT_EPOCH
from unit.verification.test_requests import BUILD, FILE, FOLDER, MODULE, RELEASE, binary, claim

PLAIN = replace(BUILD, flags=("-trimpath", "-buildvcs=false", "-ldflags=-s -w"))
SAID = Stated(
    names=frozenset({"my.tool"}),
    version="1.2.3",
    aliases=frozenset({"t=tool"}),
    packages=frozenset({"example.com/tool"}),
)


def built(build: BuildRecord | None = PLAIN, **more: object) -> Claim:
    claimed = replace(claim(binary(FOLDER, build)), epoch=DEFAULT_EPOCH)
    return replace(claimed, **more)  # type: ignore[arg-type]


def flags(linker: str, *more: str) -> BuildRecord:
    return replace(PLAIN, flags=(*PLAIN.flags[:2], f"-ldflags=-s -w{linker}", *more))


def chosen(claimed: Claim, stated: Stated = SAID) -> list[tuple[str, str]]:
    return [(each.name, each.value) for each in choices(claimed, stated)]


def test_a_build_without_options_has_nothing_chosen() -> None:
    assert chosen(built()) == []


C_CODE = replace(
    PLAIN,
    environment=(("CGO_ENABLED", "1"), *PLAIN.environment[1:]),
    zig_version="0.17.1",
    libc="musl",
)


@pytest.mark.parametrize(
    ("claimed", "expected"),
    [
        (
            built(flags(" -X main.update=https://evil -X 'main.b=c d' -H windowsgui")),
            [
                ("ldflags", "-X main.update=https://evil"),
                ("ldflags", "-X main.b=c d"),
                ("ldflags", "-H windowsgui"),
            ],
        ),
        (built(flags("", "-tags=a,b")), [("tags", "a,b")]),
        (built(C_CODE), [("cgo", "on"), ("libc", "musl")]),
        (built(version=claim(binary(FOLDER)).version.__class__("9")), [("version", "9")]),
        (built(layout=Layout.NATIVE), [("layout", "native")]),
        (
            built(aliases=(parse_alias("t=tool"), parse_alias("sudo=tool"))),
            [("alias", "sudo=tool")],
        ),
        (built(commands=("git",)), [("command", "git")]),
        (built(epoch=86400), [("SOURCE_DATE_EPOCH", "86400 (1970-01-02)")]),
    ],
)
def test_each_choice_is_told(claimed: Claim, expected: list[tuple[str, str]]) -> None:
    assert chosen(claimed) == expected


def test_metadata_that_the_source_has_otherwise_is_told_with_its_value() -> None:
    given = (("description", "Greets"), ("license", "MIT"), ("targets", "linux-amd64,darwin-arm64"))
    claimed = built()
    claimed = replace(claimed, record=replace(claimed.record, given=given))
    said = replace(SAID, given=(("license", "MIT"), ("description", "Other")))
    assert chosen(claimed, said) == [("description", "Greets")]


def test_what_the_source_says_itself_is_no_choice() -> None:
    go = GoOptions(ldflags="-X=main.a=b", tags=("x",), cgo=True, libc=CLibrary.MUSL)
    build = replace(C_CODE, flags=flags(" -X main.a=b", "-tags=x").flags)
    assert chosen(built(build), replace(SAID, go=go)) == []


def test_what_the_source_says_and_the_builder_left_out_is_told() -> None:
    go = GoOptions(ldflags="-X main.safe=yes", tags=("x",), cgo=True)
    assert chosen(built(), replace(SAID, go=go)) == [
        ("ldflags", "no -X main.safe=yes"),
        ("tags", "none"),
        ("cgo", "off"),
    ]


def test_an_alias_that_was_left_out_is_told() -> None:
    assert chosen(built(aliases=())) == [("alias", "no t=tool")]


def request(source: str | Path) -> BuildRequest:
    return BuildRequest(source=source, cache_dir=None, environment={})


def stated(claimed: Claim, source: str | Path = "none") -> Stated:
    return stated_by(claimed, request(source), Processes(environment={}), Path("none"))


def test_a_module_s_path_gives_the_name_and_its_version_the_version() -> None:
    claimed = replace(claim(binary(MODULE, PLAIN)), epoch=DEFAULT_EPOCH, aliases=())
    assert chosen(claimed, stated(claimed)) == [
        ("package", "example.com/tool/cmd/tool"),
        ("name", "My-Tool"),
    ]


def test_a_release_gives_its_repository_s_name_and_its_tag() -> None:
    claimed = replace(claim(binary(RELEASE)), epoch=DEFAULT_EPOCH, aliases=())
    assert chosen(claimed, stated(claimed)) == [("name", "My-Tool")]


def test_a_file_says_nothing() -> None:
    claimed = replace(claim(binary(FILE)), epoch=DEFAULT_EPOCH, aliases=())
    assert chosen(claimed, stated(claimed)) == [("name", "My-Tool"), ("version", "1.2.3")]


@pytest.mark.parametrize("tag", ["latest", "nightly"])
def test_a_tag_without_a_version_says_none(tag: str) -> None:
    claimed = replace(claim(binary(replace(RELEASE, tag=tag))), epoch=DEFAULT_EPOCH, aliases=())
    assert ("version", "1.2.3") in chosen(claimed, stated(claimed))
