"""The build backend: what pip, uv and build call to build a Go project (PEP 517, PEP 660).

A project asks for it in its pyproject.toml::

    [build-system]
    requires = ["go-to-wheel>=0.3"]
    build-backend = "go_to_wheel.backend"

and says the rest in ``[project]`` and ``[tool.go-to-wheel]``. Wheels are built for the Python that
runs this. Three settings can be given to a build, as with ``pip --config-settings KEY=VALUE`` or
``python -m build -C KEY=VALUE``; any other is an error:

``target``
    Another platform to build for, as ``go-to-wheel targets`` names it.
``version``
    The version, where pyproject.toml has it in ``dynamic``.
``layout``
    ``package`` or ``native``, whatever the project's settings say.

An error is one paragraph on standard error, and the process ends with its exit code.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from .show import reported

if TYPE_CHECKING:
    from .project import OpenedProject

__all__ = [
    "build_editable",
    "build_sdist",
    "build_wheel",
    "get_requires_for_build_editable",
    "get_requires_for_build_sdist",
    "get_requires_for_build_wheel",
    "prepare_metadata_for_build_editable",
    "prepare_metadata_for_build_wheel",
]

ConfigSettings = Mapping[str, str | list[str]]
"""What the user gives to a frontend: key → value, or values where the key was repeated."""


def get_requires_for_build_wheel(config_settings: ConfigSettings | None = None) -> list[str]:
    """What the build needs beside go-to-wheel itself: Go, and zig for C code, where missing."""
    with reported():
        return _project(config_settings).missing_tools()


def get_requires_for_build_editable(config_settings: ConfigSettings | None = None) -> list[str]:
    """The same as for a wheel."""
    return get_requires_for_build_wheel(config_settings)


def get_requires_for_build_sdist(config_settings: ConfigSettings | None = None) -> list[str]:
    """Go, where it is missing and the sdist takes the Go modules along."""
    with reported():
        return _project(config_settings).missing_tools_for_sdist()


def prepare_metadata_for_build_wheel(
    metadata_directory: str, config_settings: ConfigSettings | None = None
) -> str:
    """Write the wheel's ``.dist-info`` without RECORD into a folder; return its name."""
    with reported():
        return _project(config_settings).write_metadata(Path(metadata_directory))


def prepare_metadata_for_build_editable(
    metadata_directory: str, config_settings: ConfigSettings | None = None
) -> str:
    """The same as for a wheel."""
    return prepare_metadata_for_build_wheel(metadata_directory, config_settings)


def build_wheel(
    wheel_directory: str,
    config_settings: ConfigSettings | None = None,
    metadata_directory: str | None = None,
) -> str:
    """Compile the program and write its wheel into a folder; return the file's name."""
    with reported():
        return _project(config_settings).build_wheel(Path(wheel_directory), metadata_directory)


def build_editable(
    wheel_directory: str,
    config_settings: ConfigSettings | None = None,
    metadata_directory: str | None = None,
) -> str:
    """Compile the program into a wheel that leaves the project's Python files where they are.

    They are imported from the project's folder, so changing them needs nothing; after a change
    of Go source the project is installed again. Without a Python package it is like any wheel.
    """
    with reported():
        return _project(config_settings).build_wheel(
            Path(wheel_directory), metadata_directory, editable=True
        )


def build_sdist(sdist_directory: str, config_settings: ConfigSettings | None = None) -> str:
    """Write the project's sdist into a folder; return the file's name."""
    with reported():
        return _project(config_settings).build_sdist(Path(sdist_directory))


def _project(config_settings: ConfigSettings | None) -> OpenedProject:
    from .project import open_project  # inside, so that whatever fails is reported

    return open_project(config_settings)
