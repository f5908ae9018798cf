"""What a GitHub repository and its release tell of a program: metadata, version, README.

People write there what they like; nothing of it may stop a build.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata

from packaging.version import Version

from ...errors import InvalidVersionError, MetadataError
from ...metadata import Metadata, Readme, is_web_address
from ...names import distribution_name_or_none, parse_version
from ...release import Release, Repository
from ..project.texts import readme_from

_SUMMARY_WIDTH = 400  # characters; the index takes 512
# A host's name as people write it without https://, and what may follow.
_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}(?::[0-9]+)?(?:[/?#].*)?", re.IGNORECASE)
# Emoji and Persian words are written with these, so they are no tricks like other format characters.
_JOINERS = "\u200c\u200d"
_VERSION_IN_TAG = re.compile(r"(?:^|.*?[-_/@])(?=v?[0-9])(?P<version>.+)", re.IGNORECASE)


def metadata_of(repository: Repository, release: Release, given: Metadata) -> Metadata:
    """What a repository and a release tell of the program, but for its texts.

    People write there what they like; nothing of it may stop a build.

    Args:
        repository: whose release it is.
        release: gives the version.
        given: what the user says, which goes before.

    Raises:
        InvalidVersionError: the tag holds no version, and none was given.
    """
    urls = (
        ("Homepage", _mended(repository.homepage) or repository.html_url),
        ("Source", repository.html_url),
        ("Release Notes", release.url),
    )
    return Metadata(
        name=distribution_name_or_none(plain_text(repository.full_name).split("/")[-1]),
        version=None if given.version else version_of_tag(release.tag),
        description=textwrap.shorten(
            plain_text(repository.description), _SUMMARY_WIDTH, placeholder=" ..."
        )
        or None,
        license=plain_text(repository.license_spdx or "") or None,
        keywords=tuple(filter(None, map(plain_text, repository.topics))),
        urls=tuple((label, url) for label, url in urls if is_web_address(url)),
    )


def plain_text(text: str) -> str:
    """A text in one line, without control and format characters and halves of pairs."""
    words = ("".join(filter(_is_plain, word)) for word in text.split())
    return " ".join(filter(None, words))


def _is_plain(character: str) -> bool:
    return character in _JOINERS or unicodedata.category(character) not in {"Cc", "Cf", "Cs"}


def _mended(address: str) -> str:
    """An address as the index takes it; empty where it can be none."""
    plain = plain_text(address)
    whole = f"https://{plain}" if _HOST.fullmatch(plain) else plain
    return whole if is_web_address(whole) else ""


def version_of_tag(tag: str) -> Version:
    """The version in a release's tag: ``v1.2.3``, ``tool-1.2.3``, ``cmd/tool/v1.2.3-rc.1``.

    Raises:
        InvalidVersionError: there is none in it that PEP 440 knows.
    """
    for text in (tag, *(found["version"] for found in _VERSION_IN_TAG.finditer(tag))):
        try:
            # What follows a + is the publisher's own counting; the index takes none of it.
            return Version(parse_version(text).public)
        except InvalidVersionError:
            continue
    raise InvalidVersionError(
        f"The tag {tag} holds no version that Python packages can have (PEP 440).",
        hint="Give one with --version.",
    )


def shown_readme(name: str, content: bytes) -> Readme | None:
    """The README, or None where it is in a markup that the index cannot show, like AsciiDoc."""
    try:
        return readme_from(name, content)
    except MetadataError:
        return None
