"""The one place where what goes wrong inside a parser becomes the product's own error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import InvalidBinaryError
from .image import Image


@contextmanager
def guarded(image: Image) -> Iterator[None]:
    """Turn whatever a parser raises for these bytes into InvalidBinaryError.

    The bytes are not ours, and libraries of many thousand lines read them: struct.error,
    KeyError, UnicodeDecodeError or RecursionError all mean the same to the user.

    Raises:
        InvalidBinaryError: the block raised it, or any other exception.
    """
    try:
        yield
    except InvalidBinaryError:
        raise
    except Exception as error:
        raise image.damaged("its header makes no sense") from error
