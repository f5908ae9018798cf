"""Layers of metadata (metadata.py)."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import PurePosixPath

import pytest
from packaging.version import Version

from go_to_wheel.metadata import LicenseText, Metadata, Person, Readme
from go_to_wheel.names import parse_distribution_name

FULL = Metadata(
    name=parse_distribution_name("upper"),
    version=Version("1"),
    description="upper",
    readme=Readme(text="", content_type="text/plain"),
    license="MIT",
    license_files=(LicenseText(path=PurePosixPath("LICENSE"), content=b""),),
    authors=(Person(name="Upper"),),
    maintainers=(Person(email="upper@example.com"),),
    keywords=("upper",),
    classifiers=("Private :: Upper",),
    urls=(("Upper", "https://example.com"),),
    requires_python=">=3.11",
    dependencies=("upper",),
    optional_dependencies=(("upper", ()),),
)
NAMES = [field.name for field in fields(Metadata)]


def test_an_empty_layer_lets_everything_shine_through() -> None:
    assert all(getattr(FULL, name) for name in NAMES), "the test's layer lacks a field"
    assert Metadata().over(FULL) == FULL


def test_no_licence_files_is_something_to_say() -> None:
    assert Metadata(license_files=()).over(FULL).license_files == ()


def test_a_full_layer_hides_everything() -> None:
    lower = Metadata(name=parse_distribution_name("lower"), description="lower", keywords=("x",))
    assert FULL.over(lower) == FULL


@pytest.mark.parametrize("name", NAMES)
def test_each_field_goes_by_itself(name: str) -> None:
    upper = replace(Metadata(), **{name: getattr(FULL, name)})
    lower = replace(FULL, description="lower", license="lower", keywords=("lower",))
    both = upper.over(lower)
    assert getattr(both, name) == getattr(FULL, name)
    assert all(getattr(both, other) == getattr(lower, other) for other in NAMES if other != name)


def test_an_empty_readme_is_one_all_the_same() -> None:
    empty = Readme(text="", content_type="text/plain")
    lower = Metadata(readme=Readme(text="lower", content_type="text/plain"))
    assert Metadata(readme=empty).over(lower).readme == empty
