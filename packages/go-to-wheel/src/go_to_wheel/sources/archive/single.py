"""A file that is no archive: it counts as an archive with itself as its one member."""

from __future__ import annotations

from collections.abc import Iterator

from .base import Archive
from .compressed import PIECE
from .model import Member
from .tape import Unpacking


class Single(Archive):
    """A program as it is, or compressed alone.

    Args:
        unpacking: where its bytes come from.
        name: what it is called, without the ending of its compression.
    """

    is_single = True

    def __init__(self, unpacking: Unpacking, *, name: str) -> None:
        super().__init__(name=name, check=unpacking.check)
        self._unpacking = unpacking
        self._members = (Member(name=name, size=None, executable=False),)

    def _pieces(self, member: Member) -> Iterator[bytes]:  # noqa: ARG002 - there is just one
        stream = self._unpacking.start(self.shown)
        while piece := stream.read(PIECE):
            yield piece
