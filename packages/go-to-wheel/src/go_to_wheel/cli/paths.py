"""The wheels that a user names."""

from __future__ import annotations

import shlex
from pathlib import Path

from ..errors import SourceNotFoundError


def wheels_in(path: Path) -> list[Path]:
    """The path itself, or the wheels in a folder.

    Raises:
        SourceNotFoundError: the folder has none.
    """
    if not path.is_dir():
        return [path]
    found = sorted(path.glob("*.whl"))
    if not found:
        raise SourceNotFoundError(
            f"There is no wheel in {path}.",
            hint="Name the wheels;"
            f" go-to-wheel . --output-dir {shlex.quote(str(path))} builds some there.",
        )
    return found
