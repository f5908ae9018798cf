"""A project's own settings: ``[project]`` and ``[tool.go-to-wheel]`` of its pyproject.toml.

The file counts only where it has a table ``[tool.go-to-wheel]`` or names our build backend: many
Go projects have a pyproject.toml that is about something else.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

from ..errors import ConfigError, UsageError
from ..metadata import Metadata
from ..model import Alias, PythonPackage
from ..request import BuildRequest, parse_alias
from ..sources.files import absolute_folder
from ..sources.forms import GoFolder, recognise
from .pkginfo import version_of_sdist
from .project import Project, read_project
from .python import find_package
from .settings import TABLE, Settings, read_settings
from .table import Table, parse_toml

FILE_NAME = "pyproject.toml"
BACKEND = "go_to_wheel.backend"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectConfig:
    """What one pyproject.toml says.

    Attributes:
        path: the file.
        metadata: what ``[project]`` says; the version may be that of an sdist.
        settings: what ``[tool.go-to-wheel]`` says.
        python: the project's own Python package; None where it has none.
    """

    path: Path
    metadata: Metadata
    settings: Settings
    python: PythonPackage | None = None


def with_config(request: BuildRequest) -> BuildRequest:
    """Fill what a request leaves open from the settings of the project it points at.

    Raises:
        ConfigError: the settings are wrong; the message carries the key.
    """
    form = recognise(request.words)
    if not isinstance(form, GoFolder) or (config := find_config(form.folder)) is None:
        return request
    settings, go = config.settings, request.go
    return replace(
        request,
        metadata=request.metadata.over(config.metadata),
        targets=request.targets or settings.platforms,
        layout=request.layout or settings.layout,
        entry_point=request.entry_point or settings.entry_point,
        aliases=request.aliases or _aliases(config),
        python=request.python or config.python,
        go=replace(
            go,
            packages=go.packages or _packages_from(config, form.folder),
            ldflags=" ".join(filter(None, (settings.ldflags, go.ldflags))),
            version_variable=go.version_variable or settings.set_version_var,
            tags=go.tags or settings.tags,
            cgo=go.cgo or settings.cgo,
            libc=go.libc or settings.libc,
        ),
    )


def _aliases(config: ProjectConfig) -> tuple[Alias, ...]:
    try:
        return tuple(map(parse_alias, config.settings.alias))
    except UsageError as error:
        raise ConfigError(
            f"{TABLE}.alias in {config.path} is wrong: {error.message.rstrip('.')}.",
            hint=error.hint,
        ) from None


def _packages_from(config: ProjectConfig, folder: Path) -> tuple[str, ...]:
    """The settings' packages as Go reads them in a folder: paths in a file start at that file.

    Go takes what begins with ``./`` or ``../`` for a path (``go help packages``), and all else
    for an import path, which is the same everywhere.
    """
    start = absolute_folder(folder)
    if config.path.parent == start:
        return config.settings.packages
    return tuple(
        _path_from(start, config.path.parent / package) if _is_path(package) else package
        for package in config.settings.packages
    )


def _is_path(package: str) -> bool:
    return package in (".", "..") or package.startswith(("./", "../"))


def _path_from(start: Path, path: Path) -> str:
    relative = Path(os.path.relpath(path, start)).as_posix()
    return relative if _is_path(relative) else f"./{relative}"


def find_config(folder: Path) -> ProjectConfig | None:
    """The settings that lie in a source folder, or above it within its Go module.

    Raises:
        ConfigError: the settings are wrong; the message carries the key.
    """
    start = absolute_folder(folder)
    for candidate in (start, *start.parents):
        if _is_file(candidate / FILE_NAME) and (config := read_config(candidate / FILE_NAME)):
            return config
        if _is_file(candidate / "go.mod"):
            return None
    return None


def _is_file(path: Path) -> bool:
    """Whether there is a file; a path that cannot be looked at is the source's to refuse."""
    try:
        return path.is_file()
    except OSError:
        return False


def read_config(path: Path) -> ProjectConfig | None:
    """Read one pyproject.toml; None where it is not about go-to-wheel.

    Raises:
        ConfigError: no TOML, an unknown key, or a value of the wrong kind.
    """
    document = parse_toml(path)
    tool = Table(path, "tool", document.get("tool", {}))
    build = Table(path, "build-system", document.get("build-system", {}))
    if "go-to-wheel" not in tool.values and build.values.get("build-backend") != BACKEND:
        return None
    settings = read_settings(Table(path, TABLE, tool.values.get("go-to-wheel", {})))
    project = Project(metadata=Metadata())
    if "project" in document:
        project = read_project(path, document)
    metadata = project.metadata
    if metadata.version is None:
        metadata = replace(metadata, version=version_of_sdist(path.parent, metadata.name))
    return ProjectConfig(
        path=path,
        metadata=metadata,
        settings=settings,
        python=find_package(path, metadata.name, settings, project.entry_points),
    )
