"""Entry points and scripts: every command is there, once, and can be started."""

from __future__ import annotations

import configparser
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from .metadata import read_fields
from .opened import OpenWheel
from .places import import_path, is_script
from .report import Problem, error, warning

_GROUPS = ("console_scripts", "gui_scripts")
# The entry points specification; uv, installer and the index read it strictly.
_NAME = re.compile(r"[\w.-]+")
_REFERENCE = re.compile(r"(?P<module>[\w.]+)\s*:\s*[\w.]+\s*(?:\[[^\]]*\])?")
_LONGEST_LINE = 4096  # configparser's time grows with the square of a line's length
_EXTENSIONS = (".py", ".pyc", ".pyd", ".so")

SYNTAX = error("entry-points-syntax", "Write 'name = package.module:function', one a line.")
NAME = error("entry-point-name", "Use letters, digits, '_', '.' and '-'.")
VALUE = error("entry-point-value", "Write it as package.module:function.")
CLASH = error("entry-point-clash", "Keep one of the two: a native script needs no entry point.")
MODULE = error("entry-point-module", "Name a module that the wheel carries.")
MAYBE = warning("entry-point-module", "Name a module that the wheel or a dependency carries.")


def rules(wheel: OpenWheel) -> Iterator[Problem]:
    """All rules on entry points and scripts."""
    text = wheel.texts.get("entry_points.txt")
    where = wheel.info("entry_points.txt")
    if text is None:
        if where in wheel.names and not wheel.unread:
            yield SYNTAX.at(where, "entry_points.txt cannot be unpacked, or is too large.")
        return
    try:
        commands = read_commands(text)
    except (ValueError, configparser.Error) as fault:
        reason = " ".join(str(fault).split())
        yield SYNTAX.at(where, f"entry_points.txt cannot be read: {reason}.")
        return
    yield from _clashes(wheel, commands)
    yield from _references(wheel, commands)


def read_commands(text: bytes) -> dict[str, str]:
    """Command → what it starts.

    Raises:
        ValueError: not UTF-8, or a line too long to be one.
        configparser.Error: not the form that the entry points specification wants.
    """
    if any(len(line) > _LONGEST_LINE for line in text.splitlines()):
        raise ValueError(f"it has a line of more than {_LONGEST_LINE} bytes")
    parser = configparser.ConfigParser(delimiters=("=",), interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(text.decode("utf-8"), source="entry_points.txt")
    return {
        name: value or ""
        for group in _GROUPS
        if parser.has_section(group)
        for name, value in parser.items(group)
    }


def _clashes(wheel: OpenWheel, commands: dict[str, str]) -> Iterator[Problem]:
    """A clash makes pip and uv drop the script without a word, and installer fail (ran)."""
    for member in sorted(wheel.names):
        if not is_script(member):
            continue
        file = PurePosixPath(member).name
        lowered = file.lower()
        endings = [ending for ending in (".exe", "-script.py", ".pya") if lowered.endswith(ending)]
        for name in (file, *(file[: -len(ending)] for ending in endings)):
            if name in commands:
                yield CLASH.at(
                    member,
                    f"The entry point {name!r} has the name of this script; pip and uv drop the"
                    " script.",
                )


class _Modules:
    """The modules and packages that a wheel carries."""

    def __init__(self, names: Iterable[str]) -> None:
        paths = (import_path(name) for name in names)
        self._sorted = sorted(path for path in paths if path is not None)
        self._files = {
            f"{folder}{slash}{file.partition('.')[0]}"
            for folder, slash, file in (path.rpartition("/") for path in self._sorted)
            if file.endswith(_EXTENSIONS)
        }

    def has(self, module: str) -> bool:
        """Whether there is a file of it, or a folder, which may be a namespace package."""
        path = module.replace(".", "/")
        index = bisect_left(self._sorted, f"{path}/")
        is_folder = index < len(self._sorted) and self._sorted[index].startswith(f"{path}/")
        return is_folder or path in self._files


def _has_dependencies(wheel: OpenWheel) -> bool:
    try:
        fields, _ = read_fields(wheel.texts.get("METADATA", b""))
    except ValueError:
        return True  # nobody knows
    return bool(fields.get("requires_dist"))


def _references(wheel: OpenWheel, commands: dict[str, str]) -> Iterator[Problem]:
    where = wheel.info("entry_points.txt")
    modules = _Modules(wheel.names)
    # A module may come with a dependency; where there is none, the command cannot work.
    alone = not _has_dependencies(wheel)
    for name, value in commands.items():
        if not _NAME.fullmatch(name):
            yield NAME.at(where, f"{name!r} cannot be a command's name.")
        reference = _REFERENCE.fullmatch(value.strip())
        if reference is None:
            yield VALUE.at(
                where,
                f"The command {name!r} starts {value!r}, which names no function; pip and uv fail.",
            )
            continue
        module = reference["module"]
        if not modules.has(module) and (alone or modules.has(module.partition(".")[0])):
            rule = MODULE if alone else MAYBE
            yield rule.at(
                where,
                f"The command {name!r} starts {module!r}, a module that is not in the wheel.",
            )
