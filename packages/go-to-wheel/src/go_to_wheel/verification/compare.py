"""Two wheels, side by side: that of the user, and the one that was made again."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from ..binary import read_binary
from ..check.opened import Entry, OpenWheel, read_members
from ..check.report import shown
from ..digests import sha256_of
from ..errors import BinaryError
from ..model import BuildInfo
from ..scratch import scratch_folder
from .values import Finding

_MOST_LINES = 40  # of one member that differs
_MOST_FINDINGS = 50
_SMALLEST = 4 << 20  # bytes that are always read
_TEXT_LIMIT, _LINE_LIMIT = 1 << 20, 10_000  # bytes and lines; diffing takes time
_LIMIT = 1 << 30  # bytes
_TEXT = re.compile(
    r".*(?:\.(?:py|txt|json|md|typed|pth)|/METADATA|/WHEEL|/RECORD|/licenses/.*)", re.DOTALL
)
_PIECE = 1 << 20


def differences(theirs: OpenWheel, ours: OpenWheel) -> tuple[Finding, ...]:
    """Where two wheels differ; nothing where they are the same, byte for byte.

    Args:
        theirs: the user's wheel.
        ours: the one that was made again.
    """
    found = list(islice(_by_member(theirs, ours), _MOST_FINDINGS))
    record = theirs.info("RECORD")
    # Its lines are the digests of the others, which are told of already.
    others = [finding for finding in found if finding.where != record]
    if found:
        return tuple(others or found)
    if theirs.path.name != ours.path.name:
        return (Finding(message=f"The wheel made again is called {ours.path.name}."),)
    if sha256_of(theirs.path) != sha256_of(ours.path):
        return (
            Finding(
                message="Its files are the same, but the archive is packed otherwise.",
                hint="Another version of the library deflate packs otherwise, or somebody has"
                " written the archive anew.",
            ),
        )
    return ()


def _by_member(theirs: OpenWheel, ours: OpenWheel) -> Iterator[Finding]:
    left = {entry.name: entry for entry in theirs.entries}
    right = {entry.name: entry for entry in ours.entries}
    for name, entry in left.items():
        other = right.get(name)
        if other is None:
            yield Finding(message="The wheel made again has no such file.", where=shown(name))
        elif not _is_same(entry, other):
            yield _difference(theirs, ours, name)
        elif entry.member.mode != other.member.mode:
            yield Finding(
                message=f"Its mode is {entry.member.mode:o}, and {other.member.mode:o} in the"
                " wheel made again.",
                where=shown(name),
            )
    for name in right:
        if name not in left:
            yield Finding(
                message="The wheel made again has this file, and this one has not.",
                where=shown(name),
            )


def _is_same(entry: Entry, other: Entry) -> bool:
    left, right = entry.content, other.content
    if left is None or right is None or left.fault:
        return False
    return (left.size, left.digest) == (right.size, right.digest)


def _difference(theirs: OpenWheel, ours: OpenWheel, name: str) -> Finding:
    right = read_members(ours, {name: _LIMIT}).get(name, b"")
    left = read_members(theirs, {name: max(len(right) * 2, _SMALLEST)}).get(name)
    where = shown(name)
    if left is None:
        return Finding(message="It is much larger than in the wheel made again.", where=where)
    if _TEXT.fullmatch(name) and all(map(_is_short, (left, right))):
        lines = diff_lines(left, right)
        if lines:
            return Finding(
                message="It is not as in the wheel made again: '-' is here, '+' is there.",
                where=where,
                lines=lines,
            )
    return Finding(
        message=_first_difference(left, right), where=where, lines=_build_infos(left, right)
    )


def _is_short(text: bytes) -> bool:
    return len(text) <= _TEXT_LIMIT and text.count(b"\n") <= _LINE_LIMIT


def diff_lines(left: bytes, right: bytes) -> tuple[str, ...]:
    """The lines that differ, ``-`` before those of the first text and ``+`` before the others."""
    before, after = (text.decode("utf-8", "replace").split("\n") for text in (left, right))
    found = [
        line
        for line in difflib.unified_diff(before, after, n=0, lineterm="")
        if not line.startswith(("---", "+++", "@@"))
    ]
    shown_lines = tuple(map(shown, found[:_MOST_LINES]))
    more = len(found) - _MOST_LINES
    return (*shown_lines, f"and {more} more") if more > 0 else shown_lines


def _first_difference(left: bytes, right: bytes) -> str:
    """Where the first byte that differs stands; the sizes where they differ too."""
    end = min(len(left), len(right))
    start = 0
    while start < end and left[start : start + _PIECE] == right[start : start + _PIECE]:
        start += _PIECE
    offset = next(
        (at for at in range(start, min(start + _PIECE, end)) if left[at] != right[at]), end
    )
    text = f"It is not the same: the first byte that differs is number {offset}"
    if len(left) != len(right):
        return f"{text}; it has {len(left)} bytes, and {len(right)} in the wheel made again."
    return f"{text}, of {len(left)}."


def _build_infos(left: bytes, right: bytes) -> tuple[str, ...]:
    """Where the build infos of two programs of Go differ; nothing for other files."""
    with scratch_folder() as folder:
        texts = [_info_text(content, folder / "program") for content in (left, right)]
    return diff_lines(texts[0], texts[1]) if all(texts) else ()


def _info_text(content: bytes, scratch: Path) -> bytes:
    scratch.write_bytes(content)
    try:
        facts = read_binary(scratch)
    except BinaryError:
        return b""
    info = next((fact.build_info for fact in facts if fact.build_info), None)
    return "\n".join(_info_lines(info)).encode("utf-8", "replace") if info else b""


def _info_lines(info: BuildInfo) -> Iterator[str]:
    yield f"go {info.go_version}"
    yield f"path {info.path}"
    for module in ([info.main] if info.main else []) + list(info.modules):
        other = module.replaced_by
        new = f" => {other.path} {other.version} {other.sum}" if other else ""
        yield f"module {module.path} {module.version} {module.sum}{new}"
    for name, value in info.settings:
        yield f"{name}={value}"
