"""Releases as projects publish them, for the tests' GitHub server, and the command to use them."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from helpers.archives import Entry, pack, program, text
from helpers.dist import Dist
from helpers.github_documents import HostedAsset
from helpers.github_server import GitHubServer
from helpers.tool import Tool

_PAGE = 14  # Apple's arm64 has pages of 16 KiB, and a slice begins at one
LICENSE = "The licence of sqlite-scanner.\n"
_OUTSIDE = ("GITHUB_", "GH_TOKEN", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


def against(tool: Tool, server: GitHubServer, **variables: str | Path) -> Tool:
    """The command with the server in GitHub's place; ``variables`` are added."""
    kept = {
        name: value
        for name, value in tool.environment.items()
        if not name.upper().startswith(_OUTSIDE)
    }
    more = {name: str(value) for name, value in variables.items()}
    return replace(tool, environment={**kept, "GITHUB_API_URL": server.api_url, **more})


def programs_of(dist: Dist, folder: Path) -> dict[str, bytes]:
    """Target → executable, taken out of wheels; ``folder`` holds them meanwhile."""
    return {
        target: dist.unpack_binary(target, folder).read_bytes() for target in sorted(dist.wheels)
    }


def lipo(slices: Sequence[bytes]) -> bytes:
    """A universal binary as Apple's lipo makes it, of thin ones that macOS would load."""
    table, body, offset = b"", b"", 1 << _PAGE
    for part in slices:
        cpu = struct.unpack("<2I", part[4:12])
        at = offset + len(body)
        table += struct.pack(">5I", *cpu, at, len(part), _PAGE)
        body += part + bytes(-len(part) % (1 << _PAGE))
    return (struct.pack(">2I", 0xCAFEBABE, len(slices)) + table).ljust(offset, b"\0") + body


def archives_of(name: str, programs: Mapping[str, bytes]) -> list[HostedAsset]:
    """An archive for each target, as GoReleaser names them; one for both kinds of Mac.

    Args:
        name: the program's name.
        programs: target → executable.
    """
    macs = [programs[target] for target in sorted(programs) if target.startswith("darwin-")]
    contents = {
        target.replace("-", "_"): content
        for target, content in programs.items()
        if not target.startswith("darwin-")
    }
    if macs:
        contents["darwin_all"] = lipo(macs)
    return [_archive(name, platform, content) for platform, content in sorted(contents.items())]


def _archive(name: str, platform: str, content: bytes) -> HostedAsset:
    on_windows = platform.startswith("windows")
    form = "zip" if on_windows else "tar.gz"
    members: list[Entry] = [
        text("LICENSE", LICENSE),
        text("README.md", f"# {name} in the archive\n"),
        program(f"{name}.exe" if on_windows else name, content),
    ]
    return HostedAsset(name=f"{name}_1.2.3_{platform}.{form}", content=pack(form, members))


def checksums(assets: Iterable[HostedAsset]) -> HostedAsset:
    """The list of digests that goes with the assets."""
    lines = "".join(f"{asset.sha256}  {asset.name}\n" for asset in assets)
    return HostedAsset(name="checksums.txt", content=lines.encode())


def sha256(content: bytes) -> str:
    """The digest of some bytes, in hex."""
    return hashlib.sha256(content).hexdigest()
