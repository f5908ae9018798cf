from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from unit.check.wheels import INFO, LINUX, Wheel, elf, pure, rules_of, with_program

WHEEL = f"{INFO}/WHEEL"


def with_line(old: str, new: str) -> Wheel:
    wheel = with_program(elf(), LINUX)
    text = wheel.files[WHEEL].decode()
    assert old in text
    return wheel.plus({WHEEL: text.replace(old, new).encode()})


@pytest.mark.parametrize("filename", ["other-1.0-py3-none-any.whl", "tool-1.1-py3-none-any.whl"])
def test_a_dist_info_folder_of_another_name_is_an_error(filename: str, tmp_path: Path) -> None:
    report = replace(pure(), filename=filename).check(tmp_path)

    assert "dist-info" in rules_of(report)


def test_two_dist_info_folders_are_an_error(tmp_path: Path) -> None:
    report = pure().plus({"other-2.0.dist-info/METADATA": b"1"}).check(tmp_path)

    assert rules_of(report) == {"dist-info"}
    assert "other-2.0.dist-info" in report.errors[0].message


@pytest.mark.parametrize(
    "name", ["tool-1.0.data/nonsense/a", "tool-1.0.data/a", "other-1.0.data/scripts/a"]
)
def test_a_data_folder_that_installers_do_not_know_is_an_error(name: str, tmp_path: Path) -> None:
    report = pure().plus({name: b"1"}).check(tmp_path)

    assert rules_of(report) == {"data-folder"}
    assert report.errors[0].where == name


@pytest.mark.parametrize("scheme", ["purelib", "platlib", "headers", "scripts", "data"])
def test_each_install_scheme_is_known(scheme: str, tmp_path: Path) -> None:
    assert pure().plus({f"tool-1.0.data/{scheme}/a.txt": b"1"}).check(tmp_path).problems == ()


def test_no_wheel_file_is_an_error(tmp_path: Path) -> None:
    assert rules_of(pure().minus(WHEEL).check(tmp_path)) == {"wheel-file-missing"}


def test_a_wheel_file_that_is_not_utf8_is_an_error(tmp_path: Path) -> None:
    assert rules_of(pure().plus({WHEEL: b"\xff\xfe"}).check(tmp_path)) == {"wheel-file-syntax"}


@pytest.mark.parametrize(
    ("version", "rule"),
    [
        ("2.0", "wheel-version"),
        ("0.9", "wheel-version"),
        ("one", "wheel-version"),
        ("", "wheel-version"),
        ("1.1", "wheel-version-newer"),
        ("1.0", None),
        ("1", "wheel-version"),  # installer looks for "1."
    ],
)
def test_a_wheel_version_that_installers_do_not_know_is_a_fault(
    version: str, rule: str | None, tmp_path: Path
) -> None:
    report = with_line("Wheel-Version: 1.0", f"Wheel-Version: {version}").check(tmp_path)

    assert rules_of(report) == ({rule} if rule else set())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("Tag: py3-none-manylinux2014_x86_64\n", "", id="one-missing"),
        pytest.param("Tag: py3-none-manylinux2014_x86_64", "Tag: py3-none-any", id="another"),
        pytest.param("Tag: py3-", "Tag: py2-none-any\nTag: py3-", id="one-more"),
        pytest.param("Tag: py3-", "Tag: py2.py3-", id="compressed"),
        pytest.param("Tag: py3", "Tags: py3", id="none-at-all"),
    ],
)
def test_tag_lines_that_are_not_the_file_names_are_an_error(
    old: str, new: str, tmp_path: Path
) -> None:
    assert rules_of(with_line(old, new).check(tmp_path)) == {"wheel-tags"}


@pytest.mark.parametrize("value", ["true", "maybe", ""])
def test_root_is_purelib_must_fit_the_tags(value: str, tmp_path: Path) -> None:
    report = with_line("Root-Is-Purelib: false", f"Root-Is-Purelib: {value}").check(tmp_path)

    assert rules_of(report) == {"root-is-purelib"}
    assert not report.errors
