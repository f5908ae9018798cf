"""Names of databases: the same for the same set of files, in whatever order they are found."""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from pathlib import PurePath

# Names that Datasette gives to databases of its own, or whose pages would lie at /-/.
RESERVED = frozenset({"_internal", "_memory", "__INTERNAL__", "-"})
_LONGEST = 100
_HIGHEST = 4
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffd/]+")


def names_for(
    paths: Iterable[str],
    *,
    roots: Collection[str],
    taken: Collection[str],
    kept: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """A distinct name for each path.

    A database is called by its file's name without the suffix. Where that would be the name of
    several, all of them take the folders below the scanned one into their name, then the scanned
    one too, and last a digest of the path. So a name hangs on which files there are, and never
    on the order in which they were found.

    Args:
        paths: what to name.
        roots: the folders that are scanned.
        taken: names that are not to be had.
        kept: names that paths have already, and keep. They take part in the comparison all the
            same: what is new is named as it would be at the start.
    """
    kept = {} if kept is None else kept
    closed = RESERVED.union(taken, kept.values())
    ladders = {path: _ladder(path, roots) for path in set(paths)}
    height = dict.fromkeys(ladders, 0)
    while True:
        wanted = {path: ladder[height[path]] for path, ladder in ladders.items()}
        count = Counter(wanted.values())
        climbing = [
            path
            for path, name in wanted.items()
            if (count[name] > 1 or (name in closed and kept.get(path) != name))
            and height[path] < _HIGHEST - 1
        ]
        if not climbing:
            return wanted | {path: name for path, name in kept.items() if path in wanted}
        for path in climbing:
            height[path] += 1


def _ladder(path: str, roots: Collection[str]) -> tuple[str, ...]:
    """The names that a path may have, of which each says more than the one before."""
    file = PurePath(path)
    root, folders = _below(file, roots)
    stem = clean(file.stem)
    with_folders = clean("-".join([*folders, file.stem]))
    with_root = clean("-".join([root, *folders, file.stem]))
    return stem, with_folders, with_root, f"{stem[:60]}-{_digest(path)}"


def _below(file: PurePath, roots: Collection[str]) -> tuple[str, tuple[str, ...]]:
    """The name of the deepest scanned folder that holds a file, and the folders in between."""
    for parent in file.parents:
        if str(parent) in roots:
            return parent.name or "root", file.parent.relative_to(parent).parts
    return file.parent.name or "root", ()


def clean(name: str) -> str:
    """A name that a page and its address can show."""
    name = _UNPRINTABLE.sub("_", name).strip()
    return name[-_LONGEST:].strip() or "db"


def _digest(path: str) -> str:
    try:
        content = os.fsencode(path)
    except UnicodeEncodeError:
        content = path.encode("utf-8", "surrogatepass")
    return hashlib.sha256(content).hexdigest()[:12]
