"""The command ``datasette scan``: all of ``datasette serve``, with folders."""

from __future__ import annotations

import contextlib
import math
import stat
from collections.abc import Iterator
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import click

from .settings import SHORTEST_INTERVAL, Command, Settings, absolute

_called: ContextVar[Command | None] = ContextVar("datasette_scan_command", default=None)

_HELP = """Find SQLite databases in folders and serve them

Folders in PATHS are searched with everything below them, for files whose first bytes are those
of an SQLite database, whatever their names. Files in PATHS are served as they are. Without any
PATHS, the current folder is searched.

All options of "datasette serve" work here, too.
"""


def called() -> Command | None:
    """How ``datasette scan`` was called, while it runs; None where another command runs."""
    return _called.get()


def make_command(serve: click.Command) -> click.Command:
    """The command, made for the ``serve`` of the Datasette that is installed."""
    options = [param for param in serve.params if isinstance(param, click.Option)]
    known = {name for option in options for name in (*option.opts, *option.secondary_opts)}
    # An option that Datasette has now, or will have, under the same name is Datasette's.
    ours = [option for option in _own_options() if known.isdisjoint(option.opts)]

    def callback(paths: tuple[str, ...], **given: Any) -> None:
        own = {str(option.name): given.pop(str(option.name)) for option in ours}
        _serve(serve, paths or (".",), own, given)

    paths = click.Argument(["paths"], type=click.Path(), nargs=-1)
    return click.Command("scan", params=[paths, *ours, *options], callback=callback, help=_HELP)


def _own_options() -> list[click.Option]:
    return [
        click.Option(
            ["--scan-interval"],
            type=click.FloatRange(min=SHORTEST_INTERVAL),
            metavar="SECONDS",
            callback=_finite,
            help="Scan again after so many seconds, and again",
        ),
        click.Option(
            ["--scan-exclude"],
            multiple=True,
            metavar="GLOB",
            help="Leave out files and folders of this name; may be repeated",
        ),
        click.Option(
            ["--scan-max-databases"],
            type=click.IntRange(min=1),
            metavar="N",
            help="Attach this many of the databases that are found, at most",
        ),
    ]


def _finite(_context: click.Context, _option: click.Parameter, value: float | None) -> float | None:
    """A number of seconds that ends; "nan" and "inf" are numbers to click."""
    if value is not None and not math.isfinite(value):
        raise click.BadParameter(f"{value} is no number of seconds.")
    return value


def _serve(
    serve: click.Command, paths: tuple[str, ...], own: dict[str, Any], given: dict[str, Any]
) -> None:
    folders = [path for path in paths if _is_folder(path)]
    files = tuple(path for path in paths if path not in folders)
    if given.get("reload"):
        _start_reloader()
    command = Command(
        settings=Settings(
            paths=tuple(map(absolute, folders)),
            interval=own.get("scan_interval"),
            exclude=tuple(own.get("scan_exclude", ())),
            max_databases=own.get("scan_max_databases"),
        ),
        keep_memory=bool(given.get("memory") or given.get("crossdb") or files),
    )
    with _during(command):
        click.get_current_context().invoke(serve, files=files, **given)


def _is_folder(path: str) -> bool:
    """Whether a path leads to a folder; what is missing is left to Datasette."""
    try:
        return stat.S_ISDIR(Path(path).stat().st_mode)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False
    except OSError as error:
        raise click.ClickException(
            f"The path {path!r} cannot be looked at: {error.strerror}."
        ) from error


def _start_reloader() -> None:
    """Let hupper start this command again, not ``serve``, which Datasette 0.65 would name."""
    import hupper

    hupper.start_reloader("datasette.cli.cli")


@contextlib.contextmanager
def _during(command: Command) -> Iterator[None]:
    token = _called.set(command)
    try:
        yield
    finally:
        _called.reset(token)
