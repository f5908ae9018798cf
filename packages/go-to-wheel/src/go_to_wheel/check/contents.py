"""The bytes of members: unpacked once, in small pieces, and only as far as they promise.

A member that unpacks to more than the directory says is left at that point, so no archive
can fill the memory or the disk.
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Protocol, TypedDict

from ..binary import read_binary
from ..binary.codesign import CodeSignature, verify_code_signature
from ..errors import InvalidBinaryError
from ..model import BinaryFacts, BinaryFormat
from ..scratch import unwritable_scratch
from .native import HEAD_SIZE, Kind, Native, sniff
from .places import looks_like_program
from .zipformat import DEFLATED, STORED, Member

TRIAL_SIZE = 1 << 16
"""From this size on, in bytes, a stored member is compressed to see what that would save."""

USABLE_ALGORITHMS = frozenset(
    name for name in hashlib.algorithms_guaranteed if not name.startswith("shake_")
)
"""The hashes that can be computed everywhere; shake has no fixed length."""

SCRATCH_NAME = "program"
"""The name of the file in which a program's bytes are read; messages about it begin so."""

_PIECE = 1 << 18
_KEPT_HEAD = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a member's bytes are.

    Attributes:
        size: how many bytes were unpacked.
        crc: their CRC-32.
        digest: their digest as RECORD spells it, by the algorithm that was asked for; empty
            where none was.
        head: the first 16 bytes.
        fault: why they could not be unpacked to the end; empty where they could.
        native: which native code they are, or None.
        deflated: the size that deflate would give; None where that was not tried.
        facts: what the header of a program says, one for each architecture.
        signatures: the code signatures of a program for macOS, one for each architecture.
        not_program: why bytes that should be a program are none; None where they are one, or
            need not be.
    """

    size: int
    crc: int
    digest: str = ""
    head: bytes = b""
    fault: str = ""
    native: Native | None = None
    deflated: int | None = None
    facts: tuple[BinaryFacts, ...] = ()
    signatures: tuple[CodeSignature, ...] = ()
    not_program: InvalidBinaryError | None = None


class _CorruptError(Exception):
    """The packed bytes cannot be unpacked; never leaves this module."""


def can_unpack(member: Member) -> bool:
    """Whether the bytes can be got at: found, not encrypted, stored or deflated."""
    return member.local is not None and not member.encrypted and member.method in {STORED, DEFLATED}


def read_small(stream: BinaryIO, member: Member, limit: int) -> bytes | None:
    """All bytes of a small member; None where they are too many or cannot be unpacked."""
    if not can_unpack(member) or member.size > limit:
        return None
    try:
        return b"".join(_unpacked(stream, member))
    except _CorruptError:
        return None


def read_content(stream: BinaryIO, member: Member, algorithm: str, scratch: Path) -> Content:
    """Unpack a member and look at what comes.

    Args:
        stream: the archive.
        member: one for which ``can_unpack`` holds.
        algorithm: the hash to compute; one that is not usable counts as none.
        scratch: a path for the bytes of a program while they are read; removed afterwards.

    Raises:
        OutputError: the scratch file cannot be written.
    """
    pieces = _unpacked(stream, member)
    tally = _Tally(algorithm=algorithm, trial=_is_worth_a_trial(member))
    try:
        head = _take_head(pieces)
        native = sniff(member.name, head)
        is_program = (native is not None and native.kind is Kind.PROGRAM) or looks_like_program(
            member.name, member.mode, head
        )
        if is_program:
            with _scratch_file(scratch) as file:
                for piece in chain([head], pieces):
                    tally.add(piece)
                    file.write(piece)
                file.flush()
                return replace(tally.content(head, native), **_read_program(scratch))
        for piece in chain([head], pieces):
            tally.add(piece)
    except _CorruptError as error:
        return replace(tally.content(b"", None), fault=str(error))
    return tally.content(head, native)


def _unpacked(stream: BinaryIO, member: Member) -> Iterator[bytes]:
    """A member's bytes, in pieces.

    Raises:
        _CorruptError: they are broken, end early, or are more than the directory says.
    """
    if member.local is None:
        raise _CorruptError("its own header cannot be read")
    stream.seek(member.local.data)
    pieces = _stored(stream, member) if member.method == STORED else _inflated(stream, member)
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > member.size:
            raise _CorruptError(f"it unpacks to more than the {member.size} bytes it declares")
        yield piece


def _stored(stream: BinaryIO, member: Member) -> Iterator[bytes]:
    left = member.compressed
    while left:
        piece = stream.read(min(_PIECE, left))
        if not piece:
            raise _CorruptError("the archive ends within it")
        left -= len(piece)
        yield piece


def _inflated(stream: BinaryIO, member: Member) -> Iterator[bytes]:
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    left = member.compressed
    packed = b""
    while not engine.eof:
        if not packed:
            packed = stream.read(min(_PIECE, left))
            left -= len(packed)
        ended = not packed
        try:
            piece = engine.decompress(packed, _PIECE)
        except zlib.error as error:
            raise _CorruptError(f"its compressed bytes are broken ({error})") from error
        packed = engine.unconsumed_tail
        if ended and not piece:
            raise _CorruptError("its compressed bytes end too early")
        yield piece
    if left or engine.unused_data:
        raise _CorruptError("more bytes follow the end of its compressed ones")


def _take_head(pieces: Iterator[bytes]) -> bytes:
    """The first pieces, joined until they are long enough to tell a file's kind."""
    head = b""
    for piece in pieces:
        head += piece
        if len(head) >= HEAD_SIZE:
            break
    return head


def _is_worth_a_trial(member: Member) -> bool:
    return member.method == STORED and member.size >= TRIAL_SIZE


@contextmanager
def _scratch_file(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("wb") as file:
            yield file
    except OSError as error:
        raise unwritable_scratch(error) from error
    finally:
        path.unlink(missing_ok=True)


class _Program(TypedDict, total=False):
    """The fields of a Content that a program's bytes fill."""

    facts: tuple[BinaryFacts, ...]
    signatures: tuple[CodeSignature, ...]
    not_program: InvalidBinaryError


def _read_program(path: Path) -> _Program:
    try:
        facts = read_binary(path)
        if any(fact.format is BinaryFormat.MACHO for fact in facts):
            return _Program(facts=facts, signatures=verify_code_signature(path))
        return _Program(facts=facts)
    except InvalidBinaryError as error:
        return _Program(not_program=error)


class _Hash(Protocol):
    def update(self, data: bytes, /) -> None: ...
    def digest(self) -> bytes: ...


class _Tally:
    """What is counted while a member's bytes pass by."""

    def __init__(self, *, algorithm: str, trial: bool) -> None:
        self._algorithm = algorithm
        self._hash: _Hash | None = None
        if algorithm in USABLE_ALGORITHMS:
            self._hash = hashlib.new(algorithm, usedforsecurity=False)
        self._trial = zlib.compressobj() if trial else None
        self._deflated = 0
        self._size = 0
        self._crc = 0

    def add(self, piece: bytes) -> None:
        self._size += len(piece)
        self._crc = zlib.crc32(piece, self._crc)
        if self._hash is not None:
            self._hash.update(piece)
        if self._trial is not None:
            self._deflated += len(self._trial.compress(piece))

    def content(self, head: bytes, native: Native | None) -> Content:
        return Content(
            size=self._size,
            crc=self._crc,
            digest=self._digest(),
            head=head[:_KEPT_HEAD],
            native=native,
            deflated=self._deflated + len(self._trial.flush()) if self._trial else None,
        )

    def _digest(self) -> str:
        if self._hash is None:
            return ""
        encoded = base64.urlsafe_b64encode(self._hash.digest()).rstrip(b"=")
        return f"{self._algorithm}={encoded.decode('ascii')}"
