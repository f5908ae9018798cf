"""Whatever the bytes are, reading them ends, and ends with no error but the product's own."""

from __future__ import annotations

import contextlib
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from go_to_wheel.errors import ArchiveError, ArtifactError, BinaryError
from go_to_wheel.sources.archive import Limits, open_archive
from go_to_wheel.sources.prebuilt.notices import find_notices
from go_to_wheel.sources.prebuilt.programs import Choice, choose_programs, unpack_programs
from go_to_wheel.targets import TARGETS, Target
from helpers.archives import (
    COMPRESSORS,
    FORMS,
    LINUX_AMD64,
    flipped,
    hard_link,
    pack,
    program,
    symlink,
    text,
)

_PROPERTY = settings(deadline=None, database=None, max_examples=400)
_LIMITS = Limits(unpacked=4 << 20, members=1000)

_GOOD = [
    *(
        pack(
            form,
            [
                text("tool/LICENSE"),
                program(f"tool/{'deep/' * 30}tool"),
                symlink("tool/link", "LICENSE"),
                *([hard_link("tool/hard", "tool/LICENSE")] if form != "zip" else []),
            ],
        )
        for form in FORMS
    ),
    *(compress(LINUX_AMD64) for compress in COMPRESSORS.values()),
]
_MAGICS = [data[:6] for data in _GOOD]

_cut = st.builds(lambda data, size: data[:size], st.sampled_from(_GOOD), st.integers(0, 4000))
_flipped = st.builds(
    flipped, st.sampled_from(_GOOD), st.lists(st.integers(0, 20_000), min_size=1, max_size=8)
)
_spliced = st.builds(
    lambda data, at, new: data[:at] + new + data[at + len(new) :],
    st.sampled_from(_GOOD),
    st.integers(0, 4000),
    st.binary(min_size=1, max_size=40),
)
_random = st.builds(lambda magic, rest: magic + rest, st.sampled_from(_MAGICS), st.binary())


@_PROPERTY
@given(data=_cut | _flipped | _spliced | _random | st.binary())
def test_bytes_from_anywhere_are_unpacked_or_refused(data: bytes) -> None:
    with TemporaryDirectory() as folder:
        path, out = Path(folder) / "archive", Path(folder) / "out"
        path.write_bytes(data)
        with contextlib.suppress(ArchiveError), open_archive(path, limits=_LIMITS) as archive:
            for member in archive.members():
                assert member.name
                assert not member.name.startswith("/")
                assert ".." not in member.name.split("/")
                with contextlib.suppress(ArchiveError):
                    archive.extract(member, out)
                out.unlink(missing_ok=True)


@_PROPERTY
@given(
    data=_cut | _flipped | _spliced,
    choice=st.sampled_from([Choice(), Choice(expected=("tool",)), Choice(binaries=("tool",))]),
    target=st.sampled_from(TARGETS),
)
def test_a_program_from_anywhere_is_found_whole_or_refused(
    data: bytes, choice: Choice, target: Target
) -> None:
    with TemporaryDirectory() as folder:
        path, out = Path(folder) / "archive", Path(folder) / "out"
        path.write_bytes(data)
        try:
            with open_archive(path, limits=_LIMITS) as archive:
                (member,) = choose_programs(archive, choice, target)
                for text_file in find_notices(archive, member).licenses:
                    assert not text_file.path.is_absolute()
                    assert ".." not in text_file.path.parts
                unpack_programs(archive, choice, target, [out])
        except (ArtifactError, BinaryError):
            assert not out.exists()
        else:
            assert out.stat().st_size
