"""What a bill of materials is made from, and what it is called and kept under.

Apart from the making of it: the library for that takes longer to import than the rest of a build
that has nothing new to do.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from packaging.version import Version

from .._version import __version__
from ..model import BuildInfo
from ..names import DistributionName


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A binary of a wheel, as the bill lists it.

    Attributes:
        path: where it lies in the wheel.
        sha256: the digest of its bytes, in hex.
        build_info: what Go recorded in it; None for a binary of another language.
    """

    path: str
    sha256: str
    build_info: BuildInfo | None


def sbom_name(name: DistributionName) -> str:
    """The bill's path below the dist-info folder."""
    return f"sboms/{name.wheel}.cdx.json"


def sbom_key(
    name: DistributionName,
    version: Version,
    parts: Sequence[Part],
    licenses: Mapping[str, str],
) -> str:
    """What a bill is kept under: a digest of all that it is made from.

    Args:
        name: the distribution's name.
        version: its version.
        parts: its binaries; what Go recorded in them is part of their bytes.
        licenses: path of a module → its licence as an SPDX expression.
    """
    from cyclonedx import __version__ as library

    binaries = sorted([part.path, part.sha256] for part in parts)
    made_from = [__version__, library, name.display, str(version), binaries, dict(licenses)]
    return hashlib.sha256(json.dumps(made_from, sort_keys=True).encode()).hexdigest()
