"""Typed reading of the JSON that is in a wheel, which anybody may have written."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import cast

from ..errors import OriginError

_LARGEST_NUMBER = 1 << 63
_SHA256 = re.compile("[0-9a-f]{64}")


class Fields:
    """An object of a JSON document, read field by field.

    Errors carry the dotted place, for example ``binaries[1].source.commit``.
    """

    def __init__(self, value: object, place: str) -> None:
        if not isinstance(value, dict):
            raise wrong_shape(place, "an object")
        self._values = cast("Mapping[str, object]", value)
        self._place = place

    def text(self, key: str) -> str:
        """A string in one line, without characters that drive a terminal.

        Raises:
            OriginError: it is not there, or is none.
        """
        value = self._values.get(key)
        if isinstance(value, str) and value.isprintable():
            return value
        raise self.wrong(key, "a string in one line")

    def optional_text(self, key: str) -> str:
        """A string; empty where it is not there."""
        return "" if self._values.get(key) is None else self.text(key)

    def sha256(self, key: str) -> str:
        """A SHA-256 digest in lower case hexadecimal digits."""
        value = self.text(key)
        if _SHA256.fullmatch(value):
            return value
        raise self.wrong(key, "a SHA-256 digest in hex")

    def number(self, key: str) -> int:
        """A whole number that is not negative, of at most 63 bits."""
        value = self._values.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _LARGEST_NUMBER:
            return value
        raise self.wrong(key, "a whole number")

    def optional_number(self, key: str) -> int | None:
        """A whole number; None where it is not there."""
        return None if self._values.get(key) is None else self.number(key)

    def flag(self, key: str) -> bool:
        """A truth value."""
        value = self._values.get(key)
        if isinstance(value, bool):
            return value
        raise self.wrong(key, "true or false")

    def object(self, key: str) -> Fields:
        """An object."""
        return Fields(self._values.get(key), self._at(key))

    def optional_object(self, key: str) -> Fields | None:
        """An object; None where it is not there."""
        return None if self._values.get(key) is None else self.object(key)

    def objects(self, key: str) -> tuple[Fields, ...]:
        """An array of objects; empty where it is not there."""
        values = self._values.get(key, [])
        if not isinstance(values, list):
            raise self.wrong(key, "an array")
        return tuple(
            Fields(value, f"{self._at(key)}[{index}]") for index, value in enumerate(values)
        )

    def texts(self, key: str) -> tuple[str, ...]:
        """An array of strings; empty where it is not there."""
        values = self._values.get(key, [])
        if isinstance(values, list) and all(isinstance(v, str) and v.isprintable() for v in values):
            return tuple(values)
        raise self.wrong(key, "an array of strings in one line")

    def pairs(self, key: str) -> tuple[tuple[str, str], ...]:
        """An object of strings, as pairs in the order of their names."""
        fields = self.object(key)
        return tuple((name, fields.text(name)) for name in sorted(fields.names))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all fields."""
        if not all(name.isprintable() for name in self._values):
            raise wrong_shape(self._place, "an object with names in one line")
        return tuple(self._values)

    def wrong(self, key: str, wanted: str) -> OriginError:
        """The error for a field that is not what it should be."""
        return wrong_shape(self._at(key), wanted)

    def _at(self, key: str) -> str:
        return f"{self._place}.{key}" if self._place else key


def read_document(content: bytes) -> Fields:
    """The object that a JSON text (RFC 8259) holds.

    Raises:
        OriginError: it is no JSON, or no object.
    """
    try:
        value = cast("object", json.loads(content))
    except (ValueError, RecursionError):
        raise wrong_shape("", "JSON") from None
    return Fields(value, "")


def wrong_shape(place: str, wanted: str) -> OriginError:
    """The error for a value that is not what it should be."""
    return OriginError(
        f"The record of origin cannot be read: {place or 'it'} is not {wanted}.",
        hint="A newer go-to-wheel may have written it, or somebody changed it.",
    )
