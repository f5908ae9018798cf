"""What go.mod says, read without Go (the Go modules reference, "go.mod files")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ...errors import ProjectError

_WORD = re.compile(r'"(?P<quoted>[^"]*)"|`(?P<raw>[^`]*)`|=>|[^\s()"`]+|[()]')
_FOLDER = re.compile(r"\.|/|[A-Za-z]:[\\/]|\\")


def read_go_mod(path: Path) -> str:
    """The text of a go.mod.

    Raises:
        ProjectError: it cannot be read, or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ProjectError(
            f"{path} cannot be read: {error.strerror}.", hint="Make it readable."
        ) from None
    except UnicodeDecodeError:
        raise ProjectError(f"{path} is not UTF-8 text.", hint="Save it as UTF-8.") from None


def module_path(text: str) -> str:
    """The path of the module itself; empty where there is no such line.

    Args:
        text: the text of go.mod.
    """
    return next((words[0] for verb, words in _lines(text) if verb == "module" and words), "")


def replacing_folders(text: str) -> tuple[str, ...]:
    """The folders that take the place of modules, as ``replace`` lines write them.

    Args:
        text: the text of go.mod.
    """
    found = []
    for verb, words in _lines(text):
        if verb == "replace" and "=>" in words:
            after = words[words.index("=>") + 1 :]
            # Without a version it is a path, which begins with ./, ../ or a root.
            if after and _FOLDER.match(after[0]):
                found.append(after[0])
    return tuple(dict.fromkeys(found))


def used_folders(text: str) -> tuple[str, ...]:
    """The folders of a workspace's modules, as the ``use`` lines of go.work write them.

    Args:
        text: the text of go.work (the Go modules reference, "go.work files").
    """
    found = [words[0] for verb, words in _lines(text) if verb == "use" and words]
    return tuple(dict.fromkeys(found))


def _lines(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each line with its verb, also those of a block, without comments."""
    block = ""
    for line in text.splitlines():
        words = [
            found["quoted"] or found["raw"] or found[0]
            for found in _WORD.finditer(_without_comment(line))
        ]
        if not words:
            continue
        if block:
            if words == [")"]:
                block = ""
            else:
                yield block, words
        elif len(words) >= 2 and words[1] == "(":
            block = words[0]
        else:
            yield words[0], words[1:]


def _without_comment(line: str) -> str:
    """A comment begins with ``//`` at a line's start or after white space."""
    return re.split(r"(?:^|\s)//", line, maxsplit=1)[0]
