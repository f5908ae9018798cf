"""Which flags a project's file, or a wheel's record of origin, may give to Go's linker.

``go build`` of a stranger's source runs nothing of it, and building its wheel is to be as safe.
With ``-extld`` the linker starts a program, with ``-o`` or ``-cpuprofile`` it writes a file, and
a word that begins with ``@`` names a file of more flags. So a file may have only flags that say
what is in the program; the command takes all, from those who type them. So, too, with a record of
origin, which anybody may have written and ``verify`` follows.
"""

from __future__ import annotations

import re

# Words as Go parts them (``go help build``, "-ldflags"): at blanks, and a word that begins with a
# quote ends with the next such, whatever stands in it. The same expression stands in schema.json.
_BLANK = r"[ \t\n\r]"
_VARIABLE = r"[^\s=@'\"\0-][^\s='\"\0]*\.[^\s='\".\0]+="
_TRUTH = "true|false|[01]"
_FLAG = "|".join(
    [
        f"-(?:[sw]|compressdwarf)(?:=(?:{_TRUTH}))?",
        "-buildid=[0-9A-Za-z+/=_.-]*",
        rf"-linkmode(?:=|{_BLANK}+)internal",
        rf"-H(?:=|{_BLANK}+)[a-z][a-z0-9]*",
        rf"-B(?:=|{_BLANK}+)(?:0x[0-9a-fA-F]+|gobuildid|none)",
        rf"-X(?:=|{_BLANK}+){_VARIABLE}[^\s\0]*",
        *(rf"-X{_BLANK}+{quote}{_VARIABLE}[^{quote}\0]*{quote}" for quote in "'\""),
        *(rf"{quote}-X={_VARIABLE}[^{quote}\0]*{quote}" for quote in "'\""),
        rf"-extldflags(?:=|{_BLANK}+)-static",
        *(rf"-extldflags{_BLANK}+{quote}-static{quote}" for quote in "'\""),
        *(f"{quote}-extldflags=-static{quote}" for quote in "'\""),
    ]
)
_ONE = re.compile(rf"(?:{_FLAG})(?={_BLANK}|$(?!\n))")
_NEXT = re.compile(rf"{_BLANK}*")

PATTERN = rf"^{_BLANK}*(?:(?:{_FLAG})(?:{_BLANK}+(?:{_FLAG}))*{_BLANK}*)?$(?!\n)"
"""What the whole text must match, as an expression of Python and of JSON schemas."""


def foreign_flag(text: str) -> str | None:
    """The first flag in a text that a file may not give; None where all are allowed."""
    place = _NEXT.match(text)
    while place and place.end() < len(text):
        flag = _ONE.match(text, place.end())
        if flag is None:
            return re.split(_BLANK, text[place.end() :], maxsplit=1)[0]
        place = _NEXT.match(text, flag.end())
    return None
