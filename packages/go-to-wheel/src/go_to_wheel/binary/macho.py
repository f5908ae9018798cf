"""Facts of a Mach-O executable: macOS and iOS, thin or universal.

Sources: Apple's <mach-o/fat.h> and <mach-o/loader.h>. The layouts are macholib's. Its MachO
class is not used: it loads every section of the file into memory, as often as a hostile
header says, so the walk over the load commands here is our own, and bounded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from macholib import mach_o

from ..model import BinaryFacts, BinaryFormat
from ..targets import Arch, System
from .buildinfo import find_build_info
from .image import Image, Span

_FAT_MAGICS = {b"\xca\xfe\xba\xbe": mach_o.fat_arch, b"\xca\xfe\xba\xbf": mach_o.fat_arch64}
_THIN_MAGICS = {
    b"\xfe\xed\xfa\xce": (">", mach_o.mach_header),
    b"\xce\xfa\xed\xfe": ("<", mach_o.mach_header),
    b"\xfe\xed\xfa\xcf": (">", mach_o.mach_header_64),
    b"\xcf\xfa\xed\xfe": ("<", mach_o.mach_header_64),
}

# A Java class file has the same magic, and its version, at least 45, where the count is.
_MAX_SLICES = 32
_MAX_COMMANDS = 4096

_CPU_X86, _CPU_ARM, _ABI64 = 7, 12, 0x01000000
_SUBTYPE_MASK = 0x00FFFFFF  # the rest are capability bits

# (cputype, cpusubtype): the plain ones only. x86_64h is for Haswell and newer, arm64e for
# Apple's own programs.
_ARCHES = {
    (_CPU_X86, 3): Arch.I386,
    (_CPU_X86 | _ABI64, 3): Arch.AMD64,
    (_CPU_ARM | _ABI64, 0): Arch.ARM64,
    (_CPU_ARM | _ABI64, 1): Arch.ARM64,
}

_MH_EXECUTE = 2
_OTHER_TYPES = {
    1: "an object file that no linker has seen",
    4: "a core dump",
    6: "a shared library for macOS",
    8: "a plug-in bundle for macOS",
    10: "a file of debug symbols",
    11: "a kernel extension for macOS",
}

_SYSTEMS = {
    mach_o.PLATFORM_MACOS: System.DARWIN,
    mach_o.PLATFORM_IOS: System.IOS,
    mach_o.PLATFORM_IOSSIMULATOR: System.IOS,
}
_LIBRARY_COMMANDS = {
    mach_o.LC_LOAD_DYLIB,
    mach_o.LC_LOAD_WEAK_DYLIB,
    mach_o.LC_REEXPORT_DYLIB,
    mach_o.LC_LOAD_UPWARD_DYLIB,
    mach_o.LC_LAZY_LOAD_DYLIB,
}
_VERSION_COMMANDS = {
    mach_o.LC_VERSION_MIN_MACOSX: System.DARWIN,
    mach_o.LC_VERSION_MIN_IPHONEOS: System.IOS,
}

_VM_PROT_WRITE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A load command: its number (LC_*) and all its bytes, from its own first one on."""

    number: int
    raw: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """The header of one architecture's executable, whose image it carries."""

    image: Image
    order: str
    arch: Arch | None
    commands: tuple[Command, ...]

    def parse(self, layout: Any, command: Command) -> Any:
        """The fields of a load command, after its number and size."""
        start = 2 * 4
        end = start + layout._size_
        if end > len(command.raw):
            raise self.image.damaged("a load command is too short")
        return layout.from_str(command.raw[start:end], _endian_=self.order)

    @property
    def signature(self) -> Span | None:
        """Where the code signature lies; None where there is none."""
        for command in self.of_kind(mach_o.LC_CODE_SIGNATURE):
            data = self.parse(mach_o.linkedit_data_command, command)
            return Span(offset=int(data.dataoff), size=int(data.datasize))
        return None

    def of_kind(self, number: int) -> Iterator[Command]:
        """The load commands of this number, in order."""
        return (command for command in self.commands if command.number == number)


def read_macho(image: Image) -> tuple[BinaryFacts, ...]:
    """The facts of a Mach-O executable: one entry for each of its architectures.

    Raises:
        InvalidBinaryError: it is damaged, or no executable.
    """
    return tuple(_facts(part) for part in read_slices(image))


def read_slices(image: Image) -> tuple[Slice, ...]:
    """The headers of a thin executable (one) or of a universal one.

    Raises:
        InvalidBinaryError: it is damaged, or no executable.
    """
    layout = _FAT_MAGICS.get(image.head(4))
    if layout is None:
        return (_read_slice(image),)
    count = int.from_bytes(image.read(4, 4), "big")
    if not 0 < count <= _MAX_SLICES:
        raise image.not_a_program("a Java class file, or no universal binary that macOS knows")
    size = layout._size_
    table = image.read(8, count * size)
    entries = [layout.from_str(table[at : at + size]) for at in range(0, len(table), size)]
    if sum(int(entry.size) for entry in entries) > image.size:
        raise image.damaged("its architectures are larger than the file")
    return tuple(
        _read_slice(image.slice(Span(offset=int(entry.offset), size=int(entry.size))))
        for entry in entries
    )


def _read_slice(image: Image) -> Slice:
    magic = image.head(8)
    if magic == b"!<arch>\n":
        raise image.not_a_program("a universal archive of object files")
    if magic[:4] not in _THIN_MAGICS:
        raise image.damaged("its table of architectures leads to no Mach-O header")
    order, layout = _THIN_MAGICS[magic[:4]]
    header = layout.from_str(image.read(0, layout._size_), _endian_=order)
    if header.filetype != _MH_EXECUTE:
        what = _OTHER_TYPES.get(int(header.filetype), "a Mach-O file of another kind")
        raise image.not_a_program(what)
    table = image.read(layout._size_, int(header.sizeofcmds))
    return Slice(
        image=image,
        order=order,
        arch=_ARCHES.get((int(header.cputype), int(header.cpusubtype) & _SUBTYPE_MASK)),
        commands=tuple(_split_commands(image, table, order, int(header.ncmds))),
    )


def _split_commands(image: Image, table: bytes, order: str, count: int) -> Iterator[Command]:
    if count > _MAX_COMMANDS:
        raise image.damaged(f"it has {count} load commands")
    at = 0
    for _ in range(count):
        head = mach_o.load_command.from_str(table[at : at + 8], _endian_=order)
        size = int(head.cmdsize)
        if size < 8 or size > len(table) - at:
            raise image.damaged("a load command has an impossible size")
        yield Command(number=int(head.cmd), raw=table[at : at + size])
        at += size


def _facts(part: Slice) -> BinaryFacts:
    system, min_os = _system(part)
    numbers = {command.number for command in part.commands}
    return BinaryFacts(
        format=BinaryFormat.MACHO,
        system=system,
        arch=part.arch,
        static=False,
        min_os=min_os,
        needed=tuple(_library(part, c) for c in part.commands if c.number in _LIBRARY_COMMANDS),
        has_uuid=mach_o.LC_UUID in numbers,
        signed=part.signature is not None,
        build_info=find_build_info(part.image, _writable(part)),
    )


def _system(part: Slice) -> tuple[System | None, tuple[int, int] | None]:
    """The platform and its oldest version (X.Y of X.Y.Z); macOS first where there are several.

    LC_BUILD_VERSION names a platform; the older LC_VERSION_MIN_* commands are one each.
    """
    found: list[tuple[System | None, tuple[int, int]]] = []
    for command in part.of_kind(mach_o.LC_BUILD_VERSION):
        build = part.parse(mach_o.build_version_command, command)
        found.append((_SYSTEMS.get(int(build.platform)), _version(int(build.minos))))
    for number, system in _VERSION_COMMANDS.items():
        for command in part.of_kind(number):
            oldest = part.parse(mach_o.version_min_command, command)
            found.append((system, _version(int(oldest.version))))
    found.sort(key=lambda entry: entry[0] is not System.DARWIN)
    return found[0] if found else (System.DARWIN, None)


def _version(packed: int) -> tuple[int, int]:
    """X.Y of a version packed as xxxx.yy.zz."""
    return packed >> 16, packed >> 8 & 0xFF


def _library(part: Slice, command: Command) -> str:
    offset = int(part.parse(mach_o.dylib_command, command).name)
    return Image(command.raw, part.image.name).text(offset)


def _writable(part: Slice) -> Iterator[Span]:
    """The segments that the program may write to, which Go puts its build info in."""
    for number, layout in (
        (mach_o.LC_SEGMENT, mach_o.segment_command),
        (mach_o.LC_SEGMENT_64, mach_o.segment_command_64),
    ):
        for command in part.of_kind(number):
            segment = part.parse(layout, command)
            if int(segment.initprot) & _VM_PROT_WRITE:
                yield Span(offset=int(segment.fileoff), size=int(segment.filesize))
