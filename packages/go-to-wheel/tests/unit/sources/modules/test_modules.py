"""What Go tells of modules, and what is made of it (sources/modules/)."""

from __future__ import annotations

import json
import os
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from go_to_wheel.cache import Cache
from go_to_wheel.errors import (
    DigestMismatchError,
    DownloadError,
    GoError,
    GoToWheelError,
    UnverifiedError,
)
from go_to_wheel.events import watch_nothing
from go_to_wheel.metadata import Metadata
from go_to_wheel.model import GoOptions
from go_to_wheel.sources.context import Context
from go_to_wheel.sources.forms import ModuleAtVersion
from go_to_wheel.sources.golang.toolchain import Toolchain
from go_to_wheel.sources.modules import main_module
from go_to_wheel.sources.modules.answers import GoMod, Version, read_answers, read_go_mod
from go_to_wheel.sources.modules.faults import fetch_error, is_network, trust_error
from go_to_wheel.sources.modules.main_module import Sealed
from go_to_wheel.sources.modules.opening import Opening
from go_to_wheel.sources.modules.programs import Question, _did_you_mean
from go_to_wheel.sources.modules.resolve import Module, _listing, _prefixes, _telling
from go_to_wheel.sources.modules.source import _digest
from go_to_wheel.sources.process import Processes
from go_to_wheel.targets import find_target

SEALED = Sealed(
    module="example.com/t",
    version="v1.0.0",
    repository="",
    go="1.24",
    changed=False,
    go_mod="module x\n",
    go_sum="example.com/t v1.0.0 h1:abc=\n",
)


def question(package: str, *packages: str) -> Question:
    return Question(
        form=ModuleAtVersion(package=package, version="latest"),
        options=GoOptions(packages=packages),
        targets=(find_target("linux-amd64"),),
    )


# --- which module ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("package", "expected"),
    [
        ("github.com/o/r", ["github.com/o/r"]),
        ("github.com/o/r/v2/cmd", ["github.com/o/r/v2/cmd", "github.com/o/r/v2", "github.com/o/r"]),
        ("github.com/o", ["github.com/o"]),
        ("example.com/a/b", ["example.com/a/b", "example.com/a", "example.com"]),
        ("example.com", ["example.com"]),
    ],
)
def test_the_longest_path_is_asked_for_first(package: str, expected: list[str]) -> None:
    assert list(_prefixes(package)) == expected


VERSIONS = tuple(f"v1.{minor}.0" for minor in range(20))


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (
            "v1.9.5",
            "Near it are v1.7.0, v1.8.0, v1.9.0, v1.10.0, v1.11.0, v1.12.0; the newest is v1.19.0.",
        ),
        (
            "v0.1.0",
            "Near it are v1.0.0, v1.1.0, v1.2.0, v1.3.0, v1.4.0, v1.5.0; the newest is v1.19.0.",
        ),
        ("v3.0.0", "The newest are v1.14.0, v1.15.0, v1.16.0, v1.17.0, v1.18.0, v1.19.0."),
        ("main", "The newest are v1.14.0, v1.15.0, v1.16.0, v1.17.0, v1.18.0, v1.19.0."),
    ],
)
def test_versions_near_the_one_wanted_are_listed(wanted: str, expected: str) -> None:
    assert _listing(VERSIONS, wanted) == expected


def test_a_single_version_is_listed_alone() -> None:
    assert _listing(("v1.0.0",), "v2.0.0") == "There is v1.0.0."
    assert _listing(("v1.0.0", "v1.0.0-any.thing"), "v1.0.0-rc.1") != ""


@pytest.mark.parametrize(
    "host", ["https://a.b/c/@v/list: 403 Forbidden", "https://a.b/x: 404 Not Found"]
)
def test_a_proxy_that_has_no_such_module_says_nothing_more(host: str) -> None:
    said = f"module example.com/x: reading {host}"
    assert _telling(said) == ""
    assert _telling(f"{said}\n\tserver response: This module version is not available.") == ""
    for telling in (f"{said}\n\tfatal: could not read Username", said.replace(" 40", " 50"), "x"):
        assert _telling(telling) == telling


# --- which programs --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("package", "chosen", "expected"),
    [
        ("example.com/t", (), ("example.com/t",)),
        ("example.com/t", ("./cmd/a", "./cmd/b/"), ("example.com/t/cmd/a", "example.com/t/cmd/b")),
        ("example.com/t/cmd", ("./a", "../lib"), ("example.com/t/cmd/a", "example.com/t/lib")),
        ("example.com/t", (".", "example.com/t/x"), ("example.com/t", "example.com/t/x")),
    ],
)
def test_paths_start_at_the_package_that_was_named(
    package: str, chosen: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert question(package, *chosen).packages == expected


def test_the_program_with_the_most_similar_name_is_offered_first() -> None:
    module = Version(path="example.com/t", version="v1.0.0")
    programs = [f"example.com/t/cmd/{name}" for name in ("alpha", "server", "serve", "zeta")]
    hint = _did_you_mean(programs, question("example.com/t/cmd/sever"), module)
    assert hint.startswith("Did you mean example.com/t/cmd/server@latest? The module also holds ")
    assert "./cmd/serve, " in hint
    assert "more" not in hint
    assert "--package" not in hint
    many = [f"example.com/t/cmd/x{number}" for number in range(30)]
    of_module = _did_you_mean(many, question("example.com/t"), module)
    assert "Or choose from it, for several commands too, with --package ./cmd/x" in of_module
    assert "--package" not in _did_you_mean(many, question("example.com/t", "./y"), module)
    assert _did_you_mean(many, question("example.com/t"), module).endswith(" and 24 more.")
    assert "holds no program for linux-amd64" in _did_you_mean(
        [], question("example.com/t"), module
    )


# --- our main module -------------------------------------------------------------------------


def test_what_was_kept_comes_back() -> None:
    assert main_module.load(SEALED.dump()) == SEALED


@pytest.mark.parametrize("kept", [None, b"", b"{}", b"[]", b'"x"', b"\xff", b'{"module": "x"}'])
def test_what_another_release_has_kept_counts_for_nothing(kept: bytes | None) -> None:
    assert main_module.load(kept) is None


def test_lines_of_a_main_module_are_copied_but_not_what_replaces_the_module_itself() -> None:
    module = Module(path="example.com/t", version="v1.0.0", go_mod=Path("x.mod"))
    own, other = Version(path="example.com/t"), Version(path="example.com/a", version="v1.0.0")
    fork = Version(path="example.com/fork", version="v2.0.0")
    lines = GoMod(
        go="1.25.1",
        godebug=(("panicnil", "1"),),
        excluded=(other,),
        replaced=((own, fork), (other, fork)),
    )
    assert main_module._copied(module, lines) == [
        "-go=1.25.1",
        "-godebug=panicnil=1",
        "-exclude=example.com/a@v1.0.0",
        "-replace=example.com/a@v1.0.0=example.com/fork@v2.0.0",
    ]


@pytest.mark.parametrize(("line", "expected"), [("", "1.20"), ("1.13", "1.20"), ("1.21", "1.21")])
def test_an_old_go_line_becomes_the_one_that_go_install_assumes(line: str, expected: str) -> None:
    module = Module(path="example.com/t", version="v1.0.0", go_mod=Path("x.mod"))
    assert main_module._copied(module, GoMod(go=line)) == [f"-go={expected}"]


@pytest.fixture
def go(tmp_path: Path) -> Toolchain:
    command = tmp_path / "go"
    command.touch()
    return Toolchain(
        command=command,
        version="go1.27.3",
        is_itself=True,
        environment={"GOPROXY": "p"},
        processes=Processes(environment={}),
    )


TRUST = ["GOINSECURE", "GONOPROXY", "GONOSUMDB", "GOPRIVATE", "GOPROXY", "GOSUMDB"]


def test_what_was_sealed_is_taken_for_the_same_question_alone(
    go: Toolchain, tmp_path: Path
) -> None:
    """What came without a checksum database must not serve a run that asks one."""
    with ExitStack() as resources:
        context = Context(
            processes=go.processes,
            cache=Cache(folder=None),
            scratch=tmp_path,
            resources=resources,
            tell=watch_nothing,
            given=Metadata(),
            may_fetch=True,
        )

    plain = question("example.com/t")

    def key(asked: Question = plain, go: Toolchain = go, version: str = "v1.0.0") -> str:
        return Opening(question=asked, context=context, folder=tmp_path)._key(go, version)

    others = [
        *(key(go=replace(go, environment={**go.environment, name: "off"})) for name in TRUST),
        key(go=replace(go, version="go1.27.4")),
        key(version="v1.0.1"),
        key(question("example.com/t/x")),
        key(question("example.com/t", "./x")),
    ]
    assert key() == key()
    assert len({key(), *others}) == 1 + len(others)


def test_what_is_linked_depends_on_all_that_was_sealed(go: Toolchain) -> None:
    def digest(sealed: Sealed = SEALED, go: Toolchain = go) -> str | None:
        return _digest(go, sealed, "-X main.a=b")

    others = [
        digest(replace(SEALED, go_mod="module y\n")),
        digest(replace(SEALED, go_sum="example.com/t v1.0.0 h1:abd=\n")),
        digest(go=replace(go, version="go1.27.4")),
    ]
    first = digest()
    os.utime(go.command, (1, 1))
    others.append(digest())
    assert None not in {first, *others}
    assert len({first, *others}) == 1 + len(others)


def test_where_more_may_play_a_part_nothing_is_known(go: Toolchain) -> None:
    assert _digest(go, SEALED, "") is not None
    for ldflags in ("-extld=gcc", "-linkmode=external", "-linkmode external"):
        assert _digest(go, SEALED, ldflags) is None
    assert _digest(replace(go, is_itself=False), SEALED, "") is None
    assert _digest(replace(go, version="devel go1.28-abc"), SEALED, "") is None
    assert _digest(replace(go, command=go.command / "gone"), SEALED, "") is None


# --- what Go tells ---------------------------------------------------------------------------


def test_documents_stand_one_after_another() -> None:
    answers = list(read_answers('{"Path": "a"}\n{"Path": "b", "Error": {"Err": "no"}}\n'))
    assert [(each.text("Path"), each.error) for each in answers] == [("a", ""), ("b", "no")]
    assert list(read_answers(" \n")) == []


def test_a_go_mod_is_read() -> None:
    document = {
        "Go": "1.24",
        "GoDebug": [{"Key": "panicnil", "Value": "1"}],
        "Exclude": [{"Path": "a", "Version": "v1"}],
        "Replace": [{"Old": {"Path": "b"}, "New": {"Path": "../b"}}],
    }
    found = read_go_mod(json.dumps(document))
    assert found.go == "1.24"
    assert found.godebug == (("panicnil", "1"),)
    assert list(map(str, found.excluded)) == ["a@v1"]
    assert found.replaced == ((Version(path="b"), Version(path="../b")),)
    older = json.dumps({"Godebug": [{"Key": "panicnil", "Value": "1"}]})
    assert read_go_mod(older).godebug == (("panicnil", "1"),)


@pytest.mark.parametrize("stdout", ["no JSON", '{"a":', "[" * 100_000])
def test_what_is_no_json_is_an_error_of_go(stdout: str) -> None:
    with pytest.raises(GoError, match="cannot be read"):
        list(read_answers(stdout))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(["Go", "GoDebug", "Replace", "Old", "New", "Path", "Exclude"]), inner
        )
    ),
)


@given(JSON)
def test_any_json_is_read_as_a_go_mod(value: object) -> None:
    read_go_mod(json.dumps(value))


# --- what goes wrong -------------------------------------------------------------------------

MISMATCH = """\
verifying example.com/t@v1.0.0: checksum mismatch
	downloaded: h1:aaa=
	go.sum:     h1:bbb=

SECURITY ERROR
This download does NOT match an earlier download recorded in go.sum.
"""
UNKNOWN_SUM = (
    "example.com/t@v1.0.0: verifying module: example.com/t@v1.0.0: reading"
    " https://sums.example/lookup/example.com/t@v1.0.0: 404 Not Found"
)
NO_ROOM = "mkdir /home/x/go/pkg/mod/cache: read-only file system"
REFUSED = 'Get "http://127.0.0.1:1/x/@v/list": dial tcp 127.0.0.1:1: connect: connection refused'
VANITY = (
    'unrecognized import path "example.com/t": https fetch: Get "https://example.com/t?go-get=1":'
    " dial tcp: lookup example.com: no such host"
)


@pytest.mark.parametrize(
    ("detail", "kind"),
    [
        (MISMATCH, DigestMismatchError),
        (UNKNOWN_SUM, UnverifiedError),
        (REFUSED, DownloadError),
        ("reading https://proxy.example/x/@v/list: 502 Bad Gateway", DownloadError),
        ("module lookup disabled by GOPROXY=off", DownloadError),
        ('Get "https://proxy.example/x": x509: certificate has expired', DownloadError),
        (NO_ROOM, GoError),
        ("anything else", GoError),
    ],
)
def test_what_go_says_becomes_the_error_it_is(detail: str, kind: type[GoToWheelError]) -> None:
    error = fetch_error(detail, "example.com/t@v1.0.0")
    assert type(error) is kind
    assert "example.com/t@v1.0.0" in error.message
    assert (bool(error.hint), error.detail) == (True, detail)


def test_a_full_or_closed_cache_is_told_apart_from_the_rest() -> None:
    assert "GOMODCACHE" in fetch_error(NO_ROOM, "x").hint
    assert "GOMODCACHE" not in fetch_error("anything else", "x").hint


def test_a_checksum_database_that_cannot_be_reached_is_the_network_s_fault() -> None:
    detail = UNKNOWN_SUM.replace("404 Not Found", "dial tcp: connection refused")
    assert trust_error(detail, "x") is None
    assert type(fetch_error(detail, "x")) is DownloadError


def test_a_host_that_only_the_module_names_may_well_not_exist() -> None:
    assert not is_network(VANITY, "example.com/t/cmd")
    assert is_network(VANITY, "other.example/t")
    assert is_network(REFUSED, "example.com/t")
    assert not is_network("404 Not Found", "example.com/t")
