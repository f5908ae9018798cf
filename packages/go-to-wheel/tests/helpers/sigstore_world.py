"""A sigstore of the tests' own: authority, logs and keys, and signatures of any kind by it.

It has what sigstore's public instance has (a certificate authority, a certificate transparency
log, a transparency log), so that the real library verifies real signatures, whatever a test
wants to be wrong with them. The forms are those of sigstore's protobuf-specs and of RFC 6962.
"""

from __future__ import annotations

import base64
import hashlib
import json
import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

Json = dict[str, object]

ISSUER = "https://token.actions.githubusercontent.com"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
PROVENANCE = "https://slsa.dev/provenance/v1"
_SIGNED = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
_START = datetime(2020, 1, 1, tzinfo=UTC)
_END = datetime(2040, 1, 1, tzinfo=UTC)
_FULCIO = "1.3.6.1.4.1.57264.1."
_SCT_LIST = ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2")


@dataclass(frozen=True, kw_only=True)
class Claims:
    """What a certificate says of who signs.

    Attributes:
        repository: for which the workflow runs.
        commit: that the workflow runs for; empty where the certificate does not say.
        workflow: whose workflow it is; empty for the repository's own.
        email: of a person who signs, instead of a workflow.
        issuer: who vouches for that.
        late: so long after the certificate was issued the log has the signature.
        old: only the extensions that certificates had before 2023.
    """

    repository: str = "octo-org/tool"
    commit: str = COMMIT
    workflow: str = ""
    ref: str = "refs/tags/v1.2.3"
    email: str = ""
    issuer: str = ISSUER
    late: timedelta = timedelta(seconds=10)
    old: bool = False

    @property
    def identity(self) -> str:
        """The certificate's subject alternative name."""
        workflow = self.workflow or f"{self.repository}/.github/workflows/release.yml"
        return self.email or f"https://github.com/{workflow}@{self.ref}"


@dataclass(frozen=True, kw_only=True)
class Signature:
    """A signature, its certificate, and its entry in the log."""

    certificate: x509.Certificate
    signature: bytes
    sha256: str
    entry: Json
    logged_at: int

    def bundle(self) -> Json:
        """As cosign 3 writes it."""
        return _bundle(
            self.certificate,
            self.entry,
            messageSignature={
                "messageDigest": {
                    "algorithm": "SHA2_256",
                    "digest": _b64(bytes.fromhex(self.sha256)),
                },
                "signature": _b64(self.signature),
            },
        )

    @property
    def pem(self) -> bytes:
        """The certificate as PEM."""
        return self.certificate.public_bytes(Encoding.PEM)

    def cosign(self) -> bytes:
        """As cosign 1 and 2 write it with ``--bundle``."""
        document = {
            "base64Signature": _b64(self.signature),
            "cert": _b64(self.pem),
            "rekorBundle": {
                "SignedEntryTimestamp": self.answer["verification"]["signedEntryTimestamp"],  # type: ignore[index]
                "Payload": {
                    "body": self.entry["canonicalizedBody"],
                    "integratedTime": self.logged_at,
                    "logIndex": int(str(self.entry["logIndex"])),
                    "logID": self.answer["logID"],
                },
            },
        }
        return json.dumps(document).encode()

    @property
    def answer(self) -> Json:
        """The entry as the log's own API gives it."""
        entry = self.entry
        proof: Json = entry["inclusionProof"]  # type: ignore[assignment]
        return {
            "body": entry["canonicalizedBody"],
            "integratedTime": self.logged_at,
            "logID": _hex(entry["logId"]["keyId"]),  # type: ignore[index]
            "logIndex": int(str(entry["logIndex"])),
            "verification": {
                "inclusionProof": {
                    "checkpoint": proof["checkpoint"]["envelope"],  # type: ignore[index]
                    "hashes": [_hex(each) for each in proof["hashes"]],  # type: ignore[attr-defined]
                    "logIndex": int(str(proof["logIndex"])),
                    "rootHash": _hex(proof["rootHash"]),
                    "treeSize": int(str(proof["treeSize"])),
                },
                "signedEntryTimestamp": entry["inclusionPromise"]["signedEntryTimestamp"],  # type: ignore[index]
            },
        }


def _new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@dataclass(frozen=True, kw_only=True)
class SigstoreWorld:
    """One instance of sigstore.

    Attributes:
        signed: what its log has, by number.
    """

    authority: ec.EllipticCurvePrivateKey = field(default_factory=_new_key)
    certificates: ec.EllipticCurvePrivateKey = field(default_factory=_new_key)
    log: ec.EllipticCurvePrivateKey = field(default_factory=_new_key)
    signed: list[Signature] = field(default_factory=list)

    def trusted_root(self, path: Path, *, log_url: str = "https://rekor.example") -> Path:
        """Write the file with this instance's keys."""
        valid = {"start": "2020-01-01T00:00:00Z"}
        document = {
            "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
            "tlogs": [_log_instance(log_url, self.log)],
            "ctlogs": [_log_instance("https://ct.example", self.certificates)],
            "certificateAuthorities": [
                {
                    "subject": {"organization": "example", "commonName": "sigstore"},
                    "uri": "https://fulcio.example",
                    "certChain": {"certificates": [{"rawBytes": _b64(_der(self._root))}]},
                    "validFor": valid,
                }
            ],
            "timestampAuthorities": [],
        }
        path.write_text(json.dumps(document), encoding="utf-8")
        return path

    def sign(self, content: bytes, claims: Claims | None = None) -> Signature:
        """Sign a file."""
        claims = claims or Claims()
        key = _new_key()
        certificate = self._certificate(key, claims)
        signature = key.sign(content, ec.ECDSA(hashes.SHA256()))
        sha256 = hashlib.sha256(content).hexdigest()
        body: Json = {
            "apiVersion": "0.0.1",
            "kind": "hashedrekord",
            "spec": {
                "data": {"hash": {"algorithm": "sha256", "value": sha256}},
                "signature": {
                    "content": _b64(signature),
                    "publicKey": {"content": _b64(certificate.public_bytes(Encoding.PEM))},
                },
            },
        }
        return self._logged(certificate, signature, sha256, body, claims)

    def attest(
        self,
        sha256: str,
        claims: Claims | None = None,
        *,
        predicate: str = PROVENANCE,
        name: str = "tool.tar.gz",
    ) -> Json:
        """Say something of a file, as ``actions/attest-build-provenance`` does: a bundle."""
        claims = claims or Claims()
        kind = "application/vnd.in-toto+json"
        payload = _canonical(
            {
                "_type": "https://in-toto.io/Statement/v1",
                "subject": [{"name": name, "digest": {"sha256": sha256}}],
                "predicateType": predicate,
                "predicate": {},
            }
        )
        key = _new_key()
        certificate = self._certificate(key, claims)
        pae = b"DSSEv1 %d %b %d %b" % (len(kind), kind.encode(), len(payload), payload)
        signature = key.sign(pae, ec.ECDSA(hashes.SHA256()))
        envelope: Json = {
            "payload": _b64(payload),
            "payloadType": kind,
            "signatures": [{"sig": _b64(signature)}],
        }
        body: Json = {
            "apiVersion": "0.0.1",
            "kind": "dsse",
            "spec": {
                "envelopeHash": {
                    "algorithm": "sha256",
                    "value": hashlib.sha256(_canonical(envelope)).hexdigest(),
                },
                "payloadHash": {
                    "algorithm": "sha256",
                    "value": hashlib.sha256(payload).hexdigest(),
                },
                "signatures": [
                    {
                        "signature": _b64(signature),
                        "verifier": _b64(certificate.public_bytes(Encoding.PEM)),
                    }
                ],
            },
        }
        logged = self._logged(certificate, signature, sha256, body, claims)
        return _bundle(certificate, logged.entry, dsseEnvelope=envelope)

    @property
    def _root(self) -> x509.Certificate:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sigstore of the tests")])
        key = self.authority.public_key()
        return (
            _builder(name, name, key, _START, _END)
            .add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
            .add_extension(_usage(certificates=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .sign(self.authority, hashes.SHA256())
        )

    def _certificate(self, key: ec.EllipticCurvePrivateKey, claims: Claims) -> x509.Certificate:
        """A certificate with the proof that the certificate log has it (RFC 6962, 3.2 and 3.3)."""
        builder = self._without_proof(key, claims)
        # The log signs the certificate as it is without this very extension.
        bare = builder.sign(self.authority, hashes.SHA256()).tbs_certificate_bytes
        milliseconds = int(_SIGNED.timestamp() * 1000)
        issuer = hashlib.sha256(_spki(self.authority)).digest()
        entry = issuer + len(bare).to_bytes(3) + bare
        signed = struct.pack("!BBQH", 0, 0, milliseconds, 1) + entry + b"\0\0"
        signature = self.certificates.sign(signed, ec.ECDSA(hashes.SHA256()))
        log_id = hashlib.sha256(_spki(self.certificates)).digest()
        sct = b"\0" + log_id + struct.pack("!QH", milliseconds, 0)
        sct += b"\4\3" + struct.pack("!H", len(signature)) + signature
        listed = struct.pack("!H", len(sct)) + sct
        value = _octets(struct.pack("!H", len(listed)) + listed)
        return builder.add_extension(
            x509.UnrecognizedExtension(_SCT_LIST, value), critical=False
        ).sign(self.authority, hashes.SHA256())

    def _without_proof(
        self, key: ec.EllipticCurvePrivateKey, claims: Claims
    ) -> x509.CertificateBuilder:
        name: x509.GeneralName = (
            x509.RFC822Name(claims.email)
            if claims.email
            else x509.UniformResourceIdentifier(claims.identity)
        )
        until = _SIGNED + timedelta(minutes=10)
        authority = self.authority.public_key()
        builder = (
            _builder(x509.Name([]), self._root.subject, key.public_key(), _SIGNED, until)
            .add_extension(_usage(certificates=False), critical=True)
            .add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), critical=False
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(authority), critical=False
            )
            .add_extension(x509.SubjectAlternativeName([name]), critical=True)
        )
        for number, value in _claimed(claims).items():
            oid = ObjectIdentifier(f"{_FULCIO}{number}")
            builder = builder.add_extension(x509.UnrecognizedExtension(oid, value), critical=False)
        return builder

    def _logged(
        self,
        certificate: x509.Certificate,
        signature: bytes,
        sha256: str,
        body: Json,
        claims: Claims,
    ) -> Signature:
        """Put a signature into the log: a tree of one leaf (RFC 6962, section 2.1)."""
        index, moment = len(self.signed), int((_SIGNED + claims.late).timestamp())
        log_id = hashlib.sha256(_spki(self.log)).digest()
        text = _canonical(body)
        root = hashlib.sha256(b"\0" + text).digest()
        note = f"rekor.example - 1\n1\n{_b64(root)}\n"
        mark = _b64(log_id[:4] + self.log.sign(note.encode(), ec.ECDSA(hashes.SHA256())))
        promised = _canonical(
            {
                "body": _b64(text),
                "integratedTime": moment,
                "logID": log_id.hex(),
                "logIndex": index,
            }
        )
        entry: Json = {
            "logIndex": str(index),
            "logId": {"keyId": _b64(log_id)},
            "kindVersion": {"kind": body["kind"], "version": body["apiVersion"]},
            "integratedTime": str(moment),
            "inclusionPromise": {
                "signedEntryTimestamp": _b64(self.log.sign(promised, ec.ECDSA(hashes.SHA256())))
            },
            "inclusionProof": {
                "logIndex": "0",
                "rootHash": _b64(root),
                "treeSize": "1",
                "hashes": [],
                "checkpoint": {"envelope": f"{note}\n\u2014 rekor.example {mark}\n"},
            },
            "canonicalizedBody": _b64(text),
        }
        made = Signature(
            certificate=certificate,
            signature=signature,
            sha256=sha256,
            entry=entry,
            logged_at=moment,
        )
        self.signed.append(made)
        return made


def _claimed(claims: Claims) -> dict[int, bytes]:
    """Fulcio's extensions, by number; those from 8 on are DER, the first ones plain text."""
    if claims.email:
        return {1: claims.issuer.encode(), 8: _text(claims.issuer)}
    plain = {
        1: claims.issuer,
        2: "push",
        3: claims.commit,
        4: "Release",
        5: claims.repository,
        6: claims.ref,
    }
    found = {number: value.encode() for number, value in plain.items() if value}
    if not claims.old:
        newer = {
            8: claims.issuer,
            9: claims.identity,
            12: f"https://github.com/{claims.repository}",
            13: claims.commit,
            14: claims.ref,
        }
        found |= {number: _text(value) for number, value in newer.items() if value}
    return found


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    start: datetime,
    end: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
    )


def _usage(*, certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certificates,
        crl_sign=certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _bundle(certificate: x509.Certificate, entry: Json, **content: Json) -> Json:
    return {
        "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
        "verificationMaterial": {
            "certificate": {"rawBytes": _b64(_der(certificate))},
            "tlogEntries": [entry],
            "timestampVerificationData": {"rfc3161Timestamps": []},
        },
        **content,
    }


def _log_instance(url: str, key: ec.EllipticCurvePrivateKey) -> Json:
    return {
        "baseUrl": url,
        "hashAlgorithm": "SHA2_256",
        "publicKey": {
            "rawBytes": _b64(_spki(key)),
            "keyDetails": "PKIX_ECDSA_P256_SHA_256",
            "validFor": {"start": "2020-01-01T00:00:00Z"},
        },
        "logId": {"keyId": _b64(hashlib.sha256(_spki(key)).digest())},
    }


def _spki(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)


def _text(value: str) -> bytes:
    """A DER UTF8String."""
    return _tagged(0x0C, value.encode())


def _octets(value: bytes) -> bytes:
    """A DER OCTET STRING."""
    return _tagged(0x04, value)


def _tagged(tag: int, value: bytes) -> bytes:
    length = len(value)
    if length < 0x80:
        return bytes([tag, length]) + value
    size = (length.bit_length() + 7) // 8
    return bytes([tag, 0x80 | size]) + length.to_bytes(size) + value


def _canonical(document: Json) -> bytes:
    """JSON in one form (RFC 8785; there are only ASCII texts and whole numbers in it)."""
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _hex(text: object) -> str:
    return base64.b64decode(str(text)).hex()
