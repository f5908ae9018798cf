"""Finding zig on this machine, and asking it for its version."""

from __future__ import annotations

import importlib.util
import os
import re
from collections.abc import Mapping
from pathlib import Path

from ...errors import GoError
from ..process import Processes
from ..search import find_command

_NAME = "zig.exe" if os.name == "nt" else "zig"
_VERSION = re.compile(r"(\d{1,6})\.(\d{1,6})\.\d\S*")
_OLDEST = (0, 14)  # the first that takes all that Go's linker asks for on macOS
_INSTALL = "pip install -U 'go-to-wheel[cgo]'"


def has_zig(processes: Processes) -> bool:
    """Whether this machine has a zig that is new enough to compile C code.

    Args:
        processes: what runs it.

    Raises:
        Cancelled: the run was stopped meanwhile.
    """
    try:
        ask_version(locate_zig(processes.environment), processes)
    except GoError:
        return False
    return True


def locate_zig(environment: Mapping[str, str]) -> Path:
    """The path of ``zig``: that of the ziglang package, or else the first on PATH.

    Args:
        environment: where PATH is read.

    Raises:
        GoError: there is none.
    """
    if packaged := _packaged():
        return packaged
    if found := find_command("zig", environment):
        return found
    raise GoError(
        "C code is to be compiled (--cgo), and there is no zig on this machine, which is the"
        " compiler for it.",
        hint=f"Install it as a Python package: {_INSTALL}.",
    )


def _packaged() -> Path | None:
    """The ``zig`` of the ziglang package in this Python environment, if it is there."""
    spec = importlib.util.find_spec("ziglang")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        command = Path(folder, _NAME)
        if command.is_file():
            return command
    return None


def ask_version(command: Path, processes: Processes) -> str:
    """The version of zig.

    Args:
        command: its path.
        processes: what runs it.

    Raises:
        GoError: it cannot be started, is no zig, or is too old.
        Cancelled: the run was stopped meanwhile.
    """
    try:
        done = processes.run([command, "version"], cwd=command.parent)
    except OSError as error:
        raise GoError(
            f"{command} cannot be started: {error.strerror}.",
            hint=f"Install zig anew: {_INSTALL}.",
        ) from error
    version = _VERSION.fullmatch(done.stdout.strip()) if done.code == 0 else None
    if version is None:
        raise GoError(
            f"{command} does not answer like zig.",
            hint=f"Install zig anew: {_INSTALL}.",
            detail=done.message,
        )
    if (int(version[1]), int(version[2])) < _OLDEST:
        raise GoError(
            f"{command} is zig {version[0]}, and C code needs zig {_OLDEST[0]}.{_OLDEST[1]} or"
            " later.",
            hint=f"Install a newer one: {_INSTALL}.",
        )
    return version[0]
