"""Editable wheels (PEP 660): the project's Python files stay where they are. Pure.

The wheel holds what was made: the programs and the launcher, in a folder of their own beside the
packages; a ``.pth`` file that names the folder of the project's package; and a finder that makes
the launcher a module of that package. Type checkers read neither finder nor launcher, but a stub
package next to them (the typing specification, "Distributing type information").
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from .plan import Distribution, Entry, WheelPlan
from .shim import render_finder

_PARTIAL = b"partial\n"


def as_editable(plan: WheelPlan, distribution: Distribution, folder: Path) -> WheelPlan:
    """The same wheel without the project's own Python files, where it has any.

    Args:
        plan: the whole wheel.
        distribution: what it is planned from.
        folder: the project's own Python package.
    """
    if not distribution.files:
        return plan
    package = f"{distribution.package}/"
    here = f"_{distribution.package}_editable"
    own = {file.path for file in distribution.files}
    made = [entry for entry in plan.entries if entry.path not in own]
    launcher = [entry for entry in made if entry.path.startswith(package)]
    moved = [
        replace(entry, path=f"{here}/{entry.path.removeprefix(package)}") for entry in launcher
    ]
    modules = {
        entry.path.removesuffix(".py").replace("/", "."): entry.path.removeprefix(package)
        for entry in launcher
        if entry.path.endswith(".py")
    }
    stubs = [
        Entry(path=entry.path.replace("/", "-stubs/", 1) + "i", content=entry.content)
        for entry in launcher
        if entry.path.endswith(".py")
    ]
    parent = str(folder.parent)
    plain = parent.isascii() and parent.isprintable()  # before 3.13 the locale says how it is read
    lines = [parent] if plain else []
    added = [
        *moved,
        *stubs,
        Entry(path=f"{distribution.package}-stubs/py.typed", content=_PARTIAL),
        Entry(path=f"{here}.pth", content="\n".join([*lines, f"import {here}", ""]).encode()),
        Entry(path=f"{here}/__init__.py", content=render_finder(modules, "" if plain else parent)),
    ]
    rest = [entry for entry in made if entry not in launcher]
    entries = (*sorted(added, key=lambda entry: entry.path), *rest)
    return replace(plan, entries=entries)
