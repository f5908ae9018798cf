"""METADATA: core metadata version 2.4, as the index takes it (PEP 621, 639, 753)."""

from __future__ import annotations

import email.utils
import re
import unicodedata
import warnings
from collections.abc import Sequence
from pathlib import Path

import pyproject_metadata
from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import InvalidName, canonicalize_name
from pyproject_metadata.errors import ConfigurationWarning

from ..errors import MetadataError
from ..metadata import Metadata, Person, is_web_address

METADATA_VERSION = "2.4"
SUMMARY_LIMIT = 512  # characters; the index refuses more
URL_LABEL_LIMIT = 32  # characters; the index refuses more
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+")
README_TYPES = ("text/markdown", "text/x-rst", "text/plain")  # the index refuses others


def first_address(field: str) -> str:
    """The one address of Author-Email that the index looks at; empty where it finds none."""
    try:
        return email.utils.parseaddr(field)[1]
    except RecursionError:  # thousands of open brackets; newer Pythons find no address there
        return ""


def is_email_address(text: str) -> bool:
    """Whether the index takes an address: something, an ``@``, and a host with a dot."""
    return _EMAIL.fullmatch(text) is not None


def is_spdx(expression: str) -> bool:
    """Whether the text is a licence expression by SPDX (PEP 639)."""
    try:
        canonicalize_license_expression(expression)
    except InvalidLicenseExpression:
        return False
    return True


def render_metadata(metadata: Metadata, dynamic: Sequence[str] = ()) -> bytes:
    """METADATA's bytes.

    Args:
        metadata: what a distribution says of itself.
        dynamic: of an sdist, the fields that may say something else in its wheels (PEP 643).

    Raises:
        MetadataError: a field that core metadata or the index does not allow; the message
            names it.
    """
    if metadata.name is None or metadata.version is None:
        raise MetadataError(
            "The metadata has no name or no version.", hint="Give them with --name and --version."
        )
    _refuse_line_breaks(metadata)
    _refuse_what_the_index_refuses(metadata)
    try:
        with warnings.catch_warnings():  # they repeat what is refused or warned of elsewhere
            warnings.simplefilter("ignore", ConfigurationWarning)
            message = _standard(metadata, metadata.name.display).as_rfc822()
    except pyproject_metadata.ConfigurationError as error:
        raise MetadataError(
            f"The metadata is not valid: {str(error).rstrip('.')}.",
            hint="Mend it in the options or in pyproject.toml.",
        ) from None
    # These three the library does not write as they should be: old licence texts it takes only
    # without licence files, and a person only with a name.
    if metadata.license is not None and not is_spdx(metadata.license):
        message["License"] = metadata.license
    for field, people in (
        ("Author-Email", metadata.authors),
        ("Maintainer-Email", metadata.maintainers),
    ):
        if addresses := _addresses(people):
            message[field] = addresses
    for field in dynamic:
        message["Dynamic"] = field
    return bytes(message)


def _standard(metadata: Metadata, name: str) -> pyproject_metadata.StandardMetadata:
    readme = metadata.readme
    return pyproject_metadata.StandardMetadata(
        name=name,
        version=metadata.version,
        description=metadata.description,
        license=_expression(metadata.license),
        license_files=sorted({Path(text.path) for text in metadata.license_files or ()}) or None,
        readme=pyproject_metadata.Readme(readme.text, None, readme.content_type)
        if readme
        else None,
        requires_python=_specifiers(metadata.requires_python),
        authors=_without_address(metadata.authors),
        maintainers=_without_address(metadata.maintainers),
        urls=dict(metadata.urls),
        keywords=list(metadata.keywords),
        classifiers=list(metadata.classifiers),
        dependencies=[_requirement(text) for text in metadata.dependencies],
        optional_dependencies={
            _extra(extra): [_requirement(text) for text in requirements]
            for extra, requirements in metadata.optional_dependencies
        },
        metadata_version=METADATA_VERSION,
    )


def _without_address(people: Sequence[Person]) -> list[tuple[str, str | None]]:
    return [(person.name, None) for person in people if person.name and not person.email]


def _addresses(people: Sequence[Person]) -> str:
    """The addresses of those who have one, in the form of RFC 5322."""
    return ", ".join(_address(person) for person in people if person.email)


def _address(person: Person) -> str:
    if not person.name:
        return person.email or ""
    name = person.name
    if re.search(r'[][\\()<>@,:;".]', name):
        quoted = re.sub(r'([\\"])', r"\\\1", name)
        name = f'"{quoted}"'
    return f"{name} <{person.email}>"


def _expression(text: str | None) -> str | None:
    if text is None or not is_spdx(text):
        return None
    return str(canonicalize_license_expression(text))


def _extra(name: str) -> str:
    try:
        canonicalize_name(name, validate=True)
    except InvalidName:
        raise MetadataError(
            f"{name!r} cannot be the name of an extra (PEP 685).",
            hint="Use letters, digits, '-', '_' and '.'.",
        ) from None
    return name


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
        raise MetadataError(
            f"{text!r} is not a requirement (PEP 508): {str(error).splitlines()[0]}.",
            hint="Write it like this: 'httpx>=0.28'.",
        ) from None


def _refuse_line_breaks(metadata: Metadata) -> None:
    """A line break in a one-line field would start a header of its own."""
    people = (*metadata.authors, *metadata.maintainers)
    content_type = metadata.readme.content_type if metadata.readme else None
    values = [
        ("description", metadata.description),
        ("license", metadata.license),
        ("requires-python", metadata.requires_python),
        ("readme's content type", content_type),
        *(("author", person.name) for person in people),
        *(("author-email", person.email) for person in people),
        *(("url", part) for url in metadata.urls for part in url),
        *(("keywords", keyword) for keyword in metadata.keywords),
        *(("classifiers", classifier) for classifier in metadata.classifiers),
        *(("license-files", str(text.path)) for text in metadata.license_files or ()),
        *(("dependencies", text) for text in metadata.dependencies),
        *(
            ("optional-dependencies", text)
            for extra, requirements in metadata.optional_dependencies
            for text in (extra, *requirements)
        ),
    ]
    for field, value in values:
        if value is not None and any(map(_breaks_lines, value)):
            raise MetadataError(
                f"The {field} contains a line break or another control character.",
                hint=f"Give the {field} as one line of plain text.",
            )


def _breaks_lines(character: str) -> bool:
    """Control characters, line and paragraph separators, and what UTF-8 cannot hold.

    Spaces of every width and the joiners inside an emoji are text like any other.
    """
    return unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}


def _refuse_what_the_index_refuses(metadata: Metadata) -> None:
    summary = metadata.description or ""
    if len(summary) > SUMMARY_LIMIT:
        raise MetadataError(
            f"The description has {len(summary)} characters; the index takes {SUMMARY_LIMIT}.",
            hint="Shorten it; the README holds the long one.",
        )
    readme = metadata.readme
    if readme and readme.content_type.partition(";")[0].strip().lower() not in README_TYPES:
        raise MetadataError(
            f"The readme's content type is {readme.content_type!r}, which the index cannot show.",
            hint=f"It is one of: {', '.join(README_TYPES)}.",
        )
    for text in metadata.license_files or ():
        if text.path.is_absolute() or ".." in text.path.parts:
            raise MetadataError(
                f"The licence file {text.path} would lie outside the wheel's licenses folder.",
                hint="Give it a path below the project's folder.",
            )
    for person in (*metadata.authors, *metadata.maintainers):
        if person.email and not is_email_address(first_address(_address(person))):
            raise MetadataError(
                f"{person.email!r} is no e-mail address.", hint="Write it like name@example.org."
            )
    _refuse_urls(metadata)


def _refuse_urls(metadata: Metadata) -> None:
    for label, url in metadata.urls:
        if not label.strip() or "," in label:
            raise MetadataError(
                f"{label!r} cannot be the label of a URL.",
                hint="Give it a word or two without a comma, for example Homepage.",
            )
        if len(label) > URL_LABEL_LIMIT:
            raise MetadataError(
                f"The URL label {label!r} has {len(label)} characters; the index takes"
                f" {URL_LABEL_LIMIT}.",
                hint="Shorten the label.",
            )
        if not is_web_address(url):
            raise MetadataError(
                f"{label} is {url!r}, which is no http or https URL.",
                hint="Write it like https://example.org, without spaces, or leave it out.",
            )
