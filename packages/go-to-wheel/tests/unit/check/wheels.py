"""Little wheels: good ones, and the means to break exactly one thing in them."""

from __future__ import annotations

import base64
import bz2
import hashlib
import struct
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from go_to_wheel.check import CheckReport, check_wheel
from helpers.binaries import Elf, Macho, Pe

NAME, VERSION = "tool", "1.0"
INFO = f"{NAME}-{VERSION}.dist-info"
SCRIPT = f"{NAME}-{VERSION}.data/scripts/tool"
PROGRAM = "tool/bin/tool"

FILE, EXECUTABLE = 0o100644, 0o100755
STORED, DEFLATED, BZIP2 = 0, 8, 12

METADATA = """\
Metadata-Version: 2.4
Name: tool
Version: 1.0
Summary: A tool
License-Expression: MIT
License-File: LICENSE
Project-URL: Homepage, https://example.com/tool
Requires-Python: >=3.8
Description-Content-Type: text/markdown

# tool
"""


@dataclass(frozen=True, kw_only=True)
class Packed:
    """One member as it is written; what is None is as it should be."""

    name: str
    content: bytes = b""
    mode: int = FILE
    method: int = DEFLATED
    raw_name: bytes | None = None
    local_name: bytes | None = None
    flags: int = 0
    local_flags: int | None = None
    extra: bytes = b""
    comment: bytes = b""
    descriptor: bytes = b""
    size: int | None = None
    local_size: int | None = None
    crc: int | None = None
    packed: bytes | None = None
    padding: bytes = b""


@dataclass(frozen=True, kw_only=True)
class Wheel:
    """A wheel to be written. RECORD is made from the files unless it is given."""

    files: Mapping[str, bytes]
    tag: str = "py3-none-any"
    filename: str = ""
    modes: Mapping[str, int] = field(default_factory=dict)
    record: Callable[[bytes], bytes | None] = lambda record: record
    change: Callable[[list[Packed]], Sequence[Packed]] = lambda members: members
    prefix: bytes = b""
    suffix: bytes = b""
    comment: bytes = b""

    def plus(self, files: Mapping[str, bytes], modes: Mapping[str, int] | None = None) -> Wheel:
        """More files, or other content for those that are there."""
        return replace(self, files={**self.files, **files}, modes={**self.modes, **(modes or {})})

    def minus(self, *names: str) -> Wheel:
        """Fewer files."""
        return replace(
            self, files={name: text for name, text in self.files.items() if name not in names}
        )

    def metadata(self, old: str, new: str) -> Wheel:
        """Other text in METADATA."""
        text = self.files[f"{INFO}/METADATA"].decode()
        assert old in text
        return self.plus({f"{INFO}/METADATA": text.replace(old, new, 1).encode()})

    def changed(self, name: str, **values: object) -> Wheel:
        """One member written otherwise."""

        def change(members: list[Packed]) -> Sequence[Packed]:
            assert any(member.name == name for member in members)
            return [
                replace(member, **values) if member.name == name else member  # type: ignore[arg-type]
                for member in self.change(members)
            ]

        return replace(self, change=change)

    def write(self, folder: Path) -> Path:
        """Write it into a folder."""
        path = folder / (self.filename or f"{NAME}-{VERSION}-{self.tag}.whl")
        path.write_bytes(self.to_bytes())
        return path

    def to_bytes(self) -> bytes:
        """The bytes of the archive."""
        members = [
            Packed(name=name, content=content, mode=self.modes.get(name, FILE))
            for name, content in self.files.items()
        ]
        record = self.record(record_of(self.files))
        if record is not None:
            members.append(Packed(name=f"{INFO}/RECORD", content=record))
        return self.prefix + pack(self.change(members), self.comment) + self.suffix

    def check(self, folder: Path) -> CheckReport:
        """Write it and check it."""
        return check_wheel(self.write(folder))


def rules_of(report: CheckReport) -> set[str]:
    """The names of the rules that are broken."""
    return {problem.rule for problem in report.problems}


def digest(content: bytes, algorithm: str = "sha256") -> str:
    """A digest as RECORD spells it."""
    raw = hashlib.new(algorithm, content).digest()
    return f"{algorithm}={base64.urlsafe_b64encode(raw).rstrip(b'=').decode()}"


def record_of(files: Mapping[str, bytes]) -> bytes:
    """RECORD's bytes."""
    rows = [f"{name},{digest(content)},{len(content)}" for name, content in files.items()]
    return "\n".join([*rows, f"{INFO}/RECORD,,", ""]).encode()


def pack(members: Sequence[Packed], comment: bytes = b"") -> bytes:
    """A ZIP archive, with all the faults that its members ask for."""
    body, directory = bytearray(), bytearray()
    for member in members:
        name = member.name.encode() if member.raw_name is None else member.raw_name
        local_name = name if member.local_name is None else member.local_name
        packed = _compressed(member) if member.packed is None else member.packed
        size = len(member.content) if member.size is None else member.size
        local_size = size if member.local_size is None else member.local_size
        crc = zlib.crc32(member.content) if member.crc is None else member.crc
        flags = member.flags | (0x800 if not member.name.isascii() else 0)
        local_flags = flags if member.local_flags is None else member.local_flags
        body += member.padding
        offset = len(body)
        body += struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, local_flags, member.method, 0, 33,
                            crc, len(packed), local_size, len(local_name), len(member.extra))  # fmt: skip
        body += local_name + member.extra + packed + member.descriptor
        directory += struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 3 << 8 | 20, 20, flags,
                                 member.method, 0, 33, crc, len(packed), size, len(name),
                                 len(member.extra), len(member.comment), 0, 0,
                                 member.mode << 16, offset)  # fmt: skip
        directory += name + member.extra + member.comment
    count, size, start = len(members), len(directory), len(body)
    end64 = b""
    if count > 0xFFFF:
        end64 = struct.pack(
            "<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, start
        )
        end64 += struct.pack("<4sLQL", b"PK\x06\x07", 0, start + size, 1)
        count = 0xFFFF
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, size, start, len(comment))
    return bytes(body + directory) + end64 + end + comment


def _compressed(member: Packed) -> bytes:
    if member.method == STORED:
        return member.content
    if member.method == BZIP2:
        return bz2.compress(member.content)
    engine = zlib.compressobj(wbits=-15)
    return engine.compress(member.content) + engine.flush()


def _wheel_file(tag: str) -> bytes:
    pythons, abis, platforms = (part.split(".") for part in tag.split("-"))
    tags = [f"{py}-{abi}-{platform}" for py in pythons for abi in abis for platform in platforms]
    lines = ["Wheel-Version: 1.0", "Generator: test 1", "Root-Is-Purelib: false"]
    return "\n".join([*lines, *(f"Tag: {tag}" for tag in tags), ""]).encode()


def pure() -> Wheel:
    """A wheel of pure Python, with a command."""
    return Wheel(
        files={
            "tool/__init__.py": b"def main(): ...\n",
            f"{INFO}/METADATA": METADATA.encode(),
            f"{INFO}/WHEEL": _wheel_file("py3-none-any"),
            f"{INFO}/entry_points.txt": b"[console_scripts]\ntool = tool:main\n",
            f"{INFO}/licenses/LICENSE": b"MIT\n",
        }
    )


def with_program(program: bytes, tag: str, suffix: str = "") -> Wheel:
    """A wheel with a program in the package's ``bin``."""
    name = PROGRAM + suffix
    wheel = replace(pure(), tag=tag).plus({name: program}, {name: EXECUTABLE})
    return wheel.plus({f"{INFO}/WHEEL": _wheel_file(tag)})


def with_script(program: bytes, tag: str) -> Wheel:
    """A wheel with a program among the scripts, and no entry point."""
    wheel = with_program(program, tag).minus(PROGRAM, f"{INFO}/entry_points.txt")
    return wheel.plus({SCRIPT: program}, {SCRIPT: EXECUTABLE})


LINUX = "py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.musllinux_1_1_x86_64"
MACOS = "py3-none-macosx_12_0_arm64"
WINDOWS = "py3-none-win_amd64"


def elf(*, machine: int = 62, kind: int = 2) -> bytes:
    """A static ELF program of 64 bits; machine 62 is x86-64, 183 is arm64."""
    return Elf(machine=machine, type=kind).build()


def macho(*, signed: bool = True, uuid: bool = True, minos: int = 12, kind: int = 2) -> bytes:
    """A Mach-O program for arm64."""
    return Macho(signed=signed, uuid=uuid, minos=(minos, 0), filetype=kind).build()


def pe(*, machine: int = 0x8664) -> bytes:
    """A PE program; 0x8664 is x86-64."""
    return Pe(machine=machine).build()
