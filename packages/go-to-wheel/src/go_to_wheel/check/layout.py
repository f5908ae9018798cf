"""The wheel's folders and its WHEEL file (PEP 427)."""

from __future__ import annotations

import email.message
import email.parser
import email.policy
from collections.abc import Iterator

from .opened import OpenWheel, WheelName, dist_info_folders
from .places import data_scheme
from .report import Problem, error, listed, warning

_SCHEMES = {"purelib", "platlib", "headers", "scripts", "data"}
_AGAIN = "Build the wheel again."

DIST_INFO = error("dist-info", "A wheel has one NAME-VERSION.dist-info, named as its file is.")
DATA = error("data-folder", "Files go to NAME-VERSION.data/SCHEME/, named as the wheel is.")
MISSING = error("wheel-file-missing", _AGAIN)
SYNTAX = error("wheel-file-syntax", _AGAIN)
VERSION = error("wheel-version", "Write 'Wheel-Version: 1.0'.")
NEWER = warning("wheel-version-newer", "Write 'Wheel-Version: 1.0'.")
TAGS = error("wheel-tags", "Write one Tag line for each expanded tag of the file name.")
PURELIB = warning("root-is-purelib", "Write 'Root-Is-Purelib: false' in a wheel for a platform.")


def rules(wheel: OpenWheel) -> Iterator[Problem]:
    """All rules on folders and on the WHEEL file."""
    yield from _dist_info(wheel)
    yield from _data_folders(wheel)
    if wheel.dist_info is not None and not wheel.unread:
        yield from _wheel_file(wheel)


def _dist_info(wheel: OpenWheel) -> Iterator[Problem]:
    """Exactly one; the index looks for it by the file name, letter by letter."""
    folders = dist_info_folders(wheel.archive)
    if not folders:
        yield DIST_INFO.at(wheel.filename, "The wheel has no dist-info folder.")
    elif len(folders) > 1:
        yield DIST_INFO.at(
            wheel.filename,
            f"The wheel has {len(folders)} dist-info folders, so all installers fail:"
            f" {listed(folders)}.",
        )
    if folders and wheel.name is not None and wheel.dist_info != f"{wheel.name.stem}.dist-info":
        yield DIST_INFO.at(
            str(wheel.dist_info),
            f"The file name asks for {wheel.name.stem}.dist-info; the index finds no WHEEL.",
        )


def _data_folders(wheel: OpenWheel) -> Iterator[Problem]:
    """Only uv insists on the name: pip installs from any ``.data`` folder."""
    expected = f"{wheel.name.stem}.data" if wheel.name else None
    for name in sorted(wheel.names):
        scheme = data_scheme(name)
        if scheme is None or name.endswith("/"):
            continue
        folder = name.partition("/")[0]
        if expected is not None and folder != expected:
            yield DATA.at(name, f"Its folder is not {expected}, so uv leaves it where it is.")
        elif scheme not in _SCHEMES:
            where = f"{folder}/{scheme}" if scheme else folder
            yield DATA.at(name, f"{where} is no install scheme ({listed(sorted(_SCHEMES), 5)}).")


def _wheel_file(wheel: OpenWheel) -> Iterator[Problem]:
    where = wheel.info("WHEEL")
    text = wheel.texts.get("WHEEL")
    if text is None:
        yield MISSING.at(where, "The wheel has no readable WHEEL file; nothing takes it.")
        return
    try:
        message = email.parser.HeaderParser(policy=email.policy.compat32).parsestr(
            text.decode("utf-8")
        )
    except UnicodeDecodeError:
        yield SYNTAX.at(where, "The WHEEL file is not UTF-8.")
        return
    yield from _version(where, message)
    if wheel.name is not None:
        yield from _tags(where, message, wheel.name)
    yield from _purelib(where, message, wheel)


def _version(where: str, message: email.message.Message) -> Iterator[Problem]:
    """All installers know major version 1 and refuse what is above."""
    text = str(message.get("Wheel-Version", "")).strip()
    parts = text.split(".")
    if len(parts) < 2 or not all(part.isascii() and part.isdigit() for part in parts):
        yield VERSION.at(where, f"Wheel-Version is {text!r}, which is no version like 1.0.")
    elif parts[0] != "1":
        yield VERSION.at(where, f"Wheel-Version is {text}; installers know 1.0.")
    elif any(part.strip("0") for part in parts[1:]):
        yield NEWER.at(where, f"Wheel-Version is {text}; pip warns above 1.0.")


def _tags(where: str, message: email.message.Message, name: WheelName) -> Iterator[Problem]:
    """``pip check`` reads these lines, and calls a wheel unsupported that lacks its tags."""
    lines = [str(value).strip().lower() for value in message.get_all("Tag", [])]
    compressed = [line for line in lines if "." in line]
    if compressed:
        yield TAGS.at(where, f"Tag lines must be expanded, not {listed(compressed)}.")
        return
    missing = sorted(name.tags - set(lines))
    extra = sorted(set(lines) - name.tags)
    if missing:
        yield TAGS.at(
            where, f"There is no Tag line for {listed(missing)}, which the file name promises."
        )
    if extra:
        yield TAGS.at(where, f"The Tag lines name {listed(extra)}, which the file name does not.")


def _purelib(where: str, message: email.message.Message, wheel: OpenWheel) -> Iterator[Problem]:
    value = str(message.get("Root-Is-Purelib", "")).strip().lower()
    if value not in {"true", "false"}:
        yield PURELIB.at(
            where,
            f"Root-Is-Purelib is {value!r}; it must be 'true' or 'false'.",
            hint="Write 'Root-Is-Purelib: true' for pure Python, else 'false'.",
        )
    elif value == "true" and wheel.name is not None and "any" not in wheel.name.platforms:
        yield PURELIB.at(where, "Root-Is-Purelib is true, but the wheel's tags are for a platform.")
