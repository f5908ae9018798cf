"""How binaries and platforms are called in messages, and which part of a binary is meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..model import BinaryFacts, BinaryFormat
from ..targets import TARGETS, Arch, System

SYSTEM_NAMES = {
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


def pick(facts: Sequence[BinaryFacts], system: System, arch: Arch) -> BinaryFacts | None:
    """The part of a binary for this system and architecture; None where it has none."""
    return next((fact for fact in facts if fact.arch is arch and _system_of(fact) is system), None)


def _system_of(fact: BinaryFacts) -> System | None:
    """What the header names, else what Go recorded, else Linux for ELF.

    A static Linux binary names no system in its header, and Linux starts any such file.
    """
    if fact.system is not None or fact.format is not BinaryFormat.ELF:
        return fact.system
    recorded = fact.build_info.setting("GOOS") if fact.build_info else None
    return next((system for system in System if system == recorded), System.LINUX)


def fitting_hint(facts: Sequence[BinaryFacts]) -> str:
    """What to do with a binary that was made for another target."""
    fitting = [each.name for each in TARGETS if pick(facts, each.system, each.arch)]
    if not fitting:
        return "No wheel can hold it: the Python index has no tag for its platform."
    return f"It fits {' and '.join(fitting)}; build it for this target, or leave the target out."


def describe(facts: Sequence[BinaryFacts]) -> str:
    """For example "a macOS program for amd64 and arm64"."""
    systems = dict.fromkeys(_system_of(fact) for fact in facts)
    names = " and ".join(SYSTEM_NAMES[each] if each else "unknown" for each in systems)
    return _program(names, [str(fact.arch or "a processor unknown to Go") for fact in facts])


def name(system: System, arch: Arch) -> str:
    """For example "a Linux program for arm64"."""
    return _program(SYSTEM_NAMES[system], [str(arch)])


def _program(system: str, arches: Iterable[str]) -> str:
    article = "an" if system.lower().startswith(("a", "i", "o", "u")) else "a"
    return f"{article} {system} program for {' and '.join(arches)}"
