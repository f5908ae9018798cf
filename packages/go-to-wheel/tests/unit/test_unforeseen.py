"""The last resort for what the system refuses (unforeseen.py)."""

from __future__ import annotations

import errno
import os

import pytest

from go_to_wheel.errors import GoToWheelError
from go_to_wheel.unforeseen import unforeseen

ROOM = "Make room on the disk."
RIGHTS = "See that you may use it, and that the disk may be written."


@pytest.mark.parametrize(
    ("number", "hint"),
    [
        (errno.ENOSPC, ROOM),
        (errno.EDQUOT, ROOM),
        (errno.EACCES, RIGHTS),
        (errno.EPERM, RIGHTS),
        (errno.EROFS, RIGHTS),
        (errno.ENOENT, "Check the path."),
        (errno.EIO, "Check the path."),
    ],
    ids=errno.errorcode.get,
)
def test_each_refusal_comes_with_what_helps_there(number: int, hint: str) -> None:
    error = unforeseen("some/file", OSError(number, os.strerror(number), "some/file"))
    assert type(error) is GoToWheelError
    assert (error.message, error.hint) == (f"some/file: {os.strerror(number)}.", hint)


def test_an_error_without_a_number_is_told_too() -> None:
    error = unforeseen("A file", OSError("odd"))
    assert str(error) == "A file: odd. Check the path."
