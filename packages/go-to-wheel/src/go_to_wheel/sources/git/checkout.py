"""What git knows of a source folder: the version that its tags give, and where it begins."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from packaging.version import Version

from ...errors import InvalidVersionError, MetadataError
from ...names import next_development_version, parse_version
from ..process import Processes
from .command import Git, find_git
from .held import Index
from .worktree import WorkTree

_MOST_OTHERS = 20  # tags that look like versions and are none, before the search ends
_NO_WORK_TREE = re.compile(
    r"not a git repository|must be run in a work tree|cannot use bare repository"
)
# What git takes for an address: a URL, or HOST:PATH for ssh (``git help clone``, "GIT URLS").
_URL = re.compile(
    r"(?:https?|ssh|git)://(?:[^@/\s]*@)?(?P<host>[\w-]+(?:\.[\w-]+)+)(?::\d+)?/(?P<path>\S+)"
)
_SSH = re.compile(r"(?:[\w.-]+@)(?P<host>[\w-]+(?:\.[\w-]+)+):(?P<path>[^/\s]\S*)")
_COMMIT = re.compile("[0-9a-f]{40}(?:[0-9a-f]{24})?")  # SHA-1 or SHA-256
# Licences above a module's folder go into wheels, too.
_TEXTS = ("LICEN?E*", "UNLICEN?E*", "COPYING*", "NOTICE*", "PATENTS*")
_STAGING = "**/.go-to-wheel-*/**"  # folders of ours, of builds that go on
_DESCRIPTION = re.compile(r"(?P<tag>.+)-(?P<commits>\d+)-g[0-9a-f]+(?P<dirty>-dirty)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutState:
    """What is checked out.

    Attributes:
        commit: the commit's full name, in hex; empty before the first commit.
        dirty: there are changes, or files, that no commit holds; ignored files do not count here,
            since only Go knows which of them it compiles, nor what a sparse checkout leaves out.
        repository: the web address that it was cloned from; empty where there is none that
            others could use.
        subfolder: where the folder lies below the work tree's root, with ``/``; empty there.
        index: what git keeps of that folder.
        changes: those changes and files, as far as they are known.
    """

    commit: str
    dirty: bool
    repository: str
    subfolder: str = ""
    index: Index = field(default_factory=dict, repr=False)
    changes: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """A git work tree: its root folder, and git itself."""

    root: Path
    git: Git

    def version(self, folder: Path) -> Version | None:
        """The version by the nearest tag, or None where no tag is a version.

        Commits after the tag, or changes to files that git knows, make it a development release
        of what comes next: ``1.2.4.dev3``, and ``1.2.4.dev0`` on the tag's own commit.

        A module in a sub-folder has tags of its own, ``sub/folder/v1.2.3`` (the Go modules
        reference, "Mapping versions to commits"); they go before those of the whole.
        """
        below = _below(folder, self.root)
        prefixes = [""] if below == "." else [f"{below}/", ""]
        for prefix in prefixes:
            if (version := self._described(folder, prefix)) is not None:
                return version
        return None

    def state(self, folder: Path, leave_out: Path | None = None) -> CheckoutState | None:
        """What is checked out, and whether this folder is as the commit has it.

        Args:
            folder: the folder of a Go module in the work tree.
            leave_out: one whose files do not count as changes: that into which wheels go.

        Returns:
            None where the folder is no part of what git keeps, such as an sdist that was
            unpacked inside somebody's checkout.
        """
        subfolder = _below(folder, self.root).removeprefix(".")
        tree = WorkTree(root=self.root, git=self.git)
        index = tree.index(folder, ".")
        if index is not None and f"{subfolder}/go.mod".lstrip("/") not in index:
            return None
        own = [f":(exclude,glob){_STAGING}"]
        if leave_out is not None:
            out = _below(leave_out, folder)
            own.append(":(exclude,glob)*.whl" if out == "." else f":(exclude,literal){out}")
        status = tree.status(folder, ".", *_texts_above(subfolder), *own)
        # Where git cannot tell, nobody can promise that there are no changes.
        changes = status.changes
        if not changes:
            change = folder if index is None else tree.change_inside(index)
            changes = () if change is None else (change,)
        remote = self.git.run("config", "--get", "remote.origin.url", cwd=folder)
        return CheckoutState(
            commit=status.head if _COMMIT.fullmatch(status.head) else "",
            dirty=bool(changes),
            changes=changes,
            repository=web_address(remote.stdout.strip()),
            subfolder=subfolder,
            index=index or {},
        )

    def changed(
        self, files: Iterable[Path], folders: Iterable[Path], state: CheckoutState
    ) -> tuple[Path, ...]:
        """Those of some files and folders that the commit does not hold just as they are.

        Args:
            files: absolute paths.
            folders: modules that some of the files belong to; where they lie outside of the
                folder of ``state``, all that git keeps there must be unchanged: a file that
                was removed is a change, too.
            state: what is known of the checkout.
        """
        tree = WorkTree(root=Path(os.path.realpath(self.root)), git=self.git)
        return tree.changed(tuple(files), tuple(folders), state.index, state.subfolder)

    def is_shallow(self, folder: Path) -> bool:
        """Whether the clone was cut off at some commit: it may lack the tags of older ones."""
        done = self.git.run("rev-parse", "--is-shallow-repository", cwd=folder)
        return done.stdout.strip() == "true"

    def _described(self, folder: Path, prefix: str) -> Version | None:
        """The version by the nearest tag that is one: ``v2-docs`` must not hide ``v1.2.3``."""
        others: list[str] = []
        while len(others) <= _MOST_OTHERS:
            found = self._describe(folder, prefix, others)
            if found is None:
                return None
            if (tagged := self._highest(folder, found["tag"], prefix)) is not None:
                commits = int(found["commits"])
                ahead = commits or found["dirty"]
                return next_development_version(tagged, commits) if ahead else tagged
            others.append(found["tag"])
        return None

    def _describe(self, folder: Path, prefix: str, others: list[str]) -> re.Match[str] | None:
        done = self.git.compare(
            "describe", "--tags", "--long", "--dirty",
            "--match", f"{prefix}v[0-9]*", "--match", f"{prefix}[0-9]*",
            *(f"--exclude={tag}" for tag in others),
            cwd=folder,
        )  # fmt: skip
        return None if done.code else _DESCRIPTION.fullmatch(done.stdout.strip())

    def _highest(self, folder: Path, tag: str, prefix: str) -> Version | None:
        """The highest version among the tags of one commit: v1 may move along with v1.2.3."""
        done = self.git.run("tag", "--points-at", f"{tag}^{{}}", cwd=folder)
        found = [
            version
            for name in done.stdout.splitlines()
            if name.startswith(prefix) and (version := _version(name.removeprefix(prefix)))
        ]
        return max(found, default=None)


def web_address(remote: str) -> str:
    """The web address of a remote, without a user's name or password; empty where it has none.

    The same for all ways to clone: ``git@HOST:OWNER/REPO.git`` and
    ``https://TOKEN@HOST/OWNER/REPO`` both give ``https://HOST/OWNER/REPO``. A folder of this
    machine is no address.
    """
    found = _URL.fullmatch(remote) or _SSH.fullmatch(remote)
    if found is None or not remote.isprintable():
        return ""
    path = re.split("[?#]", found["path"])[0].rstrip("/").removesuffix(".git")
    return f"https://{found['host'].lower()}/{path}" if path else ""


def _version(tag: str) -> Version | None:
    try:
        return Version(parse_version(tag).public)
    except InvalidVersionError:
        return None


def _texts_above(subfolder: str) -> list[str]:
    """Patterns for the licences in the folders above one: what git calls pathspecs."""
    parts = subfolder.split("/") if subfolder else []
    above = ["".join(f"{_escaped(part)}/" for part in parts[:count]) for count in range(len(parts))]
    return [f":(top,icase,glob){folder}{name}" for folder in above for name in _TEXTS]


def _escaped(name: str) -> str:
    return re.sub(r"[\\*?\[]", r"\\\g<0>", name)


def _below(folder: Path, root: Path) -> str:
    """Where the folder lies below the root; git names the root without symbolic links."""
    real, top = Path(os.path.realpath(folder)), Path(os.path.realpath(root))
    return real.relative_to(top).as_posix() if real.is_relative_to(top) else "."


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A checkout that there is, and that cannot be read.

    Attributes:
        root: the folder that holds its ``.git``, without symbolic links.
        said: what git says of it; empty where there is no git command.
    """

    root: Path
    said: str

    @property
    def remedy(self) -> str:
        """What to do about it, in one sentence without an end."""
        if not self.said:
            return "Install git"
        if "safe.directory" not in self.said:
            return "Do what git says"
        name = shlex.quote(self.root.as_posix())
        return f"Let git read it with 'git config --global --add safe.directory {name}'"

    @property
    def warning(self) -> str:
        """What to tell where the version is known, and only the commit is not."""
        reason = "there is no git command"
        if self.said:
            reason = "git refuses to read it"
            if "safe.directory" in self.said:
                reason += ", since its folder belongs to another user"
            else:
                reason += f" ({' '.join(self.said.split())})"
        return (
            f"{self.root} is a git checkout, and {reason}: the record of origin misses the"
            f" commit, and nobody can prove the wheel. {self.remedy}."
        )

    def without_version(self, folder: Path) -> MetadataError:
        """The error where its tags alone would tell the version of a folder in it."""
        hint = f"{self.remedy}, or give the version with --version."
        if not self.said:
            return MetadataError(
                f"The version of {folder} is not known: it lies in a git checkout, and there is no"
                " git command that could read its tags.",
                hint=hint,
            )
        return MetadataError(
            f"The version of {folder} is not known, since git refuses to read its checkout.",
            hint=hint,
            detail=self.said,
        )


def find_checkout(
    folder: Path, processes: Processes, *, needs_version: bool = False
) -> Checkout | None:
    """The work tree that holds this folder; None without git, or outside any work tree.

    Args:
        folder: an absolute path.
        processes: what runs git.
        needs_version: there is no other version than git's, so a checkout that git refuses to
            read is an error, and so is one where there is no git.

    Raises:
        MetadataError: git is missing or refuses the checkout, and its version is needed.
    """
    found = look_for_checkout(folder, processes)
    if not isinstance(found, Unread):
        return found
    if needs_version:
        raise found.without_version(folder)
    return None


def look_for_checkout(folder: Path, processes: Processes) -> Checkout | Unread | None:
    """The work tree that holds this folder, also one that cannot be read; None outside any.

    Args:
        folder: an absolute path.
        processes: what runs git.
    """
    git = find_git(processes)
    if git is None:
        return _unread(folder, "")
    english = {"LC_ALL": "C"}  # for its messages
    try:
        done = git.run("rev-parse", "--show-toplevel", cwd=folder, environment=english)
    except OSError:  # what is called git cannot be started
        return _unread(folder, "")
    if done.code == 0:
        # Git writes names as they are, also where the locale has no such letters.
        root = os.fsdecode(done.stdout.rstrip("\n").encode(errors="replace"))
        return Checkout(root=Path(root), git=git)
    if _NO_WORK_TREE.search(done.stderr):
        return None
    return _unread(folder, done.message or f"it ends with code {done.code}")


def _unread(folder: Path, said: str) -> Unread | None:
    """Where nobody can read tags, a checkout that may well have one does not become a guess."""
    real = Path(os.path.realpath(folder))
    above = (each for each in (real, *real.parents) if os.path.lexists(each / ".git"))
    root = next(above, None)
    return None if root is None else Unread(root=root, said=said)
