"""In-toto statements (in-toto.io, Attestation Framework): what they say of which files. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

PAYLOAD_TYPE = "application/vnd.in-toto+json"
_PROVENANCE = "https://slsa.dev/provenance/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What was signed.

    Attributes:
        predicate: the kind of thing that is said, an address.
        digests: the SHA-256 of each file that it is said of, in hex.
    """

    predicate: str
    digests: frozenset[str]

    @property
    def is_provenance(self) -> bool:
        """Whether it says how files were made (slsa.dev); others tell of tests or of faults."""
        return self.predicate.startswith(_PROVENANCE)


def read_statement(payload: bytes) -> Statement | None:
    """The statement in a payload; None where it is none."""
    try:
        document = json.loads(payload)
        subjects = document["subject"]
        predicate = document["predicateType"]
        digests = frozenset(_digests(subjects))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return Statement(predicate=predicate, digests=digests) if isinstance(predicate, str) else None


def _digests(subjects: list[dict[str, dict[str, str]]]) -> Iterator[str]:
    for subject in subjects:
        digest = subject["digest"].get("sha256")
        if isinstance(digest, str):
            yield digest.lower()
