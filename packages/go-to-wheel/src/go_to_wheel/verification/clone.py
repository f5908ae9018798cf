"""The repository and the commit that a record of origin names, checked out anew."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import DownloadError, GoToWheelError, OriginError
from ..provenance.origin import FolderOrigin
from ..sources.git.command import without_repository
from ..sources.golang.inputs import find_inputs
from ..sources.process import Processes
from ..sources.search import find_command

# A public name of a host has a dot, and ends with letters (RFC 3696, section 2): no address of a
# machine in numbers, no user, no port.
_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ADDRESS = re.compile(
    rf"https://(?P<host>(?:{_LABEL}\.)+(?P<last>[a-z]{{2,63}}|xn--[a-z0-9-]{{1,59}}))"
    r"(?:/(?!\.{1,2}(?:/|$))[\w.~+-]+)+",
    re.ASCII | re.IGNORECASE,
)
# What never is a public name: RFC 6761, 6762, 7686 and 9476, ICANN's "internal", and what routers
# and companies use without asking.
_PRIVATE = {
    "alt", "arpa", "corp", "home", "internal", "intranet", "invalid", "lan", "local",
    "localdomain", "localhost", "onion", "private", "test",
}  # fmt: skip
_LONGEST_HOST = 253  # characters (RFC 1035)
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_FOLDER = re.compile(r"(?:(?!\.{1,2}(?:/|$)|-)[^/\\:\x00-\x1f]+(?:/|$))*")
# Nothing of the user's own settings may start a program for a repository of a stranger, or give
# other bytes than the commit's, and git must never ask for a password.
_SETTINGS = (
    "-c",
    "core.autocrlf=false",
    "-c",
    "core.eol=lf",
    "-c",
    f"core.attributesFile={os.devnull}",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "init.templateDir=",
)
_QUIETLY = ("--quiet", "--no-tags", "--no-write-fetch-head")
_TAGS = "refs/tags/"
_MOST_TAGS = 20  # that are fetched, of those at one commit
_REF = re.compile(r"refs/(?:heads|tags)/(?!-)[\w./+@-]{1,200}", re.ASCII)
_ENVIRONMENT = {
    "GIT_TERMINAL_PROMPT": "0", "GIT_LFS_SKIP_SMUDGE": "1", "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_ATTR_NOSYSTEM": "1", "LC_ALL": "C",
}  # fmt: skip
_LONGEST_POINTER = 1024  # bytes
_LFS_POINTER = b"version https://git-lfs.github.com/spec/v1\n"  # the Git LFS specification


def can_clone(origin: FolderOrigin) -> bool:
    """Whether the record names a commit of a public repository on the web."""
    address = _ADDRESS.fullmatch(origin.repository)
    return (
        address is not None
        and len(address["host"]) <= _LONGEST_HOST
        and address["last"].lower() not in _PRIVATE
        and _COMMIT.fullmatch(origin.commit) is not None
    )


def clone(origin: FolderOrigin, folder: Path, processes: Processes) -> Path:
    """Check out the commit that a record names, and return the module's folder in it.

    The commit must be one of the repository's own: GitHub finds those of every fork, and of every
    pull request, under the address of the first one too.

    Args:
        origin: an origin for which ``can_clone`` holds.
        folder: where the work tree goes; there is nothing yet.
        processes: what runs git.

    Raises:
        OriginError: no branch and no tag holds the commit, it has no such folder, or the source
            is not whole without Git LFS.
        DownloadError: git cannot reach the repository, or it has no such commit.
        GoToWheelError: there is no git.
    """
    git = find_command("git", processes.environment)
    if git is None:
        raise GoToWheelError(
            "There is no git on this machine to clone the source with.",
            hint="Give the folder of the source with --source.",
        )
    work = _Clone(git=git, origin=origin, processes=processes)
    work.begin(folder)
    refs = work.refs_at_commit(folder)
    if not refs:
        work.require_in_history(folder.with_name(f"{folder.name}-history"))
    tags = [f"{ref}:{ref}" for ref in refs if ref.startswith(_TAGS)][:_MOST_TAGS]
    work.run(folder, "fetch", *_QUIETLY, "--depth=1", "origin", origin.commit, *tags)
    work.run(folder, "checkout", "--quiet", "--detach", origin.commit)
    module = _inside(folder, origin.subfolder)
    if missing := missing_of_lfs(module, folder):
        raise OriginError(
            f"{missing} lies in Git LFS, from which nothing is fetched on a record's word.",
            hint="Check the commit out with git-lfs, and give its folder with --source.",
        )
    return module


def missing_of_lfs(module: Path, root: Path) -> str | None:
    """A file that a build may read, and of which the checkout has but the pointer of Git LFS.

    Args:
        module: the module's folder.
        root: the checkout's: data of a Python package may lie anywhere in it.

    Returns:
        Its name below the root, with ``/``; None where there is none.
    """
    pointers = sorted(_pointers(root))
    if not pointers:
        return None
    names = (path.relative_to(module).as_posix() for path in _files(module))
    try:
        found = find_inputs(sorted(names), lambda name: (module / name).read_bytes())
    except OSError:
        return pointers[0].relative_to(root).as_posix()
    read = {module / name for name in (*found.sources, *found.brought_in)}
    needed = (path for path in pointers if path in read or _is_python_data(path, root))
    return next((path.relative_to(root).as_posix() for path in needed), None)


def _files(folder: Path) -> Iterator[Path]:
    """The files below a folder; no links, and nothing of git's."""
    for base, inner, names in os.walk(folder):
        inner[:] = [name for name in inner if name != ".git"]
        paths = (Path(base, name) for name in names)
        yield from (path for path in paths if path.is_file() and not path.is_symlink())


def _pointers(root: Path) -> Iterator[Path]:
    for path in _files(root):
        if path.stat().st_size < _LONGEST_POINTER:
            with path.open("rb") as stream:
                if stream.read(len(_LFS_POINTER)) == _LFS_POINTER:
                    yield path


def _is_python_data(path: Path, root: Path) -> bool:
    above = (parent for parent in path.parents if parent.is_relative_to(root))
    return any((parent / "__init__.py").exists() for parent in above)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Clone:
    """Git, and what it is to fetch."""

    git: Path
    origin: FolderOrigin
    processes: Processes

    def run(self, folder: Path, *words: str) -> str:
        """What git says, in a folder."""
        user = without_repository(self.processes.environment)
        environment = {"GIT_ALLOW_PROTOCOL": "https", **user, **_ENVIRONMENT}
        done = self.processes.run(
            [self.git, *_SETTINGS, *words], cwd=folder, environment=environment
        )
        if done.code:
            raise DownloadError(
                f"Commit {self._name} cannot be fetched.",
                hint="Give the folder of the source, checked out at this commit, with --source.",
                detail=done.message,
            )
        return done.stdout

    def begin(self, folder: Path) -> None:
        """Make a folder a repository that knows where the other one is."""
        folder.mkdir()
        self.run(folder, "init", "--quiet")
        self.run(folder, "remote", "add", "origin", self.origin.repository)

    def refs_at_commit(self, folder: Path) -> list[str]:
        """The branches and tags that end at the commit; no server is believed in their names."""
        lines = self.run(folder, "ls-remote", "--heads", "--tags", "origin").splitlines()
        parts = [line.partition("\t") for line in lines]
        names = [name.removesuffix("^{}") for at, _, name in parts if at == self.origin.commit]
        return [name for name in dict.fromkeys(names) if _REF.fullmatch(name)]

    def require_in_history(self, folder: Path) -> None:
        """Refuse the commit where no branch and no tag holds it."""
        self.begin(folder)
        refs = [f"+refs/{kind}/*:refs/there/{kind}/*" for kind in ("heads", "tags")]
        self.run(folder, "fetch", *_QUIETLY, "--filter=tree:0", "origin", *refs)
        # Asked for the commit by its name, git could fetch it from where it has the others.
        if self.origin.commit not in self.run(folder, "rev-list", "--all").split():
            raise OriginError(
                f"No branch and no tag of {self.origin.repository} holds commit"
                f" {self.origin.commit[:12]}: it may be of a fork, or of a pull request that"
                " nobody has taken.",
                hint="Where you trust it, check it out, and give its folder with --source.",
            )

    @property
    def _name(self) -> str:
        return f"{self.origin.commit[:12]} of {self.origin.repository}"


def _inside(root: Path, subfolder: str) -> Path:
    """The module's folder; no link of the repository may lead out of it."""
    folder = root / subfolder
    real = Path(os.path.realpath(folder))
    if (
        not _FOLDER.fullmatch(subfolder)
        or not real.is_relative_to(os.path.realpath(root))
        or not real.is_dir()
    ):
        raise OriginError(
            f"The recorded commit has no folder {subfolder}.",
            hint="Somebody has changed the record, or the repository.",
        )
    return folder
