"""The command lines that go-to-wheel 0.2 documents: each still means what it meant."""

from __future__ import annotations

import shutil
import sys
import zipfile
from pathlib import Path

import pytest
from packaging.metadata import Metadata
from packaging.specifiers import SpecifierSet

from helpers.clients import Home, run_by_uvx
from helpers.dist import HOST
from helpers.gomodules import write_module
from helpers.tool import Tool

_MYTOOL = """\
// Command mytool is the example of go-to-wheel 0.2.
package main

import "fmt"

var version = "dev"
var commit = "none"

func main() { fmt.Println(version, commit) }
"""
# Its eight targets. A static binary for Linux serves glibc and musl, so two pairs are one.
_EIGHT = [
    "linux-amd64",
    "linux-arm64",
    "linux-amd64-musl",
    "linux-arm64-musl",
    "darwin-amd64",
    "darwin-arm64",
    "windows-amd64",
    "windows-arm64",
]
_SIX = {
    "manylinux2014_x86_64.manylinux_2_17_x86_64.musllinux_1_1_x86_64",
    "manylinux2014_aarch64.manylinux_2_17_aarch64.musllinux_1_1_aarch64",
    "macosx_x86_64",
    "macosx_arm64",
    "win_amd64",
    "win_arm64",
}


@pytest.fixture
def mytool(tool: Tool) -> Path:
    return write_module(tool.folder / "mytool", {"main.go": _MYTOOL})


def _platforms(wheels: list[Path]) -> set[str]:
    """Their platform tags; the version of macOS follows Go's version, so it is left out."""
    tags = [wheel.stem.split("-")[-1] for wheel in wheels]
    return {f"macosx_{tag.split('_', 3)[3]}" if tag.startswith("macosx") else tag for tag in tags}


def _metadata(wheel: Path) -> Metadata:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith("/METADATA")]
        return Metadata.from_email(archive.read(name), validate=True)


def test_a_module_alone(tool: Tool, mytool: Path) -> None:
    done = tool.run("./mytool")
    wheels = done.wheels
    assert _platforms(wheels) == _SIX
    assert len(wheels) == len(_SIX)
    for wheel in wheels:
        assert wheel.parent.resolve() == tool.folder / "dist"
        assert wheel.name.startswith("mytool-0.1.0-py3-none-")
        assert _metadata(wheel).requires_python == SpecifierSet(">=3.10")
    assert "No version was given" in done.stderr, "0.2 said nothing of it"


def test_its_eight_platforms(tool: Tool, mytool: Path) -> None:
    wheels = tool.run("./mytool", "--platforms", ",".join(_EIGHT)).wheels
    assert _platforms(wheels) == _SIX
    assert len(wheels) == len(_SIX)


@pytest.mark.parametrize("platform", _EIGHT)
def test_each_of_its_platforms(platform: str, tool: Tool, mytool: Path) -> None:
    (wheel,) = tool.run("./mytool", "--platforms", platform).wheels
    system, arch = platform.removesuffix("-musl").split("-")
    with zipfile.ZipFile(wheel) as archive:
        suffix = ".exe" if system == "windows" else ""
        assert f"mytool/bin/mytool{suffix}" in archive.namelist()
    spelled = {"linux": "linux", "darwin": "macosx", "windows": "win"}[system]
    machines = {"amd64": ("x86_64", "amd64"), "arm64": ("aarch64", "arm64")}[arch]
    assert spelled in wheel.name
    assert wheel.stem.endswith(machines)


def test_some_platforms_in_their_order_and_with_a_space(tool: Tool, mytool: Path) -> None:
    wheels = tool.run("./mytool", "--platforms", "linux-amd64, darwin-arm64").wheels
    assert _platforms(wheels) == {
        "manylinux2014_x86_64.manylinux_2_17_x86_64.musllinux_1_1_x86_64",
        "macosx_arm64",
    }


def test_name(tool: Tool, mytool: Path) -> None:
    (wheel,) = tool.run("./mytool", "--name", "my-python-tool", "--platforms", HOST).wheels
    assert wheel.name.startswith("my_python_tool-0.1.0-")
    assert _metadata(wheel).name == "my-python-tool"
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {
        "my_python_tool/__init__.py",
        "my_python_tool/__main__.py",
        "my_python_tool/bin/my-python-tool",
        "my_python_tool-0.1.0.dist-info/entry_points.txt",
    } <= names
    assert run_by_uvx(tool.folder, wheel, "my-python-tool") == "dev none\n"


def test_entry_point(tool: Tool, mytool: Path) -> None:
    (wheel,) = tool.run(
        "./mytool", "--name", "mytool-bin", "--entry-point", "mt", "--platforms", HOST
    ).wheels
    assert wheel.name.startswith("mytool_bin-")
    assert run_by_uvx(tool.folder, wheel, "mt") == "dev none\n"


def test_output_dir(tool: Tool, mytool: Path) -> None:
    (wheel,) = tool.run("./mytool", "--output-dir", "./a/new/folder", "--platforms", HOST).wheels
    assert wheel.parent.resolve() == tool.folder / "a" / "new" / "folder"


def test_set_version_var(tool: Tool, mytool: Path) -> None:
    (wheel,) = tool.run(
        "./mytool", "--version", "2.0.0", "--set-version-var", "main.version",
        "--platforms", HOST,
    ).wheels  # fmt: skip
    assert wheel.name.startswith("mytool-2.0.0-")
    assert run_by_uvx(tool.folder, wheel, "mytool") == "2.0.0 none\n"


def test_ldflags(tool: Tool, mytool: Path) -> None:
    (wheel,) = tool.run(
        "./mytool", "--version", "2.0.0", "--platforms", HOST,
        "--ldflags", "-X main.version=2.0.0 -X main.commit=abc123",
    ).wheels  # fmt: skip
    assert run_by_uvx(tool.folder, wheel, "mytool") == "2.0.0 abc123\n"


def test_ldflags_go_before_set_version_var(tool: Tool, mytool: Path) -> None:
    (wheel,) = tool.run(
        "./mytool", "--version", "2.0.0", "--platforms", HOST,
        "--set-version-var", "main.version", "--ldflags", "-X main.version=mine",
    ).wheels  # fmt: skip
    assert run_by_uvx(tool.folder, wheel, "mytool") == "mine none\n"


def test_go_binary(tool: Tool, mytool: Path) -> None:
    go = shutil.which("go", path=tool.environment["PATH"])
    assert go is not None
    alias = tool.folder / "my go"
    alias.write_text(f'#!/bin/sh\necho "$@" >> {tool.folder}/log\nexec "{go}" "$@"\n')
    alias.chmod(0o755)
    for number, named in enumerate(("./my go", str(alias))):
        log = tool.folder / "log"
        log.unlink(missing_ok=True)
        nothing_kept = tool.folder / f"cache-{number}"
        options = ("--go-binary", named, "--platforms", HOST)
        assert tool.run("./mytool", *options, XDG_CACHE_HOME=nothing_kept).wheels
        assert "build" in log.read_text()


def test_full_metadata(tool: Tool, mytool: Path) -> None:
    (tool.folder / "README.md").write_text("# My tool\n\nIt is good: ü\n", encoding="utf-8")
    (wheel,) = tool.run(
        "./mytool",
        "--name", "mytool-bin",
        "--version", "2.0.0",
        "--description", "My awesome tool",
        "--license", "MIT",
        "--author", "Jane Doe",
        "--author-email", "jane@example.com",
        "--url", "https://github.com/jane/mytool",
        "--readme", "README.md",
        "--requires-python", ">=3.11",
        "--platforms", HOST,
    ).wheels  # fmt: skip
    metadata = _metadata(wheel)
    assert metadata.name == "mytool-bin"
    assert str(metadata.version) == "2.0.0"
    assert metadata.summary == "My awesome tool"
    assert metadata.license_expression == "BSD-3-Clause AND MIT"  # Go's own library is in it
    assert metadata.author_email == "Jane Doe <jane@example.com>"
    assert metadata.project_urls == {"Homepage": "https://github.com/jane/mytool"}
    assert metadata.requires_python == SpecifierSet(">=3.11")
    assert metadata.description == "# My tool\n\nIt is good: ü\n"
    assert metadata.description_content_type == "text/markdown"


def test_options_may_stand_before_the_folder(tool: Tool, mytool: Path) -> None:
    for options in (["--version", "2.0.0"], ["--name", "mytool"], [f"--platforms={HOST}"]):
        done = tool.run(*options, "--platforms", HOST, "./mytool")
        assert len(done.wheels) == 1


@pytest.mark.parametrize("folder", [".", "./", "../mytool", "../mytool/", "sub/.."])
def test_the_name_is_that_of_the_folder_however_it_is_written(
    folder: str, tool: Tool, mytool: Path
) -> None:
    (mytool / "sub").mkdir()
    inside = Tool(folder=mytool)
    (wheel,) = inside.run(folder, "--platforms", HOST).wheels
    assert wheel.name.startswith("mytool-0.1.0-")


def test_a_wheel_installs_with_pip_by_its_path(tool: Tool, mytool: Path) -> None:
    (wheel,) = tool.run("./mytool", "--version", "1.0.0", "--platforms", HOST).wheels
    home = Home(folder=tool.folder, find_links=wheel.parent)
    python = home.venv()
    home.pip("install", wheel, python=python)
    assert home.do(python.with_name("mytool")) == "dev none\n"
    assert (
        home.do("uv", "run", "--no-project", "--with", wheel, "mytool", UV_PYTHON=sys.executable)
        == "dev none\n"
    )
