"""Which programs of a module are asked for, and what to say where one is none."""

from __future__ import annotations

import difflib
import posixpath
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ...errors import GoError, GoToWheelError, NotMainPackageError
from ...model import GoOptions
from ...targets import Target
from ...wording import listed
from ..forms import ModuleAtVersion
from ..golang.programs import Program, find_programs
from ..golang.toolchain import Toolchain
from .answers import Version
from .faults import fetch_error

_MOST_SHOWN = 6  # programs in an error


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What was asked for.

    Attributes:
        form: the package and the version.
        options: how to build it.
        targets: what to build for.
    """

    form: ModuleAtVersion
    options: GoOptions
    targets: Sequence[Target]

    @property
    def packages(self) -> tuple[str, ...]:
        """The import paths of the packages: those chosen, below the one named, or that one."""
        below = self.form.package
        return tuple(_import_path(below, each) for each in self.options.packages) or (below,)


def _import_path(below: str, package: str) -> str:
    """The import path of a package that was named like ``./cmd/tool``, or by its import path."""
    if package in (".", "..") or package.startswith(("./", "../")):
        return posixpath.normpath(posixpath.join(below, package))
    return package


def module_programs(
    go: Toolchain, folder: Path, question: Question, module: Version
) -> tuple[Program, ...]:
    """The programs asked for.

    Args:
        go: the toolchain.
        folder: that of the main module that requires them.
        question: what was asked for.
        module: the module that holds them.

    Raises:
        NotMainPackageError: a package is no program; the error names those that are.
        GoError: Go cannot read the module.
    """
    try:
        options = replace(question.options, packages=question.packages)
        return find_programs(go, folder, options, question.targets)
    except NotMainPackageError as error:
        raise explain(error, go, folder, question, module) from None
    except GoError as error:
        if type(error) is not GoError or not error.detail:  # it says already what is wrong
            raise
        raise fetch_error(error.detail, str(module)) from None


def explain(
    error: GoToWheelError, go: Toolchain, folder: Path, question: Question, module: Version
) -> NotMainPackageError:
    """The error for a package that is no program, with those that are.

    Args:
        error: what was found out.
        go: the toolchain.
        folder: that of our main module.
        question: what was asked for.
        module: the module that was searched.
    """
    programs = _mains(go, folder, question, module)
    message = error.message
    if "no required module provides package" in message or not message:
        named = [package for package in question.packages if package not in programs]
        message = f"{module} has no package {' and '.join(named)}."
    elif not question.options.packages:
        message = message.removeprefix("--package ")
    hint = error.hint
    # It is one, but for other systems, for a build tag, or with cgo: the error says so.
    is_program = set(question.packages) & set(programs) or "build constraints" in message
    if not is_program:
        hint = _did_you_mean(programs, question, module)
    return NotMainPackageError(message, hint=hint, detail=error.detail)


def _did_you_mean(programs: Sequence[str], question: Question, module: Version) -> str:
    if not programs:
        return f"The module {module.path} holds no program for {question.targets[0].name}."
    wanted = next(package for package in question.packages if package not in programs)
    name = wanted.rpartition("/")[2]
    matcher = difflib.SequenceMatcher(b=name)

    def likeness(program: str) -> float:
        matcher.set_seq1(program.rpartition("/")[2])
        return -matcher.ratio()

    near, *rest = sorted(programs, key=likeness)  # those that are alike keep their order
    others = [f".{program.removeprefix(module.path)}" for program in rest]
    hint = f"Did you mean {near}@{question.form.version}?"
    if not question.options.packages and (below := _below(question.form.package, programs)):
        hint = f"{hint} Or choose from it, for several commands too, with --package {below}."
    if others:
        hint = f"{hint} The module also holds {listed(others, _MOST_SHOWN - 1)}."
    return hint


def _below(package: str, programs: Sequence[str]) -> str:
    """How the first program below a package is named with --package; empty without one."""
    below = (each for each in programs if each.startswith(f"{package}/"))
    return next((f".{each.removeprefix(package)}" for each in below), "")


def _mains(go: Toolchain, folder: Path, question: Question, module: Version) -> list[str]:
    """The import paths of a module's programs, those nearest to its root first."""
    go.run("mod", "edit", f"-require={module}", cwd=folder)
    done = go.run(
        "list", "-e", "-find", "-mod=mod", "-f", '{{if eq .Name "main"}}{{.ImportPath}}{{end}}',
        "--", f"{module.path}/...", cwd=folder, target=question.targets[0],
    )  # fmt: skip
    return sorted(done.stdout.split(), key=lambda each: (each.count("/"), each))
