"""A ZIP archive's records, read strictly and without trust.

Python's zipfile hides what is asked here: data descriptors, local headers that disagree with
the directory, bytes that no record accounts for. The format is PKWARE's APPNOTE 6.3; section
numbers below are its own. Nothing is unpacked here.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO, NamedTuple

from ..errors import InvalidWheelError

STORED, DEFLATED = 0, 8
ENCRYPTED, DESCRIPTOR, STRONG_ENCRYPTION, UTF8 = 0x1, 0x8, 0x40, 0x800
ZIP64_EXTRA, UNICODE_PATH_EXTRA = 0x0001, 0x7075

MAX_DIRECTORY = 64 << 20
"""The largest directory that is read, in bytes; 100,000 members need about 15 MiB."""

MAX_MEMBERS = 200_000

MAX_NAME = 4096
"""The longest name that is read, in bytes: no system has longer paths (Linux's PATH_MAX)."""

_END = struct.Struct("<4s4H2LH")  # 4.3.16
_END64 = struct.Struct("<4sQ2H2L4Q")  # 4.3.14
_LOCATOR64 = struct.Struct("<4sLQL")  # 4.3.15
_CENTRAL = struct.Struct("<4s4x2H4x3L3H4x2L")  # 4.3.12, without versions, times and disks
_LOCAL = struct.Struct("<4s2x2H4x3L2H")  # 4.3.7, without version and time
_MAX_COMMENT = 0xFFFF
_IN_ZIP64 = 0xFFFF_FFFF
_LARGEST_OFFSET = (1 << 63) - 1  # what a file can be sought to


class _CentralEntry(NamedTuple):
    magic: bytes
    flags: int
    method: int
    crc: int
    compressed: int
    size: int
    name_size: int
    extra_size: int
    comment_size: int
    attributes: int
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalHeader:
    """What stands before a member's bytes: its own copy of the facts."""

    name: bytes
    flags: int
    method: int
    crc: int
    compressed: int
    size: int
    start: int
    data: int
    extra_fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One entry of the directory.

    Attributes:
        name: its name as text; U+FFFD stands for bytes that are none.
        raw_name: its name as it stands in the archive.
        flags: the general purpose bits (4.4.4).
        method: the compression method (4.4.5).
        crc: the CRC-32 of its bytes.
        compressed: its size in the archive, in bytes.
        size: its size unpacked, as the directory says, in bytes.
        mode: the Unix mode with the file's type, from the external attributes.
        comment: the size of its comment, in bytes.
        extra_fault: what is wrong with its extra fields; empty where nothing is.
        local: its local header; None where there is none at the place that is named.
    """

    name: str
    raw_name: bytes
    flags: int
    method: int
    crc: int
    compressed: int
    size: int
    mode: int
    comment: int
    extra_fault: str = ""
    local: LocalHeader | None = None

    @property
    def is_folder(self) -> bool:
        """Whether the entry is a folder, as the index and pip see it."""
        return self.name.endswith("/")

    @property
    def encrypted(self) -> bool:
        """Whether its bytes are encrypted (4.4.4)."""
        return bool(self.flags & (ENCRYPTED | STRONG_ENCRYPTION))

    @property
    def has_descriptor(self) -> bool:
        """Whether a data descriptor follows its bytes (4.3.9)."""
        return bool(self.flags & DESCRIPTOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """The records of an archive.

    Attributes:
        size: the file's size in bytes.
        members: the entries of the directory, in its order.
        declared_members: how many there are by the end record.
        prefix: how many bytes stand before the archive.
        directory_start: where the directory begins.
        comment: the size of the archive's comment, in bytes.
        trailing: how many bytes follow the archive; negative where it is cut off.
    """

    size: int
    members: tuple[Member, ...]
    declared_members: int
    prefix: int
    directory_start: int
    comment: int
    trailing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _End:
    count: int
    directory_size: int
    directory_offset: int
    start: int
    comment: int
    trailing: int


def read_archive(stream: BinaryIO, size: int) -> Archive:
    """Read all records of an archive.

    Args:
        stream: the file, open for reading and seeking.
        size: its size in bytes.

    Raises:
        InvalidWheelError: it is no ZIP archive, or its directory cannot be read.
    """
    end = _read_end(stream, size)
    start = end.start - end.directory_size
    prefix = start - end.directory_offset
    if start < 0 or prefix < 0:
        raise _broken("its directory would begin before the file does")
    if end.directory_size > MAX_DIRECTORY:
        raise _broken(f"its directory has {end.directory_size} bytes")
    directory = _read_at(stream, start, end.directory_size)
    members: list[Member] = []
    for member, offset in _entries(directory):
        if len(members) == MAX_MEMBERS:
            raise _broken(f"it has more than {MAX_MEMBERS} members")
        members.append(_with_local(stream, member, offset + prefix))
    return Archive(
        size=size,
        members=tuple(members),
        declared_members=end.count,
        prefix=prefix,
        directory_start=start,
        comment=end.comment,
        trailing=end.trailing,
    )


def _broken(what: str) -> InvalidWheelError:
    return InvalidWheelError(
        f"The wheel is not a readable ZIP archive: {what}.",
        hint="Build it again, or download it again: it may be cut short.",
    )


def _read_at(stream: BinaryIO, offset: int, size: int) -> bytes:
    stream.seek(offset)
    return stream.read(size)


def _read_end(stream: BinaryIO, size: int) -> _End:
    """The end record, and the one of ZIP64 where it is there."""
    tail_size = min(size, _END.size + _MAX_COMMENT)
    tail = _read_at(stream, size - tail_size, tail_size)
    found = tail.rfind(b"PK\x05\x06", 0, max(0, len(tail) - _END.size + 4))
    if found < 0:
        raise _broken("it has no end record")
    _, _, _, _, count, directory_size, offset, comment = _END.unpack_from(tail, found)
    start = size - tail_size + found
    trailing = size - start - _END.size - comment
    locator_start = start - _LOCATOR64.size
    locator = _read_at(stream, locator_start, _LOCATOR64.size) if locator_start >= 0 else b""
    if locator.startswith(b"PK\x06\x07"):
        start = locator_start - _END64.size
        record = _read_at(stream, start, _END64.size) if start >= 0 else b""
        if not record.startswith(b"PK\x06\x06"):
            raise _broken("its ZIP64 end record is not where it must be")
        *_, count, directory_size, offset = _END64.unpack(record)
    return _End(
        count=count,
        directory_size=directory_size,
        directory_offset=offset,
        start=start,
        comment=comment,
        trailing=trailing,
    )


def _entries(directory: bytes) -> Iterator[tuple[Member, int]]:
    """The entries, each with the offset of its local header; they fill the directory."""
    position = 0
    while position < len(directory):
        if position + _CENTRAL.size > len(directory):
            raise _broken("its directory ends within an entry")
        entry = _CentralEntry._make(_CENTRAL.unpack_from(directory, position))
        if entry.magic != b"PK\x01\x02":
            raise _broken("its directory holds something that is no entry")
        if entry.name_size > MAX_NAME:
            raise _broken(f"a name in it has {entry.name_size} bytes")
        name_start = position + _CENTRAL.size
        extra_start = name_start + entry.name_size
        position = extra_start + entry.extra_size + entry.comment_size
        if position > len(directory):
            raise _broken("its directory ends within an entry")
        raw_name = directory[name_start:extra_start]
        extra = directory[extra_start : extra_start + entry.extra_size]
        (size, compressed, offset), fault = _resolve(
            extra, (entry.size, entry.compressed, entry.offset)
        )
        member = Member(
            name=_decoded(raw_name, entry.flags),
            raw_name=raw_name,
            flags=entry.flags,
            method=entry.method,
            crc=entry.crc,
            compressed=compressed,
            size=size,
            mode=entry.attributes >> 16,
            comment=entry.comment_size,
            extra_fault=fault,
        )
        yield member, offset


def _decoded(name: bytes, flags: int) -> str:
    """A name as Python's zipfile reads it, with U+FFFD for what is no text."""
    return name.decode("utf-8" if flags & UTF8 else "cp437", "replace")


def _resolve(extra: bytes, values: tuple[int, ...]) -> tuple[tuple[int, ...], str]:
    """The values with those of the ZIP64 extra field (4.5.3) put where they are left out.

    Returns:
        the values, and what is wrong with the extra fields.
    """
    resolved = list(values)
    fault = ""
    seen: set[int] = set()
    position = 0
    while position + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, position)
        body = extra[position + 4 : position + 4 + size]
        position += 4 + size
        if kind in seen and kind in {ZIP64_EXTRA, UNICODE_PATH_EXTRA}:
            fault = "an extra field is there twice"
        seen.add(kind)
        if kind == ZIP64_EXTRA and not _fill(resolved, body):
            fault = "its ZIP64 field is too short"
        elif kind == UNICODE_PATH_EXTRA and not _is_plain_utf8(body[5:]):
            fault = "its Unicode path field is no plain text"
    if position != len(extra):
        fault = "its extra fields are cut off"
    return tuple(resolved), fault


def _fill(values: list[int], body: bytes) -> bool:
    """Put 64-bit numbers in the place of those that point here; False where too few are."""
    offset = 0
    for index, value in enumerate(values):
        if value == _IN_ZIP64:
            if offset + 8 > len(body):
                return False
            (values[index],) = struct.unpack_from("<Q", body, offset)
            offset += 8
    return True


def _is_plain_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not has_control_characters(raw)


def has_control_characters(raw: bytes) -> bool:
    """Whether a name has bytes that the index refuses in names."""
    return any(byte < 0x20 or byte == 0x7F for byte in raw)


def _with_local(stream: BinaryIO, member: Member, offset: int) -> Member:
    return replace(member, local=_read_local(stream, offset))


def _read_local(stream: BinaryIO, offset: int) -> LocalHeader | None:
    if offset > _LARGEST_OFFSET:
        return None
    fixed = _read_at(stream, offset, _LOCAL.size)
    if len(fixed) < _LOCAL.size or not fixed.startswith(b"PK\x03\x04"):
        return None
    _, flags, method, crc, compressed, size, name_size, extra_size = _LOCAL.unpack(fixed)
    rest = stream.read(name_size + extra_size)
    if len(rest) < name_size + extra_size:
        return None
    (size, compressed), fault = _resolve(rest[name_size:], (size, compressed))
    return LocalHeader(
        name=rest[:name_size],
        flags=flags,
        method=method,
        crc=crc,
        compressed=compressed,
        size=size,
        start=offset,
        data=offset + _LOCAL.size + len(rest),
        extra_fault=fault,
    )
