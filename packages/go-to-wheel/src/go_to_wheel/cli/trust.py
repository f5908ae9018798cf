"""The options that name keys: those of ``build`` that ``verify`` has, too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from .completion import files

Decorated = TypeVar("Decorated", bound=Callable[..., Any])
Option = Callable[..., Callable[[Decorated], Decorated]]


def minisign_key(option: Option[Decorated], default: str) -> Callable[[Decorated], Decorated]:
    """The option with a publisher's key of minisign.

    Args:
        option: ``click.option``, or one below a heading.
        default: what is taken where the option is not given, for the help; may be empty.
    """
    return option(
        "--minisign-key",
        shell_complete=files,
        metavar="KEY",
        help="The publisher's public key of minisign, or the file that holds it."
        + (f" [default: {default}]" if default else ""),
    )


def trusted_root(option: Option[Decorated]) -> Callable[[Decorated], Decorated]:
    """The option with sigstore's keys.

    Args:
        option: ``click.option``, or one below a heading.
    """
    return option(
        "--trusted-root",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="sigstore's keys (trusted_root.json). [default: those that sigstore publishes now]",
    )
