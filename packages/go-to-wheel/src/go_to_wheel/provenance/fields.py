"""The record of origin, which anybody may have written, read field by field."""

from __future__ import annotations

import re

from .. import json_fields
from ..errors import OriginError

_SHA256 = re.compile("[0-9a-f]{64}")
# Control characters, ends of lines, what turns the direction of a text, and halves of characters.
_UNFIT = re.compile(r"[\0-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def unfit_for_record(text: str) -> str:
    """The first character of a text that no record may hold, like ``U+000A``; empty without one.

    What is only not printable, like the joiner between two halves of an emoji, may stand there.
    """
    found = _UNFIT.search(text)
    return f"U+{ord(found[0]):04X}" if found else ""


class Fields(json_fields.Fields):
    """An object of such a record. Its texts are one line, with nothing that drives a terminal."""

    wanted_text = "a string in one line"

    @staticmethod
    def wrong_shape(place: str, wanted: str) -> OriginError:
        """The error for a value that is not what it should be."""
        return OriginError(
            f"The record of origin cannot be read: {place or 'it'} is not {wanted}.",
            hint="A newer go-to-wheel may have written it, or somebody changed it.",
        )

    @classmethod
    def is_text(cls, value: str) -> bool:
        """Whether a string may stand in a record."""
        return not unfit_for_record(value)

    def sha256(self, key: str) -> str:
        """A SHA-256 digest in lower case hexadecimal digits.

        Raises:
            OriginError: it is not there, or is none.
        """
        value = self.text(key)
        if _SHA256.fullmatch(value):
            return value
        raise self.wrong(key, "a SHA-256 digest in hex")

    def pairs(self, key: str) -> tuple[tuple[str, str], ...]:
        """An object of strings, as pairs in the order of their names; empty where it is not there.

        Raises:
            OriginError: it is there, and is none.
        """
        fields = self.optional_object(key)
        return tuple((name, fields.text(name)) for name in sorted(fields.names)) if fields else ()
