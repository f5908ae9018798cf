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
    from .binary.codesign import CodeSignature
    from .check import CheckReport, Level, Problem, check_wheel
    from .config import with_config
    from .errors import GoToWheelError
    from .events import (
        Announced,
        Event,
        Fetching,
        LibraryBuilding,
        ModuleFetching,
        Observer,
        ProgramStarted,
        SourceRead,
        Stage,
        TargetMoved,
        Warned,
    )
    from .inspection import (
        Bill,
        Description,
        Effect,
        EffectKind,
        Inspection,
        Library,
        Program,
        RecordState,
        TagVerdict,
        inspect_wheel,
    )
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
        PackageFile,
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
    from .provenance.licenses import ModuleLicenses
    from .provenance.origin import (
        BinaryOrigin,
        BuildRecord,
        FileOrigin,
        FolderOrigin,
        ModuleOrigin,
        OriginRecord,
        ReleaseOrigin,
    )
    from .release import Proof, ProofKind, ReleaseOptions, TrustOptions
    from .request import BuildRequest
    from .targets import DEFAULT_TARGETS, TARGETS, Arch, System, Target, find_target, select_targets
    from .verification import Choice, Finding, Verdict, Verification, VerifyOptions, verify_wheels
    from .wheel.plan import Distribution

__all__ = [
    "DEFAULT_TARGETS",
    "TARGETS",
    "Alias",
    "Announced",
    "Arch",
    "Bill",
    "Binary",
    "BinaryFacts",
    "BinaryFormat",
    "BinaryOrigin",
    "BuildInfo",
    "BuildPlan",
    "BuildRecord",
    "BuildReport",
    "BuildRequest",
    "BuiltWheel",
    "CLibrary",
    "CheckReport",
    "Choice",
    "CodeSignature",
    "CommandName",
    "Description",
    "Distribution",
    "DistributionName",
    "Effect",
    "EffectKind",
    "Event",
    "Fetching",
    "FileOrigin",
    "Finding",
    "FolderOrigin",
    "GoModule",
    "GoOptions",
    "GoToWheelError",
    "ImportName",
    "Inspection",
    "Layout",
    "Level",
    "Libc",
    "Library",
    "LibraryBuilding",
    "LicenseText",
    "Metadata",
    "ModuleFetching",
    "ModuleLicenses",
    "ModuleOrigin",
    "Observer",
    "OriginRecord",
    "PackageFile",
    "Person",
    "PlannedTarget",
    "Problem",
    "Program",
    "ProgramStarted",
    "Proof",
    "ProofKind",
    "PythonPackage",
    "Readme",
    "RecordState",
    "ReleaseOptions",
    "ReleaseOrigin",
    "SourceRead",
    "Stage",
    "System",
    "TagVerdict",
    "Target",
    "TargetFailure",
    "TargetMoved",
    "TrustOptions",
    "Verdict",
    "Verification",
    "VerifyOptions",
    "Warned",
    "__version__",
    "build",
    "check_wheel",
    "find_target",
    "inspect_wheel",
    "parse_distribution_name",
    "parse_version",
    "plan_build",
    "select_targets",
    "verify_wheels",
    "with_config",
]

# Importing all of it takes a tenth of a second, which the command would pay at every start.
_HOMES = {
    "binary.codesign": ("CodeSignature",),
    "check": (
        "CheckReport",
        "Level",
        "Problem",
        "check_wheel",
    ),
    "config": ("with_config",),
    "errors": ("GoToWheelError",),
    "events": (
        "Announced",
        "Event",
        "Fetching",
        "LibraryBuilding",
        "ModuleFetching",
        "Observer",
        "ProgramStarted",
        "SourceRead",
        "Stage",
        "TargetMoved",
        "Warned",
    ),
    "inspection": (
        "Bill",
        "Description",
        "Effect",
        "EffectKind",
        "Inspection",
        "Library",
        "Program",
        "RecordState",
        "TagVerdict",
        "inspect_wheel",
    ),
    "metadata": (
        "LicenseText",
        "Metadata",
        "Person",
        "Readme",
    ),
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
        "PackageFile",
        "PythonPackage",
    ),
    "names": (
        "CommandName",
        "DistributionName",
        "ImportName",
        "parse_distribution_name",
        "parse_version",
    ),
    "pipeline": (
        "BuildReport",
        "TargetFailure",
        "build",
        "plan_build",
    ),
    "planning": (
        "BuildPlan",
        "PlannedTarget",
    ),
    "provenance.licenses": ("ModuleLicenses",),
    "provenance.origin": (
        "BinaryOrigin",
        "BuildRecord",
        "FileOrigin",
        "FolderOrigin",
        "ModuleOrigin",
        "OriginRecord",
        "ReleaseOrigin",
    ),
    "release": (
        "Proof",
        "ProofKind",
        "ReleaseOptions",
        "TrustOptions",
    ),
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
    "verification": (
        "Choice",
        "Finding",
        "Verdict",
        "Verification",
        "VerifyOptions",
        "verify_wheels",
    ),
    "wheel.plan": ("Distribution",),
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
