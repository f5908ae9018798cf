"""go.mod and go.work: where they lie and what they say, read without Go (Go modules reference)."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from ...errors import ProjectError, SourceNotFoundError
from ..files import absolute_folder
from .toolchain import Toolchain

_WORD = re.compile(r'"(?P<quoted>[^"]*)"|`(?P<raw>[^`]*)`|=>|[^\s()"`]+|[()]')
_FOLDER = re.compile(r"\.|/|[A-Za-z]:[\\/]|\\")


def module_root(folder: Path) -> Path:
    """The folder of the go.mod that rules this folder: its own, or the nearest above.

    Raises:
        SourceNotFoundError: there is no such folder, or no go.mod in it or above it.
    """
    try:
        if not folder.exists():
            raise SourceNotFoundError(f"There is no folder {folder}.", hint="Check the path.")
        if not folder.is_dir():
            raise SourceNotFoundError(
                f"{folder} is a file.", hint="Give the folder of a Go module or of a main package."
            )
        start = absolute_folder(folder)
        for candidate in (start, *start.parents):
            if (candidate / "go.mod").is_file():
                return candidate
    except OSError as error:
        raise SourceNotFoundError(
            f"The folder {folder} cannot be read: {error.strerror}.",
            hint="Check the path and its permissions.",
        ) from None
    raise SourceNotFoundError(
        f"There is no go.mod in {folder} or above it.",
        hint="Give the folder of a Go module, or make it one: go mod init example.com/tool.",
    )


def find_workspace(go: Toolchain, root: Path) -> Path | None:
    """The go.work that brings other folders in (the Go modules reference, "Workspaces").

    Args:
        go: the toolchain.
        root: the folder of the module's go.mod.
    """
    named = go.environment.get("GOWORK", "")
    if named:
        return None if named == "off" else Path(named)
    above = (root, *root.parents, *Path(os.path.realpath(root)).parents)
    return next((folder / "go.work" for folder in above if (folder / "go.work").exists()), None)


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
