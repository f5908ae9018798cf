"""Numbers and lists in sentences."""

from __future__ import annotations

from collections.abc import Sequence


def counted(number: int, noun: str, nouns: str = "") -> str:
    """A number of things, like ``1 file`` or ``3 libraries``.

    Args:
        number: how many there are.
        noun: what one is called.
        nouns: what several are called; empty where that is the noun with an s.
    """
    return f"{number} {noun if number == 1 else nouns or f'{noun}s'}"


def listed(names: Sequence[str], limit: int, *, separator: str = ", ") -> str:
    """The first names, and how many more there are: ``a, b and 3 more``.

    Args:
        names: what to list, as it is to be read.
        limit: how many names stand there at most.
        separator: what stands between two names.
    """
    text = separator.join(names[:limit])
    more = len(names) - limit
    return f"{text} and {more} more" if more > 0 else text
