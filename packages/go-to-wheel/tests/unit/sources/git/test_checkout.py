"""The version by git's tags (sources/git/checkout.py), by the real git."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from go_to_wheel.errors import MetadataError
from go_to_wheel.sources.git.checkout import (
    _MOST_OTHERS,
    CheckoutState,
    find_checkout,
    web_address,
)
from go_to_wheel.sources.process import Processes
from go_to_wheel.sources.project.tree import project_files
from helpers.needs import requirement


@dataclass(frozen=True)
class Repository:
    """A git work tree in which nothing of the user's settings counts."""

    root: Path
    environment: Mapping[str, str]

    def git(self, *arguments: str | Path) -> None:
        subprocess.run(
            ["git", *arguments],
            cwd=self.root,
            env=dict(self.environment),
            check=True,
            capture_output=True,
        )

    def commit(self, *tags: str) -> None:
        self.git("commit", "--allow-empty", "--message=change")
        for tag in tags:
            self.git("tag", tag)

    def looked_at(
        self, folder: Path | None = None, leave_out: Path | None = None
    ) -> CheckoutState | None:
        where = folder or self.root
        checkout = find_checkout(where, Processes(environment=self.environment))
        assert checkout is not None
        return checkout.state(where, leave_out)

    def state(self, folder: Path | None = None, leave_out: Path | None = None) -> CheckoutState:
        state = self.looked_at(folder, leave_out)
        assert state is not None
        return state

    def changed(self, *files: Path) -> tuple[Path, ...]:
        checkout = find_checkout(self.root, Processes(environment=self.environment))
        assert checkout is not None
        return checkout.changed(files, [self.root], self.state())

    def add_module(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "go.mod").write_text("module example.com/tool\n")
        self.git("add", "--force", folder / "go.mod")
        self.commit()

    def version(self, folder: Path | None = None) -> str | None:
        where = folder or self.root
        checkout = find_checkout(where, Processes(environment=self.environment))
        assert checkout is not None
        found = checkout.version(where)
        return None if found is None else str(found)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """An empty repository with one commit."""
    requirement("git", shutil.which("git"), "the program git is not on PATH")
    (tmp_path / "gitconfig").write_text("[user]\nname = A\nemail = a@example.com\n")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "GIT_CONFIG_GLOBAL": str(tmp_path / "gitconfig"),
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    made = Repository(root=tmp_path / "work", environment=environment)
    made.root.mkdir()
    made.git("init", "--quiet")
    made.commit()
    return made


def test_without_a_tag_there_is_no_version(repository: Repository) -> None:
    assert repository.version() is None


@pytest.mark.parametrize(
    ("tag", "expected"),
    [("v1.2.3", "1.2.3"), ("1.2.3", "1.2.3"), ("v1.2.3-rc.1", "1.2.3rc1"), ("v2", "2"),
     ("v1.2.3-4-gabcdef", None), ("version-1", None), ("release", None), ("v1.2.3+x", "1.2.3")],
)  # fmt: skip
def test_a_tag_on_the_commit_is_its_version(
    repository: Repository, tag: str, expected: str | None
) -> None:
    repository.git("tag", tag)
    assert repository.version() == expected


def test_a_tag_that_is_no_version_hides_none_behind_it(repository: Repository) -> None:
    repository.git("tag", "v1.2.3")
    repository.commit("v2-docs")
    repository.commit("v3-beta-site", "v3-docs")
    assert repository.version() == "1.2.4.dev2"
    repository.git("tag", "v4.0.0")
    assert repository.version() == "4.0.0"


def test_the_search_for_a_version_among_tags_ends(repository: Repository) -> None:
    repository.git("tag", "v1.2.3")
    repository.commit(*(f"v2-docs-{number}" for number in range(_MOST_OTHERS)))
    assert repository.version() == "1.2.4.dev1"
    repository.git("tag", "v2-docs-more")
    assert repository.version() is None


def test_annotated_tags_count_like_others(repository: Repository) -> None:
    repository.git("tag", "--annotate", "--message=x", "v1.2.3")
    assert repository.version() == "1.2.3"


def test_commits_after_a_tag_count(repository: Repository) -> None:
    repository.git("tag", "v1.2.3")
    repository.commit()
    repository.commit()
    assert repository.version() == "1.2.4.dev2"


def test_commits_after_a_candidate_stay_before_the_release(repository: Repository) -> None:
    repository.git("tag", "v1.2.3-rc.1")
    repository.commit()
    assert repository.version() == "1.2.3rc2.dev1"


def test_changes_that_are_not_committed_count_too(repository: Repository) -> None:
    file = repository.root / "file"
    file.write_text("1")
    repository.git("add", "file")
    repository.commit("v1.2.3")
    assert repository.version() == "1.2.3"
    file.write_text("2")
    assert repository.version() == "1.2.4.dev0"


def test_files_that_git_does_not_know_do_not_count(repository: Repository) -> None:
    repository.git("tag", "v1.2.3")
    (repository.root / "new").touch()
    assert repository.version() == "1.2.3"


def test_the_nearest_tag_counts_not_the_highest(repository: Repository) -> None:
    repository.git("tag", "v9.0.0")
    repository.commit("v1.0.0")
    assert repository.version() == "1.0.0"


@pytest.mark.parametrize("annotate", [[], ["--annotate", "--message=x"]])
def test_of_several_tags_on_one_commit_the_highest_counts(
    repository: Repository, annotate: list[str]
) -> None:
    for tag in ("v1", "v1.2.3-rc.1", "v1.2.3", "v1.2"):
        repository.git("tag", *annotate, tag)
    assert repository.version() == "1.2.3"
    repository.commit()
    assert repository.version() == "1.2.4.dev1"


def test_a_module_below_has_tags_of_its_own(repository: Repository) -> None:
    module = repository.root / "tools" / "scan"
    module.mkdir(parents=True)
    repository.git("tag", "v1.0.0")
    assert repository.version(module) == "1.0.0"  # those of the whole, where it has none
    repository.git("tag", "tools/scan/v0.3.0")
    assert repository.version(module) == "0.3.0"
    assert repository.version() == "1.0.0"
    assert repository.version(module.parent) == "1.0.0"


def test_a_folder_is_found_through_links_and_dots(repository: Repository) -> None:
    module = repository.root / "tools" / "scan"
    module.mkdir(parents=True)
    repository.git("tag", "tools/scan/v0.3.0")
    link = repository.root.parent / "link"
    link.symlink_to(repository.root)
    assert repository.version(link / "tools" / "scan") == "0.3.0"
    assert repository.version(module / ".." / "scan") == "0.3.0"


def test_odd_names_of_folders_do_no_harm(repository: Repository) -> None:
    for name in ("a b", "größe", "-x", "[x]", "*"):
        folder = repository.root / name
        folder.mkdir()
        assert repository.version(folder) is None


def test_outside_any_work_tree_there_is_no_checkout(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "GIT_CEILING_DIRECTORIES": str(tmp_path.parent)}
    assert find_checkout(tmp_path, Processes(environment=environment)) is None


@pytest.mark.parametrize("environment", [{}, {"PATH": ""}, {"PATH": "/nowhere"}])
def test_without_git_there_is_no_checkout(tmp_path: Path, environment: dict[str, str]) -> None:
    assert find_checkout(tmp_path, Processes(environment=environment)) is None


def test_the_inside_of_a_repository_is_no_work_tree(repository: Repository) -> None:
    inside = repository.root / ".git"
    processes = Processes(environment=repository.environment)
    assert find_checkout(inside, processes, needs_version=True) is None


def test_a_checkout_that_git_refuses_is_told_where_its_version_is_needed(
    repository: Repository,
) -> None:
    module = repository.root / "module"
    module.mkdir()
    processes = Processes(
        environment={**repository.environment, "GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"}
    )
    with pytest.raises(MetadataError, match="git refuses to read its checkout") as caught:
        find_checkout(module, processes, needs_version=True)
    assert "dubious ownership" in caught.value.detail
    assert "safe.directory" in caught.value.hint
    assert str(repository.root) in caught.value.hint
    assert "--version" in caught.value.hint
    assert find_checkout(module, processes) is None


@pytest.mark.parametrize("content", [None, b"\x7fELF nothing"])
def test_without_git_a_checkout_is_not_given_a_guessed_version(
    repository: Repository, tmp_path: Path, content: bytes | None
) -> None:
    module = repository.root / "module"
    module.mkdir()
    (tmp_path / "bin").mkdir()
    if content:
        (tmp_path / "bin" / "git").write_bytes(content)
        (tmp_path / "bin" / "git").chmod(0o755)
    processes = Processes(environment={"PATH": str(tmp_path / "bin")})
    with pytest.raises(MetadataError, match="there is no git command") as caught:
        find_checkout(module, processes, needs_version=True)
    assert caught.value.hint == "Install git, or give the version with --version."
    assert find_checkout(module, processes) is None


def test_a_shallow_clone_is_known_as_one(repository: Repository, tmp_path: Path) -> None:
    repository.git("tag", "v1.0.0")
    repository.commit()
    repository.git("clone", "--depth=1", "--no-tags", repository.root.as_uri(), tmp_path / "clone")
    processes = Processes(environment=repository.environment)
    for folder, expected in ((repository.root, False), (tmp_path / "clone", True)):
        checkout = find_checkout(folder, processes)
        assert checkout is not None
        assert checkout.is_shallow(folder) is expected


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
def test_a_git_that_fails_outside_any_checkout_does_no_harm(tmp_path: Path) -> None:
    command = tmp_path / "git"
    command.write_text("#!/bin/sh\necho fatal: broken >&2\nexit 1\n")
    command.chmod(0o755)
    above = (tmp_path.resolve(), *tmp_path.resolve().parents)
    requirement("no checkout", not any((each / ".git").exists() for each in above), "a .git above")
    processes = Processes(environment={"PATH": str(tmp_path)})
    assert find_checkout(tmp_path, processes, needs_version=True) is None
    command.write_bytes(b"\x7fELF nothing")
    assert find_checkout(tmp_path, processes, needs_version=True) is None


@pytest.fixture
def module(repository: Repository) -> Repository:
    """A repository with a Go module at its root."""
    repository.add_module(repository.root)
    return repository


def test_the_commit_is_told_and_that_nothing_has_changed(module: Repository) -> None:
    state = module.state()

    assert re.fullmatch("[0-9a-f]{40}", state.commit)
    assert (state.dirty, state.repository) == (False, "")
    module.commit()
    assert module.state().commit != state.commit


@pytest.mark.parametrize("name", ["new.go", "inner/new.go"])
def test_a_file_that_no_commit_holds_is_a_change(module: Repository, name: str) -> None:
    path = module.root / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("package main\n")

    assert module.state().dirty
    module.git("add", ".")
    assert module.state().dirty
    module.commit()
    assert not module.state().dirty
    path.write_text("package other\n")
    assert module.state().dirty


def test_a_folder_is_told_apart_from_its_neighbours(repository: Repository) -> None:
    inner, other = repository.root / "a" / "b", repository.root / "other"
    repository.add_module(inner)
    repository.add_module(other)
    repository.add_module(repository.root)
    (other / "new.go").touch()

    assert repository.state().subfolder == ""
    state = repository.state(inner)
    assert (state.subfolder, state.dirty) == ("a/b", False)
    assert repository.state(other).dirty


def test_an_ignored_file_is_a_change_only_where_go_compiles_it(module: Repository) -> None:
    (module.root / ".gitignore").write_text("*.gen.go\n")
    module.git("add", ".")
    module.commit()
    ignored = module.root / "version.gen.go"
    ignored.touch()

    assert not module.state().dirty
    assert module.changed(module.root / "go.mod") == ()
    assert module.changed(module.root / "go.mod", ignored) == (ignored,)


@pytest.mark.parametrize("flag", ["--assume-unchanged", "--skip-worktree"])
def test_a_file_that_git_is_told_to_pass_over_is_looked_at_all_the_same(
    module: Repository, flag: str
) -> None:
    module.git("update-index", flag, "go.mod")
    assert not module.state().dirty

    (module.root / "go.mod").write_text("module example.com/other\n")
    assert module.state().changes == (module.root / "go.mod",)


def test_what_git_puts_in_a_commit_s_place_is_not_the_commit(module: Repository) -> None:
    """``git replace``, of which nobody else knows."""
    good = module.state().commit
    (module.root / "evil.go").touch()
    module.git("add", ".")
    module.commit()
    module.git("replace", good, "HEAD")
    module.git("reset", "--quiet", "--hard", good)
    assert (module.root / "evil.go").exists()

    assert module.state() == replace(module.state(), dirty=True, commit=good)


@pytest.mark.parametrize("name", ["new.go", "a b/ü\n.go"])
def test_changes_are_named(module: Repository, name: str) -> None:
    inner = module.root / "inner"
    module.add_module(inner)
    path = inner / name
    path.parent.mkdir(exist_ok=True)
    assert module.state(inner).changes == ()

    path.touch()
    assert module.state(inner).changes == (path,)
    module.git("add", ".")
    assert module.state(inner).changes == (path,)
    module.commit()
    module.git("mv", path, inner / "moved.go")
    (inner / "new").touch()
    assert module.state(inner).changes == (inner / "moved.go", inner / "new")
    module.git("reset", "--quiet", "--hard")
    (inner / "new").unlink()
    path.unlink()
    assert module.state(inner).changes == (path,)


def test_files_elsewhere_are_changes_of_no_commit(module: Repository) -> None:
    outside = module.root.parent / "outside.go"
    outside.touch()
    missing = module.root / "missing.go"

    assert module.changed(outside, missing) == (outside, missing)


def test_a_licence_above_the_module_counts_and_other_files_there_do_not(
    repository: Repository,
) -> None:
    inner = repository.root / "[a]*" / "b"
    repository.add_module(inner)
    for name in ("notes.txt", "[a]*/notes.txt", "other/LICENSE"):
        (repository.root / name).parent.mkdir(exist_ok=True)
        (repository.root / name).touch()
    assert not repository.state(inner).dirty

    for name in ("LICENCE", "[a]*/Copying.txt", "notice"):
        (repository.root / name).touch()
        assert repository.state(inner).dirty
        (repository.root / name).unlink()


def test_the_wheels_of_an_earlier_build_are_no_change(module: Repository) -> None:
    for name in ("dist/a.whl", ".go-to-wheel-x/b.whl", "c.whl"):
        path = module.root / name
        path.parent.mkdir(exist_ok=True)
        path.touch()

    assert module.state().dirty
    assert module.state(leave_out=module.root / "dist").dirty
    (module.root / "c.whl").unlink()
    assert not module.state(leave_out=module.root / "dist").dirty
    assert module.state(leave_out=module.root.parent / "elsewhere").dirty
    (module.root / "dist" / "a.whl").rename(module.root / "a.whl")
    assert not module.state(leave_out=module.root).dirty


def test_a_folder_inside_somebody_else_s_checkout_is_no_part_of_it(module: Repository) -> None:
    inner = module.root / "unpacked" / "tool-1.0"
    inner.mkdir(parents=True)
    (inner / "go.mod").write_text("module example.com/other\n")

    assert module.looked_at(inner) is None
    (inner / "README.md").touch()
    module.git("add", inner / "README.md")
    assert module.looked_at(inner) is None
    (module.root / ".gitignore").write_text("unpacked/\n")
    assert module.looked_at(inner) is None
    module.git("add", "--force", inner / "go.mod")
    assert module.state(inner).dirty


def test_a_checkout_whose_changes_git_cannot_tell_counts_as_changed(module: Repository) -> None:
    (module.root / ".git" / "index").write_bytes(b"damaged")

    assert module.state().dirty


def test_before_the_first_commit_there_is_none(module: Repository) -> None:
    module.git("checkout", "--quiet", "--orphan", "new")

    assert (module.state().commit, module.state().dirty) == ("", True)


def test_the_repository_is_told_by_its_remote(module: Repository) -> None:
    module.git("remote", "add", "origin", "git@github.com:owner/tool.git")

    assert module.state().repository == "https://github.com/owner/tool"


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("https://github.com/owner/tool", "https://github.com/owner/tool"),
        ("https://github.com/owner/tool.git/", "https://github.com/owner/tool"),
        ("https://me:secret@GitHub.com/owner/tool.git", "https://github.com/owner/tool"),
        ("https://example.com/owner/tool.git#frag", "https://example.com/owner/tool"),
        ("https://example.com/o/r#a?b", "https://example.com/o/r"),
        ("git@example.com:owner/tool#frag", "https://example.com/owner/tool"),
        ("https://token@example.com:8443/a/b/c", "https://example.com/a/b/c"),
        ("https://example.com/a?token=secret", "https://example.com/a"),
        ("ssh://git@example.com:22/owner/tool.git", "https://example.com/owner/tool"),
        ("git@example.com:owner/tool.git", "https://example.com/owner/tool"),
        ("/home/someone/tool", ""),
        ("../tool", ""),
        ("file:///home/someone/tool", ""),
        ("C:/Users/someone/tool", ""),
        ("someone@machine:tool", ""),
        ("https://example.com/", ""),
        ("https://example.com/a\x1b[31m", ""),
        ("", ""),
    ],
)
def test_an_address_shows_neither_people_nor_folders(remote: str, address: str) -> None:
    assert web_address(remote) == address


# A tree of a stranger


def script(path: Path, mark: Path) -> Path:
    """A program that leaves a mark when it is run."""
    path.write_text(f"#!/bin/sh\ntouch '{mark}'\ncat\n")
    path.chmod(0o755)
    return path


@pytest.mark.skipif(sys.platform == "win32", reason="the program is a shell script")
@pytest.mark.parametrize(
    "name",
    ["core.fsmonitor", "filter.evil.clean", "filter.evil.process", "filter.a=b.c.clean", "hooks"],
)
def test_nothing_that_a_repository_names_is_run(module: Repository, name: str) -> None:
    file = module.root / "file"
    file.write_text("1")
    (module.root / ".gitattributes").write_text("file filter=evil\n")
    if "=" in name:  # no attribute could name it, but an option would be cut short
        (module.root / ".gitattributes").write_text("file filter=a=b.c\n")
    module.git("add", ".")
    module.commit("v1.2.3")
    mark = module.root.parent / "mark"
    program = script(module.root.parent / "evil.sh", mark)
    if name == "hooks":
        script(module.root / ".git" / "hooks" / "post-index-change", mark)
    else:
        module.git("config", name, str(program))
    os.utime(file, (1, 1))
    module.git("status")
    assert mark.exists(), "git of itself runs it"
    mark.unlink()
    os.utime(file, (2, 2))

    assert module.version() == "1.2.3"
    assert not module.state().dirty
    assert project_files(module.root, Processes(environment=module.environment))
    assert not mark.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="the program is a shell script")
def test_filters_that_the_user_has_set_for_all_work_as_ever(module: Repository) -> None:
    program = module.root.parent / "rot"
    program.write_text("#!/bin/sh\ntr a-z b-za\n")
    program.chmod(0o755)
    module.git("config", "--global", "filter.rot.clean", str(program))
    file = module.root / "file"
    file.write_text("abc")
    (module.root / ".gitattributes").write_text("file filter=rot\n")
    module.git("add", ".")
    module.commit("v1.2.3")
    os.utime(file, (1, 1))

    assert module.version() == "1.2.3"
    assert not module.state().dirty


@pytest.mark.parametrize(
    ("name", "value"),
    [("GIT_DIR", "other/.git"), ("GIT_WORK_TREE", "other"), ("GIT_INDEX_FILE", "nothing"),
     ("GIT_COMMON_DIR", "other/.git"), ("GIT_PREFIX", "sub/"), ("GIT_NAMESPACE", "x"),
     ("GIT_OBJECT_DIRECTORY", "nothing"), ("GIT_LITERAL_PATHSPECS", "1")],
)  # fmt: skip
def test_a_git_that_has_started_us_does_not_say_which_repository(
    module: Repository, name: str, value: str
) -> None:
    """As in a hook of another repository (``githooks(5)``)."""
    module.git("tag", "v1.2.3")
    other = module.root.parent / "other"
    other.mkdir()
    for arguments in (["init", "--quiet"], ["commit", "--allow-empty", "-m", "x"], ["tag", "v9"]):
        subprocess.run(
            ["git", *arguments], cwd=other, env=dict(module.environment), check=True,
            capture_output=True,
        )  # fmt: skip
    (module.root / "dist").mkdir()
    (module.root / "dist" / "x.txt").touch()
    given = str(module.root.parent / value) if "/" in value or value in {"other", "nothing"} else ""
    hooked = replace(module, environment={**module.environment, name: given or value})

    assert hooked.version() == "1.2.3"
    assert not hooked.state(leave_out=module.root / "dist").dirty
    files = project_files(module.root, Processes(environment=hooked.environment))
    assert [path.as_posix() for path in files] == ["dist/x.txt", "go.mod"]


def test_settings_in_the_user_s_variables_stay_in_force(module: Repository) -> None:
    ignored = module.root.parent / "ignored"
    ignored.write_text("junk\n")
    (module.root / "junk").touch()
    variables = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.excludesFile",
        "GIT_CONFIG_VALUE_0": str(ignored),
    }
    module.git("config", "filter.x.clean", "false")
    told = replace(module, environment={**module.environment, **variables})

    assert module.state().dirty
    assert not told.state().dirty


def test_a_bare_repository_among_the_files_is_none(module: Repository) -> None:
    inner = module.root / "inner"
    module.git("clone", "--quiet", "--bare", str(module.root), str(inner))
    for setting in (("core.bare", "false"), ("core.worktree", str(inner))):
        module.git("config", "--file", inner / "config", *setting)

    assert find_checkout(inner, Processes(environment=module.environment)) is None
