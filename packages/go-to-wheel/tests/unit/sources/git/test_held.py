"""Whether files are as git's index has them (sources/git/held.py)."""

from __future__ import annotations

import hashlib
import tracemalloc
from pathlib import Path

import pytest

from go_to_wheel.sources.git.held import Tracked, changed_files, parse_index

EMPTY = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"  # what git calls an empty file
COMMIT = "12" * 20


def blob(content: bytes) -> Tracked:
    data = b"blob %d\0%b" % (len(content), content)
    return Tracked(blob=hashlib.sha1(data, usedforsecurity=False).hexdigest())


def test_the_index_is_read_as_git_lists_it() -> None:
    lines = [
        f"H 100644 {EMPTY} 0\ta b/ü\n\t.go", f"h 100644 {EMPTY} 0\tb", f"S 100755 {EMPTY} 0\tc",
        f"s 100644 {EMPTY} 0\td", f"H 160000 {COMMIT} 0\te", f"M 100644 {EMPTY} 2\tf",
        f"H 100644 {'ab' * 32} 0\tg", "nonsense", "",
    ]  # fmt: skip

    index = parse_index("\0".join(lines))

    assert index == {
        "a b/ü\n\t.go": Tracked(blob=EMPTY),
        "b": Tracked(blob=EMPTY, is_hidden=True),
        "c": Tracked(blob=EMPTY, is_hidden=True),
        "d": Tracked(blob=EMPTY, is_hidden=True),
        "e": Tracked(blob=COMMIT, is_submodule=True),
        "f": Tracked(blob=EMPTY),
        "g": Tracked(blob="ab" * 32),
    }


@pytest.mark.parametrize(
    ("content", "committed", "same"),
    [
        (b"", b"", True),
        (b"a\n", b"a\n", True),
        (b"a\n", b"b\n", False),
        (b"a\r\nb\r\n", b"a\nb\n", True),
        (b"a\r\nb\n", b"a\nb\n", False),
        (b"a\nb\n", b"a\r\nb\r\n", False),
        (b"a\r\n", b"a\r\n", True),
    ],
)
def test_line_ends_of_windows_are_the_same_only_where_git_makes_them_everywhere(
    tmp_path: Path, content: bytes, committed: bytes, same: bool
) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)
    index = {"file": blob(committed)}

    assert list(changed_files([file], tmp_path, index, {"file"})) == ([] if same else [file])
    plain = list(changed_files([file], tmp_path, index, {"other"}))
    assert plain == ([] if content == committed else [file])


@pytest.mark.parametrize("name", ["sha1", "sha256"])
def test_a_large_file_is_never_in_memory_as_a_whole(tmp_path: Path, name: str) -> None:
    size, file = 64 << 20, tmp_path / "file"
    with file.open("wb") as stream:
        stream.truncate(size)
    digest = hashlib.new(name, b"blob %d\0" % size + bytes(size), usedforsecurity=False).hexdigest()
    index = {"file": Tracked(blob=digest)}

    tracemalloc.start()
    try:
        assert list(changed_files([file], tmp_path, index)) == []
        assert list(changed_files([file], tmp_path, {"file": blob(b"")})) == [file]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < size / 4


def test_a_file_of_git_lfs_is_held_by_its_digest(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"large\n")
    digest = hashlib.sha256(b"large\n").hexdigest()
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize 6\n"

    assert list(changed_files([file], tmp_path, {"file": blob(pointer.encode())})) == []
    file.write_bytes(b"Large\n")
    assert list(changed_files([file], tmp_path, {"file": blob(pointer.encode())})) == [file]


def test_a_link_counts_by_what_it_says_and_where_it_leads(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "file").write_bytes(b"a\n")
    (tmp_path / "two").symlink_to("real")
    (tmp_path / "one").symlink_to("./two")
    file = tmp_path / "one" / "file"
    index = {"real/file": blob(b"a\n"), "two": blob(b"real"), "one": blob(b"./two")}

    assert list(changed_files([file], tmp_path, index)) == []
    for name in index:
        without = {each: tracked for each, tracked in index.items() if each != name}
        assert list(changed_files([file], tmp_path, without)) == [file]
    assert list(changed_files([file], tmp_path, {**index, "one": blob(b"two")})) == [file]


def test_links_that_lead_nowhere_or_round_are_no_files(tmp_path: Path) -> None:
    (tmp_path / "round").symlink_to("round")
    (tmp_path / "gone").symlink_to("nothing")
    (tmp_path / "out").symlink_to(tmp_path.parent)
    (tmp_path / "folder").mkdir()
    index = {
        "round": blob(b"round"), "gone": blob(b"nothing"), "folder": blob(b""),
        "out": blob(str(tmp_path.parent).encode()),
    }  # fmt: skip
    files = [tmp_path / name for name in ("round/x", "gone", "out/x", "folder")]

    assert list(changed_files(files, tmp_path, index)) == files
