"""What was built already and lies on disk: values, and what all ways to find them share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ...errors import NoMatchingAssetError
from ...release import Digest, ReleaseOptions
from ...targets import Target, find_target
from ...wording import listed
from ..archive import guarded
from ..archive.names import printable
from ..assets.checksums import LARGEST, checksum_files, find_digests
from ..prebuilt.programs import Choice

_LISTED = 20  # names in a message


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalFile:
    """An archive or a binary on disk.

    Attributes:
        name: its path below what the user named, with ``/``.
        path: where it lies.
        digests: what a file beside it says of its bytes; none where nothing does.
        vouched_by: the name of that file.
        missing_in: the name of a checksum file that says nothing of it, but of others taken
            with it; none where there is no such file.
    """

    name: str
    path: Path
    digests: tuple[Digest, ...] = ()
    vouched_by: str = ""
    missing_in: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalArtifacts:
    """What was built already, and for which targets.

    Attributes:
        description: what it is, in one line.
        name: what the project is called; None where nothing says.
        version: its version as it is written there; None where nothing says.
        choices: how to find each program in its file.
        commands: what the programs are called, in the same order.
        files: by the name of a target, the file of each program, in the same order.
        contested: by the name of a target that has none, the files that fit it equally.
        listed: the names of all files that were looked at, for messages.
        folder: where the project's README and licence may lie.
    """

    description: str
    name: str | None
    version: str | None
    choices: tuple[Choice, ...]
    commands: tuple[str, ...]
    files: Mapping[str, tuple[LocalFile, ...]]
    contested: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    listed: tuple[str, ...] = ()
    folder: Path | None = None

    def files_for(self, target: Target) -> tuple[LocalFile, ...]:
        """The file of each program for a target.

        Raises:
            NoMatchingAssetError: there is none, or nothing says which.
        """
        refuse_contested(self.contested, [target.name])
        found = self.files.get(target.name)
        if found is None:
            there = ", ".join(self.files) or "no target"
            raise NoMatchingAssetError(
                f"There is no file for {target.name}, but for {there}, in {self.description}."
                f" These were looked at: {shortened(self.listed)}.",
                hint=f"Name one with --asset {target.name}=NAME, or leave the target out.",
            )
        return found


def refuse_contested(contested: Mapping[str, tuple[str, ...]], targets: Iterable[str]) -> None:
    """Refuse targets that several files fit, since nothing says which one is right.

    Raises:
        NoMatchingAssetError: one of the targets is such.
    """
    for target in targets:
        if target in contested:
            first, *others = map(printable, contested[target][:_LISTED])
            raise NoMatchingAssetError(
                f"{first} and {', '.join(others)} are for {target}, and nothing says which one is"
                " right.",
                hint=(
                    f"Choose with --asset {target}=FILE, move the others away, or leave the"
                    " target out with --platforms."
                ),
            )


def overruled(files: Mapping[str, LocalFile], options: ReleaseOptions) -> dict[str, LocalFile]:
    """The files that the user named for targets, by the targets' names.

    Raises:
        UnknownTargetError: one of them is no target.
        NoMatchingAssetError: one of the files is not there.
    """
    chosen = {}
    for target, name in options.assets:
        file = files.get(name) or next(
            (file for file in files.values() if Path(name) in {Path(file.name), file.path}), None
        )
        if file is None:
            raise NoMatchingAssetError(
                f"There is no file {printable(name)} for {target}:"
                f" {shortened(tuple(files))} are there.",
                hint="Write its name as it stands there.",
            )
        chosen[find_target(target).name] = file
    return chosen


def vouched(file: LocalFile, others: Iterable[LocalFile]) -> LocalFile:
    """The file with what a checksum file beside it says of it, or of the others and not of it.

    Raises:
        ChecksumFileError: the line of this file in it is wrong.
        ArchiveError: the folder cannot be read.
    """
    base, folder = file.path.name, file.path.parent
    with guarded(printable(file.name)):
        beside = {path.name: path for path in folder.iterdir() if path.is_file()}
        contents = {
            name: beside[name].read_bytes()
            for name in checksum_files(base, tuple(beside))
            if beside[name].stat().st_size <= LARGEST
        }
        for name, content in contents.items():
            if digests := find_digests(content, file=name, asset=base):
                return replace(file, digests=digests, vouched_by=name)
        bases = {other.path.name for other in others if other.path.parent == folder} - {base}
        for name, content in contents.items():
            if any(find_digests(content, file=name, asset=other) for other in bases):
                return replace(file, missing_in=name)
    return file


def shortened(names: Sequence[str]) -> str:
    """Names for a message: no more than anyone reads."""
    return listed([printable(name) for name in names], _LISTED)
