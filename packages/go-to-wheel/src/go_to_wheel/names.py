"""Names and versions: the only place where one spelling becomes another.

A distribution's name follows PEP 508 and the normalisation of PEP 503; the name in a wheel's
file name follows the binary distribution format (PEP 427); versions follow PEP 440.
"""

from __future__ import annotations

import keyword
import re
import sys
from dataclasses import dataclass
from typing import NewType

from packaging.utils import InvalidName, canonicalize_name
from packaging.version import InvalidVersion, Version

from .errors import InvalidNameError, InvalidVersionError

ImportName = NewType("ImportName", str)
"""The name of a Python package, as in ``import sqlite_scanner``."""

CommandName = NewType("CommandName", str)
"""What a user types to start a program, without ``.exe``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DistributionName:
    """The name of a distribution in its three spellings.

    Attributes:
        display: as its author writes it, for METADATA.
        normalized: as the index compares it (PEP 503): lower case, one ``-`` for each run
            of ``-``, ``_`` and ``.``.
        wheel: the first part of a wheel's file name: normalized, with ``_`` for ``-``.
    """

    display: str
    normalized: str
    wheel: str

    def __str__(self) -> str:
        return self.display


def parse_distribution_name(text: str) -> DistributionName:
    """Read the name of a distribution.

    Raises:
        InvalidNameError: the name breaks PEP 508's rule for names.
    """
    try:
        normalized = canonicalize_name(text, validate=True)
    except InvalidName:
        raise InvalidNameError(
            f"{text!r} cannot be the name of a Python distribution.",
            hint=(
                "Give one with --name: letters, digits, '-', '_' and '.', with a letter or a"
                " digit at both ends."
            ),
        ) from None
    return DistributionName(display=text, normalized=normalized, wheel=normalized.replace("-", "_"))


def import_name_of(name: DistributionName) -> ImportName:
    """The Python package that a distribution of this name carries.

    Raises:
        InvalidNameError: the result is no identifier, is a keyword, or would hide a module
            of the standard library.
    """
    module = name.wheel
    if not module.isidentifier():
        problem = "is not a valid Python identifier"
    elif keyword.iskeyword(module):
        problem = "is a keyword of Python"
    elif module in sys.stdlib_module_names:
        problem = "would hide a module of Python's standard library"
    else:
        return ImportName(module)
    suggestion = f"{re.sub(r'^[0-9_-]+', '', name.normalized) or 'my'}-bin"
    raise InvalidNameError(
        f"The name {name.display!r} gives the Python package {module!r}, which {problem}.",
        hint=(
            f"Choose another with --name, for example --name {suggestion};"
            f" the command keeps its name with --entry-point {name.display}."
        ),
    )


_COMMAND = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._+-]*[A-Za-z0-9_+-])?")
_DEVICES = {"con", "prn", "aux", "nul"} | {
    f"{port}{n}" for port in ("com", "lpt") for n in "123456789"
}


def parse_command_name(text: str) -> CommandName:
    """Read the name of a command; a trailing ``.exe`` is dropped.

    It becomes a file name on every system and the name of an entry point, so it must suit
    the entry points specification and Windows' rules for file names.

    Raises:
        InvalidNameError: some system could not have a command of this name.
    """
    name = text[:-4] if text.lower().endswith(".exe") else text
    if _COMMAND.fullmatch(name) and name.split(".")[0].lower() not in _DEVICES:
        return CommandName(name)
    raise InvalidNameError(
        f"{text!r} cannot be the name of a command on every system.",
        hint="Give one with --entry-point: letters, digits, '-', '_', '+' and '.'.",
    )


# What semver calls a pre-release, in PEP 440's letters; packaging reads alpha, beta, rc, c,
# pre, preview, post and dev in all their spellings by itself.
_SEMVER_WORDS = {"snapshot": "dev", "nightly": "dev", "canary": "dev", "next": "dev"}
_SEMVER = re.compile(r"v?(?P<core>\d+\.\d+\.\d+)-(?P<word>[A-Za-z]+)(?:[.-]?(?P<number>\d+))?")
# Go's name for a commit without a tag: vX.0.0-yyyymmddhhmmss-abcdefabcdef (go.dev/ref/mod).
_PSEUDO = re.compile(
    r"v?(?P<core>\d+\.\d+\.\d+)-(?:(?P<pre>[0-9A-Za-z.-]+)\.)?(?:0\.)?(?P<time>\d{14})-[0-9a-f]{12}"
)


def parse_version(text: str) -> Version:
    """Read a version and bring it into the form of PEP 440.

    A leading ``v`` is dropped, semver's pre-releases are translated (``v1.2.3-rc.1`` →
    ``1.2.3rc1``), and Go's pseudo-versions become development releases.

    Raises:
        InvalidVersionError: the text is neither PEP 440 nor translatable.
    """
    stripped = text.strip().removesuffix("+incompatible")
    if pseudo := _PSEUDO.fullmatch(stripped):
        return Version(f"{pseudo['core']}.dev{pseudo['time']}")
    if semver := _SEMVER.fullmatch(stripped):
        word = _SEMVER_WORDS.get(semver["word"].lower(), semver["word"])
        stripped = f"{semver['core']}-{word}{semver['number'] or 0}"
    try:
        return Version(stripped)
    except InvalidVersion:
        raise InvalidVersionError(
            f"{text!r} is not a version that Python packages can have (PEP 440).",
            hint="Give one with --version, for example --version 1.2.3 or --version 1.2.3rc1.",
        ) from None


def next_development_version(tagged: Version, commits: int) -> Version:
    """The version of a tree that is ``commits`` commits after a tag.

    It sorts after the tag and before the release that comes next: ``1.2.3`` and 4 commits
    give ``1.2.4.dev4``; ``1.2.3rc1`` gives ``1.2.3rc2.dev4``.
    """
    if tagged.pre is not None:
        letter, number = tagged.pre
        return Version(f"{tagged.base_version}{letter}{number + 1}.dev{commits}")
    release = (*tagged.release, 0, 0)[: max(3, len(tagged.release))]
    bumped = ".".join(map(str, (*release[:-1], release[-1] + 1)))
    epoch = f"{tagged.epoch}!" if tagged.epoch else ""
    return Version(f"{epoch}{bumped}.dev{commits}")
