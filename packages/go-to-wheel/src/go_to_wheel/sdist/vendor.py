"""The Go modules that a build needs, taken along in an sdist (``go mod vendor``)."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ..errors import GoError, ProjectError
from ..model import GoOptions
from ..sources.golang.find import find_toolchain
from ..sources.golang.inputs import find_inputs, uses_cgo
from ..sources.golang.toolchain import Toolchain
from ..sources.golang.versions import wanted_go
from ..sources.process import Processes
from .plan import SdistEntry

VENDOR = "vendor"
# A line of vendor/modules.txt (the Go modules reference, "Vendoring"): `# module version`.
_MODULE = re.compile(r"^# (\S+) ", re.MULTILINE)
# What has no part in C code, and what would begin another module inside vendor/.
_NOT_C = re.compile(r"(?:.*/)?(?:[^/]*\.go|go\.(?:mod|sum|work)|modules\.txt|default\.pgo)")
_FIRST_BY_ITSELF = (1, 14)  # from this go line on, Go uses the folder vendor/ where there is one


def vendored_modules(
    root: Path, options: GoOptions, processes: Processes, scratch: Path
) -> Sequence[SdistEntry]:
    """The files of the modules that a module needs, as members of ``vendor/``.

    Beside what ``go mod vendor`` takes, they hold the folders that C code is compiled of.

    The modules are fetched as in any build: from the caches, or through the module proxy. The
    module's own folder is only read.

    Args:
        root: the folder of go.mod.
        options: which Go does it.
        processes: what runs it.
        scratch: an empty folder for temporary files; the entries' content lies in it.

    Raises:
        GoError: Go cannot do it; the detail is its own message.
        ProjectError: go.mod is for a Go that does not look into ``vendor/``.
    """
    wanted = wanted_go(root)
    _refuse_old(root, wanted)
    go = find_toolchain(options.binary, processes, scratch, wanted)
    go = replace(go, environment={**go.environment, "GOWORK": "off"})
    output = scratch / VENDOR
    # Go changes neither go.mod nor go.sum here; where they lack something, that is an error.
    done = go.run("mod", "vendor", "-o", output, cwd=root, temporary=scratch)
    if done.code:
        raise GoError(
            f"Go cannot collect the modules that {root} needs.",
            hint="Correct what Go reports.",
            detail=done.message,
        )
    files = {_name(output, path): path for path in sorted(output.rglob("*")) if path.is_file()}
    for module in _modules_with_c(output, files):
        for name, path in _c_inputs(_folder_of(go, root, module)).items():
            files.setdefault(f"{module}/{name}", path)
    return [SdistEntry(path=f"{VENDOR}/{name}", content=path) for name, path in files.items()]


def _modules_with_c(output: Path, files: Mapping[str, Path]) -> list[str]:
    """The modules that C code is compiled of: ``go mod vendor`` leaves folders without Go out."""
    folders = {
        name.rpartition("/")[0]
        for name, path in files.items()
        if name.endswith(".go") and uses_cgo(path.read_bytes())
    }
    if not folders:
        return []
    text = (output / "modules.txt").read_text(encoding="utf-8")
    modules = sorted(_MODULE.findall(text), key=len, reverse=True)
    owners = (
        next((module for module in modules if f"{folder}/".startswith(f"{module}/")), "")
        for folder in folders
    )
    return sorted({*owners} - {""})


def _folder_of(go: Toolchain, root: Path, module: str) -> Path:
    """Where the source of a module lies."""
    done = go.run("list", "-mod=readonly", "-m", "-f", "{{.Dir}}", "--", module, cwd=root)
    folder = done.stdout.rstrip("\r\n")
    if done.code or not folder:
        raise GoError(
            f"Go does not say where the source of {module} lies.",
            hint="Correct what Go reports.",
            detail=done.message,
        )
    return Path(os.fsdecode(folder.encode(errors="surrogateescape")))


def _c_inputs(folder: Path) -> Mapping[str, Path]:
    """What a module's C code is compiled of, wherever in the module that lies."""
    every = {_name(folder, path): path for path in sorted(folder.rglob("*")) if path.is_file()}
    inputs = find_inputs(sorted(every), lambda name: every[name].read_bytes())
    wanted = sorted({*inputs.sources, *inputs.brought_in})
    return {name: every[name] for name in wanted if not _NOT_C.fullmatch(name)}


def _name(folder: Path, path: Path) -> str:
    return path.relative_to(folder).as_posix()


def _refuse_old(root: Path, wanted: str | None) -> None:
    numbers = tuple(map(int, re.findall(r"\d+", wanted or "")[:2]))
    if numbers < _FIRST_BY_ITSELF:
        raise ProjectError(
            f"go.mod in {root} says go {wanted or '(nothing)'}, and before go 1.14 a build does not"
            " look into vendor/.",
            hint="Raise it with 'go mod edit -go=1.24'.",
        )
