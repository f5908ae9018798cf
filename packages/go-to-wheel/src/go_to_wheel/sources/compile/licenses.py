"""The licences that linked modules come with, from the folders whose packages are linked in."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from importlib.resources import files
from pathlib import Path, PurePosixPath

from ...metadata import LicenseText
from ...provenance.identify import holds_license, identify_license
from ...provenance.licenses import ModuleLicenses, combine_licenses
from ..golang.linked import STANDARD_LIBRARY, LinkedModule
from ..project.texts import find_licenses, portable_path

_NAMES_LICENSE = re.compile(r"(?:UN)?LICEN[CS]E|COPYING", re.IGNORECASE)  # not NOTICE or PATENTS


def collect_licenses(
    modules: Iterable[LinkedModule], own: Collection[str] = ()
) -> tuple[ModuleLicenses, ...]:
    """The licence files of modules, and what is certain about them.

    Args:
        modules: what is linked in.
        own: the paths of modules whose licences lie elsewhere in the wheel, and which are left
            out here like main modules: a program's own is not main where it is built at a
            version.

    Raises:
        MetadataError: a licence file cannot be read, is a link that leads out of the module, or
            is larger than 5 MB.
    """
    others = (each for each in modules if not each.main and each.path not in own)
    return tuple(_licenses_of(module) for module in others)


def _licenses_of(module: LinkedModule) -> ModuleLicenses:
    found: dict[Path, tuple[LicenseText, ...]] = {}
    for package in (module.folder, *module.packages):
        folder, texts = _nearest(package, module.folder)
        if texts:
            found[folder] = texts
    if module.path == STANDARD_LIBRARY and not found:
        # Go's wheel and some distributions leave the file out; the text is always the same.
        content = files("go_to_wheel.provenance").joinpath("go-license.txt").read_bytes()
        found[module.folder] = (LicenseText(path=PurePosixPath("LICENSE"), content=content),)
    texts = tuple(
        LicenseText(
            path=PurePosixPath(
                module.path, portable_path(folder.relative_to(module.folder)), text.path
            ),
            content=text.content,
        )
        for folder, each in sorted(found.items())
        for text in each
    )
    expression = _expression(found.values(), module.path)
    return ModuleLicenses(
        path=module.path,
        version=module.version,
        texts=texts,
        expression=expression,
        recognised=expression is not None or any(map(_is_known, texts)),
    )


def _is_known(text: LicenseText) -> bool:
    return bool(_NAMES_LICENSE.match(text.path.name)) and holds_license(text.content)


def _nearest(folder: Path, top: Path) -> tuple[Path, tuple[LicenseText, ...]]:
    """The licence files for a folder: in it, or in the next one above that has some."""
    while True:
        texts = find_licenses(folder, folder)
        if texts or folder in (top, folder.parent):
            return folder, texts
        folder = folder.parent


def _expression(folders: Iterable[Sequence[LicenseText]], module: str) -> str | None:
    """All folders' licences together; a folder with two kinds may mean either or both."""
    expressions: list[str] = []
    for texts in folders:
        known = {
            identify_license(text.content, module)
            for text in texts
            if _NAMES_LICENSE.match(text.path.name)
        }
        only = known.pop() if len(known) == 1 else None
        if only is None:
            return None
        expressions.append(only)
    return combine_licenses(expressions)
