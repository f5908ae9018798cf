"""What to scan and how often: from the command's options, or from plugin configuration."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .errors import SettingsError

PLUGIN = "datasette-scan"
SHORTEST_INTERVAL = 0.1
"""In seconds."""

_KEYS = ("paths", "interval", "exclude", "max_databases", "allow")


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """What to scan, and how.

    Attributes:
        paths: folders and files to search; absolute.
        interval: seconds between two scans; None for no further scan than the first.
        exclude: patterns of names that sqlite-scanner leaves out.
        max_databases: how many databases may be attached; None for all.
        allow: who may see the page and start scans beside root, as Datasette's ``allow`` blocks
            say it; None where nothing is said.
    """

    paths: tuple[str, ...] = ()
    interval: float | None = None
    exclude: tuple[str, ...] = ()
    max_databases: int | None = None
    allow: object = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    """How ``datasette scan`` was called.

    Attributes:
        settings: what its own options and its folders say.
        keep_memory: the user has asked for ``/_memory``.
    """

    settings: Settings
    keep_memory: bool


def from_config(config: object) -> Settings:
    """Read the plugin configuration ``datasette-scan``.

    Args:
        config: what Datasette holds for this plugin; None where there is nothing.

    Raises:
        SettingsError: it is not as the README says.
    """
    if config is None:
        return Settings()
    if not isinstance(config, Mapping):
        raise _wrong("", "a mapping with any of: " + ", ".join(_KEYS), config)
    for key in config:
        if key not in _KEYS:
            raise SettingsError(
                f"The configuration of {PLUGIN} has an unknown key {key!r}.",
                hint="The keys are: " + ", ".join(_KEYS) + ".",
            )
    return Settings(
        paths=tuple(absolute(path) for path in _texts(config, "paths")),
        interval=_interval(config.get("interval")),
        exclude=_texts(config, "exclude"),
        max_databases=_count(config.get("max_databases")),
        allow=config.get("allow"),
    )


def merged(command: Settings, config: Settings) -> Settings:
    """The command's settings, and those of the configuration where the command says nothing."""
    return Settings(
        paths=command.paths or config.paths,
        interval=config.interval if command.interval is None else command.interval,
        exclude=command.exclude or config.exclude,
        max_databases=(
            config.max_databases if command.max_databases is None else command.max_databases
        ),
        allow=config.allow,
    )


def absolute(path: str) -> str:
    """A path that stays right, whatever the current folder becomes; ``~`` is a home folder."""
    return os.path.abspath(Path(path).expanduser())  # noqa: PTH100 - must not follow links


def _texts(config: Mapping[str, object], key: str) -> tuple[str, ...]:
    value = config.get(key)
    if value is None:
        return ()
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise _wrong(key, "a text or a list of texts", value)
    return tuple(value)


def _interval(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _wrong("interval", "a number of seconds", value)
    if value < SHORTEST_INTERVAL:
        raise _wrong("interval", f"{SHORTEST_INTERVAL} seconds or more", value)
    return float(value)


def _count(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise _wrong("max_databases", "a whole number, 1 or more", value)
    return value


def _wrong(key: str, wanted: str, value: object) -> SettingsError:
    where = f"{PLUGIN}: {key}" if key else PLUGIN
    return SettingsError(f"The configuration {where} must be {wanted}, and is {value!r}.")
