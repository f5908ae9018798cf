"""A GitHub release as a source: its assets are fetched, verified and unpacked when needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from packaging.version import Version

from ...events import Fetching, Stage
from ...metadata import Metadata
from ...model import Binary
from ...names import CommandName
from ...provenance.origin import BuildRecord, ReleaseOrigin
from ...release import Asset, Release, ReleaseOptions, VerifiedFile
from ...tags import expected_tags
from ...targets import Target
from ..archive import open_archive
from ..assets import tools_in
from ..context import Context
from ..files import describe_binary
from ..http.download import Progress, watch_nothing
from ..prebuilt.notices import Notices, find_notices
from ..prebuilt.programs import Choice, choose_programs, unpack_programs
from ..prebuilt.selection import select_available
from ..signatures import Signatures
from .assets import names_of, where_of
from .downloads import Downloads
from .trust import LockUpdate


@dataclass(slots=True, kw_only=True)
class ReleaseSource:
    """A release that has been looked at; its assets are fetched when they are needed.

    Attributes:
        description: how the source was read, in one line.
        metadata: what the repository and the release tell: the lowest layer.
        commands: the wanted programs.
        keeps_names: the user named the programs, so they keep these names.
        release: the release.
        assets: for each program, name of target → its asset.
        options: how to use the release.
        downloads: what fetches and verifies digests.
        signatures: what verifies signatures.
        context: whom to tell of progress.
        update: the lock to write when all went well; None for none.
        verified: asset's name → its file and what that was verified by, once it was fetched.
        members: name of a target → each program's path in its asset, once it was unpacked.
    """

    description: str
    metadata: Metadata
    commands: tuple[CommandName, ...]
    keeps_names: bool
    release: Release
    assets: tuple[Mapping[str, Asset], ...]
    options: ReleaseOptions
    downloads: Downloads
    signatures: Signatures
    context: Context
    update: LockUpdate | None = None
    verified: dict[str, VerifiedFile] = field(default_factory=dict)
    members: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def work(self) -> Stage:
        """Producing means downloading, which is told of by itself, and unpacking."""
        return Stage.UNPACKING

    def select_targets(self, names: Sequence[str]) -> tuple[Target, ...]:
        """The targets of these names; without names, those the release has files for.

        Raises:
            UnknownTargetError: a name that is no target.
            NoMatchingAssetError: the release has no file for a target that was named.
        """
        available = [name for name in self.assets[0] if all(name in each for each in self.assets)]
        return select_available(names, available, where_of(self.release), names_of(self.release))

    def expected_tags(self, target: Target) -> tuple[str, ...]:
        """The platform tags of a static program; its header has the last word."""
        return expected_tags(target, None)

    def origin(self, target: Target) -> str:
        """The assets for a target, each with its digest and who published that.

        Raises:
            VerificationError: no digest was published, or two that differ.
            DownloadError: a checksum file could not be fetched.
        """
        return "; ".join(self._origin(asset) for asset in self._assets_for(target))

    def check_options(self, version: Version) -> None:
        """Nothing in the options of a release can be wrong for a version."""

    def produce(
        self, target: Target, version: Version, commands: Sequence[CommandName], folder: Path
    ) -> tuple[Binary, ...]:
        """Fetch and verify the assets for a target, and take the programs out of them.

        Raises:
            DownloadError: an asset could not be fetched.
            VerificationError: nobody vouches for its bytes.
            ArtifactError: it cannot be unpacked, or the program is not in it.
            BinaryError: what was found does not fit the target.
            Cancelled: the run was stopped meanwhile.
        """
        del version  # the programs have theirs already
        with self.update.watch() if self.update else nullcontext():
            return self._produce(target, commands, folder)

    def linked(self, targets: Sequence[Target]) -> None:
        """Nobody knows the licences of all that is linked into a finished program."""

    def origins(
        self, target: Target, version: Version
    ) -> tuple[tuple[ReleaseOrigin, BuildRecord | None], ...]:
        """The asset of each program, and what it was verified by; who built it, nobody said."""
        del version  # the programs have theirs already
        members = self.members[target.name]
        return tuple(
            (self._release_origin(assets[target.name], member), None)
            for assets, member in zip(self.assets, members, strict=True)
        )

    def _release_origin(self, asset: Asset, member: str) -> ReleaseOrigin:
        verified = self.verified[asset.name]
        return ReleaseOrigin(
            repository=self.release.repository,
            tag=self.release.tag,
            url=self.release.url,
            asset=asset.name,
            asset_url=asset.public_url,
            sha256=verified.sha256,
            member=member,
            proofs=verified.proofs,
        )

    def _produce(
        self, target: Target, commands: Sequence[CommandName], folder: Path
    ) -> tuple[Binary, ...]:
        made: list[Binary] = []
        members: list[str] = []
        for name, assets, command in zip(self.commands, self.assets, commands, strict=True):
            output = folder / f"{command}{target.exe_suffix}"
            asset = assets[target.name]
            file = self._fetch(
                asset,
                lambda done, total, asset=asset: self.context.tell(  # type: ignore[misc]
                    Fetching(target=target, name=asset.name, done=done, total=total)
                ),
            )
            check = self.context.processes.check_cancelled
            with open_archive(file.path, name=asset.name, check=check) as archive:
                members += unpack_programs(archive, self._choice(name), target, [output])
            made.append(describe_binary(output, target, command))
        self.members[target.name] = tuple(members)
        return tuple(made)

    def notices(self, target: Target) -> Notices:
        """The texts beside the program in the asset for a target, which is fetched for that.

        Raises:
            GoToWheelError: as ``produce`` does.
        """
        asset = self.assets[0][target.name]
        file = self._fetch(asset)
        with open_archive(file.path, name=asset.name) as archive:
            program = choose_programs(archive, self._choice(self.commands[0]), target)[0]
            return find_notices(archive, program)

    def _fetch(self, asset: Asset, progress: Progress = watch_nothing) -> VerifiedFile:
        """An asset on disk, its digest and its signatures verified."""
        allow = self.options.allow_unverified
        file = self.downloads.fetch(self.release, asset, allow_unverified=allow, progress=progress)
        file = self.signatures.verify(self.release, asset, file)
        self.verified[asset.name] = file
        return file

    def _choice(self, name: CommandName) -> Choice:
        if self.keeps_names:
            return Choice(binaries=(name,))
        return Choice(expected=(name, *tools_in(names_of(self.release))))

    def used(self, targets: Sequence[Target]) -> tuple[Asset, ...]:
        """The assets that wheels for these targets are made of."""
        return tuple(asset for target in targets for asset in self._assets_for(target))

    def _assets_for(self, target: Target) -> list[Asset]:
        found = {assets[target.name].name: assets[target.name] for assets in self.assets}
        return list(found.values())

    def _origin(self, asset: Asset) -> str:
        promise = self.downloads.promise(self.release, asset)
        if not promise.digests:
            return f"{asset.name} (no digest was published)"
        return f"{asset.name} ({promise.digests[0]}, by {promise.by})"
