"""Writing new files: all of them or none, and nothing in another's place unless told so."""

from __future__ import annotations

import os
import re
import secrets
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from ..errors import OutputError, UsageError
from .values import NewFile

_PARTIAL = re.compile(r"\.(?P<name>[^/\\]+)\.[0-9a-f]{8}\.partial$")


def write_files(files: Sequence[NewFile], *, force: bool) -> tuple[Path, ...]:
    """Write files; those that are there already with the same text are left alone.

    Args:
        files: what to write, and where.
        force: put them in the place of others.

    Returns:
        The paths that were written.

    Raises:
        UsageError: another file is there; nothing was written.
        OutputError: a folder or a file cannot be written; nothing was written.
    """
    waiting = unwritten(files, force=force)
    try:
        with _prepared(waiting) as partial:
            for file in waiting:
                partial[file].replace(file.path)
    except OSError as error:
        where = _PARTIAL.sub(r"\g<name>", error.filename or "A file")
        raise OutputError(
            f"{where} cannot be written: {error.strerror}.",
            hint="See that there is room on the disk, and that you may write there.",
        ) from None
    return tuple(file.path for file in waiting)


def unwritten(files: Sequence[NewFile], *, force: bool) -> tuple[NewFile, ...]:
    """Those of the files that are not there yet, or not as they are to be.

    Raises:
        UsageError: another file is in the place of one, or its folder lies elsewhere.
        OutputError: what is there cannot be read.
    """
    waiting = []
    for file in files:
        _refuse_leading_out(file)
        if file.path.exists() and not (file.path.is_file() or file.path.is_dir()):
            raise OutputError(
                f"{file.path} is there already, and is no file.", hint="Move it away."
            )
        try:
            there = file.path.read_bytes() if os.path.lexists(file.path) else None
        except OSError as error:
            if not force or file.path.is_dir():
                raise OutputError(
                    f"{file.path} is there already, and cannot be read: {error.strerror}.",
                    hint="Move it away.",
                ) from None
            there = b""
        if there == file.text.encode():
            continue
        if there is not None and not force:
            raise UsageError(
                f"{file.path} is there already, and is another one. Nothing was written.",
                hint="--dry-run shows the new one, and --force puts it in its place.",
            )
        waiting.append(file)
    return tuple(waiting)


def _refuse_leading_out(file: NewFile) -> None:
    """A link among the folders must not make us write into somebody else's."""
    real = Path(os.path.realpath(file.path.parent))
    if not real.is_relative_to(os.path.realpath(file.top)):
        raise UsageError(
            f"{file.path.parent} leads out of the project, to {real}.",
            hint="Put a folder in the place of the link.",
        )


@contextmanager
def _prepared(files: Sequence[NewFile]) -> Iterator[dict[NewFile, Path]]:
    """The files under other names beside their own; what is left at the end is taken away."""
    made: list[Path] = []
    partial: dict[NewFile, Path] = {}
    try:
        for file in files:
            _make_folders(file.path.parent, made)
            name = f".{file.path.name}.{secrets.token_hex(4)}.partial"
            partial[file] = file.path.with_name(name)
            with partial[file].open("xb") as stream:  # never what is there, or a link's target
                stream.write(file.text.encode())
            if file.path.is_file() and not file.path.is_symlink():  # who may read it stays so
                partial[file].chmod(stat.S_IMODE(file.path.stat().st_mode))
        yield partial
    finally:
        for path in partial.values():
            path.unlink(missing_ok=True)
        for folder in reversed(made):
            with suppress(OSError):  # it is not empty: all went well
                folder.rmdir()


def _make_folders(folder: Path, made: list[Path]) -> None:
    """Make a folder and those above it, and remember them."""
    for each in reversed((folder, *folder.parents)):
        if not each.is_dir():
            each.mkdir()
            made.append(each)
