"""Executable files on disk, as values."""

from __future__ import annotations

import os
from pathlib import Path

from ..digests import sha256_of
from ..errors import OutputError
from ..model import Binary
from ..names import CommandName
from ..targets import Target


def absolute_folder(folder: Path) -> Path:
    """The same folder by an absolute path, in which each parent is truly the one above.

    ``..`` is resolved, since ``/a/b/..`` has no name of its own and seems to lie below
    ``/a/b``; other symbolic links stay as they are written.
    """
    return Path(os.path.realpath(folder)) if ".." in folder.parts else folder.absolute()


def describe_binary(path: Path, target: Target, command: CommandName) -> Binary:
    """The value that stands for an executable file.

    Raises:
        OutputError: the file cannot be read back.
    """
    try:
        digest = sha256_of(path)
        size = path.stat().st_size
    except OSError as error:
        raise OutputError(
            f"The binary {path.name} cannot be read back: {error.strerror}.",
            hint="Is there room on the disk for temporary files?",
        ) from error
    return Binary(target=target, command=command, path=path, sha256=digest, size=size)
