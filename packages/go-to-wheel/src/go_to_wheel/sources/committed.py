"""What git tells of a folder of Go source: its version, and what its commit does not hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version

from ..model import PythonPackage
from .compiled import Compiled, with_surroundings
from .context import Context
from .git import Checkout, CheckoutState, find_checkout
from .packages import Program
from .process import Processes
from .python import package_files
from .toolchain import Toolchain


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What git tells of a folder; nothing without git.

    Attributes:
        checkout: the work tree that holds it.
        state: what is checked out there.
        version: the version by the nearest tag; None where another one was given.
        package: the project's own Python package, whose files go into the wheels, too.
    """

    checkout: Checkout | None = None
    state: CheckoutState | None = None
    version: Version | None = None
    package: PythonPackage | None = None

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
            read = with_surroundings(read, go, programs)
            files = (*read.files, *self._included(go.processes))
            return set(self.checkout.changed(files, read.folders, self.state))
        except OSError:  # what cannot be read cannot be promised to be as it was
            return {programs[0].module_root}

    def _included(self, processes: Processes) -> list[Path]:
        """Files of the Python package: only with ``include`` may they be such as git ignores."""
        if self.package is None or not self.package.include:
            return []
        return [file.source for file in package_files(self.package, processes)]


NOT_KEPT = Kept()
"""Where there is no git, or no repository."""


def look_at_checkout(root: Path, context: Context) -> Kept:
    """Ask git about a module's folder.

    Args:
        root: the folder of go.mod.
        context: what runs git.

    Raises:
        MetadataError: git refuses to tell the version.
        Cancelled: the run was stopped meanwhile.
    """
    given = context.given.version
    checkout = find_checkout(root, context.processes, needs_version=given is None)
    if checkout is None:
        return Kept()
    return Kept(
        package=context.package,
        checkout=checkout,
        state=checkout.state(root, context.output_dir),
        version=checkout.version(root) if given is None else None,
    )
