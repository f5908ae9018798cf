"""Sdists: their plan, their bytes and what they hold (sdist/)."""

from __future__ import annotations

import gzip
import os
import subprocess
import tarfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from packaging.metadata import Metadata as CoreMetadata
from packaging.utils import parse_sdist_filename
from packaging.version import Version

from go_to_wheel.errors import MetadataError, OutputError, ProjectError
from go_to_wheel.events import Event, Warned
from go_to_wheel.metadata import LicenseText, Metadata
from go_to_wheel.model import PythonPackage
from go_to_wheel.names import ImportName, parse_distribution_name
from go_to_wheel.sdist import SdistProject, SdistRequest, build_sdist
from go_to_wheel.sdist.plan import SdistEntry, plan_sdist
from helpers.listing import listing, sha256

METADATA = Metadata(name=parse_distribution_name("My.Tool"), version=Version("1.2.3"))
FILES: Mapping[str, str] = {
    "pyproject.toml": "[project]\n",
    "go.mod": "module example.com/tool\n\ngo 1.24\n",
    "go.sum": "",
    "main.go": "package main\n\nfunc main() {}\n",
}
ALWAYS = {"PKG-INFO", *FILES}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project without git."""
    return fill(tmp_path / "project", FILES)


def fill(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def request_for(root: Path) -> SdistRequest:
    return SdistRequest(
        project=SdistProject(folder=root, metadata=METADATA),
        output_dir=root.parent / "dist",
        environment={"PATH": os.environ["PATH"], "HOME": str(root.parent)},
    )


def of(request: SdistRequest, **changes: Any) -> SdistRequest:
    """The request, of a project that is otherwise."""
    return replace(request, project=replace(request.project, **changes))


def names_in(path: Path) -> list[str]:
    with tarfile.open(path) as archive:
        every = archive.getnames()
    tops = {name.split("/")[0] for name in every}
    assert tops == {path.name.removesuffix(".tar.gz")}
    return [name.split("/", 1)[1] for name in every]


def built(request: SdistRequest) -> set[str]:
    return set(names_in(build_sdist(request).path)) - ALWAYS


def git(root: Path, *arguments: str) -> None:
    user = ("-c", "user.name=Me", "-c", "user.email=me@example.com")
    subprocess.run(["git", "-C", root, *user, *arguments], check=True, capture_output=True)


# The form


def test_the_name_and_the_top_folder_are_normalised(root: Path) -> None:
    path = build_sdist(request_for(root)).path
    assert path.name == "my_tool-1.2.3.tar.gz"
    assert parse_sdist_filename(path.name) == ("my-tool", Version("1.2.3"))
    assert set(names_in(path)) == ALWAYS


def test_pkg_info_is_core_metadata(root: Path) -> None:
    with tarfile.open(build_sdist(request_for(root)).path) as archive:
        stream = archive.extractfile("my_tool-1.2.3/PKG-INFO")
        assert stream
        found = CoreMetadata.from_email(stream.read(), validate=True)
    assert (found.name, found.version, found.metadata_version) == (
        "My.Tool",
        Version("1.2.3"),
        "2.4",
    )


@pytest.mark.parametrize(
    ("license_", "dynamic"),
    [
        (None, ["license-expression", "license-file"]),
        ("MIT", ["license-expression", "license-file"]),
        ("Some words", ["license-file"]),
    ],
)
def test_what_grows_in_a_wheel_is_dynamic(
    root: Path, license_: str | None, dynamic: list[str]
) -> None:
    request = request_for(root)
    request = of(request, metadata=replace(METADATA, license=license_))

    with tarfile.open(build_sdist(request).path) as archive:
        stream = archive.extractfile("my_tool-1.2.3/PKG-INFO")
        assert stream
        found = CoreMetadata.from_email(stream.read(), validate=True)

    assert found.dynamic == dynamic


def test_every_member_is_a_plain_file_of_nobody(root: Path) -> None:
    (root / "main.go").chmod(0o700)
    (root / "go.sum").chmod(0o600)
    with tarfile.open(build_sdist(replace(request_for(root), epoch=1_000_000_000)).path) as archive:
        members = archive.getmembers()
    assert all(each.isreg() and each.mtime == 1_000_000_000 for each in members)
    assert {(each.uid, each.gid, each.uname, each.gname) for each in members} == {(0, 0, "", "")}
    modes = {each.name.rpartition("/")[2]: oct(each.mode) for each in members}
    assert (modes["main.go"], modes["go.sum"]) == ("0o755", "0o644")


def test_the_same_project_gives_the_same_bytes(root: Path, tmp_path: Path) -> None:
    fill(root, {"cmd/x/main.go": "package main\n", "a" * 120 + ".go": "package main\n"})
    first = sha256(build_sdist(request_for(root)).path)
    other = fill(tmp_path / "elsewhere" / "copy", {})
    for path in sorted(root.rglob("*.*"), reverse=True):
        goal = other / path.relative_to(root)
        goal.parent.mkdir(parents=True, exist_ok=True)
        goal.write_bytes(path.read_bytes())
        os.utime(goal, (1, 1))
    assert sha256(build_sdist(request_for(other)).path) == first


def test_the_compressed_form_says_neither_name_nor_time(root: Path) -> None:
    content = build_sdist(request_for(root)).path.read_bytes()
    assert content[:10] == bytes.fromhex("1f8b08000000000002ff")
    assert len(gzip.decompress(content)) % 512 == 0


def test_names_that_no_old_tar_could_hold_are_kept(root: Path) -> None:
    long = f"{'x' * 200}/größe {'y' * 100}.go"
    fill(root, {long: "package x\n"})
    assert built(request_for(root)) == {long}


def test_members_stand_in_the_order_of_their_paths() -> None:
    paths = ["b", "a/b", "a-b", "PKG", "a/B/c"]
    entries = [SdistEntry(path=path, content=b"") for path in paths]
    plan = plan_sdist(parse_distribution_name("x"), Version("1"), b"", entries)
    found = [entry.path for entry in plan.entries]
    assert found == ["PKG", "PKG-INFO", "a/B/c", "a/b", "a-b", "b"]


def test_the_sdist_of_an_unpacked_sdist_is_the_same(root: Path, tmp_path: Path) -> None:
    first = build_sdist(request_for(root)).path
    with tarfile.open(first) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    again = of(request_for(tmp_path / "unpacked" / "my_tool-1.2.3"), include=("*",))
    assert sha256(build_sdist(again).path) == sha256(first)


def test_two_members_of_one_name_are_refused() -> None:
    entries = [SdistEntry(path="a", content=b"1"), SdistEntry(path="a", content=b"2")]
    with pytest.raises(ProjectError, match="a twice"):
        plan_sdist(parse_distribution_name("x"), Version("1"), b"", entries)


def test_the_metadata_must_have_a_version(root: Path) -> None:
    with pytest.raises(MetadataError):
        build_sdist(of(request_for(root), metadata=Metadata(name=METADATA.name)))


def test_nothing_is_left_of_an_sdist_that_cannot_be_written(root: Path) -> None:
    goal = root.parent / "dist" / "my_tool-1.2.3.tar.gz"
    goal.mkdir(parents=True)
    with pytest.raises(OutputError):
        build_sdist(request_for(root))
    assert list(goal.parent.iterdir()) == [goal]


def test_sdists_are_built_side_by_side(root: Path) -> None:
    """Of one project, or of several versions, into one folder."""
    fill(root, {f"x{number}.go": f"package main // {'x' * 20_000}\n" for number in range(50)})
    with ThreadPoolExecutor(max_workers=4) as pool:
        made = list(pool.map(lambda _: build_sdist(request_for(root)), range(12)))
    assert len({each.sha256 for each in made}) == 1
    assert [path.name for path in made[0].path.parent.iterdir()] == ["my_tool-1.2.3.tar.gz"]
    assert sha256(made[0].path) == made[0].sha256


def test_an_unpacked_sdist_keeps_the_modules_that_came_with_it(root: Path, tmp_path: Path) -> None:
    fill(root, {"vendor/modules.txt": "# a v1\n", "vendor/a/a.go": "package a\n"})
    first = build_sdist(request_for(root)).path
    with tarfile.open(first) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    again = of(request_for(tmp_path / "unpacked" / "my_tool-1.2.3"), vendor=True)
    nowhere = replace(again, environment={"PATH": "/nowhere"})  # so no Go is asked
    assert sha256(build_sdist(nowhere).path) == sha256(first)


def test_the_project_stays_as_it_is(root: Path) -> None:
    before = listing(root)
    build_sdist(request_for(root))
    assert listing(root) == before


# What it holds


@pytest.mark.parametrize(
    "name",
    ["cmd/x/main.go", "asm_amd64.s", "c/x.c", "c/x.h", "lib.syso", "default.pgo", "README.md",
     "readme.rst", "vendor/modules.txt", "vendor/a/b/x.go", "vendor/a/LICENSE"],
)  # fmt: skip
def test_what_the_build_reads_is_there(root: Path, name: str) -> None:
    fill(root, {name: ""})
    assert built(request_for(root)) == {name}


@pytest.mark.parametrize(
    "name",
    ["main_test.go", "testdata/x.go", "docs/index.md", "Makefile", ".github/workflows/x.yml",
     "dist/x-1.0.tar.gz", "data.bin", ".gitignore", "inner/go.mod", "docs/README.md"],
)  # fmt: skip
def test_what_the_build_does_not_read_is_not_there(root: Path, name: str) -> None:
    fill(root, {name: ""})
    assert built(request_for(root)) == set()


def test_embedded_files_are_there(root: Path) -> None:
    files = {"web/a.js": "", "web/.hidden": "", "web/deep/b.js": "", "other/c.js": ""}
    fill(root, {**files, "web.go": "package main\n\n//go:embed web\nvar web embed.FS\n"})
    assert built(request_for(root)) == {"web.go", "web/a.js", "web/deep/b.js"}


def test_an_inner_module_is_there_where_it_replaces_one(root: Path) -> None:
    inner = {"lib/go.mod": "module l\n", "lib/l.go": "package l\n", "lib/l_test.go": ""}
    fill(root, {**inner, "lib/l.txt": "", "lib/e.go": "package l\n\n//go:embed l.txt\n"})
    with (root / "go.mod").open("a") as stream:
        stream.write("\nreplace example.com/l => ./lib\n")
    assert built(request_for(root)) == {"lib/go.mod", "lib/l.go", "lib/l.txt", "lib/e.go"}


@pytest.mark.parametrize("folder", ["../lib", "..", "/lib", "./lib/../../x"])
def test_a_module_outside_needs_vendor(root: Path, folder: str) -> None:
    with (root / "go.mod").open("a") as stream:
        stream.write(f"\nreplace example.com/l => {folder}\n")
    with pytest.raises(ProjectError, match="lies outside") as caught:
        build_sdist(request_for(root))
    assert folder in caught.value.message
    assert "vendor = true" in caught.value.hint


@pytest.mark.parametrize("line", ["go 1.13", ""])
def test_a_module_too_old_for_vendor_is_refused(root: Path, line: str) -> None:
    (root / "go.mod").write_text(f"module example.com/tool\n\n{line}\n")
    with pytest.raises(ProjectError, match=r"before go 1\.14"):
        build_sdist(of(request_for(root), vendor=True))


def test_a_module_that_begins_above_is_refused(root: Path) -> None:
    inner = fill(root / "python", {"pyproject.toml": ""})
    with pytest.raises(ProjectError, match="begins above") as caught:
        build_sdist(of(request_for(root), folder=inner))
    assert "./python" in caught.value.hint


def test_what_is_included_or_excluded_is_or_is_not(root: Path) -> None:
    fill(root, {"docs/a.md": "", "docs/b.md": "", "x.go": "", "LICENSE": "", "README.md": ""})
    licenses = (LicenseText(path=PurePosixPath("LICENSE"), content=b""),)
    request = of(
        request_for(root),
        metadata=replace(METADATA, license_files=licenses),
        include=("docs/*.md",),
        exclude=("b.md", "x.go", "README.md", "LICENSE", "go.mod"),
    )
    assert built(request) == {"docs/a.md", "LICENSE"}
    assert built(of(request, named=("README.md",))) == {"docs/a.md", "LICENSE", "README.md"}


def test_a_folder_named_like_a_readme_is_none(root: Path) -> None:
    (root / "README").mkdir()
    assert built(request_for(root)) == set()


def test_a_readme_may_lead_to_that_of_the_checkout(root: Path) -> None:
    fill(root.parent, {"README.md": "shared"})
    (root / "README.md").symlink_to(Path("..", "README.md"))
    with pytest.raises(ProjectError, match="leads out of the project"):
        build_sdist(request_for(root))
    path = build_sdist(of(request_for(root), top=root.parent)).path
    with tarfile.open(path) as archive:
        stream = archive.extractfile("my_tool-1.2.3/README.md")
        assert stream
        assert stream.read() == b"shared"
    (root / "x.go").symlink_to(Path("..", "README.md"))
    with pytest.raises(ProjectError, match=r"x\.go leads out of the project"):
        build_sdist(of(request_for(root), top=root.parent))


def test_files_that_pyproject_names_are_there(root: Path) -> None:
    fill(root, {"docs/long.md": "", "legal/terms": ""})
    request = of(request_for(root), named=("docs/long.md", "legal/terms"))
    assert built(request) == {"docs/long.md", "legal/terms"}


def test_a_licence_from_above_the_project_is_put_beside_it(root: Path) -> None:
    licenses = (LicenseText(path=PurePosixPath("LICENSE"), content=b"be free\n"),)
    metadata = replace(METADATA, license_files=licenses)
    path = build_sdist(of(request_for(root), metadata=metadata)).path
    with tarfile.open(path) as archive:
        stream = archive.extractfile("my_tool-1.2.3/LICENSE")
        assert stream
        assert stream.read() == b"be free\n"


def test_the_python_package_is_there(root: Path) -> None:
    files = {"src/tool/__init__.py": "", "src/tool/data.bin": "", "src/tool/a/b.pyi": ""}
    fill(root, {**files, "src/tool/__pycache__/x.pyc": "", "src/other/x.py": "", "tests/t.py": ""})
    package = PythonPackage(name=ImportName("tool"), folder=root / "src" / "tool", project=root)
    assert built(of(request_for(root), python=package)) == set(files)


# git and links


def test_what_git_ignores_is_not_there_unless_it_is_in_the_index(root: Path) -> None:
    files = {"a.go": "", "kept.gen.go": "", "lost.gen.go": "", ".gitignore": "*.gen.go\n"}
    fill(root, files)
    git(root, "init", "-q")
    git(root, "add", "--force", "kept.gen.go")
    told: list[Event] = []
    names = set(names_in(build_sdist(request_for(root), told.append).path)) - ALWAYS
    assert names == {"a.go", "kept.gen.go"}
    (warning,) = [each.message for each in told if isinstance(each, Warned)]
    assert "lost.gen.go" in warning
    assert built(of(request_for(root), include=("lost*",))) == set(files) - {".gitignore"}


def test_an_embedded_file_that_git_ignores_is_an_error(root: Path) -> None:
    fill(root, {"web/app.js": "", "web.go": "package main\n\n//go:embed web\n"})
    (root / ".gitignore").write_text("web/\n")
    with pytest.raises(ProjectError, match=r"web\.go embeds web.*web/app\.js") as caught:
        build_sdist(request_for(root))
    assert "include = ['/web/app.js']" in caught.value.hint
    assert built(of(request_for(root), include=("/web/",))) == {"web.go", "web/app.js"}


def test_a_module_in_the_project_that_git_ignores_is_an_error(root: Path) -> None:
    fill(root, {"third/a/go.mod": "module a\n", "third/a/a.go": "package a\n"})
    fill(root, {".gitignore": "third/\n"})
    with (root / "go.mod").open("a") as stream:
        stream.write("\nreplace example.com/a => ./third/a\n")
    with pytest.raises(ProjectError, match=r"third/a .*git ignores it") as caught:
        build_sdist(request_for(root))
    assert "include = ['/third/a/']" in caught.value.hint
    found = built(of(request_for(root), include=("/third/a/",)))
    assert found == {"third/a/go.mod", "third/a/a.go"}


def test_an_ignored_file_of_an_embedded_folder_is_told_of(root: Path) -> None:
    fill(root, {"web/a.js": "", "web/made.js": "", "web.go": "package main\n\n//go:embed web\n"})
    fill(root, {".gitignore": "made.*\n", "made.txt": "", "made.exe": ""})
    told: list[Event] = []
    names = set(names_in(build_sdist(request_for(root), told.append).path)) - ALWAYS
    assert names == {"web.go", "web/a.js"}
    (warning,) = [each.message for each in told if isinstance(each, Warned)]
    assert "hold web/made.js, since" in warning


def test_the_target_of_a_link_inside_is_its_content(root: Path) -> None:
    fill(root, {"real/x.txt": "package main\n"})
    (root / "x.go").symlink_to("real/x.txt")
    path = build_sdist(request_for(root)).path
    with tarfile.open(path) as archive:
        member = archive.getmember("my_tool-1.2.3/x.go")
        stream = archive.extractfile(member)
        assert stream
        assert member.isreg()
        assert stream.read() == b"package main\n"


def test_a_link_that_leads_out_is_refused(root: Path) -> None:
    (root.parent / "secret").write_text("secret")
    (root / "x.go").symlink_to("../secret")
    with pytest.raises(ProjectError, match=r"x\.go leads out"):
        build_sdist(request_for(root))
    assert built(of(request_for(root), exclude=("x.go",))) == set()


def test_a_readme_outside_the_project_is_refused(root: Path) -> None:
    fill(root.parent, {"README.md": "# Outside\n"})
    with pytest.raises(ProjectError, match=r"\.\./README\.md leads out"):
        build_sdist(of(request_for(root), named=("../README.md",)))


@pytest.mark.parametrize("place", [".", ".."])
def test_a_workspace_is_told_of(root: Path, place: str) -> None:
    (root / place / "go.work").write_text("go 1.24\n")
    told: list[Event] = []
    names: Sequence[str] = names_in(build_sdist(request_for(root), told.append).path)
    assert "go.work" not in names
    assert any("go.work" in each.message for each in told if isinstance(each, Warned))


def test_an_include_that_means_no_file_is_told(root: Path) -> None:
    fill(root, {".gitignore": "web/\n", "web/a.js": "x"})
    told: list[Event] = []
    include = ("web/*.js", "wbe/", "# a comment", "", "!web/b.js")
    build_sdist(of(request_for(root), include=include), told.append)
    (warning,) = [each.message for each in told if isinstance(each, Warned)]
    assert warning == "No file of the project matches include = ['wbe/']."
