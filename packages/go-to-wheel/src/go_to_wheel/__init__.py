"""Compiled programs as Python wheels.

The same pipeline that the command runs, as a small typed API::

    from go_to_wheel import BuildRequest, build, with_config

    report = build(with_config(BuildRequest(source="./mytool", targets=("linux-amd64",))))
    for wheel in report.wheels:
        print(wheel.path, wheel.tags)

Every error is a ``GoToWheelError``; ``go_to_wheel.errors`` draws the whole tree.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from ._version import __version__

if TYPE_CHECKING:
    from .check import CheckReport, Level, Problem, check_wheel
    from .config import with_config
    from .errors import GoToWheelError
    from .events import Event, Observer, ProgramStarted, SourceRead, Stage, TargetMoved, Warned
    from .metadata import LicenseText, Metadata, Person, Readme
    from .model import (
        Alias,
        Binary,
        BinaryFacts,
        BinaryFormat,
        BuildInfo,
        BuiltWheel,
        CLibrary,
        GoModule,
        GoOptions,
        Layout,
        Libc,
        PythonPackage,
    )
    from .names import (
        CommandName,
        DistributionName,
        ImportName,
        parse_distribution_name,
        parse_version,
    )
    from .pipeline import BuildReport, TargetFailure, build, plan_build
    from .planning import BuildPlan, PlannedTarget
    from .request import BuildRequest
    from .targets import DEFAULT_TARGETS, TARGETS, Arch, System, Target, find_target, select_targets

__all__ = [
    "DEFAULT_TARGETS",
    "TARGETS",
    "Alias",
    "Arch",
    "Binary",
    "BinaryFacts",
    "BinaryFormat",
    "BuildInfo",
    "BuildPlan",
    "BuildReport",
    "BuildRequest",
    "BuiltWheel",
    "CLibrary",
    "CheckReport",
    "CommandName",
    "DistributionName",
    "Event",
    "GoModule",
    "GoOptions",
    "GoToWheelError",
    "ImportName",
    "Layout",
    "Level",
    "Libc",
    "LicenseText",
    "Metadata",
    "Observer",
    "Person",
    "PlannedTarget",
    "Problem",
    "ProgramStarted",
    "PythonPackage",
    "Readme",
    "SourceRead",
    "Stage",
    "System",
    "Target",
    "TargetFailure",
    "TargetMoved",
    "Warned",
    "__version__",
    "build",
    "check_wheel",
    "find_target",
    "parse_distribution_name",
    "parse_version",
    "plan_build",
    "select_targets",
    "with_config",
]

# Importing all of it takes a tenth of a second, which the command would pay at every start.
_HOMES = {
    "check": ("CheckReport", "Level", "Problem", "check_wheel"),
    "config": ("with_config",),
    "errors": ("GoToWheelError",),
    "events": (
        "Event",
        "Observer",
        "ProgramStarted",
        "SourceRead",
        "Stage",
        "TargetMoved",
        "Warned",
    ),
    "metadata": ("LicenseText", "Metadata", "Person", "Readme"),
    "model": (
        "Alias",
        "Binary",
        "BinaryFacts",
        "BinaryFormat",
        "BuildInfo",
        "BuiltWheel",
        "CLibrary",
        "GoModule",
        "GoOptions",
        "Layout",
        "Libc",
        "PythonPackage",
    ),
    "names": (
        "CommandName",
        "DistributionName",
        "ImportName",
        "parse_distribution_name",
        "parse_version",
    ),
    "pipeline": ("BuildReport", "TargetFailure", "build", "plan_build"),
    "planning": ("BuildPlan", "PlannedTarget"),
    "request": ("BuildRequest",),
    "targets": (
        "DEFAULT_TARGETS",
        "TARGETS",
        "Arch",
        "System",
        "Target",
        "find_target",
        "select_targets",
    ),
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for (PEP 562)."""
    for module, names in _HOMES.items():
        if name in names:
            value: object = getattr(importlib.import_module(f".{module}", __name__), name)
            globals()[name] = value
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """The public names, imported or not."""
    return sorted(__all__)
