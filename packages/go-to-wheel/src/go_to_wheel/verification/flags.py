"""The flags of ``go build`` that a record of origin names. Pure.

The record is not trusted: with flags like ``-toolexec`` or ``-ldflags=-extld=…`` Go runs any
program. So only what ``build_flags`` itself would have written is taken, and of the linker's
flags only those that name no program and no file, and set no variable of Go's own library.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..errors import OriginError
from ..model import GoOptions
from ..sources.linker_flags import flags_and_values, package_of

_FIRST = ("-trimpath", "-buildvcs=false")
_LINKER = "-ldflags=-s -w"
_TAGS = "-tags="
_TAG = re.compile(r"[A-Za-z0-9_.]+")
# `go tool link`, "-X importpath.name=value"; the value may be anything.
# A word that begins with "@" would be read as a file of more flags.
_VARIABLE = re.compile(r"(?!@)[^\s=]+\.[^\s=.]+=.*", re.DOTALL)
_PLAIN = {
    *((flag, "") for flag in ("-s", "-w", "-s=true", "-w=true", "-compressdwarf=false")),
    ("-H", "windowsgui"),  # a program for Windows without a console
}
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
    found = flags_and_values(text)
    if found is None:
        raise _foreign(f"-ldflags={text}")
    for flag, value in found:
        name = value.partition("=")[0]
        if (flag, value) in _PLAIN:
            continue
        if flag != "-X" or not _VARIABLE.fullmatch(value):
            raise _foreign(f"-ldflags={flag} {value}".rstrip())
        if package_of(name).split("/")[0] in _OF_GO:
            raise _foreign(f"-ldflags=-X {name}")


def _foreign(flag: str) -> OriginError:
    return OriginError(
        f"The record of origin names a flag of Go that is not used on a record's word: {flag}.",
        hint="Build it yourself with this flag, where you trust it, and compare.",
    )
