"""A catalogue: one TOML file that lists many tools, each of which becomes a distribution."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..config.table import Table, parse_toml
from ..errors import (
    ConfigError,
    GoToWheelError,
    InvalidNameError,
    SourceNotFoundError,
    UsageError,
)
from ..names import DistributionName, import_name_of, parse_distribution_name
from ..sources.forms import GitHubRelease, ModuleAtVersion, recognise

FILE_NAME = "tools.toml"

MOST_JOBS = 256
"""The jobs that GitHub makes of one matrix at most (its documentation, "Usage limits")."""

# A version, or a commit: what the next build finds, too (the Go modules reference, "Version
# queries", which knows branches, and prefixes like v1.2, besides).
_FIXED = re.compile(r"v\d+\.\d+\.\d+(?:[-+].*)?|[0-9a-f]{7,64}")
_KEYS = ("name", "source", "options")
_EXTRAS = {"--cgo": "cgo", "--minisign-key": "signatures", "--require-signature": "signatures"}
"""Option of ``build`` → the extra of go-to-wheel that brings what it needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A tool of a catalogue.

    Attributes:
        name: what its distribution is called.
        source: a Go package at a version, or a release on GitHub, as ``build`` takes it.
        options: more options of ``build``, word by word.
    """

    name: DistributionName
    source: str
    options: tuple[str, ...] = ()

    @property
    def arguments(self) -> tuple[str, ...]:
        """What ``go-to-wheel build`` is given for it."""
        return (self.source, "--name", str(self.name), *self.options)


def extras_of(tools: Sequence[Tool]) -> tuple[str, ...]:
    """The extras of go-to-wheel that the options of these tools need, sorted."""
    words = {option.partition("=")[0] for tool in tools for option in tool.options}
    return tuple(sorted({extra for option, extra in _EXTRAS.items() if option in words}))


def read_catalogue(path: Path) -> tuple[Tool, ...]:
    """Read a catalogue.

    Raises:
        SourceNotFoundError: there is none.
        ConfigError: it is no TOML, or an entry is wrong; the message names it.
    """
    if not os.path.lexists(path):
        raise SourceNotFoundError(
            f"There is no catalogue {path}.",
            hint="'go-to-wheel init --factory' writes one; or name another file.",
        )
    top = Table(path, "file", parse_toml(path))
    for key in top.values:
        if key != "tools":
            raise ConfigError(
                f"{key} in {path} is nothing that a catalogue has.",
                hint="List each tool below a line [[tools]].",
            )
    entries = top.values.get("tools", [])
    if not isinstance(entries, list):
        raise ConfigError(f"tools in {path} is no list.", hint="Begin each tool with [[tools]].")
    tools = tuple(_tool(path, number, each) for number, each in enumerate(entries, 1))
    seen: set[str] = set()
    for tool in tools:
        if tool.name.normalized in seen:
            raise ConfigError(
                f"{path} lists {tool.name} twice, and the index has one distribution of a name.",
                hint="Take one of them out, or give it another name.",
            )
        seen.add(tool.name.normalized)
    return tools


def _tool(path: Path, number: int, entry: object) -> Tool:
    table = Table(path, f"tools[{number}]", entry)
    table.refuse_unknown(_KEYS, lambda _: "")
    name, source = table.text("name"), table.text("source")
    if not name or not source:
        raise ConfigError(
            f"{table.name} in {path} has no {'source' if name else 'name'}.",
            hint='Each tool needs both, like name = "my-tool" and source = "gh:OWNER/REPO@v1".',
        )
    try:
        parsed = parse_distribution_name(name)
        import_name_of(parsed)
        form = recognise((source,))
    except InvalidNameError as error:
        raise ConfigError(
            f"{table.name}.name in {path} is wrong: {error.message.rstrip('.')}.", hint=error.hint
        ) from None
    except UsageError as error:
        raise _wrong_source(table, error.message.rstrip(".")) from None
    if not isinstance(form, ModuleAtVersion | GitHubRelease):
        raise _wrong_source(table, f"{source} is a file or a folder")
    if not (form.tag if isinstance(form, GitHubRelease) else _FIXED.fullmatch(form.version)):
        raise _wrong_source(table, f"{source} names no version that stays what it is")
    return Tool(name=parsed, source=source, options=table.texts("options"))


def _wrong_source(table: Table, reason: str) -> ConfigError:
    return ConfigError(
        f"{table.name}.source in {table.path} is wrong: {reason}.",
        hint="Write it like example.com/module/cmd/tool@v1.2.3, or gh:OWNER/REPO@v1.2.3.",
    )


def changed_tools(tools: Sequence[Tool], before: Path) -> tuple[Tool, ...]:
    """The tools whose entries are new, or other than in an older version of the file.

    Args:
        tools: those of the catalogue as it is now.
        before: the older version; where it cannot be read, all tools are new.
    """
    try:
        known = set(read_catalogue(before))
    except GoToWheelError:
        return tuple(tools)
    return tuple(tool for tool in tools if tool not in known)


def find_tools(tools: Sequence[Tool], names: Sequence[str]) -> tuple[Tool, ...]:
    """The tools of these names, in the order of the catalogue; all without names.

    Raises:
        UsageError: there is no tool of a name.
    """
    wanted = {parse_distribution_name(name).normalized: name for name in names}
    known = {tool.name.normalized: tool for tool in tools}
    for normalized, name in wanted.items():
        if normalized not in known:
            listed = ", ".join(str(tool.name) for tool in tools) or "no tool at all"
            near = difflib.get_close_matches(normalized, known, n=1)
            meant = f"Did you mean {known[near[0]].name}? " if near else ""
            raise UsageError(f"No tool is called {name}.", hint=f"{meant}There is: {listed}.")
    return tuple(tool for tool in tools if not names or tool.name.normalized in wanted)


def matrix_of(tools: Sequence[Tool]) -> tuple[str, ...]:
    """The names of tools, one for each job.

    Raises:
        UsageError: they are more than GitHub starts jobs for.
    """
    if len(tools) > MOST_JOBS:
        raise UsageError(
            f"There are {len(tools)} tools, and GitHub makes {MOST_JOBS} jobs of a matrix at most.",
            hint="Change fewer of them at a time, or keep several catalogues.",
        )
    return tuple(str(tool.name) for tool in tools)
