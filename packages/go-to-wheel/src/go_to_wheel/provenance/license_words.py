"""The words of a licence text that count when it is compared with another. Pure.

What SPDX's matching guidelines call no difference goes: white space, case, punctuation, the
marks of lists, titles, copyright notices. Every other character counts, of any script: what is
not known to be without meaning becomes a word of its own, and no licence has it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from .copyright_lines import is_notice
from .restricting import restricts

_MARK = re.compile(
    r"^\s*(?:(?:[*•·#>=-]+|//|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)])\s+)+", re.IGNORECASE
)
_INLINE_MARK = re.compile(r"(?<!\S)\(?\d{1,2}[.)](?=\s)")  # where paragraphs were run together
_GAP = r"[\s!-#%-/:-@\[-`{-~]"  # ASCII's punctuation: no other character goes with a title
_TITLE = re.compile(
    rf"{_GAP}*(?:the\s+)?(?:(?:mit|bsd|isc|expat|[23]|clause|new|old|simplified|revised|modified"
    rf"|style|original){_GAP}+){{1,6}}(?:licen[cs]e)?{_GAP}*(?:(?:mit|isc|expat){_GAP}*)?"
    rf"|{_GAP}*licen[cs]e{_GAP}*"
)
_LONGEST_TITLE = 120  # characters
_HEAD = 2  # lines: the licence's name, and the project's
_SPELLINGS = {"licence": "license", "sublicence": "sublicense", "https": "http"}
_SILENT = "+<=>^`|~©®●■▪◦○"  # symbols that say nothing in a licence
_QUOTES = str.maketrans("\u00b4\u00a8", "''")  # NFKC would take them apart


class _Characters(dict[int, str]):
    """What becomes of a character: itself, a blank, or a word of its own; made when needed."""

    def __missing__(self, number: int) -> str:
        character = chr(number)
        kind = unicodedata.category(character)
        if character.isspace() or kind[0] in "PZ" or character in _SILENT:
            change = " "
        elif kind[0] in "LN":
            change = character
        else:
            change = f" {character} "
        self[number] = change
        return change


_CHARACTERS = _Characters()


def read_text(content: bytes) -> str:
    """A file as text: UTF-8, or else Windows' Western code page, as old files have it."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def without_own_title(text: str, module: str) -> str:
    """The text without a line at its head that is nothing but its module's name.

    It is a title (SPDX's guideline on names and titles), as in "go-toml v2" of a module whose
    path ends in go-toml/v2.

    Args:
        text: a licence text.
        module: the module's path.
    """
    parts = set(module.lower().split("/"))
    lines = text.splitlines()
    head = [number for number, line in enumerate(lines) if line.strip()][:_HEAD]
    for number in head:
        words = lines[number].lower().split()
        if parts.issuperset(words) and not any(map(restricts, words)):
            return "\n".join(lines[:number] + lines[number + 1 :])
    return text


def text_words(text: str) -> str:
    """The words that count, in lower case and with a blank between them.

    Args:
        text: a licence text.
    """
    whole = unicodedata.normalize("NFKC", text.translate(_QUOTES))
    lines = [line for line in _lines(whole) if line.strip()]
    while lines and len(lines[0]) <= _LONGEST_TITLE and _TITLE.fullmatch(lines[0].lower()):
        lines.pop(0)
    plain = _INLINE_MARK.sub(" ", "\n".join(lines).lower())
    words = plain.translate(_CHARACTERS).split()
    return " ".join(_SPELLINGS.get(word, word) for word in words)


def _lines(text: str) -> Iterator[str]:
    """The lines without the marks of lists; notices are left out."""
    for line in text.splitlines():
        plain = _MARK.sub("", line)
        if not is_notice(line) and not is_notice(plain):
            yield plain
