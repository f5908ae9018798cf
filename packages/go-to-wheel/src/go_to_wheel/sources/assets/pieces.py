"""A name taken apart into words, and what each word means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from .words import LONGEST_SPELLING, VERSION, WORDS, Meaning

Words = tuple[str, ...]
"""The words of a tool's or a command's name, in lower case."""

WORD = re.compile(r"[a-z0-9]+", re.ASCII | re.IGNORECASE)
_LONGEST_GLUED = 24  # no two words of the tables are longer together


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One word of a name, and what it means, where it means anything.

    A word of a name that was told means nothing else, and belongs to the tool's name.
    """

    text: str
    start: int
    end: int
    meaning: Meaning | None
    is_told: bool = False


def pieces_of(body: str, told: Iterable[Words] = ()) -> list[Piece]:
    """The words of a name, with those that separators cut joined again (``x86_64``)."""
    blanked = VERSION.sub(lambda match: " " * len(match.group()), body)
    found = list(WORD.finditer(blanked))
    lower = tuple(match.group().lower() for match in found)
    index = max((len(words) for words in told if lower[: len(words)] == words), default=0)
    pieces = [replace(piece, is_told=True) for piece in split_words(blanked)[:index]]
    while index < len(found):
        count, meaning = longest_meaning(
            [match.group().lower() for match in found[index : index + LONGEST_SPELLING]]
        )
        first, last = found[index], found[index + count - 1]
        text = body[first.start() : last.end()]
        pieces.append(Piece(text=text, start=first.start(), end=last.end(), meaning=meaning))
        index += count
    return pieces


def split_words(text: str) -> list[Piece]:
    """The words of a text, for what they are and not for what they mean."""
    return [
        Piece(text=match.group(), start=match.start(), end=match.end(), meaning=None)
        for match in WORD.finditer(text)
    ]


def longest_meaning(words: Sequence[str]) -> tuple[int, Meaning | None]:
    """How many of the first words make one word that means something, and what."""
    for count in range(min(LONGEST_SPELLING, len(words)), 1, -1):
        joined = WORDS.get("".join(words[:count]))
        if joined is not None:
            return count, joined
    return 1, meaning_of(words[0])


@lru_cache(maxsize=8192)
def meaning_of(word: str) -> Meaning | None:
    """What one word means, also where two were glued together (``linuxarm64``, ``macos13``)."""
    known = WORDS.get(word)
    if known is not None or len(word) > _LONGEST_GLUED:
        return known
    for cut in range(len(word) - 1, 1, -1):
        left, right = WORDS.get(word[:cut]), word[cut:]
        if left is None:
            continue
        if right.isdigit() and (left.os is not None or left.linkage is not None):
            return Meaning(os=left.os, linkage=left.linkage, special=True)
        glued = _glue(left, WORDS.get(right))
        if glued is not None:
            return glued
    return None


def _glue(left: Meaning, right: Meaning | None) -> Meaning | None:
    """Two meanings as one, where they say different things: a system and a processor."""
    if right is None or (left.os is None) == (right.os is None):
        return None
    if left.cpu is not None and right.cpu is not None:
        return None
    return Meaning(
        os=left.os or right.os,
        cpu=left.cpu or right.cpu,
        linkage=left.linkage if left.linkage is not None else right.linkage,
        special=left.special or right.special,
    )
