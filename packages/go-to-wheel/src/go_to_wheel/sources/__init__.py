"""Where binaries come from: a folder for each kind of source, and for what they are made of."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from packaging.version import Version

from ..events import Stage
from ..metadata import Metadata
from ..model import Binary
from ..names import CommandName
from ..provenance.licenses import ModuleLicenses
from ..provenance.origin import BuildRecord, SourceOrigin
from ..targets import Target


class Source(Protocol):
    """A source that has been looked at and can produce binaries."""

    @property
    def description(self) -> str:
        """How the source was read, in one line."""

    @property
    def metadata(self) -> Metadata:
        """What the source tells of itself: the lowest layer of metadata."""

    @property
    def commands(self) -> Sequence[CommandName]:
        """The programs it holds, by their own names."""

    @property
    def work(self) -> Stage:
        """What producing a binary means here."""

    @property
    def keeps_names(self) -> bool:
        """Whether a single program keeps its own name, rather than the distribution's."""

    def select_targets(self, names: Sequence[str]) -> tuple[Target, ...]:
        """The targets to build for, in the order of the table.

        Args:
            names: names of targets, or ``all``; none for what this source does by default.

        Raises:
            UnknownTargetError: a name that is no target.
            NoMatchingAssetError: the source has nothing for a target that was named.
        """

    def origin(self, target: Target) -> str:
        """What the binaries for a target are made of; empty where it is the source as a whole.

        Raises:
            GoToWheelError: it cannot be found out.
        """

    def expected_tags(self, target: Target) -> tuple[str, ...]:
        """The platform tags that a binary for this target will probably deserve, sorted."""

    def check_options(self, version: Version) -> None:
        """Refuse options that cannot work, before anything is produced.

        Raises:
            UsageError: an option cannot work with this source.
        """

    def produce(
        self, target: Target, version: Version, commands: Sequence[CommandName], folder: Path
    ) -> Sequence[Binary]:
        """Put the binaries for one target into an existing folder.

        Args:
            target: what to produce for.
            version: the distribution's version.
            commands: the names that the binaries shall have, in the order of ``commands``.
            folder: where they go.

        Raises:
            GoToWheelError: this target cannot be produced.
        """

    def linked(self, targets: Sequence[Target]) -> Sequence[ModuleLicenses] | None:
        """The licences of what is linked into the programs for any of the targets.

        Returns:
            One for each module, sorted by path; None where nobody knows them all.

        Raises:
            GoToWheelError: they cannot be read.
        """

    def origins(
        self, target: Target, version: Version
    ) -> Sequence[tuple[SourceOrigin, BuildRecord | None]]:
        """How each binary for a target came to be, once they were produced.

        Args:
            target: what they are for.
            version: the distribution's version.

        Returns:
            In the order of ``commands``: what it was made of, or taken from, and how it was
            compiled; None where somebody else did that.
        """
