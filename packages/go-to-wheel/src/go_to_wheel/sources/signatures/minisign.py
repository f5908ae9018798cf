"""Signatures of minisign (jedisct1.github.io/minisign, "Minisign signature format").

Ed25519 (RFC 8032) over the file itself (``Ed``), or over its BLAKE2b-512 digest (``ED``), and
over signature and trusted comment together, so that the comment cannot be replaced.

Both forms of the first count, as for minisign itself: ``Ed``, which it wrote until 2021, is no
weaker, it only has to read the whole file. That a signature of the one form is passed off as the
other takes a file of 64 bytes, and no program or checksum file is so small.

minisign knows neither releases nor repositories. But it writes the file's name into the trusted
comment (``file:NAME``) where the signer does not give another one, and such a name must be that
of the file: else an old file with its signature could be passed off under a new name. Without a
name, nothing but the bytes is proven, and the record of origin gives their digest.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import mmap
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ...errors import SignatureError, UsageError
from ...release import Proof, ProofKind
from ..github.facts import plain_text
from .values import Subject, Unchecked

MISSING = "the package cryptography is not installed: pip install 'go-to-wheel[signatures]'"

_KEY = re.compile(r"[A-Za-z0-9+/]{56}")  # base64 of 42 bytes
_LARGEST_KEY_FILE = 4096  # bytes
_COMMENT = "trusted comment: "
_FILE = re.compile(r"(?:^|\s)file:[ ]*([^\t]*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class MinisignKey:
    """A public key.

    Attributes:
        text: as minisign writes it, in base64.
        number: the key's number, which signatures repeat.
        key: the Ed25519 key, 32 bytes.
    """

    text: str
    number: bytes
    key: bytes


def read_key(given: str) -> MinisignKey:
    """The public key that a user gave: the key itself, or the path of its file.

    Raises:
        UsageError: it is neither, or the file cannot be read.
    """
    text = given.strip()
    if not _KEY.fullmatch(text):
        text = _key_in(given)
    data = base64.b64decode(text)
    if data[:2] != b"Ed":
        raise _no_key(given)
    return MinisignKey(text=text, number=data[2:10], key=data[10:])


def _key_in(given: str) -> str:
    """The key in a file: a comment, and the key in a line of its own."""
    try:
        path = Path(given)
        with path.open("rb") as stream:
            content = stream.read(_LARGEST_KEY_FILE)
    except (OSError, ValueError):
        raise _no_key(given) from None
    lines = (line.strip() for line in content.decode("utf-8", errors="replace").splitlines())
    key = next((line for line in lines if _KEY.fullmatch(line)), None)
    if key is None:
        raise _no_key(given)
    return key


def _no_key(given: str) -> UsageError:
    return UsageError(
        f"--minisign-key {given!r} is no public key of minisign, nor a file with one.",
        hint="It is the line of 56 characters in minisign.pub, which begins with RW.",
    )


def verify_minisign(
    subject: Subject, content: bytes, file: str, key: MinisignKey
) -> Proof | Unchecked:
    """Verify a signature.

    Args:
        subject: what was signed.
        content: the signature's bytes.
        file: its name in the release.
        key: the publisher's public key.

    Raises:
        SignatureError: it is wrong: damaged, of another key, of other bytes, or its trusted
            comment names another file.
    """
    algorithm, number, signature, comment, whole = _parts(content, file)
    if number != key.number:
        raise SignatureError(
            f"{file} was made with the key {_shown(number)}, not with the one that was given,"
            f" {_shown(key.number)}.",
            hint="Check --minisign-key; if the project has a new key, ask it why.",
        )
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        return Unchecked(reason=MISSING, general=True)
    try:
        public = Ed25519PublicKey.from_public_bytes(key.key)
        if algorithm == b"ED":
            public.verify(signature, _digest(subject.content))
        else:
            with _whole(subject.content) as whole_file:
                public.verify(signature, whole_file)
        public.verify(whole, signature + comment)
    except (InvalidSignature, ValueError):
        raise SignatureError(
            f"{file} is no signature of {subject.name} by the key that was given.",
            hint="Nothing of it was used: one of the two files was replaced or damaged.",
        ) from None
    covers = _covered(comment.decode(), subject, file)
    return Proof(how=ProofKind.MINISIGN, file=file, covers=covers, identity=key.text)


def _covered(comment: str, subject: Subject, file: str) -> str:
    """What a right signature is of: the file, where it names that, or bytes of this digest.

    Raises:
        SignatureError: it names another file.
    """
    found = _FILE.findall(comment)
    wrong = [name for name in found if not _is_named(subject.name, name)]
    if wrong:
        raise SignatureError(
            f"{file} is the signature of {plain_text(wrong[0])[:100] or 'a file without a name'},"
            f" not of {subject.name}, by its trusted comment.",
            hint="Nothing of it was used: the file may be another one under this name. Ask the"
            " project.",
        )
    return subject.name if found else f"sha256:{subject.sha256}"


def _is_named(name: str, named: str) -> bool:
    """Whether a comment names a file: perhaps with its folder, and with more after a blank."""
    last = re.split(r"[/\\]", named.strip())[-1]
    # GitHub writes a full stop for each blank in an asset's name.
    return name in (last, last.replace(" ", ".")) or last.startswith(f"{name} ")


def _parts(content: bytes, file: str) -> tuple[bytes, bytes, bytes, bytes, bytes]:
    """Algorithm, key number, signature, trusted comment, and the signature of the last two."""
    try:
        lines = content.decode("utf-8").splitlines()
        _, first, comment, second, *more = lines
        data = base64.b64decode(first, validate=True)
        whole = base64.b64decode(second, validate=True)
    except (ValueError, binascii.Error):
        raise _damaged(file) from None
    lengths = (len(data), len(whole))
    if (
        lengths != (74, 64)
        or data[:2] not in (b"Ed", b"ED")
        or not comment.startswith(_COMMENT)
        or any(line.strip() for line in more)
    ):
        raise _damaged(file)
    signed = comment.removeprefix(_COMMENT).encode()
    return data[:2], data[2:10], data[10:], signed, whole


def _damaged(file: str) -> SignatureError:
    return SignatureError(
        f"{file} is no signature of minisign, or it is damaged.",
        hint="Ask the project to mend that file.",
    )


def _digest(content: bytes | Path) -> bytes:
    if isinstance(content, bytes):
        return hashlib.blake2b(content).digest()
    with content.open("rb") as stream:
        return hashlib.file_digest(stream, hashlib.blake2b).digest()


@contextmanager
def _whole(content: bytes | Path) -> Iterator[bytes | memoryview]:
    """The bytes of a file, without holding them in memory."""
    if isinstance(content, bytes) or content.stat().st_size == 0:
        yield content if isinstance(content, bytes) else b""  # an empty file cannot be mapped
        return
    with (
        content.open("rb") as stream,
        mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as mapped,
        memoryview(mapped) as view,
    ):
        yield view


def _shown(number: bytes) -> str:
    """A key's number as minisign shows it."""
    return number[::-1].hex().upper()
