"""What else a Go project tells of itself: GoReleaser's settings, and where its version goes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import GoToWheelError
from ..sources.golang.declarations import declarations
from ..sources.golang.programs import Program
from ..sources.golang.toolchain import Toolchain
from ..sources.golang.version_variable import check_version_variable
from .values import WORKFLOWS

_LARGEST = 1_000_000  # bytes of a file that is looked at
_GORELEASER = (".goreleaser.yml", ".goreleaser.yaml", "goreleaser.yml", "goreleaser.yaml")
_PUBLISHES = "gh-action-pypi-publish"
# In whatever list of flags or variables, whose place in the file says nothing more to us.
_CGO = re.compile(r"CGO_ENABLED[=:]\s*[\"']?(?P<value>[01])\b")
_SET = re.compile(r"-X[ =][\"']?(?P<name>[^\s\"'={}]+\.\w+)=v?\{\{-?\s*\.(?:Version|Tag)\b")
_NAMES = ("version", "Version", "buildVersion", "BuildVersion", "appVersion", "AppVersion")
_PACKAGES = (
    "internal/version", "version", "pkg/version", "internal/buildinfo", "internal/build",
    "buildinfo", "build",
)  # fmt: skip
# A string, or none yet: what the linker can set (`go tool link`, -X).
_STRING = r'(?:[ \t]+string)?(?:[ \t]*=[ \t]*(?:"[^"\n]*"|`[^`\n]*`))?[ \t]*(?://.*)?$'


@dataclass(frozen=True, slots=True, kw_only=True)
class Releaser:
    """What GoReleaser's settings say of the build.

    Attributes:
        is_there: there are such settings.
        cgo: whether C code is compiled; None where they do not say, or say both.
        variables: the variables that get the version.
    """

    is_there: bool = False
    cgo: bool | None = None
    variables: tuple[str, ...] = ()


def read_releaser(folders: Sequence[Path]) -> Releaser:
    """GoReleaser's settings in the first of these folders that has any.

    They are another tool's, so what cannot be read there is passed over.
    """
    text = next(filter(None, (_text(f / name) for f in folders for name in _GORELEASER)), "")
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    said = {found["value"] == "1" for found in _CGO.finditer(lines)}
    return Releaser(
        is_there=bool(text),
        cgo=said.pop() if len(said) == 1 else None,
        variables=tuple(dict.fromkeys(found["name"] for found in _SET.finditer(lines))),
    )


def find_publishing(top: Path) -> tuple[str, ...]:
    """The names of the workflows at the top of a repository that publish Python packages."""
    try:
        found = sorted((top / WORKFLOWS).iterdir())
    except OSError:
        return ()
    return tuple(path.name for path in found if _PUBLISHES in _text(path))


def find_version_variable(
    programs: Sequence[Program], releaser: Releaser, go: Toolchain
) -> str | None:
    """The Go variable that is meant for the version; None where none is certain.

    What GoReleaser sets goes first, then a string with a usual name in ``main``, or in a package
    of the module that is there for it.
    """
    for name in releaser.variables:
        try:
            check_version_variable(name, programs, go)
        except GoToWheelError:
            continue
        return name
    return next(_declared(programs), None)


def _declared(programs: Sequence[Program]) -> Iterator[str]:
    first = programs[0]
    for name in _NAMES:
        if all(_has_string(program.folder, name) for program in programs):
            yield f"main.{name}"
    for package in _PACKAGES:
        for name in _NAMES:
            if _has_string(first.module_root / package, name):
                yield f"{first.module}/{package}.{name}"


def _has_string(folder: Path, name: str) -> bool:
    """Whether a package declares a string variable of this name at its top level."""
    pattern = re.compile(rf"^(?:var[ \t]+|[ \t]+){name}{_STRING}", re.MULTILINE)
    try:
        texts = [_text(path) for path in folder.glob("*.go") if not path.stem.endswith("_test")]
        return any(pattern.search(each) and ("var", name) in declarations(each) for each in texts)
    except (OSError, ValueError):  # Go itself will say what is wrong there
        return False


def _text(path: Path) -> str:
    try:
        if not path.is_file():  # a pipe would keep us waiting
            return ""
        with path.open("rb") as stream:
            return stream.read(_LARGEST).decode("utf-8", "replace")
    except OSError:
        return ""
