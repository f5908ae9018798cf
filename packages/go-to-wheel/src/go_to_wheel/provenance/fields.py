"""The record of origin, which anybody may have written, read field by field."""

from __future__ import annotations

import re

from .. import json_fields
from ..errors import OriginError

_SHA256 = re.compile("[0-9a-f]{64}")


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
        return value.isprintable()

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
