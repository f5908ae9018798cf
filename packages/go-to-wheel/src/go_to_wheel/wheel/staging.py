"""The output folder: a batch of wheels appears in it as a whole, or not at all."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import OutputError


@dataclass(slots=True, kw_only=True)
class Staging:
    """A hidden folder inside the output folder, where wheels wait until all are there.

    Attributes:
        output: the output folder.
        folder: the hidden one.
        published: where the files lie now; empty until the whole batch is in its place.
    """

    output: Path
    folder: Path
    published: list[Path] = field(default_factory=list)

    def publish(self, files: Sequence[Path]) -> tuple[Path, ...]:
        """Move the files from here into the output folder, replacing older ones.

        When one cannot be moved, those moved before it are taken back. Ctrl-C may come while
        this waits for another build, but once the first file is moved all of them are; then
        ``published`` tells that it came too late.

        Raises:
            OutputError: a file could not be put into its place.
        """
        for file in files:
            if (goal := self.output / file.name).is_dir():
                raise OutputError(  # moved aside, it would vanish with the staging folder
                    f"{goal} is a folder, and a file of that name is to be written there.",
                    hint="Move it away, or choose another folder with --output-dir.",
                )
        try:
            # Ctrl-C is raised in the main thread; in another one nothing comes between two
            # moves. It must be known before the first: hence the call that does nothing.
            with _one_at_a_time(self.output), ThreadPoolExecutor(max_workers=1) as aside:
                aside.submit(bool).result()
                aside.submit(self._move, files).result()
        except OSError as error:
            raise _unwritable(self.output, error) from error
        return tuple(self.published)

    def _move(self, files: Sequence[Path]) -> None:
        replaced = self.folder / "replaced"
        replaced.mkdir()
        undo: list[tuple[Path, Path]] = []
        try:
            for file in files:
                goal = self.output / file.name
                if goal.exists() or goal.is_symlink():
                    undo.append((replaced / goal.name, goal))
                    goal.replace(replaced / goal.name)
                undo.append((goal, file))
                file.replace(goal)
        except BaseException:
            for source, goal in reversed(undo):
                with suppress(OSError):  # never moved; and the others must come back all the same
                    source.replace(goal)
            raise
        self.published.extend(self.output / file.name for file in files)


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
