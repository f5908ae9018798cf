"""``[project]``: the metadata of PEP 621 and PEP 639."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import cast

import pyproject_metadata
from pyproject_metadata.errors import ConfigurationWarning

from ..errors import ConfigError
from ..metadata import LicenseText, Metadata, Person, Readme
from ..names import parse_distribution_name
from .settings import TABLE


def read_metadata(path: Path, document: Mapping[str, object]) -> Metadata:
    """Read ``[project]`` of a document.

    Raises:
        ConfigError: it breaks PEP 621 or PEP 639, or names a file that cannot be read.
    """
    project = _project(path, document)
    if project.scripts or project.gui_scripts or project.entrypoints:
        raise ConfigError(
            f"[project] in {path} has entry points, which go-to-wheel makes by itself.",
            hint=f"Remove scripts and entry-points; the command's name is {TABLE}.entry-point.",
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
