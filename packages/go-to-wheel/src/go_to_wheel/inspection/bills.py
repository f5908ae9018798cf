"""What a software bill of materials is, told without trust: CycloneDX or SPDX, as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import cast

from ..check.report import shown
from .facts import Bill

SIZE_LIMIT = 32 << 20
"""The largest bill that is read, in bytes."""


def read_bill(path: str, content: bytes | None) -> Bill:
    """Tell what a bill is.

    Args:
        path: where it lies in the wheel.
        content: its bytes; None where they cannot be unpacked, or are too many.
    """
    path = shown(path)
    if content is None:
        return Bill(path=path, fault="it cannot be unpacked, or is too large")
    if not path.endswith(".json"):
        return Bill(path=path)
    try:
        document = cast("object", json.loads(content))
    except (ValueError, RecursionError):
        return Bill(path=path, fault="it is no JSON")
    return _told(path, cast("Mapping[str, object]", document if isinstance(document, dict) else {}))


def _told(path: str, fields: Mapping[str, object]) -> Bill:
    if fields.get("bomFormat") == "CycloneDX":
        form, version, listed = "CycloneDX", fields.get("specVersion", ""), "components"
    elif "spdxVersion" in fields:
        form, version, listed = "SPDX", fields["spdxVersion"], "packages"
    else:
        return Bill(path=path, fault="it is neither CycloneDX nor SPDX 2")
    values = fields.get(listed)
    return Bill(
        path=path,
        format=f"{form} {shown(str(version)).removeprefix('SPDX-')}",
        components=len(values) if isinstance(values, list) else 0,
    )
