"""Where a wheel contradicts itself: RECORD, the archive, and the record of origin. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from ..check import archive as archive_rules
from ..check import members as member_rules
from ..check import record as record_rules
from ..check.contents import Content
from ..check.opened import OpenWheel
from ..check.report import Level, Problem, gathered, shown
from ..provenance.origin import OriginRecord
from ..wheel.record import digest_of
from .values import Finding

_MOST = 20  # names that are listed


def archive_lies(wheel: OpenWheel) -> tuple[Finding, ...]:
    """Where the archive, or RECORD, does not tell the truth of the wheel's members."""
    problems = [
        problem
        for rules in (archive_rules.rules, record_rules.rules)
        for problem in gathered(rules(wheel))
        if problem.level is Level.ERROR and problem.rule != archive_rules.SIZE.name
    ]
    escapes = gathered(member_rules.escapes(wheel))
    return (*map(_finding, problems), *map(_escape, escapes), *_oddities(wheel))


def _escape(problem: Problem) -> Finding:
    hint = "No build of go-to-wheel writes such a member; do not install it."
    return replace(_finding(problem), hint=hint)


def _oddities(wheel: OpenWheel) -> Iterator[Finding]:
    """What no build of ours writes, and what readers may take in two ways."""
    counts = Counter(member.name for member in wheel.archive.members)
    for name in [name for name, count in counts.items() if count > 1][:_MOST]:
        yield Finding(
            message=f"The archive holds {counts[name]} files of this name.",
            where=shown(name),
            hint="Which of them is installed depends on the installer; do not run it.",
        )
    if wheel.archive.comment:
        yield Finding(
            message=f"The archive has a comment of {wheel.archive.comment} bytes, and none of"
            " go-to-wheel's has.",
            hint="Somebody has changed it after it was built.",
        )


def _finding(problem: Problem) -> Finding:
    return Finding(message=problem.message, where=problem.where, hint=problem.hint)


def record_lies(wheel: OpenWheel, record: OriginRecord) -> tuple[Finding, ...]:
    """Where the record of origin tells of other binaries than the wheel holds."""
    contents = {entry.name: entry.content for entry in wheel.entries if entry.content}
    return tuple(_record_lies(contents, record))


def _record_lies(contents: Mapping[str, Content], record: OriginRecord) -> Iterator[Finding]:
    told = {binary.path for binary in record.binaries}
    if len(told) < len(record.binaries):
        yield Finding(message="The record of origin tells of a binary twice.")
    for binary in record.binaries:
        content = contents.get(binary.path)
        if content is None:
            yield Finding(
                message="The record of origin tells of this binary, and it is not there.",
                where=shown(binary.path),
            )
        elif content.digest != digest_of(bytes.fromhex(binary.sha256)):
            yield Finding(
                message=(
                    "It is not the binary that the record of origin tells of: the digests differ."
                ),
                where=shown(binary.path),
                hint="Somebody has changed it after the wheel was built; do not run it.",
            )
    for path, content in contents.items():
        if (content.facts or content.not_program) and path not in told:
            yield Finding(
                message="It is a program, and the record of origin does not tell of it.",
                where=shown(path),
            )
