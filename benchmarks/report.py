"""What is shown of the measurements: a table for people, a document for a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from measure import Pairs, Spread

OLD = "go-to-wheel 0.2"

_SHOWN: dict[str, Callable[[float], str]] = {
    "s": lambda value: f"{value:.2f} s",
    "ms": lambda value: f"{value:.2f} ms",
    "bytes": lambda value: f"{value / 1e6:.2f} MB",
}
_DIGITS = {"s": 3, "ms": 3, "bytes": 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the table.

    Attributes:
        name: what was measured.
        unit: ``s``, ``ms`` or ``bytes``.
        pairs: the values.
        base: what ours is compared with.
        goal: the most that the median of the ratios may be; with ``absolute``, that the
            greatest of our own values may be; None for what is only for information.
        absolute: the goal is in the figure's unit, and the ratio is for information only.
    """

    name: str
    unit: str
    pairs: Pairs
    base: str
    goal: float | None
    absolute: bool = False

    @property
    def reached(self) -> bool:
        """Whether the goal is met, where there is one."""
        if self.goal is None:
            return True
        if self.absolute:
            return max(self.pairs.ours) <= self.goal
        return Spread.of(self.pairs.ratios).median <= self.goal

    def cells(self) -> tuple[str, ...]:
        """The line of the table."""
        show = _SHOWN[self.unit]
        ratio = Spread.of(self.pairs.ratios)
        return (
            self.name,
            show(Spread.of(self.pairs.ours).median),
            show(Spread.of(self.pairs.base).median),
            self.base,
            f"{ratio.min:.3f}",
            f"{ratio.median:.3f}",
            f"{ratio.max:.3f}",
            *self._goal_cells(show),
        )

    def _goal_cells(self, show: Callable[[float], str]) -> tuple[str, str]:
        if self.goal is None:
            return "", ""
        goal = show(self.goal) if self.absolute else f"{self.goal:.2f}"
        return f"<= {goal}", "yes" if self.reached else "NO"

    def document(self) -> dict[str, object]:
        """The same as data."""
        digits = _DIGITS[self.unit]
        return {
            "figure": self.name,
            "unit": self.unit,
            "pairs": len(self.pairs.ours),
            "ours": _spread(self.pairs.ours, digits),
            "base": {"what": self.base, **_spread(self.pairs.base, digits)},
            "ratio": _spread(self.pairs.ratios, 4),
            "goal": self.goal and {"value" if self.absolute else "ratio": self.goal},
            "reached": self.reached,
        }


def _spread(values: Sequence[float], digits: int) -> dict[str, float]:
    spread = Spread.of(values)
    numbers = {"min": spread.min, "median": spread.median, "max": spread.max}
    return {
        name: round(value, digits) if digits else round(value) for name, value in numbers.items()
    }


_HEAD = ("figure", "ours", "base", "what the base is", "ratio min", "median", "max", "goal", "met")


def table(figures: Iterable[Figure]) -> str:
    """The table; values are medians, ratios are of the pairs."""
    rows = [_HEAD, *(figure.cells() for figure in figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(map(_aligned, row, widths, range(len(row)))).rstrip() for row in rows]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def _aligned(cell: str, width: int, column: int) -> str:
    return cell.ljust(width) if column in {0, 3, 7, 8} else cell.rjust(width)
