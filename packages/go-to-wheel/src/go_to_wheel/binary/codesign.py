"""Whether the code signature of a macOS executable still fits its bytes.

Source: Apple's <kern/cs_blobs.h> (XNU). A signature is a "super blob" of blobs; its code
directory lists one hash for every page of the file in front of it. An Apple silicon Mac kills
a program whose pages do not have these hashes, so one that was stripped, packed or patched
after it was signed never starts.

Only the page hashes are checked: who signed, if anyone, is not. Go's linker signs ad hoc.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import InvalidBinaryError
from ..model import BinaryFormat
from ..targets import Arch
from .guard import guarded
from .image import Image, Span, open_image
from .kinds import container_format

_SUPER_BLOB = 0xFADE0CC0
_CODE_DIRECTORY = 0xFADE0C02
_SLOT_CODE_DIRECTORY = 0
_SLOTS_ALTERNATE = range(0x1000, 0x1005)
_MAX_BLOBS = 64

_AD_HOC = 0x2
_HAS_SCATTER = 0x20100  # the versions that added a field
_HAS_CODE_LIMIT_64 = 0x20300

# hashType: (name in hashlib, bytes of it that are stored); the later, the stronger.
_HASHES = {
    1: ("sha1", 20),
    3: ("sha256", 20),
    2: ("sha256", 32),
    4: ("sha384", 48),
}
_STRENGTH = list(_HASHES)

_PAGE_SHIFTS = range(12, 17)  # 4 KiB to 64 KiB; 0 means one page for the whole file
_MAX_PAGES = 1 << 22
_CHUNK = 1 << 20

# The signature starts at the next multiple of 16 after what it covers.
_MAX_UNCOVERED = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeSignature:
    """The state of one architecture's code signature.

    Attributes:
        arch: the architecture; None where it is one that Go does not know.
        present: there is a signature.
        ad_hoc: it names nobody: the kind that a linker makes.
        pages: how many pages it covers.
        problem: why macOS would refuse it, as the end of a sentence that starts with "the
            signature"; empty where it is sound, or where there is none.
    """

    arch: Arch | None
    present: bool
    ad_hoc: bool = False
    pages: int = 0
    problem: str = ""

    @property
    def valid(self) -> bool:
        """There is a signature, and it fits the bytes."""
        return self.present and not self.problem


@dataclass(frozen=True, slots=True, kw_only=True)
class _Directory:
    """A code directory; offsets and sizes are in bytes."""

    ad_hoc: bool
    hash_type: int
    code_limit: int
    page_size: int
    hashes: Span


class _Broken(Exception):  # noqa: N818 - never leaves this module
    """The signature is not sound, and why."""


def verify_code_signature(path: Path) -> tuple[CodeSignature, ...]:
    """Check the signature of a Mach-O executable: one answer for each of its architectures.

    Every covered byte is read once. Never raises for a broken signature: that is an answer.

    Raises:
        InvalidBinaryError: the file is no Mach-O executable, or is damaged.
    """
    with open_image(path) as image, guarded(image):
        if container_format(image) is not BinaryFormat.MACHO:
            raise InvalidBinaryError(
                f"{image.name} is not an executable for macOS, so it has no code signature.",
                hint="Name a Mach-O file.",
            )
        from .macho import read_slices

        return tuple(_verify(part.image, part.arch, part.signature) for part in read_slices(image))


def _verify(image: Image, arch: Arch | None, span: Span | None) -> CodeSignature:
    if span is None:
        return CodeSignature(arch=arch, present=False)
    try:
        blob = _blob(image, span)
        directory = _strongest(_directories(blob))
        pages = _check_pages(image, blob, directory, span.offset)
    except _Broken as broken:
        return CodeSignature(arch=arch, present=True, problem=str(broken))
    return CodeSignature(arch=arch, present=True, ad_hoc=directory.ad_hoc, pages=pages)


def _blob(image: Image, span: Span) -> Image:
    if image.clip(span) != span:
        raise _Broken("is cut short")
    return image.slice(span)


def _directories(blob: Image) -> Iterator[_Directory]:
    """The code directories in a super blob: the first one and its alternates."""
    magic, size, count = _unpack(blob, ">3I", 0)
    if magic != _SUPER_BLOB or size > blob.size or count > _MAX_BLOBS:
        raise _Broken("is not in the form that macOS knows")
    for index in range(count):
        slot, offset = _unpack(blob, ">2I", 12 + 8 * index)
        if slot == _SLOT_CODE_DIRECTORY or slot in _SLOTS_ALTERNATE:
            yield _read_directory(blob, offset)


def _unpack(blob: Image, layout: str, offset: int) -> tuple[int, ...]:
    size = struct.calcsize(layout)
    if offset + size > blob.size:
        raise _Broken("is cut short")
    return struct.unpack(layout, blob.read(offset, size))


def _read_directory(blob: Image, start: int) -> _Directory:
    magic, _, version, flags, hashes, _, _, slots, limit = _unpack(blob, ">9I", start)
    hash_size, hash_type, _, page_shift = _unpack(blob, ">4B", start + 36)
    scatter = _unpack(blob, ">I", start + 44)[0] if version >= _HAS_SCATTER else 0
    if version >= _HAS_CODE_LIMIT_64:
        limit = _unpack(blob, ">Q", start + 56)[0] or limit
    known = _HASHES.get(hash_type)
    if magic != _CODE_DIRECTORY or scatter or (known and known[1] != hash_size):
        raise _Broken("is not in the form that macOS knows")
    if page_shift and page_shift not in _PAGE_SHIFTS:
        raise _Broken("has pages of a size that macOS does not know")
    page_size = 1 << page_shift if page_shift else max(limit, 1)
    if slots > _MAX_PAGES or slots != -(-limit // page_size):
        raise _Broken("does not have one hash for each page")
    span = Span(offset=start + hashes, size=slots * hash_size)
    if span.offset + span.size > blob.size:
        raise _Broken("is cut short")
    return _Directory(
        ad_hoc=bool(flags & _AD_HOC),
        hash_type=hash_type,
        code_limit=limit,
        page_size=page_size,
        hashes=span,
    )


def _strongest(directories: Iterator[_Directory]) -> _Directory:
    """The code directory that the kernel uses where there are several."""
    known = [each for each in directories if each.hash_type in _HASHES]
    if not known:
        raise _Broken("has no hashes that macOS knows")
    return max(known, key=lambda each: _STRENGTH.index(each.hash_type))


def _check_pages(image: Image, blob: Image, directory: _Directory, start: int) -> int:
    """Compare the pages with their hashes; ``start`` is where the signature itself begins."""
    limit = directory.code_limit
    if limit > start:
        raise _Broken("covers itself")
    if start - limit >= _MAX_UNCOVERED:
        raise _Broken(f"covers only the first {limit} of {start} bytes")
    algorithm, size = _HASHES[directory.hash_type]
    count = directory.hashes.size // size
    bad = [
        index
        for index in range(count)
        if _hash_page(image, directory, index, algorithm)[:size]
        != blob.read(directory.hashes.offset + index * size, size)
    ]
    if bad:
        raise _Broken(f"does not fit {len(bad)} of {count} pages; the first is page {bad[0]}")
    return count


def _hash_page(image: Image, directory: _Directory, index: int, algorithm: str) -> bytes:
    begin = index * directory.page_size
    end = min(begin + directory.page_size, directory.code_limit)
    digest = hashlib.new(algorithm, usedforsecurity=False)
    for at in range(begin, end, _CHUNK):
        digest.update(image.read(at, min(_CHUNK, end - at)))
    return digest.digest()
