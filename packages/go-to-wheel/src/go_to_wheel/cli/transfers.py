"""Files that arrive from the network: how far each is, and how fast it comes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..events import Fetching
from .tables import size_text

_WORTH_A_RATE = 0.2  # seconds; before that a rate is noise


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """One file on its way.

    Attributes:
        event: what was last told of it.
        began: when that was first told, in seconds of a monotonic clock.
        seconds: how long it has been on its way.
    """

    event: Fetching
    began: float
    seconds: float = 0.0

    def after(self, event: Fetching, now: float) -> Transfer:
        """The same file at a later time."""
        return replace(self, event=event, seconds=now - self.began)

    @property
    def is_complete(self) -> bool:
        """Whether all of it is here."""
        return self.event.done == self.event.total

    def __str__(self) -> str:
        done, total = self.event.done, self.event.total
        text = size_text(done)
        if total is not None and not self.is_complete:
            text += f" of {size_text(total)}"
        if self.seconds >= _WORTH_A_RATE:
            text += f", {size_text(round(done / self.seconds))}/s"
        return text
