"""Why a wheel deserves a platform tag, or why not."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import PurePosixPath

from ..check.places import is_started
from ..model import BinaryFacts
from ..tags import PlatformTag, TagFamily, parse_platform_tag, undeserved_tags
from ..tags.describe import name, pick
from ..tags.promises import kernel_floor, macos_floor, other_library_needs
from .facts import Library, Program, TagVerdict


def judge_tags(
    platforms: Sequence[str],
    programs: Sequence[Program],
    libraries: Sequence[Library],
    names: Collection[str],
) -> tuple[TagVerdict, ...]:
    """The verdict on each platform tag.

    Args:
        platforms: the platform tags.
        programs: the programs of the wheel.
        libraries: its other native code.
        names: the names of all members: libraries may travel in the wheel itself.
    """
    tags = [parse_platform_tag(tag) for tag in dict.fromkeys(platforms)]
    bundled = frozenset(PurePosixPath(member).name for member in names)
    held = _held([program for program in programs if program.facts], tags, bundled)
    return tuple(_judge(tag, held, libraries, bundled) for tag in tags)


def _held(
    programs: list[Program], tags: Sequence[PlatformTag], bundled: Collection[str]
) -> list[Program]:
    """The programs that are held to the tags.

    One that users do not start, and that keeps no promise, is an extra beside those that do:
    debuggers carry helpers for all platforms, Go's own wheel has test data.
    """
    platforms = [tag.tag for tag in tags]
    held = [
        program
        for program in programs
        if is_started(program.path) or not undeserved_tags(program.facts, platforms, bundled)
    ]
    meant = [each for each in programs if any(_parts(each.facts, tag) for tag in tags)]
    return held or meant or programs


def _judge(
    tag: PlatformTag,
    held: Sequence[Program],
    libraries: Sequence[Library],
    bundled: Collection[str],
) -> TagVerdict:
    if tag.family is TagFamily.ANY:
        return _judge_any(tag, held, libraries)
    for program in held:
        for fault in undeserved_tags(program.facts, [tag.tag], bundled):
            where = f"{program.path}: " if len(held) > 1 else ""
            return TagVerdict(tag=tag.tag, deserved=False, reason=f"{where}{fault.reason}")
    if held:
        started = [program for program in held if is_started(program.path)]
        facts = [part for program in started or held for part in _parts(program.facts, tag)]
        return TagVerdict(tag=tag.tag, deserved=True, reason=_merit(facts, tag))
    if libraries:
        reason = "there is no program, and libraries are not judged here"
        return TagVerdict(tag=tag.tag, deserved=None, reason=reason)
    reason = "there is no native code that would need a tag of its own"
    return TagVerdict(tag=tag.tag, deserved=None, reason=reason)


def _judge_any(
    tag: PlatformTag, held: Sequence[Program], libraries: Sequence[Library]
) -> TagVerdict:
    if not held and not libraries:
        return TagVerdict(tag=tag.tag, deserved=True, reason="there is no native code")
    if any(is_started(program.path) for program in held):
        reason = f"{held[0].path} is a program for one platform"
        return TagVerdict(tag=tag.tag, deserved=False, reason=reason)
    reason = "there is native code, which may be for several platforms on purpose"
    return TagVerdict(tag=tag.tag, deserved=None, reason=reason)


def _parts(facts: Sequence[BinaryFacts], tag: PlatformTag) -> list[BinaryFacts]:
    """The parts of a program that the tag speaks of."""
    if tag.system is None:
        return []
    found = [pick(facts, tag.system, arch) for arch in tag.arches]
    return [fact for fact in found if fact is not None]


def _merit(facts: Sequence[BinaryFacts], tag: PlatformTag) -> str:
    """What the programs need of the platform, all of which the tag promises."""
    match tag.family:
        case TagFamily.MANYLINUX | TagFamily.MUSLLINUX | TagFamily.LINUX:
            return _linux_merit(facts, tag)
        case TagFamily.MACOS:
            if floor := max(filter(None, map(macos_floor, facts)), default=None):
                return f"it needs macOS {_text(floor)}"
        case TagFamily.ANDROID:
            if level := max((fact.min_os[0] for fact in facts if fact.min_os), default=None):
                return f"it needs Android API level {level}"
        case _:
            pass
    systems = dict.fromkeys(name(tag.system, arch) for arch in tag.arches if tag.system)
    return f"it is {' and '.join(systems)}"


def _linux_merit(facts: Sequence[BinaryFacts], tag: PlatformTag) -> str:
    kernel = max(filter(None, (kernel_floor(fact.build_info) for fact in facts)), default=None)
    is_manylinux = tag.family is TagFamily.MANYLINUX
    linux = f"; its Go needs the Linux of manylinux_{kernel[0]}_{kernel[1]}" if kernel else ""
    if all(fact.static for fact in facts):
        return f"it is static, so it needs no C library{linux if is_manylinux else ''}"
    if tag.family is TagFamily.MUSLLINUX:
        return "it is linked with musl, and needs no other library"
    own = max(filter(None, (fact.glibc for fact in facts)), default=None)
    glibc = f"glibc {_text(own)}" if own else "glibc, of any version"
    others = other_library_needs(facts)
    return f"it needs {glibc}{f', and {others}' if others else ''}{linux}"


def _text(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"
