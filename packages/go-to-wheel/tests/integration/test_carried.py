"""What every wheel carries to be checked: licences, bill of materials, record of origin."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from identify.vendor.licenses import LICENSES
from packaging.metadata import Metadata

from go_to_wheel.inspection import Inspection, inspect_wheel
from go_to_wheel.model import Layout
from go_to_wheel.provenance.origin import BinaryOrigin, FileOrigin, FolderOrigin
from go_to_wheel.release import ProofKind
from helpers.archives import pack, program, text
from helpers.binaries import Elf
from helpers.dist import HOST, Dist
from helpers.gomodules import HELLO, write_module
from helpers.listing import listing, members
from helpers.tool import Outcome, Tool

TEXTS = dict(LICENSES)
OTHER = "windows-arm64"


def info(wheel: Path) -> Mapping[str, bytes]:
    """The files of the dist-info folder, by their paths in it."""
    return {
        name.partition(".dist-info/")[2]: content
        for name, content in members(wheel).items()
        if ".dist-info/" in name
    }


def metadata_of(wheel: Path) -> Metadata:
    return Metadata.from_email(info(wheel)["METADATA"], validate=True)


def bill_of(wheel: Path) -> dict[str, dict[str, object]]:
    """The components of a wheel's bill of materials, which is valid, by their names."""
    (content,) = [each for name, each in info(wheel).items() if name.startswith("sboms/")]
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(content.decode()) is None
    return {each["name"]: each for each in json.loads(content)["components"]}


def origins_of(wheel: Path) -> tuple[BinaryOrigin, ...]:
    inspected: Inspection = inspect_wheel(wheel)
    assert inspected.origin_faults == ()
    assert inspected.origin is not None
    return inspected.origin.binaries


@pytest.fixture(params=["scanner", "native_scanner"])
def dist(request: pytest.FixtureRequest) -> Dist:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Dist)
    return found


def test_every_wheel_tells_of_its_program(dist: Dist) -> None:
    for target, wheel in dist.wheels.items():
        (origin,) = origins_of(wheel)
        content = members(wheel)[origin.path]
        assert (origin.sha256, origin.size) == (
            hashlib.sha256(content).hexdigest(), len(content),
        )  # fmt: skip
        assert origin.target == target
        assert isinstance(origin.source, FolderOrigin)
        assert origin.build is not None
        assert "-ldflags=-s -w -X main.version=1.2.3" in origin.build.flags
        bill = bill_of(wheel)
        assert bill[origin.path]["hashes"] == [{"alg": "SHA-256", "content": origin.sha256}]
        assert f"go{bill['stdlib']['version']}" == origin.build.go_version


def test_every_wheel_has_the_licence_of_go_s_own_library(dist: Dist) -> None:
    for wheel in dist.wheels.values():
        metadata = metadata_of(wheel)
        assert metadata.license_expression == "Apache-2.0 AND BSD-3-Clause"
        assert "std/LICENSE" in (metadata.license_files or [])
        assert b"The Go Authors" in info(wheel)["licenses/std/LICENSE"]


# Modules that are linked in


def write_modules(tool: Tool, everywhere: str = TEXTS["MIT"], windows: str = TEXTS["ISC"]) -> Path:
    """A program with a module for all systems and one for Windows; empty is no licence."""
    for name, license_ in (("everywhere", everywhere), ("windows", windows)):
        files = {f"{name}.go": f"package {name}\n"}
        write_module(tool.folder / name, files | ({"LICENSE": license_} if license_ else {}))
    go_mod = "module example.com/hello\n\ngo 1.24\n"
    for name in ("everywhere", "windows"):
        go_mod += f"require example.com/{name} v1.0.0\nreplace example.com/{name} => ../{name}\n"
    files = {
        "go.mod": go_mod,
        "main.go": HELLO.replace('import "os"', 'import "os"\nimport _ "example.com/everywhere"'),
        "main_windows.go": 'package main\n\nimport _ "example.com/windows"\n',
        "LICENSE": TEXTS["Zlib"],
    }
    return write_module(tool.folder / "hello", files)


def run(tool: Tool, *options: str, targets: str = f"{HOST},{OTHER}", **variables: str) -> Outcome:
    return tool.run("hello", "--version", "1", "--platforms", targets, *options, **variables)


def test_all_wheels_of_a_batch_say_the_same_of_their_licences(tool: Tool) -> None:
    write_modules(tool)

    done = run(tool)

    host, windows = sorted(done.wheels, key=lambda wheel: "win_" in wheel.name)
    assert info(host)["METADATA"] == info(windows)["METADATA"]
    metadata = metadata_of(host)
    assert metadata.license_expression == "BSD-3-Clause AND ISC AND MIT AND Zlib"
    assert metadata.license_files == [
        "LICENSE", "example.com/everywhere/LICENSE", "example.com/windows/LICENSE", "std/LICENSE",
    ]  # fmt: skip
    assert info(host)["licenses/example.com/windows/LICENSE"] == TEXTS["ISC"].encode()
    # What is in a binary, the bill tells exactly.
    assert "example.com/windows" not in bill_of(host)
    assert bill_of(windows)["example.com/windows"]["licenses"] == [{"expression": "ISC"}]
    assert "no licence" not in done.stderr


def test_a_licence_that_is_given_is_the_project_s_own(tool: Tool) -> None:
    write_modules(tool)

    (wheel,) = run(tool, "--license", "MIT OR Apache-2.0", targets=HOST).wheels

    expression = metadata_of(wheel).license_expression
    assert expression == "BSD-3-Clause AND MIT AND (MIT OR Apache-2.0)"


@pytest.mark.parametrize(("option", "shown"), [([], None), (["--license", "MIT"], "MIT")])
def test_a_module_without_a_licence_is_told_once(
    tool: Tool, option: list[str], shown: str | None
) -> None:
    write_modules(tool, everywhere="Do what we say.", windows="")

    done = run(tool, *option)

    (warning,) = [line for line in done.stderr.splitlines() if "no licence" in line]
    assert warning.startswith("warning: example.com/everywhere, example.com/windows are linked in")
    for wheel in done.wheels:
        assert metadata_of(wheel).license_expression == shown
        assert info(wheel)["licenses/example.com/everywhere/LICENSE"] == b"Do what we say."
    assert "no licence" in run(tool, "--dry-run").stderr


def test_where_licences_are_required_nothing_is_built_without(tool: Tool) -> None:
    source = write_modules(tool, windows="")

    run(tool, "--require-licenses").refused(1, "example.com/windows is linked in", "no licence")
    assert not (tool.folder / "dist").exists()
    assert len(run(tool, "--require-licenses", targets="linux-amd64").wheels) == 1
    (source / "pyproject.toml").write_text("[tool.go-to-wheel]\nrequire-licenses = true\n")
    run(tool).refused(1, "example.com/windows is linked in")
    run(tool, "--dry-run").refused(1, "example.com/windows is linked in")
    release = tool.run("https://github.com/octo-org/tool", "--require-licenses")
    release.refused(2, "--require-licenses has no meaning for what was built already")


@pytest.mark.parametrize("license_", ["Acme Proprietary. You may not redistribute.\n", None])
def test_a_program_s_own_licence_must_be_known_too(tool: Tool, license_: str | None) -> None:
    source = write_modules(tool)
    path = source / "LICENSE"
    if license_ is None:
        path.unlink()
    else:
        path.write_text(license_)

    done = run(tool, targets=HOST)
    (warning,) = [line for line in done.stderr.splitlines() if line.startswith("warning: ")]
    assert warning.startswith("warning: The program has no licence")
    run(tool, "--require-licenses").refused(1, "The program has no licence", "--license")
    named = run(tool, "--require-licenses", "--license", "LicenseRef-Acme", targets=HOST)
    assert "warning: " not in named.stderr
    assert len(named.wheels) == 1
    path.write_text(TEXTS["Zlib"])
    assert len(run(tool, "--require-licenses", targets=HOST).wheels) == 1


def test_a_licence_that_was_added_to_vendor_is_seen_at_once(tool: Tool) -> None:
    files = {
        "go.mod": "module example.com/hello\n\ngo 1.24\n\nrequire example.com/dep v1.0.0\n",
        "main.go": HELLO.replace('import "os"', 'import "os"\nimport _ "example.com/dep"'),
        "vendor/modules.txt": "# example.com/dep v1.0.0\n## explicit; go 1.24\nexample.com/dep\n",
        "vendor/example.com/dep/dep.go": "package dep\n",
        "LICENSE": TEXTS["MIT"],
    }
    source = write_module(tool.folder / "hello", files)
    for _ in range(2):
        assert "example.com/dep v1.0.0 is linked in" in run(tool).stderr

    (source / "vendor/example.com/dep/LICENSE").write_text(TEXTS["MIT"])

    assert "no licence" not in run(tool).stderr


def test_a_program_that_does_not_compile_is_told_by_the_compiler(tool: Tool) -> None:
    source = write_modules(tool)
    (source / "main_windows.go").write_text('package main\n\nimport _ "example.com/gone"\n')

    done = run(tool, "--keep-going")

    assert done.code == 1
    assert len(done.stdout.splitlines()) == 1
    assert f"error: example.com/hello does not compile for {OTHER}." in done.stderr


def test_what_was_kept_makes_the_same_wheels(tool: Tool) -> None:
    write_module(tool.folder / "hello", {"main.go": HELLO, "LICENSE": TEXTS["MIT"]})
    first = listing(run(tool).wheels[0].parent)

    assert listing(run(tool).wheels[0].parent) == first


# Where it came from


def test_no_folder_of_this_machine_is_told(tool: Tool) -> None:
    source = write_modules(tool)
    flags = f"-X main.a={source}/x -X main.b={tool.folder}/y -X main.c=/usr/share/z"

    (wheel,) = run(tool, f"--ldflags={flags}", targets=HOST, HOME=str(tool.folder)).wheels

    (origin,) = origins_of(wheel)
    assert origin.build is not None
    assert origin.build.flags[2] == (
        "-ldflags=-s -w -X main.a=$SOURCE/x -X main.b=$HOME/... -X main.c=/usr/share/z"
    )
    told = b"".join(content for name, content in info(wheel).items())
    assert str(tool.folder).encode() not in told


@pytest.mark.parametrize("layout", Layout)
def test_each_of_several_programs_is_told_of(tool: Tool, layout: Layout) -> None:
    files = {"cmd/one/main.go": HELLO, "cmd/two/main.go": HELLO, "go.mod": "module a.b/c\n"}
    write_module(tool.folder / "hello", files)

    (wheel,) = run(
        tool, "--package", "./cmd/...", "--name", "both", "--layout", layout, targets=HOST
    ).wheels

    origins = origins_of(wheel)
    packages = [o.source.package for o in origins if isinstance(o.source, FolderOrigin)]
    assert packages == ["a.b/c/cmd/one", "a.b/c/cmd/two"]
    assert {origin.path for origin in origins} <= set(bill_of(wheel))
    assert tool.run("check", wheel).code == 0


def test_an_editable_wheel_tells_of_its_program_where_it_lies(tool: Tool) -> None:
    source = write_module(tool.folder / "hello")
    (source / "src" / "hello").mkdir(parents=True)
    (source / "src" / "hello" / "__init__.py").touch()
    (source / "pyproject.toml").write_text(
        '[project]\nname = "hello"\nversion = "1"\n[build-system]\nrequires = []\n'
        'build-backend = "go_to_wheel.backend"\n'
    )
    code = "from go_to_wheel import backend; backend.build_editable('..')"
    subprocess.run(
        [sys.executable, "-c", code], cwd=source, env=tool.environment, check=True,
        capture_output=True,
    )  # fmt: skip

    (wheel,) = tool.folder.glob("*.whl")
    (origin,) = origins_of(wheel)
    assert origin.path.startswith("_hello_editable/bin/")
    assert origin.path in bill_of(wheel)


def test_a_program_that_others_built_is_told_of_too(tool: Tool) -> None:
    content = Elf().build()  # without any build info
    archive = pack("tar.gz", [program("inner/tool", content), text("LICENSE", TEXTS["MIT"])])
    name = "tool_1.2.3_linux_amd64.tar.gz"
    folder = tool.folder / "files"
    folder.mkdir()
    (folder / name).write_bytes(archive)
    digest = hashlib.sha256(archive).hexdigest()
    (folder / "checksums.txt").write_text(f"{digest}  {name}\n")

    done = tool.run("files", "--json")

    (wheel,) = json.loads(done.stdout)["wheels"]
    proof = {"how": "checksum-file", "file": "checksums.txt", "covers": name}
    assert wheel["verified"] == [proof]
    path = tool.folder / wheel["path"]
    (origin,) = origins_of(path)
    assert origin.build is None
    assert isinstance(origin.source, FileOrigin)
    assert (origin.source.name, origin.source.sha256, origin.source.member) == (
        name, digest, "inner/tool",
    )  # fmt: skip
    assert [each.how for each in origin.source.proofs] == [ProofKind.CHECKSUM_FILE]
    (component,) = bill_of(path).values()
    assert component["hashes"] == [
        {"alg": "SHA-256", "content": hashlib.sha256(content).hexdigest()}
    ]
    # Nobody can tell the licences of what is in it.
    assert metadata_of(path).license_files == ["LICENSE"]
    assert metadata_of(path).license_expression is None
    assert tool.run("check", path).code == 0
