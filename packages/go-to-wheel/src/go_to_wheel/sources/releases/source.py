"""A GitHub release: its assets matched to targets, downloaded, verified, unpacked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from packaging.version import Version

from ...events import Fetching, Stage, Warned
from ...metadata import LicenseText, Metadata
from ...model import Binary
from ...names import CommandName, parse_command_name
from ...provenance.origin import Build, ReleaseOrigin
from ...release import Asset, Digest, Release, ReleaseOptions, VerifiedAsset, VerifiedFile
from ...tags import expected_tags
from ...targets import Target
from ..archive import open_archive
from ..assets import tools_in
from ..context import Context
from ..files import describe_binary
from ..forms import GitHubRelease
from ..github.api import GitHub, open_github
from ..github.facts import metadata_of, plain_text, shown_readme
from ..http.download import Progress, watch_nothing
from ..prebuilt.notices import Notices, find_notices
from ..prebuilt.programs import Choice, choose_programs, unpack_programs
from ..prebuilt.selection import select_available
from ..signatures import Signatures, SignatureTools
from .assets import assets_by_target, names_of, used_assets, where_of
from .downloads import Downloads
from .lock import LockedAsset
from .promises import Pins
from .trust import Hold, LockUpdate, check_age, hold, locked


@dataclass(frozen=True, slots=True, kw_only=True)
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
        verified: asset's name → what it was verified by, as far as it was fetched.
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
    verified: dict[str, VerifiedAsset] = field(default_factory=dict)
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

    def proofs(self, target: Target) -> tuple[VerifiedAsset, ...]:
        """The assets that a target's programs were taken from, once they were produced."""
        assets = self._assets_for(target)
        return tuple(self.verified[asset.name] for asset in assets if asset.name in self.verified)

    def linked(self, targets: Sequence[Target]) -> None:
        """Nobody knows the licences of all that is linked into a finished program."""

    def origins(
        self, target: Target, version: Version
    ) -> tuple[tuple[ReleaseOrigin, Build | None], ...]:
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
        self.verified[asset.name] = VerifiedAsset(
            asset=asset, sha256=file.sha256, proofs=file.proofs
        )
        return file

    def _choice(self, name: CommandName) -> Choice:
        if self.keeps_names:
            return Choice(binaries=(name,))
        return Choice(expected=(name, *tools_in(names_of(self.release))))

    def _assets_for(self, target: Target) -> list[Asset]:
        found = {assets[target.name].name: assets[target.name] for assets in self.assets}
        return list(found.values())

    def _origin(self, asset: Asset) -> str:
        promise = self.downloads.promise(self.release, asset)
        if not promise.digests:
            return f"{asset.name} (no digest was published)"
        return f"{asset.name} ({promise.digests[0]}, by {promise.by})"


def open_release(form: GitHubRelease, options: ReleaseOptions, context: Context) -> ReleaseSource:
    """Look at a release: its assets, and what the repository tells of itself.

    Nothing but metadata is fetched, unless the repository has no licence file and
    ``context.may_fetch`` is set: then the one in an asset is looked for.

    Args:
        form: which repository and tag.
        options: which programs and assets.
        context: what every source needs.

    Raises:
        ReleaseNotFoundError: there is no such repository, release or tag.
        NoMatchingAssetError: no file of the release is a program for a target, or it holds
            several tools and none was chosen.
        InvalidVersionError: the tag holds no version, and none was given.
        UsageError: an option cannot be used.
        LockError: the release is not as the lock pins it.
        TooYoungError: it was published too short a time ago.
        DownloadError: the API could not be asked.
    """
    held = hold(form.repository, options.trust)
    commands = tuple(parse_command_name(name) for name in options.binaries)
    github = _connect(context)
    downloads = Downloads(github.http, context.cache, context.scratch, pins=_pins(held))
    tools = SignatureTools(
        github=github,
        read=downloads.text,
        warn=lambda message: context.tell(Warned(message=message)),
    )
    signatures = Signatures(tools, options.trust)
    repository = github.repository(form.repository)
    tag = held.tag(form.tag)
    release = (
        github.release(form.repository, tag) if tag else github.latest_release(form.repository)
    )
    assets = assets_by_target(release, options)
    _check(release, used_assets(assets), options, held, github)
    own_name = form.repository.split("/")[1]
    source = ReleaseSource(
        description=_describe(release, plain_text(repository.full_name), options, held),
        metadata=metadata_of(repository, release, context.given),
        commands=commands or (CommandName(own_name),),
        keeps_names=bool(commands),
        release=release,
        assets=assets,
        options=options,
        downloads=downloads,
        signatures=signatures,
        context=context,
    )
    source = replace(source, update=_update(source, held))
    return replace(source, metadata=_with_texts(source, github))


def _connect(context: Context) -> GitHub:
    """The API, for as long as the run lasts."""
    processes = context.processes
    github = open_github(processes.environment, cancelled=lambda: processes.cancelled)
    context.resources.callback(github.http.close)
    processes.when_cancelled(github.http.interrupt)
    return github


def _check(
    release: Release, used: Sequence[Asset], options: ReleaseOptions, held: Hold, github: GitHub
) -> None:
    held.compare(release, used)
    if options.trust.min_age_days is not None:
        check_age(release, used, options.trust.min_age_days, github.http.clock.now())


def _pins(held: Hold) -> Pins:
    return Pins(by=str(held.path), digests=held.lock.digests if held.lock else {})


def _describe(release: Release, repository: str, options: ReleaseOptions, held: Hold) -> str:
    text = f"Release {release.tag} of github.com/{repository}"
    if options.trust.min_age_days is not None and release.published is not None:
        text += f", published {release.published:%Y-%m-%d}"
    if held.lock is not None:
        text += f", as {held.path} pins it"
    return text


def _update(source: ReleaseSource, held: Hold) -> LockUpdate | None:
    """The lock that is written when the run has ended well; a dry run writes none."""
    context, trust = source.context, source.options.trust
    if not trust.update_lock or not context.may_fetch:
        return None
    found = [_locked_asset(source, asset) for asset in used_assets(source.assets)]
    update = LockUpdate(held.path, locked(source.release, found))
    context.resources.push(update.__exit__)
    return update


def _locked_asset(source: ReleaseSource, asset: Asset) -> LockedAsset:
    """What the lock pins of an asset; it is fetched where nobody has published its digest."""
    promise = source.downloads.promise(source.release, asset)
    if promise.digests and asset.size is not None:
        return LockedAsset(name=asset.name, size=asset.size, digest=promise.digests[0])
    file = source.downloads.fetch(
        source.release, asset, allow_unverified=source.options.allow_unverified
    )
    digest = Digest(algorithm="sha256", hex=file.sha256)
    return LockedAsset(name=asset.name, size=file.size, digest=digest)


def _with_texts(source: ReleaseSource, github: GitHub) -> Metadata:
    """The metadata with README and licence, from the repository at the release's tag."""
    repository, tag = source.release.repository, source.release.tag
    license_file = github.license_file(repository, tag)
    readme_file = github.readme(repository, tag)
    texts = Notices(
        licenses=(
            (LicenseText(path=PurePosixPath(license_file.name), content=license_file.content),)
            if license_file
            else ()
        ),
        readme=shown_readme(readme_file.name, readme_file.content) if readme_file else None,
    )
    if not texts.licenses and source.context.may_fetch:
        beside = source.notices(source.select_targets(())[0])
        texts = Notices(licenses=beside.licenses, readme=texts.readme or beside.readme)
    return replace(source.metadata, license_files=texts.licenses, readme=texts.readme)
