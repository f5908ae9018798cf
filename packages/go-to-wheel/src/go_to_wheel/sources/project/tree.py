"""The files that make up a project: those that git would take, or that .gitignore leaves."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from ...errors import ProjectError
from ..files import absolute_folder
from ..git.command import Git, find_git
from ..process import Processes
from .pkginfo import is_unpacked_sdist

if TYPE_CHECKING:  # where git answers and no pattern is given, nothing of it is needed
    from pathspec import GitIgnoreSpec
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

_IGNORE_FILE = ".gitignore"
_BACKEND = "simple"  # Python's own re: the same everywhere, whatever else is installed
_ENVIRONMENT_MARK = "pyvenv.cfg"  # PEP 405: a virtual environment lies in this folder
# Never part of a project, whatever anybody says; the last are our own staging folders.
_NEVER = re.compile(r"\.git|__pycache__|.*\.py[co]|\.go-to-wheel-.*", re.IGNORECASE)
# What builds leave in the folder that they have by default.
_BUILT = re.compile(r"dist/[^/]*\.(?:whl|tar\.gz)")


@dataclass(slots=True, kw_only=True)
class _Listing:
    """Paths below a folder, links among them: those of the project, and those ignored."""

    taken: set[str] = field(default_factory=set)
    ignored: set[str] = field(default_factory=set)


def project_files(
    root: Path,
    processes: Processes,
    *,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    name: str | None = None,
) -> tuple[PurePosixPath, ...]:
    """The files of a project, relative to its folder, sorted by their parts.

    In a git work tree they are what git has in its index or would take into it; elsewhere
    .gitignore files are read (``gitignore(5)``). An unpacked sdist holds the project's files and
    no others, so all of them count: what git has in its index may be ignored by a rule. Bytecode,
    git's own folder, virtual environments and what builds leave in ``dist/`` never count.

    Every path leads to a regular file. It may be a symbolic link, or lie below one to a folder
    of the project; one that leads out of the project stands here too, also when it leads to a
    folder: whoever reads it has to look where it ends.

    Args:
        root: the project's folder, where the patterns start.
        processes: what runs git.
        include: patterns, as in .gitignore, of files to take although git ignores them.
        exclude: patterns of files to leave out; they win over all else.
        name: the distribution's, in any spelling, by which its unpacked sdist is known; None
            where the project does not say it.

    Raises:
        ProjectError: a folder that cannot be read, a pattern that is none, or a file whose name
            is not UTF-8.
        ConfigError: PKG-INFO is damaged.
    """
    root = absolute_folder(root)
    wanted, unwanted = _patterns("include", include), _patterns("exclude", exclude)
    if is_unpacked_sdist(root, name, processes):
        listing = _Listing(taken=set(_all_below(root, "")))
    else:
        listing = _look_at(root, processes, with_ignored=bool(include))
    every = listing.taken | listing.ignored
    environments = {
        folder
        for path in every
        if path.endswith(f"/{_ENVIRONMENT_MARK}") and (folder := path.rpartition("/")[0])
    }
    chosen = listing.taken | set(wanted.match_files(listing.ignored))
    chosen = {path for path in chosen if not _is_never(path, environments)}
    chosen = set(_with_linked_folders(root, chosen))
    chosen -= set(unwanted.match_files(chosen))
    found = (PurePosixPath(path) for path in chosen if _is_there(root, path))
    return tuple(sorted(found, key=lambda path: path.parts))


def matching(
    key: str, patterns: Sequence[str], paths: Iterable[PurePosixPath]
) -> frozenset[PurePosixPath]:
    """Those of the paths that the patterns of a setting mean.

    Raises:
        ProjectError: a pattern that is none.
    """
    if not patterns:
        return frozenset()
    spec = _patterns(key, patterns)
    return frozenset(path for path in paths if spec.match_file(path.as_posix()))


def _patterns(key: str, lines: Sequence[str]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # of re, for [[:alpha:]]
            return GitIgnoreSpec.from_lines(lines, backend=_BACKEND)
    except (ValueError, re.error) as error:
        reason = str(error).rstrip(".")
        raise ProjectError(
            f"A pattern of {key} is wrong: {reason}.",
            hint="Write it as in .gitignore, like 'src/tool/_version.py' or '*.log'.",
        ) from None


def _is_never(path: str, environments: set[str]) -> bool:
    parts = path.split("/")
    folders = ("/".join(parts[:count]) for count in range(1, len(parts)))
    return (
        any(map(_NEVER.fullmatch, parts))
        or _BUILT.fullmatch(path) is not None
        or not environments.isdisjoint(folders)
    )


def _with_linked_folders(root: Path, paths: set[str]) -> Iterator[str]:
    """The files themselves, and for a link to a folder of the project what lies in that."""
    top = os.path.realpath(root)
    for path in paths:
        full = root / path
        yield path
        if full.is_symlink() and full.is_dir():
            inside = Path(os.path.relpath(os.path.realpath(full), top)).as_posix()
            # The folder itself has no file of the link's name, so this comes to an end.
            start = "" if inside == "." else f"{inside}/"
            yield from (
                f"{path}/{other.removeprefix(start)}"
                for other in paths
                if other.startswith(start) and not (root / other).is_symlink()
            )


def _is_there(root: Path, path: str) -> bool:
    """Whether there is something to read: the index also names what has been deleted.

    Raises:
        ProjectError: the name is not UTF-8, as no archive for Python could hold it.
    """
    full = root / path
    try:
        path.encode()
        if full.is_file() or _leads_out(root, full):
            return True
    except (OSError, ValueError):
        pass
    else:
        if "\ufffd" not in path or not full.parent.is_dir():
            return False
    shown = path.encode(errors="replace").decode()
    raise ProjectError(
        f"The file {shown} in {root} has a name that is not UTF-8.",
        hint="Rename it, or leave it out with exclude.",
    )


def _leads_out(root: Path, path: Path) -> bool:
    """Whether it is a link to something that exists outside the project."""
    real = Path(os.path.realpath(path))
    return path.is_symlink() and real.exists() and not real.is_relative_to(os.path.realpath(root))


def _look_at(root: Path, processes: Processes, *, with_ignored: bool) -> _Listing:
    by_git = _by_git(root, processes, with_ignored=with_ignored)
    return by_git or _by_walking(root, with_ignored=with_ignored)


def _by_git(root: Path, processes: Processes, *, with_ignored: bool) -> _Listing | None:
    """What git says; None where it knows nothing of the folder.

    It knows nothing of one that it ignores as a whole, too: a project that was unpacked in a
    folder for things built, or in a cache.
    """
    git = find_git(processes)
    taken = _ls_files(git, root, "--cached", "--others") if git else None
    if not git or not taken:
        return None
    ignored = _ls_files(git, root, "--others", "--ignored") if with_ignored else None
    return _Listing(taken=taken, ignored=ignored or set())


def _ls_files(git: Git, folder: Path, *which: str) -> set[str] | None:
    """The paths that ``git ls-files`` lists, those of submodules among them; None without."""
    try:
        done = git.run("ls-files", "-z", "--exclude-standard", *which, cwd=folder)
    except OSError:  # what is called git cannot be started
        return None
    if done.code:
        return None
    found = set[str]()
    for path in filter(None, done.stdout.split("\0")):
        full = folder / path
        if path.endswith("/"):  # a repository of its own that is no submodule
            continue
        if full.is_dir() and not full.is_symlink():
            below = _ls_files(git, full, *which) or set()
            found |= {f"{path}/{inner}" for inner in below}
        else:
            found.add(path)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """One line of a .gitignore.

    Attributes:
        base: the folder in which it stands, with a slash behind it; empty for the project's.
        pattern: what pathspec makes of the line, without the slash at its end.
        folders_only: there was a slash at its end.
    """

    base: str
    pattern: GitIgnoreSpecPattern
    folders_only: bool

    def verdict(self, path: str, *, is_folder: bool) -> bool | None:
        """Whether a path is ignored; None where the rule does not speak of it.

        The folders above it have been judged before. So a rule that means one of those, and
        therefore all below it, counts no more: pathspec's own reading of a whole file of rules
        lets ``!*`` bring back what a later ``build/`` ignores.
        """
        if self.folders_only and not is_folder:
            return None
        path = path.removeprefix(self.base)
        if (found := self.pattern.match_file(path)) is None:
            return None
        # Expressions without a group mean all below a folder, at any depth: `*`, `build/**`.
        reaches = found.match.end() == len(path) or not found.match.re.groups
        return self.pattern.include if reaches else None


def _by_walking(root: Path, *, with_ignored: bool) -> _Listing:
    listing = _Listing()
    for path, ignored in _walk(root, "", (), with_ignored=with_ignored):
        (listing.ignored if ignored else listing.taken).add(path)
    return listing


def _walk(
    folder: Path, base: str, above: Sequence[_Rule], *, with_ignored: bool
) -> Iterator[tuple[str, bool]]:
    """The files below a folder that is not ignored itself, and whether each is."""
    rules = (*above, *_rules(folder, base))
    for entry in _entries(folder):
        path = base + entry.name
        if _NEVER.fullmatch(entry.name):
            continue
        if not entry.is_dir(follow_symlinks=False):
            yield path, _is_ignored(path, rules, is_folder=False)
        elif not _is_ignored(path, rules, is_folder=True):
            inner = folder / entry.name
            yield from _walk(inner, f"{path}/", rules, with_ignored=with_ignored)
        elif with_ignored:  # nothing below it can come back by itself
            yield from ((inner, True) for inner in _all_below(folder / entry.name, f"{path}/"))


def _all_below(folder: Path, base: str) -> Iterator[str]:
    for entry in _entries(folder):
        path = base + entry.name
        if _NEVER.fullmatch(entry.name):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _all_below(folder / entry.name, f"{path}/")
        else:
            yield path


def _is_ignored(path: str, rules: Sequence[_Rule], *, is_folder: bool) -> bool:
    """The last rule that speaks of a path decides, in the nearest file that has one."""
    verdicts = (rule.verdict(path, is_folder=is_folder) for rule in reversed(rules))
    return next((verdict for verdict in verdicts if verdict is not None), False)


def _rules(folder: Path, base: str) -> Iterator[_Rule]:
    try:
        text = (folder / _IGNORE_FILE).read_bytes().decode(errors="surrogateescape")
    except OSError:
        return
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

    for raw in text.removeprefix("\ufeff").split("\n"):
        line = raw.removesuffix("\r")
        line = line if line.endswith("\\ ") else line.rstrip(" ")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", FutureWarning)  # of re, for [[:alpha:]]
                pattern = GitIgnoreSpecPattern(line.removesuffix("/"))
        except (ValueError, re.error):  # git passes over what is no pattern, too
            continue
        if pattern.include is not None:
            yield _Rule(base=base, pattern=pattern, folders_only=line.endswith("/"))


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError as error:
        raise ProjectError(
            f"The folder {folder} cannot be read: {error.strerror}.",
            hint="Check its permissions.",
        ) from None
