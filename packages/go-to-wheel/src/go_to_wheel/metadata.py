"""What a distribution says of itself, as values: one layer of it, or all layers merged.

A ``Metadata`` value holds None or nothing for what its layer leaves open. Layers are laid over
each other (``over``) and the uppermost wins: options, then the project's own settings, then
what the source tells. The names of the fields are PEP 621's.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from packaging.version import Version

from .names import DistributionName

DEFAULT_VERSION = Version("0.1.0")
DEFAULT_REQUIRES_PYTHON = ">=3.10"


def is_web_address(text: str) -> bool:
    """Whether the index takes an address: http or https, with a host and without white space."""
    try:
        parts = urlsplit(text)
    except ValueError:  # an IPv6 address without its end
        return False
    is_web = parts.scheme.lower() in {"http", "https"} and bool(parts.netloc)
    return is_web and not any(map(str.isspace, text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Readme:
    """The long description and its media type, for example ``text/markdown``.

    ``file`` is the project's own file with that text, if it is in one.
    """

    text: str
    content_type: str
    file: Path | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseText:
    """A licence file: its path below ``dist-info/licenses/`` and its bytes.

    ``file`` is the project's own file that they were read from, if any.
    """

    path: PurePosixPath
    content: bytes
    file: Path | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An author or maintainer; at least one of the two is given."""

    name: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """One layer of a distribution's metadata; the names are those of PEP 621.

    ``license`` is an SPDX expression, or any other text, which then becomes the old
    ``License`` field. None, or an empty tuple, leaves a field open; but of ``license_files``
    only None does, since PEP 639 has an empty list for a distribution without any.
    """

    name: DistributionName | None = None
    version: Version | None = None
    description: str | None = None
    readme: Readme | None = None
    license: str | None = None
    license_files: tuple[LicenseText, ...] | None = None
    authors: tuple[Person, ...] = ()
    maintainers: tuple[Person, ...] = ()
    keywords: tuple[str, ...] = ()
    classifiers: tuple[str, ...] = ()
    urls: tuple[tuple[str, str], ...] = ()
    requires_python: str | None = None
    dependencies: tuple[str, ...] = ()
    optional_dependencies: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def over(self, lower: Metadata) -> Metadata:
        """This layer laid over another: what it leaves open shines through from below."""
        values = {
            each.name: getattr(self, each.name) or getattr(lower, each.name)
            for each in fields(self)
        }
        if self.license_files is not None:
            values["license_files"] = self.license_files
        return Metadata(**values)
