"""A pyproject.toml that is there already, and what it lacks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..config import FILE_NAME, ProjectConfig, read_config
from ..config.settings import Settings
from ..config.table import parse_toml
from ..errors import UsageError
from ..sources.process import Processes


@dataclass(frozen=True, slots=True, kw_only=True)
class Existing:
    """A pyproject.toml.

    Attributes:
        path: the file.
        text: what stands in it, with its own ends of lines.
        config: what it says to go-to-wheel; None where it is about something else.
        has_build_system: it has a table ``[build-system]``.
        name: the name in ``[project]``; None without that table.
        version: the version that ``[project]`` fixes; None where it fixes none.
    """

    path: Path
    text: str
    config: ProjectConfig | None
    has_build_system: bool
    name: str | None
    version: str | None = None

    @property
    def settings(self) -> Settings:
        """What ``[tool.go-to-wheel]`` says."""
        return self.config.settings if self.config else Settings()


def added(path: Path, text: str, tables: str) -> str:
    """A file's text with more tables at its end, in lines that end as its own do.

    Raises:
        UsageError: the file is a link: another file would lose or get lines that nobody sees here.
    """
    if path.is_symlink():
        raise UsageError(
            f"{path} is a link, and nothing is added through it.",
            hint="Add the lines by hand, or put the file itself there.",
        )
    whole = f"{text.rstrip()}\n\n{tables}"
    return re.sub("\r?\n", "\r\n", whole) if "\r\n" in text else whole


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
    name, version = (
        (project.get("name"), project.get("version"))
        if isinstance(project, Mapping)
        else (None, None)
    )
    return Existing(
        path=path,
        text=path.read_bytes().decode(),
        config=read_config(path, processes),
        has_build_system="build-system" in document,
        name=name if isinstance(name, str) else None,
        version=version if isinstance(version, str) else None,
    )
