"""What static libraries leave in a stripped program (binary/traces.py)."""

from __future__ import annotations

from pathlib import Path

import pytest

from go_to_wheel.binary.traces import find_traces
from go_to_wheel.errors import InvalidBinaryError
from go_to_wheel.model import NO_TRACES, Traces

LITTLE = bytes.fromhex("04000000 10000000 01000000 474e5500 00000000 02000000")
BIG = bytes.fromhex("00000004 00000010 00000001 474e5500 00000000 00000002")
BUILD_ID = bytes.fromhex("04000000 14000000 03000000 474e5500 00000000 02000000")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\x7fELF" + BUILD_ID + b"St9exceptionally", NO_TRACES),
        (b"\x7fELF" + LITTLE, Traces(glibc_start=True)),
        (b"\x7fELF" + BIG + b"\0St9exception\0", Traces(glibc_start=True, cxx=True)),
        (b"MZ\0St9exception\0", Traces(cxx=True)),
    ],
)
def test_traces_are_found_without_symbols(content: bytes, expected: Traces, tmp_path: Path) -> None:
    (tmp_path / "program").write_bytes(content)
    assert find_traces(tmp_path / "program") == expected


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    for name in ("empty", "missing"):
        with pytest.raises(InvalidBinaryError, match=f"{name} cannot be read"):
            find_traces(tmp_path / name)
