"""Make go1.27.3.buildinfo: what Go's linker records, cut out of a real program.

Run it with that Go on PATH: python make_buildinfo.py
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

MAGIC = b"\xff Go buildinf:"
OUTPUT = Path(__file__).with_name("go1.27.3.buildinfo")

FILES = {
    "go.mod": (
        "module example.com/tool\n\ngo 1.25\n\nrequire example.com/dep v1.2.3\n\n"
        "replace example.com/dep => ./dep\n"
    ),
    "cmd/tool/main.go": (
        'package main\n\nimport "example.com/dep"\n\nvar text string\n\n'
        "func main() { println(dep.Name, text) }\n"
    ),
    "dep/go.mod": "module example.com/dep\n\ngo 1.25\n",
    "dep/dep.go": 'package dep\n\nvar Name = "dep"\n',
}

BUILD = [
    *("go", "build", "-buildvcs=false", "-tags=one,two", "-o", "tool"),
    "-ldflags=-X 'main.text=a \"quoted\" word'",
    "./cmd/tool",
]


def build(folder: Path) -> bytes:
    """The bytes of the program."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    settings = {"GOOS": "linux", "GOARCH": "amd64", "GOAMD64": "v1", "CGO_ENABLED": "0"}
    env = {**os.environ, **settings, "GOFLAGS": "", "GOTOOLCHAIN": "local"}
    subprocess.run(BUILD, cwd=folder, env=env, check=True)
    return (folder / "tool").read_bytes()


def cut(program: bytes) -> bytes:
    """The blob: a header of 32 bytes and two strings, each behind its length."""
    start = program.index(MAGIC)
    end = start + 32
    for _ in range(2):
        length = shift = 0
        while True:
            byte = program[end]
            end += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        end += length
    return program[start:end]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        OUTPUT.write_bytes(cut(build(Path(folder))))
