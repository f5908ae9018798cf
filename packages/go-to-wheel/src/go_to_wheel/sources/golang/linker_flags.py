"""Flags for Go's linker: how a text of them is parted, and which variables they set."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ...errors import UsageError
from ...model import GoOptions

_SPACE = " \t\n\r"
_QUOTES = "'\""
_WITH_VALUE = {"-X", "--X", "-H", "--H"}


def split_flags(text: str) -> tuple[str, ...] | None:
    """The words of a flag's value, as Go splits them (``go help build``, "-ldflags").

    A word that begins with a quote ends with the same one, and nothing is escaped in it.

    Returns:
        None where a quote does not end.
    """
    written = _written(text)
    if written is None:
        return None
    return tuple(word[1:-1] if word[0] in _QUOTES else word for word in written)


def tidy_flags(text: str) -> str:
    """The same flags with one blank between two, as a record of origin tells them.

    What stands in quotes stays as it is, and so does a text in which a quote does not end.
    """
    written = _written(text)
    return text if written is None else " ".join(written)


def _written(text: str) -> list[str] | None:
    """The words with their quotes."""
    words = []
    rest = text.strip(_SPACE)
    while rest:
        if rest[0] in _QUOTES:
            length = rest.find(rest[0], 1) + 1
            if not length:
                return None
        else:
            length = len(re.split(f"[{_SPACE}]", rest, maxsplit=1)[0])
        words.append(rest[:length])
        rest = rest[length:].lstrip(_SPACE)
    return words


def flags_and_values(text: str) -> tuple[tuple[str, str], ...] | None:
    """The flags in a text, each with its value, however the two are joined.

    Only what is known to take a value, ``-X`` and ``-H``, is parted from it, or joined with it;
    every other word stands for itself, with an empty value.

    Returns:
        None where a quote does not end.
    """
    split = split_flags(text)
    if split is None:
        return None
    words, found = iter(split), []
    for word in words:
        flag, equals, value = word.partition("=")
        if flag in _WITH_VALUE:
            found.append((flag, value if equals else next(words, "")))
        else:
            found.append((word, ""))
    return tuple(found)


def package_of(variable: str) -> str:
    """The import path in the name of a variable, for example ``main`` in ``main.version``."""
    return variable.rpartition(".")[0]


def refuse_go_variables(options: GoOptions, root: Path | None) -> None:
    """Refuse to set variables of Go's own library: a program would lie about its Go, or break.

    Args:
        options: how to build.
        root: the folder of Go's own library and tools (GOROOT); None where it is not known.

    Raises:
        UsageError: a flag sets one; it names the option and the variable.
    """
    if root is None:
        return
    named = [("--ldflags", name) for name in _set_variables(options.ldflags)]
    if options.version_variable:
        named.append(("--set-version-var", options.version_variable))
    for option, name in named:
        package = package_of(name)
        if not package.startswith((".", "/")) and (root / "src" / package).is_dir():
            raise UsageError(
                f"{option} sets {name}, a variable of Go's own library.",
                hint="Set one of the program itself, like main.version.",
            )


def _set_variables(ldflags: str) -> Iterator[str]:
    """The names that ``-X`` gives (``go tool link``, "-X importpath.name=value")."""
    for flag, value in flags_and_values(ldflags) or ():
        name = value.partition("=")[0]
        if flag.lstrip("-") == "X" and package_of(name):
            yield name
