"""Go source: a folder of a module, compiled for each target."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version

from ..cache import Cache
from ..events import Stage
from ..metadata import Metadata
from ..model import Binary, GoOptions
from ..names import CommandName, distribution_name_or_none
from ..targets import Target, select_targets
from .compile import Compiler, build_flags
from .context import Context
from .files import absolute_folder, describe_binary
from .git import find_checkout
from .packages import MAJOR_VERSION, Program, find_programs, module_root
from .texts import find_licenses, find_readme
from .toolchain import Toolchain, find_toolchain, wanted_go
from .zig import expected_tags, with_zig

SUMMARY_WIDTH = 400  # characters; the index takes 512


@dataclass(frozen=True, slots=True, kw_only=True)
class GoSource:
    """A folder of Go source that has been looked at and can be compiled.

    Attributes:
        description: how the source was read, in one line.
        metadata: what the source tells of itself: the lowest layer.
        programs: what to compile.
        options: how to compile it.
        go: the toolchain.
        cache: where linked programs are kept.
        sealed: a digest of all that the programs are made from, where it is known already.
    """

    description: str
    metadata: Metadata
    programs: tuple[Program, ...]
    options: GoOptions
    go: Toolchain
    cache: Cache
    sealed: str | None = None

    @property
    def commands(self) -> tuple[CommandName, ...]:
        """The names that Go gives the programs."""
        return tuple(CommandName(program.command) for program in self.programs)

    @property
    def work(self) -> Stage:
        """Producing means compiling."""
        return Stage.COMPILING

    @property
    def keeps_names(self) -> bool:
        """A single program goes by the distribution's name, as in go-to-wheel 0.2."""
        return False

    def select_targets(self, names: Sequence[str]) -> tuple[Target, ...]:
        """The targets of these names; the six default ones without names.

        Raises:
            UnknownTargetError: a name that is no target.
        """
        return select_targets(names)

    def origin(self, target: Target) -> str:  # noqa: ARG002 - the same for all
        """Nothing: every binary comes from the same source."""
        return ""

    def expected_tags(self, target: Target) -> tuple[str, ...]:
        """The platform tags that this Go version's binaries deserve on the target."""
        return expected_tags(target, self.go.version, self.options)

    def check_options(self, version: Version) -> None:
        """Refuse options that cannot work, before anything is compiled.

        Raises:
            UsageError: the version variable is malformed.
        """
        build_flags(self.options, version)

    def produce(
        self, target: Target, version: Version, commands: Sequence[CommandName], folder: Path
    ) -> tuple[Binary, ...]:
        """Compile every program for one target into an existing folder.

        Raises:
            CompileError: Go refused; the detail is Go's own message.
            GoTooOldError: go.mod wants a newer Go.
            Cancelled: the run was stopped meanwhile.
        """
        compiler = Compiler(
            go=self.go,
            options=self.options,
            version=version,
            cache=self.cache,
            sealed=self.sealed,
        )
        made = []
        for program, command in zip(self.programs, commands, strict=True):
            output = folder / f"{command}{target.exe_suffix}"
            compiler.compile(program, target, output)
            made.append(describe_binary(output, target, command))
        return tuple(made)


def open_go_source(
    folder: Path, options: GoOptions, targets: Sequence[Target], context: Context
) -> GoSource:
    """Look at a folder of Go source: its programs, its version, its texts.

    Args:
        folder: a module's folder, or one inside it.
        options: how to build it.
        targets: what to build for; packages that do not exist on the first do not count.
        context: what runs Go and git, and where linked programs are kept.

    Raises:
        SourceNotFoundError: no such folder, or no go.mod in it or above it.
        NotMainPackageError: no program there, or several and none chosen.
        GoError: no toolchain, or one that cannot read the module.
        MetadataError: a text of the source cannot be used, or git refuses to tell the version.
    """
    root = module_root(folder)
    go = find_toolchain(options.binary, context.processes, context.scratch, wanted_go(root))
    go = with_zig(go, options, targets, context)
    programs = find_programs(go, folder, options, targets)
    return GoSource(
        description=f"Go source {', '.join(p.import_path for p in programs)} ({go.version})",
        metadata=_metadata(absolute_folder(folder), root, programs, context),
        programs=programs,
        options=options,
        go=go,
        cache=context.cache.below("linked"),
    )


def _metadata(folder: Path, root: Path, programs: Sequence[Program], context: Context) -> Metadata:
    given = context.given
    checkout = find_checkout(root, context.processes, needs_version=given.version is None)
    top = checkout.root if checkout else root
    first = programs[0]
    # The folder named by the user names the distribution when it is the program itself, as
    # in go-to-wheel 0.2; a program found below it, or chosen, goes by its own name.
    own = len(programs) == 1 and first.folder.resolve() == folder.resolve()
    name = distribution_name_or_none(_folder_name(folder)) if own else None
    readme = None if given.readme else find_readme(folder, top) or find_readme(root, top)
    return Metadata(
        name=name or distribution_name_or_none(first.command),
        version=checkout.version(root) if checkout and not given.version else None,
        description=textwrap.shorten(first.synopsis, SUMMARY_WIDTH, placeholder=" ...") or None,
        readme=readme,
        license_files=() if given.license_files else find_licenses(first.folder, top),
    )


def _folder_name(folder: Path) -> str:
    return folder.parent.name if MAJOR_VERSION.fullmatch(folder.name) else folder.name
