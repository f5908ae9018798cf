"""The walk over an ELF executable's headers: what is where, without what it means.

Source: the System V ABI (gABI), chapters 4 and 5; the Linux Standard Base for the table of
symbol versions (.gnu.version_r). The layouts are pyelftools'. Its ELFFile is not used: it
walks section headers and strings for as long as a hostile file says, so the walk here is our
own, and bounded.

Only what the kernel and the loader look at is read (segments and the dynamic section), never
the section headers: a stripped or packed binary has none.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from elftools.elf.structs import ELFStructs

from .image import Image, Span, clean_text

_WORD_SIZE = {1: 32, 2: 64}  # EI_CLASS
_HEADER_SIZE = {32: 52, 64: 64}

# Linux refuses more than a page of program headers (load_elf_phdrs in fs/binfmt_elf.c); its
# largest page is 64 KiB, which holds 1170 of them.
_MAX_SEGMENTS = 1170
_MAX_TAGS = 4096
_MAX_LIBRARIES = 512
_MAX_VERSIONS = 4096
_MAX_NOTES = 64
_MAX_NOTES_SIZE = 1 << 16

_PF_W = 2  # a writable segment
_DF_1_PIE = 0x08000000

_OTHER_TYPES = {
    "ET_REL": "an object file that no linker has seen",
    "ET_CORE": "a core dump",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A program header: its type (PT_*), its address when loaded, and its bytes."""

    kind: str
    writable: bool
    address: int
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Elf:
    """The header and the segments; all offsets and sizes in bytes."""

    image: Image
    structs: ELFStructs
    machine: str
    type: str
    entry: int
    flags: int
    osabi: str
    segments: tuple[Segment, ...]

    @property
    def byte_order(self) -> str:
        """The byte order as the module struct spells it."""
        return "<" if self.structs.little_endian else ">"

    def of_kind(self, kind: str) -> Iterator[Segment]:
        """The segments of this type, in the order of the table."""
        return (segment for segment in self.segments if segment.kind == kind)

    def offset_of(self, address: int) -> int:
        """Where a loaded address lies in the file.

        Raises:
            InvalidBinaryError: no segment brings that address from the file.
        """
        for segment in self.of_kind("PT_LOAD"):
            if 0 <= address - segment.address < segment.span.size:
                return address - segment.address + segment.span.offset
        raise self.image.damaged("an address in it is in no segment")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dynamic:
    """The dynamic section: what the loader is asked for.

    Attributes:
        present: there is one.
        is_pie: it carries the mark of an executable that may be loaded anywhere.
        has_soname: it carries a name that other files link against.
        needed: the libraries it names.
        versions: the versions of their symbols that it needs, for example ``GLIBC_2.34``.
    """

    present: bool = False
    is_pie: bool = False
    has_soname: bool = False
    needed: tuple[str, ...] = ()
    versions: frozenset[str] = frozenset()


def read_elf_header(image: Image) -> Elf:
    """The header and the segments.

    Raises:
        InvalidBinaryError: they are damaged, or those of an object file or a core dump.
    """
    ident = image.read(0, 16)
    word_size = _WORD_SIZE.get(ident[4])
    if word_size is None or ident[5] not in {1, 2}:
        raise image.damaged("its header names no word size or byte order")
    structs = ELFStructs(little_endian=ident[5] == 1, elfclass=word_size)
    structs.create_basic_structs()
    header = structs.Elf_Ehdr.parse(image.read(0, _HEADER_SIZE[word_size]))
    if header.e_type not in {"ET_EXEC", "ET_DYN"}:
        raise image.not_a_program(_OTHER_TYPES.get(header.e_type, "an ELF file of another kind"))
    structs.create_advanced_structs(
        str(header.e_type), str(header.e_machine), str(header.e_ident.EI_OSABI)
    )
    return Elf(
        image=image,
        structs=structs,
        machine=str(header.e_machine),
        type=str(header.e_type),
        entry=int(header.e_entry),
        flags=int(header.e_flags),
        osabi=str(header.e_ident.EI_OSABI),
        segments=tuple(_read_segments(image, structs, header)),
    )


def _read_segments(image: Image, structs: ELFStructs, header: Any) -> Iterator[Segment]:
    size = structs.Elf_Phdr.sizeof()
    if header.e_phnum == 0 or header.e_phnum > _MAX_SEGMENTS or header.e_phentsize != size:
        raise image.damaged("its program headers are of no size that a system would load")
    table = image.read(header.e_phoff, size * header.e_phnum)
    for start in range(0, len(table), size):
        entry = structs.Elf_Phdr.parse(table[start : start + size])
        yield Segment(
            kind=str(entry.p_type),
            writable=bool(entry.p_flags & _PF_W),
            address=int(entry.p_vaddr),
            span=Span(offset=int(entry.p_offset), size=int(entry.p_filesz)),
        )


def read_interpreter(elf: Elf) -> str:
    """The path of the program that loads this one; empty where the kernel does it alone.

    Raises:
        InvalidBinaryError: the path lies outside the file or has no end.
    """
    for segment in elf.of_kind("PT_INTERP"):
        return elf.image.text(segment.span.offset)
    return ""


def read_dynamic(elf: Elf) -> Dynamic:
    """The dynamic section; an empty value where there is none.

    Raises:
        InvalidBinaryError: it points outside the file or is larger than any real one.
    """
    segment = next(elf.of_kind("PT_DYNAMIC"), None)
    if segment is None:
        return Dynamic()
    tags = list(_read_tags(elf, segment.span))
    first = dict(reversed(tags))
    names = [value for tag, value in tags if tag == "DT_NEEDED"]
    if len(names) > _MAX_LIBRARIES:
        raise elf.image.damaged(f"it names {len(names)} libraries")
    strings = elf.offset_of(first["DT_STRTAB"]) if names or "DT_VERNEED" in first else 0
    return Dynamic(
        present=True,
        is_pie=bool(first.get("DT_FLAGS_1", 0) & _DF_1_PIE),
        has_soname="DT_SONAME" in first,
        needed=tuple(elf.image.text(strings + name) for name in names),
        versions=frozenset(_read_versions(elf, first.get("DT_VERNEED"), strings)),
    )


def _read_tags(elf: Elf, span: Span) -> Iterator[tuple[str, int]]:
    size = elf.structs.Elf_Dyn.sizeof()
    table = elf.image.read(span.offset, min(span.size, size * _MAX_TAGS))
    for start in range(0, len(table) - size + 1, size):
        entry = elf.structs.Elf_Dyn.parse(table[start : start + size])
        if entry.d_tag == "DT_NULL":
            return
        yield str(entry.d_tag), int(entry.d_val)


def _read_versions(elf: Elf, address: int | None, strings: int) -> Iterator[str]:
    """The names in .gnu.version_r: per library a chain of the versions that are needed."""
    if address is None:
        return
    offset = elf.offset_of(address)
    need, aux = elf.structs.Elf_Verneed, elf.structs.Elf_Vernaux
    count = 0
    for _ in range(_MAX_LIBRARIES):
        library = need.parse(elf.image.read(offset, need.sizeof()))
        at = offset + library.vn_aux
        for _ in range(library.vn_cnt):
            count += 1
            if count > _MAX_VERSIONS:
                raise elf.image.damaged("its table of symbol versions has no end")
            version = aux.parse(elf.image.read(at, aux.sizeof()))
            yield elf.image.text(strings + version.vna_name)
            at += version.vna_next
        if not library.vn_next:
            return
        offset += library.vn_next
    raise elf.image.damaged("its table of symbol versions has no end")


def iter_notes(elf: Elf) -> Iterator[tuple[str, int, bytes]]:
    """Name, type and value of the notes in all PT_NOTE segments (gABI, "Note Section")."""
    order = elf.byte_order
    left = _MAX_NOTES
    for segment in elf.of_kind("PT_NOTE"):
        span = elf.image.clip(segment.span)
        table = elf.image.read(span.offset, min(span.size, _MAX_NOTES_SIZE))
        at = 0
        while at + 12 <= len(table) and left:
            left -= 1
            name_size, value_size, kind = struct.unpack_from(f"{order}3I", table, at)
            name = table[at + 12 : at + 12 + name_size].rstrip(b"\0")
            start = at + 12 + _round_up(name_size, 4)
            yield clean_text(name[:64]), kind, table[start : start + value_size]
            at = start + _round_up(value_size, 4)


def _round_up(number: int, step: int) -> int:
    return -(-number // step) * step
