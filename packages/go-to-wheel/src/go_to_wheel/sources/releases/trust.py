"""What must hold of a release before anything of it is used: the lock, and its age."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from ...errors import ConfigError, GoToWheelError, LockError, TooYoungError
from ...release import LOCK_NAME, Asset, Release, TrustOptions
from ...wording import listed
from .lock import Lock, LockedAsset, changes
from .lock_file import read_lock, write_lock

_DAY = 86_400  # seconds
_LISTED = 2  # changes in a message; all of them stand above it


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """How a release is held to a lock.

    Attributes:
        path: the lock's file, which need not be there.
        lock: what it pins; None where nothing is compared: there is no lock, or it shall be
            written anew.
    """

    path: Path
    lock: Lock | None = None

    def tag(self, given: str | None) -> str | None:
        """The tag of the release to use; None for the latest.

        Raises:
            LockError: the user names another one than the lock.
        """
        if self.lock is None or given == self.lock.tag:
            return given
        if given is None:
            return self.lock.tag
        raise LockError(
            f"{self.path} pins {self.lock.repository} {self.lock.tag}, and {given} was asked for.",
            hint=f"Leave the tag out, or take {given} into the lock with --update-lock.",
        )

    def compare(self, release: Release, used: Iterable[Asset]) -> None:
        """Make sure that a release is still what the lock pins.

        Raises:
            LockError: it is not; the message says what changed.
        """
        found = changes(self.lock, release, tuple(used)) if self.lock else ()
        if found:
            raise LockError(
                f"{release.repository} {release.tag} is not what {self.path} pins:"
                f" {listed(found, _LISTED, separator='; ')}.",
                hint="Nothing of it was used. Ask the project why; if it is right, write the lock"
                " anew with --update-lock.",
                detail="\n".join(found) if len(found) > _LISTED else "",
            )


def hold(repository: str, trust: TrustOptions) -> Hold:
    """Read the lock for a repository, where there is one.

    Args:
        repository: ``OWNER/REPO`` that the user asks for.
        trust: which file, and whether it shall be written anew.

    Raises:
        ConfigError: the file is no lock, or one that was named is not there.
        LockError: it is another repository's.
    """
    path = trust.lock or Path(LOCK_NAME)
    lock = read_lock(path)
    if lock is None:
        if trust.lock is not None and not trust.update_lock:
            raise ConfigError(
                f"There is no lock {path}.", hint="Write it with --update-lock, or check its path."
            )
        return Hold(path=path)
    if lock.repository.lower() != repository.lower():
        raise LockError(
            f"{path} pins {lock.repository}, not {repository}.",
            hint="Name another file with --lock, or work in a folder of its own.",
        )
    return Hold(path=path, lock=None if trust.update_lock else lock)


def check_age(release: Release, used: Sequence[Asset], days: int, now: float) -> None:
    """Make sure that a release, and each asset that is used, is old enough.

    Args:
        release: the release.
        used: the assets that wheels shall be made of.
        days: how old, in days of 24 hours.
        now: the time, in seconds since 1970.

    Raises:
        TooYoungError: it is not, or nobody says how old it is.
    """
    where = f"{release.repository} {release.tag}"
    if release.published is None:
        raise TooYoungError(
            f"{where} is not published yet, and --min-age asks for {days} days.",
            hint="Name an older release by its tag.",
        )
    moments = [(release.published, where)]
    moments += [(asset.updated, asset.name) for asset in used if asset.updated is not None]
    newest, what = max(moments)
    if newest.timestamp() > now:
        raise TooYoungError(
            f"{what} was published at {_shown(newest)}, which is in the future by the clock of this"
            " machine, so nobody knows its age.",
            hint="Set the clock, or name an older release by its tag.",
        )
    if now - newest.timestamp() < days * _DAY:
        raise TooYoungError(
            f"{what} was published at {_shown(newest)}, and --min-age asks for {days} days.",
            hint=_until(newest, days),
        )


def _shown(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _until(moment: datetime, days: int) -> str:
    """What to do: wait, where a calendar reaches so far."""
    with contextlib.suppress(OverflowError):
        day = _shown(moment + timedelta(days=days))
        return f"It is old enough from {day} on; or name an older release by its tag."
    return "No release ever gets so old: ask for fewer days."


class LockUpdate:
    """Writes a lock when a run has ended well; a context of that run.

    Attributes:
        path: the file.
        lock: what to write.
    """

    def __init__(self, path: Path, lock: Lock) -> None:
        self.path = path
        self.lock = lock
        self._failed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None and not self._failed:
            write_lock(self.path, self.lock)

    @contextlib.contextmanager
    def watch(self) -> Iterator[None]:
        """What fails in here, leaves the lock as it was, though the run may go on."""
        try:
            yield
        except GoToWheelError:
            self._failed = True
            raise


def locked(release: Release, assets: Iterable[LockedAsset]) -> Lock:
    """The lock for a release."""
    by_name = {asset.name: asset for asset in assets}
    return Lock(repository=release.repository, tag=release.tag, assets=tuple(by_name.values()))
