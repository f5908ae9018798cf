"""The files to choose from, and which of them fits which target."""

from __future__ import annotations

import contextlib
import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ...binary import read_binary
from ...errors import ArchiveError, ArtifactError, BinaryError, ProgramNotFoundError
from ...model import BinaryFacts
from ...release import ReleaseOptions
from ...scratch import scratch_folder
from ...tags import derive_tags
from ...targets import TARGETS
from ..archive import Archive, Check, Member, guarded, open_archive
from ..archive.names import printable
from ..assets import explain_assets, tools_in
from ..assets.names import words_of
from ..assets.places import Evidence
from ..prebuilt.programs import Choice, choose_programs, may_hold_program, program_name
from .artifacts import LocalFile, overruled
from .labels import label_of, own_words, says_all, versions

_MOST_READ = 64  # that are opened for want of words in their names


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where the files of one program go.

    Attributes:
        placed: by the name of a target, its file.
        contested: by the name of another target, the files that fit it equally.
    """

    placed: Mapping[str, LocalFile]
    contested: Mapping[str, tuple[str, ...]]


@dataclass(slots=True, kw_only=True)
class Pool:
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
    def of(cls, found: Sequence[LocalFile], check: Check) -> Pool:
        """The files among these that may hold a program."""
        usable = {file.name: file for file in found if _is_usable(file)}
        shallow = {name: file for name, file in usable.items() if "/" not in name}
        # The archives of a release lie on top; what it was made of, in folders below.
        files = shallow if any(map(says_all, shallow)) else usable
        counts = Counter(map(label_of, files))
        labels = {
            label_of(name): file for name, file in files.items() if counts[label_of(name)] == 1
        }
        all_files = {file.name: file for file in found}
        return cls(files=files, labels=labels, all_files=all_files, check=check)

    def commands(self) -> tuple[str, ...]:
        """What the one program is called.

        Raises:
            ProgramNotFoundError: there are files of several programs.
        """
        tools = tools_in([label_of(name) for name in self.files])
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

    def place(self, choice: Choice, options: ReleaseOptions) -> Placement:
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
        return Placement(
            placed={target: placed[target] for target in placed.keys() - contested.keys()} | chosen,
            contested={target: contested[target] for target in contested.keys() - chosen.keys()},
        )

    def _rivals(
        self, wanted: Sequence[str], placed: Mapping[str, LocalFile]
    ) -> dict[str, tuple[str, ...]]:
        """Files whose names fit one target alike, or are of different versions of the program."""
        found = {}
        for target, labels in self._named(wanted).items():
            if target in placed and len(versions(labels)) < 2:
                continue
            rivals = [each for each in labels if self._is_best(each, target, labels, wanted)]
            if len(rivals) > 1 and (target not in placed or len(versions(rivals)) > 1):
                found[target] = tuple(self.labels[each].name for each in _best_of(rivals, target))
        return found

    def _named(self, wanted: Sequence[str]) -> dict[str, list[str]]:
        """The labels that say system and processor, by the targets that these fit."""
        found: dict[str, list[str]] = {}
        for label in filter(says_all, self.labels):
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
        certain = {file.name for label, file in self.labels.items() if says_all(label)}
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
    with scratch_folder() as folder:
        for target in TARGETS:
            with contextlib.suppress(ProgramNotFoundError, BinaryError):
                (member,) = choose_programs(archive, choice, target)
                if member not in facts:
                    to = folder / str(len(facts))
                    archive.extract(member, to)
                    facts[member] = ()
                    facts[member] = read_binary(to)
                fits[target.name] = bool(facts[member] and derive_tags(facts[member], target))
    return fits


def _best_of(rivals: Sequence[str], target: str) -> Sequence[str]:
    """The rivals without those that come second in their version, such as a ZIP beside a tar."""

    def is_second(label: str, other: str) -> bool:
        if len(versions((label, other))) > 1:
            return False
        matches = explain_assets([label, other])
        return any((match.target, match.asset) == (target, other) for match in matches)

    best = [
        label
        for label in rivals
        if not any(is_second(label, other) for other in rivals if other != label)
    ]
    return best if len(best) > 1 else rivals


def _is_usable(file: LocalFile) -> bool:
    with guarded(printable(file.name)):
        return may_hold_program(file.path)


def _is_called(name: str, choice: Choice) -> bool:
    """Whether a bare file has the name of the wanted program; any has, where none was named."""
    return not choice.binaries or own_words(label_of(name)) == words_of(choice.binaries[0])
