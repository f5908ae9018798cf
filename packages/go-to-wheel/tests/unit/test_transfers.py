"""Files that arrive from the network, told to people (cli/transfers.py)."""

from __future__ import annotations

import pytest

from go_to_wheel.cli.transfers import Transfer
from go_to_wheel.events import Fetching
from go_to_wheel.targets import find_target


def fetching(done: int, total: int | None) -> Fetching:
    return Fetching(target=find_target("linux-amd64"), name="tool.zip", done=done, total=total)


@pytest.mark.parametrize(
    ("done", "total", "seconds", "text"),
    [
        (0, 4_000_000, 0.0, "0.0 kB of 4.0 MB"),
        (1_000_000, 4_000_000, 2.0, "1.0 MB of 4.0 MB, 500.0 kB/s"),
        (1_000_000, None, 2.0, "1.0 MB, 500.0 kB/s"),
        (4_000_000, 4_000_000, 2.0, "4.0 MB, 2.0 MB/s"),
        (4_000_000, 4_000_000, 0.0, "4.0 MB"),
        (0, 0, 0.0, "0.0 kB"),
    ],
)
def test_how_far_and_how_fast_for_people(
    done: int, total: int | None, seconds: float, text: str
) -> None:
    assert str(Transfer(event=fetching(done, total), began=5.0, seconds=seconds)) == text


@pytest.mark.parametrize(
    ("done", "total", "complete"), [(0, 5, False), (5, 5, True), (0, 0, True), (5, None, False)]
)
def test_it_is_complete_when_all_bytes_are_here(
    done: int, total: int | None, complete: bool
) -> None:
    assert Transfer(event=fetching(done, total), began=0.0).is_complete is complete


def test_time_counts_from_the_beginning() -> None:
    first = Transfer(event=fetching(0, 100), began=10.0)
    later = first.after(fetching(50, 100), 12.0).after(fetching(100, 100), 14.0)
    assert later == Transfer(event=fetching(100, 100), began=10.0, seconds=4.0)
