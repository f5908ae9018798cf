"""README and licence files, found beside a program's source."""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePosixPath

from ..errors import MetadataError
from ..metadata import LicenseText, Readme

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


def read_readme(path: Path) -> Readme:
    """Read a README; its ending says which markup it is.

    Raises:
        MetadataError: the file is not there, is not UTF-8 text, or has an ending that the
            index knows no media type for.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise MetadataError(
            f"The README {path} cannot be read: {error.strerror}.",
            hint="Name another file with --readme.",
        ) from None
    return readme_from(path.name, content)


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


def find_readme(folder: Path) -> Readme | None:
    """The README of a folder, Markdown before the others; None where there is none.

    Raises:
        MetadataError: it cannot be read, or is not UTF-8 text.
    """
    found = [
        path
        for path in _files(folder)
        if path.stem.lower() == "readme" and path.suffix.lower() in _CONTENT_TYPES
    ]
    order = list(_CONTENT_TYPES)
    found.sort(key=lambda path: (order.index(path.suffix.lower()), path.name))
    return read_readme(found[0]) if found else None


def find_licenses(folder: Path, top: Path) -> tuple[LicenseText, ...]:
    """The licence files of the nearest folder that has any, from ``folder`` up to ``top``.

    Raises:
        MetadataError: a licence file cannot be read.
    """
    folder, top = Path(os.path.realpath(folder)), Path(os.path.realpath(top))
    while True:
        found = sorted(
            path
            for path in _files(folder)
            if _LICENSE.fullmatch(path.name) and path.suffix.lower() not in _NOT_PROSE
        )
        if found or folder in (top, folder.parent):
            return tuple(map(_license_text, found))
        folder = folder.parent


def _license_text(path: Path) -> LicenseText:
    try:
        return LicenseText(path=PurePosixPath(path.name), content=path.read_bytes())
    except OSError as error:
        raise MetadataError(
            f"The licence file {path} cannot be read: {error.strerror}.",
            hint="Make it readable, or move it away.",
        ) from None


def _files(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if path.is_file()]
    except OSError as error:
        raise MetadataError(
            f"The folder {folder} cannot be read: {error.strerror}.",
            hint="Check its permissions.",
        ) from None
