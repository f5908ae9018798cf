"""What the source of a wheel says by itself: its pyproject.toml, its tags, its module's path.

It is the same that a build of that source without any option would go by.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from packaging.version import Version

from ..config import with_config
from ..errors import GoError, InvalidVersionError, MetadataError
from ..evidence import given_of
from ..metadata import DEFAULT_VERSION, Metadata
from ..model import GoOptions, Layout
from ..names import parse_version
from ..provenance.origin import FolderOrigin, ModuleOrigin, ReleaseOrigin
from ..request import BuildRequest
from ..sources.files import absolute_folder
from ..sources.git.checkout import find_checkout
from ..sources.github.facts import version_of_tag
from ..sources.golang.find import find_toolchain
from ..sources.golang.gomod import module_root
from ..sources.golang.programs import command_of, find_programs
from ..sources.process import Processes
from ..targets import Target
from .chosen import Stated, own_name
from .claim import Claim


def stated_by(claim: Claim, request: BuildRequest, processes: Processes, scratch: Path) -> Stated:
    """What the source says.

    Args:
        claim: what the wheel says of how it was made.
        request: the build that has given it again; its source is there.
        processes: what runs Go and git.
        scratch: a folder for temporary files.

    Raises:
        ConfigError: the source's settings are wrong.
    """
    first = claim.programs[0].source
    match first:
        case FolderOrigin():
            return _by_folder(claim, request, processes, scratch)
        case ModuleOrigin():
            several = len(claim.programs) > 1
            path = first.module if several else first.package
            return Stated(
                names=frozenset({command_of(path)}),
                version=_public(first.version),
                packages=frozenset({first.module}),
            )
        case ReleaseOrigin():
            names = frozenset({first.repository.partition("/")[2]})
            return Stated(names=names, version=_of_tag(first.tag))
        case _:
            return Stated()


def _public(text: str) -> str:
    try:
        return parse_version(text).public
    except InvalidVersionError:
        return ""


def _of_tag(tag: str) -> str:
    try:
        return str(version_of_tag(tag))
    except InvalidVersionError:
        return ""


def _by_folder(claim: Claim, request: BuildRequest, processes: Processes, scratch: Path) -> Stated:
    own = _alone(request)
    metadata = own.metadata
    packages = _packages(own, claim.target, processes, scratch)
    first = own.entry_point or claim.commands[0]
    names = [str(metadata.name)] if metadata.name else map(own_name, claim.programs)
    return Stated(
        names=frozenset(names),
        version=str(metadata.version or _by_tags(request, processes) or ""),
        commands=frozenset(filter(None, [own.entry_point])),
        aliases=frozenset(f"{each.name}={each.command or first}" for each in own.aliases),
        layout=own.layout or Layout.PACKAGE,
        packages=packages,
        go=_with_version(own.go, claim.version),
        given=given_of(metadata),
    )


def _alone(request: BuildRequest) -> BuildRequest:
    """The build of the same source without any option: by its own settings."""
    bare = BuildRequest(
        source=request.source,
        go=GoOptions(binary=request.go.binary),
        cache_dir=None,
        environment=request.environment,
    )
    with suppress(MetadataError):
        return with_config(bare)
    # Git refuses to tell the version, so that nothing states it.
    filled = with_config(replace(bare, metadata=Metadata(version=DEFAULT_VERSION)))
    return replace(filled, metadata=replace(filled.metadata, version=None))


def _packages(
    own: BuildRequest, target: Target, processes: Processes, scratch: Path
) -> frozenset[str]:
    """The import paths of the programs that are built where none is named on a command line."""
    with suppress(GoError):
        go = find_toolchain(own.go.binary, processes, scratch)
        programs = find_programs(go, _folder(own), own.go, [target])
        return frozenset(program.import_path for program in programs)
    return frozenset()


def _by_tags(request: BuildRequest, processes: Processes) -> Version | None:
    root = module_root(_folder(request))
    checkout = find_checkout(root, processes)
    return checkout.version(root) if checkout else None


def _folder(request: BuildRequest) -> Path:
    return absolute_folder(Path(str(request.source)))


def _with_version(go: GoOptions, version: Version) -> GoOptions:
    """The options with the version variable among the linker's flags, as a record has it."""
    if go.version_variable is None:
        return go
    flag = f"-X {go.version_variable}={version}"
    return replace(go, ldflags=f"{flag} {go.ldflags}".rstrip(), version_variable=None)
