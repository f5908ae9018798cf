"""The lock on disk: read where it exists, written whole or not at all."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from ...errors import ConfigError, OutputError
from .lock import Lock, parse_lock, render_lock

_LARGEST = 4 * 1024 * 1024  # bytes; a release has at most 1,000 assets


def read_lock(path: Path) -> Lock | None:
    """The lock in a file; None where there is no such file.

    Raises:
        ConfigError: it cannot be read, or is no lock.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(_LARGEST + 1)
    except FileNotFoundError:
        if path.is_symlink():
            raise _unreadable(path, "it is a link to a file that is not there") from None
        return None
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from None
    except ValueError:  # a NUL character in the path
        raise _unreadable(path, "no file can have that name") from None
    if len(content) > _LARGEST:
        raise _unreadable(path, "it is too large to be a lock")
    try:
        text = content.decode("utf-8")
    except ValueError:
        raise _unreadable(path, "it is no text in UTF-8") from None
    return parse_lock(text, str(path))


def _unreadable(path: Path, why: str) -> ConfigError:
    return ConfigError(
        f"{str(path)!r} cannot be read: {why}.",
        hint="Mend it, or name another file with --lock.",
    )


def write_lock(path: Path, lock: Lock) -> None:
    """Write a lock; another run sees the old file or the new one, never a part.

    Raises:
        OutputError: the folder or the disk cannot be written.
    """
    text = render_lock(lock)
    partial = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        try:
            with partial.open("x", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(
            f"{path} cannot be written: {error.strerror}.",
            hint="The wheels are in their place; see that its folder can be written.",
        ) from error
