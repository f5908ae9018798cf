"""Signatures of minisign (sources/signatures/minisign.py)."""

from __future__ import annotations

import base64
import hashlib
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from go_to_wheel.errors import SignatureError, UsageError
from go_to_wheel.release import Proof, ProofKind
from go_to_wheel.sources.signatures.minisign import read_key, verify_minisign
from go_to_wheel.sources.signatures.values import Subject, Unchecked
from helpers.minisigned import MinisignPair

CONTENT = b"the program's bytes"
FILE = "tool.tar.gz.minisig"
PAIR = MinisignPair()
KEY = read_key(PAIR.public)

# Made by minisign itself, and printed in the documentation of the crate minisign-verify (MIT
# licence, Frank Denis): the file holds "test" and nothing else.
REAL_KEY = "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3"
REAL = b"""untrusted comment: signature from minisign secret key
RUQf6LRCGA9i559r3g7V1qNyJDApGip8MfqcadIgT9CuhV3EMhHoN1mGTkUidF/z7SrlQgXdy8ofjb7bNJJylDOocrCo8KLzZwo=
trusted comment: timestamp:1556193335\tfile:test
y/rUw2y8/hOUYjZU71eHp/Wo1KZ40fGy2VJEDl34XMJM+TX48Ss/17u3IvIfbVR1FkZZSNCisQbuQY+bHwhEBg==
"""


def subject(content: bytes | Path = CONTENT) -> Subject:
    data = content if isinstance(content, bytes) else content.read_bytes()
    return Subject(name="tool.tar.gz", sha256=hashlib.sha256(data).hexdigest(), content=content)


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def with_line(number: int, change: bytes) -> bytes:
    """A good signature with one line of it replaced."""
    lines = PAIR.sign(CONTENT).splitlines()
    lines[number] = change
    return b"\n".join(lines) + b"\n"


def test_a_signature_that_minisign_itself_made_is_right() -> None:
    named = replace(subject(b"test"), name="test")
    proof = verify_minisign(named, REAL, FILE, read_key(REAL_KEY))
    assert proof == Proof(how=ProofKind.MINISIGN, file=FILE, covers="test", identity=REAL_KEY)


def test_a_signature_that_minisign_made_of_another_file_is_an_error() -> None:
    with pytest.raises(SignatureError, match=r"the signature of test, not of tool\.tar\.gz"):
        verify_minisign(subject(b"test"), REAL, FILE, read_key(REAL_KEY))


@pytest.mark.parametrize("hashed", [True, False])
@pytest.mark.parametrize("content", [CONTENT, b""])
def test_a_good_signature_names_its_key(hashed: bool, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "tool"
    path.write_bytes(content)
    for each in (content, path):
        proof = verify_minisign(subject(each), PAIR.sign(content, hashed=hashed), FILE, KEY)
        assert isinstance(proof, Proof)
        digest = hashlib.sha256(content).hexdigest()
        assert (proof.identity, proof.covers, proof.is_signature) == (
            PAIR.public,
            f"sha256:{digest}",
            True,
        )


@pytest.mark.parametrize(
    "comment",
    [
        "timestamp:1\tfile:tool.tar.gz\thashed",
        "timestamp:1\tfile:tool.tar.gz",
        "file:tool.tar.gz",
        "file: tool.tar.gz made by hand",
        "timestamp:1 file:dist/tool.tar.gz",
        "file:dist\\tool.tar.gz",
        "file:tool tar.gz",  # GitHub writes a full stop for the blank
        "file:tool.tar.gz\tfile:tool.tar.gz",
    ],
)
def test_a_trusted_comment_that_names_the_file_proves_its_name_too(comment: str) -> None:
    proof = verify_minisign(subject(), PAIR.sign(CONTENT, comment=comment), FILE, KEY)
    assert isinstance(proof, Proof)
    assert proof.covers == "tool.tar.gz"


@pytest.mark.parametrize(
    "comment",
    [
        "timestamp:1\tfile:tool-1.2.2.tar.gz\thashed",
        "file:tool.tar.gz.old",
        "file:other-tool.tar.gz",
        "file:",
        "file:tool.tar.gz\tfile:other.tar.gz",
        "file:TOOL.tar.gz",
    ],
)
def test_a_trusted_comment_that_names_another_file_is_an_error(comment: str) -> None:
    with pytest.raises(SignatureError, match=r"not of tool\.tar\.gz, by its trusted comment"):
        verify_minisign(subject(), PAIR.sign(CONTENT, comment=comment), FILE, KEY)


@pytest.mark.parametrize("comment", ["", "timestamp:1\thashed", "profile:x", "tool 1.2.3"])
def test_a_trusted_comment_without_a_name_proves_the_bytes_alone(comment: str) -> None:
    proof = verify_minisign(subject(), PAIR.sign(CONTENT, comment=comment), FILE, KEY)
    assert isinstance(proof, Proof)
    assert proof.covers == f"sha256:{hashlib.sha256(CONTENT).hexdigest()}"


@pytest.mark.parametrize("hashed", [True, False])
def test_one_flipped_byte_of_the_file_is_an_error(hashed: bool) -> None:
    signature = PAIR.sign(CONTENT, hashed=hashed)
    with pytest.raises(SignatureError, match=r"no signature of tool\.tar\.gz"):
        verify_minisign(subject(flipped(CONTENT, 3)), signature, FILE, KEY)


def test_a_replaced_trusted_comment_is_an_error() -> None:
    with pytest.raises(SignatureError, match=r"no signature of tool\.tar\.gz"):
        verify_minisign(subject(), with_line(2, b"trusted comment: file:other"), FILE, KEY)


def test_the_signature_of_the_comment_may_not_be_another_file_s() -> None:
    other = PAIR.sign(b"other").splitlines()[3]
    with pytest.raises(SignatureError):
        verify_minisign(subject(), with_line(3, other), FILE, KEY)


def test_another_key_is_an_error_that_names_both() -> None:
    other = MinisignPair(number=b"\xff" * 8)
    with pytest.raises(SignatureError) as caught:
        verify_minisign(subject(), other.sign(CONTENT), FILE, KEY)
    assert "FFFFFFFFFFFFFFFF" in caught.value.message
    assert "0706050403020100" in caught.value.message


def test_another_key_of_the_same_number_is_an_error() -> None:
    with pytest.raises(SignatureError):
        verify_minisign(subject(), MinisignPair().sign(CONTENT), FILE, KEY)


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"\n\n\n\n",
        b"\xff\xfe\x00",
        with_line(1, b"no base64!"),
        with_line(1, base64.b64encode(b"Ed" + bytes(71))),
        with_line(1, base64.b64encode(b"XX" + bytes(72))),
        with_line(2, b"a comment"),
        with_line(3, base64.b64encode(bytes(63))),
        PAIR.sign(CONTENT) + b"one more line\n",
        b"-----BEGIN PGP SIGNATURE-----\n",
    ],
    ids=range(10),
)
def test_a_damaged_signature_is_an_error(damaged: bytes) -> None:
    with pytest.raises(SignatureError, match="damaged"):
        verify_minisign(subject(), damaged, FILE, KEY)


@given(st.binary(max_size=400))
def test_hostile_bytes_raise_our_own_error(content: bytes) -> None:
    with pytest.raises(SignatureError):
        verify_minisign(subject(), content, FILE, KEY)


def test_without_the_package_nothing_is_called_right(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == "cryptography"]:
        monkeypatch.setitem(sys.modules, name, None)
    result = verify_minisign(subject(), PAIR.sign(CONTENT), FILE, KEY)
    assert isinstance(result, Unchecked)
    assert "go-to-wheel[signatures]" in result.reason


def test_a_key_may_come_as_itself_or_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "minisign.pub"
    file.write_text(f"untrusted comment: minisign public key\n{PAIR.public}\n")
    assert read_key(str(file)) == read_key(f" {PAIR.public}\n") == KEY


@pytest.mark.parametrize("given", ["", "RW", "A" * 56, "no/such/file", "a\0b", REAL_KEY[:-1]])
def test_what_is_no_key_is_refused(given: str) -> None:
    with pytest.raises(UsageError, match="--minisign-key"):
        read_key(given)


def test_a_file_without_a_key_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "other"
    file.write_bytes(b"\xff" * 9000)
    for each in (file, tmp_path):
        with pytest.raises(UsageError, match="--minisign-key"):
            read_key(str(each))
