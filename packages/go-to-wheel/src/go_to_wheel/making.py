"""Making one wheel: its binaries are produced and read, and it is planned and written."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ._version import __version__
from .binary import read_binary
from .binary.kept import dump_facts, load_facts
from .binary.traces import find_traces
from .cache import Cache
from .errors import Cancelled, GoToWheelError
from .events import Observer, Stage, TargetMoved, Warned
from .evidence import Made, with_evidence
from .model import NO_TRACES, Binary, BinaryFacts, BuiltWheel
from .planning import BuildPlan
from .provenance.origin import proofs_of
from .release import Proof
from .request import BuildRequest
from .scratch import unwritable_scratch
from .sources import Source
from .tags import cautions, common_tags
from .targets import Target
from .wheel.editable import as_editable
from .wheel.plan import plan_wheel
from .wheel.staging import Staging
from .wheel.write import WriteOptions, write_wheel


@dataclass(slots=True, kw_only=True)
class Job:
    """All that making the wheels of a build needs.

    Attributes:
        request: what the user asks for.
        source: what produces the binaries.
        plan: what was decided before.
        scratch: the folder for temporary files.
        staging: where wheels lie until all are there.
        write_options: how wheels are written.
        observer: who is told of progress.
        failed: the errors of targets, in the order in which they came; the first one is told.
    """

    request: BuildRequest
    source: Source
    plan: BuildPlan
    scratch: Path
    staging: Staging
    write_options: WriteOptions
    observer: Observer
    failed: list[GoToWheelError] = field(default_factory=list)


def make_wheel(job: Job, target: Target) -> BuiltWheel:
    """Produce, read, plan and write the wheel of one target.

    Args:
        job: what all targets share.
        target: what to make the wheel for.

    Raises:
        GoToWheelError: it cannot be made; the observer is told, too.
    """
    start = time.monotonic()
    folder = job.scratch / target.name
    distribution = job.plan.distribution
    try:
        _make_folder(folder)
        job.observer(TargetMoved(target=target, stage=job.source.work))
        binaries = job.source.produce(target, distribution.version, job.plan.commands, folder)
        facts = [_facts_of(binary, job.request) for binary in binaries]
        tags = common_tags(facts, target)
        warnings = tuple(text for fact in facts for text in cautions(fact, target))
        for text in warnings:
            job.observer(Warned(message=text))
        job.observer(TargetMoved(target=target, stage=Stage.PACKING))
        plan = plan_wheel(distribution, binaries, tags)
        if job.request.editable and job.request.python:
            plan = as_editable(plan, distribution, job.request.python.folder)
        made = _made(job, target, binaries, facts)
        bills = Cache(folder=job.request.cache_dir).below("sboms")
        plan = with_evidence(plan, distribution, made, job.plan.linked, bills)
        file = write_wheel(plan, job.staging.folder, job.write_options)
    except GoToWheelError as error:
        job.observer(TargetMoved(target=target, stage=_ending(job, error), error=error))
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    wheel = BuiltWheel(
        target=target,
        path=file.path,
        tags=plan.tags,
        size=file.size,
        sha256=file.sha256,
        binaries=tuple(binaries),
        warnings=warnings,
        proofs=_proofs(made),
        seconds=time.monotonic() - start,
    )
    job.observer(TargetMoved(target=target, stage=Stage.DONE, wheel=wheel))
    return wheel


def _facts_of(binary: Binary, request: BuildRequest) -> tuple[BinaryFacts, ...]:
    """What a binary's header says; the same bytes are read once."""
    cache = Cache(folder=request.cache_dir).below("facts")
    key = f"{binary.sha256}-{__version__}"
    facts = load_facts(cache.get(key))
    if facts is None:
        facts = read_binary(binary.path)
        cache.put(key, dump_facts(facts))
    return facts


def _made(
    job: Job, target: Target, binaries: Sequence[Binary], facts: Sequence[Sequence[BinaryFacts]]
) -> list[Made]:
    origins = job.source.origins(target, job.plan.distribution.version)
    return [
        Made(
            binary=binary,
            facts=fact,
            source=source,
            build=build,
            traces=find_traces(binary.path) if build and build.zig_version else NO_TRACES,
        )
        for binary, fact, (source, build) in zip(binaries, facts, origins, strict=True)
    ]


def _proofs(made: Sequence[Made]) -> tuple[Proof, ...]:
    """What the files were verified by that binaries were taken from, each once."""
    every = (proof for each in made for proof in proofs_of(each.source))
    return tuple(dict.fromkeys(every))


def _ending(job: Job, error: GoToWheelError) -> Stage:
    """What became of a target with this error: only those whose error is told have failed."""
    if isinstance(error, Cancelled):
        return Stage.STOPPED
    job.failed.append(error)
    return Stage.FAILED if job.request.keep_going or job.failed[0] is error else Stage.STOPPED


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir()
    except OSError as error:
        raise unwritable_scratch(error) from error
