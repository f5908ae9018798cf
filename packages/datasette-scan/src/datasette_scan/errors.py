"""Every error that the plugin raises on purpose.

::

    DatasetteScanError
    ├── ScannerError      sqlite-scanner is missing, too old, or could not do its work
    └── SettingsError     a setting, or plugin configuration, that is wrong

A message says what is wrong and where; the hint says what to do next.
"""

from __future__ import annotations

import click
from datasette.utils import StartupError


class DatasetteScanError(Exception):
    """The root of all errors raised on purpose.

    Attributes:
        message: what is wrong, and where.
        hint: what to do next; may be empty.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".rstrip()


class ScannerError(DatasetteScanError):
    """sqlite-scanner is missing, too old, or could not do its work."""


class SettingsError(DatasetteScanError):
    """A setting, or plugin configuration, that is wrong."""


class CannotStartError(StartupError, click.ClickException):  # type: ignore[misc]
    """Ends ``datasette`` with a message and no traceback.

    Datasette 1.0 turns a ``StartupError`` of a plugin into such an end. Datasette 0.65 does not,
    and there it is click that knows what to do.
    """
