"""Setting up a Go project: its pyproject.toml, its workflow, and what to do next."""

from __future__ import annotations

import re
import shlex
import textwrap
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from .._version import __version__
from ..config import FILE_NAME, read_document
from ..errors import ConfigError
from ..made_up import made_up_summary
from ..sources.compile.source import SUMMARY_WIDTH
from ..sources.golang.programs import describe_programs
from ..sources.process import Processes
from ..wording import counted
from .existing import Existing, added
from .fill import Value, fill
from .git import uncommitted
from .look import GoProject, look_at
from .notes import fixed_version, notes, publisher_of, shortened, tag_prefix, workflow_name
from .values import WORKFLOWS, NewFile, Scaffold, Wishes

_RUNNERS = {
    "linux-amd64": "ubuntu-latest",
    "linux-arm64": "ubuntu-24.04-arm",
    "darwin-arm64": "macos-15",
    "darwin-amd64": "macos-15-intel",
    "windows-amd64": "windows-latest",
    "windows-arm64": "windows-11-arm",
}
"""Target → a machine of GitHub's that can start its programs."""

_SOURCE = "git+https://github.com/go-to-wheel/go-to-wheel#subdirectory=packages/go-to-wheel"
_MOST_NAMED = 6  # commands in a description
_HEADER = (
    "# The Python side of a Go program. 'go-to-wheel .' makes its wheels, and\n"
    "# 'pip install .' compiles it for this machine alone.\n"
)


def set_up_project(folder: Path, wishes: Wishes, processes: Processes, scratch: Path) -> Scaffold:
    """Look at a Go module and decide what to write.

    Args:
        folder: the folder of its go.mod, as the user names it.
        wishes: what the user says of it.
        processes: what runs Go and git.
        scratch: a folder for temporary files.

    Raises:
        UsageError: a name, or the folder, cannot be used so.
        GoError: no toolchain, or no program in the module.
    """
    project = look_at(folder, wishes, processes, scratch)
    scaffold = plan_project(project, folder, wishes)
    if not project.place.is_checkout:
        return scaffold
    paths = (*scaffold.kept, *(file.path for file in scaffold.files))
    top = project.place.top
    return replace(scaffold, top=top, uncommitted=uncommitted(top, paths, processes))


def plan_project(project: GoProject, folder: Path, wishes: Wishes) -> Scaffold:
    """Decide what to write for a project that has been looked at.

    Args:
        project: what was found.
        folder: where it lies, as the user names it.
        wishes: what the user says of it.

    Raises:
        UsageError: a name of the project cannot stand in the files, or one of them is a link.
        ConfigError: no table can be added to the pyproject.toml that is there, or no build could
            use it then.
    """
    text = _pyproject(project, wishes)
    is_told = text is not None or _is_ours(project.existing)
    options = () if text is not None else _options(project)
    workflow = workflow_name(project)
    place = project.place
    files = (
        [] if text is None else [NewFile(path=place.folder / FILE_NAME, text=text, top=place.top)]
    )
    files.append(
        NewFile(
            path=place.top / WORKFLOWS / workflow,
            text=fill("wheels.yml", _workflow_values(project, workflow, options)),
            top=place.top,
        )
    )
    name = project.names.distribution
    return Scaffold(
        description=_description(project),
        files=tuple(files),
        notes=tuple(notes(project, wishes, is_told=is_told)),
        commands=(
            ("go-to-wheel", word(folder), *options),
            ("go-to-wheel", "check", "dist"),
            trial(str(name), project.names.commands[0]),
        ),
        publisher=publisher_of(place.repository, workflow),
        trigger=_trigger(project, wishes),
        kept=_kept(project),
        addition="" if is_told else _tables(project),
        tried=project.names.commands[0],
    )


def requirement(*extras: str) -> str:
    """This very version of go-to-wheel, as pip takes it."""
    return f"go-to-wheel[{','.join(sorted(extras))}]=={__version__}"


def from_source(*extras: str) -> str:
    """The same from its repository, as pip takes it."""
    return f"go-to-wheel[{','.join(sorted(extras))}] @ {_SOURCE}"


def _kept(project: GoProject) -> tuple[Path, ...]:
    existing = project.existing
    return (existing.path,) if existing and existing.config else ()


def _is_ours(existing: Existing | None) -> bool:
    return existing is not None and existing.config is not None


def _pyproject(project: GoProject, wishes: Wishes) -> str | None:
    """The text of pyproject.toml; None where that is not to be written.

    What is there is never replaced. If told to, the tables that it lacks are put at its end.
    """
    existing = project.existing
    if existing is None:
        return f"{_HEADER}\n{_tables(project)}"
    if existing.config is not None or not wishes.force:
        return None
    text = added(existing.path, existing.text, _tables(project))
    try:
        document = tomllib.loads(text)
    except ValueError as error:
        raise ConfigError(
            f"To {existing.path} no table can be added: {error}.",
            hint="Write its tables as [tool.NAME].",
        ) from None
    read_document(existing.path, document)  # what no build could use is not written
    return text


def _tables(project: GoProject) -> str:
    """The tables that a pyproject.toml needs, without those that it has.

    Where no table names a build backend, frontends take setuptools (PEP 517), which knows nothing
    of Go.
    """
    existing = project.existing
    names = ["settings.toml"]
    if existing is None or existing.name is None:
        names.insert(0, "project.toml")
    if existing is None or not existing.has_build_system:
        names.insert(0, "build-system.toml")
    values = _project_values(project)
    return "\n".join(fill(name, values) for name in names)


def _project_values(project: GoProject) -> dict[str, Value]:
    names, reach = project.names, project.reach
    major, minor = __version__.split(".")[:2]
    return {
        "requires": (f"go-to-wheel>={major}.{minor}",),
        "name": str(names.distribution),
        "dynamic": ("version",) if project.readme else ("version", "readme"),
        "description": _summary(project),
        "readme": project.readme,
        "license": project.license,
        "repository": project.place.repository or None,
        "entry_point": names.entry_point,
        "packages": project.chosen.packages or None,
        "platforms": _platforms(project),
        "version_variable": project.version_variable,
        "cgo": True if reach.cgo else None,
        "alias": _alias(project),
    }


def _alias(project: GoProject) -> tuple[str, ...] | None:
    """The name that ``uvx`` and ``pipx run`` look for, where no command has it."""
    names = project.names
    if len(names.commands) == 1 or names.distribution.display in names.commands:
        return None
    return (f"{names.distribution.display}={names.commands[0]}",)


def _platforms(project: GoProject) -> tuple[str, ...] | None:
    """The targets, as they are named in settings; None for the usual ones."""
    reach = project.reach
    if reach.is_everywhere:
        return ("all",)
    return tuple(target.name for target in reach.targets) if reach.unfit else None


def _summary(project: GoProject) -> str:
    synopsis = project.chosen.programs[0].synopsis
    if synopsis and len(project.chosen.programs) == 1:
        return textwrap.shorten(synopsis, SUMMARY_WIDTH, placeholder=" ...")
    commands = project.names.commands
    if len(commands) == 1:
        return made_up_summary(commands[0])
    if len(commands) > _MOST_NAMED:
        return f"{len(commands)} commands of {project.chosen.programs[0].module}"
    return f"The commands {', '.join(commands[:-1])} and {commands[-1]}, as a Python package"


def _options(project: GoProject) -> tuple[str, ...]:
    """What pyproject.toml does not say, as options of the command."""
    config = project.existing.config if project.existing else None
    if config:
        return () if config.metadata.name else (f"--name={project.names.distribution}",)
    found = [f"--name={project.names.distribution}"]
    found += [f"--package={package}" for package in project.chosen.packages]
    for option, value in (
        ("entry-point", project.names.entry_point),
        ("platforms", ",".join(_platforms(project) or ())),
        ("set-version-var", project.version_variable),
        ("license", project.license),
    ):
        found += [f"--{option}={value}"] if value else []
    return (*found, "--cgo") if project.reach.cgo else tuple(found)


def _workflow_values(project: GoProject, workflow: str, options: Sequence[str]) -> dict[str, Value]:
    names, below = project.names, project.place.below
    extras = ("go", "cgo") if project.reach.cgo else ("go",)
    runners = [_RUNNERS[each.name] for each in project.reach.targets if each.name in _RUNNERS]
    return {
        "name": str(names.distribution),
        "workflow": workflow,
        "title": "wheels" if below == "." else f"wheels of {names.distribution}",
        "tag": f"{escaped(tag_prefix(project))}[0-9]*",
        "source": "." if below == "." else f"./{below}",
        "requirement": requirement(*extras),
        "from_source": from_source(*extras),
        "where": _where(project),
        "commands": " ".join(names.commands),
        "options": shlex.join(options),
        "runners": tuple(runners) or (_RUNNERS["linux-amd64"],),
    }


def _trigger(project: GoProject, wishes: Wishes) -> str:
    """What makes the workflow publish."""
    if version := fixed_version(project, force=wishes.force):
        return f"push the tag of the version in pyproject.toml, {tag_prefix(project)}{version}"
    if project.place.is_tagged:
        return f"push the next tag, of the form {tag_prefix(project)}X.Y.Z"
    return f"push a tag, like {tag_prefix(project)}0.1.0"


def escaped(text: str) -> str:
    """A text as GitHub's patterns of tags and paths mean it."""
    return re.sub(r"([*?+!\[\]\\])", r"\\\1", text)


def word(path: Path) -> str:
    """A path as a word of a command, which must not be taken for one of its own."""
    text = str(path)
    return text if path.is_absolute() or text.startswith(".") else f"./{text}"


def trial(name: str, command: str) -> tuple[str, ...]:
    """The command line that starts a program from the wheels in ``dist``.

    Without uv's cache, which may still hold another program of the same name and version.
    """
    start = ("uvx", "--no-cache", "--no-index", "--find-links", "dist")
    return (
        (*start, name, "--help") if name == command else (*start, "--from", name, command, "--help")
    )


def _description(project: GoProject) -> str:
    names = project.names
    found = describe_programs("Go source", project.chosen.programs)
    return (
        f"{found} ({project.go})\n"
        f"{names.distribution}: command{'s' if len(names.commands) > 1 else ''}"
        f" {shortened(names.commands)}, {_where(project)}"
    )


def _where(project: GoProject) -> str:
    reach = project.reach
    return "all targets" if reach.is_everywhere else counted(len(reach.targets), "target")
