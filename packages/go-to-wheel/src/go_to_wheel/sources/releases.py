"""A GitHub release: its assets matched to targets, downloaded, verified, unpacked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from packaging.version import Version

from ..errors import NoMatchingAssetError
from ..events import Fetching, Stage
from ..metadata import LicenseText, Metadata
from ..model import Binary
from ..names import CommandName, parse_command_name
from ..release import Asset, Release, ReleaseOptions
from ..tags import expected_tags
from ..targets import Target, find_target
from .archive import open_archive
from .assets import match_assets, tools_in
from .context import Context
from .downloads import Downloads
from .files import describe_binary
from .forms import GitHubRelease
from .github import GitHub, open_github
from .notices import Notices, find_notices
from .programs import Choice, choose_programs, unpack_programs
from .release_facts import metadata_of, plain_text, shown_readme
from .selection import list_files, select_available


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
        downloads: what fetches and verifies.
        context: whom to tell of progress.
    """

    description: str
    metadata: Metadata
    commands: tuple[CommandName, ...]
    keeps_names: bool
    release: Release
    assets: tuple[Mapping[str, Asset], ...]
    options: ReleaseOptions
    downloads: Downloads
    context: Context

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
        return select_available(names, available, _where(self.release), _names(self.release))

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
        made = []
        for name, assets, command in zip(self.commands, self.assets, commands, strict=True):
            output = folder / f"{command}{target.exe_suffix}"
            asset = assets[target.name]
            file = self.downloads.fetch(
                self.release,
                asset,
                allow_unverified=self.options.allow_unverified,
                progress=lambda done, total, asset=asset: self.context.tell(  # type: ignore[misc]
                    Fetching(target=target, name=asset.name, done=done, total=total)
                ),
            )
            check = self.context.processes.check_cancelled
            with open_archive(file.path, name=asset.name, check=check) as archive:
                unpack_programs(archive, self._choice(name), target, [output])
            made.append(describe_binary(output, target, command))
        return tuple(made)

    def notices(self, target: Target) -> Notices:
        """The texts beside the program in the asset for a target, which is fetched for that.

        Raises:
            GoToWheelError: as ``produce`` does.
        """
        asset = self.assets[0][target.name]
        allow = self.options.allow_unverified
        file = self.downloads.fetch(self.release, asset, allow_unverified=allow)
        with open_archive(file.path, name=asset.name) as archive:
            program = choose_programs(archive, self._choice(self.commands[0]), target)[0]
            return find_notices(archive, program)

    def _choice(self, name: CommandName) -> Choice:
        if self.keeps_names:
            return Choice(binaries=(name,))
        return Choice(expected=(name, *tools_in(_names(self.release))))

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
        DownloadError: the API could not be asked.
    """
    commands = tuple(parse_command_name(name) for name in options.binaries)
    environment, processes = context.processes.environment, context.processes
    github = open_github(environment, cancelled=lambda: processes.cancelled)
    context.resources.callback(github.http.close)
    processes.when_cancelled(github.http.interrupt)
    repository = github.repository(form.repository)
    release = (
        github.release(form.repository, form.tag)
        if form.tag
        else github.latest_release(form.repository)
    )
    own_name = form.repository.split("/")[1]
    source = ReleaseSource(
        description=f"Release {release.tag} of github.com/{plain_text(repository.full_name)}",
        metadata=metadata_of(repository, release, context.given),
        commands=commands or (CommandName(own_name),),
        keeps_names=bool(commands),
        release=release,
        assets=_match_all(release, options),
        options=options,
        downloads=Downloads(github.http, context.cache, context.scratch),
        context=context,
    )
    return replace(source, metadata=_with_texts(source, github))


def _match_all(release: Release, options: ReleaseOptions) -> tuple[Mapping[str, Asset], ...]:
    """For each program the assets by target: those that were named, then those that match."""
    by_name = {asset.name: asset for asset in release.assets}
    named = _named_assets(release, by_name, options)
    found = []
    for program in options.binaries or ("",):
        # A path in the archive tells no more than its last part.
        commands = (PurePosixPath(program).name,) if program else ()
        matches = match_assets(tuple(by_name), commands=commands)
        found.append({**{target: by_name[name] for target, name in matches.items()}, **named})
    if not all(found):
        raise _no_match(release, options)
    return tuple(found)


def _named_assets(
    release: Release, by_name: Mapping[str, Asset], options: ReleaseOptions
) -> Mapping[str, Asset]:
    chosen = {}
    for target, name in options.assets:
        if name not in by_name:
            raise NoMatchingAssetError(
                f"{_where(release)} has no file {name}. It has these:"
                f" {list_files(_names(release))}.",
                hint=f"Check --asset {target}={name}.",
            )
        chosen[find_target(target).name] = by_name[name]
    return chosen


def _no_match(release: Release, options: ReleaseOptions) -> NoMatchingAssetError:
    where = _where(release)
    tools = tools_in(_names(release))
    if len(tools) > 1 and not options.binaries:
        return NoMatchingAssetError(
            f"{where} holds {len(tools)} tools: {', '.join(tools)}.",
            hint=f"Choose with --binary, for example --binary {tools[0]}.",
        )
    if not release.assets:
        return NoMatchingAssetError(
            f"{where} has no files.",
            hint="Name another release, or build from its Go source.",
        )
    return NoMatchingAssetError(
        f"No file of {where} is a program for a target that wheels exist for. It has these:"
        f" {list_files(_names(release))}.",
        hint="Name them with --asset TARGET=FILE.",
    )


def _where(release: Release) -> str:
    return f"{release.repository} {release.tag}"


def _names(release: Release) -> list[str]:
    return [asset.name for asset in release.assets]


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
