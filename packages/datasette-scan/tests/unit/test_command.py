from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from datasette.cli import serve as real_serve

from datasette_scan.command import called, make_command


def run(*arguments: str, more: tuple[click.Parameter, ...] = ()) -> dict[str, Any]:
    seen: dict[str, Any] = {}

    @click.command()
    @click.argument("files", nargs=-1)
    @click.option("--host", default="127.0.0.1")
    @click.option("--reload", is_flag=True)
    @click.option("--memory", is_flag=True)
    @click.pass_context
    def serve(context: click.Context, /, **given: Any) -> None:
        seen.update(given, command=called(), context=context)

    serve.params.extend(more)
    result = CliRunner().invoke(make_command(serve), arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return seen


def test_every_option_of_serve_is_an_option_of_scan() -> None:
    ours = {name for param in make_command(real_serve).params for name in param.opts}
    for param in real_serve.params:
        if isinstance(param, click.Option):
            assert ours.issuperset(param.opts)


def test_every_option_is_in_the_help() -> None:
    result = CliRunner().invoke(make_command(real_serve), ["--help"])
    for name in ("--scan-interval", "--scan-exclude", "--scan-max-databases", "--port", "--uds"):
        assert name in result.output


def test_folders_are_scanned_and_files_are_served(tmp_path: Path) -> None:
    (tmp_path / "file.db").touch()
    seen = run(str(tmp_path), str(tmp_path / "file.db"), "missing.db", "--host", "::1")
    assert seen["files"] == (str(tmp_path / "file.db"), "missing.db")
    assert seen["host"] == "::1"
    assert seen["command"].settings.paths == (str(tmp_path),)
    assert seen["command"].keep_memory


def test_without_paths_the_current_folder_is_scanned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    seen = run("--scan-interval", "2.5", "--scan-exclude", "a", "--scan-exclude", "b",
               "--scan-max-databases", "7")  # fmt: skip
    settings = seen["command"].settings
    assert seen["files"] == ()
    assert settings.paths == (str(tmp_path),)
    assert (settings.interval, settings.exclude, settings.max_databases) == (2.5, ("a", "b"), 7)
    assert not seen["command"].keep_memory
    assert run("--memory")["command"].keep_memory


def test_an_option_that_datasette_has_under_the_same_name_is_datasettes() -> None:
    theirs = click.Option(["--scan-interval", "rate"], type=str)
    seen = run("--scan-interval", "often", more=(theirs,))
    assert seen["rate"] == "often"
    assert seen["command"].settings.interval is None


@pytest.mark.parametrize("value", ["0", "-1", "x", "nan", "inf"])
def test_an_interval_that_makes_no_sense_is_refused(value: str) -> None:
    result = CliRunner().invoke(make_command(real_serve), ["--scan-interval", value])
    assert result.exit_code == 2
    assert "--scan-interval" in result.output


def test_after_the_command_no_command_was_called() -> None:
    run()
    assert called() is None


def test_the_reloader_starts_this_command_again(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []
    monkeypatch.setattr("hupper.start_reloader", started.append)
    run("--reload")
    assert started == ["datasette.cli.cli"]
    run()
    assert len(started) == 1


def test_a_path_that_cannot_be_looked_at_is_told() -> None:
    result = CliRunner().invoke(make_command(real_serve), ["x" * 5000])
    assert result.exit_code == 1
    assert result.output.startswith("Error: The path 'xxx")
    assert "cannot be looked at" in result.output
