"""Datasette's mark for plugin hooks, with a type."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import datasette

_Hook = TypeVar("_Hook", bound=Callable[..., object])


def hookimpl(function: _Hook) -> _Hook:
    """Mark a function as the implementation of the hook of its name."""
    return cast(_Hook, datasette.hookimpl(function))
