"""From a request and its source to a plan: everything that is decided before a build."""

from __future__ import annotations

import re
from dataclasses import dataclass

from packaging.version import Version

from .errors import InvalidNameError, UsageError
from .metadata import Metadata, Readme
from .model import Layout
from .names import CommandName, DistributionName, import_name_of, parse_command_name
from .request import BuildRequest
from .sources import Source
from .sources.forms import Form, GoFolder
from .targets import Target
from .wheel.core_metadata import is_spdx, render_metadata
from .wheel.plan import Distribution

DEFAULT_VERSION = Version("0.1.0")
DEFAULT_REQUIRES_PYTHON = ">=3.10"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedTarget:
    """One target of a plan.

    Attributes:
        target: the target.
        expected_tags: the platform tags that its wheel will probably get.
        origin: what its binaries are taken from; empty where it is the source as a whole.
    """

    target: Target
    expected_tags: tuple[str, ...]
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildPlan:
    """What a build will do.

    Attributes:
        description: how the source was read.
        distribution: what all its wheels have in common.
        commands: the names of the commands, in the order of the source's programs.
        targets: what is built for, with the tags expected.
        warnings: what the user should know.
    """

    description: str
    distribution: Distribution
    commands: tuple[CommandName, ...]
    targets: tuple[PlannedTarget, ...]
    warnings: tuple[str, ...]


def refuse_foreign_options(request: BuildRequest, form: Form) -> None:
    """Refuse options that a source of this form has no use for.

    Raises:
        UsageError: there are some; the message names them.
    """
    go, release = request.go, request.release
    hints = {"--binary": "Programs of Go source are chosen with --package."}
    if isinstance(form, GoFolder):
        where = "Go source"
        given = {
            "--binary": release.binaries,
            "--asset": release.assets,
            "--allow-unverified": release.allow_unverified,
        }
    else:
        where = "what was built already"
        hints = {"--package": "Programs of a release or an archive are chosen with --binary."}
        given = {
            "--package": go.packages,
            "--ldflags": go.ldflags,
            "--tags": go.tags,
            "--set-version-var": go.version_variable,
            "--go-binary": go.binary,
        }
    foreign = [option for option, value in given.items() if value]
    if foreign:
        alone = len(foreign) == 1
        more = [hints[option] for option in foreign if option in hints]
        raise UsageError(
            f"{' and '.join(foreign)} {'has' if alone else 'have'} no meaning for {where}.",
            hint=" ".join([f"Leave {'it' if alone else 'them'} out.", *more]),
        )


def make_plan(request: BuildRequest, source: Source) -> BuildPlan:
    """Decide what a build will do. Nothing is read or written any more.

    Raises:
        UsageError: a name, a version, an option or a metadata field cannot work.
    """
    layers = request.metadata.over(source.metadata)
    if layers.name is None:
        raise InvalidNameError(
            f"{source.description} has no name that a Python distribution can have.",
            hint="Give one with --name.",
        )
    commands = _commands(request, source, layers.name.display)
    metadata, warnings = _complete(layers, layers.name, commands[0])
    assert metadata.version is not None
    source.check_options(metadata.version)
    return BuildPlan(
        description=source.description,
        distribution=Distribution(
            name=layers.name,
            version=metadata.version,
            package=import_name_of(layers.name),
            layout=request.layout or Layout.PACKAGE,
            metadata=render_metadata(metadata),
            licenses=metadata.license_files,
        ),
        commands=commands,
        targets=tuple(
            PlannedTarget(target=target, expected_tags=source.expected_tags(target))
            for target in source.select_targets(request.targets)
        ),
        warnings=warnings,
    )


def _complete(
    metadata: Metadata, name: DistributionName, command: CommandName
) -> tuple[Metadata, tuple[str, ...]]:
    """Fill what every wheel must have, and say what was made up or cannot be published."""
    warnings = []
    if metadata.version is None:
        warnings.append(
            f"No version was given and no git tag names one: it is {DEFAULT_VERSION} now."
            " Give one with --version, or tag the source."
        )
    elif metadata.version.local:
        warnings.append(
            f"{metadata.version} is a local version, which the Python index does not take."
        )
    if metadata.license and not is_spdx(metadata.license):
        warnings.append(
            f"The licence {metadata.license!r} is no SPDX expression, so it becomes free text;"
            " write it like --license MIT or --license 'Apache-2.0 OR MIT'."
        )
    summary = f"The {command} command, as a Python package"
    defaults = Metadata(
        version=DEFAULT_VERSION,
        description=summary,
        readme=_made_up_readme(name, metadata.description or summary, command),
        requires_python=DEFAULT_REQUIRES_PYTHON,
    )
    return metadata.over(defaults), tuple(warnings)


def _made_up_readme(name: DistributionName, summary: str, command: CommandName) -> Readme:
    """A long description for a project without a README; the index shows it."""
    start = f"uvx {name}" if command == name.display else f"uvx --from {name} {command}"
    return Readme(text=f"# {name}\n\n{summary}\n\n    {start}\n", content_type="text/markdown")


def _commands(request: BuildRequest, source: Source, distribution: str) -> tuple[CommandName, ...]:
    """One program goes by the distribution's name, several go by their own."""
    if len(source.commands) == 1 and not (source.keeps_names and not request.entry_point):
        return (parse_command_name(request.entry_point or distribution),)
    if request.entry_point:
        raise UsageError(
            f"--entry-point names one command, and there are {len(source.commands)}:"
            f" {', '.join(source.commands)}.",
            hint="Leave it out: each program keeps its own name.",
        )
    names = tuple(parse_command_name(command) for command in source.commands)
    seen: dict[str, CommandName] = {}
    for name in names:
        # What differs in case only is one file on Windows and macOS, and the functions that
        # start the commands have "_" for all that is no letter or digit.
        key = re.sub(r"[^a-z0-9]", "_", name.lower())
        if key in seen:
            raise UsageError(
                f"The programs' names {seen[key]} and {name} are too much alike for one wheel.",
                hint="Build a distribution of its own for each, with --package and --name.",
            )
        seen[key] = name
    return names
