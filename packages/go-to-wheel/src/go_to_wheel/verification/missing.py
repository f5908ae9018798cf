"""What keeps a proof away although nothing speaks against the wheel: a part of its source is missing.

Such a wheel is not called different, but only where all else is the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..check.opened import OpenWheel
from ..check.report import shown
from ..evidence import readme_digest
from ..provenance.origin import FolderOrigin, OriginRecord, SourceOrigin
from ..provenance.record import FILE_NAME
from .claim import read_record
from .values import Finding

_TYPE = b"description-content-type:"


def missing_sources(
    theirs: OpenWheel, ours: OpenWheel, found: Sequence[Finding]
) -> tuple[Finding, ...]:
    """What is missing, where that alone makes all differences; nothing where it does not.

    Args:
        theirs: the user's wheel; it has a record of origin.
        ours: the one that was made again.
        found: where they differ.
    """
    record, own = read_record(theirs), read_record(ours)
    may_differ = {FILE_NAME}
    findings = [*_commit(record, own), *_readme(record, own)]
    if _has_other_readme(record, own):
        if not _have_same_fields(theirs, ours) or not _is_recorded(theirs, record):
            return ()
        may_differ.add("METADATA")
    same = _without(record) == _without(own)
    places = {shown(theirs.info(name)) for name in may_differ}
    return tuple(findings) if same and places.issuperset(each.where for each in found) else ()


def _commit(record: OriginRecord, own: OriginRecord) -> Iterator[Finding]:
    if _knows_commit(own) and not _knows_commit(record):
        yield Finding(
            message="It was built from a folder without version control, like an unpacked source"
            " distribution (sdist), and this one is a checkout. All else is the same.",
            hint="Name the source distribution itself with --source.",
        )


def _knows_commit(record: OriginRecord) -> bool:
    sources = (binary.source for binary in record.binaries)
    return any(isinstance(source, FolderOrigin) and source.commit for source in sources)


def _readme(record: OriginRecord, own: OriginRecord) -> Iterator[Finding]:
    if _has_other_readme(record, own):
        yield Finding(
            message="It was built with a README of its own, which is not in its source. All else"
            " is the same.",
            hint="Read it with 'go-to-wheel inspect', or build without --readme.",
        )


def _has_other_readme(record: OriginRecord, own: OriginRecord) -> bool:
    given = dict(record.given).get("readme")
    return given is not None and given != dict(own.given).get("readme")


def _have_same_fields(theirs: OpenWheel, ours: OpenWheel) -> bool:
    """Whether METADATA is the same but for the README and its media type."""
    return _fields(theirs) == _fields(ours) != []


def _fields(wheel: OpenWheel) -> list[bytes]:
    head = wheel.texts.get("METADATA", b"").partition(b"\n\n")[0]
    return [line for line in head.splitlines() if not line.lower().startswith(_TYPE)]


def _is_recorded(wheel: OpenWheel, record: OriginRecord) -> bool:
    """Whether the README in METADATA is the one of the record."""
    body = wheel.texts.get("METADATA", b"").partition(b"\n\n")[2].decode("utf-8", "replace")
    return readme_digest(body) == dict(record.given).get("readme")


def _without(record: OriginRecord) -> OriginRecord:
    """The record without what may be missing."""
    given = tuple(pair for pair in record.given if pair[0] != "readme")
    binaries = tuple(replace(each, source=_plain(each.source)) for each in record.binaries)
    return replace(record, binaries=binaries, given=given)


def _plain(source: SourceOrigin) -> SourceOrigin:
    if not isinstance(source, FolderOrigin):
        return source
    return FolderOrigin(package=source.package)
