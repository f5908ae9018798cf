"""Flags of Go in the record of origin: what is built can be read, and be made again."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from go_to_wheel.provenance.record import FILE_NAME, parse_origin
from helpers.dist import HOST
from helpers.gomodules import write_module
from helpers.listing import members
from helpers.tool import Tool

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="paths as Unix has them")

PYPROJECT = """\
[project]
name = "hello"
version = "1.2.3"

[tool.go-to-wheel]
ldflags = \"\"\"
  -X main.a=1
  -B gobuildid -extldflags=-static
  -linkmode=internal -s=1
\"\"\"
"""
OWN = "-X main.b=$HOME/x\t-X 'main.c=\u00a0👨\u200d👩  x' -X main.d=/srv/one/x"
TOLD = (
    "-ldflags=-s -w -X main.a=1 -B gobuildid -extldflags=-static -linkmode=internal -s=1"
    " -X main.b=$HOME/x -X 'main.c=\u00a0👨\u200d👩  x' -X main.d=/srv/one/x"
)


def test_flags_of_every_shape_are_told_and_proven_by_others(tool: Tool) -> None:
    source = write_module(tool.folder / "hello")
    (source / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")

    (wheel,) = tool.run(source, "--platforms", HOST, "--ldflags", OWN).wheels
    # A folder of whoever verifies is none of the builder's.
    outcome = tool.run("verify", wheel, "--source", source, USERPROFILE="/srv/one")

    assert flags(wheel) == (TOLD, ())
    assert "hello-1.2.3" in outcome.stdout
    assert ": proven, " in outcome.stdout
    assert tool.run("inspect", wheel).code == 0


def test_a_path_of_the_builder_s_is_told_by_a_name_that_says_so(tool: Tool) -> None:
    source = write_module(tool.folder / "hello")

    done = tool.run(
        source, "--version", "1", "--platforms", HOST,
        "--ldflags", "-X main.a=/srv/one/x -X main.b=$SOURCE", USERPROFILE="/srv/one",
    )  # fmt: skip
    outcome = tool.run("verify", *done.wheels, "--source", source)

    (wheel,) = done.wheels
    assert flags(wheel) == ("-ldflags=-s -w -X main.a=$HOME/... -X main.b=$SOURCE", ("$HOME",))
    assert outcome.code == 1
    assert "leaves out: $HOME stands there" in " ".join(outcome.stdout.split())


def test_a_flag_that_no_record_can_hold_is_refused(tool: Tool) -> None:
    write_module(tool.folder / "hello")

    done = tool.run("hello", "--version", "1", "--ldflags", "-X 'main.a=one\ntwo'")

    done.refused(2, "U+000A", "record of origin")


def flags(wheel: Path) -> tuple[str, tuple[str, ...]]:
    (content,) = (data for name, data in members(wheel).items() if name.endswith(FILE_NAME))
    (binary,) = parse_origin(content).binaries
    assert binary.build is not None
    return binary.build.flags[2], binary.build.hidden
