"""What a bill of materials is made from, and what it is called and kept under.

Apart from the making of it: the library for that takes longer to import than the rest of a build
that has nothing new to do.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass

from packaging.version import Version

from .._version import __version__
from ..model import BuildInfo
from ..names import DistributionName
from ..targets import System

ZIG, MUSL, MINGW, GLIBC = "zig", "musl", "mingw-w64", "glibc"
LIBCXX, LIBCXXABI, LIBUNWIND = "libc++", "libc++abi", "libunwind"
"""What the C compiler links into programs beside their C code, with those above."""


def c_libraries(system: System, libc: str, *, cxx: bool = False) -> tuple[str, ...]:
    """The names of the libraries that zig links into a program with C code.

    The libraries of macOS are not among them: they are the user's. Of glibc, which is the user's
    too, there are the files with which programs begin, and a few functions.

    Args:
        system: what the program is for.
        libc: the C library of a Linux program, as a record of origin has it.
        cxx: it uses the C++ library.
    """
    own = {System.WINDOWS: (MINGW,), System.DARWIN: ()}.get(
        system, (MUSL if libc == "musl" else GLIBC,)
    )
    if not cxx:
        return (ZIG, *own)
    unwinding = () if system is System.DARWIN else (LIBUNWIND,)
    return (ZIG, *own, LIBCXX, LIBCXXABI, *unwinding)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedLibrary:
    """Something that is linked into a binary and is no Go module.

    Attributes:
        name: what it is called.
        version: its version; may be empty.
        license: its licence as an SPDX expression; None where that is not certain.
    """

    name: str
    version: str
    license: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A binary of a wheel, as the bill lists it.

    Attributes:
        path: where it lies in the wheel.
        sha256: the digest of its bytes, in hex.
        build_info: what Go recorded in it; None for a binary of another language.
        libraries: what is linked in beside Go's modules, as far as it is known.
    """

    path: str
    sha256: str
    build_info: BuildInfo | None
    libraries: tuple[LinkedLibrary, ...] = ()


def sbom_name(name: DistributionName) -> str:
    """The bill's path below the dist-info folder."""
    return f"sboms/{name.wheel}.cdx.json"


def sbom_key(
    name: DistributionName,
    version: Version,
    parts: Sequence[Part],
    licenses: Mapping[str, str],
) -> str:
    """What a bill is kept under: a digest of all that it is made from.

    Args:
        name: the distribution's name.
        version: its version.
        parts: its binaries; what Go recorded in them is part of their bytes.
        licenses: path of a module → its licence as an SPDX expression.
    """
    from cyclonedx import __version__ as library

    binaries = sorted(
        [part.path, part.sha256, [astuple(library) for library in part.libraries]] for part in parts
    )
    made_from = [__version__, library, name.display, str(version), binaries, dict(licenses)]
    return hashlib.sha256(json.dumps(made_from, sort_keys=True).encode()).hexdigest()
