"""A Windows library of one kilobyte that only passes a call on to another library.

Made from bytes, so that no C compiler is needed. The layout is that of the PE format, sections
"Optional Header" and "The .edata Section": an export whose address lies inside the export
section itself is a forwarder, the text ``library.function``.
"""

from __future__ import annotations

import struct

_PAGE = 0x1000  # where a section may start in memory
_BLOCK = 0x200  # where a section may start in the file
_MACHINE_AMD64 = 0x8664
_EXECUTABLE_DLL = 0x2022  # EXECUTABLE_IMAGE, LARGE_ADDRESS_AWARE, DLL
_PE32_PLUS = 0x20B
_CONSOLE = 3
_NX_AND_ANY_ADDRESS = 0x140
_READABLE_DATA = 0x40000040
_DIRECTORIES = 16


def forwarding_dll(name: str, function: str, target: str) -> bytes:
    """The bytes of a 64-bit DLL with one export that is a forwarder.

    Args:
        name: the file name of the DLL, for example ``bcryptprimitives.dll``.
        function: the name of the export.
        target: where calls go, for example ``advapi32.SystemFunction036``.
    """
    section = _export_section(name, function, target)
    headers = _headers(len(section))
    return headers.ljust(_BLOCK, b"\0") + section.ljust(_BLOCK, b"\0")


def _export_section(name: str, function: str, target: str) -> bytes:
    """The export directory, its three tables of one entry each, and the three texts."""
    name_at = _PAGE + 40 + 4 + 4 + 2
    function_at = name_at + len(name) + 1
    target_at = function_at + len(function) + 1
    addresses_at, names_at, ordinals_at = _PAGE + 40, _PAGE + 44, _PAGE + 48
    directory = struct.pack(
        "<IIHHIIIIIII", 0, 0, 0, 0, name_at, 1, 1, 1, addresses_at, names_at, ordinals_at
    )
    tables = struct.pack("<IIH", target_at, function_at, 0)
    texts = b"".join(text.encode("ascii") + b"\0" for text in (name, function, target))
    return directory + tables + texts


def _headers(section_size: int) -> bytes:
    """DOS header, COFF header, optional header and the table of one section."""
    dos = b"MZ".ljust(0x3C, b"\0") + struct.pack("<I", 0x40)
    directories = struct.pack("<II", _PAGE, section_size).ljust(8 * _DIRECTORIES, b"\0")
    coff = struct.pack(
        "<4sHHIIIHH", b"PE", _MACHINE_AMD64, 1, 0, 0, 0, 112 + len(directories), _EXECUTABLE_DLL
    )
    code_sizes = (0, 0, 0, _BLOCK, 0, 0, 0)  # no code, no entry point
    versions = (6, 0, 0, 0, 6, 0, 0)  # Windows 6.0 and newer
    sizes = (2 * _PAGE, _BLOCK, 0)  # image, headers, no checksum
    stack_and_heap = (0x100000, _PAGE, 0x100000, _PAGE)
    optional = (
        struct.pack("<HBBIIIII", _PE32_PLUS, *code_sizes)
        + struct.pack("<QII", 0x180000000, _PAGE, _BLOCK)
        + struct.pack("<HHHHHHI", *versions)
        + struct.pack("<IIIHH", *sizes, _CONSOLE, _NX_AND_ANY_ADDRESS)
        + struct.pack("<QQQQII", *stack_and_heap, 0, _DIRECTORIES)
    )
    table = struct.pack(
        "<8sIIIIIIHHI",
        b".edata",
        section_size,
        _PAGE,
        _BLOCK,
        _BLOCK,
        0,
        0,
        0,
        0,
        _READABLE_DATA,
    )
    return dos + coff + optional + directories + table
