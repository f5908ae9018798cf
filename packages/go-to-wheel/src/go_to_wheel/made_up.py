"""The texts that a distribution should have, for a project that does not say them itself."""

from __future__ import annotations

from collections.abc import Collection

from .commands import Commands
from .metadata import Metadata, Readme
from .names import CommandName, DistributionName

TEXTS = ("description", "readme")
"""The fields that are made up, by their names in ``[project]`` (PEP 621)."""


def made_up_summary(command: CommandName) -> str:
    """The description of a distribution of one command."""
    return f"The {command} command, as a Python package"


def make_up(
    metadata: Metadata, name: DistributionName, commands: Commands, fields: Collection[str] = TEXTS
) -> Metadata:
    """The metadata with the open ones of these fields filled.

    Args:
        metadata: what is known.
        name: the distribution's name.
        commands: its commands, which the texts tell of.
        fields: those that may be filled, of ``TEXTS``; others do not count.
    """
    summary = made_up_summary(commands.programs[0])
    readme = _readme(name, metadata.description or summary, commands)
    return metadata.over(
        Metadata(
            description=summary if "description" in fields else None,
            readme=readme if "readme" in fields else None,
        )
    )


def _readme(name: DistributionName, summary: str, commands: Commands) -> Readme:
    """A long description; the index shows it."""
    start = f"uvx {name}" if commands.has(name) else f"uvx --from {name} {commands.programs[0]}"
    return Readme(text=f"# {name}\n\n{summary}\n\n    {start}\n", content_type="text/markdown")
