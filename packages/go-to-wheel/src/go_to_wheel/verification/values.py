"""The values that a verification gives. All frozen; no I/O happens here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from ..provenance.origin import OriginRecord
from ..release import Proof
from ..request import current_environment


class Verdict(StrEnum):
    """What came of a verification.

    ``proven``: the wheel was made again from what it names, and with what its builder chose, to
    the same bytes.
    ``different``: something is not as the wheel says.
    ``not proven``: it could not be found out, or the wheel says nothing.
    """

    PROVEN = "proven"
    DIFFERENT = "different"
    NOT_PROVEN = "not proven"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that keeps a wheel from being proven.

    Attributes:
        message: what it is, in one sentence.
        where: the member of the wheel; empty where it is the wheel as a whole.
        hint: what to do about it; may be empty.
        lines: more of it, for example the lines that differ.
    """

    message: str
    where: str = ""
    hint: str = ""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One thing that the builder of a wheel chose, and that its source does not say.

    Attributes:
        name: what it is, named like the option of a build where there is one: ``ldflags``,
            ``tags``, ``cgo``, ``libc``, ``package``, ``name``, ``version``, ``command``,
            ``alias``, ``layout``, ``SOURCE_DATE_EPOCH``, or a field of the metadata.
        value: what was chosen; of several flags or names each is a choice of its own.
    """

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What came of verifying one wheel.

    Attributes:
        path: the wheel.
        verdict: what came of it.
        method: what was done, as a sentence without its full stop; empty where nothing was.
        findings: what keeps it from being proven; none where it is.
        notes: what the reader should know of a proof: what it does not cover.
        same: the binaries that were made, or taken, again with the same bytes.
        chosen: what the builder chose and the source does not say; it was done likewise.
        proofs: what the file of a release was verified by just now.
        origin: the record; None where there is none that can be read.
    """

    path: Path
    verdict: Verdict
    method: str = ""
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    chosen: tuple[Choice, ...] = ()
    proofs: tuple[Proof, ...] = ()
    origin: OriginRecord | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyOptions:
    """What a verification may use. All of it comes from the user, nothing from the wheel.

    Attributes:
        environment: the variables to run other programs with; this process's by default.
        source: the folder or file that a wheel was made from, where it was one of a machine.
        go_binary: the ``go`` command; None to search for one, or to fetch it.
        minisign_key: the publisher's public key, or the path of the file that holds it, by which
            what was taken from a release must be signed; None for the key that the record names.
        require_signature: what was taken from a release must be signed, whatever the wheel says.
        trusted_root: a file with sigstore's keys, instead of those that sigstore publishes.
        lock: a lock that a release must be as; None for none, also where one lies in the current
            folder.
    """

    environment: Mapping[str, str] = field(default_factory=current_environment)
    source: Path | None = None
    go_binary: str | None = None
    minisign_key: str | None = None
    require_signature: bool = False
    trusted_root: Path | None = None
    lock: Path | None = None
