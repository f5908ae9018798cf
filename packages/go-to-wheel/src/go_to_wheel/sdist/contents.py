"""Which files of a project its sdist holds: what the build reads, and no more."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pathspec import GitIgnoreSpec

from ..errors import ProjectError
from ..metadata import Metadata
from ..model import GoOptions, PythonPackage
from ..scratch import scratch_folder
from ..sources.golang.gomod import module_root, read_go_mod, replacing_folders
from ..sources.golang.inputs import Inputs, find_inputs
from ..sources.process import Processes
from ..sources.project.pkginfo import INFO, is_unpacked_sdist
from ..sources.project.texts import is_readme
from ..sources.project.tree import matching, project_files
from .plan import SdistEntry
from .vendor import VENDOR, vendored_modules

_ALWAYS = ("pyproject.toml", "go.mod", "go.sum")
_LISTED = 3  # names in a warning


@dataclass(frozen=True, slots=True, kw_only=True)
class SdistProject:
    """A project of which an sdist is made.

    Attributes:
        folder: where pyproject.toml and go.mod lie.
        metadata: all of the distribution's metadata; a name and a version are there. Some of the
            licence files may lie above the folder.
        top: the folder that READMEs may lead to by links, such as that of the checkout; None for
            the project's own.
        named: files that pyproject.toml names, so that it cannot be read without them; paths
            below the folder, with ``/``.
        include: patterns, as in .gitignore, of files to take although nothing asks for them.
        exclude: patterns of files to leave out.
        vendor: take the Go modules along that the build needs.
        python: the project's own Python package.
    """

    folder: Path
    metadata: Metadata
    top: Path | None = None
    named: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    vendor: bool = False
    python: PythonPackage | None = None

    @property
    def name(self) -> str:
        """The distribution's name, as it is written."""
        return str(self.metadata.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """The files of an sdist, without PKG-INFO, and what the user should know of them."""

    entries: tuple[SdistEntry, ...]
    warnings: tuple[str, ...] = ()


@contextmanager
def choose_files(project: SdistProject, go: GoOptions, processes: Processes) -> Iterator[Contents]:
    """The files of a project's sdist; those that were made for it are there inside the block.

    Args:
        project: the project.
        go: which Go fetches the modules to take along.
        processes: what runs git and Go.

    Raises:
        ProjectError: the module begins above the folder, a file lies outside of it or is
            ignored although it is needed.
        GoError: the modules to take along cannot be fetched.
        OutputError: the folder for temporary files cannot be written.
    """
    root = project.folder
    _refuse_module_above(root)
    names = [path.as_posix() for path in _files(project, processes, project.include)]
    makes_vendor = project.vendor and not _has_come_with_vendor(project, processes)
    if makes_vendor:
        names = [name for name in names if not name.startswith(f"{VENDOR}/")]
    folders = _modules(project)
    _refuse_ignored_modules(root, folders, set(names))
    inputs = {folder: _inputs(root / folder, _below(folder, names)) for folder in folders}
    for folder, found in inputs.items():
        _refuse_ignored_embeds(root / folder, found, set(_below(folder, names)))
    chosen = _chosen(project, names, inputs)
    texts = {*project.named, *_readmes(project)}
    entries = {
        name: _entry(root, name, project.top or root if name in texts else root)
        for name in sorted({*chosen, *texts})
    }
    for text in project.metadata.license_files or ():
        name = text.path.as_posix()
        entries[name] = SdistEntry(path=name, content=text.content)
    warnings = _warnings(project, names, inputs, processes)
    with scratch_folder() as scratch:
        made = vendored_modules(root, go, processes, scratch) if makes_vendor else ()
        yield Contents(entries=(*entries.values(), *made), warnings=warnings)


def _files(
    project: SdistProject, processes: Processes, include: Sequence[str]
) -> tuple[PurePosixPath, ...]:
    return project_files(
        project.folder, processes, include=include, exclude=project.exclude, name=project.name
    )


def _refuse_module_above(root: Path) -> None:
    top = module_root(root)
    if top != root:
        raise ProjectError(
            f"The Go module of this project begins above it, in {top}, and an sdist holds the"
            f" project's own folder, {root}.",
            hint="Move pyproject.toml beside go.mod and name the program with packages ="
            f" ['./{root.relative_to(top).as_posix()}'], or build wheels alone.",
        )


def _has_come_with_vendor(project: SdistProject, processes: Processes) -> bool:
    """Whether it is an sdist that was unpacked, with the modules: those it replaces may be gone."""
    return (project.folder / VENDOR / "modules.txt").is_file() and is_unpacked_sdist(
        project.folder, project.name, processes
    )


def _modules(project: SdistProject) -> list[str]:
    """The module's own folder, and those inside the project that take the place of others."""
    root = project.folder
    folders = [""]
    if project.vendor:
        return folders
    for written in replacing_folders(read_go_mod(root / "go.mod")):
        relative = os.path.relpath(os.path.realpath(root / written), os.path.realpath(root))
        place = Path(relative).as_posix()
        if place.startswith("../") or place == ".." or Path(place).is_absolute():
            raise ProjectError(
                f"go.mod puts the folder {written} in the place of a module, and it lies outside"
                " of the project, so an sdist cannot hold it.",
                hint="Set vendor = true in [tool.go-to-wheel]: then the sdist holds all modules.",
            )
        folders.append("" if place == "." else f"{place}/")
    return list(dict.fromkeys(folders))


def _refuse_ignored_modules(root: Path, folders: Iterable[str], names: set[str]) -> None:
    """Refuse modules that lie in the project and do not belong to it."""
    for folder in folders:
        if folder and f"{folder}go.mod" not in names and (root / folder / "go.mod").is_file():
            raise ProjectError(
                f"go.mod puts the folder {folder.rstrip('/')} in the place of a module, but it"
                " would not be in the sdist: git ignores it, or exclude names it.",
                hint=f"Set include = ['/{folder}'] in [tool.go-to-wheel].",
            )


def _below(folder: str, names: Iterable[str]) -> list[str]:
    return [name.removeprefix(folder) for name in names if name.startswith(folder)]


def _inputs(folder: Path, names: Sequence[str]) -> Inputs:
    try:
        return find_inputs(names, lambda name: (folder / name).read_bytes())
    except OSError as error:
        raise _unreadable(error) from None


def _unreadable(error: OSError) -> ProjectError:
    return ProjectError(
        f"{error.filename} cannot be read: {error.strerror}.", hint="Check its permissions."
    )


def _chosen(project: SdistProject, names: Sequence[str], inputs: dict[str, Inputs]) -> list[str]:
    root = project.folder
    there = set(names)
    wanted = {
        f"{folder}{name}"
        for folder, found in inputs.items()
        for name in (*found.sources, *found.brought_in)
    }
    wanted.update(name for name in names if name.startswith(f"{VENDOR}/"))
    wanted.update(GitIgnoreSpec.from_lines(project.include, backend="simple").match_files(names))
    if project.python is not None:
        package = project.python.folder.relative_to(root).as_posix()
        wanted.update(name for name in names if name.startswith(f"{package}/"))
    wanted &= there
    # What pyproject.toml needs to be read goes along, whatever git and the patterns say.
    wanted.update(name for name in _ALWAYS if (root / name).is_file())
    return sorted(
        wanted - {INFO} - {text.path.as_posix() for text in (project.metadata.license_files or ())}
    )


def _readmes(project: SdistProject) -> list[str]:
    """The READMEs that lie beside pyproject.toml, whether it names one or not."""
    paths = [path for path in project.folder.iterdir() if is_readme(path) and path.is_file()]
    names = [PurePosixPath(path.name) for path in paths]
    left_out = matching("exclude", project.exclude, names)
    return [name.name for name in names if name not in left_out]


def _entry(root: Path, name: str, top: Path) -> SdistEntry:
    """A file of the project; a link is followed, but not out of the folder ``top``."""
    path = root / name
    real = Path(os.path.realpath(path))
    if not real.is_relative_to(os.path.realpath(top)):
        raise ProjectError(
            f"{name} leads out of the project, to {real}, and an sdist cannot hold it.",
            hint="Put the file itself into the project, or leave it out with exclude.",
        )
    try:
        executable = bool(real.stat().st_mode & 0o100)
    except OSError as error:
        raise _unreadable(error) from None
    return SdistEntry(path=name, content=real, executable=executable)


def _refuse_ignored_embeds(folder: Path, inputs: Inputs, names: set[str]) -> None:
    """Refuse a program that embeds files which are there but do not belong to the project."""
    for source, patterns in inputs.embedding.items():
        base = source[: source.rfind("/") + 1]
        for pattern in patterns:
            inner = (name[len(base) :] for name in names if name.startswith(base))
            if any(map(pattern.takes, inner)):
                continue
            for path in sorted((folder / base).rglob("*")):
                name = path.relative_to(folder / base).as_posix()
                if path.is_file() and pattern.takes(name):
                    raise ProjectError(
                        f"{source} embeds {pattern.text}, but {base}{name} would not be in the"
                        " sdist: git ignores it, or exclude names it.",
                        hint=f"Set include = ['/{base}{name}'] in [tool.go-to-wheel], or a pattern"
                        " for all such files.",
                    )


def _warnings(
    project: SdistProject, names: Sequence[str], inputs: dict[str, Inputs], processes: Processes
) -> tuple[str, ...]:
    root = project.folder
    paths = [PurePosixPath(name) for name in names]
    warnings = [
        f"No file of the project matches include = [{pattern!r}]."
        for pattern in project.include
        if _means_files(pattern) and not matching("include", [pattern], paths)
    ]
    every = _files(project, processes, ("*",))
    ignored = sorted({path.as_posix() for path in every} - set(names))
    if missed := [name for name in ignored if _is_read_here(name, inputs)]:
        shown = ", ".join(missed[:_LISTED]) + (" ..." if len(missed) > _LISTED else "")
        warnings.append(
            f"The sdist does not hold {shown}, since git ignores it. If the program needs it, name"
            " it in include."
        )
    if any((folder / "go.work").is_file() for folder in (root, *root.parents)):
        warnings.append(
            "A go.work rules builds in this folder, but not those from the sdist, which does not"
            " hold it: see that they work without, with GOWORK=off."
        )
    return tuple(warnings)


def _means_files(pattern: str) -> bool:
    """Whether a pattern takes files: it is no comment, and takes none out again."""
    return bool(pattern.strip()) and not pattern.startswith(("#", "!"))


def _is_read_here(name: str, inputs: dict[str, Inputs]) -> bool:
    """Whether a build in the project's own folder may read a file, though git ignores it."""
    if name.startswith(f"{VENDOR}/"):  # elsewhere Go fetches the same modules
        return False
    if name.endswith(".go") and not name.endswith("_test.go"):
        return True
    return any(
        name.startswith(base) and any(each.takes(name[len(base) :]) for each in patterns)
        for folder, found in inputs.items()
        for source, patterns in found.embedding.items()
        for base in [folder + source[: source.rfind("/") + 1]]
    )
