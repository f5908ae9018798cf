"""The group of commands; ``go-to-wheel SOURCE`` means ``go-to-wheel build SOURCE``."""

from __future__ import annotations

from importlib import import_module

import click

from .._version import __version__

_COMMANDS = {
    "build": "build_command",
    "inspect": "inspect_command",
    "check": "check_command",
    "verify": "verify_command",
    "targets": "targets_command",
}
"""Module of this folder → the command in it. Each is imported when it is used."""


class _Commands(click.Group):
    """A group that runs ``build`` where the first word is no command of it.

    click-default-group cannot do that: go-to-wheel 0.2's ``--version VALUE``, put before the
    source, is an option of ``build`` there, while ``--version`` alone is ours.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f".{cmd_name}", __package__)
        command: click.Command = getattr(module, _COMMANDS[cmd_name])
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own = {*_COMMANDS, "--help", "-h"}
        if args and args != ["--version"] and args[0] not in own:
            args = ["build", *args]
        return super().parse_args(ctx, args)


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="'go-to-wheel SOURCE' is short for 'go-to-wheel build SOURCE';"
    " 'go-to-wheel build --help' lists its options.",
)
@click.version_option(__version__, prog_name="go-to-wheel", message="%(prog)s %(version)s")
def application() -> None:
    """Put compiled Go programs into Python wheels, ready for the Python index."""
