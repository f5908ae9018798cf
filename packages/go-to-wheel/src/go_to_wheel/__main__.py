"""The command, for ``python -m go_to_wheel``."""

from __future__ import annotations

from .cli import main

main()
