"""How each binary of a wheel came to be, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from ..release import Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderOrigin:
    """Compiled from a folder of Go source.

    Attributes:
        package: the import path of the main package.
        repository: where the folder was cloned from, without a user's name or password; empty
            where that is not known.
        commit: the commit that was checked out; empty outside of git.
        dirty: something that was compiled, or lies in the module's folder, is not just as the
            commit has it; None outside of git.
        subfolder: where the module lies in the repository, with ``/``; empty at its root.
    """

    package: str
    repository: str = ""
    commit: str = ""
    dirty: bool | None = None
    subfolder: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleOrigin:
    """Compiled from a Go module at a version.

    Attributes:
        package: the import path of the main package.
        module: the path of the module that holds it.
        version: the module's version, for example ``v1.2.3``.
        sum: its ``h1:`` sum, as in go.sum; empty where Go told none.
    """

    package: str
    module: str
    version: str
    sum: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseOrigin:
    """Taken from a file of a release.

    Attributes:
        repository: ``OWNER/REPO``.
        tag: the release's tag.
        url: the release's page.
        asset: the name of the file.
        asset_url: the address of the file, for people.
        sha256: the digest of the file's bytes.
        member: the program's path in it; empty where the file is the program.
        proofs: what it was verified by; none where nothing was published, and the user allowed
            that.
    """

    repository: str
    tag: str
    asset: str
    sha256: str
    url: str = ""
    asset_url: str = ""
    member: str = ""
    proofs: tuple[Proof, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOrigin:
    """Taken from a file that lay on the machine.

    Attributes:
        name: the file's name, without its folder.
        sha256: the digest of its bytes.
        member: the program's path in it; empty where the file is the program.
        proofs: what it was verified by: files that lay beside it.
    """

    name: str
    sha256: str
    member: str = ""
    proofs: tuple[Proof, ...] = ()


SourceOrigin: TypeAlias = FolderOrigin | ModuleOrigin | ReleaseOrigin | FileOrigin


def proofs_of(source: SourceOrigin) -> tuple[Proof, ...]:
    """What a binary's origin was verified by; none where it was compiled."""
    return source.proofs if isinstance(source, ReleaseOrigin | FileOrigin) else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildRecord:
    """How Go compiled a binary.

    Attributes:
        go_version: for example ``go1.27.3``.
        flags: the flags of ``go build``, one by one. A path of the builder's machine is left out,
            and a name stands for it; else they are just as Go got them. (A program for macOS
            with C code is linked twice: then with a digest of the first one behind
            ``-buildid=``, by which macOS tells programs apart.)
        hidden: the names in ``flags`` that stand for paths, sorted: ``$SOURCE`` (the module's
            folder), ``$CHECKOUT``, ``$HOME`` and others that ``sources/compile/places.py`` lists. A
            name that is not among them is what Go got.
        environment: the variables that decide what Go makes, sorted by name.
        zig_version: the version of zig that compiled C code; empty without C code.
        libc: the C library that a Linux program with C code is linked with, ``glibc`` or
            ``musl``; empty without C code.
    """

    go_version: str
    flags: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    zig_version: str = ""
    libc: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BinaryOrigin:
    """How one binary came to be.

    Attributes:
        path: where it lies in the wheel.
        sha256: the digest of its bytes.
        size: its size in bytes.
        target: the name of the target, for example ``linux-amd64``.
        source: what it was made of, or taken from.
        build: how it was compiled; None where somebody else did that.
    """

    path: str
    sha256: str
    size: int
    target: str
    source: SourceOrigin
    build: BuildRecord | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginRecord:
    """How all binaries of a wheel came to be, and which version of go-to-wheel says so.

    Attributes:
        tool_version: the version of go-to-wheel.
        binaries: the binaries.
        given: what the build was told of the distribution, as name and value; with it the wheel
            can be built again from its source.
    """

    tool_version: str
    binaries: tuple[BinaryOrigin, ...]
    given: tuple[tuple[str, str], ...] = ()
