"""Which target the running Python is: the one whose wheels it would install."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from packaging.tags import sys_tags

from ..errors import UnknownTargetError
from ..tags import TagFamily, expected_tags, parse_platform_tag
from ..targets import TARGETS, Arch, System, Target

_HINT = "Build for another one with the config setting target; 'go-to-wheel targets' lists them."

# What cibuildwheel sets to build for the other kind of Mac, and what clang is told then.
_HOST_PLATFORM = re.compile(r"macosx-[0-9.]+-(?P<machine>\w+)")
_ARCH_FLAG = re.compile(r"-arch[= ]+(\w+)")
_MAC_MACHINES = {"x86_64": Arch.AMD64, "arm64": Arch.ARM64}


def platform_tags() -> tuple[str, ...]:
    """The platform tags that this Python accepts, the best first."""
    return tuple(dict.fromkeys(tag.platform for tag in sys_tags()))


def find_host(tags: Sequence[str], environment: Mapping[str, str]) -> Target:
    """The target that a Python belongs to.

    Args:
        tags: the platform tags that it accepts, the best first.
        environment: the variables; on macOS they may ask for the other architecture.

    Raises:
        UnknownTargetError: there is no target for it.
    """
    families = {parse_platform_tag(tag).family for tag in tags}
    if TagFamily.MACOS in families and (wanted := _asked_for(environment)):
        return next(
            target for target in TARGETS if target.system is System.DARWIN and target.arch is wanted
        )
    for tag in tags:
        for target in TARGETS:
            if _suits(tag, target):
                return target
    raise UnknownTargetError(
        f"There is no target for this Python, whose platform is {tags[0] if tags else 'unknown'}.",
        hint=_HINT,
    )


def uses_musl(tags: Sequence[str]) -> bool:
    """Whether a Python with these platform tags runs on musl, and on no glibc."""
    families = {parse_platform_tag(tag).family for tag in tags}
    return TagFamily.MUSLLINUX in families and TagFamily.MANYLINUX not in families


def installs(accepted: Sequence[str], tags: Sequence[str]) -> bool:
    """Whether a Python that accepts these platform tags installs a wheel with those tags."""
    return not set(accepted).isdisjoint(tag.rpartition("-")[2] for tag in tags)


def _suits(tag: str, target: Target) -> bool:
    if target.system is System.DARWIN:  # the oldest macOS is for the Go at hand to say
        parsed = parse_platform_tag(tag)
        return parsed.family is TagFamily.MACOS and parsed.arches == (target.arch,)
    return tag in expected_tags(target, None)


def _asked_for(environment: Mapping[str, str]) -> Arch | None:
    """The architecture of a Mac that a cross build asks for; None where it asks for none."""
    flags = set(_ARCH_FLAG.findall(environment.get("ARCHFLAGS", "")))
    host = _HOST_PLATFORM.fullmatch(environment.get("_PYTHON_HOST_PLATFORM", ""))
    machines = flags or ({host["machine"]} if host else set[str]())
    if not machines:
        return None
    (machine, *more) = sorted(machines)
    if more or machine not in _MAC_MACHINES:
        raise UnknownTargetError(
            f"This build is for {' and '.join(sorted(machines))} at once, and a Go program is for"
            " one architecture.",
            hint="Build a wheel for each: x86_64 and arm64.",
        )
    return _MAC_MACHINES[machine]
