"""Which targets to make wheels for, where the files for them exist already."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ...errors import NoMatchingAssetError
from ...targets import TARGETS, Target, select_targets
from ...wording import listed

_LISTED = 20  # names in a message


def select_available(
    names: Sequence[str], available: Collection[str], where: str, files: Collection[str]
) -> tuple[Target, ...]:
    """The targets of these names; without names, or with ``all``, those there are files for.

    No file can be added to a release on the index after some days, so none is left out by
    default.

    Args:
        names: names of targets, as ``select_targets`` takes them.
        available: the names of the targets there are files for.
        where: what the files belong to, for a message.
        files: their names, for a message.

    Raises:
        UnknownTargetError: a name that is no target.
        NoMatchingAssetError: there is no file for a target that was named, or for any.
    """
    there = tuple(target for target in TARGETS if target.name in available)
    if not there:
        raise NoMatchingAssetError(
            f"There is no target that all files are there for in {where}. There are these:"
            f" {list_files(files)}.",
            hint="Name them with --asset TARGET=FILE, or fewer programs with --binary.",
        )
    if {name.strip().lower() for name in names} <= {"", "all"}:
        return there
    chosen = select_targets(names)
    missing = [target.name for target in chosen if target not in there]
    if missing:
        raise NoMatchingAssetError(
            f"There is no file for {', '.join(missing)} in {where}. There are these:"
            f" {list_files(files)}.",
            hint=f"Name the right one with --asset {missing[0]}=FILE, or leave the target out.",
        )
    return chosen


def list_files(names: Collection[str]) -> str:
    """Names of files for a message: no more than anyone reads."""
    return listed(sorted(names), _LISTED) or "none"
