"""The command ``wasm-sandbox``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .errors import LimitError
from .sandbox import CAN_LIMIT_MEMORY, Limits, run_wasm

_STOPPED = 125
"""The exit code for a module that was stopped, as GNU's timeout has it for its own errors."""


def main() -> None:
    """Run a module, and end with its exit code; 125 where it was stopped."""
    given = _parser().parse_args()
    try:
        limits = Limits(
            seconds=given.seconds,
            output_bytes=given.output_bytes,
            memory_bytes=given.memory_mib and given.memory_mib << 20,
        )
        stdin = b"" if sys.stdin.isatty() else sys.stdin.buffer.read()
        result = run_wasm(given.module, given.arguments, stdin=stdin, limits=limits)
    except (LimitError, OSError, ValueError) as error:
        sys.exit(_fail(str(error)))
    sys.stdout.buffer.write(result.stdout)
    sys.stderr.buffer.write(result.stderr)
    sys.exit(result.exit_code)


def _fail(message: str) -> int:
    sys.stderr.write(f"wasm-sandbox: {message}\n")
    return _STOPPED


def _parser() -> argparse.ArgumentParser:
    usual = Limits(memory_bytes=None)
    parser = argparse.ArgumentParser(
        prog="wasm-sandbox",
        description="Run a WebAssembly module that nobody needs to trust.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("module", type=Path, help="the file")
    add("arguments", nargs=argparse.REMAINDER, help="what the module is given")
    add("--seconds", type=float, default=usual.seconds, help="how long it may take")
    add("--output-bytes", type=int, default=usual.output_bytes, help="how much it may write")
    memory = 512 if CAN_LIMIT_MEMORY else None
    add("--memory-mib", type=int, default=memory, help="how much memory it may have (Linux)")
    return parser


if __name__ == "__main__":
    main()
