"""A clock whose time passes at once."""

from __future__ import annotations

import threading


class FakeClock:
    """Time for tests: sleeping moves it on and takes none.

    Attributes:
        slept: seconds slept in all.
    """

    def __init__(self, start: float = 1_700_000_000.0, step: float = 0.0) -> None:
        self._time = start
        self._step = step  # how much time passes between two looks at the clock
        self._lock = threading.Lock()
        self.slept = 0.0

    def now(self) -> float:
        """Seconds since 1970."""
        with self._lock:
            self._time += self._step
            return self._time

    def sleep(self, seconds: float) -> None:
        """Let the time pass."""
        with self._lock:
            self._time += seconds
            self.slept += seconds
