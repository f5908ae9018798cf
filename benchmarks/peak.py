"""Run a Python script, and write down the most memory that its process took.

Usage: ``python -P peak.py RESULT SCRIPT ARGUMENT...``; RESULT gets the number of bytes.

The process itself asks, at its end, so that the Go processes it has started do not count:
``wait4`` in the parent would give the largest of them all.
"""

from __future__ import annotations

import re
import resource
import runpy
import sys
from pathlib import Path


def main() -> None:
    """Run the script in this process as if Python had been started with it."""
    result, *sys.argv = sys.argv[1:]
    try:
        runpy.run_path(sys.argv[0], run_name="__main__")
    finally:
        Path(result).write_text(f"{_peak()}\n", encoding="ascii")


def _peak() -> int:
    # On Linux ru_maxrss begins with what the parent took, since it outlives exec; VmHWM
    # (proc(5)) is this program's alone.
    status = Path("/proc/self/status")
    if status.exists():
        found = re.search(r"^VmHWM:\s*(\d+) kB$", status.read_text(encoding="ascii"), re.MULTILINE)
        if found:
            return int(found[1]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


if __name__ == "__main__":
    main()
