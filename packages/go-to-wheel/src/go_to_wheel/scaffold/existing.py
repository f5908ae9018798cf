"""A pyproject.toml that is there already, and what it lacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..config import FILE_NAME, ProjectConfig, read_config
from ..config.settings import Settings
from ..config.table import parse_toml
from ..sources.process import Processes


@dataclass(frozen=True, slots=True, kw_only=True)
class Existing:
    """A pyproject.toml.

    Attributes:
        path: the file.
        text: what stands in it.
        config: what it says to go-to-wheel; None where it is about something else.
        has_build_system: it has a table ``[build-system]``.
        name: the name in ``[project]``; None without that table.
    """

    path: Path
    text: str
    config: ProjectConfig | None
    has_build_system: bool
    name: str | None

    @property
    def settings(self) -> Settings:
        """What ``[tool.go-to-wheel]`` says."""
        return self.config.settings if self.config else Settings()


def read_existing(folder: Path, processes: Processes) -> Existing | None:
    """The pyproject.toml of a folder; None where there is none.

    Raises:
        ConfigError: it is damaged, or what it says to go-to-wheel is wrong.
    """
    path = folder / FILE_NAME
    if not path.is_file():
        return None
    document = parse_toml(path)
    project = document.get("project")
    name = project.get("name") if isinstance(project, Mapping) else None
    return Existing(
        path=path,
        text=path.read_text(encoding="utf-8"),
        config=read_config(path, processes),
        has_build_system="build-system" in document,
        name=name if isinstance(name, str) else None,
    )
