"""The assets of a release that programs are taken from: those named, then those that match."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from ...errors import NoMatchingAssetError
from ...release import Asset, Release, ReleaseOptions
from ...targets import find_target
from ..assets import match_assets, tools_in
from ..prebuilt.selection import list_files


def assets_by_target(release: Release, options: ReleaseOptions) -> tuple[Mapping[str, Asset], ...]:
    """For each program the assets by target: those that were named, then those that match.

    Raises:
        NoMatchingAssetError: there is none for any target, one that was named is not there, or
            there are several tools and none was chosen.
    """
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
                f"{where_of(release)} has no file {name}. It has these:"
                f" {list_files(names_of(release))}.",
                hint=f"Check --asset {target}={name}.",
            )
        chosen[find_target(target).name] = by_name[name]
    return chosen


def _no_match(release: Release, options: ReleaseOptions) -> NoMatchingAssetError:
    where = where_of(release)
    tools = tools_in(names_of(release))
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
        f" {list_files(names_of(release))}.",
        hint="Name them with --asset TARGET=FILE.",
    )


def used_assets(assets: Iterable[Mapping[str, Asset]]) -> tuple[Asset, ...]:
    """The assets that wheels can be made of, each once."""
    return tuple({asset.name: asset for each in assets for asset in each.values()}.values())


def where_of(release: Release) -> str:
    """A release, for messages."""
    return f"{release.repository} {release.tag}"


def names_of(release: Release) -> list[str]:
    """The names of all its files."""
    return [asset.name for asset in release.assets]
