"""Which members do more than lie among Python's modules, once a wheel is installed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from ..check.places import data_scheme, import_path
from ..check.report import shown

# What Python's site module imports whenever Python starts, beside the lines of .pth files.
_CUSTOM = frozenset({"sitecustomize", "usercustomize"})


class EffectKind(StrEnum):
    """What comes of a member.

    ``start``: Python reads it whenever it starts, and may run code of it. The others are where
    installers put it (PEP 427, "The .data directory"): ``command`` among the commands, ``data``
    anywhere in the environment, ``header`` among the C headers.
    """

    START = "start"
    COMMAND = "command"
    DATA = "data"
    HEADER = "header"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A member that does something when it is installed, or when Python starts.

    Attributes:
        path: where it lies in the wheel.
        kind: what comes of it.
    """

    path: str
    kind: EffectKind


_SCHEMES = {
    "scripts": EffectKind.COMMAND,
    "data": EffectKind.DATA,
    "headers": EffectKind.HEADER,
}


def effects(names: Iterable[str]) -> tuple[Effect, ...]:
    """The members that do something, those at Python's start first; each sorted by path.

    Args:
        names: the names of all members.
    """
    found = set(_effects(names))
    return tuple(sorted(found, key=lambda each: (each.kind is not EffectKind.START, each.path)))


def _effects(names: Iterable[str]) -> Iterator[Effect]:
    for name in names:
        if name.endswith("/"):
            continue
        scheme = data_scheme(name)
        if _is_read_at_start(name, scheme):
            yield Effect(path=shown(name), kind=EffectKind.START)
        elif scheme in _SCHEMES:
            yield Effect(path=shown(name), kind=_SCHEMES[scheme])


def _is_read_at_start(name: str, scheme: str | None) -> bool:
    """Whether it comes to lie where Python looks at its start: beside the packages.

    What ``data`` holds may go to any folder of the environment, so to that one, too.
    """
    path = name if scheme == "data" else import_path(name)
    if path is None:
        return False
    folder, _, file = path.rpartition("/")
    first = path.partition("/")[0] if scheme != "data" else file
    if first.partition(".")[0] in _CUSTOM:
        return True
    return file.lower().endswith(".pth") and (not folder or scheme == "data")
