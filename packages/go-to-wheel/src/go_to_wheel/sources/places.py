"""Paths of this machine in flags, and the names that stand for them in a record of origin.

A record tells no path that says where somebody works, or who that is. A path that is the same on
every machine, like ``/usr/share/tool``, is part of the program and stays; so do addresses.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

from .git import Checkout
from .toolchain import Toolchain

Places = tuple[tuple[str, Path], ...]
"""Name → a folder whose path differs from machine to machine; inner folders first."""

_ELSEWHERE = "$ELSEWHERE"
# What lies in these has the same name on every machine; what lies in others is left out, too.
_ALIKE = ("$SOURCE", "$CHECKOUT", "$GOROOT", "$GOMODCACHE")
_VARIABLES = {
    "HOME": "$HOME",
    "USERPROFILE": "$HOME",
    "TMPDIR": "$TMPDIR",
    "TEMP": "$TMPDIR",
    "TMP": "$TMPDIR",
    "GOPATH": "$GOPATH",
    "GOCACHE": "$GOCACHE",
    "GOMODCACHE": "$GOMODCACHE",
    "XDG_CACHE_HOME": "$CACHE",
    "LOCALAPPDATA": "$CACHE",
}
_NAMES = sorted({_ELSEWHERE, "$OUTPUT", *_ALIKE, *_VARIABLES.values()}, reverse=True)
_NAMED = re.compile("|".join(rf"{re.escape(name)}(?![A-Za-z0-9_])" for name in _NAMES))

# An absolute path begins here: after nothing that it could be the rest of, as an address has it,
# but also after the letter of an option, as in -L/lib.
_START = re.compile(
    r"(?:(?<![\w./\\~%$})\]*+-])(?!(?<=\w:)//)|(?<=[\s'\"=,]-[A-Za-z])|(?<=-isystem)|(?<=file://))"
    r"(?=/|[A-Za-z]:[\\/]|\\\\\w)"
)
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_WORD = re.compile(r"[^\s'\"]*")
_PATH = re.compile(r"(?:[A-Za-z]:(?=[\\/]))?[^'\",:;)]*")
_PART_ENDS = r"(?![^/\\\s'\",:;=)])"
_WINDOWS = re.compile(r"[A-Za-z]:[\\/]|\\\\")
_WINDOWS_OWN = re.compile(
    r"[A-Za-z]:[\\/]+(?:(?:Program Files(?: \(x86\))?|ProgramData|Windows(?![\\/]+Temp))(?:[\\/]|$)|$)",
    re.IGNORECASE,
)
# The Filesystem Hierarchy Standard, and what macOS and Nix have in its stead.
_SYSTEM = frozenset(
    [
        "Applications",
        "Library",
        "System",
        "bin",
        "boot",
        "dev",
        "etc",
        "lib",
        "lib32",
        "lib64",
        "nix",
        "opt",
        "proc",
        "run",
        "sbin",
        "sys",
        "usr",
        "var",
    ]
)
_PEOPLE = frozenset({"Users", "home", "root"})


def places_of(
    root: Path,
    checkout: Checkout | None,
    environment: Mapping[str, str],
    go: Toolchain | None = None,
    output: Path | None = None,
) -> Places:
    """The folders that go by other names on other machines: of the source, and of the user.

    Args:
        root: the module's folder.
        checkout: the work tree that holds it.
        environment: the user's variables.
        go: the toolchain, with its caches.
        output: the folder into which wheels go.
    """
    places = [("$SOURCE", root)]
    if checkout is not None:
        places.append(("$CHECKOUT", checkout.root))
    if go is not None and go.root is not None:
        places.append(("$GOROOT", go.root))
    if output is not None:
        places.append(("$OUTPUT", output.absolute()))
    variables = {**environment, **(go.environment if go else {})}
    for variable, name in _VARIABLES.items():
        folders = (variables.get(variable) or "").split(os.pathsep)
        places += [(name, Path(folder)) for folder in folders if Path(folder).is_absolute()]
    kept = [place for place in places if place[0] == "$SOURCE" or not _is_alike(place[1])]
    return tuple(sorted(dict.fromkeys(kept), key=lambda place: -len(place[1].parts)))


def _is_alike(folder: Path) -> bool:
    """Whether many machines have this folder, as ``/tmp`` or ``/usr/local/go``."""
    parts = folder.parts[1:]
    if not parts:
        return True
    alone = len(parts) == 1 and parts[0] not in _PEOPLE and not _WINDOWS.match(str(folder))
    return (alone and parts[0] == "tmp") or (
        parts[0] in _SYSTEM and parts[:2] != ("var", "folders")
    )


def hide_places(flags: Sequence[str], places: Places) -> tuple[str, ...]:
    """The flags with names in the place of paths that are another machine's affair."""
    return tuple(_hidden(flag, places) for flag in flags)


def hidden_places(flags: Iterable[str]) -> tuple[str, ...]:
    """The names in recorded flags that stand for paths: such flags are not whole.

    Returns:
        Each once, sorted; none where the flags are just as Go got them.
    """
    return tuple(sorted({found[0] for flag in flags for found in _NAMED.finditer(flag)}))


def _hidden(text: str, places: Places) -> str:
    ends = {at: span[1] - 1 for span in _spans(text) for at in range(*span)}
    told, at = [], 0
    for start in (found.start() for found in _START.finditer(text)):
        if start < at:
            continue
        word = _WORD.match(text, start)
        end = ends.get(start, word.end() if word else start)
        name, length = _named(text[start:end], places)
        if length:
            told += [text[at:start], name]
            at = start + length
    return "".join([*told, text[at:]])


def _spans(text: str) -> Iterable[tuple[int, int]]:
    return (found.span() for found in _QUOTED.finditer(text))


def _named(text: str, places: Places) -> tuple[str, int]:
    """What stands for the path with which a text begins, and its length; 0 where it stays."""
    path = _PATH.match(text)
    length = path.end() if path else 0
    for name, folder in places:
        for spelled in {str(folder), os.path.realpath(folder)}:
            if found := _pattern(spelled).match(text):
                if name in _ALIKE:
                    return name, found.end()
                rest = text[found.end() : length].strip("/\\")
                return (f"{name}/..." if rest else name), max(found.end(), length)
    return (_ELSEWHERE, length) if _is_machines(text[:length]) else ("", 0)


def _pattern(folder: str) -> re.Pattern[str]:
    windows = _WINDOWS.match(folder) is not None
    separator = r"[\\/]+" if windows else "/+"
    parts = map(re.escape, re.split(r"[\\/]+" if windows else "/+", folder.rstrip("/\\")))
    return re.compile(separator.join(parts) + _PART_ENDS, re.IGNORECASE if windows else 0)


def _is_machines(path: str) -> bool:
    """Whether a path says something of this machine or its users."""
    if _WINDOWS.match(path):
        return not _WINDOWS_OWN.match(path)
    parts = [part for part in PurePosixPath(path).parts[1:] if part != "private"]
    if len(parts) < 2:
        return False
    if parts[0] in _PEOPLE or parts[:2] == ["var", "folders"]:
        return True
    if parts[0] in _SYSTEM and parts[:2] != ["var", "tmp"]:
        return False
    count = 3 if parts[0] == "var" else 2
    return len(parts) >= count and os.path.lexists("/" + "/".join(parts[:count]))
