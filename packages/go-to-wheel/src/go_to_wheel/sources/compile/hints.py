"""What to do when a program does not compile: read from what the compilers say."""

from __future__ import annotations

import re

from ...model import CLibrary, GoOptions
from ...targets import System, Target
from ..golang.words import NETWORK
from ..zig.compiler import PKG_CONFIG

_OF_APPLE = re.compile(
    r'unable to find (?:system )?framework "(?P<framework>\w+)"'
    r"|'(?P<header>\w+)/[\w+.-]+\.h' file not found|undefined symbol"
)
_LIBRARY = re.compile(
    r'unable to find (?:dynamic|static)? ?(?:system )?library "(?P<name>[^"]+)"'
    r"|unable to find library -l(?P<short>\S+)|unable to find input file"
)
_HEADER = re.compile(r"fatal error: '(?P<name>[^']+)' file not found")
_UNDEFINED = re.compile(r"undefined (?:symbol|reference)")
_NO_CODE = "build constraints exclude all Go files"
_SUMS = re.compile(r"missing go\.sum entry|updates to go\.mod needed|no required module provides")
# Of whatever a program is built for, and not of one target.
_OF_ALL = re.compile(r"syntax error:|imported and not used|declared and not used")
_ANY = re.compile(r"\.go:\d+:\d+: ")
_TARGETS = "or leave this target out with --platforms."


def compile_hint(said: str, options: GoOptions, target: Target, *, is_sdist: bool = False) -> str:
    """The next step after a compile error.

    Args:
        said: what Go and the C compiler wrote.
        options: how the program was built.
        target: what it was built for.
        is_sdist: the source is an sdist, which may come from a workspace.
    """
    if _NO_CODE in said:
        cgo = "" if options.cgo else ", or with C code (--cgo)"
        return (
            "A package may exist for other systems only (choose with --platforms), with a build"
            f" tag (--tags){cgo}."
        )
    if NETWORK.search(said):
        return (
            "Modules that it needs could not be fetched: check the network, and GOPROXY where you"
            " have set it; then try again."
        )
    if _SUMS.search(said) and is_sdist:
        return (
            "This is an sdist, which holds no go.work: where it is made, go.mod and go.sum must"
            " name all that the program needs."
        )
    if _SUMS.search(said):
        return "go.mod or go.sum is not complete: run 'go mod tidy' in the module."
    hint = _c_hint(said, options, target) if options.cgo else ""
    return hint or _go_hint(said)


def _go_hint(said: str) -> str:
    wrong = [line for line in said.splitlines() if _ANY.search(line)]
    if wrong and all(_OF_ALL.search(line) for line in wrong):
        return "Correct what Go reports."
    return f"Correct what Go reports, {_TARGETS}"


def _c_hint(said: str, options: GoOptions, target: Target) -> str:
    if PKG_CONFIG in said:
        return (
            "A package asks pkg-config for a library of this machine, which no other machine may"
            f" have: look for a build tag (--tags) with which it brings its own C code, {_TARGETS}"
        )
    if target.system is System.DARWIN and (found := _OF_APPLE.search(said)):
        name = found["framework"] or found["header"]
        belongs = (
            f"{name} belongs to Apple's developer tools, which only a Mac has: f" if name else "F"
        )
        return (
            f"{belongs}rom here C code for macOS can use its C library alone."
            f" Correct what the compiler reports, {_TARGETS}"
        )
    if _LIBRARY.search(said) or _HEADER.search(said):
        return (
            "Libraries and headers of this machine are not used, since other machines may not"
            f" have them: put the C code into the Go module, {_TARGETS}"
        )
    if _UNDEFINED.search(said) and target.system is System.LINUX and options.libc != CLibrary.MUSL:
        return (
            "A function may be newer than the glibc that wheels promise; --libc musl links a"
            f" newer C library into the program. Else correct what the compiler reports, {_TARGETS}"
        )
    return ""
