"""From what a wheel claims to the request of a build that gives it again. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TypeVar

from ..errors import OriginError, UsageError
from ..evidence import told_metadata
from ..model import CLibrary, GoOptions
from ..provenance.origin import (
    BinaryOrigin,
    BuildRecord,
    FileOrigin,
    FolderOrigin,
    ModuleOrigin,
    ReleaseOrigin,
    SourceOrigin,
)
from ..release import LOCK_NAME, ProofKind, ReleaseOptions, TrustOptions
from ..request import BuildRequest
from ..sources.forms import GitHubRelease, ModuleAtVersion, recognise
from ..targets import TARGETS
from .claim import Claim
from .flags import read_flags
from .values import VerifyOptions

# What Go takes for an import path (go.dev/ref/mod, "Module paths"), beginning with a host; and
# what it calls a version, which is never a query like "latest" or the name of a branch.
_PATH = re.compile(
    r"[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)+(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9._~+-]{1,255}){0,64}"
)
_LOCAL_PATH = re.compile(
    r"(?!-)(?!\.{1,2}(?:/|$))[A-Za-z0-9._~+-]{1,255}"
    r"(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9._~+-]{1,255}){0,64}"
)
_ZIG_VERSION = re.compile(r"\d{1,4}(?:\.\d{1,4}){1,2}(?:[-+.][0-9A-Za-z.+-]{1,60})?")
_VERSION = re.compile(r"v\d{1,9}\.\d{1,9}\.\d{1,9}(?:-[0-9A-Za-z.-]{1,200})?(?:\+incompatible)?")
_REPOSITORY = re.compile(r"[A-Za-z0-9-]{1,100}/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}")
_TAG = re.compile(r"(?!-)[^\s\x00-\x20\x7f~^:?*\[\\]{1,200}")
_GO_VERSION = re.compile(r"go1(?:\.\d{1,4}){1,2}(?:(?:rc|beta)\d{1,3})?")
_MINISIGN_KEY = re.compile(r"[A-Za-z0-9+/]{56}")
_S = TypeVar("_S", ModuleOrigin, ReleaseOrigin)


def request_from(claim: Claim, options: VerifyOptions, folder: Path) -> BuildRequest:
    """The build that must give this wheel again.

    Nothing is kept from it and nothing that was kept is used, but what Go itself keeps.

    Args:
        claim: what the wheel says of itself; not trusted.
        options: what the user says.
        folder: an empty one for the wheel.

    Raises:
        OriginError: no build of ours gives such a record, or it asks for what is not done on
            a record's word.
        UsageError: the user must say where the source is, or gave options that have no meaning
            for it.
    """
    first = claim.programs[0].source
    _refuse_trust_options(first, options)
    match first:
        case ModuleOrigin():
            source, go = _module(claim), _go_options(claim)
        case FolderOrigin():
            source, go = str(_given(options, "folder")), _go_options(claim)
        case ReleaseOrigin():
            source, go = _release(claim), GoOptions()
        case FileOrigin():
            source, go = str(_given(options, "file")), GoOptions()
    return BuildRequest(
        source=source,
        output_dir=folder,
        targets=(claim.target.name,),
        layout=claim.layout,
        entry_point=str(claim.commands[0]) if len(claim.commands) == 1 else None,
        aliases=claim.aliases,
        metadata=replace(told_metadata(claim.record.given), name=claim.name, version=claim.version),
        licensed_for=_batch(claim),
        go=go,
        release=_release_options(claim, options, folder),
        cache_dir=None,
        environment={**options.environment, "SOURCE_DATE_EPOCH": str(claim.epoch)},
    )


def _refuse_trust_options(source: SourceOrigin, options: VerifyOptions) -> None:
    """What the user asks of a release is not passed over where there is none, as in a build."""
    if isinstance(source, ReleaseOrigin):
        return
    given = {
        "--require-signature": options.require_signature,
        "--minisign-key": options.minisign_key is not None,
        "--trusted-root": options.trusted_root is not None,
        "--lock": options.lock is not None,
    }
    foreign = [option for option, value in given.items() if value]
    if foreign:
        alone = len(foreign) == 1
        made_of = "a file" if isinstance(source, FileOrigin) else "Go source"
        raise UsageError(
            f"The wheel was made from {made_of}, for which {' and '.join(foreign)}"
            f" {'has' if alone else 'have'} no meaning.",
            hint=f"Leave {'it' if alone else 'them'} out.",
        )


def _batch(claim: Claim) -> tuple[str, ...]:
    """The names of the targets that were built together, where METADATA depends on them."""
    names = dict(claim.record.given).get("targets", "")
    known = {target.name for target in TARGETS}
    found = tuple(names.split(",")) if names else ()
    if not known.issuperset(found):
        raise _strange(f"{names} are no targets")
    return found


def build_of(claim: Claim) -> BuildRecord | None:
    """How all binaries of the wheel were compiled; None where somebody else did that.

    Raises:
        OriginError: they were compiled in several ways, or in none that is known.
    """
    first, *others = (program.build for program in claim.programs)
    if any(other != first for other in others):
        raise _strange("its programs were compiled in several ways")
    compiled = isinstance(claim.programs[0].source, ModuleOrigin | FolderOrigin)
    if compiled and first is None:
        raise _strange("it does not say how Go compiled the programs")
    if first is not None and not compiled:
        raise _strange("it says how programs were compiled that were taken from a file")
    if first is not None and not _GO_VERSION.fullmatch(first.go_version):
        raise _strange(f"{first.go_version} is no release of Go")
    return first


def _given(options: VerifyOptions, what: str) -> Path:
    if options.source is not None:
        return options.source
    raise UsageError(
        f"The wheel was made from a {what} that is not published.",
        hint="Say where it is with --source.",
    )


def _module(claim: Claim) -> str:
    sources = _alike(claim, ModuleOrigin)
    module, version = sources[0].module, sources[0].version
    if any((each.module, each.version) != (module, version) for each in sources):
        raise _strange("its programs come from several modules")
    packages = [_package(each.package) for each in sources]
    if not _VERSION.fullmatch(version):
        raise _strange(f"{version} is no version of a Go module")
    _package(module)
    if any(package != module and not package.startswith(f"{module}/") for package in packages):
        raise _strange(f"a program does not lie in {module}")
    word = f"{packages[0] if len(packages) == 1 else module}@{version}"
    if not isinstance(recognise([word]), ModuleAtVersion):
        raise _strange(f"{word} is no Go package")
    return word


def _package(path: str) -> str:
    if not _PATH.fullmatch(path):
        raise _strange(f"{path} is no path of a Go package")
    return path


def _go_options(claim: Claim) -> GoOptions:
    """How Go compiled the programs, as far as it is safe to do that again."""
    build = build_of(claim)
    if build is None:
        return GoOptions()
    given = read_flags(build.flags)
    environment = dict(build.environment)
    cgo = environment.pop("CGO_ENABLED", "0")
    if cgo not in ("0", "1") or environment != claim.target.go_env:
        raise _strange(f"Go was not told to build for {claim.target.name}")
    _check_c_compiler(build, has_c_code=cgo == "1")
    sources = [
        p.source for p in claim.programs if isinstance(p.source, ModuleOrigin | FolderOrigin)
    ]
    packages = tuple(each.package for each in sources)
    for package in packages:
        # Go would take these for a file, a folder anywhere, a flag or a pattern.
        if not _LOCAL_PATH.fullmatch(package) or "..." in package:
            raise _strange(f"{package} is no path of a Go package")
    is_module = isinstance(sources[0], ModuleOrigin)
    return GoOptions(
        packages=() if is_module and len(packages) == 1 else packages,
        ldflags=given.ldflags,
        tags=given.tags,
        cgo=cgo == "1",
        libc=_c_library(build.libc),
        hide_paths=False,  # those that the record leaves out were never here
    )


def _check_c_compiler(build: BuildRecord, *, has_c_code: bool) -> None:
    """C code is compiled by zig, of a version that is told; without it there is neither."""
    if not has_c_code and (build.zig_version or build.libc):
        raise _strange("it names a C compiler or library, and no C code was compiled")
    if has_c_code and not build.zig_version:
        raise _strange("C code was compiled (CGO_ENABLED=1), and it does not say by which zig")
    if has_c_code and not _ZIG_VERSION.fullmatch(build.zig_version):
        raise _strange(f"{build.zig_version} is no version of zig")


def _release(claim: Claim) -> str:
    sources = _alike(claim, ReleaseOrigin)
    repository, tag = sources[0].repository, sources[0].tag
    if any((each.repository, each.tag) != (repository, tag) for each in sources):
        raise _strange("its programs come from several releases")
    word = f"gh:{repository}@{tag}"
    if not _REPOSITORY.fullmatch(repository) or not _TAG.fullmatch(tag):
        raise _strange(f"{word} is no release")
    if not isinstance(recognise([word]), GitHubRelease):
        raise _strange(f"{word} is no release")
    return word


def _release_options(claim: Claim, options: VerifyOptions, folder: Path) -> ReleaseOptions:
    sources = [
        program.source
        for program in claim.programs
        if isinstance(program.source, ReleaseOrigin | FileOrigin)
    ]
    if not sources:
        return ReleaseOptions()
    build_of(claim)
    assets = {each.asset for each in sources if isinstance(each, ReleaseOrigin)}
    names = [program_name(program) for program in claim.programs]
    return ReleaseOptions(
        binaries=tuple(names) if all(names) else (),
        # One may be named, however it was found; which of several is whose, only the match says.
        assets=((claim.target.name, assets.pop()),) if len(assets) == 1 else (),
        allow_unverified=any(not each.proofs for each in sources),
        trust=_trust(claim, options, folder) if _is_release(claim) else TrustOptions(),
    )


def _is_release(claim: Claim) -> bool:
    return isinstance(claim.programs[0].source, ReleaseOrigin)


def program_name(program: BinaryOrigin) -> str:
    """What the program is called in its archive; empty where the file itself is the program."""
    source = program.source
    member = source.member if isinstance(source, ReleaseOrigin | FileOrigin) else ""
    name = PurePosixPath(member).name
    return name[:-4] if name.lower().endswith(".exe") else name


def _trust(claim: Claim, options: VerifyOptions, folder: Path) -> TrustOptions:
    """As much as was verified when the wheel was built must hold again."""
    sources = [program.source for program in claim.programs]
    proofs = [p for each in sources if isinstance(each, ReleaseOrigin) for p in each.proofs]
    keys = {p.identity for p in proofs if p.how is ProofKind.MINISIGN}
    if any(not _MINISIGN_KEY.fullmatch(key) for key in keys) or len(keys) > 1:
        raise _strange("its public keys of minisign are none")
    return TrustOptions(
        require_signature=options.require_signature or any(each.is_signature for each in proofs),
        minisign_key=options.minisign_key or next(iter(keys), None),
        # The user names whose signature there must be; a record names who signed what there was.
        require_minisign=options.minisign_key is not None,
        trusted_root=options.trusted_root,
        # A lock of the current folder is about what is built there, so another one is written.
        lock=options.lock or folder / LOCK_NAME,
        update_lock=options.lock is None,
    )


def _alike(claim: Claim, kind: type[_S]) -> list[_S]:
    """The sources of all programs, which must be of one kind."""
    found = [program.source for program in claim.programs]
    alike: list[_S] = [source for source in found if isinstance(source, kind)]
    if len(alike) < len(found):
        raise _strange("its programs come from several kinds of sources")
    return alike


def _c_library(name: str) -> CLibrary | None:
    if not name or name in list(CLibrary):
        return CLibrary(name) if name else None
    raise _strange(f"{name} is no C library")


def _strange(why: str) -> OriginError:
    return OriginError(
        f"The record of origin is not one that go-to-wheel has written: {why}.",
        hint="Nothing was done on its word.",
    )
