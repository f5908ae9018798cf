"""Run WebAssembly from strangers: ``run_wasm`` is all there is to know.

The module runs in a process of its own, in wazero's command, which gives it no file, no folder,
no variable and no socket. This package adds the limits that the command does not have.
"""

from __future__ import annotations

from .errors import LimitError, MemoryLimitError, OutputLimitError, TimeLimitError
from .sandbox import Limits, Result, run_wasm

__all__ = [
    "LimitError",
    "Limits",
    "MemoryLimitError",
    "OutputLimitError",
    "Result",
    "TimeLimitError",
    "run_wasm",
]
