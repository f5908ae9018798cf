"""What is inside a wheel, from anywhere and made by anything.

``inspect_wheel`` only looks: nothing is executed, and whether the index would take the wheel is
for ``check`` to say.
"""

from __future__ import annotations

from .effects import Effect, EffectKind
from .facts import (
    Bill,
    Description,
    Inspection,
    Library,
    Program,
    RecordState,
    TagVerdict,
)
from .read import inspect_wheel

__all__ = [
    "Bill",
    "Description",
    "Effect",
    "EffectKind",
    "Inspection",
    "Library",
    "Program",
    "RecordState",
    "TagVerdict",
    "inspect_wheel",
]
