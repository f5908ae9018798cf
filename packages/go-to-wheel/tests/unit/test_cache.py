"""Results of slow steps, kept from one build to the next (cache.py)."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from go_to_wheel import cache as module
from go_to_wheel.cache import Cache


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_is_put_is_what_is_got(tmp_path: Path) -> None:
    cache = Cache(folder=tmp_path / "new" / "folder")
    assert cache.get("key") is None
    cache.put("key", b"result")
    cache.put("other", bytearray())
    assert (cache.get("key"), cache.get("other")) == (b"result", b"")
    cache.put("key", b"newer")
    assert cache.get("key") == b"newer"
    assert names(tmp_path / "new" / "folder") == ["key", "other"]


def test_each_kind_of_step_has_its_own_folder(tmp_path: Path) -> None:
    cache = Cache(folder=tmp_path)
    cache.below("linked").put("key", b"linked")
    assert cache.below("deflated").get("key") is None
    assert cache.below("linked").get("key") == b"linked"


def test_without_a_folder_nothing_is_kept() -> None:
    cache = Cache().below("linked")
    cache.put("key", b"result")
    assert cache.get("key") is None


@given(st.binary(max_size=80))
def test_a_file_that_is_no_result_is_none(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    folder = tmp_path_factory.getbasetemp() / "any-cache"
    folder.mkdir(exist_ok=True)
    (folder / "key").write_bytes(content)
    assert Cache(folder=folder).get("key") is None


def test_a_damaged_result_is_none(tmp_path: Path) -> None:
    cache = Cache(folder=tmp_path)
    cache.put("key", b"result")
    whole = (tmp_path / "key").read_bytes()
    for damaged in (whole[:-1], whole[1:], whole + b"x", bytes([whole[0] ^ 1]) + whole[1:]):
        (tmp_path / "key").write_bytes(damaged)
        assert cache.get("key") is None
    (tmp_path / "key").write_bytes(whole)
    assert cache.get("key") == b"result"


@pytest.mark.parametrize("folder", ["file", "file/below", "/proc/new", "x" * 5000])
def test_a_folder_that_cannot_be_used_is_no_error(tmp_path: Path, folder: str) -> None:
    (tmp_path / "file").touch()
    cache = Cache(folder=tmp_path / folder)
    cache.put("key", b"result")
    assert cache.get("key") is None
    assert names(tmp_path) == ["file"]


def test_what_was_used_last_is_removed_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_ROOM", 3 * (100 + 32))
    cache = Cache(folder=tmp_path)
    for number, key in enumerate("abc"):
        cache.put(key, bytes(100))
        os.utime(tmp_path / key, (number, number))
    assert cache.get("a") == bytes(100)  # is now the newest
    cache.put("d", bytes(100))
    assert names(tmp_path) == ["a", "c", "d"]


def test_many_threads_may_put_and_get_at_once(tmp_path: Path) -> None:
    cache = Cache(folder=tmp_path)
    got: list[bytes | None] = []

    def work(number: int) -> None:
        for _ in range(30):
            cache.put("key", bytes([number]) * 1000)
            got.append(cache.get("key"))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(got) <= {bytes([number]) * 1000 for number in range(6)}
    assert names(tmp_path) == ["key"]
