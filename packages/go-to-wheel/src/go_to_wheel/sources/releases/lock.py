"""``go-to-wheel.lock``: what a release was when it was looked at last. Pure.

It is TOML (toml.io, version 1.0): the repository, the tag, and name, size and digest of each
asset that wheels are made of. With it a release can be used only as it was then::

    version = 1
    repository = "OWNER/REPO"
    tag = "v1.2.3"

    [[assets]]
    name = "tool_linux_amd64.tar.gz"
    size = 1234567
    digest = "sha256:..."
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from ...errors import ConfigError
from ...release import Asset, Digest, Release, read_digest

VERSION = 1
"""The version of the file's form."""

_HEAD = (
    "# Written by go-to-wheel --update-lock: with this file beside you, the release is used only\n"
    "# as it was then. Keep it under version control; to take a newer release, write it anew.\n\n"
)
_REPOSITORY = re.compile(r"[A-Za-z0-9_-]{1,100}/[A-Za-z0-9._-]{1,100}")
_KEYS = ("version", "repository", "tag", "assets")
_ASSET_KEYS = ("name", "size", "digest")


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedAsset:
    """A file of a release, pinned.

    Attributes:
        name: its name.
        size: its size in bytes.
        digest: the digest of its bytes.
    """

    name: str
    size: int
    digest: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """A release, pinned.

    Attributes:
        repository: ``OWNER/REPO``.
        tag: the git tag.
        assets: the files that wheels are made of.
    """

    repository: str
    tag: str
    assets: tuple[LockedAsset, ...]

    @property
    def digests(self) -> Mapping[str, Digest]:
        """Name → digest."""
        return {asset.name: asset.digest for asset in self.assets}


def render_lock(lock: Lock) -> str:
    """A lock as the text of its file; the same for the same lock."""
    import tomli_w

    document = {
        "version": VERSION,
        "repository": lock.repository,
        "tag": lock.tag,
        "assets": [
            {"name": asset.name, "size": asset.size, "digest": str(asset.digest)}
            for asset in sorted(lock.assets, key=lambda asset: asset.name)
        ],
    }
    return _HEAD + tomli_w.dumps(document)


def parse_lock(text: str, where: str) -> Lock:
    """Read the text of a lock.

    Args:
        text: what the file holds.
        where: the file, for messages.

    Raises:
        ConfigError: it is no lock; the message carries the key.
    """
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        said = " ".join(str(error).split())[:200]
        raise ConfigError(f"{where} is not valid TOML: {said}.", hint=_MEND) from None
    reader = _Reader(where)
    if document.get("version") != VERSION or isinstance(document["version"], bool):
        reader.refuse("version", f"{VERSION}: another go-to-wheel may have written it")
    reader.known(document, _KEYS, "")
    repository = reader.text(document, "repository", "")
    if not _REPOSITORY.fullmatch(repository):
        reader.refuse("repository", "OWNER/REPO")
    assets = document.get("assets")
    if not isinstance(assets, list):
        reader.refuse("assets", "an array of tables")
    read = tuple(reader.asset(each, f"assets[{number}].") for number, each in enumerate(assets))
    names = [asset.name for asset in read]
    if len(set(names)) != len(names):
        reader.refuse("assets", "a list without a name that stands there twice")
    return Lock(repository=repository, tag=reader.text(document, "tag", ""), assets=read)


_MEND = "Mend the file, or delete it and write it anew with --update-lock."


class _Reader:
    """Reads tables of one file; every error carries the file and the key."""

    def __init__(self, where: str) -> None:
        self._where = where

    def refuse(self, key: str, wanted: str) -> NoReturn:
        raise ConfigError(f"{key} in {self._where} is not {wanted}.", hint=_MEND)

    def known(self, table: Mapping[str, object], keys: Sequence[str], place: str) -> None:
        for key in table:
            if key not in keys:
                self.refuse(f"{place}{key[:80]!r}", f"one of: {', '.join(keys)}")

    def text(self, table: Mapping[str, object], key: str, place: str) -> str:
        value = table.get(key)
        if not isinstance(value, str) or not value or not value.isprintable():
            self.refuse(f"{place}{key}", "a string")
        return value

    def asset(self, value: object, place: str) -> LockedAsset:
        if not isinstance(value, dict):
            self.refuse(place.removesuffix("."), "a table")
        self.known(value, _ASSET_KEYS, place)
        size = value.get("size")
        if type(size) is not int or size < 0:
            self.refuse(f"{place}size", "a size in bytes")
        algorithm, _, digits = self.text(value, "digest", place).partition(":")
        digest = read_digest(algorithm, digits)
        if digest is None:
            self.refuse(f"{place}digest", "a digest like sha256:0123...")
        return LockedAsset(name=self.text(value, "name", place), size=size, digest=digest)


def changes(lock: Lock, release: Release, used: Sequence[Asset]) -> tuple[str, ...]:
    """What is not as the lock pins it, each as part of a sentence; nothing where all is.

    A digest that the release's API does not tell is compared when the asset is downloaded.

    Args:
        lock: what was.
        release: what is.
        used: the assets that wheels shall be made of.
    """
    return tuple(_changes(lock, release, used))


def _changes(lock: Lock, release: Release, used: Sequence[Asset]) -> Iterator[str]:
    now = {asset.name: asset for asset in release.assets}
    for was in lock.assets:
        asset = now.get(was.name)
        if asset is None:
            yield f"{was.name} is gone"
            continue
        if asset.size is not None and asset.size != was.size:
            yield f"{was.name} had {was.size} bytes and has {asset.size}"
        digest = asset.digest
        if digest and digest.algorithm == was.digest.algorithm and digest != was.digest:
            yield f"{was.name} was {was.digest} and is {digest}"
    locked = lock.digests
    for name in dict.fromkeys(asset.name for asset in used):
        if name not in locked:
            yield f"{name} is not in the lock"
