"""What real Go says of the modules that it links into a program, and of their licences."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from identify.vendor.licenses import LICENSES
from packaging.version import Version

from go_to_wheel.binary import read_binary
from go_to_wheel.model import GoOptions
from go_to_wheel.names import parse_distribution_name
from go_to_wheel.provenance.parts import Part
from go_to_wheel.provenance.sbom import render_sbom
from go_to_wheel.sources.compile.licenses import collect_licenses
from go_to_wheel.sources.golang.find import find_toolchain
from go_to_wheel.sources.golang.linked import linked_modules
from go_to_wheel.sources.golang.programs import find_programs
from go_to_wheel.sources.golang.toolchain import Toolchain
from go_to_wheel.sources.process import Processes
from go_to_wheel.targets import find_target

LINUX, WINDOWS = find_target("linux-amd64"), find_target("windows-amd64")
TEXTS = dict(LICENSES)
FILES = {
    "tool/go.mod": """\
module example.com/tool

go 1.21

require (
\texample.com/everywhere v1.0.0
\texample.com/tagged v1.0.0
\texample.com/windows v1.0.0
)

replace (
\texample.com/everywhere => ../everywhere
\texample.com/tagged => ../tagged
\texample.com/windows => ../windows
)
""",
    "tool/main.go": 'package main\n\nimport "example.com/everywhere/inner"\n\n'
    "func main() { inner.Do() }\n",
    "tool/main_windows.go": 'package main\n\nimport _ "example.com/windows"\n',
    "tool/tagged.go": '//go:build extra\n\npackage main\n\nimport _ "example.com/tagged"\n',
    "tool/LICENSE": TEXTS["ISC"],
    "everywhere/go.mod": "module example.com/everywhere\n\ngo 1.21\n",
    "everywhere/LICENSE": TEXTS["MIT"],
    "everywhere/inner/inner.go": 'package inner\n\nimport "os"\n\nfunc Do() { os.Exit(0) }\n',
    "everywhere/inner/LICENSE": TEXTS["Apache-2.0"],
    "everywhere/unused/unused.go": "package unused\n",
    "everywhere/unused/LICENSE": TEXTS["Zlib"],
    "windows/go.mod": "module example.com/windows\n\ngo 1.21\n",
    "windows/windows.go": "package windows\n",
    "windows/LICENSE": TEXTS["BSD-2-Clause"],
    "tagged/go.mod": "module example.com/tagged\n\ngo 1.21\n",
    "tagged/tagged.go": "package tagged\n",
}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "linked"
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder / "tool"


@pytest.fixture
def toolchain(go: Path, tmp_path: Path) -> Toolchain:
    return find_toolchain(str(go), Processes(environment=dict(os.environ)), tmp_path)


def test_what_is_linked_in_depends_on_the_target_and_the_tags(
    source: Path, toolchain: Toolchain
) -> None:
    programs = find_programs(toolchain, source, GoOptions(), [LINUX])

    def paths(target: str, *tags: str) -> list[str]:
        found = linked_modules(toolchain, programs, GoOptions(tags=tags), find_target(target))
        return [module.path for module in found]

    assert paths("linux-amd64") == ["example.com/everywhere", "example.com/tool", "std"]
    assert "example.com/windows" in paths("windows-amd64")
    assert "example.com/tagged" in paths("linux-amd64", "extra")


def test_the_licences_are_those_of_the_packages_that_are_linked_in(
    source: Path, toolchain: Toolchain
) -> None:
    programs = find_programs(toolchain, source, GoOptions(), [LINUX])

    found = collect_licenses(linked_modules(toolchain, programs, GoOptions(), WINDOWS))

    assert {each.path: each.expression for each in found} == {
        "example.com/everywhere": "Apache-2.0 AND MIT",
        "example.com/windows": "BSD-2-Clause",
        "std": "BSD-3-Clause",
    }
    assert [str(text.path) for each in found for text in each.texts] == [
        "example.com/everywhere/LICENSE",
        "example.com/everywhere/inner/LICENSE",
        "example.com/windows/LICENSE",
        "std/LICENSE",
    ]


def test_a_vendored_program_finds_the_licences_in_vendor(
    source: Path, toolchain: Toolchain
) -> None:
    done = toolchain.run("mod", "vendor", cwd=source)
    assert done.code == 0, done.message
    programs = find_programs(toolchain, source, GoOptions(), [LINUX])

    modules = linked_modules(toolchain, programs, GoOptions(), LINUX)

    everywhere = modules[0]
    assert everywhere.folder == source / "vendor" / "example.com" / "everywhere"
    (licenses, _) = collect_licenses(modules)
    assert licenses.expression == "Apache-2.0 AND MIT"


def test_the_bill_of_a_real_binary_is_valid_and_names_what_is_in_it(
    source: Path, toolchain: Toolchain, tmp_path: Path
) -> None:
    binary = tmp_path / "tool"
    done = toolchain.run("build", "-trimpath", "-o", binary, ".", cwd=source, target=LINUX)
    assert done.code == 0, done.message
    (facts,) = read_binary(binary)
    part = Part(path="tool/bin/tool", sha256="ab" * 32, build_info=facts.build_info)

    content = render_sbom(parse_distribution_name("tool"), Version("1.0"), [part]).decode()

    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(content) is None
    components = {each["name"]: each for each in json.loads(content)["components"]}
    assert set(components) == {
        "tool/bin/tool", "example.com/tool", "example.com/everywhere", "stdlib",
    }  # fmt: skip
    assert components["stdlib"]["version"] == toolchain.version.removeprefix("go")
    assert ".." not in components["example.com/everywhere"]["purl"]
    assert str(source.parent) not in content
