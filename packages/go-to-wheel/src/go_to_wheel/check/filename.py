"""The wheel's file name: PEP 427's form, the index's rules for names, versions and tags."""

from __future__ import annotations

from collections.abc import Iterator

from packaging.utils import canonicalize_name

from ..tags import accepted_platform_tag
from .opened import OpenWheel, WheelName
from .report import Problem, error, warning

_RENAME = "Build the wheel again; a wheel that is only renamed disagrees with its own metadata."

FORM = error(
    "filename", "A wheel's name is NAME-VERSION(-BUILD)-PYTHON-ABI-PLATFORM.whl (PEP 427)."
)
NAME = error("filename-name", _RENAME)
VERSION = error("filename-version", _RENAME)
LOCAL = error("local-version", "Build it with a version that has no '+' part.")
PLATFORM = error(
    "platform-tag", "Use a tag the index takes: 'go-to-wheel targets' lists them by target."
)
ORDER = warning("tag-order", "Sort the tags of each set, joined by '.', in the file name.")
TWICE = warning("tag-duplicate", "Name each tag once.")


def rules(wheel: OpenWheel) -> Iterator[Problem]:
    """All rules on the file name."""
    if wheel.name is None:
        # The index and pip read it with the same library, and refuse what it refuses.
        yield FORM.at(wheel.filename, f"The file name is not that of a wheel: {wheel.name_fault}.")
        return
    yield from _name_and_version(wheel, wheel.name)
    yield from _tags(wheel, wheel.name)


def _name_and_version(wheel: OpenWheel, name: WheelName) -> Iterator[Problem]:
    """The index compares with the normalised name (PEP 503) and wants PEP 440's normal form."""
    normal = canonicalize_name(name.name).replace("-", "_")
    if name.name != normal:
        yield NAME.at(
            wheel.filename,
            f"The name {name.name!r} is not normalised; the index wants {normal!r}.",
        )
    if name.version.local is not None:
        yield LOCAL.at(
            wheel.filename,
            f"The version {name.version_text!r} is a local one, which the index refuses.",
        )
    if name.version_text != str(name.version):
        yield VERSION.at(
            wheel.filename,
            f"The version {name.version_text!r} is not in PEP 440's normal form,"
            f" {str(name.version)!r}.",
        )


def _tags(wheel: OpenWheel, name: WheelName) -> Iterator[Problem]:
    for tag in dict.fromkeys(name.platforms):
        if not accepted_platform_tag(tag):
            yield PLATFORM.at(wheel.filename, f"The index refuses the platform tag {tag!r}.")
    for part in name.tag_parts:
        # PEP 425 wants compressed sets sorted; packaging >= 26.1 can insist on it. Popular
        # wheels (ruff, uv, ziglang) are not sorted and install, hence no error.
        if list(part) != sorted(part):
            yield ORDER.at(
                wheel.filename,
                f"The tags {'.'.join(part)!r} are not sorted, as PEP 425 wants them.",
                hint=f"Name them {'.'.join(sorted(set(part)))!r}.",
            )
        if len(set(part)) < len(part):
            yield TWICE.at(wheel.filename, f"The tags {'.'.join(part)!r} name one twice.")
