"""A compiled program in a Python package, put there by go-to-wheel.

The program is an executable file; this module finds it and starts it. Nothing is written,
downloaded or changed when it runs.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing costs time at the start of every command
    import subprocess
    from collections.abc import Callable, Sequence
    from typing import Any

__all__ = ["__version__", "get_binary_path", "main", "run"]

__version__ = "0.0.0"

# The distribution, as its dist-info folder is named.
_DISTRIBUTION = "command"

# Command name → file name of its executable; an alias has that of another command. The first
# is the one that is meant where no name is given.
_BINARIES = {"command": "command"}

# True: the executables lie in bin/ beside this file. False: the installer has put them
# where it puts commands, and _scripts.py knows where that can be.
_IN_PACKAGE = True


def get_binary_path(name: "str | None" = None) -> str:
    """Return the absolute path of the executable.

    Args:
        name: which one, where the package carries several; the first by default.

    Raises:
        ValueError: the package carries no executable of this name.
        FileNotFoundError: the executable is not where the installer should have put it.
        PermissionError: the file is there, but it may not be executed.
    """
    if name is None:
        name = next(iter(_BINARIES))
    if name not in _BINARIES:
        known = ", ".join(_BINARIES)
        raise ValueError(f"{__package__} has no binary named {name!r}; it has: {known}.")
    places = [os.path.join(folder, _BINARIES[name]) for folder in _folders(name)]
    found = [path for path in places if _is_program(path)]
    for path in found:
        if os.access(path, os.X_OK):
            return path
    if found:
        raise PermissionError(
            f"{found[0]} is not executable. The installer or a copy lost its mode:"
            f" reinstall {_DISTRIBUTION}, or run: chmod +x {found[0]}"
        )
    tried = "".join(f"\n  {path}" for path in places)
    raise FileNotFoundError(
        f"The executable of {_DISTRIBUTION} is missing. Reinstall {_DISTRIBUTION}."
        f" Looked at:{tried}"
    )


def _folders(name: str) -> "list[str]":
    package = os.path.dirname(os.path.abspath(__file__))
    if _IN_PACKAGE:
        return [os.path.join(package, "bin")]
    from ._scripts import script_folders

    return script_folders(package, _DISTRIBUTION, _BINARIES[name])


def _is_program(path: str) -> bool:
    if _IN_PACKAGE:
        return os.path.isfile(path)
    from ._scripts import is_program

    return is_program(path)


def run(
    args: "Sequence[str]" = (), *, name: "str | None" = None, **kwargs: "Any"
) -> "subprocess.CompletedProcess[Any]":
    """Run the executable and wait for it: ``subprocess.run`` with its path put first.

    Args:
        args: the arguments, without the program itself.
        name: which one, where the package carries several; the first by default.
        **kwargs: anything that ``subprocess.run`` takes.

    Raises:
        ValueError: the package carries no executable of this name.
        OSError: the executable is not there, or it cannot be started.
    """
    import subprocess

    return subprocess.run([get_binary_path(name), *args], **kwargs)  # noqa: PLW1510 - theirs to say


def main(name: "str | None" = None) -> int:
    """Start the executable with this process's arguments.

    On POSIX systems it takes this process's place and this function does not return. On
    Windows it is a child process, and its exit code is returned.
    """
    try:
        path = get_binary_path(name)
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return 126 if isinstance(error, PermissionError) else 127
    arguments = [path, *sys.argv[1:]]
    try:
        if sys.platform == "win32":
            return _start_child(arguments)
        _restore_signals()
        os.execv(path, arguments)
    except OSError as error:
        sys.stderr.write(f"{path} cannot be started: {error.strerror}.\n")
        return 126


def __getattr__(attribute: str) -> "Callable[[], int]":
    # Entry points of a package with several binaries: main_NAME starts NAME (PEP 562).
    for command in _BINARIES:
        if attribute == "main_" + "".join(c if c.isalnum() else "_" for c in command):
            return lambda: main(command)
    raise AttributeError(f"module {__name__!r} has no attribute {attribute!r}")


def _restore_signals() -> None:
    # Python ignores these two from its start, and an ignored signal stays ignored across
    # exec: `command | head` would end with a write error. The interpreter has loaded
    # _signal already, so nothing is imported here.
    signals = sys.modules.get("_signal")
    for name in ("SIGPIPE", "SIGXFSZ"):
        number = getattr(signals, name, None)
        if signals is not None and number is not None:
            signals.signal(number, signals.SIG_DFL)


def _start_child(arguments: "list[str]") -> int:
    import signal
    import subprocess

    # Ctrl-C reaches the child too, since both share the console: it decides what to do.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    code = subprocess.Popen(arguments).wait()
    # Windows' exit codes are unsigned (0xC000013A), sys.exit takes a signed 32-bit number.
    return code - 0x1_0000_0000 if code > 0x7FFF_FFFF else code
