from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.version import Version

from go_to_wheel.model import BuildInfo, GoModule
from go_to_wheel.names import parse_distribution_name
from go_to_wheel.provenance.parts import LinkedLibrary, Part, c_libraries, sbom_key, sbom_name
from go_to_wheel.provenance.sbom import render_sbom
from go_to_wheel.targets import System

NAME = parse_distribution_name("My.Tool")
SHA = "ab" * 32
SUM = "h1:" + base64.b64encode(bytes(range(32))).decode()
TOML = GoModule(path="github.com/BurntSushi/toml", version="v1.6.0", sum=SUM)
INFO = BuildInfo(
    go_version="go1.27.3",
    path="example.com/tool/cmd/tool",
    main=GoModule(path="example.com/tool", version="v1.2.3", sum=SUM),
    modules=(TOML, GoModule(path="gopkg.in/yaml.v3", version="v3.0.1", sum=SUM)),
)
PART = Part(path="my_tool/bin/tool", sha256=SHA, build_info=INFO)

Document = dict[str, Any]


def bill(*parts: Part, **licenses: str) -> Document:
    content = render_sbom(NAME, Version("1.2.3"), parts or (PART,), licenses)
    fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(content.decode())
    assert fault is None, fault
    loaded: Document = json.loads(content)
    return loaded


def by_name(document: Document) -> dict[str, Document]:
    return {component["name"]: component for component in document["components"]}


def needs(document: Document) -> dict[str, list[str]]:
    return {each["ref"]: each.get("dependsOn", []) for each in document["dependencies"]}


def with_modules(*modules: GoModule) -> Part:
    return replace(PART, build_info=replace(INFO, modules=modules))


def test_what_the_c_compiler_links_in_is_listed_too() -> None:
    libraries = (
        LinkedLibrary(name="musl", version="1.2.5", license="MIT"),
        LinkedLibrary(name="z", version=""),
    )
    found = by_name(document := bill(replace(PART, libraries=libraries)))

    assert found["musl"]["purl"] == "pkg:generic/musl@1.2.5"
    assert found["musl"]["licenses"] == [{"expression": "MIT"}]
    assert (found["z"]["purl"], "licenses" in found["z"]) == ("pkg:generic/z", False)
    assert "pkg:generic/musl@1.2.5" in needs(document)[found["example.com/tool"]["bom-ref"]]

    alone = bill(replace(PART, build_info=None, libraries=libraries))
    assert needs(alone)["file:my_tool/bin/tool"] == ["pkg:generic/musl@1.2.5", "pkg:generic/z"]


def test_other_libraries_give_another_bill() -> None:
    other = replace(PART, libraries=(LinkedLibrary(name="musl", version="1.2.5"),))
    keys = {sbom_key(NAME, Version("1"), [part], {}) for part in (PART, other)}
    assert len(keys) == len({PART, other})


@pytest.mark.parametrize(
    ("system", "libc", "names", "unwinding"),
    [
        (System.LINUX, "musl", ("zig", "musl"), ("libunwind",)),
        (System.LINUX, "glibc", ("zig", "glibc"), ("libunwind",)),
        (System.WINDOWS, "musl", ("zig", "mingw-w64"), ("libunwind",)),
        (System.DARWIN, "", ("zig",), ()),
    ],
)
def test_the_user_s_own_libraries_are_not_linked_in(
    system: System, libc: str, names: tuple[str, ...], unwinding: tuple[str, ...]
) -> None:
    assert c_libraries(system, libc) == names
    assert c_libraries(system, libc, cxx=True) == (*names, "libc++", "libc++abi", *unwinding)


def test_the_bill_lies_where_pep_770_wants_it() -> None:
    assert sbom_name(NAME) == "sboms/my_tool.cdx.json"


def test_it_is_of_the_distribution() -> None:
    about = bill()["metadata"]["component"]

    assert (about["name"], about["version"]) == ("My.Tool", "1.2.3")
    assert about["purl"] == "pkg:pypi/my-tool@1.2.3"


def test_every_module_has_its_version_sum_and_purl() -> None:
    module = by_name(bill())["github.com/BurntSushi/toml"]

    assert module["version"] == "v1.6.0"
    assert module["purl"] == "pkg:golang/github.com/BurntSushi/toml@v1.6.0"
    assert module["hashes"] == [{"alg": "SHA-256", "content": bytes(range(32)).hex()}]
    assert module["properties"] == [{"name": "go-to-wheel:sum", "value": SUM}]


def test_go_s_own_library_has_the_purl_that_scanners_know() -> None:
    library = by_name(bill())["stdlib"]

    assert (library["version"], library["purl"]) == ("1.27.3", "pkg:golang/stdlib@1.27.3")


@pytest.mark.parametrize(
    ("recorded", "version"),
    [
        ("go1.28rc1", "1.28rc1"),
        ("go1.27.3 X:nocoverageredesign", "1.27.3"),
        ("go1.27", "1.27"),
        ("go1.27.3-custom", "1.27.3"),
        ("devel go1.28-abcdef1 Sun Nov 1", "1.28"),
        ("unknown", None),
    ],
)
def test_go_s_version_is_told_without_what_surrounds_it(recorded: str, version: str | None) -> None:
    info = replace(INFO, go_version=recorded)

    library = by_name(bill(replace(PART, build_info=info)))["stdlib"]

    assert library.get("version") == version
    assert library["properties"] == [{"name": "go-to-wheel:go", "value": recorded}]


def test_the_binary_s_own_digest_is_there() -> None:
    binary = by_name(bill())["my_tool/bin/tool"]

    assert binary["type"] == "file"
    assert binary["hashes"] == [{"alg": "SHA-256", "content": SHA}]


def test_it_says_what_is_linked_into_what() -> None:
    document = bill()
    found = needs(document)

    assert found["pkg:pypi/my-tool@1.2.3"] == ["file:my_tool/bin/tool"]
    assert found["file:my_tool/bin/tool"] == ["pkg:golang/example.com/tool@v1.2.3"]
    assert found["pkg:golang/example.com/tool@v1.2.3"] == [
        "pkg:golang/github.com/BurntSushi/toml@v1.6.0",
        "pkg:golang/gopkg.in/yaml.v3@v3.0.1",
        "pkg:golang/stdlib@1.27.3",
    ]


def test_a_module_built_from_a_folder_has_no_version() -> None:
    main = GoModule(path="example.com/tool", version="(devel)")

    module = by_name(bill(replace(PART, build_info=replace(INFO, main=main))))["example.com/tool"]

    assert "version" not in module
    assert module["purl"] == "pkg:golang/example.com/tool"


def test_a_replacement_is_named_and_what_it_replaces_is_its_ancestor() -> None:
    fork = GoModule(path="example.com/fork", version="v9.0.0", sum=SUM)

    document = bill(with_modules(replace(TOML, replaced_by=fork)))

    module = by_name(document)["example.com/fork"]
    assert module["purl"] == "pkg:golang/example.com/fork@v9.0.0"
    assert module["hashes"]
    (ancestor,) = module["pedigree"]["ancestors"]
    assert ancestor["purl"] == "pkg:golang/github.com/BurntSushi/toml@v1.6.0"
    assert TOML.path not in by_name(document)


@pytest.mark.parametrize("version", ["", "(devel)"])
def test_a_replacement_on_the_machine_does_not_show_its_folder(version: str) -> None:
    folder = GoModule(path="/home/someone/toml", version=version)

    document = bill(with_modules(replace(TOML, replaced_by=folder)))

    module = by_name(document)[TOML.path]
    assert "version" not in module
    assert "hashes" not in module
    assert module["pedigree"]["ancestors"][0]["version"] == "v1.6.0"
    assert "someone" not in json.dumps(document)


def test_a_binary_of_another_language_is_listed_alone() -> None:
    document = bill(replace(PART, build_info=None))

    assert list(by_name(document)) == ["my_tool/bin/tool"]


def test_a_program_outside_any_module_still_names_go() -> None:
    info = BuildInfo(go_version="go1.27.3", path="command-line-arguments")

    document = bill(replace(PART, build_info=info))

    assert set(by_name(document)) == {"my_tool/bin/tool", "stdlib"}
    assert needs(document)["file:my_tool/bin/tool"] == ["pkg:golang/stdlib@1.27.3"]


def test_binaries_share_what_both_are_made_of() -> None:
    document = bill(PART, replace(PART, path="my_tool/bin/two", sha256="cd" * 32))

    names = [component["name"] for component in document["components"]]
    assert len(names) == len(set(names))
    assert {"my_tool/bin/tool", "my_tool/bin/two"} <= set(names)


def test_licences_that_are_known_are_told() -> None:
    licenses = {TOML.path: "MIT", "std": "BSD-3-Clause"}

    found = by_name(bill(**licenses))

    assert found[TOML.path]["licenses"] == [{"expression": "MIT"}]
    assert found["stdlib"]["licenses"] == [{"expression": "BSD-3-Clause"}]
    assert "licenses" not in found["gopkg.in/yaml.v3"]


def test_the_same_binaries_give_the_same_bytes() -> None:
    two = replace(PART, path="my_tool/bin/two")
    back = replace(two, build_info=replace(INFO, modules=INFO.modules[::-1]))

    first = render_sbom(NAME, Version("1.2.3"), [PART, two])

    assert first == render_sbom(NAME, Version("1.2.3"), [back, PART])
    assert b"timestamp" not in first
    assert b"BomRef" not in first  # a random one, where none was given


def test_its_serial_number_changes_with_its_content() -> None:
    one, other = bill()["serialNumber"], bill(replace(PART, sha256="cd" * 32))["serialNumber"]

    assert re.fullmatch("urn:uuid:[0-9a-f-]{36}", one)
    assert one != other


@pytest.mark.parametrize(
    "module",
    [
        GoModule(path="/"),
        GoModule(path="a/"),
        GoModule(path="stdlib", version="1.27.3"),
        GoModule(path="example.com/tool", version="v1.2.3"),
        GoModule(path="ä b?c#d@e", version="v1 2"),
        GoModule(path="x", version="v1", sum="h1:short"),
        GoModule(path="x", version="v1", sum="h2:" + SUM[3:]),
        GoModule(path="x", version="v1", sum="h1:ää"),
        GoModule(path="x", version="v1", replaced_by=GoModule(path="/", version="v2")),
    ],
)
def test_a_record_made_to_harm_still_gives_a_valid_bill(module: GoModule) -> None:
    document = bill(with_modules(module, module))

    assert not any("hashes" in each for each in document["components"] if each["name"] == "x")
