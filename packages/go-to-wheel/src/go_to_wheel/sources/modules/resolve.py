"""Which module holds a package, and which version a query means.

That is Go's own rule (the Go modules reference, "Resolving a package to a module"): of all
modules whose path is the package's or begins it, the longest that holds the package.
"""

from __future__ import annotations

import os
import re
from bisect import bisect
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from pathlib import Path

from packaging.version import Version

from ...errors import (
    GoModuleNotFoundError,
    GoToWheelError,
    InvalidVersionError,
)
from ...names import parse_version
from ..forms import ModuleAtVersion
from ..golang.toolchain import Toolchain
from ..process import HEARTBEAT
from .answers import Answer, read_answers
from .faults import fetch_error, is_network, network_error, trust_error

# Hosts on which OWNER/REPO is part of every module's path.
_CODE_HOSTS = {"github.com", "gitlab.com", "bitbucket.org"}
_GITHUB = re.compile(r"github\.com/[^/]+/[^/]+")
_MOST_SHOWN = 6  # versions in an error
# The proxy does not have it; where Go then asked the repository, more follows.
_REFUSED = re.compile(
    r"[^\n]*: reading https?://\S+: 4(?:00|03|04|10) [A-Z][\w ]*(?:\n\s+server response:[^\n]*)?\s*"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A module at one version.

    Attributes:
        path: its path.
        version: its version, as Go writes it.
        go_mod: where its go.mod lies; None while that was not fetched.
        repository: the web address of its repository; empty where it is not known.
    """

    path: str
    version: str
    go_mod: Path | None
    repository: str = ""

    def __str__(self) -> str:
        return f"{self.path}@{self.version}"


def find_modules(go: Toolchain, folder: Path, form: ModuleAtVersion) -> tuple[Module, ...]:
    """The modules that may hold a package, the longest path first; nothing is fetched but go.mod.

    Args:
        go: the toolchain.
        folder: one with a go.mod, to run it in.
        form: the package and the version.

    Raises:
        GoModuleNotFoundError: no such module, or no such version of it.
        DownloadError: the network failed.
        VerificationError: what came is not what was published.
    """
    paths = _prefixes(form.package)
    answers = _query_all(go, folder, [f"{path}@{form.version}" for path in paths])
    # Of a go.mod that cannot be had, or not be trusted, Go says nothing here.
    found = tuple(_module(a) for a in answers if a.text("Version") and not a.error)
    if found:
        return found
    errors = {path: answer.error for path, answer in zip(paths, answers, strict=True)}
    raise _not_found(go, folder, form, errors)


def fetch_module(go: Toolchain, folder: Path, modules: Sequence[Module], package: str) -> Module:
    """Fetch the source of the module that holds a package: the first with a folder for it.

    Where none has, it is the first of all; Go will say then what is missing.

    Raises:
        GoTooOldError: go.mod wants a newer Go.
        DownloadError: the network failed.
        VerificationError: what came is not what was published.
        GoError: there is no place to keep it.
    """
    fetched = []
    for module in modules:
        fetched.append(_download(go, folder, module))
        inner = package.removeprefix(module.path).lstrip("/")
        if Path(fetched[-1].folder, inner).is_dir():
            return fetched[-1].module
    return fetched[0].module


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fetched:
    """A module, and the folder in which its source lies now."""

    module: Module
    folder: Path


def _download(go: Toolchain, folder: Path, module: Module) -> _Fetched:
    kept = module.go_mod.with_suffix(".zip") if module.go_mod else None
    if not (kept and kept.exists()):  # Go says so of every download but this one
        go.processes.heard(f"go: downloading {module.path} {module.version}")
    done = go.run("mod", "download", "-json", "--", str(module), cwd=folder)
    answer = next(read_answers(done.stdout), Answer(None))
    if not answer.text("Dir"):
        if "requires go >=" in answer.error:
            go.run("get", "--", str(module), cwd=folder)  # it fails, and then it is told
        raise fetch_error(answer.error or done.message, str(module))
    module = replace(module, go_mod=_path(answer.text("GoMod")))
    return _Fetched(module=module, folder=_path(answer.text("Dir")))


def _path(text: str) -> Path:
    """A path as Go writes it: in UTF-8, also where the locale has no such letters."""
    return Path(os.fsdecode(text.encode(errors="replace")))


def _prefixes(package: str) -> tuple[str, ...]:
    """The paths of modules that may hold the package, the longest first."""
    elements = package.split("/")
    shortest = 3 if elements[0] in _CODE_HOSTS else 1
    lengths = range(len(elements), min(shortest, len(elements)) - 1, -1)
    return tuple("/".join(elements[:length]) for length in lengths)


def _query_all(
    go: Toolchain, folder: Path, queries: Sequence[str], *options: str
) -> tuple[Answer, ...]:
    """Ask all at once: one Go would ask one after another, and most are not there."""
    with ThreadPoolExecutor(max_workers=len(queries)) as pool:
        try:
            futures = [pool.submit(_query, go, folder, query, *options) for query in queries]
            while wait(futures, timeout=HEARTBEAT).not_done:
                pass  # a Ctrl-C that comes just before a wait begins is seen after it only
            return tuple(future.result() for future in futures)
        except (KeyboardInterrupt, RuntimeError):  # see Processes.run
            go.processes.cancel()
            raise


def _query(go: Toolchain, folder: Path, query: str, *options: str) -> Answer:
    done = go.run("list", "-m", "-e", "-json", *options, "--", query, cwd=folder)
    if done.code:
        raise fetch_error(done.message, query)
    return next(read_answers(done.stdout), Answer(None))


def _module(answer: Answer) -> Module:
    path = answer.text("Path")
    if on_github := _GITHUB.match(path):
        repository = f"https://{on_github[0]}"
    else:
        repository = answer.answer("Origin").text("URL").removesuffix(".git")
    return Module(
        path=path,
        version=answer.text("Version"),
        go_mod=_path(answer.text("GoMod")) if answer.text("GoMod") else None,
        repository=repository,
    )


def _not_found(
    go: Toolchain, folder: Path, form: ModuleAtVersion, errors: dict[str, str]
) -> GoToWheelError:
    """Why no module was found, as well as Go's answers tell."""
    what = f"{form.package}@{form.version}"
    for detail in errors.values():
        if error := trust_error(detail, what):
            return error
    known = [] if form.version == "latest" else _known(go, folder, tuple(errors))
    if known:
        module, versions = known[0]
        return GoModuleNotFoundError(
            f"{module} has no version {form.version}.",
            hint=_listing(versions, form.version)
            if versions
            else "It has no tagged versions; @latest is its last commit.",
            # Go says no more than this of a version; a branch or a commit has many ways to fail.
            detail="" if _number(form.version) and versions else _telling(errors.get(module, "")),
        )
    # On a code host the module is OWNER/REPO as a rule, elsewhere the whole path tells most.
    on_code_host = form.package.split("/")[0] in _CODE_HOSTS
    detail = list(errors.values())[-1 if on_code_host else 0] if errors else ""
    for each in errors.values():
        if is_network(each, "" if on_code_host else form.package):
            return network_error(each, what)
    return GoModuleNotFoundError(
        f"There is no Go module for {form.package}, or the module proxy does not give it.",
        hint="Check the path; for a private module set GOPRIVATE (see 'go help private').",
        detail=_telling(detail),
    )


def _telling(detail: str) -> str:
    """What Go says, but for the one thing that our own words say, too."""
    return "" if _REFUSED.fullmatch(detail) else detail


def _known(go: Toolchain, folder: Path, paths: Sequence[str]) -> list[tuple[str, tuple[str, ...]]]:
    """Those of the paths that are modules, with their versions in ascending order."""
    answers = _query_all(go, folder, [f"{path}@latest" for path in paths], "-versions")
    return [(a.text("Path"), a.texts("Versions")) for a in answers if a.text("GoMod")]


def _listing(versions: Sequence[str], wanted: str) -> str:
    """The versions around the one that was wanted; the newest where it is no version."""
    near: Sequence[str] = versions[-_MOST_SHOWN:]
    if (number := _number(wanted)) is not None:
        numbers = [_number(version) or Version("0") for version in versions]
        start = max(0, min(bisect(numbers, number) - _MOST_SHOWN // 2, len(versions) - _MOST_SHOWN))
        near = versions[start : start + _MOST_SHOWN]
    listing = ", ".join(near)
    if len(near) == len(versions):
        return f"There {'is' if len(near) == 1 else 'are'} {listing}."
    if versions[-1] in near:
        return f"The newest are {listing}."
    return f"Near it are {listing}; the newest is {versions[-1]}."


def _number(version: str) -> Version | None:
    try:
        return parse_version(version)
    except InvalidVersionError:
        return None
