"""Results as JSON documents: the shapes that ``--json`` promises."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from ..check import CheckReport
from ..errors import GoToWheelError
from ..model import BuiltWheel
from ..pipeline import BuildReport
from ..planning import BuildPlan
from ..tags import expected_tags
from ..targets import DEFAULT_TARGETS, TARGETS

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | dict[str, Json] | None"


def report_document(report: BuildReport) -> Json:
    """A finished build."""
    return {
        **_head(report.plan),
        "wheels": [_wheel(wheel) for wheel in report.wheels],
        "failures": [
            {"target": failure.target.name, **error_document(failure.error)}
            for failure in report.failures
        ],
    }


def plan_document(plan: BuildPlan, output_dir: Path) -> Json:
    """What a build would do (``--dry-run``)."""
    return {
        **_head(plan),
        "output_dir": str(output_dir),
        "targets": [
            {
                "target": planned.target.name,
                "platform_tags": list(planned.expected_tags),
                "origin": planned.origin,
            }
            for planned in plan.targets
        ],
    }


def error_document(error: GoToWheelError) -> dict[str, Json]:
    """An error."""
    return {"error": error.message, "hint": error.hint, "detail": error.detail}


def checks_document(reports: Sequence[CheckReport]) -> Json:
    """What ``check`` found."""
    return {
        "wheels": [
            {
                "path": str(report.path),
                "ok": not report.errors,
                "problems": [
                    {
                        "level": str(problem.level),
                        "rule": problem.rule,
                        "where": problem.where,
                        "message": problem.message,
                        "hint": problem.hint,
                    }
                    for problem in report.problems
                ],
            }
            for report in reports
        ]
    }


def targets_document() -> Json:
    """The table of targets."""
    return {
        "targets": [
            {
                "target": target.name,
                "goos": str(target.system),
                "goarch": str(target.arch),
                "level": dict([target.level]) if target.level else {},
                "platform_tags": list(expected_tags(target, None)),
                "default": target in DEFAULT_TARGETS,
                "aliases": list(target.aliases),
            }
            for target in TARGETS
        ]
    }


def _head(plan: BuildPlan) -> dict[str, Json]:
    return {
        "source": plan.description,
        "name": str(plan.distribution.name),
        "version": str(plan.distribution.version),
        "layout": str(plan.distribution.layout),
        "commands": list(plan.commands),
        "aliases": {str(name): str(command) for name, command in plan.distribution.aliases},
        "warnings": list(plan.warnings),
    }


def _wheel(wheel: BuiltWheel) -> Json:
    return {
        "target": wheel.target.name,
        "path": str(wheel.path),
        "tags": list(wheel.tags),
        "size": wheel.size,
        "sha256": wheel.sha256,
        "seconds": round(wheel.seconds, 3),
        "warnings": list(wheel.warnings),
        "binaries": [
            {"command": binary.command, "size": binary.size, "sha256": binary.sha256}
            for binary in wheel.binaries
        ],
    }
