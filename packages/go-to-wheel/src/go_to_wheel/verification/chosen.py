"""What the builder of a wheel chose: all that is in its record and that its source does not say.

The same bytes prove no more than that the source, built with these choices, gives the wheel. One
of them may be hostile, like a linker's flag that sets the address where a program looks for its
updates, so they belong to the verdict.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from packaging.utils import canonicalize_name

from ..model import CLibrary, GoOptions, Layout
from ..provenance.origin import BinaryOrigin, FolderOrigin, ModuleOrigin
from ..sources.golang.linker_flags import flags_and_values
from ..sources.golang.programs import command_of
from ..wheel.write import DEFAULT_EPOCH
from .claim import Claim
from .flags import read_flags
from .request import program_name
from .values import Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What a source says of its wheels by itself.

    Attributes:
        names: the names that it may give a distribution; how they are spelled does not count.
        version: the version; empty where it names none.
        commands: the names of the commands, beside those that programs have by themselves.
        aliases: more names of commands, as ``NAME=COMMAND``.
        layout: where the binaries lie in a wheel.
        packages: the import paths of the programs that are meant.
        go: how Go is to compile them; the version variable is among the linker's flags.
        given: of what a record may hold, the metadata that the source has too.
    """

    names: frozenset[str] = frozenset()
    version: str = ""
    commands: frozenset[str] = frozenset()
    aliases: frozenset[str] = frozenset()
    layout: Layout = Layout.PACKAGE
    packages: frozenset[str] = frozenset()
    go: GoOptions = GoOptions()
    given: tuple[tuple[str, str], ...] = ()


def choices(claim: Claim, stated: Stated) -> tuple[Choice, ...]:
    """What the record has, and the source does not say.

    Args:
        claim: what the wheel says of how it was made, of which a request could be made.
        stated: what its source says.

    Raises:
        OriginError: a flag that is not used on a record's word.
    """
    pairs = (*_compiling(claim, stated), *_distribution(claim, stated), *_metadata(claim, stated))
    return tuple(Choice(name=name, value=value) for name, value in pairs)


def _compiling(claim: Claim, stated: Stated) -> Iterator[tuple[str, str]]:
    build = claim.programs[0].build
    if build is None:
        return
    own, found = stated.go, read_flags(build.flags)
    theirs, wanted = (flags_and_values(each.ldflags) or () for each in (found, own))
    yield from (("ldflags", _text(each)) for each in theirs if each not in wanted)
    yield from (("ldflags", f"no {_text(each)}") for each in wanted if each not in theirs)
    if found.tags != own.tags:
        yield "tags", ",".join(found.tags) or "none"
    cgo = dict(build.environment).get("CGO_ENABLED") == "1"
    if cgo != own.cgo:
        yield "cgo", "on" if cgo else "off"
    if build.libc and build.libc != (own.libc or CLibrary.GLIBC):
        yield "libc", build.libc
    for program in claim.programs:
        source = program.source
        if isinstance(source, FolderOrigin | ModuleOrigin) and source.package not in (
            stated.packages
        ):
            yield "package", source.package


def _text(flag: tuple[str, str]) -> str:
    return " ".join(filter(None, flag))


def _distribution(claim: Claim, stated: Stated) -> Iterator[tuple[str, str]]:
    if canonicalize_name(str(claim.name)) not in map(canonicalize_name, stated.names):
        yield "name", str(claim.name)
    if str(claim.version) != stated.version:
        yield "version", str(claim.version)
    known = {*stated.commands, *stated.names, *map(own_name, claim.programs)}
    if len(claim.commands) == 1:
        known.add(str(claim.name))
    for command in claim.commands:
        if command not in known:
            yield "command", command
    aliases = [f"{alias.name}={alias.command}" for alias in claim.aliases]
    yield from (("alias", alias) for alias in aliases if alias not in stated.aliases)
    yield from (("alias", f"no {alias}") for alias in sorted(stated.aliases.difference(aliases)))
    if claim.layout is not stated.layout:
        yield "layout", str(claim.layout)
    if claim.epoch != DEFAULT_EPOCH:
        day = datetime.fromtimestamp(claim.epoch, UTC).date()
        yield "SOURCE_DATE_EPOCH", f"{claim.epoch} ({day})"


def own_name(program: BinaryOrigin) -> str:
    """What a program is called by itself: by Go, or in its archive."""
    source = program.source
    if isinstance(source, FolderOrigin | ModuleOrigin):
        return command_of(source.package)
    return program_name(program)


def _metadata(claim: Claim, stated: Stated) -> Iterator[tuple[str, str]]:
    own = dict(stated.given)
    for name, value in claim.record.given:
        if name != "targets" and own.get(name) != value:
            yield name, value
