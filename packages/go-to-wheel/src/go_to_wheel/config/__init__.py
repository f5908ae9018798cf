"""A project's own settings: ``[project]`` and ``[tool.go-to-wheel]`` of its pyproject.toml.

``[project]`` is PEP 621's and PEP 639's. The file counts only where it has a table
``[tool.go-to-wheel]`` or names our build backend: many Go projects have a pyproject.toml that
is about something else.
"""

from __future__ import annotations

import difflib
import os
import tomllib
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path, PurePosixPath
from typing import cast

import pyproject_metadata
from pyproject_metadata.errors import ConfigurationWarning

from .errors import ConfigError
from .metadata import LicenseText, Metadata, Person, Readme
from .model import Layout
from .names import parse_distribution_name
from .request import BuildRequest
from .sources.files import absolute_folder
from .sources.forms import GoFolder, recognise

FILE_NAME = "pyproject.toml"
BACKEND = "go_to_wheel.backend"
_TOOL = "tool.go-to-wheel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """``[tool.go-to-wheel]``: the keys are those of the command's options, without ``--``.

    Attributes:
        entry_point: the command's name.
        layout: where the binary lies in the wheel.
        ldflags: more flags for Go's linker.
        packages: the main packages.
        platforms: the targets to build for.
        set_version_var: the Go variable that is set to the version.
        tags: Go build tags.
    """

    entry_point: str | None = None
    layout: Layout | None = None
    ldflags: str = ""
    packages: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    set_version_var: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectConfig:
    """What one pyproject.toml says: the metadata and the settings."""

    path: Path
    metadata: Metadata
    settings: Settings


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
        go=replace(
            go,
            packages=go.packages or _packages_from(config, form.folder),
            ldflags=" ".join(filter(None, (settings.ldflags, go.ldflags))),
            version_variable=go.version_variable or settings.set_version_var,
            tags=go.tags or settings.tags,
        ),
    )


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
    document = _parse(path)
    tool = _Table(path, "tool", document.get("tool", {}))
    build = _Table(path, "build-system", document.get("build-system", {}))
    if "go-to-wheel" not in tool.values and build.values.get("build-backend") != BACKEND:
        return None
    settings = _settings(_Table(path, _TOOL, tool.values.get("go-to-wheel", {})))
    metadata = _metadata(path, document) if "project" in document else Metadata()
    return ProjectConfig(path=path, metadata=metadata, settings=settings)


def _parse(path: Path) -> Mapping[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:  # no TOML, no UTF-8, a number without end
        raise ConfigError(f"{path} is not valid TOML: {error}.", hint="Mend the file.") from None
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be read: {error.strerror}.", hint="Make it readable."
        ) from None


class _Table:
    """A table of the file, read key by key; its errors carry the file and the dotted key."""

    def __init__(self, path: Path, name: str, values: object) -> None:
        if not isinstance(values, dict):
            raise ConfigError(f"[{name}] in {path} is not a table.", hint="Write it as [table].")
        self.path = path
        self.name = name
        self.values = cast("Mapping[str, object]", values)

    def refuse_unknown(self, known: list[str]) -> None:
        for key in self.values:
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1, cutoff=0.4)
                raise ConfigError(
                    f"{self.name}.{key} in {self.path} is not a setting of go-to-wheel.",
                    hint=f"Did you mean {near[0]}?" if near else f"There are: {', '.join(known)}.",
                )

    def text(self, key: str) -> str | None:
        value = self.values.get(key)
        if value is None or (isinstance(value, str) and "\0" not in value):
            return value
        raise self._wrong(key, "a string, without NUL characters")

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.values.get(key, [])
        if isinstance(value, list) and all(
            isinstance(item, str) and "\0" not in item for item in value
        ):
            return tuple(value)
        raise self._wrong(key, "an array of strings, without NUL characters")

    def _wrong(self, key: str, wanted: str) -> ConfigError:
        return ConfigError(
            f"{self.name}.{key} in {self.path} must be {wanted}.", hint="Mend the file."
        )


def _settings(table: _Table) -> Settings:
    table.refuse_unknown([field.name.replace("_", "-") for field in fields(Settings)])
    layout = table.text("layout")
    if layout is not None and layout not in list(Layout):
        raise ConfigError(
            f"{_TOOL}.layout in {table.path} is {layout!r}.",
            hint=f"It is one of: {', '.join(Layout)}.",
        )
    return Settings(
        entry_point=table.text("entry-point"),
        layout=Layout(layout) if layout else None,
        ldflags=table.text("ldflags") or "",
        packages=table.texts("packages"),
        platforms=table.texts("platforms"),
        set_version_var=table.text("set-version-var"),
        tags=table.texts("tags"),
    )


def _metadata(path: Path, document: Mapping[str, object]) -> Metadata:
    project = _project(path, document)
    if project.scripts or project.gui_scripts or project.entrypoints:
        raise ConfigError(
            f"[project] in {path} has entry points, which go-to-wheel makes by itself.",
            hint=f"Remove scripts and entry-points; the command's name is {_TOOL}.entry-point.",
        )
    readme = project.readme
    expression, license_files = _license(path, project)
    return Metadata(
        name=parse_distribution_name(project.name),
        version=project.version,
        description=project.description,
        readme=Readme(text=readme.text, content_type=readme.content_type) if readme else None,
        license=expression,
        license_files=license_files,
        authors=_people(document, "authors"),
        maintainers=_people(document, "maintainers"),
        keywords=tuple(project.keywords),
        classifiers=tuple(project.classifiers),
        urls=tuple(project.urls.items()),
        requires_python=str(project.requires_python) if project.requires_python else None,
        dependencies=tuple(map(str, project.dependencies)),
        optional_dependencies=tuple(
            (extra, tuple(map(str, requirements)))
            for extra, requirements in project.optional_dependencies.items()
        ),
    )


def _project(path: Path, document: Mapping[str, object]) -> pyproject_metadata.StandardMetadata:
    """``[project]``, checked against PEP 621."""
    try:
        with warnings.catch_warnings():  # what they say is refused when METADATA is written
            warnings.simplefilter("ignore", ConfigurationWarning)
            return pyproject_metadata.StandardMetadata.from_pyproject(
                document, path.parent, allow_extra_keys=False
            )
    except pyproject_metadata.ConfigurationError as error:
        key = f" ({error.key})" if error.key else ""
        reason = str(error).rstrip(".")
        raise ConfigError(
            f"[project] in {path} is wrong{key}: {reason}.", hint="Mend the file."
        ) from None
    except UnicodeDecodeError:
        raise ConfigError(
            f"A file named in [project] of {path} is not UTF-8 text.", hint="Save it as UTF-8."
        ) from None
    except ValueError as error:  # a version with a number of thousands of digits
        raise ConfigError(
            f"[project] in {path} is wrong: {error}.", hint="Mend the file."
        ) from None
    except OSError as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: OSError) -> ConfigError:
    return ConfigError(
        f"{error.filename or 'A file'} named in {path} cannot be read: {error.strerror}.",
        hint="Make it readable, or name another one.",
    )


def _people(document: Mapping[str, object], key: str) -> tuple[Person, ...]:
    """Authors or maintainers as they are written: the library calls the nameless Unknown."""
    project = cast("Mapping[str, list[Mapping[str, str]]]", document["project"])
    return tuple(
        Person(name=person.get("name"), email=person.get("email"))
        for person in project.get(key, [])
    )


def _license(
    path: Path, project: pyproject_metadata.StandardMetadata
) -> tuple[str | None, tuple[LicenseText, ...]]:
    """The licence and its files; PEP 621's old ``{file = ...}`` names a file like any other."""
    given = project.license
    files = {file.as_posix(): path.parent / file for file in project.license_files or ()}
    if isinstance(given, pyproject_metadata.License):
        if given.file:
            files = {given.file.name: given.file}
        given = None if given.file else given.text
    try:
        texts = tuple(
            LicenseText(path=PurePosixPath(name), content=file.read_bytes())
            for name, file in files.items()
        )
    except OSError as error:
        raise _unreadable(path, error) from None
    return given, texts
