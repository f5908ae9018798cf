"""Assets of a release, downloaded, verified, and kept for the next time.

The cache is addressed by content: a file lies under the digest of its bytes, which are compared
anew each time before they are used, so a damaged file is as good as none.
"""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...cache import Cache
from ...errors import DigestMismatchError, DownloadError, OutputError, UnverifiedError
from ...release import Asset, Digest, Release, VerifiedFile
from ..assets.checksums import LARGEST, checksum_files, find_digests
from ..http.client import Http, describe_status
from ..http.download import WHOLE_FILE, Download, Progress, download, watch_nothing
from ..http.partials import Partial, Partials, writing
from .kept import make_room, usable_folder
from .promises import GITHUB, NO_PINS, Pins, Promise, agreed

_PIECE = 1024 * 1024

LARGEST_ASSET = 2 * 1024**3
"""The size in bytes up to which assets are taken, where nothing else is said."""


class Downloads:
    """Fetches assets of releases. Any number of threads may use it at once.

    Args:
        http: the client that read the release.
        cache: where assets are kept, in a folder ``assets`` of it.
        scratch: a folder for them where the cache keeps nothing or cannot be written.
        limit: the largest asset that is taken, in bytes.
        pins: digests that assets must have, whatever the release says.
    """

    def __init__(
        self,
        http: Http,
        cache: Cache,
        scratch: Path,
        *,
        limit: int = LARGEST_ASSET,
        pins: Pins = NO_PINS,
    ) -> None:
        self._http = http
        self._limit = limit
        self._pins = pins
        self._folder = usable_folder(cache, scratch)
        self._partials = Partials(folder=self._folder / "partial")
        self._lock = threading.Lock()
        self._turns: dict[str, threading.Lock] = {}
        self._done: dict[str, VerifiedFile] = {}
        self._texts: dict[str, bytes] = {}
        self._partials.tidy()
        make_room(self._folder)

    def promise(self, release: Release, asset: Asset) -> Promise:
        """What was published of an asset's bytes: by the API, the release itself and the lock.

        Nothing but checksum files is downloaded for that.

        Raises:
            DigestMismatchError: the two differ.
            ChecksumFileError: the line of this asset in a checksum file is wrong.
            DownloadError: a checksum file could not be fetched.
            Cancelled: the user stopped the run.
        """
        found = [(asset.digest, GITHUB)] if asset.digest else []
        assets = {other.name: other for other in release.assets}
        for name in checksum_files(asset.name, tuple(assets)):
            content = self.text(assets[name])
            digests = find_digests(content, file=name, asset=asset.name)
            found += [(digest, name) for digest in digests]
            if digests:
                break
        pinned = self._pins.digests.get(asset.name)
        if pinned is not None:
            found.append((pinned, self._pins.by))
        return agreed(asset, found, self._pins.by)

    def fetch(
        self,
        release: Release,
        asset: Asset,
        *,
        allow_unverified: bool = False,
        progress: Progress = watch_nothing,
    ) -> VerifiedFile:
        """The asset on disk, verified; from the network only where the cache lacks it.

        Args:
            release: the release that the asset is of.
            asset: what to fetch.
            allow_unverified: take it although no digest was published for it.
            progress: told of what arrives; may be called from this thread only.

        Raises:
            UnverifiedError: no digest was published.
            DigestMismatchError: the bytes are not those that were published, or two published
                digests differ.
            ChecksumFileError: the line of this asset in a checksum file is wrong.
            DownloadError: it could not be fetched.
            OutputError: the disk is full, or cannot be written.
            Cancelled: the user stopped the run.
        """
        with self._turn(asset.url):
            done = self._done.get(asset.url)
            if done is None or not done.path.exists():
                promise = self.promise(release, asset)
                if not promise.digests and not allow_unverified:
                    raise _unverified(asset, release)
                done = self._done[asset.url] = self._obtain(asset, promise, progress)
        if not done.verified_by and not allow_unverified:
            raise _unverified(asset, release)
        return done

    @contextlib.contextmanager
    def _turn(self, key: str) -> Iterator[None]:
        """One thread at a time for each file; the next one finds what the first one got."""
        with self._lock:
            turn = self._turns.setdefault(key, threading.Lock())
        with turn:
            yield

    def text(self, file: Asset) -> bytes:
        """The content of a small file: checksums, or a signature; nothing of a large one.

        Raises:
            DigestMismatchError: the bytes are not those that GitHub has a digest of.
            DownloadError: it could not be fetched.
            Cancelled: the user stopped the run.
        """
        if file.size is not None and file.size > LARGEST:
            return b""
        with self._turn(f"text {file.url}"):
            if file.url not in self._texts:
                self._texts[file.url] = self._read(file)
            return self._texts[file.url]

    def _read(self, file: Asset) -> bytes:
        if file.digest is not None:  # then it can be kept like any asset
            promise = Promise(digests=(file.digest,), by=GITHUB)
            found = self._obtain(file, promise, watch_nothing)
            with writing(found.path):
                return found.path.read_bytes()
        answer = self._http.get(file.url, headers=WHOLE_FILE, limit=LARGEST)
        if answer.status != 200:
            raise DownloadError(
                f"{answer.address} answered {describe_status(answer.status)}.",
                hint="Is the file still on the release's page?",
            )
        return answer.body

    def _obtain(self, asset: Asset, promise: Promise, progress: Progress) -> VerifiedFile:
        """The asset from the cache, or else from the network."""
        kept = self._kept(promise)
        if kept is not None:
            return kept
        wanted = Download(
            name=asset.name, url=asset.url, size=asset.size, limit=self._limit, progress=progress
        )
        while True:
            partial = self._partials.take(asset.url)
            try:
                download(self._http, wanted, partial)
                return self._accept(asset, promise, partial)
            except DigestMismatchError:
                if not partial.inherited:
                    raise
                # What another run had left may be what was wrong.
            except OutputError:
                partial.discard()  # the disk needs the room
                raise
            finally:
                partial.keep()

    def _kept(self, promise: Promise) -> VerifiedFile | None:
        """What the cache has; None where it has nothing, or something damaged."""
        for digest in promise.digests:
            path = self._folder / digest.algorithm / digest.hex
            with contextlib.suppress(OSError):
                found = self._measure(path, promise)
                if _fits(found, promise):
                    path.touch()  # what was used last is removed last
                    return _verified(path, found, promise)
        return None

    def _accept(self, asset: Asset, promise: Promise, partial: Partial) -> VerifiedFile:
        """Compare a whole file with what was published, and put it into the cache."""
        with writing(partial.path):
            found = self._measure(partial.path, promise)
        if not _fits(found, promise):
            partial.discard()
            raise _mismatch(asset, found, promise)
        first = promise.digests[0] if promise.digests else found.digests[0]
        path = self._folder / first.algorithm / first.hex
        with writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                partial.path.replace(path)
            except PermissionError:  # on Windows, where another run reads the same file
                if not path.exists():
                    raise
        return _verified(path, found, promise)

    def _measure(self, path: Path, promise: Promise) -> _Measured:
        """Size and digests of a file: SHA-256, and what else was published.

        Raises:
            OSError: it cannot be read.
        """
        algorithms = dict.fromkeys(["sha256", *(digest.algorithm for digest in promise.digests)])
        return _measure(path, tuple(algorithms), self._http.retrier.check_cancelled)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measured:
    """A file's size, and its digests, the SHA-256 first."""

    size: int
    digests: tuple[Digest, ...]


def _measure(path: Path, algorithms: Sequence[str], check: Callable[[], None]) -> _Measured:
    hashes = [hashlib.new(algorithm, usedforsecurity=True) for algorithm in algorithms]
    size = 0
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            check()
            size += len(piece)
            for one in hashes:
                one.update(piece)
    digests = tuple(Digest(algorithm=one.name, hex=one.hexdigest()) for one in hashes)
    return _Measured(size=size, digests=digests)


def _fits(found: _Measured, promise: Promise) -> bool:
    return set(promise.digests) <= set(found.digests)


def _verified(path: Path, found: _Measured, promise: Promise) -> VerifiedFile:
    return VerifiedFile(
        path=path,
        sha256=found.digests[0].hex,
        size=found.size,
        verified_by=promise.by,
        proofs=promise.proofs,
    )


def _unverified(asset: Asset, release: Release) -> UnverifiedError:
    return UnverifiedError(
        f"No digest was published for {asset.name} of {release.repository} {release.tag}:"
        " neither by GitHub nor in a checksum file of the release.",
        hint="To take it as it comes, use --allow-unverified.",
    )


def _mismatch(asset: Asset, found: _Measured, promise: Promise) -> DigestMismatchError:
    actual = {digest.algorithm: digest for digest in found.digests}
    wrong = next(digest for digest in promise.digests if digest != actual[digest.algorithm])
    return DigestMismatchError(
        f"{asset.name} is not what was published: its digest is {actual[wrong.algorithm]},"
        f" but {promise.by} says {wrong}.",
        hint="Nothing of it was used. Try again later, and ask the project if it stays so.",
    )
