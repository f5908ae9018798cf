"""What a shell offers when Tab is pressed (cli/completion.py); real shells: test_terminal.py."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.shell_completion import CompletionItem, ShellComplete

from go_to_wheel.cli.app import application
from go_to_wheel.cli.completion import BashComplete, FishComplete, ZshComplete
from go_to_wheel.targets import TARGETS


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to be in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def offered(line: str) -> list[CompletionItem]:
    """What comes at the end of this line, which begins after the command's name."""
    *before, incomplete = line.split(" ")
    shell = ShellComplete(application, {}, "go-to-wheel", "_GO_TO_WHEEL_COMPLETE")
    return shell.get_completions(before, incomplete)


def values(line: str) -> list[str]:
    return [item.value for item in offered(line) if item.type == "plain"]


def kinds(line: str) -> set[str]:
    return {item.type for item in offered(line)}


def test_the_first_word_is_a_command_or_a_path() -> None:
    assert values("") == application.list_commands(click.Context(application))
    assert kinds("") == {"plain", "file"}
    assert values("ta") == ["targets"]
    assert kinds("./sou") == {"file"}


def test_options_of_build_may_come_first_and_none_is_offered_twice() -> None:
    assert values("--plat") == values(". --plat") == ["--platforms"]
    found = values("--")
    assert {"--version", "--help", "--name", "--cgo"} <= set(found)
    assert len(found) == len(set(found))


def test_targets_are_offered_after_each_comma() -> None:
    names = [target.name for target in TARGETS]
    assert values(". --platforms ") == [*names, "all"]
    assert values("--platforms windows-a") == ["windows-amd64", "windows-arm64"]
    assert values(". --platforms linux-386,windows-amd64,windows-a") == [
        "linux-386,windows-amd64,windows-arm64"
    ]
    assert values(". --platforms linux-386,al") == []
    assert values(". --platforms=darwin-") == ["darwin-amd64", "darwin-arm64"]


def test_aliases_are_offered_where_nothing_else_begins_so() -> None:
    assert values(". --platforms macos-a") == ["macos-amd64", "macos-arm64"]
    assert values(". --platforms linux-x") == ["linux-x86_64"]


def test_values_that_are_files_or_folders() -> None:
    assert kinds(". --readme ") == kinds(". --go-binary ") == kinds(". --minisign-key ") == {"file"}
    assert kinds(". --output-dir ") == kinds(". --package ") == {"dir"}
    assert kinds(". ") == kinds("build ") == {"file"}


@pytest.mark.parametrize("command", ["check", "inspect", "verify"])
def test_wheels_are_offered_from_here_and_one_folder_down(here: Path, command: str) -> None:
    for name in ("b.whl", "a.txt", "dist/a.whl", "dist/c.txt", ".venv/x.whl", "deep/er/y.whl"):
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        (here / name).touch()
    assert values(f"{command} ") == ["b.whl", "dist/a.whl"]
    assert values(f"{command} di") == values(f"{command} dist/") == ["dist/a.whl"]
    assert values(f"{command} b.whl {here}/dist/") == [f"{here}/dist/a.whl"]
    assert values(f"{command} deep/") == ["deep/er/y.whl"]


@pytest.mark.parametrize("begun", ["no", "missing/", "~/", "a\0/b", "\udcff", "x" * 5000, "file/"])
def test_where_there_are_none_the_shell_offers_what_it_likes(here: Path, begun: str) -> None:
    (here / "file").touch()
    assert [(item.value, item.type) for item in offered(f"check {begun}")] == [(begun, "file")]


def test_fish_keeps_what_follows_a_comma() -> None:
    assert 'string split --max 1 "," $completion' in FishComplete.source_template


def test_zsh_keeps_empty_lines_and_bash_its_words() -> None:
    """What click's scripts do not do, and ours, made of them, must."""
    assert 'in "${response[@]}"; do' in ZshComplete.source_template
    script = BashComplete.source_template
    assert "begun=$value with_files=yes" in script
    assert 'compgen -f -- "$begun"' in script
    assert "local response completion type value begun with_files\n" in script
