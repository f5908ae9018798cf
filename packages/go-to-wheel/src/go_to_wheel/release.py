"""The values that tell of a release: its repository, its assets, their digests. No I/O."""

from __future__ import annotations

import re
from dataclasses import dataclass
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
    """

    name: str
    size: int | None
    url: str
    digest: Digest | None = None
    public_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A release of a repository.

    Attributes:
        repository: ``OWNER/REPO``.
        tag: the git tag, for example ``v1.2.3``.
        name: its title; may be empty.
        url: its page, for people.
        draft: not published yet.
        prerelease: marked as not ready for everybody.
        assets: its files, in the API's order; unfinished uploads are left out.
    """

    repository: str
    tag: str
    name: str = ""
    url: str = ""
    draft: bool = False
    prerelease: bool = False
    assets: tuple[Asset, ...] = ()


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
        default_branch: for example ``main``.
    """

    full_name: str
    description: str = ""
    homepage: str = ""
    license_spdx: str | None = None
    topics: tuple[str, ...] = ()
    html_url: str = ""
    default_branch: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryFile:
    """A file of a repository: its name, without folders, and its bytes."""

    name: str
    content: bytes


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
    """

    path: Path
    sha256: str
    size: int
    verified_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseOptions:
    """How to use a release.

    Attributes:
        binaries: the names of the wanted programs; none to find the one.
        assets: names of targets and of the assets for them, which overrule the match.
        allow_unverified: take assets that no digest was published for.
    """

    binaries: tuple[str, ...] = ()
    assets: tuple[tuple[str, str], ...] = ()
    allow_unverified: bool = False
