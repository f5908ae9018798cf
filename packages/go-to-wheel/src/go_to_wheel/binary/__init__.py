"""Facts from the bytes of an executable: ELF, Mach-O and PE.

The libraries that know the formats are imported when a file of their format is read, so that
a command that reads none starts fast.
"""

from __future__ import annotations

from pathlib import Path

from ..model import BinaryFacts, BinaryFormat
from .guard import guarded
from .image import Image, open_image
from .kinds import container_format, refuse_kind

__all__ = ["read_binary"]


def read_binary(path: Path) -> tuple[BinaryFacts, ...]:
    """What an executable's header says, once for each architecture in it.

    That is one entry, but for a universal Mach-O file, which gives one per slice, in the
    order of the file. Only headers and the writable segments are looked at, in small pieces.

    Raises:
        InvalidBinaryError: the file cannot be read, is damaged, or is no executable; where
            it is something that can be recognised, the message says what.
    """
    with open_image(path) as image, guarded(image):
        return _read(image)


def _read(image: Image) -> tuple[BinaryFacts, ...]:
    match container_format(image):
        case BinaryFormat.ELF:
            from .elf import read_elf

            return (read_elf(image),)
        case BinaryFormat.MACHO:
            from .macho import read_macho

            return read_macho(image)
        case BinaryFormat.PE:
            from .pe import read_pe

            return (read_pe(image),)
        case None:
            return refuse_kind(image)
