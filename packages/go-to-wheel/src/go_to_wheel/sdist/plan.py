"""What goes into an sdist, decided before a byte is written. Pure: no file is touched."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version

from ..errors import ProjectError
from ..names import DistributionName
from ..sources.project.pkginfo import INFO


@dataclass(frozen=True, slots=True, kw_only=True)
class SdistEntry:
    """One member of an sdist.

    Attributes:
        path: its path below the top folder, with ``/``.
        content: its bytes, or the file that holds them.
        executable: it may be executed.
    """

    path: str
    content: bytes | Path
    executable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SdistPlan:
    """An sdist to write: its file name, its one top folder, and its members in order."""

    filename: str
    folder: str
    entries: tuple[SdistEntry, ...]


def plan_sdist(
    name: DistributionName, version: Version, info: bytes, entries: Iterable[SdistEntry]
) -> SdistPlan:
    """Plan an sdist.

    Args:
        name: the distribution's name; the file name has it normalised (PEP 625).
        version: its version.
        info: the bytes of PKG-INFO.
        entries: the files of the project.

    Raises:
        ProjectError: two of them have the same path.
    """
    stem = f"{name.wheel}-{version}"
    every = sorted(
        [SdistEntry(path=INFO, content=info), *entries], key=lambda entry: entry.path.split("/")
    )
    for one, next_one in itertools.pairwise(every):
        if one.path == next_one.path:
            raise ProjectError(
                f"The sdist would hold {one.path} twice.", hint="Leave one of them out."
            )
    return SdistPlan(filename=f"{stem}.tar.gz", folder=stem, entries=tuple(every))
