"""Archives and binaries on disk: which of them is the program for which target.

Their names tell, as those of a release do. They lie here, so where a name says too little the
header is asked: of a binary itself, or of the program in an archive.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ...binary import read_binary
from ...errors import (
    ArchiveError,
    ArtifactError,
    BinaryError,
    NoMatchingAssetError,
    ProgramNotFoundError,
    SourceNotFoundError,
)
from ...model import BinaryFacts
from ...release import ReleaseOptions
from ...tags import derive_tags
from ...targets import TARGETS
from ..archive import Archive, Check, Member, guarded, open_archive
from ..archive.names import printable
from ..assets import explain_assets, tools_in
from ..assets.names import Words, read_asset, words_of
from ..assets.places import Evidence
from ..assets.words import VERSION
from ..files import absolute_folder
from ..programs import Choice, choose_programs, may_hold_program, program_name
from .artifacts import (
    LocalArtifacts,
    LocalFile,
    overruled,
    refuse_contested,
    shortened,
    vouched,
)

_DEEPEST = 4  # folders below the one that was named
_MOST_FILES = 10_000  # that are looked at
_MOST_READ = 64  # that are opened for want of words in their names
# Three numbers: two may be those of a system or a processor (macos-10.15, arm64_v8.0).
_SEMVER = re.compile(
    rf"(?=v?\d+\.\d+\.\d)(?:{VERSION.pattern})(?:-(?:snapshot|nightly|canary|next)(?![a-z]))?",
    VERSION.flags,
)


def find_artifacts(paths: Sequence[Path], options: ReleaseOptions, check: Check) -> LocalArtifacts:
    """Match archives and binaries with targets.

    Args:
        paths: one folder, or the files.
        options: which programs are wanted, and what overrules the match.
        check: called between any two pieces of work; what it raises ends the work.

    Raises:
        SourceNotFoundError: there is no archive or binary.
        NoMatchingAssetError: none of them is for any target, or one that was named is missing.
        ProgramNotFoundError: they hold several programs, and none was chosen.
        ChecksumFileError: the line for one of them in a checksum file is wrong.
    """
    collected = tuple(_collect(paths, check))
    pool = _Pool.of([file for file in collected if not _is_wheel(file)], check)
    if not pool.files:
        raise _nothing_in(paths, has_wheels=any(map(_is_wheel, collected)))
    commands = options.binaries or pool.commands()
    choices = tuple(
        Choice(binaries=(command,)) if options.binaries else Choice(expected=(command,))
        for command in commands
    )
    places = [pool.place(choice, options) for choice in choices]
    files = _files_of_all(places)
    contested = _contested_in(places)
    if not files:
        refuse_contested(contested, contested)
        raise pool.faults[0] if pool.faults else _no_match(paths, pool)
    return LocalArtifacts(
        description=f"binaries of {_shown(paths)}",
        name=commands[0] if len(commands) == 1 else None,
        version=_common_version([file for each in files.values() for file in each]),
        choices=choices,
        commands=tuple(commands),
        files=files,
        contested=contested,
        listed=tuple(pool.files),
        folder=paths[0] if len(paths) == 1 and paths[0].is_dir() else None,
    )


def _nothing_in(paths: Sequence[Path], *, has_wheels: bool) -> SourceNotFoundError:
    """Say what is wrong with a source that holds no archive and no binary."""
    shown = _shown(paths)
    if has_wheels:
        return SourceNotFoundError(
            f"{shown} holds wheels already, but no archive and no binary.",
            hint="'go-to-wheel check' reads wheels.",
        )
    if len(paths) > 1 or not paths[0].is_dir():
        none = f"None of {shown} is an" if len(paths) > 1 else f"{shown} is no"
        return SourceNotFoundError(
            f"{none} archive or binary of a program.",
            hint="Give archives and binaries that were built, or the folder of a Go module.",
        )
    start = absolute_folder(paths[0])
    if any((folder / "go.mod").is_file() for folder in (start, *start.parents)):
        return SourceNotFoundError(
            f"{shown} holds no archive, no binary and no Go source.",
            hint="Give the folder of the program, or archives and binaries that were built.",
        )
    return SourceNotFoundError(
        f"{shown} holds no archive and no binary, and there is no go.mod in it or above it.",
        hint=(
            "Give the folder of a Go module (go mod init makes one), or archives and binaries"
            " that were built."
        ),
    )


def _no_match(paths: Sequence[Path], pool: _Pool) -> NoMatchingAssetError:
    return NoMatchingAssetError(
        f"No file of {_shown(paths)} is for a target that is known:"
        f" {shortened(tuple(pool.files))}.",
        hint="Name one with --asset TARGET=NAME; 'go-to-wheel targets' lists the targets.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Places:
    """Where the files of one program go.

    Attributes:
        placed: by the name of a target, its file.
        contested: by the name of another target, the files that fit it equally.
    """

    placed: Mapping[str, LocalFile]
    contested: Mapping[str, tuple[str, ...]]


def _files_of_all(places: Sequence[_Places]) -> dict[str, tuple[LocalFile, ...]]:
    """The file of each program for the targets that have all, with what vouches for it."""
    found = {
        target.name: tuple(each.placed[target.name] for each in places)
        for target in TARGETS
        if all(target.name in each.placed for each in places)
    }
    taken = {file.path: file for files in found.values() for file in files}
    told = {path: vouched(file, taken.values()) for path, file in taken.items()}
    return {target: tuple(told[file.path] for file in files) for target, files in found.items()}


def _contested_in(places: Sequence[_Places]) -> dict[str, tuple[str, ...]]:
    """The targets that have files of all programs, but too many of one; with those."""
    found = {}
    for target in (target.name for target in TARGETS):
        too_many = [each.contested[target] for each in places if target in each.contested]
        if too_many and all(target in (*each.placed, *each.contested) for each in places):
            found[target] = too_many[0]
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pool:
    """The files to choose from.

    Attributes:
        files: by name; those that are archives or executables.
        labels: by what tells of the file in its name, where just one file is called so.
        all_files: by name; the others too.
        check: called between any two pieces of work.
        faults: why files could not be read whose names say too little.
    """

    files: Mapping[str, LocalFile]
    labels: Mapping[str, LocalFile]
    all_files: Mapping[str, LocalFile]
    check: Check
    faults: list[ArtifactError] = field(default_factory=list)

    @classmethod
    def of(cls, found: Sequence[LocalFile], check: Check) -> _Pool:
        usable = {file.name: file for file in found if _is_usable(file)}
        shallow = {name: file for name, file in usable.items() if "/" not in name}
        # The archives of a release lie on top; what it was made of, in folders below.
        files = shallow if any(map(_says_all, shallow)) else usable
        counts = Counter(map(_label, files))
        labels = {_label(name): file for name, file in files.items() if counts[_label(name)] == 1}
        all_files = {file.name: file for file in found}
        return cls(files=files, labels=labels, all_files=all_files, check=check)

    def commands(self) -> tuple[str, ...]:
        """What the one program is called."""
        tools = tools_in([_label(name) for name in self.files])
        if len(tools) > 1:
            raise ProgramNotFoundError(
                f"There are files of several programs: {', '.join(map(printable, tools))}.",
                hint="Choose with --binary NAME; it may be given more than once.",
            )
        return tools or (self._inner_name(),)

    def _inner_name(self) -> str:
        """What the program is called in a file that is named after its platform alone."""
        systems = {target.system: target for target in TARGETS}
        for file, target in itertools.product(self.files.values(), systems.values()):
            with (
                contextlib.suppress(ArtifactError),
                open_archive(file.path, name=file.name, check=self.check) as archive,
            ):
                (member,) = choose_programs(archive, Choice(), target)
                if not archive.is_single:
                    return program_name(member)
        return next(iter(self.files.values())).path.parent.name

    def place(self, choice: Choice, options: ReleaseOptions) -> _Places:
        """The file for each target, and where nothing says which one it is."""
        wanted = choice.binaries or choice.expected
        placed: dict[str, LocalFile] = {}
        for match in explain_assets(list(self.labels), commands=wanted):
            file = self.labels[match.asset]
            certain = match.evidence is Evidence.NAMED
            if certain or self._fits(file.name, choice).get(match.target, True):
                placed[match.target] = file
        contested = self._rivals(wanted, placed)
        for target, names in self._by_header(choice).items():
            if target in placed or target in contested:
                continue
            if len(names) == 1:
                placed[target] = self.files[names[0]]
            else:
                contested[target] = tuple(names)
        chosen = overruled(self.all_files, options)
        return _Places(
            placed={target: placed[target] for target in placed.keys() - contested.keys()} | chosen,
            contested={target: contested[target] for target in contested.keys() - chosen.keys()},
        )

    def _rivals(
        self, wanted: Sequence[str], placed: Mapping[str, LocalFile]
    ) -> dict[str, tuple[str, ...]]:
        """Files whose names fit one target alike, or are of different versions of the program."""
        found = {}
        for target, labels in self._named(wanted).items():
            if target in placed and len(_versions(labels)) < 2:
                continue
            rivals = [each for each in labels if self._is_best(each, target, labels, wanted)]
            if len(rivals) > 1 and (target not in placed or len(_versions(rivals)) > 1):
                found[target] = tuple(self.labels[each].name for each in _best_of(rivals, target))
        return found

    def _named(self, wanted: Sequence[str]) -> dict[str, list[str]]:
        """The labels that say system and processor, by the targets that these fit."""
        found: dict[str, list[str]] = {}
        for label in filter(_says_all, self.labels):
            self.check()
            for match in explain_assets([label], commands=wanted):
                if match.evidence is Evidence.NAMED:
                    found.setdefault(match.target, []).append(label)
        return {target: labels[:_MOST_READ] for target, labels in found.items()}

    def _is_best(
        self, label: str, target: str, rivals: Sequence[str], wanted: Sequence[str]
    ) -> bool:
        """Whether a label would be taken for a target if its rivals were not there."""
        left = [each for each in self.labels if each == label or each not in rivals]
        matches = explain_assets(left, commands=wanted)
        return any((match.target, match.asset) == (target, label) for match in matches)

    def _by_header(self, choice: Choice) -> dict[str, list[str]]:
        """The files whose names say too little, by the targets that they turn out to be for."""
        certain = {file.name for label, file in self.labels.items() if _says_all(label)}
        silent = [name for name in self.files if name not in certain]
        found: dict[str, list[str]] = {}
        for name in silent[:_MOST_READ]:
            for target, fits in self._fits(name, choice).items():
                if fits:
                    found.setdefault(target, []).append(name)
        return found

    def _fits(self, name: str, choice: Choice) -> Mapping[str, bool]:
        """Whether a file is for each target, by its header; nothing where it cannot be read."""
        try:
            with open_archive(self.files[name].path, name=name, check=self.check) as archive:
                if archive.is_single and not _is_called(name, choice):
                    return dict.fromkeys((target.name for target in TARGETS), False)
                return _fitting(archive, choice)
        except ArchiveError as error:
            self.faults.append(error)
            return {}


def _fitting(archive: Archive, choice: Choice) -> Mapping[str, bool]:
    """Whether the program in an archive fits each target.

    Raises:
        ArchiveError: it cannot be read.
    """
    facts: dict[Member, Sequence[BinaryFacts]] = {}
    fits = dict.fromkeys((target.name for target in TARGETS), False)
    with tempfile.TemporaryDirectory(prefix="go-to-wheel-") as folder:
        for target in TARGETS:
            with contextlib.suppress(ProgramNotFoundError, BinaryError):
                (member,) = choose_programs(archive, choice, target)
                if member not in facts:
                    to = Path(folder) / str(len(facts))
                    archive.extract(member, to)
                    facts[member] = ()
                    facts[member] = read_binary(to)
                fits[target.name] = bool(facts[member] and derive_tags(facts[member], target))
    return fits


def _best_of(rivals: Sequence[str], target: str) -> Sequence[str]:
    """The rivals without those that come second in their version, such as a ZIP beside a tar."""

    def is_second(label: str, other: str) -> bool:
        if len(_versions((label, other))) > 1:
            return False
        matches = explain_assets([label, other])
        return any((match.target, match.asset) == (target, other) for match in matches)

    best = [
        label
        for label in rivals
        if not any(is_second(label, other) for other in rivals if other != label)
    ]
    return best if len(best) > 1 else rivals


def _is_wheel(file: LocalFile) -> bool:
    """Whether a file is a wheel: a ZIP archive, but of a program that was packed already."""
    return file.path.suffix.lower() == ".whl"


def _is_usable(file: LocalFile) -> bool:
    with guarded(printable(file.name)):
        return may_hold_program(file.path)


def _is_called(name: str, choice: Choice) -> bool:
    """Whether a bare file has the name of the wanted program; any has, where none was named."""
    return not choice.binaries or _words(_label(name)) == words_of(choice.binaries[0])


def _words(name: str) -> Words:
    asset = read_asset(name)
    return asset.words if asset else words_of(Path(name).name)


def _says_all(name: str) -> bool:
    """Whether a name says both system and processor."""
    asset = read_asset(name)
    return asset is not None and asset.os is not None and asset.cpu is not None


def _label(name: str) -> str:
    """What tells of a file in its path: its own name, after the folders that say a platform.

    ``out/linux-amd64/tool`` is ``linux-amd64/tool``, and so is not taken for another program
    than ``out/macos/tool``.
    """
    *folders, base = name.split("/")
    own = set(_words(base))
    return "/".join([*(each for each in folders if _is_platform(each, own)), base])


def _is_platform(folder: str, own: set[str]) -> bool:
    """Whether a folder says a platform, and nothing else but words of the file's own name."""
    asset = read_asset(folder)
    return asset is not None and asset.labelled and own.issuperset(asset.words)


def _collect(paths: Sequence[Path], check: Check) -> Iterator[LocalFile]:
    """All files, by their names below what they have in common."""
    folders = [path if path.is_dir() else path.parent for path in map(Path.absolute, paths)]
    common = Path(os.path.commonpath(folders))
    for path in map(Path.absolute, paths):
        for file in _walk(path, check) if path.is_dir() else [path]:
            yield LocalFile(name=file.relative_to(common).as_posix(), path=file)


def _walk(folder: Path, check: Check) -> Iterator[Path]:
    """The files below a folder that are not hidden, in the order of their names."""
    top = len(folder.parts)
    count = 0
    for here, folders, files in os.walk(folder):
        check()
        deep = len(Path(here).parts) - top >= _DEEPEST
        folders[:] = [] if deep else sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(here, name)
            if not name.startswith(".") and path.is_file():
                count += 1
                yield path
        if count > _MOST_FILES:
            raise ArtifactError(
                f"{folder} holds more than {_MOST_FILES:,} files.",
                hint="Name the archives and binaries themselves.",
            )


def _common_version(files: Sequence[LocalFile]) -> str | None:
    """The version in the names, where all have the same."""
    versions = {_version_in(file.path.name) for file in files}
    return versions.pop() if len(versions) == 1 else None


def _versions(names: Iterable[str]) -> set[str]:
    """The versions in these names; those without say nothing."""
    return {version for version in map(_version_in, names) if version}


def _version_in(name: str) -> str | None:
    found = _SEMVER.search(name)
    return found.group() if found else None


def _shown(paths: Sequence[Path]) -> str:
    first = printable(str(paths[0]))
    return first if len(paths) == 1 else f"{first} and {len(paths) - 1} more"
