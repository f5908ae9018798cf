from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from datasette_scan.errors import ScannerError
from datasette_scan.walk import Scanner, Walk, denied_path
from scan_helpers.files import make_database

Make = Callable[..., Scanner]

_PRINTS = "#!{python}\nimport os, sys, time\n{more}\n"


def found(walk: Walk) -> list[str]:
    async def run() -> list[str]:
        return [path async for batch in walk.found() for path in batch]

    return asyncio.run(run())


def test_what_the_scanner_finds_is_found(script: Make, tmp_path: Path) -> None:
    paths = [make_database(tmp_path / "data" / name) for name in ("a.db", "b c", "ü\u2028x")]
    walk = Walk(scanner=script(), paths=[str(tmp_path / "data")])
    assert sorted(found(walk)) == sorted(map(str, paths))


def test_names_that_are_not_utf_8_survive_where_the_scanner_can_say_them(script: Make) -> None:
    scanner = script("os.write(1, b'/caf\\xe9.db\\0/a\\nb\\0')", _PRINTS)
    newer = Scanner(path=scanner.path, options=frozenset({"print0"}))
    assert found(Walk(scanner=newer, paths=["/"])) == [os.fsdecode(b"/caf\xe9.db"), "/a\nb"]


def test_what_cannot_be_searched_is_kept_and_is_no_error(script: Make) -> None:
    scanner = script("sys.stderr.write('warning: /x: denied\\n' * 500); sys.exit(1)", _PRINTS)
    walk = Walk(scanner=scanner, paths=["/"])
    assert found(walk) == []
    assert walk.problems == ["/x: denied"] * 200


def test_files_that_may_not_be_read_are_kept(script: Make) -> None:
    scanner = script("sys.stderr.write('sqlite-scanner: cannot read /x: denied\\n')", _PRINTS)
    walk = Walk(scanner=scanner, paths=["/"])
    assert found(walk) == []
    assert walk.problems == ["cannot read /x: denied"]


@pytest.mark.parametrize(
    ("problem", "path"),
    [
        ("/a: b/c.db: permission denied", "/a: b/c.db"),
        ("C:\\a.db: Access is denied.", "C:\\a.db"),
        ("/a.db: input/output error", ""),
        ('"/a\\nb.db": permission denied', ""),
        ("permission denied", ""),
    ],
)
def test_which_file_may_not_be_read_is_taken_from_what_the_scanner_says(
    problem: str, path: str
) -> None:
    assert denied_path(problem) == path


def test_a_path_that_no_file_can_have_is_an_error(script: Make) -> None:
    for path in ("/\ud800", "/a\0b"):
        with pytest.raises(ScannerError, match="cannot be started"):
            found(Walk(scanner=script("", _PRINTS), paths=[path]))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (
            "sys.stderr.write('error: no such option\\nTry: --help\\n'); sys.exit(2)",
            "no such option",
        ),
        ("sys.stderr.write('error: it is odd'); sys.exit(2)", r"it is odd\.$"),
        (
            "sys.stderr.write('error: unknown option --exclude'); sys.exit(2)",
            "--exclude. Upgrade it",
        ),
        ("sys.exit(7)", "exit code 7"),
        ("os.kill(os.getpid(), 9)", "exit code -9"),
        ("print('no JSON')", "no JSON object"),
        ("print('[1]')", "no JSON object"),
    ],
)
def test_a_scanner_that_fails_is_an_error(script: Make, more: str, words: str) -> None:
    with pytest.raises(ScannerError, match=words):
        found(Walk(scanner=script(more, _PRINTS), paths=["/"]))


def test_a_scanner_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    gone = Scanner(path=str(tmp_path / "gone"), options=frozenset())
    with pytest.raises(ScannerError, match="cannot be started"):
        found(Walk(scanner=gone, paths=["/"]))


def test_an_old_scanner_says_that_it_is_too_old_to_exclude() -> None:
    with pytest.raises(ScannerError, match=r"too old: it has no --exclude. Upgrade it"):
        Scanner(path="x", options=frozenset({"jsonl"})).command(["/a"], ["*.bak"])


def test_paths_can_never_be_taken_for_options() -> None:
    scanner = Scanner(path="x", options=frozenset({"jsonl", "exclude", "print0"}))
    assert scanner.command(["--help"], ["--b"]) == [
        "x", "--print0", "--exclude", "--b", "--", "--help",
    ]  # fmt: skip


@pytest.mark.parametrize("how", ["cancelled", "left"])
def test_the_scanner_ends_with_the_walk(script: Make, tmp_path: Path, how: str) -> None:
    mark = tmp_path / "pid"
    more = (
        f"open({str(mark)!r}, 'w').write(str(os.getpid()))\n"
        'print(\'{{"path": "/a"}}\', flush=True)\ntime.sleep(600)'
    )
    walk = Walk(scanner=script(more.replace("{{", "{").replace("}}", "}"), _PRINTS), paths=["/"])

    async def leave() -> None:
        async with contextlib.aclosing(walk.found()) as batches:
            async for _ in batches:
                break

    async def cancel() -> None:
        task = asyncio.ensure_future(_drain(walk))
        while not mark.exists() or not mark.read_text():  # noqa: ASYNC110 - a file has no event
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(leave() if how == "left" else cancel())
    with pytest.raises(ProcessLookupError):
        os.kill(int(mark.read_text()), 0)


async def _drain(walk: Walk) -> None:
    async for _ in walk.found():
        pass
