"""Wheels of ours with something changed in them, and RECORD mended so that it tells the truth."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

from go_to_wheel.wheel.record import RecordRow, digest_of, render_record
from go_to_wheel.wheel.zip import ZipWriter

Change = Callable[[bytes], bytes]


def tampered(wheel: Path, folder: Path, *changes: tuple[str, Change]) -> Path:
    """A copy of a wheel with members changed; the archive and RECORD are as a build writes them.

    Args:
        wheel: one of ours.
        folder: where the copy goes, under the same name; made where it is missing.
        changes: how the name of a member ends → what becomes of its bytes; those of ``RECORD``
            come last.
    """
    with zipfile.ZipFile(wheel) as archive:
        infos = archive.infolist()
        members = {info.filename: archive.read(info) for info in infos}
    *_, record = members
    _change(members, [each for each in changes if not record.endswith(each[0])])
    rows = [
        RecordRow(path=name, digest=digest_of(hashlib.sha256(content).digest()), size=len(content))
        for name, content in members.items()
        if name != record
    ]
    members[record] = render_record([*rows, RecordRow(path=record)])
    _change(members, [each for each in changes if record.endswith(each[0])])
    stream = io.BytesIO()
    writer = ZipWriter(stream=stream, epoch=315_532_800)
    for info in infos:
        writer.add(info.filename, members[info.filename], mode=info.external_attr >> 16)
    writer.finish()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / wheel.name
    path.write_bytes(stream.getvalue())
    return path


def _change(members: dict[str, bytes], changes: Iterable[tuple[str, Change]]) -> None:
    for ending, change in changes:
        (name,) = [each for each in members if each.endswith(ending)]
        members[name] = change(members[name])


def flip_at(offset: int) -> Change:
    """Flip the lowest bit of one byte; a negative offset counts from the end."""

    def change(content: bytes) -> bytes:
        changed = bytearray(content)
        changed[offset] ^= 1
        return bytes(changed)

    return change


def swapped(old: str, new: str) -> Change:
    """Replace a text that is there, everywhere."""

    def change(content: bytes) -> bytes:
        assert old.encode() in content, old
        return content.replace(old.encode(), new.encode())

    return change


def sha256_in(wheel: Path, ending: str) -> str:
    """The digest of a member, in hex."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [each for each in archive.namelist() if each.endswith(ending)]
        return hashlib.sha256(archive.read(name)).hexdigest()
