"""Checksum files of a release: which there are, and what they say of an asset. Pure.

Read are the forms that releases use: the lines of GNU ``sha256sum`` (``hex  name``,
``hex *name``), GoReleaser's ``checksums.txt`` in the same form, BSD's and OpenSSL's
``SHA256 (name) = hex``, and a file of its own beside an asset (a sidecar, ``name.sha256``),
which may hold the bare digits. Names are compared exactly; only a leading ``./`` is put aside.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from ...errors import ChecksumFileError
from ...release import Digest, algorithm_of, read_digest

LARGEST = 4 * 1024 * 1024
"""The size in bytes up to which a file may be one of checksums."""

_SIDECAR = re.compile(r"\.sha(?:256|384|512)(?:sums?)?(?:\.txt)?", re.IGNORECASE)
_WORDS = re.compile(
    r"\w*checksums?|hashes|sums?|sha(?:256|384|512)(?:sums?)?|shasums?(?:256|384|512)?",
    re.IGNORECASE,
)
_ENDS = re.compile(r"txt|bsd|\d+", re.IGNORECASE)
_WEAK_WORDS = re.compile(
    r"md5(?:sums?)?|sha1(?:sums?)?|b[23](?:sums?)?|blake[23]\w*|sha3", re.IGNORECASE
)

_GNU = re.compile(r"(?P<digits>\S+)[ \t]+\*?(?P<name>\S.*)")
_BSD = re.compile(r"(?P<tag>[A-Za-z0-9/-]+) ?\((?P<name>.+)\) ?= ?(?P<digits>.*)")
_BSD_ALGORITHMS = {
    "sha256": "sha256",
    "sha384": "sha384",
    "sha512": "sha512",
    "sha2-256": "sha256",  # OpenSSL 3
    "sha2-384": "sha384",
    "sha2-512": "sha512",
}
_WEAK_LENGTHS = {8, 32, 40, 56}  # CRC-32, MD5, SHA-1 and SHA-224: not wrong, but they do not count


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A line that may give a digest: ``name`` is empty where it holds digits alone."""

    number: int
    name: str
    digits: str
    algorithm: str | None


def checksum_files(asset: str, names: Sequence[str]) -> tuple[str, ...]:
    """The files of a release that may tell an asset's digest, the most likely ones first.

    Args:
        asset: the asset's name.
        names: the names of all files of the release.

    Returns:
        The sidecars of this very asset, then the lists, of which the one that is named most like
        the asset comes first. Sidecars of other assets are left out.
    """
    known = set(names)
    sidecars = sorted(name for name in known if _is_sidecar_of(asset, name))
    lists = [name for name in known if _is_list(name, known) and name != asset]
    lists.sort(key=lambda name: (-_shared(asset, name), name))
    return (*sidecars, *lists)


def _shared(first: str, second: str) -> int:
    """How many characters two names have in common at their beginnings."""
    pairs = zip(first, second, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _is_sidecar_of(asset: str, name: str) -> bool:
    return name.startswith(asset) and _SIDECAR.fullmatch(name[len(asset) :]) is not None


def _is_list(name: str, known: set[str]) -> bool:
    words = [word for word in re.split(r"[._-]+", name) if word]
    if not any(map(_WORDS.fullmatch, words)) or any(map(_WEAK_WORDS.fullmatch, words)):
        return False
    if not _ENDS.fullmatch(words[-1]) and not _WORDS.fullmatch(words[-1]):
        return False  # an archive or a signature: the words are a tool's name
    beside = _SIDECAR.search(name)
    return beside is None or name[: beside.start()] not in known


def find_digests(content: bytes, *, file: str, asset: str) -> tuple[Digest, ...]:
    """What a checksum file says of an asset: a digest of each algorithm, in no certain order.

    None where it says nothing of it, or only with an algorithm that does not count.

    Args:
        content: the file's bytes.
        file: its name.
        asset: the asset's name.

    Raises:
        ChecksumFileError: the line of this asset holds no digest, or contradicts another one.
    """
    found: dict[str, Digest] = {}
    beside = _is_sidecar_of(asset, file)
    lines = list(_read_lines(content))
    for line in lines:
        bare = beside and len(lines) == 1 and line.name in ("", "-")
        if not bare and not _names(line, asset, beside=beside):
            continue
        digest = _read(line, file, asset)
        if digest is None:
            continue
        if found.setdefault(digest.algorithm, digest) != digest:
            raise ChecksumFileError(
                f"{file}, line {line.number}, says {digest.hex} of {asset},"
                f" and another line {found[digest.algorithm].hex}.",
                hint="Ask the project which one is right.",
            )
    return tuple(found.values())


def _names(line: _Line, asset: str, *, beside: bool) -> bool:
    name = line.name.removeprefix("./")
    # A sidecar is the asset's by its own name; the folder that it was made in means nothing.
    return name == asset or (beside and name.endswith(f"/{asset}"))


def _read(line: _Line, file: str, asset: str) -> Digest | None:
    """The digest of a line, or None where its algorithm does not count."""
    algorithm = line.algorithm or algorithm_of(line.digits)
    digest = read_digest(algorithm, line.digits) if algorithm else None
    if digest is not None:
        return digest
    hexadecimal = re.fullmatch("[0-9A-Fa-f]+", line.digits) is not None
    if line.algorithm is None and hexadecimal and len(line.digits) in _WEAK_LENGTHS:
        return None
    raise ChecksumFileError(
        f"{file}, line {line.number}, gives no digest for {asset}: {line.digits[:140]!r}.",
        hint="Ask the project to mend that file.",
    )


def _read_lines(content: bytes) -> Iterator[_Line]:
    for number, raw in enumerate(_decode(content).splitlines(), start=1):
        text = raw.strip()
        if not text or text.startswith(("#", ";", "//")):
            continue
        bsd = _BSD.fullmatch(text)
        if bsd is not None:
            algorithm = _BSD_ALGORITHMS.get(bsd["tag"].lower())
            if algorithm is not None:  # others do not count
                digits = bsd["digits"].strip()
                yield _Line(number=number, name=bsd["name"], digits=digits, algorithm=algorithm)
            continue
        gnu = _GNU.fullmatch(text)
        name, digits = (gnu["name"], gnu["digits"]) if gnu is not None else ("", text)
        yield _Line(number=number, name=name, digits=digits, algorithm=None)


def _decode(content: bytes) -> str:
    """The text of a file; PowerShell writes UTF-16 and marks it."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", errors="replace")
    return content.decode("utf-8-sig", errors="replace")
