"""The folder for temporary files, made for one piece of work and gone after it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import OutputError


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A new folder below the system's one for temporary files (TMPDIR).

    Raises:
        OutputError: there is none that can be written.
    """
    try:
        folder = tempfile.TemporaryDirectory(prefix="go-to-wheel-")
    except OSError as error:
        raise unwritable_scratch(error) from error
    with folder as name:
        yield Path(name)


def unwritable_scratch(error: OSError) -> OutputError:
    """The error that says there is no room for temporary files.

    Args:
        error: what the system says.
    """
    return OutputError(
        f"The folder for temporary files cannot be written: {error.strerror}.",
        hint="Make room there, or name another folder with the variable TMPDIR.",
    )
