"""What an archive holds, and what reading it may cost: values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class MemberKind(StrEnum):
    """What a member is. Folders are not listed; devices and pipes are refused."""

    FILE = "file"
    LINK = "link"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One member of an archive.

    Attributes:
        name: its name without ``.`` and ``..``, with ``/`` between the parts; it stays inside
            the archive. It may hold any character but NUL, so print it with care.
        size: its size in bytes, unpacked; None where only unpacking tells.
        executable: it has an exec bit.
        kind: a file, or a link to another member.
        target: the name of the member that a link leads to; empty for a file.
        place: where the bytes are; means something to the archive only.
    """

    name: str
    size: int | None
    executable: bool
    kind: MemberKind = MemberKind.FILE
    target: str = ""
    place: int = 0

    @property
    def base(self) -> str:
        """The last part of its name."""
        return self.name.rpartition("/")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What an archive may cost; what costs more is taken for a bomb.

    Attributes:
        unpacked: bytes, all members together.
        ratio: how many times larger than the packed bytes the unpacked ones may be. Programs
            shrink to between a half and a tenth; deflate can do 1,032 times, bzip2 and
            Zstandard tens of thousands.
        harmless: unpacked bytes up to which the ratio does not matter.
        members: how many there may be.
    """

    unpacked: int = 4 << 30
    ratio: int = 250
    harmless: int = 16 << 20
    members: int = 250_000
