"""A Python program over both commands: one sheet of the pictures in a folder that are large.

Usage: ``python contact_sheet.py FOLDER``. Small ones, like icons, and other files are left out.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import ada_imgtools

LEAST = 100  # pixels, of the shorter side


def large_pictures(folder: Path) -> list[str]:
    """The paths of the pictures below the folder that are not small."""
    files = sorted(str(path) for path in folder.rglob("*") if path.is_file())
    if not files:
        return []
    # Exit code 1 says that some files are no pictures: nothing wrong with that here.
    done = ada_imgtools.run(
        ["-json", "--", *files], name="imgprobe", stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return [each["path"] for each in found if min(each["width"], each["height"]) >= LEAST]


def main() -> int:
    """Make the sheet."""
    if len(sys.argv) != 2:
        print("Usage: python contact_sheet.py FOLDER", file=sys.stderr)
        return 2
    pictures = large_pictures(Path(sys.argv[1]))
    if not pictures:
        print("There are no large pictures.", file=sys.stderr)
        return 1
    imgtile = ada_imgtools.get_binary_path("imgtile")
    return subprocess.run([imgtile, "-columns", "3", "--", *pictures], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
