"""What Go tells of modules, read from its JSON: documents one after another."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from ...errors import GoError


class Answer:
    """One object of Go's, read key by key; what is not there, or of another kind, is empty."""

    def __init__(self, value: object) -> None:
        self._values = cast("Mapping[str, object]", value) if isinstance(value, dict) else {}

    def text(self, key: str) -> str:
        """A string."""
        value = self._values.get(key)
        return value if isinstance(value, str) else ""

    def texts(self, key: str) -> tuple[str, ...]:
        """An array of strings."""
        value = self._values.get(key)
        items = value if isinstance(value, list) else []
        return tuple(item for item in items if isinstance(item, str))

    def answer(self, key: str) -> Answer:
        """An object."""
        return Answer(self._values.get(key))

    def answers(self, key: str) -> tuple[Answer, ...]:
        """An array of objects."""
        value = self._values.get(key)
        return tuple(map(Answer, value if isinstance(value, list) else []))

    @property
    def error(self) -> str:
        """What went wrong: ``go list`` writes an object there, ``go mod download`` a text."""
        return self.text("Error") or self.answer("Error").text("Err")


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A module's path and version, as a line of go.mod has them; the version may be empty."""

    path: str
    version: str = ""

    def __str__(self) -> str:
        return f"{self.path}@{self.version}" if self.version else self.path


@dataclass(frozen=True, slots=True, kw_only=True)
class GoMod:
    """The lines of a go.mod that count where it is the main one (the Go modules reference).

    Attributes:
        go: the version of its ``go`` line; empty without one.
        godebug: settings, for example ``("panicnil", "1")``.
        excluded: versions that must not be used.
        replaced: what is replaced, and by what: a folder has no version.
    """

    go: str = ""
    godebug: tuple[tuple[str, str], ...] = ()
    excluded: tuple[Version, ...] = ()
    replaced: tuple[tuple[Version, Version], ...] = ()


def read_answers(stdout: str) -> Iterator[Answer]:
    """The objects that Go writes one after another.

    Raises:
        GoError: that is not JSON.
    """
    decoder = json.JSONDecoder()
    rest = stdout.lstrip()
    while rest:
        try:
            value, end = decoder.raw_decode(rest)
        except (ValueError, RecursionError):
            raise GoError(
                "What Go tells of modules cannot be read.",
                hint="Name another toolchain with --go-binary.",
                detail=rest[:1000],
            ) from None
        yield Answer(value)
        rest = rest[end:].lstrip()


def read_go_mod(stdout: str) -> GoMod:
    """A go.mod, as ``go mod edit -json`` tells it.

    Raises:
        GoError: that is not JSON.
    """
    found = next(read_answers(stdout), Answer(None))
    # Its own help calls it Godebug, and Go 1.27 writes GoDebug.
    settings = found.answers("GoDebug") or found.answers("Godebug")
    return GoMod(
        go=found.text("Go"),
        godebug=tuple((each.text("Key"), each.text("Value")) for each in settings),
        excluded=tuple(map(_version, found.answers("Exclude"))),
        replaced=tuple(
            (_version(each.answer("Old")), _version(each.answer("New")))
            for each in found.answers("Replace")
        ),
    )


def _version(answer: Answer) -> Version:
    return Version(path=answer.text("Path"), version=answer.text("Version"))
