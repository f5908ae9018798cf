"""Licence texts and the README beside a program are found, and keep their paths."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from go_to_wheel.errors import ArchiveError
from go_to_wheel.sources.archive import open_archive
from go_to_wheel.sources.prebuilt import notices as module
from go_to_wheel.sources.prebuilt.notices import Notices, find_notices
from helpers.archives import FORMS, Entry, pack, program, text


def _found(folder: Path, entries: Sequence[Entry], form: str = "tar.gz") -> Notices:
    path = folder / "archive"
    path.write_bytes(pack(form, entries))
    with open_archive(path) as archive:
        found = next(each for each in archive.members() if each.base in {"tool", "tool.exe"})
        return find_notices(archive, found)


def _paths(found: Notices) -> list[str]:
    return [str(license_text.path) for license_text in found.licenses]


@pytest.mark.parametrize("form", FORMS)
def test_texts_beside_the_program_are_found(form: str, tmp_path: Path) -> None:
    entries = [
        text("LICENSE", "the licence"),
        text("README.md", "# Tool\n"),
        program("tool"),
        text("CHANGELOG.md"),
    ]
    found = _found(tmp_path, entries, form)
    assert [(str(each.path), each.content) for each in found.licenses] == [
        ("LICENSE", b"the licence")
    ]
    assert found.readme is not None
    assert (found.readme.text, found.readme.content_type) == ("# Tool\n", "text/markdown")


def test_the_one_folder_around_all_is_left_away(tmp_path: Path) -> None:
    entries = [text("tool-1.2/COPYING"), program("tool-1.2/bin/tool"), text("tool-1.2/README")]
    found = _found(tmp_path, entries)
    assert _paths(found) == ["COPYING"]
    assert found.readme is not None


@pytest.mark.parametrize(
    "name",
    [
        "LICENSE",
        "LICENCE.txt",
        "license.md",
        "LICENSE-MIT",
        "UNLICENSE",
        "COPYING.LESSER",
        "NOTICE",
        "NOTICES.txt",
        "COPYRIGHT",
        "THIRD_PARTY_LICENSES.txt",
        "third-party-notices.md",
        "THIRD_PARTY/LICENSE",
        "third_party/github.com/a/b/LICENSE.txt",
        "licenses/MIT.txt",
        "LICENSES/Apache-2.0.txt",
        "licenses/github.com/a/b/COPYING",
        "share/doc/tool/LICENSE",
    ],
)
def test_licences_are_known_by_name_or_folder_and_keep_their_path(
    name: str, tmp_path: Path
) -> None:
    assert _paths(_found(tmp_path, [program("bin/tool"), text(name)])) == [name]


@pytest.mark.parametrize(
    "name",
    [
        "licenses.go",
        "license.json",
        "licenses/dep.go",
        "node_modules/x/LICENSE",
        "third_party/dep/code.txt",
        "relicense",
        "AUTHORS",
        "LICENSE\nX",
    ],
)
def test_other_files_are_no_licences(name: str, tmp_path: Path) -> None:
    assert not _paths(_found(tmp_path, [program("bin/tool"), text("x"), text(name)]))


def test_licences_are_sorted_whatever_the_archives_order(tmp_path: Path) -> None:
    entries = [program("tool"), text("NOTICE"), text("LICENSE"), text("COPYING")]
    assert _paths(_found(tmp_path, entries)) == ["COPYING", "LICENSE", "NOTICE"]


def test_one_text_twice_is_one_and_two_of_one_name_are_an_error(tmp_path: Path) -> None:
    same = [program("tool"), text("LICENSE", "a"), text("LICENSE", "a"), text("license", "a")]
    assert _paths(_found(tmp_path, same)) == ["LICENSE"]
    with pytest.raises(ArchiveError, match="two different licence files named license"):
        _found(tmp_path, [program("tool"), text("LICENSE", "a"), text("license", "b")])


def test_markdown_is_the_readme_taken_before_others(tmp_path: Path) -> None:
    entries = [program("tool"), text("README", "plain"), text("README.md", "# mark")]
    found = _found(tmp_path, entries)
    assert found.readme is not None
    assert found.readme.text == "# mark"


@pytest.mark.parametrize(
    "entry",
    [text("docs/README.md"), text("README.html"), Entry(name="README.md", content=b"\xff\xfe\0")],
)
def test_a_readme_elsewhere_or_of_no_use_is_none(entry: Entry, tmp_path: Path) -> None:
    assert _found(tmp_path, [program("tool"), text("x"), entry]).readme is None


def test_texts_larger_than_any_real_one_are_not_read_into_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_LARGEST", 100)
    with pytest.raises(ArchiveError, match="licence texts in archive are too large"):
        _found(tmp_path, [program("tool"), text("LICENSE", "x" * 101)])
    monkeypatch.setattr(module, "_ALL_TOGETHER", 150)
    with pytest.raises(ArchiveError, match="too large, from NOTICE on"):
        _found(tmp_path, [program("tool"), text("LICENSE", "x" * 90), text("NOTICE", "y" * 90)])
