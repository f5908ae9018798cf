"""The words of release asset names: what each says about a file. Data only, no reasoning.

A name is read word by word, in lower case and without its separators, so ``x86_64``,
``x86-64`` and ``X86.64`` are all ``x8664`` here, and ``64-bit`` is ``64bit``. The spellings are
those of Go (GOOS, GOARCH), of the target triples of Rust, Zig and LLVM, of Debian, Docker,
Node.js, .NET, protoc and of ``uname``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Os(StrEnum):
    """An operating system, as far as targets tell them apart; OTHER has no wheels."""

    LINUX = "linux"
    DARWIN = "darwin"
    WINDOWS = "windows"
    ANDROID = "android"
    OTHER = "other"


class Cpu(StrEnum):
    """What a name says about the processor.

    X86 is the word that means 64 bits in some lists and 32 in others, ARM a 32-bit one of
    unknown version, UNIVERSAL a macOS file for both; OTHER has no wheels.
    """

    AMD64 = "amd64"
    ARM64 = "arm64"
    I386 = "386"
    X86 = "x86"
    ARM = "arm"
    ARMV5 = "armv5"
    ARMV6 = "armv6"
    ARMV7 = "armv7"
    PPC64LE = "ppc64le"
    S390X = "s390x"
    RISCV64 = "riscv64"
    UNIVERSAL = "universal"
    OTHER = "other"


class Linkage(IntEnum):
    """How a program is bound to a C library, best first.

    A static one runs on every Linux. One that says nothing comes before musl, because beside a
    plain file a ``musl`` one is often dynamic and then of no use on glibc; in the lists of
    Rust and Zig, where all say which, musl means static and comes before gnu. A file for one
    distribution comes last.
    """

    STATIC = 0
    PLAIN = 1
    MUSL = 2
    GNU = 3
    DISTRO = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What one word says.

    Attributes:
        os: the system it names.
        cpu: the processor it names.
        linkage: the C library it names.
        special: it names a build that comes second to the plain one: for a newer processor
            (``amd64v3``), one version of a system (``ubuntu22``), or soft float.
        weak_os: the system counts only where no other word names one.
        weak_cpu: the processor counts only where no other word names one.
    """

    os: Os | None = None
    cpu: Cpu | None = None
    linkage: Linkage | None = None
    special: bool = False
    weak_os: bool = False
    weak_cpu: bool = False


_OS_WORDS: Mapping[Os, str] = {
    Os.LINUX: "linux",
    # "mac" and "osx" are older than "macos"; "macosx" is what Apple's own tools say.
    Os.DARWIN: "darwin macos mac osx macosx",
    # Node.js says "win32" for every Windows, so its 32 is weak, like that of all in _SYSTEM_BITS.
    # "windowsnt" is what uname says there.
    Os.WINDOWS: "windows windowsnt win mingw mingw32 mingw64 msys msys2 cygwin",
    Os.ANDROID: "android androideabi termux",
    Os.OTHER: (
        "freebsd netbsd openbsd dragonfly dragonflybsd midnightbsd bsd solaris illumos sunos"
        " omnios smartos aix hpux plan9 haiku hurd fuchsia redox ios tvos watchos visionos"
        " ohos zos dos qnx vxworks uefi"
    ),
}

_DISTRIBUTIONS = (
    # A file built on one of these is bound to its C library.
    "ubuntu debian centos rhel fedora rocky almalinux alma amazonlinux amzn opensuse suse sles"
    " alpine archlinux el6 el7 el8 el9 el10 buster bullseye bookworm trixie bionic focal jammy"
    " noble manylinux manylinux1 manylinux2010 manylinux2014 musllinux"
)

_CPU_WORDS: Mapping[Cpu, str] = {
    # "x8664" is x86_64. "intel" is how lists for macOS tell it from Apple's own; protoc and
    # .NET say "x64". "64bit" and the like are weak, see _BITS.
    Cpu.AMD64: "amd64 x8664 x64 x86x64 intel intel64 intelx64 em64t amd x8664bit amd64bit x86amd64",
    # "armv8" and "arm64v8a" are Docker's and Android's words, "silicon" and "m1" Apple's.
    Cpu.ARM64: (
        "arm64 aarch64 aarch arm64v8 arm64v8a armv8 armv8a armv864 armv8l arm8 arm64e arm64bit"
        " aarch64bit applesilicon silicon m1 applearm applearm64 applem1"
    ),
    # "x8632" is protoc's x86_32, "ia32" Intel's and Electron's word.
    Cpu.I386: "386 i386 i486 i586 i686 x8632 ia32 x8632bit 386sse2 386softfloat",
    Cpu.X86: "x86",
    Cpu.ARM: "arm arm32 arm32bit",
    # "armel" is Debian's soft float, which every ARM of today runs.
    Cpu.ARMV5: "armv5 arm5 armv5l armv5te armv5tel armel arm32v5",
    # Rust's arm-unknown-linux-* is ARMv6, unlike anyone else's plain "arm".
    Cpu.ARMV6: "armv6 arm6 armv6l armv6hf armv6kz arm32v6 arm32v6hf armunknown armv6h",
    Cpu.ARMV7: "armv7 arm7 armv7l armv7a armv7hf armv7hl armhfv7 arm32v7 arm32v7a thumbv7neon",
    Cpu.PPC64LE: "ppc64le ppc64el powerpc64le ppcle64 powerpcle64",  # protoc says ppcle_64
    Cpu.S390X: "s390x s390x64 s39064 s390",  # protoc says s390_64; nobody builds 31-bit any more
    Cpu.RISCV64: "riscv64 riscv64gc riscv64g riscv rv64 rv64gc",
    # GoReleaser says "all", rustup-like lists "universal", Python's own "universal2".
    Cpu.UNIVERSAL: "universal universal2 universalbinary all fat multiarch",
    Cpu.OTHER: (
        "loong64 loongarch64 mips mipsle mipsel mips32 mips32le mips64 mips64le mips64el"
        " mips64r6 mipsisa32r6 mipsisa64r6el ppc ppc64 powerpc powerpc64 ppc32 riscv32 rv32"
        " sparc sparc64 sparcv9 hppa ia64 itanium m68k sh4 armeb aarch64be arm64be"
        " arm64ec arm64ilp32 x32 csky xtensa thumbv6m hexagon e2k armv4 armv4t rpi raspi"
        " raspberry raspberrypi"  # which ARM a Raspberry Pi means depends on its year
    ),
}

_LINKAGE_WORDS: Mapping[Linkage, str] = {
    Linkage.STATIC: "static staticx statically",
    Linkage.MUSL: "musl musleabihf muslc muslstatic",
    Linkage.GNU: "gnu glibc gnueabihf gnullvm libc mostlystatic dynamic dynamically",
    Linkage.PLAIN: "msvc eabi eabihf",  # the usual one on Windows, before gnu
}

_BITS: Mapping[str, Cpu] = {"64bit": Cpu.AMD64, "32bit": Cpu.I386, "64bits": Cpu.AMD64}
"""Weak: beside another word they only say how wide it is (``mac-64-bit-ARM``)."""

_SYSTEM_BITS: Mapping[str, Cpu] = {
    "64": Cpu.AMD64,
    "32": Cpu.I386,
    "64bit": Cpu.AMD64,
    "32bit": Cpu.I386,
}
"""After a system's word only: ``linux64``, ``win_32``. A bare 64 may be anything."""

_WORDS_OF_THEIR_OWN: Mapping[str, Meaning] = {
    # A vendor, which is a system only where no other word is (apple-darwin, apple-codesign).
    "apple": Meaning(os=Os.DARWIN, weak_os=True),
    # Many a tool has it in its name and is no WebAssembly itself (wasm-pack-x86_64-linux).
    **{
        word: Meaning(os=Os.OTHER, weak_os=True)
        for word in ("wasm", "wasm32", "wasm64", "wasi", "wasip1", "wasip2", "emscripten")
    },
    "archlinux": Meaning(os=Os.LINUX, linkage=Linkage.DISTRO),
    # Debian's hard float, which is v7 there and v6 on a Raspberry Pi: an exact word is better.
    "armhf": Meaning(cpu=Cpu.ARMV7, weak_cpu=True),
    "armhfp": Meaning(cpu=Cpu.ARMV7, weak_cpu=True),
    # Soft float, where Rust's lists have both.
    "gnueabi": Meaning(linkage=Linkage.GNU, special=True),
    "musleabi": Meaning(linkage=Linkage.MUSL, special=True),
    # The processor levels of GOAMD64 and of x86-64-v2, v3, v4; v1 is every amd64.
    **{
        f"{word}v{level}": Meaning(cpu=Cpu.AMD64, special=level > 1)
        for word in ("amd64", "x8664")
        for level in (1, 2, 3, 4)
    },
}


def _spellings() -> Iterator[tuple[str, Meaning]]:
    """Every word with its meaning; a later pair overrules an earlier one."""
    for os, words in _OS_WORDS.items():
        for word in words.split():
            yield word, Meaning(os=os)
            for bits, cpu in _SYSTEM_BITS.items():
                yield word + bits, Meaning(os=os, cpu=cpu, weak_cpu=True)
    for word in _DISTRIBUTIONS.split():
        yield word, Meaning(os=Os.LINUX, linkage=Linkage.DISTRO)
    for cpu, words in _CPU_WORDS.items():
        for word in words.split():
            yield word, Meaning(cpu=cpu)
    for linkage, words in _LINKAGE_WORDS.items():
        for word in words.split():
            yield word, Meaning(linkage=linkage)
    for word, cpu in _BITS.items():
        yield word, Meaning(cpu=cpu, weak_cpu=True)
    yield from _WORDS_OF_THEIR_OWN.items()


WORDS: Mapping[str, Meaning] = dict(_spellings())
"""Every word of the tables, without separators, and what it says."""

LONGEST_SPELLING = 3
"""In how many pieces separators may cut one word (``x86_64_v3``)."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


NEUTRAL = _set(
    # How a file was made or packed, never which tool it is.
    "binary bin exe app release rel build dist standalone portable prebuilt precompiled compiled"
    " for signed unsigned notarized stable latest nightly snapshot edge canary preview"
    # The vendor's place in a triple, the toolchain's in mingw's, an ABI.
    " unknown pc none w64 hf sf hardfloat softfloat ilp32"
    # GO386, GOPPC64, GORISCV64 as GoReleaser writes them into names.
    " sse2 power8 power9 power10 rva20u64 rva22u64 rva23u64"
    # Where they say no processor ("all" of a list's plugins, "any" system).
    " all any universal noarch multi v"
)
"""Words that leave a tool's name as it is."""

FLAVOURS = _set(
    "debug dbg profile baseline modern legacy unstripped stripped race fips boringcrypto nocgo cgo"
    " upx compressed nosimd avx2 avx512 experimental installer"
)
"""Words for another form of the same tool, taken only where the plain one is missing."""

BY_PRODUCTS = _set(
    "src source sources sourcecode vendor vendored"
    " symbols debuginfo debugsymbols dsym pdb"
    " sbom sboms checksum checksums provenance attestation attestations"
    " install setup installer installers"
)
"""Words that mark a file made beside a program, also where it has one for each platform."""

INSTALLERS = ("setup", "installer")
"""How a word ends where it is glued to the tool's name and marks an installer (``ToolSetup``)."""

COMPANIONS = BY_PRODUCTS | _set(
    "deps spdx cyclonedx licenses licences license licence notice third party readme changelog"
    " authors copying contributing metadata manifest manifests"
    " doc docs documentation man manpage manpages manual completion completions autocomplete shell"
    " schema schemas examples samples tests testdata makefile dockerfile"
)
"""Words that mark a file published beside the programs, where its name says no platform."""

BUNDLES = ("utils", "tools", "toolkit", "bundle", "suite")
"""How the name of a tool ends that stands for several commands with other names."""

PROGRAM_FORMATS: Mapping[str, int] = {
    # Archives that keep the exec bit and hold the licence come first, bare files last.
    "tar.gz": 0,
    "tgz": 1,
    "tar.xz": 2,
    "txz": 3,
    "tar.zst": 4,
    "tzst": 5,
    "tar.bz2": 6,
    "tbz": 7,
    "tbz2": 8,
    "tar": 9,
    "zip": 10,
    "gz": 11,
    "xz": 12,
    "zst": 13,
    "bz2": 14,
    "bin": 15,
    "exe": 16,
}
"""The endings of files that hold a program, and how gladly each is taken (0 is best)."""

BARE_FORMAT = PROGRAM_FORMATS["exe"]
"""The rank of a file without an ending: a program as it is."""

LAST_RESORTS: Mapping[str, Os | None] = {"7z": None, "pkg": Os.DARWIN, "dmg": Os.DARWIN}
"""Endings taken only where a system has nothing else, best first, and the system they mean."""

INNER_DATA = _set(
    # "x.deb.zip" or "x.json.gz" is what the inner ending says, not an archive of a program.
    "deb rpm apk ipk snap appimage flatpak msi msix dmg pkg app vsix whl gem crate jar war pyz"
    " wasm js mjs json jsonl yaml yml toml xml html md txt csv sql sh bash zsh fish ps1 py rb lua"
    " sbom spdx cdx sha256 sha512 md5 sig asc pem img iso qcow2 vhd ova oci docker src source"
    " sources so dll dylib lib a"
)
"""Endings that mark data even under an archive's ending."""

VERSION = re.compile(
    r"(?<![a-z0-9])v?\d+(?:\.\d+)+(?![a-z0-9])"
    r"(?:[-.+_~]?(?:rc|alpha|beta|pre|dev|post|[rbp](?=\d))[-.]?\d*(?![a-z0-9]))?",
    re.ASCII | re.IGNORECASE,
)
"""A version with dots, which must not be cut into words (``1.64.0-linux`` is no linux64)."""

VERSION_WORD = re.compile(r"v?\d+|(?:rc|alpha|beta|pre|preview|dev|post)\d*", re.ASCII)
"""One word of a version that has other separators, or a stage of it."""

COMMIT = re.compile(r"g?(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,40}")
"""A commit, as ``git describe`` and nightly builds put it into names."""

DIGEST = re.compile(
    r"sha\d*(?:sums?)?|shasums?\d*|md5(?:sums?)?|b[23](?:sums?)?|blake[23]\w*|checksums?|digests?"
)
"""A word of a file of digests; a file without an ending that ends in it is one."""
