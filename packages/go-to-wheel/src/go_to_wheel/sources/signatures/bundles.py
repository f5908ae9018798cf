"""The forms in which releases publish sigstore's signatures. Pure.

- A sigstore bundle (sigstore.dev, "Sigstore Bundle Format"), versions 0.1 to 0.3.
- What cosign 1 and 2 wrote with ``--bundle``: ``base64Signature``, ``cert``, ``rekorBundle``.
- A signature and the certificate of its key in two files, both in base64 or PEM.

The last two hold no proof that the transparency log has the signature, so that must be asked
for; then all are bundles of the first form.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias, cast

from ...errors import SignatureError
from .values import Unchecked

_NEWEST = "application/vnd.dev.sigstore.bundle.v0.3+json"
_KNOWN = re.compile(
    r"application/vnd\.dev\.sigstore\.bundle(?:\+json;version=0\.[123]|\.v0\.3\+json)"
)
_BY_KEY = "it was made with a key that is nowhere published, not with an identity"
_NAMED = re.compile(
    r"[.-](?:sigstore|(?:cosign|keyless)[.-](?:sigstore|bundle))(?:\.json)?$", re.IGNORECASE
)
_PARTS = {"verificationMaterial", "messageSignature", "dsseEnvelope", "cert", "rekorBundle"}
_LOGGED = {"dsse", "hashedrekord"}  # kinds of entries that the library sigstore verifies
_PEM = re.compile(
    rb"-----BEGIN CERTIFICATE-----\s+([A-Za-z0-9+/=\s]+?)\s*-----END CERTIFICATE-----"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Detached:
    """A signature with the certificate of its key, without a bundle around them.

    Attributes:
        signature: the signature's bytes.
        certificate: in DER.
        log_index: the number of its entry in the transparency log; None where nobody says.
    """

    signature: bytes
    certificate: bytes
    log_index: int | None = None


BundleContent: TypeAlias = Mapping[str, object] | Detached | Unchecked | None


def read_bundle(content: bytes, file: str) -> BundleContent:
    """What a file named like a bundle holds; None where it is about something else.

    Args:
        content: its bytes.
        file: its name; ``X.bundle`` may also be git's.

    Raises:
        SignatureError: it is damaged, or holds nothing.
    """
    is_sigstore_s = _NAMED.search(file) is not None
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        if is_sigstore_s or content.strip(b"\0 \t\r\n")[:1] in (b"", b"{"):
            raise damaged(file) from None
        return None
    if isinstance(document, dict):
        if "base64Signature" in document:
            return _read_cosign(document, file)
        if "mediaType" in document:
            return document
    has_parts = isinstance(document, dict) and not _PARTS.isdisjoint(document)
    if is_sigstore_s or has_parts or not document:
        raise damaged(file)
    return None


def _read_cosign(document: Mapping[str, object], file: str) -> Detached | Unchecked:
    signature, certificate = document.get("base64Signature"), document.get("cert")
    if not isinstance(signature, str) or not signature.strip():
        raise damaged(file)
    if not certificate:
        return Unchecked(reason=_BY_KEY)
    if not isinstance(certificate, str):
        raise damaged(file)
    rekor = document.get("rekorBundle")
    payload = rekor.get("Payload") if isinstance(rekor, dict) else None
    index = payload.get("logIndex") if isinstance(payload, dict) else None
    pair = read_pair(signature.encode(), certificate.encode(), file)
    if isinstance(pair, Unchecked) or type(index) is not int or index < 0:
        return pair
    return Detached(signature=pair.signature, certificate=pair.certificate, log_index=index)


def read_pair(signature: bytes, certificate: bytes, file: str) -> Detached | Unchecked:
    """A signature and a certificate, as cosign writes them to two files.

    Args:
        signature: base64 of the signature.
        certificate: PEM, or base64 of that, as cosign writes it.
        file: their name, for a message.

    Raises:
        SignatureError: one of the two is damaged.
    """
    if not signature.strip():
        raise damaged(file)
    try:
        text = certificate
        if b"-----" not in text:
            text = base64.b64decode(b"".join(text.split()), validate=True)
        if b"PUBLIC KEY-----" in text:
            return Unchecked(reason=_BY_KEY)
        found = _PEM.search(text)
        if found is None:
            raise damaged(file)
        return Detached(
            signature=base64.b64decode(b"".join(signature.split()), validate=True),
            certificate=base64.b64decode(b"".join(found[1].split()), validate=True),
        )
    except (binascii.Error, ValueError):
        raise damaged(file) from None


def bundle_of(pair: Detached, sha256: str, entry: Mapping[str, object]) -> Mapping[str, object]:
    """The bundle of a detached signature.

    Args:
        pair: the signature.
        sha256: the digest of what was signed, in hex.
        entry: its entry in the transparency log, as bundles have it.
    """
    return {
        "mediaType": _NEWEST,
        "verificationMaterial": {
            "certificate": {"rawBytes": _base64(pair.certificate)},
            "tlogEntries": [entry],
            "timestampVerificationData": {"rfc3161Timestamps": []},
        },
        "messageSignature": {
            "messageDigest": {"algorithm": "SHA2_256", "digest": _base64(bytes.fromhex(sha256))},
            "signature": _base64(pair.signature),
        },
    }


def why_not_checked(document: Mapping[str, object], shown: str) -> str | None:
    """Why a bundle can be neither right nor wrong here, though well-formed; None where it can.

    The rest is for the library to judge, which may not be there, or have no network.

    Args:
        document: the bundle.
        shown: how to call it in a message.

    Raises:
        SignatureError: it holds no signature, or nothing to verify one with.
    """
    form = document.get("mediaType")
    if not isinstance(form, str) or not form:
        raise damaged(shown)
    if not _KNOWN.fullmatch(form):
        return "it is a bundle of a form that is not known here"
    material = _mapping(document.get("verificationMaterial"))
    by_key = "publicKey" in material  # which may be empty: its hint is left to the signer
    if not _is_signed(document) or by_key == _has_certificate(material):
        raise damaged(shown)
    if by_key:
        return _BY_KEY
    entries = material.get("tlogEntries", [])
    if not isinstance(entries, list):
        raise damaged(shown)
    if not entries:
        return "it is not in the public transparency log, as those of private repositories"
    for entry in entries:
        kind = _mapping(_mapping(entry).get("kindVersion")).get("kind")
        if isinstance(kind, str) and kind not in _LOGGED:
            return f"its entry in the transparency log has the outdated form {kind[:40]!r}"
    return None


def _is_signed(document: Mapping[str, object]) -> bool:
    """Whether there is a signature; one of a file, or of a statement."""
    envelope = _mapping(document.get("dsseEnvelope"))
    return bool(_mapping(document.get("messageSignature")).get("signature")) or bool(
        envelope.get("signatures")
    )


def _has_certificate(material: Mapping[str, object]) -> bool:
    chain = _mapping(material.get("x509CertificateChain"))
    return bool(_mapping(material.get("certificate")).get("rawBytes") or chain.get("certificates"))


def _mapping(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}


def damaged(file: str) -> SignatureError:
    """The error for a file that is no signature, though it is named like one."""
    return SignatureError(
        f"{file} is no signature, or it is damaged.",
        hint="Ask the project to mend that file.",
    )


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
