"""Which files of this machine a program is built from: what a commit must hold to be its source.

Go's own library and the modules of the module cache are not among them: a version names those.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..golang.gomod import find_workspace, replacing_folders, used_folders
from ..golang.included import find_included, libraries
from ..golang.linked import LinkedModule
from ..golang.programs import Program
from ..golang.toolchain import Toolchain


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """What a build reads that has no version of its own.

    Attributes:
        files: the files, sorted.
        folders: of the modules that they belong to, sorted.
        named: what flags of C code may name; most of it is not there.
        linking: what flags of its linker may name; likewise.
    """

    files: tuple[Path, ...] = ()
    folders: tuple[Path, ...] = ()
    named: tuple[Path, ...] = ()
    linking: tuple[Path, ...] = ()


def compiled_files(modules: Iterable[LinkedModule]) -> Compiled:
    """What Go says that it compiles and embeds."""
    read = [module for module in modules if module.files]
    return Compiled(
        files=tuple(sorted({file for module in read for file in module.files})),
        folders=tuple(sorted({module.folder for module in read})),
        named=tuple(sorted({path for module in read for path in module.named})),
        linking=tuple(sorted({path for module in read for path in module.linking})),
    )


def with_surroundings(
    compiled: Compiled, go: Toolchain, programs: Sequence[Program], top: Path
) -> Compiled:
    """The same with what Go does not list: settings of the module, a profile, C's includes.

    Args:
        compiled: what Go lists.
        go: the toolchain.
        programs: main packages of one module.
        top: the root of the checkout: what flags of C code name elsewhere belongs to the machine.

    Raises:
        OSError: a file cannot be read.
    """
    files = {*compiled.files, *_settings(go, programs[0].module_root)}
    # `go help build`, "-pgo": a profile of the main package decides how all is compiled.
    files.update(filter(os.path.lexists, (each.folder / "default.pgo" for each in programs)))
    top = Path(os.path.realpath(top))
    named = tuple(_inside(compiled.named, top))
    for folder in compiled.folders:
        inside = (file for file in compiled.files if file.is_relative_to(folder))
        sources = [file.relative_to(folder).as_posix() for file in inside]
        files.update(folder / name for name in find_included(folder, sources, named, top))
    linking = tuple(_inside(compiled.linking, top))
    files.update(file for path in linking for file in libraries(path))
    folders = {*compiled.folders, *(path for path in (*named, *linking) if path.is_dir())}
    return Compiled(files=tuple(sorted(files)), folders=tuple(sorted(folders)))


def _inside(paths: Iterable[Path], top: Path) -> Iterator[Path]:
    """Those that lie in the checkout, or seem to; with what clang takes in place of a header."""
    for path in paths:
        for each in (path, Path(f"{path}.pch"), Path(f"{path}.gch")):
            if each is not path and not each.is_file():
                continue
            seeming = Path(os.path.normpath(each))
            if seeming.is_relative_to(top) or Path(os.path.realpath(each)).is_relative_to(top):
                yield each


def _settings(go: Toolchain, root: Path) -> Iterator[Path]:
    """The files that choose modules and their versions (the Go modules reference)."""
    workspace = find_workspace(go, root)
    top = root if workspace is None else workspace.parent
    found = [root / "go.mod", root / "go.sum", top / "vendor" / "modules.txt"]
    if workspace is not None:
        found += [workspace, Path(f"{workspace}.sum")]
        for name in used_folders(_text(workspace)):
            used = Path(os.path.normpath(top / name))
            found += [used / "go.mod", used / "go.sum"]
    if not (top / "vendor").is_dir():  # else Go looks into no other folder
        files = [file for file in found if file.name in ("go.mod", "go.work") and file.exists()]
        found += [
            # As Go has it (`go doc path/filepath.Join`).
            Path(os.path.normpath(file.parent / name / "go.mod"))
            for file in files
            for name in replacing_folders(_text(file))
        ]
    yield from filter(os.path.lexists, found)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def dump_compiled(compiled: Compiled) -> bytes:
    """The paths as bytes, to be kept with the licences: both are asked of Go at once."""
    every = (compiled.files, compiled.folders, compiled.named, compiled.linking)
    return json.dumps([[str(path) for path in paths] for paths in every]).encode()


def load_compiled(kept: bytes | None) -> Compiled | None:
    """What ``dump_compiled`` gave; None where there is nothing, or something else."""
    try:
        files, folders, named, linking = (
            tuple(map(Path, each)) for each in json.loads(kept or b"")
        )
        return Compiled(files=files, folders=folders, named=named, linking=linking)
    except (ValueError, TypeError, RecursionError):
        return None
