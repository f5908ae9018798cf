"""Zig as the C compiler: C code for every system from one machine, with nothing else installed.

Zig carries the C libraries of Linux and Windows, and what macOS's own exports. Given a target it
looks at no header and no library of the machine that it runs on.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ...errors import GoError, UsageError
from ...model import BinaryFacts, BinaryFormat, CLibrary, GoOptions, Libc
from ...tags import derive_tags
from ...tags import expected_tags as expected_go_tags
from ...tags.promises import macos_policy
from ...targets import Arch, System, Target
from ..context import Context
from ..golang.toolchain import Toolchain
from .apple import write_stubs
from .find import ask_version, locate_zig

PKG_CONFIG = "pkg-config-is-not-used"
"""The name under which Go looks for pkg-config, which knows the libraries of this machine only."""


_ARCHES = {
    Arch.AMD64: "x86_64",
    Arch.I386: "x86",
    Arch.ARM64: "aarch64",
    Arch.ARM: "arm",
    Arch.PPC64LE: "powerpc64le",
    Arch.S390X: "s390x",
    Arch.RISCV64: "riscv64",
}
# The oldest glibc of an architecture, where that is newer than its manylinux tag: it was built
# with this one first.
_FIRST_GLIBC = {Arch.PPC64LE: (2, 19)}
# Instructions that every processor behind a target has, where zig would take more or fewer; and
# the one form of `long double` that a glibc before 2.32 knows on ppc64le.
_MACHINE_FLAGS = {
    "armv7l": ("-mcpu=generic+v7a+vfp3d16",),
    "armv6l": ("-mcpu=arm1176jzf_s",),
    "ppc64le": ("-mabi=ibmlongdouble",),
}
_EPOCH = "315532800"  # 1980-01-01, as of all members of a wheel
_COMMON_FLAGS = (
    "-fno-sanitize=all",  # zig's own choice where a package asks for no optimisation
    "-Wno-error=date-time",  # so is this; __DATE__ is that of SOURCE_DATE_EPOCH
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Zig:
    """Zig, told how to compile for each target.

    Attributes:
        command: the path of ``zig``.
        version: for example ``0.17.1``.
        libc: the C library of Linux programs.
        variables: those that are the same for every target.
        stubs: folders with what Go's programs need of macOS beside its C library.
        macos: the oldest macOS that programs are for.
        keep: the folder with the C libraries that zig has built.
    """

    command: Path
    version: str
    libc: CLibrary
    variables: Mapping[str, str]
    stubs: Sequence[str]
    macos: tuple[int, int]
    keep: Path

    def environment(self, target: Target) -> Mapping[str, str]:
        """The variables with which Go compiles C code for a target (``go help environment``)."""
        flags = ("-target", self._triple(target), *self._flags(target))
        return {
            **self.variables,
            "CC": _words(str(self.command), "cc", *flags),
            "CXX": _words(str(self.command), "c++", *flags),
        }

    def has_library(self, target: Target) -> bool:
        """Whether the C library for a target was built before, and is kept."""
        return self._mark(target).exists()

    def keep_library(self, target: Target) -> None:
        """Remember that the C library for a target is built now."""
        with contextlib.suppress(OSError):  # it is only said once more, then
            self._mark(target).touch()

    def _mark(self, target: Target) -> Path:
        return self.keep / f"built-{self.version}-{self._triple(target)}"

    def _triple(self, target: Target) -> str:
        arch = _ARCHES[target.arch]
        match target.system:
            case System.DARWIN:
                return f"{arch}-macos.{self.macos[0]}.{self.macos[1]}"
            case System.WINDOWS:
                return f"{arch}-windows-gnu"
        hard_float = "eabihf" if target.arch is Arch.ARM else ""
        if self.libc is CLibrary.MUSL:
            return f"{arch}-linux-musl{hard_float}"
        oldest = max(target.manylinux or (0, 0), _FIRST_GLIBC.get(target.arch, (0, 0)))
        return f"{arch}-linux-gnu{hard_float}.{oldest[0]}.{oldest[1]}"

    def _flags(self, target: Target) -> tuple[str, ...]:
        own = _MACHINE_FLAGS.get(target.machine, ())
        if target.machine == "ppc64le" and self.libc is CLibrary.MUSL:
            own = ()
        stubs = self.stubs if target.system is System.DARWIN else ()
        return (*_COMMON_FLAGS, *own, *stubs)


def with_zig(
    go: Toolchain, options: GoOptions, targets: Sequence[Target], context: Context
) -> Toolchain:
    """The toolchain that compiles C code too, where the options ask for it.

    Args:
        go: the toolchain.
        options: how to build.
        targets: all that is built for.
        context: what runs zig, and where it keeps the C libraries that it has built.

    Raises:
        UsageError: a C library is named though C code is not compiled, or there is no way to
            compile it for one of the targets.
        GoError: there is no zig, or it is too old, or none at all.
    """
    if not options.cgo:
        if options.libc:
            raise UsageError(
                f"--libc {options.libc} has no meaning without --cgo.",
                hint="Add --cgo to compile C code, or leave --libc out.",
            )
        return go
    libc = options.libc or CLibrary.GLIBC
    _refuse_unreachable(targets, libc)
    command = locate_zig(context.processes.environment)
    version = ask_version(command, context.processes)
    keep = _folder(context)
    epoch = context.processes.environment.get("SOURCE_DATE_EPOCH")
    mac = any(target.system is System.DARWIN for target in targets)
    zig = Zig(
        command=command,
        version=version,
        libc=libc,
        variables=_variables(version, epoch or _EPOCH, keep, context.scratch),
        stubs=write_stubs(go.root, keep) if mac and go.root else (),
        macos=macos_policy(go.version) or (11, 0),
        keep=keep,
    )
    return replace(go, c_compiler=zig)


def expected_tags(target: Target, go_version: str, options: GoOptions) -> tuple[str, ...]:
    """The platform tags that a program built with these options probably deserves, sorted."""
    is_static = not options.cgo or options.libc is CLibrary.MUSL
    if is_static or target.system is not System.LINUX or target.manylinux is None:
        return expected_go_tags(target, go_version)
    fact = BinaryFacts(
        format=BinaryFormat.ELF,
        system=target.system,
        arch=target.arch,
        static=False,
        libc=Libc.GLIBC,
        glibc=target.manylinux,
    )
    return derive_tags((fact,), target)


def _refuse_unreachable(targets: Sequence[Target], libc: CLibrary) -> None:
    problems = [(target, _problem(target, libc)) for target in targets]
    wrong = [(target, problem) for target, problem in problems if problem]
    if not wrong:
        return
    listing = ", ".join(f"{target.name} ({problem})" for target, problem in wrong)
    reachable = ",".join(target.name for target, problem in problems if not problem)
    leave = f" --platforms {reachable} leaves the rest." if reachable else ""
    musl = (
        " With --libc musl linux-armv6 can be built, too."
        if any(target.machine == "armv6l" for target, _ in wrong)
        else ""
    )
    raise UsageError(
        f"C code cannot be compiled for {listing}.",
        hint=f"Leave {'it' if len(wrong) == 1 else 'them'} out.{leave}{musl}",
    )


def _problem(target: Target, libc: CLibrary) -> str:
    """Why C code cannot be compiled for a target; empty where it can."""
    if target.system is System.LINUX and target.manylinux is None and libc is CLibrary.GLIBC:
        return "no wheel tag promises it a glibc"
    if target.system not in {System.LINUX, System.DARWIN, System.WINDOWS}:
        return "zig has no C library for it"
    return ""


def _folder(context: Context) -> Path:
    """Where the C libraries that zig builds are kept from one build to the next."""
    if context.cache.folder is not None:
        folder = context.cache.folder.absolute() / "zig"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if os.access(folder, os.W_OK):
                return folder
        except OSError:
            pass  # as without a cache
    return context.scratch / "zig"


def _variables(version: str, epoch: str, keep: Path, scratch: Path) -> Mapping[str, str]:
    """What makes the same bytes on every machine, and leaves the user's folders alone."""
    flags = "-O2 -g0"
    # Go cannot ask zig for its version, nor knows of the time: what was compiled with others
    # would pass for this.
    mark = re.sub(r"\W", "_", f"zig_{version}_{epoch}")
    return {
        "CGO_ENABLED": "1",
        "SOURCE_DATE_EPOCH": epoch,
        "CGO_CPPFLAGS": f"-DGO_TO_WHEEL={mark}",
        "CGO_CFLAGS": flags,
        "CGO_CXXFLAGS": flags,
        "CGO_LDFLAGS": "-O2 -s",
        "PKG_CONFIG": PKG_CONFIG,
        "ZIG_GLOBAL_CACHE_DIR": str(keep),
        # Objects; Go keeps those itself, and nobody would ever clear them away.
        "ZIG_LOCAL_CACHE_DIR": str(scratch / "zig-objects"),
    }


def _words(*words: str) -> str:
    """A command line in the one variable that Go splits at spaces outside quotes.

    Raises:
        GoError: a word holds both kinds of quotes, and there is no third.
    """
    return " ".join(map(_word, words))


def _word(word: str) -> str:
    if not re.search(r"[\s'\"]", word):
        return word
    for quote in "'\"":
        if quote not in word:
            return f"{quote}{word}{quote}"
    raise GoError(
        f"Go cannot start a program whose path holds both kinds of quotes: {word}.",
        hint="Install it in another folder.",
    )
