"""From a request to a report: look at the source, plan, produce, write, publish."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from ._version import __version__
from .binary import read_binary
from .binary.kept import dump_facts, load_facts
from .cache import Cache
from .errors import Cancelled, GoToWheelError
from .events import (
    ModuleFetching,
    Observer,
    ProgramStarted,
    SourceRead,
    Stage,
    TargetMoved,
    Warned,
    watch_nothing,
)
from .evidence import Made, with_evidence
from .foreign_options import refuse_foreign_options
from .model import Binary, BinaryFacts, BuiltWheel, PackageFile
from .planning import BuildPlan, make_plan
from .provenance.origin import proofs_of
from .release import Proof
from .request import BuildRequest
from .scratch import scratch_folder, unwritable_scratch
from .sources import Source
from .sources.context import Context
from .sources.forms import Artifacts, GitHubRelease, GoFolder, ModuleAtVersion, recognise
from .sources.golang.words import module_fetched
from .sources.process import HEARTBEAT, Processes
from .tags import cautions, common_tags
from .targets import Target, select_targets
from .wheel.deflated import Deflater
from .wheel.editable import as_editable
from .wheel.plan import plan_wheel
from .wheel.staging import Staging, open_staging
from .wheel.write import WriteOptions, write_wheel


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetFailure:
    """A target that could not be built, and why."""

    target: Target
    error: GoToWheelError


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReport:
    """What came of a build.

    Attributes:
        plan: what was decided before it began.
        wheels: the wheels that now lie in the output folder, in the order of the targets.
        failures: the targets that failed; only with ``keep_going``.
    """

    plan: BuildPlan
    wheels: tuple[BuiltWheel, ...]
    failures: tuple[TargetFailure, ...] = ()


def plan_build(request: BuildRequest) -> BuildPlan:
    """Look at the source and decide everything, but produce and write nothing.

    Raises:
        UsageError: the request itself is wrong.
        GoError: no toolchain, or no program in the source.
        OutputError: the folder for temporary files cannot be written.
        Cancelled: the user stopped it.
    """
    with _surroundings(request, watch_nothing, may_fetch=False) as context:
        source = _open_source(request, context)
        plan = _make_plan(request, source, context)
        targets = [
            replace(planned, origin=source.origin(planned.target)) for planned in plan.targets
        ]
        return replace(plan, targets=tuple(targets))


def build(request: BuildRequest, observer: Observer = watch_nothing) -> BuildReport:
    """Build the wheels of a request and put them into its output folder.

    Without ``keep_going`` they appear there all together or not at all.

    Args:
        request: what to build.
        observer: told of every step; it may be called from several threads.

    Raises:
        UsageError: the request itself is wrong.
        GoError: no toolchain, no program, or one that does not compile.
        BinaryError: a binary is not what its target wants.
        OutputError: the output folder cannot be written.
        Cancelled: the user stopped it (KeyboardInterrupt); nothing is left behind.
    """
    published: list[Path] = []
    try:
        with _surroundings(request, observer, may_fetch=True) as context:
            source = _open_source(request, context)
            plan = _make_plan(request, source, context)
            observer(SourceRead(plan=plan))
            for warning in plan.warnings:
                observer(Warned(message=warning))
            with open_staging(request.output_dir) as staging:
                published = staging.published
                job = _Job(
                    request=request,
                    source=source,
                    plan=plan,
                    scratch=context.scratch,
                    staging=staging,
                    write_options=_write_options(request),
                    observer=observer,
                )
                wheels, failures = _build_targets(job, context.processes)
                staging.publish([wheel.path for wheel in wheels])
    except Cancelled:
        if not published:  # else it came too late: the wheels are in their place
            raise
    final = (replace(wheel, path=path) for wheel, path in zip(wheels, published, strict=True))
    return BuildReport(plan=plan, wheels=tuple(final), failures=tuple(failures))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """All that building one target needs.

    Attributes:
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


def _open_source(request: BuildRequest, context: Context) -> Source:
    form = recognise(request.words)
    refuse_foreign_options(request, form)
    targets = select_targets(request.targets)  # a slip in a name is told before any work
    match form:
        case GoFolder(folder=folder):
            from .sources.compile.source import open_go_source

            return open_go_source(folder, request.go, targets, context)
        case ModuleAtVersion() as module:
            from .sources.modules.source import open_module

            return open_module(module, request.go, targets, context)
        case GitHubRelease() as release:
            from .sources.releases.opening import open_release

            return open_release(release, request.release, context)
        case Artifacts(paths=paths):
            from .sources.local.source import open_local_source

            return open_local_source(paths, request.release, context.processes.check_cancelled)


def _make_plan(request: BuildRequest, source: Source, context: Context) -> BuildPlan:
    files: tuple[PackageFile, ...] = ()
    if request.python:
        from .sources.project.python import package_files

        files = package_files(request.python, context.processes)
    return make_plan(request, source, files)


def _write_options(request: BuildRequest) -> WriteOptions:
    cache = Cache(folder=request.cache_dir).below("deflated")
    return WriteOptions(epoch=request.epoch, deflater=Deflater(cache=cache))


def _build_targets(job: _Job, processes: Processes) -> tuple[list[BuiltWheel], list[TargetFailure]]:
    """Build all targets side by side; the first failure ends the others unless told not to."""
    targets = [planned.target for planned in job.plan.targets]
    workers = job.request.jobs or os.cpu_count() or 1
    with ThreadPoolExecutor(max_workers=min(workers, len(targets))) as pool:
        try:
            futures = [pool.submit(_build_target, job, target) for target in targets]
            if not job.request.keep_going:
                _wait(futures, job.failed)
            return _sort_out(targets, futures)
        except BaseException:
            processes.cancel()
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _wait(futures: Sequence[Future[BuiltWheel]], failed: Sequence[GoToWheelError]) -> None:
    try:
        pending = set(futures)
        while pending:
            done, pending = wait(pending, timeout=HEARTBEAT, return_when=FIRST_COMPLETED)
            for future in done:
                future.result()
    except GoToWheelError as error:
        raise next(iter(failed), error) from None  # of several, the one that was first


def _sort_out(
    targets: Sequence[Target], futures: Sequence[Future[BuiltWheel]]
) -> tuple[list[BuiltWheel], list[TargetFailure]]:
    wheels, failures = [], []
    for target, future in zip(targets, futures, strict=True):
        try:
            wheels.append(future.result())
        except GoToWheelError as error:
            failures.append(TargetFailure(target=target, error=error))
    return wheels, failures


def _build_target(job: _Job, target: Target) -> BuiltWheel:
    """Produce, read, plan and write the wheel of one target."""
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
    job: _Job, target: Target, binaries: Sequence[Binary], facts: Sequence[Sequence[BinaryFacts]]
) -> list[Made]:
    origins = job.source.origins(target, job.plan.distribution.version)
    return [
        Made(binary=binary, facts=fact, source=source, build=build)
        for binary, fact, (source, build) in zip(binaries, facts, origins, strict=True)
    ]


def _proofs(made: Sequence[Made]) -> tuple[Proof, ...]:
    """What the files were verified by that binaries were taken from, each once."""
    every = (proof for each in made for proof in proofs_of(each.source))
    return tuple(dict.fromkeys(every))


def _ending(job: _Job, error: GoToWheelError) -> Stage:
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


@contextmanager
def _surroundings(
    request: BuildRequest, observer: Observer, *, may_fetch: bool
) -> Iterator[Context]:
    """What sources need for one run; when the user stops it, all that goes on is ended."""

    def hear(line: str) -> None:
        if module := module_fetched(line):
            observer(ModuleFetching(module=module))

    processes = Processes(
        environment=request.environment,
        started=lambda command: observer(ProgramStarted(command=command)),
        heard=hear,
    )
    try:
        with scratch_folder() as scratch, ExitStack() as resources:
            yield Context(
                processes=processes,
                cache=Cache(folder=request.cache_dir),
                scratch=scratch,
                resources=resources,
                tell=observer,
                given=request.metadata,
                may_fetch=may_fetch,
                output_dir=request.output_dir,
                package=request.python,
            )
    except KeyboardInterrupt:
        processes.cancel()
        raise Cancelled("Stopped.", hint="No wheel was written.") from None
