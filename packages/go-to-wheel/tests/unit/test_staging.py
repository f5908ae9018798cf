"""A batch of wheels appears as a whole or not at all (wheel/staging.py)."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from go_to_wheel.errors import OutputError
from go_to_wheel.wheel.staging import Staging, open_staging
from helpers.needs import requirement

NAMES = [f"{name}.whl" for name in "abcde"]


def put(staging: Staging, text: str, names: Sequence[str] = NAMES) -> list[Path]:
    """Files of a batch, waiting in the staging folder."""
    files = [staging.folder / name for name in names]
    for file in files:
        file.write_text(text)
    return files


def publish_without(missing: int, output: Path) -> None:
    """Publish a batch of which one file is not there."""
    with open_staging(output) as staging:
        files = put(staging, "new")
        files[missing].unlink()
        staging.publish(files)


def fail(output: Path, leaving: str = "") -> None:
    """A batch that ends before it is published, while another program leaves a file."""
    with open_staging(output) as staging:
        put(staging, "new")
        if leaving:
            (output / leaving).write_text("theirs")
        raise ZeroDivisionError


def batch(folder: Path) -> dict[str, str]:
    """What lies in the output folder, hidden files included."""
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_a_batch_appears_in_a_folder_that_is_made_for_it(tmp_path: Path) -> None:
    output = tmp_path / "new" / "dist"
    with open_staging(output) as staging:
        files = put(staging, "new")
        assert [path.name for path in output.iterdir()] == [staging.folder.name]
        published = staging.publish(files)
    assert published == tuple(output / name for name in NAMES)
    assert batch(output) == dict.fromkeys(NAMES, "new")


def test_older_files_are_replaced_and_others_stay(tmp_path: Path) -> None:
    for name in ("b.whl", "other.whl"):
        (tmp_path / name).write_text("old")
    with open_staging(tmp_path) as staging:
        staging.publish(put(staging, "new"))
    assert batch(tmp_path) == dict.fromkeys(NAMES, "new") | {"other.whl": "old"}


@pytest.mark.parametrize("broken", range(len(NAMES)))
def test_when_one_cannot_be_published_none_is(tmp_path: Path, broken: int) -> None:
    older = {"a.whl": "old", "c.whl": "old", "e.whl": "old", "other.whl": "old"}
    for name, text in older.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(OutputError, match="cannot be written"):
        publish_without(broken, tmp_path)
    assert batch(tmp_path) == older


def test_links_to_older_files_come_back_too(tmp_path: Path) -> None:
    (tmp_path / "a.whl").symlink_to("nowhere")
    with pytest.raises(OutputError):
        publish_without(len(NAMES) - 1, tmp_path)
    assert (tmp_path / "a.whl").is_symlink()
    assert [path.name for path in tmp_path.iterdir()] == ["a.whl"]


def test_a_folder_in_the_place_of_a_wheel_is_kept(tmp_path: Path) -> None:
    precious = tmp_path / "c.whl" / "precious"
    precious.parent.mkdir()
    precious.touch()
    with pytest.raises(OutputError, match=r"c\.whl is a folder"), open_staging(tmp_path) as staging:
        staging.publish(put(staging, "new"))
    assert [path.name for path in tmp_path.iterdir()] == ["c.whl"]
    assert precious.is_file()


def test_a_failed_batch_leaves_no_folder_that_was_made_for_it(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        fail(tmp_path / "new" / "dist")
    assert list(tmp_path.iterdir()) == []


def test_a_failed_batch_leaves_a_folder_that_was_there(tmp_path: Path) -> None:
    output = tmp_path / "dist"
    output.mkdir()
    with pytest.raises(ZeroDivisionError):
        fail(output)
    assert list(output.iterdir()) == []


def test_a_folder_that_others_filled_meanwhile_stays(tmp_path: Path) -> None:
    output = tmp_path / "dist"
    with pytest.raises(ZeroDivisionError):
        fail(output, leaving="other.txt")
    assert batch(output) == {"other.txt": "theirs"}


def after_moves(monkeypatch: pytest.MonkeyPatch, happen: Callable[[int], None]) -> None:
    """Have something happen after each move, which is told how many there were."""
    real = Path.replace
    moves = 0

    def replace(source: Path, goal: Path) -> Path:
        nonlocal moves
        moved = real(source, goal)
        moves += 1
        happen(moves)
        return moved

    monkeypatch.setattr(Path, "replace", replace)


@pytest.mark.parametrize("when", range(1, 2 * len(NAMES) + 1))
def test_a_stop_that_comes_between_two_moves_comes_too_late(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: int
) -> None:
    for name in NAMES:
        (tmp_path / name).write_text("old")
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    after_moves(monkeypatch, lambda n: os.kill(os.getpid(), signal.SIGINT) if n == when else None)
    try:
        with pytest.raises(KeyboardInterrupt), open_staging(tmp_path) as staging:
            staging.publish(put(staging, "new"))
    finally:
        signal.signal(signal.SIGINT, before)
    assert batch(tmp_path) == dict.fromkeys(NAMES, "new")
    assert staging.published == [tmp_path / name for name in NAMES]


@pytest.mark.parametrize("when", range(1, 2 * len(NAMES) + 1))
def test_whatever_goes_wrong_after_a_move_the_old_files_come_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: int
) -> None:
    for name in NAMES:
        (tmp_path / name).write_text("old")

    def fall(moves: int) -> None:
        if moves == when:
            raise MemoryError

    after_moves(monkeypatch, fall)
    with pytest.raises(MemoryError), open_staging(tmp_path) as staging:
        staging.publish(put(staging, "new"))
    assert batch(tmp_path) == dict.fromkeys(NAMES, "old")
    assert staging.published == []


def test_when_one_file_cannot_be_taken_back_the_others_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in NAMES:
        (tmp_path / name).write_text("old")

    def fail_twice(moves: int) -> None:
        if moves in (9, 10):  # the last file is moved aside, and taken back
            raise PermissionError(1, "Not permitted")

    after_moves(monkeypatch, fail_twice)
    with pytest.raises(OutputError, match="Not permitted"), open_staging(tmp_path) as staging:
        staging.publish(put(staging, "new"))
    assert batch(tmp_path) == dict.fromkeys(NAMES, "old")


def test_nothing_to_publish_is_no_error(tmp_path: Path) -> None:
    with open_staging(tmp_path) as staging:
        assert staging.publish([]) == ()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("below", ["", "dist", "a/b/c"])
def test_a_file_in_the_place_of_the_folder_is_an_error(tmp_path: Path, below: str) -> None:
    file = tmp_path / "file"
    file.touch()
    output = file / below if below else file
    with pytest.raises(OutputError, match="cannot be written") as caught, open_staging(output):
        pass
    assert str(output) in caught.value.message
    assert "--output-dir" in caught.value.hint
    assert list(tmp_path.iterdir()) == [file]


def test_a_folder_in_which_nobody_can_write_is_an_error() -> None:
    has_proc = Path("/proc/self").is_dir()
    requirement("a place where even root cannot make a folder", has_proc, "there is no /proc")
    with pytest.raises(OutputError), open_staging(Path("/proc/new/dist")):
        pass
    with pytest.raises(OutputError), open_staging(Path("/proc")):
        pass


def test_a_path_that_is_too_long_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="too long"), open_staging(tmp_path / "new" / ("x" * 999)):
        pass
    assert list(tmp_path.iterdir()) == []


def test_of_two_batches_published_at_once_one_remains_whole(tmp_path: Path) -> None:
    names = [f"{number}.whl" for number in range(60)]
    texts = [f"batch {number}" for number in range(6)]
    start = threading.Barrier(len(texts))
    failures: list[BaseException] = []

    def publish(text: str) -> None:
        try:
            with open_staging(tmp_path) as staging:
                files = put(staging, text, names)
                start.wait()
                staging.publish(files)
        except BaseException as error:  # noqa: BLE001 - a thread hands it over
            failures.append(error)

    threads = [threading.Thread(target=publish, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    remaining = batch(tmp_path)
    assert sorted(remaining) == sorted(names)
    assert len(set(remaining.values())) == 1


def test_a_batch_that_fails_beside_another_does_not_disturb_it(tmp_path: Path) -> None:
    names = [f"{number}.whl" for number in range(60)]
    start = threading.Barrier(4)
    outcomes: list[str] = []

    def publish(text: str, *, broken: bool) -> None:
        with open_staging(tmp_path) as staging:
            files = put(staging, text, names)
            if broken:
                files[-1].unlink()
            start.wait()
            try:
                staging.publish(files)
                outcomes.append("published")
            except OutputError:
                outcomes.append("refused")

    threads = [
        threading.Thread(target=publish, args=(f"batch {number}",), kwargs={"broken": number > 0})
        for number in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["published", "refused", "refused", "refused"]
    assert batch(tmp_path) == dict.fromkeys(names, "batch 0")
