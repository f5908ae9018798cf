"""What a platform promises to a program, and what a program asks of it.

Each function answers for one rule; derive.py puts the answers together.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from ..model import BinaryFacts, BuildInfo
from ..targets import Arch

Version = tuple[int, int]

# PEP 599 names the libraries; PEP 600 leaves the list to auditwheel, whose policies added
# libanl, libatomic, libexpat, libmvec and libz.
_GLIBC_LIBRARIES = frozenset(
    {
        *("libc.so.6", "libm.so.6", "libdl.so.2", "librt.so.1", "libpthread.so.0"),
        *("libutil.so.1", "libnsl.so.1", "libresolv.so.2", "libanl.so.1", "libmvec.so.1"),
        *("libgcc_s.so.1", "libstdc++.so.6", "libatomic.so.1", "libz.so.1", "libexpat.so.1"),
        *("libX11.so.6", "libXext.so.6", "libXrender.so.1", "libICE.so.6", "libSM.so.6"),
        *("libGL.so.1", "libglib-2.0.so.0", "libgobject-2.0.so.0", "libgthread-2.0.so.0"),
    }
)
_GLIBC_LOADER = re.compile(r"ld-linux[\w-]*\.so\.\d|ld64\.so\.[12]|ld\.so\.1")

# PEP 656 promises musl alone; auditwheel's policy adds zlib.
_MUSL_LIBRARY = re.compile(r"libc\.so|libc\.musl-\w+\.so\.1|ld-musl-\w+\.so\.1|libz\.so\.1")

# A loader anywhere else exists on one distribution only: /nix/store, /gnu/store, /opt.
_LOADER_FOLDER = re.compile(r"/lib(32|64)?/[^/]+")

# Per library, by the prefix of its symbol versions: the newest version that the manylinux
# of a glibc version promises (auditwheel's manylinux policies).
_SYMBOL_PROMISES: dict[str, tuple[tuple[tuple[int, ...], Version], ...]] = {
    "GLIBCXX": (
        ((3, 4, 19), (2, 17)),
        ((3, 4, 22), (2, 24)),
        ((3, 4, 24), (2, 27)),
        ((3, 4, 28), (2, 31)),
        ((3, 4, 29), (2, 34)),
        ((3, 4, 30), (2, 35)),
        ((3, 4, 33), (2, 39)),
    ),
    "CXXABI": (
        ((1, 3, 7), (2, 17)),
        ((1, 3, 10), (2, 24)),
        ((1, 3, 11), (2, 27)),
        ((1, 3, 12), (2, 31)),
        ((1, 3, 13), (2, 34)),
        ((1, 3, 15), (2, 39)),
    ),
    "GCC": (
        ((4, 8, 0), (2, 17)),
        ((7, 0, 0), (2, 27)),
        ((12, 0, 0), (2, 35)),
        ((14, 0, 0), (2, 39)),
    ),
    "ZLIB": (
        ((1, 2, 5, 2), (2, 17)),
        ((1, 2, 9), (2, 27)),
        ((1, 2, 12), (2, 37)),
    ),
    "LIBATOMIC": (
        ((1, 0), (2, 17)),
        ((1, 2), (2, 24)),
    ),
}
_LIBRARY_NAMES = {
    "GLIBCXX": "libstdc++",
    "CXXABI": "libstdc++",
    "GCC": "libgcc",
    "ZLIB": "zlib",
    "LIBATOMIC": "libatomic",
}
_SYMBOL_VERSION = re.compile(r"([A-Z]+)_(\d+(?:\.\d+)*)")

# The levels of Go's variables, from the one that runs everywhere upwards ("go help
# environment"). What follows a comma is a choice of floating point for GOARM, and more
# instructions for GOARM64.
_LEVELS: dict[str, tuple[str, ...]] = {
    "GOAMD64": ("v1", "v2", "v3", "v4"),
    "GO386": ("softfloat", "sse2"),
    "GOARM": ("5", "6", "7"),
    "GOARM64": (*(f"v8.{n}" for n in range(10)), *(f"v9.{n}" for n in range(6))),
    "GOPPC64": ("power8", "power9", "power10"),
    "GORISCV64": ("rva20u64", "rva22u64", "rva23u64"),
}

# The oldest macOS that a Go release supports, newest release first (Go's release notes,
# "Ports"). A binary's own minos can be lower: a linker flag sets it.
_MACOS_POLICIES: tuple[tuple[Version, Version], ...] = (
    ((1, 27), (13, 0)),
    ((1, 25), (12, 0)),
    ((1, 23), (11, 0)),
    ((1, 21), (10, 15)),
    ((1, 17), (10, 13)),
)

# The first macOS for these processors.
_MACOS_ARM64 = (11, 0)

_GO_VERSION = re.compile(r"(?:go)?(\d{1,3})\.(\d{1,4})")

# Go 1.24 needs Linux 3.2 and Go 1.18 Linux 2.6.32. The systems behind manylinux_2_17 have
# 3.10, those behind 2_12 have 2.6.32, those behind 2_5 have 2.6.18.
_LINUX_POLICIES: tuple[tuple[Version, Version], ...] = (
    ((1, 24), (2, 17)),
    ((1, 18), (2, 12)),
)


def glibc_problem(facts: BinaryFacts, bundled: Collection[str] = ()) -> str | None:
    """Why no manylinux tag promises what this glibc binary needs; None where one does.

    ``bundled`` names libraries that travel with it.
    """
    return (
        _loader_problem(facts)
        or _library_problem(
            [
                name
                for name in facts.needed
                if name not in _GLIBC_LIBRARIES and not _GLIBC_LOADER.fullmatch(name)
            ],
            bundled,
            "manylinux",
        )
        or _float_problem(facts)
        or _unknown_symbol_problem(facts)
    )


def musl_problem(facts: BinaryFacts, bundled: Collection[str] = ()) -> str | None:
    """Why no musllinux tag promises what this musl binary needs; None where one does.

    ``bundled`` names libraries that travel with it.
    """
    unknown = [name for name in facts.needed if not _MUSL_LIBRARY.fullmatch(name)]
    return (
        _loader_problem(facts)
        or _library_problem(unknown, bundled, "musllinux")
        or _float_problem(facts)
    )


def glibc_floor(facts: BinaryFacts) -> Version | None:
    """The oldest glibc with which all symbols of a dynamic binary are promised.

    None where the binary asks for no version at all.
    """
    floors = [_symbol_floor(version) for version in facts.symbol_versions]
    return max(filter(None, [facts.glibc, *floors]), default=None)


def other_library_needs(facts: Sequence[BinaryFacts]) -> str | None:
    """What else but glibc makes dynamic binaries need a newer manylinux than glibc does.

    Returns:
        For example ``libstdc++ as manylinux_2_24 promises it``; None where glibc's own symbols
        ask for the newest.
    """
    own = max(filter(None, (fact.glibc for fact in facts)), default=None)
    floor = max(filter(None, map(glibc_floor, facts)), default=None)
    if floor is None or floor == own:
        return None
    asking = [
        each for fact in facts for each in fact.symbol_versions if _symbol_floor(each) == floor
    ]
    names = sorted({_LIBRARY_NAMES[each.partition("_")[0]] for each in asking})
    them = "it" if len(names) == 1 else "them"
    return f"{' and '.join(names)} as manylinux_{floor[0]}_{floor[1]} promises {them}"


def kernel_floor(build_info: BuildInfo | None) -> Version | None:
    """The oldest manylinux whose kernel this Go version supports; None where unknown."""
    version = _go_version(build_info.go_version) if build_info else None
    if version is None:
        return None
    return next((floor for go, floor in _LINUX_POLICIES if version >= go), None)


def macos_floor(facts: BinaryFacts) -> Version | None:
    """The oldest macOS that a binary runs on: by its header, its Go version, its processor.

    None where the header names none and no Go version is known.
    """
    policy = macos_policy(facts.build_info.go_version) if facts.build_info else None
    floor = max(filter(None, [facts.min_os, policy]), default=None)
    if floor is not None and facts.arch is Arch.ARM64:
        return max(floor, _MACOS_ARM64)
    return floor


def macos_policy(go_version: str | None) -> Version | None:
    """The oldest macOS that this Go version supports; the newest known one for None.

    None for a version that is no Go version or older than 1.17.
    """
    if go_version is None:
        return _MACOS_POLICIES[0][1]
    version = _go_version(go_version)
    if version is None:
        return None
    return next((floor for go, floor in _MACOS_POLICIES if version >= go), None)


def level_excess(build_info: BuildInfo | None, level: tuple[str, str] | None) -> str | None:
    """The level that a Go binary was built for, where it is above this one.

    Args:
        build_info: what Go recorded; without it nothing is known, and nothing is in excess.
        level: Go's variable and the value that is allowed at most.

    Returns:
        For example ``GOAMD64=v3``, or None.
    """
    if build_info is None or level is None:
        return None
    variable, allowed = level
    recorded = build_info.setting(variable)
    if not recorded:
        return None
    value, _, extras = recorded.partition(",")
    ladder = _LEVELS.get(variable, ())
    fits = value in ladder and ladder.index(value) <= ladder.index(allowed)
    if fits and not (extras and variable == "GOARM64"):
        return None
    return f"{variable}={recorded}"


def _loader_problem(facts: BinaryFacts) -> str | None:
    if not facts.interpreter or _LOADER_FOLDER.fullmatch(facts.interpreter):
        return None
    return f"it is started by {facts.interpreter}, which other systems do not have"


def _library_problem(unknown: list[str], bundled: Collection[str], family: str) -> str | None:
    missing = [name for name in unknown if name not in bundled]
    if not missing:
        return None
    return f"it needs {', '.join(missing[:3])}, which {family} does not promise"


def _float_problem(facts: BinaryFacts) -> str | None:
    """PEP 599 and PEP 656 mean armhf where they say armv7l."""
    if not facts.soft_float:
        return None
    return "it passes floating point numbers in the manner of armel, not of armhf"


def _unknown_symbol_problem(facts: BinaryFacts) -> str | None:
    for version in facts.symbol_versions:
        match = _SYMBOL_VERSION.fullmatch(version)
        too_new = match and match[1] in _SYMBOL_PROMISES and _symbol_floor(version) is None
        # Not a numbered version of glibc, but GLIBC_PRIVATE or a mark such as GLIBC_ABI_*.
        if too_new or version.startswith("GLIBC_"):
            return f"it needs {version}, which no manylinux is known to promise"
    return None


def _symbol_floor(version: str) -> Version | None:
    match = _SYMBOL_VERSION.fullmatch(version)
    if match is None or match[1] not in _SYMBOL_PROMISES:
        return None
    wanted = tuple(int(part) for part in match[2].split(".")[:6])
    promises = _SYMBOL_PROMISES[match[1]]
    return next((glibc for newest, glibc in promises if wanted <= newest), None)


def _go_version(text: str) -> Version | None:
    match = _GO_VERSION.search(text)
    return (int(match[1]), int(match[2])) if match else None
