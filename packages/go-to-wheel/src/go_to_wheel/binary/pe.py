"""Facts of a PE executable: Windows.

Source: Microsoft's "PE Format" specification. pefile reads the headers (fast_load) through a
window that hands it small pieces only; the import table, which pefile walks for as long as a
hostile file says, is walked here, and bounded.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

import pefile

from ..model import BinaryFacts, BinaryFormat
from ..targets import Arch, System
from .buildinfo import find_build_info
from .image import Image, Span, clean_text

_ARCHES = {
    0x8664: Arch.AMD64,
    0x014C: Arch.I386,
    0xAA64: Arch.ARM64,
    0x01C4: Arch.ARM,
}

_FILE_EXECUTABLE = 0x0002
_FILE_DLL = 0x2000

_SUBSYSTEM_GUI, _SUBSYSTEM_CONSOLE = 2, 3
_OTHER_SUBSYSTEMS = {
    1: "a Windows driver",
    10: "an EFI program",
    11: "an EFI driver",
    12: "an EFI driver",
    13: "an EFI image",
    16: "a Windows boot program",
}

_DIRECTORY_IMPORT = 1
_DIRECTORY_CERTIFICATES = 4

_MAX_SECTIONS = 96  # the Windows loader's own limit
_MAX_LIBRARIES = 512
_MAX_NAME = 512

_SECTION_WRITABLE = 0x80000000


class _Window:
    """The image as pefile wants its data: sized, and sliced into bytes.

    A slice beyond the end is short, as with bytes; one that is too large is refused, since
    pefile slices the whole header area of a file, whose size the file itself names.
    """

    def __init__(self, image: Image) -> None:
        self._image = image

    def __len__(self) -> int:
        return self._image.size

    def __getitem__(self, wanted: slice) -> bytes:
        start, stop, _ = wanted.indices(self._image.size)
        return self._image.read(start, max(0, stop - start))


def read_pe(image: Image) -> BinaryFacts:
    """The facts of a PE executable.

    Raises:
        InvalidBinaryError: it is damaged, or a library, a driver, or a program for DOS or EFI.
    """
    _refuse_dos(image)
    pe = pefile.PE(data=_Window(image), fast_load=True)
    _refuse_others(image, pe)
    optional = pe.OPTIONAL_HEADER
    certificates = _directory(pe, _DIRECTORY_CERTIFICATES)
    return BinaryFacts(
        format=BinaryFormat.PE,
        system=System.WINDOWS,
        arch=_ARCHES.get(pe.FILE_HEADER.Machine),
        static=False,
        min_os=(optional.MajorSubsystemVersion, optional.MinorSubsystemVersion),
        needed=tuple(_imports(image, pe)),
        signed=certificates.size > 0 and certificates.offset > 0,
        build_info=find_build_info(image, _writable(pe)),
    )


def _refuse_dos(image: Image) -> None:
    """A DOS program starts the same way, but has no PE header behind."""
    offset = int.from_bytes(image.read(0x3C, 4), "little")
    if offset > image.size - 4 or image.read(offset, 4) != b"PE\0\0":
        raise image.not_a_program("a program for DOS or 16-bit Windows, or cut short")


def _refuse_others(image: Image, pe: pefile.PE) -> None:
    characteristics = pe.FILE_HEADER.Characteristics
    if characteristics & _FILE_DLL:
        raise image.not_a_program("a Windows library (DLL)")
    if not characteristics & _FILE_EXECUTABLE:
        raise image.not_a_program("an object file that no linker has seen")
    subsystem = pe.OPTIONAL_HEADER.Subsystem
    if subsystem not in {_SUBSYSTEM_GUI, _SUBSYSTEM_CONSOLE}:
        what = _OTHER_SUBSYSTEMS.get(subsystem, "a PE file for another system than Windows")
        raise image.not_a_program(what)
    if pe.FILE_HEADER.NumberOfSections > _MAX_SECTIONS:
        raise image.damaged(f"it has {pe.FILE_HEADER.NumberOfSections} sections")


def _directory(pe: pefile.PE, index: int) -> Span:
    directories = pe.OPTIONAL_HEADER.DATA_DIRECTORY
    if index >= len(directories):
        return Span(offset=0, size=0)
    entry = directories[index]
    return Span(offset=entry.VirtualAddress, size=entry.Size)


def _imports(image: Image, pe: pefile.PE) -> Iterator[str]:
    """The names of the libraries in the import table, which ends with a zero entry."""
    address = _directory(pe, _DIRECTORY_IMPORT).offset
    if not address:
        return
    for _ in range(_MAX_LIBRARIES):
        entry = pe.get_data(address, 20)
        lookup, _, _, name, addresses = struct.unpack("<5I", entry)
        if not name and not lookup and not addresses:
            return
        yield clean_text(pe.get_string_at_rva(name, _MAX_NAME))
        address += 20
    raise image.damaged(f"it names more than {_MAX_LIBRARIES} libraries")


def _writable(pe: pefile.PE) -> Iterator[Span]:
    """The sections that the program may write to, which Go puts its build info in."""
    for section in pe.sections:
        if section.Characteristics & _SECTION_WRITABLE:
            yield Span(offset=section.PointerToRawData, size=section.SizeOfRawData)
