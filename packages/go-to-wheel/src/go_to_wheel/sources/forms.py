"""What kind of source a user named, recognised by its form alone."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ..errors import SourceNotFoundError
from ..wording import listed
from .files import absolute_folder
from .golang.gomod import used_folders


@dataclass(frozen=True, slots=True, kw_only=True)
class GoFolder:
    """A folder of Go source: a module's, or one inside it."""

    folder: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleAtVersion:
    """A Go package at a version, as ``go install`` takes it (the Go modules reference).

    Attributes:
        package: an import path: a program's, its module's, or one between them.
        version: a version query, like ``v1.2.3``, ``latest``, a branch or a commit.
    """

    package: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GitHubRelease:
    """A release of a GitHub repository.

    Attributes:
        repository: ``OWNER/REPO``.
        tag: which release; None for the latest one.
    """

    repository: str
    tag: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifacts:
    """Files that were built already: one folder of them, or archives and binaries by name."""

    paths: tuple[Path, ...]


Form = GoFolder | ModuleAtVersion | GitHubRelease | Artifacts

_PART = r"[A-Za-z0-9._-]+"
_SHORT = re.compile(rf"gh:(?P<repository>{_PART}/{_PART}?)(?:@(?P<tag>\S+))?")
_PATH = re.compile(
    rf"/(?P<repository>{_PART}/{_PART}?)(?:\.git)?(?:/releases(?:/tag/(?P<tag>.+?)|/latest)?)?/?"
)
_USER = re.compile(r"//[^/]*@")
_WORKSPACE = "go.work"
_MOST_SHOWN = 6  # modules of a workspace
_INSIDE = re.compile(rf"/(?P<repository>{_PART}/{_PART}?)(?:\.git)?/.+")
# The first element of a module's path is a host, so it has a dot and no more than a host's
# letters (the Go modules reference, "Module paths"); a version may hold slashes: a branch's name.
_PACKAGE = r"(?P<host>[A-Za-z0-9][A-Za-z0-9-]*(?:\.[A-Za-z0-9-]+)+)(?P<rest>(?:/[^\s@/\\]+)*)/?"
_AT_VERSION = re.compile(rf"{_PACKAGE}@(?P<version>[^\s@]+)")
_PACKAGE_AFTER_VERSION = re.compile(r"(?P<version>v[0-9]+\.[0-9][^/]*)(?P<rest>/.+)")
_WITHOUT_HOST = re.compile(r"(?P<path>[A-Za-z0-9][^\s@\\]*)@(?P<version>[^\s@/]+)")
_WITHOUT_VERSION = re.compile(rf"{_PACKAGE}@?")


def recognise(words: Sequence[str | Path]) -> Form:
    """Recognise a source by its form.

    Args:
        words: what the user wrote; several words can only be archives and binaries.

    Raises:
        SourceNotFoundError: no form fits, or no such file or folder exists.
    """
    if not words or "" in words:
        raise SourceNotFoundError(
            "The source is empty: it names nothing.",
            hint="Name a folder, a Go package, a GitHub repository, or archives and binaries.",
        )
    if len(words) == 1 and (form := _github(str(words[0])) or _module(words[0])):
        return form
    paths = tuple(Path(word) for word in words)
    for path in paths:
        _must_exist(path)
    for path in paths:
        _must_fit(path, alone=len(paths) == 1)
    if paths[0].is_dir() and _is_go(paths[0]):
        return GoFolder(folder=paths[0])
    if (paths[0] / _WORKSPACE).is_file() and not (paths[0] / "artifacts.json").is_file():
        raise SourceNotFoundError(
            f"{paths[0]} is a Go workspace, which is not a module.",
            hint=f"Give the folder of one of its modules{_modules_of(paths[0])}.",
        )
    return Artifacts(paths=paths)


def _modules_of(workspace: Path) -> str:
    """The modules of a workspace, as far as anyone reads, to follow a text."""
    try:
        text = (workspace / _WORKSPACE).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    names = [shlex.quote(os.path.normpath(workspace / name)) for name in used_folders(text)]
    return f": {listed(names, _MOST_SHOWN)}" if names else ""


def _github(word: str) -> GitHubRelease | None:
    if word.startswith("gh:"):
        found = _SHORT.fullmatch(word)
    elif word.lower().startswith(("http://", "https://")):
        found = _in_url(word)
    else:
        return None
    if not found:
        shown = _USER.sub("//...@", word)  # it may hold a token
        package = word.partition("://")[2] if shown == word else ""
        other = f" The Go package is {package}." if _AT_VERSION.fullmatch(package) else ""
        if (inside := _in_url(word, _INSIDE)) and shown == word:
            other = f" The repository itself is gh:{inside['repository']}."
        raise SourceNotFoundError(
            f"{shown} does not name a GitHub repository or one of its releases.",
            hint=(
                "Write https://github.com/OWNER/REPO, https://github.com/OWNER/REPO/releases/tag/TAG"
                f" or gh:OWNER/REPO@TAG.{other}"
            ),
        )
    tag = found["tag"]
    return GitHubRelease(repository=found["repository"], tag=unquote(tag) if tag else None)


def _module(word: str | Path) -> ModuleAtVersion | None:
    """A package at a version; a file of such a name needs its path, like ``./a.b/c@1``."""
    found = _AT_VERSION.fullmatch(word) if isinstance(word, str) else None
    if found is None or not isinstance(word, str):
        return None
    if not found["rest"] and os.path.lexists(word):  # a file's name, like tool.linux@2
        return None
    package = found["host"].lower() + found["rest"]
    if "..." in package:
        raise SourceNotFoundError(
            f"{word} is a pattern of Go packages, not one package.",
            hint="Name the module, and each program with --package ./cmd/tool.",
        )
    if inside := _PACKAGE_AFTER_VERSION.fullmatch(found["version"]):
        better = f"{package}{inside['rest']}@{inside['version']}"
        raise SourceNotFoundError(
            f"{word} names a package after the version.", hint=f"Write it like {better}."
        )
    if any(set(part) <= {"."} for part in package.split("/")):
        raise SourceNotFoundError(
            f"{word} is no path of a Go package.", hint="Write it without . and .. in it."
        )
    return ModuleAtVersion(package=package, version=found["version"])


def _in_url(word: str, path: re.Pattern[str] = _PATH) -> re.Match[str] | None:
    try:
        parts = urlsplit(word)
    except ValueError:  # an IPv6 address without its end
        return None
    if parts.scheme != "https" or parts.query:
        return None
    if parts.netloc.lower() not in ("github.com", "www.github.com"):  # nor a user, nor a port
        return None
    return path.fullmatch(parts.path)


def _must_exist(path: Path) -> None:
    try:
        exists = path.exists()
    except OSError as error:
        raise SourceNotFoundError(
            f"{path} cannot be read: {error.strerror}.", hint="Check its permissions."
        ) from None
    if exists:
        return
    raise SourceNotFoundError(f"There is no file or folder {path}.", hint=_hint_for(str(path)))


def _hint_for(missing: str) -> str:
    """What to do about a word that names nothing on this machine."""
    if _AT_VERSION.fullmatch(missing):
        return (
            "A Go package at a version is a source of its own; name several programs of one module"
            " with --package."
        )
    if found := _WITHOUT_HOST.fullmatch(missing):
        return (
            "Check the path; that of a Go package begins with a host, like"
            f" example.com/{found['path']}@{found['version']}."
        )
    if (found := _WITHOUT_VERSION.fullmatch(missing)) and found["rest"]:
        package = found["host"] + found["rest"]
        return f"Check the path; a Go package needs a version, for example {package}@latest."
    return "Check the path."


def _must_fit(path: Path, *, alone: bool) -> None:
    """Refuse what is there, but is neither a source nor a part of one."""
    if path.is_dir():
        if not alone:
            raise SourceNotFoundError(
                f"{path} is a folder, and several words can only be archives and binaries.",
                hint="Give one folder alone, or name the files in it.",
            )
    elif path.suffix == ".go" or path.name in ("go.mod", "go.sum", _WORKSPACE):
        raise SourceNotFoundError(
            f"{path} is a file of Go source, not an archive or a binary.",
            hint="Give the folder of the program."
            if path.suffix == ".go"
            else "Give the folder of a module.",
        )
    elif path.suffix.lower() == ".whl":
        raise SourceNotFoundError(f"{path} is a wheel already.", hint=wheel_hint(path))


def wheel_hint(path: Path) -> str:
    """What to do with a wheel, or a folder of them, that was given as a source."""
    word = shlex.quote(str(path))
    return f"go-to-wheel check {word} checks it, go-to-wheel inspect {word} shows what is inside."


def _is_go(folder: Path) -> bool:
    """Whether a folder is Go source, and not one of files that were built already.

    GoReleaser's ``dist/`` lies inside a module as a rule, so a go.mod above counts only for a
    folder that holds Go files, or a Python project.
    """
    try:
        if (folder / "go.mod").is_file():
            return True
        if (folder / "artifacts.json").is_file() or not _in_module(folder):
            return False
        if (folder / "pyproject.toml").is_file():
            return True
        return next(folder.rglob("*.go"), None) is not None
    except OSError as error:
        raise SourceNotFoundError(
            f"{folder} cannot be read: {error.strerror}.", hint="Check its permissions."
        ) from None


def _in_module(folder: Path) -> bool:
    start = absolute_folder(folder)
    return any((parent / "go.mod").is_file() for parent in start.parents)
