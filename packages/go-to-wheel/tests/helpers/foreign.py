"""Programs of other systems, run on this Linux machine: by qemu, or by wine."""

from __future__ import annotations

import errno
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from helpers.forwarding_dll import forwarding_dll
from helpers.needs import requirement

_EMULATORS = {
    "amd64": "qemu-x86_64-static",
    "arm64": "qemu-aarch64-static",
    "arm": "qemu-arm-static",
    "ppc64le": "qemu-ppc64le-static",
    "s390x": "qemu-s390x-static",
    "riscv64": "qemu-riscv64-static",
    # 386 is missing on purpose: Go's threads crash under qemu-i386 (seen with 7.2).
}
_RUN_BY_THE_KERNEL = {
    "x86_64": frozenset({"amd64", "386"}),
    "aarch64": frozenset({"arm64"}),
}
_UTF8 = {"LC_ALL": "C.UTF-8"}  # the encoding of arguments, for wine

# Debian keeps these off PATH when only wine64 is installed; others put them on it.
_WINE_FOLDER = Path("/usr/lib/wine")
# Never offer to download mono or gecko, leave the user's menus alone, and take a library that
# lies in the prefix before wine's own.
_WINE_OVERRIDES = "mscoree,mshtml=;winemenubuilder.exe=;bcryptprimitives=n,b"


def run_under_qemu(
    arch: str, binary: Path, *args: str, stdin: str = "", env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a Linux program of another architecture; this machine's own runs directly.

    The test is skipped where the machine has no way to run it.

    Args:
        arch: the architecture as Go names it (GOARCH).
        binary: the program.
        args: its arguments.
        stdin: what it reads from standard input.
        env: its whole environment; by default that of the test.
    """
    requirement("Linux", sys.platform == "linux", "Linux programs run nowhere else")
    launcher: list[str] = []
    if arch not in _RUN_BY_THE_KERNEL.get(platform.machine(), frozenset()):
        emulator = _EMULATORS.get(arch)
        found = shutil.which(emulator) if emulator else None
        launcher = [
            requirement(
                f"a way to run linux/{arch}",
                found,
                f"{emulator} is not on PATH (Debian: qemu-user-static)"
                if emulator
                else "qemu does not run Go programs of this architecture",
            )
        ]
    try:
        return _run([*launcher, str(binary), *args], stdin=stdin, env=env)
    except OSError as error:
        if error.errno != errno.ENOEXEC:
            raise
        requirement(f"a way to run linux/{arch}", None, "this kernel does not run it")
        raise


@dataclass(frozen=True, slots=True, kw_only=True)
class Wine:
    """A Windows of its own for this test session, under wine; 64-bit programs only.

    Attributes:
        loader: the program that runs a Windows program.
        server: wine's helper process, which also ends the others.
        prefix: the folder that holds this Windows (WINEPREFIX).
    """

    loader: Path
    server: Path
    prefix: Path

    def run(
        self, exe: Path, *args: str, stdin: str = "", env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a Windows program with these arguments and this standard input.

        ``env`` is added to wine's own environment; nothing else of the test's gets in, so no
        window can open.
        """
        command = [str(self.loader), str(exe), *args]
        return _run(command, stdin=stdin, env=self._environment() | dict(env or {}))

    def path(self, path: Path) -> str:
        """A path of this machine, as programs under wine spell it: ``Z:\\...``."""
        return "Z:" + str(path.absolute()).replace("/", "\\")

    def make(self) -> None:
        """Make this Windows. It takes some seconds and 700 MB of disk."""
        self.prefix.mkdir()
        made = _run([str(self.loader), "wineboot", "--init"], stdin="", env=self._environment())
        system = self.prefix / "drive_c" / "windows" / "system32"
        if made.returncode != 0 or not system.is_dir():
            pytest.fail(f"wine could not set itself up:\n{made.stderr}", pytrace=False)
        # Go programs take their random numbers from this library, which wine 8 does not have.
        # SystemFunction036 (RtlGenRandom) does the same for its caller.
        library = system / "bcryptprimitives.dll"
        if not library.exists():
            library.write_bytes(
                forwarding_dll(library.name, "ProcessPrng", "advapi32.SystemFunction036")
            )

    def end(self) -> None:
        """End the processes that wine keeps for this Windows, then delete it."""
        for step in ("-k", "-w"):
            _run([str(self.server), step], stdin="", env=self._environment())
        shutil.rmtree(self.prefix)

    def _environment(self) -> dict[str, str]:
        return _UTF8 | {
            "HOME": str(self.prefix.parent),
            "PATH": os.defpath,
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": _WINE_OVERRIDES,
            "WINEPREFIX": str(self.prefix),
            "WINEARCH": "win64",
        }


@pytest.fixture(scope="session")
def wine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wine]:
    """One Windows for the whole session, whichever worker of pytest-xdist asks first."""
    loader = requirement("wine", _find_wine("wine64", "wine"), "no wine64 here (Debian: wine64)")
    server = requirement(
        "wine", _find_wine("wineserver", "wineserver64"), "wine64 is here without its wineserver"
    )
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # each worker has a folder of its own, in one for them all
    with _shared(Wine(loader=loader, server=server, prefix=folder / "wine")) as shared:
        yield shared


@contextmanager
def _shared(wine: Wine) -> Iterator[Wine]:
    """Make the prefix with the first user, delete it with the last one.

    Every user holds a shared lock; who makes or deletes holds it alone. The system gives the
    lock back when a process dies.
    """
    import fcntl  # not on Windows, where this module must still be importable

    ready = wine.prefix.with_name("wine-is-ready")
    with wine.prefix.with_name("wine.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        while not ready.exists():
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not ready.exists():
                wine.make()
                ready.touch()
            # Taking the lock down to a shared one is two steps: another may come between.
            fcntl.flock(lock, fcntl.LOCK_SH)
        try:
            yield wine
        finally:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass  # someone else still uses it, and will delete it
            else:
                ready.unlink()
                wine.end()


def _find_wine(*names: str) -> Path | None:
    for name in names:
        if found := shutil.which(name) or shutil.which(name, path=str(_WINE_FOLDER)):
            return Path(found)
    return None


def _run(
    command: list[str], *, stdin: str, env: Mapping[str, str] | None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        input=stdin,
        env=env,
        capture_output=True,
        check=False,
        encoding="utf-8",
        errors="replace",
        timeout=180,
    )
