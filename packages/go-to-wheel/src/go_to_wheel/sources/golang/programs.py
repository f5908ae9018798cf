"""Go programs: which of them a folder of Go source holds, and which of those are meant."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ...errors import NotMainPackageError
from ...model import GoOptions
from ...targets import Target
from .packages import Package, list_packages
from .toolchain import Toolchain

_CGO = "uses cgo, which is off"
_WITHOUT_CGO = "Compile its C code too, with --cgo."
_WITH_TAGS = "Where files ask for a build tag, name it with --tags."
_NO_PACKAGE = "there is no such package"
_MOST_SHOWN = 6  # programs in a line
_NO_SUCH_PACKAGE = "is not in std"
MAJOR_VERSION = re.compile(r"v[2-9]|v[1-9][0-9]+")
"""The path element that marks a module's major version (the Go modules reference)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A main package.

    Attributes:
        import_path: for example ``example.com/mod/cmd/tool``.
        folder: where its source lies.
        module: the path of its module.
        module_root: where the module's go.mod lies.
        synopsis: the first sentence of the package's documentation; may be empty.
    """

    import_path: str
    folder: Path
    module: str
    module_root: Path
    synopsis: str = ""

    @property
    def command(self) -> str:
        """The name that ``go install`` gives the executable (``go help install``).

        The last element of the import path, or the one before it where that is a major
        version like ``v2``.
        """
        return command_of(self.import_path)


def command_of(import_path: str) -> str:
    """The name that ``go install`` would give a package's executable."""
    elements = import_path.split("/")
    if len(elements) > 1 and MAJOR_VERSION.fullmatch(elements[-1]):
        return elements[-2]
    return elements[-1]


def describe_programs(what: str, programs: Sequence[Program]) -> str:
    """What is built: import paths, or their number where they are too many for a line.

    Args:
        what: what they are, like ``Go source``.
        programs: at least one.
    """
    if len(programs) > _MOST_SHOWN:
        return f"{len(programs)} Go programs of {programs[0].module}"
    return f"{what} {', '.join(program.import_path for program in programs)}"


def find_programs(
    go: Toolchain, folder: Path, options: GoOptions, targets: Sequence[Target]
) -> tuple[Program, ...]:
    """The main packages to build: those named, else the folder's own, else the only one below.

    Args:
        go: the toolchain.
        folder: a module's folder, or one inside it.
        options: which packages, and with which build tags.
        targets: packages that do not exist on the first one do not count.

    Raises:
        NotMainPackageError: no program there, several and none chosen, or a package named
            that is none.
        GoError: Go cannot read the module.
    """
    target = targets[0]
    if options.packages:
        named = [_named(go, folder, name, options, target) for name in options.packages]
        return tuple(dict.fromkeys(program for programs in named for program in programs))
    own = list(list_packages(go, folder, ["."], options, target))
    if own and own[0].is_main:
        return (_program(own[0]),)
    below = _mains_below(go, folder, options, target)
    if len(below) == 1:
        return (_program(below[0]),)
    if not below:
        elsewhere = [
            other.name for other in targets[1:] if _mains_below(go, folder, options, other)
        ]
        raise _no_program(folder, own[0] if own else None, target, elsewhere)
    listing = ", ".join(_relative(package.folder, folder) for package in below)
    raise NotMainPackageError(
        f"{folder} holds {len(below)} programs: {listing}.",
        hint=f"Choose with --package, for example --package {_relative(below[0].folder, folder)}.",
    )


def _program(package: Package) -> Program:
    return Program(
        import_path=package.import_path,
        folder=package.folder,
        module=package.module,
        module_root=package.module_root,
        synopsis=package.synopsis,
    )


def _mains_below(go: Toolchain, folder: Path, options: GoOptions, target: Target) -> list[Package]:
    return [
        package
        for package in list_packages(go, folder, ["./..."], options, target)
        if package.is_main
    ]


def _no_program(
    folder: Path, own: Package | None, target: Target, elsewhere: Sequence[str]
) -> NotMainPackageError:
    """Why no program was found, as well as Go's answers tell."""
    if elsewhere:
        return NotMainPackageError(
            f"{folder} holds no program for {target.name}: it exists only for"
            f" {', '.join(elsewhere)}.",
            hint=f"Name the targets: --platforms {','.join(elsewhere)}.",
        )
    if own and own.needs_cgo:
        return NotMainPackageError(f"The program in {folder} {_CGO}.", hint=_WITHOUT_CGO)
    library = f"a library (package {own.name})" if own and own.name else "no program"
    hint = "Give the folder of a main package, or name it with --package ./cmd/tool."
    if own and own.is_excluded:
        hint = _WITH_TAGS
    return NotMainPackageError(
        f"{folder} holds {library}, and no main package lies below it.",
        hint=hint,
        detail=own.error if own else "",
    )


def _named(
    go: Toolchain, folder: Path, name: str, options: GoOptions, target: Target
) -> tuple[Program, ...]:
    """The program that ``--package`` names, or all those that a pattern like ``./...`` matches."""
    found = list(list_packages(go, folder, [name], options, target))
    mains = tuple(_program(package) for package in found if package.is_main)
    if not any(package.module for package in found) and _is_path(folder, name):
        return _named(go, folder, f"./{name}", options, target)
    if mains and ("..." in name or len(found) == 1):
        return mains
    if "..." in name:
        raise _no_match(name, found, target)
    if len(found) > 1:
        listing = ", ".join(package.import_path for package in found if package.is_main)
        raise NotMainPackageError(
            f"--package {name} means {len(found)} packages.",
            hint=f"Name each main package: {listing or 'there is none among them'}.",
        )
    if found and found[0].needs_cgo:
        raise NotMainPackageError(f"--package {name} {_CGO}.", hint=_WITHOUT_CGO)
    problem = (found[0].error or "it is a library") if found else _NO_PACKAGE
    if _NO_SUCH_PACKAGE in problem:
        problem = _NO_PACKAGE
    hint = "Name a main package, as a path below the folder like ./cmd/tool."
    if found and found[0].is_excluded:
        hint = _WITH_TAGS
    raise NotMainPackageError(f"--package {name} is no program: {problem}.", hint=hint)


def _is_path(folder: Path, name: str) -> bool:
    """Whether Go reads an import path, its own perhaps, where a folder of that name is there."""
    if name.startswith((".", "/", "-")):
        return False
    start = name.partition("...")[0].rpartition("/")[0] if "..." in name else name
    try:
        return bool(start) and (folder / start).is_dir()
    except OSError:
        return False


def _no_match(name: str, found: Sequence[Package], target: Target) -> NotMainPackageError:
    """A pattern that matches no program: what it matches instead, and why that is none."""
    if cgo := next((package for package in found if package.needs_cgo), None):
        return NotMainPackageError(
            f"--package {name} matches {cgo.import_path}, which {_CGO}.", hint=_WITHOUT_CGO
        )
    here = ""
    hint = "Check where the main packages lie, for example with --package ./..."
    if any(package.is_excluded for package in found):
        here, hint = f" for {target.name}", _WITH_TAGS
    libraries = sum(1 for package in found if package.name not in {"", "main"})
    only = f", only {libraries} librar{'y' if libraries == 1 else 'ies'}" if libraries else ""
    return NotMainPackageError(
        f"--package {name} matches no program{here}{only}.",
        hint=hint,
        detail=next((package.error for package in found if package.error), ""),
    )


def _relative(path: Path, folder: Path) -> str:
    absolute = folder.resolve()
    return f"./{path.resolve().relative_to(absolute).as_posix()}"
