"""Which files of a work tree its commit does not hold just as they are."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from .gitcommand import Git
from .held import Index, below, changed_files, parse_index

_HEAD = "# branch.oid "


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkTree:
    """The files that git has checked out.

    Attributes:
        root: its root folder, without symbolic links.
        git: git itself.
    """

    root: Path
    git: Git

    def status(self, folder: Path, *paths: str, untracked: str = "all") -> tuple[str, bool]:
        """The commit that is checked out, and whether git sees anything that differs from it.

        Args:
            folder: where git is run.
            *paths: what to look at, as pathspecs.
            untracked: ``no`` where files that git does not know are no change.

        Raises:
            OSError: git cannot be started.
            Cancelled: the run was stopped meanwhile.
        """
        done = self.git.compare(
            "status", "--porcelain=v2", "--branch", f"--untracked-files={untracked}",
            # Git would run the filters that a submodule names: it is looked at on its own.
            "--ignore-submodules=dirty", "--", *paths,
            cwd=folder,
        )  # fmt: skip
        lines = done.stdout.splitlines()
        head = next((line for line in lines if line.startswith(_HEAD)), "").removeprefix(_HEAD)
        return head, bool(done.code) or not all(line.startswith("# ") for line in lines)

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

    def is_changed_inside(self, index: Index) -> bool:
        """Whether a status leaves changes out: of files not to be looked at, and of submodules.

        Raises:
            OSError: git cannot be started.
            Cancelled: the run was stopped meanwhile.
        """
        return any(
            tracked.is_hidden or (tracked.is_submodule and self._is_other(name, tracked.blob))
            for name, tracked in index.items()
        )

    def _is_other(self, link: str, commit: str) -> bool:
        """Whether a submodule is there and not as its commit has it."""
        inner = self._submodule(link)
        if not os.path.lexists(inner.root / ".git"):
            return False  # nothing is checked out: what lies there is in no index
        head, changed = inner.status(inner.root, ".")
        index = None if changed or head != commit else inner.index(inner.root, ".")
        return index is None or inner.is_changed_inside(index)

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
        if more is None:
            return (*outside, *(path for path, name in names.items() if name in others))
        index = self.with_submodules({**known, **more}, inside)
        inner = [file for file in files if names[file] is not None]
        return (*outside, *changed_files(inner, self.root, index))

    def _unchanged(self, names: Iterable[str]) -> Index | None:
        """What git keeps of these paths; None where something there is not as the commit has it.

        Files that git does not know are no change here.
        """
        paths = [f":(literal){name}" for name in sorted({self._owned(name) for name in names})]
        _, changed = self.status(self.root, *paths, untracked="no")
        index = None if changed else self.index(self.root, *paths)
        return None if index is None or self.is_changed_inside(index) else index

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


def _is_inside(name: str, folder: str) -> bool:
    return not folder or f"{name}/".startswith(f"{folder}/")
