"""The Python part of a wheel, made from the template package ``go_to_wheel.shim``.

The template is real Python that is linted and tested as it stands; making it a package of its
own replaces the values of three lines.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from packaging.version import Version

from ..model import Layout
from ..names import CommandName

MULTIPLE_PREFIX = "main_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shim:
    """What the template's lines are filled with.

    Attributes:
        version: the distribution's version, for ``__version__``.
        binaries: command name → file name of its executable; the first is the default.
        layout: where the executables lie.
    """

    version: Version
    binaries: tuple[tuple[CommandName, str], ...]
    layout: Layout


def render_shim(shim: Shim) -> Mapping[str, bytes]:
    """The files of the Python package: name → bytes."""
    values = {
        "__version__": str(shim.version),
        "_BINARIES": {str(command): name for command, name in shim.binaries},
        "_IN_PACKAGE": shim.layout is Layout.PACKAGE,
    }
    source = _template("__init__.py")
    for name, value in values.items():
        source = _assign(source, name, value)
    rendered = {
        "__init__.py": source.encode(),
        "__main__.py": _template("__main__.py").encode(),
        "py.typed": b"",
    }
    if shim.layout is Layout.NATIVE:
        rendered["_scripts.py"] = _template("_scripts.py").encode()
    return rendered


def entry_points(shim: Shim, package: str) -> bytes:
    """``entry_points.txt``: one console script for each command; empty for native layout.

    A native executable needs no entry point, and must not have one: pip and uv silently drop
    a script when an entry point has its name.
    """
    if shim.layout is Layout.NATIVE:
        return b""
    lines = [
        f"{command} = {package}:{_function(command, alone=len(shim.binaries) == 1)}"
        for command, _ in sorted(shim.binaries)
    ]
    return "\n".join(["[console_scripts]", *lines, ""]).encode()


def _function(command: CommandName, *, alone: bool) -> str:
    if alone:
        return "main"
    return MULTIPLE_PREFIX + "".join(c if c.isalnum() else "_" for c in command)


def _template(name: str) -> str:
    return files("go_to_wheel.shim").joinpath(name).read_text(encoding="utf-8")


def _assign(source: str, name: str, value: object) -> str:
    """Replace the value of the one line that assigns to this name at the top level."""
    text, count = re.subn(
        rf"^{name} = .*$", lambda _: f"{name} = {value!r}", source, flags=re.MULTILINE
    )
    assert count == 1, f"{name} is assigned {count} times in the template"
    return text
