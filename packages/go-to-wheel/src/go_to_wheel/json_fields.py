"""Typed reading of JSON that comes from outside: a wrong shape is an error that says where.

Each kind of document has a class of its own, which says what such an error is.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Self, cast

from .errors import GoToWheelError

_LARGEST_NUMBER = 1 << 63


class Fields(ABC):
    """An object of a JSON document, read field by field.

    Errors carry the dotted place, for example ``release.assets[3].size``.

    Args:
        value: what stands at that place.
        place: where that is; empty for the document itself.
    """

    wanted_text = "a string"

    def __init__(self, value: object, place: str) -> None:
        if not isinstance(value, dict):
            raise self.wrong_shape(place, "an object")
        self._values = cast("Mapping[str, object]", value)
        self._place = place

    @staticmethod
    @abstractmethod
    def wrong_shape(place: str, wanted: str) -> GoToWheelError:
        """The error for a value that is not what it should be.

        Args:
            place: where the value stands.
            wanted: what should stand there.
        """

    @classmethod
    def is_text(cls, value: str) -> bool:
        """Whether a string may stand in such a document.

        It must be one that UTF-8 can hold: JSON can also name halves of a character.
        """
        try:
            value.encode()
        except UnicodeEncodeError:
            return False
        return True

    @classmethod
    def parse(cls, content: bytes, place: str = "") -> Self:
        """The object that a JSON text (RFC 8259) holds.

        Raises:
            GoToWheelError: it is no JSON, or no object.
        """
        return cls(cls.read_json(content, place), place)

    @classmethod
    def read_json(cls, content: bytes, place: str) -> object:
        """The value of a JSON text (RFC 8259).

        Args:
            content: the text.
            place: what it is called in an error.

        Raises:
            GoToWheelError: it is no JSON.
        """
        try:
            return cast("object", json.loads(content))
        except (ValueError, RecursionError):
            raise cls.wrong_shape(place, "JSON") from None

    @classmethod
    def each(cls, values: object, place: str) -> tuple[Self, ...]:
        """The objects of an array.

        Raises:
            GoToWheelError: it is no array of objects.
        """
        if not isinstance(values, list):
            raise cls.wrong_shape(place, "an array")
        return tuple(cls(value, f"{place}[{index}]") for index, value in enumerate(values))

    def text(self, key: str) -> str:
        """A string.

        Raises:
            GoToWheelError: it is not there, or is none.
        """
        value = self._values.get(key)
        if isinstance(value, str) and self.is_text(value):
            return value
        raise self.wrong(key, self.wanted_text)

    def optional_text(self, key: str) -> str:
        """A string; empty where it is null or not there."""
        return "" if self._values.get(key) is None else self.text(key)

    def texts(self, key: str) -> tuple[str, ...]:
        """An array of strings; empty where it is null or not there."""
        values = self._values.get(key)
        if values is None:
            return ()
        if isinstance(values, list) and all(isinstance(v, str) and self.is_text(v) for v in values):
            return tuple(values)
        raise self.wrong(key, f"an array of {self.wanted_text.removeprefix('a ')}s")

    def flag(self, key: str) -> bool:
        """A truth value."""
        value = self._values.get(key)
        if isinstance(value, bool):
            return value
        raise self.wrong(key, "true or false")

    def number(self, key: str) -> int:
        """A whole number that is not negative, of at most 63 bits."""
        value = self._values.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _LARGEST_NUMBER:
            return value
        raise self.wrong(key, "a whole number")

    def optional_number(self, key: str) -> int | None:
        """A whole number; None where it is null or not there."""
        return None if self._values.get(key) is None else self.number(key)

    def object(self, key: str) -> Self:
        """An object."""
        return type(self)(self._values.get(key), self._at(key))

    def optional_object(self, key: str) -> Self | None:
        """An object; None where it is null or not there."""
        return None if self._values.get(key) is None else self.object(key)

    def objects(self, key: str) -> tuple[Self, ...]:
        """An array of objects."""
        return self.each(self._values.get(key), self._at(key))

    def optional_objects(self, key: str) -> tuple[Self, ...]:
        """An array of objects; empty where it is null or not there."""
        return () if self._values.get(key) is None else self.objects(key)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all fields."""
        if not all(map(self.is_text, self._values)):
            raise self.wrong_shape(self._place, "an object with readable names")
        return tuple(self._values)

    def wrong(self, key: str, wanted: str) -> GoToWheelError:
        """The error for a field that is not what it should be."""
        return self.wrong_shape(self._at(key), wanted)

    def _at(self, key: str) -> str:
        return f"{self._place}.{key}" if self._place else key
