"""The same source, the same Go, the same options: the same bytes, whoever builds and where."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from go_to_wheel.provenance.origin import FolderOrigin
from go_to_wheel.provenance.record import FILE_NAME, parse_origin
from helpers.days import days_later, make_days
from helpers.library import library_tool
from helpers.listing import digests, members
from helpers.once import made_once
from helpers.tool import Tool
from helpers.users import OtherUser

_TARGETS = "linux-amd64,darwin-arm64,windows-amd64"
_OPTIONS = ("--version", "1.2.3", "--set-version-var", "main.version", "--platforms", _TARGETS)


def _build(tool: Tool, source: Path | str, *options: str, **variables: str) -> dict[str, str]:
    """Build with nothing kept from an earlier build, and return the digest of each wheel."""
    output, cache = tool.folder / "dist", tool.folder / "cache"
    for folder in (output, cache):
        shutil.rmtree(folder, ignore_errors=True)
    settings = {"XDG_CACHE_HOME": str(cache)} | variables
    done = tool.run(source, *_OPTIONS, *options, "--output-dir", output, **settings)
    assert done.code == 0, done.stderr
    return digests(output)


@pytest.fixture(scope="session")
def source(shared: Path, scanner_source: Path) -> Path:
    """The source of sqlite-scanner outside git: a checkout's wheels tell its commit."""

    def copy(folder: Path) -> None:
        shutil.copytree(scanner_source, folder / "sqlite-scanner")

    return made_once(shared, "plain-source", copy) / "sqlite-scanner"


@pytest.fixture(scope="session")
def first(shared: Path, source: Path) -> dict[str, str]:
    """The first build, with which all others are compared."""

    def make(folder: Path) -> None:
        _build(Tool(folder=folder), source)

    found = digests(made_once(shared, "first-build", make) / "dist")
    assert len(found) == 3
    return found


@pytest.fixture
def later(shared: Path) -> dict[str, str]:
    """Variables that make it a later day for a program, and all that it starts."""
    return days_later(made_once(shared, "later-days", make_days), 1234)


def test_a_second_run_makes_the_same_bytes(first: dict[str, str], tool: Tool, source: Path) -> None:
    assert _build(tool, source) == first


def test_one_job_makes_the_same_bytes_as_many(
    first: dict[str, str], tool: Tool, source: Path
) -> None:
    assert _build(tool, source, "--jobs", "1") == first
    assert _build(tool, source, "--jobs", "16") == first


def test_another_folder_makes_the_same_bytes(
    first: dict[str, str], tool: Tool, source: Path
) -> None:
    """Elsewhere, outside git, by a relative path, with other times and modes of all files."""
    copy = tool.folder / "ein anderer Ordner" / "quer é" / "sqlite-scanner"
    shutil.copytree(source, copy, copy_function=shutil.copyfile)
    for path in copy.rglob("*"):
        path.chmod(0o700)
        os.utime(path, (1_000_000_000, 1_000_000_000))
    assert _build(tool, copy) == first
    assert _build(Tool(folder=copy), ".") == first


def test_the_state_of_a_checkout_is_in_the_record_of_origin_alone(
    first: dict[str, str], shared: Path, tool: Tool, source: Path
) -> None:
    """Go would write the commit, its time and whether the tree is clean into the binary."""
    copy = _checkout(tool.folder / "sqlite-scanner", source)
    assert list(_build(tool, copy)) == list(first)
    for name in first:
        plain = members(shared / "first-build" / "dist" / name, origin=False)
        assert members(tool.folder / "dist" / name, origin=False) == plain
        origin = members(tool.folder / "dist" / name)["sqlite_scanner-1.2.3.dist-info/" + FILE_NAME]
        (binary,) = parse_origin(origin).binaries
        assert isinstance(binary.source, FolderOrigin)
        assert binary.source.commit == _git(copy, "rev-parse", "HEAD")
        assert binary.source.dirty is False


def test_one_commit_makes_the_same_bytes_in_two_folders_on_two_days(
    tool: Tool, source: Path, later: dict[str, str]
) -> None:
    one = _checkout(tool.folder / "one", source)
    two = tool.folder / "another place" / "two"
    two.parent.mkdir()
    subprocess.run(["git", "clone", "-q", one, two], check=True, capture_output=True)
    _git(one, "remote", "add", "origin", "https://user:t0p-s3cr3t@example.com/owner/tool.git")
    _git(two, "remote", "set-url", "origin", "git@example.com:owner/tool.git")

    built = _build(tool, one)
    assert built == _build(Tool(folder=two), ".", **later)
    # The wheels of before lie in the folder now, and are no change of the source.
    shutil.rmtree(two / "cache")
    assert Tool(folder=two).run(".", *_OPTIONS).wheels
    assert built == digests(two / "dist")
    for path in sorted((two / "dist").iterdir()):
        text = b"".join(members(path).values())
        for secret in (str(tool.folder), "t0p-s3cr3t", "another place"):
            assert secret.encode() not in text


def _checkout(folder: Path, source: Path) -> Path:
    """A copy of the source, all of it committed."""
    shutil.copytree(source, folder)
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "all"], ["tag", "v9"]):
        _git(folder, *arguments)
    return folder


def _git(folder: Path, *arguments: str) -> str:
    git = ["git", "-c", "user.name=Me", "-c", "user.email=me@example.com", "-C", str(folder)]
    done = subprocess.run([*git, *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_the_users_settings_make_no_difference(
    first: dict[str, str], tool: Tool, source: Path
) -> None:
    home = tool.folder / "home"
    (home / ".config" / "go").mkdir(parents=True)
    (home / ".config" / "go" / "env").write_text(
        "GOFLAGS=-ldflags=-X=main.version=bad\nGOAMD64=v3\nCGO_ENABLED=1\n"
    )
    settings = {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "GOFLAGS": "-race -tags=extra -buildvcs=true",
        "GOOS": "plan9",
        "GOARCH": "wasm",
        "GOAMD64": "v3",
        "GOARM64": "v9.0",
        "GOEXPERIMENT": "none",
        "GODEBUG": "madvdontneed=1",
        "CGO_ENABLED": "1",
        "CC": "no-such-compiler",
        "CGO_LDFLAGS": "-lm",
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "C",
        "LANG": "tr_TR.UTF-8",
        "PYTHONHASHSEED": "123",
    }
    assert _build(tool, source, **settings) == first


def test_another_umask_makes_the_same_bytes(
    first: dict[str, str], tool: Tool, source: Path
) -> None:
    strict = Tool(
        folder=tool.folder, command=("sh", "-c", 'umask 077; exec "$@"', "sh", *tool.command)
    )
    assert _build(strict, source) == first


def test_another_user_makes_the_same_bytes(
    first: dict[str, str], source: Path, library: Path, go: Path, other_user: OtherUser
) -> None:
    """With a home, a cold Go cache, a Python and a copy of the source of their own."""
    own = shutil.copytree(source, other_user.home / "src" / "sqlite-scanner")
    copied = shutil.copytree(library, other_user.folder / "library")
    tool = library_tool(copied, other_user.home, python=other_user.python())
    output = other_user.home / "out"
    done = other_user.run(
        *tool.command, own, *_OPTIONS, "--go-binary", go, "--output-dir", output
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert digests(output) == first


def test_what_an_earlier_build_has_kept_makes_the_same_bytes(
    first: dict[str, str], tool: Tool, source: Path
) -> None:
    """Also where it was damaged since."""
    assert _build(tool, source) == first
    kept = [path for path in (tool.folder / "cache").rglob("*") if path.is_file()]
    assert kept
    for damage in (bytes, bytes.swapcase, lambda content: content[:-1], lambda _: b""):
        for path in kept:
            path.write_bytes(damage(path.read_bytes()))
        assert tool.run(source, *_OPTIONS, XDG_CACHE_HOME=tool.folder / "cache").wheels
        assert digests(tool.folder / "dist") == first


def test_a_cache_that_cannot_be_written_makes_the_same_bytes(
    first: dict[str, str], tool: Tool, source: Path
) -> None:
    (tool.folder / "file").touch()
    nowhere = str(tool.folder / "file" / "cache")
    assert _build(tool, source, XDG_CACHE_HOME=nowhere) == first


def test_the_time_of_the_members_is_that_of_source_date_epoch(
    first: dict[str, str], tool: Tool, source: Path
) -> None:
    epoch = {"SOURCE_DATE_EPOCH": "1700000000"}
    stamped = _build(tool, source, **epoch)
    assert stamped == _build(tool, source, **epoch)
    assert set(stamped) == set(first)
    assert not set(stamped.values()) & set(first.values())
