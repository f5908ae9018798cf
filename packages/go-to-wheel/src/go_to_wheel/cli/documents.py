"""Results as JSON documents: the shapes that ``--json`` promises."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias, cast

from ..binary.codesign import CodeSignature
from ..check import CheckReport, Problem
from ..errors import GoToWheelError
from ..inspection import Bill, Description, Inspection, Program
from ..model import BinaryFacts, BuildInfo, BuiltWheel, GoModule
from ..pipeline import BuildReport
from ..planning import BuildPlan
from ..provenance.origin import OriginRecord
from ..provenance.record import proof_document, render_origin
from ..tags import expected_tags
from ..targets import DEFAULT_TARGETS, TARGETS
from ..verification import Verdict, Verification

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
                "problems": [_problem(problem) for problem in report.problems],
            }
            for report in reports
        ]
    }


def inspections_document(
    wheels: Sequence[Inspection], unreadable: Sequence[GoToWheelError]
) -> Json:
    """What is inside wheels (``inspect``)."""
    return {
        "wheels": [_inspection(wheel) for wheel in wheels],
        "failures": [error_document(each) for each in unreadable],
    }


def verifications_document(verifications: Sequence[Verification]) -> Json:
    """What ``verify`` found."""
    return {
        "wheels": [
            {
                "path": str(each.path),
                "proven": each.verdict is Verdict.PROVEN,
                "verdict": str(each.verdict),
                "method": each.method,
                "findings": [
                    {
                        "where": finding.where,
                        "message": finding.message,
                        "hint": finding.hint,
                        "lines": list(finding.lines),
                    }
                    for finding in each.findings
                ],
                "same_binaries": list(each.same),
                "chosen": [{"name": one.name, "value": one.value} for one in each.chosen],
                "verified": [cast("Json", proof_document(proof)) for proof in each.proofs],
                "notes": list(each.notes),
                "origin": _origin(each.origin),
            }
            for each in verifications
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
        "verified": [cast("Json", proof_document(proof)) for proof in wheel.proofs],
        "binaries": [
            {"command": binary.command, "size": binary.size, "sha256": binary.sha256}
            for binary in wheel.binaries
        ],
    }


def _problem(problem: Problem) -> Json:
    return {
        "level": str(problem.level),
        "rule": problem.rule,
        "where": problem.where,
        "message": problem.message,
        "hint": problem.hint,
    }


def _inspection(wheel: Inspection) -> Json:
    return {
        "path": str(wheel.path),
        "size": wheel.size,
        "unpacked_size": wheel.unpacked,
        "files": wheel.members,
        "unread": wheel.unread,
        "metadata": _description(wheel.about),
        "name_fault": wheel.name_fault,
        "python_tags": list(wheel.pythons),
        "abi_tags": list(wheel.abis),
        "platform_tags": [
            {"tag": each.tag, "deserved": each.deserved, "reason": each.reason}
            for each in wheel.tags
        ],
        "commands": list(wheel.commands),
        "programs": [_program(program) for program in wheel.programs],
        "libraries": [
            {"path": each.path, "format": str(each.format), "size": each.size}
            for each in wheel.libraries
        ],
        "license_files": list(wheel.licenses),
        "sboms": [_bill(each) for each in wheel.bills],
        "escapes": [_problem(problem) for problem in wheel.escapes],
        "effects": [{"path": each.path, "kind": str(each.kind)} for each in wheel.effects],
        "origin": _origin(wheel.origin),
        "origin_faults": list(wheel.origin_faults),
        "record": {
            "files": wheel.record.files,
            "problems": [_problem(problem) for problem in wheel.record.problems],
        },
    }


def _description(about: Description) -> Json:
    return {
        "name": about.name,
        "version": about.version,
        "summary": about.summary,
        "metadata_version": about.metadata_version,
        "license": about.license,
        "requires_python": about.requires_python,
        "requires_dist": list(about.requires),
        "generator": about.generator,
        "fault": about.fault,
    }


def _bill(bill: Bill) -> Json:
    return {
        "path": bill.path,
        "format": bill.format,
        "components": bill.components,
        "fault": bill.fault,
    }


def _origin(record: OriginRecord | None) -> Json:
    return cast("Json", json.loads(render_origin(record))) if record else None


def _program(program: Program) -> Json:
    infos = [fact.build_info for fact in program.facts if fact.build_info]
    return {
        "path": program.path,
        "size": program.size,
        "packed_size": program.packed,
        "sha256": program.sha256,
        "executable": program.executable,
        "fault": program.fault,
        "architectures": [_facts(fact) for fact in program.facts],
        "signatures": [_signature(signature) for signature in program.signatures],
        "go": _build_info(infos[0]) if infos else None,
    }


def _facts(fact: BinaryFacts) -> Json:
    return {
        "format": str(fact.format),
        "system": None if fact.system is None else str(fact.system),
        "arch": None if fact.arch is None else str(fact.arch),
        "static": fact.static,
        "libc": None if fact.libc is None else str(fact.libc),
        "glibc": _version(fact.glibc),
        "min_os": _version(fact.min_os),
        "needed": list(fact.needed),
        "symbol_versions": list(fact.symbol_versions),
        "interpreter": fact.interpreter,
        "signed": fact.signed,
        "uuid": fact.has_uuid,
    }


def _version(version: tuple[int, int] | None) -> str | None:
    return None if version is None else f"{version[0]}.{version[1]}"


def _signature(signature: CodeSignature) -> Json:
    return {
        "arch": None if signature.arch is None else str(signature.arch),
        "present": signature.present,
        "valid": signature.valid,
        "ad_hoc": signature.ad_hoc,
        "problem": signature.problem,
    }


def _build_info(info: BuildInfo) -> Json:
    return {
        "version": info.go_version,
        "package": info.path,
        "main": _module(info.main) if info.main else None,
        "modules": [_module(module) for module in info.modules],
        "settings": dict(info.settings),
    }


def _module(module: GoModule) -> Json:
    other = module.replaced_by
    return {
        "path": module.path,
        "version": module.version,
        "sum": module.sum,
        "replaced_by": _module(other) if other else None,
    }
