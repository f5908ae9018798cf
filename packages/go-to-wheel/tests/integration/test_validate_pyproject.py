"""The real validate-pyproject, which knows our settings by an entry point."""

from __future__ import annotations

import subprocess
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from helpers.needs import requirement
from helpers.tool import SCRIPTS

_EXAMPLE = """\
[build-system]
requires = ["go-to-wheel"]
build-backend = "go_to_wheel.backend"

[project]
name = "example"
dynamic = ["version"]

[project.scripts]
example-report = "example.report:main"

[tool.go-to-wheel]
packages = ["./cmd/..."]
layout = "native"
alias = ["example=one"]
include = ["src/example/_version.py"]
vendor = true
"""


def _validate(path: Path) -> subprocess.CompletedProcess[str]:
    program = SCRIPTS / "validate-pyproject"
    known = entry_points(group="validate_pyproject.tool_schema", name="go-to-wheel")
    requirement("validate-pyproject", program.exists(), "the package of this name is missing")
    requirement("go-to-wheel's entry point", bool(known), "install go-to-wheel again")
    return subprocess.run(
        [program, path], capture_output=True, check=False, encoding="utf-8", timeout=60
    )


def test_it_accepts_a_project_of_ours(tmp_path: Path, scanner_source: Path) -> None:
    for path in (scanner_source / "pyproject.toml", tmp_path / "pyproject.toml"):
        if not path.exists():
            path.write_text(_EXAMPLE, encoding="utf-8")
        done = _validate(path)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Valid" in done.stdout


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("packages =", "package ="),
        ('"native"', '"natives"'),
        ("vendor = true", 'vendor = "yes"'),
        ('"example=one"', '"example="'),
        ('["./cmd/..."]', '"./cmd/..."'),
    ],
)
def test_it_refuses_a_slip(tmp_path: Path, right: str, wrong: str) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(_EXAMPLE.replace(right, wrong), encoding="utf-8")
    done = _validate(path)
    assert done.returncode != 0
    assert "tool.go-to-wheel" in done.stdout + done.stderr
