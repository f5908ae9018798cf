"""Is a file native code, and of which kind? Told by its first bytes alone.

Only what a rule needs: the formats are told apart here, and read for good by ``binary``.
Sources: the System V ABI (ELF), Apple's mach-o/loader.h, Microsoft's PE format.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath

from ..model import BinaryFormat

HEAD_SIZE = 4096
"""How many of a file's first bytes are asked for."""

_ELF_EXEC, _ELF_DYN, _ELF_INTERP = 2, 3, 3
_MACHO_LITTLE = {b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe"}
_MACHO_BIG = {b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf"}
_MACHO_FAT = {b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf"}
_MOST_FAT_SLICES = 20  # a Java class file has the same magic, and at least 45 there
_PE_DLL = 0x2000
_PE_WINDOWS_SUBSYSTEMS = {2, 3}  # a window or a console; others are drivers and firmware
_LIBRARY_SUFFIXES = {".so", ".dylib", ".dll", ".pyd"}


class Kind(StrEnum):
    """What native code is for: started by itself, or loaded by a program."""

    PROGRAM = "program"
    LIBRARY = "library"


_MACHO_KINDS = {
    2: Kind.PROGRAM,  # MH_EXECUTE
    6: Kind.LIBRARY,  # MH_DYLIB
    8: Kind.LIBRARY,  # MH_BUNDLE
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Native:
    """Native code.

    Attributes:
        format: its file format.
        kind: what it is for.
        machine: the processor, by the number that the format gives it; 0 for several.
    """

    format: BinaryFormat
    kind: Kind
    machine: int = 0


def sniff(name: str, head: bytes) -> Native | None:
    """What a file is by its first bytes, or None where it is no native code.

    Object files, cores, firmware and Java classes count as none.

    Args:
        name: the file's path, whose ending tells a library where the bytes cannot.
        head: the first ``HEAD_SIZE`` bytes, or all of a smaller file.
    """
    if head.startswith(b"\x7fELF"):
        return _elf(name, head)
    if head[:4] in _MACHO_LITTLE | _MACHO_BIG:
        return _macho(head)
    if head[:4] in _MACHO_FAT and 0 < int.from_bytes(head[4:8], "big") <= _MOST_FAT_SLICES:
        return Native(format=BinaryFormat.MACHO, kind=_kind_by_name(name))
    if head.startswith(b"MZ"):
        return _pe(name, head)
    return None


def _kind_by_name(name: str) -> Kind:
    """``libfoo.so.1`` and ``foo.pyd`` are libraries; what has no such ending is a program."""
    suffixes = set(PurePosixPath(name.lower()).suffixes)
    return Kind.LIBRARY if suffixes & _LIBRARY_SUFFIXES else Kind.PROGRAM


def _elf(name: str, head: bytes) -> Native | None:
    if len(head) < 64:
        return None
    order = ">" if head[5] == 2 else "<"
    number, machine = struct.unpack_from(f"{order}HH", head, 16)
    if number not in {_ELF_EXEC, _ELF_DYN}:
        return None
    # A position independent program is a "shared object" with an interpreter; libc.so.6 has
    # one too, so that it can be run, but is named as a library.
    is_program = number == _ELF_EXEC or (
        _elf_has_interpreter(head, order) and _kind_by_name(name) is Kind.PROGRAM
    )
    kind = Kind.PROGRAM if is_program else Kind.LIBRARY
    return Native(format=BinaryFormat.ELF, kind=kind, machine=machine)


def _elf_has_interpreter(head: bytes, order: str) -> bool:
    if head[4] == 2:
        (table,) = struct.unpack_from(f"{order}Q", head, 32)
        size, count = struct.unpack_from(f"{order}HH", head, 54)
    else:
        (table,) = struct.unpack_from(f"{order}L", head, 28)
        size, count = struct.unpack_from(f"{order}HH", head, 42)
    offsets = (table + index * size for index in range(count))
    return any(
        struct.unpack_from(f"{order}L", head, offset)[0] == _ELF_INTERP
        for offset in offsets
        if offset + 4 <= len(head)
    )


def _macho(head: bytes) -> Native | None:
    if len(head) < 16:
        return None
    order = "<" if head[:4] in _MACHO_LITTLE else ">"
    machine, _, number = struct.unpack_from(f"{order}LLL", head, 4)
    kind = _MACHO_KINDS.get(number)
    return Native(format=BinaryFormat.MACHO, kind=kind, machine=machine) if kind else None


def _pe(name: str, head: bytes) -> Native | None:
    if len(head) < 64:
        return None
    (header,) = struct.unpack_from("<L", head, 60)
    if head[header : header + 4] != b"PE\0\0":
        return None
    if header + 94 > len(head):  # cut off: its reader will say so
        return Native(format=BinaryFormat.PE, kind=_kind_by_name(name))
    (machine,) = struct.unpack_from("<H", head, header + 4)
    (flags,) = struct.unpack_from("<H", head, header + 22)
    (subsystem,) = struct.unpack_from("<H", head, header + 92)
    if flags & _PE_DLL:
        return Native(format=BinaryFormat.PE, kind=Kind.LIBRARY, machine=machine)
    if subsystem not in _PE_WINDOWS_SUBSYSTEMS:
        return None
    return Native(format=BinaryFormat.PE, kind=Kind.PROGRAM, machine=machine)
