"""What Go's linker recorded in a binary: the Go version, the modules and the build settings.

The format is that of Go's package debug/buildinfo: a blob that starts with a magic at a
16-byte boundary of a writable segment. Since Go 1.18 it holds the two strings inline; the
older form, which points at strings elsewhere in memory, has neither settings nor a Go version
that is still used, and is treated as absent.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from itertools import islice

from ..model import BuildInfo, GoModule
from .image import MAX_READ, Image, Span

_MAGIC = b"\xff Go buildinf:"
_ALIGN = 16
_HEADER = 32
_INLINE = 2  # the flag, in byte 15, of the form with inline strings

_MAX_CANDIDATES = 16  # parsed at most; a real binary has one or a few
_MAX_HITS = 10_000  # looked at most; keeps a file full of magics cheap

_MAX_VERSION = 256  # bytes
_MAX_LINES = 20_000  # of a record; the largest programs have some thousand modules
_SENTINEL = 16  # bytes on either side of the module record

_VERSION = re.compile(r"[!-~][ -~]*")


def find_build_info(image: Image, spans: Iterable[Span]) -> BuildInfo | None:
    """The record of the first blob in these parts of the image that can be read.

    The parts are those that Go puts it in, the writable segments: a program that carries Go
    binaries as data has their records in its read-only segments.

    None means that there is no record: not a Go binary, one of Go 1.17 or older, one that was
    packed or stripped of it, or a damaged record. Never raises for what the bytes hold.
    """
    for offset in islice(_candidates(image, spans), _MAX_CANDIDATES):
        info = _read_blob(image, offset)
        if info is not None:
            return info
    return None


def parse_module_record(go_version: str, record: str) -> BuildInfo | None:
    """Read the lines that Go calls the module info (debug.ParseBuildInfo in Go's library).

    Returns:
        The record, or None where a line is not of the format.
    """
    builder = _Record(go_version)
    try:
        for line in record.split("\n"):
            builder.add(line)
    except ValueError:
        return None
    return builder.build()


def _candidates(image: Image, spans: Iterable[Span]) -> Iterator[int]:
    """The aligned offsets at which the magic stands, in the order of the file."""
    hits = 0
    chunk_size = MAX_READ - MAX_READ % _ALIGN
    for start, end in _merge(image, spans):
        # An aligned magic never crosses from one aligned chunk into the next.
        for base in range(start, end, chunk_size):
            chunk = image.read(base, min(chunk_size, end - base))
            found = chunk.find(_MAGIC)
            while found >= 0:
                hits += 1
                if hits > _MAX_HITS:
                    return
                if found % _ALIGN == 0:
                    yield base + found
                found = chunk.find(_MAGIC, found + 1)


def _merge(image: Image, spans: Iterable[Span]) -> Iterator[tuple[int, int]]:
    """The parts as aligned starts and ends, without overlaps: no byte is searched twice."""
    covered = 0
    for span in sorted(map(image.clip, spans), key=lambda span: span.offset):
        start = max(-(-span.offset // _ALIGN) * _ALIGN, covered)
        end = span.offset + span.size
        if start < end:
            yield start, end
            covered = -(-end // _ALIGN) * _ALIGN


def _read_blob(image: Image, offset: int) -> BuildInfo | None:
    if offset + _HEADER > image.size or not image.read(offset + 15, 1)[0] & _INLINE:
        return None
    version, after = _read_string(image, offset + _HEADER, _MAX_VERSION)
    if version is None or not _VERSION.fullmatch(version):
        return None
    record, _ = _read_string(image, after, MAX_READ, sentinel=_SENTINEL)
    if record is None or record.count("\n") > _MAX_LINES:
        return None
    return parse_module_record(version, record)


def _read_string(
    image: Image, offset: int, limit: int, *, sentinel: int = 0
) -> tuple[str | None, int]:
    """A string behind its length, and the offset after it; None where it is none."""
    length, start = _read_uvarint(image, offset)
    if length is None or length > limit or length > image.size - start:
        return None, start
    after = start + length
    if sentinel and length <= 2 * sentinel:
        # Too short to hold lines between its sentinels: a program outside any module.
        return "", after
    if sentinel and image.read(after - sentinel - 1, 1) != b"\n":
        return None, after
    try:
        return image.read(start + sentinel, length - 2 * sentinel).decode(), after
    except UnicodeDecodeError:
        return None, after


def _read_uvarint(image: Image, offset: int) -> tuple[int | None, int]:
    """Go's encoding/binary.Uvarint, of at most four bytes, and the offset after it."""
    value = 0
    for index, byte in enumerate(image.read(offset, min(4, image.size - offset))):
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            return value, offset + index + 1
    return None, offset


class _Record:
    """The lines of a module record, put together one by one."""

    def __init__(self, go_version: str) -> None:
        self._go_version = go_version
        self._path = ""
        self._main: GoModule | None = None
        self._modules: list[GoModule] = []
        self._settings: list[tuple[str, str]] = []
        self._last_is_main = False

    def add(self, line: str) -> None:
        """Take in one line; unknown ones are skipped, as Go does.

        Raises:
            ValueError: the line is malformed.
        """
        kind, _, rest = line.partition("\t")
        match kind:
            case "path":
                self._path = _checked(rest)
            case "mod":
                self._main = _parse_module(rest)
                self._last_is_main = True
            case "dep":
                self._modules.append(_parse_module(rest))
                self._last_is_main = False
            case "=>":
                self._replace(_parse_module(rest))
            case "build":
                self._settings.append(_parse_setting(rest))

    def build(self) -> BuildInfo:
        return BuildInfo(
            go_version=self._go_version,
            path=self._path,
            main=self._main,
            modules=tuple(self._modules),
            settings=tuple(self._settings),
        )

    def _replace(self, other: GoModule) -> None:
        if self._last_is_main and self._main is not None:
            self._main = _with_replacement(self._main, other)
        elif self._modules:
            self._modules[-1] = _with_replacement(self._modules[-1], other)
        else:
            raise ValueError("a replacement with nothing to replace")


def _with_replacement(module: GoModule, other: GoModule) -> GoModule:
    return GoModule(path=module.path, version=module.version, sum=module.sum, replaced_by=other)


def _parse_module(rest: str) -> GoModule:
    columns = rest.split("\t")
    if len(columns) not in {1, 2, 3} or not columns[0]:
        raise ValueError("a module line has one to three columns")
    path, version, checksum = (*map(_checked, columns), "", "")[:3]
    return GoModule(path=path, version=version, sum=checksum)


def _checked(text: str) -> str:
    """The text, refused where it could drive a terminal: Go allows no such path or version."""
    if not text.isprintable():
        raise ValueError("a path or version with odd characters")
    return text


def _parse_setting(rest: str) -> tuple[str, str]:
    quoted = _QUOTED.match(rest)
    if quoted:
        key = unquote(quoted.group())
        separator, value = rest[quoted.end() :][:1], rest[quoted.end() + 1 :]
    else:
        key, separator, value = rest.partition("=")
    if not key or separator != "=":
        raise ValueError("a build line is key=value")
    return key, unquote(value) if value[:1] in {'"', "`"} else value


_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|`[^`]*`')

_ESCAPE = re.compile(
    r"""\\(?: x([0-9a-fA-F]{2}) | ([0-7]{3}) | u([0-9a-fA-F]{4}) | U([0-9a-fA-F]{8}) | (.) )""",
    re.VERBOSE,
)

_SIMPLE = {
    "a": b"\a",
    "b": b"\b",
    "f": b"\f",
    "n": b"\n",
    "r": b"\r",
    "t": b"\t",
    "v": b"\v",
    "\\": b"\\",
    '"': b'"',
}


def unquote(text: str) -> str:
    r"""The text that Go quoted (strconv.Unquote, its two forms for strings).

    Bytes that are no UTF-8 come back as ``\xNN``.

    Raises:
        ValueError: it is not a Go string literal.
    """
    if not _QUOTED.fullmatch(text):
        raise ValueError("not a Go string")
    body = text[1:-1]
    if text[0] == "`":
        return body
    parts: list[bytes] = []
    end = 0
    for escape in _ESCAPE.finditer(body):
        parts += (body[end : escape.start()].encode(), _unescape(escape))
        end = escape.end()
    parts.append(body[end:].encode())
    return b"".join(parts).decode("utf-8", "backslashreplace")


def _unescape(escape: re.Match[str]) -> bytes:
    hexadecimal, octal, short, long, simple = escape.groups()
    if hexadecimal:
        return bytes([int(hexadecimal, 16)])
    if octal:
        return bytes([int(octal, 8)])
    if simple:
        if simple not in _SIMPLE:
            raise ValueError("an escape that Go does not know")
        return _SIMPLE[simple]
    point = int(short or long, 16)
    if point > sys.maxunicode:
        raise ValueError("an escape beyond Unicode")
    return chr(point).encode()
