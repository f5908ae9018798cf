"""Projects of Python code and Go programs in one distribution, and several programs in one."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import pytest

from go_to_wheel.check import check_wheel
from helpers.clients import PYTHON, Home
from helpers.dist import HOST, Dist, read_dist
from helpers.gomodules import write_module
from helpers.listing import digests, listing
from helpers.once import made_once
from helpers.tool import Outcome, Tool

_GO = """\
package main

import "os"

func main() {
	os.Stdout.WriteString(%s)
	for _, argument := range os.Args[1:] {
		os.Stdout.WriteString(" " + argument)
	}
	os.Stdout.WriteString("\\n")
}
"""
_EMBED = 'package main\n\nimport _ "embed"\n\n//go:embed greeting.txt\nvar greeting string\n'
_PYPROJECT = """\
[project]
name = "Mixed-Tool"
version = "1.2.3"
description = "Python code that drives a Go program"
readme = {text = "# Mixed\\n", content-type = "text/markdown"}
license = "MIT"
license-files = ["LICENSE"]

[project.scripts]
mixed-report = "mixed_tool.report:main"

[project.gui-scripts]
mixed-window = "mixed_tool.report:main"

[project.entry-points."mixed.plugins"]
report = "mixed_tool.report"

[tool.go-to-wheel]
alias = ["mt"]
include = ["src/mixed_tool/_version.py"]
exclude = ["*.draft"]
"""
_INIT = """\
from mixed_tool._binary import get_binary_path, run
from mixed_tool._version import VERSION

__all__ = ["VERSION", "get_binary_path", "run"]
"""
_REPORT = """\
import sys
from importlib.resources import files

from . import VERSION, run


def main():
    text = run(["-x", *sys.argv[1:]], capture_output=True, text=True, check=True).stdout
    data = files("mixed_tool").joinpath("data/names.json").read_text()
    print("report", VERSION, data, text.strip())
"""
_SCRIPTS = ["Mixed-Tool", "mt", "mixed-report", "mixed-window"]
_LAYOUTS = ["package", "native"]


def write_project(folder: Path) -> Path:
    """Write the project: a checkout with things in it that have no place in a wheel."""
    write_module(
        folder,
        {
            "main.go": _GO % "greeting",
            "greeting.go": _EMBED,
            "greeting.txt": "go says",
            "pyproject.toml": _PYPROJECT,
            "LICENSE": "Do what you want.\n",
            ".gitignore": "_version.py\n*.log\n/bin/\n",
            "src/mixed_tool/__init__.py": _INIT,
            "src/mixed_tool/_version.py": "VERSION = 'generated'\n",
            "src/mixed_tool/report.py": _REPORT,
            "src/mixed_tool/report.pyi": "def main() -> None: ...\n",
            "src/mixed_tool/py.typed": "",
            "src/mixed_tool/sub/__init__.py": "",
            "src/mixed_tool/data/hook.sh": "#!/bin/sh\necho hook\n",
            "src/mixed_tool/x.log": "ignored",
            "src/mixed_tool/notes.draft": "excluded",
            "src/mixed_tool/gen.go": "// Package gen is for Go.\npackage gen\n",
            "src/mixed_tool/__pycache__/x.pyc": "bytecode",
            "src/other/__init__.py": "",
            "shared/names.json": '["a"]',
        },
    )
    (folder / "src/mixed_tool/data/hook.sh").chmod(0o755)
    (folder / "src/mixed_tool/data/names.json").symlink_to("../../../shared/names.json")
    return folder


_FILES = [
    "__init__.py", "_binary.py", "_version.py", "data/hook.sh", "data/names.json", "py.typed",
    "report.py", "report.pyi", "sub/__init__.py",
]  # fmt: skip


@pytest.fixture(params=_LAYOUTS)
def layout(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


@pytest.fixture
def dist(shared: Path, layout: str) -> Dist:
    """Wheels of the project for this machine and for Windows."""

    def build(folder: Path) -> None:
        source = write_project(folder / "project")
        options = ("--platforms", f"{HOST},windows-amd64", "--layout", layout, "--json")
        done = Tool(folder=folder).run(source, *options)
        assert done.code == 0, done.stderr
        (folder / "report.json").write_text(done.stdout, encoding="utf-8")

    return read_dist(made_once(shared, f"mixed-{layout}", build))


def _members(wheel: Path) -> dict[str, int]:
    """Name → mode, without the dist-info folder."""
    with zipfile.ZipFile(wheel) as archive:
        infos = [info for info in archive.infolist() if ".dist-info/" not in info.filename]
    return {info.filename: info.external_attr >> 16 for info in infos}


@pytest.mark.parametrize("target", [HOST, "windows-amd64"])
def test_the_wheel_holds_the_python_package_and_the_program(
    dist: Dist, layout: str, target: str
) -> None:
    program = "Mixed-Tool.exe" if target.startswith("windows") else "Mixed-Tool"
    expected = {f"mixed_tool/{name}": 0o100644 for name in _FILES}
    expected["mixed_tool/data/hook.sh"] = 0o100755
    if layout == "native":
        expected["mixed_tool/_binary_scripts.py"] = 0o100644
        expected[f"mixed_tool-1.2.3.data/scripts/{program}"] = 0o100755
    else:
        expected[f"mixed_tool/bin/{program}"] = 0o100755
    assert _members(dist.wheels[target]) == expected
    report = check_wheel(dist.wheels[target])
    assert report.problems == ()


def test_python_code_is_no_reason_for_another_wheel(
    tmp_path: Path, dist: Dist, layout: str
) -> None:
    """Without git, in another place and a second time: the same bytes."""
    source = write_project(tmp_path / "elsewhere" / "project")
    home = Home(folder=tmp_path, find_links=tmp_path)
    home.do("git", "-C", source, "init", "--quiet")
    options = ("--platforms", HOST, "--layout", layout)
    for folder in ("git", "no-git"):
        Tool(folder=tmp_path).run(source, *options, "--output-dir", folder).wheels  # noqa: B018
        shutil.rmtree(source / ".git", ignore_errors=True)
    assert digests(tmp_path / "git") == digests(tmp_path / "no-git")
    assert digests(tmp_path / "git").items() <= digests(dist.folder).items()


@pytest.mark.parametrize("client", ["pip", "uv"])
def test_it_is_installed_imported_and_run(
    tmp_path: Path, dist: Dist, layout: str, client: str
) -> None:
    home = Home(folder=tmp_path, find_links=dist.folder)
    python = home.venv()
    before = listing(python.parent)
    if client == "pip":
        home.pip("install", "mixed-tool", python=python)
        assert "No broken requirements" in home.pip("check", python=python)
    else:
        home.uv("pip", "install", "--python", python, "mixed-tool")
    scripts = {name: python.with_name(name) for name in _SCRIPTS}
    assert home.do(scripts["Mixed-Tool"], "a") == "go says a\n"
    assert home.do(scripts["mt"], "b") == "go says b\n"
    for name in ("mixed-report", "mixed-window"):
        assert home.do(scripts[name], "c") == 'report generated ["a"] go says -x c\n'
    native = scripts["Mixed-Tool"].read_bytes().startswith(b"\x7fELF")
    assert native == (layout == "native")

    code = "import mixed_tool as m; m.run(['d'], check=True); print(m.get_binary_path())"
    said, path = home.do(python, "-c", code).splitlines()
    assert said == "go says d"
    assert home.do(path, "e") == "go says e\n"
    code = "import mixed_tool as m; print(m.get_binary_path('mt') == m.get_binary_path())"
    assert home.do(python, "-c", code) == "True\n"
    assert _plugin(home, python) == "<function main"
    hook = home.do(python, "-c", "import mixed_tool; print(mixed_tool.__path__[0])").strip()
    assert home.do(Path(hook, "data", "hook.sh")) == "hook\n"

    home.pip("uninstall", "--yes", "mixed-tool", python=python)
    assert listing(python.parent) == before


def _plugin(home: Home, python: Path) -> str:
    code = (
        "from importlib.metadata import entry_points as e;"
        "(p,) = e(group='mixed.plugins'); print(str(p.load().main)[:14])"
    )
    return home.do(python, "-c", code).strip()


def test_it_is_found_where_only_the_packages_were_copied(
    tmp_path: Path, dist: Dist, layout: str
) -> None:
    home = Home(folder=tmp_path, find_links=dist.folder)
    target = tmp_path / "target"
    home.pip("install", "--target", target, "mixed-tool", python=PYTHON)
    code = "import mixed_tool; mixed_tool.run(['x'], check=True)"
    assert home.do(PYTHON, "-c", code, PYTHONPATH=target) == "go says x\n"


# --- the project's own word -------------------------------------------------------------------


@pytest.fixture
def project(tool: Tool) -> Path:
    return write_project(tool.folder / "project")


def build(tool: Tool, *options: str) -> Outcome:
    return tool.run("project", "--platforms", HOST, *options)


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def test_a_script_of_the_project_takes_the_command_s_place(tool: Tool, project: Path) -> None:
    text = _PYPROJECT.replace("mixed-report =", "Mixed-Tool =")
    (project / "pyproject.toml").write_text(text, encoding="utf-8")
    (wheel,) = build(tool).wheels
    home = Home(folder=tool.folder, find_links=wheel.parent)
    assert home.do("uvx", "--from", wheel, "Mixed-Tool", "x").startswith("report generated")
    assert home.do("uvx", "--from", wheel, "mt", "x") == "go says x\n"
    done = build(tool, "--layout", "native")
    done.refused(2, "The script Mixed-Tool of the project", "Choose the layout package")


def test_the_distribution_may_have_another_name_than_the_package(
    tool: Tool, project: Path, layout: str
) -> None:
    done = build(tool, "--name", "trial", "--layout", layout, "--entry-point", "go-mixed")
    (wheel,) = done.wheels
    assert "'uvx --from trial go-mixed'" in done.stderr
    home = Home(folder=tool.folder, find_links=wheel.parent)
    python = home.venv()
    home.uv("pip", "install", "--python", python, "trial")
    assert home.do(python.with_name("go-mixed"), "x") == "go says x\n"
    assert "go says -x y" in home.do(python.with_name("mixed-report"), "y")


@pytest.mark.parametrize("name", ["_binary.py", "bin/Mixed-Tool"])
def test_a_file_in_the_way_is_told_before_anything_is_compiled(
    tool: Tool, project: Path, name: str
) -> None:
    path = project / "src" / "mixed_tool" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("x")
    done = build(tool)
    done.refused(2, f"mixed_tool/{name}", "Rename it")
    assert "compiling" not in done.stderr
    assert not (tool.folder / "dist").exists()


def test_a_link_out_of_the_project_is_refused(tool: Tool, project: Path) -> None:
    (project / "src" / "mixed_tool" / "secrets").symlink_to("/etc")
    build(tool).refused(2, "leads out of the project, to /etc")


def test_a_dynamic_version_comes_from_git_or_from_pkg_info(tool: Tool, project: Path) -> None:
    text = _PYPROJECT.replace('version = "1.2.3"', 'dynamic = ["version"]')
    (project / "pyproject.toml").write_text(text, encoding="utf-8")
    home = Home(folder=tool.folder, find_links=tool.folder)
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.com")
    home.do("git", "-C", project, "init", "--quiet")
    home.do("git", "-C", project, "add", ".")
    home.do("git", "-C", project, *identity, "commit", "--quiet", "--message=first")
    home.do("git", "-C", project, "tag", "v2.0.0")
    (wheel,) = build(tool).wheels
    assert wheel.name.startswith("mixed_tool-2.0.0-")
    # What a tool has left in a checkout counts for nothing there.
    (project / ".git" / "info" / "exclude").write_text("PKG-INFO\n")
    (project / "PKG-INFO").write_text("Metadata-Version: 2.4\nName: mixed-tool\nVersion: 1.9\n")
    (wheel,) = build(tool).wheels
    assert wheel.name.startswith("mixed_tool-2.0.0-")
    # An unpacked sdist goes by what it says itself, also inside somebody's checkout.
    shutil.rmtree(project / ".git")
    home.do("git", "-C", project.parent, "init", "--quiet")
    (wheel,) = build(tool).wheels
    assert wheel.name.startswith("mixed_tool-1.9-")
    (project / "PKG-INFO").write_text("Name: mixed-tool\n")
    build(tool).refused(2, "PKG-INFO is damaged: it names no version")


def test_entry_points_need_python_code(tool: Tool, project: Path) -> None:
    shutil.rmtree(project / "src")
    build(tool).refused(2, "entry points", "src/mixed_tool/__init__.py")


# --- several programs -------------------------------------------------------------------------


def write_suite(folder: Path, *settings: str) -> Path:
    """Write a module with two programs; the distribution is called as neither of them."""
    project = '[project]\nname = "my-suite"\nversion = "1.0"\nlicense = "MIT"\n'
    project += "[tool.go-to-wheel]\n"
    packages = 'packages = ["./cmd/one", "./cmd/two"]'
    return write_module(
        folder,
        {
            "cmd/one/main.go": _GO % '"one"',
            "cmd/two/main.go": _GO % '"two"',
            "pyproject.toml": "\n".join([project, packages, *settings]),
        },
    )


def test_a_suite_needs_uvx_from_and_says_so(tool: Tool, layout: str) -> None:
    write_suite(tool.folder / "suite")
    done = tool.run("suite", "--platforms", HOST, "--layout", layout)
    (wheel,) = done.wheels
    assert "'uvx --from my-suite one'" in done.stderr
    assert "--alias my-suite" in done.stderr
    home = Home(folder=tool.folder, find_links=wheel.parent)
    for name in ("one", "two"):
        assert home.do("uvx", "--from", "my-suite", name, "x") == f"{name} x\n"
    assert home.run("uvx", "my-suite").returncode != 0


@pytest.mark.parametrize("client", ["pip", "uv", "pipx"])
def test_a_suite_with_an_alias_has_a_command_of_its_name(
    tmp_path: Path, tool: Tool, layout: str, client: str
) -> None:
    write_suite(tool.folder / "suite", 'alias = ["my-suite=two", "o=one"]')
    options = ("--platforms", f"{HOST},windows-amd64", "--layout", layout)
    done = tool.run("suite", *options, "--json")
    assert json.loads(done.stdout)["warnings"] == []
    for wheel in (tool.folder / "dist").iterdir():
        rules = {problem.rule for problem in check_wheel(wheel).problems}
        assert rules <= {"license-missing", "description-missing"}
    home = Home(folder=tmp_path / "home", find_links=tool.folder / "dist")
    home.folder.mkdir()
    if client == "pipx":
        home.do("pipx", "install", "--backend", "uv", "my-suite")
        scripts = home.folder / "pipx-bin"
    else:
        python = home.venv()
        scripts = python.parent
        if client == "pip":
            home.pip("install", "my-suite", python=python)
        else:
            home.uv("pip", "install", "--python", python, "my-suite")
        code = "import my_suite as m; m.run(['x'], name='my-suite'); m.run(name='one')"
        assert home.do(python, "-c", code) == "two x\none\n"
    said = {name: home.do(scripts / name, "x") for name in ("one", "two", "o", "my-suite")}
    assert said == {"one": "one x\n", "two": "two x\n", "o": "one x\n", "my-suite": "two x\n"}


def test_uvx_finds_the_alias(tool: Tool, layout: str) -> None:
    write_suite(tool.folder / "suite")
    options = ("--platforms", HOST, "--layout", layout, "--alias", "my-suite=two")
    (wheel,) = tool.run("suite", *options).wheels
    home = Home(folder=tool.folder, find_links=wheel.parent)
    assert home.do("uvx", "my-suite", "x") == "two x\n"


def test_programs_that_were_built_already_have_aliases_too(tool: Tool) -> None:
    write_suite(tool.folder / "suite")
    for name in ("one", "two"):
        package = f"./cmd/{name}"
        (tool.folder / "suite" / "pyproject.toml").write_text("")
        done = tool.run("suite", "--package", package, "--platforms", HOST, "--version", "1")
        with zipfile.ZipFile(done.wheels[0]) as archive:
            (tool.folder / "built").mkdir(exist_ok=True)
            binary = tool.folder / "built" / name
            binary.write_bytes(archive.read(f"{name}/bin/{name}"))
    (wheel,) = tool.run(
        "built", "--name", "my-suite", "--version", "1", "--binary", "one", "--binary", "two",
        "--alias", "my-suite", "--platforms", HOST,
    ).wheels  # fmt: skip
    home = Home(folder=tool.folder, find_links=wheel.parent)
    assert home.do("uvx", "my-suite", "x") == "one x\n"
    assert home.do("uvx", "--from", "my-suite", "two") == "two\n"


@pytest.mark.parametrize(
    ("alias", "words"),
    [
        ("one", ["The alias one and the command one"]),
        ("TWO", ["The alias TWO and the command two"]),
        ("x=three", ["x is for three", "There are: one, two."]),
        ("a,b", ["'a,b' is wrong", "one alias at a time"]),
    ],
)
def test_an_alias_that_cannot_work_is_told(tool: Tool, alias: str, words: list[str]) -> None:
    write_suite(tool.folder / "suite")
    tool.run("suite", "--platforms", HOST, "--alias", alias).refused(2, *words)
