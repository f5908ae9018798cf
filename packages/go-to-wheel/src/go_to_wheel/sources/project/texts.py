"""README and licence files, found beside a program's source."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from ...errors import MetadataError
from ...metadata import LicenseText, Readme

_CONTENT_TYPES = {
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".rst": "text/x-rst",
    ".txt": "text/plain",
    "": "text/plain",
}
_LICENSE = re.compile(
    r"(?:UN)?LICEN[CS]E(?:[.-].*)?|COPYING(?:[.-].*)?|NOTICE(?:[.-].*)?|PATENTS(?:\..*)?",
    re.IGNORECASE,
)
_NOT_PROSE = {".go", ".py", ".json", ".html", ".tmpl", ".spdx"}
_LARGEST = 5_000_000  # bytes of one text


def read_readme(path: Path) -> Readme:
    """Read a README; its ending says which markup it is.

    Raises:
        MetadataError: the file is not there, is no regular file, is larger than 5 MB, is not
            UTF-8 text, or has an ending that the index knows no media type for.
    """
    return readme_from(path.name, _read(path, "README", "Name another file with --readme."))


def readme_from(name: str, content: bytes) -> Readme:
    """A README from its bytes; the ending of its name says which markup it is.

    Raises:
        MetadataError: not UTF-8 text, or an ending that the index knows no media type for.
    """
    suffix = PurePosixPath(name).suffix
    content_type = _CONTENT_TYPES.get(suffix.lower())
    if content_type is None:
        raise MetadataError(
            f"The README {name} ends in {suffix!r}, which the index cannot show.",
            hint="Use .md (Markdown), .rst (reStructuredText) or .txt (plain text).",
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise MetadataError(
            f"The README {name} is not UTF-8 text.", hint="Save it as UTF-8."
        ) from None
    return Readme(text=text.replace("\r\n", "\n").replace("\r", "\n"), content_type=content_type)


def find_readme(
    folder: Path, top: Path | None = None, exclude: Sequence[str] = ()
) -> Readme | None:
    """The README of a folder, Markdown before the others; None where there is none.

    Args:
        folder: where to look.
        top: the folder that a symbolic link must not lead out of; the same by default.
        exclude: patterns of files to pass over, as in .gitignore; they start at the folder.

    Raises:
        MetadataError: it cannot be read, is a link that leads out of the project, is larger
            than 5 MB, or is not UTF-8 text.
    """
    found = [path for path in _files(folder, exclude) if is_readme(path)]
    order = list(_CONTENT_TYPES)
    found.sort(key=lambda path: (order.index(path.suffix.lower()), path.name))
    if not found:
        return None
    _refuse_leading_out(found[0], top or folder, "Name a file with --readme.")
    return replace(read_readme(found[0]), file=found[0])


def is_readme(path: Path) -> bool:
    """Whether a file has the name of a README that the index can show."""
    return path.stem.lower() == "readme" and path.suffix.lower() in _CONTENT_TYPES


def find_licenses(folder: Path, top: Path, exclude: Sequence[str] = ()) -> tuple[LicenseText, ...]:
    """The licence files of the nearest folder that has any, from ``folder`` up to ``top``.

    Args:
        folder: where to begin.
        top: where to end; a symbolic link must not lead out of it.
        exclude: patterns of files to pass over, as in .gitignore; they start at ``folder``.

    Raises:
        MetadataError: a licence file cannot be read, is a link that leads out of ``top``, or
            is larger than 5 MB.
    """
    folder, top = Path(os.path.realpath(folder)), Path(os.path.realpath(top))
    while True:
        found = sorted(
            path
            for path in _files(folder, exclude)
            if _LICENSE.fullmatch(path.name) and path.suffix.lower() not in _NOT_PROSE
        )
        if found or folder in (top, folder.parent):
            return tuple(_license_text(path, top) for path in found)
        folder, exclude = folder.parent, ()


def _license_text(path: Path, top: Path) -> LicenseText:
    _refuse_leading_out(path, top, "Put the file itself in its place.")
    content = _read(path, "licence file", "Mend it, or move it away.")
    return LicenseText(path=portable_path(path.name), content=content, file=path)


def portable_path(path: Path | str) -> PurePosixPath:
    """A relative path as wheels name it: in UTF-8, whatever the locale takes its bytes for.

    What is not UTF-8 stays as it is, and is refused where METADATA is written.
    """
    plain = PurePosixPath(path)
    try:
        return PurePosixPath(os.fsencode(plain).decode("utf-8"))
    except UnicodeError:
        return plain


def _refuse_leading_out(path: Path, top: Path, hint: str) -> None:
    """Refuse a link out of the project: a stranger's checkout must not put our files on show."""
    if not path.is_symlink():
        return
    real = Path(os.path.realpath(path))
    if not any(real.is_relative_to(os.path.realpath(within)) for within in (top, path.parent)):
        raise MetadataError(f"The link {path} leads out of the project, to {real}.", hint=hint)


def _read(path: Path, what: str, hint: str) -> bytes:
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):  # a device may have no end
            raise MetadataError(f"The {what} {path} is not a regular file.", hint=hint)
        with path.open("rb") as stream:
            content = stream.read(_LARGEST + 1)
    except OSError as error:
        raise MetadataError(
            f"The {what} {path} cannot be read: {error.strerror}.", hint=hint
        ) from None
    if len(content) > _LARGEST:
        raise MetadataError(
            f"The {what} {path} is larger than {_LARGEST // 1_000_000} MB.", hint=hint
        )
    return content


def _files(folder: Path, exclude: Sequence[str] = ()) -> list[Path]:
    try:
        found = [path for path in folder.iterdir() if path.is_file()]
    except OSError as error:
        raise MetadataError(
            f"The folder {folder} cannot be read: {error.strerror}.",
            hint="Check its permissions.",
        ) from None
    if not exclude:
        return found
    from .tree import matching  # it takes a while to import, and most projects exclude nothing

    left_out = matching("exclude", exclude, (PurePosixPath(path.name) for path in found))
    return [path for path in found if PurePosixPath(path.name) not in left_out]
