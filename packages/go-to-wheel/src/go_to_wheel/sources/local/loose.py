"""Archives and binaries on disk: which of them is the program for which target.

Their names tell, as those of a release do. They lie here, so where a name says too little the
header is asked: of a binary itself, or of the program in an archive.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ...errors import NoMatchingAssetError, SourceNotFoundError
from ...release import ReleaseOptions
from ...targets import TARGETS
from ...wording import listed
from ..archive import Check
from ..archive.names import printable
from ..files import absolute_folder
from ..forms import wheel_hint
from ..prebuilt.programs import Choice
from .artifacts import LocalArtifacts, LocalFile, refuse_contested, shortened, vouched
from .collect import collect
from .labels import version_in
from .pool import Placement, Pool


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
    collected = tuple(collect(paths, check))
    pool = Pool.of([file for file in collected if not _is_wheel(file)], check)
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
            hint=wheel_hint(paths[0]),
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
            "Give the folder of a Go module (go mod init example.com/tool makes one), or archives and binaries"
            " that were built."
        ),
    )


def _no_match(paths: Sequence[Path], pool: Pool) -> NoMatchingAssetError:
    return NoMatchingAssetError(
        f"No file of {_shown(paths)} is for a target that is known:"
        f" {shortened(tuple(pool.files))}.",
        hint="Name one with --asset TARGET=NAME; 'go-to-wheel targets' lists the targets.",
    )


def _files_of_all(places: Sequence[Placement]) -> dict[str, tuple[LocalFile, ...]]:
    """The file of each program for the targets that have all, with what vouches for it."""
    found = {
        target.name: tuple(each.placed[target.name] for each in places)
        for target in TARGETS
        if all(target.name in each.placed for each in places)
    }
    taken = {file.path: file for files in found.values() for file in files}
    told = {path: vouched(file, taken.values()) for path, file in taken.items()}
    return {target: tuple(told[file.path] for file in files) for target, files in found.items()}


def _contested_in(places: Sequence[Placement]) -> dict[str, tuple[str, ...]]:
    """The targets that have files of all programs, but too many of one; with those."""
    found = {}
    for target in (target.name for target in TARGETS):
        too_many = [each.contested[target] for each in places if target in each.contested]
        if too_many and all(target in (*each.placed, *each.contested) for each in places):
            found[target] = too_many[0]
    return found


def _is_wheel(file: LocalFile) -> bool:
    """Whether a file is a wheel: a ZIP archive, but of a program that was packed already."""
    return file.path.suffix.lower() == ".whl"


def _common_version(files: Sequence[LocalFile]) -> str | None:
    """The version in the names, where all have the same."""
    versions = {version_in(file.path.name) for file in files}
    return versions.pop() if len(versions) == 1 else None


def _shown(paths: Sequence[Path]) -> str:
    return listed([printable(str(path)) for path in paths], 1)
