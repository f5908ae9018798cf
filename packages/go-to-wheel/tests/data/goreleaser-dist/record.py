"""Record dist/ anew: run GoReleaser in a repository whose compiler writes tiny executables.

Called by GoReleaser in place of Go, it is that compiler: ``go build ... -o PATH ...``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from helpers.binaries import Elf, Macho, Pe, build_info

_HERE = Path(__file__).resolve().parent
_TESTS = _HERE.parent.parent
_ELF_MACHINES = {"amd64": 62, "arm64": 183, "arm": 40, "loong64": 258}
_MACHO_CPUS = {"amd64": (0x01000007, 3), "arm64": (0x0100000C, 0)}
_LEVELS = ("GOAMD64", "GOARM", "GOARM64")
_TIME = "2026-01-02T03:04:05Z"


def compile_stub(name: str) -> bytes:
    """The executable that is asked for by the variables of the environment."""
    system, arch = os.environ["GOOS"], os.environ["GOARCH"]
    settings = [("GOOS", system), ("GOARCH", arch)]
    settings += [(key, os.environ[key]) for key in _LEVELS if os.environ.get(key)]
    data = build_info(
        "go1.27.3",
        [f"path\texample.com/greet/cmd/{name}", "mod\texample.com/greet\tv1.2.3\t"]
        + [f"build\t{key}={value}" for key, value in settings],
    )
    if system == "darwin":
        cpu, subtype = _MACHO_CPUS[arch]
        return Macho(cpu=cpu, subtype=subtype, data=data).build()
    if system == "windows":
        return Pe(data=data).build()
    bits = 32 if arch == "arm" else 64
    osabi = 9 if system == "freebsd" else 0
    flags = 0x05000000 if arch == "arm" else 0
    return Elf(machine=_ELF_MACHINES[arch], bits=bits, osabi=osabi, flags=flags, data=data).build()


def record(goreleaser: Path) -> None:
    """Run GoReleaser on a made-up project, and keep what it wrote."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        _make_project(project)
        environment = dict(os.environ, PYTHONPATH=str(_TESTS), GITHUB_TOKEN="")
        command = [str(goreleaser), "release", "--clean", "--skip=publish,announce,validate"]
        subprocess.run(command, cwd=project, env=environment, check=True)
        (project / "dist/config.yaml").unlink()
        shutil.rmtree(_HERE / "dist", ignore_errors=True)
        shutil.copytree(project / "dist", _HERE / "dist")


def _make_project(project: Path) -> None:
    shutil.copy(_HERE / ".goreleaser.yaml", project)
    files = {
        "go.mod": "module example.com/greet\n\ngo 1.24\n",
        "main.go": "package main\n\nfunc main() {}\n",
        "LICENSE": "The licence of greet.\n",
        "README.md": "# greet\n\nSays hello.\n",
        "licenses/example.com/dep/LICENSE": "The licence of a module.\n",
        ".gitignore": "dist/\n",
        "compiler": f'#!/bin/sh\nexec "{sys.executable}" "{__file__}" "$@"\n',
    }
    for name, content in files.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(content, encoding="utf-8")
    (project / "compiler").chmod(0o755)
    who = ["-c", "user.name=greet", "-c", "user.email=greet@example.com"]
    environment = dict(os.environ, GIT_AUTHOR_DATE=_TIME, GIT_COMMITTER_DATE=_TIME)
    for arguments in (
        ["init", "--quiet"],
        ["remote", "add", "origin", "https://example.com/greet/greet.git"],
        ["add", "--all"],
        [*who, "commit", "--quiet", "--message", "All"],
        ["tag", "v1.2.3"],
    ):
        subprocess.run(["git", *arguments], cwd=project, env=environment, check=True)


def main() -> None:
    """Be the compiler where GoReleaser calls it, else record."""
    arguments = sys.argv[1:]
    if "-o" in arguments:
        output = Path(arguments[arguments.index("-o") + 1])
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_bytes(compile_stub(output.stem))
        output.chmod(0o755)
    elif arguments[0] not in {"env", "list", "mod", "version"}:
        record(Path(arguments[0]).resolve())


if __name__ == "__main__":
    main()
