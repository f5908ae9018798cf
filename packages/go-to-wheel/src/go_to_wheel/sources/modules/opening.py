"""From a package at a version to a main module that requires it: kept, or made anew."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..._version import __version__
from ...errors import GoModuleNotFoundError, UsageError
from ..context import Context
from ..golang.find import find_toolchain
from ..golang.toolchain import Toolchain
from ..golang.versions import is_new_enough
from .answers import Version
from .main_module import Sealed, load, read_lines, seal
from .programs import Question, explain
from .resolve import Module, fetch_module, find_modules

# What names one version for ever; all else is a query, whose answer may change.
_EXACT = re.compile(r"v[0-9]+\.[0-9]+\.[0-9]+(?:-[0-9A-Za-z.-]+)?(?:\+incompatible)?")
# Settings of Go that say where modules come from and who vouches for them.
_TRUST = ("GOINSECURE", "GONOPROXY", "GONOSUMDB", "GOPRIVATE", "GOPROXY", "GOSUMDB")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A question about a package at a version, and where to answer it.

    Attributes:
        question: what was asked for.
        context: what surrounds the source.
        folder: where our main module lies; it requires nothing yet.
    """

    question: Question
    context: Context
    folder: Path

    def seal(self) -> tuple[Sealed, Toolchain]:
        """A main module that requires the packages, and the Go to build it with.

        Raises:
            GoToWheelError: see ``open_module``.
            OSError: there is no room for it.
        """
        go = self._toolchain()
        version = self.question.form.version
        if _EXACT.fullmatch(version) and (kept := self._kept(go, version)):
            return self._again(go, kept)
        modules = find_modules(go, self.folder, self.question.form)
        kept = self._kept(go, modules[0].version)
        if kept and kept.module == modules[0].path:
            return self._again(go, kept)
        return self._anew(go, modules)

    def _again(self, go: Toolchain, sealed: Sealed) -> tuple[Sealed, Toolchain]:
        sealed.write(self.folder)
        return sealed, self._new_enough(go, sealed.go)

    def _anew(self, first: Toolchain, modules: Sequence[Module]) -> tuple[Sealed, Toolchain]:
        lines = read_lines(first, self.folder, modules[0])
        go = self._new_enough(first, lines.go)
        module = fetch_module(go, self.folder, modules, self.question.form.package)
        if module != modules[0]:  # another one, or its go.mod was not there yet
            lines = read_lines(go, self.folder, module)
        self._refuse_others(module)
        try:
            sealed = seal(go, self.folder, module, lines, self.question.packages)
        except GoModuleNotFoundError as error:
            named = Version(path=module.path, version=module.version)
            raise explain(error, go, self.folder, self.question, named) from None
        cache = self.context.cache.below("modules")
        cache.put(self._key(first, module.version), sealed.dump())
        return sealed, go

    def _kept(self, go: Toolchain, version: str) -> Sealed | None:
        return load(self.context.cache.below("modules").get(self._key(go, version)))

    def _key(self, go: Toolchain, version: str) -> str:
        trust = (go.environment.get(name, "") for name in _TRUST)
        asked = (self.question.form.package, *self.question.packages)
        words = (__version__, go.version, version, *asked, "", *trust)
        return hashlib.sha256("\0".join(words).encode(errors="replace")).hexdigest()

    def _new_enough(self, go: Toolchain, wanted: str) -> Toolchain:
        return go if is_new_enough(go.version, wanted) else self._toolchain(wanted)

    def _toolchain(self, wanted: str | None = None) -> Toolchain:
        """Go, without a workspace of the user's, and with a place for what it downloads."""
        scratch = self.context.scratch
        named = self.question.options.binary
        go = find_toolchain(named, self.context.processes, scratch, wanted)
        own = {"GOPATH": str(scratch / "gopath"), **go.environment, "GOWORK": "off"}
        return replace(go, environment=own)

    def _refuse_others(self, module: Module) -> None:
        """Refuse packages of other modules: there is one version, and it is of one module."""
        given = zip(self.question.options.packages, self.question.packages, strict=False)
        for name, package in given:
            if package != module.path and not package.startswith(f"{module.path}/"):
                raise UsageError(
                    f"--package {name} does not lie in the module {module.path}.",
                    hint="Write it as a path below the package that you named, like ./cmd/tool.",
                )
