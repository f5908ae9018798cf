"""From the facts of a binary to the platform tags that it deserves, and back. Pure: no I/O.

A tag is a promise that the binary starts wherever an installer matches the tag.
"""

from __future__ import annotations

from .cautions import cautions
from .derive import common_tags, derive_tags, expected_tags
from .families import PlatformTag, TagFamily, accepted_platform_tag, parse_platform_tag
from .undeserved import UndeservedTag, undeserved_tags

__all__ = [
    "PlatformTag",
    "TagFamily",
    "UndeservedTag",
    "accepted_platform_tag",
    "cautions",
    "common_tags",
    "derive_tags",
    "expected_tags",
    "parse_platform_tag",
    "undeserved_tags",
]
