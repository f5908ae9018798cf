"""From a request and its source to a plan: everything that is decided before a build."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from packaging.version import Version

from .commands import Commands, choose_commands
from .errors import InvalidNameError, LicenseError, ProjectError
from .evidence import given_of, own_license_is_known, with_licenses, without_license
from .made_up import make_up
from .metadata import DEFAULT_REQUIRES_PYTHON, DEFAULT_VERSION, Metadata
from .model import Layout, PackageFile
from .names import CommandName, DistributionName, import_name_of
from .provenance.licenses import ModuleLicenses
from .request import BuildRequest
from .sources import Source
from .sources.golang.linked import STANDARD_LIBRARY
from .targets import TARGETS, Target
from .wheel.core_metadata import is_spdx, render_metadata
from .wheel.plan import Distribution
from .wheel.shim import LAUNCHER, LAUNCHER_SCRIPTS
from .wording import listed

_ENDINGS = ("", ".exe")  # of programs, in the wheels of one batch
_LISTED = 10  # modules in a message
# Of what Python, or a type checker, takes for a module; an extension goes before its .py.
_MODULES = (".py", ".pyi", ".pyc", ".so", ".pyd")


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
        linked: the modules that are linked in for any of the targets, with their licences; none
            where they are not known.
    """

    description: str
    distribution: Distribution
    commands: tuple[CommandName, ...]
    targets: tuple[PlannedTarget, ...]
    warnings: tuple[str, ...]
    linked: tuple[ModuleLicenses, ...] = ()


def make_plan(
    request: BuildRequest, source: Source, files: Sequence[PackageFile] = ()
) -> BuildPlan:
    """Decide what a build will do. Nothing is written; licences of modules are read.

    All wheels of a batch say the same of themselves, so that installers may read the metadata
    of any of them: each carries the licences of what is linked into any of their programs.

    Args:
        request: what to build.
        source: what it is built from.
        files: those of the project's own Python package.

    Raises:
        UsageError: a name, a version, an option or a metadata field cannot work.
        LicenseError: the program, or a module that is linked in, has no licence, and must.
    """
    layers, name = _named(request, source)
    commands = choose_commands(request, source, name)
    _refuse_taken_places(files, commands, request.layout or Layout.PACKAGE)
    version = layers.version or DEFAULT_VERSION
    metadata = _complete(request, replace(layers, version=version), name, commands)
    source.check_options(version)
    targets = source.select_targets(request.targets)
    render_metadata(metadata)  # what cannot be published is told before Go is asked
    batch = _batch(source, targets, request.licensed_for)
    linked = source.linked(batch)
    warnings = _doubts(layers, name, commands)
    if linked is not None:
        warnings += _without_own_license(metadata, required=request.require_licenses)
        warnings += _without_licenses(linked, required=request.require_licenses)
        metadata = with_licenses(metadata, linked)
    given = given_of(request.metadata, _telling(batch, linked))
    distribution = _distribution(request, name, metadata, version)
    return BuildPlan(
        description=source.description,
        distribution=replace(
            distribution, aliases=commands.aliases, files=tuple(files), given=given
        ),
        commands=commands.programs,
        targets=tuple(
            PlannedTarget(target=target, expected_tags=source.expected_tags(target))
            for target in targets
        ),
        warnings=(*request.notes, *warnings),
        linked=tuple(linked or ()),
    )


def _distribution(
    request: BuildRequest, name: DistributionName, metadata: Metadata, version: Version
) -> Distribution:
    """What the request and the metadata say of all wheels."""
    python = request.python
    return Distribution(
        name=name,
        version=version,
        package=python.name if python else import_name_of(name),
        layout=request.layout or Layout.PACKAGE,
        metadata=render_metadata(metadata),
        licenses=metadata.license_files or (),
        entry_points=python.entry_points if python else (),
    )


def _named(request: BuildRequest, source: Source) -> tuple[Metadata, DistributionName]:
    """What is said of the distribution, by the user first, and its name."""
    layers = request.metadata
    if not request.is_described:
        layers = layers.over(source.metadata)
    if layers.name is None:
        raise InvalidNameError(
            f"{source.description} has no name that a Python distribution can have.",
            hint="Give one with --name.",
        )
    return layers, layers.name


def _batch(source: Source, targets: Sequence[Target], more: Sequence[str]) -> tuple[Target, ...]:
    """The targets whose linked modules all wheels tell of, in the order of the table."""
    others = source.select_targets(more) if more else ()
    both = {target.name for target in (*targets, *others)}
    return tuple(target for target in TARGETS if target.name in both)


def _telling(batch: Sequence[Target], linked: Sequence[ModuleLicenses] | None) -> tuple[str, ...]:
    """The names of a batch's targets, where it may depend on them what is linked in."""
    if len(batch) == 1 or not linked or {module.path for module in linked} <= {STANDARD_LIBRARY}:
        return ()
    return tuple(target.name for target in batch)


def _without_own_license(metadata: Metadata, *, required: bool) -> tuple[str, ...]:
    """A warning where the licence of the program itself is not known.

    Raises:
        LicenseError: it is not, and that is not allowed.
    """
    if own_license_is_known(metadata):
        return ()
    names = ", ".join(str(text.path) for text in metadata.license_files or ())
    if names:
        message = f"The program has no licence that could be recognised ({names})."
        hint = "Name it with --license; one of your own is like LicenseRef-Acme."
    else:
        message = "The program has no licence, so nobody knows what they may do with it."
        hint = "Put a LICENSE beside it, or name one with --license."
    if required:
        raise LicenseError(message, hint=hint)
    return (f"{message} {hint}",)


def _without_licenses(linked: Sequence[ModuleLicenses], *, required: bool) -> tuple[str, ...]:
    """A warning that names the modules whose licence is not known; none where all are.

    Raises:
        LicenseError: there are some, and that is not allowed.
    """
    missing = without_license(linked)
    if not missing:
        return ()
    alone = len(missing) == 1
    message = (
        f"{listed(missing, _LISTED)} {'is' if alone else 'are'} linked in, and no licence that could be recognised"
        f" comes with {'it' if alone else 'them'}."
    )
    if required:
        raise LicenseError(
            message,
            hint="Ask its authors what holds for it, use another module, or leave out"
            " --require-licenses.",
        )
    return (message,)


def _refuse_taken_places(files: Sequence[PackageFile], commands: Commands, layout: Layout) -> None:
    """The launcher and the programs have their places in a project's own Python package."""
    places = {f"{LAUNCHER}.py"}
    if layout is Layout.NATIVE:
        places.add(f"{LAUNCHER_SCRIPTS}.py")
    else:
        places |= {
            f"bin/{command}{ending}".lower() for command in commands.programs for ending in _ENDINGS
        }
    launchers = {place.removesuffix(".py") for place in places if place.endswith(".py")}
    folders = {place.removesuffix(".py") + "/" for place in places}
    for file in files:
        below = file.path.partition("/")[2].lower()
        is_module = below.partition(".")[0] in launchers and below.endswith(_MODULES)
        if is_module or below in places or below.startswith(tuple(folders)):
            raise ProjectError(
                f"The project has a file {file.path} ({file.source}), where go-to-wheel puts"
                f" {'its launcher' if below.startswith(LAUNCHER) else 'the program'}.",
                hint="Rename it, or leave it out with exclude.",
            )


def _complete(
    request: BuildRequest, metadata: Metadata, name: DistributionName, commands: Commands
) -> Metadata:
    """Fill what every wheel must have."""
    if request.is_described:
        return make_up(metadata, name, commands, request.dynamic)
    metadata = make_up(metadata, name, commands)
    return metadata.over(Metadata(requires_python=DEFAULT_REQUIRES_PYTHON))


def _doubts(metadata: Metadata, name: DistributionName, commands: Commands) -> tuple[str, ...]:
    """What the user should know of what is said of the distribution."""
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
    return tuple(warnings)
