"""Looking at a GitHub release: which of its assets are used, and what is told of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from ...events import Warned
from ...metadata import LicenseText, Metadata
from ...names import CommandName, parse_command_name
from ...release import Asset, Digest, Release, ReleaseOptions
from ..context import Context
from ..forms import GitHubRelease
from ..github.api import GitHub, open_github
from ..github.facts import metadata_of, plain_text, shown_readme
from ..prebuilt.notices import Notices
from ..signatures import Signatures, SignatureTools
from .assets import assets_by_target, used_assets
from .downloads import Downloads
from .lock import LockedAsset
from .promises import Pins
from .source import ReleaseSource
from .trust import Hold, LockUpdate, check_age, hold, locked


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
        NoMatchingAssetError: no file of the release is a program for a target, or for one that
            is asked for, or it holds several tools and none was chosen.
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
    held.compare(release, used_assets(assets))
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
    _check_age(source, context.targets, github)
    source = replace(source, update=_update(source, held))
    return replace(source, metadata=_with_texts(source, github))


def _connect(context: Context) -> GitHub:
    """The API, for as long as the run lasts."""
    processes = context.processes
    github = open_github(processes.environment, cancelled=lambda: processes.cancelled)
    context.resources.callback(github.http.close)
    processes.when_cancelled(github.http.interrupt)
    return github


def _check_age(source: ReleaseSource, targets: Sequence[str], github: GitHub) -> None:
    """Make sure that the files from which something is taken are old enough, and no others."""
    days = source.options.trust.min_age_days
    if days is not None:
        used = source.used(source.select_targets(targets))
        check_age(source.release, used, days, github.http.clock.now())


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
        first = source.select_targets(())[0]  # for all wheels of a release the same one
        _check_age(source, [first.name], github)
        beside = source.notices(first)
        texts = Notices(licenses=beside.licenses, readme=texts.readme or beside.readme)
    return replace(source.metadata, license_files=texts.licenses, readme=texts.readme)
