"""Sdists: what a project's folder must hold so that a wheel can be built from it elsewhere.

The form is that of the source distribution format (PEP 625 for the name, PEP 643 for PKG-INFO):
first a plan, then bytes that depend on nothing but the plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..cache import Cache
from ..errors import MetadataError
from ..events import Observer, ProgramStarted, Warned, watch_nothing
from ..metadata import Metadata
from ..model import GoOptions
from ..request import current_environment
from ..sources.process import Processes
from ..wheel.core_metadata import is_spdx, render_metadata
from ..wheel.deflated import Deflater
from ..wheel.write import DEFAULT_EPOCH, WriteOptions, WrittenFile
from .contents import SdistProject, choose_files
from .plan import plan_sdist
from .write import write_sdist

__all__ = ["SdistProject", "SdistRequest", "build_sdist"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SdistRequest:
    """An sdist, described.

    Attributes:
        project: what it is made of.
        output_dir: where the sdist goes; made where it is missing.
        open_texts: the core metadata that only a wheel can fill, as METADATA names them.
        go: which Go fetches the modules.
        environment: the variables to run Go and git with; this process's by default.
        epoch: the time of every member, in seconds since 1970.
        cache_dir: where results of slow steps are kept; None keeps nothing.
    """

    project: SdistProject
    output_dir: Path
    open_texts: tuple[str, ...] = ()
    go: GoOptions = field(default_factory=GoOptions)
    environment: Mapping[str, str] = field(default_factory=current_environment)
    epoch: int = DEFAULT_EPOCH
    cache_dir: Path | None = None


def _grows_in_wheels(metadata: Metadata) -> tuple[str, ...]:
    """The fields that say more in a wheel than in the sdist (PEP 643, "Dynamic").

    A wheel carries the licences of the Go modules that are linked in as well, and its licence
    expression is that of the whole; a licence that is no expression stays alone.
    """
    if metadata.license is not None and not is_spdx(metadata.license):
        return ("License-File",)
    return ("License-Expression", "License-File")


def build_sdist(request: SdistRequest, observer: Observer = watch_nothing) -> WrittenFile:
    """Write the sdist of a project. Nothing is written into the project itself.

    Raises:
        UsageError: the project, or its metadata, cannot become an sdist.
        GoError: the modules to take along cannot be fetched; only with ``vendor``.
        OutputError: the output folder, or that for temporary files, cannot be written.
    """
    project, metadata = request.project, request.project.metadata
    if metadata.name is None or metadata.version is None:
        raise MetadataError("An sdist needs a name and a version.", hint="Give it both.")
    info = render_metadata(metadata, dynamic=(*request.open_texts, *_grows_in_wheels(metadata)))
    processes = Processes(
        environment=request.environment,
        started=lambda command: observer(ProgramStarted(command=command)),
    )
    deflater = Deflater(cache=Cache(folder=request.cache_dir).below("deflated"))
    with choose_files(project, request.go, processes) as contents:
        for warning in contents.warnings:
            observer(Warned(message=warning))
        plan = plan_sdist(metadata.name, metadata.version, info, contents.entries)
        options = WriteOptions(epoch=request.epoch, deflater=deflater)
        return write_sdist(plan, request.output_dir, options)
