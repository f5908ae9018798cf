"""``[project]``: the metadata of PEP 621 and PEP 639, and the entry points."""

from __future__ import annotations

import os
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
from ..sources.process import Processes
from ..sources.project.pkginfo import INFO
from .described import DYNAMIC, top_of
from .table import Table

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
class ProjectTable:
    """What ``[project]`` says: the metadata, and the entry points that it gives itself."""

    metadata: Metadata
    entry_points: EntryPoints = ()


def read_project(
    path: Path, document: Mapping[str, object], processes: Processes | None = None
) -> ProjectTable:
    """Read ``[project]`` of a document.

    Args:
        path: the file.
        document: what stands in it.
        processes: what runs git; None where nothing is known of a checkout.

    Raises:
        ConfigError: it breaks PEP 621 or PEP 639, has something that wheels of ours cannot
            hold, or names a file that cannot be read.
    """
    _refuse_dynamic(path, document)
    files = _Files(path, processes or Processes(environment={}))
    files.refuse_named(document)
    project = _project(path, document)
    _refuse_new_fields(path, project)
    expression, license_files = _license(files, project)
    metadata = Metadata(
        name=parse_distribution_name(project.name),
        version=project.version,
        description=project.description,
        readme=_readme(project.readme),
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
    return ProjectTable(metadata=metadata, entry_points=_entry_points(path, project))


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
        if key not in DYNAMIC:
            raise ConfigError(
                f"project.dynamic in {path} names {key!r}, which go-to-wheel cannot find out.",
                hint=f"Only {', '.join(DYNAMIC)} may be dynamic; write {key} into [project].",
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


def _readme(given: pyproject_metadata.Readme | None) -> Readme | None:
    if given is None:
        return None
    return Readme(text=given.text, content_type=given.content_type, file=given.file)


def _people(document: Mapping[str, object], key: str) -> tuple[Person, ...]:
    """Authors or maintainers as they are written: the library calls the nameless Unknown."""
    project = cast("Mapping[str, list[Mapping[str, str]]]", document["project"])
    return tuple(
        Person(name=person.get("name"), email=person.get("email"))
        for person in project.get(key, [])
    )


class _Files:
    """The files that ``[project]`` names, and where they may lie.

    A stranger's project must not put files of ours on show: neither by a path that leads out of
    it, nor by a link.
    """

    def __init__(self, path: Path, processes: Processes) -> None:
        self.path = path
        self._processes = processes

    def refuse_named(self, document: Mapping[str, object]) -> None:
        """Refuse a README or a licence that leads out; other faults are for others to tell."""
        project = cast("Mapping[str, object]", document["project"])
        for key in ("readme", "license"):
            value = project.get(key)
            name = value.get("file") if isinstance(value, dict) else value
            is_file = isinstance(value, dict) or key == "readme"
            if is_file and isinstance(name, str) and "\0" not in name:
                written = f"{key}.file" if isinstance(value, dict) else key
                self._refuse(written, self.path.parent / name)

    def read(self, key: str, file: Path) -> bytes:
        """The bytes of a file.

        Raises:
            ConfigError: it leads out of the project, or cannot be read.
        """
        self._refuse(key, file)
        try:
            return file.read_bytes()
        except OSError as error:
            raise _unreadable(self.path, error) from None

    def _refuse(self, key: str, file: Path) -> None:
        folder, real = self.path.parent, Path(os.path.realpath(file))
        if real.is_relative_to(os.path.realpath(folder)):
            return
        if not real.is_relative_to(os.path.realpath(top_of(folder, self._processes))):
            raise ConfigError(
                f"project.{key} in {self.path} leads out of the project, to {real}.",
                hint="Put the file itself into the project.",
            )


def _license(
    files: _Files, project: pyproject_metadata.StandardMetadata
) -> tuple[str | None, tuple[LicenseText, ...] | None]:
    """The licence and its files; PEP 621's old ``{file = ...}`` names a file like any other.

    The files are None where nothing is said of them; an empty list says that there are none.
    """
    given, matched = project.license, project.license_files
    folder, key = files.path.parent, "license-files"
    names = None if matched is None else {file.as_posix(): folder / file for file in matched}
    if isinstance(given, pyproject_metadata.License):
        if given.file:
            key, names = "license.file", {given.file.name: given.file}
        given = None if given.file else given.text
    if names is None:
        return given, None
    texts = (
        LicenseText(path=PurePosixPath(name), content=files.read(key, file), file=file)
        for name, file in names.items()
        if not _is_of_the_sdist(name)
    )
    return given, tuple(texts)


def _is_of_the_sdist(name: str) -> bool:
    """Whether a pattern would find a file in an sdist that is not in the checkout, or may not be.

    The licences of the modules below ``vendor/`` come into wheels with the modules.
    """
    return name == INFO or name.startswith("vendor/")
