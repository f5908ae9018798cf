"""What ``go-to-wheel build`` says and makes, from real Go source."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from packaging.metadata import Metadata
from packaging.specifiers import SpecifierSet

import go_to_wheel
from helpers.clients import Home, run_by_uvx
from helpers.dist import HOST
from helpers.gomodules import HELLO, LIBRARY, write_module
from helpers.listing import digests, listing
from helpers.tool import COMMAND, Tool, clean_environment

_DEFAULT = {
    "linux-amd64",
    "linux-arm64",
    "darwin-amd64",
    "darwin-arm64",
    "windows-amd64",
    "windows-arm64",
}
_ONLY_ON_LINUX = """\
//go:build windows

package main

func init() { thisIsNotDefined() }
"""

_EMBEDDING = """\
package main

import (
	_ "embed"
	"os"

	"example.com/dep"
)

//go:embed text
var text string

func main() { os.Stdout.WriteString("main1 " + text + " " + dep.Text + "\\n") }
"""


def _member(wheel: Path, pattern: str) -> str:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if Path(name).match(pattern)]
        return archive.read(name).decode()


def _metadata(wheel: Path) -> Metadata:
    return Metadata.from_email(_member(wheel, "*.dist-info/METADATA"), validate=True)


# --- what is printed -------------------------------------------------------------------------


def test_the_wheels_of_the_six_default_targets_are_made(tool: Tool) -> None:
    write_module(tool.folder / "hello")
    done = tool.run("hello", "--version", "1.0")
    assert done.code == 0, done.stderr
    assert {Path(line).name for line in done.stdout.splitlines()} == {
        wheel.name for wheel in (tool.folder / "dist").iterdir()
    }
    assert len(done.wheels) == len(_DEFAULT)
    for target in _DEFAULT:
        assert re.search(rf"^{target}: .* [0-9.]+ [kM]B, ", done.stderr, re.MULTILINE)


def test_standard_output_carries_the_paths_and_nothing_else(tool: Tool) -> None:
    write_module(tool.folder / "hello")
    outcomes = [
        tool.run(
            "hello",
            "--platforms",
            HOST,
            "--output-dir",
            "out put",
            *options,
            XDG_CACHE_HOME=tool.folder / f"cache-{number}",  # nothing kept: Go is asked
        )
        for number, options in enumerate(((), ("--verbose",), ("--quiet",)))
    ]
    normal, verbose, quiet = outcomes
    (wheel,) = (tool.folder / "out put").iterdir()
    assert {done.stdout for done in outcomes} == {f"out put/{wheel.name}\n"}
    assert quiet.stderr == ""
    assert "No version was given" in normal.stderr
    assert "+ " not in normal.stderr
    assert re.search(r"^\+ \S*/go build .*-trimpath", verbose.stderr, re.MULTILINE)


def test_json_is_one_document_that_describes_the_wheels(tool: Tool) -> None:
    write_module(tool.folder / "hello")
    done = tool.run("hello", "--json", "--version", "1.0", "--platforms", f"{HOST},windows-arm64")
    report = json.loads(done.stdout)
    assert (report["name"], report["version"], report["layout"]) == ("hello", "1.0", "package")
    assert report["commands"] == ["hello"]
    assert report["warnings"] == []
    assert report["failures"] == []
    assert {wheel["target"] for wheel in report["wheels"]} == {HOST, "windows-arm64"}
    for wheel in report["wheels"]:
        path = tool.folder / wheel["path"]
        assert wheel["sha256"] == digests(path.parent)[path.name]
        assert wheel["size"] == path.stat().st_size
        tags = [line for line in _member(path, "*/WHEEL").splitlines() if line.startswith("Tag: ")]
        assert [f"Tag: {tag}" for tag in wheel["tags"]] == tags


def test_a_dry_run_tells_the_truth_and_writes_nothing(tool: Tool) -> None:
    write_module(tool.folder / "hello")
    before = listing(tool.folder)
    options = ("hello", "--version", "1.0", "--platforms", "all", "--json")
    planned = tool.run(*options, "--dry-run")
    assert planned.code == 0, planned.stderr
    assert listing(tool.folder) == before
    plan = {
        target["target"]: target["platform_tags"]
        for target in json.loads(planned.stdout)["targets"]
    }
    built = tool.run(*options)
    made = {
        wheel["target"]: [tag.split("-", 2)[2] for tag in wheel["tags"]]
        for wheel in json.loads(built.stdout)["wheels"]
    }
    assert plan == made


def test_a_dry_run_for_people_names_each_target(tool: Tool) -> None:
    write_module(tool.folder / "hello")
    done = tool.run("hello", "--dry-run")
    assert done.code == 0, done.stderr
    for target in _DEFAULT:
        assert target in done.stdout
    assert not (tool.folder / "dist").exists()


@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo terminal")
def test_a_terminal_shows_each_target_while_it_is_built(tool: Tool) -> None:
    import pty

    write_module(tool.folder / "hello")
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [COMMAND, "hello", "--version", "1.0"],
        cwd=tool.folder,
        env=clean_environment() | {"TERM": "xterm-256color", "COLUMNS": "120"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=theirs,
    )
    os.close(theirs)
    with process:
        shown = _read_all(ours)
        assert process.stdout is not None
        assert len(process.stdout.read().splitlines()) == len(_DEFAULT)
    assert process.returncode == 0, shown
    assert re.search(r"\x1b\[[0-9;]*A", shown), "the table is drawn over itself"
    for target in _DEFAULT:
        assert re.search(rf"{target}\s.*compiling", shown)
    assert "✓" in shown


def _read_all(descriptor: int) -> str:
    chunks: list[bytes] = []
    while True:
        try:
            chunk = os.read(descriptor, 65536)
        except OSError:  # Linux says EIO when the other end is closed
            chunk = b""
        if not chunk:
            os.close(descriptor)
            return b"".join(chunks).decode()
        chunks.append(chunk)


def test_a_reader_that_leaves_is_no_error_to_complain_about(tool: Tool) -> None:
    write_module(tool.folder / "hello")
    with tool.start("targets") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert "Traceback" not in process.stderr.read()


# --- which programs --------------------------------------------------------------------------


def test_a_main_package_below_a_module_is_built_by_its_own_folder(tool: Tool) -> None:
    files = {"lib.go": LIBRARY, "cmd/greet/main.go": HELLO, "cmd/other/main.go": HELLO}
    write_module(tool.folder / "mod", files)
    (wheel,) = tool.run("mod/cmd/greet", "--platforms", HOST, "--version", "1.0").wheels
    assert wheel.name.startswith("greet-1.0-")
    assert run_by_uvx(tool.folder, wheel, "greet") == "hello unset\n"


def test_the_only_program_of_a_module_is_found(tool: Tool) -> None:
    write_module(tool.folder / "mod", {"lib.go": LIBRARY, "cmd/greet/main.go": HELLO})
    (wheel,) = tool.run("mod", "--platforms", HOST, "--version", "1.0").wheels
    assert wheel.name.startswith("greet-1.0-")


def test_a_package_is_chosen_by_its_path(tool: Tool) -> None:
    files = {"cmd/one/main.go": HELLO, "cmd/two/main.go": HELLO.replace("hello ", "two ")}
    write_module(tool.folder / "mod", files)
    (wheel,) = tool.run(
        "mod", "--package", "./cmd/two", "--platforms", HOST, "--version", "1.0"
    ).wheels
    assert run_by_uvx(tool.folder, wheel, "two") == "two unset\n"


@pytest.mark.parametrize("layout", ["package", "native"])
def test_several_programs_share_one_wheel(layout: str, tool: Tool) -> None:
    files = {f"cmd/{name}/main.go": HELLO.replace("hello ", f"{name} ") for name in ("a-b", "c")}
    write_module(tool.folder / "mod", files)
    done = tool.run(
        "mod", "--package", "./cmd/a-b", "--package", "./cmd/c", "--name", "pair",
        "--platforms", HOST, "--version", "1.0", "--layout", layout,
    )  # fmt: skip
    (wheel,) = done.wheels
    for name in ("a-b", "c"):
        assert run_by_uvx(tool.folder, wheel, name) == f"{name} unset\n"
    code = (
        "import pair; print(pair.run().returncode, pair.get_binary_path('c'));"
        "pair.get_binary_path('d')"
    )
    home = Home(folder=tool.folder, find_links=tool.folder)
    asked = home.run("uvx", "--from", wheel, "python", "-c", code)
    assert asked.stdout.splitlines()[0] == "a-b unset"
    assert asked.stdout.splitlines()[1].startswith("0 ")
    assert asked.stdout.rstrip().endswith("/c")
    assert "ValueError: pair has no binary named 'd'; it has: a-b, c." in asked.stderr


def test_several_programs_go_by_the_name_of_the_folder(tool: Tool) -> None:
    files = {f"cmd/{name}/main.go": HELLO for name in ("alpha", "beta")}
    write_module(tool.folder / "the-tools" / "v2", files)
    done = tool.run("the-tools/v2", "--package", "./cmd/...", "--platforms", HOST, "--dry-run")
    assert "\nthe-tools " in done.stderr
    done = tool.run("the-tools/v2", "--package", "./cmd/beta", "--platforms", HOST, "--dry-run")
    assert "\nbeta " in done.stderr, "one alone keeps its own name"


def test_python_dash_m_starts_the_command(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "go_to_wheel", "--version"],
        cwd=tmp_path,
        env=clean_environment(),
        capture_output=True,
        check=True,
        text=True,
    )
    assert done.stdout == f"go-to-wheel {go_to_wheel.__version__}\n"


def test_a_slip_in_the_version_variable_is_told(tool: Tool) -> None:
    write_module(tool.folder / "hello", {"main.go": HELLO})
    wrong = ("--set-version-var", "main.verion")
    done = tool.run("hello", "--platforms", HOST, "--dry-run", *wrong)
    done.refused(2, "main.verion would set nothing", "Did you mean main.version?")


def test_go_build_tags_reach_go(tool: Tool) -> None:
    files = {
        "main.go": HELLO,
        "extra.go": '//go:build extra && more\n\npackage main\n\nfunc init() { version = "extra" }\n',
    }
    write_module(tool.folder / "mod", files)
    (wheel,) = tool.run(
        "mod", "--tags", "extra,more", "--platforms", HOST, "--version", "1.0"
    ).wheels
    assert run_by_uvx(tool.folder, wheel, "mod") == "hello extra\n"


@pytest.mark.parametrize("dependency", ["inside", "replaced"])
def test_every_change_of_the_source_is_seen(tool: Tool, dependency: str) -> None:
    """Though much is kept from one build to the next."""
    files = {
        "main.go": _EMBEDDING,
        "text": "text1",
        "dep/dep.go": 'package dep\n\nconst Text = "dep1"\n',
    }
    if dependency == "replaced":
        files["../dep/dep.go"] = files.pop("dep/dep.go")
        files["../dep/go.mod"] = "module example.com/dep\n\ngo 1.24\n"
        files["go.mod"] = (
            "module example.com/hello\n\ngo 1.24\n\nrequire example.com/dep v1.0.0\n\n"
            "replace example.com/dep => ../dep\n"
        )
    else:
        files["main.go"] = _EMBEDDING.replace("example.com/dep", "example.com/hello/dep")
    (dep,) = [path for path in files if path.endswith("dep.go")]
    expected = "main1 text1 dep1\n"
    for path, old, new in (
        ("main.go", "main1", "main1"),
        ("main.go", "main1", "main2"),
        ("text", "text1", "text2"),
        (dep, "dep1", "dep2"),
        ("main.go", "main2", "main1"),
    ):
        files[path] = files[path].replace(old, new)
        expected = expected.replace(old, new)
        write_module(tool.folder / "hello", files)
        assert _build_and_run(tool) == expected

    late = tool.folder / "hello" / "late.go"
    late.write_text('package main\n\nfunc init() { text = "late" }\n')
    assert _build_and_run(tool) == "main1 late dep2\n"
    late.unlink()
    assert _build_and_run(tool) == expected


def _build_and_run(tool: Tool) -> str:
    (wheel,) = tool.run("hello", "--platforms", HOST, "--version", "1.0").wheels
    return run_by_uvx(tool.folder, wheel, "hello")


def test_a_name_is_normalised_as_the_index_does_it(tool: Tool) -> None:
    write_module(tool.folder / "hello")
    (wheel,) = tool.run(
        "hello", "--name", "My__Nice.-Tool", "--platforms", HOST, "--version", "v1.2.3-rc.1"
    ).wheels
    assert wheel.name.startswith("my_nice_tool-1.2.3rc1-py3-none-")
    assert _metadata(wheel).name == "My__Nice.-Tool"
    assert _member(wheel, "*/entry_points.txt") == (
        "[console_scripts]\nMy__Nice.-Tool = my_nice_tool:main\n"
    )


# --- failures of single targets --------------------------------------------------------------


def test_one_failed_target_leaves_no_wheel_at_all(tool: Tool) -> None:
    write_module(tool.folder / "hello", {"main.go": HELLO, "windows.go": _ONLY_ON_LINUX})
    before = listing(tool.folder)
    done = tool.run("hello", "--version", "1.0", "--platforms", "linux-amd64,windows-amd64")
    done.refused(1, "does not compile for windows-amd64")
    assert "undefined: thisIsNotDefined" in done.stderr
    assert listing(tool.folder) == before


def test_the_other_targets_are_kept_when_that_is_asked_for(tool: Tool) -> None:
    write_module(tool.folder / "hello", {"main.go": HELLO, "windows.go": _ONLY_ON_LINUX})
    options = ("--version", "1.0", "--platforms", "linux-amd64,windows-amd64,darwin-arm64")
    done = tool.run("hello", "--keep-going", "--json", *options)
    assert done.code == 1
    assert "Traceback" not in done.stderr
    assert "undefined: thisIsNotDefined" in done.stderr
    report = json.loads(done.stdout)
    assert [wheel["target"] for wheel in report["wheels"]] == ["linux-amd64", "darwin-arm64"]
    assert {Path(wheel["path"]).name for wheel in report["wheels"]} == {
        path.name for path in (tool.folder / "dist").iterdir()
    }
    (failure,) = report["failures"]
    assert failure["target"] == "windows-amd64"
    assert "undefined: thisIsNotDefined" in failure["detail"]


def test_keep_going_with_every_target_failing_makes_no_folder(tool: Tool) -> None:
    write_module(tool.folder / "hello", {"main.go": HELLO, "bad.go": "package main\n\nvar x = y\n"})
    before = listing(tool.folder)
    done = tool.run("hello", "--keep-going", "--platforms", "linux-amd64,darwin-arm64")
    assert done.code == 1
    assert done.stdout == ""
    assert done.stderr.count("error: ") == 2
    assert listing(tool.folder) == before


# --- the version from git --------------------------------------------------------------------


class Repository:
    """A git repository with a Go module in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.git("init", "--quiet")

    def git(self, *arguments: str) -> None:
        subprocess.run(
            ["git", "-c", "user.name=Me", "-c", "user.email=me@example.com", *arguments],
            cwd=self.folder,
            env=clean_environment() | {"GIT_CONFIG_GLOBAL": os.devnull},
            check=True,
            capture_output=True,
        )

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "change")


@pytest.fixture
def repository(tool: Tool) -> Repository:
    made = Repository(tool.folder / "hello")
    write_module(made.folder)
    made.commit()
    return made


def _version(tool: Tool, *arguments: str) -> tuple[str, list[str]]:
    """The version that a build would have, and the warnings."""
    done = tool.run(*arguments, "--dry-run", "--json", "--platforms", HOST)
    assert done.code == 0, done.stderr
    plan = json.loads(done.stdout)
    return plan["version"], plan["warnings"]


def test_a_tagged_commit_has_the_version_of_its_tag(tool: Tool, repository: Repository) -> None:
    repository.git("tag", "v1.2.3-rc.1")
    assert _version(tool, "hello") == ("1.2.3rc1", [])


def test_commits_after_a_tag_make_a_development_version(tool: Tool, repository: Repository) -> None:
    repository.git("tag", "--annotate", "--message", "release", "v1.2.3")
    repository.commit()
    repository.commit()
    assert _version(tool, "hello") == ("1.2.4.dev2", [])


def test_a_change_that_is_not_committed_makes_a_development_version(
    tool: Tool, repository: Repository
) -> None:
    repository.git("tag", "1.2.3")
    (repository.folder / "main.go").write_text(HELLO.replace("hello", "goodbye"))
    assert _version(tool, "hello") == ("1.2.4.dev0", [])


def test_a_module_in_a_folder_has_tags_of_its_own(tool: Tool, repository: Repository) -> None:
    write_module(repository.folder / "tools" / "sub")
    repository.commit()
    repository.git("tag", "tools/sub/v2.5.0")
    repository.commit()
    repository.git("tag", "v9.0.0")
    assert _version(tool, "hello/tools/sub") == ("2.5.1.dev1", [])
    assert _version(tool, "hello") == ("9.0.0", [])


def test_without_any_tag_the_version_is_made_up_and_a_warning_says_so(
    tool: Tool, repository: Repository
) -> None:
    version, (warning,) = _version(tool, "hello")
    assert version == "0.1.0"
    assert "--version" in warning
    done = tool.run("hello", "--platforms", HOST)
    assert f"warning: {warning}" in done.stderr


def test_a_shallow_clone_without_its_tags_is_told_how_to_get_them(
    tool: Tool, repository: Repository
) -> None:
    repository.git("tag", "v1.2.3")
    repository.commit()
    clone = tool.folder / "clone"
    repository.git("clone", "--quiet", "--depth=1", repository.folder.as_uri(), str(clone))
    version, _ = _version(tool, "clone")
    assert version == "0.1.0"
    done = tool.run("clone", "--platforms", HOST)
    assert "warning: This clone is shallow and holds no tag that is a version: " in done.stderr
    assert "shallow" not in tool.run("hello", "--platforms", HOST).stderr
    fetch = re.search(r"'git (fetch [^']*)'", done.stderr)
    assert fetch
    subprocess.run(["git", *fetch[1].split()], cwd=clone, check=True, capture_output=True)
    assert _version(tool, "clone")[0] == "1.2.4.dev1"


def test_without_git_a_checkout_has_no_made_up_version(tool: Tool, repository: Repository) -> None:
    repository.git("tag", "v1.2.3")
    scripts = tool.folder / "scripts"
    scripts.mkdir()
    for name in ("go", COMMAND.name):
        (scripts / name).symlink_to(shutil.which(name, path=tool.environment["PATH"]) or name)
    done = tool.run("hello", "--platforms", HOST, PATH=scripts)
    done.refused(2, "there is no git command", "Install git, or give the version with --version.")
    assert tool.run("hello", "--platforms", HOST, "--version", "1", PATH=scripts).code == 0


def test_a_tag_that_is_no_version_is_passed_over(tool: Tool, repository: Repository) -> None:
    repository.git("tag", "nightly")
    assert _version(tool, "hello")[0] == "0.1.0"


def test_the_version_that_is_given_goes_before_the_tag(tool: Tool, repository: Repository) -> None:
    repository.git("tag", "v1.2.3")
    assert _version(tool, "hello", "--version", "4") == ("4", [])


def test_a_source_behind_a_link_has_the_version_of_its_tag(
    tool: Tool, repository: Repository
) -> None:
    repository.git("tag", "v1.2.3")
    (tool.folder / "link").symlink_to(repository.folder, target_is_directory=True)
    assert _version(tool, "link") == ("1.2.3", [])


# --- settings in pyproject.toml --------------------------------------------------------------

_PYPROJECT = """\
[project]
name = "greeter"
version = "3.1"
description = "Greets."
readme = "LONG.rst"
requires-python = ">=3.9"
license = "MIT OR Apache-2.0"
license-files = ["LICENSES/*"]
authors = [{name = "Zoë", email = "zoe@example.com"}, {name = "Ann"}]
keywords = ["hello", "world"]
classifiers = ["Environment :: Console"]
dependencies = ["packaging>=20; python_version < '3'"]

[project.optional-dependencies]
more = ["rich"]

[project.urls]
Homepage = "https://example.com/"
Changelog = "https://example.com/changes"

[tool.go-to-wheel]
entry-point = "greet"
layout = "native"
platforms = ["windows-386", "linux-riscv64"]
set-version-var = "main.version"
"""


def test_the_settings_of_a_project_are_used(tool: Tool) -> None:
    files = {
        "main.go": HELLO,
        "pyproject.toml": _PYPROJECT,
        "LONG.rst": "Greeter\n=======\n",
        "LICENSES/MIT.txt": "mit\n",
        "LICENSES/Apache.txt": "apache\n",
        "LICENSE": "not named\n",
    }
    write_module(tool.folder / "hello", files)
    done = tool.run("hello")
    linux, windows = done.wheels
    assert linux.name == "greeter-3.1-py3-none-manylinux_2_31_riscv64.musllinux_1_1_riscv64.whl"
    assert windows.name == "greeter-3.1-py3-none-win32.whl"
    metadata = _metadata(linux)
    assert metadata.summary == "Greets."
    assert metadata.requires_python == SpecifierSet(">=3.9")
    assert metadata.license_expression == "BSD-3-Clause AND (MIT OR Apache-2.0)"
    assert metadata.license_files == ["LICENSES/Apache.txt", "LICENSES/MIT.txt", "std/LICENSE"]
    assert _member(linux, "*/licenses/LICENSES/MIT.txt") == "mit\n"
    assert metadata.author_email == "Zoë <zoe@example.com>"
    assert metadata.author == "Ann"
    assert metadata.keywords == ["hello", "world"]
    assert metadata.classifiers == ["Environment :: Console"]
    assert list(map(str, metadata.requires_dist or ())) == [
        'packaging>=20; python_version < "3"',
        'rich; extra == "more"',
    ]
    assert metadata.provides_extra == ["more"]
    assert metadata.project_urls == {
        "Homepage": "https://example.com/",
        "Changelog": "https://example.com/changes",
    }
    assert metadata.description_content_type == "text/x-rst"
    with zipfile.ZipFile(windows) as archive:
        assert "greeter-3.1.data/scripts/greet.exe" in archive.namelist()


def test_options_go_before_the_settings_of_a_project(tool: Tool) -> None:
    write_module(
        tool.folder / "hello",
        {
            "main.go": HELLO,
            "pyproject.toml": _PYPROJECT,
            "LONG.rst": "x\n",
            "LICENSES/MIT.txt": "mit\n",
        },
    )
    (wheel,) = tool.run(
        "hello", "--platforms", HOST, "--version", "4.0", "--name", "other",
        "--layout", "package", "--entry-point", "cmd", "--description", "Mine.",
    ).wheels  # fmt: skip
    assert wheel.name.startswith("other-4.0-")
    assert _metadata(wheel).summary == "Mine."
    assert run_by_uvx(tool.folder, wheel, "cmd") == "hello 4.0\n"


def test_a_pyproject_about_something_else_is_left_alone(tool: Tool) -> None:
    other = '[project]\nname = "docs"\nversion = "9"\n\n[tool.ruff]\nline-length = 90\n'
    write_module(tool.folder / "hello", {"main.go": HELLO, "pyproject.toml": other})
    version, (note,) = _version(tool, "hello", "--version", "1", "--license", "MIT")
    assert version == "1"
    assert "pyproject.toml is not used: it has no [tool.go-to-wheel]. If its" in note
    (wheel,) = tool.run("hello", "--version", "1", "--platforms", HOST).wheels
    assert wheel.name.startswith("hello-1-")


def test_a_licence_has_its_letters_in_every_locale(tool: Tool) -> None:
    write_module(tool.folder / "mod", {"main.go": HELLO, "LICENSE-größe": "Für Ärzte.\n"})
    options = ("mod", "--version", "1", "--platforms", HOST)

    made = [
        tool.run(*options, "--output-dir", f"out{mode}", LC_ALL="C", PYTHONUTF8=mode).wheels[0]
        for mode in "01"
    ]

    assert _metadata(made[0]).license_files == ["LICENSE-größe", "std/LICENSE"]
    assert made[0].read_bytes() == made[1].read_bytes()


def test_names_that_a_locale_cannot_have_are_a_clear_error(tool: Tool) -> None:
    code = HELLO.replace('import "os"', 'import (\n\t_ "embed"\n\t"os"\n)\n')
    code += "\n//go:embed größe.txt\nvar text string\n"
    repository = Repository(tool.folder / "mod")
    write_module(repository.folder, {"main.go": code, "größe.txt": "x"})
    repository.commit()
    options = ("mod", "--version", "1", "--platforms", HOST)

    done = tool.run(*options, LC_ALL="C", PYTHONUTF8="0")

    done.refused(2, "cannot be the name of a file in this locale (ascii)", "PYTHONUTF8=1")
    assert len(tool.run(*options, LC_ALL="C").wheels) == 1


def test_readme_and_licence_files_come_from_the_source(tool: Tool) -> None:
    files = {
        "cmd/greet/main.go": HELLO,
        "README.md": "# Greet\n\nÜnïcödé 😀\n",
        "LICENSE": "All of it.\n",
        "NOTICE.txt": "Note.\n",
        "license.go": "package mod\n",
    }
    write_module(tool.folder / "mod", files)
    (wheel,) = tool.run("mod", "--platforms", HOST, "--version", "1").wheels
    metadata = _metadata(wheel)
    assert metadata.description_content_type == "text/markdown"
    assert metadata.description == "# Greet\n\nÜnïcödé 😀\n"
    assert metadata.license_files == ["LICENSE", "NOTICE.txt", "std/LICENSE"]
    assert metadata.license_expression is None
    assert _member(wheel, "*.dist-info/licenses/LICENSE") == "All of it.\n"
