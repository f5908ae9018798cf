"""Finding programs: in the absolute folders of PATH, and nowhere else."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

_ON_WINDOWS = os.name == "nt"
_ENDINGS = ".COM;.EXE;.BAT;.CMD"  # those of a program, where PATHEXT names none


def find_command(name: str, environment: Mapping[str, str]) -> Path | None:
    """The absolute path of a program; None where there is none.

    The current folder is never searched, whatever PATH says and whatever the system would do: a
    build frontend runs us in the project's folder, and a program there is a stranger's.

    Args:
        name: a name to search, or, with a folder before it, the path of the program.
        environment: the user's variables; PATH counts, and on Windows PATHEXT.
    """
    if os.path.dirname(name):  # noqa: PTH120 - a Path forgets the folder of "./go"
        candidates = _with_endings(Path(name), environment)
    else:
        candidates = (
            candidate
            for folder in environment.get("PATH", "").split(os.pathsep)
            if (place := Path(folder.strip('"') if _ON_WINDOWS else folder)).is_absolute()
            for candidate in _with_endings(place / name, environment)
        )
    found = next(filter(_is_program, candidates), None)
    return found.absolute() if found else None


def _with_endings(path: Path, environment: Mapping[str, str]) -> Iterator[Path]:
    """The names that a program may have on this system, the likeliest first."""
    if not _ON_WINDOWS:
        yield path
        return
    named = (environment.get("PATHEXT") or _ENDINGS).lower().split(";")
    endings = [ending for ending in named if ending]
    if path.suffix.lower() in endings:
        yield path
    yield from (path.with_name(path.name + ending) for ending in endings)


def _is_program(path: Path) -> bool:
    try:
        return path.is_file() and os.access(path, os.X_OK)
    except (OSError, ValueError):  # a name that is too long, or holds a NUL
        return False
