"""What every source needs to do its work."""

from __future__ import annotations

from dataclasses import dataclass

from ..cache import Cache
from .process import Processes


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What runs other programs, and where results of slow steps are kept."""

    processes: Processes
    cache: Cache
