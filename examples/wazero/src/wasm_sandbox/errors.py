"""What a module can do to be stopped."""

from __future__ import annotations


class LimitError(Exception):
    """A module wanted more than its limits allow, and was stopped."""


class TimeLimitError(LimitError):
    """It did not end in time."""


class OutputLimitError(LimitError):
    """It wrote too much."""


class MemoryLimitError(LimitError):
    """It wanted too much memory."""
