"""Signatures of minisign, made by the tests (jedisct1.github.io/minisign, "Signature format")."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_NUMBER = bytes(range(8))
_COMMENT = "timestamp:1767323045"  # minisign also writes the file's name, where one is given


@dataclass(frozen=True, kw_only=True)
class MinisignPair:
    """A secret key, and the public one that goes with it."""

    secret: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    number: bytes = _NUMBER

    @property
    def public(self) -> str:
        """The public key as minisign writes it."""
        data = b"Ed" + self.number + self.secret.public_key().public_bytes_raw()
        return base64.b64encode(data).decode()

    def sign(self, content: bytes, *, hashed: bool = True, comment: str = _COMMENT) -> bytes:
        """The signature of a file, over its digest or over itself."""
        text = hashlib.blake2b(content).digest() if hashed else content
        signature = self.secret.sign(text)
        first = (b"ED" if hashed else b"Ed") + self.number + signature
        whole = self.secret.sign(signature + comment.encode())
        lines = [
            "untrusted comment: signature from a test",
            base64.b64encode(first).decode(),
            f"trusted comment: {comment}",
            base64.b64encode(whole).decode(),
        ]
        return ("\n".join(lines) + "\n").encode()
