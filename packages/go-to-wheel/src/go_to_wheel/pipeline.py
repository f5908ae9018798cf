"""From a request to a report: look at the source, plan, make each wheel, publish all."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

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
from .foreign_options import refuse_foreign_options
from .making import Job, make_wheel
from .model import BuiltWheel, PackageFile
from .planning import BuildPlan, make_plan
from .request import BuildRequest
from .scratch import scratch_folder
from .sources import Source
from .sources.context import Context
from .sources.forms import Artifacts, GitHubRelease, GoFolder, ModuleAtVersion, recognise
from .sources.golang.words import module_fetched
from .sources.process import HEARTBEAT, Processes
from .targets import Target, select_targets
from .wheel.deflated import Deflater
from .wheel.staging import open_staging
from .wheel.write import WriteOptions


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
        LicenseError: a linked module has no licence, and must have one.
        DownloadError: a module or a release is not there, or cannot be asked for.
        VerificationError: a release is not as the lock pins it, too young, or contradicts itself.
        ArtifactError: the release, or the files on disk, have no program for a target.
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
        LicenseError: a linked module has no licence, and must have one.
        DownloadError: a module or a file of a release is not there, or cannot be fetched.
        VerificationError: nobody vouches for what was downloaded, or not as it must be.
        ArtifactError: there is no file with a program for a target, or it cannot be unpacked.
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
                job = Job(
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


def _build_targets(job: Job, processes: Processes) -> tuple[list[BuiltWheel], list[TargetFailure]]:
    """Build all targets side by side; the first failure ends the others unless told not to."""
    targets = [planned.target for planned in job.plan.targets]
    workers = job.request.jobs or os.cpu_count() or 1
    futures: list[Future[BuiltWheel]] = []
    with ThreadPoolExecutor(max_workers=min(workers, len(targets))) as pool:
        try:
            futures += [pool.submit(make_wheel, job, target) for target in targets]
            if not job.request.keep_going:
                _wait(futures, job.failed)
            return _sort_out(targets, futures)
        except BaseException:
            processes.cancel()
            pool.shutdown(wait=False, cancel_futures=True)
            for target, future in zip(targets, futures, strict=False):
                if future.cancelled():  # it has not begun, and will not tell so itself
                    job.observer(TargetMoved(target=target, stage=Stage.STOPPED))
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
                targets=request.targets,
                output_dir=request.output_dir,
                package=request.python,
            )
    except KeyboardInterrupt:
        processes.cancel()
        raise Cancelled("Stopped.", hint="No wheel was written.") from None
