"""Fetch Mermaid, which draws the diagrams of the documentation, with npm.

Usage: ``python scripts/docs_mermaid.py [FOLDER]``; by default ``build/mermaid``. One file of the
package is kept, and only where the package is the very one that is named here. Without npm nothing
is done, and the diagrams stay text.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

PACKAGE = "mermaid@11.17.2"  # a version that mkdocs-material knows; MIT licence
SHA256 = "6ad2f42c3fc26bbf9e45cbb6d11898972573ea52b33a5f4ff51952899f950ffd"
MEMBERS = {"package/dist/mermaid.min.js": "mermaid.min.js", "package/LICENSE": "LICENSE"}
DEFAULT = Path(__file__).resolve().parent.parent / "build" / "mermaid"


def main() -> None:
    """Fetch it where it is not there yet."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT
    if (folder / "version").is_file() and (folder / "version").read_text() == PACKAGE:
        return
    npm = shutil.which("npm")
    if npm is None:
        print("npm is not here: the diagrams stay text.", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory() as place:
        archive = _fetch(npm, Path(place))
        digest = hashlib.sha256(archive.read_bytes()).hexdigest()
        if digest != SHA256:
            sys.exit(f"{PACKAGE} has the SHA-256 digest {digest}, and not {SHA256}.")
        _unpack(archive, folder)


def _fetch(npm: str, place: Path) -> Path:
    command = [npm, "pack", "--silent", "--pack-destination", str(place), PACKAGE]
    done = subprocess.run(
        command, cwd=place, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    archives = list(place.glob("*.tgz"))
    if done.returncode != 0 or len(archives) != 1:
        sys.exit(f"npm could not fetch {PACKAGE}: {done.stderr}")
    return archives[0]


def _unpack(archive: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive) as members:
        for member, name in MEMBERS.items():
            stream = members.extractfile(member)
            assert stream is not None
            with (folder / name).open("wb") as file:
                shutil.copyfileobj(stream, file)
    (folder / "version").write_text(PACKAGE)


if __name__ == "__main__":
    main()
