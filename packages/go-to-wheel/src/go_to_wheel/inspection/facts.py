"""The values that an inspection gives. All frozen; no I/O happens here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..binary.codesign import CodeSignature
from ..check import Problem
from ..model import BinaryFacts, BinaryFormat
from ..provenance.origin import OriginRecord
from .effects import Effect


@dataclass(frozen=True, slots=True, kw_only=True)
class TagVerdict:
    """A platform tag, and whether the wheel deserves it.

    Attributes:
        tag: the platform tag.
        deserved: its programs keep what the tag promises; None where that cannot be told.
        reason: why, as a sentence in which "it" is the program; no full stop.
    """

    tag: str
    deserved: bool | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What the wheel says of itself (core metadata, PEP 427's WHEEL).

    Attributes:
        name: the distribution's name.
        version: its version.
        summary: one line; may be empty.
        metadata_version: the version of core metadata, for example ``2.4``.
        license: the licence expression, else the free text of an old ``License`` field.
        requires_python: the versions of Python it is for; may be empty.
        requires: the distributions it needs.
        generator: the tool that made the wheel, for example ``maturin (1.9.4)``.
        fault: why METADATA cannot be read; empty where it can.
    """

    name: str = ""
    version: str = ""
    summary: str = ""
    metadata_version: str = ""
    license: str = ""
    requires_python: str = ""
    requires: tuple[str, ...] = ()
    generator: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program in the wheel.

    Attributes:
        path: where it lies in the wheel.
        size: its size in bytes.
        packed: its size in the archive, in bytes.
        sha256: the digest of its bytes, in hex; empty where it was not computed.
        executable: the archive gives it the mode of a program.
        facts: what its header says, once for each architecture.
        signatures: the code signatures of a program for macOS.
        fault: why it cannot be read as the program that its place or first bytes promise.
    """

    path: str
    size: int
    packed: int
    sha256: str
    executable: bool
    facts: tuple[BinaryFacts, ...] = ()
    signatures: tuple[CodeSignature, ...] = ()
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """Native code that programs load: where it lies, its format, and its size in bytes."""

    path: str
    format: BinaryFormat
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """A software bill of materials (PEP 770).

    Attributes:
        path: where it lies in the wheel.
        format: for example ``CycloneDX 1.6``; empty where it is none that is known here.
        components: how many components or packages it lists; None where that is not known.
        fault: why it cannot be read; empty where it can.
    """

    path: str
    format: str = ""
    components: int | None = None
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordState:
    """Whether RECORD tells the truth.

    Attributes:
        files: how many files it lists; None where it cannot be read.
        problems: where it does not agree with the archive.
    """

    files: int | None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What is inside a wheel.

    Attributes:
        path: the wheel.
        size: its size in bytes.
        unpacked: the size of its members together, in bytes.
        members: how many files it holds.
        about: what it says of itself.
        pythons: the Python tags, for example ``py3``.
        abis: the ABI tags, for example ``none``.
        tags: the platform tags; none where the file name has not the form of a wheel's.
        name_fault: why the file name has not that form.
        commands: what users can start, sorted.
        programs: the programs, in the order of the archive.
        libraries: other native code.
        licenses: the paths of the licence texts.
        bills: the bills of materials.
        origin: how go-to-wheel says the programs came to be; None where it does not.
        origin_faults: why that record cannot be read, or where the wheel contradicts it.
        record: whether RECORD tells the truth.
        escapes: members whose names leave the folder that they are unpacked into, or that are no
            files.
        effects: members that do something when they are installed, or when Python starts.
        unread: why no member was unpacked; empty where they were.
    """

    path: Path
    size: int
    unpacked: int
    members: int
    about: Description
    pythons: tuple[str, ...]
    abis: tuple[str, ...]
    tags: tuple[TagVerdict, ...]
    name_fault: str
    commands: tuple[str, ...]
    programs: tuple[Program, ...]
    libraries: tuple[Library, ...]
    licenses: tuple[str, ...]
    bills: tuple[Bill, ...]
    origin: OriginRecord | None
    origin_faults: tuple[str, ...]
    record: RecordState
    escapes: tuple[Problem, ...]
    effects: tuple[Effect, ...]
    unread: str
