"""Find files that are there more than once. The searching is done by a Go program."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ._binary import get_binary_path, run  # put here when the wheel is built

__all__ = ["TwinFilesError", "Twins", "find_twins", "get_binary_path"]


class TwinFilesError(Exception):
    """Some file or folder could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Twins:
    """Files with the same content.

    Attributes:
        size: the length of each, in bytes.
        paths: where they are, two or more, in order.
    """

    size: int
    paths: tuple[Path, ...]

    @property
    def wasted(self) -> int:
        """How many bytes would be free, were there only one of them."""
        return self.size * (len(self.paths) - 1)


def find_twins(
    *folders: str | os.PathLike[str],
    min_size: int = 1,
    on_error: Callable[[str], object] | None = None,
) -> list[Twins]:
    """Find files with the same content, those first that waste most.

    Links are not followed, and two names of one file (hard links) count as one.

    Args:
        *folders: where to look, with everything below; the current folder by default.
        min_size: leave out files of fewer bytes.
        on_error: is told of each file and folder that cannot be read, which is then left out.

    Raises:
        TwinFilesError: something could not be read, and there is no ``on_error``.
    """
    names = [os.fspath(folder) for folder in folders]
    done = run(["-0", f"-min-size={min_size}", "--", *names], capture_output=True)
    problems = done.stderr.decode(errors="replace").strip()
    if done.returncode == 1 and on_error is not None:
        for problem in problems.splitlines():
            on_error(problem)
    elif done.returncode != 0:
        raise TwinFilesError(problems)
    return _parse(done.stdout)


def _parse(output: bytes) -> list[Twins]:
    """Each field ends with a NUL, and each group with another; names are any other bytes."""
    found = []
    for group in output.split(b"\0\0")[:-1]:
        size, *paths = group.split(b"\0")
        found.append(Twins(size=int(size), paths=tuple(Path(os.fsdecode(path)) for path in paths)))
    return found
