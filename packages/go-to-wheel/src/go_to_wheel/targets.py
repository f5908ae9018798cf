"""The table of targets: GOOS/GOARCH, their wheel tags and the ending of an executable.

This is the only place that knows which platform goes with which tag. The platform tags are
those that the Python index accepts; PEP 425, 600 (manylinux) and 656 (musllinux) define them.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from .errors import UnknownTargetError


class System(StrEnum):
    """An operating system, by the name Go gives it (GOOS)."""

    LINUX = "linux"
    DARWIN = "darwin"
    WINDOWS = "windows"
    ANDROID = "android"
    IOS = "ios"
    FREEBSD = "freebsd"
    NETBSD = "netbsd"
    OPENBSD = "openbsd"
    DRAGONFLY = "dragonfly"
    SOLARIS = "solaris"


class Arch(StrEnum):
    """A processor architecture, by the name Go gives it (GOARCH)."""

    AMD64 = "amd64"
    I386 = "386"
    ARM64 = "arm64"
    ARM = "arm"
    PPC64 = "ppc64"
    PPC64LE = "ppc64le"
    S390X = "s390x"
    RISCV64 = "riscv64"
    LOONG64 = "loong64"
    MIPS = "mips"
    MIPSLE = "mipsle"
    MIPS64 = "mips64"
    MIPS64LE = "mips64le"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One platform that a wheel can be made for.

    Attributes:
        name: how users write it, for example ``linux-amd64``.
        system: the operating system (GOOS).
        arch: the architecture (GOARCH).
        machine: the architecture as platform tags spell it, for example ``x86_64``.
        level: the instruction set level as Go's variable and value, for example
            ``("GOAMD64", "v1")``; None where Go has no such variable.
        manylinux: the oldest glibc that installers match this architecture with, as
            (major, minor); None where the system is not Linux or has no manylinux tag.
        aliases: other spellings that mean this target.
    """

    name: str
    system: System
    arch: Arch
    machine: str
    level: tuple[str, str] | None = None
    manylinux: tuple[int, int] | None = None
    aliases: tuple[str, ...] = ()

    @property
    def exe_suffix(self) -> str:
        """The ending of an executable's file name: ``.exe`` or nothing."""
        return ".exe" if self.system is System.WINDOWS else ""

    @property
    def go_env(self) -> dict[str, str]:
        """The variables that make the Go toolchain build for this target."""
        env = {"GOOS": str(self.system), "GOARCH": str(self.arch)}
        if self.level is not None:
            variable, value = self.level
            env[variable] = value
        return env


_GLIBC = (2, 17)

TARGETS: tuple[Target, ...] = (
    Target(
        name="linux-amd64",
        system=System.LINUX,
        arch=Arch.AMD64,
        machine="x86_64",
        level=("GOAMD64", "v1"),
        manylinux=_GLIBC,
        aliases=("linux-amd64-musl", "linux-x86_64"),
    ),
    Target(
        name="linux-arm64",
        system=System.LINUX,
        arch=Arch.ARM64,
        machine="aarch64",
        level=("GOARM64", "v8.0"),
        manylinux=_GLIBC,
        aliases=("linux-arm64-musl", "linux-aarch64"),
    ),
    Target(
        name="linux-386",
        system=System.LINUX,
        arch=Arch.I386,
        machine="i686",
        level=("GO386", "sse2"),
        manylinux=_GLIBC,
        aliases=("linux-i686",),
    ),
    Target(
        name="linux-armv7",
        system=System.LINUX,
        arch=Arch.ARM,
        machine="armv7l",
        level=("GOARM", "7"),
        manylinux=_GLIBC,
        aliases=("linux-arm", "linux-armv7l"),
    ),
    Target(
        name="linux-armv6",
        system=System.LINUX,
        arch=Arch.ARM,
        machine="armv6l",
        level=("GOARM", "6"),
        aliases=("linux-armv6l",),
    ),
    Target(
        name="linux-ppc64le",
        system=System.LINUX,
        arch=Arch.PPC64LE,
        machine="ppc64le",
        level=("GOPPC64", "power8"),
        manylinux=_GLIBC,
    ),
    Target(
        name="linux-s390x",
        system=System.LINUX,
        arch=Arch.S390X,
        machine="s390x",
        manylinux=_GLIBC,
    ),
    Target(
        name="linux-riscv64",
        system=System.LINUX,
        arch=Arch.RISCV64,
        machine="riscv64",
        level=("GORISCV64", "rva20u64"),
        manylinux=(2, 31),
    ),
    Target(
        name="darwin-amd64",
        system=System.DARWIN,
        arch=Arch.AMD64,
        machine="x86_64",
        level=("GOAMD64", "v1"),
        aliases=("macos-amd64", "macos-x86_64", "darwin-x86_64"),
    ),
    Target(
        name="darwin-arm64",
        system=System.DARWIN,
        arch=Arch.ARM64,
        machine="arm64",
        level=("GOARM64", "v8.0"),
        aliases=("macos-arm64", "darwin-aarch64"),
    ),
    Target(
        name="windows-amd64",
        system=System.WINDOWS,
        arch=Arch.AMD64,
        machine="amd64",
        level=("GOAMD64", "v1"),
        aliases=("win-amd64", "windows-x86_64"),
    ),
    Target(
        name="windows-arm64",
        system=System.WINDOWS,
        arch=Arch.ARM64,
        machine="arm64",
        level=("GOARM64", "v8.0"),
        aliases=("win-arm64", "windows-aarch64"),
    ),
    Target(
        name="windows-386",
        system=System.WINDOWS,
        arch=Arch.I386,
        machine="win32",
        level=("GO386", "sse2"),
        aliases=("win32", "windows-i686"),
    ),
    Target(
        name="android-arm64",
        system=System.ANDROID,
        arch=Arch.ARM64,
        machine="arm64_v8a",
        level=("GOARM64", "v8.0"),
    ),
)
"""Every target that has a wheel tag which the Python index accepts."""

DEFAULT_TARGETS: tuple[Target, ...] = tuple(
    target
    for target in TARGETS
    if target.name
    in {
        "linux-amd64",
        "linux-arm64",
        "darwin-amd64",
        "darwin-arm64",
        "windows-amd64",
        "windows-arm64",
    }
)
"""The six targets that are built when none is named."""

# What else Go builds for (`go tool dist list`).
_NO_WHEEL = {
    f"{system}-{arch}"
    for system, archs in (
        ("aix", "ppc64"),
        ("android", "386 amd64 arm"),
        ("dragonfly", "amd64"),
        ("freebsd", "386 amd64 arm arm64 riscv64"),
        ("illumos", "amd64"),
        ("ios", "amd64 arm64"),
        ("js", "wasm"),
        ("linux", "loong64 mips mips64 mips64le mipsle ppc64"),
        ("netbsd", "386 amd64 arm arm64"),
        ("openbsd", "386 amd64 arm arm64 mips64 ppc64 riscv64"),
        ("plan9", "386 amd64 arm"),
        ("solaris", "amd64"),
        ("wasip1", "wasm"),
        ("windows", "arm"),
    )
    for arch in archs.split()
}

_BY_NAME = {spelling: target for target in TARGETS for spelling in (target.name, *target.aliases)}


def find_target(name: str) -> Target:
    """The target of this name or alias; ``linux/amd64`` is read like ``linux-amd64``.

    Raises:
        UnknownTargetError: no target has this name; the nearest ones are suggested.
    """
    wanted = name.strip().lower().replace("/", "-")
    if wanted in _BY_NAME:
        return _BY_NAME[wanted]
    if wanted in _NO_WHEEL:
        raise UnknownTargetError(
            f"Go can build for {wanted}, but go-to-wheel has no wheel tag for it.",
            hint="Leave it out of --platforms; 'go-to-wheel targets' lists what is possible.",
        )
    near = _of_system(wanted) or difflib.get_close_matches(wanted, _BY_NAME, n=2, cutoff=0.5)
    suggestion = f"Did you mean {' or '.join(near)}? " if near else ""
    raise UnknownTargetError(
        f"{name.strip() or 'an empty name'!r} is not a target.",
        hint=f"{suggestion}'go-to-wheel targets' lists them all.",
    )


def _of_system(wanted: str) -> list[str]:
    """The usual targets of a system that was named alone, or nearly; else none."""
    known = {name.partition("-")[0]: target.system for name, target in _BY_NAME.items()}
    near = difflib.get_close_matches(wanted, known, n=1, cutoff=0.75)
    system = known[near[0]] if near else None
    return [target.name for target in DEFAULT_TARGETS if target.system is system]


def select_targets(names: Iterable[str]) -> tuple[Target, ...]:
    """The targets of these names, each once, in the order of the table.

    No names at all mean the six default targets; ``all`` means the whole table.

    Raises:
        UnknownTargetError: a name that is no target.
    """
    wanted = [name for name in names if name.strip()]
    if not wanted:
        return DEFAULT_TARGETS
    if any(name.strip().lower() == "all" for name in wanted):
        for name in wanted:
            if name.strip().lower() != "all":
                find_target(name)
        return TARGETS
    chosen = {find_target(name).name for name in wanted}
    return tuple(target for target in TARGETS if target.name in chosen)
