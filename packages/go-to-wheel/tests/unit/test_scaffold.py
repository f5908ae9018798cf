"""What ``init`` decides, without Go: its templates, its files, its catalogue (scaffold/)."""

from __future__ import annotations

import json
import os
import re
import secrets
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest

from go_to_wheel import __version__
from go_to_wheel.errors import (
    ConfigError,
    GoToWheelError,
    OutputError,
    SourceNotFoundError,
    UsageError,
)
from go_to_wheel.names import CommandName, parse_distribution_name
from go_to_wheel.provenance.identify import license_of
from go_to_wheel.scaffold.catalogue import (
    MOST_JOBS,
    Tool,
    changed_tools,
    extras_of,
    find_tools,
    matrix_of,
    read_catalogue,
)
from go_to_wheel.scaffold.existing import Existing, read_existing
from go_to_wheel.scaffold.factory import set_up_factory
from go_to_wheel.scaffold.fill import Value, fill
from go_to_wheel.scaffold.hints import _declared, find_publishing, read_releaser
from go_to_wheel.scaffold.look import Chosen, GoProject, Names, Place
from go_to_wheel.scaffold.modules import refuse_top_of_modules
from go_to_wheel.scaffold.notes import publisher_of
from go_to_wheel.scaffold.project import plan_project
from go_to_wheel.scaffold.reach import Reach
from go_to_wheel.scaffold.values import NewFile, Scaffold, Wishes
from go_to_wheel.scaffold.write import unwritten, write_files
from go_to_wheel.sources.golang.programs import Program
from go_to_wheel.sources.process import Processes
from go_to_wheel.sources.project.texts import find_licenses
from go_to_wheel.targets import DEFAULT_TARGETS, TARGETS, find_target
from helpers.workflow import Document, read_yaml, step_named, used_actions

# What uploads and installers ask for packages; no file of a project needs to name it.
REGISTRY = re.compile(r"p(?:ypi|ythonhosted)[.]org|\bproxy[.]|index-url", re.IGNORECASE)


@pytest.fixture
def project(tmp_path: Path) -> GoProject:
    """A module with one program in its own folder."""
    program = Program(
        import_path="example.com/hello",
        folder=tmp_path,
        module="example.com/hello",
        module_root=tmp_path,
        synopsis='Command hello says "hello" \\ greets.',
    )
    (tmp_path / "README.md").touch()
    return GoProject(
        place=Place(folder=tmp_path, top=tmp_path, repository="https://github.com/octo-org/hello"),
        go="go1.27.3",
        chosen=Chosen(programs=(program,)),
        names=Names(
            distribution=parse_distribution_name("hello"), commands=(CommandName("hello"),)
        ),
        reach=Reach(targets=TARGETS),
        readme="README.md",
        license="MIT",
        version_variable="main.version",
        existing=None,
    )


def plan(project: GoProject, *, force: bool = False) -> Scaffold:
    return plan_project(project, Path(), Wishes(force=force))


def workflow_of(scaffold: Scaffold) -> Document:
    return read_yaml(scaffold.files[-1].text)


def factory_workflow() -> Document:
    values: dict[str, Value] = {
        "file": "tools.toml",
        "workflow": "wheels.yml",
        "title": "wheels",
        "requirement": "go-to-wheel[go]==1",
        "from_source": "go-to-wheel[go] @ git+https://git.example/x",
        "pattern": "tools.toml",
    }
    return read_yaml(fill("factory.yml", values))


# --- pyproject.toml ------------------------------------------------------------------------


def test_a_new_pyproject_says_all_that_was_found(project: GoProject) -> None:
    text = plan(project).files[0].text
    assert tomllib.loads(text) == {
        "build-system": {
            "requires": [f"go-to-wheel>={'.'.join(__version__.split('.')[:2])}"],
            "build-backend": "go_to_wheel.backend",
        },
        "project": {
            "name": "hello",
            "dynamic": ["version"],
            "description": 'Command hello says "hello" \\ greets.',
            "readme": "README.md",
            "license": "MIT",
            "requires-python": ">=3.10",
            "urls": {"Source": "https://github.com/octo-org/hello"},
        },
        "tool": {"go-to-wheel": {"platforms": ["all"], "set-version-var": "main.version"}},
    }


def test_what_was_not_found_is_left_out(project: GoProject) -> None:
    unknown = replace(
        project, readme=None, license=None, version_variable=None,
        place=replace(project.place, repository=""), reach=Reach(targets=DEFAULT_TARGETS),
    )  # fmt: skip
    document = tomllib.loads(plan(unknown).files[0].text)
    assert set(document["project"]) == {"name", "dynamic", "description", "requires-python"}
    assert document["project"]["dynamic"] == ["version", "readme"]
    assert document["tool"]["go-to-wheel"] == {}


def test_several_programs_are_named_and_described(project: GoProject) -> None:
    (program,) = project.chosen.programs
    several = replace(
        project,
        chosen=Chosen(programs=(program, program), packages=("./cmd/a", "./cmd/b")),
        names=replace(project.names, commands=(CommandName("a"), CommandName("b"))),
    )
    document = tomllib.loads(plan(several).files[0].text)
    assert document["project"]["description"] == "The commands a and b, as a Python package"
    assert document["tool"]["go-to-wheel"]["packages"] == ["./cmd/a", "./cmd/b"]
    assert workflow_of(plan(several))["env"]["COMMANDS"] == "a b"
    names = tuple(map(CommandName, "abcdefg"))
    many = replace(several, names=replace(project.names, commands=names))
    document = tomllib.loads(plan(many).files[0].text)
    assert document["project"]["description"] == "7 commands of example.com/hello"


def test_targets_without_files_for_them_are_left_out_and_told(project: GoProject) -> None:
    fit = (find_target("linux-amd64"), find_target("windows-386"))
    unfit = (("darwin-arm64", "example.com/x"), ("linux-arm64", "example.com/x"))
    scaffold = plan(replace(project, reach=Reach(targets=fit, unfit=unfit)))
    document = tomllib.loads(scaffold.files[0].text)
    assert document["tool"]["go-to-wheel"]["platforms"] == ["linux-amd64", "windows-386"]
    assert any("Not built for darwin-arm64, linux-arm64" in note for note in scaffold.notes)
    matrix = workflow_of(scaffold)["jobs"]["try"]["strategy"]["matrix"]
    assert matrix == {"runner": ["ubuntu-latest"]}
    assert scaffold.description.endswith(", 2 targets")


def existing(folder: Path, text: str) -> Existing:
    (folder / "pyproject.toml").write_text(text)
    found = read_existing(folder, Processes(environment={}))
    assert found
    return found


@pytest.mark.parametrize(
    ("text", "added"),
    [
        ("[tool.x]\n", {"build-system", "project", "go-to-wheel"}),
        ('[build-system]\nrequires = ["x"]\n', {"project", "go-to-wheel"}),
        ('[project]\nname = "y"\nversion = "1"\n', {"build-system", "go-to-wheel"}),
        (
            '[project]\nname = "y"\nversion = "1"\n[build-system]\nrequires = ["x"]\n',
            {"go-to-wheel"},
        ),
    ],
)
def test_a_pyproject_of_others_gets_what_it_lacks_and_only_by_force(
    project: GoProject, tmp_path: Path, text: str, added: set[str]
) -> None:
    there = replace(project, existing=existing(tmp_path, text))
    untouched = plan(there)
    assert [file.path.name for file in untouched.files] == ["wheels.yml"]
    assert set(re.findall(r"(?m)^\[(?:tool\.)?(.+)\]$", untouched.addition)) == added
    assert untouched.commands[0][:3] == ("go-to-wheel", ".", "--name=hello")
    forced = plan(there, force=True)
    assert forced.files[0].text == f"{text}\n{untouched.addition}"
    assert forced.commands[0] == ("go-to-wheel", ".")
    assert not forced.addition


def test_a_build_system_of_others_stays_and_what_that_means_is_told(
    project: GoProject, tmp_path: Path
) -> None:
    words = "and names another backend"
    theirs = replace(project, existing=existing(tmp_path, '[build-system]\nrequires = ["x"]\n'))
    assert note(plan(theirs, force=True), words)
    assert not note(plan(theirs), words)
    none = replace(project, existing=existing(tmp_path, "[tool.x]\n"))
    assert not note(plan(none, force=True), words)


def note(scaffold: Scaffold, words: str) -> bool:
    return any(words in each for each in scaffold.notes)


def test_a_version_that_is_fixed_is_told_since_no_tag_changes_it(
    project: GoProject, tmp_path: Path
) -> None:
    ours = '[project]\nname = "hello"\nversion = "1.2"\n'
    fixed = existing(tmp_path, f"{ours}[tool.go-to-wheel]\n")
    told = plan(replace(project, existing=fixed))
    assert note(told, "[project] fixes the version, 1.2")
    assert not note(told, "No git tag tells a version yet")
    assert note(plan(project), "No git tag tells a version yet; one like v0.1.0 does.")
    assert told.trigger == "push the tag of the version in pyproject.toml, v1.2"
    theirs = replace(project, existing=existing(tmp_path, ours))
    assert not note(plan(theirs), "fixes the version")  # since the table does not count
    assert note(plan(theirs, force=True), "fixes the version")
    dynamic = existing(
        tmp_path, '[project]\nname = "x"\ndynamic = ["version"]\n[tool.go-to-wheel]\n'
    )
    assert not note(plan(replace(project, existing=dynamic)), "fixes the version")


def test_a_project_table_of_the_same_name_may_well_be_about_the_program(
    project: GoProject, tmp_path: Path
) -> None:
    there = replace(project, existing=existing(tmp_path, '[project]\nname = "Hello"\n'))
    assert note(plan(there), "is not used, since it has no [tool.go-to-wheel]")
    assert note(plan(there), "is called Hello, as these wheels are. If it is another package")


def test_several_commands_are_told_of_aliases_where_none_has_the_distributions_name(
    project: GoProject,
) -> None:
    (program,) = project.chosen.programs
    several = replace(
        project,
        chosen=Chosen(programs=(program, program), packages=("./cmd/a", "./cmd/b")),
        names=replace(project.names, commands=(CommandName("a"), CommandName("b"))),
    )
    assert '\n# alias = ["hello=a"] # ' in plan(several).files[0].text
    named = replace(several, names=replace(several.names, commands=(CommandName("hello"),) * 2))
    assert "alias" not in plan(named).files[0].text
    assert "alias" not in plan(project).files[0].text


def test_the_notes_tell_of_the_place(project: GoProject) -> None:
    assert not note(plan(project), "git repository yet")
    assert not note(plan(project), "dist/")
    outside = replace(project, place=replace(project.place, is_checkout=False))
    assert note(plan(outside), "GitHub reads .github at the top of one alone")
    keeping = replace(project, place=replace(project.place, keeps_wheels=True))
    assert note(plan(keeping), "put dist/ into .gitignore")
    published = replace(project, publishing=("release.yaml", "wheels.yml"))
    assert note(plan(published), "release.yaml publishes a Python package already")
    ours = replace(project, publishing=("wheels.yml",))
    assert not note(plan(ours), "publishes")


def test_tags_without_a_v_stay_so(project: GoProject) -> None:
    bare = plan(replace(project, place=replace(project.place, has_bare_tags=True, is_tagged=True)))
    assert workflow_of(bare)["on"]["push"] == {"tags": ["[0-9]*"]}
    assert bare.trigger == "push the next tag, of the form X.Y.Z"


def test_one_target_is_one_target(project: GoProject) -> None:
    one = plan(replace(project, reach=Reach(targets=(find_target("linux-amd64"),))))
    assert one.description.endswith(", 1 target")
    assert "# Built on one machine for 1 target, checked" in one.files[1].text
    assert "all" not in one.files[1].text.partition("\n\n")[0]


def test_what_people_read_in_the_files_fits_80_columns(project: GoProject) -> None:
    texts = [file.text for file in plan(project).files]
    values: dict[str, Value] = dict.fromkeys(
        ("file", "pattern", "workflow", "title", "requirement", "from_source"), "wheels.yml"
    )
    texts += [fill(name, values) for name in ("tools.toml", "factory.yml")]
    comments = [line for text in texts for line in text.splitlines() if line.startswith("#")]
    assert [line for line in comments if len(line) > 80] == []


def test_what_is_added_ends_its_lines_as_the_file_does(project: GoProject, tmp_path: Path) -> None:
    there = existing(tmp_path, "")
    there.path.write_bytes(b"[tool.x]\r\na = 1\r\n")
    found = read_existing(tmp_path, Processes(environment={}))
    text = plan(replace(project, existing=found), force=True).files[0].text
    assert text.startswith("[tool.x]\r\na = 1\r\n\r\n[build-system]\r\n")
    assert "\n" not in text.replace("\r\n", "")


def test_nothing_is_added_through_a_link(project: GoProject, tmp_path: Path) -> None:
    there = existing(tmp_path, "[tool.x]\n")
    there.path.rename(tmp_path / "other.toml")
    there.path.symlink_to("other.toml")
    with pytest.raises(UsageError, match="is a link"):
        plan(replace(project, existing=there), force=True)


def test_our_own_pyproject_stays_even_by_force(project: GoProject, tmp_path: Path) -> None:
    there = replace(project, existing=existing(tmp_path, "[tool.go-to-wheel]\n"))
    scaffold = plan(there, force=True)
    assert [file.path.name for file in scaffold.files] == ["wheels.yml"]
    assert not scaffold.addition
    assert scaffold.commands[0] == ("go-to-wheel", ".", "--name=hello")  # which it leaves open
    named = '[project]\nname = "hello"\nversion = "1"\n[tool.go-to-wheel]\n'
    there = replace(project, existing=existing(tmp_path, named))
    assert plan(there).commands[0] == ("go-to-wheel", ".")


def test_a_file_to_which_no_table_can_be_added_is_refused(
    project: GoProject, tmp_path: Path
) -> None:
    there = replace(project, existing=existing(tmp_path, "tool = {x = {}}\n"))
    with pytest.raises(ConfigError, match="no table can be added"):
        plan(there, force=True)


def test_a_project_table_that_no_build_could_use_is_refused_before_anything_is_written(
    project: GoProject, tmp_path: Path
) -> None:
    text = '[project]\nname = "x"\nversion = "1"\n[project.scripts]\nx = "x:main"\n'
    there = replace(project, existing=existing(tmp_path, text))
    assert plan(there).addition
    with pytest.raises(ConfigError, match="has entry points, but there is no Python package"):
        plan(there, force=True)


@pytest.mark.parametrize("name", ["${{ github.token }}", "a\nb", "a\x1bb"])
def test_what_would_mean_more_in_a_workflow_is_refused(project: GoProject, name: str) -> None:
    place = replace(project.place, folder=project.place.top / name)
    with pytest.raises(UsageError, match="cannot stand in"):
        plan(replace(project, place=place))


# --- the workflows -------------------------------------------------------------------------


def both(project: GoProject) -> Iterator[Document]:
    yield workflow_of(plan(project))
    yield factory_workflow()


def test_only_publishing_may_do_more_than_read(project: GoProject) -> None:
    for workflow in both(project):
        assert workflow["permissions"] == {"contents": "read"}
        given = {name: job.get("permissions") for name, job in workflow["jobs"].items()}
        assert given.pop("publish") == {"id-token": "write"}
        assert set(given.values()) == {None}


def test_publishing_asks_for_nothing_but_the_wheels_and_its_environment(
    project: GoProject,
) -> None:
    for workflow in both(project):
        publish = workflow["jobs"]["publish"]
        assert publish["environment"] == "pypi"
        *_, last = publish["steps"]
        assert last["uses"] == "pypa/gh-action-pypi-publish@release/v1"
        assert last["with"] == {"attestations": True, "skip-existing": True}
        assert not any("checkout" in step.get("uses", "") for step in publish["steps"])


def test_a_tag_publishes_and_a_pull_request_does_not(project: GoProject) -> None:
    workflow = workflow_of(plan(project))
    assert workflow["on"]["push"] == {"tags": ["v[0-9]*"]}
    assert set(workflow["on"]) == {"push", "pull_request", "workflow_dispatch"}
    assert workflow["jobs"]["publish"]["if"] == "startsWith(github.ref, 'refs/tags/')"
    assert workflow["jobs"]["publish"]["needs"] == ["build", "try"]
    assert "pull_request_target" not in json.dumps(workflow)


def test_the_whole_history_is_there_and_what_makes_no_wheel_fails(project: GoProject) -> None:
    for workflow, first in zip(both(project), ("build", "choose"), strict=True):
        checkout = workflow["jobs"][first]["steps"][0]
        assert checkout["uses"].startswith("actions/checkout@")
        assert checkout["with"]["fetch-depth"] == 0
        (upload,) = [
            step
            for step in workflow["jobs"]["build"]["steps"]
            if "upload-artifact" in step.get("uses", "")
        ]
        assert upload["with"]["if-no-files-found"] == "error"


def test_the_version_is_compared_with_the_tag_of_a_tag_alone(project: GoProject) -> None:
    steps = workflow_of(plan(project))["jobs"]["build"]["steps"]
    names = [str(step.get("name", step.get("uses"))).split("@")[0] for step in steps]
    refuse = step_named(steps, "Refuse")
    assert refuse["if"] == workflow_of(plan(project))["jobs"]["publish"]["if"]
    assert names.index(refuse["name"]) < names.index("actions/upload-artifact")


def test_a_push_of_a_catalogue_does_not_end_the_run_of_another() -> None:
    group = "".join(factory_workflow()["concurrency"]["group"].split())
    assert group == (
        "${{github.workflow}}-${{github.event_name=='pull_request'&&github.ref||github.run_id}}"
    )


def test_wheels_are_tried_on_every_system_that_github_has(project: GoProject) -> None:
    matrix = workflow_of(plan(project))["jobs"]["try"]["strategy"]["matrix"]["runner"]
    assert sorted(matrix) == [
        "macos-15", "macos-15-intel", "ubuntu-24.04-arm", "ubuntu-latest", "windows-11-arm",
        "windows-latest",
    ]  # fmt: skip
    steps = workflow_of(plan(project))["jobs"]["try"]["steps"]
    assert "--no-index --find-links dist" in step_named(steps, "Install")["run"]


def test_the_version_of_go_to_wheel_is_fixed(project: GoProject) -> None:
    assert workflow_of(plan(project))["env"]["GO_TO_WHEEL"] == f"go-to-wheel[go]=={__version__}"


def test_actions_are_those_that_everybody_knows_and_have_a_version(project: GoProject) -> None:
    for workflow in both(project):
        for action in used_actions(workflow):
            assert re.fullmatch(
                r"actions/[a-z-]+@v\d+|pypa/gh-action-pypi-publish@release/v1", action
            )


def test_no_expression_becomes_a_part_of_a_script(project: GoProject) -> None:
    for workflow in both(project):
        for job in workflow["jobs"].values():
            for step in job["steps"]:
                assert "${{" not in step.get("run", "")


def test_a_checkout_keeps_no_credentials(project: GoProject) -> None:
    for workflow in both(project):
        for job in workflow["jobs"].values():
            for step in job["steps"]:
                if "checkout" in step.get("uses", ""):
                    assert step["with"]["persist-credentials"] is False


def test_a_sub_folder_has_tags_of_its_own(project: GoProject) -> None:
    below = replace(project.place, folder=project.place.top / "a" / "b[1]")
    scaffold = plan(replace(project, place=below))
    workflow = workflow_of(scaffold)
    assert workflow["on"]["push"]["tags"] == [r"a/b\[1\]/v[0-9]*"]
    assert workflow["env"]["SOURCE"] == "./a/b[1]"
    assert scaffold.files[-1].path == project.place.top / ".github/workflows/wheels-hello.yml"


def test_each_tool_of_a_catalogue_stands_alone() -> None:
    jobs = factory_workflow()["jobs"]
    for name in ("build", "publish"):
        assert jobs[name]["strategy"]["fail-fast"] is False
        assert jobs[name]["strategy"]["max-parallel"] == 10
        assert jobs[name]["strategy"]["matrix"] == {
            "tool": "${{ fromJSON(needs.choose.outputs.tools) }}"
        }
    assert factory_workflow()["on"] == {
        "push": {"branches": ["**"], "paths": ["tools.toml"]},
        "pull_request": {"paths": ["tools.toml"]},
        "workflow_dispatch": None,
    }
    assert jobs["build"]["if"] == "needs.choose.outputs.tools != '[]'"
    assert jobs["publish"]["if"].split(" && ") == [
        "!cancelled()",
        "needs.choose.result == 'success'",
        "needs.choose.outputs.tools != '[]'",
        "github.event_name != 'pull_request'",
        "github.ref == format('refs/heads/{0}', github.event.repository.default_branch)",
    ]


def test_no_file_names_a_registry() -> None:
    folder = files("go_to_wheel.scaffold") / "templates"
    texts = {each.name: each.read_text(encoding="utf-8") for each in folder.iterdir()}
    assert len(texts) == 7
    root = Path(__file__).parents[4]
    texts["action.yml"] = (root / "action.yml").read_text(encoding="utf-8")
    assert [name for name, text in texts.items() if REGISTRY.search(text)] == []


@pytest.mark.parametrize(
    ("repository", "owner", "name"),
    [
        ("https://github.com/octo-org/hello", "octo-org", "hello"),
        ("https://gitlab.example/octo-org/hello", "", ""),
        ("https://github.com/a/b/c", "", ""),
        ("", "", ""),
    ],
)
def test_the_index_is_told_of_repositories_on_github(
    repository: str, owner: str, name: str
) -> None:
    publisher = publisher_of(repository, "wheels.yml")
    assert (publisher.owner, publisher.repository) == (owner, name)


def test_the_top_of_several_modules_is_told_where_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("b", "a/x y", "vendor/c", ".git/d", "_e", "far/far/far/far"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "go.mod").touch()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SourceNotFoundError, match=r"in \., but there is in 'a/x y', b\.") as raised:
        refuse_top_of_modules(Path())
    assert raised.value.hint.endswith("go-to-wheel init 'a/x y'.")
    refuse_top_of_modules(Path("b"))
    refuse_top_of_modules(Path("missing"))
    (tmp_path / "go.mod").touch()
    refuse_top_of_modules(Path())


# --- GoReleaser's settings -----------------------------------------------------------------


def test_goreleasers_settings_are_read_as_far_as_they_are_clear(tmp_path: Path) -> None:
    settings = tmp_path / ".goreleaser.yml"
    for text, cgo in (
        ("env:\n  - CGO_ENABLED=0\n", False),
        ("env:\n  - CGO_ENABLED: '1'\n", True),
        ("env:\n  - CGO_ENABLED=0\n  - CGO_ENABLED=1\n", None),
        ("# CGO_ENABLED=1\n", None),
        ("\xff\n", None),
    ):
        settings.write_text(text, encoding="latin-1")
        assert read_releaser([tmp_path]).cgo is cgo, text
    settings.write_text(
        "- -s -w -X main.version={{.Version}} -X main.commit={{.Commit}}\n"
        '- "-X example.com/x/build.V=v{{ .Tag }}"\n'
    )
    assert read_releaser([tmp_path]).variables == ("main.version", "example.com/x/build.V")
    assert read_releaser([tmp_path / "missing"]).variables == ()


def program_in(folder: Path, files: dict[str, str]) -> Program:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return Program(
        import_path="example.com/x", folder=folder, module="example.com/x", module_root=folder
    )


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"main.go": 'package main\n\nvar version = "dev" // set\n'}, "main.version"),
        (
            {"main.go": "package main\n\nvar (\n\tcommit string\n\tVersion string\n)\n"},
            "main.Version",
        ),
        ({"main.go": "package main\n\nvar version = find()\n"}, None),
        ({"main.go": "package main\n\nvar version int\n"}, None),
        ({"main.go": 'package main\n\nconst (\n\tversion = "1"\n)\n'}, None),
        ({"main.go": "package main\n\ntype T struct {\n\tversion string\n}\n"}, None),
        ({"main.go": 'package main\n\nfunc main() {\n\tvar version = "1"\n}\n'}, None),
        ({"main_test.go": 'package main\n\nvar version = "1"\n'}, None),
        ({"main.go": "package main\n\nvar version = `\n"}, None),
        (
            {
                "main.go": "package main\n",
                "internal/version/v.go": "package version\n\nvar Version string\n",
            },
            "example.com/x/internal/version.Version",
        ),
    ],
)
def test_the_version_goes_where_a_string_waits_for_it(
    tmp_path: Path, files: dict[str, str], expected: str | None
) -> None:
    assert next(_declared([program_in(tmp_path, files)]), None) == expected


def test_a_goreleaser_project_is_told_of_the_other_way(project: GoProject) -> None:
    assert not any("GoReleaser" in note for note in plan(project).notes)
    released = plan(replace(project, has_releaser=True))
    assert any("'go-to-wheel dist'" in note for note in released.notes)


def test_a_notice_is_no_second_licence(tmp_path: Path) -> None:
    text = (Path(__file__).parents[4] / "LICENSE").read_text(encoding="utf-8")
    (tmp_path / "LICENSE").write_text(text)
    alone = license_of(find_licenses(tmp_path, tmp_path))
    assert alone
    (tmp_path / "NOTICE").write_text("This holds the work of others.\n")
    (tmp_path / "PATENTS").write_text("A grant.\n")
    assert license_of(find_licenses(tmp_path, tmp_path)) == alone
    (tmp_path / "LICENSE-OTHER").write_text("Ask first.\n")
    assert license_of(find_licenses(tmp_path, tmp_path)) is None


def test_workflows_that_publish_are_found(tmp_path: Path) -> None:
    assert find_publishing(tmp_path) == ()
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    (folder / "b.yaml").write_text("uses: pypa/gh-action-pypi-publish@v1\n")
    (folder / "a.yml").write_text("uses: actions/checkout@v6\n")
    assert find_publishing(tmp_path) == ("b.yaml",)


def test_a_repository_elsewhere_is_told_that_the_workflow_is_for_github(
    project: GoProject,
) -> None:
    elsewhere = replace(project.place, repository="https://gitlab.example/a/b")
    assert any(
        "for GitHub Actions" in note for note in plan(replace(project, place=elsewhere)).notes
    )


# --- writing -------------------------------------------------------------------------------


def new(folder: Path, name: str, text: str = "new\n") -> NewFile:
    return NewFile(path=folder / name, text=text, top=folder)


def test_all_files_are_written_with_their_folders(tmp_path: Path) -> None:
    written = write_files([new(tmp_path, "a"), new(tmp_path, "b/c/d")], force=False)
    assert written == (tmp_path / "a", tmp_path / "b/c/d")
    found = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*"))
    assert found == ["a", "b", "b/c", "b/c/d"]


def test_another_file_in_the_way_keeps_all_from_being_written(tmp_path: Path) -> None:
    (tmp_path / "b").write_text("mine\n")
    files = [new(tmp_path, "a"), new(tmp_path, "b")]
    with pytest.raises(UsageError, match="b is there already"):
        write_files(files, force=False)
    assert [path.name for path in tmp_path.iterdir()] == ["b"]
    assert write_files(files, force=True) == (tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").read_text() == "new\n"


def test_a_file_that_is_there_as_it_shall_be_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("new\n")
    assert write_files([new(tmp_path, "a")], force=False) == ()


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "z").touch()
    with pytest.raises(OutputError, match="cannot be written"):
        write_files([new(tmp_path, "a/b"), new(tmp_path, "z/y")], force=False)
    assert [path.name for path in tmp_path.iterdir()] == ["z"]


def test_what_cannot_be_written_is_told_by_its_own_name(tmp_path: Path) -> None:
    name = "n" * 250  # too long for a file, once it has more letters than its own
    with pytest.raises(OutputError) as raised:
        write_files([new(tmp_path, name)], force=False)
    assert raised.value.message.startswith(f"{tmp_path / name} cannot be written: ")


def test_a_link_in_a_files_place_is_replaced_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("mine\n")
    (tmp_path / "a").symlink_to("other")
    write_files([new(tmp_path, "a")], force=True)
    assert (tmp_path / "other").read_text() == "mine\n"
    assert not (tmp_path / "a").is_symlink()


def test_no_link_of_a_strangers_project_is_written_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secrets, "token_hex", lambda _: "00000000")  # as if it could be guessed
    (tmp_path / "other").write_text("mine\n")
    (tmp_path / ".a.00000000.partial").symlink_to("other")
    with pytest.raises(OutputError, match="a cannot be written"):
        write_files([new(tmp_path, "a")], force=False)
    assert (tmp_path / "other").read_text() == "mine\n"
    assert not (tmp_path / "a").exists()


def test_who_may_read_a_file_stays_so(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("mine\n")
    (tmp_path / "a").chmod(0o600)
    write_files([new(tmp_path, "a")], force=True)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
@pytest.mark.parametrize("force", [False, True])
def test_nobody_waits_for_a_pipe(tmp_path: Path, *, force: bool) -> None:
    for name in ("a", ".goreleaser.yml"):
        os.mkfifo(tmp_path / name)
    os.mkfifo(tmp_path / "tools.toml")
    with pytest.raises(SourceNotFoundError, match=r"tools\.toml is no file"):
        set_up_factory(tmp_path, Processes(environment={}))
    with pytest.raises(OutputError, match="a is there already, and is no file"):
        unwritten([new(tmp_path, "a")], force=force)
    assert not read_releaser([tmp_path]).is_there


def test_a_broken_link_is_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("nowhere")
    with pytest.raises(GoToWheelError, match="a is there already"):
        unwritten([new(tmp_path, "a")], force=False)


# --- the catalogue -------------------------------------------------------------------------


def tool(name: str, source: str = "gh:octo-org/tool@v1", *options: str) -> Tool:
    return Tool(name=parse_distribution_name(name), source=source, options=options)


def test_a_catalogue_is_read_in_order(tmp_path: Path) -> None:
    path = tmp_path / "tools.toml"
    path.write_text(
        '[[tools]]\nname = "B-tool"\nsource = "example.com/b/cmd/b@v1.2.3"\noptions = ["--cgo"]\n'
        '[[tools]]\nname = "a"\nsource = "gh:octo-org/a@v1"\n'
    )
    first, second = read_catalogue(path)
    assert first.arguments == ("example.com/b/cmd/b@v1.2.3", "--name", "B-tool", "--cgo")
    assert second.arguments == ("gh:octo-org/a@v1", "--name", "a")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("tools = 3", "is no list"),
        ('[[tools]]\nname = "json"\nsource = "gh:o/r@v1"', "standard library"),
        ('[[tools]]\nname = "x"\nsource = "gh:o/r"', "names no version that stays"),
        ('[[tools]]\nname = "x"\nsource = "a.b/c@latest"', "names no version that stays"),
        ('[[tools]]\nname = "x"\nsource = "a.b/c@v1.2"', "names no version that stays"),
        ('[[tools]]\nname = "x"\nsource = "a.b/c@main"', "names no version that stays"),
        ("[[tool]]", "^tool in "),
        ("tools = [1]", r"^tools\[1\] in .* is not a table\. Begin each with \[\[tools\]\]\.$"),
        ('[[tools]]\nname = "x"', r"tools\[1\] in .* has no source"),
        ('[[tools]]\nsource = "gh:o/r"', "has no name"),
        ('[[tools]]\nname = 1\nsource = "gh:o/r"', "name in .* must be a string"),
        ('[[tools]]\nname = "x"\nsource = "gh:o/r"\noption = []', "Did you mean options"),
        ('[[tools]]\nname = "x"\nsource = "gh:o/r@v1"\noptions = "a"', "must be an array"),
        ('[[tools]]\nname = "x y"\nsource = "gh:o/r"', r"tools\[1\]\.name"),
        ('[[tools]]\nname = "x"\nsource = "."', "is a file or a folder"),
        ('[[tools]]\nname = "x"\nsource = "gh:o"', r"tools\[1\]\.source"),
        ('[[tools]]\nname = "X"\nsource = "gh:o/r@v1"\n' * 2, "twice"),
        ("[[tools", "is not valid TOML"),
    ],
)
def test_a_catalogue_that_is_wrong_says_where(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "tools.toml"
    path.write_text(text)
    with pytest.raises(ConfigError) as raised:
        read_catalogue(path)
    assert re.search(message, str(raised.value))


def test_a_commit_is_a_version_that_stays(tmp_path: Path) -> None:
    path = tmp_path / "tools.toml"
    path.write_text('[[tools]]\nname = "x"\nsource = "a.b/c@0123456789ab"\n')
    assert read_catalogue(path)[0].source == "a.b/c@0123456789ab"


def test_the_extras_are_those_that_the_options_of_tools_need() -> None:
    assert extras_of(()) == extras_of([tool("a", "gh:o/r@v1", "--keep-going")]) == ()
    verified = tool("b", "gh:o/r@v1", "--require-signature", "--minisign-key=k.pub")
    assert extras_of([verified]) == ("signatures",)
    assert extras_of([verified, tool("c", "a.b/c@v1.0.0", "--cgo")]) == ("cgo", "signatures")


def test_a_catalogue_that_is_not_there_is_missed_by_name(tmp_path: Path) -> None:
    with pytest.raises(SourceNotFoundError, match=r"no catalogue .*'go-to-wheel init --factory'"):
        read_catalogue(tmp_path / "tools.toml")


def test_what_has_changed_is_what_stands_otherwise(tmp_path: Path) -> None:
    before = tmp_path / "before.toml"
    before.write_text(
        '[[tools]]\nname = "same"\nsource = "gh:o/r@v1"\n'
        '[[tools]]\nname = "newer"\nsource = "gh:o/r@v1"\n'
        '[[tools]]\nname = "other"\nsource = "gh:o/r@v1"\n'
        '[[tools]]\nname = "gone"\nsource = "gh:o/r@v1"\n'
    )
    now = (
        tool("same", "gh:o/r@v1"), tool("newer", "gh:o/r@v2"), tool("other", "gh:o/r@v1", "--cgo"),
        tool("new", "gh:o/r@v1"),
    )  # fmt: skip
    assert [str(each.name) for each in changed_tools(now, before)] == ["newer", "other", "new"]
    before.write_text("damaged")
    assert changed_tools(now, before) == now


def test_tools_are_found_by_any_spelling_of_their_names() -> None:
    tools = (tool("A.b"), tool("c"))
    assert find_tools(tools, ["a-B"]) == tools[:1]
    assert find_tools(tools, []) == tools
    with pytest.raises(UsageError, match=r"No tool is called d.*There is: A.b, c"):
        find_tools(tools, ["d"])
    tools = (tool("Ada-hey"), tool("ada-tomll"))
    with pytest.raises(UsageError, match=r"Did you mean Ada-hey\? There is: Ada-hey, ada-tomll"):
        find_tools(tools, ["ada_hye"])


def test_a_matrix_has_no_more_jobs_than_github_makes() -> None:
    tools = [tool(f"t{number}") for number in range(MOST_JOBS + 1)]
    assert len(matrix_of(tools[:-1])) == MOST_JOBS
    with pytest.raises(UsageError, match="257 tools"):
        matrix_of(tools)
