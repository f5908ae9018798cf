"""What the record of origin tells of programs that Go compiles here: from what, and how."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from packaging.version import Version

from ..model import CLibrary, GoOptions
from ..provenance.origin import Build, FolderOrigin
from ..targets import System, Target
from .compile import build_flags
from .git import Checkout, CheckoutState
from .packages import Program
from .toolchain import Toolchain

Places = tuple[tuple[str, Path], ...]
"""Name → a folder whose path differs from machine to machine; inner folders first."""


def places_of(root: Path, checkout: Checkout | None, environment: Mapping[str, str]) -> Places:
    """The folders that go by other names on other machines: of the source, and of the user.

    Args:
        root: the module's folder.
        checkout: the work tree that holds it.
        environment: the user's variables.
    """
    home = environment.get("HOME") or environment.get("USERPROFILE") or ""
    places = [("$SOURCE", root)]
    if checkout is not None:
        places.append(("$CHECKOUT", checkout.root))
    if Path(home).is_absolute():
        places.append(("$HOME", Path(home)))
    return tuple(sorted(places, key=lambda place: -len(place[1].parts)))


def folder_origins(
    programs: Iterable[Program], state: CheckoutState | None
) -> tuple[FolderOrigin, ...]:
    """What each program of a folder is made of; without git that is its import path alone."""
    if state is None:
        return tuple(FolderOrigin(package=program.import_path) for program in programs)
    return tuple(
        FolderOrigin(
            package=program.import_path,
            repository=state.repository,
            commit=state.commit,
            dirty=state.dirty,
            subfolder=state.subfolder,
        )
        for program in programs
    )


def build_of(
    go: Toolchain, options: GoOptions, version: Version, target: Target, places: Places
) -> Build:
    """How Go compiles programs for a target.

    Args:
        go: the toolchain.
        options: how to build.
        version: the distribution's version.
        target: what for.
        places: the folders whose paths must not be told.
    """
    variables = {**target.go_env, "CGO_ENABLED": "1" if options.cgo else "0"}
    libc = options.libc or CLibrary.GLIBC
    return Build(
        go_version=go.version,
        flags=hide_places(build_flags(options, version), places),
        environment=tuple(sorted(variables.items())),
        zig_version=go.c_compiler.version if go.c_compiler else "",
        libc=str(libc) if options.cgo and target.system is System.LINUX else "",
    )


def hide_places(flags: Sequence[str], places: Places) -> tuple[str, ...]:
    """The flags with names in the place of paths that are another machine's affair."""
    told = list(flags)
    for name, folder in places:
        for path in {str(folder), os.path.realpath(folder)} - {folder.anchor}:
            whole = re.compile(rf"{re.escape(path)}(?![^/\\\s'\",:;=)])")
            told = [whole.sub(lambda _, name=name: name, flag) for flag in told]  # type: ignore[misc]
    return tuple(told)
