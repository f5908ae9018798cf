from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from unit.check.wheels import (
    LINUX,
    MACOS,
    WINDOWS,
    Packed,
    Wheel,
    elf,
    macho,
    pe,
    pure,
    with_program,
    with_script,
)


@pytest.mark.parametrize(
    "wheel",
    [
        pytest.param(pure(), id="pure"),
        pytest.param(with_program(elf(), LINUX), id="linux-package"),
        pytest.param(with_script(elf(), LINUX), id="linux-native"),
        pytest.param(with_program(macho(), MACOS), id="macos-package"),
        pytest.param(with_script(macho(), MACOS), id="macos-native"),
        pytest.param(with_program(pe(), WINDOWS, ".exe"), id="windows-package"),
        pytest.param(pure().plus({"tool/ä.py": b"1"}), id="name-in-utf8"),
        pytest.param(replace(pure(), filename="tool-1.0-1-py3-none-any.whl"), id="build-tag"),
    ],
)
def test_a_wheel_without_fault_has_no_problem(wheel: Wheel, tmp_path: Path) -> None:
    report = wheel.check(tmp_path)

    assert report.problems == ()
    assert report.path.parent == tmp_path


def test_folders_of_their_own_are_no_fault(tmp_path: Path) -> None:
    names = ("tool/", "tool/bin/", "tool-1.0.data/scripts/")
    folders = [Packed(name=name, mode=0o040755, method=0) for name in names]
    wheel = replace(with_program(elf(), LINUX), change=lambda members: [*folders, *members])

    assert wheel.check(tmp_path).problems == ()
