"""Compiling Go programs, so that the same source gives the same bytes everywhere."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version

from ..cache import Cache
from ..errors import CompileError, UsageError
from ..model import GoOptions
from ..targets import Target
from .packages import Program
from .toolchain import Toolchain

_VARIABLE = re.compile(r"[^\s=]+\.[^\s=.]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiler:
    """A toolchain with the flags to use it.

    Attributes:
        go: the toolchain.
        flags: the flags of ``go build``.
        cache: where linked programs are kept. Go keeps what it compiled, but links anew each
            time, unless the file it shall write is already what it would write.
    """

    go: Toolchain
    flags: tuple[str, ...]
    cache: Cache

    def compile(self, program: Program, target: Target, output: Path) -> None:
        """Compile one program for one target into the file ``output``.

        Raises:
            CompileError: Go refused; the detail is Go's own message.
            GoTooOldError: go.mod wants a newer Go.
            Cancelled: the run was stopped meanwhile.
        """
        key = self._key(program, target)
        kept = self.cache.get(key)
        if kept is not None:
            output.write_bytes(kept)
            output.chmod(0o755)
        self._build(program, target, output)
        made = output.read_bytes()
        if made != kept:
            self.cache.put(key, made)

    def _build(self, program: Program, target: Target, output: Path) -> None:
        done = self.go.run(
            "build", *self.flags, "-o", output, program.import_path,
            cwd=program.module_root, target=target,
        )  # fmt: skip
        if done.code:
            raise CompileError(
                f"{program.import_path} does not compile for {target.name}.",
                hint="Mend what Go says above, or leave this target out with --platforms.",
                detail=done.message,
            )

    def _key(self, program: Program, target: Target) -> str:
        """Says which file to offer to Go, no more: Go itself decides whether it is current."""
        words = (
            str(self.go.command),
            self.go.version,
            str(program.module_root),
            program.import_path,
            target.name,
            *self.flags,
        )
        return hashlib.sha256("\0".join(words).encode()).hexdigest()


def build_flags(options: GoOptions, version: Version) -> tuple[str, ...]:
    """The flags of ``go build`` that make the same binary in every folder.

    ``-trimpath`` keeps the folder's name out, ``-buildvcs=false`` the state of its checkout.
    ``-buildid=`` is not used: macOS 26 refuses binaries that lack the LC_UUID made from it.

    Raises:
        UsageError: the version variable is not of the form ``package.name``.
    """
    linker = ["-s", "-w"]
    if options.version_variable is not None:
        if not _VARIABLE.fullmatch(options.version_variable):
            raise UsageError(
                f"{options.version_variable!r} is not the name of a Go variable with its package.",
                hint="Write it like --set-version-var main.version.",
            )
        linker.append(f"-X {options.version_variable}={version}")
    if options.ldflags:
        linker.append(options.ldflags)
    flags = ["-trimpath", "-buildvcs=false", f"-ldflags={' '.join(linker)}"]
    if options.tags:
        flags.append(f"-tags={','.join(options.tags)}")
    return tuple(flags)
