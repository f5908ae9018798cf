"""Go source: a folder of a module, compiled for each target."""

from __future__ import annotations

import hashlib
import textwrap
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from packaging.version import Version

from ..._version import __version__
from ...cache import Cache
from ...errors import GoError
from ...events import LibraryBuilding, Observer, Stage, Warned, watch_nothing
from ...metadata import Metadata
from ...model import Binary, GoOptions
from ...names import CommandName, distribution_name_or_none
from ...provenance.licenses import ModuleLicenses, dump_licenses, load_licenses
from ...provenance.origin import BuildRecord, FolderOrigin, SourceOrigin
from ...targets import Target, select_targets
from ..context import Context
from ..files import absolute_folder, describe_binary
from ..golang.digest import digest_inputs
from ..golang.find import find_toolchain
from ..golang.gomod import find_workspace, module_root
from ..golang.linked import LinkedModule, linked_modules, merge_modules
from ..golang.linker_flags import refuse_go_variables
from ..golang.programs import MAJOR_VERSION, Program, describe_programs, find_programs
from ..golang.toolchain import Toolchain
from ..golang.version_variable import check_version_variable
from ..golang.versions import wanted_go
from ..project.texts import find_licenses, find_readme
from ..zig.compiler import Zig, expected_tags, with_zig
from .built_from import (
    Compiled,
    compiled_files,
    dump_compiled,
    load_compiled,
)
from .committed import NOT_KEPT, Kept, look_at_checkout, tell_change, with_texts
from .compiler import Compiler, build_flags
from .places import Places, places_of
from .recorded import build_of, folder_origins

SUMMARY_WIDTH = 400  # characters; the index takes 512
_AT_ONCE = 4  # questions to Go, each of which keeps a processor busy


@dataclass(slots=True, kw_only=True)
class GoSource:
    """A folder of Go source that has been looked at and can be compiled.

    Attributes:
        description: how the source was read, in one line.
        metadata: what the source tells of itself: the lowest layer.
        programs: what to compile.
        options: how to compile it.
        go: the toolchain.
        cache: where linked programs, and the licences of their modules, are kept.
        origin_of: what each program is made of, for the record of origin.
        places: the folders whose paths that record must not tell.
        inputs: a digest of all that the programs are made from, as it was when the run began;
            None where that is not known.
        sealed: it stays so, since nobody can change it.
        tell: told when a C library is built first.
        kept: what git tells of the folder.
        unlisted: name of a target → why Go does not tell what is linked in there.
        unheld: what is compiled in and not just as the commit has it; told with ``linked``.
    """

    description: str
    metadata: Metadata
    programs: tuple[Program, ...]
    options: GoOptions
    go: Toolchain
    cache: Cache
    origin_of: tuple[SourceOrigin, ...]
    places: Places = ()
    inputs: str | None = None
    sealed: bool = False
    tell: Observer = watch_nothing
    kept: Kept = NOT_KEPT
    unlisted: dict[str, GoError] = field(default_factory=dict)
    unheld: set[Path] = field(default_factory=set)

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
            UsageError: the version variable is malformed, or not there, or a flag sets a
                variable of Go's own library.
        """
        build_flags(self.options, version)
        refuse_go_variables(self.options, self.go.root)
        if self.options.version_variable:
            check_version_variable(self.options.version_variable, self.programs, self.go)

    def produce(
        self, target: Target, version: Version, commands: Sequence[CommandName], folder: Path
    ) -> tuple[Binary, ...]:
        """Compile every program for one target into an existing folder.

        Raises:
            CompileError: Go refused; the detail is Go's own message.
            GoTooOldError: go.mod wants a newer Go.
            GoError: Go compiles it, but cannot tell what is linked in.
            Cancelled: the run was stopped meanwhile.
        """
        compiler = Compiler(
            go=self.go,
            options=self.options,
            version=version,
            cache=self.cache,
            inputs=self.inputs,
            sealed=self.sealed,
        )
        made = []
        zig = self.go.c_compiler if isinstance(self.go.c_compiler, Zig) else None
        if zig and not zig.has_library(target):
            self.tell(LibraryBuilding(target=target))
        for program, command in zip(self.programs, commands, strict=True):
            output = folder / f"{command}{target.exe_suffix}"
            compiler.compile(program, target, output)
            if zig:
                zig.keep_library(target)
            made.append(describe_binary(output, target, command))
        if target.name in self.unlisted:
            raise self.unlisted[target.name]
        return tuple(made)

    def linked(self, targets: Sequence[Target]) -> tuple[ModuleLicenses, ...]:
        """The licences of the modules, and of C libraries, that are linked in for any target.

        Where Go cannot tell, because a program does not compile there, compiling it will say
        why; only if it does compile is that an error of its own.

        Raises:
            MetadataError: a licence file cannot be read, or leads out of its module.
            Cancelled: the run was stopped meanwhile.
        """
        key = self._linked_key(targets)
        kept = load_licenses(self.cache.get(key)) if key else None
        read = load_compiled(self.cache.get(f"{key}-files")) if kept is not None else None
        if kept is not None and read is not None:
            self._compare(read)
            cxx = self.cache.get(f"{key}-cxx") is not None
            return (*kept, *self._of_c_libraries(targets, cxx=cxx))
        with ThreadPoolExecutor(max_workers=min(len(targets), _AT_ONCE)) as pool:
            modules = merge_modules(pool.map(self._linked_for, targets))
        from .licenses import collect_licenses  # reading texts is rare, and loads much

        found = collect_licenses(modules, own={program.module for program in self.programs})
        read = compiled_files(modules)
        cxx = any(module.cxx for module in modules)
        if key and not self.unlisted:
            self.cache.put(key, dump_licenses(found))
            self.cache.put(f"{key}-files", dump_compiled(read))
            if cxx:
                self.cache.put(f"{key}-cxx", b"c++")
        self._compare(read)
        return (*found, *self._of_c_libraries(targets, cxx=cxx))

    def _of_c_libraries(
        self, targets: Sequence[Target], *, cxx: bool
    ) -> tuple[ModuleLicenses, ...]:
        if self.go.c_compiler is None:
            return ()
        from ..zig.c_libraries import licenses_of_c_libraries

        return licenses_of_c_libraries(self.go.c_compiler, targets, cxx=cxx)

    def _compare(self, read: Compiled) -> None:
        """Look which files that Go compiles are not as the commit has them, if it has any."""
        self.unheld.update(self.kept.unheld(read, self.go, self.programs))
        if self.unheld:
            change, is_read = min(self.unheld), True
            workspace = find_workspace(self.go, self.programs[0].module_root)
        else:
            seen, is_read = self.kept.seen(read, self.go, self.programs)
            if seen is None:
                return
            change, workspace = seen, None  # which lies in the module itself
        words = tell_change(change, is_read=is_read, workspace=workspace)
        self.tell(Warned(message=words))

    def _linked_for(self, target: Target) -> tuple[LinkedModule, ...]:
        try:
            return linked_modules(self.go, self.programs, self.options, target)
        except GoError as error:
            self.unlisted[target.name] = error
            return ()

    def _linked_key(self, targets: Sequence[Target]) -> str | None:
        """What the licences are kept under; None where they may change without Go's source."""
        root = self.programs[0].module_root
        if self.inputs is None or self.cache.folder is None or (root / "vendor").exists():
            return None
        words = [
            "licences 3", __version__, self.inputs, str(self.options.cgo), *self.options.tags,
            *(program.import_path for program in self.programs),
            *(target.name for target in targets),
        ]  # fmt: skip
        return hashlib.sha256("\0".join(words).encode(errors="surrogatepass")).hexdigest()

    def origins(
        self, target: Target, version: Version
    ) -> tuple[tuple[SourceOrigin, BuildRecord | None], ...]:
        """What each program is made of, and how Go compiles it."""
        build = build_of(self.go, self.options, version, target, self.places)
        return tuple((self._as_compiled(origin), build) for origin in self.origin_of)

    def _as_compiled(self, origin: SourceOrigin) -> SourceOrigin:
        if isinstance(origin, FolderOrigin) and origin.dirty is False and self.unheld:
            return replace(origin, dirty=True)
        return origin


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
    with ThreadPoolExecutor(max_workers=1) as aside:  # git, while Go works
        looking = aside.submit(look_at_checkout, root, context)
        go = find_toolchain(options.binary, context.processes, context.scratch, wanted_go(root))
        go = with_zig(go, options, targets, context)
        programs = find_programs(go, folder, options, targets)
        kept = looking.result()
    start = absolute_folder(folder)
    metadata = _metadata(start, root, programs, kept, context.given)
    return GoSource(
        description=f"{describe_programs('Go source', programs)} ({go.version})",
        metadata=metadata,
        programs=programs,
        options=options,
        go=go,
        cache=context.cache.below("linked"),
        origin_of=folder_origins(programs, kept.state),
        places=places_of(
            root, kept.checkout, context.processes.environment, go, context.output_dir
        ),
        inputs=digest_inputs(go, root, options.ldflags),
        tell=context.tell,
        kept=with_texts(kept, start, root, (context.given, metadata)),
    )


def _metadata(
    folder: Path, root: Path, programs: Sequence[Program], kept: Kept, given: Metadata
) -> Metadata:
    top = kept.checkout.root if kept.checkout else root
    first = programs[0]
    # The folder named by the user names the distribution when it is the program itself, as
    # in go-to-wheel 0.2, or holds several; one found below it, or chosen, goes by its own name.
    own = len(programs) > 1 or first.folder.resolve() == folder.resolve()
    name = distribution_name_or_none(_folder_name(folder)) if own else None
    readme = None if given.readme else find_readme(folder, top) or find_readme(root, top)
    return Metadata(
        name=name or distribution_name_or_none(first.command),
        version=kept.version,
        description=textwrap.shorten(first.synopsis, SUMMARY_WIDTH, placeholder=" ...") or None,
        readme=readme,
        license_files=None if given.license_files is not None else find_licenses(first.folder, top),
    )


def _folder_name(folder: Path) -> str:
    return folder.parent.name if MAJOR_VERSION.fullmatch(folder.name) else folder.name
