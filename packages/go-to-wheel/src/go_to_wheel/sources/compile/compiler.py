"""Compiling Go programs, so that the same source gives the same bytes everywhere."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version

from ..._version import __version__
from ...cache import Cache
from ...digests import sha256_of
from ...errors import CompileError, OutputError, UsageError
from ...model import GoOptions
from ...provenance.fields import unfit_for_record
from ...targets import System, Target
from ..golang.digest import digest_inputs
from ..golang.linker_flags import tidy_flags
from ..golang.programs import Program
from ..golang.toolchain import Toolchain
from .hints import compile_hint

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
        inputs: a digest of all that the programs are made from, as it was when the run began;
            None where that is not known.
        sealed: it stays so, since nobody can change it.
    """

    go: Toolchain
    options: GoOptions
    version: Version
    cache: Cache
    inputs: str | None = None
    sealed: bool = False

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
            if key and output.stat().st_size <= _LARGEST_KEPT and self._is_unchanged(program):
                self.cache.put(key, output.read_bytes())
        except OSError as error:
            raise OutputError(
                f"The binary for {target.name} cannot be written: {error.strerror}.",
                hint="Make room for temporary files, or set TMPDIR to another folder.",
            ) from error

    def _build(self, program: Program, target: Target, output: Path) -> None:
        if not self.options.cgo:
            self._link(program, target, output)
            return
        # Nothing reads the build's ID, but that macOS's LC_UUID is made of it: there it is that
        # of the bytes.
        self._link(program, target, output, build_id=own_build_id(self.options))
        if target.system is System.DARWIN:
            self._link(program, target, output, build_id=sha256_of(output))

    def _link(
        self, program: Program, target: Target, output: Path, *, build_id: str | None = None
    ) -> None:
        flags = build_flags(self.options, self.version, build_id)
        done = self.go.run(
            "build", *flags, "-o", output, program.import_path,
            cwd=program.module_root, target=target, temporary=output.parent,
        )  # fmt: skip
        if done.code:
            raise CompileError(
                f"{program.import_path} does not compile for {target.name}.",
                hint=compile_hint(
                    done.message,
                    self.options,
                    target,
                    is_sdist=(program.module_root / "PKG-INFO").is_file(),
                ),
                detail=self._told(done.message),
            )

    def _told(self, message: str) -> str:
        """What the compilers say, without the command line of a link: a hundred file names."""
        if self.go.c_compiler is None:
            return message
        start = f"{self.go.c_compiler.command} c"
        lines = [line for line in message.split("\n") if not line.startswith(start)]
        return "\n".join(f"zig: {line}" if line.startswith("error:") else line for line in lines)

    def _key(self, program: Program, target: Target) -> str | None:
        """What the linked program is kept under; None where it may depend on what is not known.

        C code may include and link whatever lies on the disk, in any module: Go is asked each
        time, which keeps what was compiled.
        """
        if self.options.cgo or self.cache.folder is None or self.inputs is None:
            return None
        flags = build_flags(self.options, self.version)
        words = (__version__, self.inputs, program.import_path, target.name, *flags)
        return hashlib.sha256(os.fsencode("\0".join(words))).hexdigest()

    def _is_unchanged(self, program: Program) -> bool:
        if self.sealed:
            return True
        return self.inputs == digest_inputs(self.go, program.module_root, self.options.ldflags)


def own_build_id(options: GoOptions) -> str | None:
    """What stands in a program for Go's build ID; None for Go's own choice.

    With C code that choice would depend on where the C compiler lies.
    """
    return "" if options.cgo else None


def build_flags(
    options: GoOptions, version: Version, build_id: str | None = None
) -> tuple[str, ...]:
    """The flags of ``go build`` that make the same binary in every folder.

    ``-trimpath`` keeps the folder's name out, ``-buildvcs=false`` the state of its checkout.
    ``-buildid=`` is not used of itself: macOS 26 refuses binaries that lack the LC_UUID made
    from it.

    Args:
        options: how to build.
        version: the distribution's version.
        build_id: what stands in the binary as Go's build ID; None for Go's own choice.

    Raises:
        UsageError: the version variable is not of the form ``package.name``, or a flag holds
            what a record of origin cannot.
    """
    # The build ID goes first: what follows "-s -w" is the user's, as a record of origin has it.
    linker = [*([] if build_id is None else [f"-buildid={build_id}"]), "-s", "-w"]
    if options.version_variable is not None:
        if not _VARIABLE.fullmatch(options.version_variable):
            raise UsageError(
                f"{options.version_variable!r} is not the name of a Go variable with its package.",
                hint="Write it like --set-version-var main.version.",
            )
        linker.append(f"-X {options.version_variable}={version}")
    if more := tidy_flags(options.ldflags):
        linker.append(more)
    flags = ["-trimpath", "-buildvcs=false", f"-ldflags={' '.join(linker)}"]
    if options.tags:
        flags.append(f"-tags={','.join(options.tags)}")
    for flag in flags:
        _check_text(flag)
    return tuple(flags)


def _check_text(flag: str) -> None:
    """Refuse what no record of origin could tell: nobody could read the wheel's."""
    if unfit := unfit_for_record(flag):
        raise UsageError(
            f"{flag.partition('=')[0].removeprefix('-')} has the character {unfit} in it, which the"
            " record of origin cannot hold.",
            hint="Give a text of one line, without characters that control a terminal.",
        )
