"""What the tests of the parsers share: bytes in a file, read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from go_to_wheel.binary import read_binary
from go_to_wheel.errors import InvalidBinaryError
from go_to_wheel.model import BinaryFacts

Read = Callable[[bytes], BinaryFacts]
Refusal = Callable[[bytes], str]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads an executable of one architecture from its bytes."""

    def read_bytes(data: bytes) -> BinaryFacts:
        path = tmp_path / "tool"
        path.write_bytes(data)
        (facts,) = read_binary(path)
        return facts

    return read_bytes


@pytest.fixture
def refusal(tmp_path: Path) -> Refusal:
    """The message with which bytes are refused."""

    def refused(data: bytes) -> str:
        path = tmp_path / "tool"
        path.write_bytes(data)
        with pytest.raises(InvalidBinaryError) as caught:
            read_binary(path)
        assert str(tmp_path) not in str(caught.value)
        assert caught.value.message.startswith("tool ")
        return caught.value.message

    return refused
