"""From the facts of a binary to the platform tags that it deserves. Pure: no I/O.

A tag is a promise that the binary starts wherever an installer matches the tag; so every rule
here reads the binary's own header and build info, never the name of the target alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from .errors import TagMismatchError
from .model import BinaryFacts, BinaryFormat, Libc
from .platform_tags import (
    PlatformTag,
    TagFamily,
    accepted_platform_tag,
    macos_tag_version,
    parse_platform_tag,
)
from .promises import (
    Version,
    glibc_floor,
    glibc_problem,
    kernel_floor,
    level_excess,
    macos_floor,
    macos_policy,
    musl_problem,
)
from .targets import TARGETS, Arch, System, Target

__all__ = [
    "UndeservedTag",
    "accepted_platform_tag",
    "cautions",
    "common_tags",
    "derive_tags",
    "expected_tags",
    "undeserved_tags",
]

_MANYLINUX2014 = (2, 17)  # the alias that older installers know (PEP 600)

# A static binary asks nothing of musl, so the oldest musllinux (PEP 656) is deserved. A
# dynamic one shows no version: musl has no symbol versions. Then 1.2 is what is claimed,
# since its time functions are not those of 1.1, and no system with 1.1 is maintained.
_MUSLLINUX_STATIC = "musllinux_1_1"
_MUSLLINUX_DYNAMIC = "musllinux_1_2"

_ANDROID_API = 24  # the oldest that CPython supports (PEP 738)

_SYSTEM_NAMES = {
    System.LINUX: "Linux",
    System.DARWIN: "macOS",
    System.WINDOWS: "Windows",
    System.ANDROID: "Android",
    System.IOS: "iOS",
    System.FREEBSD: "FreeBSD",
    System.NETBSD: "NetBSD",
    System.OPENBSD: "OpenBSD",
    System.DRAGONFLY: "DragonFly BSD",
    System.SOLARIS: "Solaris",
}

_FORMATS = {System.DARWIN: BinaryFormat.MACHO, System.WINDOWS: BinaryFormat.PE}

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


def derive_tags(facts: Sequence[BinaryFacts], target: Target) -> tuple[str, ...]:
    """The platform tags that a binary deserves on its target, sorted.

    Args:
        facts: what ``read_binary`` told; of a universal binary the target's part is used.
        target: what the binary was made for.

    Raises:
        TagMismatchError: the binary is for another system or architecture, needs a newer
            processor than the target, or needs what no tag promises.
    """
    fact = _pick(facts, target.system, target.arch)
    if fact is None:
        raise TagMismatchError(
            f"The binary is {_describe(facts)}; {target.name} needs"
            f" {_name(target.system, target.arch)}.",
            hint=_fitting_hint(facts),
        )
    if excess := level_excess(fact.build_info, target.level):
        variable, allowed = target.level or ("", "")
        raise TagMismatchError(
            f"The binary was built with {excess}, which not every processor of {target.name}"
            " can run.",
            hint=f"Build it with {variable}={allowed}.",
        )
    match target.system:
        case System.LINUX:
            tags = _linux_tags(fact, target)
        case System.DARWIN:
            tags = _macos_tags(fact, target)
        case System.WINDOWS:
            machine = target.machine
            tags = (machine if machine == "win32" else f"win_{machine}",)
        case System.ANDROID:
            level = max(_ANDROID_API, fact.min_os[0] if fact.min_os else 0)
            tags = (f"android_{level}_{target.machine}",)
        case _:
            tags = ()
    return _checked(tags, target)


def expected_tags(target: Target, go_version: str | None) -> tuple[str, ...]:
    """The platform tags of a Go program without cgo for this target, sorted.

    Args:
        target: the target.
        go_version: for example ``1.27.3`` or ``go1.27.3``, which sets the oldest macOS; None
            stands for the newest Go that is known here.
    """
    fact = BinaryFacts(
        format=_FORMATS.get(target.system, BinaryFormat.ELF),
        system=target.system,
        arch=target.arch,
        static=target.system is System.LINUX,
        min_os=(
            macos_policy(go_version) or macos_policy(None)
            if target.system is System.DARWIN
            else None
        ),
    )
    return derive_tags((fact,), target)


def common_tags(binaries: Sequence[Sequence[BinaryFacts]], target: Target) -> tuple[str, ...]:
    """The platform tags that a wheel with all of these binaries deserves, sorted.

    Raises:
        TagMismatchError: one of them does not fit the target, or no tag suits them all.
    """
    each = [derive_tags(facts, target) for facts in binaries]
    shared = [
        tag
        for tag in {tag for tags in each for tag in tags}
        if all(any(_implies(own, tag) for own in tags) for tags in each)
    ]
    if not shared:
        raise TagMismatchError(
            f"No platform tag of {target.name} suits all binaries: one deserves"
            f" {'; another '.join(' '.join(tags) for tags in dict.fromkeys(each))}.",
            hint="Build them the same way, all with cgo or all without.",
        )
    return _checked(tuple(shared), target)


def _implies(deserved: str, tag: str) -> bool:
    """Whether a binary that deserves the first tag deserves the second: the same or newer."""
    old, new = parse_platform_tag(deserved), parse_platform_tag(tag)
    if (old.family, old.machine) != (new.family, new.machine):
        return False
    return old.version is None or new.version is None or old.version <= new.version


def cautions(facts: Sequence[BinaryFacts], target: Target) -> tuple[str, ...]:
    """What a user should know of a binary that fits its target, but may not start on it.

    Args:
        facts: what ``read_binary`` told.
        target: what the binary is used for.

    Returns:
        Sentences; none for most binaries. macOS 26 refuses what lacks LC_UUID, and
        macOS on arm64 what is not signed, since its first version.
    """
    fact = _pick(facts, target.system, target.arch)
    if fact is None or target.system is not System.DARWIN:
        return ()
    said = []
    if not fact.has_uuid:
        said.append(
            f"macOS 26 will refuse the binary for {target.name}: it has no LC_UUID. Go 1.24 and"
            " later write one, unless the linker is given -buildid=."
        )
    if not fact.signed and target.arch is Arch.ARM64:
        said.append(
            f"macOS will refuse the binary for {target.name}: it is not signed. Sign it before"
            " packaging it; Go's linker does by itself, but stripping or packing breaks it."
        )
    return tuple(said)


def undeserved_tags(
    facts: Sequence[BinaryFacts],
    platform_tags: Iterable[str],
    bundled: Collection[str] = (),
) -> tuple[UndeservedTag, ...]:
    """The tags, among these on a wheel, that a binary in it does not deserve, and why.

    This is the check of a wheel from anywhere, so what cannot be known is not held against
    it: a binary without build info has no level, one without a minimal macOS fits all.

    Args:
        facts: what ``read_binary`` told.
        platform_tags: single platform tags, as they come from an expanded tag set.
        bundled: the file names of the libraries in the wheel itself.
    """
    reasons = ((tag, _reason(facts, parse_platform_tag(tag), bundled)) for tag in platform_tags)
    return tuple(UndeservedTag(tag=tag, reason=reason) for tag, reason in reasons if reason)


def _reason(facts: Sequence[BinaryFacts], tag: PlatformTag, bundled: Collection[str]) -> str | None:
    if tag.system is None or not tag.arches:
        return f"it is {_describe(facts)}, and the tag does not name that platform"
    for arch in tag.arches:
        fact = _pick(facts, tag.system, arch)
        if fact is None:
            return f"it is {_describe(facts)}, not {_name(tag.system, arch)}"
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
                return f"{go} made it, whose programs need the Linux of manylinux_{_text(kernel)}"
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
        return f"it needs glibc {floor[0]}.{floor[1]}"
    return glibc_problem(fact, bundled)


def _linux_tags(fact: BinaryFacts, target: Target) -> tuple[str, ...]:
    machine, floor = target.machine, target.manylinux
    if floor is None:
        # The index takes no manylinux for ARMv6, but linux_armv6l, which promises no libc.
        if fact.static:
            return (f"linux_{machine}",)
        raise _unpromised(target, f"it needs {fact.libc or 'a C library'}, which no tag promises")
    if fact.static:
        return (*_manylinux(floor, machine), f"{_MUSLLINUX_STATIC}_{machine}")
    match fact.libc:
        case Libc.GLIBC:
            if problem := glibc_problem(fact):
                raise _unpromised(target, problem)
            return _manylinux(max(floor, glibc_floor(fact) or floor), machine)
        case Libc.MUSL:
            if problem := musl_problem(fact):
                raise _unpromised(target, problem)
            return (f"{_MUSLLINUX_DYNAMIC}_{machine}",)
        case _:
            raise _unpromised(target, "it needs a C library that no tag promises")


def _manylinux(version: Version, machine: str) -> tuple[str, ...]:
    tag = f"manylinux_{_text(version)}_{machine}"
    return (f"manylinux2014_{machine}", tag) if version == _MANYLINUX2014 else (tag,)


def _macos_tags(fact: BinaryFacts, target: Target) -> tuple[str, ...]:
    floor = macos_floor(fact)
    if floor is None:
        raise _unpromised(target, "its header does not say which macOS it needs")
    version = macos_tag_version(floor)
    if version is None:
        raise _unpromised(
            target, f"it needs macOS {floor[0]}.{floor[1]}, and the index has no tag that new"
        )
    return (f"macosx_{_text(version)}_{target.machine}",)


def _text(version: Version) -> str:
    return f"{version[0]}_{version[1]}"


def _unpromised(target: Target, problem: str) -> TagMismatchError:
    return TagMismatchError(
        f"No platform tag of {target.name} fits the binary: {problem}.",
        hint=(
            "Build it without cgo (CGO_ENABLED=0), or link these libraries statically."
            if target.system is System.LINUX
            else "Build it for an older macOS."
        ),
    )


def _checked(tags: tuple[str, ...], target: Target) -> tuple[str, ...]:
    """The tags in order; none that the index would refuse leaves this module."""
    accepted = tuple(sorted(tag for tag in tags if accepted_platform_tag(tag)))
    if not accepted:
        raise TagMismatchError(
            f"No wheel for {target.name} can be published: the Python index has no tag for"
            f" {_SYSTEM_NAMES[target.system]} on {target.arch}.",
            hint="Leave the target out.",
        )
    return accepted


def _pick(facts: Sequence[BinaryFacts], system: System, arch: Arch) -> BinaryFacts | None:
    return next((fact for fact in facts if fact.arch is arch and _system_of(fact) is system), None)


def _system_of(fact: BinaryFacts) -> System | None:
    """What the header names, else what Go recorded, else Linux for ELF.

    A static Linux binary names no system in its header, and Linux starts any such file.
    """
    if fact.system is not None or fact.format is not BinaryFormat.ELF:
        return fact.system
    recorded = fact.build_info.setting("GOOS") if fact.build_info else None
    return next((system for system in System if system == recorded), System.LINUX)


def _fitting_hint(facts: Sequence[BinaryFacts]) -> str:
    fitting = [each.name for each in TARGETS if _pick(facts, each.system, each.arch)]
    if not fitting:
        return "No wheel can hold it: the Python index has no tag for its platform."
    return f"It fits {' and '.join(fitting)}; build it for this target, or leave the target out."


def _describe(facts: Sequence[BinaryFacts]) -> str:
    """For example "a macOS program for amd64 and arm64"."""
    systems = dict.fromkeys(_system_of(fact) for fact in facts)
    names = " and ".join(_SYSTEM_NAMES[each] if each else "unknown" for each in systems)
    return _program(names, [str(fact.arch or "a processor unknown to Go") for fact in facts])


def _name(system: System, arch: Arch) -> str:
    return _program(_SYSTEM_NAMES[system], [str(arch)])


def _program(system: str, arches: Iterable[str]) -> str:
    article = "an" if system.lower().startswith(("a", "i", "o", "u")) else "a"
    return f"{article} {system} program for {' and '.join(arches)}"
