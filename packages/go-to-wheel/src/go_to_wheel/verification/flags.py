"""The flags of ``go build`` that a record of origin names. Pure.

The record is not trusted: with flags like ``-toolexec`` or ``-ldflags=-extld=…`` Go runs any
program. So only what ``build_flags`` itself would have written is taken, and of the linker's
flags only those that name no program and no file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ..errors import OriginError
from ..model import GoOptions

_FIRST = ("-trimpath", "-buildvcs=false")
_LINKER = "-ldflags=-s -w"
_TAGS = "-tags="
_TAG = re.compile(r"[A-Za-z0-9_.]+")
# `go tool link`, "-X importpath.name=value"; the value may be anything.
# A word that begins with "@" would be read as a file of more flags.
_VARIABLE = re.compile(r"(?!@)[^\s=]+\.[^\s=.]+=.*", re.DOTALL)
_PLAIN = {"-s", "-w", "-s=true", "-w=true", "-compressdwarf=false"}
_SPACE = " \t\n\r"


def read_flags(flags: Sequence[str]) -> GoOptions:
    """The options that give these flags of ``go build``.

    Raises:
        OriginError: no build of ours has these flags, or they could make Go run something.
    """
    rest = list(flags)
    if tuple(rest[:2]) != _FIRST:
        raise _foreign(next((flag for flag in rest if flag not in _FIRST), " ".join(rest)))
    del rest[:2]
    if not rest or not (rest[0] == _LINKER or rest[0].startswith(f"{_LINKER} ")):
        raise _foreign(rest[0] if rest else "none")
    ldflags = rest.pop(0).removeprefix(_LINKER)[1:]
    _check_linker_flags(ldflags)
    tags = _read_tags(rest.pop(0)) if rest and rest[0].startswith(_TAGS) else ()
    if rest:
        raise _foreign(rest[0])
    return GoOptions(ldflags=ldflags, tags=tags)


def _read_tags(flag: str) -> tuple[str, ...]:
    tags = tuple(flag.removeprefix(_TAGS).split(","))
    if not all(_TAG.fullmatch(tag) for tag in tags):
        raise _foreign(flag)
    return tags


def _check_linker_flags(text: str) -> None:
    words = _split(text)
    for word in words:
        if word in _PLAIN:
            continue
        value = next(words, "") if word == "-X" else word.removeprefix("-X=")
        if value == word or not _VARIABLE.fullmatch(value):
            raise _foreign(f"-ldflags={word}")


def _split(text: str) -> Iterator[str]:
    """The words of a flag's value, as Go splits them (``go help build``, "-ldflags").

    A word that begins with a quote ends with the same one, and nothing is escaped in it.
    """
    rest = text.lstrip(_SPACE)
    while rest:
        if rest[0] in "'\"":
            word, quote, rest = rest[1:].partition(rest[0])
            if not quote:
                raise _foreign(f"-ldflags={text}")
        else:
            word = re.split(f"[{_SPACE}]", rest, maxsplit=1)[0]
            rest = rest[len(word) :]
        yield word
        rest = rest.lstrip(_SPACE)


def _foreign(flag: str) -> OriginError:
    return OriginError(
        f"The record of origin names a flag of Go that is not used on a record's word: {flag}.",
        hint="Build it yourself with this flag, where you trust it, and compare.",
    )
