"""The command ``twin-report``: how much space twins waste, folder by folder."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from . import Twins, find_twins


def wasted_by_folder(twins: list[Twins]) -> Counter[Path]:
    """The bytes of all twins but the first of each group, by the folders they are in."""
    wasted: Counter[Path] = Counter()
    for each in twins:
        for path in each.paths[1:]:
            wasted[path.parent] += each.size
    return wasted


def main() -> int:
    """Print the report on the folders that are the arguments.

    Returns:
        The exit code: 1 when something could not be read, so that a script can tell.
    """
    problems: list[str] = []
    wasted = wasted_by_folder(find_twins(*sys.argv[1:], on_error=problems.append))
    for folder, size in wasted.most_common():
        print(f"{size:>12} bytes  {folder}")
    print(f"{wasted.total():>12} bytes in all")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0
