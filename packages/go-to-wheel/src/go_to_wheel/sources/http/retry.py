"""When a request is made again, and how long to wait before that."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol, TypeVar

from ...errors import Cancelled, DownloadError

Result = TypeVar("Result")

_ENOUGH_PROGRESS = 1024 * 1024  # bytes that make a broken attempt one that was worth it
_NAP = 0.2  # seconds; how late a cancelled wait may end


class Clock(Protocol):
    """Tells the time and passes it."""

    def now(self) -> float:
        """Seconds since 1970."""

    def sleep(self, seconds: float) -> None:
        """Come back when that much time has passed."""


class SystemClock:
    """The clock of this machine."""

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Come back when that much time has passed."""
        time.sleep(seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How often and how patiently to try; all times are in seconds.

    Attributes:
        attempts: how often to try in all; what brought a download forward does not count.
        first_pause: the first pause; each further one is twice as long.
        longest_pause: the longest pause of our own.
        longest_wait: the longest pause that a server may ask for.
        total_wait: how long all pauses of one request may be together.
    """

    attempts: int = 5
    first_pause: float = 0.5
    longest_pause: float = 20.0
    longest_wait: float = 60.0
    total_wait: float = 120.0

    def pause(self, failures: int, chance: float) -> float:
        """How long to wait after so many failures.

        Args:
            failures: at least 1.
            chance: from 0 to 1, drawn anew each time: a half of the pause is left to it, so that
                many clients that failed together do not come back together.
        """
        doubled = self.first_pause * 2.0 ** min(failures - 1, 30)
        return min(doubled, self.longest_pause) * (0.5 + chance / 2)


class BrokenRequest(Exception):  # noqa: N818 - it never leaves this package
    """An attempt that failed, though another may not.

    Attributes:
        error: what to raise where no further attempt is made.
        pause: how long the server asked to wait, in seconds; None where it did not say.
    """

    def __init__(self, error: DownloadError, pause: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.pause = pause


def _no_progress() -> int:
    return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrier:
    """Tries again, with pauses.

    Attributes:
        policy: how often and how patiently.
        clock: what passes the time.
        cancelled: whether the user stopped the run.
        chance: draws a number from 0 to 1.
    """

    policy: RetryPolicy
    clock: Clock
    cancelled: Callable[[], bool]
    chance: Callable[[], float] = random.random

    def run(
        self, attempt: Callable[[], Result], progress: Callable[[], int] = _no_progress
    ) -> Result:
        """Call ``attempt`` until it does not raise BrokenRequest, or there is no hope.

        Args:
            attempt: one try.
            progress: how many bytes have arrived by all tries together; one that added a lot
                does not count as failed. A file has an end, so this ends too.

        Raises:
            DownloadError: the last try's error.
            Cancelled: the user stopped the run.
        """
        failures, waited = 0, 0.0
        while True:
            before = progress()
            try:
                return attempt()
            except BrokenRequest as broken:
                self.check_cancelled()
                went_on = progress() - before >= _ENOUGH_PROGRESS
                failures = 1 if went_on else failures + 1
                pause = self._pause(broken, failures)
                waited += pause
                if failures >= self.policy.attempts or waited > self.policy.total_wait:
                    raise broken.error from broken
                self._wait(pause)

    def check_cancelled(self) -> None:
        """Raise Cancelled where the user stopped the run."""
        if self.cancelled():
            raise Cancelled("Stopped.")

    def _pause(self, broken: BrokenRequest, failures: int) -> float:
        return max(self.policy.pause(failures, self.chance()), broken.pause or 0.0)

    def _wait(self, seconds: float) -> None:
        while seconds > 0:
            nap = min(seconds, _NAP)
            self.clock.sleep(nap)
            self.check_cancelled()
            seconds -= nap


def asked_pause(headers: Mapping[str, str], now: float) -> float | None:
    """How many seconds a server asks to wait; None where it does not.

    ``Retry-After`` holds seconds or a date (RFC 9110, section 10.2.3).

    Args:
        headers: the answer's, whatever the case of their names.
        now: seconds since 1970.
    """
    text = headers.get("Retry-After", "").strip()
    seconds = _whole_number(text)
    if seconds is not None:
        return float(seconds)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:  # "-0000": the time is UTC, and the zone unknown
        moment = moment.replace(tzinfo=UTC)
    return max(moment.timestamp() - now, 0.0)


def limit_reset(headers: Mapping[str, str]) -> float | None:
    """When GitHub's rate limit ends, in seconds since 1970; None where none is reached.

    See "Rate limits for the REST API" in GitHub's documentation.
    """
    if headers.get("x-ratelimit-remaining", "").strip() != "0":
        return None
    seconds = _whole_number(headers.get("x-ratelimit-reset", "").strip())
    return None if seconds is None else float(seconds)


def _whole_number(text: str) -> int | None:
    # More digits than a time can have are somebody's joke.
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 12 else None


def describe_moment(moment: float, now: float) -> str:
    """A moment to come, for people, for example ``at 14:05 UTC (in 38 minutes)``."""
    minutes = max(round((moment - now) / 60), 1)
    distance = f"in {minutes} minute{'s' if minutes > 1 else ''}"
    try:
        return f"at {datetime.fromtimestamp(moment, UTC):%H:%M} UTC ({distance})"
    except (ValueError, OverflowError, OSError):  # beyond the calendar
        return distance
