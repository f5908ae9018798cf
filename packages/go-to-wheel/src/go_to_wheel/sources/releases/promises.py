"""What was published of an asset's bytes, by whom, and whether all say the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...errors import DigestMismatchError
from ...release import Asset, Digest, Proof, ProofKind

GITHUB = "GitHub's digest"
"""Who publishes the digest that GitHub's API tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What was published of an asset's bytes.

    Attributes:
        digests: one of each algorithm; none where nothing was published.
        by: who published them, for people, for example ``GitHub's digest and checksums.txt``.
        proofs: the same, one by one.
    """

    digests: tuple[Digest, ...] = ()
    by: str = ""
    proofs: tuple[Proof, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pins:
    """Digests that a lock pins.

    Attributes:
        by: the lock's name, for people.
        digests: asset's name → its digest.
    """

    by: str
    digests: Mapping[str, Digest]


NO_PINS = Pins(by="", digests={})


def agreed(asset: Asset, found: Sequence[tuple[Digest, str]], lock: str) -> Promise:
    """All published digests of an asset as one promise.

    Args:
        asset: the asset.
        found: each digest with who published it.
        lock: the name of the lock, if one pins it.

    Raises:
        DigestMismatchError: two of them differ.
    """
    by_algorithm: dict[str, tuple[Digest, str]] = {}
    for digest, by in found:
        first, first_by = by_algorithm.setdefault(digest.algorithm, (digest, by))
        if first != digest:
            raise DigestMismatchError(
                f"Two digests were published for {asset.name}: {first} by {first_by},"
                f" and {digest} by {by}.",
                hint="One of the two files was replaced; ask the project which one is right.",
            )
    publishers = dict.fromkeys(by for _, by in found)
    return Promise(
        digests=tuple(digest for digest, _ in by_algorithm.values()),
        by=" and ".join(publishers),
        proofs=tuple(_proof(asset, by, lock) for by in publishers),
    )


def _proof(asset: Asset, by: str, lock: str) -> Proof:
    if by == GITHUB:
        return Proof(how=ProofKind.API_DIGEST, covers=asset.name)
    if by == lock:
        return Proof(how=ProofKind.LOCK, covers=asset.name)
    return Proof(how=ProofKind.CHECKSUM_FILE, file=by, covers=asset.name)
