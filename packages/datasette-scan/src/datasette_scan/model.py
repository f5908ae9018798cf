"""The values that flow from a scan to its page."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Status(str, Enum):  # noqa: UP042 - Python 3.10 has no StrEnum
    """What became of a file that was found."""

    ATTACHED = "attached"
    SERVED = "served"
    """Datasette was given this file by name, and serves it anyway."""
    EMPTY = "empty"
    CORRUPT = "corrupt"
    ENCRYPTED = "encrypted"
    LOCKED = "locked"
    UNREADABLE = "unreadable"
    LEFT_OUT = "left out"


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What the check of a file says.

    Attributes:
        status: ATTACHED where nothing is wrong with it.
        reason: why it cannot be attached, for people; empty where nothing is wrong.
    """

    status: Status
    reason: str = ""


GOOD = Verdict(status=Status.ATTACHED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Stamp:
    """By what a change of a file is known, without opening it.

    Attributes:
        device: the file system.
        inode: the file on it; a file that replaces another has a new one.
        size: in bytes, of the database file.
        changed: when it was written last, in nanoseconds since 1970.
        log_size: in bytes, of the ``-wal`` file; -1 where there is none.
        log_changed: when that was written last; 0 where there is none.
    """

    device: int
    inode: int
    size: int
    changed: int
    log_size: int
    log_changed: int

    @property
    def file(self) -> tuple[int, int]:
        """Which file it is, whatever it is called and whatever is in it."""
        return self.device, self.inode


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A file that the last scan has found.

    Attributes:
        path: its path, in full.
        name: the database's name in Datasette; empty where it is not attached.
        verdict: attached, or why not.
        stamp: the state of the file when it was looked at; None where it cannot be.
        found: when it was found first, in seconds since 1970.
    """

    path: str
    name: str
    verdict: Verdict
    stamp: Stamp | None
    found: float

    @property
    def size(self) -> int:
        """In bytes, with what waits in the ``-wal`` file."""
        return self.stamp.size + max(self.stamp.log_size, 0) if self.stamp else 0

    @property
    def changed(self) -> float:
        """When it was written last, in seconds since 1970; 0 where that is not known."""
        return max(self.stamp.changed, self.stamp.log_changed) / 1e9 if self.stamp else 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """What one scan has done.

    Attributes:
        started: when it began, in seconds since 1970.
        seconds: how long it took.
        attached: how many databases it has attached.
        detached: how many it has detached.
        problems: what could not be searched or read, in sqlite-scanner's words; without the files
            that have an entry.
        error: why it has failed; empty where it has not.
    """

    started: float
    seconds: float
    attached: int = 0
    detached: int = 0
    problems: tuple[str, ...] = ()
    error: str = ""
