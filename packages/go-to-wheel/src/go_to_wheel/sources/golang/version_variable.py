"""Whether the Go variable that is to hold the version is there.

Go's linker sets variables by name (``-X``) and says nothing of a name that it does not find, so
a slip in it would be seen by users of the program only.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Sequence
from pathlib import Path

from ...errors import UsageError
from .declarations import declarations
from .programs import Program
from .toolchain import Toolchain

_MAIN = "main"
_MOST_SHOWN = 3  # names in a hint
_MISSING = re.compile(r"is not in std|no required module provides|malformed import path")
_LARGEST = 4 * 1024 * 1024  # bytes of a package's source; what is generated may be longer


def check_version_variable(name: str, programs: Sequence[Program], go: Toolchain) -> None:
    """Refuse the name of a variable that the programs do not have, as far as that can be told.

    Args:
        name: like ``main.version``, or ``example.com/mod/internal/build.Version``.
        programs: those that are built; ``main`` is any of them.
        go: asked where a package lies that is not of the programs' own module.

    Raises:
        UsageError: there is no such variable; the hint names near ones.
    """
    package, _, variable = name.rpartition(".")
    paths = [program.import_path for program in programs]
    if package in paths:
        reason = "Go's linker calls the package of a program main"
        raise _refusal(name, reason, [f"{_MAIN}.{variable}"])
    sources = [text for folder in _folders(name, programs, go) for text in _read(folder)]
    if not sources or _declares(sources, variable):
        return
    where = package
    if package == _MAIN:
        where = paths[0] if len(paths) == 1 else "none of the programs"
    try:
        found = [each for text in sources for each in declarations(text)]
    except ValueError:  # Go itself will say what is wrong there
        return
    if ("const", variable) in found:
        raise UsageError(
            f"--set-version-var {name} names a constant, which Go's linker cannot set.",
            hint=f'Make it a variable: var {variable} = "dev".',
        )
    near = _near(variable, {each for kind, each in found if kind == "var"})
    article = "a" if where.startswith("none") else "no"
    reason = f"{where} has {article} variable {variable} at its top level"
    raise _refusal(name, reason, [f"{package}.{each}" for each in near])


def _refusal(name: str, reason: str, better: Sequence[str]) -> UsageError:
    hint = "Check the name: Go itself says nothing of one that is not there."
    if better:
        hint = f"Did you mean {' or '.join(better)}?"
    return UsageError(f"--set-version-var {name} would set nothing: {reason}.", hint=hint)


def _near(name: str, known: set[str]) -> list[str]:
    """The names that are alike, whatever their case."""
    folded = {each.lower(): each for each in sorted(known)}
    near = difflib.get_close_matches(name.lower(), folded, n=_MOST_SHOWN, cutoff=0.5)
    return [folded[each] for each in near]


def _declares(sources: Sequence[str], variable: str) -> bool:
    """Whether one of the files declares the variable, or cannot be read as Go."""
    quick = re.compile(rf"^var[ \t]+{re.escape(variable)}\b", re.MULTILINE)
    if any(quick.search(text) for text in sources):
        return True
    try:
        return any(("var", variable) in declarations(t) for t in sources if variable in t)
    except ValueError:
        return True


def _folders(name: str, programs: Sequence[Program], go: Toolchain) -> list[Path]:
    """Where the source of the variable's package lies; none where that cannot be told.

    Raises:
        UsageError: there is no such package.
    """
    package, _, variable = name.rpartition(".")
    if package == _MAIN:
        return [program.folder for program in programs]
    first = programs[0]
    root = _root(first)
    if first.module and f"{package}/".startswith(f"{first.module}/"):
        folder = root / package.removeprefix(first.module).strip("/")
        if next(folder.glob("*.go"), None):
            return [folder]
    place, error = _ask(go, first.module_root, package)
    if _MISSING.search(error):
        better = [_MAIN] if difflib.get_close_matches(package, [_MAIN]) else []
        if first.module and (root / package).is_dir():
            better = [f"{first.module}/{package}"]
        reason = f"there is no package {package}"
        raise _refusal(name, reason, [f"{each}.{variable}" for each in better])
    return [place] if place else []


def _ask(go: Toolchain, folder: Path, package: str) -> tuple[Path | None, str]:
    """What Go says of a package: where it lies, and what is wrong with it."""
    done = go.run("list", "-e", "-find", "-json=Dir,Error", "--", package, cwd=folder)
    try:
        told = json.loads(done.stdout) if done.code == 0 else {}
        place, error = told.get("Dir"), (told.get("Error") or {}).get("Err")
    except (AttributeError, ValueError):
        return None, ""
    return Path(place) if isinstance(place, str) else None, str(error)


def _root(program: Program) -> Path:
    """Where the program's module lies: a published one is built in a folder of ours."""
    inner = program.import_path.removeprefix(program.module).strip("/")
    depth = len(inner.split("/")) if inner else 0
    return (program.folder, *program.folder.parents)[depth]


def _read(folder: Path) -> list[str]:
    """The files of a package, without its tests; none where they cannot be read, or are too long.

    Files for other systems, or behind build tags, count too: the variable may be there for some.
    """
    texts: list[str] = []
    length = 0
    try:
        for path in sorted(folder.glob("*.go")):
            if path.name.endswith("_test.go"):
                continue
            length += path.stat().st_size
            if length > _LARGEST:
                return []
            texts.append(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return texts
