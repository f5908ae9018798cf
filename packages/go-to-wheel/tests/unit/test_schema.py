"""The JSON schema of the settings (config/schema.json), held against what reads them."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from go_to_wheel.config.linker import PATTERN
from go_to_wheel.config.schema import get_schema
from go_to_wheel.config.settings import KEYS, TABLE, Settings, read_settings
from go_to_wheel.config.table import Table
from go_to_wheel.errors import ConfigError
from go_to_wheel.model import CLibrary, Layout

SCHEMA = dict(get_schema("go-to-wheel"))
PROPERTIES: dict[str, dict[str, Any]] = SCHEMA["properties"]
PATH = Path("pyproject.toml")


def is_taken_by_schema(values: object) -> bool:
    return bool(jsonschema.Draft7Validator(SCHEMA).is_valid(values))


def is_taken_by_reader(values: object) -> bool:
    try:
        read_settings(Table(PATH, TABLE, values))
    except ConfigError:
        return False
    return True


def test_the_schema_is_one() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)


def test_the_schema_has_every_setting_and_no_other() -> None:
    assert tuple(PROPERTIES) == KEYS
    assert SCHEMA["additionalProperties"] is False


@pytest.mark.parametrize("key", KEYS)
def test_every_setting_is_described(key: str) -> None:
    described = PROPERTIES[key]
    assert described["title"]
    assert described["description"].endswith(".")
    # An editor offers these; what has a few values lists them instead.
    assert described["type"] == "boolean" or "examples" in described or "enum" in described
    for example in described.get("examples", []):
        assert is_taken_by_schema({key: example})
        assert is_taken_by_reader({key: example})


def test_the_schema_s_defaults_are_those_of_the_settings() -> None:
    defaults = {field.name.replace("_", "-"): field.default for field in fields(Settings)}
    told = {key: each["default"] for key, each in PROPERTIES.items() if "default" in each}
    # None stands for the first one, which is told when a wheel is planned.
    flags = {"cgo": False, "require-licenses": False, "vendor": False}
    assert told == {**flags, "layout": "package", "libc": "glibc"}
    assert {key: defaults[key] for key in told} == told | {"layout": None, "libc": None}


def test_the_schema_has_the_flags_that_a_file_may_give() -> None:
    assert PROPERTIES["ldflags"]["pattern"] == PATTERN


def test_the_schema_lists_the_values_that_there_are() -> None:
    assert PROPERTIES["layout"]["enum"] == list(Layout)
    assert PROPERTIES["libc"]["enum"] == list(CLibrary)


_TEXTS = (
    st.text(max_size=4)
    | st.text("ab=\n\0,", max_size=5)
    | st.sampled_from([*Layout, *CLibrary, "-s -w", "-X a.b=c -o d", "a=b", "a=b\n", "a\n"])
)
_OTHERS = st.integers() | st.booleans() | st.floats() | st.dates() | st.datetimes()
_VALUES = st.recursive(
    _TEXTS | _OTHERS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner, max_size=2),
    max_leaves=4,
)
_LIKELY = st.fixed_dictionaries(
    {},
    optional={
        key: {
            "array": st.lists(_TEXTS, max_size=3),
            "boolean": st.booleans(),
            "string": _TEXTS,
        }[described["type"]]
        for key, described in PROPERTIES.items()
    },
)
_ANY = st.dictionaries(st.sampled_from([*KEYS, "packages ", "Layout"]) | _TEXTS, _VALUES)


@given(_LIKELY | _ANY | st.tuples(_LIKELY, _ANY).map(lambda two: two[0] | two[1]))
def test_schema_and_reader_take_the_same(values: dict[str, object]) -> None:
    assert is_taken_by_schema(values) == is_taken_by_reader(values)


@pytest.mark.parametrize("alias", ["", "=", "a=", "=a", "a=b=c", "a\n", "a=b\n", "a\nb", "a\0"])
def test_neither_takes_an_alias_of_another_form(alias: str) -> None:
    assert not is_taken_by_schema({"alias": [alias]})
    assert not is_taken_by_reader({"alias": [alias]})


@pytest.mark.parametrize("value", ["x", 1, [], dt.date(2026, 1, 1)])
def test_neither_takes_what_is_no_table(value: object) -> None:
    assert not is_taken_by_schema(value)
    assert not is_taken_by_reader(value)
