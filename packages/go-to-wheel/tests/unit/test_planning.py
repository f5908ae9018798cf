"""What is decided before a build (planning.py)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from identify.vendor.licenses import LICENSES as _TEXTS
from packaging import metadata as core
from packaging.version import Version

from go_to_wheel.errors import (
    InvalidNameError,
    LicenseError,
    MetadataError,
    ProjectError,
    UnknownTargetError,
    UsageError,
)
from go_to_wheel.events import Stage
from go_to_wheel.foreign_options import refuse_foreign_options
from go_to_wheel.metadata import LicenseText, Metadata, Readme
from go_to_wheel.model import Binary, GoOptions, Layout, PackageFile, PythonPackage
from go_to_wheel.names import CommandName, ImportName, parse_distribution_name, parse_version
from go_to_wheel.planning import BuildPlan, make_plan
from go_to_wheel.provenance.licenses import ModuleLicenses
from go_to_wheel.provenance.origin import BuildRecord, SourceOrigin
from go_to_wheel.release import ReleaseOptions
from go_to_wheel.request import BuildRequest, parse_alias
from go_to_wheel.sources.forms import Artifacts, Form, GitHubRelease, GoFolder
from go_to_wheel.targets import DEFAULT_TARGETS, Target, select_targets

LICENSES = dict(_TEXTS)


@dataclass(frozen=True)
class StandIn:
    """A source that has been looked at."""

    metadata: Metadata
    commands: tuple[CommandName, ...]
    description: str = "A stand-in"
    work: Stage = Stage.COMPILING
    keeps_names: bool = False
    modules: tuple[ModuleLicenses, ...] | None = None

    def select_targets(self, names: Sequence[str]) -> tuple[Target, ...]:
        return select_targets(names)

    def origin(self, target: Target) -> str:
        raise AssertionError(f"asked for before it was planned: {target.name}")

    def expected_tags(self, target: Target) -> tuple[str, ...]:
        return (f"tag_of_{target.name}",)

    def check_options(self, version: Version) -> None:
        if str(version) == "6.6.6":
            raise UsageError("The source refuses.", hint="Change it.")

    def produce(
        self, target: Target, version: Version, commands: Sequence[CommandName], folder: Path
    ) -> Sequence[Binary]:
        raise AssertionError(f"planned: {target.name}, {version}, {commands}, {folder}")

    def linked(self, targets: Sequence[Target]) -> Sequence[ModuleLicenses] | None:
        assert targets
        return self.modules

    def origins(
        self, target: Target, version: Version
    ) -> Sequence[tuple[SourceOrigin, BuildRecord | None]]:
        raise AssertionError(f"asked for before it was produced: {target.name}, {version}")


def source(*commands: str, name: str | None = "my-tool", **values: object) -> StandIn:
    parsed = parse_distribution_name(name) if name else None
    return StandIn(
        metadata=Metadata(name=parsed, **values),  # type: ignore[arg-type]
        commands=tuple(map(CommandName, commands or ("tool",))),
    )


def plan(request: Metadata | BuildRequest, given: StandIn) -> BuildPlan:
    if isinstance(request, Metadata):
        request = BuildRequest(source=".", metadata=request, environment={})
    return make_plan(request, given)


def described(made: BuildPlan) -> core.Metadata:
    return core.Metadata.from_email(made.distribution.metadata, validate=True)


def test_the_least_that_a_source_tells_is_enough() -> None:
    made = plan(Metadata(), source())
    assert made.description == "A stand-in"
    assert made.commands == ("my-tool",)
    assert made.distribution.package == "my_tool"
    assert made.distribution.layout is Layout.PACKAGE
    assert [planned.target for planned in made.targets] == list(DEFAULT_TARGETS)
    assert made.targets[0].expected_tags == ("tag_of_linux-amd64",)
    found = described(made)
    assert str(found.version) == "0.1.0"
    assert found.summary == "The my-tool command, as a Python package"
    assert found.requires_python == ">=3.10"
    assert found.description == (
        "# my-tool\n\nThe my-tool command, as a Python package\n\n    uvx my-tool\n"
    )
    assert found.description_content_type == "text/markdown"


def test_a_version_that_is_made_up_is_warned_of() -> None:
    (warning,) = plan(Metadata(), source()).warnings
    assert "0.1.0" in warning
    assert "--version" in warning
    assert plan(Metadata(), source(version=Version("1"))).warnings == ()


def test_a_local_version_is_warned_of() -> None:
    (warning,) = plan(Metadata(version=parse_version("1+x")), source()).warnings
    assert "1+x is a local version" in warning


def test_a_licence_that_is_no_expression_is_warned_of() -> None:
    made = plan(Metadata(license="Apache 2"), source(version=Version("1")))
    (warning,) = made.warnings
    assert "'Apache 2' is no SPDX expression" in warning
    assert plan(Metadata(license="mit"), source(version=Version("1"))).warnings == ()


def test_the_user_goes_before_the_source() -> None:
    lower = source(version=Version("1"), description="theirs", requires_python=">=3.9")
    upper = Metadata(
        name=parse_distribution_name("mine"),
        description="mine",
        readme=Readme(text="mine", content_type="text/plain"),
    )
    found = described(plan(upper, lower))
    assert (found.name, found.summary, found.description) == ("mine", "mine", "mine")
    assert (str(found.version), str(found.requires_python)) == ("1", ">=3.9")


def test_one_program_goes_by_the_distribution_s_name_or_the_one_given() -> None:
    assert plan(Metadata(), source("whatever")).commands == ("my-tool",)
    made = plan(BuildRequest(source=".", entry_point="mt", environment={}), source("whatever"))
    assert made.commands == ("mt",)
    assert "uvx --from my-tool mt" in (described(made).description or "")


def test_a_program_that_was_chosen_keeps_its_name_unless_one_is_given() -> None:
    chosen = replace(source("chosen"), keeps_names=True)
    assert plan(Metadata(), chosen).commands == ("chosen",)
    request = BuildRequest(source=".", entry_point="mt", environment={})
    assert plan(request, chosen).commands == ("mt",)


def test_several_programs_keep_their_names() -> None:
    made = plan(Metadata(), source("b", "a"))
    assert made.commands == ("b", "a")
    assert "uvx --from my-tool b" in (described(made).description or "")
    with pytest.raises(UsageError, match="there are 2: b, a"):
        plan(BuildRequest(source=".", entry_point="x", environment={}), source("b", "a"))


@pytest.mark.parametrize("names", [("a", "a"), ("a", "A"), ("a-b", "a_b"), ("x", "g++", "g--")])
def test_programs_that_would_be_one_command_or_one_function_are_refused(
    names: tuple[str, ...],
) -> None:
    with pytest.raises(UsageError, match="too much alike") as caught:
        plan(Metadata(), source(*names))
    assert "--package" in caught.value.hint


# Aliases


def with_aliases(*aliases: str, **values: Any) -> BuildRequest:
    read = tuple(map(parse_alias, aliases))
    return BuildRequest(source=".", aliases=read, environment={}, **values)


@pytest.mark.parametrize(
    ("aliases", "expected"),
    [
        (["my-tool"], [("my-tool", "b")]),
        (["my-tool=a"], [("my-tool", "a")]),
        (["my-tool", "x=a"], [("my-tool", "b"), ("x", "a")]),
        ([], []),
    ],
)
def test_an_alias_is_one_more_name_of_a_command(
    aliases: list[str], expected: list[tuple[str, str]]
) -> None:
    made = plan(with_aliases(*aliases), source("b", "a"))
    assert made.commands == ("b", "a")
    assert list(made.distribution.aliases) == expected


def test_a_single_program_and_those_of_a_release_take_aliases_too() -> None:
    assert plan(with_aliases("mt"), source("x")).distribution.aliases == (("mt", "my-tool"),)
    kept = replace(source("tool"), keeps_names=True)
    assert plan(with_aliases("my-tool"), kept).distribution.aliases == (("my-tool", "tool"),)


@pytest.mark.parametrize(
    ("aliases", "message", "hint"),
    [
        (["a"], "The alias a and the command a are too much alike", "Leave the alias out"),
        (["B"], "The alias B and the command b are too much alike", "another name"),
        (["x-y", "x_y=a"], "The alias x_y and the alias x-y are too much alike", "another name"),
        (["x", "x"], "The alias x and the alias x", "another name"),
        (["x=c"], "The alias x is for c, which is no program", "There are: b, a."),
        (["x=my-tool"], "The alias x is for my-tool", "There are: b, a."),
        (["x", "y=x"], "The alias y is for x", "There are: b, a."),
    ],
)
def test_an_alias_that_cannot_work_is_refused(aliases: list[str], message: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        plan(with_aliases(*aliases), source("b", "a"))
    assert message in caught.value.message
    assert hint in caught.value.hint


def test_an_alias_for_the_wrong_name_of_the_only_program_names_the_right_one() -> None:
    with pytest.raises(UsageError) as caught:
        plan(with_aliases("x=tool"), source("tool"))
    assert caught.value.hint == "There is: my-tool."


# What uvx finds


def notes(made: BuildPlan) -> list[str]:
    return [text for text in made.warnings if "uvx" in text]


def test_what_a_described_request_leaves_open_stays_open() -> None:
    said = Metadata(name=parse_distribution_name("my-tool"), version=Version("1"))
    kept = source(description="Theirs.", requires_python=">=3.9")
    for is_described in (False, True):
        made = plan(with_aliases(metadata=said, is_described=is_described), kept)
        fields = {line.split(b":")[0] for line in made.distribution.metadata.splitlines()}
        assert ({b"Summary", b"Requires-Python", b"Description-Content-Type"} <= fields) != (
            is_described
        )
        assert (b"Summary" in fields) != is_described


def test_what_is_dynamic_is_made_up_of_what_the_commands_are_called() -> None:
    said = Metadata(name=parse_distribution_name("my-tool"), version=Version("1"))
    texts = ("description", "readme", "requires-python", "version")
    asked = with_aliases(metadata=said, is_described=True, dynamic=texts, entry_point="mt")
    made = plan(asked, source(description="Theirs."))
    found = described(made)
    assert found.summary == "The mt command, as a Python package"
    assert found.description == (
        "# my-tool\n\nThe mt command, as a Python package\n\n    uvx --from my-tool mt\n"
    )
    assert "'uvx my-tool' finds none" in notes(made)[0]
    with_summary = replace(asked, metadata=replace(said, description="Mine."))
    assert described(plan(with_summary, source())).summary == "Mine."
    one = described(plan(replace(asked, dynamic=("description",)), source()))
    assert (one.summary, one.description) == (found.summary, None)


def test_a_plan_warns_of_what_a_request_notes() -> None:
    assert "Mind this." in plan(with_aliases(notes=("Mind this.",)), source()).warnings


def test_without_a_command_of_the_distribution_s_name_uvx_needs_help() -> None:
    (note,) = notes(plan(with_aliases(), source("b", "a")))
    assert "'uvx --from my-tool b'" in note
    assert "--alias my-tool" in note
    (note,) = notes(plan(with_aliases(entry_point="mt"), source("b")))
    assert "'uvx --from my-tool mt'" in note
    (note,) = notes(plan(with_aliases(), source("my_tool", "a")))  # --alias would be refused
    assert "--alias" not in note


@pytest.mark.parametrize("display", ["my-tool", "My.Tool"])
def test_with_a_command_of_that_name_there_is_nothing_to_say(display: str) -> None:
    for aliases, programs in [([], ["my-tool", "a"]), (["my-tool"], ["b", "a"])]:
        made = plan(with_aliases(*aliases), source(*programs, name=display))
        assert notes(made) == []
        assert f"uvx {display}\n" in (described(made).description or "")


# A Python package of the project's own


def own_package(**entry_points: Mapping[str, str]) -> PythonPackage:
    return PythonPackage(
        name=ImportName("own_name"),
        folder=Path("own_name"),
        project=Path(),
        entry_points=tuple((group, tuple(each.items())) for group, each in entry_points.items()),
    )


def mixed_plan(
    *names: str,
    python: PythonPackage | None = None,
    commands: Sequence[str] = ("tool",),
    **values: Any,
) -> BuildPlan:
    request = with_aliases(python=python or own_package(), **values)
    files = [PackageFile(path=f"own_name/{name}", source=Path(name)) for name in names]
    return make_plan(request, source(*commands), files)


def test_a_python_package_gives_its_name_files_and_entry_points() -> None:
    own = own_package(console_scripts={"x": "a:b"}, plugins={"p": "q"})
    made = mixed_plan("__init__.py", "bin/other", "_binary.txt", python=own).distribution
    assert made.package == "own_name"
    assert [file.path for file in made.files] == [
        "own_name/__init__.py", "own_name/bin/other", "own_name/_binary.txt",
    ]  # fmt: skip
    assert made.entry_points == own.entry_points


@pytest.mark.parametrize(
    ("name", "layout", "message"),
    [
        ("_binary.py", Layout.PACKAGE, "its launcher"),
        ("_Binary.py", Layout.NATIVE, "its launcher"),
        ("_binary/__init__.py", Layout.PACKAGE, "its launcher"),
        ("_binary.pyi", Layout.PACKAGE, "its launcher"),
        ("_binary.abi3.so", Layout.PACKAGE, "its launcher"),
        ("_binary.cp312-win_amd64.pyd", Layout.NATIVE, "its launcher"),
        ("_binary_scripts.pyi", Layout.NATIVE, "its launcher"),
        ("_binary_scripts.py", Layout.NATIVE, "its launcher"),
        ("bin/my-tool", Layout.PACKAGE, "the program"),
        ("bin/my-tool.exe", Layout.PACKAGE, "the program"),
        ("bin/MY-TOOL", Layout.PACKAGE, "the program"),
        ("bin/my-tool/x", Layout.PACKAGE, "the program"),
    ],
)
def test_a_file_in_the_launcher_s_or_the_program_s_place_is_refused(
    name: str, layout: Layout, message: str
) -> None:
    with pytest.raises(ProjectError) as caught:
        mixed_plan("__init__.py", name, layout=layout)
    assert f"own_name/{name}" in caught.value.message
    assert message in caught.value.message
    assert "Rename it" in caught.value.hint


@pytest.mark.parametrize(
    ("name", "layout"),
    [("_binary_scripts.py", Layout.PACKAGE), ("bin/my-tool", Layout.NATIVE),
     ("bin/my-tool2", Layout.PACKAGE), ("sub/_binary.py", Layout.PACKAGE)],
)  # fmt: skip
def test_other_places_are_the_project_s_own(name: str, layout: Layout) -> None:
    made = mixed_plan("__init__.py", name, layout=layout)
    assert made.distribution.files[-1].path == f"own_name/{name}"


@pytest.mark.parametrize("group", ["console_scripts", "gui_scripts"])
def test_a_script_of_the_project_may_take_a_program_s_place(group: str) -> None:
    own = own_package(**{group: {"my-tool": "own_name.cli:main"}})
    made = mixed_plan(python=own, commands=["b", "my-tool"])
    assert made.commands == ("b", "my-tool")
    assert notes(made) == []
    assert notes(mixed_plan(python=own, commands=["b", "a"])) == []
    with pytest.raises(UsageError, match="native layout") as caught:
        mixed_plan(python=own, layout=Layout.NATIVE)
    assert "layout package" in caught.value.hint


def test_a_script_of_the_project_clashes_where_it_is_one_file_with_another() -> None:
    own = own_package(console_scripts={"My-Tool": "a:b"})
    with pytest.raises(UsageError, match="differ in case only"):
        mixed_plan(python=own)
    own = own_package(gui_scripts={"x": "a:b"})
    with pytest.raises(UsageError, match="The alias X and the project's script x"):
        make_plan(with_aliases("X", python=own), source("a"))
    points = own_package(plugins={"my-tool": "a:b", "MY-TOOL": "a:b"})
    assert mixed_plan(python=points).commands == ("my-tool",)


def test_a_source_without_a_good_name_asks_for_one() -> None:
    with pytest.raises(InvalidNameError, match="A stand-in has no name") as caught:
        plan(Metadata(), source(name=None))
    assert "--name" in caught.value.hint
    named = Metadata(name=parse_distribution_name("good"))
    assert plan(named, source(name=None)).distribution.package == "good"


@pytest.mark.parametrize("name", ["json", "7tool", "class", "aux"])
def test_a_name_that_python_cannot_have_is_refused(name: str) -> None:
    request = BuildRequest(source=".", entry_point="tool", environment={})
    with pytest.raises(InvalidNameError, match="gives the Python package"):
        plan(request, source(name=name))


def test_what_cannot_work_is_refused_before_anything_is_made() -> None:
    with pytest.raises(MetadataError):
        plan(Metadata(description="a\nb"), source())
    with pytest.raises(UsageError, match="refuses"):
        plan(Metadata(version=Version("6.6.6")), source())
    with pytest.raises(UnknownTargetError):
        plan(BuildRequest(source=".", targets=("vax",), environment={}), source())


def test_layout_and_targets_are_as_asked_for() -> None:
    request = BuildRequest(
        source=".", layout=Layout.NATIVE, targets=("win32", "linux-x86_64"), environment={}
    )
    made = plan(request, source())
    assert made.distribution.layout is Layout.NATIVE
    assert [planned.target.name for planned in made.targets] == ["linux-amd64", "windows-386"]


GO = GoFolder(folder=Path("module"))
RELEASE = GitHubRelease(repository="owner/tool")
FILES = Artifacts(paths=(Path("dist"),))


@pytest.mark.parametrize("form", [RELEASE, FILES], ids=["release", "files"])
@pytest.mark.parametrize(
    ("option", "go"),
    [
        ("--package", GoOptions(packages=("./cmd/tool",))),
        ("--ldflags", GoOptions(ldflags="-X main.x=1")),
        ("--tags", GoOptions(tags=("netgo",))),
        ("--set-version-var", GoOptions(version_variable="main.version")),
        ("--go-binary", GoOptions(binary="go")),
    ],
)
def test_options_of_go_source_mean_nothing_where_no_go_is_built(
    form: Form, option: str, go: GoOptions
) -> None:
    with pytest.raises(UsageError, match=f"^{option} has no meaning") as caught:
        refuse_foreign_options(BuildRequest(source=".", go=go), form)
    assert "Leave it out" in caught.value.hint
    refuse_foreign_options(BuildRequest(source=".", go=go), GO)


@pytest.mark.parametrize(
    ("option", "release"),
    [
        ("--binary", ReleaseOptions(binaries=("tool",))),
        ("--asset", ReleaseOptions(assets=(("linux-amd64", "tool.gz"),))),
        ("--allow-unverified", ReleaseOptions(allow_unverified=True)),
    ],
)
def test_options_of_files_mean_nothing_for_go_source(option: str, release: ReleaseOptions) -> None:
    request = BuildRequest(source=".", release=release)
    with pytest.raises(UsageError, match=f"^{option} has no meaning") as caught:
        refuse_foreign_options(request, GO)
    assert ("--package" in caught.value.hint) == (option == "--binary")
    refuse_foreign_options(request, RELEASE)
    refuse_foreign_options(request, FILES)


@pytest.mark.parametrize("form", [GO, RELEASE, FILES])
def test_without_options_none_is_foreign(form: Form) -> None:
    refuse_foreign_options(BuildRequest(source="."), form)


def test_all_foreign_options_are_named_at_once() -> None:
    go = GoOptions(packages=("./cmd/tool",), tags=("netgo",))
    with pytest.raises(UsageError, match=r"^--package and --tags have no meaning"):
        refuse_foreign_options(BuildRequest(source=".", go=go), RELEASE)


def module(path: str, expression: str | None = "BSD-3-Clause", **values: Any) -> ModuleLicenses:
    text = LicenseText(path=PurePosixPath(path, "LICENSE"), content=b"Terms")
    return ModuleLicenses(
        path=path, version="v1.0.0", texts=(text,), expression=expression, **values
    )


def linking(*modules: ModuleLicenses, **values: Any) -> StandIn:
    return replace(source(version=Version("1"), **values), modules=modules)


def test_the_wheels_carry_the_licences_of_what_is_linked_in() -> None:
    made = plan(Metadata(), linking(module("a.b/c"), module("std"), license="MIT"))

    found = described(made)
    assert found.license_expression == "BSD-3-Clause AND MIT"
    assert found.license_files == ["a.b/c/LICENSE", "std/LICENSE"]
    assert [str(text.path) for text in made.distribution.licenses] == found.license_files
    assert [each.path for each in made.linked] == ["a.b/c", "std"]


def test_where_a_licence_is_not_certain_the_project_s_own_stays_as_it_is() -> None:
    unknown = module("a.b/c", None)

    made = plan(Metadata(license="MIT"), linking(unknown, module("std")))

    assert described(made).license_expression == "MIT"
    assert made.warnings == ()


def test_nothing_is_said_of_the_licence_of_a_program_that_others_built() -> None:
    made = plan(Metadata(), source(version=Version("1"), license="MIT"))

    assert described(made).license_expression == "MIT"
    assert made.linked == ()


def test_modules_without_a_licence_are_named_in_one_warning() -> None:
    names = [f"a.b/m{number}" for number in range(12)]
    modules = [module(name, None, recognised=False) for name in names]

    (warning,) = plan(Metadata(), linking(*modules, module("std"), license="MIT")).warnings

    assert "a.b/m0 v1.0.0, a.b/m1 v1.0.0" in warning
    assert "a.b/m9 v1.0.0 and 2 more are linked in" in warning
    assert "std" not in warning


def test_a_module_without_a_licence_is_an_error_where_all_must_have_one() -> None:
    request = BuildRequest(source=".", require_licenses=True, environment={})

    with pytest.raises(LicenseError, match=r"a\.b/c v1\.0\.0 is linked in"):
        plan(request, linking(module("a.b/c", None, recognised=False), license="MIT"))
    assert plan(request, linking(module("a.b/c", None), license="MIT")).warnings == ()


def own(**texts: str) -> dict[str, object]:
    """What a source tells of its program's licence: a file of each name."""
    return {
        "license_files": tuple(
            LicenseText(path=PurePosixPath(name.replace("__", "/")), content=text.encode())
            for name, text in texts.items()
        )
    }


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({}, "The program has no licence, so nobody knows"),
        (own(LICENSE="Acme Proprietary. You may not redistribute."), "be recognised (LICENSE)."),
        (own(NOTICE=LICENSES["MIT"]), "be recognised (NOTICE)."),
        (own(LICENSE="Ask Ada.", PATENTS="None."), "be recognised (LICENSE, PATENTS)."),
        ({"classifiers": ("Programming Language :: Go",)}, "The program has no licence"),
    ],
    ids=["none", "unknown", "a notice", "two texts", "another classifier"],
)
def test_a_program_whose_own_licence_is_not_known_is_told_of(
    told: dict[str, object], words: str
) -> None:
    given = linking(module("std"), **told)

    (warning,) = plan(Metadata(), given).warnings
    assert words in warning
    assert "--license" in warning
    with pytest.raises(LicenseError, match=re.escape(words)) as refused:
        plan(BuildRequest(source=".", require_licenses=True, environment={}), given)
    assert "--license" in (refused.value.hint or "")


@pytest.mark.parametrize(
    "told",
    [
        own(LICENSE=LICENSES["MIT"]),
        own(COPYING=LICENSES["GPL-3.0"]),
        own(LICENSE=f"All of it is under this:\n\n{LICENSES['ISC']}\n\nHave fun."),
        own(LICENSES__Zlib_txt=LICENSES["Zlib"]),
        {"license": "LicenseRef-Acme", **own(LICENSE="Acme Proprietary.")},
        {"classifiers": ("License :: OSI Approved :: MIT License",)},
    ],
    ids=["certain", "not certain", "among words", "in a folder", "given", "by a classifier"],
)
def test_nothing_is_told_where_a_program_s_own_licence_is_known(told: dict[str, object]) -> None:
    required = BuildRequest(source=".", require_licenses=True, environment={})

    assert plan(required, linking(module("std"), **told)).warnings == ()
