"""Platform tags as text: their parts, and whether the Python index accepts them.

The specifications: PEP 425 (tags), 513, 571, 599 and 600 (manylinux), 656 (musllinux), 730
(iOS) and 738 (Android). What is accepted follows the upload code of the Python index.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from ..targets import Arch, System


class TagFamily(StrEnum):
    """What kind of system a platform tag speaks of."""

    ANY = "any"
    MANYLINUX = "manylinux"
    MUSLLINUX = "musllinux"
    LINUX = "linux"
    MACOS = "macosx"
    WINDOWS = "win"
    ANDROID = "android"
    IOS = "ios"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformTag:
    """The parts of one platform tag.

    Attributes:
        tag: the whole tag, for example ``manylinux2014_x86_64``.
        family: the kind of system.
        version: the version in it, or that an old alias stands for; None without one. The
            API level of an Android tag is (level, 0).
        machine: the last part, as the tag spells it, for example ``x86_64``.
    """

    tag: str
    family: TagFamily
    version: tuple[int, int] | None = None
    machine: str = ""

    @property
    def system(self) -> System | None:
        """The operating system that the tag speaks of; None for ``any`` and unknown tags."""
        return _SYSTEMS.get(self.family)

    @property
    def arches(self) -> tuple[Arch, ...]:
        """The architectures that it promises; empty where Go knows none of them."""
        return _ARCHES.get(self.family, {}).get(self.machine, ())


_SYSTEMS = {
    TagFamily.MANYLINUX: System.LINUX,
    TagFamily.MUSLLINUX: System.LINUX,
    TagFamily.LINUX: System.LINUX,
    TagFamily.MACOS: System.DARWIN,
    TagFamily.WINDOWS: System.WINDOWS,
    TagFamily.ANDROID: System.ANDROID,
    TagFamily.IOS: System.IOS,
}

_LINUX_ARCHES: dict[str, tuple[Arch, ...]] = {
    "x86_64": (Arch.AMD64,),
    "i686": (Arch.I386,),
    "aarch64": (Arch.ARM64,),
    "armv6l": (Arch.ARM,),
    "armv7l": (Arch.ARM,),
    "ppc64": (Arch.PPC64,),
    "ppc64le": (Arch.PPC64LE,),
    "s390x": (Arch.S390X,),
    "riscv64": (Arch.RISCV64,),
    "loongarch64": (Arch.LOONG64,),
}

_ARCHES: dict[TagFamily, dict[str, tuple[Arch, ...]]] = {
    TagFamily.MANYLINUX: _LINUX_ARCHES,
    TagFamily.MUSLLINUX: _LINUX_ARCHES,
    TagFamily.LINUX: _LINUX_ARCHES,
    TagFamily.MACOS: {
        "x86_64": (Arch.AMD64,),
        "arm64": (Arch.ARM64,),
        "i386": (Arch.I386,),
        "universal2": (Arch.AMD64, Arch.ARM64),
        "intel": (Arch.I386, Arch.AMD64),
    },
    TagFamily.WINDOWS: {
        "win32": (Arch.I386,),
        "amd64": (Arch.AMD64,),
        "arm64": (Arch.ARM64,),
    },
    TagFamily.ANDROID: {
        "arm64_v8a": (Arch.ARM64,),
        "armeabi_v7a": (Arch.ARM,),
        "x86_64": (Arch.AMD64,),
        "x86": (Arch.I386,),
    },
    TagFamily.IOS: {
        "arm64_iphoneos": (Arch.ARM64,),
        "arm64_iphonesimulator": (Arch.ARM64,),
        "x86_64_iphonesimulator": (Arch.AMD64,),
    },
}

_OLD_MANYLINUX = {"manylinux1": (2, 5), "manylinux2010": (2, 12), "manylinux2014": (2, 17)}

_VERSIONED = re.compile(
    r"(?P<family>manylinux|musllinux|macosx|ios)"
    r"_(?P<major>\d{1,4})_(?P<minor>\d{1,4})_(?P<machine>\w+)"
)
_ANDROID = re.compile(r"android_(?P<level>\d{1,4})_(?P<machine>\w+)")


def parse_platform_tag(tag: str) -> PlatformTag:
    """The parts of a platform tag; one that is not known has the family OTHER."""
    if tag == "any":
        return PlatformTag(tag=tag, family=TagFamily.ANY)
    if tag == "win32":
        return PlatformTag(tag=tag, family=TagFamily.WINDOWS, machine=tag)
    if match := _VERSIONED.fullmatch(tag):
        return PlatformTag(
            tag=tag,
            family=TagFamily(match["family"]),
            version=(int(match["major"]), int(match["minor"])),
            machine=match["machine"],
        )
    if match := _ANDROID.fullmatch(tag):
        version = (int(match["level"]), 0)
        machine = match["machine"]
        return PlatformTag(tag=tag, family=TagFamily.ANDROID, version=version, machine=machine)
    return _parse_unversioned(tag)


def _parse_unversioned(tag: str) -> PlatformTag:
    prefix, _, machine = tag.partition("_")
    if machine and prefix in _OLD_MANYLINUX:
        version = _OLD_MANYLINUX[prefix]
        return PlatformTag(tag=tag, family=TagFamily.MANYLINUX, version=version, machine=machine)
    if machine and prefix in {"linux", "win"}:
        return PlatformTag(tag=tag, family=TagFamily(prefix), machine=machine)
    return PlatformTag(tag=tag, family=TagFamily.OTHER)


_X86_MACHINES = ("x86_64", "i686")
_MANYLINUX2014_MACHINES = (*_X86_MACHINES, "aarch64", "armv7l", "ppc64", "ppc64le", "s390x")

_ACCEPTED_AS_THEY_ARE = frozenset(
    {
        "any",
        "win32",
        "win_amd64",
        "win_arm64",
        "win_ia64",
        "linux_armv6l",
        "linux_armv7l",
        *(f"manylinux1_{machine}" for machine in _X86_MACHINES),
        *(f"manylinux2010_{machine}" for machine in _X86_MACHINES),
        *(f"manylinux2014_{machine}" for machine in _MANYLINUX2014_MACHINES),
    }
)

_ACCEPTED_MUSLLINUX = frozenset(
    {"x86_64", "i686", "aarch64", "armv7l", "ppc64le", "s390x", "riscv64"}
)
_ACCEPTED_MANYLINUX = _ACCEPTED_MUSLLINUX | {"ppc64"}

_ACCEPTED_MACOS_MACHINES = frozenset(
    {
        *("x86_64", "arm64", "universal2", "i386", "intel", "ppc", "ppc64"),
        *("fat", "fat3", "fat64", "universal"),
    }
)

MACOS_MAJORS = (11, 12, 13, 14, 15, 26)
"""The major versions of macOS after 10 that the index accepts, only ever with minor 0."""


def accepted_platform_tag(tag: str) -> bool:
    """Whether the Python index takes a wheel with this (single) platform tag."""
    if tag in _ACCEPTED_AS_THEY_ARE:
        return True
    parsed = parse_platform_tag(tag)
    if parsed.version is None or tag.startswith(tuple(f"{old}_" for old in _OLD_MANYLINUX)):
        return False
    major, minor = parsed.version
    match parsed.family:
        case TagFamily.MANYLINUX:
            return parsed.machine in _ACCEPTED_MANYLINUX
        case TagFamily.MUSLLINUX:
            return parsed.machine in _ACCEPTED_MUSLLINUX
        case TagFamily.MACOS:
            known = major == 10 or (major in MACOS_MAJORS and minor == 0)
            return known and parsed.machine in _ACCEPTED_MACOS_MACHINES
        case _:
            return bool(parsed.arches) and parsed.family in {TagFamily.ANDROID, TagFamily.IOS}


def macos_tag_version(version: tuple[int, int]) -> tuple[int, int] | None:
    """The oldest version in a tag of the index that is not older than this macOS.

    For example 10.15 for 10.15, 12.0 for 11.1 and 26.0 for 15.2; None where there is none.
    """
    major, minor = version
    if major < 10 or (major == 10 and minor < 16):
        return max(version, (10, 0))
    # 10.16 is how macOS 11 names itself to programs linked for macOS 10.
    wanted = (11, 0) if major == 10 else version
    return next(((m, 0) for m in MACOS_MAJORS if (m, 0) >= wanted), None)
