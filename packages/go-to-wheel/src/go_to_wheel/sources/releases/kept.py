"""The folder in which assets of releases are kept, and the room they may take."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

from ...cache import Cache
from ...errors import OutputError
from ..http.partials import Partials, writing

_ROOM = 4 * 1024**3  # bytes that all kept assets may take together
_IN_USE = 3600.0  # seconds after its last use in which an asset is never removed


def usable_folder(cache: Cache, scratch: Path) -> Path:
    """The folder for assets: in the cache where that can be written."""
    kept = cache.below("assets").folder
    if kept is not None:
        with contextlib.suppress(OutputError):
            return _prepare(kept)
    return _prepare(scratch / "assets")


def _prepare(folder: Path) -> Path:
    """Make the folder, and make sure that files can be made in it."""
    partials = Partials(folder=folder / "partial")
    with writing(partials.folder):
        partials.folder.mkdir(parents=True, exist_ok=True)
    partials.take("probe").discard()
    return folder


def make_room(folder: Path) -> None:
    """Remove the assets that were not used for the longest time."""
    files = []
    for path in folder.glob("sha*/*"):
        with contextlib.suppress(OSError):
            facts = path.stat()
            files.append((facts.st_mtime, facts.st_size, path))
    now, total = time.time(), 0
    for used, size, path in sorted(files, reverse=True):
        total += size
        if total > _ROOM and now - used > _IN_USE:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
