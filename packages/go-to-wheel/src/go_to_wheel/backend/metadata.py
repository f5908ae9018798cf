"""Metadata between a frontend's wishes, pyproject.toml, and what a wheel says in the end."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from packaging.version import Version

from ..commands import known_commands
from ..config import ProjectConfig
from ..errors import MetadataError
from ..made_up import TEXTS, make_up
from ..metadata import DEFAULT_VERSION, Metadata
from ..request import BuildRequest
from ..sources.project.pkginfo import INFO
from . import show

_CORE_NAMES = {"description": "Summary", "readme": "Description"}


def refuse_second_version(
    config: ProjectConfig, document: Mapping[str, object], version: Version | None
) -> None:
    """A version that pyproject.toml has is the version (PEP 621), and so is that of an sdist.

    Args:
        config: what pyproject.toml says; the version may be that of PKG-INFO.
        document: pyproject.toml itself.
        version: what the frontend's user says; None for nothing.

    Raises:
        MetadataError: there is another version already.
    """
    known = config.metadata.version
    if version is None or known is None:
        return
    is_static = "version" in cast("Mapping[str, object]", document["project"])
    if is_static or version != known:
        place = config.path if is_static else config.path.with_name(INFO)
        raise MetadataError(
            f"The config setting version is {version}, but {place} says {known}.",
            hint='Leave the setting out, or write dynamic = ["version"] in [project].'
            if is_static
            else "Leave the setting out: this is an sdist of that version.",
        )


def named_files(document: Mapping[str, object]) -> tuple[str, ...]:
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


def with_texts(request: BuildRequest) -> tuple[Metadata, tuple[str, ...]]:
    """The metadata of an sdist with the texts that its wheels will have.

    Where only Go can tell what the commands are called, those that would be made up stay open,
    and the sdist says so: wheels fill them (PEP 643, "Dynamic").

    Returns:
        The metadata, and the open fields as core metadata call them.
    """
    metadata, name = request.metadata, request.metadata.name
    waiting = [text for text in request.dynamic if text in TEXTS and not getattr(metadata, text)]
    if not waiting or name is None:
        return metadata, ()
    commands = known_commands(request, name)
    if commands is None:
        return metadata, tuple(_CORE_NAMES[text] for text in waiting)
    return make_up(metadata, name, commands, waiting), ()


def with_version(metadata: Metadata) -> Metadata:
    """The metadata of an sdist; the user is told where the version is made up."""
    if metadata.version is None:
        show.warn(
            f"No git tag names a version: it is {DEFAULT_VERSION} now. Write one in [project],"
            " or tag the source."
        )
    return metadata.over(Metadata(version=DEFAULT_VERSION))


def refuse_changed(told: Path, metadata: bytes, wheel: Path) -> None:
    """Refuse a wheel whose metadata are not those that were told before it was built (PEP 517).

    Args:
        told: the dist-info folder that was filled before; METADATA may be missing there.
        metadata: what the wheel says.
        wheel: its file; it is removed.

    Raises:
        MetadataError: they differ.
    """
    written = told / "METADATA"
    if written.is_file() and written.read_bytes() != metadata:
        wheel.unlink()
        raise MetadataError(
            f"The metadata of {wheel.name} are no longer those that were told before it was built.",
            hint="Leave the project alone while it is built.",
        )
