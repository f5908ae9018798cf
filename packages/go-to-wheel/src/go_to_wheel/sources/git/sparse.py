"""Files that a sparse checkout leaves out: whether a build would have read them."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from ..golang.embeds import embeds


def would_be_read(missing: Collection[str], files: Iterable[str], root: Path) -> Iterator[str]:
    """Those of some missing files that the same build would read if they were there.

    That are those beside what it reads, or in a folder above, as a sparse checkout has them
    (``git help sparse-checkout``, "cone mode"), and those that a Go file embeds. A package that
    is not there at all is none of this program's: else Go would refuse.

    Args:
        missing: names below the root, with ``/``.
        files: what a build reads: likewise.
        root: the work tree's root.

    Raises:
        OSError: a file cannot be read.
    """
    names = sorted(missing)
    known = tuple(files) if names else ()
    folders = {"", *(folder for name in known for folder in _above(name))}
    for name in names:
        if posixpath.dirname(name) in folders:
            yield name
    for source in known:
        if source.endswith(".go") and (patterns := tuple(embeds((root / source).read_bytes()))):
            start = source[: source.rfind("/") + 1]
            for name in names:
                inner = name[len(start) :]
                if name.startswith(start) and any(each.takes(inner) for each in patterns):
                    yield name


def _above(name: str) -> Iterator[str]:
    folder = posixpath.dirname(name)
    while folder:
        yield folder
        folder = posixpath.dirname(folder)
