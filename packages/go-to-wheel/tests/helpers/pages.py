r"""The commands and files of a page of the documentation: read, run in order, and compared.

What counts on a page:

- A fenced block ``console``: lines that begin with ``$ `` are commands (lines that begin with
  ``> `` go on with them), the others what they print. Where nothing is shown, anything may be
  printed. ``…`` alone on a line stands for any lines, within a line for any characters; sizes,
  times and versions of Go may differ.
- Any other fenced block with a title is a file, which is written there before what follows.
- A comment before a block of commands: ``<!-- exit: 1 -->`` for the exit code of its last one,
  ``<!-- not run: REASON -->`` for what cannot be run.
- A comment ``<!-- given: NAME, NAME -->`` names what is there before the page begins.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from pathlib import Path

_BLOCK = re.compile(
    r"^(?P<indent> *)(?P<fence>`{3,})(?P<head>[^`\n]*)\n(?P<text>.*?)^(?P=indent)(?P=fence) *$",
    re.MULTILINE | re.DOTALL,
)
_COMMENT = re.compile(r"<!--\s*(?P<key>given|exit|not run):\s*(?P<value>.*?)\s*-->", re.DOTALL)
_TITLE = re.compile(r'\btitle="(?P<title>[^"]+)"')
_BEGIN, _END = "\x1e", "\x1f"  # ASCII's separators: no program here prints them
_ANY = "…"

# What differs from run to run and from machine to machine, and how it looks.
_VARYING = (
    r"\d+(?:\.\d+)? (?:[kM]?B|bytes|m?s)\b",
    r"\bgo1\.\d+(?:\.\d+)?\b",
    r"\b\d{2}:\d{2}:\d{2}\b",
)
_TOKENS = re.compile("|".join([_ANY, *(f"({pattern})" for pattern in _VARYING)]))

_PATIENCE = 280
"""In seconds, for a whole page."""


class PageError(AssertionError):
    """A page that does not say what happens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteFile:
    """A file that the page shows.

    Attributes:
        line: where the block begins in the page.
        path: its path, from the folder in which the page begins.
        text: its content.
    """

    line: int
    path: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A command that the page shows.

    Attributes:
        line: where it is in the page.
        command: the command, for a shell.
        printed: the lines that it prints, as the page has them; none where it does not tell.
        code: the exit code that it must have.
    """

    line: int
    command: str
    printed: tuple[str, ...]
    code: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a page does.

    Attributes:
        path: where it lies.
        given: the names of what is there before.
        steps: files and commands, in order.
        left_out: the reasons why some blocks are not run.
    """

    path: Path
    given: tuple[str, ...]
    steps: tuple[WriteFile | Run, ...]
    left_out: tuple[str, ...]

    @property
    def runs(self) -> tuple[Run, ...]:
        """The commands alone."""
        return tuple(step for step in self.steps if isinstance(step, Run))


def read_page(path: Path) -> Page:
    """Read a page."""
    source = path.read_text(encoding="utf-8")
    given: list[str] = []
    steps: list[WriteFile | Run] = []
    left_out: list[str] = []
    before = 0
    for block in _BLOCK.finditer(source):
        said = {
            found["key"]: found["value"]
            for found in _COMMENT.finditer(source, before, block.start())
        }
        before = block.end()
        given += re.split(r",\s*", said["given"]) if "given" in said else []
        line = source.count("\n", 0, block.start()) + 1
        title = _TITLE.search(block["head"])
        text = textwrap.dedent(block["text"])
        if "not run" in said:
            left_out.append(said["not run"])
        elif block["head"].split(" ")[0] == "console":
            steps += _commands(text, line + 1, int(said.get("exit", "0")))
        elif title:
            steps.append(WriteFile(line=line, path=title["title"], text=text))
    return Page(path=path, given=tuple(given), steps=tuple(steps), left_out=tuple(left_out))


def _commands(text: str, line: int, code: int) -> list[Run]:
    """The commands of one block; ``code`` is the exit code of the last."""
    lines = text.splitlines()
    starts = [number for number, each in enumerate(lines) if each.startswith("$ ")]
    if not starts or starts[0] != 0:
        raise PageError(f"line {line}: a block of commands begins with no command")
    runs = []
    for start, end in pairwise([*starts, len(lines)]):
        command, printed = [lines[start][2:]], lines[start + 1 : end]
        while printed and printed[0].startswith("> "):
            command.append(printed.pop(0)[2:])
        runs.append(
            Run(
                line=line + start,
                command="\n".join(command),
                printed=tuple(printed),
                code=code if end == len(lines) else 0,
            )
        )
    return runs


def run_page(
    page: Page, folder: Path, environment: Mapping[str, str], spoken: Mapping[str, str]
) -> None:
    """Run a page in a folder, in one shell, and compare.

    Args:
        page: the page.
        folder: where it begins.
        environment: all variables.
        spoken: words of the page → what is said in their place here, like an address.

    Raises:
        PageError: a command ended or printed otherwise than the page says.
    """
    staging = folder.parent / f"{folder.name}-script"
    staging.mkdir()
    script = staging / "page.sh"
    script.write_text(_script(page, folder, staging, spoken), encoding="utf-8")
    output = _run_shell(script, folder, environment)
    results = output.split(_BEGIN)[1:]
    for run, result in zip_longest(page.runs, results, fillvalue=""):
        assert isinstance(run, Run)
        printed, ended, code = result.partition(_END)
        if not ended:
            raise PageError(f"{_place(page, run)}: the shell ended here.\n{output[-2000:]}")
        _compare(page, run, printed, int(code), spoken)


def _script(page: Page, folder: Path, staging: Path, spoken: Mapping[str, str]) -> str:
    """The page for a shell: each command is followed by a mark with what it printed before."""
    lines = ["exec 2>&1 </dev/null"]
    for number, step in enumerate(page.steps):
        if isinstance(step, WriteFile):
            kept = staging / f"{number}"
            kept.write_text(_speak(step.text, spoken), encoding="utf-8")
            goal = shlex.quote(str(folder / step.path))
            lines.append(f"mkdir -p -- $(dirname {goal}); cp -- {shlex.quote(str(kept))} {goal}")
        else:
            lines += [f"printf '{_BEGIN}'", _speak(step.command, spoken), f"printf '{_END}%s' $?"]
    return "\n".join([*lines, ""])


def _run_shell(script: Path, folder: Path, environment: Mapping[str, str]) -> str:
    """Everything that the script prints. What it leaves running is ended."""
    output = script.with_suffix(".out")
    with output.open("wb") as file:
        process = subprocess.Popen(
            ["/bin/sh", script], cwd=folder, env=dict(environment), stdout=file,
            stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        try:
            process.wait(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            tail = output.read_text(encoding="utf-8", errors="replace")[-2000:]
            raise PageError(f"The page takes longer than {_PATIENCE} s.\n{tail}") from None
        finally:
            _end_group(process.pid)
    return output.read_text(encoding="utf-8", errors="replace")


def _end_group(group: int) -> None:
    """End what a shell has left running in the background, the servers of a page."""
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return


def _compare(page: Page, run: Run, printed: str, code: int, spoken: Mapping[str, str]) -> None:
    place = _place(page, run)
    if code != run.code:
        raise PageError(f"{place}: $ {run.command}\nended with {code}, not {run.code}:\n{printed}")
    expected = [_speak(line, spoken) for line in run.printed]
    actual = [line.rstrip() for line in printed.splitlines()]
    if expected and not matches(expected, actual):
        shown = "\n".join(expected)
        raise PageError(f"{place}: $ {run.command}\nprinted\n{printed}\nand the page says\n{shown}")


def _place(page: Page, run: Run) -> str:
    return f"{page.path.name}, line {run.line}"


def _speak(text: str, spoken: Mapping[str, str]) -> str:
    for word, here in spoken.items():
        text = text.replace(word, here)
    return text


def matches(expected: Sequence[str], actual: Sequence[str]) -> bool:
    """Whether the lines that were printed are those of the page.

    Args:
        expected: the lines of the page, with ``…`` for what is left out.
        actual: the lines that were printed.
    """
    pattern = "".join(
        r"(?:[^\n]*\n)*?" if line.strip() == _ANY else _line_pattern(line) for line in expected
    )
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in actual)) is not None


def _line_pattern(line: str) -> str:
    pattern, end = "", 0
    for token in _TOKENS.finditer(line.rstrip()):
        pattern += re.escape(line[end : token.start()])
        kind = token.lastindex
        pattern += r"[^\n]*" if kind is None else f"(?:{_VARYING[kind - 1]})"
        end = token.end()
    return pattern + re.escape(line.rstrip()[end:]) + r"\n"
