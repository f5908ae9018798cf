"""What keeps a proof away although nothing speaks against the wheel.

A part of its source is missing, the checkout is a clone of another repository, or more was
verified than where it was built. Such a wheel is not called different, but only where all else is
the same.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace

from ..check.opened import OpenWheel
from ..check.report import shown
from ..evidence import readme_digest
from ..provenance.origin import (
    BinaryOrigin,
    FileOrigin,
    FolderOrigin,
    OriginRecord,
    ReleaseOrigin,
    SourceOrigin,
    proofs_of,
)
from ..provenance.record import FILE_NAME
from ..release import Proof
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
    commit, repository = tuple(_commit(record, own)), tuple(_repository(record, own))
    more = tuple(_verified_more(record, own))
    findings = (*commit, *repository, *more, *_readme(record, own))
    if _has_other_readme(record, own):
        if not _have_same_fields(theirs, ours) or not _is_recorded(theirs, record):
            return ()
        may_differ.add("METADATA")
    plain = _package_alone if commit else _elsewhere if repository else _as_is
    plain = _unverified if more else plain  # of a release or a file, which has no commit
    same = _without(record, plain) == _without(own, plain)
    places = {shown(theirs.info(name)) for name in may_differ}
    return findings if same and places.issuperset(each.where for each in found) else ()


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


def _repository(record: OriginRecord, own: OriginRecord) -> Iterator[Finding]:
    """One commit has one content wherever it is; whose it is, a clone cannot tell."""
    theirs, ours = (tuple(each.source for each in one.binaries) for one in (record, own))
    if theirs == ours or tuple(map(_elsewhere, theirs)) != tuple(map(_elsewhere, ours)):
        return
    names = {each.repository for each in theirs if isinstance(each, FolderOrigin)}
    here = {each.repository for each in ours if isinstance(each, FolderOrigin)}
    yield Finding(
        message="It is the same commit, and all else is the same; but the record names"
        f" {_shown(names)}, and this checkout {_shown(here)}, which cannot show that the commit is"
        " there, too.",
        hint="Give no --source, so that the one that the record names is cloned, or a clone of it."
        if names != {""}
        else "Give a clone without a remote, as it was built from.",
    )


def _verified_more(record: OriginRecord, own: OriginRecord) -> Iterator[Finding]:
    """A builder without the key, or without the means, has checked less; that is no lie."""
    theirs, ours = (tuple(map(_proofs, one.binaries)) for one in (record, own))
    new = {proof for proofs in ours for proof in proofs} - {p for each in theirs for p in each}
    if not new or theirs != tuple(tuple(p for p in each if p not in new) for each in ours):
        return
    names = sorted(f"{str(each.how).replace('-', ' ')} {each.file}".rstrip() for each in new)
    yield Finding(
        message="Its file was verified by more here than where the wheel was built:"
        f" {shown(' and '.join(names))}. All else is the same.",
        hint="Build it with the same means and keys, and publish that.",
    )


def _proofs(binary: BinaryOrigin) -> tuple[Proof, ...]:
    return proofs_of(binary.source)


def _shown(repositories: Collection[str]) -> str:
    return " and ".join(shown(each) or "no repository" for each in sorted(repositories))


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


def _without(record: OriginRecord, plain: Callable[[SourceOrigin], SourceOrigin]) -> OriginRecord:
    """The record without what may be missing, or other."""
    given = tuple(pair for pair in record.given if pair[0] != "readme")
    binaries = tuple(replace(each, source=plain(each.source)) for each in record.binaries)
    return replace(record, binaries=binaries, given=given)


def _package_alone(source: SourceOrigin) -> SourceOrigin:
    return FolderOrigin(package=source.package) if isinstance(source, FolderOrigin) else source


def _elsewhere(source: SourceOrigin) -> SourceOrigin:
    if not isinstance(source, FolderOrigin) or not source.commit:
        return source
    return replace(source, repository="")


def _unverified(source: SourceOrigin) -> SourceOrigin:
    return replace(source, proofs=()) if isinstance(source, ReleaseOrigin | FileOrigin) else source


def _as_is(source: SourceOrigin) -> SourceOrigin:
    return source
