"""``[project]``: the metadata of PEP 621 and PEP 639, and the entry points."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import cast

import pyproject_metadata
from pyproject_metadata.errors import ConfigurationWarning

from ..errors import ConfigError
from ..metadata import LicenseText, Metadata, Person, Readme
from ..model import EntryPoints
from ..names import parse_distribution_name
from .table import Table

_DYNAMIC = "version"
# Fields of core metadata 2.5 (PEP 794); ours is 2.4.
_TOO_NEW = ("import-names", "import-namespaces")
# The entry points specification; uv, installer and the index read it strictly.
_POINT = re.compile(r"[\w.-]*\w[\w.-]*")
_NAMES = r"[^\W\d]\w*(?:\.[^\W\d]\w*)*"
_EXTRAS = r"(?: *\[[\w .,-]*\])?"
_REFERENCE = re.compile(rf"{_NAMES}(?: *: *{_NAMES})?{_EXTRAS}")
_FUNCTION = re.compile(rf"{_NAMES} *: *{_NAMES}{_EXTRAS}")
_SCRIPTS = {"console_scripts": "scripts", "gui_scripts": "gui-scripts"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """What ``[project]`` says: the metadata, and the entry points that it gives itself."""

    metadata: Metadata
    entry_points: EntryPoints = ()


def read_project(path: Path, document: Mapping[str, object]) -> Project:
    """Read ``[project]`` of a document.

    Raises:
        ConfigError: it breaks PEP 621 or PEP 639, has something that wheels of ours cannot
            hold, or names a file that cannot be read.
    """
    _refuse_dynamic(path, document)
    project = _project(path, document)
    _refuse_new_fields(path, project)
    readme = project.readme
    expression, license_files = _license(path, project)
    metadata = Metadata(
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
    return Project(metadata=metadata, entry_points=_entry_points(path, project))


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


def _refuse_dynamic(path: Path, document: Mapping[str, object]) -> None:
    """What nobody fills would be missing without a word."""
    for key in Table(path, "project", document["project"]).texts("dynamic"):
        if key != _DYNAMIC:
            raise ConfigError(
                f"project.dynamic in {path} names {key!r}, which go-to-wheel cannot find out.",
                hint=f"Only {_DYNAMIC!r} may be dynamic; write {key} into [project].",
            )


def _refuse_new_fields(path: Path, project: pyproject_metadata.StandardMetadata) -> None:
    """What our version of core metadata has no field for is not dropped without a word."""
    for key, value in zip(_TOO_NEW, (project.import_names, project.import_namespaces), strict=True):
        if value is not None:
            raise ConfigError(
                f"project.{key} in {path} is for metadata 2.5, and go-to-wheel writes 2.4, which"
                " the index and every installer take.",
                hint="Leave it out.",
            )


def _entry_points(path: Path, project: pyproject_metadata.StandardMetadata) -> EntryPoints:
    """All groups, as entry_points.txt has them.

    Raises:
        ConfigError: one breaks the entry points specification; the message carries its key.
    """
    for group, own in _SCRIPTS.items():
        if group in project.entrypoints:
            raise ConfigError(
                f"project.entry-points.{group} in {path} is not allowed by PEP 621.",
                hint=f"Write it as [project.{own}].",
            )
    groups = (
        ("console_scripts", "project.scripts", project.scripts),
        ("gui_scripts", "project.gui-scripts", project.gui_scripts),
        *(
            (group, f"project.entry-points.{group}", points)
            for group, points in project.entrypoints.items()
        ),
    )
    made = []
    for group, key, points in groups:
        if problem := next(_problems(group, points), None):
            where, what, hint = problem
            raise ConfigError(f"{key}{where} in {path} {what}.", hint=hint)
        if points:
            made.append((group, tuple(points.items())))
    return tuple(made)


def _problems(group: str, points: Mapping[str, str]) -> Iterator[Sequence[str]]:
    """What is wrong: where below the group's key, what, and what to do."""
    form = _FUNCTION if group in _SCRIPTS else _REFERENCE
    for name, value in points.items():
        if not _POINT.fullmatch(name):
            yield f".{name!r}", "cannot be an entry point", "Use letters, digits, '_', '.' and '-'."
        if not form.fullmatch(value):
            what = f"is {value!r}, which names no {'function' if group in _SCRIPTS else 'object'}"
            yield f".{name}", what, "Write it like package.module:function."


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
