"""Verifying sigstore's signatures, by the library of the same name.

The library proves that the certificate is sigstore's, that it was valid when the signature was
made, that the transparency log has the signature, and that it fits the bytes. Whose certificate
it is, and for which release it was made, is judged here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from ...errors import DownloadError, GoToWheelError, SignatureError
from ...release import Proof, ProofKind
from ..github.facts import plain_text
from ..http.client import Http
from .bundles import Detached, bundle_of, damaged, why_not_checked
from .identity import Identity, read_identity
from .refs import FindCommit, doubt_of_ref
from .rekor import Rekor
from .statement import PAYLOAD_TYPE, read_statement
from .trust import Trust, open_trust
from .values import Subject, Unchecked

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

_FOREIGN = "its certificate is not one of sigstore's"
_OTHER_PREDICATE = "it does not say how the file was made, but something else of it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A signature, and what it is to be compared with.

    Attributes:
        how: what kind of proof it is.
        file: the file of the release that holds it; empty for an attestation from the API.
        subject: what it should be the signature of.
        repository: ``OWNER/REPO`` that should have made it.
        tag: the release's tag.
    """

    how: ProofKind
    file: str
    subject: Subject
    repository: str
    tag: str

    @property
    def shown(self) -> str:
        """How to call it in a message."""
        return self.file or f"GitHub's attestation of {self.subject.name}"


class Sigstore:
    """Verifies signatures; the keys are fetched once, when they are first needed.

    Args:
        http: asks the transparency log.
        trusted_root: a file with sigstore's keys; None for those that sigstore publishes.
        find_commit: asked for the commit of a release's tag.
    """

    def __init__(self, http: Http, trusted_root: Path | None, find_commit: FindCommit) -> None:
        self._http = http
        self._find_commit = find_commit
        self._file = trusted_root
        self._lock = Lock()
        self._trust: Trust | Unchecked | None = None

    def verify(self, bundle: Mapping[str, object], signed: Signed) -> Proof | Unchecked:
        """Verify a sigstore bundle.

        Raises:
            SignatureError: it is wrong.
            UsageError: the file with sigstore's keys cannot be used.
            Cancelled: the user stopped the run.
        """
        reason = why_not_checked(bundle, signed.shown)
        if reason is not None:
            return Unchecked(reason=reason)
        trust = self._open()
        if isinstance(trust, Unchecked):
            return trust
        try:
            found = _verify(trust, json.dumps(bundle).encode(), signed)
        except GoToWheelError:
            raise
        except Exception as error:  # noqa: BLE001 - hostile bytes, and libraries of many parts
            raise _wrong(signed, error) from None
        if isinstance(found, Unchecked):
            return found
        identity, proof = found
        return _doubt(identity, signed, self._find_commit) or proof

    def verify_pair(self, pair: Detached, signed: Signed) -> Proof | Unchecked:
        """Verify a signature that comes without its entry in the transparency log.

        Raises:
            SignatureError: it is wrong.
            UsageError: the file with sigstore's keys cannot be used.
            Cancelled: the user stopped the run.
        """
        trust = self._open()
        if isinstance(trust, Unchecked):
            return trust
        doubt = _compare(pair, signed)
        if doubt is not None:
            return doubt
        try:
            entry = Rekor(self._http, trust.log).find(pair, signed.subject.sha256)
        except DownloadError as error:
            return Unchecked(reason=f"the transparency log could not be asked ({error.message})")
        if entry is None:
            return Unchecked(reason="the transparency log does not have it")
        return self.verify(bundle_of(pair, signed.subject.sha256, entry), signed)

    def _open(self) -> Trust | Unchecked:
        with self._lock:
            if self._trust is None:
                self._trust = open_trust(self._file)
            return self._trust


def _verify(trust: Trust, text: bytes, signed: Signed) -> tuple[Identity, Proof] | Unchecked:
    """Verify, and let pass whatever the library raises: who signed, and the proof of that."""
    from sigstore.hashes import Hashed
    from sigstore.models import Bundle
    from sigstore_models.common.v1 import HashAlgorithm

    bundle = Bundle.from_json(text)
    policy = _ByWorkflow(signed)
    if "dsseEnvelope" in json.loads(text):
        kind, payload = trust.verifier.verify_dsse(bundle, policy)
        statement = read_statement(payload) if kind == PAYLOAD_TYPE else None
        if statement is None:
            return Unchecked(reason=_OTHER_PREDICATE)
        if signed.subject.sha256 not in statement.digests:
            raise _wrong(signed, None)
        if not statement.is_provenance:
            return Unchecked(reason=_OTHER_PREDICATE)
    else:
        digest = bytes.fromhex(signed.subject.sha256)
        hashed = Hashed(algorithm=HashAlgorithm.SHA2_256, digest=digest)
        trust.verifier.verify_artifact(hashed, bundle, policy)
    identity = policy.identity
    if identity is None:  # the library did not ask: then nothing is proven
        raise _wrong(signed, None)
    return identity, Proof(
        how=signed.how,
        file=signed.file,
        covers=signed.subject.name,
        identity=identity.name,
        issuer=identity.issuer,
        source_commit=identity.commit,
        source_ref=identity.ref,
        log_index=_log_index(text),
    )


class _ByWorkflow:
    """The library's "policy": it is shown the certificate once that is proven to be sigstore's.

    Attributes:
        identity: who signed; None before a certificate was shown.
    """

    def __init__(self, signed: Signed) -> None:
        self._signed = signed
        self.identity: Identity | None = None

    def verify(self, cert: Certificate) -> None:
        """Refuse another repository's workflow; of persons nobody knows whether they may sign.

        Raises:
            SignatureError: it is another repository's.
        """
        identity = self.identity = read_identity(cert)
        if not identity.is_workflow or identity.is_of(self._signed.repository):
            return
        raise SignatureError(
            f"{self._signed.shown} is not by a workflow of {self._signed.repository}, but by"
            f" {_who(identity)}.",
            hint="Nothing of it was used. If the repository had another name then, use that one;"
            " otherwise ask the project.",
        )


def _doubt(identity: Identity, signed: Signed, find_commit: FindCommit) -> Unchecked | None:
    """Why a signature that is right in itself proves nothing of this release."""
    if not identity.is_of(signed.repository):
        return Unchecked(
            reason=f"it is by {_who(identity)}, not by a workflow of {signed.repository}"
        )
    return doubt_of_ref(identity, signed.repository, signed.tag, find_commit)


def _who(identity: Identity) -> str:
    """Who signed, for people."""
    name = plain_text(identity.name)[:200] or "somebody without a name"
    return f"{name} (says {plain_text(identity.issuer)[:100] or 'nobody'})"


def _log_index(text: bytes) -> int:
    (entry,) = json.loads(text)["verificationMaterial"]["tlogEntries"]
    return int(entry["logIndex"])


def _compare(pair: Detached, signed: Signed) -> Unchecked | None:
    """Make sure that a signature is one of these bytes by the key in the certificate.

    The log is searched by signature and digest together: it knows neither a damaged signature
    nor one of other bytes, and that would look like one that was never logged.

    Returns:
        Why it cannot be checked; None where it fits.

    Raises:
        SignatureError: it does not, or the certificate cannot be read.
    """
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

    try:
        certificate = x509.load_der_x509_certificate(pair.certificate)
        key, is_ours = certificate.public_key(), bool(read_identity(certificate).issuer)
    except x509.ExtensionNotFound:
        return Unchecked(reason=_FOREIGN)
    except Exception:  # noqa: BLE001 - hostile bytes
        raise damaged(signed.file) from None
    if not is_ours or not isinstance(key, ec.EllipticCurvePublicKey):
        return Unchecked(reason=_FOREIGN)
    digest = bytes.fromhex(signed.subject.sha256)
    try:
        key.verify(pair.signature, digest, ec.ECDSA(Prehashed(hashes.SHA256())))
    except InvalidSignature:
        raise _wrong(signed, None) from None
    return None


def _wrong(signed: Signed, error: Exception | None) -> SignatureError:
    said = plain_text(str(error or ""))[:300].rstrip(".")
    return SignatureError(
        f"{signed.shown} is no valid signature of {signed.subject.name}"
        f"{f': {said}' if said else ''}.",
        hint="Nothing of it was used: one of the two was replaced or damaged. Ask the project.",
    )
