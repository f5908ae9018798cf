"""What git tells of a folder of Go source: its version, and what its commit does not hold."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from packaging.version import Version

from ...events import Warned
from ...metadata import Metadata
from ...model import PythonPackage
from ..context import Context
from ..git.checkout import Checkout, CheckoutState, Unread, look_for_checkout
from ..golang.programs import Program
from ..golang.toolchain import Toolchain
from ..process import Processes
from ..project.python import package_files
from .built_from import Compiled, with_surroundings

# What chooses modules and their versions (the Go modules reference).
_DECIDES = re.compile(r"go\.(?:mod|sum|work|work\.sum)|modules\.txt|pyproject\.toml")
_SETTINGS = "pyproject.toml"
_SHALLOW = (
    "This clone is shallow and holds no tag that is a version: 'git fetch --tags --unshallow'"
    " fetches those that there are."
)
_LOOKED_AT = 1 << 16  # bytes in which CRLF stands, if anywhere


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What git tells of a folder; nothing without git.

    Attributes:
        checkout: the work tree that holds it.
        state: what is checked out there.
        version: the version by the nearest tag; None where another one was given.
        package: the project's own Python package, whose files go into the wheels, too.
        told_by: the README, the licences and the settings that say what the wheels are.
    """

    checkout: Checkout | None = None
    state: CheckoutState | None = None
    version: Version | None = None
    package: PythonPackage | None = None
    told_by: tuple[Path, ...] = ()

    def unheld(self, read: Compiled, go: Toolchain, programs: Sequence[Program]) -> set[Path]:
        """What is built from these files and is not just as the commit has it.

        Nothing where there is no commit, or where git has seen a change already.

        Args:
            read: what Go compiles.
            go: the toolchain.
            programs: what it compiles.
        """
        if self.checkout is None or self.state is None or self.state.dirty:
            return set()
        try:
            read = with_surroundings(read, go, programs, self.checkout.root)
            files = (*read.files, *self.told_by, *self._included(go.processes))
            return set(self.checkout.changed(files, read.folders, self.state))
        except OSError:  # what cannot be read cannot be promised to be as it was
            return {programs[0].module_root}

    def seen(
        self, read: Compiled, go: Toolchain, programs: Sequence[Program]
    ) -> tuple[Path | None, bool]:
        """A change that git has seen, if any, and whether the wheel is known to be made of it.

        One that the wheel is made of goes before those that only lie there.

        Args:
            read: what Go compiles.
            go: the toolchain.
            programs: what it compiles.
        """
        changes = self.state.changes if self.state else ()
        if self.checkout is None or not changes:
            return None, False
        try:
            read = with_surroundings(read, go, programs, self.checkout.root)
            telling = filter(_may_tell, self.told_by)
            made_of = (*read.files, *telling, *self._included(go.processes))
            files = {os.path.realpath(each) for each in made_of}
        except OSError:
            return changes[0], False
        found = next((each for each in changes if os.path.realpath(each) in files), None)
        return found or changes[0], found is not None

    def _included(self, processes: Processes) -> list[Path]:
        """The Python package's files, and the settings by which they go into the wheels."""
        if self.package is None:
            return []
        settings = self.package.project / _SETTINGS
        files = [file.source for file in package_files(self.package, processes)]
        return [*files, settings] if settings.exists() else files


def _may_tell(path: Path) -> bool:
    """Whether a file may say anything of wheels like these: a pyproject.toml often does not."""
    return path.name != _SETTINGS or b"go-to-wheel" in path.read_bytes()


def with_texts(kept: Kept, folder: Path, root: Path, layers: Iterable[Metadata]) -> Kept:
    """The same, with the files of the project that say what its wheels are.

    Args:
        kept: what git tells.
        folder: the source folder.
        root: the module's folder, which is the same or lies above it.
        layers: what is said of the distribution.
    """
    texts = [
        text.file
        for layer in layers
        for text in (layer.readme, *(layer.license_files or ()))
        if text
    ]
    above = (folder, *(each for each in folder.parents if each.is_relative_to(root)))
    settings = (each / _SETTINGS for each in above)
    # A Path's is_file raises where a folder may not be read.
    there = (each for each in settings if os.path.isfile(each))  # noqa: PTH113
    return replace(kept, told_by=(*(text.absolute() for text in texts if text), *there))


def tell_change(path: Path, *, is_read: bool, workspace: Path | None) -> str:
    """What to tell of something that the commit does not hold just as it is.

    Args:
        path: the file or folder.
        is_read: it is known that the programs are made from it.
        workspace: the go.work in force.
    """
    name = os.path.normpath(path)
    held = "the commit does not hold it just as it is"
    if not os.path.lexists(path):
        start = f"The commit holds {name}, and it is not here"
    elif not is_read:
        start = f"The commit does not hold {name} just as it is"
    elif _DECIDES.fullmatch(path.name):
        start = f"{name} decides what goes into the wheel, and {held}"
    else:
        start = f"{name} goes into the wheel, and {held}"
    told = (
        f"{start}: the record of origin calls the source changed, and nobody can prove the wheel."
    )
    if workspace is not None and is_read and _DECIDES.fullmatch(path.name):
        told += f" GOWORK=off builds without {workspace}."
    if is_read and _has_crlf(path):
        told += " Its line ends are CRLF, which git makes where core.autocrlf is true."
    return told


def _has_crlf(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return b"\r\n" in stream.read(_LOOKED_AT)
    except OSError:
        return False


NOT_KEPT = Kept()
"""Where there is no git, or no repository."""


def look_at_checkout(root: Path, context: Context) -> Kept:
    """Ask git about a module's folder.

    Args:
        root: the folder of go.mod.
        context: what runs git.

    Raises:
        MetadataError: git refuses to tell the version, or is missing.
        Cancelled: the run was stopped meanwhile.
    """
    given = context.given.version
    checkout = look_for_checkout(root, context.processes)
    if isinstance(checkout, Unread):
        if given is None:
            raise checkout.without_version(root)
        context.tell(Warned(message=checkout.warning))
    if not isinstance(checkout, Checkout):
        return NOT_KEPT
    version = checkout.version(root) if given is None else None
    if given is None and version is None and checkout.is_shallow(root):
        context.tell(Warned(message=_SHALLOW))
    return Kept(
        package=context.package,
        checkout=checkout,
        state=checkout.state(root, context.output_dir),
        version=version,
    )
