"""The group of commands; ``go-to-wheel SOURCE`` means ``go-to-wheel build SOURCE``."""

from __future__ import annotations

import difflib
import os.path
from importlib import import_module

import click
from click.shell_completion import CompletionItem

from .._version import __version__
from ..errors import UsageError
from .completion import files
from .help import Context, Section, examples

_COMMANDS = {
    "build": "build_command",
    "inspect": "inspect_command",
    "check": "check_command",
    "verify": "verify_command",
    "targets": "targets_command",
    "init": "init_command",
    "factory": "factory_command",
}
"""Module of this folder → the command in it. Each is imported when it is used."""

_FLAGS = {"help", "version"}
"""Options that other tools have as commands."""

_SHORT_HELP = 200  # characters; the first sentence of any command, whole

SOURCES = Section(
    heading="SOURCE is one of",
    rows=(
        (".", "Go source: a folder with a go.mod in it or above it."),
        (
            "example.com/cmd/tool@v1.2.3",
            "A published Go package; @latest is its newest version.",
        ),
        (
            "https://github.com/OWNER/REPO",
            "The latest release of a repository; .../releases/tag/TAG is another one.",
        ),
        ("gh:OWNER/REPO@TAG", "The same, shorter; without @TAG the latest."),
        (
            "dist/ or tool.tar.gz ...",
            "Programs built already: GoReleaser's dist/, any folder, archives, binaries.",
        ),
    ),
)

_EXAMPLES = examples(
    "go-to-wheel .",
    "go-to-wheel github.com/tetratelabs/wazero/cmd/wazero@latest",
    "go-to-wheel check dist/",
)

_COMPLETION = Section(
    heading="Completion by Tab",
    lines=(
        "# bash: a line for ~/.bashrc",
        'eval "$(_GO_TO_WHEEL_COMPLETE=bash_source go-to-wheel)"',
        "# zsh: a line for ~/.zshrc, below compinit",
        'eval "$(_GO_TO_WHEEL_COMPLETE=zsh_source go-to-wheel)"',
        "# fish: a line for ~/.config/fish/config.fish",
        "_GO_TO_WHEEL_COMPLETE=fish_source go-to-wheel | source",
    ),
)


class _Commands(click.Group):
    """A group that runs ``build`` where the first word is no command of it.

    click-default-group cannot do that: go-to-wheel 0.2's ``--version VALUE``, put before the
    source, is an option of ``build`` there, while ``--version`` alone is ours.
    """

    context_class = Context

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
            if not ctx.resilient_parsing:
                _refuse_slip(args[0])
            args = ["build", *args]
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The commands, and what may begin a ``build``: its options, or a path."""
        found = super().shell_complete(ctx, incomplete)
        names = {item.value for item in found}
        if build := self.get_command(ctx, "build"):
            with build.make_context("build", [], parent=ctx, resilient_parsing=True) as inner:
                options = build.shell_complete(inner, incomplete)
            found += [item for item in options if item.value not in names]
        return [*found, *files(ctx, ctx.command.params[0], incomplete)]

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, "SOURCE... [OPTIONS]")
        formatter.write_usage(ctx.command_path, "COMMAND [ARGS]...", prefix=" " * len("Usage: "))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        SOURCES.write(formatter)
        self.format_commands(ctx, formatter)
        click.Command.format_options(self, ctx, formatter)
        _EXAMPLES.write(formatter)
        _COMPLETION.write(formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        rows = [
            (name, command.get_short_help_str(_SHORT_HELP)) for name, command in commands if command
        ]
        Section(heading="Commands", rows=tuple(rows)).write(formatter)


def _refuse_slip(word: str) -> None:
    """Tell a misspelt command, rather than that there is no file of its name.

    Raises:
        UsageError: it is nearly a command, and there is no file or folder of that name.
    """
    if os.path.lexists(word):
        return
    if word in _FLAGS:
        raise UsageError(
            f"There is no command {word}, and no file or folder of that name.",
            hint=f"Did you mean 'go-to-wheel --{word}'?",
        )
    near = difflib.get_close_matches(word, _COMMANDS, n=1, cutoff=0.7)
    if near:
        raise UsageError(
            f"There is no command {word}, and no file or folder of that name.",
            hint=f"Did you mean 'go-to-wheel {near[0]}'?",
        )


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="go-to-wheel", message="%(prog)s %(version)s")
def application() -> None:
    """Put compiled programs into Python wheels, ready for the Python index.

    'go-to-wheel SOURCE' is short for 'go-to-wheel build SOURCE', whose options
    'go-to-wheel build --help' lists.
    """
