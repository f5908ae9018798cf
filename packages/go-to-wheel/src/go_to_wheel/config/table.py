"""Reading TOML key by key: every error carries the file and the dotted key."""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import cast

from ..errors import ConfigError


def parse_toml(path: Path) -> Mapping[str, object]:
    """Read a TOML file (toml.io, version 1.0).

    Raises:
        ConfigError: it cannot be read, or is no TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:  # no TOML, no UTF-8, a number without end
        raise ConfigError(f"{path} is not valid TOML: {error}.", hint="Mend the file.") from None
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be read: {error.strerror}.", hint="Make it readable."
        ) from None


class Table:
    """A table of a file, read key by key.

    Attributes:
        path: the file.
        name: the dotted name of the table.
        values: what stands in it.
    """

    def __init__(self, path: Path, name: str, values: object) -> None:
        if not isinstance(values, dict):
            # tools[1] is the first of an array of tables
            of_array = re.fullmatch(r"(.+)\[\d+\]", name)
            raise ConfigError(
                f"{name if of_array else f'[{name}]'} in {path} is not a table.",
                hint=f"Begin each with [[{of_array[1]}]]."
                if of_array
                else f"Write it as [{name}].",
            )
        self.path = path
        self.name = name
        self.values = cast("Mapping[str, object]", values)

    def refuse_unknown(self, known: Sequence[str], hint_for: Callable[[str], str]) -> None:
        """Refuse a key that is none of these.

        Args:
            known: the keys that there are.
            hint_for: what to do about some others; empty where the nearest one is to be named.

        Raises:
            ConfigError: there is one; the hint names the nearest right key.
        """
        for key in self.values:
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1, cutoff=0.4)
                nearest = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(known)}."
                raise ConfigError(
                    f"{self.name}.{key} in {self.path} is not a setting of go-to-wheel.",
                    hint=hint_for(key) or nearest,
                )

    def text(self, key: str) -> str | None:
        """The string under a key, or None where the key is not there.

        Raises:
            ConfigError: it is no string.
        """
        value = self.values.get(key)
        if value is None or (isinstance(value, str) and "\0" not in value):
            return value
        raise self._wrong(key, f"a string{_without_nul(value)}")

    def texts(self, key: str) -> tuple[str, ...]:
        """The array of strings under a key; empty where the key is not there.

        Raises:
            ConfigError: it is no array of strings.
        """
        value = self.values.get(key, [])
        if isinstance(value, list) and all(
            isinstance(item, str) and "\0" not in item for item in value
        ):
            return tuple(value)
        if isinstance(value, str) and "\0" not in value:
            raise self._wrong(key, f"an array of strings, like [{json.dumps(value)}]")
        raise self._wrong(key, f"an array of strings{_without_nul(value)}")

    def flag(self, key: str) -> bool:
        """The boolean under a key; False where the key is not there.

        Raises:
            ConfigError: it is no boolean.
        """
        value = self.values.get(key, False)
        if isinstance(value, bool):
            return value
        raise self._wrong(key, "true or false")

    def _wrong(self, key: str, wanted: str) -> ConfigError:
        return ConfigError(
            f"{self.name}.{key} in {self.path} must be {wanted}.", hint="Mend the file."
        )


def _without_nul(value: object) -> str:
    """What is wrong with a string, or an array of strings."""
    values = value if isinstance(value, list) else [value]
    strings = all(isinstance(each, str) for each in values)
    return ", without NUL characters" if strings else ""
