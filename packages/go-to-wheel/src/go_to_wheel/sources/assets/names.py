"""What one asset's name says: format, system, processor, C library, and the tool's own words.

Nothing is decided here that needs the rest of the list; see assets.py for that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from .words import (
    BARE_FORMAT,
    COMMIT,
    DIGEST,
    FLAVOURS,
    INNER_DATA,
    LAST_RESORTS,
    LONGEST_SPELLING,
    NEUTRAL,
    PROGRAM_FORMATS,
    VERSION,
    VERSION_WORD,
    WORDS,
    Cpu,
    Linkage,
    Meaning,
    Os,
)

Words = tuple[str, ...]
"""The words of a tool's or a command's name, in lower case."""

_WORD = re.compile(r"[a-z0-9]+", re.ASCII | re.IGNORECASE)
_EXTENSION = re.compile(r"\.([a-z][a-z0-9]*)$")
_MAN_PAGE = re.compile(r"[a-z_]\.[1-9](?:\.gz|\.xz|\.bz2|\.zst)?$")
_NOISE = NEUTRAL | FLAVOURS
_LONGEST_GLUED = 24  # no two words of the tables are longer together
_ARCHIVES = {*PROGRAM_FORMATS, *LAST_RESORTS} - {"exe", "bin"}


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetName:
    """What the name of one asset that may hold a program says.

    Attributes:
        name: the name as it was published.
        suffix: its ending without the first dot, for example ``tar.gz``; empty for a bare file.
        format_rank: how gladly this format is taken; 0 is best.
        last_resort: the format is one that is taken only where there is no other.
        os: the system; None where the name says none.
        cpu: the processor; None where the name says none.
        vague: the processor is named by a word that says only a width (``64bit``).
        linkage: the C library it is bound to.
        special: how many words name a build that comes second (``amd64v3``, ``debug``).
        words: what is left, in lower case: the words of the tool's own name.
        title: these words as they are spelled in the name.
        versioned: the name has a version in it.
        length: in how many words the name is written.
    """

    name: str
    suffix: str
    format_rank: int
    last_resort: bool
    os: Os | None
    cpu: Cpu | None
    vague: bool
    linkage: Linkage
    special: int
    words: Words
    title: str
    versioned: bool
    length: int

    @property
    def labelled(self) -> bool:
        """Whether the name says anything about the platform."""
        return self.os is not None or self.cpu is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """One word of a name, and what it means, where it means anything.

    A word of a name that was told means nothing else, and belongs to the tool's name.
    """

    text: str
    start: int
    end: int
    meaning: Meaning | None
    is_told: bool = False


@lru_cache(maxsize=8192)
def read_asset(
    name: str, *, first_word_is_tool: bool = False, told: frozenset[Words] = frozenset()
) -> AssetName | None:
    """What this name says, or None where the file holds no program.

    Packages of distributions, checksums, signatures, SBOMs, scripts and man pages hold none;
    they are known by their endings, and an ending that nobody knows counts as one of theirs.

    Args:
        name: the asset's name.
        first_word_is_tool: its first word says nothing of the platform.
        told: what ``told_words`` gives for the wanted commands: where the name begins with
            one, these words are the tool's name, whatever they mean elsewhere.
    """
    split = _split_format(name)
    if split is None:
        return None
    body, suffix, os_of_format = split
    pieces = _pieces(body, told)
    if first_word_is_tool or _begins_with_a_name(pieces):
        pieces[:1] = [replace(piece, meaning=None) for piece in pieces[:1]]
    named = _os(pieces)
    os = os_of_format if named is None or os_of_format is Os.WINDOWS else named
    cpu, vague = _cpu(pieces, os)
    rest = [piece for piece in pieces if not _is_used(piece.meaning, os, cpu)]
    own = _own(rest)
    if suffix == "dmg" and (named is None or cpu is None):
        return None  # a disk image is a desktop program's, unless it is named like the others
    if suffix == "" and _is_digest_file(pieces, labelled=os is not None or cpu is not None):
        return None
    return AssetName(
        name=name,
        suffix=suffix,
        format_rank=_format_rank(suffix),
        last_resort=suffix in LAST_RESORTS,
        os=os,
        cpu=cpu,
        vague=vague,
        linkage=_linkage(pieces),
        special=_special(pieces),
        words=_texts(own),
        title=_title(body, own, rest),
        versioned=VERSION.search(body) is not None,
        length=len(pieces),
    )


def words_of(command: str) -> Words:
    """A command's or tool's name as the words that AssetName.words would hold for it."""
    name = re.sub(r"\.exe$", "", command.strip(), flags=re.IGNORECASE)
    found = _split(name)
    return _texts(_own(found) or found)


def told_words(command: str) -> Words:
    """All words of a command's name, where they say nothing of a platform; else none.

    So ``dev`` and ``musl`` can be a tool's name, and ``windows_exporter`` still names Windows.
    """
    pieces = _pieces(re.sub(r"\.exe$", "", command.strip(), flags=re.IGNORECASE))
    if any(_names_platform(piece.meaning) for piece in pieces):
        return ()
    return tuple(word for piece in pieces for word in _WORD.findall(piece.text.lower()))


def first_word(name: str) -> str:
    """The word that an asset's name begins with; empty where it cannot be a tool's name."""
    blanked = VERSION.sub(lambda match: " " * len(match.group()), name)
    found = _WORD.search(blanked)
    word = found.group() if found is not None else ""
    if _names_platform(_longest_meaning([word.lower()])[1]):
        return ""
    return word if word.isalpha() else ""


def _names_platform(meaning: Meaning | None) -> bool:
    return meaning is not None and (meaning.os is not None or meaning.cpu is not None)


def _split_format(name: str) -> tuple[str, str, Os | None] | None:
    """The name without its ending, the ending, and the system that the ending means."""
    lower = name.lower()
    if len(lower) != len(name):
        return None  # a few letters of Unicode change their length; no project uses them
    if name.startswith("_"):
        return None  # a completion of zsh
    if _MAN_PAGE.search(lower) and _MAN_PAGE.search(VERSION.sub("", lower)):
        return None  # tool.1, but not v1.0-rc.1
    parts = lower.split(".")
    for count in (2, 1):
        suffix = ".".join(parts[-count:])
        if suffix in _ARCHIVES and len(parts) > count:
            return _split_inner(name[: -len(suffix) - 1], suffix)
    return _split_bare(name)


def _split_inner(body: str, suffix: str) -> tuple[str, str, Os | None] | None:
    """The part of an archive's name before its ending, cleared of an inner ending."""
    inner = _EXTENSION.search(body.lower())
    os_of_format = LAST_RESORTS.get(suffix)
    if inner is None:
        return body, suffix, os_of_format
    if inner.group(1) in INNER_DATA:
        return None
    if inner.group(1) == "exe":
        return body[: inner.start()], suffix, Os.WINDOWS
    return body, suffix, os_of_format


def _split_bare(name: str) -> tuple[str, str, Os | None] | None:
    """The same for a file that is no archive; None where its ending is one of data."""
    extension = _EXTENSION.search(name.lower())
    if extension is None:
        return name, "", None
    word = extension.group(1)
    if word == "exe":
        return name[: extension.start()], "exe", Os.WINDOWS
    if word == "bin":
        return name[: extension.start()], "bin", None
    if _meaning(word) is not None or VERSION_WORD.fullmatch(word):
        return name, "", None  # runc.amd64, tool.v2: the dot is only a separator
    return None


def _format_rank(suffix: str) -> int:
    if suffix in LAST_RESORTS:
        return len(PROGRAM_FORMATS) + list(LAST_RESORTS).index(suffix)
    return PROGRAM_FORMATS.get(suffix, BARE_FORMAT)


def _pieces(body: str, told: Iterable[Words] = ()) -> list[_Piece]:
    """The words of a name, with those that separators cut joined again (``x86_64``)."""
    blanked = VERSION.sub(lambda match: " " * len(match.group()), body)
    found = list(_WORD.finditer(blanked))
    lower = tuple(match.group().lower() for match in found)
    index = max((len(words) for words in told if lower[: len(words)] == words), default=0)
    pieces = [replace(piece, is_told=True) for piece in _split(blanked)[:index]]
    while index < len(found):
        count, meaning = _longest_meaning(
            [match.group().lower() for match in found[index : index + LONGEST_SPELLING]]
        )
        first, last = found[index], found[index + count - 1]
        text = body[first.start() : last.end()]
        pieces.append(_Piece(text=text, start=first.start(), end=last.end(), meaning=meaning))
        index += count
    return pieces


def _begins_with_a_name(pieces: Sequence[_Piece]) -> bool:
    """Whether the first word is a system's, and the tool's too: linux-doctor_linux_arm64."""
    systems = [piece.meaning.os if piece.meaning is not None else None for piece in pieces]
    if len(pieces) < 3 or systems[0] is None or pieces[1].meaning is not None:
        return False
    return systems[0] in systems[2:]


def _split(text: str) -> list[_Piece]:
    """The words of a text, for what they are and not for what they mean."""
    return [
        _Piece(text=match.group(), start=match.start(), end=match.end(), meaning=None)
        for match in _WORD.finditer(text)
    ]


def _longest_meaning(words: Sequence[str]) -> tuple[int, Meaning | None]:
    """How many of the first words make one word that means something, and what."""
    for count in range(min(LONGEST_SPELLING, len(words)), 1, -1):
        joined = WORDS.get("".join(words[:count]))
        if joined is not None:
            return count, joined
    return 1, _meaning(words[0])


@lru_cache(maxsize=8192)
def _meaning(word: str) -> Meaning | None:
    """What one word means, also where two were glued together (``linuxarm64``, ``macos13``)."""
    known = WORDS.get(word)
    if known is not None or len(word) > _LONGEST_GLUED:
        return known
    for cut in range(len(word) - 1, 1, -1):
        left, right = WORDS.get(word[:cut]), word[cut:]
        if left is None:
            continue
        if right.isdigit() and (left.os is not None or left.linkage is not None):
            return Meaning(os=left.os, linkage=left.linkage, special=True)
        glued = _glue(left, WORDS.get(right))
        if glued is not None:
            return glued
    return None


def _glue(left: Meaning, right: Meaning | None) -> Meaning | None:
    """Two meanings as one, where they say different things: a system and a processor."""
    if right is None or (left.os is None) == (right.os is None):
        return None
    if left.cpu is not None and right.cpu is not None:
        return None
    return Meaning(
        os=left.os or right.os,
        cpu=left.cpu or right.cpu,
        linkage=left.linkage if left.linkage is not None else right.linkage,
        special=left.special or right.special,
    )


def _os(pieces: Iterable[_Piece]) -> Os | None:
    """The system: the last that is named, as a tool's own name comes first (linux-x-darwin)."""
    strong: Os | None = None
    weak: Os | None = None
    for piece in pieces:
        if piece.meaning is None or piece.meaning.os is None:
            continue
        if piece.meaning.weak_os:
            weak = piece.meaning.os
        else:
            strong = piece.meaning.os
    return strong or weak


def _cpu(pieces: Sequence[_Piece], os: Os | None) -> tuple[Cpu | None, bool]:
    """The processor, the last that is named, and whether only a width names it."""
    meanings = [piece.meaning for piece in pieces if piece.meaning is not None]
    strong = [meaning.cpu for meaning in meanings if meaning.cpu and not meaning.weak_cpu]
    widths = [meaning.cpu for meaning in meanings if meaning.cpu and meaning.weak_cpu]
    single = [cpu for cpu in strong if cpu is not Cpu.UNIVERSAL]
    if os is Os.DARWIN and {Cpu.AMD64, Cpu.ARM64} <= set(single):
        return Cpu.UNIVERSAL, False
    if single:
        return _most_exact(single, widths), False
    # only macOS has files for two processors; elsewhere "all" means something else
    if strong and (os is Os.DARWIN or (os is None and _says_universal(pieces))):
        return Cpu.UNIVERSAL, False
    return (widths[-1], True) if widths else (None, False)


def _most_exact(named: Sequence[Cpu], widths: Sequence[Cpu]) -> Cpu:
    """The last processor that is named, made exact by the other words where it is a family."""
    last = named[-1]
    if last is Cpu.ARM and Cpu.AMD64 in widths:
        return Cpu.ARM64  # mac-64-bit-ARM
    return next((cpu for cpu in [*named, *widths] if cpu in _MEMBERS.get(last, ())), last)


_MEMBERS = {
    Cpu.ARM: (Cpu.ARM64, Cpu.ARMV7, Cpu.ARMV6, Cpu.ARMV5),
    Cpu.X86: (Cpu.AMD64, Cpu.I386),
}
"""The exact words of a family: ``tool-arm64.arm`` is one processor, named twice."""


def _says_universal(pieces: Iterable[_Piece]) -> bool:
    return any(piece.text.lower().startswith("universal") for piece in pieces)


def _linkage(pieces: Iterable[_Piece]) -> Linkage:
    """The C library: the best word decides, as musl and static mean static."""
    named = [
        piece.meaning.linkage
        for piece in pieces
        if piece.meaning is not None and piece.meaning.linkage is not None
    ]
    return min(named, default=Linkage.PLAIN)


def _special(pieces: Iterable[_Piece]) -> int:
    return sum(
        piece.text.lower() in FLAVOURS or (piece.meaning is not None and piece.meaning.special)
        for piece in pieces
        if not piece.is_told
    )


def _is_used(meaning: Meaning | None, os: Os | None, cpu: Cpu | None) -> bool:
    """Whether a word's meaning is part of the answer, and so no part of the tool's name."""
    if meaning is None or (meaning.os is not None and meaning.os is not os):
        return False
    if meaning.cpu is None or meaning.weak_cpu or cpu in {meaning.cpu, Cpu.UNIVERSAL}:
        return True
    return cpu in _MEMBERS.get(meaning.cpu, ())


def _own(rest: Sequence[_Piece]) -> list[_Piece]:
    """The words that tell one tool from another, of those that say nothing of the platform.

    Words for how it was made or packed are no such words, unless there are no others.
    """
    named = [piece for piece in rest if piece.is_told or not _is_version(piece.text.lower())]
    own = [piece for piece in named if piece.is_told or piece.text.lower() not in _NOISE]
    return own or named


def _texts(pieces: Iterable[_Piece]) -> Words:
    """The words of a name, each once, without what separates the parts of one."""
    lower = (piece.text.lower() for piece in pieces)
    return tuple(dict.fromkeys("".join(_WORD.findall(text)) for text in lower))


def _is_version(word: str) -> bool:
    return VERSION_WORD.fullmatch(word) is not None or COMMIT.fullmatch(word) is not None


def _title(body: str, own: Sequence[_Piece], rest: Sequence[_Piece]) -> str:
    """The tool's words as they are spelled, with their own separators where they stand together."""
    if not own:
        return ""
    text = body[own[0].start : own[-1].end]
    inside = [piece for piece in rest if own[0].start <= piece.start <= own[-1].start]
    if inside == list(own) and _texts(_split(text)) == _texts(own):
        return text
    return "-".join(_texts(own))


def _is_digest_file(pieces: Sequence[_Piece], *, labelled: bool) -> bool:
    """Whether a file without an ending holds digests: SHA256SUMS, tool_linux_amd64_sha256."""
    words = [piece.text.lower() for piece in pieces]
    digests = [DIGEST.fullmatch(word) is not None for word in words]
    return any(digests) and (digests[-1] or not labelled)
