"""What the ending of a name says: which format, and whether such a file can hold a program."""

from __future__ import annotations

import re

from .pieces import meaning_of
from .words import BARE_FORMAT, INNER_DATA, LAST_RESORTS, PROGRAM_FORMATS, VERSION, VERSION_WORD, Os

_EXTENSION = re.compile(r"\.([a-z][a-z0-9]*)$")
_MAN_PAGE = re.compile(r"[a-z_]\.[1-9](?:\.gz|\.xz|\.bz2|\.zst)?$")
_ARCHIVES = {*PROGRAM_FORMATS, *LAST_RESORTS} - {"exe", "bin"}


def split_format(name: str) -> tuple[str, str, Os | None] | None:
    """The name without its ending, the ending, and the system that the ending means."""
    lower = name.lower()
    if len(lower) != len(name):
        return None  # a few letters of Unicode change their length; no project uses them
    if name.startswith("_"):
        return None  # a completion of zsh
    if _MAN_PAGE.search(lower) and _MAN_PAGE.search(VERSION.sub("", lower)):
        return None  # tool.1, but not v1.0-rc.1
    parts = lower.split(".")
    for count in (2, 1):
        suffix = ".".join(parts[-count:])
        if suffix in _ARCHIVES and len(parts) > count:
            return _split_inner(name[: -len(suffix) - 1], suffix)
    return _split_bare(name)


def _split_inner(body: str, suffix: str) -> tuple[str, str, Os | None] | None:
    """The part of an archive's name before its ending, cleared of an inner ending."""
    inner = _EXTENSION.search(body.lower())
    os_of_format = LAST_RESORTS.get(suffix)
    if inner is None:
        return body, suffix, os_of_format
    if inner.group(1) in INNER_DATA:
        return None
    if inner.group(1) == "exe":
        return body[: inner.start()], suffix, Os.WINDOWS
    return body, suffix, os_of_format


def _split_bare(name: str) -> tuple[str, str, Os | None] | None:
    """The same for a file that is no archive; None where its ending is one of data."""
    extension = _EXTENSION.search(name.lower())
    if extension is None:
        return name, "", None
    word = extension.group(1)
    if word == "exe":
        return name[: extension.start()], "exe", Os.WINDOWS
    if word == "bin":
        return name[: extension.start()], "bin", None
    if meaning_of(word) is not None or VERSION_WORD.fullmatch(word):
        return name, "", None  # runc.amd64, tool.v2: the dot is only a separator
    return None


def format_rank(suffix: str) -> int:
    """How gladly a format is taken; 0 is best."""
    if suffix in LAST_RESORTS:
        return len(PROGRAM_FORMATS) + list(LAST_RESORTS).index(suffix)
    return PROGRAM_FORMATS.get(suffix, BARE_FORMAT)
