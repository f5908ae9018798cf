from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from go_to_wheel.check import Level
from unit.check.wheels import elf, pure, rules_of, with_program


@pytest.mark.parametrize(
    "filename",
    [
        "tool.whl",
        "tool-1.0-any.whl",
        "tool-1.0-x-py3-none-any.whl",
        "tool-one-py3-none-any.whl",
        "to ol-1.0-py3-none-any.whl",
        "tool-1.0-py3-none-.whl",
        "tool-1.0-py3-none-any.zip",
        "tool-1.0-py3-none-any.WHL",
    ],
)
def test_a_file_name_that_is_not_a_wheels_is_an_error(filename: str, tmp_path: Path) -> None:
    report = replace(pure(), filename=filename).check(tmp_path)

    assert rules_of(report) == {"filename"}
    assert report.errors[0].where == filename


def test_a_name_that_is_not_normalised_is_an_error(tmp_path: Path) -> None:
    report = replace(pure(), filename="Tool-1.0-py3-none-any.whl").check(tmp_path)

    # The dist-info folder is looked for by this spelling, letter by letter.
    assert rules_of(report) == {"filename-name", "dist-info"}
    assert "'tool'" in report.errors[0].message


def test_a_version_that_is_not_normal_is_an_error(tmp_path: Path) -> None:
    report = replace(pure(), filename="tool-v1.0-py3-none-any.whl").check(tmp_path)

    assert rules_of(report) == {"filename-version", "dist-info"}


def test_a_local_version_is_an_error(tmp_path: Path) -> None:
    wheel = pure().metadata("Version: 1.0", "Version: 1.0+local")

    report = replace(wheel, filename="tool-1.0+local-py3-none-any.whl").check(tmp_path)

    assert rules_of(report) == {"local-version", "dist-info"}


@pytest.mark.parametrize(
    "platform",
    ["linux_x86_64", "manylinux_2_17_armv6l", "macosx_11_1_arm64", "freebsd_14_amd64"],
)
def test_a_platform_tag_that_the_index_refuses_is_an_error(platform: str, tmp_path: Path) -> None:
    report = with_program(elf(), f"py3-none-{platform}").check(tmp_path)

    assert "platform-tag" in rules_of(report)
    assert platform in report.errors[0].message


def test_unsorted_tags_are_a_warning_that_names_their_order(tmp_path: Path) -> None:
    tag = "py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64"

    (problem,) = with_program(elf(), tag).check(tmp_path).problems

    assert (problem.rule, problem.level) == ("tag-order", Level.WARNING)
    assert "manylinux2014_x86_64.manylinux_2_17_x86_64" in problem.hint


def test_a_tag_that_is_named_twice_is_a_warning(tmp_path: Path) -> None:
    report = replace(pure(), filename="tool-1.0-py3.py3-none-any.whl").check(tmp_path)

    assert rules_of(report) == {"tag-duplicate"}
