"""Facts of a binary as bytes, to be kept from one build to the next.

The libraries that know the formats take longer to load than all of our own code, and the same
bytes always tell the same.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ..model import BinaryFacts, BinaryFormat, BuildInfo, GoModule, Libc
from ..targets import Arch, System


def dump_facts(facts: Sequence[BinaryFacts]) -> bytes:
    """The facts as JSON, for ``load_facts``."""
    return json.dumps([asdict(each) for each in facts]).encode()


def load_facts(kept: bytes | None) -> tuple[BinaryFacts, ...] | None:
    """What ``dump_facts`` gave; None where there is nothing, or something else."""
    if kept is None:
        return None
    try:
        return tuple(_facts(each) for each in json.loads(kept))
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
        return None


def _facts(told: Mapping[str, Any]) -> BinaryFacts:
    glibc, min_os, info = told["glibc"], told["min_os"], told["build_info"]
    read = {
        "format": BinaryFormat(told["format"]),
        "system": None if told["system"] is None else System(told["system"]),
        "arch": None if told["arch"] is None else Arch(told["arch"]),
        "libc": None if told["libc"] is None else Libc(told["libc"]),
        "glibc": None if glibc is None else tuple(glibc),
        "min_os": None if min_os is None else tuple(min_os),
        "needed": tuple(told["needed"]),
        "symbol_versions": tuple(told["symbol_versions"]),
        "build_info": None if info is None else _build_info(info),
    }
    return BinaryFacts(**{**told, **read})


def _build_info(told: Mapping[str, Any]) -> BuildInfo:
    main = told["main"]
    return BuildInfo(
        go_version=told["go_version"],
        path=told["path"],
        main=None if main is None else _module(main),
        modules=tuple(map(_module, told["modules"])),
        settings=tuple((name, value) for name, value in told["settings"]),
    )


def _module(told: Mapping[str, Any]) -> GoModule:
    other = told["replaced_by"]
    return GoModule(**{**told, "replaced_by": None if other is None else _module(other)})
