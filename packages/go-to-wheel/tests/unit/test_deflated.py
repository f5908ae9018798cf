"""Deflating: what comes out inflates to what went in, by whichever way it went."""

from __future__ import annotations

import hashlib
import mmap
import zlib
from pathlib import Path

import pytest

from go_to_wheel.cache import Cache
from go_to_wheel.wheel import deflated
from go_to_wheel.wheel.deflated import Deflater

CONTENT = bytes(range(256)) * 4000 + b"\x7fELF" * 9999


def inflate(packed: bytes | bytearray | mmap.mmap) -> bytes:
    return zlib.decompress(bytes(packed), wbits=-zlib.MAX_WBITS)


def test_what_was_kept_is_the_same_as_what_was_made(tmp_path: Path) -> None:
    deflater = Deflater(cache=Cache(folder=tmp_path))
    digest = hashlib.sha256(CONTENT).digest()
    made = deflater.deflate(CONTENT, digest)
    assert len(list(tmp_path.iterdir())) == 1
    assert deflater.deflate(CONTENT, digest) == made
    assert inflate(made) == CONTENT


def test_what_is_small_is_deflated_once_for_all_targets() -> None:
    first, again = bytes(bytearray(b"licence " * 99)), bytes(bytearray(b"licence " * 99))
    digest = hashlib.sha256(first).digest()
    made = Deflater().deflate(first, digest)
    assert Deflater().deflate(again, digest) is made
    assert inflate(made) == first


def test_a_damaged_result_is_made_anew(tmp_path: Path) -> None:
    deflater = Deflater(cache=Cache(folder=tmp_path))
    digest = hashlib.sha256(CONTENT).digest()
    deflater.deflate(CONTENT, digest)
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(kept.read_bytes()[:-40] + b"x" * 40)
    assert inflate(deflater.deflate(CONTENT, digest)) == CONTENT


def test_what_is_very_large_goes_through_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deflated, "_STREAMED", len(CONTENT) - 1)
    path = tmp_path / "large"
    path.write_bytes(CONTENT)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        packed = Deflater().deflate(mapped, hashlib.sha256(CONTENT).digest())
        assert isinstance(packed, mmap.mmap)
        assert inflate(packed) == CONTENT
