"""PKG-INFO: what an unpacked source distribution says of itself (PEP 643)."""

from __future__ import annotations

import email.message
import email.parser
import email.policy
import os
from pathlib import Path

from packaging.utils import canonicalize_name
from packaging.version import Version

from ...errors import ConfigError, InvalidVersionError
from ...names import parse_version
from ..git.command import find_git
from ..process import Processes

INFO = "PKG-INFO"
"""Its name; it lies in the top folder of an sdist (the source distribution format)."""

_LARGEST = 5_000_000  # bytes; the README is in it


def is_unpacked_sdist(folder: Path, name: str | None, processes: Processes) -> bool:
    """Whether a folder is an sdist that was unpacked: its files, and no others, are the project's.

    In a checkout a PKG-INFO is a file like any other, left there by some other tool: .gitignore
    holds, and tags tell the version. That of another distribution says nothing either.

    Args:
        folder: the project's folder.
        name: the distribution's name, in any spelling; None where the project does not say it.
        processes: what runs git.

    Raises:
        ConfigError: the file is damaged.
    """
    return _info_of(folder, name, processes) is not None


def version_of_sdist(folder: Path, name: str | None, processes: Processes) -> Version | None:
    """The version of the sdist that was unpacked into a folder; None where it is no such folder.

    An sdist has no git and no tags.

    Args:
        folder: the project's folder.
        name: the distribution's name, in any spelling; None where the project does not say it.
        processes: what runs git.

    Raises:
        ConfigError: the file is damaged.
    """
    message = _info_of(folder, name, processes)
    if message is None:
        return None
    path, version = folder / INFO, message["Version"]
    if version is None:
        raise _damaged(path, "it names no version")
    try:
        return parse_version(str(version))
    except InvalidVersionError as error:
        raise _damaged(path, error.message.rstrip(".")) from None


def _info_of(folder: Path, name: str | None, processes: Processes) -> email.message.Message | None:
    message = _read(folder / INFO)
    if message is None or _is_of_another(message, name) or is_tracked(folder, processes):
        return None
    return message


def _is_of_another(message: email.message.Message, name: str | None) -> bool:
    given = message["Name"]
    if not given or name is None:
        return False
    return canonicalize_name(str(given)) != canonicalize_name(name)


def is_tracked(folder: Path, processes: Processes) -> bool:
    """Whether a folder is the top of a git repository, or git has files of it in its index."""
    if os.path.lexists(folder / ".git"):
        return True
    git = find_git(processes)
    if git is None:
        return False
    try:
        done = git.run("ls-files", "--cached", "--", ".", cwd=folder)
    except OSError:  # what is called git cannot be started
        return False
    return done.code == 0 and bool(done.stdout)


def _read(path: Path) -> email.message.Message | None:
    try:
        if not path.is_file():
            return None
        with path.open("rb") as stream:
            content = stream.read(_LARGEST + 1)
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be read: {error.strerror}.", hint="Make it readable, or remove it."
        ) from None
    if len(content) > _LARGEST:
        raise _damaged(path, f"it is larger than {_LARGEST // 1_000_000} MB")
    text = content.decode("utf-8", errors="replace")
    return email.parser.HeaderParser(policy=email.policy.compat32).parsestr(text)


def _damaged(path: Path, reason: str) -> ConfigError:
    return ConfigError(
        f"{path} is damaged: {reason}.",
        hint="Unpack the source distribution again, or write the version into pyproject.toml.",
    )
