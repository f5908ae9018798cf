"""The values that flow through the pipeline. All frozen; no I/O happens here.

``BuildRequest`` → per target ``Binary`` → ``BinaryFacts`` → tags → ``WheelPlan`` →
``BuiltWheel`` → ``BuildReport``. The two ends live in pipeline.py, the plan in wheel/plan.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from .names import CommandName, ImportName
from .release import Proof
from .targets import Arch, System, Target


class Layout(StrEnum):
    """Where the binary lies in the wheel.

    ``package``: inside the Python package, started by a small Python shim.
    ``native``: in ``.data/scripts``, put on PATH by the installer, started without Python.
    """

    PACKAGE = "package"
    NATIVE = "native"


class CLibrary(StrEnum):
    """The C library that a Linux program with C code is linked with.

    ``glibc``: dynamically, as most distributions expect it.
    ``musl``: statically, so that one binary runs everywhere.
    """

    GLIBC = "glibc"
    MUSL = "musl"


class BinaryFormat(StrEnum):
    """The file format of an executable."""

    ELF = "ELF"
    MACHO = "Mach-O"
    PE = "PE"


class Libc(StrEnum):
    """The C library that a dynamic Linux or Android binary starts with."""

    GLIBC = "glibc"
    MUSL = "musl"
    BIONIC = "bionic"


@dataclass(frozen=True, slots=True, kw_only=True)
class GoModule:
    """A module in a binary's build info: ``path``, ``version`` and its ``h1:`` sum.

    ``replaced_by`` is the module that a ``replace`` line put in its place. A version is
    ``(devel)`` or empty where the module was built from a folder.
    """

    path: str
    version: str = ""
    sum: str = ""
    replaced_by: GoModule | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildInfo:
    """What the Go linker wrote into the binary (see ``debug/buildinfo`` in Go's library).

    Attributes:
        go_version: for example ``go1.27.3``.
        path: the import path of the main package.
        main: the module that holds it; None for a program outside any module.
        modules: the modules linked in, in the order of the record.
        settings: the build settings, for example ``("GOOS", "linux")``, in order.
    """

    go_version: str
    path: str = ""
    main: GoModule | None = None
    modules: tuple[GoModule, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()

    def setting(self, key: str) -> str | None:
        """The value of one build setting, or None where it is not recorded."""
        return dict(self.settings).get(key)


@dataclass(frozen=True, slots=True, kw_only=True)
class BinaryFacts:
    """What the bytes of one executable say of themselves, for one architecture.

    Attributes:
        format: the file format.
        system: the operating system that the header names; None where it names none.
        arch: the architecture; None where it is one that Go does not know.
        static: True where an ELF binary names neither an interpreter nor a library, so that
            the kernel alone starts it (a static PIE counts as static); a Mach-O or PE
            executable always counts as dynamic.
        libc: the C library of a dynamic ELF binary.
        glibc: the highest glibc version that its symbols need, as (major, minor).
        min_os: the oldest version of the system it runs on, as (major, minor): Mach-O's
            minos, PE's subsystem version, (API level, 0) of an Android binary; None where
            the header does not say.
        needed: the shared libraries it names.
        symbol_versions: the versions that it needs of symbols of other libraries than glibc,
            for example ``GLIBCXX_3.4.29``; sorted.
        interpreter: the path of the program that loads a dynamic ELF binary, for example
            ``/lib64/ld-linux-x86-64.so.2``; empty where it names none.
        soft_float: 32-bit ARM only: it says that it passes no floating point numbers in
            registers, so that it cannot share libraries with an armhf system.
        has_uuid: Mach-O only: LC_UUID is there, without which macOS 26 refuses to run it.
        signed: Mach-O: a code signature is there; PE: a certificate table is there.
        build_info: what Go's linker recorded, or None for a binary without it.
    """

    format: BinaryFormat
    system: System | None
    arch: Arch | None
    static: bool
    libc: Libc | None = None
    glibc: tuple[int, int] | None = None
    min_os: tuple[int, int] | None = None
    needed: tuple[str, ...] = ()
    symbol_versions: tuple[str, ...] = ()
    interpreter: str = ""
    soft_float: bool = False
    has_uuid: bool = False
    signed: bool = False
    build_info: BuildInfo | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Binary:
    """An executable on disk, made or found for one target.

    Attributes:
        target: what it was made for.
        command: the name under which users start it, without ``.exe``.
        path: where the file lies now.
        sha256: the digest of its bytes, in hex.
        size: its size in bytes.
    """

    target: Target
    command: str
    path: Path
    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltWheel:
    """A wheel that has been written.

    Attributes:
        target: the target it was made for.
        path: where it lies.
        tags: its expanded tags, for example ``py3-none-win_amd64``.
        size: its size in bytes.
        sha256: the digest of its bytes, in hex.
        binaries: what it carries.
        warnings: what users should know of it.
        proofs: what the files were verified by that its binaries were taken from; none where
            they were compiled.
        seconds: how long compiling and packing took.
    """

    target: Target
    path: Path
    tags: tuple[str, ...]
    size: int
    sha256: str
    binaries: tuple[Binary, ...]
    seconds: float
    warnings: tuple[str, ...] = ()
    proofs: tuple[Proof, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GoOptions:
    """How to build Go source.

    Attributes:
        binary: the ``go`` command; None to search for one.
        packages: the main packages, as import paths or ``./cmd/x``; none to find the one.
        ldflags: more flags for the linker, after ``-s -w``.
        version_variable: a string variable, as ``main.version``, to set to the version.
        tags: Go build tags.
        cgo: compile C code too, with zig as the C compiler.
        libc: the C library that Linux programs with C code are linked with; None for glibc.
        hide_paths: in the record of origin, names stand for paths of this machine in flags;
            False for flags that were published as they are, when a wheel is made again.
    """

    binary: str | None = None
    packages: tuple[str, ...] = ()
    ldflags: str = ""
    version_variable: str | None = None
    tags: tuple[str, ...] = ()
    cgo: bool = False
    libc: CLibrary | None = None
    hide_paths: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """One more name for a command.

    Attributes:
        name: the new name.
        command: the command that it starts; None for the first.
    """

    name: CommandName
    command: CommandName | None = None


EntryPoints = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
"""Group → name → object reference (the entry points specification)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonPackage:
    """A Python package of a project's own, into which the launcher goes.

    Attributes:
        name: the name it is imported by.
        folder: where it lies: the folder of this name.
        project: the folder of pyproject.toml, where the patterns start.
        include: patterns, as in .gitignore, of files to take although git ignores them.
        exclude: patterns of files to leave out.
        entry_points: what ``[project]`` gives: scripts, gui-scripts and entry-points.
    """

    name: ImportName
    folder: Path
    project: Path
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    entry_points: EntryPoints = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageFile:
    """A file of a project's own Python package.

    Attributes:
        path: its place in a wheel: the package's name, and the path below it, with slashes.
        source: where the file lies now: no link.
        executable: whoever owns it may execute it.
    """

    path: str
    source: Path
    executable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """What of the C compiler's libraries is in a program.

    Attributes:
        glibc_start: the files with which glibc has programs begin.
        cxx: the C++ library.
    """

    glibc_start: bool = False
    cxx: bool = False


NO_TRACES = Traces()
"""Those of a program in which nobody has looked."""
