"""Licence texts and the README beside a program in an archive.

A licence file counts where it lies beside the program or above it, or in a folder made for
such texts (``licenses``, ``THIRD_PARTY``, ``share/doc``); it keeps its path, without the one
folder that many archives put all else in. What lies in a folder named for licences counts
whatever it is called, as REUSE's ``LICENSES/MIT.txt`` does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from ...errors import ArchiveError, MetadataError
from ...metadata import LicenseText, Readme
from ...scratch import scratch_folder
from ..archive import Archive, Member, MemberKind
from ..project.texts import find_readme

_LICENSE = re.compile(
    r"(?:(?:UN)?LICEN[CS]ES?|COPYING|COPYRIGHT|NOTICES?|PATENTS|ATTRIBUTIONS?"
    r"|THIRD[-_ ]?PARTY[-_ ]?(?:LICEN[CS]ES?|NOTICES?)?)(?:[-._ ].*)?",
    re.IGNORECASE,
)
_LICENSE_FOLDER = re.compile(r"(?:third[-_ ]?party[-_ ]?)?(?:licen[cs]es?|notices?)", re.IGNORECASE)
_TEXT_FOLDER = re.compile(r"third[-_ ]?party|legal|docs?|copyrights?", re.IGNORECASE)
_PROSE = {"", ".txt", ".md", ".markdown", ".rst"}
_NOT_PROSE = {".go", ".py", ".json", ".html", ".tmpl", ".spdx"}
_README = re.compile(r"README(?:\.(?:md|markdown|rst|txt))?", re.IGNORECASE)

_LARGEST = 16 << 20  # bytes of one text
_ALL_TOGETHER = 64 << 20  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Notices:
    """What lies beside a program: its licence texts, sorted by path, and its README."""

    licenses: tuple[LicenseText, ...] = ()
    readme: Readme | None = None


def find_notices(archive: Archive, program: Member) -> Notices:
    """The texts beside a program.

    Raises:
        ArchiveError: the archive cannot be read, two texts of one name differ, or a licence
            text is larger than any real one.
    """
    files = [member for member in archive.members() if member.kind is MemberKind.FILE]
    top = _common_folder(archive.members())
    home = PurePosixPath(program.name).parent
    texts: dict[str, LicenseText] = {}
    total = 0
    for member in files:
        path = PurePosixPath(member.name)
        if not path.name.isprintable() or not _is_license(path.relative_to(top), path, home):
            continue
        content = _read(archive, member)
        total += len(content)
        if total > _ALL_TOGETHER:
            raise _too_large(archive, member)
        text = LicenseText(path=path.relative_to(top), content=content)
        # Names that differ in case only are one file on Windows and macOS.
        if texts.setdefault(str(text.path).lower(), text).content != content:
            raise ArchiveError(
                f"{archive.shown} holds two different licence files named {text.path}.",
                hint="Ask those who published it to mend it.",
            )
    return Notices(
        licenses=tuple(sorted(texts.values(), key=lambda text: text.path)),
        readme=_readme(archive, (each for each in files if _is_readme(each, top, home))),
    )


def _common_folder(members: Iterable[Member]) -> PurePosixPath:
    """The one folder that holds all members, or the archive's own."""
    tops = {PurePosixPath(member.name).parts[:-1][:1] for member in members}
    return PurePosixPath(*tops.pop()) if len(tops) == 1 else PurePosixPath()


def _is_license(inside: PurePosixPath, path: PurePosixPath, home: PurePosixPath) -> bool:
    folders = inside.parts[:-1]
    suffix = path.suffix.lower()
    if any(_LICENSE_FOLDER.fullmatch(folder) for folder in folders) and suffix in _PROSE:
        return True
    if not _LICENSE.fullmatch(path.name) or suffix in _NOT_PROSE:
        return False
    beside = path.parent == home or path.parent in home.parents
    named = any(
        _LICENSE_FOLDER.fullmatch(folder) or _TEXT_FOLDER.fullmatch(folder) for folder in folders
    )
    return beside or named


def _is_readme(member: Member, top: PurePosixPath, home: PurePosixPath) -> bool:
    path = PurePosixPath(member.name)
    return _README.fullmatch(path.name) is not None and path.parent in {top, home}


def _readme(archive: Archive, members: Iterable[Member]) -> Readme | None:
    """The best README of these; None where there is none that the index could show."""
    with scratch_folder() as folder:
        for member in members:
            path = folder / member.base
            if not path.exists():
                path.write_bytes(_read(archive, member))
        try:
            return find_readme(folder)
        except MetadataError:
            return None


def _read(archive: Archive, member: Member) -> bytes:
    content = bytearray()
    for piece in archive.pieces(member):
        content += piece
        if len(content) > _LARGEST:
            raise _too_large(archive, member)
    return bytes(content)


def _too_large(archive: Archive, member: Member) -> ArchiveError:
    return ArchiveError(
        f"The licence texts in {archive.shown} are too large, from {member.name} on.",
        hint="Is it an archive of a program?",
    )
