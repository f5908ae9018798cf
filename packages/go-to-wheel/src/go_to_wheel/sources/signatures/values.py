"""What the modules for signatures hand to each other. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A file whose signature is checked.

    Attributes:
        name: its name in the release.
        sha256: the digest of its bytes, in hex.
        content: its bytes, or where they lie.
    """

    name: str
    sha256: str
    content: bytes | Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchecked:
    """A signature that is there, and that nobody here can tell right from wrong.

    Attributes:
        reason: why, as the end of a sentence.
        general: it holds for every signature of its kind, so it is told once.
    """

    reason: str
    general: bool = False
