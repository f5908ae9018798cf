"""The flags of ``go build`` that a record of origin names. Pure.

The record is not trusted: with flags like ``-toolexec`` or ``-ldflags=-extld=…`` Go runs any
program. So only what ``build_flags`` itself would have written is taken, and of the linker's
flags only those that a project's file may give, but for variables of Go's own library.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..config.linker import foreign_flag
from ..errors import OriginError
from ..model import GoOptions
from ..sources.golang.linker_flags import flags_and_values, package_of, split_flags

_FIRST = ("-trimpath", "-buildvcs=false")
# With C code there is a build ID, too.
_LINKER = ("-ldflags=-s -w", "-ldflags=-buildid= -s -w")
_TAGS = "-tags="
_TAG = re.compile(r"[A-Za-z0-9_.]+")
# What import paths of Go's own library and tools begin with (``go list std cmd``, and what Go has
# behind GOEXPERIMENT): who sets their variables changes what no source of the program shows.
_OF_GO = {
    "archive", "arena", "bufio", "builtin", "bytes", "cmd", "cmp", "compress", "container",
    "context", "crypto", "database", "debug", "embed", "encoding", "errors", "expvar", "flag",
    "fmt", "go", "hash", "html", "image", "index", "internal", "io", "iter", "log", "maps",
    "math", "mime", "net", "os", "path", "plugin", "reflect", "regexp", "runtime", "simd",
    "slices", "sort", "strconv", "strings", "structs", "sync", "syscall", "testing", "text",
    "time", "unicode", "unique", "unsafe", "uuid", "vendor", "weak",
}  # fmt: skip


def read_flags(flags: Sequence[str]) -> GoOptions:
    """The options that give these flags of ``go build``.

    Raises:
        OriginError: no build of ours has these flags, or they could make Go run something.
    """
    rest = list(flags)
    for flag in _FIRST:
        if not rest or rest[0] != flag:
            raise _without(flag, rest)
        del rest[0]
    own = next((own for own in _LINKER if rest and f"{rest[0]} ".startswith(f"{own} ")), None)
    if own is None:
        raise _without(_LINKER[0], rest)
    ldflags = rest.pop(0).removeprefix(own)[1:]
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
    words, found = split_flags(text), flags_and_values(text)
    if words is None or found is None:
        raise _foreign(f"-ldflags={text}")
    if (foreign := foreign_flag(" ".join(map(_quoted, words)))) is not None:
        raise _foreign(f"-ldflags={foreign}")
    for flag, value in found:
        name = value.partition("=")[0]
        if flag == "-X" and package_of(name).split("/")[0] in _OF_GO:
            raise _foreign(f"-ldflags=-X {name}")


def _quoted(word: str) -> str:
    """A word as a file would have it, with quotes only where it needs them."""
    if word and not re.search(r"\s|^['\"]", word):
        return word
    quote = '"' if "'" in word else "'"
    return f"{quote}{word}{quote}"


def _without(flag: str, others: Sequence[str]) -> OriginError:
    """What to say where a flag should come that each build of ours has."""
    if others and others[0] not in (*_FIRST, *_LINKER):
        return _foreign(others[0])
    return OriginError(
        f"The record of origin is not one that go-to-wheel has written: {flag} is not where it"
        " should be among the flags of Go.",
        hint="Nothing was done on its word.",
    )


def _foreign(flag: str) -> OriginError:
    return OriginError(
        f"The record of origin names a flag of Go that is not used on a record's word: {flag}.",
        hint="Build it yourself with this flag, where you trust it, and compare.",
    )
