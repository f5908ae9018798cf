"""What the record of origin tells of programs that Go compiles here: from what, and how."""

from __future__ import annotations

from collections.abc import Iterable

from packaging.version import Version

from ...model import CLibrary, GoOptions
from ...provenance.origin import BuildRecord, FolderOrigin
from ...targets import System, Target
from ..git.checkout import CheckoutState
from ..golang.programs import Program
from ..golang.toolchain import Toolchain
from .compiler import build_flags, own_build_id
from .places import Hidden, Places, hide_places


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
) -> BuildRecord:
    """How Go compiles programs for a target.

    Args:
        go: the toolchain.
        options: how to build.
        version: the distribution's version.
        target: what for.
        places: the folders whose paths must not be told.
    """
    flags = build_flags(options, version, own_build_id(options))
    told = hide_places(flags, places) if options.hide_paths else Hidden(flags=flags)
    variables = {**target.go_env, "CGO_ENABLED": "1" if options.cgo else "0"}
    libc = options.libc or CLibrary.GLIBC
    return BuildRecord(
        go_version=go.version,
        flags=told.flags,
        hidden=told.names,
        environment=tuple(sorted(variables.items())),
        zig_version=go.c_compiler.version if go.c_compiler else "",
        libc=str(libc) if options.cgo and target.system is System.LINUX else "",
    )
