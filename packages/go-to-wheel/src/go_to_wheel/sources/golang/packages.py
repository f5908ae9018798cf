"""Go packages, as ``go list`` tells of them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ...errors import GoError
from ...model import GoOptions
from ...targets import Target
from .toolchain import Toolchain
from .words import DENIED, first_words

_EXCLUDED = "build constraints exclude all Go files"


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """One package as ``go list -json`` tells of it.

    Attributes:
        import_path: for example ``example.com/mod/cmd/tool``.
        name: the name in its package clause; empty where Go could not read one.
        folder: where its source lies.
        module: the path of its module; empty where it is in none.
        module_root: where the module's go.mod lies.
        synopsis: the first sentence of its documentation; may be empty.
        error: what is wrong with it, in one line; empty where nothing is.
    """

    import_path: str
    name: str
    folder: Path
    module: str
    module_root: Path
    synopsis: str
    error: str

    @property
    def is_main(self) -> bool:
        """Whether it is a program, at least for the target that was asked for."""
        return self.name == "main" and not self.is_excluded

    @property
    def is_excluded(self) -> bool:
        """All its files are for other systems, for build tags that were not given, or for cgo."""
        return self.error.startswith(_EXCLUDED)

    @property
    def needs_cgo(self) -> bool:
        """Go tells a package's name only where nothing but cgo keeps its files out."""
        return self.is_excluded and self.name == "main"


def list_packages(
    go: Toolchain, folder: Path, patterns: Iterable[str], options: GoOptions, target: Target
) -> Iterator[Package]:
    """The packages that patterns name, as far as they go for a target.

    Args:
        go: the toolchain.
        folder: where to ask; relative patterns begin there.
        patterns: import paths, paths below the folder, or ``./...``.
        options: the build tags.
        target: for which files are chosen.

    Raises:
        GoError: Go cannot read the module, or a package in it.
    """
    tags = [f"-tags={','.join(options.tags)}"] if options.tags else []
    done = go.run(
        "list", "-e", "-find", "-json=ImportPath,Name,Dir,Doc,Module,Error", *tags, "--", *patterns,
        cwd=folder, target=target,
    )  # fmt: skip
    if done.code:
        raise _cannot_list(folder, done.message)
    for package in _packages(done.stdout):
        if DENIED.search(package.error):  # else it would be left out without a word
            raise GoError(
                f"Go cannot read the source in {folder}: {package.error}.",
                hint="Check the permissions.",
            )
        yield package


def _cannot_list(folder: Path, message: str) -> GoError:
    said = first_words(message)
    if "build cache" in message:
        return GoError(
            f"Go has no place to keep what it compiles: {said}.",
            hint="Name a folder that can be written with GOCACHE, or set HOME or XDG_CACHE_HOME.",
        )
    return GoError(
        f"Go cannot read the module in {folder}: {said}.",
        hint="Correct what Go reports.",
        detail=message,
    )


def _packages(stdout: str) -> Iterator[Package]:
    """Read the JSON documents that ``go list`` writes one after another."""
    decoder = json.JSONDecoder()
    position = 0
    while (position := _skip_space(stdout, position)) < len(stdout):
        try:
            document, position = decoder.raw_decode(stdout, position)
        except json.JSONDecodeError:
            raise GoError(
                "Go's list of packages cannot be read.",
                hint="Name another toolchain with --go-binary.",
                detail=stdout[position:][:1000],
            ) from None
        module = document.get("Module") or {}
        if not module.get("Dir"):
            module = {"Path": "", "Dir": document.get("Dir", ".")}
        yield Package(
            import_path=document.get("ImportPath", ""),
            name=document.get("Name", ""),
            folder=_path(document.get("Dir", ".")),
            module=module["Path"],
            module_root=_path(module["Dir"]),
            synopsis=" ".join(document.get("Doc", "").split()),
            error=(document.get("Error") or {}).get("Err", "").split("\n")[0].rstrip("."),
        )


def _path(text: str) -> Path:
    """A path as Go writes it: in UTF-8, also where the locale has no such letters."""
    return Path(os.fsdecode(text.encode(errors="replace")))


def _skip_space(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position
