"""Facts of an ELF executable: Linux, Android and the BSDs.

Sources: the System V ABI (gABI) and its processor supplements for the header's values; the
Linux Standard Base for the ABI note; the systems' own headers for theirs.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

from ..model import BinaryFacts, BinaryFormat, Libc
from ..targets import Arch, System
from .buildinfo import find_build_info
from .elf_walk import Dynamic, Elf, iter_notes, read_dynamic, read_elf_header, read_interpreter
from .image import Image

_EF_ARM_ABI_FLOAT_SOFT = 0x200
_SOFT_FLOAT_LOADERS = {"/lib/ld-linux.so.3", "/lib/ld-musl-arm.so.1"}
_EF_MIPS_ABI2 = 0x20  # n32: 64-bit registers, 32-bit addresses

# (e_machine, word size, little endian)
_ARCHES = {
    ("EM_X86_64", 64, True): Arch.AMD64,
    ("EM_386", 32, True): Arch.I386,
    ("EM_AARCH64", 64, True): Arch.ARM64,
    ("EM_ARM", 32, True): Arch.ARM,
    ("EM_PPC64", 64, False): Arch.PPC64,
    ("EM_PPC64", 64, True): Arch.PPC64LE,
    ("EM_S390", 64, False): Arch.S390X,
    ("EM_RISCV", 64, True): Arch.RISCV64,
    ("EM_LOONGARCH", 64, True): Arch.LOONG64,
    ("EM_MIPS", 32, False): Arch.MIPS,
    ("EM_MIPS", 32, True): Arch.MIPSLE,
    ("EM_MIPS", 64, False): Arch.MIPS64,
    ("EM_MIPS", 64, True): Arch.MIPS64LE,
}

_OSABI_SYSTEMS = {
    "ELFOSABI_NETBSD": System.NETBSD,
    "ELFOSABI_FREEBSD": System.FREEBSD,
    "ELFOSABI_OPENBSD": System.OPENBSD,
    "ELFOSABI_SOLARIS": System.SOLARIS,
}

_NOTE_SYSTEMS = {
    "Android": System.ANDROID,
    "FreeBSD": System.FREEBSD,
    "NetBSD": System.NETBSD,
    "OpenBSD": System.OPENBSD,
    "DragonFly": System.DRAGONFLY,
}

# The first word of the note named GNU (Linux Standard Base, "Note Section").
_GNU_NOTE_SYSTEMS = {0: System.LINUX, 2: System.SOLARIS, 3: System.FREEBSD}

# What the path of the interpreter says; the first that matches.
_INTERPRETERS: tuple[tuple[re.Pattern[str], System, Libc | None], ...] = (
    (re.compile(r"/system/bin/linker(64)?"), System.ANDROID, Libc.BIONIC),
    (re.compile(r".*/ld-musl-[^/]+"), System.LINUX, Libc.MUSL),
    (re.compile(r".*/ld-linux[^/]*|.*/ld64\.so\.[12]"), System.LINUX, Libc.GLIBC),
    (re.compile(r"/libexec/ld-elf\.so\.1"), System.FREEBSD, None),
    (re.compile(r"/usr/libexec/ld-elf\.so\.2"), System.DRAGONFLY, None),
    (re.compile(r"(/usr)?/libexec/ld\.elf_so"), System.NETBSD, None),
    (re.compile(r"/usr/libexec/ld\.so"), System.OPENBSD, None),
    (re.compile(r"(/usr)?/lib/(amd64|64)/ld\.so\.1|/usr/lib/ld\.so\.1"), System.SOLARIS, None),
    (re.compile(r"/lib\d*/ld\.so\.1"), System.LINUX, Libc.GLIBC),  # MIPS
    (re.compile(r".*/ld-uClibc[^/]*"), System.LINUX, None),
)

_GLIBC_VERSION = re.compile(r"GLIBC_(\d{1,3})\.(\d{1,3})(\.\d{1,3})?")

# A mark on the binary, not a symbol: the loader must know packed relative relocations.
_GLIBC_MARKS = {"GLIBC_ABI_DT_RELR": (2, 36)}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Notes:
    system: System | None = None
    android_api: int | None = None


def read_elf(image: Image) -> BinaryFacts:
    """The facts of an ELF executable.

    A static PIE, which relocates itself, needs neither an interpreter nor a library, so it
    counts as static although it has a dynamic section.

    Raises:
        InvalidBinaryError: it is damaged, or is a library, an object file or a core dump.
    """
    elf = read_elf_header(image)
    interpreter = read_interpreter(elf)
    dynamic = read_dynamic(elf)
    _refuse_library(elf, interpreter, dynamic)
    notes = _read_notes(elf)
    system, libc = _system_and_libc(elf, interpreter, notes, dynamic)
    writable = [segment.span for segment in elf.of_kind("PT_LOAD") if segment.writable]
    return BinaryFacts(
        format=BinaryFormat.ELF,
        system=system,
        arch=_arch(elf),
        static=not interpreter and not dynamic.needed,
        libc=libc,
        glibc=_highest_glibc(dynamic.versions) if libc is Libc.GLIBC else None,
        min_os=None if notes.android_api is None else (notes.android_api, 0),
        needed=dynamic.needed,
        symbol_versions=tuple(sorted(v for v in dynamic.versions if _glibc_of(v) is None)),
        interpreter=interpreter,
        soft_float=_is_soft_float(elf, interpreter),
        build_info=find_build_info(image, writable),
    )


def _refuse_library(elf: Elf, interpreter: str, dynamic: Dynamic) -> None:
    """Tell a position independent executable from a shared library: both are ET_DYN.

    A linker marks an executable with DF_1_PIE (binutils since 2.26, lld, gold, Go). Without
    that mark it is one if it has an interpreter and no name that others link against, or if
    it has an entry point and no dynamic section, as packers leave it.
    """
    if elf.type == "ET_DYN" and not dynamic.is_pie:
        is_program = (interpreter and not dynamic.has_soname) or not dynamic.present
        if not is_program:
            raise elf.image.not_a_program(
                "a shared library", "Build it as a program: not with -buildmode=c-shared or plugin."
            )
    if not elf.entry:
        raise elf.image.not_a_program("an ELF file without an entry point")
    if dynamic.needed and not interpreter:
        raise elf.image.damaged("it names libraries but nothing that loads them")


def _read_notes(elf: Elf) -> _Notes:
    system: System | None = None
    api: int | None = None
    for name, kind, value in iter_notes(elf):
        word = f"{elf.byte_order}I"
        first_word = struct.unpack(word, value[:4])[0] if len(value) >= 4 else None
        if kind != 1 or first_word is None:
            continue
        if name == "GNU":
            system = system or _GNU_NOTE_SYSTEMS.get(first_word)
        elif name in _NOTE_SYSTEMS:
            system = _NOTE_SYSTEMS[name]
            api = first_word if system is System.ANDROID else api
    return _Notes(system=system, android_api=api)


def _system_and_libc(
    elf: Elf, interpreter: str, notes: _Notes, dynamic: Dynamic
) -> tuple[System | None, Libc | None]:
    """What the header names: the OSABI field, then the notes, then the interpreter's path."""
    loader_system, libc = next(
        (
            (system, libc)
            for pattern, system, libc in _INTERPRETERS
            if pattern.fullmatch(interpreter)
        ),
        (None, None),
    )
    system = _OSABI_SYSTEMS.get(elf.osabi) or notes.system or loader_system
    # Glibc's static programs and those with unique symbols say GNU/Linux here.
    if system is None and elf.osabi == "ELFOSABI_LINUX":
        system = System.LINUX
    # Linux is the system of all three, so the note of glibc does not overrule Android.
    if system is System.LINUX and loader_system is System.ANDROID:
        system = System.ANDROID
    return system, libc if dynamic.needed or interpreter else None


def _arch(elf: Elf) -> Arch | None:
    if elf.machine == "EM_MIPS" and elf.structs.elfclass == 32 and elf.flags & _EF_MIPS_ABI2:
        return None
    return _ARCHES.get((elf.machine, elf.structs.elfclass, elf.structs.little_endian))


def _is_soft_float(elf: Elf, interpreter: str) -> bool:
    """EF_ARM_ABI_FLOAT_SOFT, or the loader of a soft-float system (armel)."""
    return elf.machine == "EM_ARM" and (
        bool(elf.flags & _EF_ARM_ABI_FLOAT_SOFT) or interpreter in _SOFT_FLOAT_LOADERS
    )


def _glibc_of(version: str) -> tuple[int, int] | None:
    if version in _GLIBC_MARKS:
        return _GLIBC_MARKS[version]
    match = _GLIBC_VERSION.fullmatch(version)
    return (int(match[1]), int(match[2])) if match else None


def _highest_glibc(versions: frozenset[str]) -> tuple[int, int] | None:
    return max(filter(None, map(_glibc_of, versions)), default=None)
