"""Which modules a Go program is linked from, and the licences that they come with.

``go list -deps`` names every package that is compiled in for a target, and so the modules, and
in them the folders whose licence files count: a module may hold a folder of other origin.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import TypedDict

from ...errors import GoError
from ...model import GoOptions
from ...targets import Target
from .cflags import named_paths
from .programs import Program
from .toolchain import Toolchain

STANDARD_LIBRARY = "std"
"""What Go calls the packages that come with it (``go help packages``)."""

# What of a package is compiled or put into the program (`go help list`).
_FILES = (
    "GoFiles", "CgoFiles", "CFiles", "CXXFiles", "MFiles", "HFiles", "FFiles", "SFiles",
    "SwigFiles", "SwigCXXFiles", "SysoFiles", "EmbedFiles",
)  # fmt: skip
# Flags that its C code is compiled and linked with, and which may name more of them.
_C_FLAGS = ("CgoCFLAGS", "CgoCPPFLAGS", "CgoCXXFLAGS", "CgoFFLAGS")
_LINK_FLAGS = ("CgoLDFLAGS",)
_CXX_FLAGS = {"-lc++", "-lstdc++"}  # zig takes them for the same
_EVERY = ",".join((*_FILES, *_C_FLAGS, *_LINK_FLAGS))
_FIELDS = f"-json=ImportPath,Dir,Standard,Root,Module,{_EVERY}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedModule:
    """A module that is linked into a program.

    Attributes:
        path: its path, by which it is imported; ``std`` for Go's own library.
        version: its version, for example ``v1.2.3``; empty where it was built from a folder.
        folder: its root folder: in the module cache, in ``vendor`` or elsewhere.
        packages: the folders of its packages that are linked in, sorted.
        main: it is the program's own module, or another one of its workspace.
        files: what is compiled or embedded of it, and its go.mod, sorted; none where they come
            from Go itself or from the module cache, for which go.sum vouches.
        named: what the flags of its C code may name, sorted; likewise.
        linking: what the flags of its C code's linker may name, sorted; likewise.
        cxx: some of it is C++.
    """

    path: str
    version: str
    folder: Path
    packages: tuple[Path, ...] = ()
    main: bool = False
    files: tuple[Path, ...] = ()
    named: tuple[Path, ...] = ()
    linking: tuple[Path, ...] = ()
    cxx: bool = False


def linked_modules(
    go: Toolchain, programs: Sequence[Program], options: GoOptions, target: Target
) -> tuple[LinkedModule, ...]:
    """The modules that are linked into programs for a target, sorted by path.

    Args:
        go: the toolchain.
        programs: main packages of one module.
        options: how they are built: tags and C code decide what is linked in.
        target: what they are built for.

    Raises:
        GoError: Go cannot tell.
        GoTooOldError: go.mod wants a newer Go.
        Cancelled: the run was stopped meanwhile.
    """
    flags = [f"-tags={','.join(options.tags)}"] if options.tags else []
    done = go.run(
        "list", "-deps", _FIELDS, *flags, *(program.import_path for program in programs),
        cwd=programs[0].module_root, target=target,
    )  # fmt: skip
    if done.code:
        raise GoError(
            f"Go cannot tell what is linked into the program for {target.name}.",
            hint="Correct what Go reports.",
            detail=done.message,
        )
    return parse_packages(done.stdout, go.version, go.environment.get("GOMODCACHE"))


def parse_packages(
    answer: str, go_version: str, module_cache: str | None = None
) -> tuple[LinkedModule, ...]:
    """The modules in what ``go list -deps -json`` wrote, sorted by path.

    Args:
        answer: JSON objects, one after the other, one for each package.
        go_version: the version of Go's own library, for example ``go1.27.3``.
        module_cache: the folder where Go keeps modules at their versions (GOMODCACHE).

    Raises:
        GoError: it is not what Go writes.
    """
    found: dict[str, LinkedModule] = {}
    folders: dict[str, set[Path]] = {}
    read: dict[str, _Read] = {}
    cache = Path(os.path.realpath(module_cache)) if module_cache else None
    for package in _objects(answer):
        module = _module_of(package, go_version)
        if module is None:
            continue
        known = found.setdefault(module.path, module)
        if _is_cxx(package):
            found[module.path] = replace(known, cxx=True)
        if not package.get("Standard"):
            folders.setdefault(module.path, set()).add(Path(_text(package, "Dir")))
            if not (module.version and cache and _is_below(_text(package, "Dir"), cache)):
                read.setdefault(module.path, _Read()).add(package)
    nothing = _Read()
    return tuple(
        replace(
            module,
            packages=tuple(sorted(folders.get(module.path, ()))),
            **read.get(module.path, nothing).sorted(),
        )
        for _, module in sorted(found.items())
    )


@dataclass(slots=True, kw_only=True)
class _Read:
    """What is read to build the packages of one module."""

    files: set[Path] = field(default_factory=set)
    named: set[Path] = field(default_factory=set)
    linking: set[Path] = field(default_factory=set)

    def add(self, package: dict[str, object]) -> None:
        folder = Path(_text(package, "Dir"))
        self.files.update(_files_of(package, folder))
        self.named.update(named_paths(_words(package, *_C_FLAGS), folder))
        self.linking.update(named_paths(_words(package, *_LINK_FLAGS), folder))

    def sorted(self) -> _Paths:
        return _Paths(
            files=tuple(sorted(self.files)),
            named=tuple(sorted(self.named)),
            linking=tuple(sorted(self.linking)),
        )


class _Paths(TypedDict):
    files: tuple[Path, ...]
    named: tuple[Path, ...]
    linking: tuple[Path, ...]


def _is_cxx(package: dict[str, object]) -> bool:
    """Whether a package makes Go link with the C++ compiler, or names that one's library."""
    sources = any(_words(package, "CXXFiles", "SwigCXXFiles"))
    return sources or not _CXX_FLAGS.isdisjoint(_words(package, *_LINK_FLAGS))


def _is_below(folder: str, top: Path) -> bool:
    return Path(os.path.realpath(folder)).is_relative_to(top)


def _words(package: dict[str, object], *fields: str) -> Iterator[str]:
    """The words of some lists in what Go says of a package."""
    for key in fields:
        words = package.get(key) or []
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            raise _not_understood(f"no list of {key}")
        yield from words


def _files_of(package: dict[str, object], folder: Path) -> Iterator[Path]:
    """What is read to build a package: its files, and the go.mod of its module."""
    yield from (folder / name for name in _words(package, *_FILES))
    module = package.get("Module")
    if isinstance(module, dict) and module.get("GoMod"):
        yield Path(_text(module, "GoMod"))


def _objects(answer: str) -> Iterator[dict[str, object]]:
    decoder, at, end = json.JSONDecoder(), 0, len(answer.rstrip())
    while at < end:
        at += len(answer[at:]) - len(answer[at:].lstrip())
        try:
            value, at = decoder.raw_decode(answer, at)
        except (ValueError, RecursionError):
            raise _not_understood("no JSON") from None
        if not isinstance(value, dict):
            raise _not_understood("no object")
        yield value


def _module_of(package: dict[str, object], go_version: str) -> LinkedModule | None:
    """The module of a package; None for a package outside any, as ``unsafe`` of old Gos."""
    if package.get("Standard"):
        root = package.get("Root")
        if not isinstance(root, str) or not root:
            return None
        return LinkedModule(path=STANDARD_LIBRARY, version=go_version, folder=Path(root))
    module = package.get("Module")
    if not isinstance(module, dict):
        return None
    path = _text(module, "Path")
    return LinkedModule(
        path=path,
        version=_version(module),
        folder=_root(_text(package, "ImportPath"), path, Path(_text(package, "Dir"))),
        main=module.get("Main") is True,
    )


def _version(module: dict[str, object]) -> str:
    """The version of what is linked in: that of the replacement, where there is one."""
    other = module.get("Replace")
    version = (other if isinstance(other, dict) else module).get("Version", "")
    return version if isinstance(version, str) else ""


def _root(package: str, module: str, folder: Path) -> Path:
    """The module's folder, by that of a package; Go does not tell it in ``vendor``."""
    below = PurePosixPath(package.removeprefix(module).lstrip("/")).parts
    return folder.parents[len(below) - 1] if below else folder


def _text(value: dict[str, object], key: str) -> str:
    text = value.get(key)
    if isinstance(text, str) and text:
        return text
    raise _not_understood(f"no {key}")


def _not_understood(what: str) -> GoError:
    return GoError(
        f"Go's list of the packages that are linked in cannot be read: {what} where it should be.",
        hint="Name another Go with --go-binary.",
    )


def merge_modules(several: Iterable[Iterable[LinkedModule]]) -> tuple[LinkedModule, ...]:
    """What is linked into the programs for any of several targets, sorted by path."""
    merged: dict[str, LinkedModule] = {}
    for module in (module for each in several for module in each):
        known = merged.setdefault(module.path, module)
        packages = tuple(sorted({*known.packages, *module.packages}))
        merged[module.path] = replace(
            known,
            packages=packages,
            files=tuple(sorted({*known.files, *module.files})),
            named=tuple(sorted({*known.named, *module.named})),
            linking=tuple(sorted({*known.linking, *module.linking})),
            cxx=known.cxx or module.cxx,
        )
    return tuple(module for _, module in sorted(merged.items()))
