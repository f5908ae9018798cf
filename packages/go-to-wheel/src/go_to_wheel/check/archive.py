"""The ZIP archive itself: what the index's upload check and the installers want of it.

The index reads an archive twice, by its directory and by its local headers, and refuses it
where the two could be read differently. uv refuses bytes that no record accounts for.
"""

from __future__ import annotations

from collections.abc import Iterator

from .contents import Content
from .opened import OpenWheel
from .report import Problem, error, listed, warning
from .zipformat import DEFLATED, STORED, Archive, Member

SIZE_LIMIT = 100 << 20
"""The largest file that the index takes by default, in bytes: 100 MiB."""

_DESCRIPTOR_SIZES = (0, 12, 16, 20, 24)  # 4.3.9: with or without its signature and ZIP64
_WORTHWHILE = 0.9
_MIB = 1 << 20
_METHODS = {9: "deflate64", 12: "bzip2", 14: "LZMA", 93: "Zstandard", 95: "XZ"}  # 4.4.5
_REBUILD = "Build the archive again with a tool that writes plain ZIP files."

SIZE = error(
    "file-size", "Make it smaller, or ask the index for a higher limit: it is raised on request."
)
BOMB = error("zip-bomb", "Leave out what compresses that well, or ship it compressed.")
METHOD = error("zip-compression", "Store or deflate it; nothing else is allowed.")
ENCRYPTED = error("zip-encrypted", "Write the archive without a password.")
DESCRIPTOR = error(
    "zip-data-descriptor", "Write the archive to a file that can be sought, not to a pipe."
)
COMMENT = error("zip-comment", "Write the archive without comments.")
ARCHIVE_COMMENT = warning("zip-archive-comment", "Write the archive without a comment.")
HEADERS = error("zip-headers", _REBUILD)
LAYOUT = error("zip-layout", _REBUILD)
BYTES = error("zip-bytes", "The file is damaged: build it or download it again.")
UNCOMPRESSED = warning("zip-stored", "Deflate it: a fresh ZipInfo of Python is stored.")


def rules(wheel: OpenWheel) -> Iterator[Problem]:
    """All rules on the archive's records and on its bytes."""
    archive = wheel.archive
    yield from _sizes(wheel)
    for member in archive.members:
        yield from _record_of(member)
        yield from _headers(member)
    yield from _layout(wheel.filename, archive)
    for entry in wheel.entries:
        if entry.content is not None:
            yield from _bytes(entry.member, entry.content)


def _sizes(wheel: OpenWheel) -> Iterator[Problem]:
    """The index's limit for a file, and its test for decompression bombs."""
    size = wheel.archive.size
    if size > SIZE_LIMIT:
        yield SIZE.at(
            wheel.filename,
            f"The wheel has {size / _MIB:.1f} MiB; the index takes"
            f" {SIZE_LIMIT // _MIB} MiB by default.",
        )
    if wheel.unread:
        yield BOMB.at(
            wheel.filename,
            f"{wheel.unread} Nothing was unpacked, so rules on the content were not checked.",
        )


def _record_of(member: Member) -> Iterator[Problem]:
    if member.encrypted:
        yield ENCRYPTED.at(member.name, "The member is encrypted; no installer can read it.")
    if member.method not in {STORED, DEFLATED}:
        name = _METHODS.get(member.method, "an unknown method")
        yield METHOD.at(
            member.name,
            f"The member is compressed with {name} ({member.method}), which the index and uv"
            " refuse.",
        )
    if member.has_descriptor:
        yield DESCRIPTOR.at(
            member.name, "A data descriptor follows the member, which the index refuses."
        )
    if member.comment:
        yield COMMENT.at(member.name, "The member has a comment, which the index refuses.")


def _headers(member: Member) -> Iterator[Problem]:
    """Directory and local header must tell the same, or readers would see two archives."""
    local = member.local
    if local is None:
        yield HEADERS.at(member.name, "The directory names a place where the member is not.")
        return
    for fault in dict.fromkeys((member.extra_fault, local.extra_fault)):
        if fault:
            yield HEADERS.at(member.name, f"The member's headers are broken: {fault}.")
    pairs = [
        ("name", member.raw_name, local.name),
        ("compression method", member.method, local.method),
        ("encryption", member.flags & 1, local.flags & 1),
        ("data descriptor", member.flags & 8, local.flags & 8),
    ]
    if not member.has_descriptor:  # which leaves these empty in the local header
        pairs += [
            ("CRC", member.crc, local.crc),
            ("size", member.size, local.size),
            ("compressed size", member.compressed, local.compressed),
        ]
    different = [what for what, central, own in pairs if central != own]
    if different:
        yield HEADERS.at(
            member.name,
            f"The directory and the member's own header disagree on its {listed(different)}.",
        )


def _layout(filename: str, archive: Archive) -> Iterator[Problem]:
    """Every byte belongs to exactly one record, in one order."""
    if archive.comment:
        yield ARCHIVE_COMMENT.at(filename, f"The archive has a comment of {archive.comment} bytes.")
    if archive.prefix:
        yield LAYOUT.at(filename, f"{archive.prefix} bytes stand before the archive; uv fails.")
    if archive.trailing > 0:
        yield LAYOUT.at(filename, f"{archive.trailing} bytes follow the archive; uv fails.")
    if archive.trailing < 0:
        yield LAYOUT.at(filename, "The archive's comment is cut off.")
    if archive.declared_members != len(archive.members):
        yield LAYOUT.at(
            filename,
            f"The end record counts {archive.declared_members} members, the directory has"
            f" {len(archive.members)}.",
        )
    yield from _gaps(archive)


def _gaps(archive: Archive) -> Iterator[Problem]:
    position = archive.prefix
    with_local = [(member.local, member) for member in archive.members if member.local is not None]
    allowed: tuple[int, ...] = (0,)
    for local, member in sorted(with_local, key=lambda pair: pair[0].start):
        if local.start - position not in allowed:
            yield LAYOUT.at(member.name, _misplaced(local.start - position))
        position = local.data + member.compressed
        allowed = _DESCRIPTOR_SIZES if member.has_descriptor else (0,)
    if archive.directory_start - position not in allowed:
        yield LAYOUT.at("the directory", _misplaced(archive.directory_start - position))


def _misplaced(gap: int) -> str:
    if gap < 0:
        return f"It begins {-gap} bytes before the member in front of it ends."
    return f"{gap} bytes that belong to no member stand in front of it."


def _bytes(member: Member, content: Content) -> Iterator[Problem]:
    if content.fault:
        yield BYTES.at(member.name, f"The member cannot be unpacked: {content.fault}.")
        return
    if content.size != member.size:
        yield BYTES.at(
            member.name,
            f"The member unpacks to {content.size} bytes; its header says {member.size}.",
        )
    elif content.crc != member.crc:
        yield BYTES.at(member.name, "The member's bytes do not match its CRC.")
    if content.deflated is not None and content.deflated < _WORTHWHILE * content.size:
        saved = content.size - content.deflated
        yield UNCOMPRESSED.at(
            member.name,
            f"The member is stored uncompressed; deflate would save {saved} of its"
            f" {content.size} bytes ({saved / content.size:.0%}).",
        )
