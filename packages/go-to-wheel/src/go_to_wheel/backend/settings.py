"""The settings that a frontend passes on from its user (PEP 517, "config_settings")."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from packaging.version import Version

from ..errors import InvalidVersionError, UsageError
from ..model import Layout
from ..names import parse_version
from ..targets import Target, find_target

_KNOWN = ("layout", "target", "version")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the user wants of one build; None for what the project says.

    Attributes:
        target: the platform to build for; None for that of this Python.
        version: the version.
        layout: where the binary lies in the wheel.
    """

    target: Target | None = None
    version: Version | None = None
    layout: Layout | None = None


def read_settings(given: Mapping[str, str | list[str]] | None) -> Settings:
    """Read what a frontend passes on.

    Raises:
        UsageError: an unknown key, or a value that cannot work.
    """
    values = {key: _one(key, value) for key, value in (given or {}).items()}
    for key in values:
        if key not in _KNOWN:
            near = difflib.get_close_matches(key, _KNOWN, n=1)
            raise UsageError(
                f"go-to-wheel knows no config setting {key!r}.",
                hint=f"Did you mean {near[0]}?" if near else f"There are: {', '.join(_KNOWN)}.",
            )
    target, version, layout = (values.get(key) for key in ("target", "version", "layout"))
    if layout is not None and layout not in list(Layout):
        raise UsageError(
            f"The config setting layout is {layout!r}.", hint=f"It is one of: {', '.join(Layout)}."
        )
    return Settings(
        target=None if target is None else find_target(target),
        version=None if version is None else _version(version),
        layout=None if layout is None else Layout(layout),
    )


def _version(text: str) -> Version:
    try:
        return parse_version(text)
    except InvalidVersionError as error:
        raise InvalidVersionError(
            f"The config setting version is wrong: {error.message.rstrip('.')}.",
            hint="Give one like 1.2.3 or 1.2.3rc1.",
        ) from None


def _one(key: str, value: object) -> str:
    """The value; frontends make a list of a key that is repeated."""
    different = set(map(str, value)) if isinstance(value, list) else {str(value)}
    if len(different) != 1:
        raise UsageError(
            f"The config setting {key} is given with {len(different)} values.",
            hint="Give it once: each build makes one wheel.",
        )
    (text,) = different
    return text
