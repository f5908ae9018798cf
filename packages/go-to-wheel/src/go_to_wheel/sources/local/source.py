"""Archives and binaries that were built already and lie on disk, as a source."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from packaging.version import Version

from ...errors import (
    ArtifactError,
    DigestMismatchError,
    InvalidVersionError,
    UnverifiedError,
    VerificationError,
)
from ...events import Stage
from ...metadata import LicenseText, Metadata
from ...model import Binary
from ...names import CommandName, distribution_name_or_none, parse_version
from ...provenance.origin import BuildRecord, FileOrigin
from ...release import Proof, ProofKind, ReleaseOptions
from ...tags import expected_tags
from ...targets import TARGETS, Target
from ..archive import Check, guarded, never, open_archive
from ..archive.names import printable
from ..files import describe_binary
from ..prebuilt.notices import Notices, find_notices
from ..prebuilt.programs import Choice, choose_programs, unpack_programs
from ..prebuilt.selection import select_available
from ..project.texts import find_licenses, find_readme
from .artifacts import LocalArtifacts, LocalFile, refuse_contested
from .goreleaser import LIST, read_goreleaser
from .loose import find_artifacts

_PIECE = 1 << 20


@dataclass(slots=True, kw_only=True)
class LocalSource:
    """Files that were built already.

    Attributes:
        description: how they were read, in one line.
        metadata: what they tell of themselves: the lowest layer.
        artifacts: which file is for which target.
        chosen: the user named the programs.
        allow_unverified: files are taken that a checksum file leaves out.
        check: called between any two pieces of work.
        taken: name of a target → where each program was taken from, once it was produced.
    """

    description: str
    metadata: Metadata
    artifacts: LocalArtifacts
    chosen: bool
    allow_unverified: bool = False
    check: Check = field(repr=False)
    taken: dict[str, tuple[FileOrigin, ...]] = field(default_factory=dict)

    @property
    def commands(self) -> tuple[CommandName, ...]:
        """What the programs are called."""
        return tuple(CommandName(command) for command in self.artifacts.commands)

    @property
    def work(self) -> Stage:
        """Producing means unpacking."""
        return Stage.UNPACKING

    @property
    def keeps_names(self) -> bool:
        """A program that the user named keeps that name."""
        return self.chosen

    @property
    def targets(self) -> tuple[Target, ...]:
        """The targets that there are files for."""
        return tuple(target for target in TARGETS if target.name in self.artifacts.files)

    def select_targets(self, names: Sequence[str]) -> tuple[Target, ...]:
        """The targets of these names; without names, those there are files for.

        Raises:
            UnknownTargetError: a name that is no target.
            NoMatchingAssetError: there is no file for a target that was named, or there are
                several for one and nothing says which is right.
        """
        known = self.artifacts
        available = [*known.files, *known.contested]
        selected = select_available(names, available, self.description, known.listed)
        refuse_contested(known.contested, [target.name for target in selected])
        return selected

    def origin(self, target: Target) -> str:
        """The files for a target, and what vouches for their bytes.

        Raises:
            NoMatchingAssetError: there is no file for this target.
            UnverifiedError: a checksum file leaves one of them out.
        """
        files = dict.fromkeys(self.artifacts.files_for(target))
        return "; ".join(self._origin(file) for file in files)

    def _origin(self, file: LocalFile) -> str:
        if file.digests:
            return f"{file.name} ({file.digests[0]}, by {file.vouched_by})"
        if file.missing_in:
            _must_be_listed(file, allow_unverified=self.allow_unverified)
            return f"{file.name} (not in {file.missing_in})"
        return file.name

    def expected_tags(self, target: Target) -> tuple[str, ...]:
        """The platform tags of a program of the newest Go; the header will tell the true ones."""
        return expected_tags(target, None)

    def check_options(self, version: Version) -> None:
        """All options can work."""

    def produce(
        self, target: Target, version: Version, commands: Sequence[CommandName], folder: Path
    ) -> tuple[Binary, ...]:
        """Put the programs for one target into an existing folder.

        Raises:
            NoMatchingAssetError: there is no file for this target.
            VerificationError: a file is not what its checksum says, or a checksum file leaves
                it out.
            ArtifactError: a file cannot be read, or the program is not in it.
            BinaryError: the program is none, or not for this target.
            OutputError: the folder cannot be written.
        """
        del version  # the programs have theirs already
        wanted: dict[LocalFile, list[tuple[Choice, Path]]] = {}
        outputs = [folder / f"{command}{target.exe_suffix}" for command in commands]
        files = self.artifacts.files_for(target)
        for file, choice, output in zip(files, self.artifacts.choices, outputs, strict=True):
            wanted.setdefault(file, []).append((choice, output))
        taken: dict[Path, FileOrigin] = {}
        for file, pairs in wanted.items():
            _must_be_listed(file, allow_unverified=self.allow_unverified)
            sha256 = _verify(file, self.check)
            members = _unpack(file, pairs, target, self.check)
            for (_, output), member in zip(pairs, members, strict=True):
                taken[output] = _file_origin(file, sha256, member)
        self.taken[target.name] = tuple(taken[output] for output in outputs)
        return tuple(
            describe_binary(output, target, command)
            for output, command in zip(outputs, commands, strict=True)
        )

    def linked(self, targets: Sequence[Target]) -> None:
        """Nobody knows the licences of all that is linked into a finished program."""

    def origins(
        self, target: Target, version: Version
    ) -> tuple[tuple[FileOrigin, BuildRecord | None], ...]:
        """The file of each program, and what vouches for it; who built it, nobody said."""
        del version  # the programs have theirs already
        return tuple((origin, None) for origin in self.taken[target.name])


def _file_origin(file: LocalFile, sha256: str, member: str) -> FileOrigin:
    name = printable(PurePosixPath(file.name).name)
    proof = Proof(how=ProofKind.CHECKSUM_FILE, file=printable(file.vouched_by), covers=name)
    return FileOrigin(
        name=name, sha256=sha256, member=member, proofs=(proof,) if file.digests else ()
    )


def open_local_source(
    paths: Sequence[Path], options: ReleaseOptions, check: Check = never
) -> LocalSource:
    """Look at files that were built already: which is for what, and what they tell.

    Args:
        paths: GoReleaser's dist/, any other folder, or archives and binaries.
        options: which programs are wanted, and what overrules the match.
        check: called between any two pieces of work; what it raises ends the work.

    Raises:
        SourceNotFoundError: there is no archive or binary.
        ArtifactError: the files cannot be matched or read.
        VerificationError: no file is what its checksum says, or a line of it is wrong.
        MetadataError: the project's README or licence cannot be read.
    """
    if len(paths) == 1 and (paths[0] / LIST).is_file():
        artifacts = read_goreleaser(paths[0], options)
    else:
        artifacts = find_artifacts(paths, options, check)
    return LocalSource(
        description=artifacts.description,
        metadata=_metadata(artifacts, options, check),
        artifacts=artifacts,
        chosen=bool(options.binaries),
        allow_unverified=options.allow_unverified,
        check=check,
    )


def _metadata(artifacts: LocalArtifacts, options: ReleaseOptions, check: Check) -> Metadata:
    notices = _first_notices(artifacts, options, check)
    folder = artifacts.folder
    return Metadata(
        name=distribution_name_or_none(artifacts.name or ""),
        version=_version(artifacts.version),
        readme=notices.readme or (find_readme(folder) if folder else None),
        license_files=notices.licenses or (find_licenses(folder, folder) if folder else ()),
    )


def _version(text: str | None) -> Version | None:
    """None where the text cannot be a version: the user may give one."""
    try:
        return parse_version(text) if text else None
    except InvalidVersionError:
        return None


def _first_notices(artifacts: LocalArtifacts, options: ReleaseOptions, check: Check) -> Notices:
    """The texts of the first target whose files can be used.

    The others fail by themselves when they are produced, so those that are left can be built.

    Raises:
        ArtifactError: the files of no target can be read.
        VerificationError: nor are they what their checksums say.
    """
    faults: list[ArtifactError | VerificationError] = []
    for target in (target for target in TARGETS if target.name in artifacts.files):
        try:
            return _notices(artifacts, target, options, check)
        except (ArtifactError, VerificationError) as error:
            faults.append(error)
    raise faults[0]


def _notices(
    artifacts: LocalArtifacts, target: Target, options: ReleaseOptions, check: Check
) -> Notices:
    """The texts beside the programs for a target, of all its archives."""
    found: list[Notices] = []
    for file, choice in zip(artifacts.files_for(target), artifacts.choices, strict=True):
        _must_be_listed(file, allow_unverified=options.allow_unverified)
        _verify(file, check)
        with open_archive(file.path, name=file.name, check=check) as archive:
            if not archive.is_single:
                found.append(find_notices(archive, choose_programs(archive, choice, target)[0]))
    readmes = [each.readme for each in found if each.readme]
    return Notices(licenses=_merged(found), readme=readmes[0] if readmes else None)


def _merged(found: Sequence[Notices]) -> tuple[LicenseText, ...]:
    """The licence texts of all; where two of one name differ, both stay."""
    texts: dict[PurePosixPath, LicenseText] = {}
    for number, notices in enumerate(found):
        for text in notices.licenses:
            if texts.setdefault(text.path, text).content != text.content:
                path = PurePosixPath(str(number + 1)) / text.path
                texts[path] = LicenseText(path=path, content=text.content)
    return tuple(sorted(texts.values(), key=lambda text: text.path))


def _must_be_listed(file: LocalFile, *, allow_unverified: bool) -> None:
    """Refuse a file that a checksum file leaves out which names others: it may be foreign.

    Raises:
        UnverifiedError: it does, and the user did not allow that.
    """
    if file.missing_in and not allow_unverified:
        raise UnverifiedError(
            f"{printable(file.name)} is not in {file.missing_in}, which names others beside it.",
            hint="Write its digest there, or take it as it is with --allow-unverified.",
        )


def _verify(file: LocalFile, check: Check) -> str:
    """Compare a file with what is said of its bytes; return their SHA-256 in hex.

    Raises:
        DigestMismatchError: they differ.
        ArchiveError: it cannot be read.
    """
    hashes = [hashlib.new(digest.algorithm) for digest in file.digests]
    sha256 = hashlib.sha256()
    with guarded(file.name), file.path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            check()
            for each in (sha256, *hashes):
                each.update(piece)
    for digest, each in zip(file.digests, hashes, strict=True):
        if each.hexdigest() != digest.hex:
            raise DigestMismatchError(
                f"{file.name} is not what {file.vouched_by} says: its digest is"
                f" {digest.algorithm}:{each.hexdigest()}, not {digest}.",
                hint="Build or download it again; nothing of it was used.",
            )
    return sha256.hexdigest()


def _unpack(
    file: LocalFile, pairs: Sequence[tuple[Choice, Path]], target: Target, check: Check
) -> tuple[str, ...]:
    """Take all programs that lie in one file out of it; return their paths in it."""
    choice = Choice(
        binaries=tuple(name for each, _ in pairs for name in each.binaries),
        expected=pairs[0][0].expected,
    )
    with open_archive(file.path, name=file.name, check=check) as archive:
        return unpack_programs(archive, choice, target, [output for _, output in pairs])
