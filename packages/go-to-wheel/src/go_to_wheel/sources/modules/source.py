"""A Go package at a version, through Go's module proxy and checksum database."""

from __future__ import annotations

import hashlib
import textwrap
from collections.abc import Sequence
from dataclasses import replace

from packaging.version import Version as ProjectVersion

from ...metadata import Metadata, is_web_address
from ...model import GoOptions
from ...names import distribution_name_or_none, parse_version
from ...provenance.origin import ModuleOrigin
from ...scratch import unwritable_scratch
from ...targets import Target
from ..compile.places import places_of
from ..compile.source import SUMMARY_WIDTH, GoSource
from ..context import Context
from ..forms import ModuleAtVersion
from ..golang.digest import has_other_linker
from ..golang.programs import Program, command_of, describe_programs
from ..golang.toolchain import Toolchain
from ..project.texts import find_licenses, find_readme
from ..zig.compiler import with_zig
from .answers import Version
from .main_module import Sealed, start
from .opening import Opening
from .programs import Question, module_programs


def open_module(
    form: ModuleAtVersion, options: GoOptions, targets: Sequence[Target], context: Context
) -> GoSource:
    """Look at a Go package at a version: its module, its programs, its texts.

    Args:
        form: the package and the version.
        options: how to build it; its packages are paths below the package, or import paths.
        targets: what to build for; packages that do not exist on the first do not count.
        context: what runs Go, and where linked programs are kept.

    Raises:
        GoModuleNotFoundError: no such module, or no such version of it.
        NotMainPackageError: the package is not there, or is no program.
        GoError: no toolchain, one that is too old, or a module that only its checkout can build.
        DownloadError: the network failed.
        VerificationError: what came is not what was published.
        UsageError: a package that was named does not lie in the module.
        InvalidVersionError: its version cannot be that of a Python package, and none was given.
        MetadataError: a text of the source cannot be used.
        OutputError: there is no room for temporary files.
    """
    folder = context.scratch / "module"
    question = Question(form=form, options=options, targets=targets)
    try:
        start(folder)
        sealed, go = Opening(question=question, context=context, folder=folder).seal()
    except OSError as error:
        raise unwritable_scratch(error) from error
    go = with_zig(go, options, targets, context)
    module = Version(path=sealed.module, version=sealed.version)
    programs = module_programs(go, folder, question, module)
    return GoSource(
        description=_describe(form, sealed, programs, go),
        metadata=_metadata(sealed, programs, context.given),
        # Go is run in our main module, whose go.mod and go.sum say all that it may use.
        programs=tuple(replace(program, module_root=folder) for program in programs),
        options=options,
        go=go,
        cache=context.cache.below("linked"),
        origin_of=tuple(_origin(program, sealed) for program in programs),
        places=places_of(folder, None, context.processes.environment, go, context.output_dir),
        inputs=_digest(go, sealed, options.ldflags),
        sealed=True,
        tell=context.tell,
    )


def _origin(program: Program, sealed: Sealed) -> ModuleOrigin:
    """The module at its version, with its sum as go.sum has it (the Go modules reference)."""
    line = f"{sealed.module} {sealed.version} "
    sums = (each.removeprefix(line) for each in sealed.go_sum.splitlines() if each.startswith(line))
    return ModuleOrigin(
        package=program.import_path,
        module=sealed.module,
        version=sealed.version,
        sum=next(sums, ""),
    )


def _describe(
    form: ModuleAtVersion, sealed: Sealed, programs: Sequence[Program], go: Toolchain
) -> str:
    """How the source was read, in one line."""
    what = "Go package" if len(programs) == 1 else "Go packages"
    text = describe_programs(what, programs)
    if form.version == sealed.version:
        text = f"{text}, {sealed.version}"
    else:
        text = f"{text}: @{form.version} is {sealed.version}"
    if sealed.changed:
        text = f"{text}, with the replace and exclude lines of its go.mod"
    return f"{text} ({go.version})"


def _metadata(sealed: Sealed, programs: Sequence[Program], given: Metadata) -> Metadata:
    first = programs[0]
    # Several go by the name that one of the module itself would have.
    name = first.command if len(programs) == 1 else command_of(first.module)
    top = first.module_root
    readme = None if given.readme else find_readme(first.folder, top) or find_readme(top, top)
    # The index takes no local versions; what Go writes after a "+" is no part of the number.
    version = None if given.version else ProjectVersion(parse_version(sealed.version).public)
    url = sealed.repository if is_web_address(sealed.repository) else ""
    return Metadata(
        name=distribution_name_or_none(name),
        version=version,
        description=textwrap.shorten(first.synopsis, SUMMARY_WIDTH, placeholder=" ...") or None,
        readme=readme,
        license_files=None if given.license_files is not None else find_licenses(first.folder, top),
        urls=(("Homepage", url), ("Source", url)) if url else (),
    )


def _digest(go: Toolchain, sealed: Sealed, ldflags: str) -> str | None:
    """What the programs are made from; None where more than our main module may play a part."""
    if not go.is_release or has_other_linker(ldflags):
        return None
    try:
        facts = go.command.stat()
    except OSError:
        return None
    words = (str(go.command), go.version, f"{facts.st_size} {facts.st_mtime_ns}")
    text = "\0".join([*words, sealed.go_mod, sealed.go_sum])
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
