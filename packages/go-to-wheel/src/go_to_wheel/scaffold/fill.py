"""Templates: real files in a folder, with places to fill.

``"@@{name}"``, with its quotes, is a value: a string, an array or a boolean, written as JSON,
which TOML and YAML read as the same value (YAML 1.2, "Relation to JSON"; TOML 1.0, "String").
A line with a value that is None is left out. ``@@{name}`` alone is text, as it stands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from ..errors import UsageError

Value = str | tuple[str, ...] | bool | None

_PLACE = re.compile(r'"@@\{(?P<value>\w+)\}"|@@\{(?P<text>\w+)\}')
_EXPRESSION = "${{"  # GitHub puts in what an expression gives, wherever it stands in a workflow


def fill(name: str, values: Mapping[str, Value]) -> str:
    """Fill a template.

    Args:
        name: the name of its file.
        values: what to put in, for each of its places.

    Raises:
        UsageError: a value cannot stand in such a file.
    """
    lines = []
    for line in _template(name).splitlines():
        places = list(_PLACE.finditer(line))
        if any(found["value"] and values[found["value"]] is None for found in places):
            continue
        lines.append(_PLACE.sub(lambda found: _written(found, values), line).rstrip())
    return "\n".join(lines) + "\n"


def _written(found: re.Match[str], values: Mapping[str, Value]) -> str:
    name = found["value"] or found["text"]
    value = values[name]
    for text in value if isinstance(value, tuple) else (str(value),):
        if not text.isprintable() or _EXPRESSION in text:
            raise UsageError(
                f"{name.replace('_', ' ')} is {text!r}, which cannot stand in a file of settings.",
                hint="Take a name of letters, digits and usual marks.",
            )
    if found["text"]:
        return str(value)
    return json.dumps(value, ensure_ascii=False)


@cache
def _template(name: str) -> str:
    return (files(__package__) / "templates" / name).read_text(encoding="utf-8")
