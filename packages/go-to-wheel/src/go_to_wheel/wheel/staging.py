"""The output folder: a batch of wheels appears in it as a whole, or not at all."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from ..errors import OutputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Staging:
    """A hidden folder inside the output folder, where wheels wait until all are there."""

    output: Path
    folder: Path

    def publish(self, files: Sequence[Path]) -> tuple[Path, ...]:
        """Move the files from here into the output folder, replacing older ones.

        When one cannot be moved, those moved before it are taken back.

        Raises:
            OutputError: a file could not be put into its place.
        """
        for file in files:
            if (goal := self.output / file.name).is_dir():
                raise OutputError(  # moved aside, it would vanish with the staging folder
                    f"{goal} is a folder, and a wheel shall have its place.",
                    hint="Move it away, or choose another folder with --output-dir.",
                )
        try:
            with _one_at_a_time(self.output):
                return self._move(files)
        except OSError as error:
            raise _unwritable(self.output, error) from error

    def _move(self, files: Sequence[Path]) -> tuple[Path, ...]:
        replaced = self.folder / "replaced"
        replaced.mkdir()
        undo: list[tuple[Path, Path]] = []
        try:
            for file in files:
                goal = self.output / file.name
                if goal.exists() or goal.is_symlink():
                    goal.replace(replaced / goal.name)
                    undo.append((replaced / goal.name, goal))
                file.replace(goal)
                undo.append((goal, file))
        except BaseException:
            for source, goal in reversed(undo):
                source.replace(goal)
            raise
        return tuple(self.output / file.name for file in files)


@contextmanager
def open_staging(output: Path) -> Iterator[Staging]:
    """Make the output folder where it is missing, and a staging folder in it.

    Whatever is left in the staging folder afterwards is removed, and so is an output folder
    that was made here and stayed empty.

    Raises:
        OutputError: the folder cannot be made or written.
    """
    made = [folder for folder in (output, *output.parents) if not _exists(folder)]
    try:
        output.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".go-to-wheel-", dir=output))
    except OSError as error:
        _remove_empty(made)
        raise _unwritable(output, error) from error
    try:
        yield Staging(output=output, folder=folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        _remove_empty(made)


def _remove_empty(folders: Sequence[Path]) -> None:
    for folder in folders:
        with suppress(OSError):  # a wheel is in it, or it was never made
            folder.rmdir()


def _exists(folder: Path) -> bool:
    try:
        return folder.exists()
    except OSError:  # a name that is too long, a folder that cannot be searched
        return False


def _unwritable(output: Path, error: OSError) -> OutputError:
    return OutputError(
        f"The output folder {output} cannot be written: {error.strerror}.",
        hint="Choose another one with --output-dir.",
    )


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    """Two builds that publish into one folder take turns, so no mixed batch remains."""
    if sys.platform == "win32":  # a folder cannot be locked there
        yield
        return
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
