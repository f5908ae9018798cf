"""Start a program that may have no more than so much memory: ``_limited.py BYTES PROGRAM ...``.

With ``unlimited`` in place of a number it may have what there is. Either way it leaves no image of
its memory behind when it dies.

The limit holds from the program's first instruction on, since this process becomes the program.
Linux alone keeps it: macOS accepts it and does nothing, and Windows does not know it.
"""

from __future__ import annotations

import os
import resource
import sys


def main() -> None:
    """Take on the limit, and become the program."""
    wanted, program = sys.argv[1], sys.argv[2:]
    if wanted != "unlimited":
        _, ceiling = resource.getrlimit(resource.RLIMIT_DATA)
        allowed = int(wanted) if ceiling == resource.RLIM_INFINITY else min(int(wanted), ceiling)
        resource.setrlimit(resource.RLIMIT_DATA, (allowed, allowed))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # its death shall not fill the disk
    os.execv(program[0], program)  # noqa: S606 - it takes this place, and no shell is in between


if __name__ == "__main__":
    main()
