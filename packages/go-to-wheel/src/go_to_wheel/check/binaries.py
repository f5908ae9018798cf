"""Programs in the wheel, held against the wheel's tags by their own headers.

Nothing else looks: the index and the installers trust the tags, so a program that does not
keep their promise fails on the user's machine. Shared libraries are left to auditwheel and
delocate, whose work they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from ..model import BinaryFacts, BinaryFormat
from ..tags import PlatformTag, parse_platform_tag, undeserved_tags
from ..targets import Arch, System
from ..wording import counted
from .contents import SCRATCH_NAME
from .opened import Entry, OpenWheel
from .places import is_script, is_started
from .report import Problem, error, listed, warning

_REBUILD = "Build the program for the wheel's platform, or the wheel for the program's."

TAG = error("binary-tag", _REBUILD)
FOREIGN = warning("binary-foreign", "Leave it out if nothing starts it.")
ANY = error("binary-any", "Give a wheel with a program the tags of its platform.")
MAYBE_ANY = warning("binary-any", "Give a wheel with native code the tags of its platform.")
NOT_PROGRAM = error("not-a-program", "Put the compiled program there.")
UNSIGNED = error("macho-unsigned", "Sign it, ad hoc is enough, and do not change it afterwards.")
BROKEN = error("macho-signature", "Sign it after its last change, or do not change it at all.")
FRAGILE = warning("macho-signature", "Sign it after its last change.")
NO_UUID = warning("macho-uuid", "Link it with Go 1.24 or newer and without -buildid=.")
NONE = warning("no-native-code", "Tag a wheel without native code 'any'.")


def rules(wheel: OpenWheel) -> Iterator[Problem]:
    """All rules on programs."""
    programs = [entry for entry in wheel.entries if entry.content and entry.content.facts]
    yield from _fakes(wheel)
    for entry in programs:
        yield from _macos(entry)
    if wheel.name is None or wheel.unread:
        return
    if "any" in wheel.name.platforms:
        yield from _in_any(wheel)
    else:
        yield from _held_to_tags(wheel, programs, wheel.name.platforms)
        yield from _without_code(wheel)


def _facts(entry: Entry) -> tuple[BinaryFacts, ...]:
    return entry.content.facts if entry.content else ()


def _fakes(wheel: OpenWheel) -> Iterator[Problem]:
    """What lies where programs lie, has the name of one, and is none or a broken one."""
    for entry in wheel.entries:
        if entry.content and entry.content.not_program and is_started(entry.name):
            fault = entry.content.not_program
            yield NOT_PROGRAM.at(
                entry.name,
                f"The member{fault.message.removeprefix(SCRATCH_NAME)}",
                hint=fault.hint,
            )


def _macos(entry: Entry) -> Iterator[Problem]:
    """Apple silicon starts only what is signed and fits its signature, page by page."""
    for signature in entry.content.signatures if entry.content else ():
        if signature.problem:
            rule = BROKEN if signature.arch is Arch.ARM64 else FRAGILE
            yield rule.at(
                entry.name,
                f"The program's code signature for {signature.arch} {signature.problem}.",
            )
    for fact in _facts(entry):
        if fact.format is not BinaryFormat.MACHO or fact.system is not System.DARWIN:
            continue
        if fact.arch is Arch.ARM64 and not fact.signed:
            yield UNSIGNED.at(
                entry.name, "The program for Apple silicon is not signed; macOS kills it."
            )
        if not fact.has_uuid:
            yield NO_UUID.at(
                entry.name, "The program has no LC_UUID; macOS 26 refuses to start it."
            )


def _in_any(wheel: OpenWheel) -> Iterator[Problem]:
    """A program among the commands starts on one platform only.

    Elsewhere, code for several processors is there on purpose: pip and setuptools carry the
    launchers of Windows for all of them.
    """
    native = [entry for entry in wheel.entries if entry.content and entry.content.native]
    machines = {
        (entry.content.native.format, entry.content.native.machine)
        for entry in native
        if entry.content and entry.content.native
    }
    one_platform = len(machines) == 1
    started = [
        entry.name
        for entry in native
        if _facts(entry) and (is_script(entry.name) or (one_platform and is_started(entry.name)))
    ]
    for name in started:
        yield ANY.at(name, "The wheel is tagged 'any', but this program is for one platform.")
    if one_platform and not started:
        names = [entry.name for entry in native]
        yield MAYBE_ANY.at(
            names[0],
            f"The wheel is tagged 'any', but carries native code for one platform in"
            f" {counted(len(names), 'file')}: {listed(names)}.",
        )


def _held_to_tags(
    wheel: OpenWheel, programs: list[Entry], platforms: tuple[str, ...]
) -> Iterator[Problem]:
    """Each program must keep what the tags promise.

    One that lies elsewhere than in ``bin/`` or among the scripts may be an extra for another
    platform: debuggers carry helpers for all, Go's own wheel has test data. So it is no error
    as long as the wheel has a program that fits better.
    """
    bundled = frozenset(PurePosixPath(name).name for name in wheel.names)
    tags = [parse_platform_tag(tag) for tag in platforms]
    faults = [(entry, undeserved_tags(_facts(entry), platforms, bundled)) for entry in programs]
    some_fit = any(not undeserved for _, undeserved in faults)
    some_are_meant = any(_is_meant_for(_facts(entry), tags) for entry in programs)
    extras = []
    for entry, undeserved in faults:
        better = some_fit or (some_are_meant and not _is_meant_for(_facts(entry), tags))
        if undeserved and better and not is_started(entry.name):
            extras.append(entry.name)
            continue
        by_reason: dict[str, list[str]] = {}
        for fault in undeserved:
            by_reason.setdefault(fault.reason, []).append(fault.tag)
        for reason, names in by_reason.items():
            yield TAG.at(entry.name, f"The program does not deserve {listed(names, 6)}: {reason}.")
    if extras:
        yield FOREIGN.at(
            extras[0],
            f"{counted(len(extras), 'program')} outside bin/ and scripts/ would not run where"
            f" the wheel's tags allow it: {listed(extras)}.",
        )


def _is_meant_for(facts: tuple[BinaryFacts, ...], tags: list[PlatformTag]) -> bool:
    """Whether system and processor fit a tag, whatever versions it promises."""
    return any(
        fact.arch in tag.arches and fact.system in {None, tag.system}
        for fact in facts
        for tag in tags
    )


def _without_code(wheel: OpenWheel) -> Iterator[Problem]:
    if not any(entry.content and entry.content.native for entry in wheel.entries):
        yield NONE.at(
            wheel.filename, "The wheel is tagged for a platform, but holds no native code."
        )
