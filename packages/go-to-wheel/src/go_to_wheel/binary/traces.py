"""What static libraries leave in a program that is stripped of its symbols."""

from __future__ import annotations

import mmap
from pathlib import Path

from ..errors import InvalidBinaryError
from ..model import Traces

# The note by which glibc's start files say for which kernel they are: NT_GNU_ABI_TAG of owner GNU,
# sixteen bytes for Linux (LSB Core, "ABI note tag"), in both byte orders.
_START_NOTES = tuple(
    b"".join(number.to_bytes(4, order) for number in (4, 16, 1)) + b"GNU\0" + bytes(4)
    for order in ("little", "big")
)
# The name of the type std::exception (Itanium C++ ABI, "Mangling"): the library holds it wherever
# anything of it can fail, and a program alone never does.
_CXX_NAME = b"St9exception\0"


def find_traces(path: Path) -> Traces:
    """Look through the whole of a program.

    Raises:
        InvalidBinaryError: it is empty, or cannot be read.
    """
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return Traces(
                glibc_start=any(data.find(note) >= 0 for note in _START_NOTES),
                cxx=data.find(_CXX_NAME) >= 0,
            )
    except (OSError, ValueError) as error:  # ValueError: it is empty
        raise InvalidBinaryError(
            f"{path.name} cannot be read: {error}.", hint="Build it again."
        ) from error
