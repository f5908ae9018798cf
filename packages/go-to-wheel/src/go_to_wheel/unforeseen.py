"""The last resort for what the system refuses, where no other part has said what it means."""

from __future__ import annotations

import errno

from .errors import GoToWheelError

_ROOM = "Make room on the disk."
_RIGHTS = "See that you may use it, and that the disk may be written."
_HINTS = {
    errno.ENOSPC: _ROOM,
    errno.EDQUOT: _ROOM,
    errno.EACCES: _RIGHTS,
    errno.EPERM: _RIGHTS,
    errno.EROFS: _RIGHTS,
}


def unforeseen(where: str, error: OSError) -> GoToWheelError:
    """The error to tell the user.

    Args:
        where: the file, or what it is about.
        error: what the system says.
    """
    return GoToWheelError(
        f"{where}: {error.strerror or error}.",
        hint=_HINTS.get(error.errno or 0, "Check the path."),
    )
