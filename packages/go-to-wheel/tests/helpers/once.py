"""Things that are costly to make: made once for a whole test session, by whichever worker."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest


def session_folder(factory: pytest.TempPathFactory) -> Path:
    """The folder that all workers of this test session share."""
    folder = factory.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


def made_once(parent: Path, name: str, make: Callable[[Path], object]) -> Path:
    """A folder of this name, filled by ``make`` for the first that asks; the others wait.

    Args:
        parent: the folder that all workers share.
        name: the name of the new folder.
        make: what fills it.
    """
    import fcntl  # not on Windows, where this module must still be importable

    folder, ready = parent / name, parent / f"{name}-is-ready"
    with (parent / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            folder.mkdir(exist_ok=True)
            make(folder)
            ready.touch()
    return folder
