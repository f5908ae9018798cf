"""Zig for the tests: whether it is here, and its C libraries, which take minutes to build."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
from pathlib import Path

from helpers.needs import requirement
from helpers.tool import clean_environment


def needs_zig() -> None:
    """Skip the test where there is no zig."""
    found = importlib.util.find_spec("ziglang") or shutil.which(
        "zig", path=clean_environment()["PATH"]
    )
    requirement("zig", found, "the package ziglang is not here, and no zig is on PATH")


def keep_c_libraries() -> None:
    """Have what zig builds kept from one test session to the next, beside Go's own cache.

    go-to-wheel's cache is new in each session (XDG_CACHE_HOME); the folder for zig in it leads
    to one that stays.
    """
    kept = Path(os.environ["GOCACHE"]).parent / "go-to-wheel-tests" / "zig"
    kept.mkdir(parents=True, exist_ok=True)
    cache = Path(os.environ["XDG_CACHE_HOME"]) / "go-to-wheel"
    cache.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):  # another worker was here first
        (cache / "zig").symlink_to(kept)
