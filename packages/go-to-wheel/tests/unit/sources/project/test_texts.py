"""README and licence files beside the source (sources/project/texts.py)."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from go_to_wheel.errors import MetadataError
from go_to_wheel.sources.project.texts import find_licenses, find_readme, read_readme
from helpers.needs import requirement


def unreadable(link: Path) -> Path:
    """Make a file that not even root can read."""
    memory = Path("/proc/self/mem")
    requirement("an unreadable file", memory.is_file(), "there is no /proc")
    link.symlink_to(memory)
    return link


def found(folder: Path, top: Path) -> list[str]:
    return [str(text.path) for text in find_licenses(folder, top)]


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("README.md", "text/markdown"),
        ("readme.MARKDOWN", "text/markdown"),
        ("README.rst", "text/x-rst"),
        ("README.txt", "text/plain"),
        ("README", "text/plain"),
    ],
)
def test_the_ending_says_which_markup_it_is(tmp_path: Path, name: str, content_type: str) -> None:
    (tmp_path / name).write_bytes("\ufeffGröße\r\n".encode())
    readme = read_readme(tmp_path / name)
    assert (readme.text, readme.content_type) == ("Größe\n", content_type)
    assert find_readme(tmp_path) == readme


@pytest.mark.parametrize("name", ["README.adoc", "README.org", "README.html", "README.mdx"])
def test_markup_that_the_index_does_not_know_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("x")
    with pytest.raises(MetadataError, match=name) as caught:
        read_readme(tmp_path / name)
    assert ".md (Markdown)" in caught.value.hint
    assert find_readme(tmp_path) is None


def test_a_readme_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MetadataError, match="No such file"):
        read_readme(tmp_path / "README.md")
    (tmp_path / "latin.md").write_bytes(b"Gr\xf6\xdfe")
    with pytest.raises(MetadataError, match="not UTF-8"):
        read_readme(tmp_path / "latin.md")
    (tmp_path / "folder.md").mkdir()
    with pytest.raises(MetadataError, match="Is a directory"):
        read_readme(tmp_path / "folder.md")
    with pytest.raises(MetadataError, match="cannot be read"):
        read_readme(unreadable(tmp_path / "README.md"))


def test_markdown_goes_before_the_others(tmp_path: Path) -> None:
    for name in ("README", "README.txt", "README.rst"):
        (tmp_path / name).write_text(name)
    assert [find_readme(tmp_path)] == [read_readme(tmp_path / "README.rst")]
    (tmp_path / "ReadMe.Md").write_text("markdown")
    readme = find_readme(tmp_path)
    assert readme
    assert readme.text == "markdown"


def test_what_is_no_readme_file_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "README.md").mkdir()
    (tmp_path / "README_first.md").write_text("x")
    (tmp_path / "README.go").write_text("x")
    assert find_readme(tmp_path) is None


@pytest.mark.parametrize(
    "name",
    ["LICENSE", "LICENCE", "license.txt", "LICENSE.md", "LICENSE-MIT", "License-Apache-2.0.txt",
     "UNLICENSE", "COPYING", "COPYING.LESSER", "NOTICE", "NOTICE.txt", "PATENTS"],
)  # fmt: skip
def test_licences_of_all_usual_names_are_found(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"text\r\n\xff")
    (text,) = find_licenses(tmp_path, tmp_path)
    assert (str(text.path), text.content) == (name, b"text\r\n\xff")


@pytest.mark.parametrize(
    "name",
    ["license.go", "LICENSE.json", "licenses", "licensed.txt", "MYLICENSE", "license_test.py",
     "notice.html", "COPYRIGHTS.md.tmpl", "LICENSES.spdx"],
)  # fmt: skip
def test_code_and_other_names_are_no_licences(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("x")
    assert find_licenses(tmp_path, tmp_path) == ()


def test_several_licences_come_in_order(tmp_path: Path) -> None:
    for name in ("NOTICE", "LICENSE-MIT", "LICENSE-APACHE"):
        (tmp_path / name).touch()
    assert found(tmp_path, tmp_path) == ["LICENSE-APACHE", "LICENSE-MIT", "NOTICE"]


def test_the_nearest_folder_with_licences_counts_but_none_above_the_top(tmp_path: Path) -> None:
    top = tmp_path / "top"
    inner = top / "cmd" / "tool"
    inner.mkdir(parents=True)
    (tmp_path / "LICENSE-OUTSIDE").touch()
    assert found(inner, top) == []
    (top / "LICENSE-TOP").touch()
    assert found(inner, top) == ["LICENSE-TOP"]
    (top / "cmd" / "LICENSE-CMD").touch()
    assert found(inner, top) == ["LICENSE-CMD"]


def test_the_top_is_the_top_however_it_is_written(tmp_path: Path) -> None:
    real = tmp_path / "real"
    (real / "cmd").mkdir(parents=True)
    (tmp_path / "LICENSE-OUTSIDE").touch()
    (tmp_path / "link").symlink_to(real)
    for folder in (real, tmp_path / "link"):
        for top in (real, tmp_path / "link", real / "cmd" / ".."):
            assert found(folder / "cmd", top) == []


def test_a_folder_outside_the_top_ends_at_the_root(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    assert isinstance(find_licenses(other, tmp_path / "unrelated"), tuple)


def test_a_licence_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    unreadable(tmp_path / "LICENSE")
    with pytest.raises(MetadataError, match="LICENSE cannot be read"):
        find_licenses(tmp_path, Path("/"))


def test_a_link_that_leads_out_of_the_project_is_refused(tmp_path: Path) -> None:
    top = tmp_path / "top"
    inner = top / "cmd"
    inner.mkdir(parents=True)
    for name in ("LICENSE", "README.md"):
        (tmp_path / name).write_text("secret")
        (inner / name).symlink_to(Path("..", "..", name))
    with pytest.raises(MetadataError, match=r"The link \S*LICENSE leads out of the project"):
        find_licenses(inner, top)
    for outer in (top, None):
        with pytest.raises(MetadataError, match=r"The link \S*README.md leads out of the project"):
            find_readme(inner, outer)
    assert read_readme(inner / "README.md").text == "secret"  # the user named it


def test_a_link_within_the_project_is_followed(tmp_path: Path) -> None:
    (tmp_path / "top" / "cmd").mkdir(parents=True)
    for name in ("LICENSE", "README.md"):
        (tmp_path / "top" / name).write_text("text")
        (tmp_path / "top" / "cmd" / name).symlink_to(Path("..", name))
    (tmp_path / "link").symlink_to(tmp_path / "top")
    for top in (tmp_path / "top", tmp_path / "link"):
        assert find_readme(top / "cmd", top)
        assert [text.content for text in find_licenses(top / "cmd", top)] == [b"text"]


@pytest.mark.skipif(sys.platform == "win32", reason="there are none")
def test_what_has_no_end_is_no_readme(tmp_path: Path) -> None:
    (tmp_path / "README.md").symlink_to("/dev/zero")
    with pytest.raises(MetadataError, match="not a regular file"):
        read_readme(tmp_path / "README.md")
    os.mkfifo(tmp_path / "pipe.md")
    with pytest.raises(MetadataError, match="not a regular file"):
        read_readme(tmp_path / "pipe.md")


def test_a_text_has_a_largest_size(tmp_path: Path) -> None:
    for name in ("LICENSE", "README.md"):
        (tmp_path / name).write_bytes(b"x" * 5_000_000)
    assert find_readme(tmp_path)
    assert find_licenses(tmp_path, tmp_path)
    for name in ("LICENSE", "README.md"):
        (tmp_path / name).write_bytes(b"x" * 5_000_001)
    with pytest.raises(MetadataError, match=r"README.md is larger than 5 MB"):
        find_readme(tmp_path)
    with pytest.raises(MetadataError, match=r"LICENSE is larger than 5 MB"):
        find_licenses(tmp_path, tmp_path)


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MetadataError, match="No such file"):
        find_readme(tmp_path / "missing")
    with pytest.raises(MetadataError, match="No such file"):
        find_licenses(tmp_path / "missing", tmp_path)
