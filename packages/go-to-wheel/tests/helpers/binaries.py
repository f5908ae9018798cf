"""Tiny executables made by hand: a header that is right, and nothing to run behind it.

Each is some hundred bytes. They hold what the parsers look at, in the layouts of the System V
ABI (ELF), <mach-o/loader.h> (Mach-O) and Microsoft's "PE Format".
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

BASE = 0x10000  # the address at which offset 0 of an ELF stub is loaded


def align(data: bytes, step: int) -> bytes:
    """The data, followed by zeros up to a multiple of the step."""
    return data + bytes(-len(data) % step)


def uvarint(number: int) -> bytes:
    """Go's encoding/binary.PutUvarint."""
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def build_info(version: str, lines: Iterable[str] = (), *, flags: int = 2) -> bytes:
    """The blob of Go's linker; without lines, that of a program outside any module."""
    text = "".join(f"{line}\n" for line in lines).encode()
    record = b"0w\xaf\x0c\x92t\x08\x02A\xe1\xc1\x07\xe6\xd6\x18\xe6" + text + b"\xf9" * 16
    head = b"\xff Go buildinf:" + bytes([8, flags]) + bytes(16)
    strings = uvarint(len(version)) + version.encode()
    strings += uvarint(len(record)) + record if text else uvarint(0)
    return head + strings


@dataclass(frozen=True, kw_only=True)
class Elf:
    """What an ELF stub says."""

    machine: int = 62
    bits: int = 64
    order: str = "<"
    type: int = 2  # ET_EXEC
    osabi: int = 0
    flags: int = 0
    entry: int = BASE
    interpreter: str = ""
    dynamic: bool = False
    needed: Sequence[str] = ()
    versions: Mapping[str, Sequence[str]] = field(default_factory=dict)
    soname: str = ""
    pie: bool = False
    notes: Sequence[tuple[str, int, bytes]] = ()
    data: bytes = b""

    def build(self) -> bytes:
        """The bytes of the stub."""
        return _ElfWriter(self).build()


class _ElfWriter:
    """Puts the parts behind the headers, and remembers where they are."""

    def __init__(self, elf: Elf) -> None:
        self.elf = elf
        self.word = "Q" if elf.bits == 64 else "I"
        self.header_size, self.entry_size = (64, 56) if elf.bits == 64 else (52, 32)
        self.segments: list[tuple[int, int, int, int]] = []  # type, flags, offset, size
        has_dynamic = elf.dynamic or elf.needed or elf.soname or elf.pie
        count = 2 + bool(elf.interpreter) + bool(has_dynamic) + bool(elf.notes)
        self.start = self.header_size + self.entry_size * count
        self.body = b""
        self.has_dynamic = has_dynamic

    def pack(self, layout: str, *values: int) -> bytes:
        return struct.pack(self.elf.order + layout, *values)

    def place(self, data: bytes) -> int:
        self.body = align(self.body, 16)
        offset = self.start + len(self.body)
        # The body starts at no round offset, so the padding is in front of the whole.
        pad = -offset % 16
        self.body += bytes(pad) + data
        return offset + pad

    def build(self) -> bytes:
        elf = self.elf
        if elf.interpreter:
            text = elf.interpreter.encode() + b"\0"
            self.segments.append((3, 4, self.place(text), len(text)))
        if self.has_dynamic:
            self.place_dynamic()
        if elf.notes:
            notes = b"".join(self.note(*note) for note in elf.notes)
            self.segments.append((4, 4, self.place(notes), len(notes)))
        self.segments.append((1, 6, self.place(elf.data), len(elf.data)))
        self.segments.append((1, 5, self.start, len(self.body)))
        return self.header() + b"".join(self.program_header(*s) for s in self.segments) + self.body

    def note(self, name: str, kind: int, value: bytes) -> bytes:
        raw = name.encode() + b"\0"
        return self.pack("3I", len(raw), len(value), kind) + align(raw, 4) + align(value, 4)

    def place_dynamic(self) -> None:
        elf = self.elf
        names = [
            *elf.needed,
            elf.soname,
            *elf.versions,
            *(v for vs in elf.versions.values() for v in vs),
        ]
        strings, at = b"\0", {"": 0}
        for name in names:
            at.setdefault(name, len(strings))
            strings += name.encode() + b"\0" if at[name] == len(strings) else b""
        tags = [(5, BASE + self.place(strings)), *((1, at[name]) for name in elf.needed)]
        if elf.soname:
            tags.append((14, at[elf.soname]))
        if elf.versions:
            tags.append((0x6FFFFFFE, BASE + self.place(self.version_table(at))))
        if elf.pie:
            tags.append((0x6FFFFFFB, 0x08000000))
        table = b"".join(self.pack(f"2{self.word}", *tag) for tag in (*tags, (0, 0)))
        self.segments.append((2, 6, self.place(table), len(table)))

    def version_table(self, at: Mapping[str, int]) -> bytes:
        table = b""
        for index, (library, versions) in enumerate(self.elf.versions.items()):
            last = index == len(self.elf.versions) - 1
            following = 0 if last else 16 * (1 + len(versions))
            table += self.pack("HHIII", 1, len(versions), at[library], 16, following)
            for number, version in enumerate(versions):
                step = 0 if number == len(versions) - 1 else 16
                table += self.pack("IHHII", 0, 0, 2, at[version], step)
        return table

    def header(self) -> bytes:
        elf = self.elf
        ident = b"\x7fELF" + bytes([elf.bits // 32, 1 if elf.order == "<" else 2, 1, elf.osabi])
        return ident.ljust(16, b"\0") + self.pack(
            f"HHI3{self.word}I6H",
            *(elf.type, elf.machine, 1, elf.entry, self.header_size, 0, elf.flags),
            *(self.header_size, self.entry_size, len(self.segments), 0, 0, 0),
        )

    def program_header(self, kind: int, flags: int, offset: int, size: int) -> bytes:
        place = (offset, BASE + offset, BASE + offset, size, size)
        if self.elf.bits == 64:
            return self.pack("II6Q", kind, flags, *place, 16)
        return self.pack("8I", kind, *place, flags, 16)


LIBSYSTEM = "/usr/lib/libSystem.B.dylib"
PAGE = 4096


@dataclass(frozen=True, kw_only=True)
class Macho:
    """What a thin Mach-O stub says; versions are (major, minor)."""

    cpu: int = 0x0100000C  # arm64
    subtype: int = 0
    order: str = "<"
    filetype: int = 2  # MH_EXECUTE
    platform: int | None = 1  # LC_BUILD_VERSION: macOS
    minos: tuple[int, int] = (13, 0)
    old_minos: tuple[int, int] | None = None  # LC_VERSION_MIN_MACOSX
    uuid: bool = True
    libraries: Sequence[str] = (LIBSYSTEM,)
    data: bytes = b""
    signed: bool = False
    pages: int = 2

    def build(self) -> bytes:
        """The bytes of the stub; a signed one is padded to whole pages and half a one."""
        wide = bool(self.cpu & 0x01000000)
        head = 32 if wide else 28
        size = head + sum(map(len, self._commands(0, 0)))
        offset = size + -size % 16
        end = offset + len(self.data)
        covered = self.pages * PAGE - PAGE // 2 if self.signed else end
        commands = self._commands(offset, covered)
        magic = 0xFEEDFACF if wide else 0xFEEDFACE
        total = sum(map(len, commands))
        header = (magic, self.cpu, self.subtype, self.filetype, len(commands), total, 0)
        image = self._pack("7I", *header) + bytes(4 * wide) + b"".join(commands)
        image = (image.ljust(offset, b"\0") + self.data).ljust(covered, b"\0")
        return image + (code_signature(image) if self.signed else b"")

    def _pack(self, layout: str, *values: int) -> bytes:
        return struct.pack(self.order + layout, *values)

    def _commands(self, offset: int, covered: int) -> list[bytes]:
        commands = [self._segment(offset)]
        if self.platform is not None:
            version = self.minos[0] << 16 | self.minos[1] << 8
            commands.append(self._pack("6I", 0x32, 24, self.platform, version, version, 0))
        if self.old_minos is not None:
            version = self.old_minos[0] << 16 | self.old_minos[1] << 8
            commands.append(self._pack("4I", 0x24, 16, version, version))
        if self.uuid:
            commands.append(self._pack("2I", 0x1B, 24) + b"\x11" * 16)
        for library in self.libraries:
            name = align(library.encode() + b"\0", 8)
            commands.append(self._pack("6I", 0xC, 24 + len(name), 24, 0, 0, 0) + name)
        if self.signed:
            size = len(code_signature(bytes(covered)))
            commands.append(self._pack("4I", 0x1D, 16, covered, size))
        return commands

    def _segment(self, offset: int) -> bytes:
        name = b"__DATA".ljust(16, b"\0")
        place = (0x1000, 0x1000, offset, len(self.data))
        if self.cpu & 0x01000000:
            return self._pack("2I", 0x19, 72) + name + self._pack("4Q4I", *place, 3, 3, 0, 0)
        return self._pack("2I", 1, 56) + name + self._pack("4I4I", *place, 3, 3, 0, 0)


def code_signature(image: bytes, *, hash_type: int = 2, page_shift: int = 12) -> bytes:
    """An ad-hoc signature: a super blob of one code directory (<kern/cs_blobs.h>).

    The page hashes are SHA-256 (hash type 2) or SHA-384 (4).
    """
    algorithm = {2: "sha256", 4: "sha384"}[hash_type]
    pages = [image[at : at + (1 << page_shift)] for at in range(0, len(image), 1 << page_shift)]
    hashes = b"".join(hashlib.new(algorithm, page).digest() for page in pages)
    start = 64
    size = start + len(hashes)
    words = (0xFADE0C02, size, 0x20300, 2, start, 0, 0, len(pages), len(image))
    directory = struct.pack(">9I", *words)
    directory += bytes([hashlib.new(algorithm).digest_size, hash_type, 0, page_shift])
    directory = directory.ljust(start, b"\0") + hashes
    return struct.pack(">5I", 0xFADE0CC0, 20 + size, 1, 0, 20) + directory


def universal(slices: Sequence[bytes], *, wide: bool = False) -> bytes:
    """A universal binary of these thin ones (<mach-o/fat.h>)."""
    entry = struct.calcsize(">2I2Q2I" if wide else ">5I")
    offset = -(-(8 + entry * len(slices)) // 64) * 64
    table, body = b"", b""
    for part in slices:
        cpu = struct.unpack("<2I", part[4:12])
        at = offset + len(body)
        table += (
            struct.pack(">2I2Q2I", *cpu, at, len(part), 6, 0)
            if wide
            else struct.pack(">5I", *cpu, at, len(part), 6)
        )
        body += align(part, 64)
    head = struct.pack(">2I", 0xCAFEBABF if wide else 0xCAFEBABE, len(slices))
    return (head + table).ljust(offset, b"\0") + body


@dataclass(frozen=True, kw_only=True)
class Pe:
    """What a PE stub says."""

    machine: int = 0x8664
    characteristics: int = 0x0022
    subsystem: int = 3  # console
    version: tuple[int, int] = (6, 1)
    libraries: Sequence[str] = ("kernel32.dll",)
    certificates: bool = False
    data: bytes = b""

    def build(self) -> bytes:
        """The bytes of the stub: one writable section with the imports and the data."""
        wide = self.machine != 0x14C
        optional = (112 if wide else 96) + 16 * 8
        raw = -(-(64 + 24 + optional + 40) // 512) * 512
        address = 0x1000
        imports = self._imports(address)
        section = align(align(imports, 16) + self.data, 512)
        directories = [(0, 0)] * 16
        directories[1] = (address, len(imports))
        if self.certificates:
            directories[4] = (raw + len(section), 8)
        header = b"MZ".ljust(0x3C, b"\0") + struct.pack("<I", 64)
        header += b"PE\0\0" + struct.pack(
            "<2H3I2H", self.machine, 1, 0, 0, 0, optional, self.characteristics
        )
        header += self._optional(address, raw, wide=wide)
        header += b"".join(struct.pack("<2I", *each) for each in directories)
        header += b".data".ljust(8, b"\0") + struct.pack(
            "<6I2HI", len(section), address, len(section), raw, 0, 0, 0, 0, 0xC0000040
        )
        return header.ljust(raw, b"\0") + section + bytes(8 * self.certificates)

    def _imports(self, address: int) -> bytes:
        table = 20 * (len(self.libraries) + 1)
        names, entries = b"", b""
        for library in self.libraries:
            entries += struct.pack("<5I", 0, 0, 0, address + table + len(names), address)
            names += library.encode() + b"\0"
        return entries + bytes(20) + names

    def _optional(self, address: int, raw: int, *, wide: bool) -> bytes:
        word = "Q" if wide else "I"
        values = struct.pack("<HBB5I", 0x20B if wide else 0x10B, 14, 0, 0, 512, 0, address, address)
        values += b"" if wide else struct.pack("<I", address)
        values += struct.pack(f"<{word}2I", 0x400000, 0x1000, 512)
        values += struct.pack("<6HI", 6, 1, 0, 0, *self.version, 0)
        values += struct.pack("<3I2H", 0x3000, raw, 0, self.subsystem, 0)
        return values + struct.pack(f"<4{word}2I", 1, 1, 1, 1, 0, 16)
