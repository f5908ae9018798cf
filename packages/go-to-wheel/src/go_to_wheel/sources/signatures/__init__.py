"""Signatures of a release's files: who made them, and how that is proven.

Three kinds are known: GitHub's artifact attestations and sigstore bundles, which name the
workflow that made a file, and minisign, which needs the publisher's public key. A signature
counts for an asset where it covers the asset itself, or a checksum file that gives the asset's
digest.

The rules are the same for all. A signature that is there and is wrong is an error, always. One
that cannot be checked here (a form that is not known, a package that is missing, no network) is
told of and counts as none: whoever could put it there could as well leave it out.
"""

from __future__ import annotations

from .check import Signatures, SignatureTools

__all__ = ["SignatureTools", "Signatures"]
