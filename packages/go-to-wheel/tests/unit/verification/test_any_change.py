"""Whatever is changed in a wheel, it is never proven, and nothing crashes."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from go_to_wheel.verification import Verdict, VerifyOptions, verify_wheels
from helpers.tampering import tampered
from unit.verification.test_verify import Made, make

COUNT = 60  # of examples; each one makes a wheel again


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(tmp_path_factory.mktemp("made"))


@pytest.fixture(scope="module")
def names(made: Made) -> list[str]:
    with zipfile.ZipFile(made.wheel) as archive:
        return [info.filename for info in archive.infolist() if info.file_size]


def verdict_of(wheel: Path, made: Made) -> Verdict:
    (found,) = verify_wheels([wheel], VerifyOptions(source=made.source))
    assert bool(found.findings) is (found.verdict is not Verdict.PROVEN)
    return found.verdict


@settings(max_examples=COUNT, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_flipped_bit_of_any_file_goes_unseen(
    data: st.DataObject, made: Made, names: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    name = data.draw(st.sampled_from(names))
    place = data.draw(st.integers(0, 1 << 16))
    bit = data.draw(st.integers(0, 7))

    def flip(content: bytes) -> bytes:
        changed = bytearray(content)
        changed[place % len(content)] ^= 1 << bit
        return bytes(changed)

    wheel = tampered(made.wheel, tmp_path_factory.mktemp("bad"), (name, flip))
    assert verdict_of(wheel, made) is not Verdict.PROVEN


@settings(max_examples=COUNT, deadline=None, suppress_health_check=list(HealthCheck))
@given(place=st.integers(0, 1 << 20), bit=st.integers(0, 7))
def test_no_flipped_bit_of_the_archive_goes_unseen(
    place: int, bit: int, made: Made, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = bytearray(made.wheel.read_bytes())
    content[place % len(content)] ^= 1 << bit
    wheel = tmp_path_factory.mktemp("bad") / made.wheel.name
    wheel.write_bytes(content)
    assert verdict_of(wheel, made) is not Verdict.PROVEN


def test_the_wheel_itself_is_proven(made: Made) -> None:
    assert verdict_of(made.wheel, made) is Verdict.PROVEN
