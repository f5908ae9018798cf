"""Sdists with the Go modules that the build needs, by the real Go (sdist/vendor.py)."""

from __future__ import annotations

from pathlib import Path

import pytest

from go_to_wheel.model import GoOptions
from go_to_wheel.sdist.vendor import vendored_modules
from go_to_wheel.sources.process import Processes
from helpers.gomodules import from_proxy, publish, write_module
from helpers.tool import clean_environment

C_LIBRARY = {
    "lib.go": (
        "package clib\n\n// #cgo CFLAGS: -I${SRCDIR}/include\n// #include <answer.h>\n"
        '// #include "third/deep.c"\nimport "C"\n\nvar Answer = int(C.ANSWER)\n'
    ),
    "include/answer.h": "#define ANSWER 42\n",
    "third/deep.c": '#include "deep.inc"\n',
    "third/deep.inc": "int deep;\n",
    "other/other.go": "package other\n",
    "docs/manual.txt": "words\n",
}
GO_MOD = "module example.com/tool\n\ngo 1.24\n\nrequire example.com/{0} v1.0.0\n"


@pytest.fixture
def proxy(tmp_path: Path) -> Path:
    """A module proxy that knows a library with C code and one without."""
    proxy = tmp_path / "proxy"
    publish(proxy, "example.com/clib", C_LIBRARY)
    publish(proxy, "example.com/pure", {"pure.go": "package clib\n", "include/x.h": ""})
    return proxy


def members(tmp_path: Path, proxy: Path, library: str, **variables: str) -> set[str]:
    program = f'package main\n\nimport _ "example.com/{library}"\n\nfunc main() {{}}\n'
    files = {"go.mod": GO_MOD.format(library), "main.go": program}
    root = write_module(tmp_path / "tool", files)
    environment = {**clean_environment(), **from_proxy(proxy, tmp_path / "modules")}
    processes = Processes(environment={**environment, **variables})
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    tidied = {**environment, "GOFLAGS": "-modcacherw"}
    done = processes.run(["go", "mod", "tidy"], cwd=root, environment=tidied)
    assert done.code == 0, done.message
    found = vendored_modules(root, GoOptions(), processes, scratch)
    assert all(isinstance(each.content, Path) and each.content.is_file() for each in found)
    return {each.path.removeprefix("vendor/") for each in found}


def test_all_that_c_code_is_compiled_of_is_taken_along(tmp_path: Path, proxy: Path) -> None:
    names = ("lib.go", "include/answer.h", "third/deep.c", "third/deep.inc")
    expected = {"modules.txt", *(f"example.com/clib/{name}" for name in names)}
    assert members(tmp_path, proxy, "clib") == expected


def test_without_c_code_it_is_what_go_takes(tmp_path: Path, proxy: Path) -> None:
    assert members(tmp_path, proxy, "pure") == {"modules.txt", "example.com/pure/pure.go"}


def test_a_workspace_around_the_project_plays_no_part(tmp_path: Path, proxy: Path) -> None:
    write_module(tmp_path / "clib", {"mine.go": "package clib\n"})
    work = tmp_path / "go.work"
    work.write_text("go 1.24\n\nuse (\n\t./clib\n\t./tool\n)\n")
    expected = {"modules.txt", "example.com/pure/pure.go"}
    assert members(tmp_path, proxy, "pure", GOWORK=str(work)) == expected
