"""What a check says: problems, and the report that holds them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from .. import wording

LIMIT_PER_RULE = 20
"""How many problems of one rule a report lists before it only counts them."""

_LONGEST = 300  # characters of one text; names in hostile archives have 65,535


class Level(StrEnum):
    """How bad a problem is.

    ``error``: the index refuses the wheel, an installer fails or drops something, or a
    user's machine would run something wrong. ``warning``: it works, but poorer than it should.
    """

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong with a wheel.

    Attributes:
        level: how bad it is.
        rule: the rule's short name, which stays the same between releases.
        where: the member of the archive, the field of a file, or the wheel's file name.
        message: what is wrong, in one sentence.
        hint: what to do about it.
    """

    level: Level
    rule: str
    where: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """All problems of one wheel, errors first.

    Attributes:
        path: the wheel.
        problems: what was found; empty for a wheel without fault.
    """

    path: Path
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that keep the wheel from being taken or from working."""
        return tuple(problem for problem in self.problems if problem.level is Level.ERROR)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """The problems that only make the wheel poorer."""
        return tuple(problem for problem in self.problems if problem.level is Level.WARNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule's name and what to do when it is broken; ``at`` makes the problem."""

    name: str
    level: Level
    hint: str

    def at(self, where: str, message: str, *, hint: str = "") -> Problem:
        """This rule broken there; the hint is the rule's own unless another one is given."""
        return Problem(
            level=self.level,
            rule=self.name,
            where=shown(where),
            message=shown(message),
            hint=hint or self.hint,
        )


def error(name: str, hint: str) -> Rule:
    """A rule that makes errors."""
    return Rule(name=name, level=Level.ERROR, hint=hint)


def warning(name: str, hint: str) -> Rule:
    """A rule that makes warnings."""
    return Rule(name=name, level=Level.WARNING, hint=hint)


def shown(text: str) -> str:
    """The text as it can be printed: no control characters, and not too long."""
    if len(text) > _LONGEST:
        text = f"{text[: _LONGEST - 1]}…"
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def listed(names: Sequence[str], limit: int = 3) -> str:
    """The first names, and how many more there are."""
    return wording.listed([shown(name) for name in names], limit)


def gathered(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems with errors first, each rule cut off after ``LIMIT_PER_RULE`` of them."""
    return tuple(sorted(_cut_off(problems), key=lambda problem: problem.level is Level.WARNING))


def _cut_off(problems: Iterable[Problem]) -> Iterator[Problem]:
    counts: dict[tuple[Level, str], int] = {}
    for problem in problems:
        key = (problem.level, problem.rule)
        counts[key] = counts.get(key, 0) + 1
        if counts[key] <= LIMIT_PER_RULE:
            yield problem
    for (level, rule), count in counts.items():
        if count > LIMIT_PER_RULE:
            more = count - LIMIT_PER_RULE
            yield Problem(
                level=level,
                rule=rule,
                where=f"{more} more",
                message=f"The same is wrong in {wording.counted(more, 'more place')}.",
                hint="Mend those listed; the others are likely of the same kind.",
            )
