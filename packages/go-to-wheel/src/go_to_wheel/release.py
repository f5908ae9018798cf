"""The values that tell of a release: its repository, its assets, their digests. No I/O."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

_HEX_DIGITS = {"sha256": 64, "sha384": 96, "sha512": 128}
"""The algorithms that count, by the length of their digests (FIPS 180-4).

MD5 and SHA-1 do not count: two files with one digest can be made for them.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """A digest of a file's bytes.

    Attributes:
        algorithm: ``sha256``, ``sha384`` or ``sha512``, as hashlib names them.
        hex: the digest in lower case.
    """

    algorithm: str
    hex: str

    def __str__(self) -> str:
        return f"{self.algorithm}:{self.hex}"


def read_digest(algorithm: str, text: str) -> Digest | None:
    """The digest of an algorithm that is written in a text; None where it is none of those.

    Args:
        algorithm: ``sha256``, ``sha384`` or ``sha512``.
        text: hexadecimal digits, of either case.
    """
    if len(text) != _HEX_DIGITS.get(algorithm) or not re.fullmatch("[0-9A-Fa-f]+", text):
        return None
    return Digest(algorithm=algorithm, hex=text.lower())


def algorithm_of(text: str) -> str | None:
    """The algorithm whose digests are as long as this text; None where there is none."""
    names = [name for name, length in _HEX_DIGITS.items() if length == len(text)]
    return names[0] if names else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A file of a release.

    Attributes:
        name: its name on the release's page; never a path.
        size: its size in bytes; None where it is not known.
        url: where to download it from with the client that read the release.
        digest: what the API says of its bytes; None where it says nothing, as for files that
            were uploaded before GitHub began to keep digests (June 2025).
        public_url: its address for people, as it stands on the release's page.
        updated: when it was last changed; None where that is not known.
    """

    name: str
    size: int | None
    url: str
    digest: Digest | None = None
    public_url: str = ""
    updated: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A release of a repository.

    Attributes:
        repository: ``OWNER/REPO``.
        tag: the git tag, for example ``v1.2.3``.
        name: its title; may be empty.
        url: its page, for people.
        assets: its files, in the API's order; unfinished uploads are left out.
        published: when it was published; None for a draft.
    """

    repository: str
    tag: str
    name: str = ""
    url: str = ""
    assets: tuple[Asset, ...] = ()
    published: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """What a repository says of itself.

    Attributes:
        full_name: ``OWNER/REPO``, as it is called now: repositories are renamed.
        description: one line; may be empty.
        homepage: an address that its owners gave; may be empty.
        license_spdx: the SPDX identifier of its licence; None where GitHub recognised none.
        topics: its keywords.
        html_url: its page, for people.
    """

    full_name: str
    description: str = ""
    homepage: str = ""
    license_spdx: str | None = None
    topics: tuple[str, ...] = ()
    html_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryFile:
    """A file of a repository: its name, without folders, and its bytes."""

    name: str
    content: bytes


class ProofKind(StrEnum):
    """By what an asset's bytes were verified.

    The first three are signatures: they say who made the bytes. The others are digests: they
    say that the bytes are those that were published, or pinned.
    """

    ATTESTATION = "attestation"
    SIGSTORE = "sigstore"
    MINISIGN = "minisign"
    CHECKSUM_FILE = "checksum-file"
    API_DIGEST = "api-digest"
    LOCK = "lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One thing that an asset's bytes were verified by.

    Attributes:
        how: what it is.
        file: the file of the release that holds it, for example ``checksums.txt`` or
            ``tool.tar.gz.sigstore.json``; empty where it came from GitHub's API or the lock.
        covers: the file that was signed, or whose digest it is: the asset, or a checksum file
            that gives the asset's digest; ``sha256:…`` where minisign's signer named no file.
        identity: who signed: the workflow by its address, as the certificate names it (SAN), or
            the public key of minisign; empty for digests.
        issuer: who vouched for that identity (OpenID Connect); sigstore only.
        source_commit: the commit that the workflow ran for, in hex; empty where the certificate
            does not say.
        source_ref: its branch or tag, for example ``refs/tags/v1.2.3``; may be empty.
        log_index: the number of the entry in the transparency log; sigstore only.
    """

    how: ProofKind
    file: str = ""
    covers: str = ""
    identity: str = ""
    issuer: str = ""
    source_commit: str = ""
    source_ref: str = ""
    log_index: int | None = None

    @property
    def is_signature(self) -> bool:
        """Whether it says who made the bytes."""
        return self.how in (ProofKind.ATTESTATION, ProofKind.SIGSTORE, ProofKind.MINISIGN)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedFile:
    """A downloaded asset on disk.

    Attributes:
        path: where it lies; it is the cache's and for reading only.
        sha256: the digest of its bytes, in hex.
        size: its size in bytes.
        verified_by: who published the digest that the bytes were compared with, for example
            ``GitHub's digest and checksums.txt``; empty where nobody did and the user allowed
            that.
        proofs: what the bytes were verified by, one by one.
    """

    path: Path
    sha256: str
    size: int
    verified_by: str
    proofs: tuple[Proof, ...] = ()


LOCK_NAME = "go-to-wheel.lock"
"""The lock's name where nothing else is said; it lies in the current folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustOptions:
    """What must hold of a release before anything of it is used.

    Attributes:
        require_signature: refuse assets without a signature that could be verified.
        minisign_key: the publisher's public key, or the path of the file that holds it.
        require_minisign: refuse assets that this key has not signed.
        trusted_root: a file with sigstore's keys, instead of those that sigstore publishes.
        lock: the file that pins the release; None for ``go-to-wheel.lock`` in the current
            folder, which counts where it exists.
        update_lock: write that file anew, from what is built now.
        min_age_days: refuse what was published fewer days ago; None for any age.
    """

    require_signature: bool = False
    minisign_key: str | None = None
    require_minisign: bool = False
    trusted_root: Path | None = None
    lock: Path | None = None
    update_lock: bool = False
    min_age_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseOptions:
    """How to use a release.

    Attributes:
        binaries: the names of the wanted programs; none to find the one.
        assets: names of targets and of the assets for them, which overrule the match.
        allow_unverified: take assets that no digest was published for.
        trust: what must hold before anything of the release is used.
    """

    binaries: tuple[str, ...] = ()
    assets: tuple[tuple[str, str], ...] = ()
    allow_unverified: bool = False
    trust: TrustOptions = TrustOptions()
