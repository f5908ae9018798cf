"""GitHub's artifact attestations: sigstore bundles that GitHub keeps, by a file's digest.

They are made by ``actions/attest-build-provenance`` and need no file in the release. Those of
private repositories are signed by GitHub's own instance of sigstore, which nobody else can
verify; they count as not checked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from ...errors import DownloadError
from ..github.api import GitHub
from .values import Unchecked


def attestations_of(
    github: GitHub, repository: str, sha256: str
) -> Iterator[Mapping[str, object] | Unchecked]:
    """The bundles that GitHub has for a file.

    Args:
        github: the API.
        repository: ``OWNER/REPO``.
        sha256: the digest of the file's bytes, in hex.

    Raises:
        Cancelled: the user stopped the run.
    """
    try:
        found = github.attestations(repository, sha256)
    except DownloadError as error:
        yield Unchecked(reason=f"GitHub could not be asked for it ({error.message.rstrip('.')})")
        return
    for attestation in found:
        if attestation.bundle is None:
            yield Unchecked(reason="GitHub does not hand it out whole")
        else:
            yield json.loads(attestation.bundle)
