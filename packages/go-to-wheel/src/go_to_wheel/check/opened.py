"""A wheel, read once: everything that the rules look at."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from packaging.utils import InvalidWheelFilename, parse_wheel_filename
from packaging.version import Version

from ..errors import InvalidWheelError
from ..scratch import scratch_folder
from ..wheel.record import RecordRow, parse_record
from .contents import (
    SCRATCH_NAME,
    Content,
    can_unpack,
    read_content,
    read_small,
)
from .report import shown
from .zipformat import Archive, Member, read_archive

RATIO_LIMIT = 50
RATIO_SIZE = 64 << 20
"""The index takes an archive for a bomb that is larger than this unpacked, in bytes, and more
than ``RATIO_LIMIT`` times its packed size."""

TEXT_LIMITS = {
    "METADATA": 8 << 20,
    "WHEEL": 1 << 20,
    "RECORD": 64 << 20,
    "entry_points.txt": 1 << 20,
}
"""The text files of the dist-info folder that rules read, with the largest size of each in
bytes; RECORD needs about 150 for each member."""

_LINES_PER_MEMBER, _MORE_LINES = 4, 100  # more than any RECORD has, and few enough to hold


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelName:
    """A wheel's file name in its parts (PEP 427).

    Attributes:
        name: the distribution's name, as it is written there.
        version_text: the version, as it is written there.
        version: the version.
        tag_parts: the three compressed tag sets: Python, ABI, platform.
        tags: the expanded tags, for example ``py3-none-any``.
    """

    name: str
    version_text: str
    version: Version
    tag_parts: tuple[tuple[str, ...], ...]
    tags: frozenset[str]

    @property
    def stem(self) -> str:
        """What the dist-info and data folders begin with."""
        return f"{self.name}-{self.version_text}"

    @property
    def platforms(self) -> tuple[str, ...]:
        """The platform tags."""
        return self.tag_parts[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A member, and its bytes where they could be read."""

    member: Member
    content: Content | None = None

    @property
    def name(self) -> str:
        """The member's name."""
        return self.member.name


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenWheel:
    """What the rules look at.

    Attributes:
        path: the file.
        name: its file name in parts; None where it has not the form of one.
        name_fault: why it has not.
        archive: the records of the archive.
        entries: the members in the order of the directory.
        dist_info: the name of the dist-info folder; None where there is none.
        texts: the text files of that folder that rules read, by name, as far as they are
            there and small enough.
        record: the rows of RECORD; None where it is missing or unreadable.
        record_fault: why it is unreadable.
        unread: why no member was unpacked; empty where they were. Then there are no texts
            and no contents, and rules on them find nothing.
        names: the names of all members.
    """

    path: Path
    name: WheelName | None
    name_fault: str
    archive: Archive
    entries: tuple[Entry, ...]
    dist_info: str | None
    texts: Mapping[str, bytes]
    record: tuple[RecordRow, ...] | None
    record_fault: str
    unread: str
    names: frozenset[str]

    @property
    def filename(self) -> str:
        """The file's name, without its folder."""
        return self.path.name

    def info(self, name: str) -> str:
        """The path of a file in the dist-info folder."""
        return f"{self.dist_info or '*.dist-info'}/{name}"

    @property
    def for_windows_only(self) -> bool:
        """Whether no POSIX system can install it."""
        return self.name is not None and all(tag.startswith("win") for tag in self.name.platforms)


def open_wheel(path: Path) -> OpenWheel:
    """Read a wheel.

    Raises:
        InvalidWheelError: the file cannot be read, or is no ZIP archive.
        OutputError: the folder for temporary files cannot be written.
    """
    with _opened(path) as (stream, size):
        archive = read_archive(stream, size)
        name, name_fault = _parse_name(path.name)
        dist_info = _find_dist_info(archive, name)
        unread = _reason_not_to_unpack(archive)
        texts = {} if unread else _read_texts(stream, archive, dist_info)
        record, record_fault = _parse_record(texts.get("RECORD"), len(archive.members))
        if unread:
            entries = tuple(Entry(member=member) for member in archive.members)
        else:
            entries = _read_entries(stream, archive, record or ())
    return OpenWheel(
        path=path,
        name=name,
        name_fault=name_fault,
        archive=archive,
        entries=entries,
        dist_info=dist_info,
        texts=MappingProxyType(texts),
        record=record,
        record_fault=record_fault,
        unread=unread,
        names=frozenset(member.name for member in archive.members),
    )


def read_members(wheel: OpenWheel, limits: Mapping[str, int]) -> Mapping[str, bytes]:
    """The bytes of members, as far as they can be unpacked and are not larger than their limit.

    Args:
        wheel: the wheel.
        limits: path of a member → the most bytes that are read of it; others are left out.

    Raises:
        InvalidWheelError: the file cannot be read any more.
    """
    wanted = [member for member in wheel.archive.members if member.name in limits]
    if wheel.unread or not wanted:
        return {}
    with _opened(wheel.path) as (stream, _):
        read = {each.name: read_small(stream, each, limits[each.name]) for each in wanted}
    return {name: content for name, content in read.items() if content is not None}


@contextmanager
def _opened(path: Path) -> Iterator[tuple[BinaryIO, int]]:
    """The file and its size in bytes."""
    shown_path = shown(str(path))
    try:
        # Before it is opened: opening a pipe would wait for a writer that may never come.
        if not stat.S_ISREG(path.stat().st_mode):
            raise InvalidWheelError(
                f"{shown_path} is no regular file.", hint="Name the wheel itself."
            )
        with path.open("rb") as stream:
            yield stream, path.stat().st_size
    except OSError as error:
        raise InvalidWheelError(
            f"{shown_path} cannot be read: {error.strerror}.",
            hint="Check its path and permissions.",
        ) from error


def _parse_name(filename: str) -> tuple[WheelName | None, str]:
    try:
        _, version, _, tags = parse_wheel_filename(filename)
    except InvalidWheelFilename as error:
        return None, str(error)
    name, version_text, rest = filename.removesuffix(".whl").split("-", 2)
    tag_parts = tuple(tuple(part.split(".")) for part in rest.split("-")[-3:])
    if any("" in part for part in tag_parts):  # which packaging refuses from 26.3 on
        return None, f"Invalid wheel filename (empty tag): {filename!r}"
    return WheelName(
        name=name,
        version_text=version_text,
        version=version,
        tag_parts=tag_parts,
        tags=frozenset(str(tag) for tag in tags),
    ), ""


def dist_info_folders(archive: Archive) -> list[str]:
    """The top-level folders whose name ends like that of a dist-info folder, sorted."""
    folders = {member.name.partition("/")[0] for member in archive.members if "/" in member.name}
    return sorted(folder for folder in folders if folder.endswith(".dist-info"))


def _find_dist_info(archive: Archive, name: WheelName | None) -> str | None:
    """The folder that the file name asks for, else any."""
    folders = dist_info_folders(archive)
    if name is not None and f"{name.stem}.dist-info" in folders:
        return f"{name.stem}.dist-info"
    return folders[0] if folders else None


def _reason_not_to_unpack(archive: Archive) -> str:
    """Why unpacking could take more time or room than the file's size allows; else empty."""
    unpacked = sum(member.size for member in archive.members)
    if unpacked > RATIO_SIZE and unpacked > RATIO_LIMIT * archive.size:
        return (
            f"The members say they unpack to {unpacked} bytes, from {archive.size}; the index"
            f" refuses what grows over {RATIO_SIZE >> 20} MiB and more than {RATIO_LIMIT} times."
        )
    packed = sum(member.compressed for member in archive.members)
    if packed > archive.size:
        return (
            f"The members say they take {packed} bytes in an archive of {archive.size}, so they"
            " overlap."
        )
    return ""


def _read_texts(stream: BinaryIO, archive: Archive, dist_info: str | None) -> dict[str, bytes]:
    wanted = {f"{dist_info}/{name}": name for name in TEXT_LIMITS}
    texts = {}
    for member in archive.members:
        name = wanted.get(member.name, "")
        if name:
            text = read_small(stream, member, TEXT_LIMITS[name])
            if text is not None:
                texts[name] = text
    return texts


def _parse_record(text: bytes | None, members: int) -> tuple[tuple[RecordRow, ...] | None, str]:
    """RECORD's rows, or why there are none."""
    if text is None:
        return None, ""
    lines = text.count(b"\n") + text.count(b"\r")
    if lines > _LINES_PER_MEMBER * members + _MORE_LINES:
        return None, f"RECORD has {lines} lines for {members} members."
    try:
        return parse_record(text), ""
    except InvalidWheelError as error:
        return None, error.message


def _read_entries(
    stream: BinaryIO, archive: Archive, record: tuple[RecordRow, ...]
) -> tuple[Entry, ...]:
    algorithms = {row.path: row.digest.partition("=")[0] for row in record}
    entries = []
    with scratch_folder() as folder:
        for member in archive.members:
            content = None
            if can_unpack(member):
                algorithm = algorithms.get(member.name, "sha256")
                content = read_content(stream, member, algorithm, folder / SCRATCH_NAME)
            entries.append(Entry(member=member, content=content))
    return tuple(entries)
