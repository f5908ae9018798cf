"""From a request and its source to a plan: everything that is decided before a build."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from packaging.version import Version

from .commands import Commands, choose_commands
from .errors import InvalidNameError, ProjectError, UsageError
from .metadata import Metadata, Readme
from .model import Layout, PackageFile
from .names import CommandName, DistributionName, import_name_of
from .request import BuildRequest
from .sources import Source
from .sources.forms import Form, GitHubRelease, GoFolder, ModuleAtVersion
from .targets import Target
from .wheel.core_metadata import is_spdx, render_metadata
from .wheel.plan import Distribution
from .wheel.shim import LAUNCHER, LAUNCHER_SCRIPTS

DEFAULT_VERSION = Version("0.1.0")
DEFAULT_REQUIRES_PYTHON = ">=3.10"
_ENDINGS = ("", ".exe")  # of programs, in the wheels of one batch


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
    if isinstance(form, GoFolder | ModuleAtVersion):
        where = "Go source"
        given = {
            "--binary": release.binaries,
            "--asset": release.assets,
            "--allow-unverified": release.allow_unverified,
            **_trust_options(request),
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
            "--cgo": go.cgo,
            "--libc": go.libc,
            **({} if isinstance(form, GitHubRelease) else _trust_options(request)),
        }
    foreign = [option for option, value in given.items() if value]
    if foreign:
        alone = len(foreign) == 1
        more = [hints[option] for option in foreign if option in hints]
        raise UsageError(
            f"{' and '.join(foreign)} {'has' if alone else 'have'} no meaning for {where}.",
            hint=" ".join([f"Leave {'it' if alone else 'them'} out.", *more]),
        )


def _trust_options(request: BuildRequest) -> dict[str, bool]:
    """The options that mean something for a GitHub release alone, and whether they are given."""
    trust = request.release.trust
    return {
        "--require-signature": trust.require_signature,
        "--minisign-key": trust.minisign_key is not None,
        "--trusted-root": trust.trusted_root is not None,
        "--lock": trust.lock is not None,
        "--update-lock": trust.update_lock,
        "--min-age": trust.min_age_days is not None,
    }


def make_plan(
    request: BuildRequest, source: Source, files: Sequence[PackageFile] = ()
) -> BuildPlan:
    """Decide what a build will do. Nothing is read or written any more.

    Args:
        request: what to build.
        source: what it is built from.
        files: those of the project's own Python package.

    Raises:
        UsageError: a name, a version, an option or a metadata field cannot work.
    """
    layers = request.metadata
    if not request.is_described:
        layers = layers.over(source.metadata)
    if layers.name is None:
        raise InvalidNameError(
            f"{source.description} has no name that a Python distribution can have.",
            hint="Give one with --name.",
        )
    layout = request.layout or Layout.PACKAGE
    commands = choose_commands(request, source, layers.name)
    _refuse_taken_places(files, commands, layout)
    metadata, warnings = _complete(layers, layers.name, commands)
    assert metadata.version is not None
    source.check_options(metadata.version)
    return BuildPlan(
        description=source.description,
        distribution=Distribution(
            name=layers.name,
            version=metadata.version,
            package=request.python.name if request.python else import_name_of(layers.name),
            layout=layout,
            metadata=render_metadata(metadata),
            licenses=metadata.license_files,
            aliases=commands.aliases,
            files=tuple(files),
            entry_points=request.python.entry_points if request.python else (),
        ),
        commands=commands.programs,
        targets=tuple(
            PlannedTarget(target=target, expected_tags=source.expected_tags(target))
            for target in source.select_targets(request.targets)
        ),
        warnings=warnings,
    )


def _refuse_taken_places(files: Sequence[PackageFile], commands: Commands, layout: Layout) -> None:
    """The launcher and the programs have their places in a project's own Python package."""
    places = {f"{LAUNCHER}.py"}
    if layout is Layout.NATIVE:
        places.add(f"{LAUNCHER_SCRIPTS}.py")
    else:
        places |= {
            f"bin/{command}{ending}".lower() for command in commands.programs for ending in _ENDINGS
        }
    folders = {place.removesuffix(".py") + "/" for place in places}
    for file in files:
        below = file.path.partition("/")[2].lower()
        if below in places or below.startswith(tuple(folders)):
            raise ProjectError(
                f"The project has a file {file.path} ({file.source}), where go-to-wheel puts"
                f" {'its launcher' if below.startswith(LAUNCHER) else 'the program'}.",
                hint="Rename it, or leave it out with exclude.",
            )


def _complete(
    metadata: Metadata, name: DistributionName, commands: Commands
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
    if note := commands.note(name):
        warnings.append(note)
    summary = f"The {commands.programs[0]} command, as a Python package"
    defaults = Metadata(
        version=DEFAULT_VERSION,
        description=summary,
        readme=_made_up_readme(name, metadata.description or summary, commands),
        requires_python=DEFAULT_REQUIRES_PYTHON,
    )
    return metadata.over(defaults), tuple(warnings)


def _made_up_readme(name: DistributionName, summary: str, commands: Commands) -> Readme:
    """A long description for a project without a README; the index shows it."""
    start = f"uvx {name}" if commands.has(name) else f"uvx --from {name} {commands.programs[0]}"
    return Readme(text=f"# {name}\n\n{summary}\n\n    {start}\n", content_type="text/markdown")
