"""What the name of a file on disk says: its platform, its version, its label."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from ..assets.names import read_asset, words_of
from ..assets.pieces import Words
from ..assets.words import VERSION

# Three numbers: two may be those of a system or a processor (macos-10.15, arm64_v8.0).
_SEMVER = re.compile(
    rf"(?=v?\d+\.\d+\.\d)(?:{VERSION.pattern})(?:-(?:snapshot|nightly|canary|next)(?![a-z]))?",
    VERSION.flags,
)


def own_words(name: str) -> Words:
    """The words of the program's name in a file's."""
    asset = read_asset(name)
    return asset.words if asset else words_of(Path(name).name)


def says_all(name: str) -> bool:
    """Whether a name says both system and processor."""
    asset = read_asset(name)
    return asset is not None and asset.os is not None and asset.cpu is not None


def label_of(name: str) -> str:
    """What tells of a file in its path: its own name, after the folders that say a platform.

    ``out/linux-amd64/tool`` is ``linux-amd64/tool``, and so is not taken for another program
    than ``out/macos/tool``.
    """
    *folders, base = name.split("/")
    own = set(own_words(base))
    return "/".join([*(each for each in folders if _is_platform(each, own)), base])


def _is_platform(folder: str, own: set[str]) -> bool:
    """Whether a folder says a platform, and nothing else but words of the file's own name."""
    asset = read_asset(folder)
    return asset is not None and asset.labelled and own.issuperset(asset.words)


def versions(names: Iterable[str]) -> set[str]:
    """The versions in these names; those without say nothing."""
    return {version for version in map(version_in, names) if version}


def version_in(name: str) -> str | None:
    """The version in a name, as it is written there; None where there is none."""
    found = _SEMVER.search(name)
    return found.group() if found else None
