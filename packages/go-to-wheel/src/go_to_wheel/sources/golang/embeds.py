"""What a Go, C or assembly file brings in: the words in its text that name other files."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_EMBED = re.compile(rb"^[ \t]*//go:embed[ \t]+([^\r\n]*)", re.MULTILINE)
_WORD = re.compile(r'"(?P<quoted>(?:[^"\\]|\\.)*)"|`(?P<raw>[^`]*)`|(?P<plain>[^\s"`]\S*)|\S')
# In C, `#include "x"` and C23's `#embed`, and asking whether there is such a file; in assembly also
# `.incbin "x"` and `.include "x"`, there and in C's asm(). C takes a comment for a blank.
_GAP = rb"(?:[ \t]|\\\r?\n|/\*[^*]{0,99}\*/)*"
_INCLUDE = re.compile(
    rb"(?:(?:#|%:)" + _GAP + rb"(?:include|include_next|import|embed)\b"
    rb"|\b__has_(?:include|include_next|embed)" + _GAP + rb"\("
    rb'|\bincbin\b|\.include\b(?=[ \t]*\\?"))'
    + _GAP
    + rb'(?:\\?["<](?P<name>[^">\\\r\n]+)|(?P<macro>[A-Za-z_]))'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Embed:
    """One pattern of a ``//go:embed`` line (``go doc embed``).

    Attributes:
        text: the pattern.
        whole: it names hidden files below folders, too (``all:``).
        names: matches a path below the folder of the source file.
    """

    text: str
    whole: bool
    names: re.Pattern[str]

    def takes(self, path: str) -> bool:
        """Whether it brings in a file.

        Some systems find ``Static`` by the name ``static``, and ``é`` however it is written.

        Args:
            path: where the file lies below the folder of the source file, with ``/``.
        """
        parts = _plain(path).split("/")
        for count in range(1, len(parts) + 1):
            if self.names.fullmatch("/".join(parts[:count])):
                below = parts[count:]
                if self.whole or not any(part.startswith((".", "_")) for part in below):
                    return True
        return False


def embeds(content: bytes) -> Iterator[Embed]:
    """The patterns of the ``//go:embed`` lines in a Go file."""
    if b"//go:embed" not in content:
        return
    for line in _EMBED.findall(content):
        for word in _WORD.finditer(line.decode(errors="replace")):
            quoted = word["quoted"]
            if quoted is not None and "\\" not in quoted:
                yield _embed(quoted)
            elif word["raw"] is not None or word["plain"]:
                yield _embed(word["raw"] or word["plain"] or "")
            else:  # a way of writing that only Go itself can read
                yield _embed("all:*")


def _embed(text: str) -> Embed:
    pattern = text.removeprefix("all:")
    try:
        names = re.compile(_translated(_plain("*" if pattern == "." else pattern)))
    except re.error:
        return _embed("all:*")
    return Embed(text=text, whole=pattern != text or pattern == ".", names=names)


def _plain(text: str) -> str:
    return text if text.isascii() and text.islower() else unicodedata.normalize("NFC", text.lower())


def _translated(pattern: str) -> str:
    """A pattern of Go's ``path.Match`` as a regular expression; wrong ones are refused later."""
    parts = re.findall(r"\[\^?(?:\\.|[^\\\]])+\]|\\.|.", pattern, re.DOTALL)
    return "".join(map(_translated_part, parts))


def _translated_part(part: str) -> str:
    if part in ("*", "?"):
        return "[^/]" + part.replace("?", "")
    if part.startswith("[") and len(part) > 1:
        inside = part[1:-1]
        negated = inside.startswith("^")
        inner = re.sub(r"(?<!\\)([\[&~|]|-(?=-))", r"\\\1", inside.removeprefix("^"))
        return f"[^/{inner}]" if negated else f"[{inner}]"
    return re.escape(part.removeprefix("\\") or part)


def includes(content: bytes) -> Iterator[str | None]:
    """The names of the files that C or assembly includes; None where a macro says which."""
    for found in _INCLUDE.finditer(content):
        name = found["name"]
        yield None if name is None else name.decode(errors="replace").strip()
