"""Distributions and binaries to plan wheels of, without any source behind them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from go_to_wheel.metadata import LicenseText, Metadata
from go_to_wheel.model import Binary, Layout
from go_to_wheel.names import import_name_of, parse_distribution_name, parse_version
from go_to_wheel.targets import find_target
from go_to_wheel.wheel.core_metadata import render_metadata
from go_to_wheel.wheel.plan import Distribution


def make_distribution(
    name: str = "My.Tool",
    version: str = "1.2.3",
    layout: Layout = Layout.PACKAGE,
    licenses: tuple[LicenseText, ...] = (),
) -> Distribution:
    """A distribution with the least metadata that it can have."""
    parsed, number = parse_distribution_name(name), parse_version(version)
    return Distribution(
        name=parsed,
        version=number,
        package=import_name_of(parsed),
        layout=layout,
        metadata=render_metadata(Metadata(name=parsed, version=number, license_files=licenses)),
        licenses=licenses,
    )


def make_binary(
    folder: Path, command: str = "my-tool", target: str = "linux-amd64", content: bytes = b"\x7fELF"
) -> Binary:
    """A file in the folder that stands for an executable."""
    wanted = find_target(target)
    path = folder / f"{command}-{target}{wanted.exe_suffix}"
    path.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    return Binary(target=wanted, command=command, path=path, sha256=digest, size=len(content))
