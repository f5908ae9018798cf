"""Whether a binary keeps what the platform tags of a wheel promise.

This is the check of a wheel from anywhere, so what cannot be known is not held against it: a
binary without build info has no level, one without a minimal macOS fits all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from ..model import BinaryFacts, Libc
from ..targets import TARGETS, Arch
from .describe import describe, name, pick
from .families import PlatformTag, TagFamily, parse_platform_tag
from .promises import (
    Version,
    glibc_floor,
    glibc_problem,
    kernel_floor,
    level_excess,
    macos_floor,
    musl_problem,
    other_library_needs,
)

# The level that every processor behind a tag has; a tag that no target has goes by its
# architecture, for which 32-bit ARM means ARMv7.
_MACHINE_LEVELS = {(target.system, target.machine): target.level for target in TARGETS}
_ARCH_LEVELS = {target.arch: target.level for target in TARGETS if target.machine != "armv6l"}


@dataclass(frozen=True, slots=True, kw_only=True)
class UndeservedTag:
    """A platform tag that promises more than the binary keeps.

    Attributes:
        tag: the platform tag.
        reason: why, as a sentence in which "it" is the binary; no full stop.
    """

    tag: str
    reason: str


def undeserved_tags(
    facts: Sequence[BinaryFacts],
    platform_tags: Iterable[str],
    bundled: Collection[str] = (),
) -> tuple[UndeservedTag, ...]:
    """The tags, among these on a wheel, that a binary in it does not deserve, and why.

    Args:
        facts: what ``read_binary`` told.
        platform_tags: single platform tags, as they come from an expanded tag set.
        bundled: the file names of the libraries in the wheel itself.
    """
    reasons = ((tag, _reason(facts, parse_platform_tag(tag), bundled)) for tag in platform_tags)
    return tuple(UndeservedTag(tag=tag, reason=reason) for tag, reason in reasons if reason)


def _reason(facts: Sequence[BinaryFacts], tag: PlatformTag, bundled: Collection[str]) -> str | None:
    if tag.system is None or not tag.arches:
        return f"it is {describe(facts)}, and the tag does not name that platform"
    for arch in tag.arches:
        fact = pick(facts, tag.system, arch)
        if fact is None:
            return f"it is {describe(facts)}, not {name(tag.system, arch)}"
        level = _MACHINE_LEVELS.get((tag.system, tag.machine)) or _ARCH_LEVELS.get(arch)
        if excess := level_excess(fact.build_info, level):
            return f"it was built with {excess}, above what every {tag.machine} processor has"
        if reason := _version_reason(fact, tag) or _libc_reason(fact, tag, bundled):
            return reason
    return None


def _version_reason(fact: BinaryFacts, tag: PlatformTag) -> str | None:
    """Why the version in the tag is older than what the binary needs."""
    if tag.version is None:
        return None
    match tag.family:
        case TagFamily.MACOS:
            # Nothing older than 11.0 runs on arm64, so an older tag means 11.0 there.
            is_arm64 = fact.arch is Arch.ARM64
            claimed = max(tag.version, (11, 0)) if is_arm64 else tag.version
            return _newer("macOS", macos_floor(fact), claimed)
        case TagFamily.IOS:
            return _newer("iOS", fact.min_os, tag.version)
        case TagFamily.ANDROID if fact.min_os and fact.min_os > tag.version:
            return f"it needs Android API level {fact.min_os[0]}"
        case TagFamily.MANYLINUX:
            kernel = kernel_floor(fact.build_info)
            if kernel and fact.build_info and kernel > tag.version:
                go = fact.build_info.go_version
                return f"{go} made it, whose programs need the Linux of manylinux_{kernel[0]}_{kernel[1]}"
    return None


def _newer(system: str, needed: Version | None, claimed: Version) -> str | None:
    if needed is None or needed <= claimed:
        return None
    return f"it needs {system} {needed[0]}.{needed[1]}"


def _libc_reason(fact: BinaryFacts, tag: PlatformTag, bundled: Collection[str]) -> str | None:
    """Why the C library that the tag promises is not the one that the binary needs."""
    if tag.family not in {TagFamily.MANYLINUX, TagFamily.MUSLLINUX} or fact.static:
        return None
    wanted = Libc.GLIBC if tag.family is TagFamily.MANYLINUX else Libc.MUSL
    if fact.libc is not wanted:
        return f"it needs {fact.libc or 'a C library that no tag promises'}, not {wanted}"
    if wanted is Libc.MUSL:
        return musl_problem(fact, bundled)
    floor = glibc_floor(fact)
    if floor and tag.version and floor > tag.version:
        return f"it needs {other_library_needs([fact]) or f'glibc {floor[0]}.{floor[1]}'}"
    return glibc_problem(fact, bundled)
