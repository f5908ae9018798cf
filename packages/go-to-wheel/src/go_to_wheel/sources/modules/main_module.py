"""A module of our own that requires the one to build, and nothing else.

Go builds a package at a version only by ``go install``, which writes where we do not want it,
and not at all where go.mod has ``replace`` or ``exclude`` lines. In a main module that requires
it, ``go build`` makes the same bytes: versions and sums of all modules stand in the build info,
the program's own too. The lines that count in a main module only are copied into ours.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from ...errors import GoError, GoModuleNotFoundError
from ..golang.toolchain import Toolchain
from .answers import GoMod, read_go_mod
from .faults import fetch_error
from .resolve import Module

_NAME = "go-to-wheel-build"
_OLDEST_GO = (1, 20)  # `go install` takes a module without a go line for one of 1.20
_FIRST_WITH_GODEBUG = (1, 23)
_NUMBERS = re.compile(r"(?:go)?(\d+)\.(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A main module that is complete: from the same text Go makes the same program.

    Attributes:
        module: the path of the module to build.
        version: its version.
        repository: the web address of its repository; empty where it is not known.
        go: the Go that its go.mod wants; empty where it names none.
        changed: its go.mod replaces or excludes modules, as ``go install`` does not allow.
        go_mod: our go.mod.
        go_sum: our go.sum.
    """

    module: str
    version: str
    repository: str
    go: str
    changed: bool
    go_mod: str
    go_sum: str

    def write(self, folder: Path) -> None:
        """Write the two files."""
        (folder / "go.mod").write_text(self.go_mod, encoding="utf-8", newline="\n")
        (folder / "go.sum").write_text(self.go_sum, encoding="utf-8", newline="\n")

    def dump(self) -> bytes:
        """All of it as bytes, to be kept."""
        return json.dumps(asdict(self)).encode()


def load(kept: bytes | None) -> Sealed | None:
    """What ``dump`` has made; None where that was another release's."""
    try:
        return Sealed(**json.loads(kept)) if kept else None
    except (TypeError, ValueError):
        return None


def start(folder: Path) -> None:
    """Begin with a main module that requires nothing."""
    folder.mkdir()
    (folder / "go.mod").write_text(f"module {_NAME}\n", encoding="utf-8")


def read_lines(go: Toolchain, folder: Path, module: Module) -> GoMod:
    """The lines of a module's go.mod that count where it is the main one.

    Raises:
        GoError: Go cannot read it, or it replaces a module by a folder, which nobody else has.
    """
    if module.go_mod is None:
        return GoMod()
    done = go.run("mod", "edit", "-json", module.go_mod, cwd=folder)
    if done.code:
        raise GoError(
            f"Go cannot read the go.mod of {module}.",
            hint="Go's message is above; is another version better?",
            detail=done.message,
        )
    lines = read_go_mod(done.stdout)
    for old, new in lines.replaced:
        if not new.version:
            url = f" {module.repository}" if module.repository else ""
            raise GoError(
                f"{module} replaces {old} by the folder {new.path}, which is not part of it.",
                hint=f"Clone its repository{url} and give the program's folder.",
            )
    return lines


def seal(
    go: Toolchain, folder: Path, module: Module, lines: GoMod, packages: Sequence[str]
) -> Sealed:
    """Require the packages of a module in our main module, and all that they need.

    Args:
        go: the toolchain.
        folder: where our main module lies.
        module: the module to build from.
        lines: those of its go.mod that ours needs too.
        packages: import paths.

    Raises:
        GoModuleNotFoundError: the module has no such package.
        GoTooOldError: it wants a newer Go.
        DownloadError: the network failed.
        VerificationError: what came is not what was published.
        GoError: anything else that Go says.
    """
    _edit(go, folder, *_copied(module, lines))
    done = go.run("get", "--", *(f"{each}@{module.version}" for each in packages), cwd=folder)
    if done.code:
        if "does not contain package" in done.message:
            raise GoModuleNotFoundError(
                f"{module} has no package {', '.join(packages)}.", hint="Check its path."
            )
        raise fetch_error(done.message, str(module))
    _keep_defaults(go, folder, lines)
    return Sealed(
        module=module.path,
        version=module.version,
        repository=module.repository,
        go=lines.go,
        changed=bool(lines.replaced or lines.excluded),
        go_mod=(folder / "go.mod").read_text(encoding="utf-8"),
        go_sum=_read(folder / "go.sum"),
    )


def _copied(module: Module, lines: GoMod) -> list[str]:
    """Flags of ``go mod edit`` that copy what counts in a main module only."""
    language = _numbers(lines.go)
    flags = [f"-go={lines.go if language and language >= _OLDEST_GO else '1.20'}"]
    flags += [f"-godebug={key}={value}" for key, value in lines.godebug]
    flags += [f"-exclude={excluded}" for excluded in lines.excluded]
    # A main module is never replaced itself; ours requires it, and there it would be.
    others = ((old, new) for old, new in lines.replaced if old.path != module.path)
    return flags + [f"-replace={old}={new}" for old, new in others]


def _keep_defaults(go: Toolchain, folder: Path, lines: GoMod) -> None:
    """Keep the program's defaults of GODEBUG where a module it needs has a newer go line.

    That raises ours, which sets these defaults (go.dev/doc/godebug). ``go install`` takes them
    from the program's own module.
    """
    done = go.run("mod", "edit", "-json", cwd=folder)
    raised = _numbers(read_go_mod(done.stdout).go) or _OLDEST_GO
    own = max(_numbers(lines.go) or _OLDEST_GO, _OLDEST_GO)
    can = (_numbers(go.version) or _OLDEST_GO) >= _FIRST_WITH_GODEBUG
    if raised > own and can and "default" not in dict(lines.godebug):
        _edit(go, folder, f"-godebug=default=go{own[0]}.{own[1]}")


def _edit(go: Toolchain, folder: Path, *flags: str) -> None:
    done = go.run("mod", "edit", *flags, cwd=folder)
    if done.code:
        raise GoError(
            "Go cannot use the lines of the module's go.mod.",
            hint="Go's message is above; is another version better?",
            detail=done.message,
        )


def _numbers(version: str) -> tuple[int, int] | None:
    found = _NUMBERS.match(version)
    return (int(found[1]), int(found[2])) if found else None


def _read(path: Path) -> str:
    """A file's text; a module without dependencies of its own still has sums, but to be sure."""
    return path.read_text(encoding="utf-8") if path.exists() else ""
