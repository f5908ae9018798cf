"""The members' names, types and modes: what reaches a user's disk, and how."""

from __future__ import annotations

import stat
from bisect import bisect_left
from collections.abc import Iterator

from ..model import BinaryFormat
from ..wording import counted
from .native import Kind
from .opened import Entry, OpenWheel
from .places import is_script, is_started, suffix_of
from .report import Problem, error, listed, warning
from .zipformat import UTF8, Member, has_control_characters

_PLACE_IT = "Give every member a plain relative path with '/'."
_WINDOWS_FORBIDS = frozenset('<>:"|?*')
_DEVICES = {"con", "prn", "aux", "nul"} | {
    f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10)
}
_NO_EXEC_BIT_NEEDED = {".bat", ".cmd", ".ps1", ".exe", ".dll"}

NAME = error("zip-name", _PLACE_IT)
ENCODING = error("zip-name-encoding", "Write names as UTF-8 and set bit 11 of the flags.")
DUPLICATE = error("zip-duplicate", "Write each member once.")
CASE = error("zip-case", "Give them names that differ in more than case.")
WINDOWS_FAILS = error("windows-name", "Rename it: Windows cannot have such a file.")
WINDOWS_CANNOT = warning("windows-name", "Rename it, or tag the wheel for other systems only.")
TYPE = error("zip-file-type", "Put the file itself there; a wheel holds regular files only.")
MODE = error(
    "zip-mode", "Write its external attributes as 0o100755 << 16 (S_IFREG and the exec bits)."
)
RESTING = warning("zip-mode", "Write 0o100755 << 16 where they are meant to be started.")
PRIVATE = warning("zip-mode-private", "Write modes 0o100644 and 0o100755.")
UNSAFE = warning("zip-mode-unsafe", "Write modes 0o100644 and 0o100755.")
PYCACHE = warning("pycache", "Leave compiled files out; installers make their own.")


def rules(wheel: OpenWheel) -> Iterator[Problem]:
    """All rules on names, file types and modes."""
    for member in wheel.archive.members:
        yield from _name(member)
        yield from _encoding(member)
        yield from _type(member)
    yield from _collisions(wheel)
    yield from _windows_names(wheel)
    if not wheel.for_windows_only:
        yield from _exec_bits(wheel)
        yield from _odd_modes(wheel)
    yield from _compiled(wheel)


def escapes(wheel: OpenWheel) -> Iterator[Problem]:
    """Members that would leave the folder they are unpacked into, or that are no files."""
    for member in wheel.archive.members:
        yield from _name(member)
        yield from _type(member)


def _name(member: Member) -> Iterator[Problem]:
    """Installers refuse names that leave the folder, the index refuses control characters."""
    name = member.name
    parts = name.split("/")
    if has_control_characters(member.raw_name):
        yield NAME.at(name, "The name has control characters; the index and uv refuse it.")
    if "\\" in name:
        yield NAME.at(
            name, "The name has a backslash: a folder on Windows, a part of the name elsewhere."
        )
    if name.startswith("/") or (len(name) > 1 and name[1] == ":"):
        yield NAME.at(name, "The name is an absolute path; pip and installer fail.")
    elif ".." in parts:
        yield NAME.at(name, "The name has '..' in it; pip and installer fail where it leaves.")
    elif not name or "." in parts or "" in parts[:-1]:
        yield NAME.at(name, "The name is empty in a part, or has '.' as one.")


def _encoding(member: Member) -> Iterator[Problem]:
    name = member.name
    if not member.raw_name.isascii():
        try:
            member.raw_name.decode("utf-8")
            is_utf8 = bool(member.flags & UTF8)
        except UnicodeDecodeError:
            is_utf8 = False
        if not is_utf8:
            yield ENCODING.at(name, "The name is not ASCII, and not marked and written as UTF-8.")


def _type(member: Member) -> Iterator[Problem]:
    kind = stat.S_IFMT(member.mode)
    if kind == stat.S_IFLNK:
        # pip, uv and installer write a file that holds the path of the link's goal.
        yield TYPE.at(member.name, "The member is a symbolic link, which no installer makes.")
    elif kind and kind not in {stat.S_IFREG, stat.S_IFDIR}:
        yield TYPE.at(member.name, f"The member is no regular file (its type is {kind:#o}).")
    elif kind == stat.S_IFDIR and not member.is_folder:
        yield TYPE.at(member.name, "The member is a folder by its mode, a file by its name.")


def _collisions(wheel: OpenWheel) -> Iterator[Problem]:
    """Twice the same name: the index refuses it, installer fails, others overwrite."""
    seen: set[str] = set()
    by_case: dict[str, str] = {}
    for member in wheel.archive.members:
        name = member.name
        if name in seen:
            yield DUPLICATE.at(name, "The archive has this member twice.")
            continue
        seen.add(name)
        other = by_case.setdefault(name.lower(), name)
        if other != name and _folds_case(wheel):
            yield CASE.at(
                name, f"Windows and macOS cannot tell it from {other}: one overwrites the other."
            )
    ordered = sorted(wheel.names)
    for name in ordered:
        below = f"{name}/"
        index = bisect_left(ordered, below)
        if index < len(ordered) and ordered[index].startswith(below):
            yield DUPLICATE.at(name, f"It is a file, and the folder of {ordered[index]} too.")


def _folds_case(wheel: OpenWheel) -> bool:
    """Whether a system whose file names ignore case can install the wheel."""
    platforms = wheel.name.platforms if wheel.name else ("any",)
    return any(tag == "any" or tag.startswith(("win", "macosx", "ios")) for tag in platforms)


def _windows_names(wheel: OpenWheel) -> Iterator[Problem]:
    platforms = wheel.name.platforms if wheel.name else ()
    if any(tag.startswith("win") for tag in platforms):
        rule = WINDOWS_FAILS
    elif "any" in platforms:
        rule = WINDOWS_CANNOT
    else:
        return
    for member in wheel.archive.members:
        if any(_is_bad_on_windows(part) for part in member.name.split("/")):
            yield rule.at(member.name, "Windows cannot have a file of this name.")


def _is_bad_on_windows(part: str) -> bool:
    return (
        not _WINDOWS_FORBIDS.isdisjoint(part)
        or (part.endswith((".", " ")) and part not in {".", ".."})
        or part.partition(".")[0].lower() in _DEVICES
    )


def _exec_bits(wheel: OpenWheel) -> Iterator[Problem]:
    """Only S_IFREG with an exec bit makes pip and installer make it executable (ran).

    A program without exec bits that lies elsewhere than in ``bin/`` or among the scripts may
    be there to be read (Go's own wheel has such test data), as long as another has them.
    """
    programs = [entry for entry in wheel.entries if _must_be_executable(entry)]
    some_start = any(_is_executable(entry.member) for entry in programs)
    resting = []
    for entry in programs:
        mode = entry.member.mode
        if _is_executable(entry.member):
            continue
        if mode & 0o111:
            yield MODE.at(
                entry.name,
                f"The program's mode {mode:#o} lacks the file type S_IFREG, so pip and installer"
                " drop its exec bit.",
            )
        elif some_start and not is_started(entry.name):
            resting.append(entry.name)
        else:
            yield MODE.at(
                entry.name,
                f"The program's mode {mode:#o} has no exec bit, so it cannot be started after"
                " pip or installer has installed it.",
            )
    if resting:
        yield RESTING.at(
            resting[0],
            f"{counted(len(resting), 'program')} outside bin/ and scripts/ without an exec bit:"
            f" {listed(resting)}.",
        )


def _is_executable(member: Member) -> bool:
    return stat.S_ISREG(member.mode) and bool(member.mode & 0o111)


def _must_be_executable(entry: Entry) -> bool:
    """Programs that POSIX systems start: native ones anywhere, scripts among the commands."""
    content = entry.content
    if content is None or entry.member.is_folder:
        return False
    if suffix_of(entry.name) in _NO_EXEC_BIT_NEEDED:
        return False
    native = content.native
    if native is not None:
        return native.format is not BinaryFormat.PE and (
            native.kind is Kind.PROGRAM or bool(content.facts)
        )
    return is_script(entry.name) and content.head.startswith(b"#!")


def _odd_modes(wheel: OpenWheel) -> Iterator[Problem]:
    """Installers set modes of their own; unzip and build systems keep these."""
    files = [member for member in wheel.archive.members if member.mode and not member.is_folder]
    private = [member.name for member in files if not member.mode & 0o004]
    if private:
        yield PRIVATE.at(
            private[0],
            f"{counted(len(private), 'member')} can be read by the owner alone where modes are"
            f" kept: {listed(private)}.",
        )
    special = stat.S_ISUID | stat.S_ISGID | stat.S_ISVTX | stat.S_IWOTH
    unsafe = [
        member.name for member in files if member.mode & special and not stat.S_ISLNK(member.mode)
    ]
    if unsafe:
        yield UNSAFE.at(
            unsafe[0],
            f"{counted(len(unsafe), 'member')} set-user-ID, sticky or writable by everybody:"
            f" {listed(unsafe)}.",
        )


def _compiled(wheel: OpenWheel) -> Iterator[Problem]:
    """These are skipped by installer, with a warning, and made anew by pip."""
    compiled = [name for name in sorted(wheel.names) if "/__pycache__/" in f"/{name}"]
    if compiled:
        yield PYCACHE.at(
            compiled[0],
            f"The wheel has {counted(len(compiled), 'file')} of __pycache__, which installers"
            f" skip or replace: {listed(compiled)}.",
        )
