"""What the commands of a distribution are called: its programs', their aliases, its scripts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .errors import UsageError
from .model import Alias, EntryPoints, Layout
from .names import CommandName, DistributionName, parse_command_name
from .request import BuildRequest
from .sources import Source

_SCRIPT_GROUPS = ("console_scripts", "gui_scripts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Commands:
    """The commands of a distribution.

    Attributes:
        programs: the names of the programs, in the order of the source.
        aliases: one more name → the program that it starts.
        scripts: what the project's own Python package brings.
    """

    programs: tuple[CommandName, ...]
    aliases: tuple[tuple[CommandName, CommandName], ...] = ()
    scripts: frozenset[str] = frozenset()

    def has(self, name: DistributionName) -> bool:
        """Whether ``uvx NAME`` would find a command: one of the distribution's own name."""
        known = {*self.programs, *(alias for alias, _ in self.aliases), *self.scripts}
        return not known.isdisjoint((name.display, name.normalized))

    def note(self, name: DistributionName) -> str:
        """What users must know where no command has the distribution's name; else empty."""
        if self.has(name):
            return ""
        note = (
            f"No command is called {name}, so 'uvx {name}' finds none: it takes"
            f" 'uvx --from {name} {self.programs[0]}'."
        )
        taken = {_key(each) for each in (*self.programs, *self.scripts)}
        return note if _key(name.display) in taken else f"{note} --alias {name} gives it one."


def choose_commands(request: BuildRequest, source: Source, name: DistributionName) -> Commands:
    """Decide what all commands of a distribution are called.

    Raises:
        UsageError: a name that is no command's, or names too much alike for one wheel.
    """
    return _commands(request, _programs(request, source, name.display))


def known_commands(request: BuildRequest, name: DistributionName) -> Commands | None:
    """What the commands of Go source are called, where that can be said without asking Go.

    Only one program goes by the distribution's name, and only Go can tell how many there are
    where several packages are named, or a pattern (``go help packages``).

    Raises:
        UsageError: as ``choose_commands`` does.
    """
    packages = request.go.packages
    if len(packages) > 1 or any("..." in package or package == "all" for package in packages):
        return None
    return _commands(request, (parse_command_name(request.entry_point or name.display),))


def _commands(request: BuildRequest, programs: tuple[CommandName, ...]) -> Commands:
    scripts = _scripts(request.python.entry_points if request.python else ())
    _refuse_clashes(request, programs, scripts)
    return Commands(
        programs=programs,
        aliases=_aliases(request.aliases, programs, scripts),
        scripts=frozenset(scripts),
    )


def _scripts(groups: EntryPoints) -> Mapping[str, str]:
    """The scripts of a project: name → what it starts."""
    return {
        name: value for group, points in groups if group in _SCRIPT_GROUPS for name, value in points
    }


def _programs(request: BuildRequest, source: Source, distribution: str) -> tuple[CommandName, ...]:
    """One program goes by the distribution's name, several go by their own."""
    if len(source.commands) == 1 and not (source.keeps_names and not request.entry_point):
        return (parse_command_name(request.entry_point or distribution),)
    if request.entry_point:
        raise UsageError(
            f"--entry-point names one command, and there are {len(source.commands)}:"
            f" {', '.join(source.commands)}.",
            hint="Leave it out, and each program keeps its own name; --alias gives one another.",
        )
    names = tuple(parse_command_name(command) for command in source.commands)
    seen: dict[str, CommandName] = {}
    for name in names:
        if _key(name) in seen:
            raise UsageError(
                f"The programs' names {seen[_key(name)]} and {name} are too much alike for one"
                " wheel.",
                hint="Build a distribution of its own for each, with --package and --name.",
            )
        seen[_key(name)] = name
    return names


def _key(name: str) -> str:
    """Equal for names that one wheel cannot have both.

    What differs in case only is one file on Windows and macOS, and the functions that start the
    programs have "_" for all that is no letter or digit.
    """
    return re.sub(r"[^a-z0-9]", "_", name.lower())


def _refuse_clashes(
    request: BuildRequest, programs: Iterable[CommandName], scripts: Mapping[str, str]
) -> None:
    """A script of the project takes a program's place only where it has the very same name."""
    for script in scripts:
        for program in programs:
            if script.lower() != program.lower():
                continue
            if script != program:
                raise UsageError(
                    f"The script {script} of the project and the command {program} differ in case"
                    " only, so they are one file on Windows and macOS.",
                    hint="Give the script another name, or the very same one to replace it.",
                )
            if request.layout is Layout.NATIVE:
                raise UsageError(
                    f"The script {script} of the project has the name of the program, which is a"
                    " command itself in native layout.",
                    hint="Choose the layout package, or give the script another name.",
                )


def _aliases(
    aliases: Iterable[Alias], programs: tuple[CommandName, ...], scripts: Mapping[str, str]
) -> tuple[tuple[CommandName, CommandName], ...]:
    taken = {_key(name): f"the command {name}" for name in programs}
    taken |= {_key(name): f"the project's script {name}" for name in scripts}
    made = []
    for alias in aliases:
        key = _key(alias.name)
        if key in taken:
            raise UsageError(
                f"The alias {alias.name} and {taken[key]} are too much alike for one wheel.",
                hint="Leave the alias out, or choose another name.",
            )
        command = programs[0] if alias.command is None else alias.command
        if command not in programs:
            raise UsageError(
                f"The alias {alias.name} is for {command}, which is no program here.",
                hint=f"There {'is' if len(programs) == 1 else 'are'}: {', '.join(programs)}.",
            )
        taken[key] = f"the alias {alias.name}"
        made.append((alias.name, command))
    return tuple(made)
