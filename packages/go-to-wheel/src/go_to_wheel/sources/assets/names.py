"""What one asset's name says: format, system, processor, C library, and the tool's own words.

Nothing is decided here that needs the rest of the list; see __init__.py for that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from .formats import format_rank, split_format
from .pieces import WORD, Piece, Words, longest_meaning, pieces_of, split_words
from .words import (
    COMMIT,
    DIGEST,
    FLAVOURS,
    LAST_RESORTS,
    NEUTRAL,
    VERSION,
    VERSION_WORD,
    Cpu,
    Linkage,
    Meaning,
    Os,
)

_NOISE = NEUTRAL | FLAVOURS


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
    split = split_format(name)
    if split is None:
        return None
    body, suffix, os_of_format = split
    pieces = pieces_of(body, told)
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
        format_rank=format_rank(suffix),
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
    found = split_words(name)
    return _texts(_own(found) or found)


def told_words(command: str) -> Words:
    """All words of a command's name, where they say nothing of a platform; else none.

    So ``dev`` and ``musl`` can be a tool's name, and ``windows_exporter`` still names Windows.
    """
    pieces = pieces_of(re.sub(r"\.exe$", "", command.strip(), flags=re.IGNORECASE))
    if any(_names_platform(piece.meaning) for piece in pieces):
        return ()
    return tuple(word for piece in pieces for word in WORD.findall(piece.text.lower()))


def first_word(name: str) -> str:
    """The word that an asset's name begins with; empty where it cannot be a tool's name."""
    blanked = VERSION.sub(lambda match: " " * len(match.group()), name)
    found = WORD.search(blanked)
    word = found.group() if found is not None else ""
    if _names_platform(longest_meaning([word.lower()])[1]):
        return ""
    return word if word.isalpha() else ""


def _names_platform(meaning: Meaning | None) -> bool:
    return meaning is not None and (meaning.os is not None or meaning.cpu is not None)


def _begins_with_a_name(pieces: Sequence[Piece]) -> bool:
    """Whether the first word is a system's, and the tool's too: linux-doctor_linux_arm64."""
    systems = [piece.meaning.os if piece.meaning is not None else None for piece in pieces]
    if len(pieces) < 3 or systems[0] is None or pieces[1].meaning is not None:
        return False
    return systems[0] in systems[2:]


def _os(pieces: Iterable[Piece]) -> Os | None:
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


def _cpu(pieces: Sequence[Piece], os: Os | None) -> tuple[Cpu | None, bool]:
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


def _says_universal(pieces: Iterable[Piece]) -> bool:
    return any(piece.text.lower().startswith("universal") for piece in pieces)


def _linkage(pieces: Iterable[Piece]) -> Linkage:
    """The C library: the best word decides, as musl and static mean static."""
    named = [
        piece.meaning.linkage
        for piece in pieces
        if piece.meaning is not None and piece.meaning.linkage is not None
    ]
    return min(named, default=Linkage.PLAIN)


def _special(pieces: Iterable[Piece]) -> int:
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


def _own(rest: Sequence[Piece]) -> list[Piece]:
    """The words that tell one tool from another, of those that say nothing of the platform.

    Words for how it was made or packed are no such words, unless there are no others.
    """
    named = [piece for piece in rest if piece.is_told or not _is_version(piece.text.lower())]
    own = [piece for piece in named if piece.is_told or piece.text.lower() not in _NOISE]
    return own or named


def _texts(pieces: Iterable[Piece]) -> Words:
    """The words of a name, each once, without what separates the parts of one."""
    lower = (piece.text.lower() for piece in pieces)
    return tuple(dict.fromkeys("".join(WORD.findall(text)) for text in lower))


def _is_version(word: str) -> bool:
    return VERSION_WORD.fullmatch(word) is not None or COMMIT.fullmatch(word) is not None


def _title(body: str, own: Sequence[Piece], rest: Sequence[Piece]) -> str:
    """The tool's words as they are spelled, with their own separators where they stand together."""
    if not own:
        return ""
    text = body[own[0].start : own[-1].end]
    inside = [piece for piece in rest if own[0].start <= piece.start <= own[-1].start]
    if inside == list(own) and _texts(split_words(text)) == _texts(own):
        return text
    return "-".join(_texts(own))


def _is_digest_file(pieces: Sequence[Piece], *, labelled: bool) -> bool:
    """Whether a file without an ending holds digests: SHA256SUMS, tool_linux_amd64_sha256."""
    words = [piece.text.lower() for piece in pieces]
    digests = [DIGEST.fullmatch(word) is not None for word in words]
    return any(digests) and (digests[-1] or not labelled)
