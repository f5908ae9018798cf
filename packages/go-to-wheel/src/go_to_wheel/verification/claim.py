"""What a wheel claims: its record of origin, and what else its build must have been told.

All of this is read from the wheel, which anybody may have written: no path of it is opened, and
nothing of it is run.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath

from packaging.version import Version

from ..check.metadata import read_fields
from ..check.opened import OpenWheel, read_members
from ..check.report import shown
from ..errors import OriginError, UsageError
from ..model import Alias, Layout
from ..names import (
    CommandName,
    DistributionName,
    parse_command_name,
    parse_distribution_name,
    parse_version,
)
from ..provenance.origin import BinaryOrigin, OriginRecord
from ..provenance.record import FILE_NAME, SIZE_LIMIT, parse_origin
from ..targets import Target, find_target
from ..wheel.write import DEFAULT_EPOCH

_LAUNCHER = re.compile(r"[A-Za-z_]\w*/(?:__init__|_binary)\.py")
_FINDER = re.compile(r"_\w+_editable\.pth")  # as wheel/editable.py writes it
_LAUNCHER_LIMIT = 1 << 20  # bytes
_MOST_LAUNCHERS = 100  # files that may be one
# The line as wheel/shim.py writes it: names of commands and of files have no other characters.
_PAIR = re.compile(r"'([\w.+-]+)': '([\w.+-]+)'(?:, )?", re.ASCII)
_BINARIES = re.compile(rf"^_BINARIES = \{{((?:{_PAIR.pattern})+)\}}$", re.MULTILINE | re.ASCII)
_GENERATOR = re.compile(r"^Generator:[ \t]*(\S.*)$", re.MULTILINE)
_MOMENT = struct.Struct("<10xHH")  # APPNOTE 4.3.7: the time and the date


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a wheel says of how it was made.

    Attributes:
        record: the record of origin.
        name: the distribution's name, as METADATA writes it.
        version: its version.
        target: what it was made for.
        layout: where its binaries lie.
        programs: its binaries; the first one is the default.
        commands: the names of their commands, in the same order.
        aliases: more names of these commands.
        epoch: the time of its members, in seconds since 1970.
    """

    record: OriginRecord
    name: DistributionName
    version: Version
    target: Target
    layout: Layout
    programs: tuple[BinaryOrigin, ...]
    commands: tuple[CommandName, ...]
    aliases: tuple[Alias, ...] = ()
    epoch: int = DEFAULT_EPOCH


def read_record(wheel: OpenWheel) -> OriginRecord:
    """The record of origin of a wheel.

    Raises:
        OriginError: there is none, or it cannot be read.
    """
    place = wheel.info(FILE_NAME)
    if place not in wheel.names:
        raise OriginError(
            f"It has no record of origin{_made_by(wheel)}: nobody says what it was made from.",
            hint="Wheels that go-to-wheel builds have one.",
        )
    content = read_members(wheel, {place: SIZE_LIMIT}).get(place)
    if content is None:
        raise OriginError(
            "Its record of origin cannot be unpacked, or is too large.",
            hint="'go-to-wheel check' says what is wrong with the wheel.",
        )
    record = parse_origin(content)
    if not record.binaries:
        raise OriginError(
            "Its record of origin tells of no binary.", hint="There is nothing to verify."
        )
    return record


def _made_by(wheel: OpenWheel) -> str:
    text = wheel.texts.get("WHEEL", b"").decode("utf-8", "replace")
    found = _GENERATOR.search(text)
    return f" (made by {shown(found[1].strip())})" if found else ""


def read_claim(wheel: OpenWheel, record: OriginRecord) -> Claim:
    """What a wheel says of how it was made.

    Args:
        wheel: the wheel.
        record: its record of origin, which tells of binaries that are there.

    Raises:
        OriginError: no build of ours gives such a wheel, or it is for one machine only.
    """
    _refuse_editable(wheel)
    name, version = _name_and_version(wheel)
    programs, commands, aliases = _commands(wheel, record)
    if len(names := {program.target for program in programs}) > 1:
        raise _not_ours(f"it holds programs for {' and '.join(sorted(names))}")
    try:
        target = find_target(programs[0].target)
    except UsageError as error:
        raise _not_ours(f"its target {shown(programs[0].target)} is none") from error
    in_scripts = ".data/scripts/" in programs[0].path
    return Claim(
        record=record,
        name=name,
        version=version,
        target=target,
        layout=Layout.NATIVE if in_scripts else Layout.PACKAGE,
        programs=programs,
        commands=commands,
        aliases=aliases,
        epoch=_epoch(wheel),
    )


def _refuse_editable(wheel: OpenWheel) -> None:
    """An editable wheel (PEP 660) says where a folder lies on the machine that made it."""
    if any(_FINDER.fullmatch(name) for name in wheel.names):
        raise OriginError(
            "It is an editable wheel: the Python code that it starts lies in a folder of the"
            " machine that made it, and not in the wheel.",
            hint="Verify a wheel that is for others.",
        )


def _name_and_version(wheel: OpenWheel) -> tuple[DistributionName, Version]:
    try:
        raw, _ = read_fields(wheel.texts.get("METADATA", b""))
        name = parse_distribution_name(raw.get("name", ""))
        version = parse_version(raw.get("version", ""))
    except (ValueError, UsageError) as error:
        raise _not_ours("METADATA gives no name and version") from error
    there = wheel.name
    if there is None or (there.name, there.version_text) != (name.wheel, str(version)):
        raise _not_ours("METADATA and its file name differ on name and version")
    return name, version


def _commands(
    wheel: OpenWheel, record: OriginRecord
) -> tuple[tuple[BinaryOrigin, ...], tuple[CommandName, ...], tuple[Alias, ...]]:
    """The binaries in the launcher's order, their commands, and more names of these."""
    by_file = {PurePosixPath(binary.path).name: binary for binary in record.binaries}
    names = _launched(wheel)
    programs: dict[str, CommandName] = {}
    aliases = []
    for name, file in names.items():
        if file not in by_file:
            raise _not_ours(f"its launcher starts {shown(file)}, of which the record says nothing")
        if file in programs:
            aliases.append(Alias(name=name, command=programs[file]))
        elif name == file.removesuffix(".exe"):
            programs[file] = name
        else:
            raise _not_ours(f"its launcher starts {shown(file)} as {name} first")
    if len(programs) != len(record.binaries):
        raise _not_ours("its launcher does not start what the record tells of")
    ordered = tuple(by_file[file] for file in programs)
    return ordered, tuple(programs.values()), tuple(aliases)


def _launched(wheel: OpenWheel) -> Mapping[CommandName, str]:
    """Command → file name of the program, as the launcher has it, in its order."""
    places = sorted(name for name in wheel.names if _LAUNCHER.fullmatch(name))[:_MOST_LAUNCHERS]
    for content in read_members(wheel, dict.fromkeys(places, _LAUNCHER_LIMIT)).values():
        found = _BINARIES.search(content.decode("utf-8", "replace"))
        if found:
            pairs = (pair.groups() for pair in _PAIR.finditer(found[1]))
            return {_command(name): file for name, file in pairs}
    raise _not_ours("it has no launcher of ours")


def _command(name: str) -> CommandName:
    try:
        return parse_command_name(name)
    except UsageError as error:
        raise _not_ours(f"its launcher names a command {shown(name)}") from error


def _epoch(wheel: OpenWheel) -> int:
    """The time of the first member, in seconds since 1970; all others of a build have the same.

    Raises:
        OriginError: there is no such time.
    """
    local = wheel.archive.members[0].local
    try:
        with wheel.path.open("rb") as stream:
            stream.seek(local.start if local else 0)
            time, date = _MOMENT.unpack(stream.read(_MOMENT.size))
        day = datetime((date >> 9) + 1980, date >> 5 & 15, date & 31, tzinfo=UTC)
        moment = day + timedelta(hours=time >> 11, minutes=time >> 5 & 63, seconds=(time & 31) * 2)
    except (OSError, struct.error, ValueError) as error:
        raise _not_ours("its files have a time that there is not") from error
    return int(moment.timestamp())


def _not_ours(why: str) -> OriginError:
    return OriginError(
        f"No build of go-to-wheel gives this wheel: {why}.",
        hint="Somebody has changed it, or its record of origin belongs to another wheel.",
    )
