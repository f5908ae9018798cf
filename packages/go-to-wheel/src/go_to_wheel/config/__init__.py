"""A project's own settings: ``[project]`` and ``[tool.go-to-wheel]`` of its pyproject.toml.

The file counts only where it has a table ``[tool.go-to-wheel]`` or names our build backend: many
Go projects have a pyproject.toml that is about something else.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from packaging.utils import canonicalize_name

from ..errors import ConfigError, UsageError
from ..metadata import Metadata
from ..model import Alias, PythonPackage
from ..request import BuildRequest, parse_alias
from ..sources.files import absolute_folder
from ..sources.forms import GoFolder, recognise
from ..sources.process import Processes
from ..sources.project.pkginfo import version_of_sdist
from .described import describe
from .project import ProjectTable, read_project
from .python import find_package
from .settings import TABLE, Settings, read_settings
from .table import Table, parse_toml

FILE_NAME = "pyproject.toml"
BACKEND = "go_to_wheel.backend"
_NEARLY = {canonicalize_name(name) for name in (BACKEND, BACKEND.partition(".")[0])}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectConfig:
    """What one pyproject.toml says.

    Attributes:
        path: the file.
        metadata: what ``[project]`` says; the version may be that of an sdist.
        settings: what ``[tool.go-to-wheel]`` says.
        dynamic: the fields that ``[project]`` leaves to us; None without such a table.
        python: the project's own Python package; None where it has none.
    """

    path: Path
    metadata: Metadata
    settings: Settings
    dynamic: tuple[str, ...] | None = None
    python: PythonPackage | None = None


def with_config(request: BuildRequest) -> BuildRequest:
    """Fill what a request leaves open from the settings of the project it points at.

    A table ``[project]`` says all that there is to say of the distribution (PEP 621): what it
    leaves open is filled here, where that is allowed, and the request is marked as described.

    Raises:
        ConfigError: the settings are wrong; the message carries the key.
        ProjectError: a pattern of the settings is none.
        MetadataError: a text of the project cannot be used, or git refuses to tell the version.
    """
    form = recognise(request.words)
    processes = Processes(environment=request.environment)
    if not isinstance(form, GoFolder):
        return request
    if (config := find_config(form.folder, processes)) is None:
        passed = _passed_over(form.folder)
        return replace(request, notes=(*request.notes, passed)) if passed else request
    settings, go = config.settings, request.go
    return replace(
        request,
        metadata=_metadata(request, config, processes),
        is_described=request.is_described or config.dynamic is not None,
        dynamic=request.dynamic if request.is_described else config.dynamic or (),
        targets=request.targets or settings.platforms,
        notes=(*request.notes, *_notes(request, config)),
        layout=request.layout or settings.layout,
        entry_point=request.entry_point or settings.entry_point,
        aliases=request.aliases or _aliases(config),
        python=request.python or config.python,
        require_licenses=request.require_licenses or settings.require_licenses,
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


def _metadata(request: BuildRequest, config: ProjectConfig, processes: Processes) -> Metadata:
    known = request.metadata.over(config.metadata)
    if config.dynamic is None or request.is_described:
        return known
    return describe(known, config.path.parent, config.dynamic, config.settings.exclude, processes)


def _notes(request: BuildRequest, config: ProjectConfig) -> tuple[str, ...]:
    """What a file has turned on that makes a build do more than its user has asked for."""
    if request.go.cgo or not config.settings.cgo:
        return ()
    return (f"cgo is on, since {config.path} says so: C code is compiled too.",)


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


def find_config(folder: Path, processes: Processes | None = None) -> ProjectConfig | None:
    """The settings that lie in a source folder, or above it within its Go module.

    Args:
        folder: the source folder.
        processes: what runs git; None where nothing is known of a checkout.

    Raises:
        ConfigError: the settings are wrong; the message carries the key.
    """
    configs = (read_config(path, processes) for path in _files_of(folder))
    return next(filter(None, configs), None)


def _files_of(folder: Path) -> Iterator[Path]:
    """Each pyproject.toml in a source folder, and above it within its Go module."""
    start = absolute_folder(folder)
    for candidate in (start, *start.parents):
        if _is_file(candidate / FILE_NAME):
            yield candidate / FILE_NAME
        if _is_file(candidate / "go.mod"):
            return


def _passed_over(folder: Path) -> str:
    """What to tell where no file counts, and one describes a distribution; may be empty."""
    for path in _files_of(folder):
        if "project" in parse_toml(path):
            return (
                f"{path} is not used: it has no [{TABLE}]. If its [project] is about this"
                " program, add that line to it."
            )
    return ""


def _is_file(path: Path) -> bool:
    """Whether there is a file; a path that cannot be looked at is the source's to refuse."""
    try:
        return path.is_file()
    except OSError:
        return False


def _refuse_nearly_ours(path: Path, tool: Table, build: Table) -> None:
    """What is meant for us, but not quite called so, is not passed over without a word."""
    ours = TABLE.removeprefix("tool.")
    for name in tool.values:
        if name != ours and canonicalize_name(name) == ours:
            raise ConfigError(f"[tool.{name}] in {path} is not read.", hint=f"Write [{TABLE}].")
    backend = build.values.get("build-backend")
    if isinstance(backend, str) and backend != BACKEND and canonicalize_name(backend) in _NEARLY:
        raise ConfigError(
            f"build-system.build-backend in {path} is {backend!r}, which is no build backend.",
            hint=f'Write build-backend = "{BACKEND}".',
        )


def read_config(path: Path, processes: Processes | None = None) -> ProjectConfig | None:
    """Read one pyproject.toml; None where it is not about go-to-wheel.

    Args:
        path: the file.
        processes: what runs git; None where nothing is known of a checkout.

    Raises:
        ConfigError: no TOML, an unknown key, or a value of the wrong kind.
    """
    return read_document(path, parse_toml(path), processes)


def read_document(
    path: Path, document: Mapping[str, object], processes: Processes | None = None
) -> ProjectConfig | None:
    """What one pyproject.toml says that reads so; None where it is not about go-to-wheel.

    Args:
        path: where the file lies, or will lie.
        document: what stands in it.
        processes: what runs git; None where nothing is known of a checkout.

    Raises:
        ConfigError: an unknown key, or a value of the wrong kind.
    """
    tool = Table(path, "tool", document.get("tool", {}))
    build = Table(path, "build-system", document.get("build-system", {}))
    _refuse_nearly_ours(path, tool, build)
    if "go-to-wheel" not in tool.values and build.values.get("build-backend") != BACKEND:
        return None
    settings = read_settings(Table(path, TABLE, tool.values.get("go-to-wheel", {})))
    processes = processes or Processes(environment={})
    project, dynamic = ProjectTable(metadata=Metadata()), None
    if "project" in document:
        project = read_project(path, document, processes)
        dynamic = Table(path, "project", document["project"]).texts("dynamic")
    metadata = project.metadata
    if metadata.version is None:
        name = str(metadata.name) if metadata.name else None
        version = version_of_sdist(path.parent, name, processes)
        metadata = replace(metadata, version=version)
    return ProjectConfig(
        path=path,
        metadata=metadata,
        settings=settings,
        dynamic=dynamic,
        python=find_package(path, metadata.name, settings, project.entry_points),
    )
