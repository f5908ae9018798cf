"""Which member of an archive is the program: by its name, its exec bit, its header.

For each wanted name, the most exact of these that fits a program for the target's system:

1. the member of just this path, where the name has a ``/`` in it
2. ``NAME`` or ``NAME.exe``, in whatever folder
3. the same in other letters
4. the name with words for platforms and versions around it (``tool-v1.2.3-linux-amd64``)

Where no name is asked for, the one expected is looked for in the same way; then the only member
with an exec bit that is a program, then the only one that is a program by its header. Whether a
member is a program, its first bytes say: scripts and libraries are none, whatever their names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ...binary import read_binary
from ...binary.image import Image
from ...binary.kinds import container_format, refuse_kind
from ...errors import ArchiveError, BinaryError, InvalidBinaryError, ProgramNotFoundError
from ...model import BinaryFormat
from ...tags import derive_tags
from ...targets import System, Target
from ...wording import listed
from ..archive import Archive, Member, MemberKind, looks_packed
from ..archive.names import printable
from ..assets import match_assets
from ..assets.names import read_asset, words_of

_HEAD = 4096  # bytes of a member that tell what it is
_FORMATS = {System.DARWIN: BinaryFormat.MACHO, System.WINDOWS: BinaryFormat.PE}
_LIBRARY = re.compile(
    r"\.(?:so|dylib|dll|node|bundle|a|o|lib|ko|sys)(?:\.[0-9.]+)?$", re.IGNORECASE
)
_FAT = (b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf")
_MOST_SLICES = 30  # in a universal binary; in a Java class the same four bytes count from 45
_MOST_PLATFORMS = 200  # that one archive has programs for
_LISTED = 10  # names in a message

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which programs are wanted.

    Attributes:
        binaries: the names that the user gave, or paths in the archive; each must be there.
        expected: the names that the one program probably has where none was given: those of
            the project, its repository, the asset.
    """

    binaries: Names = ()
    expected: Names = ()


def may_hold_program(path: Path) -> bool:
    """Whether a file is an archive or an executable, by its first bytes and no library's name.

    Raises:
        OSError: it cannot be read.
    """
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if looks_packed(head):
        return True
    return not _LIBRARY.search(path.name) and _format_of(head, path.name) is not None


def choose_programs(archive: Archive, choice: Choice, target: Target) -> tuple[Member, ...]:
    """The wanted programs for a target: one for each of ``binaries``, or else just one.

    Raises:
        ProgramNotFoundError: a wanted program is not there, or several are and none was chosen;
            the message says what is there instead.
        ArchiveError: the archive holds two different files of that name, or cannot be read.
    """
    search = _Search(archive, target)
    if not choice.binaries:
        return (search.find_any(choice.expected),)
    return tuple(search.find(name, alone=len(choice.binaries) == 1) for name in choice.binaries)


def unpack_programs(
    archive: Archive, choice: Choice, target: Target, outputs: Sequence[Path]
) -> tuple[str, ...]:
    """Put the wanted programs for a target into new files that may be executed.

    Args:
        archive: where they are.
        choice: which are wanted.
        target: what for.
        outputs: one path for each of ``choice.binaries``, or else just one.

    Returns:
        For each of them the program's path in the archive; empty where the file is the program.

    Raises:
        ProgramNotFoundError: a wanted program is not there, or several are and none was chosen.
        ArchiveError: the archive cannot be read.
        OutputError: a file cannot be written.
        InvalidBinaryError: what was found is no executable.
        TagMismatchError: it does not fit the target.
    """
    chosen = choose_programs(archive, choice, target)
    places = {member: place for place, member in enumerate(archive.members())}
    pairs = zip(chosen, outputs, strict=True)
    for member, to in sorted(pairs, key=lambda pair: places[pair[0]]):  # a tape goes forward
        _unpack(archive, member, target, to)
    return tuple("" if archive.is_single else printable(member.name) for member in chosen)


def _unpack(archive: Archive, member: Member, target: Target, to: Path) -> None:
    archive.extract(member, to)
    try:
        to.chmod(0o755)
        derive_tags(read_binary(to), target)
    except BinaryError as error:
        to.unlink()
        where = "" if archive.is_single else f"{printable(member.name)} in "
        raise type(error)(
            f"{where}{archive.shown} cannot be used for {target.name}. {error.message}",
            hint=error.hint,
        ) from error


def program_name(member: Member) -> str:
    """What a program is called, without ``.exe`` and words for platforms and versions."""
    asset = read_asset(member.base)
    return asset.title if asset and asset.title else re.sub(r"(?i)\.exe$", "", member.base)


class _Search:
    """Looks for programs in one archive, for one target."""

    def __init__(self, archive: Archive, target: Target) -> None:
        self._archive = archive
        self._target = target
        self._format = _FORMATS.get(target.system, BinaryFormat.ELF)
        self._kinds: dict[Member, BinaryFormat | None] = {}

    def find(self, name: str, *, alone: bool) -> Member:
        """The program that the user named; a file that is no archive has just one."""
        if self._archive.is_single and alone:
            return self._archive.members()[0]
        found = self._by_name(name)
        if found is None:
            raise self._missing((name,), what=f"no program named {printable(name)}")
        return found

    def find_any(self, expected: Names) -> Member:
        """The one program that there is."""
        if self._archive.is_single:
            return self._archive.members()[0]
        for name in expected:
            found = self._by_name(name)
            if found is not None:
                return found
        files = [each for each in self._archive.members() if each.kind is MemberKind.FILE]
        for pool in ([file for file in files if file.executable], files):
            programs = self._programs(pool)
            if programs:
                return self._only(programs, expected)
        raise self._missing(expected, what="no program")

    def _by_name(self, name: str) -> Member | None:
        for tier in _tiers(name):
            programs = self._programs([each for each in self._archive.members() if tier(each)])
            if programs:
                return self._only(programs, (name,))
        return None

    def _programs(self, members: Sequence[Member]) -> list[Member]:
        """Those that are programs for the target's system, by their first bytes."""
        return [
            member
            for member in members
            if not _LIBRARY.search(member.base) and self._kind(member) is self._format
        ]

    def _kind(self, member: Member) -> BinaryFormat | None:
        try:
            file = self._archive.resolve(member)
        except ArchiveError:
            return None  # a link that is broken
        if file not in self._kinds:
            self._kinds[file] = _format_of(self._archive.head(file, _HEAD), file.base)
        return self._kinds[file]

    def _only(self, programs: Sequence[Member], names: Names) -> Member:
        """The one to take, where several fit: that of the target, then the one on top."""
        # a link and the file that it leads to are one program, by the file's name
        links_first = sorted(programs, key=lambda each: each.kind is MemberKind.FILE)
        found = {self._archive.resolve(each).name: each for each in links_first}
        kept = set(found.values())
        left = [each for each in programs if each in kept]
        for narrow in (partial(_for_platform, self._target, names), _on_top):
            left = narrow(left) if len(left) > 1 else left
        if len(left) > 1:
            raise ProgramNotFoundError(
                f"{self._archive.shown} holds several programs: {_listed(left)}.",
                hint="Choose with --binary NAME, or with its path in the archive.",
            )
        self._refuse_twice(left[0].name)
        return left[0]

    def _refuse_twice(self, path: str) -> None:
        """Where two members have one path, nothing says which one upstream means."""
        if sum(member.name == path for member in self._archive.members()) > 1:
            raise ArchiveError(
                f"{self._archive.shown} holds {printable(path)} more than once, and nothing says"
                " which one is right.",
                hint="Ask those who published it to mend it.",
            )

    def _missing(self, names: Names, *, what: str) -> ProgramNotFoundError:
        """Say what is there instead of the program."""
        members = self._archive.members()
        if here := self._programs(members):
            return ProgramNotFoundError(
                f"{self._archive.shown} holds {what}, but {_listed(here)}.",
                hint="Choose one of these with --binary.",
            )
        return ProgramNotFoundError(
            f"{self._archive.shown} holds {what} for {self._target.name}. {self._instead(names)}",
            hint=f"Choose another file with --asset {self._target.name}=NAME.",
        )

    def _instead(self, names: Names) -> str:
        """What is there, as a sentence: the file of that name, or else all."""
        members = self._archive.members()
        tiers = [tier for name in names for tier in _tiers(name)]
        named = [member for tier in tiers for member in members if tier(member)]
        for member in named or members[: len(members) == 1]:
            if self._kind(member) is None:
                return _describe(self._archive, member)
        foreign = [member for member in members if self._kind(member) is not None]
        if foreign:
            return f"What it holds is for other systems, or a library: {_listed(foreign)}."
        return f"It holds {_listed(members) or 'nothing'}."


def _tiers(name: str) -> Iterator[Callable[[Member], bool]]:
    """Tests of a member's name, from the exact one to the generous one."""
    if "/" in name:
        yield lambda member: member.name == name.strip("/")
        return
    plain = re.sub(r"(?i)\.exe$", "", name)
    yield lambda member: member.base in {plain, f"{plain}.exe"}
    folded = plain.casefold()
    yield lambda member: member.base.casefold() in {folded, f"{folded}.exe"}
    words = words_of(plain)

    def fits_words(member: Member) -> bool:
        asset = read_asset(member.base)
        return asset is not None and asset.words == words

    yield fits_words


def _format_of(head: bytes, name: str) -> BinaryFormat | None:
    """The format of an executable or a library that begins like this; None for all else."""
    if head.startswith(_FAT) and int.from_bytes(head[4:8], "big") > _MOST_SLICES:
        return None
    return container_format(Image(head, printable(name)))


def _describe(archive: Archive, member: Member) -> str:
    """What a member is, which is no program, as a sentence."""
    image = Image(archive.head(member, _HEAD), printable(member.name))
    try:
        refuse_kind(image)
    except InvalidBinaryError as error:
        return error.message


def _for_platform(target: Target, names: Names, programs: Sequence[Member]) -> list[Member]:
    """Those whose path says that they are for the target; all, where none does."""
    if len(programs) > _MOST_PLATFORMS:
        return list(programs)
    by_path = {member.name: member for member in programs}
    mine = match_assets(list(by_path), commands=names).get(target.name, "")
    asset = read_asset(mine)
    return [by_path[mine]] if asset is not None and asset.labelled else list(programs)


def _on_top(programs: Sequence[Member]) -> list[Member]:
    """Of programs of one name, those in the fewest folders; of others, all."""
    if len({member.base for member in programs}) > 1:
        return list(programs)
    depths = [member.name.count("/") for member in programs]
    top = min(depths)
    return [each for each, depth in zip(programs, depths, strict=True) if depth == top]


def _listed(members: Sequence[Member]) -> str:
    """Names for a message: no more than anyone reads."""
    return listed([printable(member.name) for member in members], _LISTED)
