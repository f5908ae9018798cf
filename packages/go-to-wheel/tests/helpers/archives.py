"""Archives of every kind, made for tests: what projects publish, and what attackers would."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from helpers.binaries import Elf, Macho, Pe, universal

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LINUX_AMD64 = Elf().build()
LINUX_ARM64 = Elf(machine=183).build()
DARWIN_AMD64 = Macho(cpu=0x01000007, subtype=3).build()
DARWIN_ARM64 = Macho().build()
DARWIN_BOTH = universal([DARWIN_AMD64, DARWIN_ARM64])
WINDOWS_AMD64 = Pe().build()


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One member to be packed; ``type`` is tarfile's, ``link`` where a link leads."""

    name: str
    content: bytes = b""
    mode: int = 0o644
    type: bytes = tarfile.REGTYPE
    link: str = ""


def text(name: str, content: str = "some text\n") -> Entry:
    """A plain file."""
    return Entry(name=name, content=content.encode())


def program(name: str, content: bytes = LINUX_AMD64) -> Entry:
    """A file with an exec bit."""
    return Entry(name=name, content=content, mode=0o755)


def symlink(name: str, to: str) -> Entry:
    """A symbolic link."""
    return Entry(name=name, mode=0o777, type=tarfile.SYMTYPE, link=to)


def hard_link(name: str, to: str) -> Entry:
    """A hard link, which only tar knows."""
    return Entry(name=name, type=tarfile.LNKTYPE, link=to)


def gz(data: bytes) -> bytes:
    """Compressed with gzip, without a time stamp."""
    return gzip.compress(data, 6, mtime=0)


COMPRESSORS: Mapping[str, Callable[[bytes], bytes]] = {
    "gz": gz,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zstd.compress,
}

TARS = ("tar", *(f"tar.{name}" for name in COMPRESSORS))
FORMS = (*TARS, "zip")
"""Every kind of archive that can hold several members."""


def pack(form: str, entries: Iterable[Entry]) -> bytes:
    """An archive of one of ``FORMS``."""
    if form == "zip":
        return zipped(entries)
    data = tar(entries)
    return data if form == "tar" else COMPRESSORS[form.removeprefix("tar.")](data)


def tar(entries: Iterable[Entry], *, layout: int = tarfile.PAX_FORMAT) -> bytes:
    """A plain tar archive."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=layout) as writer:
        for entry in entries:
            info = tarfile.TarInfo(entry.name)
            info.type, info.mode, info.linkname = entry.type, entry.mode, entry.link
            info.size = len(entry.content)
            writer.addfile(info, io.BytesIO(entry.content))
    return stream.getvalue()


_UNIX_KINDS = {tarfile.SYMTYPE: 0o120000, tarfile.DIRTYPE: 0o040000, tarfile.FIFOTYPE: 0o010000}


def zipped(
    entries: Iterable[Entry], *, method: int = zipfile.ZIP_DEFLATED, on_windows: bool = False
) -> bytes:
    """A ZIP archive; one made on Windows has no modes, so no exec bits and no links."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as writer:
        for entry in entries:
            info = zipfile.ZipInfo("placeholder")
            info.filename = entry.name  # as it is, where the constructor would mend it
            info.create_system = 0 if on_windows else 3
            kind = _UNIX_KINDS.get(entry.type, 0o100000)
            info.external_attr = 0 if on_windows else (kind | entry.mode) << 16
            writer.writestr(info, entry.link or entry.content, method)
    return stream.getvalue()


def tar_header(name: str, size: int, *, kind: bytes = b"0") -> bytes:
    """A tar header that says whatever it is told to, with a checksum that is right."""
    field = b"%011o\0" % size if size >= 0 else (size % (1 << 96)).to_bytes(12, "big")
    head = name.encode().ljust(100, b"\0") + b"0000755\0" + b"0000000\0" * 2 + field
    head += b"00000000000\0" + b" " * 8 + kind
    head = (head.ljust(257, b"\0") + b"ustar\x0000").ljust(512, b"\0")
    return head[:148] + b"%06o\0 " % sum(head) + head[156:]


def gz_of_zeros(size: int, *, before: bytes = b"") -> bytes:
    """A gzip file of so many zeros, a thousandth of their size, made in small pieces."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    pieces = [packer.compress(before)]
    zeros = bytes(1 << 20)
    pieces += [packer.compress(zeros) for _ in range(size >> 20)]
    return b"".join([*pieces, packer.flush()])


def flipped(data: bytes, positions: Sequence[int]) -> bytes:
    """The data with one bit changed in each of these places."""
    changed = bytearray(data)
    for position in positions:
        changed[position % len(changed)] ^= 1 << position % 8
    return bytes(changed)
