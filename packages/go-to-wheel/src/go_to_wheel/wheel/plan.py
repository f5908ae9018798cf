"""What goes into a wheel, decided before a byte is written. Pure: no file is touched.

The layout of a wheel is PEP 427's (the binary distribution format); licences lie where
PEP 639 wants them.
"""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version

from .._version import __version__
from ..errors import WheelError
from ..metadata import LicenseText
from ..model import Binary, EntryPoints, Layout, PackageFile
from ..names import CommandName, DistributionName, ImportName
from .shim import Shim, entry_points, render_shim

FILE_MODE = 0o100644
EXECUTABLE_MODE = 0o100755
"""Both carry S_IFREG: pip and installer drop the exec bit of a member without it."""

PYTHON_TAG = "py3"
ABI_TAG = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """What all wheels of one batch have in common.

    Attributes:
        name: the distribution's name.
        version: its version.
        package: the Python package that it carries.
        layout: where its binaries lie.
        metadata: METADATA's bytes.
        licenses: the licence files that METADATA names.
        aliases: one more name → the command that it starts.
        files: the files of ``package``, where it is the project's own; the launcher is one
            module in it then.
        entry_points: those that the project gives itself.
        given: what the build was told of it, as name and value, for the record of origin.
    """

    name: DistributionName
    version: Version
    package: ImportName
    layout: Layout
    metadata: bytes
    licenses: tuple[LicenseText, ...] = ()
    aliases: tuple[tuple[CommandName, CommandName], ...] = ()
    files: tuple[PackageFile, ...] = ()
    entry_points: EntryPoints = ()
    given: tuple[tuple[str, str], ...] = ()

    @property
    def stem(self) -> str:
        """``name-version``, as file and folder names begin with it."""
        return f"{self.name.wheel}-{self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One member of a wheel: its name, where its bytes are, its mode."""

    path: str
    content: bytes | Path
    mode: int = FILE_MODE


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelPlan:
    """A wheel to write: its file name, its tags, and its members in order, RECORD left out."""

    filename: str
    tags: tuple[str, ...]
    record_path: str
    entries: tuple[Entry, ...]


def plan_wheel(
    distribution: Distribution, binaries: Sequence[Binary], platform_tags: Sequence[str]
) -> WheelPlan:
    """Plan the wheel of one target.

    Args:
        distribution: what the batch has in common.
        binaries: the executables of this target; the first is the default one.
        platform_tags: the tags that they deserve, sorted.

    Raises:
        WheelError: two members would have the same name.
    """
    shim = make_shim(distribution, binaries)
    tags = tuple(f"{PYTHON_TAG}-{ABI_TAG}-{tag}" for tag in platform_tags)
    info = f"{distribution.stem}.dist-info"
    package = [
        *map(_package_file, distribution.files),
        *(
            Entry(path=f"{distribution.package}/{name}", content=content)
            for name, content in render_shim(shim).items()
        ),
        *_executables(distribution, binaries),
    ]
    about = [
        Entry(path=f"{info}/METADATA", content=distribution.metadata),
        Entry(path=f"{info}/WHEEL", content=_wheel_file(tags)),
        *(
            Entry(path=f"{info}/licenses/{text.path}", content=text.content)
            for text in distribution.licenses
        ),
    ]
    if scripts := entry_points(shim, distribution.entry_points):
        about.append(Entry(path=f"{info}/entry_points.txt", content=scripts))
    entries = (*_in_order(package), *_in_order(about))  # dist-info last, as PEP 427 advises
    _refuse_duplicates(entries)
    return WheelPlan(
        filename=f"{distribution.stem}-{PYTHON_TAG}-{ABI_TAG}-{'.'.join(platform_tags)}.whl",
        tags=tags,
        record_path=f"{info}/RECORD",
        entries=entries,
    )


def make_shim(distribution: Distribution, binaries: Sequence[Binary]) -> Shim:
    """What the launcher of these binaries must know."""
    return Shim(
        distribution=distribution.name.wheel,
        version=distribution.version,
        package=distribution.package,
        layout=distribution.layout,
        binaries=tuple(
            (CommandName(binary.command), binary.command + binary.target.exe_suffix)
            for binary in binaries
        ),
        aliases=distribution.aliases,
        is_guest=bool(distribution.files),
    )


def _package_file(file: PackageFile) -> Entry:
    mode = EXECUTABLE_MODE if file.executable else FILE_MODE
    return Entry(path=file.path, content=file.source, mode=mode)


def _executables(distribution: Distribution, binaries: Sequence[Binary]) -> list[Entry]:
    folder = {
        Layout.PACKAGE: f"{distribution.package}/bin",
        Layout.NATIVE: f"{distribution.stem}.data/scripts",
    }[distribution.layout]
    return [
        Entry(
            path=f"{folder}/{binary.command}{binary.target.exe_suffix}",
            content=binary.path,
            mode=EXECUTABLE_MODE,
        )
        for binary in binaries
    ]


def _wheel_file(tags: Sequence[str]) -> bytes:
    """WHEEL; one ``Tag`` line for each expanded tag, or pip check complains."""
    lines = [
        "Wheel-Version: 1.0",
        f"Generator: go-to-wheel {__version__}",
        "Root-Is-Purelib: false",
        *(f"Tag: {tag}" for tag in tags),
        "",
    ]
    return "\n".join(lines).encode()


def _in_order(entries: Sequence[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: entry.path)


def _refuse_duplicates(entries: Sequence[Entry]) -> None:
    """Names that differ in case only are one file on Windows and macOS."""
    seen: dict[str, str] = {}
    for entry in entries:
        key = posixpath.normpath(entry.path).lower()
        if key in seen:
            raise WheelError(
                f"The wheel would hold {entry.path} twice (also as {seen[key]}).",
                hint="Give the commands, licence files or Python files names that differ.",
            )
        seen[key] = entry.path
