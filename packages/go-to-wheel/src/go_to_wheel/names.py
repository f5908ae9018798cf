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

from packaging.utils import canonicalize_name
from packaging.version import Version

from .errors import InvalidNameError, InvalidVersionError

ImportName = NewType("ImportName", str)
"""The name of a Python package, as in ``import sqlite_scanner``."""

CommandName = NewType("CommandName", str)
"""What a user types to start a program, without ``.exe``."""

# Windows opens a device where a file or folder has one of these names, whatever its ending.
_DEVICES = {"con", "prn", "aux", "nul"} | {
    f"{port}{n}" for port in ("com", "lpt") for n in "123456789"
}

# Modules of the standard library of any Python from 3.10 on, so that the verdict on a name does
# not depend on the Python that gives it. sys.stdlib_module_names leaves the package test out.
_STANDARD_LIBRARY = sys.stdlib_module_names | {
    "aifc", "annotationlib", "asynchat", "asyncore", "audioop", "binhex", "cgi", "cgitb", "chunk",
    "compression", "crypt", "distutils", "imghdr", "imp", "lib2to3", "mailcap", "msilib", "nis",
    "nntplib", "ossaudiodev", "pipes", "smtpd", "sndhdr", "spwd", "sunau", "telnetlib", "test",
    "uu", "xdrlib",
}  # fmt: skip


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


# PEP 508. packaging has the same rule, but before version 26 it lets a line break at the end
# pass, and letters that only lower case makes ASCII.
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")


def parse_distribution_name(text: str) -> DistributionName:
    """Read the name of a distribution.

    Raises:
        InvalidNameError: the name breaks PEP 508's rule for names.
    """
    if not _NAME.fullmatch(text):
        raise InvalidNameError(
            f"{text!r} cannot be the name of a Python distribution.",
            hint=(
                "Give one with --name: letters, digits, '-', '_' and '.', with a letter or a"
                " digit at both ends."
            ),
        )
    normalized = canonicalize_name(text)
    return DistributionName(display=text, normalized=normalized, wheel=normalized.replace("-", "_"))


def distribution_name_or_none(text: str) -> DistributionName | None:
    """The name of a distribution; None where the text cannot be one: the user may give one."""
    try:
        return parse_distribution_name(text)
    except InvalidNameError:
        return None


def import_name_of(name: DistributionName) -> ImportName:
    """The Python package that a distribution of this name carries.

    Raises:
        InvalidNameError: the result is no identifier, is a keyword, clashes with a module of
            the standard library, or cannot be a folder on Windows.
    """
    module = name.wheel
    if not module.isidentifier():
        problem = "is not a valid Python identifier"
    elif keyword.iskeyword(module):
        problem = "is a keyword of Python"
    elif module in _STANDARD_LIBRARY:
        problem = "is the name of a module of Python's standard library"
    elif module in _DEVICES:
        problem = "is the name of a device on Windows"
    else:
        return ImportName(module)
    starts_with_digit = name.normalized[0].isdigit()
    suggestion = f"my-{name.normalized}" if starts_with_digit else f"{name.normalized}-bin"
    keep = f"; the command keeps its name with --entry-point {name.display}"
    raise InvalidNameError(
        f"The name {name.display!r} gives the Python package {module!r}, which {problem}.",
        hint=(
            f"Choose another with --name, for example --name {suggestion}"
            f"{'' if module in _DEVICES else keep}."
        ),
    )


_COMMAND = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._+-]*[A-Za-z0-9_+-])?")
_LONGEST_COMMAND = 251  # characters: with .exe, the longest file name of all usual systems
# What an environment has in its folder of commands (PEP 405), or may have beside that; an
# installer overwrites it without a word.
_OF_THE_ENVIRONMENT = re.compile(
    r"pythonw?[0-9.]*t?|pip[0-9.]*|pipx|uvx?|(?:de)?activate(?:\..*)?", re.IGNORECASE
)


def parse_command_name(text: str) -> CommandName:
    """Read the name of a command; a trailing ``.exe`` is dropped.

    It becomes a file name on every system and the name of an entry point, so it must suit
    the entry points specification and Windows' rules for file names.

    Raises:
        InvalidNameError: some system could not have a command of this name, or it would take
            the place of the environment's own, like ``python``.
    """
    name = text
    while name.lower().endswith(".exe"):
        name = name[:-4]
    if not _COMMAND.fullmatch(name) or len(name) > _LONGEST_COMMAND:
        raise InvalidNameError(
            f"{text!r} cannot be the name of a command on every system.",
            hint="Give one with --entry-point: letters, digits, '-', '_', '+' and '.'.",
        )
    if name.split(".")[0].lower() in _DEVICES:
        raise InvalidNameError(
            f"{text!r} cannot be the name of a command: Windows reserves it for a device.",
            hint="Choose another with --name or --entry-point.",
        )
    if _OF_THE_ENVIRONMENT.fullmatch(name):
        raise InvalidNameError(
            f"{text!r} cannot be the name of a command: installing it would overwrite the"
            " environment's own.",
            hint=f"Choose another with --entry-point, for example --entry-point my-{name}.",
        )
    return CommandName(name)


# What semver calls a pre-release, in PEP 440's letters; packaging reads alpha, beta, rc, c,
# pre, preview, post and dev in all their spellings by itself.
_SEMVER_WORDS = {"snapshot": "dev", "nightly": "dev", "canary": "dev", "next": "dev"}
_SEMVER = re.compile(r"v?(?P<core>\d+\.\d+\.\d+)-(?P<word>[A-Za-z]+)(?:[.-]?(?P<number>\d+))?")
# Go's name for a commit without a tag (go.dev/ref/mod#pseudo-versions): its time and hash come
# after v1.0.0-, after v1.2.4-0. where v1.2.3 was the last tag, or after v1.2.3-rc.1.0. where
# v1.2.3-rc.1 was.
_PSEUDO = re.compile(
    r"v?(?P<core>\d+\.\d+\.\d+)-(?:(?P<pre>[0-9A-Za-z.-]+)\.0\.|0\.)?(?P<time>\d{14})"
    r"-[0-9a-f]{12}"
)


def parse_version(text: str) -> Version:
    """Read a version and bring it into the form of PEP 440.

    A leading ``v`` is dropped, semver's pre-releases are translated (``v1.2.3-rc.1`` →
    ``1.2.3rc1``), semver's build metadata becomes a local version, and Go's pseudo-versions
    become development releases.

    Raises:
        InvalidVersionError: the text is neither PEP 440 nor translatable.
    """
    number, plus, build = text.strip().removesuffix("+incompatible").partition("+")
    try:
        return Version(f"{_translated(number)}{plus}{build}")
    except ValueError:  # InvalidVersion, or a number that Python finds too long
        raise InvalidVersionError(
            f"{_shortened(text)!r} is not a version that Python packages can have (PEP 440).",
            hint="Give one with --version, for example --version 1.2.3 or --version 1.2.3rc1.",
        ) from None


def _translated(number: str) -> str:
    """A version without build metadata, from semver's or Go's form into PEP 440's."""
    if pseudo := _PSEUDO.fullmatch(number):
        core, pre, time = pseudo["core"], pseudo["pre"], pseudo["time"]
        if pre:
            before = Version(_translated(f"{core}-{pre}"))
            return str(next_development_version(before, int(time)))
        return f"{core}.dev{time}"
    if semver := _SEMVER.fullmatch(number):
        word = _SEMVER_WORDS.get(semver["word"].lower(), semver["word"])
        return f"{semver['core']}-{word}{semver['number'] or 0}"
    return number


def _shortened(text: str) -> str:
    return text if len(text) <= 100 else f"{text[:100]}..."


def next_development_version(tagged: Version, commits: int) -> Version:
    """The version of a tree that is ``commits`` commits after a tag.

    It sorts after the tag and before the release that comes next: ``1.2.3`` and 4 commits
    give ``1.2.4.dev4``; ``1.2.3rc1`` gives ``1.2.3rc2.dev4``; a tag that is a development
    release itself counts on, so ``1.2.3.dev5`` gives ``1.2.3.dev9``.
    """
    if tagged.dev is not None:
        stem = tagged.public.removesuffix(f".dev{tagged.dev}")
        return Version(f"{stem}.dev{tagged.dev + max(commits, 1)}")
    if tagged.pre is not None:
        letter, number = tagged.pre
        return Version(f"{tagged.base_version}{letter}{number + 1}.dev{commits}")
    release = (*tagged.release, 0, 0)[: max(3, len(tagged.release))]
    bumped = ".".join(map(str, (*release[:-1], release[-1] + 1)))
    epoch = f"{tagged.epoch}!" if tagged.epoch else ""
    return Version(f"{epoch}{bumped}.dev{commits}")
