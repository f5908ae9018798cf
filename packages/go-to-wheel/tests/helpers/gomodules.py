"""Small Go modules, written for one test."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

HELLO = """\
// Command hello greets.
package main

import "os"

var version = "unset"

func main() {
	os.Stdout.WriteString("hello " + version + "\\n")
}
"""

LIBRARY = """\
// Package library does nothing.
package library
"""


def write_module(folder: Path, files: Mapping[str, str] | None = None, *, go: str = "1.24") -> Path:
    """Write a Go module and return its folder.

    Args:
        folder: where; made where it is missing.
        files: path → content; by default a program that greets.
        go: the version of Go that its go.mod wants.
    """
    content = {"go.mod": f"module example.com/{folder.name}\n\ngo {go}\n"}
    for path, text in (content | dict({"main.go": HELLO} if files is None else files)).items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder
