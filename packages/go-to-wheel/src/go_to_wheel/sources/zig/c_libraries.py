"""What zig links into a program beside its C code, and the licences of that.

It comes with zig, and no Go module tells of it: the C library where that is linked statically,
the files with which glibc has programs begin, LLVM's C++ library, and zig's own helpers for what
a processor cannot do by itself (compiler-rt, which is zig's under zig's licence).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ...metadata import LicenseText
from ...provenance.identify import LARGEST, identify_license
from ...provenance.licenses import ModuleLicenses
from ...provenance.parts import GLIBC, LIBCXX, LIBCXXABI, LIBUNWIND, MINGW, MUSL, ZIG, c_libraries
from ...targets import Target
from .compiler import Zig

_MUSL_IS_MIT = b"musl as a whole is licensed under the following standard MIT license"
_LLVM = b"The LLVM Project is under the Apache License v2.0 with LLVM Exceptions:"
_LLVM_LICENSE = "Apache-2.0 WITH LLVM-exception"
_LLVM_VERSION = re.compile(rb"^#\s*define _LIBCPP_VERSION (\d{2})(\d\d)(\d\d)$", re.MULTILINE)
_MUSL_VERSION = re.compile(rb'^#define VERSION "(\d{1,4}(?:\.\d{1,4}){1,3})"', re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Library:
    """Where the licence of a library lies, below the folder of zig's own library."""

    name: str
    license: str


_LIBRARIES = (
    _Library(name=ZIG, license="../LICENSE"),
    _Library(name=MUSL, license="libc/musl/COPYRIGHT"),
    _Library(name=MINGW, license="libc/mingw/COPYING"),
    _Library(name=GLIBC, license="libc/glibc/LICENSES"),
    _Library(name=LIBCXX, license="libcxx/LICENSE.TXT"),
    _Library(name=LIBCXXABI, license="libcxxabi/LICENSE.TXT"),
    _Library(name=LIBUNWIND, license="libunwind/LICENSE.TXT"),
)


def licenses_of_c_libraries(
    compiler: object, targets: Sequence[Target], *, cxx: bool = False
) -> tuple[ModuleLicenses, ...]:
    """The libraries that zig links in for any of the targets, each with its licence.

    Where zig's files lie otherwise than in its own archives, the texts are missing.

    Args:
        compiler: what compiles C code; only of zig anything is known.
        targets: what programs are built for.
        cxx: some of their code is C++.
    """
    if not isinstance(compiler, Zig):
        return ()
    wanted = {
        name for target in targets for name in c_libraries(target.system, compiler.libc, cxx=cxx)
    }
    folder = _library_folder(compiler.command)
    return tuple(
        _licenses(each, folder, compiler.version) for each in _LIBRARIES if each.name in wanted
    )


def _licenses(library: _Library, folder: Path | None, version: str) -> ModuleLicenses:
    place = PurePosixPath(library.license)
    content = _read(folder / place) if folder else b""
    texts = (LicenseText(path=PurePosixPath(library.name, place.name), content=content),)
    return ModuleLicenses(
        path=library.name,
        version=_version_of(library, folder, version),
        texts=texts if content else (),
        expression=_expression(library, content),
        recognised=bool(content),
    )


def _expression(library: _Library, content: bytes) -> str | None:
    """The licence of a text; those of musl and LLVM name it, and then that of parts or old ones.

    Nothing is certain of glibc: what zig has of it is under the LGPL, most of it with an exception
    for programs that are linked with it, and its text is about the rest.
    """
    if content.startswith(_MUSL_IS_MIT):
        return "MIT"
    if _LLVM in content[: len(_LLVM) * 3]:
        # The code that writes numbers, Ryu, came from elsewhere.
        return f"{_LLVM_LICENSE} AND BSL-1.0" if library.name == LIBCXX else _LLVM_LICENSE
    return identify_license(content)


def _version_of(library: _Library, folder: Path | None, version: str) -> str:
    if library.name == ZIG:
        return version
    if library.name == MUSL and folder:
        found = _MUSL_VERSION.search(_read(folder / "libc/musl/src/internal/version.h"))
        return found[1].decode() if found else ""
    if library.name in {LIBCXX, LIBCXXABI, LIBUNWIND} and folder:  # of one release
        found = _LLVM_VERSION.search(_read(folder / "libcxx/include/__config"))
        return ".".join(str(int(part)) for part in found.groups()) if found else ""
    return ""


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(LARGEST)
    except OSError:
        return b""


def _library_folder(command: Path) -> Path | None:
    """The folder ``lib`` of zig; None where it is not beside its command, as in its archives."""
    return next((folder for folder in _folders(command) if (folder / "std").is_dir()), None)


def _folders(command: Path) -> Iterator[Path]:
    for place in dict.fromkeys((command, command.resolve())):
        yield place.parent / "lib"
        yield place.parent.parent / "lib" / "zig"
