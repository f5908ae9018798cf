"""RECORD: every member listed once, with its right digest and size.

PEP 427 and PEP 376 say so; the index refuses a list that differs from the archive, installer
one whose digests or sizes do. pip and uv follow the list when they uninstall.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..wheel.record import RecordRow
from .contents import USABLE_ALGORITHMS, Content
from .opened import OpenWheel
from .report import Problem, error, warning

_AGAIN = "Build the wheel again, or write RECORD anew after the last change to its files."
_WEAK = {"md5", "sha1"}  # PEP 427 forbids them by name
_SIGNATURES = ("RECORD.jws", "RECORD.p7s")

MISSING = error("record-missing", _AGAIN)
SYNTAX = error("record-syntax", _AGAIN)
UNLISTED = error("record-unlisted", _AGAIN)
GHOST = error("record-ghost", _AGAIN)
TWICE = warning("record-duplicate", _AGAIN)
DIGEST = error("record-digest", _AGAIN)
SIZE = error("record-size", _AGAIN)
NO_DIGEST = error("record-no-digest", _AGAIN)
OWN_DIGEST = error("record-own-digest", "Leave digest and size of RECORD's own row empty.")
ALGORITHM = error("record-algorithm", "Use sha256.")
WEAK = warning("record-weak-digest", "Use sha256.")
BACKSLASH = warning("record-backslash", "Write paths with '/'.")
CRLF = warning("record-crlf", "End lines with LF.")
SIGNATURE = warning("record-signature", "Leave it out; sign releases with attestations.")


def rules(wheel: OpenWheel) -> Iterator[Problem]:
    """All rules on RECORD."""
    where = wheel.info("RECORD")
    for name in _SIGNATURES:
        if wheel.info(name) in wheel.names:
            yield SIGNATURE.at(
                wheel.info(name), "Signature files beside RECORD are withdrawn (PEP 815)."
            )
    if wheel.unread:
        return
    if wheel.record_fault:
        yield SYNTAX.at(where, wheel.record_fault)
    elif wheel.record is None:
        yield _missing(wheel, where)
    else:
        if b"\r\n" in wheel.texts["RECORD"]:
            yield CRLF.at(where, "RECORD has CRLF line ends.")
        yield from _listing(wheel, wheel.record)
        yield from _digests(wheel, wheel.record)


def _missing(wheel: OpenWheel, where: str) -> Problem:
    if where in wheel.names:
        return SYNTAX.at(where, "RECORD cannot be unpacked, or is too large to be read.")
    return MISSING.at(where, "There is no RECORD; the index, pip and uv refuse the wheel.")


def _listing(wheel: OpenWheel, rows: tuple[RecordRow, ...]) -> Iterator[Problem]:
    """The same set of files on both sides; the index forgives backslashes and signatures."""
    exempt = {wheel.info(name) for name in _SIGNATURES}
    files = {name for name in wheel.names if not name.endswith(("/", "\\"))} - exempt
    seen: set[str] = set()
    for row in rows:
        path = row.path.replace("\\", "/")
        if path != row.path and row.path not in files:
            yield BACKSLASH.at(row.path, "RECORD writes this path with a backslash.")
        elif row.path in files:
            path = row.path
        if path in seen:
            yield TWICE.at(row.path, "RECORD lists this file twice.")
        seen.add(path)
        if path in exempt:
            yield OWN_DIGEST.at(row.path, "RECORD lists a signature of itself.")
        elif path not in files:
            yield GHOST.at(row.path, "RECORD lists a file that is not in the wheel.")
    for name in sorted(files - seen):
        yield UNLISTED.at(name, "RECORD does not list this member.")


def _digests(wheel: OpenWheel, rows: tuple[RecordRow, ...]) -> Iterator[Problem]:
    own = wheel.info("RECORD")
    contents = {entry.name: entry.content for entry in wheel.entries}
    for row in rows:
        if row.path == own:
            if row.digest or row.size is not None:
                yield OWN_DIGEST.at(own, "RECORD has a digest or size of itself.")
            continue
        content = contents.get(row.path)
        if content is not None and not content.fault:
            yield from _row(row, content)


def _row(row: RecordRow, content: Content) -> Iterator[Problem]:
    algorithm = row.digest.partition("=")[0]
    if not row.digest or row.size is None:
        yield NO_DIGEST.at(row.path, "RECORD has no digest or no size of this member.")
    if row.digest and algorithm not in USABLE_ALGORITHMS:
        yield ALGORITHM.at(
            row.path, f"RECORD's digest is by {algorithm!r}, which installers do not know."
        )
    elif algorithm in _WEAK:
        yield WEAK.at(row.path, f"RECORD's digest is by {algorithm}, which PEP 427 forbids.")
    if content.digest and row.digest != content.digest:
        yield DIGEST.at(
            row.path, f"RECORD's digest is {row.digest}, the member's {content.digest}."
        )
    if row.size is not None and row.size != content.size:
        yield SIZE.at(row.path, f"RECORD's size is {row.size} bytes, the member's {content.size}.")
