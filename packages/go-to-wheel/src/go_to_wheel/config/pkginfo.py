"""PKG-INFO: what an unpacked source distribution says of itself (PEP 643)."""

from __future__ import annotations

import email.message
import email.parser
import email.policy
from pathlib import Path

from packaging.utils import canonicalize_name
from packaging.version import Version

from ..errors import ConfigError, InvalidVersionError
from ..names import DistributionName, parse_version

_FILE = "PKG-INFO"
_LARGEST = 5_000_000  # bytes; the README is in it


def version_of_sdist(folder: Path, name: DistributionName | None) -> Version | None:
    """The version of the sdist that was unpacked into a folder; None where there is no PKG-INFO.

    An sdist has no git and no tags. A file about a distribution of another name does not count.

    Raises:
        ConfigError: the file is damaged.
    """
    path = folder / _FILE
    message = _read(path)
    if message is None:
        return None
    given = message["Name"]
    if name and given and canonicalize_name(str(given)) != name.normalized:
        return None
    version = message["Version"]
    if version is None:
        raise _damaged(path, "it names no version")
    try:
        return parse_version(str(version))
    except InvalidVersionError as error:
        raise _damaged(path, error.message.rstrip(".")) from None


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
