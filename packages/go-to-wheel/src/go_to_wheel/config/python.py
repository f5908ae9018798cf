"""A project's own Python package: where it lies, and whether there is one."""

from __future__ import annotations

from pathlib import Path

from ..errors import ConfigError, InvalidNameError
from ..model import EntryPoints, PythonPackage
from ..names import DistributionName, ImportName, import_name_of
from .settings import TABLE, Settings

_INIT = "__init__.py"
_SOURCES = (".py", ".pyi")


def find_package(
    path: Path, name: DistributionName | None, settings: Settings, entry_points: EntryPoints
) -> PythonPackage | None:
    """The Python package that goes by the distribution's name; None where there is none.

    ``src/NAME`` goes before ``NAME``, as in setuptools' automatic discovery: a project that has
    a folder ``src`` keeps its packages there.

    Args:
        path: the project's pyproject.toml.
        name: the name in ``[project]``, which names the package.
        settings: which of its files count.
        entry_points: those of ``[project]``, which only such a package can have.

    Raises:
        ConfigError: there are entry points but no package, or a folder that is nearly one.
    """
    folder = _find(path.parent, name) if name else None
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


def _find(project: Path, name: DistributionName) -> Path | None:
    package = _import_name(name)
    if package is None:
        return None
    below_src = project / "src" / package
    for folder in (below_src, project / package):
        try:
            if (folder / _INIT).is_file():
                return folder
            if folder == below_src and any(each.suffix in _SOURCES for each in folder.iterdir()):
                raise ConfigError(
                    f"{folder} holds Python files, but no {_INIT}, so it would not be in a wheel.",
                    hint=f"Add an empty {_INIT}.",
                )
        except OSError:  # no such folder, or one that cannot be read
            continue
    return None
