"""A project's own settings: ``[project]`` and ``[tool.go-to-wheel]`` of its pyproject.toml.

``[project]`` is PEP 621's and PEP 639's. The file counts only where it has a table
``[tool.go-to-wheel]`` or names our build backend: many Go projects have a pyproject.toml that
is about something else.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path, PurePosixPath
from typing import cast

import pyproject_metadata

from .errors import ConfigError
from .metadata import LicenseText, Metadata, Person, Readme
from .model import GoOptions, Layout
from .names import parse_distribution_name
from .request import BuildRequest

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
    config = find_config(Path(request.source))
    if config is None:
        return request
    settings, go = config.settings, request.go
    return replace(
        request,
        metadata=request.metadata.over(config.metadata),
        targets=request.targets or settings.platforms,
        layout=request.layout or settings.layout,
        entry_point=request.entry_point or settings.entry_point,
        go=GoOptions(
            binary=go.binary,
            packages=go.packages or settings.packages,
            ldflags=" ".join(filter(None, (settings.ldflags, go.ldflags))),
            version_variable=go.version_variable or settings.set_version_var,
            tags=go.tags or settings.tags,
        ),
    )


def find_config(folder: Path) -> ProjectConfig | None:
    """The settings that lie in a source folder, or above it within its Go module.

    Raises:
        ConfigError: the settings are wrong; the message carries the key.
    """
    for candidate in (folder.absolute(), *folder.absolute().parents):
        if (candidate / FILE_NAME).is_file() and (config := read_config(candidate / FILE_NAME)):
            return config
        if (candidate / "go.mod").is_file():
            return None
    return None


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
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not valid TOML: {error}.", hint="Mend the file.") from None
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}.") from None


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
        if value is None or isinstance(value, str):
            return value
        raise self._wrong(key, "a string")

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.values.get(key, [])
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise self._wrong(key, "an array of strings")

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
    try:
        project = pyproject_metadata.StandardMetadata.from_pyproject(document, path.parent)
    except pyproject_metadata.ConfigurationError as error:
        key = f" ({error.key})" if error.key else ""
        raise ConfigError(
            f"[project] in {path} is wrong{key}: {error}.", hint="Mend the file."
        ) from None
    except OSError as error:
        raise ConfigError(
            f"{error.filename}, named in {path}, cannot be read: {error.strerror}."
        ) from None
    if project.scripts or project.gui_scripts or project.entrypoints:
        raise ConfigError(
            f"[project] in {path} has entry points, which go-to-wheel makes by itself.",
            hint=f"Remove scripts and entry-points; the command's name is {_TOOL}.entry-point.",
        )
    readme = project.readme
    return Metadata(
        name=parse_distribution_name(project.name),
        version=project.version,
        description=project.description,
        readme=Readme(text=readme.text, content_type=readme.content_type) if readme else None,
        license=_license(project),
        license_files=tuple(
            LicenseText(
                path=PurePosixPath(file.as_posix()), content=(path.parent / file).read_bytes()
            )
            for file in project.license_files or ()
        ),
        authors=tuple(Person(name=name or None, email=email) for name, email in project.authors),
        maintainers=tuple(
            Person(name=name or None, email=email) for name, email in project.maintainers
        ),
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


def _license(project: pyproject_metadata.StandardMetadata) -> str | None:
    if isinstance(project.license, pyproject_metadata.License):
        return project.license.text
    return project.license
