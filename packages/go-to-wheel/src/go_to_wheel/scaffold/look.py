"""Looking at a Go project: what must be known to set up its wheels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import NotMainPackageError, SourceNotFoundError, UsageError
from ..model import GoOptions
from ..names import (
    CommandName,
    DistributionName,
    import_name_of,
    parse_command_name,
    parse_distribution_name,
)
from ..provenance.identify import license_of
from ..sources.files import absolute_folder
from ..sources.golang.find import find_toolchain
from ..sources.golang.gomod import module_root
from ..sources.golang.programs import MAJOR_VERSION, Program, find_programs
from ..sources.golang.toolchain import Toolchain
from ..sources.golang.versions import wanted_go
from ..sources.process import Processes
from ..sources.project.texts import find_licenses, is_readme, read_readme
from ..targets import Target, find_target, select_targets
from .existing import Existing, read_existing
from .git import checkout_of, has_bare_tags, keeps_wheels, repository_of
from .hints import Releaser, find_publishing, find_version_variable, read_releaser
from .modules import refuse_top_of_modules
from .reach import Reach, find_reach, with_cgo
from .values import Wishes

_SYSTEMS = ("linux-amd64", "windows-amd64", "darwin-arm64")
# Where projects keep programs that are not for their users.
_ASIDE = {
    "_examples", "bench", "benchmark", "benchmarks", "build", "ci", "contrib", "demo", "demos",
    "dev", "doc", "docs", "e2e", "example", "examples", "hack", "internal", "magefiles", "sample",
    "samples", "script", "scripts", "test", "testing", "tests", "tools",
}  # fmt: skip
_READMES = (".md", ".rst", ".txt")  # whose markup [project] can tell by their endings


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a project lies.

    Attributes:
        folder: that of its go.mod.
        top: the top of the repository; the same folder without git.
        repository: the web address of the repository; empty where it has none.
        is_checkout: git keeps it.
        is_tagged: a git tag tells the version.
        has_bare_tags: versions are tagged as ``1.2.3``, without a ``v``.
        keeps_wheels: git does not ignore the folder ``dist`` that wheels go to.
    """

    folder: Path
    top: Path
    repository: str = ""
    is_checkout: bool = True
    is_tagged: bool = False
    has_bare_tags: bool = False
    keeps_wheels: bool = False

    @property
    def below(self) -> str:
        """Where the folder lies below the top, with ``/``; ``.`` at the top itself."""
        return self.folder.relative_to(self.top).as_posix()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The programs of a module.

    Attributes:
        programs: the main packages to build.
        left_out: others that were found, as paths below the module's folder.
        packages: how to name the programs to go-to-wheel; empty where there is one, in the
            module's own folder.
    """

    programs: tuple[Program, ...]
    left_out: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What things are called.

    Attributes:
        distribution: the name on the index.
        commands: the names of the commands.
        entry_point: the name of the one command, where that is not the distribution's.
    """

    distribution: DistributionName
    commands: tuple[CommandName, ...]
    entry_point: CommandName | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GoProject:
    """A Go module, as far as its wheels are concerned.

    Attributes:
        place: where it lies.
        go: the version of the toolchain, for example ``go1.27.3``.
        chosen: its programs.
        names: what the distribution and its commands are called.
        reach: where the programs can be built.
        readme: the name of the README; None where there is none that ``[project]`` can name.
        license: the SPDX identifier of the licence; None where that is not certain.
        version_variable: the Go variable that gets the version; None where none is certain.
        existing: its pyproject.toml, where there is one.
        has_releaser: GoReleaser builds its programs already.
        publishing: the names of the workflows that publish Python packages already.
    """

    place: Place
    go: str
    chosen: Chosen
    names: Names
    reach: Reach
    readme: str | None
    license: str | None
    version_variable: str | None
    existing: Existing | None
    has_releaser: bool = False
    publishing: tuple[str, ...] = ()


def look_at(folder: Path, wishes: Wishes, processes: Processes, scratch: Path) -> GoProject:
    """Look at the Go module in a folder.

    Args:
        folder: the folder of its go.mod.
        wishes: what the user says of it.
        processes: what runs Go and git.
        scratch: a folder for temporary files.

    Raises:
        SourceNotFoundError: no such folder, or no go.mod in it.
        ConfigError: its pyproject.toml is damaged.
        NotMainPackageError: it holds no program.
        GoError: no toolchain, or one that cannot read the module.
        MetadataError: its README or licence cannot be used.
        InvalidNameError: the distribution, or a command, cannot have its name.
        UsageError: the wishes are not what the pyproject.toml that is there says.
    """
    root = _root(folder)
    existing = read_existing(root, processes)
    if existing and existing.config and (wishes.packages or wishes.entry_point):
        raise UsageError(
            f"{existing.path} says already what is built, and --package or --entry-point too.",
            hint="Leave the option out, or change the file.",
        )
    place = _place(root, processes)
    go = find_toolchain(wishes.go_binary, processes, scratch, wanted_go(root))
    chosen = _choose(with_cgo(go), root, wishes, existing)
    names = _names(wishes, existing, chosen.programs)
    releaser = read_releaser((root, place.top))
    return GoProject(
        place=place,
        go=go.version,
        chosen=chosen,
        names=names,
        reach=_reach(go, chosen.programs, existing, releaser),
        readme=_readme(root),
        license=license_of(find_licenses(root, place.top)),
        version_variable=find_version_variable(chosen.programs, releaser, go),
        existing=existing,
        has_releaser=releaser.is_there,
        publishing=find_publishing(place.top),
    )


def _root(folder: Path) -> Path:
    refuse_top_of_modules(folder)
    root = module_root(folder)
    if root != absolute_folder(folder):
        raise SourceNotFoundError(
            f"There is no go.mod in {folder}; the one above it is in {root}.",
            hint="Give that folder, and name the program with --package.",
        )
    return Path(root).resolve()


def _place(root: Path, processes: Processes) -> Place:
    checkout = checkout_of(root, processes)
    top = checkout.root.resolve() if checkout else root
    if checkout is None or not root.is_relative_to(top):
        return Place(folder=root, top=root, is_checkout=False)
    return Place(
        folder=root,
        top=top,
        repository=repository_of(checkout, root),
        is_tagged=checkout.version(root) is not None,
        has_bare_tags=has_bare_tags(checkout, root),
        keeps_wheels=keeps_wheels(checkout),
    )


def _choose(go: Toolchain, root: Path, wishes: Wishes, existing: Existing | None) -> Chosen:
    """The programs to package: those named, else those that look as if they were for users."""
    settings = existing.settings if existing else None
    tags = settings.tags if settings else ()
    named = wishes.packages or (settings.packages if settings else ())
    if named:
        found = find_programs(go, root, GoOptions(packages=named, tags=tags), _usual_systems())
        return Chosen(programs=found, packages=named)
    found = _all_programs(go, root, tags)
    chosen = _for_users(found, root)
    paths = tuple(_below(program, root) for program in chosen)
    return Chosen(
        programs=chosen,
        left_out=tuple(_below(each, root) for each in found if each not in chosen),
        packages=() if paths == (".",) else paths,
    )


def _usual_systems() -> list[Target]:
    return [find_target(name) for name in _SYSTEMS]


def _all_programs(go: Toolchain, root: Path, tags: tuple[str, ...]) -> tuple[Program, ...]:
    """Every program of a module, of the first usual system that has any."""
    for target in _usual_systems():
        try:
            return find_programs(go, root, GoOptions(packages=("./...",), tags=tags), [target])
        except NotMainPackageError:
            continue
    # which says why, with what the folder holds instead
    return find_programs(go, root, GoOptions(tags=tags), _usual_systems()[:1])


def _for_users(found: Sequence[Program], root: Path) -> tuple[Program, ...]:
    """The module's own program, else those of cmd/, else those that are not kept aside."""
    parts = {program: program.folder.resolve().relative_to(root).parts for program in found}
    tests = (
        lambda program: not parts[program],
        lambda program: parts[program][0] == "cmd" and not _ASIDE & set(parts[program]),
        lambda program: not _ASIDE & set(parts[program]),
    )
    for test in tests:
        if chosen := tuple(filter(test, found)):
            return chosen
    return tuple(found)


def _below(program: Program, root: Path) -> str:
    path = program.folder.resolve().relative_to(root).as_posix()
    return path if path == "." else f"./{path}"


def _names(wishes: Wishes, existing: Existing | None, programs: Sequence[Program]) -> Names:
    config = existing.config if existing else None
    known = config.metadata.name if config else None
    if existing and known and wishes.name and wishes.name.normalized != known.normalized:
        raise UsageError(
            f"{existing.path} calls the distribution {known}, and --name {wishes.name}.",
            hint="Leave the option out, or change the file.",
        )
    if known is None and existing and existing.name and wishes.force:  # its table will count
        known = parse_distribution_name(existing.name)
    name = wishes.name or known or parse_distribution_name(_own_name(programs))
    import_name_of(name)
    if len(programs) > 1:
        commands = tuple(parse_command_name(program.command) for program in programs)
        return Names(distribution=name, commands=commands)
    entry_point = wishes.entry_point
    if entry_point is None and existing and existing.settings.entry_point:
        entry_point = parse_command_name(existing.settings.entry_point)
    command = entry_point or parse_command_name(name.display)
    return Names(distribution=name, commands=(command,), entry_point=entry_point)


def _own_name(programs: Sequence[Program]) -> str:
    """The program's name; where there are several, the last element of the module's path."""
    if len(programs) == 1:
        return programs[0].command
    elements = programs[0].module.split("/")
    is_major = len(elements) > 1 and MAJOR_VERSION.fullmatch(elements[-1])
    return elements[-2] if is_major else elements[-1]


def _reach(
    go: Toolchain, programs: Sequence[Program], existing: Existing | None, releaser: Releaser
) -> Reach:
    """Where the programs can be built; a file that says so already has the last word."""
    if existing is None or existing.config is None:
        return find_reach(go, programs, cgo=releaser.cgo)
    settings = existing.settings
    return Reach(targets=select_targets(settings.platforms), cgo=settings.cgo)


def _readme(root: Path) -> str | None:
    found = [
        path
        for path in sorted(root.iterdir())
        if is_readme(path) and path.suffix.lower() in _READMES and path.is_file()
    ]
    found.sort(key=lambda path: _READMES.index(path.suffix.lower()))
    if not found:
        return None
    read_readme(found[0])  # better now than at the first build
    return found[0].name
