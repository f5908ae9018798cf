"""The files of a project (sources/project/tree.py), by the real git and without it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from go_to_wheel.errors import ProjectError
from go_to_wheel.sources.process import Processes
from go_to_wheel.sources.project.tree import project_files
from helpers.needs import requirement

List = Callable[..., list[str]]


def write(root: Path, *names: str, **contents: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(contents.get("text", "x"))


def ignore(folder: Path, *lines: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".gitignore").write_bytes(os.fsencode("\n".join(lines) + "\n"))


def environment(home: Path) -> Mapping[str, str]:
    """Nothing of the user's git settings counts."""
    (home / "gitconfig").write_text("[user]\nname = A\nemail = a@example.com\n")
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "GIT_CONFIG_GLOBAL": str(home / "gitconfig"),
        "GIT_CONFIG_NOSYSTEM": "1",
    }


def git(folder: Path, home: Path, *arguments: str) -> None:
    requirement("git", shutil.which("git"), "the program git is not on PATH")
    subprocess.run(
        ["git", "-c", "protocol.file.allow=always", *arguments],
        cwd=folder,
        env=dict(environment(home)),
        check=True,
        capture_output=True,
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


def by_git(root: Path, include: Sequence[str] = (), exclude: Sequence[str] = ()) -> list[str]:
    home = root.parent
    if not (root / ".git").exists():
        git(root, home, "init", "--quiet")
    processes = Processes(environment=environment(home))
    found = project_files(root, processes, include=include, exclude=exclude)
    return [path.as_posix() for path in found]


def without_git(root: Path, include: Sequence[str] = (), exclude: Sequence[str] = ()) -> list[str]:
    processes = Processes(environment={"PATH": ""})
    found = project_files(root, processes, include=include, exclude=exclude)
    return [path.as_posix() for path in found]


@pytest.fixture(params=[by_git, without_git], ids=["git", "no-git"])
def listed(request: pytest.FixtureRequest) -> List:
    """Both ways to find out must give the same."""
    found: List = request.param
    return found


def test_files_come_in_the_order_of_their_parts(root: Path, listed: List) -> None:
    write(root, "b", "a/z", "a.b", "a/b/c", "B", "ä")
    assert listed(root) == ["B", "a/b/c", "a/z", "a.b", "b", "ä"]


def test_ignored_files_are_left_out(root: Path, listed: List) -> None:
    ignore(root, "*.log", "/build/", "!keep.log", "#x", "\\#y", "a/**/deep", "only/", "end\\ ")
    ignore(root / "sub", "only-here", "!again.log")
    write(root, "x.log", "keep.log", "build/x", "sub/build/x", "#x", "#y", "a/1/2/deep", "deep")
    write(root, "sub/only", "end ", "end", "only/x")
    write(root, "sub/x.log", "sub/again.log", "sub/only-here", "only-here", "build/keep.log")
    assert listed(root) == [
        "#x", ".gitignore", "deep", "end", "keep.log", "only-here", "sub/.gitignore", "sub/again.log",
        "sub/build/x", "sub/only",
    ]  # fmt: skip


def test_the_last_rule_decides_and_an_ignored_folder_is_closed(root: Path, listed: List) -> None:
    ignore(root, "!*", "build/", "!build/x", "data/**", "!data/keep", "*.x", "!a/", "!a", "/[z-a]")
    write(root, "build/x", "data/keep", "data/b", "data/c/keep", "a/b.x", "a/c")
    assert listed(root) == [".gitignore", "a/c", "data/keep"]


def test_what_no_pattern_can_be_is_passed_over(root: Path, listed: List) -> None:
    ignore(root, "!", "\\", "[", "[[:alpha:]]-x", "*.log\r", "\udcff*")
    write(root, "x.log", "kept")
    assert listed(root) == [".gitignore", "kept"]


def test_include_brings_back_what_is_ignored(root: Path, listed: List) -> None:
    ignore(root, "_version.py", "/generated/")
    write(root, "src/a/_version.py", "generated/x/y.json", "generated/z.txt", "kept")
    assert listed(root) == [".gitignore", "kept"]
    assert listed(root, include=["src/a/_version.py", "*.json"]) == [
        ".gitignore", "generated/x/y.json", "kept", "src/a/_version.py",
    ]  # fmt: skip
    assert listed(root, include=["/generated/", "!z.txt"])[1:] == ["generated/x/y.json", "kept"]


def test_exclude_wins_over_all(root: Path, listed: List) -> None:
    ignore(root, "*.log")
    write(root, "a.log", "docs/x", "docs/y", "kept", "sub/docs/z")
    found = listed(root, include=["*.log"], exclude=["*.log", "/docs/", ".gitignore"])
    assert found == ["kept", "sub/docs/z"]


def test_some_things_are_never_part_of_a_project(root: Path, listed: List) -> None:
    write(root, "a/__pycache__/x.txt", "a/b.pyc", "a/b.pyo", "env/pyvenv.cfg", "env/lib/c.py")
    write(root, ".go-to-wheel-x/w", "dist/a.whl", "dist/a.tar.gz", "dist/other", "sub/dist/a.whl")
    write(root, "pyvenv.cfg", "kept", "a/.git/config", "sub/ENV/pyvenv.cfg", "sub/ENV/x")
    expected = ["dist/other", "kept", "pyvenv.cfg", "sub/dist/a.whl"]
    assert listed(root) == expected
    assert listed(root, include=["*", "**/*"]) == expected


def test_all_files_of_an_unpacked_sdist_count(root: Path, tmp_path: Path) -> None:
    processes = Processes(environment=environment(tmp_path))

    def listed(exclude: Sequence[str] = ()) -> list[str]:
        return [str(path) for path in project_files(root, processes, exclude=exclude)]

    ignore(root, "*.log", "/data/")
    write(root, "x.log", "data/x", "PKG-INFO", "a/__pycache__/b.pyc", "a/b")
    expected = [".gitignore", "PKG-INFO", "a/b", "data/x", "x.log"]
    assert listed() == expected
    assert listed(exclude=["*.log"]) == expected[:-1]


def test_a_pkg_info_in_a_checkout_is_a_file_like_any_other(tmp_path: Path) -> None:
    root = tmp_path / "outer" / "project"
    ignore(root, "*.log")
    write(root, "kept", "x.log", text="x")
    (root / "PKG-INFO").write_text("Name: My.Tool\nVersion: 1\n")
    processes = Processes(environment=environment(tmp_path))

    def names() -> list[str]:
        return [str(path) for path in project_files(root, processes, name="my_tool")]

    assert "x.log" in names()
    git(root.parent, tmp_path, "init", "-q")
    assert "x.log" in names()  # an sdist that was unpacked in somebody's checkout
    git(root.parent, tmp_path, "add", "project/kept")
    assert "x.log" not in names()
    git(root.parent, tmp_path, "rm", "-q", "--cached", "project/kept")
    assert "x.log" in names()
    git(root, tmp_path, "init", "-q")
    assert "x.log" not in names()


def test_the_pkg_info_of_another_distribution_is_a_file_like_any_other(tmp_path: Path) -> None:
    root = tmp_path / "project"
    ignore(root, "*.log")
    write(root, "x.log")
    (root / "PKG-INFO").write_text("Name: other\n")
    processes = Processes(environment=environment(tmp_path))
    found = project_files(root, processes, name="tool")
    assert [str(path) for path in found] == [".gitignore", "PKG-INFO"]


def test_an_empty_folder_has_no_files(root: Path, listed: List) -> None:
    (root / "empty").mkdir()
    assert listed(root) == []


def test_links_stand_for_what_they_lead_to(root: Path, listed: List) -> None:
    write(root, "real/one", "real/two.log", "kept")
    ignore(root, "*.log")
    (root / "file").symlink_to("kept")
    (root / "folder").symlink_to("real")
    (root / "all").symlink_to(".")
    (root / "real" / "loop").symlink_to("..")
    (root / "broken").symlink_to("nowhere")
    found = listed(root)
    assert [path for path in found if not path.startswith(("all/", "real/loop/"))] == [
        ".gitignore", "file", "folder/one", "kept", "real/one",
    ]  # fmt: skip
    assert "all/real/one" in found
    assert "real/loop/real/one" in found
    assert all((root / path).is_file() for path in found)


def test_a_link_that_leads_out_is_there_to_be_refused(root: Path, listed: List) -> None:
    write(root.parent, "secret/file")
    (root / "folder").symlink_to(root.parent / "secret")
    (root / "file").symlink_to("../secret/file")
    assert listed(root) == ["file", "folder"]
    assert listed(root, exclude=["file", "folder"]) == []


def test_a_name_that_is_not_utf_8_is_refused(root: Path, listed: List) -> None:
    bad = os.fsdecode(b"bad-\xff.txt")
    write(root, bad)
    with pytest.raises(ProjectError, match="not UTF-8") as caught:
        listed(root)
    assert "bad-" in caught.value.message
    assert caught.value.message.isprintable()
    assert listed(root, exclude=["bad-*"]) == []


def test_a_name_with_a_line_break_is_a_name(root: Path, listed: List) -> None:
    write(root, "a\nb", 'c"d')
    assert listed(root) == ["a\nb", 'c"d']


@pytest.mark.parametrize("pattern", ["!", "\\", "[z-a]"])
def test_a_pattern_that_is_none_is_refused(root: Path, pattern: str) -> None:
    with pytest.raises(ProjectError, match="pattern of include is wrong"):
        without_git(root, include=[pattern])
    with pytest.raises(ProjectError, match="pattern of exclude is wrong"):
        without_git(root, exclude=[pattern])


def test_a_folder_that_is_not_there_is_refused(root: Path, listed: List) -> None:
    with pytest.raises(ProjectError, match="cannot be read"):
        project_files(root / "no", Processes(environment=environment(root)))


# What only git knows


def test_git_knows_what_was_added_and_what_was_deleted(root: Path) -> None:
    ignore(root, "*.log")
    write(root, "forced.log", "gone", "new", "other.log")
    by_git(root)
    git(root, root.parent, "add", "--force", "forced.log", "gone")
    (root / "gone").unlink()
    assert by_git(root) == [".gitignore", "forced.log", "new"]


def test_git_s_private_rules_count(root: Path) -> None:
    write(root, "a.txt", "b.txt")
    by_git(root)
    (root / ".git" / "info" / "exclude").write_text("a.txt\n")
    assert by_git(root) == ["b.txt"]


def test_the_checkout_may_lie_above(root: Path) -> None:
    write(root, "sub/kept", "sub/x.log", "other")
    ignore(root, "*.log")
    by_git(root)
    processes = Processes(environment=environment(root.parent))
    assert [str(path) for path in project_files(root / "sub", processes)] == ["kept"]


def test_a_project_in_a_folder_that_git_ignores_counts_by_itself(root: Path) -> None:
    write(root, "build/unpacked/kept", "build/unpacked/x.log")
    ignore(root / "build" / "unpacked", "*.log")
    ignore(root, "/build/")
    by_git(root)
    processes = Processes(environment=environment(root.parent))
    found = [str(path) for path in project_files(root / "build" / "unpacked", processes)]
    assert found == [".gitignore", "kept"]


def test_a_submodule_is_part_of_the_project_and_a_stray_clone_is_not(root: Path) -> None:
    home = root.parent
    library = home / "library"
    write(library, "lib.c", "x.log")
    ignore(library, "*.log")
    git(library, home, "init", "--quiet")
    git(library, home, "add", ".")
    git(library, home, "commit", "--message=library")
    by_git(root)
    git(root, home, "submodule", "--quiet", "add", str(library), "third/library")
    git(root, home, "clone", "--quiet", str(library), "stray")
    write(root, "third/library/x.log")
    assert by_git(root) == [".gitmodules", "third/library/.gitignore", "third/library/lib.c"]


def test_what_is_called_git_may_be_broken(root: Path) -> None:
    program = root.parent / "bin" / "git"
    write(root, "kept", "x.log")
    ignore(root, "*.log")
    for text in ("#!/bin/sh\nexit 1\n", "no program"):
        write(root.parent, "bin/git", text=text)
        program.chmod(0o755)
        processes = Processes(environment={"PATH": str(program.parent)})
        assert [str(path) for path in project_files(root, processes)] == [".gitignore", "kept"]


_NAMES = st.sampled_from(["a", "b", "c", "a.x", "b.x", ".h"])
_PATHS = st.lists(_NAMES, min_size=1, max_size=3).map("/".join)
_PIECES = st.sampled_from(["a", "b", "*", "**", "?", "[ab]", "*.x", "[!a]", "a*", "\\a", ".*"])
_LINES = st.tuples(
    st.sampled_from(["", "!", "/", "!/"]),
    st.lists(_PIECES, min_size=1, max_size=3).map("/".join),
    st.sampled_from(["", "/", " ", "\\ "]),
).map("".join)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.sets(_PATHS, min_size=1, max_size=12),
    st.dictionaries(_NAMES | st.just(""), st.lists(_LINES, max_size=4), max_size=3),
)
def test_gitignore_means_the_same_without_git(
    root: Path, paths: set[str], rules: dict[str, list[str]]
) -> None:
    for entry in root.iterdir():
        if entry.name != ".git":
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    for path in sorted(paths):
        below = [path.rsplit("/", count)[0] for count in range(path.count("/") + 1)]
        if not any((root / each).is_file() for each in below) and not (root / path).is_dir():
            write(root, path)
    for folder, lines in rules.items():
        if (root / folder).is_dir():
            ignore(root / folder, *lines)
    assert by_git(root) == without_git(root)
