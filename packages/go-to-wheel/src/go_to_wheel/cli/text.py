"""Text as a terminal should get it: nothing in it drives the terminal, and words stay whole.

Pure: nothing is printed here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from rich.cells import cell_len

_LAID_OUT = "\n\t"
_HARMLESS = {"Zs", "Cs"}  # blanks, and bytes of a name that are no UTF-8
# What stands in quotes and is no apostrophe: it begins a word, and ends one.
_QUOTED = r"""'(?:[^'\n]|'(?=\w))+'(?!\w)|"[^"\n]+"(?!\w)|`[^`\n]+`"""
_PIECE = re.compile(rf"(?:(?<!\S)[(\[]*(?:{_QUOTED}))?[^ ]*")


def visible(text: str) -> str:
    r"""The text with its control characters written out, like ``\x1b``.

    Names of files and keys of settings may be a stranger's choice. Newlines and tabs stay, and so
    do blanks of other widths, which other programs and languages write.
    """
    if text.isprintable():
        return text
    return "".join(map(_visible, text.replace("\r\n", "\n")))


def _visible(char: str) -> str:
    is_plain = char.isprintable() or char in _LAID_OUT or unicodedata.category(char) in _HARMLESS
    return char if is_plain else ascii(char)[1:-1]


def wrapped(text: str, width: int) -> str:
    """The text with a newline where a line would be too long, in place of a blank.

    What stands in quotes stays in one piece where a line holds it: most often it is a command.
    A word that is longer than a line, like a path, stays whole too: where the terminal breaks
    it, no newline gets into a copy. So do lines that begin with a blank: they are laid out.

    Args:
        text: one or several lines.
        width: the columns of the terminal; wide letters take two.
    """
    return "\n".join(_wrapped_line(line, width) for line in text.split("\n"))


def _wrapped_line(line: str, width: int) -> str:
    if line.startswith((" ", "\t")) or cell_len(line) <= width:
        return line
    first, *others = _words(line, width)
    lines = [first]
    for word in others:
        longer = f"{lines[-1]} {word}"
        if cell_len(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return "\n".join(lines)


def _words(line: str, width: int) -> Iterator[str]:
    """What must not be broken; they make up the line with a blank between any two."""
    position = 0
    while position <= len(line):
        found = _PIECE.match(line, position)
        assert found  # it may be empty
        yield from [found[0]] if cell_len(found[0]) <= width else found[0].split(" ")
        position = found.end() + 1  # behind the blank
