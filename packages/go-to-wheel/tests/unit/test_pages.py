"""How the commands of a page are read and compared."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from helpers.needs import requirement
from helpers.pages import Page, PageError, Run, WriteFile, matches, read_page, run_page

PAGE = """\
# A page

<!-- given: mytool, index -->

```toml title="a/b.toml"
x = 1
```

Text.

```console
$ echo one
one
$ echo two \\
>   three
two three
```

```python
not_run()
```

1.  In a list:

    ```console
    $ true
    ```

<!-- exit: 3 -->
```console
$ true
$ exit_with 3
```

<!-- not run: it would delete everything -->
```console
$ rm everything
```
"""


def _page(folder: Path, text: str) -> Page:
    path = folder / "page.md"
    path.write_text(text, encoding="utf-8")
    return read_page(path)


def _run(folder: Path, text: str, **spoken: str) -> Path:
    work = folder / "work"
    work.mkdir()
    run_page(_page(folder, text), work, {"PATH": os.defpath}, spoken)
    return work


def _console(*lines: str) -> str:
    return "\n".join(["```console", *lines, "```", ""])


def test_a_page_is_read_in_order(tmp_path: Path) -> None:
    page = _page(tmp_path, PAGE)
    assert page.given == ("mytool", "index")
    assert page.left_out == ("it would delete everything",)
    assert page.steps == (
        WriteFile(line=5, path="a/b.toml", text="x = 1\n"),
        Run(line=12, command="echo one", printed=("one",)),
        Run(line=14, command="echo two \\\n  three", printed=("two three",)),
        Run(line=26, command="true", printed=()),
        Run(line=31, command="true", printed=()),
        Run(line=32, command="exit_with 3", printed=(), code=3),
    )


def test_a_block_that_begins_with_output_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PageError, match="line 2"):
        _page(tmp_path, _console("one", "$ echo one"))


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        (["one"], ["one"]),
        (["…"], []),
        (["…"], ["one", "two"]),
        (["one", "…", "four"], ["one", "two", "three", "four"]),
        (["one …e"], ["one and three"]),
        (["1.2 MB, 0.3 s"], ["17 MB, 12.5 s"]),
        (["by go1.27.3."], ["by go1.30.1."]),
        (["a+b (c)"], ["a+b (c)"]),
    ],
)
def test_what_fits_fits(expected: list[str], actual: list[str]) -> None:
    assert matches(expected, actual)


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        (["one"], ["two"]),
        (["one"], ["one", "two"]),
        (["one", "two"], ["one"]),
        (["one …e"], ["one\n and three"]),
        (["1.2 MB"], ["1.2 pieces"]),
        (["1.2"], ["1.3"]),
        (["a.c"], ["abc"]),
        (["one", "…", "four"], ["one", "two", "three"]),
    ],
)
def test_what_does_not_fit_does_not(expected: list[str], actual: list[str]) -> None:
    assert not matches(expected, actual)


def test_folders_and_variables_last_from_one_command_to_the_next(tmp_path: Path) -> None:
    page = _console("$ mkdir new && cd new", "$ word=hello") + _console(
        "$ echo $word; ls ..", "hello", "new"
    )
    _run(tmp_path, page)


def test_files_are_written_before_what_follows(tmp_path: Path) -> None:
    block = '```toml title="a/b.toml"\nx = {}\n```\n'
    work = _run(
        tmp_path,
        block.format(1) + _console("$ cat a/b.toml", "x = 1") + block.format(2),
    )
    assert (work / "a" / "b.toml").read_text() == "x = 2\n"


def test_errors_count_as_printed(tmp_path: Path) -> None:
    _run(
        tmp_path, "<!-- exit: 2 -->\n" + _console("$ echo out; echo oh >&2; (exit 2)", "out", "oh")
    )


def test_an_address_may_be_another_here(tmp_path: Path) -> None:
    _run(
        tmp_path,
        _console("$ echo host:80", "host:80", "$ echo host:80 | tail -c 3", "81"),
        **{"host:80": "h:81"},
    )


@pytest.mark.parametrize(
    ("block", "words"),
    [
        (_console("$ echo one", "two"), "printed"),
        (_console("$ false"), "ended with 1"),
        (_console("$ exit 3", "$ true"), "the shell ended here"),
        (_console("$ true", "$ echo 'never"), "the shell ended here"),
    ],
)
def test_a_page_that_does_not_say_what_happens_is_an_error(
    tmp_path: Path, block: str, words: str
) -> None:
    with pytest.raises(PageError, match=words):
        _run(tmp_path, block)


def test_what_a_page_leaves_running_is_ended(tmp_path: Path) -> None:
    work = _run(tmp_path, _console("$ sleep 600 & echo $! > pid"))
    pid = int((work / "pid").read_text())
    left = Path("/proc", str(pid), "cmdline")
    requirement("Linux", Path("/proc/self").exists(), "it shows processes as files")
    while left.exists() and left.read_bytes():  # a signal takes its time; pytest limits ours
        os.sched_yield()
