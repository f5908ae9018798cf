"""Where a wheel keeps what users start, and what is expected to lie there."""

from __future__ import annotations

_SCRIPT_PARTS = 3  # NAME-VERSION.data, scripts, the file
# What compilers write: programs, and what is easily taken for one.
_COMPILED = (b"\x7fELF", b"!<arch>\n", b"!<thin>\n", b"go object ")


def data_scheme(name: str) -> str | None:
    """The install scheme of a member of a ``.data`` folder (PEP 427); None for other members.

    Empty for a file that lies in the ``.data`` folder itself.
    """
    parts = name.split("/", _SCRIPT_PARTS - 1)
    if len(parts) < 2 or not parts[0].endswith(".data"):
        return None
    return parts[1] if len(parts) >= _SCRIPT_PARTS else ""


def import_path(name: str) -> str | None:
    """Where a member lies below the folder that Python imports from; None for other members."""
    scheme = data_scheme(name)
    if scheme is None:
        return name
    if scheme in {"purelib", "platlib"}:
        return name.split("/", _SCRIPT_PARTS - 1)[-1]
    return None


def is_script(name: str) -> bool:
    """Whether installers put this member among the commands."""
    return data_scheme(name) == "scripts" and not name.endswith("/")


def is_started(name: str) -> bool:
    """Whether the member lies where programs are kept: ``bin/`` or ``.data/scripts/``."""
    folder, _, file = name.rpartition("/")
    return bool(file) and (is_script(name) or folder.rpartition("/")[2] == "bin")


def suffix_of(name: str) -> str:
    """The ending of a member's file name, in lower case and with its dot; may be empty."""
    stem, dot, ending = name.rpartition("/")[2].lower().rpartition(".")
    return f".{ending}" if stem and dot else ""


def looks_like_program(name: str, mode: int, head: bytes) -> bool:
    """Whether a file by its place and name is meant to be native code.

    A script with ``#!`` is none, nor is a file with an ending that no program has.

    Args:
        name: its path in the wheel.
        mode: its Unix mode.
        head: its first bytes.
    """
    if not is_started(name) or head.startswith(b"#!"):
        return False
    suffix = suffix_of(name)
    if suffix == ".exe":
        return True
    nameless = not suffix or suffix[1:].isdigit()  # python3.12
    return nameless and (bool(mode & 0o111) or head.startswith(_COMPILED))
