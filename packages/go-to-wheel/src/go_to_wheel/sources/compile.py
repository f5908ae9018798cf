"""Compiling Go programs, so that the same source gives the same bytes everywhere."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version

from .._version import __version__
from ..cache import Cache
from ..errors import CompileError, OutputError, UsageError
from ..model import GoOptions
from ..targets import Target
from .inputs import digest_inputs
from .packages import Program
from .toolchain import Toolchain

_LARGEST_KEPT = 64 * 1024 * 1024  # bytes; what is kept is read into memory
_VARIABLE = re.compile(r"[^\s=]+\.[^\s=.]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiler:
    """A toolchain with the flags to use it.

    Attributes:
        go: the toolchain.
        options: how to build.
        version: the distribution's version.
        cache: where linked programs are kept: Go keeps what it compiled, but links anew each
            time.
    """

    go: Toolchain
    options: GoOptions
    version: Version
    cache: Cache

    def compile(self, program: Program, target: Target, output: Path) -> None:
        """Compile one program for one target into the file ``output``.

        Raises:
            CompileError: Go refused; the detail is Go's own message.
            GoTooOldError: go.mod wants a newer Go.
            OutputError: there is no room for temporary files.
            Cancelled: the run was stopped meanwhile.
        """
        key = self._key(program, target)
        try:
            if key is not None and (kept := self.cache.get(key)) is not None:
                output.write_bytes(kept)
                output.chmod(0o755)
                return
            self._build(program, target, output)
            # What was changed while Go read it is not what the key stands for.
            if key and output.stat().st_size <= _LARGEST_KEPT and key == self._key(program, target):
                self.cache.put(key, output.read_bytes())
        except OSError as error:
            raise OutputError(
                f"The binary for {target.name} cannot be written: {error.strerror}.",
                hint="Make room for temporary files, or set TMPDIR to another folder.",
            ) from error

    def _build(self, program: Program, target: Target, output: Path) -> None:
        done = self.go.run(
            "build", *build_flags(self.options, self.version), "-o", output, program.import_path,
            cwd=program.module_root, target=target, temporary=output.parent,
        )  # fmt: skip
        if done.code:
            hint = "Mend what Go says above, or leave this target out with --platforms."
            if "build constraints exclude all Go files" in done.stderr:
                hint = (
                    "A package may exist for other systems only (choose with --platforms), with a"
                    " build tag (--tags), or with cgo, which is off."
                )
            raise CompileError(
                f"{program.import_path} does not compile for {target.name}.",
                hint=hint,
                detail=done.message,
            )

    def _key(self, program: Program, target: Target) -> str | None:
        """What the linked program is kept under; None where it may depend on what is not known."""
        inputs = digest_inputs(self.go, program.module_root, self.options.ldflags)
        if self.cache.folder is None or inputs is None:
            return None
        flags = build_flags(self.options, self.version)
        words = (__version__, inputs, program.import_path, target.name, *flags)
        return hashlib.sha256(os.fsencode("\0".join(words))).hexdigest()


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
