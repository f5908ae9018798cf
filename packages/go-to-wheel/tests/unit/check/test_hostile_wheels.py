from __future__ import annotations

import contextlib
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from go_to_wheel.check import CheckReport, check_wheel
from go_to_wheel.errors import InvalidWheelError
from unit.check.wheels import (
    EXECUTABLE,
    INFO,
    LINUX,
    MACOS,
    STORED,
    WINDOWS,
    Packed,
    Wheel,
    elf,
    macho,
    pack,
    pe,
    pure,
    rules_of,
    with_program,
)

WHEELS = [
    pure(),
    with_program(elf(), LINUX),
    with_program(macho(), MACOS),
    with_program(pe(), WINDOWS, ".exe"),
]
ARCHIVES = [wheel.to_bytes() for wheel in WHEELS]
# Without compression, a changed byte reaches the parsers of the text inside.
PLAIN = [
    replace(
        wheel, change=lambda members: [replace(member, method=STORED) for member in members]
    ).to_bytes()
    for wheel in WHEELS
]

TEXTS = st.one_of(
    st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.binary(max_size=200),
    st.lists(
        st.sampled_from(
            [b"Metadata-Version: 2.4\n", b"Name: tool\n", b"Version: 1.0\n", b"Version: ", b"\n",
             b"Requires-Dist: a; (", b"Author-email: <(", b"Content-Type: multipart/mixed\n",
             b"Description-Content-Type: a/b; c*", b"License-Expression: (MIT OR", b"Tag: a-b-",
             b"[console_scripts]\n", b"a = b:c", b" = ", b"%(a)s", b"a,sha256=,1\n", b'"', b",",
             b"\xff", b"=?utf-8?q?=C3?=", b"Keywords: \n  x\n", b"Project-URL: a, http://[\n",
             b"License-File: ", b"Wheel-Version: 1.", b"License: \r\n x", b"\x00"]
        ),
        max_size=12,
    ).map(b"".join),
)  # fmt: skip


@contextlib.contextmanager
def written(content: bytes, name: str = "tool-1.0-py3-none-any.whl") -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        yield path


def check(content: bytes, name: str = "tool-1.0-py3-none-any.whl") -> CheckReport | None:
    """Check these bytes; None where they are no archive. Nothing else may be raised."""
    with written(content, name) as path:
        try:
            report = check_wheel(path)
        except InvalidWheelError:
            return None
    for problem in report.problems:
        assert problem.message
        assert problem.hint
        assert problem.where.isprintable()
        assert problem.message.isprintable()
    return report


@given(st.binary(max_size=400))
def test_random_bytes_are_no_wheel(content: bytes) -> None:
    assert check(content) is None


@given(archive=st.sampled_from(ARCHIVES + PLAIN), data=st.data())
def test_a_wheel_with_changed_bytes_raises_nothing_unexpected(
    archive: bytes, data: st.DataObject
) -> None:
    content = bytearray(archive)
    position = st.integers(0, len(content) - 1)
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(position)] = data.draw(st.integers(0, 255))

    check(bytes(content))


@given(archive=st.sampled_from(ARCHIVES), data=st.data())
def test_a_wheel_with_bytes_cut_out_or_doubled_raises_nothing_unexpected(
    archive: bytes, data: st.DataObject
) -> None:
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(archive))] * 2)))

    check(archive[:start] + archive[end:])
    check(archive[:end] + archive[start:])


@given(
    name=st.sampled_from(["METADATA", "WHEEL", "RECORD", "entry_points.txt"]),
    text=TEXTS,
    wheel=st.sampled_from(WHEELS),
)
@example(
    "METADATA", b"Metadata-Version: 2.4\nDescription-Content-Type: text/plain; x*\n\n", WHEELS[0]
)
@example("METADATA", b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\na\n--x--\n", WHEELS[0])
@example("RECORD", b"a,b," + b"9" * 5000, WHEELS[0])
def test_texts_of_any_content_raise_nothing_unexpected(
    name: str, text: bytes, wheel: Wheel
) -> None:
    if name == "RECORD":
        changed = replace(wheel, record=lambda _: text)
    else:
        changed = wheel.plus({f"{INFO}/{name}": text})

    assert check(changed.to_bytes()) is not None


@given(name=st.text(max_size=30), content=st.binary(max_size=100), mode=st.integers(0, 0xFFFF))
def test_members_of_any_name_content_and_mode_raise_nothing_unexpected(
    name: str, content: bytes, mode: int
) -> None:
    raw_name = name.encode("utf-8", "surrogatepass")
    odd = Packed(name="odd", raw_name=raw_name, local_name=raw_name, content=content, mode=mode)

    assert check(pack([odd])) is not None


@given(
    head=st.sampled_from(
        [elf()[:64], macho()[:32], pe()[:512], b"\xca\xfe\xba\xbe\0\0\0\2", b"MZ", b"!<arch>\n"]
    ),
    tail=st.binary(max_size=300),
    place=st.sampled_from(["tool/bin/tool", "tool/bin/tool.exe", "tool/odd", "tool/odd.so"]),
)
def test_programs_of_any_bytes_raise_nothing_unexpected(
    head: bytes, tail: bytes, place: str
) -> None:
    wheel = pure().plus({place: head + tail}, {place: EXECUTABLE})

    for tag in (LINUX, MACOS, WINDOWS, "py3-none-any"):
        assert check(wheel.to_bytes(), f"tool-1.0-{tag}.whl") is not None


@given(st.text(st.characters(exclude_characters="/\0", codec="utf-8"), min_size=1, max_size=60))
def test_file_names_of_any_form_raise_nothing_unexpected(name: str) -> None:
    assert check(ARCHIVES[0], f"{name}.whl") is not None


def test_a_member_that_hides_its_size_is_left_when_it_exceeds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = zlib.compressobj(9, wbits=-15)
    piece = bytes(1 << 20)
    packed = b"".join(engine.compress(piece) for _ in range(256)) + engine.flush()
    bomb = Packed(name="tool/bin/bomb", packed=packed, size=1000, mode=EXECUTABLE)
    wheel = replace(pure(), change=lambda members: [*members, bomb])
    produced = _count_unpacked(monkeypatch)

    report = wheel.check(tmp_path)

    assert rules_of(report) == {"zip-bytes", "record-unlisted"}
    assert sum(produced) < 1 << 20, "it was unpacked to its end"


def test_a_hundred_thousand_members_are_no_problem(tmp_path: Path) -> None:
    files = {f"tool/data/{number}.txt": b"" for number in range(100_000)}
    wheel = pure().plus(files).changed("tool/data/7.txt", mode=0o120777)

    assert rules_of(wheel.check(tmp_path)) == {"zip-file-type"}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"[console_scripts]\n" + b"a" * 4000 + b" " * 4000, id="line"),
        pytest.param(
            b"[console_scripts]\n" + b"".join(b"a%d = b:c\n" % n for n in range(50_000)), id="many"
        ),
    ],
)
def test_entry_points_that_would_take_long_to_read_do_not(text: bytes, tmp_path: Path) -> None:
    report = pure().plus({f"{INFO}/entry_points.txt": text}).check(tmp_path)

    assert report.errors


def _count_unpacked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Note how many bytes zlib gives out at a time."""
    produced: list[int] = []
    real = zlib.decompressobj

    class Counting:
        def __init__(self, wbits: int) -> None:
            self._engine = real(wbits)

        def __getattr__(self, name: str) -> object:
            return getattr(self._engine, name)

        def decompress(self, data: bytes, limit: int) -> bytes:
            piece = self._engine.decompress(data, limit)
            produced.append(len(piece))
            return piece

    monkeypatch.setattr(zlib, "decompressobj", Counting)
    return produced
