"""GitHub's answers as values: readers for the shapes that its own description of the API names.

That description is OpenAPI's (``@octokit/openapi``); the names of its schemas stand beside each
reader. What has another shape is an error, and nothing else ever comes of it.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from ...release import Asset, Digest, Release, Repository, RepositoryFile, read_digest
from .fields import Fields

_COMMIT = re.compile("[0-9a-f]{40}|[0-9a-f]{64}")


def read_repository(document: Fields) -> Repository:
    """A repository (``full-repository`` in GitHub's own description of its API).

    Raises:
        DownloadError: it has another shape.
    """
    licence = document.optional_object("license")
    spdx = licence.optional_text("spdx_id") if licence else ""
    return Repository(
        full_name=document.text("full_name"),
        description=document.optional_text("description"),
        homepage=document.optional_text("homepage"),
        license_spdx=spdx if spdx and spdx != "NOASSERTION" else None,
        topics=document.texts("topics"),
        html_url=document.text("html_url"),
    )


def read_tag(release: Fields) -> str:
    """The tag of a release.

    Raises:
        DownloadError: it has another shape.
    """
    return release.text("tag_name")


def read_release(name: str, document: Fields, assets: tuple[Asset, ...]) -> Release:
    """A release (``release`` in GitHub's description), with assets that have been read.

    Raises:
        DownloadError: it has another shape.
    """
    return Release(
        repository=name,
        tag=read_tag(document),
        name=document.optional_text("name"),
        url=document.text("html_url"),
        assets=assets,
        published=_moment(document, "published_at", "release"),
    )


def read_asset(document: Fields, *, through_api: bool) -> Asset | None:
    """An asset (``release-asset`` in GitHub's description); None for an unfinished upload.

    Args:
        document: what the API says of it.
        through_api: download it through the API, as private repositories need; else from the
            release's page, which does not count towards the API's limit.

    Raises:
        DownloadError: it has another shape.
    """
    if document.text("state") != "uploaded":
        return None
    name = document.text("name")
    _check_name(name)
    public = document.text("browser_download_url")
    return Asset(
        name=name,
        size=document.number("size"),
        url=document.text("url") if through_api else public,
        digest=_digest(document.optional_text("digest"), name),
        public_url=public,
        updated=_moment(document, "updated_at", name),
    )


def _moment(document: Fields, key: str, what: str) -> datetime | None:
    """A moment as the API writes it (RFC 3339); None where it is null or not there."""
    text = document.optional_text(key)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Fields.wrong_shape(f"{key} of {what}", "a date and time") from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _digest(text: str, name: str) -> Digest | None:
    """A digest as the API writes it (``sha256:...``); None for an algorithm unknown here."""
    algorithm, _, digits = text.partition(":")
    if algorithm not in ("sha256", "sha384", "sha512"):
        return None
    digest = read_digest(algorithm, digits)
    if digest is None:
        raise Fields.wrong_shape(f"the digest of {name}", algorithm)
    return digest


def read_file(document: Fields) -> RepositoryFile | None:
    """A file (``content-file`` in GitHub's description); None where it comes without content.

    That is so for files over 1 MB.

    Raises:
        DownloadError: it has another shape.
    """
    name = document.text("name")
    if document.text("encoding") != "base64":
        return None
    try:
        content = base64.b64decode(document.text("content"))
    except (binascii.Error, ValueError):
        raise Fields.wrong_shape(f"the content of {name!r}", "base64") from None
    _check_name(name)
    return RepositoryFile(name=name, content=content)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation:
    """An attestation that GitHub keeps for a file's digest.

    Attributes:
        bundle: the sigstore bundle, as JSON; None where GitHub gives only its address.
    """

    bundle: bytes | None


def read_attestations(value: object) -> tuple[Attestation, ...]:
    """The attestations in an answer (``repos/list-attestations`` in GitHub's description).

    Args:
        value: the JSON value.

    Raises:
        DownloadError: it has another shape.
    """
    Fields(value, "answer").objects("attestations")  # whose members are objects
    items = cast("dict[str, list[dict[str, object]]]", value)["attestations"]
    found = []
    for number, item in enumerate(items):
        bundle = item.get("bundle")
        if bundle is not None and not isinstance(bundle, dict):
            raise Fields.wrong_shape(f"answer.attestations[{number}].bundle", "an object")
        found.append(Attestation(bundle=None if bundle is None else json.dumps(bundle).encode()))
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class GitObject:
    """What a git reference or an annotated tag points to.

    Attributes:
        kind: ``commit``, ``tag``, or what else git has.
        sha: its name, in hex.
    """

    kind: str
    sha: str


def read_git_object(document: Fields) -> GitObject:
    """What a reference (``git-ref``) or a tag (``git-tag`` in GitHub's description) points to.

    Raises:
        DownloadError: it has another shape.
    """
    target = document.optional_object("object")
    if target is None:
        raise Fields.wrong_shape("object", "an object")
    sha = target.text("sha")
    if not _COMMIT.fullmatch(sha):
        raise Fields.wrong_shape("object.sha", "the name of a git object")
    return GitObject(kind=target.text("type"), sha=sha)


def _check_name(name: str) -> None:
    """Refuse what would be a path, or would play tricks on a terminal."""
    if not name.isprintable() or re.search(r"[/\\]", name) or not name.strip("."):
        raise Fields.wrong_shape(f"the name {name!r}", "a file's name")
