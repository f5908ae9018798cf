"""Which repositories are asked on a record's word (verification/clone.py)."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from go_to_wheel.errors import OriginError
from go_to_wheel.provenance.origin import FolderOrigin
from go_to_wheel.sources.process import Processes
from go_to_wheel.verification.clone import can_clone, clone, missing_of_lfs
from helpers.needs import requirement

COMMIT = "ab" * 20


def origin(repository: str, commit: str = COMMIT) -> FolderOrigin:
    return FolderOrigin(package="example.com/tool", repository=repository, commit=commit)


@pytest.mark.parametrize(
    "address",
    [
        "https://github.com/me/tool",
        "https://git.example.com/a/b/c.git",
        "https://git.xn--p1ai/me/tool",
        "https://Git.Example.COM/me/tool",
        "https://1.example.com/x",
    ],
)
def test_a_public_repository_can_be_cloned(address: str) -> None:
    assert can_clone(origin(address))


@pytest.mark.parametrize(
    "address",
    [
        "",
        "http://github.com/me/tool",
        "file:///etc",
        "ssh://git@github.com/me/tool",
        "git@github.com:me/tool",
        "/etc",
        "--upload-pack=x",
        "ext::sh -c x",
        "https://me@github.com/me/tool",
        "https://me:secret@github.com/me/tool",
        "https://github.com:8443/me/tool",
        "https://127.0.0.1/me/tool",
        "https://169.254.169.254/latest/meta-data",
        "https://2130706433/x",
        "https://0x7f.1/x",
        "https://10.0.0.0x1/x",
        "https://[::1]/me/tool",
        "https://localhost/me/tool",
        "https://intranet/me/tool",
        "https://git.internal/me/tool",
        "https://git.local/me/tool",
        "https://nas.lan/me/tool",
        "https://router.home.arpa/x",
        "https://git.localhost/x",
        "https://git.LOCAL/x",
        "https://git_hub.com/me/tool",
        "https://-x.example.com/me",
        "https://github.com",
        "https://github.com/",
        "https://github.com/../x",
        "https://github.com/me/tool?x=y",
        "https://github.com/me/tool#x",
        "https://github.com/me/tool\n",
        f"https://{'a.' * 130}com/x",
    ],
)
def test_no_other_address_is_asked_on_a_record_s_word(address: str) -> None:
    assert not can_clone(origin(address))


@pytest.mark.parametrize("commit", ["", "main", "ab" * 19, "AB" * 20, f"{COMMIT}\n", "-" * 40])
def test_only_a_whole_commit_is_fetched(commit: str) -> None:
    assert not can_clone(origin("https://github.com/me/tool", commit))


POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'ab' * 32}\nsize 6\n"


@pytest.mark.parametrize(
    ("name", "content", "is_read"),
    [
        ("tool/data/a.bin", POINTER, True),
        ("tool/data/a.bin", "plain\n", False),
        ("tool/data/a.bin", POINTER + "x" * 2000, False),
        ("tool/docs/a.png", POINTER, False),
        ("python/pkg/data/a.bin", POINTER, True),
        ("python/other/a.bin", POINTER, False),
    ],
)
def test_a_file_that_only_git_lfs_has_is_named_where_a_build_may_read_it(
    tmp_path: Path, name: str, content: str, is_read: bool
) -> None:
    files = {
        "tool/go.mod": "module a.b/t\n",
        "tool/main.go": "package main\n\n//go:embed data\nvar d embed.FS\n",
        "python/pkg/__init__.py": "",
        name: content,
    }
    for each, text in files.items():
        (tmp_path / each).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / each).write_text(text)

    assert missing_of_lfs(tmp_path / "tool", tmp_path) == (name if is_read else None)


ADDRESS = "https://git.example.com/me/tool"


@pytest.fixture
def environment(tmp_path: Path) -> Mapping[str, str]:
    """Git that finds a folder under the address, and has settings of its user."""
    requirement("git", shutil.which("git"), "the program git is not on PATH")
    config = tmp_path / "gitconfig"
    config.write_text(
        "[user]\nname = A\nemail = a@example.com\n"
        f'[url "{(tmp_path / "there").as_uri()}"]\ninsteadOf = {ADDRESS}\n'
    )
    return {
        "PATH": os.environ["PATH"], "HOME": str(tmp_path), "GIT_CONFIG_GLOBAL": str(config),
        "GIT_CONFIG_NOSYSTEM": "1", "GIT_ALLOW_PROTOCOL": "file",
    }  # fmt: skip


def publish(folder: Path, environment: Mapping[str, str], files: Mapping[str, str]) -> FolderOrigin:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode())
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "x"]):
        subprocess.run(["git", *words], cwd=folder, env=dict(environment), check=True)
    done = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=folder, env=dict(environment), check=True,
        capture_output=True, encoding="utf-8",
    )  # fmt: skip
    return origin(ADDRESS, done.stdout.strip())


def test_a_clone_has_the_commit_s_bytes_whatever_the_user_has_set(
    tmp_path: Path, environment: Mapping[str, str]
) -> None:
    attributes = tmp_path / "attributes"
    attributes.write_text("a.txt eol=crlf\n")
    files = {"go.mod": "module a.b/t\n", "a.txt": "a\n", "b.txt": "b\n"}
    named = publish(tmp_path / "there", environment, files)
    settings = f"[core]\nautocrlf = true\nattributesFile = {attributes}\n"
    with (tmp_path / "gitconfig").open("a") as stream:
        stream.write(settings)

    folder = clone(named, tmp_path / "here", Processes(environment=environment))

    assert {name: (folder / name).read_bytes().decode() for name in files} == files


def test_a_clone_that_lacks_what_only_git_lfs_has_proves_nothing(
    tmp_path: Path, environment: Mapping[str, str]
) -> None:
    files = {
        "go.mod": "module a.b/t\n", "a.png": POINTER, "data/a.bin": "plain",
        "main.go": "package main\n\n//go:embed data\nvar d embed.FS\n",
    }  # fmt: skip
    there = tmp_path / "there"
    processes = Processes(environment=environment)
    clone(publish(there, environment, files), tmp_path / "first", processes)

    named = publish(there, environment, {"data/a.bin": POINTER})
    with pytest.raises(OriginError, match=r"^data/a\.bin lies in Git LFS") as caught:
        clone(named, tmp_path / "second", processes)
    assert "--source" in caught.value.hint
