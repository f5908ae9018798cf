"""Packages of a record, as paths inside the module of the source that is at hand.

Go takes an argument for a file, for a package of its own library, or for one of any module that
go.mod names. What begins with a dot is none of these (``go help packages``): so only that is
given to it on a record's word.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from ..errors import OriginError
from ..sources.files import absolute_folder
from ..sources.golang.gomod import module_path, module_root, read_go_mod


def paths_inside(folder: Path, packages: Sequence[str]) -> tuple[str, ...]:
    """The packages as paths from a folder, like ``.`` or ``./cmd/tool``.

    Args:
        folder: a module's folder, or one inside it.
        packages: import paths, clean ones.

    Raises:
        OriginError: one of them does not lie in that module, or is no folder of it.
        SourceNotFoundError: there is no module.
        ProjectError: its go.mod cannot be read.
    """
    start = absolute_folder(folder)
    root = module_root(start)
    module = module_path(read_go_mod(root / "go.mod"))
    return tuple(_path(package, module, root, start) for package in packages)


def _path(package: str, module: str, root: Path, start: Path) -> str:
    path = PurePosixPath(package)
    if not module or not path.is_relative_to(module):
        raise OriginError(
            f"The record of origin names {package}, which does not lie in the module"
            f" {module or 'of the source'}.",
            hint="Somebody has changed the record, or --source names another project.",
        )
    place = root / path.relative_to(module)
    # What ends with ".go" may be a folder, or a file; and a link may lead anywhere.
    if not place.is_dir() or not _real(place).is_relative_to(_real(root)):
        raise OriginError(
            f"The record of origin names {package}, and the module {module} has no such folder.",
            hint="Somebody has changed the record, or --source has another version.",
        )
    relative = Path(os.path.relpath(place, start)).as_posix()
    return relative if relative.split("/")[0] in (".", "..") else f"./{relative}"


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))
