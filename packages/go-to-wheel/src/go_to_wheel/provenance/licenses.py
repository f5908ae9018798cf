"""The licences of modules, the one expression for several, and how they are kept."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from ..metadata import LicenseText


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleLicenses:
    """The licences of a module, as far as its linked packages are under them.

    Attributes:
        path: the module's path.
        version: its version; may be empty.
        texts: the licence files, at paths that begin with the module's path; may be none.
        expression: the SPDX expression for them all; None where it is not certain.
        recognised: there is a known licence among the texts, or in one of them, although it may
            not be certain what holds for the whole.
    """

    path: str
    version: str
    texts: tuple[LicenseText, ...]
    expression: str | None
    recognised: bool = True

    def __str__(self) -> str:
        return f"{self.path} {self.version}".rstrip()


def combine_licenses(expressions: Iterable[str]) -> str | None:
    """One SPDX expression for all: each must be kept (``AND``), so each is named once.

    Args:
        expressions: SPDX expressions, in any order.

    Returns:
        The expression, or None where there are none, or one is no SPDX expression.
    """
    parts: set[str] = set()
    try:
        for text in expressions:
            canonical = str(canonicalize_license_expression(text))
            simple = "(" not in canonical and " OR " not in canonical
            parts.update(canonical.split(" AND ") if simple else [canonical])
    except InvalidLicenseExpression:
        return None
    if len(parts) == 1:
        return parts.pop()
    named = [f"({part})" if " OR " in part or "(" in part else part for part in sorted(parts)]
    return " AND ".join(named) or None


def dump_licenses(modules: Iterable[ModuleLicenses]) -> bytes:
    """The licences as bytes, to be kept: asking Go takes longer than all the rest."""
    return json.dumps(
        [
            [
                module.path,
                module.version,
                module.expression,
                module.recognised,
                [[str(text.path), text.content.decode("latin-1")] for text in module.texts],
            ]
            for module in modules
        ]
    ).encode()


def load_licenses(kept: bytes | None) -> tuple[ModuleLicenses, ...] | None:
    """What ``dump_licenses`` gave; None where there is nothing, or something else."""
    if kept is None:
        return None
    try:
        return tuple(
            ModuleLicenses(
                path=path,
                version=version,
                expression=expression,
                recognised=bool(recognised),
                texts=tuple(
                    LicenseText(path=PurePosixPath(name), content=text.encode("latin-1"))
                    for name, text in texts
                ),
            )
            for path, version, expression, recognised, texts in json.loads(kept)
        )
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
