"""The files of a project's own Python package, which go into every wheel."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path, PurePosixPath

from ...errors import ProjectError
from ...model import PackageFile, PythonPackage
from ..process import Processes
from .tree import matching, project_files

# What only Go and git read; Go's files lie there where programs and Python share one folder.
_FOREIGN = re.compile(r".*\.go|go\.(?:mod|sum|work|work\.sum)|\.git(?:ignore|attributes|modules)")
_INIT = "__init__.py"


def package_files(package: PythonPackage, processes: Processes) -> tuple[PackageFile, ...]:
    """The files of a Python package, in the order of their paths.

    They are those that git would take (``tree.project_files``), but for what only Go or git
    reads; ``include`` brings files of all kinds back.

    Raises:
        ProjectError: a file that cannot be read, that leads out of the project, or has a name
            that is not UTF-8; or git ignores the package itself.
    """
    root = Path(os.path.realpath(package.project))
    below = PurePosixPath(package.folder.relative_to(package.project).as_posix())
    found = project_files(
        root, processes, include=package.include, exclude=package.exclude, name=package.name
    )
    inside = [path for path in found if path.is_relative_to(below)]
    included = matching("include", package.include, inside)
    files = [
        _package_file(package, root, path, path.relative_to(below))
        for path in inside
        if not _FOREIGN.fullmatch(path.name) or path in included
    ]
    if f"{package.name}/{_INIT}" not in {file.path for file in files}:
        raise ProjectError(
            f"{package.folder / _INIT} would not be in the wheel: git ignores it, or exclude does.",
            hint="Without it the folder is no Python package; name it in include.",
        )
    return tuple(sorted(files, key=lambda file: file.path))


def _package_file(
    package: PythonPackage, root: Path, path: PurePosixPath, inner: PurePosixPath
) -> PackageFile:
    source = Path(os.path.realpath(root / path))
    shown = package.project / path
    if not source.is_relative_to(root):
        raise ProjectError(
            f"The link {shown} leads out of the project, to {source}.",
            hint="Put the file itself in its place, or leave it out with exclude.",
        )
    try:
        with source.open("rb") as stream:
            mode = os.fstat(stream.fileno()).st_mode
    except OSError as error:
        raise ProjectError(
            f"The file {shown} cannot be read: {error.strerror}.",
            hint="Check its permissions, or leave it out with exclude.",
        ) from None
    return PackageFile(
        path=f"{package.name}/{inner}", source=source, executable=bool(mode & stat.S_IXUSR)
    )
