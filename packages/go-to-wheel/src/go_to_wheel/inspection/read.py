"""From a file to an inspection. The archive is read by ``check``, which trusts nothing."""

from __future__ import annotations

import base64
import configparser
import email.parser
import email.policy
from pathlib import Path, PurePosixPath

from ..check import Problem
from ..check import members as member_rules
from ..check import record as record_rules
from ..check.contents import SCRATCH_NAME, Content
from ..check.metadata import read_fields
from ..check.native import Kind
from ..check.opened import Entry, OpenWheel, open_wheel, read_members
from ..check.places import is_script
from ..check.report import gathered, shown
from ..check.scripts import read_commands
from ..errors import InvalidWheelError, OriginError
from ..provenance.origin import OriginRecord
from ..provenance.record import FILE_NAME, SIZE_LIMIT, parse_origin
from .bills import SIZE_LIMIT as LARGEST_BILL
from .bills import read_bill
from .effects import effects
from .facts import Description, Inspection, Library, Program, RecordState
from .reasons import judge_tags

_MOST_BILLS = 100
_SOURCE_SUFFIXES = (".tar.gz", ".tgz", ".tar.bz2")  # PEP 625, and what was before it
_LICENSE_NAMES = ("LICEN", "COPYING", "NOTICE", "UNLICEN", "PATENTS", "AUTHORS")


def inspect_wheel(path: Path) -> Inspection:
    """Look into a wheel.

    Args:
        path: the wheel; its file name counts.

    Raises:
        InvalidWheelError: the file cannot be read, or is no ZIP archive.
        OutputError: the folder for temporary files cannot be written.
    """
    if path.name.endswith(_SOURCE_SUFFIXES):
        raise InvalidWheelError(
            f"{shown(path.name)} is a source distribution, not a wheel.", hint="Name a wheel."
        )
    wheel = open_wheel(path)
    bills, record = _bill_paths(wheel), wheel.info(FILE_NAME)
    texts = read_members(wheel, {**dict.fromkeys(bills, LARGEST_BILL), record: SIZE_LIMIT})
    programs = tuple(
        _program(entry, entry.content)
        for entry in wheel.entries
        if entry.content is not None and _is_program(entry.content)
    )
    libraries = tuple(_libraries(wheel))
    origin, faults = _origin(texts.get(record), programs) if record in wheel.names else (None, ())
    name = wheel.name
    return Inspection(
        path=path,
        size=wheel.archive.size,
        unpacked=sum(member.size for member in wheel.archive.members),
        members=len([name for name in wheel.names if not name.endswith("/")]),
        about=_description(wheel),
        pythons=name.tag_parts[0] if name else (),
        abis=name.tag_parts[1] if name else (),
        tags=judge_tags(name.platforms, programs, libraries, wheel.names)
        if name and not wheel.unread
        else (),
        name_fault=shown(wheel.name_fault),
        commands=_commands(wheel),
        programs=programs,
        libraries=libraries,
        licenses=_licenses(wheel),
        bills=tuple(read_bill(each, texts.get(each)) for each in bills),
        origin=origin,
        origin_faults=faults,
        record=_record(wheel),
        escapes=gathered(member_rules.escapes(wheel)),
        effects=effects(wheel.names),
        unread=wheel.unread,
    )


def _bill_paths(wheel: OpenWheel) -> list[str]:
    prefix = wheel.info("sboms/")
    found = [each for each in wheel.names if each.startswith(prefix) and not each.endswith("/")]
    return sorted(found)[:_MOST_BILLS]


def _is_program(content: Content) -> bool:
    return bool(content.facts or content.not_program)


def _program(entry: Entry, content: Content) -> Program:
    member = entry.member
    fault = content.not_program.message.removeprefix(SCRATCH_NAME) if content.not_program else ""
    return Program(
        path=shown(entry.name),
        size=content.size,
        packed=member.compressed,
        sha256=_hex(content.digest),
        executable=bool(member.mode & 0o111),
        facts=content.facts,
        signatures=content.signatures,
        fault=shown(fault.strip()),
    )


def _hex(digest: str) -> str:
    """A SHA-256 digest in hex, from RECORD's spelling; empty for another algorithm."""
    algorithm, _, encoded = digest.partition("=")
    return base64.urlsafe_b64decode(f"{encoded}=").hex() if algorithm == "sha256" else ""


def _libraries(wheel: OpenWheel) -> list[Library]:
    return [
        Library(path=shown(entry.name), format=native.format, size=entry.content.size)
        for entry in wheel.entries
        if entry.content and (native := entry.content.native) and native.kind is Kind.LIBRARY
    ]


def _description(wheel: OpenWheel) -> Description:
    generator = _generator(wheel.texts.get("WHEEL", b""))
    text = wheel.texts.get("METADATA")
    if text is None:
        fault = wheel.unread or "there is no METADATA that can be unpacked"
        return Description(generator=generator, fault=fault)
    try:
        raw, _ = read_fields(text)
    except ValueError as error:
        return Description(generator=generator, fault=shown(str(error)))
    return Description(
        name=shown(raw.get("name", "")),
        version=shown(raw.get("version", "")),
        summary=shown(raw.get("summary", "")),
        metadata_version=shown(raw.get("metadata_version", "")),
        license=_one_line(raw.get("license_expression") or raw.get("license", "")),
        requires_python=shown(raw.get("requires_python", "")),
        requires=tuple(shown(each) for each in raw.get("requires_dist", [])),
        generator=generator,
    )


def _one_line(text: str) -> str:
    """Some put the whole text of a licence into the old field: its first line tells which."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return shown(f"{lines[0]} ..." if len(lines) > 1 else "".join(lines))


def _generator(text: bytes) -> str:
    parser = email.parser.HeaderParser(policy=email.policy.compat32)
    return shown(str(parser.parsestr(text.decode("utf-8", "replace")).get("Generator", "")))


def _commands(wheel: OpenWheel) -> tuple[str, ...]:
    """The entry points, and the files that installers put among the commands."""
    try:
        points = list(read_commands(wheel.texts.get("entry_points.txt", b"")))
    except (ValueError, configparser.Error):  # ``check`` says what is wrong
        points = []
    scripts = [PurePosixPath(each).name for each in wheel.names if is_script(each)]
    return tuple(sorted({shown(each.removesuffix(".exe")) for each in (*points, *scripts)}))


def _licenses(wheel: OpenWheel) -> tuple[str, ...]:
    """The texts in ``licenses/`` (PEP 639), and those that older tools put beside METADATA."""
    prefix = wheel.info("")
    found = [each.removeprefix(prefix) for each in wheel.names if each.startswith(prefix)]
    return tuple(
        sorted(
            shown(each)
            for each in found
            if not each.endswith("/")
            and (
                each.startswith("licenses/")
                or ("/" not in each and each.upper().startswith(_LICENSE_NAMES))
            )
        )
    )


def _record(wheel: OpenWheel) -> RecordState:
    problems: tuple[Problem, ...] = gathered(record_rules.rules(wheel))
    return RecordState(files=None if wheel.record is None else len(wheel.record), problems=problems)


def _origin(
    content: bytes | None, programs: tuple[Program, ...]
) -> tuple[OriginRecord | None, tuple[str, ...]]:
    """The record of origin, and what is wrong with it."""
    if content is None:
        return None, ("The record of origin cannot be unpacked, or is too large.",)
    try:
        origin = parse_origin(content)
    except OriginError as error:
        return None, (error.message,)
    there = {program.path: program for program in programs}
    faults = []
    for binary in origin.binaries:
        program = there.get(binary.path)
        if program is None:
            faults.append(f"It tells of {binary.path}, which is no program of the wheel.")
        elif program.sha256 and program.sha256 != binary.sha256:
            faults.append(f"{binary.path} is not the program that it tells of: the digests differ.")
    known = {binary.path for binary in origin.binaries}
    faults += [f"It does not tell of {path}." for path in there if path not in known]
    return origin, tuple(faults)
