"""A source distribution, unpacked to be built again."""

from __future__ import annotations

from pathlib import Path

from ..errors import ArchiveError, OutputError, SourceNotFoundError
from ..sources.archive import Archive, MemberKind, open_archive
from ..sources.archive.names import printable
from ..sources.process import Processes
from ..sources.project.pkginfo import INFO


def unpack_sdist(file: Path, folder: Path, processes: Processes) -> Path:
    """Unpack a source distribution, and return the project's folder.

    Its files are in one folder, and PKG-INFO is among them (the source distribution format).

    Args:
        file: the archive; not trusted.
        folder: where its files go; there is nothing yet.
        processes: tells when the run was stopped.

    Raises:
        SourceNotFoundError: it is no source distribution.
        ArchiveError: it cannot be read, or holds links or two files of one name.
        OutputError: the folder cannot be written.
        Cancelled: the run was stopped meanwhile.
    """
    with open_archive(file, check=processes.check_cancelled) as archive:
        tops = {member.name.partition("/")[0] for member in archive.members()}
        top = tops.pop() if len(tops) == 1 and not archive.is_single else ""
        if f"{top}/{INFO}" not in {member.name for member in archive.members()}:
            raise SourceNotFoundError(
                f"{archive.shown} is no source distribution: it has no {INFO}.",
                hint="Name the folder of the Go source, or an sdist, with --source.",
            )
        _unpack(archive, folder)
    return folder / top


def _unpack(archive: Archive, folder: Path) -> None:
    for member in archive.members():
        path = folder / member.name
        if member.kind is not MemberKind.FILE or path.exists():
            raise ArchiveError(
                f"{archive.shown} holds {printable(member.name)} as a link, or twice, and no source"
                " distribution of ours does.",
                hint="Unpack it yourself, and name its folder with --source.",
            )
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(
                f"{archive.shown} cannot be unpacked: {error.strerror}.",
                hint="Is there room on the disk for temporary files?",
            ) from error
        archive.extract(member, path)
