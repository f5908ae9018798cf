"""From what a wheel claims to the build that makes it again (verification/request.py)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from packaging.version import Version

from go_to_wheel.errors import OriginError, UsageError
from go_to_wheel.metadata import Metadata, Person
from go_to_wheel.model import CLibrary, Layout
from go_to_wheel.names import CommandName, parse_distribution_name
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
from go_to_wheel.release import Proof, ProofKind
from go_to_wheel.request import parse_alias
from go_to_wheel.targets import find_target
from go_to_wheel.verification import VerifyOptions
from go_to_wheel.verification.claim import Claim
from go_to_wheel.verification.request import request_from

SHA = "ab" * 32
KEY = "RW" + "A" * 54
MODULE = ModuleOrigin(
    package="example.com/tool/cmd/tool", module="example.com/tool", version="v1.2.3"
)
FOLDER = FolderOrigin(package="example.com/tool")
RELEASE = ReleaseOrigin(
    repository="octo-org/tool",
    tag="v1.2.3",
    asset="tool.tar.gz",
    sha256=SHA,
    member="tool-1.2.3/tool.exe",
    proofs=(Proof(how=ProofKind.API_DIGEST, covers="tool.tar.gz"),),
)
FILE = FileOrigin(name="tool.tar.gz", sha256=SHA, member="tool")
BUILD = BuildRecord(
    go_version="go1.27.3",
    flags=("-trimpath", "-buildvcs=false", "-ldflags=-s -w -X main.v=1", "-tags=a,b"),
    environment=(("CGO_ENABLED", "0"), ("GOAMD64", "v1"), ("GOARCH", "amd64"), ("GOOS", "linux")),
)


def binary(
    source: SourceOrigin, build: BuildRecord | None = None, name: str = "tool"
) -> BinaryOrigin:
    return BinaryOrigin(
        path=f"tool/bin/{name}",
        sha256=SHA,
        size=1,
        target="linux-amd64",
        source=source,
        build=build,
    )


def claim(*programs: BinaryOrigin, given: tuple[tuple[str, str], ...] = ()) -> Claim:
    return Claim(
        record=OriginRecord(tool_version="1", binaries=programs, given=given),
        name=parse_distribution_name("My-Tool"),
        version=Version("1.2.3"),
        target=find_target("linux-amd64"),
        layout=Layout.PACKAGE,
        programs=programs,
        commands=tuple(CommandName(each.path.rpartition("/")[2]) for each in programs),
        aliases=(parse_alias("t=tool"),),
        epoch=1_000_000_000,
    )


def test_a_module_is_built_again_as_it_was(tmp_path: Path) -> None:
    options = VerifyOptions(environment={"PATH": "/bin", "SOURCE_DATE_EPOCH": "5"})
    request = request_from(claim(binary(MODULE, BUILD)), options, tmp_path)

    assert request.source == "example.com/tool/cmd/tool@v1.2.3"
    assert request.targets == ("linux-amd64",)
    assert (request.layout, request.entry_point) == (Layout.PACKAGE, "tool")
    assert request.aliases == (parse_alias("t=tool"),)
    assert (str(request.metadata.name), str(request.metadata.version)) == ("My-Tool", "1.2.3")
    assert request.go.ldflags == "-X main.v=1"
    assert (request.go.tags, request.go.cgo, request.go.packages) == (("a", "b"), False, ())
    assert not request.go.hide_paths  # what was published is told as it is
    assert (request.cache_dir, request.output_dir) == (None, tmp_path)
    assert dict(request.environment) == {"PATH": "/bin", "SOURCE_DATE_EPOCH": "1000000000"}


def test_several_programs_of_a_module_are_named_by_their_packages(tmp_path: Path) -> None:
    other = replace(MODULE, package="example.com/tool/cmd/two")
    programs = (binary(MODULE, BUILD), binary(other, BUILD, "two"))
    request = request_from(claim(*programs), VerifyOptions(), tmp_path)

    assert request.source == "example.com/tool@v1.2.3"
    assert request.go.packages == ("example.com/tool/cmd/tool", "example.com/tool/cmd/two")
    assert request.entry_point is None


def test_what_the_builder_gave_is_given_again(tmp_path: Path) -> None:
    given = (
        ("author", "Me"),
        ("description", "A tool"),
        ("targets", "linux-amd64,windows-arm64"),
        ("url", "https://example.com"),
    )
    request = request_from(claim(binary(MODULE, BUILD), given=given), VerifyOptions(), tmp_path)

    assert request.metadata == Metadata(
        name=request.metadata.name,
        version=Version("1.2.3"),
        description="A tool",
        authors=(Person(name="Me"),),
        urls=(("Homepage", "https://example.com"),),
    )
    assert request.licensed_for == ("linux-amd64", "windows-arm64")


def test_a_folder_is_where_the_user_says_it_is(tmp_path: Path) -> None:
    claimed = claim(binary(FOLDER, BUILD))
    with pytest.raises(UsageError, match="not published") as refused:
        request_from(claimed, VerifyOptions(), tmp_path)
    assert "--source" in refused.value.hint

    request = request_from(claimed, VerifyOptions(source=Path("here")), tmp_path)
    assert request.source == "here"
    assert request.go.packages == ("example.com/tool",)


def test_c_code_is_linked_with_the_same_library(tmp_path: Path) -> None:
    variables = tuple((name, "1" if name[0] == "C" else text) for name, text in BUILD.environment)
    build = replace(BUILD, environment=variables, zig_version="0.17.1", libc="musl")
    request = request_from(claim(binary(MODULE, build)), VerifyOptions(), tmp_path)
    assert (request.go.cgo, request.go.libc) == (True, CLibrary.MUSL)


def test_a_release_is_used_again_as_strictly_as_it_was(tmp_path: Path) -> None:
    request = request_from(claim(binary(RELEASE)), VerifyOptions(), tmp_path)
    trust = request.release.trust

    assert request.source == "gh:octo-org/tool@v1.2.3"
    assert request.release.binaries == ("tool",)
    assert request.release.assets == (("linux-amd64", "tool.tar.gz"),)
    assert not request.release.allow_unverified
    assert (trust.require_signature, trust.minisign_key) == (False, None)
    # The lock in the current folder is about another build.
    assert (trust.lock, trust.update_lock) == (tmp_path / "go-to-wheel.lock", True)

    proofs = (Proof(how=ProofKind.MINISIGN, identity=KEY), Proof(how=ProofKind.LOCK))
    signed = request_from(
        claim(binary(replace(RELEASE, proofs=proofs))), VerifyOptions(), tmp_path
    ).release.trust
    assert (signed.require_signature, signed.minisign_key) == (True, KEY)
    assert (signed.lock, signed.update_lock) == (tmp_path / "go-to-wheel.lock", True)

    named = request_from(claim(binary(RELEASE)), VerifyOptions(lock=Path("mine")), tmp_path)
    assert (named.release.trust.lock, named.release.trust.update_lock) == (Path("mine"), False)

    unverified = request_from(claim(binary(replace(RELEASE, proofs=()))), VerifyOptions(), tmp_path)
    assert unverified.release.allow_unverified


@pytest.mark.parametrize(
    ("source", "build", "made_of"),
    [(MODULE, BUILD, "Go source"), (FOLDER, BUILD, "Go source"), (FILE, None, "a file")],
)
def test_what_is_asked_of_a_release_is_not_passed_over_without_one(
    source: SourceOrigin, build: BuildRecord | None, made_of: str, tmp_path: Path
) -> None:
    here = VerifyOptions(source=Path("here"))
    request_from(claim(binary(source, build)), here, tmp_path)
    for given, option in (
        (replace(here, require_signature=True), "--require-signature"),
        (replace(here, minisign_key=KEY), "--minisign-key"),
        (replace(here, trusted_root=Path("root.json")), "--trusted-root"),
        (replace(here, lock=Path("my.lock")), "--lock"),
    ):
        with pytest.raises(UsageError, match=f"from {made_of}, for which {option} has no meaning"):
            request_from(claim(binary(source, build)), given, tmp_path)
    both = replace(here, minisign_key=KEY, lock=Path("my.lock"))
    with pytest.raises(UsageError, match="--minisign-key and --lock have no meaning"):
        request_from(claim(binary(source, build)), both, tmp_path)


def test_a_signature_that_the_user_asks_for_is_asked_of_the_release(tmp_path: Path) -> None:
    def trust(options: VerifyOptions, *proofs: Proof) -> tuple[bool, bool]:
        claimed = claim(binary(replace(RELEASE, proofs=proofs)))
        found = request_from(claimed, options, tmp_path).release.trust
        return found.require_signature, found.require_minisign

    signed = Proof(how=ProofKind.MINISIGN, identity=KEY)
    assert trust(VerifyOptions()) == (False, False)
    assert trust(VerifyOptions(), signed) == (True, False)
    assert trust(VerifyOptions(minisign_key=KEY)) == (False, True)
    assert trust(VerifyOptions(require_signature=True)) == (True, False)


def test_a_file_is_where_the_user_says_it_is(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="a file that is not published"):
        request_from(claim(binary(FILE)), VerifyOptions(), tmp_path)
    request = request_from(claim(binary(FILE)), VerifyOptions(source=Path("t.gz")), tmp_path)
    assert (request.source, request.release.binaries) == ("t.gz", ("tool",))


def variables(**more: str) -> BuildRecord:
    return replace(BUILD, environment=tuple(sorted({**dict(BUILD.environment), **more}.items())))


def with_c_code(zig_version: str = "0.17.1", libc: str = "musl") -> BuildRecord:
    return replace(variables(CGO_ENABLED="1"), zig_version=zig_version, libc=libc)


@pytest.mark.parametrize(
    ("programs", "why"),
    [
        ([binary(replace(MODULE, version="latest"), BUILD)], "no version"),
        ([binary(replace(MODULE, version="v1.2.3 -x"), BUILD)], "no version"),
        ([binary(replace(MODULE, version="v1.2.3\n"), BUILD)], "no version"),
        ([binary(replace(MODULE, package="/etc/passwd"), BUILD)], "no path of a Go package"),
        ([binary(replace(MODULE, package="./here"), BUILD)], "no path of a Go package"),
        ([binary(replace(MODULE, package="-x.example.com"), BUILD)], "no path of a Go package"),
        ([binary(replace(MODULE, package="example.com/../x"), BUILD)], "no path of a Go package"),
        ([binary(replace(MODULE, package="example.com/toolbox"), BUILD)], "does not lie in"),
        ([binary(MODULE)], "does not say how Go"),
        ([binary(MODULE, replace(BUILD, go_version="go1.27.3 X:evil"))], "no release of Go"),
        ([binary(MODULE, replace(BUILD, go_version="go1.27.3; x"))], "no release of Go"),
        ([binary(MODULE, variables(GOFLAGS="-toolexec=sh"))], "was not told to build for"),
        ([binary(MODULE, variables(GOARCH="arm64"))], "was not told to build for"),
        ([binary(MODULE, variables(CGO_ENABLED="2"))], "was not told to build for"),
        ([binary(MODULE, variables(CGO_ENABLED="1"))], "does not say by which zig"),
        ([binary(MODULE, with_c_code(zig_version="0.17.1; x"))], "no version of zig"),
        ([binary(MODULE, with_c_code(libc="evil"))], "no C library"),
        ([binary(MODULE, replace(BUILD, libc="musl"))], "no C code was compiled"),
        ([binary(MODULE, replace(BUILD, zig_version="0.17.1"))], "no C code was compiled"),
        ([binary(MODULE, BUILD), binary(FILE, None, "b")], "several kinds"),
        ([binary(MODULE, BUILD), binary(MODULE, variables(A="b"), "b")], "several ways"),
        (
            [binary(MODULE, BUILD), binary(replace(MODULE, version="v2.0.0"), BUILD, "b")],
            "several modules",
        ),
        *(
            ([binary(replace(FOLDER, package=package), BUILD)], "no path of a Go package")
            for package in (
                "-toolexec=x",
                "./...",
                "example.com/...",
                "example.com/x...",
                ".",
                "./cmd",
                "..",
                "../other",
                "/etc/passwd",
                "C:/x",
                "example.com/../tool",
                "example.com/./tool",
                "example.com//tool",
                "example.com/",
                "example.com\\tool",
                "example.com/a b",
                "example.com/@latest",
                "a@v1.0.0",
                "",
            )
        ),
        ([binary(replace(RELEASE, repository="../x"))], "no release"),
        ([binary(replace(RELEASE, repository="a/b/c"))], "no release"),
        ([binary(replace(RELEASE, tag="a b"))], "no release"),
        ([binary(RELEASE), binary(replace(RELEASE, tag="v2"), None, "b")], "several releases"),
        ([binary(RELEASE), binary(FILE, None, "b")], "several kinds"),
        ([binary(RELEASE, BUILD)], "taken from a file"),
        (
            [
                binary(
                    replace(
                        RELEASE, proofs=(Proof(how=ProofKind.MINISIGN, identity="/etc/passwd"),)
                    )
                )
            ],
            "keys of minisign",
        ),
    ],
)
def test_a_record_that_no_build_of_ours_writes_is_refused(
    programs: list[BinaryOrigin], why: str, tmp_path: Path
) -> None:
    options = VerifyOptions(source=Path("here"))
    with pytest.raises(OriginError, match=why):
        request_from(claim(*programs), options, tmp_path)


def test_targets_that_there_are_not_are_refused(tmp_path: Path) -> None:
    claimed = claim(binary(MODULE, BUILD), given=(("targets", "linux-amd64,evil"),))
    with pytest.raises(OriginError, match="no targets"):
        request_from(claimed, VerifyOptions(), tmp_path)
