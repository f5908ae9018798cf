"""GoReleaser's dist/ folder, through the list that GoReleaser writes into it.

``artifacts.json`` lists every file with its platform (see ``internal/artifact`` in GoReleaser's
source, version 2). Of a program's archive and its bare binary, whose bytes are the same, the
archive is taken: it is what gets published, the list has its digest, and licences lie in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path, PurePosixPath

from ... import json_fields
from ...errors import ArtifactError, NoMatchingAssetError, ProgramNotFoundError
from ...release import ReleaseOptions, read_digest
from ...targets import TARGETS, Target
from ..archive.names import printable
from ..prebuilt.programs import Choice
from .artifacts import LocalArtifacts, LocalFile, overruled

LIST = "artifacts.json"
_ABOUT = "metadata.json"
_LARGEST = 64 << 20  # bytes of such a file
_UNIVERSAL = "all"  # the GOARCH of a macOS binary for both processors
_SNAPSHOT = re.compile(r"(?i)-SNAPSHOT-[0-9a-z]+$")


class _Type(IntEnum):
    """``internal_type``: the kinds that hold programs, the best to take from first."""

    ARCHIVE = 1
    UPLOADABLE_BINARY = 2
    BINARY = 4
    UNIVERSAL_BINARY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """An entry of the list that holds programs.

    Attributes:
        file: where it lies; None where it is not there any more.
        name: its file name.
        type: its kind.
        platform: its GOOS and GOARCH.
        levels: its ``goarm``, ``goamd64`` and the like, those that are there.
        programs: what is in it, without ``.exe``.
    """

    file: LocalFile | None
    name: str
    type: _Type
    platform: tuple[str, str]
    levels: Mapping[str, str]
    programs: tuple[str, ...]


def read_goreleaser(dist: Path, options: ReleaseOptions) -> LocalArtifacts:
    """What GoReleaser has built.

    Args:
        dist: the folder with ``artifacts.json``.
        options: which programs are wanted, and what overrules the list.

    Raises:
        ArtifactError: one of GoReleaser's files is not as GoReleaser writes it, or a file of
            the list is missing.
        ProgramNotFoundError: a wanted program is not there, or several are and none was chosen.
        NoMatchingAssetError: no program is for a target that is known.
    """
    about = _Fields(_read_json(dist / _ABOUT), _ABOUT) if (dist / _ABOUT).is_file() else None
    entries = tuple(_entries(dist))
    project = about.optional_text("project_name") if about else ""
    commands = _commands(entries, project, options)
    chosen = overruled({e.file.name: e.file for e in entries if e.file is not None}, options)
    files: dict[str, tuple[LocalFile, ...]] = {}
    for target in TARGETS:
        found = [chosen.get(target.name) or _file_of(each, target, entries) for each in commands]
        complete = tuple(file for file in found if file is not None)
        if len(complete) == len(commands):
            files[target.name] = complete
    if not files:
        raise NoMatchingAssetError(
            f"GoReleaser built {', '.join(commands)} for no target that is known.",
            hint="'go-to-wheel targets' lists those there are.",
        )
    version = about.optional_text("version") if about else ""
    return LocalArtifacts(
        description=f"GoReleaser's binaries of {project or dist.name} {version}".strip(),
        name=project or None,
        version=_SNAPSHOT.sub("-SNAPSHOT", version) or None,
        choices=tuple(Choice(binaries=(command,)) for command in commands),
        commands=commands,
        files=files,
        listed=tuple(dict.fromkeys(entry.name for entry in entries)),
        folder=_project_folder(dist),
    )


def _commands(entries: Sequence[_Entry], project: str, options: ReleaseOptions) -> tuple[str, ...]:
    """What the wanted programs are called."""
    there = tuple(dict.fromkeys(name for entry in entries for name in entry.programs))
    shown = ", ".join(map(printable, there)) or "no program"
    missing = [name for name in options.binaries if name not in there]
    if missing:
        raise ProgramNotFoundError(
            f"GoReleaser built no {printable(missing[0])}, but {shown}.",
            hint="Name one of these with --binary.",
        )
    if options.binaries:
        return options.binaries
    if project in there:
        return (project,)
    if len(there) != 1:
        raise ProgramNotFoundError(
            f"GoReleaser built {shown}.",
            hint="Choose with --binary NAME; it may be given more than once.",
        )
    return there


def _file_of(command: str, target: Target, entries: Sequence[_Entry]) -> LocalFile | None:
    """The best file with a program for a target; None where none was built.

    Raises:
        ArtifactError: some were built, and none is there any more.
    """
    ranked = sorted(
        (rank, number)
        for number, entry in enumerate(entries)
        if command in entry.programs and (rank := _rank(entry, target)) is not None
    )
    fitting = [entries[number] for _, number in ranked]
    present = [entry.file for entry in fitting if entry.file is not None]
    if fitting and not present:
        raise ArtifactError(
            f"{LIST} names {printable(fitting[0].name)}, which is not there.",
            hint="Run GoReleaser again, or copy its whole folder.",
        )
    return present[0] if present else None


def _rank(entry: _Entry, target: Target) -> tuple[bool, int, int] | None:
    """How well an entry suits a target, the lowest best; None where it does not at all."""
    system, arch = entry.platform
    is_universal = system == target.system == "darwin" and arch == _UNIVERSAL
    if (system, arch) != (target.system, target.arch) and not is_universal:
        return None
    variable, wanted = target.level or ("", "")
    level = entry.levels.get(variable.lower(), wanted)
    # A processor runs what was made for an older one: of its kind, ARM alone has names for it.
    lower = "765" if variable == "GOARM" else ""
    if level == wanted:
        distance = 0
    elif level in lower and wanted in lower and level < wanted:
        distance = int(wanted) - int(level)
    else:
        return None
    return is_universal, distance, entry.type


def _entries(dist: Path) -> Iterator[_Entry]:
    """The entries of the list that hold programs."""
    for fields in _Fields.each(_read_json(dist / LIST), LIST):
        kind = fields.optional_number("internal_type")
        if kind in set(_Type):
            yield _entry(dist, fields, _Type(kind))


def _entry(dist: Path, fields: _Fields, kind: _Type) -> _Entry:
    extra = fields.optional_object("extra") or _Fields({}, "extra")
    name = fields.optional_text("name")
    path = _locate(dist, fields.optional_text("path"))
    programs = extra.texts("Binaries") or (extra.optional_text("Binary") or name,)
    return _Entry(
        file=_file(name, path, extra.optional_text("Checksum"), dist) if path else None,
        name=name,
        type=kind,
        platform=(fields.optional_text("goos"), fields.optional_text("goarch")),
        levels={
            key: fields.optional_text(key)
            for key in ("goamd64", "go386", "goarm", "goarm64", "goppc64", "goriscv64")
            if fields.optional_text(key)
        },
        programs=tuple(re.sub(r"(?i)\.exe$", "", PurePosixPath(each).name) for each in programs),
    )


def _file(name: str, path: Path, checksum: str, dist: Path) -> LocalFile:
    """A file of the list; its checksum reads ``sha256:hex``, where it has one."""
    algorithm, _, digits = checksum.partition(":")
    digest = read_digest(algorithm, digits)  # None where the algorithm does not count
    is_unique = path.parent == dist or digest is not None  # bare binaries all have one name
    return LocalFile(
        name=name if is_unique else path.relative_to(dist).as_posix(),
        path=path,
        digests=(digest,) if digest else (),
        vouched_by=LIST if digest else "",
    )


def _locate(dist: Path, path: str) -> Path | None:
    """Where a file of the list lies now; None where it does not.

    Its path starts from the folder that GoReleaser ran in, or is absolute; dist/ itself may have
    been renamed or copied. So the longest end of it counts that names a file in dist/.
    """
    parts = PurePosixPath(path.replace("\\", "/")).parts
    if ".." in parts:
        return None
    ends = (dist.joinpath(*parts[start:]) for start in range(1, len(parts)))
    return next((end for end in ends if _is_file(end)), None)


def _is_file(path: Path) -> bool:
    """Whether a file lies there; none does where its name is longer than the system allows."""
    try:
        return path.is_file()
    except (OSError, ValueError):  # a zero byte or half a surrogate is a ValueError
        return False


def _project_folder(dist: Path) -> Path | None:
    """The folder above, where it is the project's."""
    above = dist.absolute().parent
    is_project = (above / "go.mod").is_file() or next(above.glob(".goreleaser.y*ml"), None)
    return above if is_project else None


class _Fields(json_fields.Fields):
    """An object of one of GoReleaser's files. A path in it may be no Unicode text."""

    @staticmethod
    def wrong_shape(place: str, wanted: str) -> ArtifactError:
        return ArtifactError(
            f"{place} is not {wanted}, as GoReleaser writes it.",
            hint="Is it GoReleaser's? If not, move it away; its folder is then read file by file.",
        )

    @classmethod
    def is_text(cls, value: str) -> bool:  # noqa: ARG003 - all are
        return True


def _read_json(path: Path) -> object:
    try:
        if path.stat().st_size > _LARGEST:
            raise _Fields.wrong_shape(path.name, f"smaller than {_LARGEST:,} bytes")
        return _Fields.read_json(path.read_bytes(), path.name)
    except OSError as error:
        raise ArtifactError(
            f"{path} cannot be read: {error.strerror}.", hint="Check its permissions."
        ) from None
