"""``[tool.go-to-wheel]``: a project's own settings."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import TypeVar

from ..errors import ConfigError
from ..model import CLibrary, Layout
from .linker import foreign_flag
from .table import Table

_ALIAS = re.compile(r"[^=\n]+(?:=[^=\n]+)?")
# What people write from habit, and what they mean; nearer slips are found by their letters.
_MEANT = {
    "aliases": "alias",
    "binaries": "packages",
    "binary": "packages",
    "build-tags": "tags",
    "command": "entry-point",
    "commands": "packages",
    "go-tags": "tags",
    "package": "packages",
    "targets": "platforms",
    "target": "platforms",
    "version-variable": "set-version-var",
}
# Keys of [project] (PEP 621).
_METADATA = {
    "author", "author-email", "authors", "classifiers", "dependencies", "description", "entry-points",
    "gui-scripts", "homepage", "keywords", "license", "license-files", "maintainers", "name",
    "optional-dependencies", "readme", "requires-python", "scripts", "url", "urls", "version",
}  # fmt: skip
# Options that are for one run, on one machine.
_OPTIONS = {
    "dry-run", "go-binary", "jobs", "json", "keep-going", "output-dir", "quiet", "verbose",
}  # fmt: skip
# Options that say what to take of a release, or what must hold of it; these settings are of Go
# source, which has none of that.
_OF_RELEASES = {
    "allow-unverified", "asset", "lock", "min-age", "minisign-key", "require-signature",
    "trusted-root", "update-lock",
}  # fmt: skip

TABLE = "tool.go-to-wheel"

_Choice = TypeVar("_Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """``[tool.go-to-wheel]``: the keys are those of the command's options, without ``--``.

    ``vendor``, ``include`` and ``exclude`` are about files and have no option.

    Attributes:
        alias: more names for commands, as ``NAME`` or ``NAME=COMMAND``.
        cgo: compile C code too.
        entry_point: the command's name.
        exclude: files that go neither into the sdist nor, from the project's own Python
            package, into wheels; patterns as in .gitignore.
        include: files that go there although they would not by themselves.
        layout: where the binary lies in the wheel.
        ldflags: more flags for Go's linker, of those that a file may give.
        libc: the C library that Linux programs with C code are linked with.
        packages: the main packages.
        platforms: the targets to build for.
        require_licenses: refuse a program, and linked Go modules, without a licence that is known.
        set_version_var: the Go variable that is set to the version.
        tags: Go build tags.
        vendor: the sdist carries the Go modules that the build needs.
    """

    alias: tuple[str, ...] = ()
    cgo: bool = False
    entry_point: str | None = None
    exclude: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    layout: Layout | None = None
    ldflags: str = ""
    libc: CLibrary | None = None
    packages: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    require_licenses: bool = False
    set_version_var: str | None = None
    tags: tuple[str, ...] = ()
    vendor: bool = False


KEYS = tuple(field.name.replace("_", "-") for field in fields(Settings))
"""All keys of the table, as they are written."""


def read_settings(table: Table) -> Settings:
    """Read the table.

    Raises:
        ConfigError: an unknown key, or a value of the wrong kind.
    """
    table.refuse_unknown(KEYS, _hint_for)
    return Settings(
        alias=_aliases(table),
        cgo=table.flag("cgo"),
        entry_point=table.text("entry-point"),
        exclude=table.texts("exclude"),
        include=table.texts("include"),
        layout=_choice(table, "layout", Layout),
        ldflags=_linker_flags(table),
        libc=_choice(table, "libc", CLibrary),
        packages=table.texts("packages"),
        platforms=table.texts("platforms"),
        require_licenses=table.flag("require-licenses"),
        set_version_var=table.text("set-version-var"),
        tags=table.texts("tags"),
        vendor=table.flag("vendor"),
    )


def _hint_for(key: str) -> str:
    """What to do about a key that is none of ours, where its meaning is known; else empty."""
    name = key.lower().replace("_", "-")
    if meant := _MEANT.get(name):
        return f"Did you mean {meant}?"
    if name in _METADATA:
        return "Metadata stands in [project]."
    if name in _OPTIONS:
        return f"Give it on the command line, as --{name}."
    if name in _OF_RELEASES:
        return (
            "It is about releases, and these settings are about Go source: give it where you build"
            f" a release, as --{name} on the command line."
        )
    return ""


def _aliases(table: Table) -> tuple[str, ...]:
    aliases = table.texts("alias")
    for alias in aliases:
        if not _ALIAS.fullmatch(alias):
            raise ConfigError(
                f"{TABLE}.alias in {table.path} has {alias!r}, which has neither the form NAME nor"
                " NAME=COMMAND.",
                hint='Write it like alias = ["my-tool", "mt=my-tool"].',
            )
    return aliases


def _linker_flags(table: Table) -> str:
    """Flags that neither start a program nor write a file: a file may be a stranger's."""
    text = table.text("ldflags") or ""
    if (flag := foreign_flag(text)) is not None:
        raise ConfigError(
            f"{TABLE}.ldflags in {table.path} has {flag}, and a file may only give -X PACKAGE.NAME="
            "VALUE, -s, -w, -H, -B, -buildid=, -compressdwarf, -linkmode=internal and"
            " -extldflags=-static.",
            hint="Give others on the command line, with --ldflags. What holds a blank stands in"
            " quotes as a whole: -X 'main.text=two words'.",
        )
    return text


def _choice(table: Table, key: str, choices: type[_Choice]) -> _Choice | None:
    value = table.text(key)
    if value is not None and value not in list(choices):
        raise ConfigError(
            f"{TABLE}.{key} in {table.path} is {value!r}.",
            hint=f"It is one of: {', '.join(choices)}.",
        )
    return choices(value) if value is not None else None
