"""Rekor, sigstore's transparency log: the entry of a signature that comes without one.

Its API is version 1 (github.com/sigstore/rekor, openapi.yaml). Nothing that it answers is
believed: the library sigstore verifies the entry as it verifies those in bundles.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import cast

from ...errors import DownloadError
from ..http.client import Http
from .bundles import Detached

PUBLIC_LOG = "https://rekor.sigstore.dev"
"""The log of sigstore's public instance."""

_JSON = {"Accept": "application/json"}
_LARGEST = 4 * 1024 * 1024  # bytes of an answer

Entry = Mapping[str, object]


class Rekor:
    """The log of one instance.

    Args:
        http: asks it.
        root: its address.
    """

    def __init__(self, http: Http, root: str) -> None:
        self._http = http
        self._root = f"{root.rstrip('/')}/api/v1/log/entries"

    def find(self, pair: Detached, sha256: str) -> Entry | None:
        """The entry of a signature, as bundles have it; None where the log has none.

        Args:
            pair: the signature.
            sha256: the digest of what was signed, in hex.

        Raises:
            DownloadError: the log could not be asked, or answers something else.
            Cancelled: the user stopped the run.
        """
        if pair.log_index is not None:
            url = f"{self._root}?logIndex={pair.log_index}"
            answer = self._http.get(url, headers=_JSON, limit=_LARGEST)
            found = [self._json(answer.body)] if answer.status == 200 else []
        else:
            body = json.dumps({"entries": [_proposed(pair, sha256)]}).encode()
            answer = self._http.post(
                f"{self._root}/retrieve",
                body,
                headers={**_JSON, "Content-Type": "application/json"},
                limit=_LARGEST,
            )
            value = self._json(answer.body) if answer.status == 200 else []
            found = value if isinstance(value, list) else [None]
        if answer.status not in (200, 404):
            raise self._odd()
        entries = [self._entry(each) for each in found]
        # Anyone may log a signature once more; the first one is the signer's.
        return min(entries, key=lambda entry: int(str(entry["integratedTime"])), default=None)

    def _json(self, body: bytes) -> object:
        try:
            return cast("object", json.loads(body))
        except (ValueError, RecursionError):
            raise self._odd() from None

    def _entry(self, found: object) -> Entry:
        try:
            (value,) = cast("dict[str, dict[str, object]]", found).values()
            return _in_bundle(value)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise self._odd() from None

    def _odd(self) -> DownloadError:
        return DownloadError(
            f"The transparency log at {self._root} answers in a form that is not known.",
            hint="Try again later.",
        )


def _proposed(pair: Detached, sha256: str) -> object:
    """The entry that the log would have (``hashedrekord``, version 0.0.1)."""
    pem = (
        b"-----BEGIN CERTIFICATE-----\n"
        + b"\n".join(_lines(base64.b64encode(pair.certificate)))
        + b"\n-----END CERTIFICATE-----\n"
    )
    return {
        "apiVersion": "0.0.1",
        "kind": "hashedrekord",
        "spec": {
            "data": {"hash": {"algorithm": "sha256", "value": sha256}},
            "signature": {
                "content": base64.b64encode(pair.signature).decode(),
                "publicKey": {"content": base64.b64encode(pem).decode()},
            },
        },
    }


def _lines(text: bytes) -> list[bytes]:
    """Lines of 64 characters (RFC 7468, section 2)."""
    return [text[start : start + 64] for start in range(0, len(text), 64)]


def _in_bundle(found: Mapping[str, object]) -> Entry:
    """An entry as the log answers it, in the form that it has in bundles."""
    body = json.loads(base64.b64decode(str(found["body"])))
    proofs = cast("dict[str, dict[str, object]]", found["verification"])
    proof = proofs["inclusionProof"]
    return {
        "logIndex": str(found["logIndex"]),
        "logId": {"keyId": _from_hex(found["logID"])},
        "kindVersion": {"kind": body["kind"], "version": body["apiVersion"]},
        "integratedTime": str(int(str(found["integratedTime"]))),
        "inclusionPromise": {"signedEntryTimestamp": str(proofs["signedEntryTimestamp"])},
        "inclusionProof": {
            "logIndex": str(proof["logIndex"]),
            "rootHash": _from_hex(proof["rootHash"]),
            "treeSize": str(proof["treeSize"]),
            "hashes": [_from_hex(each) for each in cast("list[object]", proof["hashes"])],
            "checkpoint": {"envelope": str(proof["checkpoint"])},
        },
        "canonicalizedBody": str(found["body"]),
    }


def _from_hex(value: object) -> str:
    return base64.b64encode(bytes.fromhex(str(value))).decode()
