"""The variables and constants that a file of Go source declares at its top level."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, auto

# What matters here of the lexical elements of the Go specification. Comments and literals may
# hold anything, so they go first; one that has no end is none.
_TOKEN = re.compile(
    r"//[^\n]*|/\*(?P<comment>.*?)\*/"
    r"|`[^`]*`|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'"
    r"|(?P<word>[^\W\d]\w*)|(?P<mark>[(){}\[\],;\n])|(?P<endless>[`\"']|/\*)"
    r"|(?:\d\w*|[^\w(){}\[\],;\n`\"'/]+|.)",
    re.DOTALL,
)
_OPEN, _CLOSE = frozenset("({["), frozenset(")}]")
_KINDS = frozenset(("var", "const"))


class _At(Enum):
    """Where the reader is in a declaration."""

    NAME = auto()  # before a name
    NAMED = auto()  # behind one
    REST = auto()  # in the type or the value


class _Reader:
    """Reads tokens one by one."""

    def __init__(self) -> None:
        self.depth = 0  # of brackets
        self._kind = ""  # of the declaration that is read; empty between them
        self._grouped = False  # it is one in brackets: var (...)
        self._at = _At.REST

    def word(self, word: str) -> tuple[str, str] | None:
        """Take an identifier or a keyword; the kind and the name where it is declared here."""
        if not self._kind:
            if self.depth == 0 and word in _KINDS:
                self._kind, self._grouped, self._at = word, False, _At.NAME
            return None
        if self.depth != self._grouped:
            return None
        declared = (self._kind, word) if self._at is _At.NAME else None
        self._at = _At.NAMED if declared else _At.REST
        return declared

    def mark(self, mark: str) -> None:
        """Take a bracket, a comma, or what ends a statement."""
        if mark in _OPEN:
            if mark == "(" and self._kind and self._at is _At.NAME and self.depth == 0:
                self._grouped = True
            else:
                self._at = _At.REST
            self.depth += 1
        elif mark in _CLOSE:
            self.depth -= 1
            if self._grouped and self.depth == 0:
                self._kind, self._grouped = "", False
        elif self.depth == self._grouped and self._kind:
            self._separate(mark)

    def other(self) -> None:
        """Take a literal or an operator."""
        if self.depth == self._grouped:
            self._at = _At.REST

    def _separate(self, mark: str) -> None:
        if mark == ",":
            self._at = _At.NAME if self._at is _At.NAMED else _At.REST
        elif self._at is not _At.NAME:  # a line may break between names
            if self._grouped:
                self._at = _At.NAME
            else:
                self._kind = ""


def declarations(source: str) -> Iterator[tuple[str, str]]:
    """The declarations at the top level: ``var`` or ``const``, and a name.

    A value that goes on in the next line of a group may be taken for a name.

    Raises:
        ValueError: it is no Go: a bracket, a comment or a literal has no end.
    """
    reader = _Reader()
    for token in _TOKEN.finditer(source):
        if word := token["word"]:
            if found := reader.word(word):
                yield found
        elif mark := token["mark"]:
            reader.mark(mark)
        elif token["endless"] or reader.depth < 0:
            raise ValueError("what was begun has no end")
        elif "\n" in (token["comment"] or ""):  # it counts like a line's end
            reader.mark("\n")
        elif not token[0].isspace() and not token[0].startswith(("//", "/*")):
            reader.other()
    if reader.depth:
        raise ValueError("what was begun has no end")
