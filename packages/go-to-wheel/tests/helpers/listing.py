"""What lies in a folder, so that two moments can be compared."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path


def listing(folder: Path) -> dict[str, str]:
    """Every path below the folder, hidden ones too, with its mode and a digest of its bytes.

    Empty where there is no such folder.
    """
    return {
        path.relative_to(folder).as_posix(): _describe(path) for path in sorted(folder.rglob("*"))
    }


def digests(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file in the folder itself, by name."""
    return {path.name: sha256(path) for path in sorted(folder.iterdir())}


def sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def members(wheel: Path, *, origin: bool = True) -> dict[str, bytes]:
    """Every member of a wheel, by name.

    Args:
        wheel: the wheel.
        origin: with the record of where its binaries come from, and RECORD, which has its digest.
    """
    with zipfile.ZipFile(wheel) as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
    if origin:
        return found
    telling = (".dist-info/go-to-wheel.json", ".dist-info/RECORD")
    return {name: content for name, content in found.items() if not name.endswith(telling)}


def _describe(path: Path) -> str:
    if path.is_symlink():
        return f"link to {path.readlink()}"
    if path.is_dir():
        return f"folder {path.stat().st_mode:o}"
    return f"file {path.stat().st_mode:o} {sha256(path)}"
