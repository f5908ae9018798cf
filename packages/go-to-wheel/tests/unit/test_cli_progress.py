"""What a terminal shows of a build, and what remains of it (cli/progress.py)."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console, Group, RenderableType

from go_to_wheel.cli.progress import Row, progress_lines, summary, total_text, waiting_line
from go_to_wheel.cli.transfers import Transfer
from go_to_wheel.errors import CompileError
from go_to_wheel.events import Fetching, Stage, TargetMoved
from go_to_wheel.model import BuiltWheel
from go_to_wheel.planning import PlannedTarget
from go_to_wheel.release import Proof, ProofKind
from go_to_wheel.targets import find_target

SIGNED = Proof(how=ProofKind.ATTESTATION, identity="https://a.b/release.yml@refs/tags/v1")
REASON = "It does not compile for win_amd64. It says so. And more"


def drawn(what: RenderableType, width: int) -> list[str]:
    console = Console(file=io.StringIO(), width=width, color_system=None)
    with console.capture() as shown:
        console.print(what)
    return [line.rstrip() for line in shown.get().splitlines()]


def row(name: str, *tags: str) -> Row:
    return Row(planned=PlannedTarget(target=find_target(name), expected_tags=tags))


def moved(name: str, stage: Stage) -> TargetMoved:
    return TargetMoved(target=find_target(name), stage=stage)


def done(name: str, tag: str, *proofs: Proof) -> Row:
    target = find_target(name)
    wheel = BuiltWheel(
        target=target, path=Path("a.whl"), tags=(f"py3-none-{tag}",), size=1_234_567, sha256="",
        binaries=(), proofs=proofs, seconds=1.25,
    )  # fmt: skip
    return row(name, tag).after(TargetMoved(target=target, stage=Stage.DONE, wheel=wheel), 5.0)


def failed(name: str) -> Row:
    target = find_target(name)
    event = TargetMoved(target=target, stage=Stage.FAILED, error=CompileError(REASON))
    return row(name).after(event, 5.0)


ROWS = [
    done("linux-amd64", "manylinux_2_17_x86_64"),
    failed("windows-amd64"),
    row("darwin-arm64", "macosx_13_0_arm64"),
]


def test_the_table_of_a_wide_terminal() -> None:
    assert drawn(summary(ROWS, 80), 80) == [
        "   target         tag                        size     time",
        "✓  linux-amd64    manylinux_2_17_x86_64    1.2 MB    1.2 s",
        "✗  windows-amd64  It does not compile for win_amd64.",
        "·  darwin-arm64   stopped",
    ]


def test_the_table_of_a_narrow_terminal() -> None:
    assert drawn(summary(ROWS, 40), 40) == [
        "✓  linux-amd64    1.2 MB, 1.2 s",
        "✗  windows-amd64  It does not compile",
        "                  for win_amd64.",
        "·  darwin-arm64   stopped",
    ]


def test_what_runs_says_how_far_it_is() -> None:
    compiling = row("darwin-arm64").after(moved("darwin-arm64", Stage.COMPILING), 10.0)
    assert drawn(Group(*progress_lines([compiling], 11.0, 80)), 80)[0][3:] == (
        "darwin-arm64  compiling"
    )
    assert compiling.note(72.0) == "compiling, 62 s"
    assert row("darwin-arm64").note(72.0) == "waiting"


def test_a_c_library_that_is_built_first_is_told_until_the_next_stage() -> None:
    compiling = Row(
        planned=row("linux-arm64").planned, stage=Stage.COMPILING, since=10.0, builds_library=True
    )
    assert compiling.note(15.0) == "compiling, 5 s; its C library too, this first time"
    assert compiling.after(moved("linux-arm64", Stage.PACKING), 15.0).note(16.0) == "packing"


def test_a_file_that_arrives_is_told_until_the_next_stage() -> None:
    target = find_target("linux-arm64")
    event = Fetching(target=target, name="tool.zip", done=1_000_000, total=4_000_000)
    fetching = Row(planned=row("linux-arm64").planned, transfer=Transfer(event=event, began=0.0))
    assert fetching.note(1.0) == "1.0 MB of 4.0 MB"
    assert fetching.after(moved("linux-arm64", Stage.UNPACKING), 1.0).note(1.0) == "unpacking"
    assert drawn(summary([fetching], 80), 80) == ["·  linux-arm64  stopped"]


def test_the_error_of_another_target_is_not_told_twice() -> None:
    target = find_target("linux-arm64")
    event = TargetMoved(target=target, stage=Stage.STOPPED, error=CompileError(REASON))
    assert row("linux-arm64").after(event, 1.0).note(1.0) == "stopped"


@pytest.mark.parametrize("width", [24, 40, *range(56, 90, 2), 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    rows = [*ROWS, done("linux-ppc64le", "manylinux_2_17_ppc64le", SIGNED)]
    assert max(map(len, drawn(summary(rows, width), width))) <= width
    text = " ".join(drawn(summary(rows, width), width))
    assert all(each.planned.target.name in text for each in rows)
    assert "attestation" in text


def test_columns_stay_where_they_are_while_wheels_come() -> None:
    waiting = [row("linux-amd64", "manylinux_2_17_x86_64"), row("darwin-arm64", "macosx")]
    before = drawn(summary([ROWS[0], waiting[1]], 80), 80)
    after = drawn(summary([ROWS[0], done("darwin-arm64", "macosx")], 80), 80)
    assert before[:2] == after[:2]


def test_what_goes_on_before_there_is_a_plan() -> None:
    (line,) = drawn(waiting_line("fetching module 3: example.com/größe v1"), 80)
    assert line[1:] == "  fetching module 3: example.com/größe v1"


@pytest.mark.parametrize(
    ("rows", "failures", "text"),
    [
        ([ROWS[0]], 0, "1 wheel, 1.2 MB, 5.3 s"),
        ([ROWS[0], ROWS[0]], 0, "2 wheels, 2.5 MB, 5.3 s"),
        ([], 2, "0 wheels, 0.0 kB, 5.3 s; 2 failed"),
    ],
)
def test_the_total_is_told_in_one_line(rows: list[Row], failures: int, text: str) -> None:
    wheels = [each.wheel for each in rows if each.wheel]
    assert total_text(wheels, failures, 5.3) == text
