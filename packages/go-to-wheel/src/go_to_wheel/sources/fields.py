"""Typed reading of JSON that comes from outside: a wrong shape is an error that says where."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import cast

from ..errors import DownloadError


class Fields:
    """An object of a JSON document, read field by field.

    Errors carry the dotted place, for example ``release.assets[3].size``.
    """

    def __init__(self, value: object, place: str) -> None:
        if not isinstance(value, dict):
            raise wrong_shape(place, "an object")
        self._values = cast("Mapping[str, object]", value)
        self._place = place

    def text(self, key: str) -> str:
        """A string.

        Raises:
            DownloadError: it is not there, is no string, or no Unicode text.
        """
        value = self._values.get(key)
        if isinstance(value, str) and _is_text(value):
            return value
        raise wrong_shape(f"{self._place}.{key}", "a string")

    def optional_text(self, key: str) -> str:
        """A string; empty where it is null or not there."""
        return "" if self._values.get(key) is None else self.text(key)

    def flag(self, key: str) -> bool:
        """A truth value."""
        value = self._values.get(key)
        if isinstance(value, bool):
            return value
        raise wrong_shape(f"{self._place}.{key}", "true or false")

    def size(self, key: str) -> int:
        """A whole number that is not negative."""
        value = self._values.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        raise wrong_shape(f"{self._place}.{key}", "a size")

    def optional_object(self, key: str) -> Fields | None:
        """An object; None where it is null or not there."""
        value = self._values.get(key)
        return None if value is None else Fields(value, f"{self._place}.{key}")

    def objects(self, key: str) -> tuple[Fields, ...]:
        """An array of objects."""
        return read_objects(self._values.get(key), f"{self._place}.{key}")

    def optional_texts(self, key: str) -> tuple[str, ...]:
        """An array of strings; empty where it is null or not there."""
        values = self._values.get(key)
        if values is None:
            return ()
        if isinstance(values, list) and all(isinstance(v, str) and _is_text(v) for v in values):
            return tuple(values)
        raise wrong_shape(f"{self._place}.{key}", "an array of strings")


def read_objects(values: object, place: str) -> tuple[Fields, ...]:
    """The objects of an array.

    Raises:
        DownloadError: it is no array of objects.
    """
    if not isinstance(values, list):
        raise wrong_shape(place, "an array")
    return tuple(Fields(value, f"{place}[{index}]") for index, value in enumerate(values))


def read_json(body: bytes, place: str) -> object:
    """The value of a JSON text (RFC 8259).

    Raises:
        DownloadError: it is no JSON.
    """
    try:
        return cast("object", json.loads(body))
    except (ValueError, RecursionError):
        raise wrong_shape(place, "JSON") from None


def wrong_shape(place: str, wanted: str) -> DownloadError:
    """The error for a value that is not what it should be."""
    return DownloadError(
        f"The server's answer is not as GitHub describes it: {place} is not {wanted}.",
        hint="Is GITHUB_API_URL the root of GitHub's REST API?",
    )


def _is_text(value: str) -> bool:
    """Whether it can be written as UTF-8: JSON can also name halves of a character."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
