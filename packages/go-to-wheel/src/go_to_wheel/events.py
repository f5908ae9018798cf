"""What a build tells while it runs. Whoever watches decides what to show."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from .errors import GoToWheelError
    from .model import BuiltWheel
    from .planning import BuildPlan
    from .targets import Target


class Stage(StrEnum):
    """How far one target is.

    ``FAILED`` is a target whose error is told; ``STOPPED`` one that ended because another one
    failed, or because the user stopped the run.
    """

    WAITING = "waiting"
    COMPILING = "compiling"
    UNPACKING = "unpacking"
    PACKING = "packing"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRead:
    """The source was looked at, and this is what will be made of it."""

    plan: BuildPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetMoved:
    """One target has come to another stage.

    Attributes:
        target: which one.
        stage: where it is now.
        wheel: what came of it, once it is done.
        error: why it failed, or was stopped.
    """

    target: Target
    stage: Stage
    wheel: BuiltWheel | None = None
    error: GoToWheelError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetching:
    """A file is arriving from the network.

    Attributes:
        target: what it is for.
        name: what it is called.
        done: the bytes that are here.
        total: all its bytes; None where that is not known.
    """

    target: Target
    name: str
    done: int
    total: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleFetching:
    """Go fetches a module that is not here yet.

    Attributes:
        module: its path, with its version where Go tells it, like ``example.com/mod v1.2.3``.
    """

    module: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryBuilding:
    """The C library for a target is built before the program: it is not kept here yet."""

    target: Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """Something the user should know, though the build goes on."""

    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramStarted:
    """Another program was started: its command line."""

    command: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """What is about to be done, and what the user should know before it is: in one sentence."""

    message: str


Event = (
    Announced
    | Fetching
    | LibraryBuilding
    | ModuleFetching
    | ProgramStarted
    | SourceRead
    | TargetMoved
    | Warned
)


class Observer(Protocol):
    """Watches a build; called from several threads, one call at a time for each target."""

    def __call__(self, event: Event, /) -> None:
        """Take note of an event."""


def watch_nothing(event: Event, /) -> None:
    """The observer that looks away."""
