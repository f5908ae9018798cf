"""METADATA: core metadata as the index's upload form takes it.

``twine`` sends these fields to the index, which reads them with ``packaging.metadata`` and
lays rules of its own over it; both refuse the upload for what is an error here. pip and uv
read name, version, Requires-Python and Requires-Dist.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile

from packaging.metadata import InvalidMetadata, Metadata, RawMetadata, parse_email
from packaging.utils import canonicalize_name
from packaging.version import Version

from ..metadata import is_web_address
from ..wheel.core_metadata import (
    SUMMARY_LIMIT,
    URL_LABEL_LIMIT,
    first_address,
    is_email_address,
)
from .opened import OpenWheel, WheelName
from .report import Problem, error, listed, warning

KNOWN_VERSIONS = ("1.0", "1.1", "1.2", "2.1", "2.2", "2.3", "2.4", "2.5")
"""The metadata versions that the index takes."""

_LICENSED = "2.4"  # the version that brought licence expressions and files (PEP 639)
_UNLICENSED = KNOWN_VERSIONS[: KNOWN_VERSIONS.index(_LICENSED)]
_UNSET = {"", "UNKNOWN"}  # the index treats these as if the field were not there
_MOST_FIELDS, _MOST_LINES, _LONGEST_LINE = 200, 50_000, 1 << 16
_MEND = "Mend the field in the project's settings and build again."

MISSING = error("metadata-missing", "Build the wheel again.")
SYNTAX = error("metadata-syntax", "Build the wheel again; METADATA is UTF-8 text.")
VERSION = error("metadata-version", "Write 2.4; the index takes up to 2.5.")
AGE = warning("metadata-age", "Build with a tool that writes metadata 2.4.")
NAME = error("metadata-name", "Build the wheel again; a renamed wheel is not valid.")
RELEASE = error("metadata-release", "Build the wheel again; a renamed wheel is not valid.")
FIELD = error("metadata-field", _MEND)
LICENSE = error("license", "Give the License-Expression alone (PEP 639).")
LICENSE_FILE = error("license-file", "Put it in dist-info/licenses/ under that path.")
NO_LICENSE = warning("license-missing", "Name the licence and ship its text (PEP 639).")
SUMMARY = error("summary", f"One line of at most {SUMMARY_LIMIT} characters.")
URL = error("project-url", f"Label (at most {URL_LABEL_LIMIT} characters), comma, http(s) URL.")
ADDRESS = error("email", "Write it as Name <name@example.org>.")
DIRECT = error("direct-dependency", "Depend on a release by name and version.")
PRIVATE = error("private-classifier", "Remove the classifier to upload the wheel.")
NO_DESCRIPTION = warning("description-missing", "Add the README; it is the page on the index.")

_BY_FIELD = {
    "metadata-version": VERSION,
    "name": NAME,
    "version": RELEASE,
    "summary": SUMMARY,
    "license-expression": LICENSE,
    "license-file": LICENSE_FILE,
    "requires-python": error("requires-python", "Write it like '>=3.10' (PEP 440)."),
    "requires-dist": error("requires-dist", "Write it like 'name>=1.2; extra' (PEP 508)."),
    "description-content-type": error(
        "description-content-type", "Use text/markdown, text/x-rst or text/plain, in UTF-8."
    ),
}


def rules(wheel: OpenWheel) -> Iterator[Problem]:
    """All rules on METADATA."""
    if wheel.dist_info is None or wheel.unread:
        return
    where = wheel.info("METADATA")
    text = wheel.texts.get("METADATA")
    if text is None:
        yield MISSING.at(where, "The wheel has no readable METADATA; nothing takes it.")
        return
    try:
        fields, unparsed = read_fields(text)
    except ValueError as fault:
        yield SYNTAX.at(where, f"METADATA cannot be read: {fault}.")
        return
    raw = _as_uploaded(fields)
    yield from _unparsed(unparsed)
    yield from _validated(raw)
    yield from _version(raw)
    if wheel.name is not None:
        yield from _identity(raw, wheel.name)
    yield from _licenses(raw, wheel)
    yield from _people_and_urls(raw)
    yield from _other_fields(raw)


def read_fields(text: bytes) -> tuple[RawMetadata, Sequence[str]]:
    """METADATA's fields, and the names of those that the standard does not have that way.

    Raises:
        ValueError: it cannot be read, or it would take minutes.
    """
    excess = _excess(text)
    if excess:
        raise ValueError(f"it has {excess}, far more than any real one")
    try:
        raw, unparsed = parse_email(text)
    except Exception as error:  # the email package raises whatever it likes
        raise ValueError(f"{type(error).__name__}: {error}") from error
    return raw, [
        name
        for name, values in unparsed.items()
        # str(): a value can be None where the parser gave up
        if not all(_is_unset(str(value)) for value in values)
    ]


def _excess(text: bytes) -> str:
    """What METADATA has so much of that reading it would take minutes; empty where nothing.

    The parsers' time grows with the square of these.
    """
    header = list(takewhile(bool, text.splitlines()))
    fields = {line.partition(b":")[0].lower() for line in header if not line[:1].isspace()}
    if len(fields) > _MOST_FIELDS:
        return f"{len(fields)} different fields"
    if len(header) > _MOST_LINES:
        return f"{len(header)} lines of fields"
    if max(map(len, header), default=0) > _LONGEST_LINE:
        return f"a line of more than {_LONGEST_LINE} bytes"
    return ""


def _as_uploaded(raw: RawMetadata) -> RawMetadata:
    """The fields as an upload carries them.

    Values that mean nothing are left out. setuptools wrote License-File into metadata older
    than 2.4, where it has no meaning; twine leaves it out too.
    """
    uploaded = raw.copy()
    for key, value in raw.items():
        if isinstance(value, str) and _is_unset(value):
            del uploaded[key]  # type: ignore[misc]
    if raw.get("metadata_version") in _UNLICENSED:
        uploaded.pop("license_files", None)
    return uploaded


def _is_unset(value: str) -> bool:
    return value.strip() in _UNSET


def _unparsed(unparsed: Sequence[str]) -> Iterator[Problem]:
    """What packaging cannot place, twine refuses."""
    for field in sorted(unparsed):
        yield FIELD.at(
            field.title(),
            "METADATA has this field in a form or number that the standard does not have, or"
            " does not know it; twine refuses the upload.",
        )


def _validated(raw: RawMetadata) -> Iterator[Problem]:
    """What packaging.metadata, and so the index, says about the fields."""
    faults: list[InvalidMetadata] = []
    try:
        Metadata.from_raw(raw)
    except ExceptionGroup as group:
        faults = [fault for fault in group.exceptions if isinstance(fault, InvalidMetadata)]
    except Exception as fault:  # noqa: BLE001 - the parsers below it raise whatever they like
        yield FIELD.at("METADATA", f"A field of METADATA cannot be read: {fault}.")
    for invalid in sorted(faults, key=lambda each: (each.field, str(each))):
        if invalid.field != "metadata-version":  # which has its own rule below
            rule = _BY_FIELD.get(invalid.field, FIELD)
            yield rule.at(invalid.field.title(), f"The field is not valid: {invalid}.")


def _version(raw: RawMetadata) -> Iterator[Problem]:
    version = raw.get("metadata_version", "")
    field = "Metadata-Version"
    if version not in KNOWN_VERSIONS:
        yield VERSION.at(field, f"The index does not take metadata of version {version!r}.")
    elif version in _UNLICENSED:
        yield AGE.at(
            field,
            f"Metadata {version} has neither licence expressions nor licence files, which came"
            f" with {_LICENSED} (PEP 639).",
        )


def _identity(raw: RawMetadata, name: WheelName) -> Iterator[Problem]:
    """The index, pip and uv compare them with the file name."""
    text = raw.get("name", "")
    if text and canonicalize_name(text) != canonicalize_name(name.name):
        yield NAME.at("Name", f"Name is {text!r}, the file name says {name.name!r}.")
    text = raw.get("version", "")
    try:
        same = Version(text) == name.version
    except ValueError:
        return  # said above
    if not same:
        yield RELEASE.at("Version", f"Version is {text!r}, the file name says {name.version}.")


def _licenses(raw: RawMetadata, wheel: OpenWheel) -> Iterator[Problem]:
    """PEP 639, as the index enforces it."""
    if "license" in raw and "license_expression" in raw:
        yield LICENSE.at("License", "License stands beside License-Expression.")
    for path in raw.get("license_files", []):
        member = wheel.info(f"licenses/{path}")
        if member not in wheel.names:
            yield LICENSE_FILE.at(member, "METADATA names this licence file; it is not there.")
    prefix = wheel.info("")
    texts = (
        name.removeprefix(prefix).rpartition("/")[2].upper()
        for name in wheel.names
        if name.startswith(prefix)
    )
    if not any(text.startswith(("LICEN", "COPYING", "NOTICE", "UNLICENSE")) for text in texts) and (
        not raw.get("license_files")
    ):
        yield NO_LICENSE.at(wheel.info("licenses/"), "The wheel carries no licence text.")


def _people_and_urls(raw: RawMetadata) -> Iterator[Problem]:
    people = (
        ("Author-Email", raw.get("author_email", "")),
        ("Maintainer-Email", raw.get("maintainer_email", "")),
    )
    for field, value in people:
        address = first_address(value)
        if address and not is_email_address(address):
            yield ADDRESS.at(field, f"{address!r} is no e-mail address.")
    urls = (("Home-Page", raw.get("home_page")), ("Download-URL", raw.get("download_url")))
    for field, url in urls:
        if url is not None and not is_web_address(url):
            yield URL.at(field, f"{url!r} is no http or https URL.")
    for label, url in raw.get("project_urls", {}).items():
        if not label or len(label) > URL_LABEL_LIMIT:
            yield URL.at(
                "Project-URL",
                f"The label {label!r} has {len(label)} characters; the index takes 1 to"
                f" {URL_LABEL_LIMIT}.",
            )
        if not is_web_address(url):
            yield URL.at("Project-URL", f"{url!r} ({label}) is no http or https URL.")


def _other_fields(raw: RawMetadata) -> Iterator[Problem]:
    summary = raw.get("summary", "")
    if len(summary) > SUMMARY_LIMIT:
        yield SUMMARY.at(
            "Summary", f"It has {len(summary)} characters; the index takes {SUMMARY_LIMIT}."
        )
    direct = [text for text in raw.get("requires_dist", []) if _is_direct(text)]
    if direct:
        yield DIRECT.at("Requires-Dist", f"The index takes no URL here: {listed(direct)}.")
    private = [text for text in raw.get("classifiers", []) if text.startswith("Private ::")]
    if private:
        yield PRIVATE.at("Classifier", f"{private[0]!r} keeps the wheel off the index.")
    if not raw.get("description", "").strip():
        yield NO_DESCRIPTION.at("Description", "The wheel has no description.")


def _is_direct(requirement: str) -> bool:
    """``name @ URL`` (PEP 508); an ``@`` cannot stand before the marker otherwise."""
    return "@" in requirement.partition(";")[0]
