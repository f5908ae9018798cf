"""What a file is, by its first bytes: an executable's format, or words for the message."""

from __future__ import annotations

import codecs
from typing import NoReturn

from ..model import BinaryFormat
from .image import Image

_FORMATS: tuple[tuple[bytes, BinaryFormat], ...] = (
    (b"\x7fELF", BinaryFormat.ELF),
    (b"\xca\xfe\xba\xbe", BinaryFormat.MACHO),  # universal
    (b"\xca\xfe\xba\xbf", BinaryFormat.MACHO),  # universal, 64-bit offsets
    (b"\xfe\xed\xfa\xce", BinaryFormat.MACHO),  # 32 bit, big endian
    (b"\xce\xfa\xed\xfe", BinaryFormat.MACHO),  # 32 bit, little endian
    (b"\xfe\xed\xfa\xcf", BinaryFormat.MACHO),  # 64 bit, big endian
    (b"\xcf\xfa\xed\xfe", BinaryFormat.MACHO),  # 64 bit, little endian
    (b"MZ", BinaryFormat.PE),
)

_GO_LIBRARY = "A Go package that is not 'main' compiles to an archive; name the main package."
_UNPACK = "Unpack it and name the executable in it."

_MAGICS: tuple[tuple[bytes, str, str], ...] = (
    (b"#!", "a script", "Scripts need no wheel per platform; name a compiled program."),
    (b"!<arch>\ndebian", "a Debian package", _UNPACK),
    (b"!<arch>\n", "an archive of compiled code (.a)", _GO_LIBRARY),
    (b"!<thin>\n", "an archive of compiled code (.a)", _GO_LIBRARY),
    (b"go object ", "an object file of the Go compiler", _GO_LIBRARY),
    (b"PK\x03\x04", "a ZIP archive", _UNPACK),
    (b"PK\x05\x06", "an empty ZIP archive", ""),
    (b"\x1f\x8b", "a gzip archive", _UNPACK),
    (b"BZh", "a bzip2 archive", _UNPACK),
    (b"\xfd7zXZ\0", "an xz archive", _UNPACK),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", _UNPACK),
    (b"\xed\xab\xee\xdb", "an RPM package", _UNPACK),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a Windows installer (.msi)", _UNPACK),
    (b"\0asm", "a WebAssembly module", ""),
    (b"BC\xc0\xde", "a file of LLVM bitcode", ""),
)

_TAR_MAGIC_AT = 257
_TEXT_SAMPLE = 4096


def container_format(image: Image) -> BinaryFormat | None:
    """The format that the first bytes name; None where it is none of executables."""
    head = image.head(4)
    return next((format_ for magic, format_ in _FORMATS if head.startswith(magic)), None)


def refuse_kind(image: Image) -> NoReturn:
    """Say what this file is, as an error.

    Raises:
        InvalidBinaryError: always.
    """
    head = image.head(_TEXT_SAMPLE)
    for magic, what, hint in _MAGICS:
        if head.startswith(magic):
            raise image.not_a_program(what, hint)
    if head[_TAR_MAGIC_AT : _TAR_MAGIC_AT + 5] == b"ustar":
        raise image.not_a_program("a tar archive", _UNPACK)
    if head.lstrip().lower().startswith((b"<!doctype html", b"<html")):
        raise image.not_a_program(
            "a web page", "A download gave a page instead of the file; fetch it again."
        )
    if _is_text(head):
        raise image.not_a_program("a text file")
    raise image.not_a_program("a file of an unknown format")


def _is_text(head: bytes) -> bool:
    try:
        # Incremental: a character at the end of the sample may be cut in two.
        text = codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return all(char.isprintable() or char.isspace() for char in text)
