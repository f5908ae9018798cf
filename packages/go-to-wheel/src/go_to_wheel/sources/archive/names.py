"""The names of members and the targets of links: brought into one form, and judged.

A name is only looked at, never used as a path on disk; but an archive with a name that leaves
it was made to do harm, or is broken, and is not read any further.
"""

from __future__ import annotations

import re

from ...errors import ArchiveError

_DRIVE = re.compile(r"[A-Za-z]:")
_SUSPECT = "Do not unpack it; tell those who published it."


def printable(text: str) -> str:
    """Text from an archive as it may be printed: nothing in it drives a terminal."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def member_name(raw: str, archive: str) -> str:
    r"""The name of a member without ``.`` and ``..``; empty for the archive's own folder.

    Programs on Windows write ``\`` where the formats want ``/``.

    Args:
        raw: the name as the archive gives it.
        archive: what the archive is called in messages.

    Raises:
        ArchiveError: the name is absolute or leads out of the archive.
    """
    name = _inside("", raw)
    if name is None:
        raise ArchiveError(
            f"{archive} holds a member that would leave it: {printable(raw)}.", hint=_SUSPECT
        )
    return name


def link_target(raw: str, *, link: str, folder: str, archive: str) -> str:
    """The name of the member that a link leads to.

    Args:
        raw: where the link leads, as the archive gives it.
        link: the name of the link, for messages.
        folder: the folder that ``raw`` starts from: the link's own for a symbolic link, the
            archive's for a hard link.
        archive: what the archive is called in messages.

    Raises:
        ArchiveError: it leads out of the archive.
    """
    target = _inside(folder, raw)
    if target is None:
        raise ArchiveError(
            f"{archive} holds a link that leaves it: {printable(link)} leads to {printable(raw)}.",
            hint=_SUSPECT,
        )
    return target


def _inside(folder: str, raw: str) -> str | None:
    """The path from the top of the archive, or None where it is not below it."""
    name = raw.replace("\\", "/")
    if name.startswith("/") or _DRIVE.match(name) or "\0" in name:
        return None
    parts = folder.split("/") if folder else []
    for part in name.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts)
