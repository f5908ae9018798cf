"""Settings of a project (config.py)."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
from dataclasses import fields, replace
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from go_to_wheel.cli.build import build_command
from go_to_wheel.config import find_config, read_config, with_config
from go_to_wheel.config import settings as config_settings
from go_to_wheel.config.described import describe
from go_to_wheel.config.linker import PATTERN, foreign_flag
from go_to_wheel.config.project import read_project
from go_to_wheel.config.settings import KEYS, Settings
from go_to_wheel.errors import ConfigError, GoToWheelError, SourceNotFoundError
from go_to_wheel.metadata import Metadata, Person, Readme
from go_to_wheel.model import Alias, CLibrary, GoOptions, Layout, PythonPackage
from go_to_wheel.names import CommandName, ImportName, parse_distribution_name
from go_to_wheel.request import BuildRequest
from go_to_wheel.sources.process import Processes
from helpers.needs import requirement

TOOL = "[tool.go-to-wheel]\n"
OTHER = parse_distribution_name("other")
PROJECT = '[project]\nname = "My.Tool"\nversion = "1.2.3"\n'
FULL_TOOL = (
    TOOL
    + """
entry-point = "tool"
layout = "native"
ldflags = "-X main.a=1"
packages = ["./cmd/a", "./cmd/b"]
platforms = ["linux-amd64"]
require-licenses = true
set-version-var = "main.version"
tags = ["netgo"]
vendor = true
alias = ["t=tool"]
cgo = true
libc = "musl"
include = ["data/*.bin"]
exclude = ["*.log"]
"""
)


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "pyproject.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def settings(folder: Path, text: str) -> Settings:
    config = read_config(write(folder, text))
    assert config
    return config.settings


def metadata(folder: Path, text: str) -> Metadata:
    config = read_config(write(folder, PROJECT + text + "\n" + TOOL))
    assert config
    return config.metadata


def refusal(folder: Path, text: str | bytes) -> ConfigError:
    path = write(folder, text)
    with pytest.raises(ConfigError) as caught:
        read_config(path)
    assert str(path) in caught.value.message
    return caught.value


# [tool.go-to-wheel]


def test_every_setting_is_read(tmp_path: Path) -> None:
    read = settings(tmp_path, FULL_TOOL)
    assert read == Settings(
        alias=("t=tool",),
        cgo=True,
        entry_point="tool",
        exclude=("*.log",),
        include=("data/*.bin",),
        layout=Layout.NATIVE,
        ldflags="-X main.a=1",
        libc=CLibrary.MUSL,
        packages=("./cmd/a", "./cmd/b"),
        platforms=("linux-amd64",),
        require_licenses=True,
        set_version_var="main.version",
        tags=("netgo",),
        vendor=True,
    )
    assert all(getattr(read, field.name) for field in fields(Settings)), "a setting is untested"


def test_every_setting_may_be_left_out(tmp_path: Path) -> None:
    assert settings(tmp_path, TOOL) == Settings()


@pytest.mark.parametrize(
    ("key", "near"),
    [("platform", "platforms"), ("entry_point", "entry-point"), ("package", "packages"),
     ("Layout", "layout"), ("version-var", "set-version-var"), ("targets", "platforms"),
     ("build-tags", "tags"), ("build_tags", "tags"), ("binaries", "packages"),
     ("aliases", "alias"), ("set_version_var", "set-version-var"), ("command", "entry-point")],
)  # fmt: skip
def test_a_slip_in_a_key_is_understood(tmp_path: Path, key: str, near: str) -> None:
    error = refusal(tmp_path, f"{TOOL}{key} = 1")
    assert error.message.startswith(f"tool.go-to-wheel.{key} in ")
    assert error.hint == f"Did you mean {near}?"


OF_RELEASES = (
    "It is about releases, and these settings are about Go source: give it where you build a"
    " release, as"
)


@pytest.mark.parametrize(
    ("key", "hint"),
    [("name", "Metadata stands in [project]."), ("scripts", "Metadata stands in [project]."),
     ("requires_python", "Metadata stands in [project]."),
     ("output-dir", "Give it on the command line, as --output-dir."),
     ("keep_going", "Give it on the command line, as --keep-going."),
     ("author-email", "Metadata stands in [project]."),
     ("require-signature", f"{OF_RELEASES} --require-signature on the command line."),
     ("update_lock", f"{OF_RELEASES} --update-lock on the command line.")],
)  # fmt: skip
def test_a_key_in_the_wrong_place_is_told_where_it_belongs(
    tmp_path: Path, key: str, hint: str
) -> None:
    assert refusal(tmp_path, f"{TOOL}{key} = 'x'").hint == hint


def test_every_hint_for_a_key_names_one_that_exists() -> None:
    assert set(config_settings._MEANT.values()) <= set(KEYS)
    assert not set(KEYS) & known_otherwise()


def known_otherwise() -> set[str]:
    return {
        *config_settings._MEANT,
        *config_settings._METADATA,
        *config_settings._OPTIONS,
        *config_settings._OF_RELEASES,
    }


def test_every_option_of_a_build_is_a_key_or_known_to_be_none() -> None:
    options = {
        word.removeprefix("--")
        for parameter in build_command.params
        for word in parameter.opts
        if word.startswith("--")
    }
    assert {"platforms", "lock", "min-age"} <= options
    assert options - {"help"} - set(KEYS) - known_otherwise() == set()


@pytest.mark.parametrize("alias", ["", "=", "a=", "=b", "a=b=c", "a\\nb"])
def test_an_alias_of_another_form_is_refused(tmp_path: Path, alias: str) -> None:
    error = refusal(tmp_path, f'{TOOL}alias = ["fine", "{alias}"]')
    assert error.message.startswith("tool.go-to-wheel.alias in ")
    assert "NAME=COMMAND" in error.message


@pytest.mark.parametrize("alias", ["a,b", "a b", "python", "x=con", "-x"])
def test_an_alias_that_no_command_can_have_is_refused(tmp_path: Path, alias: str) -> None:
    (tmp_path / "go.mod").touch()
    path = write(tmp_path, f'{TOOL}alias = ["{alias}"]')
    with pytest.raises(ConfigError, match="The alias") as caught:
        with_config(BuildRequest(source=tmp_path))
    assert caught.value.message.startswith(f"tool.go-to-wheel.alias in {path} is wrong: ")
    assert "one alias at a time" in caught.value.hint


def test_an_unknown_key_lists_the_known(tmp_path: Path) -> None:
    error = refusal(tmp_path, TOOL + "zzz = 1")
    assert error.hint == f"There are: {', '.join(KEYS)}."


@pytest.mark.parametrize("key", ["entry-point", "layout", "ldflags", "libc", "set-version-var"])
@pytest.mark.parametrize("value", ["1", "true", '["a"]', "{a = 1}", "1979-05-27", '"\\u0000"'])
def test_a_text_of_another_kind_is_refused(tmp_path: Path, key: str, value: str) -> None:
    error = refusal(tmp_path, f"{TOOL}{key} = {value}")
    assert error.message.startswith(f"tool.go-to-wheel.{key} in ")
    assert "a string" in error.message


@pytest.mark.parametrize("key", ["cgo", "require-licenses", "vendor"])
@pytest.mark.parametrize("value", ["1", '"true"', "[true]", "{a = 1}"])
def test_a_flag_of_another_kind_is_refused(tmp_path: Path, key: str, value: str) -> None:
    error = refusal(tmp_path, f"{TOOL}{key} = {value}")
    assert error.message.startswith(f"tool.go-to-wheel.{key} in ")
    assert error.message.endswith("must be true or false.")


@pytest.mark.parametrize("key", ["alias", "exclude", "include", "packages", "platforms", "tags"])
@pytest.mark.parametrize("value", ['"a"', "[1]", '["a", 1]', '[["a"]]', "{a = 1}", '["\\u0000"]'])
def test_a_list_of_another_kind_is_refused(tmp_path: Path, key: str, value: str) -> None:
    error = refusal(tmp_path, f"{TOOL}{key} = {value}")
    assert error.message.startswith(f"tool.go-to-wheel.{key} in ")
    assert "an array of strings" in error.message


@pytest.mark.parametrize("value", ["Native", "", "wheel"])
def test_an_unknown_layout_lists_the_known(tmp_path: Path, value: str) -> None:
    error = refusal(tmp_path, f"{TOOL}layout = '{value}'")
    assert error.message.endswith(f"is {value!r}.")
    assert error.hint == "It is one of: package, native."


@pytest.mark.parametrize(
    ("text", "table"),
    [("tool = 1", "tool"), ("[tool]\ngo-to-wheel = 1", "tool.go-to-wheel"),
     ("[[tool.go-to-wheel]]", "tool.go-to-wheel"), ("build-system = []", "build-system")],
)  # fmt: skip
def test_a_table_of_another_kind_is_refused(tmp_path: Path, text: str, table: str) -> None:
    error = refusal(tmp_path, text)
    assert error.message.startswith(f"[{table}] in ")
    assert error.hint == f"Write it as [{table}]."


@pytest.mark.parametrize(
    "text",
    [b"x =", b"x = '\xff'", b"\xff\xfe", b"x = " + b"9" * 5000, b"x = " + b"[" * 5000, b"a=1\na=1"],
)
def test_what_is_no_toml_is_refused(tmp_path: Path, text: bytes) -> None:
    refusal(tmp_path, TOOL.encode() + text)


@given(st.binary(max_size=60), st.sampled_from([TOOL, PROJECT + TOOL, PROJECT, ""]))
def test_any_file_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, before: str
) -> None:
    folder = tmp_path_factory.getbasetemp() / "any-file"
    folder.mkdir(exist_ok=True)
    path = write(folder, before.encode() + content)
    try:
        read_config(path)
    except GoToWheelError as error:
        shown = str(error)
    else:
        return
    assert shown


# Which file counts


@pytest.mark.parametrize(
    "text",
    ["", PROJECT, "[tool.ruff]\nline-length = 1", '[build-system]\nbuild-backend = "hatchling"',
     PROJECT + "license = 1\n[tool.poetry]\nname = 'x'"],
)  # fmt: skip
def test_a_file_about_something_else_is_ignored(tmp_path: Path, text: str) -> None:
    assert read_config(write(tmp_path, text)) is None
    (tmp_path / "go.mod").touch()
    request = BuildRequest(source=tmp_path)
    assert replace(with_config(request), notes=()) == request


@pytest.mark.parametrize("text", [TOOL, '[build-system]\nbuild-backend = "go_to_wheel.backend"\n'])
def test_a_file_about_go_to_wheel_counts(tmp_path: Path, text: str) -> None:
    config = read_config(write(tmp_path, PROJECT + text))
    assert config
    assert str(config.metadata.name) == "My.Tool"


def test_a_project_without_a_table_of_ours_is_passed_over_with_a_word(tmp_path: Path) -> None:
    inner = tmp_path / "cmd" / "tool"
    inner.mkdir(parents=True)
    (tmp_path / "go.mod").touch()
    (inner / "main.go").touch()
    path = write(tmp_path, PROJECT)
    for folder in (tmp_path, inner):
        request = with_config(BuildRequest(source=str(folder), notes=("first",)))
        first, note = request.notes
        assert first == "first"
        assert note == (
            f"{path} is not used: it has no [tool.go-to-wheel]. If its [project] is about this"
            " program, add that line to it."
        )
        assert request.metadata == Metadata()


@pytest.mark.parametrize("text", [PROJECT + TOOL, "[tool.ruff]", ""])
def test_a_file_that_counts_or_describes_nothing_needs_no_word(tmp_path: Path, text: str) -> None:
    (tmp_path / "go.mod").touch()
    write(tmp_path, text)
    assert with_config(BuildRequest(source=str(tmp_path))).notes == ()


def test_the_file_may_lie_above_within_the_module(tmp_path: Path) -> None:
    inner = tmp_path / "cmd" / "tool"
    inner.mkdir(parents=True)
    (tmp_path / "go.mod").touch()
    path = write(tmp_path, FULL_TOOL)
    config = find_config(inner)
    assert config
    assert config.path == path


def test_a_file_above_the_module_is_none_of_it(tmp_path: Path) -> None:
    module = tmp_path / "module"
    module.mkdir()
    (module / "go.mod").touch()
    write(tmp_path, FULL_TOOL)
    assert find_config(module) is None
    assert find_config(module / "missing") is None


def test_the_nearest_file_counts(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    write(tmp_path, TOOL + "tags = ['outer']")
    write(inner, TOOL + "tags = ['inner']")
    config = find_config(inner)
    assert config
    assert config.settings.tags == ("inner",)
    write(inner, "[tool.ruff]")  # about something else: the one above counts again
    config = find_config(inner)
    assert config
    assert config.settings.tags == ("outer",)


def test_dots_lead_to_the_folder_above(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # /module/nested/.. is /module, and /module/nested does not lie above it.
    nested = tmp_path / "nested"
    nested.mkdir()
    write(nested, TOOL + "tags = ['nested']")
    (tmp_path / "go.mod").touch()
    monkeypatch.chdir(nested)
    assert find_config(Path("..")) is None
    write(tmp_path, TOOL + "tags = ['above']")
    config = find_config(Path(".."))
    assert config
    assert config.settings.tags == ("above",)


@pytest.mark.parametrize(
    "source",
    ["x" * 5000, "a\0b", "/dev/null/x", ["missing", "missing.zip"]],
)
def test_a_source_that_does_not_exist_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str | list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, FULL_TOOL)
    with pytest.raises(SourceNotFoundError):
        with_config(BuildRequest(source=source))


@pytest.mark.parametrize(
    "source", ["gh:o/r", "example.com/mod@v1", ".", ["tool.zip"], ["tool.zip", "tool.exe"]]
)
def test_what_is_no_go_source_has_no_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str | list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("tool.zip", "tool.exe"):
        (tmp_path / name).touch()
    write(tmp_path, FULL_TOOL)
    request = BuildRequest(source=source)
    assert with_config(request) is request


def test_a_folder_in_the_file_s_place_is_ignored(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").mkdir()
    (tmp_path / "go.mod").touch()
    assert find_config(tmp_path) is None


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").symlink_to(unreadable())
    with pytest.raises(ConfigError, match="cannot be read"):
        find_config(tmp_path)


def unreadable() -> Path:
    """A file that not even root can read from its beginning."""
    path = Path("/proc/self/mem")
    return requirement("an unreadable file", path if path.is_file() else None, "there is no /proc")


# [project]


def test_the_whole_project_table_is_read(tmp_path: Path) -> None:
    (tmp_path / "LICENSE").write_text("text")
    (tmp_path / "README.md").write_text("# Größe\n", encoding="utf-8")
    read = metadata(
        tmp_path,
        """
        description = "A tool"
        readme = "README.md"
        requires-python = ">=3.10"
        license = "MIT"
        license-files = ["LIC*"]
        authors = [{name = "A"}, {email = "b@x.y"}, {name = "C", email = "c@x.y"}]
        maintainers = [{name = "M"}]
        keywords = ["k"]
        classifiers = ["Topic :: Database"]
        urls = {Homepage = "https://example.com"}
        dependencies = ["httpx >= 0.28"]
        optional-dependencies = {extra = ["rich"]}
        """,
    )
    assert read.name
    assert (read.name.display, str(read.version)) == ("My.Tool", "1.2.3")
    assert read.description == "A tool"
    assert read.readme == Readme(text="# Größe\n", content_type="text/markdown")
    assert read.requires_python == ">=3.10"
    assert read.license == "MIT"
    assert [(text.path, text.content) for text in read.license_files or ()] == [
        (PurePosixPath("LICENSE"), b"text")
    ]
    assert read.authors == (
        Person(name="A"),
        Person(email="b@x.y"),
        Person(name="C", email="c@x.y"),
    )
    assert read.maintainers == (Person(name="M"),)
    assert read.keywords == ("k",)
    assert read.classifiers == ("Topic :: Database",)
    assert read.urls == (("Homepage", "https://example.com"),)
    assert read.dependencies == ("httpx>=0.28",)
    assert read.optional_dependencies == (("extra", ("rich",)),)
    assert all(getattr(read, field.name) for field in fields(Metadata)), "a field is untested"


def test_a_version_may_be_left_to_git(tmp_path: Path) -> None:
    text = '[project]\nname = "x"\ndynamic = ["version"]\n'
    config = read_config(write(tmp_path, text + TOOL))
    assert config
    assert config.metadata.version is None


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("name = 1\nversion = '1'", "project.name"),
        ("version = '1'", "project.name"),
        ("name = '-'\nversion = '1'", "project.name"),
        ("name = 'x'", "project.version"),
        ("name = 'x'\nversion = 'x'", "project.version"),
        ("name = 'x'\nversion = '1'\nauthors = [{}]", "project.authors[0]"),
        ("name = 'x'\nversion = '1'\nreadme = 'no.md'", "project.readme"),
        ("name = 'x'\nversion = '1'\nlicense-files = ['no']", "project.license-files"),
        ("name = 'x'\nversion = '1'\nlicense-files = ['../x']", "project.license-files"),
        ("name = 'x'\nversion = '1'\ndependencies = ['a b']", "project.dependencies[0]"),
        ("name = 'x'\nversion = '1'\nrequires-python = '3'", "project.requires-python"),
        ("name = 'x'\nversion = '1'\nurls = {a = 1}", "project.urls.a"),
        ("name = 'x'\nversion = '1'\nkeywords = 'x'", "project.keywords"),
        ("name = 'x'\nversion = '1'\ndescripton = 'x'", "descripton"),
    ],
)
def test_an_error_in_project_carries_its_key(tmp_path: Path, text: str, key: str) -> None:
    error = refusal(tmp_path, f"[project]\n{text}\n{TOOL}")
    assert error.message.startswith("[project] in ")
    assert key in error.message
    assert error.hint


_TEXTS = st.sampled_from(
    ["", "x", "1.0", "text", "file", "name", "email", "a@b.c", "MIT", "*", "../x", "a:b", "\0", "["]
)
_LEAVES = _TEXTS | st.integers() | st.booleans() | st.floats() | st.dates()
_ANYTHING = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner, max_size=3),
    max_leaves=5,
)
_KEYS = st.sampled_from(
    [field.name.replace("_", "-") for field in fields(Metadata)]
    + ["dynamic", "scripts", "gui-scripts", "entry-points", "import-names", "import-namespaces"]
)


@given(st.dictionaries(_KEYS, _ANYTHING, max_size=4))
def test_any_project_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, project: dict[str, object]
) -> None:
    path = tmp_path_factory.getbasetemp() / "pyproject.toml"
    document = {"project": {"name": "x", "version": "1"} | project}
    with contextlib.suppress(GoToWheelError):  # and no other error
        read_project(path, document)


def test_a_project_that_is_no_table_is_refused(tmp_path: Path) -> None:
    assert "project" in refusal(tmp_path, f"project = 1\n{TOOL}").message


def test_a_version_too_long_for_a_number_is_refused(tmp_path: Path) -> None:
    refusal(tmp_path, f"[project]\nname = 'x'\nversion = '{'9' * 5000}'\n{TOOL}")


@pytest.mark.parametrize("key", ["dependencies", "scripts", "name", "license-files", "x"])
def test_only_what_can_be_found_out_may_be_dynamic(tmp_path: Path, key: str) -> None:
    text = f'[project]\nname = "x"\ndynamic = ["version", "{key}"]\n'
    error = refusal(tmp_path, text + TOOL)
    assert error.message.startswith("project.dynamic in ")
    assert repr(key) in error.message
    assert "version, description, readme, requires-python" in error.hint


@pytest.mark.parametrize("value", ['"version"', "[1]", "true", "{version = 1}"])
def test_what_is_dynamic_is_an_array_of_texts(tmp_path: Path, value: str) -> None:
    error = refusal(tmp_path, f'[project]\nname = "x"\ndynamic = {value}\n{TOOL}')
    assert error.message.startswith("project.dynamic in ")


@pytest.mark.parametrize("key", ["import-names", "import-namespaces"])
@pytest.mark.parametrize("value", ["['my_tool']", "[]"])
def test_fields_of_newer_metadata_are_refused_not_dropped(
    tmp_path: Path, key: str, value: str
) -> None:
    error = refusal(tmp_path, f"{PROJECT}{key} = {value}\n{TOOL}")
    assert error.message.startswith(f"project.{key} in ")
    assert "2.5" in error.message


ENTRY_POINTS = [
    'scripts = {a = "b:c"}',
    'gui-scripts = {a = "b:c"}',
    'entry-points = {g = {a = "b:c"}}',
]


@pytest.mark.parametrize("text", ENTRY_POINTS)
def test_without_python_code_there_are_no_entry_points(tmp_path: Path, text: str) -> None:
    error = refusal(tmp_path, PROJECT + text + "\n" + TOOL)
    assert "neither src/my_tool/__init__.py nor my_tool/__init__.py" in error.message
    assert "tool.go-to-wheel.entry-point" in error.hint
    unusable = PROJECT.replace("My.Tool", "json")
    assert "no Python package" in refusal(tmp_path, unusable + text + "\n" + TOOL).message


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('scripts = {"a b" = "b:c"}', "project.scripts.'a b'"),
        ('scripts = {"a=b" = "b:c"}', "project.scripts.'a=b'"),
        ('scripts = {"../a" = "b:c"}', "project.scripts.'../a'"),
        ('scripts = {".." = "b:c"}', "project.scripts.'..'"),
        ('scripts = {"" = "b:c"}', "project.scripts.''"),
        ('scripts = {a = "b"}', "project.scripts.a"),
        ('gui-scripts = {a = "b:c\\n[x]"}', "project.gui-scripts.a"),
        ('scripts = {a = "b.1:c"}', "project.scripts.a"),
        ('entry-points = {g = {a = ""}}', "project.entry-points.g.a"),
        ('entry-points = {g = {a = "b:"}}', "project.entry-points.g.a"),
        ('entry-points = {"g]\\n" = {a = "b:c"}}', "project.entry-points"),
        ('entry-points = {"g\\n" = {a = "b:c"}}', "project.entry-points"),
        ('entry-points = {"g.." = {a = "b:c"}}', "project.entry-points"),
        ('entry-points = {console_scripts = {a = "b:c"}}', "project.entry-points.console_scripts"),
        ("scripts = {a = 1}", "project.scripts.a"),
        ("scripts = []", "project.scripts"),
        ('entry-points = {g = "x"}', "project.entry-points"),
    ],
)
def test_entry_points_that_no_installer_reads_are_refused(
    tmp_path: Path, text: str, key: str
) -> None:
    mixed(tmp_path)
    error = refusal(tmp_path, PROJECT + text + "\n" + TOOL)
    assert key in error.message
    assert error.hint


# A Python package of the project's own


def mixed(folder: Path, package: str = "my_tool") -> Path:
    (folder / package).mkdir(parents=True, exist_ok=True)
    (folder / package / "__init__.py").touch()
    return folder / package


def python_of(folder: Path, text: str = PROJECT) -> PythonPackage | None:
    config = read_config(write(folder, text + "\n" + TOOL))
    assert config
    return config.python


@pytest.mark.parametrize("package", ["my_tool", "src/my_tool"])
def test_a_package_of_the_distribution_s_name_is_found(tmp_path: Path, package: str) -> None:
    folder = mixed(tmp_path, package)
    text = "\n".join([PROJECT, *ENTRY_POINTS, TOOL, "include = ['a']", "exclude = ['b']"])
    config = read_config(write(tmp_path, text))
    assert config
    assert config.python == PythonPackage(
        name=ImportName("my_tool"),
        folder=folder,
        project=tmp_path,
        include=("a",),
        exclude=("b",),
        entry_points=(
            ("console_scripts", (("a", "b:c"),)),
            ("gui_scripts", (("a", "b:c"),)),
            ("g", (("a", "b:c"),)),
        ),
    )
    (tmp_path / "go.mod").touch()
    request = with_config(BuildRequest(source=tmp_path, metadata=Metadata(name=OTHER)))
    assert request.python == config.python, "--name changes the distribution, not the package"


def test_of_two_packages_one_must_be_left_out(tmp_path: Path) -> None:
    outer = mixed(tmp_path)
    inner = mixed(tmp_path, "src/my_tool")
    error = refusal(tmp_path, PROJECT + TOOL)
    assert f"{inner} and {outer} are both" in error.message
    assert 'exclude = ["src/my_tool/"] or exclude = ["/my_tool/"]' in error.hint
    for pattern, taken in (("/my_tool/", inner), ("src/my_tool/", outer)):
        config = read_config(write(tmp_path, f'{PROJECT}{TOOL}exclude = ["{pattern}"]\n'))
        assert config
        assert config.python
        assert config.python.folder == taken


@pytest.mark.parametrize(
    "folder", ["src/mytool", "src/My_Tool2", "src/other", "mytool", "My_tooL", "my.tool"]
)
def test_a_package_of_a_wrong_name_is_not_dropped(tmp_path: Path, folder: str) -> None:
    mixed(tmp_path, folder)
    error = refusal(tmp_path, PROJECT + TOOL)
    assert f"The Python package {tmp_path / folder} would not be in a wheel" in error.message
    assert "called my_tool." in error.message
    pattern = f"{folder}/" if "/" in folder else f"/{folder}/"
    assert f'leave it out: exclude = ["{pattern}"].' in error.hint
    config = read_config(write(tmp_path, f'{PROJECT}{TOOL}exclude = ["{pattern}"]\n'))
    assert config
    assert config.python is None
    mixed(tmp_path)
    assert python_of(tmp_path), "beside the right one it may be there"


@pytest.mark.parametrize(
    ("package", "text"),
    [("tool", PROJECT), ("tests", PROJECT), ("json", PROJECT.replace("My.Tool", "json")),
     ("my_tool", ""), ("lib/my_tool", PROJECT)],
)  # fmt: skip
def test_packages_of_other_names_do_not_count(tmp_path: Path, package: str, text: str) -> None:
    mixed(tmp_path, package)
    assert python_of(tmp_path, text) is None


def test_a_folder_of_go_files_is_no_package(tmp_path: Path) -> None:
    (tmp_path / "my_tool").mkdir()
    (tmp_path / "my_tool" / "tool.go").touch()
    (tmp_path / "my_tool" / "generate.py").touch()
    (tmp_path / "src" / "my_tool").mkdir(parents=True)
    assert python_of(tmp_path) is None


def test_python_files_without_an_init_are_not_dropped(tmp_path: Path) -> None:
    folder = tmp_path / "src" / "my_tool"
    folder.mkdir(parents=True)
    (folder / "api.py").touch()
    path = write(tmp_path, PROJECT + TOOL)
    with pytest.raises(ConfigError, match="Python files") as caught:
        read_config(path)
    assert str(folder) in caught.value.message
    assert "__init__.py" in caught.value.hint


# PKG-INFO


DYNAMIC = '[project]\nname = "My.Tool"\ndynamic = ["version"]\n'


def version_of(folder: Path, text: str) -> str | None:
    config = read_config(write(folder, text + TOOL))
    assert config
    return str(config.metadata.version) if config.metadata.version else None


@pytest.mark.parametrize(("text", "expected"), [(DYNAMIC, "4.5"), ("", "4.5"), (PROJECT, "1.2.3")])
def test_pkg_info_gives_the_version_that_the_project_leaves_open(
    tmp_path: Path, text: str, expected: str
) -> None:
    info = "Metadata-Version: 2.4\nName: my-tool\nVersion: 4.5\n\nVersion: 9\n"
    (tmp_path / "PKG-INFO").write_text(info)
    assert version_of(tmp_path, text) == expected


def test_the_pkg_info_of_another_distribution_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "PKG-INFO").write_text("Name: other\nVersion: 4.5\n")
    assert version_of(tmp_path, DYNAMIC) is None
    (tmp_path / "PKG-INFO").unlink()
    (tmp_path / "PKG-INFO").mkdir()
    assert version_of(tmp_path, DYNAMIC) is None


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it names no version"),
        (b"Name: my-tool\n", "it names no version"),
        (b"\xff", "it names no version"),
        (b"Version: x\n", "'x' is not a version"),
        (b"Version: \n", "'' is not a version"),
        (b"x" * 5_000_001, "larger than 5 MB"),
    ],
    ids=["empty", "no version", "no text", "wrong version", "empty version", "large"],
)
def test_a_damaged_pkg_info_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "PKG-INFO").write_bytes(content)
    path = write(tmp_path, DYNAMIC + TOOL)
    with pytest.raises(ConfigError, match="PKG-INFO is damaged") as caught:
        read_config(path)
    assert reason in caught.value.message


@given(st.binary(max_size=80))
def test_any_pkg_info_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    folder = tmp_path_factory.getbasetemp() / "any-pkg-info"
    folder.mkdir(exist_ok=True)
    (folder / "PKG-INFO").write_bytes(b"Version: " + content)
    path = write(folder, DYNAMIC + TOOL)
    with contextlib.suppress(ConfigError):  # and no other error
        read_config(path)


@pytest.mark.parametrize("key", ["readme = 'TEXT.md'", "license = {file = 'TEXT.md'}"])
def test_a_text_that_is_not_utf_8_is_refused(tmp_path: Path, key: str) -> None:
    (tmp_path / "TEXT.md").write_bytes(b"\xff\xfe")
    assert "UTF-8" in refusal(tmp_path, PROJECT + key + "\n" + TOOL).message


@pytest.mark.parametrize("key", ["license-files = ['TEXT.md']", "readme = 'TEXT.md'"])
def test_a_text_that_cannot_be_read_is_refused(tmp_path: Path, key: str) -> None:
    (tmp_path / "TEXT.md").symlink_to("TEXT.md")
    assert "TEXT.md" in refusal(tmp_path, PROJECT + key + "\n" + TOOL).message


NAMED = [
    "readme = 'NAME'",
    "readme = {file = 'NAME', content-type = 'text/plain'}",
    "license = {file = 'NAME'}",
]


@pytest.mark.parametrize("key", NAMED)
@pytest.mark.parametrize("name", ["../secret.md", "{tmp}/secret.md", "docs/../../secret.md"])
def test_a_path_that_leads_out_of_the_project_is_refused(
    tmp_path: Path, key: str, name: str
) -> None:
    project = tmp_path / "project"
    (project / "docs").mkdir(parents=True)
    (tmp_path / "secret.md").write_text("secret")
    text = key.replace("NAME", name.replace("{tmp}", str(tmp_path)))
    error = refusal(project, f"{PROJECT}{text}\n{TOOL}")
    assert error.message.startswith(f"project.{key.partition(' ')[0]}")
    assert f"leads out of the project, to {tmp_path}" in error.message


@pytest.mark.parametrize("key", [*NAMED, "license-files = ['NAME']", "license-files = ['N*']"])
def test_a_link_out_of_the_project_is_refused(tmp_path: Path, key: str) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (tmp_path / "secret.md").write_text("secret")
    (project / "NAME.md").symlink_to(Path("..", "secret.md"))
    text = key.replace("NAME", "NAME.md")
    error = refusal(project, f"{PROJECT}{text}\n{TOOL}")
    assert "leads out of the project" in error.message
    (project / "NAME.md").unlink()
    (project / "text.md").write_text("ours")
    (project / "NAME.md").symlink_to("text.md")
    assert read_config(write(project, f"{PROJECT}{text}\n{TOOL}"))


def test_a_path_within_the_checkout_is_fine_and_out_of_it_is_not(tmp_path: Path) -> None:
    project = tmp_path / "top" / "project"
    project.mkdir(parents=True)
    for folder in (tmp_path, tmp_path / "top"):
        (folder / "README.md").write_text("text")
    processes = git_of(tmp_path)

    def read(name: str) -> Metadata:
        path = write(project, f"{PROJECT}readme = '{name}'\n{TOOL}")
        config = read_config(path, processes)
        assert config
        return config.metadata

    git(project.parent, "init", "-q")
    with pytest.raises(ConfigError, match="leads out"):  # git has nothing of the project
        read("../README.md")
    git(project.parent, "add", ".")
    assert read("../README.md").readme
    with pytest.raises(ConfigError, match="leads out"):
        read("../../README.md")
    git(project, "init", "-q")  # a repository of its own
    with pytest.raises(ConfigError, match="leads out"):
        read("../README.md")


def test_the_files_of_the_texts_are_known(tmp_path: Path) -> None:
    for name in ("README.md", "LICENSE"):
        (tmp_path / name).write_text("text")
    for licence in ("license-files = ['LICENSE']", "license = {file = 'LICENSE'}"):
        path = write(tmp_path, f"{PROJECT}readme = 'README.md'\n{licence}\n{TOOL}")
        config = read_config(path)
        assert config
        assert config.metadata.readme
        assert config.metadata.readme.file == tmp_path / "README.md"
        (text,) = config.metadata.license_files or ()
        assert text.file == tmp_path / "LICENSE"


def git_of(folder: Path) -> Processes:
    return Processes(environment={"PATH": os.environ["PATH"], "HOME": str(folder)})


def git(folder: Path, *arguments: str) -> None:
    requirement("git", shutil.which("git"), "the program git is not on PATH")
    user = ("-c", "user.name=Me", "-c", "user.email=me@example.com")
    subprocess.run(["git", "-C", folder, *user, *arguments], check=True, capture_output=True)


# What the project leaves open


def described(folder: Path, text: str, given: Metadata | None = None) -> BuildRequest:
    """The request for a project below a module's folder, with what git knows."""
    write(folder, text)
    return with_config(
        BuildRequest(
            source=folder,
            metadata=given or Metadata(),
            environment=git_of(folder.parent).environment,
        )
    )


def test_what_project_leaves_open_stays_open(tmp_path: Path) -> None:
    for name in ("go.mod", "README.md", "LICENSE"):
        (tmp_path / name).write_text("text\n")
    request = described(tmp_path, PROJECT + TOOL)
    found = request.metadata
    assert request.is_described
    assert (found.description, found.readme, found.requires_python) == (None, None, None)
    assert [str(text.path) for text in found.license_files or ()] == ["LICENSE"]


def test_what_is_dynamic_is_filled(tmp_path: Path) -> None:
    for name in ("go.mod", "README.md"):
        (tmp_path / name).write_text("text\n")
    text = (
        '[project]\nname = "x"\ndynamic = ["description", "readme", "requires-python", "version"]\n'
    )
    found = described(tmp_path, text + TOOL).metadata
    assert found.description is None  # only the plan knows what the command is called
    assert found.requires_python == ">=3.10"
    assert found.readme == Readme(text="text\n", content_type="text/markdown")
    assert found.version is None
    request = described(tmp_path, text + TOOL + "exclude = ['README.md']\n")
    assert request.metadata.readme is None
    assert {"description", "readme"} <= set(request.dynamic)
    given = Metadata(description="mine", requires_python=">=3.13")
    found = described(tmp_path, text + TOOL, given).metadata
    assert (found.description, found.requires_python) == ("mine", ">=3.13")


@pytest.mark.parametrize("is_open", [False, True])
def test_git_is_asked_only_where_something_is_open(tmp_path: Path, is_open: bool) -> None:
    requirement("git", shutil.which("git"), "the program git is not on PATH")
    commands: list[tuple[str, ...]] = []
    processes = Processes(environment=os.environ, started=commands.append)
    known = Metadata(name=OTHER, version=Version("1"), license_files=None if is_open else ())
    describe(known, tmp_path, (), (), processes)
    assert bool(commands) is is_open


def test_licences_are_found_but_for_excluded_ones(tmp_path: Path) -> None:
    for name in ("go.mod", "LICENSE", "NOTICE"):
        (tmp_path / name).write_text("text\n")
    found = described(tmp_path, PROJECT + TOOL + "exclude = ['NOTICE']\n").metadata
    assert [str(text.path) for text in found.license_files or ()] == ["LICENSE"]


def test_an_empty_list_of_licence_files_means_none(tmp_path: Path) -> None:
    for name in ("go.mod", "LICENSE"):
        (tmp_path / name).write_text("text\n")
    found = described(tmp_path, f"{PROJECT}license-files = []\n{TOOL}").metadata
    assert found.license_files == ()


def test_without_a_table_project_the_source_fills_the_rest(tmp_path: Path) -> None:
    for name in ("go.mod", "LICENSE"):
        (tmp_path / name).write_text("text\n")
    request = described(tmp_path, TOOL)
    assert not request.is_described
    assert request.metadata == Metadata()


def test_a_checkout_gives_version_and_licence_to_what_is_its_own(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    for path in (tmp_path / "LICENSE", project / "go.mod"):
        path.write_text("text\n")
    git(tmp_path, "init", "-q")
    write(project, DYNAMIC + TOOL)
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "all")
    git(tmp_path, "tag", "v9.9.9")
    # What some tool has left in a checkout is no sdist.
    (tmp_path / ".git" / "info" / "exclude").write_text("PKG-INFO\n")
    for info in ("", "Name: my-tool\nVersion: 4.5\n", "Name: other\nVersion: 4.5\n"):
        (project / "PKG-INFO").write_text(info)
        found = described(project, DYNAMIC + TOOL).metadata
        assert str(found.version) == "9.9.9"
        assert [str(text.path) for text in found.license_files or ()] == ["LICENSE"]
    (project / "PKG-INFO").write_text("Name: my-tool\nVersion: 4.5\n")
    git(tmp_path, "rm", "-rq", "--cached", "project")
    found = described(project, DYNAMIC + TOOL).metadata
    assert (str(found.version), found.license_files) == ("4.5", ())


@pytest.mark.parametrize("name", ["vendor/example.com/x/LICENSE", "PKG-INFO"])
def test_licence_patterns_mean_no_file_of_sdists_alone(tmp_path: Path, name: str) -> None:
    for each in ("LICENSE", name):
        (tmp_path / each).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / each).write_text("Name: my-tool\nVersion: 1\n")
    found = metadata(tmp_path, "license-files = ['**/LICENSE', '[A-Zp]*']")
    assert [str(text.path) for text in found.license_files or ()] == ["LICENSE", "pyproject.toml"]


# Flags for the linker


@pytest.mark.parametrize(
    "flags",
    ["", " \n", "-s -w", "-X main.a=1", "-X example.com/a.b/c.v=-extld=x", "-X 'main.a=b c' -w",
     '-X "main.a=b\'c"', "'-X=main.a=b c'", "-X=main.a=", "-H=windowsgui", "-H windowsgui",
     "-B gobuildid", "-B 0xab12", "-compressdwarf=false", "-extldflags=-static",
     "-extldflags '-static'", "'-extldflags=-static'"],
)  # fmt: skip
def test_a_file_may_give_flags_that_say_what_is_in_the_program(tmp_path: Path, flags: str) -> None:
    assert foreign_flag(flags) is None
    assert re.search(PATTERN, flags)
    assert settings(tmp_path, f"{TOOL}ldflags = {json.dumps(flags)}").ldflags == flags


@pytest.mark.parametrize(
    "flags",
    ["-cpuprofile=x", "-o=x", "-o x", "-extld=./evil.sh", "-extld ./evil.sh", "--extld=x",
     "-extldflags=-Wl,-x", "-extldflags '-static -o x'", "-extldflags=-static,x", "-tmpdir=x",
     "-linkmode=external", "@file", "'@file'", "-X @file.v=1", "-X '@file.v=1'", "-X", "-X main.a",
     "-X 'main.a=1' -X", "-X -extld -extld=x", "-X 'main.a=b'-extld=x", "-s-w", "-X main.a='b c'",
     "-X 'main.a=b", "main.go", "-s\f-o=x", "-s\u00a0-o=x", "-H @file", "-B @file"],
)  # fmt: skip
def test_a_file_may_not_make_the_linker_run_or_write_anything(tmp_path: Path, flags: str) -> None:
    assert not re.search(PATTERN, flags)
    error = refusal(tmp_path, f"{TOOL}ldflags = {json.dumps(flags)}")
    assert error.message.startswith("tool.go-to-wheel.ldflags in ")
    assert "with --ldflags" in error.hint


def test_the_user_may_give_any_flag(tmp_path: Path) -> None:
    (tmp_path / "go.mod").touch()
    write(tmp_path, FULL_TOOL)
    request = BuildRequest(source=tmp_path, go=GoOptions(ldflags="-linkmode=external"))
    assert with_config(request).go.ldflags == "-X main.a=1 -linkmode=external"


def test_it_is_told_that_a_file_turns_cgo_on(tmp_path: Path) -> None:
    (tmp_path / "go.mod").touch()
    path = write(tmp_path, f"{TOOL}cgo = true\n")
    (note,) = with_config(BuildRequest(source=tmp_path)).notes
    assert note.startswith("cgo is on")
    assert str(path) in note
    assert with_config(BuildRequest(source=tmp_path, go=GoOptions(cgo=True))).notes == ()


def test_the_old_licence_table_names_a_file_or_gives_a_text(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "COPYING").write_text("line 1\nline 2\n")
    by_file = metadata(tmp_path, "license = {file = 'docs/COPYING'}")
    assert by_file.license is None
    assert [(text.path, text.content) for text in by_file.license_files or ()] == [
        (PurePosixPath("COPYING"), b"line 1\nline 2\n")
    ]
    by_text = metadata(tmp_path, "license = {text = 'Ask us'}")
    assert (by_text.license, by_text.license_files) == ("Ask us", None)


# Layers


def test_settings_fill_what_a_request_leaves_open(tmp_path: Path) -> None:
    (tmp_path / "go.mod").touch()
    write(tmp_path, PROJECT + FULL_TOOL)
    filled = with_config(BuildRequest(source=tmp_path))
    assert str(filled.metadata.name) == "My.Tool"
    assert filled.targets == ("linux-amd64",)
    assert filled.layout is Layout.NATIVE
    assert filled.entry_point == "tool"
    assert filled.require_licenses
    assert filled.aliases == (Alias(name=CommandName("t"), command=CommandName("tool")),)
    assert filled.go == GoOptions(
        packages=("./cmd/a", "./cmd/b"),
        ldflags="-X main.a=1",
        version_variable="main.version",
        tags=("netgo",),
        cgo=True,
        libc=CLibrary.MUSL,
    )


def test_paths_of_packages_start_at_the_file(tmp_path: Path) -> None:
    (tmp_path / "go.mod").touch()
    packages = ["./cmd/a", "./cmd", "./b", ".", "../c", "example.com/d", "./cmd/..."]
    write(tmp_path, f"{TOOL}packages = {packages}")
    below = tmp_path / "cmd"
    below.mkdir()
    (below / "main.go").touch()
    at_the_file = with_config(BuildRequest(source=tmp_path))
    assert at_the_file.go.packages == tuple(packages)
    from_below = with_config(BuildRequest(source=below))
    assert from_below.go.packages == (
        "./a", ".", "../b", "..", "../../c", "example.com/d", "./...",
    )  # fmt: skip
    # What the user writes starts at the folder that the user names.
    chosen = BuildRequest(source=below, go=GoOptions(packages=("./x",)))
    assert with_config(chosen).go.packages == ("./x",)


def test_a_request_goes_before_settings(tmp_path: Path) -> None:
    (tmp_path / "go.mod").touch()
    write(tmp_path, PROJECT + "description = 'theirs'\n" + FULL_TOOL)
    request = BuildRequest(
        source=str(tmp_path),
        output_dir=tmp_path / "out",
        targets=("all",),
        layout=Layout.PACKAGE,
        entry_point="mine",
        aliases=(Alias(name=CommandName("my")),),
        python=PythonPackage(name=ImportName("p"), folder=tmp_path / "p", project=tmp_path),
        metadata=Metadata(description="mine"),
        go=GoOptions(
            binary="go9",
            packages=(".",),
            ldflags="-X b=2",
            version_variable="a.b",
            tags=("x",),
            cgo=True,
            libc=CLibrary.GLIBC,
        ),
        require_licenses=True,
        jobs=3,
        keep_going=True,
        environment={"A": "B"},
    )
    filled = with_config(request)
    assert filled.metadata.description == "mine"
    assert str(filled.metadata.name) == "My.Tool"
    assert filled.is_described
    assert filled.go.ldflags == "-X main.a=1 -X b=2"  # flags add up, the later one wins
    for field in fields(GoOptions):
        if field.name != "ldflags":
            assert getattr(filled.go, field.name) == getattr(request.go, field.name)
    for field in fields(BuildRequest):
        if field.name not in {"metadata", "go", "is_described"}:
            assert getattr(filled, field.name) == getattr(request, field.name)


# What is nearly ours


@pytest.mark.parametrize("name", ["go_to_wheel", "Go-To-Wheel", '"go.to.wheel"'])
def test_a_table_that_is_nearly_ours_is_not_passed_over(tmp_path: Path, name: str) -> None:
    error = refusal(tmp_path, f"[tool.{name}]\nplatforms = ['all']\n")
    assert "is not read" in error.message
    assert error.hint == "Write [tool.go-to-wheel]."


@pytest.mark.parametrize("name", ["go_to_wheel", "go-to-wheel", "go-to-wheel.backend"])
def test_a_build_backend_that_is_nearly_ours_is_told(tmp_path: Path, name: str) -> None:
    error = refusal(tmp_path, f'[build-system]\nbuild-backend = "{name}"\n')
    assert repr(name) in error.message
    assert error.hint == 'Write build-backend = "go_to_wheel.backend".'


def test_a_string_in_the_place_of_an_array_is_shown_as_one(tmp_path: Path) -> None:
    error = refusal(tmp_path, TOOL + 'packages = "./cmd/alpha"\n')
    assert error.message.endswith('must be an array of strings, like ["./cmd/alpha"].')
    assert "NUL" not in refusal(tmp_path, TOOL + "packages = [1]\n").message
    assert "NUL" not in refusal(tmp_path, TOOL + "ldflags = 1\n").message
    for wrong in ('packages = ["a\\u0000"]', 'packages = "a\\u0000"', 'ldflags = "a\\u0000"'):
        assert "NUL" in refusal(tmp_path, f"{TOOL}{wrong}\n").message
