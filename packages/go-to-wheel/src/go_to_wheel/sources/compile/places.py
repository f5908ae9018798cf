"""Paths of this machine in flags, and the names that stand for them in a record of origin.

A record tells no path that says where somebody works, or who that is. A path that is the same on
every machine, like ``/usr/share/tool``, is part of the program and stays; so do addresses, and
so does what a variable is set to and may be a route, like ``/api/v1``. What lies on the disk does
not matter: the same flags are told alike on all machines whose users' folders are alike.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ..git.checkout import Checkout
from ..golang.toolchain import Toolchain

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

# An absolute path begins here: after nothing that it could be the rest of, as an address has it,
# but also after the letter of an option, as in -L/lib.
_START = re.compile(
    r"(?:(?<![\w./\\~$})\]*])(?!(?<=\w:)//)|(?<=[\s'\"=,]-[A-Za-z])|(?<=-isystem)|(?<=file://))"
    r"(?=/|[A-Za-z]:(?:\\|/(?!/))|\\\\\w)"
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
PEOPLE = frozenset({"Users", "home", "root"})
"""Folders at the top below which people have theirs."""
# Where else people have their folders: Fedora Atomic, FreeBSD, Solaris.
_HOMES = frozenset({("var", "home"), ("usr", "home"), ("export", "home")})
# What is made for one user, one session or one disk: macOS's folders for temporary files, systemd's
# for users, and where disks are mounted.
_OWN = frozenset({("var", "folders"), ("run", "user"), ("run", "media")})
_DISKS = frozenset({"media", "Volumes"})
_TEMPORARY = (("tmp",), ("var", "tmp"))
# Variables name these on many machines, so that they say nothing of any.
_COMMON = frozenset(
    [
        *((name,) for name in (*_SYSTEM, "tmp", "nonexistent")),
        *(("usr", name) for name in ("bin", "lib", "lib64", "libexec", "local", "sbin", "share")),
        *(("usr", "local", name) for name in ("bin", "go", "lib", "share")),
        *(("var", name) for name in ("cache", "empty", "lib", "tmp")),
        *(("usr", "lib", name) for name in ("go", "golang")),
        ("dev", "null"),
        ("opt", "homebrew"),
    ]
)  # fmt: skip
# What a variable of the program is set to (``go tool link``, "-X importpath.name=value").
_VALUE = re.compile(
    r"(?<![^\s=])-?-X(?:=|\s+)(?:'[^']*'|\"[^\"]*\"|[^\s'\"]\S*)|'-?-X=[^']*'|\"-?-X=[^\"]*\""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """Flags in which names stand for paths.

    Attributes:
        flags: the flags.
        names: the names that stand in them for paths, sorted, each once; none where the flags
            are just as Go gets them, whatever looks like a name there.
    """

    flags: tuple[str, ...]
    names: tuple[str, ...] = ()


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
    kept = [
        (name, folder)
        for name, folder in places
        if (name == "$SOURCE" and folder.parts[1:]) or not _is_alike(folder)
    ]
    return tuple(sorted(dict.fromkeys(kept), key=lambda place: -len(place[1].parts)))


def _is_alike(folder: Path) -> bool:
    """Whether many machines have this folder, as ``/tmp`` or ``/usr/local/go``."""
    parts = _parts(folder.as_posix())
    return not parts or tuple(parts) in _COMMON


def _parts(path: str) -> list[str]:
    """The names in an absolute path of Unix, without what macOS puts before the usual ones."""
    parts = list(PurePosixPath(path).parts[1:])
    for before in (["private"], ["System", "Volumes", "Data"]):
        if parts[: len(before)] == before:
            del parts[: len(before)]
    return parts


def hide_places(flags: Sequence[str], places: Places) -> Hidden:
    """The flags with names in the place of paths that are another machine's affair."""
    names = set[str]()
    told = tuple(_hidden(flag, places, names) for flag in flags)
    return Hidden(flags=told, names=tuple(sorted(names)))


def _hidden(text: str, places: Places, names: set[str]) -> str:
    ends = {at: end - 1 for start, end in _spans(_QUOTED, text) for at in range(start, end)}
    values = {at for span in _spans(_VALUE, text) for at in range(*span)}
    told, at = [], 0
    for start in (found.start() for found in _START.finditer(text)):
        if start < at:
            continue
        word = _WORD.match(text, start)
        end = ends.get(start, word.end() if word else start)
        name, length = _named(text[start:end], places, is_value=start in values)
        if length:
            told += [text[at:start], name]
            names.add(name.partition("/")[0])
            at = start + length
    return "".join([*told, text[at:]])


def _spans(pattern: re.Pattern[str], text: str) -> Iterable[tuple[int, int]]:
    return (found.span() for found in pattern.finditer(text))


def _named(text: str, places: Places, *, is_value: bool) -> tuple[str, int]:
    """What stands for the path with which a text begins, and its length; 0 where it stays."""
    path = _PATH.match(text)
    length = path.end() if path else 0
    for name, folder in places:
        for spelled in _spellings(folder):
            if found := _pattern(spelled).match(text):
                if name in _ALIKE:
                    return name, found.end()
                rest = text[found.end() : length].strip("/\\")
                return (f"{name}/..." if rest else name), max(found.end(), length)
    if not (_is_machines(text[:length]) or _is_near(text[:length], places, is_value=is_value)):
        return "", 0
    return _ELSEWHERE, length


def _pattern(folder: str) -> re.Pattern[str]:
    windows = _WINDOWS.match(folder) is not None
    separator = r"[\\/]+" if windows else "/+"
    parts = map(re.escape, re.split(r"[\\/]+" if windows else "/+", folder.rstrip("/\\")))
    return re.compile(separator.join(parts) + _PART_ENDS, re.IGNORECASE if windows else 0)


def _is_machines(path: str) -> bool:
    """Whether a path says something of a machine or its users, whatever lies there."""
    if _WINDOWS.match(path):
        return not _WINDOWS_OWN.match(path)
    parts = _parts(path)
    first, both = parts[0] if parts else "", tuple(parts[:2])
    if first in PEOPLE:
        return len(parts) > 1
    if first in _DISKS or both in _HOMES or both in _OWN:
        return len(parts) > 2
    if first == "mnt":  # drives of Windows, in its subsystem for Linux
        return len(parts) > 2 and len(parts[1]) == 1
    return len(_below_temporary(parts)) > 1


def _is_near(path: str, places: Places, *, is_value: bool) -> bool:
    """Whether a path begins like that of a known folder, or is a file's that Go shall read."""
    parts = _parts(path)
    if _WINDOWS.match(path) or len(parts) < 2 or parts[0] in _SYSTEM:
        return False
    if not is_value and parts[0] != "tmp":
        return True
    length = 2 if parts[0] == "tmp" else 1
    known = (_parts(str(spelled)) for _, folder in places for spelled in _spellings(folder))
    return any(parts[:length] == each[:length] for each in known)


def _spellings(folder: Path) -> set[str]:
    return {str(folder), os.path.realpath(folder)}


def _below_temporary(parts: Sequence[str]) -> Sequence[str]:
    """What follows the folder for temporary files; nothing outside of it."""
    for folder in _TEMPORARY:
        if tuple(parts[: len(folder)]) == folder:
            return parts[len(folder) :]
    return ()
