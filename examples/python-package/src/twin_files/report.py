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


def complain(problem: str) -> None:
    """Tell of something that could not be read."""
    print(problem, file=sys.stderr)


def main() -> None:
    """Print the report on the folders that are the arguments."""
    wasted = wasted_by_folder(find_twins(*sys.argv[1:], on_error=complain))
    for folder, size in wasted.most_common():
        print(f"{size:>12} bytes  {folder}")
    print(f"{wasted.total():>12} bytes in all")
