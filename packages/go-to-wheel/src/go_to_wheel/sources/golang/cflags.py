"""Which paths the C flags of a Go package name: ``#cgo CFLAGS: -I${SRCDIR}/../common``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

# Options to which a path may be joined (the manual of clang, "Include path management" and
# "Linker flags"). Longer ones first.
_JOINED = re.compile(
    r"-(?:-?include-pch|-?include|-?imacros|isystem-after|isystem|iquote|idirafter|iframework"
    r"|isysroot|iwithprefixbefore|iwithprefix|ivfsoverlay|cxx-isystem|-sysroot|I|L|F|B|T)"
)
_APART = re.compile(r"[,=@]")  # -Wl,--version-script=FILE, -fprofile-use=FILE, @FILE
_ROOTED = re.compile(r"/|[A-Za-z]:[/\\]")


def named_paths(flags: Iterable[str], folder: Path) -> Iterator[Path]:
    """The paths that flags of a C compiler or linker may name; most of them do not exist.

    Args:
        flags: as ``go list`` tells them, with ``${SRCDIR}`` filled in.
        folder: that of the package, where the C compiler runs.
    """
    for flag in flags:
        for text in filter(None, _APART.split(flag.replace("\0", ""))):
            if not text.startswith("-"):
                yield folder / text
                continue
            if joined := _JOINED.match(text):
                if joined.end() < len(text):
                    yield folder / text[joined.end() :]
            elif rooted := _ROOTED.search(text):
                yield folder / text[rooted.start() :]
