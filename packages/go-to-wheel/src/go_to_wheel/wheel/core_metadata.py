"""METADATA: core metadata version 2.4, as the index takes it (PEP 621, 639, 753)."""

from __future__ import annotations

import pyproject_metadata
from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from ..errors import MetadataError
from ..metadata import Metadata

METADATA_VERSION = "2.4"
SUMMARY_LIMIT = 512  # characters; the index refuses more
URL_LABEL_LIMIT = 32  # characters; the index refuses more


def is_spdx(expression: str) -> bool:
    """Whether the text is a licence expression by SPDX (PEP 639)."""
    try:
        canonicalize_license_expression(expression)
    except InvalidLicenseExpression:
        return False
    return True


def render_metadata(metadata: Metadata) -> bytes:
    """METADATA's bytes.

    Raises:
        MetadataError: a field that core metadata or the index does not allow; the message
            names it.
    """
    if metadata.name is None or metadata.version is None:
        raise MetadataError("The metadata has no name or no version.")
    _refuse_line_breaks(metadata)
    _refuse_what_the_index_refuses(metadata)
    try:
        standard = _standard(metadata)
        return bytes(standard.as_rfc822())
    except pyproject_metadata.ConfigurationError as error:
        raise MetadataError(f"The metadata is not valid: {error}.") from None


def _standard(metadata: Metadata) -> pyproject_metadata.StandardMetadata:
    assert metadata.name is not None
    readme = metadata.readme
    return pyproject_metadata.StandardMetadata(
        name=metadata.name.display,
        version=metadata.version,
        description=metadata.description,
        license=_license(metadata.license),
        license_files=sorted({text.path for text in metadata.license_files}) or None,
        readme=pyproject_metadata.Readme(readme.text, None, readme.content_type)
        if readme
        else None,
        requires_python=_specifiers(metadata.requires_python),
        authors=[(person.name, person.email) for person in metadata.authors],
        maintainers=[(person.name, person.email) for person in metadata.maintainers],
        urls=dict(metadata.urls),
        keywords=list(metadata.keywords),
        classifiers=list(metadata.classifiers),
        dependencies=[_requirement(text) for text in metadata.dependencies],
        optional_dependencies={
            extra: [_requirement(text) for text in requirements]
            for extra, requirements in metadata.optional_dependencies
        },
        metadata_version=METADATA_VERSION,
    )


def _license(text: str | None) -> str | pyproject_metadata.License | None:
    if text is None:
        return None
    if is_spdx(text):
        return str(canonicalize_license_expression(text))
    return pyproject_metadata.License(text, None)


def _specifiers(text: str | None) -> SpecifierSet | None:
    if text is None:
        return None
    try:
        return SpecifierSet(text)
    except InvalidSpecifier:
        raise MetadataError(
            f"{text!r} is not a requirement on Python's version (PEP 440).",
            hint="Write it like this: --requires-python '>=3.10'.",
        ) from None


def _requirement(text: str) -> Requirement:
    try:
        return Requirement(text)
    except InvalidRequirement as error:
        raise MetadataError(f"{text!r} is not a requirement (PEP 508): {error}.") from None


def _refuse_line_breaks(metadata: Metadata) -> None:
    """A line break in a one-line field would start a header of its own."""
    people = (*metadata.authors, *metadata.maintainers)
    values = [
        ("description", metadata.description),
        ("license", metadata.license),
        ("requires-python", metadata.requires_python),
        *(("author", person.name) for person in people),
        *(("author-email", person.email) for person in people),
        *(("url", part) for url in metadata.urls for part in url),
        *(("keywords", keyword) for keyword in metadata.keywords),
        *(("classifiers", classifier) for classifier in metadata.classifiers),
    ]
    for field, value in values:
        if value is not None and any(not character.isprintable() for character in value):
            raise MetadataError(
                f"The {field} contains a line break or another control character.",
                hint=f"Give the {field} as one line of plain text.",
            )


def _refuse_what_the_index_refuses(metadata: Metadata) -> None:
    summary = metadata.description or ""
    if len(summary) > SUMMARY_LIMIT:
        raise MetadataError(
            f"The description has {len(summary)} characters; the index takes {SUMMARY_LIMIT}.",
            hint="Shorten it; the README holds the long one.",
        )
    for label, _ in metadata.urls:
        if len(label) > URL_LABEL_LIMIT:
            raise MetadataError(
                f"The URL label {label!r} has {len(label)} characters; the index takes"
                f" {URL_LABEL_LIMIT}.",
                hint="Shorten the label.",
            )
