"""The Python part of a wheel, made from the template package ``go_to_wheel.shim``.

The template is real Python that is linted and tested as it stands; making it a package of its
own replaces the values of four lines, and the name in one import.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from packaging.version import Version

from ..model import EntryPoints, Layout
from ..names import CommandName, ImportName

MULTIPLE_PREFIX = "main_"
LAUNCHER = "_binary"
"""The launcher's module in a project's own Python package."""
SCRIPTS = "_scripts"
LAUNCHER_SCRIPTS = "_binary_scripts"
"""What the launcher needs there in native layout."""
CONSOLE_SCRIPTS = "console_scripts"
GUI_SCRIPTS = "gui_scripts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shim:
    """What the template's lines are filled with.

    Attributes:
        distribution: the distribution, as its dist-info folder is named.
        version: its version, for ``__version__``.
        package: the Python package that carries the executables.
        binaries: command name → file name of its executable; the first is the default.
        layout: where the executables lie.
        aliases: one more name → the command that it starts.
        is_guest: the package is the project's own, and the launcher one module in it.
    """

    distribution: str
    version: Version
    package: ImportName
    binaries: tuple[tuple[CommandName, str], ...]
    layout: Layout
    aliases: tuple[tuple[CommandName, CommandName], ...] = ()
    is_guest: bool = False

    @property
    def module(self) -> str:
        """What is imported to start a program."""
        return f"{self.package}.{LAUNCHER}" if self.is_guest else self.package


def render_shim(shim: Shim) -> Mapping[str, bytes]:
    """The files that go into the Python package: name → bytes."""
    files = dict(shim.binaries)
    values = {
        "__version__": str(shim.version),
        "_DISTRIBUTION": shim.distribution,
        "_BINARIES": {
            **{str(command): name for command, name in files.items()},
            **{str(alias): files[command] for alias, command in shim.aliases},
        },
        "_IN_PACKAGE": shim.layout is Layout.PACKAGE,
    }
    source = _template("__init__.py")
    for name, value in values.items():
        source = _assign(source, name, value)
    scripts = LAUNCHER_SCRIPTS if shim.is_guest else SCRIPTS
    source = source.replace(f"from .{SCRIPTS} import", f"from .{scripts} import")
    if shim.is_guest:
        rendered = {f"{LAUNCHER}.py": source.encode()}
    else:
        rendered = {
            "__init__.py": source.encode(),
            "__main__.py": _template("__main__.py").encode(),
            "py.typed": b"",
        }
    if shim.layout is Layout.NATIVE:
        rendered[f"{scripts}.py"] = _template(f"{SCRIPTS}.py").encode()
    return rendered


def render_finder(modules: Mapping[str, str], folder: str) -> bytes:
    """The package that finds the launcher of an editable install.

    Args:
        modules: module → its file beside the package's own.
        folder: the folder that holds the project's package; empty where a ``.pth`` file says it.
    """
    source = _template("_editable.py")
    for name, value in (("_MODULES", dict(modules)), ("_FOLDER", os.fsencode(folder))):
        source = _assign(source, name, value)
    return source.encode()


def entry_points(shim: Shim, own: EntryPoints = ()) -> bytes:
    """``entry_points.txt``: one console script for each command and alias, and the project's own.

    A native executable needs no entry point, and must not have one: pip and uv silently drop
    a script when an entry point has its name. Its aliases have one.

    Args:
        shim: what is started.
        own: the entry points of the project itself; a script among them goes before a command
            of its name.
    """
    commands = {} if shim.layout is Layout.NATIVE else {name: name for name, _ in shim.binaries}
    commands |= dict(shim.aliases)
    scripts: dict[str, str] = {
        name: f"{shim.module}:{_function(command, alone=len(shim.binaries) == 1)}"
        for name, command in commands.items()
    }
    groups = {group: dict(points) for group, points in own}
    for name in groups.get(GUI_SCRIPTS, {}):
        scripts.pop(name, None)
    groups[CONSOLE_SCRIPTS] = {**scripts, **groups.get(CONSOLE_SCRIPTS, {})}
    sections = (
        "\n".join([f"[{group}]", *(f"{name} = {value}" for name, value in sorted(points.items()))])
        for group, points in sorted(groups.items())
        if points
    )
    text = "\n\n".join(sections)
    return f"{text}\n".encode() if text else b""


def _function(command: CommandName, *, alone: bool) -> str:
    if alone:
        return "main"
    return MULTIPLE_PREFIX + "".join(c if c.isalnum() else "_" for c in command)


@cache
def _template(name: str) -> str:
    return files("go_to_wheel.shim").joinpath(name).read_text(encoding="utf-8")


def _assign(source: str, name: str, value: object) -> str:
    """Replace the value of the one line that assigns to this name at the top level."""
    text, count = re.subn(
        rf"^{name} = .*$", lambda _: f"{name} = {value!r}", source, flags=re.MULTILINE
    )
    assert count == 1, f"{name} is assigned {count} times in the template"
    return text
