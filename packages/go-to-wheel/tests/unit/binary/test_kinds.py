from __future__ import annotations

import gzip
import io
import os
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from go_to_wheel.binary import read_binary
from go_to_wheel.errors import InvalidBinaryError
from helpers.binaries import Elf

from .conftest import Refusal


def a_zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("tool", b"x")
    return file.getvalue()


def a_tar() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("tool"))
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"#!/bin/sh\nexit 0\n", "a script"),
        (b"!<arch>\n__.PKGDEF       0", "an archive of compiled code (.a)"),
        (b"!<arch>\ndebian-binary   1", "a Debian package"),
        (b"go object linux amd64 go1.27.3", "an object file of the Go compiler"),
        (a_zip(), "a ZIP archive"),
        (gzip.compress(b"x", mtime=0), "a gzip archive"),
        (a_tar(), "a tar archive"),
        (b"BZh91AY", "a bzip2 archive"),
        (b"\xfd7zXZ\0\0", "an xz archive"),
        (b"\x28\xb5\x2f\xfd\0", "a Zstandard archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a Windows installer (.msi)"),
        (b"\0asm\1\0\0\0", "a WebAssembly module"),
        (b"\n<!DOCTYPE html><title>Not Found</title>", "a web page"),
        ("Zeilen, Wörter\n".encode() * 500, "a text file"),
        ("é".encode() * 3000, "a text file"),
        (b"a" + "é".encode() * 3000, "a text file"),
        (bytes(range(256)), "a file of an unknown format"),
        (b"\x7f", "a file of an unknown format"),
    ],
)
def test_what_is_no_executable_is_named(refusal: Refusal, data: bytes, what: str) -> None:
    assert refusal(data) == f"tool is {what}, not an executable."


def test_an_empty_file_is_named(refusal: Refusal) -> None:
    assert refusal(b"") == "tool is an empty file, not an executable."


def test_a_go_library_comes_with_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "tool"
    path.write_bytes(b"!<arch>\n__.PKGDEF")
    with pytest.raises(InvalidBinaryError) as caught:
        read_binary(path)
    assert "main package" in caught.value.hint


def test_a_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidBinaryError, match="is a folder, not an executable"):
        read_binary(tmp_path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidBinaryError, match="nowhere cannot be read: No such file"):
        read_binary(tmp_path / "nowhere")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes in folders")
def test_a_pipe_is_named_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InvalidBinaryError, match="is no regular file"):
        read_binary(tmp_path / "pipe")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows allows no such name")
def test_a_name_that_would_drive_a_terminal_is_escaped(tmp_path: Path) -> None:
    path = tmp_path / "a\x1b[2J\nb"
    path.write_bytes(b"")
    with pytest.raises(InvalidBinaryError) as caught:
        read_binary(path)
    assert caught.value.message.startswith("a\\x1b[2J\\nb is an empty file")


@pytest.mark.parametrize("cut", [4, 15, 16, 63, 64, 100])
def test_an_executable_that_is_cut_short_is_damaged(refusal: Refusal, cut: int) -> None:
    assert "damaged or cut short" in refusal(Elf().build()[:cut])
