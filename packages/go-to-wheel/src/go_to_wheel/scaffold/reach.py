"""Where a program can be built: whether it needs C code, and files that some systems lack."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from ..errors import GoError
from ..sources.golang.programs import Program
from ..sources.golang.toolchain import Toolchain
from ..targets import TARGETS, Target, find_target, select_targets

_AT_ONCE = 4  # questions to Go, each of which keeps a processor busy
_EXCLUDED = "build constraints exclude all Go files"
_USUAL = "linux-amd64"
_SOMETHING = re.compile(r"\S")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Where programs can be built, as far as their packages tell.

    Attributes:
        targets: what to build for; none where it can be built for no target.
        unfit: name of a target → a package of which no file is for it.
        c_code: the packages with C code, but those of Go itself.
        cgo: whether to compile that.
    """

    targets: tuple[Target, ...]
    unfit: tuple[tuple[str, str], ...] = ()
    c_code: tuple[str, ...] = ()
    cgo: bool = False

    @property
    def is_everywhere(self) -> bool:
        """Whether it is all targets that there are."""
        return self.targets == TARGETS


def find_reach(go: Toolchain, programs: Sequence[Program], *, cgo: bool | None = None) -> Reach:
    """Find out where programs can be built, by a look at all packages that they are made of.

    C code counts where it is compiled on Linux; what has it for one system alone is left to its
    authors. With C code it is the usual targets, for which there is a C compiler.

    Args:
        go: the toolchain.
        programs: at least one, of one module.
        cgo: whether C code is to be compiled; None to find out.

    Raises:
        GoError: Go does not tell, or they can be built for none.
        Cancelled: the run was stopped meanwhile.
    """
    look = _Look(go=go, programs=tuple(programs))
    c_code = look.with_cgo().c_code(find_target(_USUAL)) if cgo is not False else ()
    is_on = bool(c_code) if cgo is None else cgo
    looks = look.with_cgo() if is_on else look
    targets = select_targets(()) if is_on else TARGETS
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        try:
            missing = tuple(pool.map(looks.missing, targets))
        except KeyboardInterrupt:
            go.processes.cancel()
            raise
    pairs = tuple(zip(targets, missing, strict=True))
    if all(missing):
        raise GoError(
            f"{programs[0].import_path} can be built for no target: of {missing[0]} there is no"
            f" file for {targets[0].name}.",
            hint="Where files ask for a build tag, name it in pyproject.toml:"
            ' [tool.go-to-wheel] tags = ["NAME"].',
        )
    return Reach(
        targets=tuple(target for target, package in pairs if not package),
        unfit=tuple((target.name, package) for target, package in pairs if package),
        c_code=c_code,
        cgo=is_on,
    )


def with_cgo(go: Toolchain) -> Toolchain:
    """The same Go, which counts files with C code too; to list them it takes no C compiler."""
    return replace(go, environment={**go.environment, "CGO_ENABLED": "1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """Asks Go for the packages that programs are made of."""

    go: Toolchain
    programs: tuple[Program, ...]

    def with_cgo(self) -> _Look:
        return replace(self, go=with_cgo(self.go))

    def c_code(self, target: Target) -> tuple[str, ...]:
        """The packages with C code, but those of Go itself."""
        return tuple(
            str(package["ImportPath"])
            for package in self._packages(target)
            if package.get("CgoFiles") and not package.get("Standard")
        )

    def missing(self, target: Target) -> str:
        """A package of which no file is for the target; empty where there is none."""
        for package in self._packages(target):
            error = package.get("Error")
            if isinstance(error, dict) and str(error.get("Err")).startswith(_EXCLUDED):
                return str(package["ImportPath"])
        return ""

    def _packages(self, target: Target) -> Iterator[dict[str, object]]:
        done = self.go.run(
            "list", "-e", "-deps", "-json=ImportPath,Standard,CgoFiles,Error", "--",
            *(program.import_path for program in self.programs),
            cwd=self.programs[0].module_root, target=target,
        )  # fmt: skip
        if done.code:
            raise GoError(
                f"Go cannot list the packages of {self.programs[0].module}.",
                hint="Correct what Go reports.",
                detail=done.message,
            )
        yield from _documents(done.stdout)


def _documents(text: str) -> Iterator[dict[str, object]]:
    """The JSON documents that ``go list`` writes one after another."""
    decoder = json.JSONDecoder()
    position = 0
    try:
        while start := _SOMETHING.search(text, position):
            document, position = decoder.raw_decode(text, start.start())
            yield {"ImportPath": "", **document}
    except (TypeError, ValueError):
        raise GoError(
            "Go's list of packages cannot be read.",
            hint="Name another toolchain with --go-binary.",
            detail=text[position:][:1000],
        ) from None
