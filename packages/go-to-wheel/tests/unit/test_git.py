"""The version by git's tags (sources/git.py), by the real git."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from go_to_wheel.errors import MetadataError
from go_to_wheel.sources import git
from go_to_wheel.sources.git import find_checkout
from go_to_wheel.sources.process import Processes
from helpers.needs import requirement


@dataclass(frozen=True)
class Repository:
    """A git work tree in which nothing of the user's settings counts."""

    root: Path
    environment: Mapping[str, str]

    def git(self, *arguments: str) -> None:
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
    repository.commit(*(f"v2-docs-{number}" for number in range(git._MOST_OTHERS)))
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
    assert "--version" in caught.value.hint
    assert find_checkout(module, processes) is None


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
def test_a_git_that_fails_outside_any_checkout_does_no_harm(tmp_path: Path) -> None:
    command = tmp_path / "git"
    command.write_text("#!/bin/sh\necho fatal: broken >&2\nexit 1\n")
    command.chmod(0o755)
    requirement("no checkout", not git._is_below_git(tmp_path), "a .git lies above")
    processes = Processes(environment={"PATH": str(tmp_path)})
    assert find_checkout(tmp_path, processes, needs_version=True) is None
    command.write_bytes(b"\x7fELF nothing")
    assert find_checkout(tmp_path, processes, needs_version=True) is None
