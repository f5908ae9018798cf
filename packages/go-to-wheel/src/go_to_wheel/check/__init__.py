"""Would the index and every installer take this wheel, and would it work?

``check_wheel`` reads any wheel, from anywhere and made by anything. The rules come in
families, one module each; every module says where its rules come from. "(ran)" in a comment
means that pip 26.3, uv 0.13 or installer 1.1 was seen to do what it says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

from . import archive, binaries, filename, layout, members, metadata, record, scripts
from .opened import OpenWheel, open_wheel
from .report import CheckReport, Level, Problem, gathered

__all__ = ["CheckReport", "Level", "Problem", "check_wheel"]

_FAMILIES: tuple[Callable[[OpenWheel], Iterator[Problem]], ...] = (
    filename.rules,
    archive.rules,
    members.rules,
    layout.rules,
    record.rules,
    metadata.rules,
    scripts.rules,
    binaries.rules,
)


def check_wheel(path: Path) -> CheckReport:
    """Check a wheel against every rule that the index or an installer enforces.

    Its members are unpacked one by one in small pieces, and nothing is executed.

    Args:
        path: the wheel; its file name counts.

    Raises:
        InvalidWheelError: the file cannot be read, or is no ZIP archive.
        OutputError: the folder for temporary files cannot be written.
    """
    wheel = open_wheel(path)
    problems = chain.from_iterable(rules(wheel) for rules in _FAMILIES)
    return CheckReport(path=path, problems=gathered(problems))
