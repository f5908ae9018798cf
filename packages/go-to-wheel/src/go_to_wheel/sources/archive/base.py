"""What all archives have in common: members, and streaming one of them to a path."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from ...errors import ArchiveError, GoToWheelError, OutputError
from .model import Member, MemberKind
from .names import printable

Check = Callable[[], None]
"""Called between any two pieces of work; what it raises ends the work."""

_LONGEST_CHAIN = 40  # links to links, as Linux has it


def never() -> None:
    """The check of work that nobody stops."""


@contextmanager
def guarded(shown: str) -> Iterator[None]:
    """Turn whatever a parser or decoder raises into ArchiveError.

    The bytes are not ours, and many libraries read them: zlib.error, LZMAError, an OSError
    without a number from bz2, struct.error or UnicodeDecodeError all mean the same to users.

    Args:
        shown: what the archive is called in messages.

    Raises:
        ArchiveError: the block raised it, or any exception that is not the product's own.
    """
    try:
        yield
    except GoToWheelError:
        raise
    except OSError as error:
        if error.errno is None:
            raise damaged(shown, str(error)) from error
        raise ArchiveError(
            f"{shown} cannot be read: {error.strerror}.", hint="Check its path and permissions."
        ) from error
    except Exception as error:
        raise damaged(shown, str(error) or type(error).__name__) from error


def damaged(shown: str, detail: str) -> ArchiveError:
    """The error that says an archive is broken."""
    detail = printable(detail).strip().rstrip(".") or "it makes no sense"
    return ArchiveError(
        f"{shown} is damaged or cut short: {detail}.", hint="Download or build it again."
    )


class Archive(ABC):
    """An archive that has been listed and is open.

    It is read by one thread at a time. Reading members in the order in which they are listed
    is fastest.

    Attributes:
        name: what it is called.
        is_single: the file is no archive, so its one member is the file itself, unpacked
            where it was compressed.
    """

    is_single = False

    def __init__(self, *, name: str, check: Check) -> None:
        self.name = name
        self.check = check
        self._members: tuple[Member, ...] = ()

    @property
    def shown(self) -> str:
        """Its name as it may be printed."""
        return printable(self.name)

    def members(self) -> Sequence[Member]:
        """Its files and links, in the order of the archive."""
        return self._members

    @abstractmethod
    def _pieces(self, member: Member) -> Iterator[bytes]:
        """The bytes of a file, piece by piece; any exception may come out of it."""

    def pieces(self, member: Member) -> Iterator[bytes]:
        """The bytes of a member, piece by piece. A link gives those of its target.

        Raises:
            ArchiveError: they cannot be read, or are not what the archive says they are.
        """
        file = self.resolve(member)
        with guarded(self.shown):
            for piece in self._pieces(file):
                self.check()
                yield piece

    def head(self, member: Member, size: int) -> bytes:
        """The first bytes of a member, as many as there are up to this size.

        Raises:
            ArchiveError: they cannot be read.
        """
        found = b""
        for piece in self.pieces(member):
            found += piece
            if len(found) >= size:
                break
        return found[:size]

    def extract(self, member: Member, to: Path) -> None:
        """Stream the bytes of a member into a new file; none is left where that fails.

        Raises:
            ArchiveError: they cannot be read, or are not what the archive says they are.
            OutputError: the file cannot be written.
        """
        try:
            stream = to.open("xb")
        except OSError as error:
            raise self._unwritable(to, error) from error
        try:
            with stream:
                for piece in self.pieces(member):
                    stream.write(piece)
        except OSError as error:
            to.unlink(missing_ok=True)
            raise self._unwritable(to, error) from error
        except BaseException:
            to.unlink(missing_ok=True)
            raise

    def _unwritable(self, to: Path, error: OSError) -> OutputError:
        return OutputError(
            f"{to.name} cannot be unpacked from {self.shown}: {error.strerror}.",
            hint="Is there room on the disk for temporary files?",
        )

    def resolve(self, member: Member) -> Member:
        """The file that a link leads to, or the member itself where it is a file.

        Raises:
            ArchiveError: it leads to nothing in the archive, or in a circle.
        """
        file = member
        for _ in range(_LONGEST_CHAIN):
            if file.kind is MemberKind.FILE:
                return file
            file = self._named(file.target, link=member)
        raise ArchiveError(
            f"{self.shown} holds a link that leads in a circle: {printable(member.name)}.",
            hint="Name the program itself.",
        )

    def _named(self, name: str, *, link: Member) -> Member:
        found = self._by_name.get(name, [])
        if not found:
            raise ArchiveError(
                f"{self.shown} holds a link that leads nowhere: {printable(link.name)} is said"
                f" to be {printable(name)}, which is not in the archive.",
                hint="Choose another asset, or ask those who published it to mend it.",
            )
        if len(found) > 1:
            raise ArchiveError(
                f"{self.shown} holds {printable(name)} more than once, and nothing says which"
                f" one the link {printable(link.name)} means.",
                hint="Ask those who published it to mend it.",
            )
        return found[0]

    @cached_property
    def _by_name(self) -> dict[str, list[Member]]:
        found: dict[str, list[Member]] = {}
        for member in self._members:
            found.setdefault(member.name, []).append(member)
        return found
