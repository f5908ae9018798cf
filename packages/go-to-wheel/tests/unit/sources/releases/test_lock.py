"""The lock: its file, and what it is compared with (sources/releases/lock.py, lock_file.py)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from go_to_wheel.errors import ConfigError, OutputError
from go_to_wheel.release import Asset, Digest, Release
from go_to_wheel.sources.releases.lock import Lock, LockedAsset, changes, parse_lock, render_lock
from go_to_wheel.sources.releases.lock_file import read_lock, write_lock

ONE, TWO = (Digest(algorithm="sha256", hex=digit * 64) for digit in "12")
LOCK = Lock(
    repository="octo-org/tool",
    tag="v1.2.3",
    assets=(
        LockedAsset(name="a.zip", size=1, digest=ONE),
        LockedAsset(name="b.zip", size=2, digest=Digest(algorithm="sha512", hex="3" * 128)),
    ),
)
A = Asset(name="a.zip", size=1, url="https://example.com/a.zip", digest=ONE)
B = Asset(name="b.zip", size=2, url="https://example.com/b.zip", digest=TWO)
RELEASE = Release(repository="octo-org/tool", tag="v1.2.3", assets=(A, B))


def test_a_lock_is_read_as_it_was_written() -> None:
    assert parse_lock(render_lock(LOCK), "x") == LOCK


def test_the_same_lock_has_the_same_text_in_any_order() -> None:
    backwards = replace(LOCK, assets=LOCK.assets[::-1])
    assert render_lock(LOCK) == render_lock(backwards)
    assert render_lock(LOCK).splitlines()[3:] == [
        "version = 1",
        'repository = "octo-org/tool"',
        'tag = "v1.2.3"',
        "",
        "[[assets]]",
        'name = "a.zip"',
        "size = 1",
        f'digest = "{ONE}"',
        "",
        "[[assets]]",
        'name = "b.zip"',
        "size = 2",
        f'digest = "{LOCK.assets[1].digest}"',
    ]


names = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1)


@given(names.filter(str.isprintable), st.integers(0, 2**62))
def test_any_name_and_size_survive(name: str, size: int) -> None:
    lock = replace(LOCK, tag=name, assets=(LockedAsset(name=name, size=size, digest=ONE),))
    assert parse_lock(render_lock(lock), "x") == lock


GOOD = render_lock(LOCK)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "version"),
        ("version = 2", "version"),
        ("version = true", "version"),
        ("version = 1", "repository"),
        (GOOD.replace("octo-org/tool", "tool"), "repository"),
        (GOOD.replace('"octo-org/tool"', "1"), "repository"),
        (GOOD.replace("octo-org/tool", "../.."), "repository"),
        (GOOD.replace('"v1.2.3"', '""'), "tag"),
        (GOOD.replace("v1.2.3", "\\u001b[31m"), "tag"),
        (GOOD.replace("size = 2", "size = -2"), "assets[1].size"),
        (GOOD.replace("size = 2", "size = true"), "assets[1].size"),
        (GOOD.replace("size = 2", "size = 2.0"), "assets[1].size"),
        (GOOD.replace(str(ONE), "sha256:1"), "assets[0].digest"),
        (GOOD.replace("sha256:", "md5:"), "assets[0].digest"),
        (GOOD.replace('name = "a.zip"', ""), "assets[0].name"),
        (GOOD.replace("b.zip", "a.zip"), "assets"),
        (GOOD.replace("size = 2", "size = 2\nurl = 1"), "assets[1].'url'"),
        (GOOD.replace('tag = "v1.2.3"', 'tag = "v1.2.3"\nextra = 1'), "'extra'"),
        ('version = 1\nrepository = "a/b"\ntag = "c"\nassets = 1', "assets"),
        ('version = 1\nrepository = "a/b"\ntag = "c"\nassets = [1]', "assets[0]"),
    ],
)
def test_a_wrong_value_is_an_error_that_names_its_key(text: str, key: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_lock(text, "my.lock")
    assert caught.value.message.startswith(f"{key} in my.lock is not ")


@pytest.mark.parametrize("text", ["[", "\0", "a = " + "[" * 100_000, "a = 1\na = 2", "=\x1b[31m"])
def test_no_toml_is_an_error(text: str) -> None:
    with pytest.raises(ConfigError, match="not valid TOML") as caught:
        parse_lock(text, "my.lock")
    assert caught.value.message.isprintable()


@given(st.text(max_size=100))
def test_hostile_text_raises_our_own_error(text: str) -> None:
    with pytest.raises(ConfigError):
        parse_lock(text, "my.lock")


# --- the file -----------------------------------------------------------------------------


def test_there_need_not_be_a_file(tmp_path: Path) -> None:
    assert read_lock(tmp_path / "go-to-wheel.lock") is None


def test_the_file_is_written_whole_and_replaced(tmp_path: Path) -> None:
    path = tmp_path / "go-to-wheel.lock"
    path.write_text("something else")
    write_lock(path, LOCK)
    assert read_lock(path) == LOCK
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_cannot_be_written_is_an_error_and_nothing_is_left(tmp_path: Path) -> None:
    path = tmp_path / "go-to-wheel.lock"
    path.mkdir()
    with pytest.raises(OutputError, match=r"go-to-wheel\.lock cannot be written"):
        write_lock(path, LOCK)
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(OutputError):
        write_lock(tmp_path / "missing" / "go-to-wheel.lock", LOCK)


@pytest.mark.parametrize("content", [b"\xff", b"x" * (4 * 1024 * 1024 + 1)], ids=["latin", "large"])
def test_a_file_that_is_no_text_is_an_error(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "go-to-wheel.lock"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match="cannot be read"):
        read_lock(path)


def test_what_is_no_file_is_an_error(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "a\0b"):
        with pytest.raises(ConfigError, match="cannot be read"):
            read_lock(path)


# --- what changed ---------------------------------------------------------------------------


def test_a_release_as_it_was_has_no_changes() -> None:
    assert changes(LOCK, RELEASE, [A, B]) == ()


def test_files_that_no_wheel_is_made_of_may_come_and_go() -> None:
    more = replace(A, name="sbom.json")
    assert changes(LOCK, replace(RELEASE, assets=(A, B, more)), [A, B]) == ()


@pytest.mark.parametrize(
    ("asset", "change"),
    [
        (replace(A, digest=TWO), f"a.zip was {ONE} and is {TWO}"),
        (replace(A, size=7), "a.zip had 1 bytes and has 7"),
        (replace(A, name="c.zip"), "a.zip is gone"),
    ],
)
def test_a_change_is_told(asset: Asset, change: str) -> None:
    assert change in changes(LOCK, replace(RELEASE, assets=(asset, B)), [B])


def test_a_new_asset_is_told_where_a_wheel_is_made_of_it() -> None:
    new = replace(A, name="new.zip")
    release = replace(RELEASE, assets=(A, B, new))
    assert changes(LOCK, release, [A, B, new, new]) == ("new.zip is not in the lock",)


def test_a_digest_that_github_does_not_tell_is_compared_later() -> None:
    unknown = replace(A, digest=None)
    assert changes(LOCK, replace(RELEASE, assets=(unknown, B)), [unknown]) == ()
