"""Which repositories are asked on a record's word (verification/clone.py)."""

from __future__ import annotations

import pytest

from go_to_wheel.provenance.origin import FolderOrigin
from go_to_wheel.verification.clone import can_clone

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
