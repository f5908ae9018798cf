"""Which files of a work tree its commit does not hold just as they are."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .command import Git
from .held import Index, below, changed_files, is_same, parse_index
from .sparse import would_be_read

_HEAD = "# branch.oid "
_WORDS_BEFORE = {"1": 8, "2": 9, "u": 10}  # the path, in a line of a status; else one
_RENAMED = "2"
_AT_ONCE = 500  # names on one command line


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What git sees of some paths.

    Attributes:
        head: the commit that is checked out, as git writes it.
        changes: the paths that are not as this commit has them.
    """

    head: str
    changes: tuple[Path, ...] = ()

    @property
    def change(self) -> Path | None:
        """The first of them; None where there is none."""
        return next(iter(self.changes), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkTree:
    """The files that git has checked out.

    Attributes:
        root: its root folder, without symbolic links.
        git: git itself.
    """

    root: Path
    git: Git

    def status(self, folder: Path, *paths: str, untracked: str = "all") -> Status:
        """The commit that is checked out, and what git sees that differs from it.

        Args:
            folder: where git is run.
            *paths: what to look at, as pathspecs.
            untracked: ``no`` where files that git does not know are no change.

        Raises:
            OSError: git cannot be started.
            Cancelled: the run was stopped meanwhile.
        """
        done = self.git.compare(
            "status", "--porcelain=v2", "--branch", "-z", f"--untracked-files={untracked}",
            # Git would run the filters that a submodule names: it is looked at on its own.
            "--ignore-submodules=dirty", "--", *paths,
            cwd=folder,
        )  # fmt: skip
        lines = [line for line in done.stdout.split("\0") if line]
        head = next((line for line in lines if line.startswith(_HEAD)), "").removeprefix(_HEAD)
        if done.code:
            return Status(head=head, changes=(folder,))
        return Status(head=head, changes=tuple(self.root / name for name in _changed_names(lines)))

    def index(self, folder: Path, *paths: str) -> Index | None:
        """What git keeps of some paths; None where it cannot tell.

        Raises:
            OSError: git cannot be started.
            Cancelled: the run was stopped meanwhile.
        """
        done = self.git.run(
            "ls-files", "--stage", "-v", "-z", "--full-name", "--", *paths, cwd=folder
        )
        return None if done.code else parse_index(done.stdout)

    def change_inside(self, index: Index) -> Path | None:
        """A change that a status leaves out: of a file not to be looked at, or in a submodule.

        Files that are not there and that git does not expect are left out by a sparse checkout;
        whether they count, only ``changed`` says.

        Raises:
            OSError: git cannot be started.
            Cancelled: the run was stopped meanwhile.
        """
        for name, tracked in index.items():
            if tracked.is_submodule:
                if change := self._change_of_submodule(name, tracked.blob):
                    return change
                continue
            path = self.root / name
            if tracked.is_hidden and os.path.lexists(path) and not is_same(path, tracked):
                return path
        return None

    def _change_of_submodule(self, link: str, commit: str) -> Path | None:
        """What is not as its commit has it; None also where it is not there."""
        inner = self._submodule(link)
        if not os.path.lexists(inner.root / ".git"):
            return None  # nothing is checked out: what lies there is in no index
        status = inner.status(inner.root, ".")
        if status.change is not None or status.head != commit:
            return status.change or inner.root
        index = inner.index(inner.root, ".")
        return inner.root if index is None else inner.change_inside(index)

    def _submodule(self, link: str) -> WorkTree:
        return WorkTree(root=self.root / link, git=self.git)

    def changed(
        self, files: Collection[Path], folders: Collection[Path], known: Index, own: str
    ) -> tuple[Path, ...]:
        """Those of some files and folders that the commit does not hold just as they are.

        Args:
            files: absolute paths.
            folders: outside of the folder that is known, all that git keeps in these must be
                unchanged: a file that was removed is a change, too.
            known: what git keeps of a folder in which nothing else has changed.
            own: that folder, below the root; empty for the root.

        Raises:
            OSError: git cannot be started.
            Cancelled: the run was stopped meanwhile.
        """
        names = {
            path: below(Path(os.path.realpath(path)), self.root) for path in (*folders, *files)
        }
        outside = tuple(path for path, name in names.items() if name is None)
        inside = {name for name in names.values() if name is not None}
        others = [name for name in inside if not _is_inside(name, own)]
        more = self._unchanged(others) if others else {}
        if isinstance(more, Path):
            return (*outside, more)
        index = self.with_submodules({**known, **more}, inside)
        inner = [file for file in files if names[file] is not None]
        changed = tuple(changed_files(inner, self.root, index))
        if changed:
            changed = tuple(changed_files(changed, self.root, index, self._with_crlf(changed)))
        missing = self._left_out(index)
        read = [name for file in files if (name := names[file]) is not None] if missing else []
        there = (self.root / name for name in would_be_read(missing, read, self.root))
        return (*outside, *changed, *there)

    def _unchanged(self, names: Iterable[str]) -> Index | Path:
        """What git keeps of these paths, or what there is not as the commit has it.

        Files that git does not know are no change here.
        """
        paths = [f":(literal){name}" for name in sorted({self._owned(name) for name in names})]
        status = self.status(self.root, *paths, untracked="no")
        if status.change is not None:
            return status.change
        index = self.index(self.root, *paths)
        return self.root if index is None else self.change_inside(index) or index

    def _left_out(self, index: Index) -> list[str]:
        """What a sparse checkout does not have on the disk."""
        hidden = (name for name, tracked in index.items() if tracked.is_hidden)
        return [name for name in hidden if not os.path.lexists(self.root / name)]

    def _with_crlf(self, files: Collection[Path]) -> set[str]:
        """The names of those files of which git makes every line end CRLF, on all machines."""
        real = [below(Path(os.path.realpath(file)), self.root) for file in files]
        return self.crlf_names([name for name in real if name])

    def crlf_names(self, names: Iterable[str]) -> set[str]:
        """Those of these names; of files in a submodule, its own attributes decide.

        Args:
            names: paths below the root, with ``/``.

        Raises:
            OSError: git cannot be started.
            Cancelled: the run was stopped meanwhile.
        """
        own: list[str] = []
        inside: dict[str, list[str]] = {}
        for name in names:
            link = self._owned(name)
            if link == name:
                own.append(name)
            else:
                inside.setdefault(link, []).append(name[len(link) + 1 :])
        found = self._own_crlf_names(own)
        for link, inner in inside.items():
            found |= {f"{link}/{name}" for name in self._submodule(link).crlf_names(inner)}
        return found

    def _own_crlf_names(self, names: Sequence[str]) -> set[str]:
        found: set[str] = set()
        if not names or self._has_private_attributes():
            return found
        for start in range(0, len(names), _AT_ONCE):
            done = self.git.run(
                "-c", f"core.attributesFile={os.devnull}", "check-attr", "-z", "--cached", "eol",
                "--", *names[start : start + _AT_ONCE],
                cwd=self.root, environment={"GIT_ATTR_NOSYSTEM": "1"},
            )  # fmt: skip
            words = done.stdout.split("\0")  # path, attribute, value, and so on
            found.update(
                path
                for path, value in zip(words[::3], words[2::3], strict=False)
                if value == "crlf"
            )
        return found

    def _has_private_attributes(self) -> bool:
        """Whether this clone has attributes that it shares with none; git always reads them."""
        done = self.git.run("rev-parse", "--git-path", "info/attributes", cwd=self.root)
        if done.code:
            return True
        name = os.fsdecode(done.stdout.rstrip("\n").encode(errors="replace"))
        try:
            return (self.root / name).stat().st_size > 0
        except FileNotFoundError:
            return False
        except OSError:  # git may be able to read it
            return True

    def _owned(self, name: str) -> str:
        """The path itself, or the submodule that it lies in: git sees no further."""
        parts = name.split("/")
        above = ("/".join(parts[:count]) for count in range(1, len(parts) + 1))
        inner = (each for each in above if os.path.lexists(self.root / each / ".git"))
        return next(inner, name)

    def with_submodules(self, index: Index, names: Iterable[str]) -> Index:
        """The index with those of the submodules, which are unchanged, that hold these paths.

        Raises:
            OSError: git cannot be started.
            Cancelled: the run was stopped meanwhile.
        """
        found = dict(index)
        for link in (name for name, tracked in index.items() if tracked.is_submodule):
            inside = [name[len(link) + 1 :] for name in names if name.startswith(f"{link}/")]
            inner = self._submodule(link)
            if inside and os.path.lexists(inner.root / ".git"):
                own = inner.with_submodules(inner.index(inner.root, ".") or {}, inside)
                found |= {f"{link}/{name}": tracked for name, tracked in own.items()}
        return found


def _changed_names(lines: Iterable[str]) -> Iterator[str]:
    """The paths in a status (``git help status``, "Porcelain Format Version 2")."""
    remaining = iter(lines)
    for line in remaining:
        kind = line[:1]
        if kind == "#":
            continue
        yield line.split(" ", _WORDS_BEFORE.get(kind, 1))[-1]
        if kind == _RENAMED:
            next(remaining, None)  # what it was called before


def _is_inside(name: str, folder: str) -> bool:
    return not folder or f"{name}/".startswith(f"{folder}/")
