"""Scan a folder whenever a line comes in, and say how many seconds it took.

Started by the Python of the environment in which datasette-scan is installed; part of
``databases.py``, which measures what it says.
"""

from __future__ import annotations

import asyncio
import sys
import time

from datasette.app import Datasette

from datasette_scan.scans import Scans
from datasette_scan.settings import Settings


async def main(folder: str) -> None:
    """Scan once, and then once for each line."""
    datasette = Datasette([])
    await datasette.invoke_startup()
    scans = Scans(datasette, Settings(paths=(folder,)))
    first = await scans.scan()
    print(first.attached, flush=True)
    loop = asyncio.get_running_loop()
    while await loop.run_in_executor(None, sys.stdin.readline):
        start = time.perf_counter()
        summary = await scans.scan()
        seconds = time.perf_counter() - start
        if summary.error or summary.attached or summary.detached:
            raise SystemExit(f"This scan was to find nothing new: {summary}")
        print(seconds, flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
