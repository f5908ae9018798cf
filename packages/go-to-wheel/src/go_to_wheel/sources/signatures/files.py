"""Which files of a release are signatures of which. Pure.

Read are the names that releases use: ``X.sigstore.json`` (cosign 3, sigstore-python),
``X.sigstore``, ``X.bundle`` (cosign 2), the pair ``X.sig`` and ``X.pem`` that GoReleaser's
documentation shows, and ``X.minisig``. Names are compared exactly, but for case in the ending.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

_BUNDLE = re.compile(
    r"[.-](?:cosign[.-]|keyless[.-])?(?:sigstore(?:\.json)?|bundle(?:\.json)?)", re.IGNORECASE
)
_SIGNATURE = re.compile(r"(?P<stem>(?:[.-](?:cosign|keyless))?)[.-]sig(?:nature)?", re.IGNORECASE)
_CERTIFICATE = re.compile(
    r"(?P<stem>(?:[.-](?:cosign|keyless))?)[.-](?:pem|crt|cert)", re.IGNORECASE
)
_MINISIGN = re.compile(r"\.minisig", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureFiles:
    """The signatures of one file: names of other files of the release, sorted.

    Attributes:
        bundles: sigstore bundles.
        pairs: a bare signature and the certificate of its key.
        minisign: minisign's signatures.
    """

    bundles: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    minisign: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.bundles or self.pairs or self.minisign)


def is_minisign(name: str) -> bool:
    """Whether a file of this name is one of minisign's signatures, of whatever file."""
    return name.lower().endswith(".minisig")


def signature_files(name: str, names: Collection[str]) -> SignatureFiles:
    """The signatures of a file.

    Args:
        name: the file's name.
        names: the names of all files of the release.
    """
    endings = {
        each.removeprefix(name): each
        for each in sorted(names)
        if each.startswith(name) and each != name
    }
    certificates = {
        found["stem"].lower(): each
        for ending, each in endings.items()
        if (found := _CERTIFICATE.fullmatch(ending))
    }
    return SignatureFiles(
        bundles=tuple(each for ending, each in endings.items() if _BUNDLE.fullmatch(ending)),
        pairs=tuple(
            (each, certificates[found["stem"].lower()])
            for ending, each in endings.items()
            if (found := _SIGNATURE.fullmatch(ending)) and found["stem"].lower() in certificates
        ),
        minisign=tuple(each for ending, each in endings.items() if _MINISIGN.fullmatch(ending)),
    )
