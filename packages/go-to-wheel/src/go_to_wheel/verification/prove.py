"""Proving a wheel: it is made again from what it names, and compared byte for byte."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from packaging.version import InvalidVersion, Version

from .._version import __version__
from ..check.opened import OpenWheel, open_wheel
from ..config import with_config
from ..errors import (
    Cancelled,
    DigestMismatchError,
    GoToWheelError,
    OutputError,
    SignatureError,
    UnsignedError,
)
from ..events import Observer, ProgramStarted, watch_nothing
from ..pipeline import build
from ..provenance.origin import (
    BuildRecord,
    FileOrigin,
    FolderOrigin,
    ModuleOrigin,
    OriginRecord,
    ReleaseOrigin,
    proofs_of,
)
from ..release import ProofKind
from ..request import BuildRequest
from ..scratch import scratch_folder
from ..sources.process import Processes
from .chosen import choices
from .claim import Claim, read_claim, read_record
from .clone import can_clone, clone
from .compare import differences
from .golang import GoShelf
from .inside import paths_inside
from .lies import archive_lies, record_lies
from .missing import missing_sources
from .request import build_of, request_from
from .stated import stated_by
from .unpacked import unpack_sdist
from .values import Finding, Verdict, Verification, VerifyOptions

_REFUTING = (DigestMismatchError, SignatureError)
"""Errors that say: what is there now is not what the record tells of."""


def verify_wheels(
    paths: Iterable[Path], options: VerifyOptions, observer: Observer = watch_nothing
) -> Iterator[Verification]:
    """Verify wheels one by one: make each again from what it names, and compare.

    A wheel that cannot be verified keeps no other from it.

    Args:
        paths: the wheels; their file names count.
        options: what may be used for it.
        observer: told of the builds; it may be called from several threads.

    Raises:
        OutputError: the folder for temporary files cannot be written.
        Cancelled: the user stopped it.
    """
    processes = Processes(
        environment=options.environment,
        started=lambda command: observer(ProgramStarted(command=command)),
    )
    try:
        with scratch_folder() as folder:
            shelf = GoShelf(
                folder=folder, processes=processes, named=options.go_binary, observer=observer
            )
            for index, path in enumerate(paths):
                place = folder / str(index)
                place.mkdir()
                yield _Attempt(
                    path=path, options=options, observer=observer, shelf=shelf, folder=place
                ).verify()
    except KeyboardInterrupt:
        processes.cancel()
        raise Cancelled("Stopped.") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attempt:
    """One wheel's verification.

    Attributes:
        path: the wheel.
        options: what may be used for it.
        observer: told of the build.
        shelf: the toolchains.
        folder: an empty one.
    """

    path: Path
    options: VerifyOptions
    observer: Observer
    shelf: GoShelf
    folder: Path

    def verify(self) -> Verification:
        """What comes of it; errors become findings."""
        told = Verification(path=self.path, verdict=Verdict.NOT_PROVEN)
        try:
            wheel = open_wheel(self.path)
            told = replace(told, findings=archive_lies(wheel))
            if told.findings:
                return replace(told, verdict=Verdict.DIFFERENT)
            record = read_record(wheel)
            told = replace(told, origin=record, findings=record_lies(wheel, record))
            if told.findings:
                return replace(told, verdict=Verdict.DIFFERENT)
            return self._make_again(told, wheel, record)
        except (Cancelled, OutputError):
            raise
        except UnsignedError as error:
            return replace(told, findings=(self._unsigned(error),))
        except _REFUTING as error:
            return replace(told, verdict=Verdict.DIFFERENT, findings=(_finding(error),))
        except GoToWheelError as error:
            return replace(told, findings=(_finding(error),))

    def _unsigned(self, error: UnsignedError) -> Finding:
        asked = self.options.require_signature or self.options.minisign_key is not None
        hint = error.hint if asked else "One was verified when the wheel was built."
        return replace(_finding(error), hint=hint)

    def _make_again(
        self, told: Verification, wheel: OpenWheel, record: OriginRecord
    ) -> Verification:
        claim = read_claim(wheel, record)
        if findings := tuple(_hindrances(claim)):
            return replace(told, findings=findings)
        found = self.compared(told, claim, wheel)
        file = _file_in(claim, self.options.source)
        if found.verdict is Verdict.PROVEN or file is None:
            return found
        # Beside it may lie licences, and the record does not say whether the folder was named.
        folder = self.folder / "file"
        folder.mkdir()
        again = replace(self, options=replace(self.options, source=file), folder=folder)
        try:
            by_file = again.compared(told, claim, wheel)
        except (Cancelled, OutputError):
            raise
        except GoToWheelError:
            return found
        return by_file if by_file.verdict is Verdict.PROVEN else found

    def compared(self, told: Verification, claim: Claim, wheel: OpenWheel) -> Verification:
        """Make the wheel again from what the options name, and compare."""
        request = self._request(claim)
        report = build(request, self.observer)
        ours = open_wheel(report.wheels[0].path)
        stated = stated_by(claim, request, self.shelf.processes, self.folder)
        told = replace(
            told,
            method=_method(read_record(ours)),
            chosen=choices(claim, stated),
            proofs=report.wheels[0].proofs,
            notes=tuple(_own_key(claim, self.options)),
        )
        return _judge(told, claim.record, wheel, ours)

    def _request(self, claim: Claim) -> BuildRequest:
        options, first = self.options, claim.programs[0].source
        if isinstance(first, FolderOrigin) and options.source is None and can_clone(first):
            processes = self.shelf.processes
            request_from(claim, replace(options, source=self.folder), self.folder)  # or an error
            source = clone(first, self.folder / "source", processes)
            options = replace(options, source=source)
        elif isinstance(first, FolderOrigin) and options.source and options.source.is_file():
            place = self.folder / "source"
            source = unpack_sdist(options.source, place, self.shelf.processes)
            options = replace(options, source=source)
        output = self.folder / "wheel"
        output.mkdir()
        request = request_from(claim, options, output)
        compiled = build_of(claim)
        if compiled is None:
            return request
        go = request.go
        if isinstance(first, FolderOrigin):
            go = replace(go, packages=paths_inside(Path(str(request.source)), go.packages))
        go = replace(go, binary=str(self.shelf.get(compiled.go_version)))
        request = replace(request, go=go)
        if not isinstance(first, FolderOrigin):
            return request
        # Its settings say what the record does not; how Go is called, the record says wholly.
        return replace(with_config(request), go=go)


def _file_in(claim: Claim, source: Path | None) -> Path | None:
    """The one file in a folder that all programs were taken from; None where there is no such."""
    sources = [program.source for program in claim.programs]
    names = {each.name if isinstance(each, FileOrigin) else "" for each in sources}
    name = names.pop() if len(names) == 1 else ""
    if source is None or not name or not source.is_dir() or Path(name).name != name:
        return None
    file = source / name
    return file if file.is_file() else None


def _hindrances(claim: Claim) -> Iterator[Finding]:
    """What makes a proof impossible from the start."""
    if claim.record.tool_version != __version__:
        version = claim.record.tool_version
        yield Finding(
            message=f"go-to-wheel {version} has built it, and this is {__version__}: another"
            " version builds other wheels.",
            hint=_with_that_one(version),
        )
    for source in {program.source for program in claim.programs}:
        if isinstance(source, FolderOrigin) and source.dirty:
            yield Finding(
                message=f"It was built from {source.commit[:12] or 'a folder'} with changes that"
                " no commit holds, or with files that could not be told from such, so nobody can"
                " know that they have the same source.",
                hint="Commit everything, and build it again.",
            )
    builds = [program.build for program in claim.programs if program.build]
    if names := sorted({name for each in builds for name in each.hidden}):
        yield Finding(
            message="Go got flags with a path of its builder's machine, which the record leaves"
            f" out: {' and '.join(names)} stands there, and with another path other bytes are"
            " made.",
            hint="Build it without such a path, and publish that.",
        )


def _with_that_one(version: str) -> str:
    """What to type; nothing of a text that is no version is put into a command."""
    try:
        number = Version(version)
    except InvalidVersion:
        return "There is no such version."
    return f"Verify it with that one: uvx go-to-wheel@{number} verify WHEEL."


def _judge(
    told: Verification, record: OriginRecord, theirs: OpenWheel, ours: OpenWheel
) -> Verification:
    found = differences(theirs, ours)
    different = {finding.where for finding in found}
    told = replace(
        told,
        findings=found,
        same=tuple(b.path for b in record.binaries if b.path not in different),
        notes=(*told.notes, *_notes(record)),
    )
    if not found:
        return replace(told, verdict=Verdict.PROVEN)
    if missing := missing_sources(theirs, ours, found):
        return replace(told, findings=(*missing, *found))
    zigs = _zig_versions(record), _zig_versions(read_record(ours))
    if zigs[0] != zigs[1]:
        first = Finding(
            message=f"zig {' '.join(zigs[0])} compiled its C code, and here is zig"
            f" {' '.join(zigs[1])}: another zig makes other bytes.",
            hint=f"Install that one: pip install ziglang=={' '.join(zigs[0])}.",
        )
        return replace(told, findings=(first, *found))
    return replace(told, verdict=Verdict.DIFFERENT)


def _own_key(claim: Claim, options: VerifyOptions) -> Iterator[str]:
    """That a wheel names the very key that it is verified with."""
    sources = [program.source for program in claim.programs]
    kinds = {proof.how for source in sources for proof in proofs_of(source)}
    if ProofKind.MINISIGN in kinds and options.minisign_key is None:
        yield (
            "The public key of minisign is the one that the wheel itself names, so the signature"
            " says nothing of who signed: give the publisher's with --minisign-key."
        )


def _zig_versions(record: OriginRecord) -> tuple[str, ...]:
    return tuple(sorted({b.build.zig_version for b in record.binaries if b.build}))


def _notes(record: OriginRecord) -> Iterator[str]:
    sources = [binary.source for binary in record.binaries]
    if any(isinstance(source, FolderOrigin) and not source.commit for source in sources):
        yield "The folder is under no version control: only that this folder makes it is known."
    if any(isinstance(source, FileOrigin) for source in sources):
        yield "Who built the program in the file, the record does not say."
    if any(isinstance(source, ReleaseOrigin) and not source.proofs for source in sources):
        yield "The release published no digest, so nobody but the record vouches for its file."


def _method(own: OriginRecord) -> str:
    """What was done, as a sentence without its full stop, by the record of what was made."""
    source, compiled = own.binaries[0].source, own.binaries[0].build
    by = f" by {_compiler(compiled)}" if compiled else ""
    match source:
        case ModuleOrigin():
            return f"compiled again from {source.module}@{source.version}{by}"
        case FolderOrigin():
            at = f" at commit {source.commit[:12]}" if source.commit else ""
            at += ", with changes that it does not hold," if source.dirty and at else ""
            below = f" in {source.subfolder}" if source.subfolder else ""
            of = f"{below} of {source.repository}" if source.repository else below
            return f"compiled again from the folder of {source.package}{at}{of}{by}"
        case ReleaseOrigin():
            release = f"release {source.tag} of github.com/{source.repository}"
            return f"taken again from {release}, from {_files(own)}"
        case FileOrigin():
            return f"taken again from {_files(own)}"


def _files(own: OriginRecord) -> str:
    """The files that the programs were taken from, each with the program's path in it."""
    sources = [binary.source for binary in own.binaries]
    names = [
        (each.asset if isinstance(each, ReleaseOrigin) else each.name, each.member)
        for each in sources
        if isinstance(each, ReleaseOrigin | FileOrigin)
    ]
    return " and ".join(f"{name} ({member})" if member else name for name, member in names)


def _compiler(compiled: BuildRecord) -> str:
    zig = f" and zig {compiled.zig_version}" if compiled.zig_version else ""
    return f"{compiled.go_version}{zig}"


def _finding(error: GoToWheelError) -> Finding:
    lines: Sequence[str] = error.detail.splitlines()
    return Finding(message=error.message, hint=error.hint, lines=tuple(lines))
