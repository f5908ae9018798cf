"""From the facts of a binary to the platform tags that it deserves.

Every rule here reads the binary's own header and build info, never the name of the target alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import TagMismatchError
from ..model import BinaryFacts, BinaryFormat, Libc
from ..targets import System, Target
from .describe import SYSTEM_NAMES, describe, fitting_hint, name, pick
from .families import accepted_platform_tag, macos_tag_version, parse_platform_tag
from .promises import (
    Version,
    glibc_floor,
    glibc_problem,
    level_excess,
    macos_floor,
    macos_policy,
    musl_problem,
)

_MANYLINUX2014 = (2, 17)  # the alias that older installers know (PEP 600)

# A static binary asks nothing of musl, so the oldest musllinux (PEP 656) is deserved. A
# dynamic one shows no version: musl has no symbol versions. Then 1.2 is what is claimed,
# since its time functions are not those of 1.1, and no system with 1.1 is maintained.
_MUSLLINUX_STATIC = "musllinux_1_1"
_MUSLLINUX_DYNAMIC = "musllinux_1_2"

_ANDROID_API = 24  # the oldest that CPython supports (PEP 738)

_FORMATS = {System.DARWIN: BinaryFormat.MACHO, System.WINDOWS: BinaryFormat.PE}


def derive_tags(facts: Sequence[BinaryFacts], target: Target) -> tuple[str, ...]:
    """The platform tags that a binary deserves on its target, sorted.

    Args:
        facts: what ``read_binary`` told; of a universal binary the target's part is used.
        target: what the binary was made for.

    Raises:
        TagMismatchError: the binary is for another system or architecture, needs a newer
            processor than the target, or needs what no tag promises.
    """
    fact = pick(facts, target.system, target.arch)
    if fact is None:
        raise TagMismatchError(
            f"The binary is {describe(facts)}; {target.name} needs"
            f" {name(target.system, target.arch)}.",
            hint=fitting_hint(facts),
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
            f" {SYSTEM_NAMES[target.system]} on {target.arch}.",
            hint="Leave the target out.",
        )
    return accepted
