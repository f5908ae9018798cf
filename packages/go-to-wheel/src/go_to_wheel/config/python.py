"""A project's own Python package: where it lies, and whether there is one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from ..errors import ConfigError, InvalidNameError
from ..model import EntryPoints, PythonPackage
from ..names import DistributionName, ImportName, import_name_of
from ..sources.project.tree import matching
from .settings import TABLE, Settings

_INIT = "__init__.py"
_SOURCES = (".py", ".pyi")


def find_package(
    path: Path, name: DistributionName | None, settings: Settings, entry_points: EntryPoints
) -> PythonPackage | None:
    """The Python package that goes by the distribution's name; None where there is none.

    It lies in ``src/NAME`` or ``NAME``. What would be left out without a word is an error.

    Args:
        path: the project's pyproject.toml.
        name: the name in ``[project]``, which names the package.
        settings: which of its files count.
        entry_points: those of ``[project]``, which only such a package can have.

    Raises:
        ConfigError: there are entry points but no package, two of them, or one of another name.
        ProjectError: a pattern of ``exclude`` is none.
    """
    folder = _find(path, name, settings.exclude) if name else None
    if folder is None:
        if entry_points:
            raise ConfigError(
                f"[project] in {path} has entry points, but there is no Python package that could"
                f" hold what they start{_places(name)}.",
                hint=f"Remove them; the name of the program's command is {TABLE}.entry-point.",
            )
        return None
    return PythonPackage(
        name=ImportName(folder.name),
        folder=folder,
        project=path.parent,
        include=settings.include,
        exclude=settings.exclude,
        entry_points=entry_points,
    )


def _import_name(name: DistributionName | None) -> ImportName | None:
    try:
        return import_name_of(name) if name else None
    except InvalidNameError:  # it is told when the plan is made; --name may give another
        return None


def _places(name: DistributionName | None) -> str:
    package = _import_name(name)
    return f": neither src/{package}/{_INIT} nor {package}/{_INIT}" if package else ""


def _find(path: Path, name: DistributionName, exclude: Sequence[str]) -> Path | None:
    project, package = path.parent, _import_name(name)
    if package is None:
        return None
    below_src, on_top = project / "src" / package, project / package
    found = [folder for folder in (below_src, on_top) if _is_package(folder)]
    if len(found) > 1:
        found = [folder for folder in found if not _is_excluded(folder, project, exclude)]
    if len(found) > 1:
        raise ConfigError(
            f"{below_src} and {on_top} are both the Python package of {path}.",
            hint=f"Leave one out: {_exclude(below_src, project)} or {_exclude(on_top, project)}.",
        )
    if found:
        return found[0]
    if any(each.suffix in _SOURCES for each in _entries(below_src)):
        raise ConfigError(
            f"{below_src} holds Python files, but no {_INIT}, so it would not be in a wheel.",
            hint=f"Add an empty {_INIT}.",
        )
    misnamed = (
        folder
        for folder in _misnamed(project, package)
        if not _is_excluded(folder, project, exclude)
    )
    if folder := next(misnamed, None):
        raise ConfigError(
            f"The Python package {folder} would not be in a wheel: {path} names the project {name},"
            f" whose package is called {package}.",
            hint=f"Rename the folder, or leave it out: {_exclude(folder, project)}.",
        )
    return None


def _misnamed(project: Path, package: ImportName) -> Iterator[Path]:
    """Packages of other names: all below ``src``, and those in the project that are nearly it.

    ``tests``, ``docs`` and the like may be packages, too, beside the one that is meant.
    """
    for folder in _entries(project / "src"):
        if folder.name.isidentifier() and _is_package(folder):
            yield folder
    for folder in _entries(project):
        if _letters(folder.name) == _letters(package) and _is_package(folder):
            yield folder


def _letters(name: str) -> str:
    return re.sub(r"[-_.]", "", name.lower())


def _is_package(folder: Path) -> bool:
    try:
        return (folder / _INIT).is_file()
    except OSError:  # it cannot be read
        return False


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:  # no such folder, or one that cannot be read
        return []


def _is_excluded(folder: Path, project: Path, exclude: Sequence[str]) -> bool:
    path = PurePosixPath((folder / _INIT).relative_to(project).as_posix())
    return bool(matching("exclude", exclude, [path]))


def _exclude(folder: Path, project: Path) -> str:
    """The setting; a name alone would mean folders of this name everywhere."""
    path = folder.relative_to(project).as_posix()
    return f'exclude = ["{path if "/" in path else f"/{path}"}/"]'
