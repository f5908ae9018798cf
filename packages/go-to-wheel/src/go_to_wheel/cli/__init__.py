"""The command ``go-to-wheel``: one module for each of its commands, one that prints."""

from __future__ import annotations

import difflib
import signal
import sys
import threading
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

import click

from ..errors import Cancelled, GoToWheelError, UsageError
from ..unforeseen import unforeseen
from . import render
from .app import application

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command and leave the process with its exit code.

    Args:
        arguments: what follows the command's name; the process's own by default.
    """
    for number in _STOPPING:
        if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup leaves SIGHUP
            signal.signal(number, _stop)
    render.prepare_streams()
    try:
        code = _run(arguments)
        render.flush_stdout()
    except GoToWheelError as error:
        render.error(error)
        code = error.exit_code
    except (KeyboardInterrupt, click.Abort):
        code = _stopped_by_user(Cancelled("Stopped."))
    except RuntimeError:
        # A signal that comes while the main thread waits for another one can end in a lock's
        # own error instead of KeyboardInterrupt.
        if not _stopped.is_set():
            raise
        code = _stopped_by_user(Cancelled("Stopped.", hint="No wheel was written."))
    except BrokenPipeError:
        render.close_stdout()
        code = 1
    except (OSError, UnicodeEncodeError) as error:
        problem = _unforeseen(error)
        render.error(problem)
        code = problem.exit_code
    sys.exit(code)


def _run(arguments: Sequence[str] | None) -> int:
    try:
        code = application.main(
            args=None if arguments is None else list(arguments),
            prog_name="go-to-wheel",
            standalone_mode=False,
            color=render.stdout_has_style(),
        )
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        render.help_page(error.format_message())
        return UsageError.exit_code
    except click.ClickException as error:
        render.error(_as_ours(error))
        return UsageError.exit_code
    except GoToWheelError as error:
        render.error(error)
        return error.exit_code
    return code if isinstance(code, int) else 0


def _stopped_by_user(stopped: Cancelled) -> int:
    """Say that the user stopped the run; return the exit code that tells it to others."""
    render.error(stopped)
    return stopped.exit_code


def _unforeseen(error: OSError | UnicodeEncodeError) -> GoToWheelError:
    """The last resort: no part of the program has said what this means."""
    if isinstance(error, UnicodeEncodeError):
        return _unnameable(error)
    where = error.filename
    if where is None:  # so it is with streams, and the interpreter would try again at its exit
        render.close_stdout()
        where = "Standard output, or a file, cannot be written"
    return unforeseen(where, error)


def _unnameable(error: UnicodeEncodeError) -> UsageError:
    """Go and git name files in UTF-8, and the user's locale has no such letters.

    Raises:
        UnicodeEncodeError: it is not the locale's fault.
    """
    if sys.getfilesystemencoding() == "utf-8":
        raise error
    return UsageError(
        f"{ascii(error.object)[:200]} cannot be the name of a file in this locale"
        f" ({sys.getfilesystemencoding()}).",
        hint="Set PYTHONUTF8=1, or a locale of UTF-8, like LC_ALL=C.UTF-8.",
    )


def _as_ours(error: click.ClickException) -> UsageError:
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "go-to-wheel"
    hint = f"'{command} --help' shows how to use it."
    message = error.format_message()
    if isinstance(error, click.NoSuchOption):
        message = f"There is no option {error.option_name}."
        if near := difflib.get_close_matches(error.option_name, error.possibilities or (), n=1):
            hint = f"Did you mean {near[0]}? {hint}"
    elif isinstance(error, click.MissingParameter) and error.param and error.param.metavar:
        what = error.param.metavar.removesuffix("...")
        message = f"There is no {what} to work on."
        if what in _EXAMPLES:
            meaning, word = _EXAMPLES[what]
            hint = f"For {meaning}: '{command} {word}'. {hint}"
    return UsageError(message if message.endswith((".", "?")) else f"{message}.", hint=hint)


# What may be missing → the usual case, and the word to give for it.
_EXAMPLES = {
    "SOURCE": ("the Go source in this folder", "."),
    "WHEEL": ("all wheels of a folder", "dist/"),
}


_stopped = threading.Event()

_STOPPING = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]


def _stop(_number: int, _frame: FrameType | None) -> None:
    """Stop the run; nobody who is impatient may then stop it from tidying up."""
    for number in _STOPPING:
        signal.signal(number, signal.SIG_IGN)
    _stopped.set()
    raise KeyboardInterrupt
