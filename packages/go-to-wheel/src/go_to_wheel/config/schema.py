"""The JSON schema of ``[tool.go-to-wheel]`` (draft 7), for editors and other tools."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, cast

from .settings import TABLE


def get_schema(tool_name: str = TABLE.removeprefix("tool.")) -> Mapping[str, Any]:  # noqa: ARG001
    """The schema; validate-pyproject calls this by an entry point ``validate_pyproject.tool_schema``.

    Args:
        tool_name: the name of the table below ``tool``; there is only one.
    """
    text = files(__package__).joinpath("schema.json").read_text(encoding="utf-8")
    return cast("Mapping[str, Any]", json.loads(text))
