"""Small Go modules, written for one test."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

from identify.vendor.licenses import LICENSES

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

_PROGRAM = {"main.go": HELLO, "LICENSE": dict(LICENSES)["MIT"]}


def write_module(folder: Path, files: Mapping[str, str] | None = None, *, go: str = "1.24") -> Path:
    """Write a Go module and return its folder.

    Args:
        folder: where; made where it is missing.
        files: path → content; by default a program that greets, with a licence.
        go: the version of Go that its go.mod wants.
    """
    content = {"go.mod": f"module example.com/{folder.name}\n\ngo {go}\n"}
    for path, text in (content | dict(_PROGRAM if files is None else files)).items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def publish(
    proxy: Path,
    module: str,
    files: Mapping[str, str] | None = None,
    *,
    version: str = "v1.0.0",
    go_mod: str | None = None,
) -> None:
    """Publish a module at a version in a folder that Go reads as a module proxy.

    The layout is that of the Go modules reference, "GOPROXY protocol".

    Args:
        proxy: the folder.
        module: the module's path.
        files: path → content; by default a program that greets.
        version: the version.
        go_mod: its go.mod; one that needs no other module by default.
    """
    folder = proxy / "".join(f"!{c.lower()}" if c.isupper() else c for c in module) / "@v"
    folder.mkdir(parents=True, exist_ok=True)
    go_mod = f"module {module}\n\ngo 1.24\n" if go_mod is None else go_mod
    (folder / f"{version}.mod").write_text(go_mod, encoding="utf-8")
    info = {"Version": version, "Time": "2024-01-02T03:04:05Z"}
    (folder / f"{version}.info").write_text(json.dumps(info), encoding="utf-8")
    content = {"go.mod": go_mod} | dict({"main.go": HELLO} if files is None else files)
    with zipfile.ZipFile(folder / f"{version}.zip", "w") as archive:
        for path, text in content.items():
            archive.writestr(f"{module}@{version}/{path}", text)
    with (folder / "list").open("a", encoding="utf-8") as listing:
        listing.write(f"{version}\n")


def answer_query(proxy: Path, module: str, query: str, version: str) -> None:
    """Have the proxy answer a query, like the name of a branch, with a version."""
    info = {"Version": version, "Time": "2024-01-02T03:04:05Z"}
    (proxy / module / "@v" / f"{query}.info").write_text(json.dumps(info), encoding="utf-8")


def from_proxy(proxy: Path, folder: Path) -> dict[str, str]:
    """The variables with which Go has modules from such a folder alone, and keeps them apart.

    Args:
        proxy: the folder of the proxy.
        folder: where Go keeps the modules.
    """
    return {
        "GOPROXY": proxy.as_uri(),
        "GONOSUMDB": "example.com",  # no checksum database knows these
        "GOMODCACHE": str(folder),
    }
